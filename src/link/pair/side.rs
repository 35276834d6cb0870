//! One side as the pair sees it.

use std::time::Instant;

use super::ConnectionId;
use crate::link::event::AttemptFailure;
use crate::link::session::{Opened, Session};
use crate::link::settings::Side;
use crate::protocol::ProtocolVersion;

/// What a side is doing.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // two of them exist
pub(super) enum Stage {
    Idle,
    Dialling { connection: ConnectionId, since: Instant, deadline: Instant },
    Opening { connection: ConnectionId, session: Session, since: Instant },
    Open { connection: ConnectionId, session: Session, opened: Opened, role: Role },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Active { since: Instant },
    Standby,
}

#[derive(Debug)]
pub(super) struct SideState {
    pub(super) side: Side,
    pub(super) version: ProtocolVersion,
    pub(super) stage: Stage,
    /// In the present round this side was tried.
    pub(super) tried: bool,
    /// Only after this the side is dialled again, round or no round: it refused for a reason that does not pass by itself.
    pub(super) barred_until: Option<Instant>,
    /// While the other side serves: when this one is dialled (again).
    pub(super) standby_due: Instant,
    /// The server says that it is going into maintenance.
    pub(super) in_maintenance: bool,
    /// What the server said last about itself: that it is not the active one.
    pub(super) says_standby: bool,
    pub(super) last_failure: Option<AttemptFailure>,
}

impl SideState {
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.stage, Stage::Idle)
    }

    pub(super) const fn is_standby(&self) -> bool {
        matches!(self.stage, Stage::Open { role: Role::Standby, .. })
    }

    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        match &self.stage {
            Stage::Idle => None,
            Stage::Dialling { connection, .. } | Stage::Opening { connection, .. } | Stage::Open { connection, .. } => Some(*connection),
        }
    }

    pub(super) const fn session(&mut self) -> Option<&mut Session> {
        match &mut self.stage {
            Stage::Opening { session, .. } | Stage::Open { session, .. } => Some(session),
            Stage::Idle | Stage::Dialling { .. } => None,
        }
    }
}
