//! The simulator without sockets and without a clock, for simulations in virtual time: whoever owns it carries the bytes
//! and says what time it is.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::station::{Command, CommandError, Output, Reply, Station};
use super::{Settings, Side};
use crate::protocol::RawFrame;
use crate::telemetry::Telemetry;
use crate::time::Now;

/// What has to be carried out. Connections are named by the owner.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Write these bytes.
    Send(u64, Bytes),
    /// Close after everything is written.
    Close(u64),
    /// Write these bytes and reset the connection.
    Abort(u64, Bytes),
    /// Start or stop listening.
    Listen(Side, bool),
}

/// Both sides and the world behind them. Drain [`Machine::poll_deed`] to `None` after every other call.
pub struct Machine(Station);

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Machine").finish_non_exhaustive()
    }
}

impl Machine {
    /// Both sides are up and side A is active.
    pub fn new(settings: Settings, telemetry: Arc<Telemetry>, now: Now) -> Self {
        Self(Station::new(settings, telemetry, now))
    }

    /// A client connected.
    pub fn connected(&mut self, now: Now, connection: u64, side: Side) {
        self.0.connected(now, connection, side, std::net::SocketAddr::from(([192, 0, 2, 1], 1)));
    }

    /// A connection is gone.
    pub fn disconnected(&mut self, now: Now, connection: u64) {
        self.0.disconnected(now, connection);
    }

    /// A message arrived.
    pub fn frame(&mut self, now: Now, connection: u64, frame: &RawFrame) {
        self.0.frame(now, connection, frame);
    }

    /// Does what the control port can do.
    ///
    /// # Errors
    /// [`CommandError`] says why not.
    pub fn command(&mut self, now: Now, command: Command) -> Result<Reply, CommandError> {
        self.0.command(now, command)
    }

    /// When [`Machine::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.0.poll_timeout()
    }

    /// A deadline may have passed.
    pub fn handle_timeout(&mut self, now: Now) {
        self.0.handle_timeout(now);
    }

    /// What to carry out next.
    pub fn poll_deed(&mut self) -> Option<Deed> {
        self.0.poll_output().map(|output| match output {
            Output::Send(connection, bytes) => Deed::Send(connection, bytes),
            Output::Close(connection) => Deed::Close(connection),
            Output::Abort(connection, tail) => Deed::Abort(connection, tail),
            Output::Listen(side, listens) => Deed::Listen(side, listens),
        })
    }
}
