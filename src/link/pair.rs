//! Both sides of a gateway: which one serves, and when which one is dialled. Pure.
//!
//! ```text
//!  one side:    Idle ──Dial──► Dialling ──connected──► Session(opening) ──OPEN_CONF──► Session(active | standby)
//!                ▲  time-out, refused │                        │ refused                     │ lost
//!                └────────────────────┴────────────────────────┴─────────────────────────────┘
//!
//!  the pair:    Seeking ──a side opens as active, or STANDBY_ACTIVE_EVENT: Up──► Serving(side)
//!                ▲  ▲ └─ round: the preferred side, the other at once when it fails or in parallel after 500 ms;
//!                │  │    all failed: wait (backoff), next round                     │        │
//!                │  └────────── the side is lost: Answer(Lost)…, Down ──────────────┘        │ STANDBY_ACTIVE_EVENT
//!                └──── old side drained: Answer(Lost)…, Down, then Up ◄─── Switching ◄───────┘ of the other side
//! ```
//!
//! Below protocol 24 at most one session is open, and after a loss the *other* side is preferred. From 24 on the side that
//! does not serve is dialled too and held as standby. Sessions that were told to close live on in `leaving` until the
//! server is done with them; nothing they say goes up.
//!
//! After every `handle_*` and every command drain [`Pair::poll_output`] to `None`; [`Pair::poll_timeout`] then says when
//! [`Pair::handle_timeout`] wants to be called.

mod side;
mod steer;
mod stuck;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::backoff::{Backoff, Limit};
use super::event::{AttemptFailure, Down, Event, Loss, NotSent, PROBE, RequestFailure, Token, Up};
use super::note::Note;
use super::session::{self, Opened, Session};
use super::settings::{Settings, Side};
use crate::protocol::values::StatusCode;
use crate::protocol::{Message, RawFrame};
use crate::time::Now;

use side::{Role, SideState, Stage};
use steer::Seek;
use stuck::Watch;

/// Names one TCP connection, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u32);

/// What the pair wants done.
#[derive(Clone, Debug)]
pub enum Output {
    /// Connect to a side; then [`Pair::handle_connected`] or [`Pair::handle_dial_failed`].
    Dial(ConnectionId, Side),
    /// Put bytes on the wire.
    Send(ConnectionId, Bytes),
    /// Abort a connection or an attempt at one; what is unsent is thrown away.
    Reset(ConnectionId),
    /// Tell the floor above.
    Event(Event),
    /// Tell operators.
    Note(Note),
    /// After [`Pair::shut_down`]: everything is closed.
    Finished,
}

/// The pair. See the module's documentation.
#[derive(Debug)]
pub struct Pair {
    settings: Arc<Settings>,
    sides: Vec<SideState>,
    serving: Option<Side>,
    switching: Option<Switching>,
    seek: Seek,
    preferred: Side,
    backoff: Backoff,
    limit: Limit,
    out_since: Instant,
    last_heartbeat_loss: Option<Instant>,
    /// Whether the side in service does more than answer heartbeats.
    watch: Watch,
    /// Both sides insisted on being active, so such a claim decides nothing until one of them says that it is not.
    contested: bool,
    /// Sessions in a row that were lost as soon as they were in service.
    short_lived: u32,
    leaving: Vec<(ConnectionId, Session)>,
    connections: u32,
    stopping: bool,
    finished: bool,
    /// When to look again whether to dial.
    wake: Option<Instant>,
    outputs: VecDeque<Output>,
}

/// While the service moves: what the new side says waits for its Up.
#[derive(Debug)]
struct Switching {
    to: Side,
    why: Why,
    until: Instant,
    held: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// STANDBY_ACTIVE_EVENT: the old side may still answer what it was asked, until then.
    Told,
    /// The new side opened as active beside one that serves, so one of them is wrong: the old one if it stays silent
    /// until then. No event tells a client that its server is active no more (inferred from the event's absence).
    Claims,
}

