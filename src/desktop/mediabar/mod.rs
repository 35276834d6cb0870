//! The media bar API: JSON messages over a websocket, in the words of the published contract.

pub mod data;
pub mod envelope;
pub mod event;
pub mod target;
