//! One session with one CTI Server: open, heartbeats, requests under way, close. Pure.
//!
//! ```text
//!   new: OPEN_REQ ──► Opening ──OPEN_CONF──► Open ──close()──► Closing ──CLOSE_CONF, 5 s──► Over
//!                        │                    │ ▲                 │
//!    FAILURE_CONF, time-out, OPEN_CONF        │ └ requests,       └──connection lost──► Over
//!    unreadable: AttemptFailed                │   heartbeats
//!                        │                    ├──FAILURE_EVENT 11, 15, 92, 110, or a request refused with 92:
//!                        │                    │  Lost, CLOSE_REQ ──► Closing
//!                        ▼                    └──three heartbeats unanswered, or one refused: Lost
//!                       Over ◄────────────────────┘
//! ```
//!
//! After every `handle_*` and every command drain [`Session::poll_output`] to `None`; [`Session::poll_timeout`] then says
//! when [`Session::handle_timeout`] wants to be called. The session knows neither sockets nor sides.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::event::{AttemptFailure, Loss, NotSent, RequestFailure, Token};
use super::open;
use super::settings::Settings;
use crate::protocol::frame::HEADER_LEN;
use crate::protocol::masks::{PgStatusMask, ServiceMask};
use crate::protocol::message::{ActiveMaintenanceEventMsg, ActiveMaintenanceReqMsg};
use crate::protocol::message::{
    ActiveMaintenanceRespMsg, CloseConf, CloseReq, ConfigEndEvent, ConfigKeyEvent, ConfigRequestEvent, ConfigRequestKeyEvent,
    ControlFailureConf, FailureConf, FailureEvent, HeartbeatConf, HeartbeatReq, OpenConf, StandbyActiveEventMsg,
    StoppingRequestsToThisSideInd,
};
use crate::protocol::schema::Sender;
use crate::protocol::values::{PeripheralType, SessionType, StatusCode};
use crate::protocol::{Context, Message, ProtocolVersion, RawFrame, Time, spec_of};

/// So many heartbeats in a row may stay unanswered; the next interval ends the session.
const HEARTBEATS_ALLOWED: usize = 3;

/// What a session wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Put these bytes on the wire: whole messages.
    Transmit(Bytes),
    /// OPEN_CONF came.
    Opened(Opened),
    /// No session came of it; drop the connection.
    AttemptFailed(AttemptFailure),
    /// An unsolicited message for the floor above.
    Frame(RawFrame),
    /// A request's one answer.
    Answer(Token, Result<RawFrame, RequestFailure>),
    /// The session is lost. The connection is dropped, unless a CLOSE_REQ was sent: then [`Output::Over`] follows.
    Lost(Loss),
    /// Three heartbeats are unanswered while other messages keep coming: give up with [`Session::give_up`], or not.
    OnlyHeartbeatsUnanswered,
    /// STANDBY_ACTIVE_EVENT: this server is the active one from now on.
    BecameActive,
    /// ACTIVE_MAINTENANCE_REQ: answer with [`Session::answer_maintenance`].
    MaintenanceAsked {
        /// InvokeID of the answer.
        invoke_id: u32,
    },
    /// ACTIVE_MAINTENANCE_EVENT: the decision.
    MaintenanceDecided {
        /// Whether the maintenance goes on.
        goes_on: bool,
    },
    /// An answer to nothing that is under way.
    Stray,
    /// A message that could not be read, or that has no place in this state; it was dropped.
    Dropped,
    /// Nothing is left to wait for; drop the connection.
    Over,
}

