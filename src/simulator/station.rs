//! Both CTI Servers of the pair and their sessions, pure: frames in, frames out, timers. Roles are in `sides`, who gets
//! what is in `publish`.
//!
//! The standby refuses sessions (status 15 up to version 23, 107 from 24 on) unless they ask for ACTIVE_STANDBY, and
//! answers heartbeats only. At most one side is active; the world behind them is one.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::behaviour::{Behaviour, Mixer};
use super::line::{Line, Put};
use super::open::{check_form, invoke_id};
use super::pace::Pace;
use super::publish::{service_for, with_monitor};
use super::scenario::Scenario;
use super::service::{PassedOn, RecordingServer};
pub(super) use super::session::Session;
use super::sides::{Maintenance, SideAction};
use super::world::{
    Asker, CallId, FarEnd, GatewayEvent, InboundCall, Output as WorldOutput, PhoneAction, TeamChange, Truth, WishError, World,
};
use super::{Dice, KeepCalling, Settings, Side};
use crate::protocol::masks::ServiceMask;
use crate::protocol::message::{
    ClientEventReportConf, CloseConf, ControlFailureConf, FailureConf, HeartbeatConf, OpenReq, RegisterVariablesConf, UserMessageConf,
};
use crate::protocol::values::{ControlFailureCode, StatusCode};
use crate::protocol::wire::Context;
use crate::protocol::{Message, ProtocolVersion, RawFrame};
use crate::telemetry::Telemetry;
use crate::time::Now;

/// Names one TCP connection.
pub(super) type ConnId = u64;

/// More connections than any test or site has; each costs memory.
const MOST_CONNECTIONS: usize = 4_096;

/// How long a connection without a session may stay.
const WITHOUT_SESSION: Duration = Duration::from_secs(30);

/// What the driver has to do.
#[derive(Debug)]
pub(super) enum Output {
    /// Write these bytes.
    Send(ConnId, Bytes),
    /// Close after everything is written.
    Close(ConnId),
    /// Write these bytes and reset the connection.
    Abort(ConnId, Bytes),
    /// Start or stop listening.
    Listen(Side, bool),
}

/// What the control port asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// A caller dials in.
    PlaceCall(InboundCall),
    /// The far party of a call does something.
    FarEnd(CallId, FarEnd),
    /// Somebody uses a phone.
    Phone(String, PhoneAction),
    /// Something happens to a side.
    Side(Side, SideAction),
    /// A peripheral goes off line or comes back; the second flag lets its calls seem to end.
    Peripheral(u32, bool, bool),
    /// Something happens to the gateway or the central controller.
    Gateway(GatewayEvent),
    /// An agent is put into a state.
    Agent(String, String, Option<u16>),
    /// The team changes for the time being.
    Team(u32, TeamChange, Option<String>),
    /// An agent gets another first or last name; told as a change of the configuration.
    Rename(String, Option<String>, Option<String>),
    /// Bytes for all sessions of a side, as they are.
    Raw(Side, Bytes),
    /// The behaviour changes.
    Behaviour(Map<String, Value>),
    /// The world as it really is.
    Truth,
}

/// What a command comes to.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Done.
    Done,
    /// A call was placed.
    Call(CallId),
    /// The behaviour as it is now.
    Behaviour(Box<Behaviour>),
    /// The truth.
    Truth(Box<Truth>),
}

/// Why a command cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The world says so.
    #[error(transparent)]
    Wish(#[from] WishError),
    /// The simulator is going down.
    #[error("the simulator is stopping")]
    Gone,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) side: Side,
    pub(super) peer: SocketAddr,
    pub(super) heard: Instant,
    pub(super) session: Option<Session>,
}

#[derive(Debug, Default)]
pub(super) struct SideState {
    pub(super) is_up: bool,
    pub(super) is_frozen: bool,
}