/// So many messages of the new side wait at most while the old one is drained.
const MOST_HELD: usize = 4096;

/// So many sessions in a row may be lost as soon as they are in service before that counts as a failed attempt.
const SHORT_LIVED: u32 = 3;

/// InvokeIDs of different sessions are kept apart by so much, so that an answer meant for another session is a stray.
const INVOKE_IDS_OF_A_SESSION: u32 = 1 << 22;

impl Pair {
    /// Begins to seek at once. The same `seed` gives the same random waits.
    pub fn new(now: Now, settings: Arc<Settings>, seed: u64) -> Self {
        let side = |side| SideState {
            side,
            version: settings.protocol_version,
            stage: Stage::Idle,
            tried: false,
            barred_until: None,
            standby_due: now.mono,
            in_maintenance: false,
            says_standby: false,
            last_failure: None,
        };
        let sides = if settings.side_b.is_some() { vec![side(Side::A), side(Side::B)] } else { vec![side(Side::A)] };
        let mut pair = Self {
            sides,
            serving: None,
            switching: None,
            seek: Seek::Round { last_dial: None },
            preferred: Side::A,
            backoff: Backoff::new(settings.times.waits.clone(), seed),
            limit: Limit::new(settings.times.attempts, settings.times.attempts_window),
            out_since: now.mono,
            last_heartbeat_loss: None,
            watch: Watch::new(now.mono),
            contested: false,
            short_lived: 0,
            leaving: Vec::new(),
            connections: 0,
            stopping: false,
            finished: false,
            wake: None,
            outputs: VecDeque::new(),
            settings,
        };
        pair.wake = pair.steer(now);
        pair
    }

    /// The side that serves.
    pub const fn serving(&self) -> Option<Side> {
        self.serving
    }

    /// What to do next; `None` when everything is done.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Sends a request to the side that serves. The token gets exactly one [`Event::Answer`].
    pub fn request(&mut self, now: Now, token: Token, message: &Message<'_>) {
        let is_moving = self.switching.as_ref().is_some_and(|switching| switching.why == Why::Told);
        let reason = if is_moving { NotSent::Switching } else { NotSent::Offline };
        match self.serving.filter(|_| !is_moving).and_then(|side| self.state(side)).and_then(SideState::session) {
            Some(session) => session.request(now.mono, token, message),
            None => self.event(Event::Answer { at: now, token, result: Err(RequestFailure::NotSent(reason)) }),
        }
        self.settle(now);
    }

    /// The connection asked for stands.
    pub fn handle_connected(&mut self, now: Now, connection: ConnectionId) {
        let settings = Arc::clone(&self.settings);
        let Some(state) = self.sides.iter_mut().find(|state| state.connection() == Some(connection)) else {
            self.outputs.push_back(Output::Reset(connection));
            return;
        };
        let first_invoke_id = connection.0.wrapping_mul(INVOKE_IDS_OF_A_SESSION).wrapping_add(1);
        let session = Session::new(now.mono, settings, state.version, first_invoke_id);
        state.stage = Stage::Opening { connection, session, since: now.mono };
        self.settle(now);
    }

    /// The connection asked for does not come about.
    pub fn handle_dial_failed(&mut self, now: Now, connection: ConnectionId, failure: AttemptFailure) {
        if let Some(side) = self.side_of(connection) {
            let dialled = self.state(side).and_then(|state| match state.stage {
                Stage::Dialling { since, .. } => Some(since),
                _ => None,
            });
            if let (AttemptFailure::Connect(_), Some(since)) = (&failure, dialled) {
                // No server has seen this attempt; the waits between rounds keep such ones rare.
                self.limit.forget(since);
            }
            self.attempt_failed(now, side, failure);
        }
        self.settle(now);
    }