/// What OPEN_CONF said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The server is the standby one: no requests, no events until [`Output::BecameActive`].
    pub is_standby: bool,
    /// The server grants the active/standby service and says which of the two it is. One that does not is taken as the
    /// only one that serves.
    pub knows_roles: bool,
    /// ServicesGranted.
    pub services: ServiceMask,
    /// Services asked for and not granted.
    pub refused_services: ServiceMask,
    /// PGStatus.
    pub pg_status: PgStatusMask,
    /// PeripheralOnline.
    pub peripheral_online: bool,
    /// PeripheralType.
    pub peripheral_type: PeripheralType,
    /// ICMCentralControllerTime.
    pub controller_time: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Opening {
        invoke_id: u32,
        deadline: Instant,
    },
    Open,
    /// CLOSE_REQ or STOPPING_REQUESTS_TO_THIS_SIDE_IND was sent.
    Closing {
        deadline: Instant,
    },
    Over,
}

/// How the answer to a request is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// By InvokeID; its confirmation has this number.
    Confirmation(u32),
    /// By its number alone: configuration requests carry no InvokeID, only one of a kind may be under way.
    Message(u32),
}

#[derive(Debug)]
struct Pending {
    token: Token,
    expected: Expected,
}

/// One session. See the module's documentation.
#[derive(Debug)]
pub struct Session {
    settings: Arc<Settings>,
    version: ProtocolVersion,
    state: State,
    next_invoke_id: u32,
    last_sent: Instant,
    last_heard: Instant,
    last_heartbeat: Instant,
    /// InvokeIDs of the heartbeats that are unanswered, oldest first.
    heartbeats: Vec<u32>,
    /// Requests under way by InvokeID (configuration requests: by a number that is never sent).
    pending: HashMap<u32, Pending>,
    /// When each of them times out, in the order sent. Entries of answered requests are skipped.
    deadlines: VecDeque<(Instant, u32)>,
    outputs: VecDeque<Output>,
}

impl Session {
    /// The connection stands: asks to open a session of `version`. InvokeIDs begin at `first_invoke_id`.
    pub fn new(now: Instant, settings: Arc<Settings>, version: ProtocolVersion, first_invoke_id: u32) -> Self {
        let mut session = Self {
            version,
            state: State::Opening { invoke_id: first_invoke_id, deadline: now + settings.open_timeout },
            next_invoke_id: first_invoke_id,
            last_sent: now,
            last_heard: now,
            last_heartbeat: now,
            heartbeats: Vec::with_capacity(HEARTBEATS_ALLOWED),
            pending: HashMap::new(),
            deadlines: VecDeque::new(),
            outputs: VecDeque::new(),
            settings,
        };
        let invoke_id = session.invoke_id();
        let settings = Arc::clone(&session.settings);
        if !session.send(now, &open::request(&settings, version, invoke_id)) {
            session.fail_attempt(AttemptFailure::BadSettings);
        }
        session
    }

    /// The version of all its messages.
    pub const fn version(&self) -> ProtocolVersion {
        self.version
    }

    /// Whether OPEN_CONF came and nothing ended the session since.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// How many requests have no answer yet.
    pub fn requests_under_way(&self) -> usize {
        self.pending.len()
    }