/// Both servers.
pub(super) struct Station {
    pub(super) settings: Settings,
    pub(super) telemetry: Arc<Telemetry>,
    pub(super) world: World,
    pub(super) mixer: Mixer,
    pub(super) sides: [SideState; 2],
    pub(super) active: Option<Side>,
    pub(super) last_active: Side,
    pub(super) takeover: Option<(Instant, Side)>,
    pub(super) maintenance: Option<Maintenance>,
    pub(super) connections: BTreeMap<ConnId, Connection>,
    pub(super) sessions: BTreeMap<u64, ConnId>,
    pub(super) next_session: u64,
    pub(super) next_server_invoke: u32,
    pub(super) next_monitor: u32,
    pub(super) next_demo_call: Option<Instant>,
    pub(super) dice: Dice,
    pub(super) outputs: VecDeque<Output>,
    /// The moment of the input that is being worked on.
    pub(super) now: Now,
    pub(super) servers: Vec<RecordingServer>,
    pub(super) passed_on: Vec<PassedOn>,
    pub(super) next_service: u32,
    line: Line,
    /// Connections to be closed when what waits on the line is written.
    closing: Vec<(Instant, ConnId)>,
    pub(super) sessions_changed: bool,
    has_bridge: bool,
    pace: Pace,
    scenario: Option<Scenario>,
}

impl Station {
    pub(super) fn new(settings: Settings, telemetry: Arc<Telemetry>, now: Now) -> Self {
        let world = World::new(settings.world.clone(), settings.profile, now);
        let settings_speed = settings.scenario.as_ref().map_or(1.0, |scenario| scenario.speed);
        let scenario = settings.scenario.clone().map(|scenario| Scenario::new(scenario, now));
        let up = |is_up| SideState { is_up, is_frozen: false };
        Self {
            world,
            mixer: Mixer::new(),
            sides: [up(true), up(settings.side_b.is_some())],
            active: Some(Side::A),
            last_active: Side::A,
            takeover: None,
            maintenance: None,
            connections: BTreeMap::new(),
            sessions: BTreeMap::new(),
            next_session: 1,
            next_server_invoke: 1,
            // Above the numbers that Client Events sessions get.
            next_monitor: 0x4000_0000,
            next_demo_call: settings.keep_calling.map(|keep| now.mono + keep.every),
            dice: Dice::new(settings.keep_calling.map_or(0, |keep| keep.seed)),
            settings,
            telemetry,
            outputs: VecDeque::new(),
            now,
            servers: Vec::new(),
            passed_on: Vec::new(),
            next_service: 0,
            line: Line::default(),
            closing: Vec::new(),
            sessions_changed: false,
            has_bridge: false,
            pace: Pace::new(now, settings_speed),
            scenario,
        }
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let idle = self.connections.values().filter_map(|connection| Some(connection.heard + self.idle_of(connection)?)).min();
        let takeover = self.takeover.map(|(at, _)| at);
        let maintenance = self.maintenance.as_ref().map(|maintenance| maintenance.deadline);
        let passed_on = self.passed_on.iter().map(|passed| passed.deadline).min();
        let closing = self.closing.iter().map(|(at, _)| *at).min();
        let line = self.line.next_due();
        let world = [self.world.poll_timeout(), self.scenario.as_ref().and_then(Scenario::poll_timeout)];
        let world = world.into_iter().flatten().min().map(|at| self.pace.real(at));
        let all = [world, self.mixer.next_due(), idle, takeover, maintenance, self.next_demo_call, passed_on, closing, line];
        all.into_iter().flatten().min()
    }

