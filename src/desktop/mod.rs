//! Desktops: what agents see and say. The hub owns sockets, sessions, numbering, addressing and spelling; what calls and
//! agents mean is the engine's alone.

pub mod by_number;
pub mod call_session;
pub mod hub;
pub mod kept;
pub mod ledger;
pub mod mediabar;
mod origin;
pub mod outbox;
pub mod replay;
pub mod settings;
pub mod socket;
pub mod tccc;
pub mod worker;

pub use hub::{Hub, Input};
pub use ledger::Ledger;
pub use settings::Settings;
pub use socket::router;
pub use worker::Worker;
