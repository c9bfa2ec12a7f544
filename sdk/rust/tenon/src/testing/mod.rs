//! A plugin under test, called through its C tables as a host calls it, with a host of the test.
//! Nothing happens by itself: time moves when the test moves it, events are delivered when the test
//! says so, calls fail when the test arranged it.
//!
//! ```
//! # use tenon::{testing, Call, Host, Plugin, Request, Response, Result};
//! # struct Greeter { greeting: String }
//! # impl Plugin for Greeter {
//! #     fn new(host: Host, call: &Call) -> Result<Self> {
//! #         Ok(Greeter { greeting: host.config(call, "/greeting")? })
//! #     }
//! #     fn handle(&self, request: &mut Request, _: u32) -> Result<Response> {
//! #         Ok(Response::text(format!("{} {}", self.greeting, request.param("name"))))
//! #     }
//! # }
//! let host = testing::Host::new();
//! host.config("/greeting", "\"Shalom\"");
//! let plugin = testing::Running::<Greeter>::start(&host).unwrap();
//! assert_eq!(plugin.get(0, &[("name", "Ada")]).unwrap().body, b"\"Shalom\" Ada");
//! ```
//!
//! The manifest is not looked at: what it lets a plugin publish or call is checked by the host. The
//! store answers what the test scripted, and knows no SQL: statements meet a store in a deployment,
//! or in the C++ harness of the SDK, which loads a library in any language.

mod basic;
mod calls;
mod exchange;
mod faults;
mod frame;
mod host;
mod running;
mod state;
mod store;
mod time;
mod topic;
mod world;

pub use basic::{LogLine, MetricValue, ProgressLine};
pub use exchange::HttpRequest;
pub use faults::Fault;
pub use frame::CallOptions;
pub use host::Host;
pub use running::Running;
pub use store::{Answer, Statement};
pub use time::{Outcome, PublishedEvent};
