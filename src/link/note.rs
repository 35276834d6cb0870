//! What operators may want to know about the link, and how it is told to [`crate::telemetry`], which makes log lines and
//! metrics of it.

use std::time::Duration;

use super::event::{AttemptFailure, Down, Loss, Up};
use super::settings::Side;
use crate::protocol::ProtocolVersion;
use crate::telemetry::link::{FailedAttempt, InService, LinkEvents};

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
    /// The side in service answers heartbeats and nothing else; `leaves`: so it is left.
    Stuck { side: Side, silent_for: Duration, leaves: bool },
    /// It does its work again.
    NoLongerStuck { side: Side },
    /// Every side failed; the next round begins after `wait`.
    AllFailed { wait: Duration },
    /// A request timed out.
    RequestTimedOut,
    /// An answer to nothing that is under way was ignored.
    StrayAnswer { side: Side },
    /// A message of the session layer could not be read, or came when it has no place.
    FrameDropped { side: Side },
}

impl Note {
    /// Tells it to operators.
    pub fn tell(&self, events: &LinkEvents) {
        let number = |version: &ProtocolVersion| u32::from(version.number());
        match self {
            Self::Dialling { side, version } => events.dialling(side.as_str(), number(version)),
            Self::AttemptFailed { side, failure, repeated, retry_in } => events.attempt_failed(FailedAttempt {
                side: side.as_str(),
                word: failure.as_str(),
                reason: failure,
                repeated: *repeated,
                retry_in: *retry_in,
                advice: failure.advice(),
            }),
            Self::VersionRefused { side, version, next } => events.version_refused(side.as_str(), number(version), number(next)),
            Self::Up(up) => events.up(InService {
                side: up.side.as_str(),
                version: number(&up.version),
                took: up.took,
                services: up.services.bits(),
                refused_services: &up.refused_services.iter_names().map(|(name, _)| name).collect::<Vec<_>>().join(" "),
                pg_status: up.pg_status.bits(),
                peripheral_online: up.peripheral_online,
            }),
            Self::Down(Down { side, reason, served, .. }) => {
                events.down(side.as_str(), reason.as_str(), reason, *served, reason.is_wanted());
            }
            Self::StandbyOpen { side, version } => events.standby_open(side.as_str(), number(version)),
            Self::StandbyLost { side, reason } => events.standby_lost(side.as_str(), reason, reason.is_wanted()),
            Self::MaintenanceAsked { side, accepted } => events.maintenance_asked(side.as_str(), *accepted),
            Self::MaintenanceDecided { side, goes_on } => events.maintenance_decided(side.as_str(), *goes_on),
            Self::HeartbeatsUnansweredKept { side } => events.heartbeats_unanswered_kept(side.as_str()),
            Self::Stuck { side, silent_for, leaves } => events.stuck(side.as_str(), *silent_for, *leaves),
            Self::NoLongerStuck { side } => events.no_longer_stuck(side.as_str()),
            Self::AllFailed { wait } => events.all_failed(*wait),
            Self::RequestTimedOut => events.request_timed_out(),
            Self::StrayAnswer { side } => events.stray_answer(side.as_str()),
            Self::FrameDropped { side } => events.out_of_place(side.as_str()),
        }
    }
}
