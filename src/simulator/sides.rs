//! What happens to the two sides: faults, roles, the planned switch.
//!
//! ```text
//!            stop                      start, the other is active
//!   active ────────▶ (down) ─────────────────────────────▶ standby
//!     ▲  ▲                                                    │
//!     │  └─────────── switch_delay after the other went down ─┤
//!     └──────────────────── role given, planned switch ───────┘
//! ```

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::Side;
use super::session::Session;
use super::station::{ConnId, Connection, Output, SideState, Station};
use super::world::WishError;
use crate::protocol::message::{ActiveMaintenanceEventMsg, ActiveMaintenanceReqMsg, FailureEvent, StandbyActiveEventMsg};
use crate::protocol::values::StatusCode;
use crate::time::Now;

/// What people and tests do to a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SideAction {
    /// Stops listening and drops all connections.
    Stop,
    /// Listens again.
    Start,
    /// Swallows everything silently.
    Freeze,
    /// Wakes up.
    Resume,
    /// Resets all connections in the middle of a frame.
    Reset,
    /// Becomes the standby side; the other one becomes active if it can.
    Standby,
    /// Becomes the active side; the other one becomes standby.
    Active,
    /// A planned switch to the other side.
    Maintenance,
    /// Sends malformed bytes on all connections.
    Garbage,
}

/// A planned switch under way.
#[derive(Debug)]
pub(super) struct Maintenance {
    pub(super) side: Side,
    pub(super) deadline: Instant,
    invoke_id: u32,
    pub(super) waiting: BTreeSet<ConnId>,
    /// Behind the decision: the clients are about to leave.
    is_going: bool,
}

impl Station {
    pub(super) fn side_action(&mut self, now: Now, side: Side, action: SideAction) -> Result<(), WishError> {
        let not_now = |why: &str| Err(WishError::NotNow(format!("side {}: {why}", side.letter())));
        if side == Side::B && self.settings.side_b.is_none() {
            return Err(WishError::Unknown("there is no side b".to_owned()));
        }
        let (is_up, is_frozen) = (self.state(side).is_up, self.state(side).is_frozen);
        self.telemetry.simulator.side_action(side.letter(), &action);
        match action {
            SideAction::Start if is_up => return not_now("it runs"),
            SideAction::Start => {
                self.state_mut(side).is_up = true;
                self.outputs.push_back(Output::Listen(side, true));
                if self.active.is_none() && self.takeover.is_none() {
                    self.become_active(side);
                }
            }
            _ if !is_up => return not_now("it is stopped"),
            SideAction::Stop => {
                *self.state_mut(side) = SideState::default();
                self.outputs.push_back(Output::Listen(side, false));
                self.drop_all(side, &Bytes::new());
                self.side_failed(now, side, self.settings.switch_delay);
            }
            SideAction::Freeze if is_frozen => return not_now("it is frozen"),
            SideAction::Freeze => {
                self.state_mut(side).is_frozen = true;
                self.side_failed(now, side, self.settings.freeze_delay);
            }
            SideAction::Resume if !is_frozen => return not_now("it is not frozen"),
            SideAction::Resume => self.resume(now, side),
            SideAction::Reset => {
                // Half of a BEGIN_CALL_EVENT: its header promises more than comes.
                self.drop_all(side, &Bytes::from_static(&[0, 0, 0, 60, 0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0x13]));
            }
            SideAction::Standby => {
                if self.active == Some(side) {
                    self.active = None;
                    self.demote(side);
                    if self.can_serve(side.other()) {
                        self.become_active(side.other());
                    }
                }
            }
            SideAction::Active => self.become_active(side),
            SideAction::Maintenance => return self.start_maintenance(now, side),
            SideAction::Garbage => {
                let mut bytes = vec![0xff; 8];
                bytes.extend((0..56).map(|_| self.dice.below(256) as u8));
                let bytes = Bytes::from(bytes);
                for conn in self.connections_of(side) {
                    self.put(conn, bytes.clone());
                }
            }
        }
        Ok(())
    }

    /// Writes bytes as they are to all sessions of a side.
    pub(super) fn inject(&mut self, side: Side, bytes: &Bytes) -> Result<(), WishError> {
        if !self.state(side).is_up {
            return Err(WishError::NotNow(format!("side {}: it is stopped", side.letter())));
        }
        for conn in self.connections_of(side) {
            self.put(conn, bytes.clone());
        }
        Ok(())
    }

    fn can_serve(&self, side: Side) -> bool {
        let state = self.state(side);
        state.is_up && !state.is_frozen
    }

    fn connections_of(&self, side: Side) -> Vec<ConnId> {
        self.connections.iter().filter(|(_, connection)| connection.side == side).map(|(conn, _)| *conn).collect()
    }

    fn drop_all(&mut self, side: Side, tail: &Bytes) {
        for conn in self.connections_of(side) {
            self.abort(conn, tail.clone(), StatusCode::CTI_SERVER_OFFLINE);
        }
    }

    /// The other side notices after `delay` that this one is gone.
    fn side_failed(&mut self, now: Now, side: Side, delay: Duration) {
        if self.takeover.is_some_and(|(_, to)| to == side) {
            self.takeover = None;
        }
        if self.maintenance.as_ref().is_some_and(|maintenance| maintenance.side == side) {
            self.maintenance = None;
        }
        if self.active == Some(side) || self.active.is_none() {
            if !self.state(side).is_frozen {
                self.active = None;
            }
            if self.can_serve(side.other()) {
                self.takeover = Some((now.mono + delay, side.other()));
            }
        }
    }

