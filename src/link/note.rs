//! What operators may want to know about the link; [`crate::telemetry`] makes log lines and metrics of it.

use std::time::Duration;

use super::event::{AttemptFailure, Down, Loss, Up};
use super::settings::Side;
use crate::protocol::ProtocolVersion;

/// Something operators may want to know.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the members are the documentation
pub enum Note {
    /// A connection attempt begins.
    Dialling { side: Side, version: ProtocolVersion },
    /// An attempt failed. `repeated`: for the same reason as the one before it on this side.
    AttemptFailed { side: Side, failure: AttemptFailure, repeated: bool, retry_in: Option<Duration> },
    /// The server does not speak the version; the next attempt asks for a lower one.
    VersionRefused { side: Side, version: ProtocolVersion, next: ProtocolVersion },
    /// A side serves.
    Up(Up),
    /// The side that served is lost.
    Down(Down),
    /// A session to the standby server is open.
    StandbyOpen { side: Side, version: ProtocolVersion },
    /// The session to the standby server is lost.
    StandbyLost { side: Side, reason: Loss },
    /// The server asked whether it may go into maintenance, and our answer.
    MaintenanceAsked { side: Side, accepted: bool },
    /// The server decided.
    MaintenanceDecided { side: Side, goes_on: bool },
    /// Heartbeats are unanswered while messages keep coming, and the session was kept since another one was given up for
    /// the same reason a moment ago.
    HeartbeatsUnansweredKept { side: Side },
    /// Every side failed; the next round begins after `wait`.
    AllFailed { wait: Duration },
    /// A request timed out.
    RequestTimedOut,
    /// An answer to nothing that is under way was ignored.
    StrayAnswer { side: Side },
    /// A message of the session layer could not be read, or came when it has no place.
    FrameDropped { side: Side },
}