    /// What to do next; `None` when everything is done.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Session::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Opening { deadline, .. } | State::Closing { deadline } => Some(deadline),
            State::Open => {
                let request = self.deadlines.front().map(|(deadline, _)| *deadline);
                let heartbeat = self.heartbeat_due();
                Some(request.map_or(heartbeat, |request| request.min(heartbeat)))
            }
            State::Over => None,
        }
    }

    /// Sends a request: writes the InvokeID into it and remembers the token. The token gets exactly one
    /// [`Output::Answer`], at once if nothing can be sent.
    pub fn request(&mut self, now: Instant, token: Token, message: &Message<'_>) {
        match self.try_request(now, message) {
            Ok((key, expected)) => {
                self.pending.insert(key, Pending { token, expected });
                self.deadlines.push_back((now + self.settings.request_timeout, key));
            }
            Err(reason) => self.outputs.push_back(Output::Answer(token, Err(RequestFailure::NotSent(reason)))),
        }
    }

    fn try_request(&mut self, now: Instant, message: &Message<'_>) -> Result<(u32, Expected), NotSent> {
        if !self.is_open() {
            return Err(NotSent::Offline);
        }
        let expected = expected_answer(message).ok_or(NotSent::NotPossible)?;
        if matches!(expected, Expected::Message(_)) && self.pending.values().any(|pending| pending.expected == expected) {
            return Err(NotSent::NotPossible);
        }
        let mut bytes = BytesMut::with_capacity(256);
        message.encode(self.version, &mut bytes).map_err(|_| NotSent::Unencodable)?;
        let key = self.invoke_id();
        if matches!(expected, Expected::Confirmation(_)) {
            let place = bytes.get_mut(HEADER_LEN..HEADER_LEN + 4).ok_or(NotSent::NotPossible)?;
            place.copy_from_slice(&key.to_be_bytes());
        }
        self.transmit(now, bytes.freeze());
        Ok((key, expected))
    }

    /// A message was read.
    pub fn handle_frame(&mut self, now: Instant, frame: RawFrame) {
        self.last_heard = now;
        match self.state {
            State::Opening { invoke_id, .. } => self.hear_while_opening(now, invoke_id, &frame),
            State::Open => self.hear(now, frame),
            State::Closing { .. } => {
                if matches!(frame.number, CloseConf::NUMBER | FailureConf::NUMBER) {
                    self.finish();
                }
            }
            State::Over => {}
        }
    }

    /// The connection is gone.
    pub fn handle_lost(&mut self, loss: Loss) {
        match self.state {
            State::Opening { .. } => self.fail_attempt(AttemptFailure::Lost(loss)),
            State::Open => self.lose(loss),
            State::Closing { .. } => self.finish(),
            State::Over => {}
        }
    }

    /// A deadline may have passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        match self.state {
            State::Opening { deadline, .. } if deadline <= now => self.fail_attempt(AttemptFailure::OpenTimeout),
            State::Closing { deadline } if deadline <= now => self.finish(),
            State::Open => {
                self.expire_requests(now);
                if self.heartbeat_due() <= now {
                    self.beat(now);
                }
            }
            _ => {}
        }
    }

    /// Sends a heartbeat if one is due and decides nothing: for times when more lies unread, answers among it perhaps.
    pub fn keep_alive(&mut self, now: Instant) {
        if self.is_open() && self.heartbeats.is_empty() && self.heartbeat_due() <= now {
            self.beat(now);
        }
    }

    /// Ends the session politely: CLOSE_REQ with `status`, then [`Output::Over`] with CLOSE_CONF or after the close
    /// time-out. Requests under way are answered as lost.
    pub fn close(&mut self, now: Instant, status: StatusCode) {
        match self.state {
            State::Opening { .. } => self.finish(),
            State::Open => {
                self.lose_requests();
                let invoke_id = self.invoke_id();
                self.send(now, &CloseReq { invoke_id, status }.into());
                self.state = State::Closing { deadline: now + self.settings.times.close_timeout };
            }
            State::Closing { .. } | State::Over => {}
        }
    }

    /// After a planned switch: tells this server that nothing more will be asked of it and waits for it to hang up.
    /// Requests under way are answered as lost.
    pub fn retire(&mut self, now: Instant) {
        if self.is_open() {
            self.lose_requests();
            self.send(now, &StoppingRequestsToThisSideInd::default().into());
            self.state = State::Closing { deadline: now + self.settings.times.close_timeout };
        }
    }

    /// Ends the session at once because its heartbeats stay unanswered.
    pub fn give_up(&mut self) {
        if self.is_open() {
            self.lose(Loss::HeartbeatsUnanswered);
        }
    }

    /// Answers ACTIVE_MAINTENANCE_REQ.
    pub fn answer_maintenance(&mut self, now: Instant, invoke_id: u32, accepted: bool) {
        if self.is_open() {
            self.send(now, &ActiveMaintenanceRespMsg { invoke_id, maintenance_mode_accepted: accepted }.into());
        }
    }

    fn hear_while_opening(&mut self, now: Instant, open_id: u32, frame: &RawFrame) {
        match frame.number {
            OpenConf::NUMBER => match self.decode(frame) {
                Some(Message::OpenConf(conf)) if conf.invoke_id == open_id => {
                    let asked = open::services(&self.settings, self.version);
                    self.state = State::Open;
                    self.last_sent = now;
                    self.outputs.push_back(Output::Opened(Opened {
                        is_standby: conf.session_type == SessionType::STANDBY,
                        knows_roles: matches!(conf.session_type, SessionType::ACTIVE | SessionType::STANDBY)
                            && conf.services_granted.contains(ServiceMask::ACTIVE_STANDBY),
                        services: conf.services_granted,
                        refused_services: asked.difference(conf.services_granted),
                        pg_status: conf.pg_status,
                        peripheral_online: conf.peripheral_online,
                        peripheral_type: conf.peripheral_type,
                        controller_time: conf.icm_central_controller_time,
                    }));
                }
                Some(_) => self.outputs.push_back(Output::Stray),
                None => self.fail_attempt(AttemptFailure::BadOpenConf),
            },
            // Nothing else is under way, so whatever InvokeID it carries, it is OPEN_REQ that was refused.
            FailureConf::NUMBER => match self.decode(frame) {
                Some(Message::FailureConf(failure)) => self.fail_attempt(AttemptFailure::Refused(failure.status)),
                _ => self.outputs.push_back(Output::Dropped),
            },
            FailureEvent::NUMBER => match self.decode(frame) {
                Some(Message::FailureEvent(failure)) => self.fail_attempt(AttemptFailure::Refused(failure.status)),
                _ => self.outputs.push_back(Output::Dropped),
            },
            _ => self.outputs.push_back(Output::Dropped),
        }
    }

    fn hear(&mut self, now: Instant, frame: RawFrame) {
        match frame.number {
            HeartbeatConf::NUMBER => match invoke_id_of(&frame) {
                Some(id) if self.heartbeats.contains(&id) => self.heartbeats.clear(),
                Some(_) => self.outputs.push_back(Output::Stray),
                None => self.outputs.push_back(Output::Dropped),
            },
            FailureEvent::NUMBER => self.hear_failure_event(now, frame),
            FailureConf::NUMBER | ControlFailureConf::NUMBER => self.hear_failure(now, &frame),
            StandbyActiveEventMsg::NUMBER => self.outputs.push_back(Output::BecameActive),
            ActiveMaintenanceReqMsg::NUMBER => match invoke_id_of(&frame) {
                Some(invoke_id) => self.outputs.push_back(Output::MaintenanceAsked { invoke_id }),
                None => self.outputs.push_back(Output::Dropped),
            },
            ActiveMaintenanceEventMsg::NUMBER => match self.decode(&frame) {
                Some(Message::ActiveMaintenanceEventMsg(event)) => {
                    self.outputs.push_back(Output::MaintenanceDecided { goes_on: event.maintenance_mode_continue });
                }
                _ => self.outputs.push_back(Output::Dropped),
            },
            ConfigKeyEvent::NUMBER | ConfigEndEvent::NUMBER => self.hear_configuration(frame),
            number if is_confirmation(number) => self.hear_confirmation(frame),
            _ => self.outputs.push_back(Output::Frame(frame)),
        }
    }

    fn hear_confirmation(&mut self, frame: RawFrame) {
        let Some(id) = invoke_id_of(&frame) else {
            self.outputs.push_back(Output::Dropped);
            return;
        };
        match self.pending.get(&id) {
            Some(pending) if pending.expected == Expected::Confirmation(frame.number) => self.answer(id, Ok(frame)),
            _ => self.outputs.push_back(Output::Stray),
        }
    }

    fn hear_failure(&mut self, now: Instant, frame: &RawFrame) {
        let (id, failure) = match self.decode(frame) {
            Some(Message::FailureConf(failure)) => (failure.invoke_id, RequestFailure::Failed(failure.status)),
            Some(Message::ControlFailureConf(failure)) => (
                failure.invoke_id,
                RequestFailure::ControlFailed { code: failure.failure_code.0, peripheral_error: failure.peripheral_error_code },
            ),
            _ => {
                self.outputs.push_back(Output::Dropped);
                return;
            }
        };
        match (self.heartbeats.contains(&id), failure) {
            (true, RequestFailure::Failed(status)) => self.lose(Loss::HeartbeatRefused(status)),
            _ if matches!(self.pending.get(&id), Some(Pending { expected: Expected::Confirmation(_), .. })) => {
                self.answer(id, Err(failure));
                if failure == RequestFailure::Failed(StatusCode::SERVER_NOT_MASTER) {
                    // It was active when the session opened and is not any more: nothing else will come of this session.
                    self.end_by_server(now, StatusCode::SERVER_NOT_MASTER);
                }
            }
            _ => self.outputs.push_back(Output::Stray),
        }
    }

    /// Ends of configuration blocks answer a request that is under way, otherwise they belong to an update.
    fn hear_configuration(&mut self, frame: RawFrame) {
        let expected = Expected::Message(frame.number);
        match self.pending.iter().find(|(_, pending)| pending.expected == expected).map(|(key, _)| *key) {
            Some(key) => self.answer(key, Ok(frame)),
            None => self.outputs.push_back(Output::Frame(frame)),
        }
    }

    fn hear_failure_event(&mut self, now: Instant, frame: RawFrame) {
        let Some(Message::FailureEvent(FailureEvent { status })) = self.decode(&frame) else {
            self.outputs.push_back(Output::Dropped);
            return;
        };
        match status {
            StatusCode::CTI_SERVER_OFFLINE
            | StatusCode::NEW_SESSION_OPENED
            | StatusCode::SERVER_NOT_MASTER
            | StatusCode::SERVER_IN_MAINTENANCE_MODE => self.end_by_server(now, status),
            // The rest is information; the session goes on (inferred).
            _ => self.outputs.push_back(Output::Frame(frame)),
        }
    }

    fn end_by_server(&mut self, now: Instant, status: StatusCode) {
        self.close(now, status_of_close(status));
        self.outputs.push_back(Output::Lost(Loss::EndedByServer(status)));
    }

    fn answer(&mut self, key: u32, result: Result<RawFrame, RequestFailure>) {
        if let Some(pending) = self.pending.remove(&key) {
            self.outputs.push_back(Output::Answer(pending.token, result));
        }
        while self.deadlines.front().is_some_and(|(_, key)| !self.pending.contains_key(key)) {
            self.deadlines.pop_front();
        }
    }

    fn expire_requests(&mut self, now: Instant) {
        while let Some((deadline, key)) = self.deadlines.front().copied()
            && deadline <= now
        {
            self.deadlines.pop_front();
            self.answer(key, Err(RequestFailure::TimedOut));
        }
    }

    fn lose_requests(&mut self) {
        for (_, key) in std::mem::take(&mut self.deadlines) {
            if let Some(pending) = self.pending.remove(&key) {
                self.outputs.push_back(Output::Answer(pending.token, Err(RequestFailure::Lost)));
            }
        }
        debug_assert!(self.pending.is_empty(), "every request under way has a deadline");
    }

    /// An interval after the last message of ours; but where messages of ours stay without any echo, an interval after the
    /// last heartbeat or the last sound of the server, so that no flow of requests hides that the server is dead.
    fn heartbeat_due(&self) -> Instant {
        self.last_sent.min(self.last_heard.max(self.last_heartbeat)) + self.settings.heartbeat_interval
    }

    fn beat(&mut self, now: Instant) {
        if self.heartbeats.len() >= HEARTBEATS_ALLOWED {
            if self.last_heard <= self.last_heartbeat {
                self.lose(Loss::HeartbeatsUnanswered);
                return;
            }
            self.outputs.push_back(Output::OnlyHeartbeatsUnanswered);
            self.heartbeats.clear();
        }
        let invoke_id = self.invoke_id();
        self.heartbeats.push(invoke_id);
        self.send(now, &HeartbeatReq { invoke_id }.into());
        self.last_heartbeat = now;
    }

    fn lose(&mut self, loss: Loss) {
        self.lose_requests();
        self.outputs.push_back(Output::Lost(loss));
        self.finish();
    }

    fn fail_attempt(&mut self, failure: AttemptFailure) {
        self.outputs.push_back(Output::AttemptFailed(failure));
        self.state = State::Over;
    }

    fn finish(&mut self) {
        self.outputs.push_back(Output::Over);
        self.state = State::Over;
    }

    fn send(&mut self, now: Instant, message: &Message<'_>) -> bool {
        match message.to_bytes(self.version) {
            Ok(bytes) => {
                self.transmit(now, bytes);
                true
            }
            Err(_) => false,
        }
    }

    fn transmit(&mut self, now: Instant, bytes: Bytes) {
        self.last_sent = now;
        self.outputs.push_back(Output::Transmit(bytes));
    }

    const fn invoke_id(&mut self) -> u32 {
        let id = self.next_invoke_id;
        self.next_invoke_id = match id.wrapping_add(1) {
            0 => 1,
            next => next,
        };
        id
    }

    fn decode<'f>(&self, frame: &'f RawFrame) -> Option<Message<'f>> {
        Message::decode(frame, &mut Context::new(self.version)).ok()
    }

    /// How long it is silent at most before it is given up: for the socket's own time-out.
    pub fn silence_allowed(settings: &Settings) -> Duration {
        settings.heartbeat_interval * HEARTBEATS_ALLOWED as u32
    }
}

