//! Plugins of tenon in Rust, without a dependency.
//!
//! A plugin is a type that implements [`Plugin`], and one [`plugin!`] declaration with its manifest.
//! Its crate is a `cdylib`; the library exports `tenon_entry` and nothing else. A panic in a handler
//! becomes an error of that call: it never crosses the interface.

#[cfg(panic = "abort")]
compile_error!("a panic must unwind to become an error of its call: leave out panic = \"abort\"");

mod call;
mod host;
mod http;
mod plugin;
pub mod raw;
pub mod testing;

pub use call::{Call, Code, Error};
pub use host::{Host, Level, Method};
pub use http::{Request, Response};
pub use plugin::Plugin;

#[doc(hidden)]
pub mod edge {
    pub use crate::plugin::{entry, Note};
}

/// What a call of a plugin gives: a value, or the error of the call.
pub type Result<T> = std::result::Result<T, Error>;