    /// A message was read.
    pub fn handle_frame(&mut self, now: Now, connection: ConnectionId, frame: RawFrame) {
        if let Some(state) = self.sides.iter_mut().find(|state| state.connection() == Some(connection)) {
            if let Some(session) = state.session() {
                session.handle_frame(now.mono, frame);
            }
        } else if let Some((_, session)) = self.leaving.iter_mut().find(|(id, _)| *id == connection) {
            session.handle_frame(now.mono, frame);
        }
        self.settle(now);
    }

    /// The connection is gone.
    pub fn handle_lost(&mut self, now: Now, connection: ConnectionId, loss: Loss) {
        if let Some(state) = self.sides.iter_mut().find(|state| state.connection() == Some(connection)) {
            match state.session() {
                Some(session) => session.handle_lost(loss),
                None => {
                    let side = state.side;
                    self.attempt_failed(now, side, AttemptFailure::Lost(loss));
                }
            }
        } else if let Some((_, session)) = self.leaving.iter_mut().find(|(id, _)| *id == connection) {
            session.handle_lost(loss);
        }
        self.settle(now);
    }

    /// A deadline may have passed.
    pub fn handle_timeout(&mut self, now: Now) {
        for side in Side::BOTH {
            let Some(state) = self.state(side) else { continue };
            match &mut state.stage {
                Stage::Dialling { deadline, connection, .. } if *deadline <= now.mono => {
                    let connection = *connection;
                    self.outputs.push_back(Output::Reset(connection));
                    self.attempt_failed(now, side, AttemptFailure::ConnectTimeout);
                }
                Stage::Opening { session, .. } | Stage::Open { session, .. } => session.handle_timeout(now.mono),
                Stage::Idle | Stage::Dialling { .. } => {}
            }
        }
        for (_, session) in &mut self.leaving {
            session.handle_timeout(now.mono);
        }
        self.settle(now);
    }

    /// Sends heartbeats that are due and decides nothing: for times when more lies unread than can be read in one go.
    pub fn keep_alive(&mut self, now: Now) {
        for state in &mut self.sides {
            if let Some(session) = state.session() {
                session.keep_alive(now.mono);
            }
        }
        self.settle(now);
    }

