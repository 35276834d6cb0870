//! The link to the CTI Servers of one Peripheral Gateway: which side, in which version, in order, alive.
//!
//! [`start`] runs one task which keeps a session in service for as long as one of the sides can be reached. Everything
//! that happens comes up through one channel in the order of the wire. The link does not know what a call is.
//!
//! [`session`] and [`pair`] are pure state machines; [`driver`] gives them sockets and a clock.

pub mod backoff;
pub mod dial;
pub mod driver;
pub mod event;
pub mod note;
mod open;
pub mod pair;
pub mod session;
pub mod settings;

pub use dial::{Dial, Resolve, SystemResolver, TcpDialer, TlsDialer};
pub use driver::{Handle, Troubles, start};
pub use event::{AttemptFailure, Down, Event, Loss, NotSent, RequestFailure, Token, Up};
pub use note::Note;
pub use settings::{Endpoint, Settings, Side, Times, Tls};