    pub(super) fn handle_timeout(&mut self, now: Now) {
        self.now = now;
        self.expire_passed_on();
        self.world.handle_timeout(self.world_now());
        if let Some((at, side)) = self.takeover
            && at <= now.mono
        {
            self.takeover = None;
            self.become_active(side);
        }
        let idle: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|(_, connection)| self.idle_of(connection).is_some_and(|idle| connection.heard + idle <= now.mono))
            .map(|(id, _)| *id)
            .collect();
        for id in idle {
            self.telemetry.simulator.session_idle(self.side_of(id).letter());
            self.abort(id, Bytes::new(), StatusCode::TIMEOUT);
        }
        if self.maintenance.as_ref().is_some_and(|maintenance| maintenance.deadline <= now.mono) {
            self.maintenance_step(now, true);
        }
        if let (Some(at), Some(keep)) = (self.next_demo_call, self.settings.keep_calling)
            && at <= now.mono
        {
            self.next_demo_call = Some(now.mono + keep.every);
            self.keep_calling(keep);
        }
        self.flow(now);
    }

    /// The world's moment; its time may run faster than that of the sessions.
    pub(super) fn world_now(&self) -> Now {
        self.pace.world(self.now)
    }

    /// How long a connection may be silent; a frozen server counts nothing.
    fn idle_of(&self, connection: &Connection) -> Option<Duration> {
        if self.state(connection.side).is_frozen {
            return None;
        }
        match &connection.session {
            Some(session) => session.idle,
            None => Some(WITHOUT_SESSION),
        }
    }

    pub(super) const fn state(&self, side: Side) -> &SideState {
        match side {
            Side::A => &self.sides[0],
            Side::B => &self.sides[1],
        }
    }

    pub(super) const fn state_mut(&mut self, side: Side) -> &mut SideState {
        match side {
            Side::A => &mut self.sides[0],
            Side::B => &mut self.sides[1],
        }
    }

    pub(super) fn side_of(&self, conn: ConnId) -> Side {
        self.connections.get(&conn).map_or(Side::A, |connection| connection.side)
    }

    /// A client connected.
    pub(super) fn connected(&mut self, now: Now, conn: ConnId, side: Side, peer: SocketAddr) {
        self.now = now;
        if !self.state(side).is_up || self.connections.len() >= MOST_CONNECTIONS {
            self.outputs.push_back(Output::Abort(conn, Bytes::new()));
            return;
        }
        self.connections.insert(conn, Connection { side, peer, heard: now.mono, session: None });
    }

    /// A connection is gone.
    pub(super) fn disconnected(&mut self, now: Now, conn: ConnId) {
        self.now = now;
        self.forget(conn, StatusCode::CLIENT_DISCONNECTED);
        if self.maintenance.as_mut().is_some_and(|maintenance| maintenance.waiting.remove(&conn)) {
            self.maintenance_step(now, false);
        }
        self.flow(now);
    }

    /// What came cannot be cut into frames any more.
    pub(super) fn broken(&mut self, now: Now, conn: ConnId) {
        self.now = now;
        if !self.state(self.side_of(conn)).is_frozen {
            self.telemetry.simulator.stream_broken(self.side_of(conn).letter());
            self.fail(conn, 0, StatusCode::INVALID_MESSAGE_LENGTH);
            self.abort(conn, Bytes::new(), StatusCode::INVALID_MESSAGE_LENGTH);
        }
        self.flow(now);
    }

    /// A frame arrived.
    pub(super) fn frame(&mut self, now: Now, conn: ConnId, frame: &RawFrame) {
        self.now = now;
        let Some(connection) = self.connections.get_mut(&conn) else { return };
        if self.sides[connection.side as usize].is_frozen {
            return;
        }
        connection.heard = now.mono;
        let invoke = invoke_id(frame);
        match (&connection.session, frame.number) {
            (None, OpenReq::NUMBER) => {
                if let Err(status) = self.open(conn, frame) {
                    self.telemetry.simulator.open_refused(self.side_of(conn).letter(), status);
                    self.fail(conn, invoke, status);
                }
            }
            (None, _) => self.fail(conn, invoke, StatusCode::SESSION_NOT_OPEN),
            (Some(_), OpenReq::NUMBER) => self.fail(conn, invoke, StatusCode::SESSION_ALREADY_OPEN),
            (Some(session), _) => {
                let version = session.version;
                if let Err(status) = self.session_frame(now, conn, frame, version) {
                    self.telemetry.simulator.request_refused(frame.number, status);
                    self.fail(conn, invoke, status);
                }
            }
        }
        self.flow(now);
    }

    fn session_frame(&mut self, now: Now, conn: ConnId, frame: &RawFrame, version: ProtocolVersion) -> Result<(), StatusCode> {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return Ok(()) };
        let profile = self.settings.profile;
        // A Client Events session speaks for its own device; others may name the agent instead of the instrument.
        let implied: &[u16] = if session.device.is_some() || frame.number == 38 { &[6] } else { &[] };
        // An emergency without a call has no connection.
        let implied: &[u16] = if frame.number == 121 { &[25] } else { implied };
        check_form(frame, version, profile, implied)?;
        let mut context = Context::new(version);
        let message = Message::decode(frame, &mut context).map_err(|_| StatusCode::BAD_MESSAGE_FORMAT)?;
        self.telemetry.simulator.tolerated(&context.skipped);
        let standby = session.is_standby;
        match &message {
            Message::HeartbeatReq(request) => {
                self.send(conn, &HeartbeatConf { invoke_id: request.invoke_id }.into());
                return Ok(());
            }
            Message::CloseReq(request) => {
                self.send(conn, &CloseConf { invoke_id: request.invoke_id }.into());
                self.telemetry.simulator.session_closed(self.side_of(conn).letter());
                self.close(conn, StatusCode::NO_ERROR);
                return Ok(());
            }
            Message::ActiveMaintenanceRespMsg(response) => {
                self.maintenance_answer(now, conn, response.maintenance_mode_accepted);
                return Ok(());
            }
            Message::StoppingRequestsToThisSideInd(_) => {
                self.maintenance_left(now, conn);
                return Ok(());
            }
            _ if standby => return Err(StatusCode::SERVER_NOT_MASTER),
            _ => {}
        }
        self.active_request(now, conn, &message, invoke_id(frame))
    }

    fn active_request(&mut self, now: Now, conn: ConnId, message: &Message<'_>, invoke: u32) -> Result<(), StatusCode> {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return Ok(()) };
        if let Some(service) = service_for(message)
            && !session.services.intersects(service)
        {
            return Err(StatusCode::FUNCTION_NOT_AVAILABLE);
        }
        let id = session.id;
        let asker = Asker {
            session: id,
            version: session.version,
            device: session.device.clone(),
            client_id: session.client_id.clone(),
            address: session.address.clone(),
        };
        if let Some(fail) = message.name().and_then(|name| self.mixer.take_failure(name)) {
            let message = match fail.status {
                Some(status) => FailureConf { invoke_id: invoke, status: StatusCode(status), ..FailureConf::default() }.into(),
                None => {
                    let code = fail.failure_code.map_or(ControlFailureCode::GENERIC_UNSPECIFIED_REJECTION, ControlFailureCode);
                    let error = fail.peripheral_error_code;
                    ControlFailureConf { invoke_id: invoke, failure_code: code, peripheral_error_code: error, ..Default::default() }.into()
                }
            };
            self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            return Ok(());
        }
        match message {
            Message::RegisterVariablesReq(request) => {
                let filter = self.register_variables(request)?;
                if let Some(session) = self.session_mut(conn) {
                    session.filter = Some(filter);
                }
                self.answer(id, RegisterVariablesConf { invoke_id: invoke }.into());
            }
            // A real server would raise or clear an alarm of Unified CCE.
            Message::ClientEventReportReq(_) => self.answer(id, ClientEventReportConf { invoke_id: invoke }.into()),
            Message::ConfigRequestKeyEvent(_) => self.send(conn, &self.world.config_keys()),
            Message::ConfigRequestEvent(request) => {
                for message in self.world.config_upload(request.config_information) {
                    self.send(conn, &message);
                }
            }
            Message::UserMessageReq(request) => {
                self.user_message(&asker, request)?;
                self.answer(id, UserMessageConf { invoke_id: invoke }.into());
            }
            message => match (self.monitor_request(conn, message), self.recording_request(&asker, message)) {
                (Some(answer), _) => self.answer(id, answer?),
                (None, Some(done)) => done?,
                (None, None) => self.world.request(self.world_now(), &asker, invoke, message),
            },
        }
        Ok(())
    }

    pub(super) fn session_mut(&mut self, conn: ConnId) -> Option<&mut Session> {
        self.connections.get_mut(&conn)?.session.as_mut()
    }

    /// Encodes a message in the session's version (the oldest without a session) and sends it.
    pub(super) fn send(&mut self, conn: ConnId, message: &Message<'_>) {
        let Some(connection) = self.connections.get(&conn) else { return };
        let version = connection.session.as_ref().map_or(ProtocolVersion::MIN, |session| session.version);
        match message.to_bytes(version) {
            Ok(bytes) => self.put(conn, bytes),
            Err(error) => self.telemetry.simulator.not_encoded(&error),
        }
    }

    pub(super) fn send_event(&mut self, conn: ConnId, message: &Message<'_>) {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return };
        let monitor = session.monitor_id;
        match message.to_bytes(session.version) {
            Ok(bytes) => self.put(conn, with_monitor(bytes, message, monitor)),
            Err(error) => self.telemetry.simulator.not_encoded(&error),
        }
    }

    pub(super) fn put(&mut self, conn: ConnId, bytes: Bytes) {
        let side = self.side_of(conn);
        if self.state(side).is_frozen {
            return;
        }
        match self.line.put(self.now.mono, &self.mixer.behaviour, side, conn, bytes) {
            Put::Direct(bytes) => self.outputs.push_back(Output::Send(conn, bytes)),
            Put::Held => {}
            Put::Cut(rest) => self.abort(conn, rest, StatusCode::UNSPECIFIED_FAILURE),
        }
    }

    fn fail(&mut self, conn: ConnId, invoke_id: u32, status: StatusCode) {
        self.send(conn, &FailureConf { invoke_id, status, ..FailureConf::default() }.into());
    }

    fn forget(&mut self, conn: ConnId, status: StatusCode) {
        self.line.forget(conn);
        let Some(session) = self.connections.remove(&conn).and_then(|connection| connection.session) else { return };
        self.sessions.remove(&session.id);
        self.sessions_changed = true;
        self.session_ended(conn, &session, status);
    }

    /// Ends a connection after everything is written; `status` is why.
    pub(super) fn close(&mut self, conn: ConnId, status: StatusCode) {
        if let Some(at) = self.line.last_of(conn) {
            // What still waits on the line goes first.
            self.closing.push((at, conn));
            self.connections.get_mut(&conn).map(|connection| connection.session.take()).into_iter().flatten().for_each(|session| {
                self.sessions.remove(&session.id);
                self.sessions_changed = true;
                self.session_ended(conn, &session, status);
            });
            return;
        }
        self.forget(conn, status);
        self.outputs.push_back(Output::Close(conn));
    }

    /// Resets a connection behind `tail`; `status` is why.
    pub(super) fn abort(&mut self, conn: ConnId, tail: Bytes, status: StatusCode) {
        self.forget(conn, status);
        self.outputs.push_back(Output::Abort(conn, tail));
    }

    /// Writes what waited long enough on the line.
    fn release_line(&mut self, now: Now) {
        while let Some((conn, bytes)) = self.line.pop_due(now.mono) {
            if !self.state(self.side_of(conn)).is_frozen {
                self.outputs.push_back(Output::Send(conn, bytes));
            }
        }
        let due: Vec<ConnId> = self.closing.extract_if(.., |(at, _)| *at <= now.mono).map(|(_, conn)| conn).collect();
        for conn in due {
            self.forget(conn, StatusCode::NO_ERROR);
            self.outputs.push_back(Output::Close(conn));
        }
    }

    /// Moves what the world says through the mixer to the sessions.
    fn flow(&mut self, now: Now) {
        let (world_now, mixer) = (self.world_now(), &mut self.mixer);
        match &mut self.scenario {
            Some(scenario) => scenario.settle(&mut self.world, world_now, |output| mixer.push(now.mono, output)),
            None => {
                while let Some(output) = self.world.poll_output() {
                    mixer.push(now.mono, output);
                }
            }
        }
        while let Some((born, output)) = self.mixer.pop_due(now.mono) {
            match output {
                WorldOutput::Answer { session, message } => {
                    if let Some(conn) = self.sessions.get(&session).copied() {
                        self.send(conn, &message);
                    }
                }
                WorldOutput::Event(event) => self.publish(born, &event),
            }
        }
        self.release_line(now);
        if std::mem::take(&mut self.sessions_changed) {
            let controls = ServiceMask::ALL_EVENTS | ServiceMask::CLIENT_CONTROL;
            let is_bridge = |session: &Session| !session.is_standby && session.services.contains(controls);
            let is_any = self.connections.values().any(|connection| connection.session.as_ref().is_some_and(is_bridge));
            if is_any != self.has_bridge {
                self.has_bridge = is_any;
                self.world.bridge_sessions(self.world_now(), is_any);
            }
        }
    }

    /// Does what the control port asks for.
    pub(super) fn command(&mut self, now: Now, command: Command) -> Result<Reply, CommandError> {
        self.now = now;
        let reply = match command {
            Command::PlaceCall(call) => Reply::Call(self.world.place_call(self.world_now(), call)?),
            Command::FarEnd(call, action) => self.world.far_end(self.world_now(), call, action).map(|()| Reply::Done)?,
            Command::Phone(device, action) => self.world.use_phone(self.world_now(), &device, &action).map(|()| Reply::Done)?,
            Command::Side(side, action) => self.side_action(now, side, action).map(|()| Reply::Done)?,
            Command::Peripheral(id, online, ends) => self.world.set_peripheral(self.world_now(), id, online, ends).map(|()| Reply::Done)?,
            Command::Gateway(event) => self.world.gateway_event(self.world_now(), event).map(|()| Reply::Done)?,
            Command::Agent(id, state, reason) => self.world.force_agent(self.world_now(), &id, &state, reason).map(|()| Reply::Done)?,
            Command::Team(team, change, agent) => {
                self.world.change_team(self.world_now(), team, change, agent.as_deref()).map(|()| Reply::Done)?
            }
            Command::Rename(agent, first, last) => {
                self.world.rename_agent(self.world_now(), &agent, first.as_deref(), last.as_deref()).map(|()| Reply::Done)?
            }
            Command::Raw(side, bytes) => {
                self.inject(side, &bytes)?;
                Reply::Done
            }
            Command::Behaviour(patch) => {
                self.mixer.merge(&patch).map_err(WishError::Bad)?;
                if patch.contains_key("failRecording") {
                    self.world.fail_recording(self.mixer.behaviour.fail_recording.take());
                }
                Reply::Behaviour(Box::new(self.mixer.behaviour.clone()))
            }
            Command::Truth => Reply::Truth(Box::new(self.world.truth(self.world_now(), self.active.unwrap_or(self.last_active).letter()))),
        };
        self.flow(now);
        Ok(reply)
    }

    /// One invented caller for an agent who has been available for a while.
    fn keep_calling(&mut self, keep: KeepCalling) {
        let idle = self.world.idle_agents(self.world_now(), keep.every);
        if idle.is_empty() {
            return;
        }
        let pick = self.dice.below(idle.len() as u64) as usize;
        let Some(agent) = idle.get(pick) else { return };
        let call = invented_caller(&mut self.dice, agent.clone());
        // Cannot fail: the agent exists and all texts are short.
        if self.world.place_call(self.world_now(), call).is_err() {
            debug_assert!(false, "an invented caller must fit");
        }
    }
}