    /// When [`Pair::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let sides = self.sides.iter().filter_map(|state| match &state.stage {
            Stage::Idle => None,
            Stage::Dialling { deadline, .. } => Some(*deadline),
            Stage::Opening { session, .. } | Stage::Open { session, .. } => session.poll_timeout(),
        });
        let leaving = self.leaving.iter().filter_map(|(_, session)| session.poll_timeout());
        let switching = self.switching.as_ref().map(|switching| switching.until);
        sides.chain(leaving).chain(switching).chain(self.wake).chain(self.stuck_due()).min()
    }

    /// Closes every session politely; [`Output::Finished`] follows, with the last CLOSE_CONF or after the close time-out.
    pub fn shut_down(&mut self, now: Now) {
        self.stopping = true;
        self.finish_switch(now);
        for side in Side::BOTH {
            self.close(now, side, StatusCode::NO_ERROR, Loss::Shutdown);
        }
        self.settle(now);
    }

    /// Leaves the side in service because somebody above knows that it is of no use, and seeks the other one.
    pub fn leave_side(&mut self, now: Now) {
        if let Some(side) = self.serving {
            self.close(now, side, StatusCode::TIMEOUT, Loss::GivenUp);
        }
        self.settle(now);
    }

    fn state(&mut self, side: Side) -> Option<&mut SideState> {
        self.sides.iter_mut().find(|state| state.side == side)
    }

    fn side_of(&self, connection: ConnectionId) -> Option<Side> {
        self.sides.iter().find(|state| state.connection() == Some(connection)).map(|state| state.side)
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn note(&mut self, note: Note) {
        self.outputs.push_back(Output::Note(note));
    }

    /// Carries out what the sessions want, then decides about dialling, until nothing is left to do.
    fn settle(&mut self, now: Now) {
        self.look_whether_stuck(now);
        // Twice: what side B says may make us ask side A something.
        for side in Side::BOTH.into_iter().chain(Side::BOTH) {
            while let Some(output) = self.state(side).and_then(SideState::session).and_then(Session::poll_output) {
                self.act(now, side, output);
            }
        }
        self.settle_leaving();
        if self.switching.as_ref().is_some_and(|switching| switching.until <= now.mono) || self.is_drained() {
            self.finish_switch(now);
        }
        self.wake = self.steer(now);
        if self.stopping && !self.finished && self.leaving.is_empty() && self.sides.iter().all(SideState::is_idle) {
            self.finished = true;
            self.outputs.push_back(Output::Finished);
        }
    }

    /// Sessions on their way out may still send and end; whatever else they say is not heard.
    fn settle_leaving(&mut self) {
        let outputs = &mut self.outputs;
        self.leaving.retain_mut(|(connection, session)| {
            let mut stays = true;
            while let Some(output) = session.poll_output() {
                match output {
                    session::Output::Transmit(bytes) => outputs.push_back(Output::Send(*connection, bytes)),
                    session::Output::Over => stays = false,
                    _ => {}
                }
            }
            if !stays {
                outputs.push_back(Output::Reset(*connection));
            }
            stays
        });
    }

    fn act(&mut self, now: Now, side: Side, output: session::Output) {
        use session::Output as S;
        let Some(connection) = self.state(side).and_then(|state| state.connection()) else { return };
        match output {
            S::Transmit(bytes) => self.outputs.push_back(Output::Send(connection, bytes)),
            S::Opened(opened) => self.opened(now, side, opened),
            S::AttemptFailed(failure) => {
                self.outputs.push_back(Output::Reset(connection));
                self.attempt_failed(now, side, failure);
            }
            S::Frame(frame) => self.deliver(now, side, Event::Frame { at: now, frame }),
            S::Answer(token, result) => {
                if result == Err(RequestFailure::TimedOut) && token != PROBE {
                    self.note(Note::RequestTimedOut);
                }
                self.deliver(now, side, Event::Answer { at: now, token, result });
            }
            S::Lost(loss) => self.lost(now, side, loss),
            S::OnlyHeartbeatsUnanswered => self.heartbeats_unanswered(now, side),
            S::BecameActive => self.became_active(now, side),
            S::MaintenanceAsked { invoke_id } => self.maintenance_asked(now, side, invoke_id),
            S::MaintenanceDecided { goes_on } => {
                if let Some(state) = self.state(side) {
                    state.in_maintenance = goes_on;
                }
                self.note(Note::MaintenanceDecided { side, goes_on });
            }
            S::Stray => self.note(Note::StrayAnswer { side }),
            S::Dropped => self.note(Note::FrameDropped { side }),
            S::Over => {
                self.outputs.push_back(Output::Reset(connection));
                if let Some(state) = self.state(side) {
                    state.stage = Stage::Idle;
                }
            }
        }
    }

    /// What a side says goes up if the side serves; while the service moves, what the new side says waits.
    fn deliver(&mut self, now: Now, side: Side, event: Event) {
        if self.serving == Some(side) && is_from_the_wire(&event) {
            self.watch_alive(now, side);
        }
        if let Event::Answer { token: PROBE, result, .. } = &event {
            self.probe_answered(now, side, result);
            return;
        }
        match &mut self.switching {
            Some(switching) if switching.to == side => switching.held.push(event),
            Some(Switching { why: Why::Claims, to, .. }) if self.serving == Some(side) && shows_activity(&event) => {
                let claimant = *to;
                self.event(event);
                self.refute(now, claimant);
            }
            _ if self.serving == Some(side) || matches!(event, Event::Answer { .. }) => self.event(event),
            // A standby server has nothing to say; should it do so all the same, it is not the truth.
            _ => self.note(Note::FrameDropped { side }),
        }
    }

    fn opened(&mut self, now: Now, side: Side, opened: Opened) {
        let role = if opened.is_standby { Role::Standby } else { Role::Active { since: now.mono } };
        let Some(state) = self.state(side) else { return };
        let Stage::Opening { connection, session, .. } = std::mem::replace(&mut state.stage, Stage::Idle) else { return };
        let version = session.version();
        state.stage = Stage::Open { connection, session, opened, role };
        state.last_failure = None;
        state.barred_until = None;
        state.in_maintenance = false;
        let has_changed = std::mem::replace(&mut state.says_standby, opened.is_standby) && !opened.is_standby;
        self.contested &= !opened.is_standby;
        match (role, self.serving) {
            (Role::Standby, _) => self.note(Note::StandbyOpen { side, version }),
            (Role::Active { .. }, None) => self.serve(now, side),
            (Role::Active { .. }, Some(_)) if has_changed => {
                let drain = self.settings.times.drain;
                self.switching = Some(Switching { to: side, why: Why::Told, until: now.mono + drain, held: Vec::new() });
            }
            (Role::Active { .. }, Some(_)) => self.claimed(now, side),
        }
    }

    /// `side` opened as active although it never said that it was not, and the other one serves.
    fn claimed(&mut self, now: Now, side: Side) {
        let times = &self.settings.times;
        let (stable_after, until) = (times.stable_after, now.mono + times.claim_wait);
        let is_new = |since: Instant| now.mono < since + stable_after;
        let served_long = self.sides.iter().any(|state| match state.stage {
            Stage::Open { role: Role::Active { since }, .. } => state.side != side && !is_new(since),
            _ => false,
        });
        // Whether the one that serves is active still, it can be asked; without a question its silence decides, and that
        // only once.
        if !served_long || (!self.ask(now) && self.contested) {
            self.refute(now, side);
        } else {
            self.switching = Some(Switching { to: side, why: Why::Claims, until, held: Vec::new() });
        }
    }

    /// Both sides say that they are active; the one that serves stays.
    fn refute(&mut self, now: Now, side: Side) {
        self.switching = None;
        let again = now.mono + self.settings.times.refused_wait;
        self.close(now, side, StatusCode::NO_ERROR, Loss::SplitBrain);
        if let Some(state) = self.state(side) {
            state.standby_due = again;
        }
    }

    /// `side` has an open, active session and nobody serves.
    fn serve(&mut self, now: Now, side: Side) {
        debug_assert!(self.serving.is_none(), "one side serves at a time");
        let took = now.mono.saturating_duration_since(self.out_since);
        let Some(Stage::Open { session, opened, role, .. }) = self.state(side).map(|state| &mut state.stage) else { return };
        *role = Role::Active { since: now.mono };
        let up = Up {
            at: now,
            side,
            version: session.version(),
            services: opened.services,
            refused_services: opened.refused_services,
            pg_status: opened.pg_status,
            peripheral_online: opened.peripheral_online,
            peripheral_type: opened.peripheral_type,
            controller_time: opened.controller_time,
            took,
        };
        self.serving = Some(side);
        self.watch.begin(now.mono);
        self.event(Event::Up(up));
        self.note(Note::Up(up));
        if !self.holds_standby(side.other()) {
            self.close(now, side.other(), StatusCode::NO_ERROR, Loss::NotNeeded);
        }
    }

    /// Whether `side` may be open beside the one that serves: its version must know standby sessions, and so must the
    /// server that serves.
    fn holds_standby(&self, side: Side) -> bool {
        let mut states = self.sides.iter();
        self.settings.hold_standby
            && states.all(|state| match &state.stage {
                _ if state.side == side => state.version.has(24, 0),
                Stage::Open { opened, role: Role::Active { .. }, .. } => opened.knows_roles,
                _ => true,
            })
            && self.sides.iter().any(|state| state.side == side)
    }

    /// Drops whatever `side` is doing, without a word.
    fn abandon(&mut self, side: Side) {
        let Some(state) = self.state(side) else { return };
        if let Some(connection) = state.connection() {
            state.stage = Stage::Idle;
            self.outputs.push_back(Output::Reset(connection));
        }
    }

    /// Ends what `side` is doing: an open session politely, in the background.
    fn close(&mut self, now: Now, side: Side, status: StatusCode, loss: Loss) {
        let Some(Stage::Open { session, .. }) = self.state(side).map(|state| &mut state.stage) else {
            self.abandon(side);
            return;
        };
        session.close(now.mono, status);
        self.leave(now, side, loss);
    }

    /// The session of `side` was told to end: its last answers go up, it goes on in the background.
    fn leave(&mut self, now: Now, side: Side, loss: Loss) {
        let Some(state) = self.state(side) else { return };
        let Stage::Open { connection, mut session, role, .. } = std::mem::replace(&mut state.stage, Stage::Idle) else { return };
        let mut sends = Vec::new();
        while let Some(output) = session.poll_output() {
            match output {
                session::Output::Answer(token, result) => self.deliver(now, side, Event::Answer { at: now, token, result }),
                session::Output::Transmit(bytes) => sends.push(Output::Send(connection, bytes)),
                _ => {}
            }
        }
        self.outputs.extend(sends);
        self.leaving.push((connection, session));
        self.out_of_service(now, side, role, loss);
    }

    /// The session of `side` ended by itself. Its requests were answered as lost before this.
    fn lost(&mut self, now: Now, side: Side, loss: Loss) {
        let refused_wait = self.settings.times.refused_wait;
        let Some(state) = self.state(side) else { return };
        let Stage::Open { connection, mut session, role, .. } = std::mem::replace(&mut state.stage, Stage::Idle) else { return };
        if matches!(loss, Loss::EndedByServer(StatusCode::NEW_SESSION_OPENED)) {
            // Somebody else uses our identity. Coming back at once would throw that one out, and so on for ever.
            state.barred_until = Some(now.mono + refused_wait);
        }
        // A CLOSE_REQ may be on its way: then the session says later that it is over.
        let mut over = false;
        while let Some(output) = session.poll_output() {
            match output {
                session::Output::Transmit(bytes) => self.outputs.push_back(Output::Send(connection, bytes)),
                session::Output::Over => over = true,
                _ => {}
            }
        }
        if over {
            self.outputs.push_back(Output::Reset(connection));
        } else {
            self.leaving.push((connection, session));
        }
        self.out_of_service(now, side, role, loss);
    }

    fn out_of_service(&mut self, now: Now, side: Side, role: Role, loss: Loss) {
        let standby_wait = self.settings.times.standby_wait;
        if let Some(state) = self.state(side) {
            state.in_maintenance = false;
            state.standby_due = now.mono + standby_wait;
        }
        match &self.switching {
            // The new side is lost before it served: the old one goes on for as long as it lives. What the new one said
            // was about a service that never began.
            Some(switching) if switching.to == side => {
                self.switching = None;
                self.note(Note::StandbyLost { side, reason: loss });
            }
            _ if self.serving == Some(side) => {
                let served = match role {
                    Role::Active { since } => now.mono.saturating_duration_since(since),
                    Role::Standby => Duration::ZERO,
                };
                self.serving = None;
                self.out_since = now.mono;
                let down = Down { at: now, side, reason: loss, served };
                self.event(Event::Down(down));
                self.note(Note::Down(down));
                self.begin_seeking(now, side, served >= self.settings.times.stable_after);
                self.take_over(now);
            }
            _ => self.note(Note::StandbyLost { side, reason: loss }),
        }
    }

    /// After a loss the other side is dialled first, then the lost one.
    fn begin_seeking(&mut self, now: Now, lost: Side, was_stable: bool) {
        self.preferred = if self.sides.len() > 1 { lost.other() } else { lost };
        self.short_lived = if was_stable { 0 } else { self.short_lived.saturating_add(1) };
        if self.short_lived > SHORT_LIVED {
            // Servers that take sessions and drop them at once have had their try: the round and its waits go on.
            return;
        }
        self.backoff.reset();
        // A standby session is as good as an attempt under way: its server may say at any moment that it is active.
        let last_dial = self.sides.iter().any(SideState::is_standby).then_some(now.mono);
        self.seek = Seek::Round { last_dial };
        for state in &mut self.sides {
            state.tried = false;
        }
    }

    /// The service was moving when the old side ended: the new one serves now.
    fn take_over(&mut self, now: Now) {
        if let Some(Switching { to, held, .. }) = self.switching.take() {
            self.serve(now, to);
            self.outputs.extend(held.into_iter().map(Output::Event));
        }
    }

    fn attempt_failed(&mut self, now: Now, side: Side, failure: AttemptFailure) {
        let times = self.settings.times.clone();
        let highest = self.settings.protocol_version;
        let Some(state) = self.state(side) else { return };
        state.stage = Stage::Idle;
        if failure == AttemptFailure::Refused(StatusCode::INVALID_VERSION) {
            let version = state.version;
            if let Some(next) = version.lower() {
                state.version = next;
                self.note(Note::VersionRefused { side, version, next });
                self.fall_back(now, side);
                return;
            }
            state.version = highest;
        }
        state.tried = true;
        let says_standby = says_standby(&failure);
        state.says_standby |= says_standby;
        state.standby_due = now.mono + times.standby_wait;
        state.barred_until = is_lasting(&failure).then_some(now.mono + times.refused_wait);
        let retry_in = state.barred_until.map(|_| times.refused_wait);
        let repeated = state.last_failure.as_ref() == Some(&failure);
        state.last_failure = Some(failure.clone());
        self.contested &= !says_standby;
        self.note(Note::AttemptFailed { side, failure, repeated, retry_in });
    }

    /// The same side at once with a lower version: the server is there and willing to talk.
    fn fall_back(&mut self, now: Now, side: Side) {
        let wanted = self.serving.is_none() || self.holds_standby(side);
        if wanted && !self.stopping {
            self.dial(now, side);
        }
    }

    fn heartbeats_unanswered(&mut self, now: Now, side: Side) {
        let every = self.settings.times.heartbeat_loss_every;
        if self.last_heartbeat_loss.is_some_and(|last| now.mono < last + every) {
            self.note(Note::HeartbeatsUnansweredKept { side });
            return;
        }
        self.last_heartbeat_loss = Some(now.mono);
        if let Some(session) = self.state(side).and_then(SideState::session) {
            session.give_up();
        }
    }

    fn maintenance_asked(&mut self, now: Now, side: Side, invoke_id: u32) {
        let other_ready = self.sides.iter().any(|state| state.side != side && state.is_standby());
        let accepted = self.serving == Some(side) && other_ready && self.switching.is_none();
        if let Some(state) = self.state(side) {
            // The decision and the other side's STANDBY_ACTIVE_EVENT come over different connections, in any order.
            state.in_maintenance = accepted;
            if let Some(session) = state.session() {
                session.answer_maintenance(now.mono, invoke_id, accepted);
            }
        }
        self.note(Note::MaintenanceAsked { side, accepted });
    }

    fn became_active(&mut self, now: Now, side: Side) {
        let drain = self.settings.times.drain;
        let Some(Stage::Open { role, .. }) = self.state(side).map(|state| &mut state.stage) else { return };
        if *role != Role::Standby {
            return;
        }
        *role = Role::Active { since: now.mono };
        if let Some(state) = self.state(side) {
            state.says_standby = false;
        }
        if self.serving.is_none() {
            self.serve(now, side);
        } else {
            self.switching = Some(Switching { to: side, why: Why::Told, until: now.mono + drain, held: Vec::new() });
        }
    }

    /// Whether the old side has answered everything, or the new one has too much to say to wait any longer.
    fn is_drained(&mut self) -> bool {
        let Some(switching) = &self.switching else { return false };
        if switching.held.len() >= MOST_HELD {
            return true;
        }
        if switching.why == Why::Claims {
            return false;
        }
        let serving = self.serving;
        serving.and_then(|side| self.state(side)).and_then(SideState::session).is_none_or(|session| session.requests_under_way() == 0)
    }

    /// The old side is done: it goes, the new one serves.
    fn finish_switch(&mut self, now: Now) {
        let Some(old) = self.serving.filter(|_| self.switching.is_some()) else { return };
        self.contested |= self.switching.as_ref().is_some_and(|switching| switching.why == Why::Claims);
        let planned = self.state(old).is_some_and(|state| state.in_maintenance);
        if planned && let Some(session) = self.state(old).and_then(SideState::session) {
            session.retire(now.mono);
            self.leave(now, old, Loss::SwitchedOver);
        } else {
            self.close(now, old, StatusCode::CTI_SERVER_OFFLINE, Loss::SwitchedOver);
        }
    }

    fn dial(&mut self, now: Now, side: Side) {
        let deadline = now.mono + self.settings.dial_timeout();
        self.connections = self.connections.wrapping_add(1);
        let connection = ConnectionId(self.connections);
        let Some(state) = self.state(side) else { return };
        debug_assert!(state.is_idle(), "a side has one connection at a time");
        state.stage = Stage::Dialling { connection, since: now.mono, deadline };
        state.tried = true;
        state.barred_until = None;
        let version = state.version;
        self.outputs.push_back(Output::Dial(connection, side));
        self.note(Note::Dialling { side, version });
    }
}