/// Status of the CLOSE_REQ that answers the server's wish to end the session.
const fn status_of_close(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::NEW_SESSION_OPENED => StatusCode::NO_ERROR,
        _ => StatusCode::CTI_SERVER_OFFLINE,
    }
}

/// InvokeID is the first field of all confirmations and failures.
fn invoke_id_of(frame: &RawFrame) -> Option<u32> {
    frame.body.first_chunk::<4>().map(|id| u32::from_be_bytes(*id))
}

/// Whether messages of this number answer a request by its InvokeID.
fn is_confirmation(number: u32) -> bool {
    // Not by the sender alone: recording requests of other clients are forwarded to us and carry an InvokeID too.
    spec_of(number).is_some_and(|spec| spec.name.ends_with("_CONF") && spec.fixed.first().is_some_and(|field| field.name == "InvokeID"))
}

/// What answers `message`; `None` if it is no request.
fn expected_answer(message: &Message<'_>) -> Option<Expected> {
    match message.number() {
        ConfigRequestKeyEvent::NUMBER => return Some(Expected::Message(ConfigKeyEvent::NUMBER)),
        ConfigRequestEvent::NUMBER => return Some(Expected::Message(ConfigEndEvent::NUMBER)),
        _ => {}
    }
    let spec = message.spec()?;
    let is_request = spec.from != Sender::Server && spec.fixed.first().is_some_and(|field| field.name == "InvokeID");
    // The reference numbers each confirmation one above its request; a test below holds the declarations to it.
    let confirmation = spec_of(spec.number + 1).filter(|_| is_request && spec.name.ends_with("_REQ"))?;
    is_confirmation(confirmation.number).then_some(Expected::Confirmation(confirmation.number))
}

#[cfg(test)]
mod tests;
