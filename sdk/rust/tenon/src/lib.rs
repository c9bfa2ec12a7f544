//! Plugins of tenon in Rust, without a dependency.
//!
//! A plugin is a type that implements [`Plugin`], and one [`plugin!`] declaration with its manifest.
//! Its crate is a `cdylib`; the library exports `tenon_entry` and nothing else. A panic in a handler
//! becomes an error of that call: it never crosses the interface.

#![warn(clippy::undocumented_unsafe_blocks)]

#[cfg(panic = "abort")]
compile_error!("a panic must unwind to become an error of its call: leave out panic = \"abort\"");

mod call;
mod clock;
mod columns;
mod events;
mod host;
mod http;
mod json;
mod message;
mod metrics;
mod plugin;
mod progress;
pub mod raw;
mod state;
mod store;
pub mod testing;

pub use call::{Call, Code, Error};
pub use clock::{Clock, Timer};
pub use columns::{Batch, BatchBuffer, BatchOut, Columns, Element, Ragged};
pub use events::{Event, Events, ProviderEvent, Subscription};
pub use host::{Host, Level};
pub use http::{Request, Response, Stream};
pub use message::{Method, Provider, Selector};
pub use metrics::{Metrics, Series};
pub use plugin::Plugin;
pub use progress::Progress;
pub use state::{Entry, State};
pub use store::{FromSql, Migration, Mode, Row, Rows, SqlParam, SqlValue, Store, Transaction};

#[doc(hidden)]
pub mod edge {
    pub use crate::plugin::{entry, Note};
}

/// What a call of a plugin gives: a value, or the error of the call.
pub type Result<T> = std::result::Result<T, Error>;