/// Whether the server refused because it is not the active one.
const fn says_standby(failure: &AttemptFailure) -> bool {
    use StatusCode as S;
    matches!(failure, AttemptFailure::Refused(S::CTI_SERVER_OFFLINE | S::SERVER_NOT_MASTER | S::INVALID_CLIENT_FOR_STANDBY))
}

/// Whether the server said something to come by this.
const fn is_from_the_wire(event: &Event) -> bool {
    use RequestFailure as F;
    matches!(event, Event::Frame { .. } | Event::Answer { result: Ok(_) | Err(F::Failed(_) | F::ControlFailed { .. }), .. })
}

/// Whether only an active server says this.
const fn shows_activity(event: &Event) -> bool {
    matches!(event, Event::Frame { .. } | Event::Answer { result: Ok(_) | Err(RequestFailure::ControlFailed { .. }), .. })
}

/// Whether a failure does not pass by itself: an operator has to change something, so the side is asked rarely.
const fn is_lasting(failure: &AttemptFailure) -> bool {
    match failure {
        AttemptFailure::Refused(status) => !matches!(
            *status,
            // Not active, not ready, or going down: the other side is, or will be.
            StatusCode::CTI_SERVER_OFFLINE
                | StatusCode::TIMEOUT
                | StatusCode::UNSPECIFIED_FAILURE
                | StatusCode::SERVER_NOT_MASTER
                | StatusCode::INVALID_CLIENT_FOR_STANDBY
                | StatusCode::SERVER_IN_MAINTENANCE_MODE
        ),
        AttemptFailure::BadSettings | AttemptFailure::Tls(_) | AttemptFailure::Lost(Loss::Tls(_)) => true,
        AttemptFailure::Connect(_)
        | AttemptFailure::ConnectTimeout
        | AttemptFailure::OpenTimeout
        | AttemptFailure::BadOpenConf
        | AttemptFailure::Lost(_) => false,
    }
}
