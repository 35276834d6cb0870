//! The media bar API: JSON messages over a websocket, in the words of the published contract.

pub mod asyncapi;
pub mod command;
pub mod data;
pub mod dispatch;
pub mod ending;
pub mod envelope;
pub mod event;
pub mod form;
pub mod login;
mod places;
pub mod schema;
pub mod session;
pub mod target;
pub mod team;
mod watch;