fn invented_caller(dice: &mut Dice, agent: String) -> InboundCall {
    const NAMES: [&str; 8] = ["Keller", "Rossi", "Martin", "Novak", "Jensen", "Moser", "Garcia", "Lindt"];
    const TOPICS: [&str; 5] = ["order status", "new contract", "invoice question", "change of address", "complaint"];
    const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];
    let mut pick = |list: &[&str]| list.get(dice.below(list.len() as u64) as usize).map_or_else(String::new, |word| (*word).to_owned());
    let (name, topic, language) = (pick(&NAMES), pick(&TOPICS), pick(&LANGUAGES));
    let sales = dice.below(2) == 0;
    let customer = format!("C{:06}", dice.below(1_000_000));
    InboundCall {
        // Numbers of the range reserved for fiction in Switzerland do not exist, so these simply look the part.
        from: format!("+4155500{:04}", 10 + dice.below(9_900)),
        dialed_number: Some(if sales { "8001" } else { "8002" }.to_owned()),
        agent: Some(agent),
        call_variables: [(1, customer.clone()), (2, name), (3, language), (4, topic)].into(),
        ecc_variables: vec![("user.CustomerId".to_owned(), customer), ("user.Origin".to_owned(), "demo".to_owned())],
        ..InboundCall::default()
    }
}