    fn resume(&mut self, now: Now, side: Side) {
        self.state_mut(side).is_frozen = false;
        for connection in self.connections.values_mut().filter(|connection| connection.side == side) {
            connection.heard = now.mono;
        }
        if self.takeover.is_some_and(|(_, to)| to == side.other()) && self.active == Some(side) {
            // It woke up before anybody noticed.
            self.takeover = None;
        } else if self.active == Some(side.other()) {
            self.demote(side);
        } else if self.active.is_none() && self.takeover.is_none() {
            self.become_active(side);
        }
    }

    /// Sessions of a side that is active no more: those that know of standby servers stay, the others lose it.
    fn demote(&mut self, side: Side) {
        for conn in self.connections_of(side) {
            let Some(session) = self.session_mut(conn) else { continue };
            if session.knows_standby() {
                session.is_standby = true;
            } else {
                self.send(conn, &FailureEvent { status: StatusCode::CTI_SERVER_OFFLINE }.into());
                self.close(conn, StatusCode::CTI_SERVER_OFFLINE);
            }
        }
        self.sessions_changed = true;
    }

    pub(super) fn become_active(&mut self, side: Side) {
        self.takeover = None;
        if self.active == Some(side) {
            return;
        }
        let other = side.other();
        if self.active == Some(other) {
            self.active = None;
            if !self.state(other).is_frozen {
                self.demote(other);
            }
        }
        self.active = Some(side);
        self.sessions_changed = true;
        self.last_active = side;
        self.telemetry.simulator.side_active(side.letter());
        let mut promoted = false;
        for conn in self.connections_of(side) {
            let Some(session) = self.session_mut(conn).filter(|session| session.is_standby) else { continue };
            session.is_standby = false;
            session.told.clear();
            promoted = true;
            self.send(conn, &StandbyActiveEventMsg::default().into());
        }
        if promoted {
            // All Events clients rebuild the parties of running calls from these.
            self.world.tell_calls(self.world_now());
        }
    }

    fn start_maintenance(&mut self, now: Now, side: Side) -> Result<(), WishError> {
        let not_now = |why: &str| Err(WishError::NotNow(format!("side {}: {why}", side.letter())));
        if self.active != Some(side) {
            return not_now("it is not active");
        }
        if self.maintenance.is_some() {
            return not_now("a planned switch is under way");
        }
        // Refused in simplex mode.
        if self.settings.side_b.is_none() || !self.can_serve(side.other()) {
            return not_now("the other side could not take over");
        }
        let invoke_id = self.next_server_invoke;
        self.next_server_invoke += 1;
        let knows = |connection: &Connection| connection.session.as_ref().is_some_and(Session::knows_standby);
        let waiting: BTreeSet<ConnId> =
            self.connections.iter().filter(|(_, connection)| connection.side == side && knows(connection)).map(|(conn, _)| *conn).collect();
        for conn in &waiting {
            self.send(*conn, &ActiveMaintenanceReqMsg { invoke_id }.into());
        }
        let deadline = now.mono + self.settings.maintenance_step;
        self.maintenance = Some(Maintenance { side, deadline, invoke_id, waiting, is_going: false });
        self.maintenance_step(now, false);
        Ok(())
    }

    pub(super) fn maintenance_answer(&mut self, now: Now, conn: ConnId, accepted: bool) {
        let Some(maintenance) = self.maintenance.as_mut().filter(|maintenance| !maintenance.is_going) else { return };
        if !maintenance.waiting.remove(&conn) {
            return;
        }
        if accepted {
            self.maintenance_step(now, false);
        } else {
            self.cancel_maintenance();
        }
    }

    pub(super) fn maintenance_left(&mut self, now: Now, conn: ConnId) {
        let Some(maintenance) = self.maintenance.as_mut().filter(|maintenance| maintenance.is_going) else { return };
        if maintenance.waiting.remove(&conn) {
            self.close(conn, StatusCode::SERVER_IN_MAINTENANCE_MODE);
            self.maintenance_step(now, false);
        }
    }

    fn cancel_maintenance(&mut self) {
        let Some(maintenance) = self.maintenance.take() else { return };
        self.telemetry.simulator.maintenance_refused(maintenance.side.letter(), maintenance.invoke_id);
        for conn in self.connections_of(maintenance.side) {
            if self.session_mut(conn).is_some_and(|session| session.knows_standby()) {
                self.send(conn, &ActiveMaintenanceEventMsg { maintenance_mode_continue: false }.into());
            }
        }
    }

    /// Goes on when everybody answered or left, or when the time of the step is over.
    pub(super) fn maintenance_step(&mut self, now: Now, is_late: bool) {
        let Some(maintenance) = &mut self.maintenance else { return };
        let side = maintenance.side;
        if !is_late && !maintenance.waiting.is_empty() {
            return;
        }
        if maintenance.is_going {
            self.maintenance = None;
            for conn in self.connections_of(side) {
                self.send(conn, &FailureEvent { status: StatusCode::SERVER_IN_MAINTENANCE_MODE }.into());
                self.close(conn, StatusCode::SERVER_IN_MAINTENANCE_MODE);
            }
            return;
        }
        if is_late {
            // Silence is a no.
            self.cancel_maintenance();
            return;
        }
        maintenance.is_going = true;
        maintenance.deadline = now.mono + self.settings.maintenance_step;
        let mut waiting = BTreeSet::new();
        for conn in self.connections_of(side) {
            if self.session_mut(conn).is_some_and(|session| session.knows_standby()) {
                self.send(conn, &ActiveMaintenanceEventMsg { maintenance_mode_continue: true }.into());
                waiting.insert(conn);
            }
        }
        let nobody = waiting.is_empty();
        if let Some(maintenance) = &mut self.maintenance {
            maintenance.waiting = waiting;
        }
        self.become_active(side.other());
        if nobody {
            self.maintenance_step(now, false);
        }
    }
}
