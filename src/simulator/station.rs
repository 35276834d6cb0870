//! Both CTI Servers of the pair and their sessions, pure: frames in, frames out, roles, timers.
//!
//! ```text
//!            stop                      start, the other is active
//!   active ────────▶ (down) ─────────────────────────────▶ standby
//!     ▲  ▲                                                    │
//!     │  └─────────── switch_delay after the other went down ─┤
//!     └──────────────────── role given, planned switch ───────┘
//! ```
//! The standby refuses sessions (status 15 up to version 23, 107 from 24 on) unless they ask for ACTIVE_STANDBY, and
//! answers heartbeats only. At most one side is active; the world behind them is one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::behaviour::{Behaviour, Mixer};
use super::open::{Opening, check_form, invoke_id, read_open};
use super::world::{
    Asker, Audience, CallId, Event, FarEnd, InboundCall, Output as WorldOutput, PhoneAction, TEAM, Truth, VariableFilter, WishError, World,
};
use super::{Dice, KeepCalling, Profile, Settings, Side};
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::message::{
    ActiveMaintenanceEventMsg, ActiveMaintenanceReqMsg, ClientEventReportConf, CloseConf, ControlFailureConf, FailureConf, FailureEvent,
    HeartbeatConf, MonitorAgentTeamStartConf, MonitorAgentTeamStopConf, OpenConf, OpenReq, OpenedPeripheral, RegisterVariablesConf,
    RegisterVariablesReq, StandbyActiveEventMsg, UserMessageConf, UserMessageEvent, UserMessageReq,
};
use crate::protocol::values::{
    AgentState, ControlFailureCode, MessageDistribution, MultilineAgentControl, PeripheralType, SessionType, StatusCode, SystemEventId,
};
use crate::protocol::wire::Context;
use crate::protocol::{Message, ProtocolVersion, RawFrame};
use crate::telemetry::Telemetry;
use crate::time::Now;

/// Names one TCP connection.
pub(super) type ConnId = u64;

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
    /// A peripheral goes off line or comes back.
    Peripheral(u32, bool),
    /// An agent is put into a state.
    Agent(String, String, Option<u16>),
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
    Behaviour(Behaviour),
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
struct Session {
    id: u64,
    version: ProtocolVersion,
    services: ServiceMask,
    call_mask: CallMsgMask,
    state_mask: AgentStateMask,
    client_id: String,
    address: String,
    device: Option<String>,
    monitor_id: u32,
    idle: Option<Duration>,
    is_standby: bool,
    filter: Option<VariableFilter>,
    born: u64,
    /// State, reason and next state told last, by agent, for sessions that want no duplicates.
    told: BTreeMap<i32, (AgentState, u16, Option<AgentState>)>,
}

impl Session {
    const fn knows_standby(&self) -> bool {
        self.services.contains(ServiceMask::ACTIVE_STANDBY) && self.version.number() >= 24
    }
}

#[derive(Debug)]
struct Connection {
    side: Side,
    address: String,
    heard: Instant,
    session: Option<Session>,
}

#[derive(Debug, Default)]
struct SideState {
    is_up: bool,
    is_frozen: bool,
}

#[derive(Debug)]
struct Maintenance {
    side: Side,
    deadline: Instant,
    invoke_id: u32,
    waiting: BTreeSet<ConnId>,
    /// Behind the decision: the clients are about to leave.
    is_going: bool,
}

/// Both servers.
pub(super) struct Station {
    settings: Settings,
    telemetry: Arc<Telemetry>,
    world: World,
    mixer: Mixer,
    sides: [SideState; 2],
    active: Option<Side>,
    last_active: Side,
    takeover: Option<(Instant, Side)>,
    maintenance: Option<Maintenance>,
    connections: BTreeMap<ConnId, Connection>,
    sessions: BTreeMap<u64, ConnId>,
    next_session: u64,
    next_server_invoke: u32,
    next_monitor: u32,
    next_demo_call: Option<Instant>,
    dice: Dice,
    outputs: VecDeque<Output>,
}

impl Station {
    pub(super) fn new(settings: Settings, telemetry: Arc<Telemetry>, now: Now) -> Self {
        let world = World::new(settings.world.clone(), settings.profile, now);
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
        }
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let idle = self.connections.values().filter_map(|connection| Some(connection.heard + self.idle_of(connection)?)).min();
        let takeover = self.takeover.map(|(at, _)| at);
        let maintenance = self.maintenance.as_ref().map(|maintenance| maintenance.deadline);
        let all = [self.world.poll_timeout(), self.mixer.next_due(), idle, takeover, maintenance, self.next_demo_call];
        all.into_iter().flatten().min()
    }

    pub(super) fn handle_timeout(&mut self, now: Now) {
        self.world.handle_timeout(now);
        if let Some((at, side)) = self.takeover
            && at <= now.mono
        {
            self.takeover = None;
            self.become_active(now, side);
        }
        let idle: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|(_, connection)| self.idle_of(connection).is_some_and(|idle| connection.heard + idle <= now.mono))
            .map(|(id, _)| *id)
            .collect();
        for id in idle {
            self.telemetry.simulator.session_idle(self.side_of(id).letter());
            self.abort(id, Bytes::new());
        }
        if self.maintenance.as_ref().is_some_and(|maintenance| maintenance.deadline <= now.mono) {
            self.maintenance_step(now, true);
        }
        if let (Some(at), Some(keep)) = (self.next_demo_call, self.settings.keep_calling)
            && at <= now.mono
        {
            self.next_demo_call = Some(now.mono + keep.every);
            self.keep_calling(now, keep);
        }
        self.flow(now);
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

    const fn state(&self, side: Side) -> &SideState {
        match side {
            Side::A => &self.sides[0],
            Side::B => &self.sides[1],
        }
    }

    const fn state_mut(&mut self, side: Side) -> &mut SideState {
        match side {
            Side::A => &mut self.sides[0],
            Side::B => &mut self.sides[1],
        }
    }

    fn side_of(&self, conn: ConnId) -> Side {
        self.connections.get(&conn).map_or(Side::A, |connection| connection.side)
    }

    /// A client connected.
    pub(super) fn connected(&mut self, now: Now, conn: ConnId, side: Side, address: String) {
        if !self.state(side).is_up {
            self.outputs.push_back(Output::Abort(conn, Bytes::new()));
            return;
        }
        self.connections.insert(conn, Connection { side, address, heard: now.mono, session: None });
    }

    /// A connection is gone.
    pub(super) fn disconnected(&mut self, now: Now, conn: ConnId) {
        self.forget(conn);
        if self.maintenance.as_mut().is_some_and(|maintenance| maintenance.waiting.remove(&conn)) {
            self.maintenance_step(now, false);
        }
        self.flow(now);
    }

    /// What came cannot be cut into frames any more.
    pub(super) fn broken(&mut self, now: Now, conn: ConnId) {
        if !self.state(self.side_of(conn)).is_frozen {
            self.telemetry.simulator.stream_broken(self.side_of(conn).letter());
            self.fail(conn, 0, StatusCode::INVALID_MESSAGE_LENGTH);
            self.abort(conn, Bytes::new());
        }
        self.flow(now);
    }

    /// A frame arrived.
    pub(super) fn frame(&mut self, now: Now, conn: ConnId, frame: &RawFrame) {
        let Some(connection) = self.connections.get_mut(&conn) else { return };
        if self.sides[connection.side as usize].is_frozen {
            return;
        }
        connection.heard = now.mono;
        let invoke = invoke_id(frame);
        match (&connection.session, frame.number) {
            (None, OpenReq::NUMBER) => {
                if let Err(status) = self.open(now, conn, frame) {
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
        check_form(frame, frame.number, version, profile, implied)?;
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
                self.close(conn);
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
                let message = RegisterVariablesConf { invoke_id: invoke }.into();
                self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            }
            Message::ClientEventReportReq(_) => {
                // A real server would raise or clear an alarm of Unified CCE.
                let message = ClientEventReportConf { invoke_id: invoke }.into();
                self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            }
            Message::ConfigRequestKeyEvent(_) => self.send(conn, &self.world.config_keys()),
            Message::ConfigRequestEvent(request) => {
                for message in self.world.config_upload(request.config_information) {
                    self.send(conn, &message);
                }
            }
            Message::UserMessageReq(request) => {
                self.user_message(&asker, request)?;
                let message = UserMessageConf { invoke_id: invoke }.into();
                self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            }
            Message::MonitorAgentTeamStartReq(request) => {
                // An All Events session has the events already; only the number is new to it.
                if request.team_id != TEAM {
                    return Err(StatusCode::TEAM_NOT_FOUND);
                }
                self.next_monitor += 1;
                let message = MonitorAgentTeamStartConf { invoke_id: invoke, monitor_id: self.next_monitor }.into();
                self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            }
            Message::MonitorAgentTeamStopReq(_) => {
                let message = MonitorAgentTeamStopConf { invoke_id: invoke }.into();
                self.mixer.push(now.mono, WorldOutput::Answer { session: id, message });
            }
            message => self.world.request(now, &asker, invoke, message),
        }
        Ok(())
    }

    /// Passes a text on to the sessions it is for.
    fn user_message(&mut self, asker: &Asker, request: &UserMessageReq<'_>) -> Result<(), StatusCode> {
        let wanted = request.client_id.as_deref();
        let event = UserMessageEvent {
            icm_central_controller_time: self.world.controller_time(),
            distribution: request.distribution,
            client_id: Some(asker.client_id.clone().into()),
            text: request.text.clone().map(crate::protocol::Text::into_owned),
        };
        let is_for = |session: &Session| match request.distribution {
            MessageDistribution::CLIENT => wanted == Some(session.client_id.as_str()),
            // The event does not name whom it is for, so every bridge gets it, and the desktops of the one team.
            MessageDistribution::SUPERVISOR => session.services.intersects(ServiceMask::SUPERVISOR | ServiceMask::ALL_EVENTS),
            _ => true,
        };
        match request.distribution {
            MessageDistribution::CLIENT if wanted.is_none() => return Err(StatusCode::REQUIRED_DATA_MISSING),
            MessageDistribution::CLIENT | MessageDistribution::ALL => {}
            MessageDistribution::SUPERVISOR | MessageDistribution::TEAM => {
                let (id, extension) = (request.agent_id.as_deref(), request.agent_extension.as_deref());
                let instrument = request.agent_instrument.as_deref().or(asker.device.as_deref());
                self.world.device_of(id, extension, instrument)?;
            }
            _ => return Err(StatusCode::INVALID_DISTRIBUTION_TYPE),
        }
        let receivers: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.session.as_ref().is_some_and(|session| !session.is_standby && is_for(session)))
            .map(|(conn, _)| *conn)
            .collect();
        if receivers.is_empty() {
            return Err(StatusCode::CLIENT_NOT_FOUND);
        }
        let event = event.into();
        for conn in receivers {
            self.send(conn, &event);
        }
        Ok(())
    }

    fn session_mut(&mut self, conn: ConnId) -> Option<&mut Session> {
        self.connections.get_mut(&conn)?.session.as_mut()
    }

    fn register_variables(&self, request: &RegisterVariablesReq<'_>) -> Result<VariableFilter, StatusCode> {
        let names = request.named_variables.iter().map(|v| v.name.as_str()).chain(request.named_arrays.iter().map(|a| a.name.as_str()));
        let names: Vec<String> = names.map(str::to_owned).collect();
        // One unknown name refuses the whole request.
        if self.settings.profile == Profile::Strict && names.iter().any(|name| !name.starts_with("user.") && !name.starts_with("BA")) {
            return Err(StatusCode::NAMED_VARIABLE_NOT_CONFIGURED);
        }
        Ok(VariableFilter { variables: request.call_variable_mask, names })
    }

    fn open(&mut self, now: Now, conn: ConnId, frame: &RawFrame) -> Result<(), StatusCode> {
        let side = self.side_of(conn);
        let mut opening = read_open(frame, self.settings.profile)?;
        let knows_standby = opening.version.number() >= 24 && opening.services.contains(ServiceMask::ACTIVE_STANDBY);
        if self.maintenance.as_ref().is_some_and(|maintenance| maintenance.side == side) {
            return Err(StatusCode::SERVER_IN_MAINTENANCE_MODE);
        }
        let is_standby = self.active != Some(side);
        if is_standby && !knows_standby {
            let old = opening.version.number() < 24;
            return Err(if old { StatusCode::CTI_SERVER_OFFLINE } else { StatusCode::INVALID_CLIENT_FOR_STANDBY });
        }
        if let Some(password) = &self.settings.client_password {
            let given = opening.password.split(|byte| *byte == 0).next().unwrap_or_default();
            if given != password.as_bytes() {
                return Err(StatusCode::INVALID_PASSWORD);
            }
        }
        let device = self.check_services(conn, &mut opening)?;
        self.telemetry.simulator.dropped_bits(opening.dropped_bits);
        let session_id = self.next_session;
        self.next_session += 1;
        let monitor_id = if device.is_some() { session_id as u32 } else { 0 };
        let address = self.connections.get(&conn).map(|connection| connection.address.clone()).unwrap_or_default();
        let session = Session {
            id: session_id,
            version: opening.version,
            services: opening.services,
            call_mask: opening.call_mask,
            state_mask: opening.state_mask,
            client_id: opening.client_id.clone(),
            address,
            device: device.clone(),
            monitor_id,
            idle: opening.idle,
            is_standby,
            filter: None,
            born: self.mixer.mark(),
            told: BTreeMap::new(),
        };
        if let Some(connection) = self.connections.get_mut(&conn) {
            connection.session = Some(session);
        }
        self.sessions.insert(session_id, conn);
        self.telemetry.simulator.session_opened(side.letter(), opening.version, is_standby);
        self.confirm_open(conn, &opening, device.as_deref(), is_standby);
        if !is_standby {
            self.introduce(now, conn, device.as_deref());
        }
        Ok(())
    }

    /// Peripheral, agent and services of OPEN_REQ against the world; gives the device of a Client Events session.
    fn check_services(&mut self, conn: ConnId, opening: &mut Opening) -> Result<Option<String>, StatusCode> {
        let is_field = self.settings.profile == Profile::Field;
        let all = opening.services.contains(ServiceMask::ALL_EVENTS);
        // Every peripheral is all ones; clients in the field also send 0 for it.
        let any = opening.peripheral == u32::MAX || is_field && opening.peripheral == 0;
        if !any && !self.world.has_peripheral(opening.peripheral) {
            return Err(StatusCode::INVALID_PERIPHERAL_ID);
        }
        if !opening.services.contains(ServiceMask::CLIENT_EVENTS) {
            return Ok(None);
        }
        let (id, extension, instrument) = &opening.agent;
        if id.is_none() && extension.is_none() && instrument.is_none() {
            if all && is_field {
                // A public client asks for both without any agent.
                opening.services.remove(ServiceMask::CLIENT_EVENTS);
                return Ok(None);
            }
            return Err(StatusCode::REQUIRED_DATA_MISSING);
        }
        let (device, is_supervisor) = self.world.device_of(id.as_deref(), extension.as_deref(), instrument.as_deref())?;
        if opening.services.contains(ServiceMask::SUPERVISOR) && !is_supervisor && !all {
            return Err(StatusCode::FUNCTION_NOT_AVAILABLE);
        }
        let older = self.connections.iter().find(|(other, connection)| {
            **other != conn && connection.session.as_ref().is_some_and(|session| session.device.as_ref() == Some(&device))
        });
        if let Some((other, connection)) = older {
            let same_client = connection.session.as_ref().is_some_and(|session| session.client_id == opening.client_id);
            if !same_client {
                return Err(StatusCode::DEVICE_IN_USE);
            }
            let other = *other;
            self.send(other, &FailureEvent { status: StatusCode::NEW_SESSION_OPENED }.into());
            self.close(other);
        }
        Ok(Some(device))
    }

    fn confirm_open(&mut self, conn: ConnId, opening: &Opening, device: Option<&str>, is_standby: bool) {
        let named = |id: &u32| opening.peripheral == *id || !self.world.has_peripheral(opening.peripheral);
        let peripherals: Vec<(u32, bool)> = self.world.peripherals().filter(|(id, _)| named(id)).collect();
        let agent = device.and_then(|device| self.world.agent_of_device(device));
        let text = |value: &String| crate::protocol::Text::from(value.clone());
        let session_type = if is_standby { SessionType::STANDBY } else { SessionType::ACTIVE };
        let monitor_id =
            self.connections.get(&conn).and_then(|connection| connection.session.as_ref()).map_or(0, |session| session.monitor_id);
        let entry = |(id, _): &(u32, bool)| OpenedPeripheral {
            flt_peripheral_id: Some(*id),
            multiline_agent_control: Some(MultilineAgentControl::SINGLE_LINE),
        };
        let confirm = OpenConf {
            invoke_id: opening.invoke_id,
            services_granted: opening.services,
            monitor_id,
            pg_status: self.world.pg_status(),
            icm_central_controller_time: self.world.controller_time(),
            peripheral_online: peripherals.iter().all(|(_, online)| *online),
            peripheral_type: PeripheralType::ENTERPRISE_AGENT,
            agent_state: agent.as_ref().map_or(AgentState::UNKNOWN, |agent| agent.1),
            session_type,
            agent_extension: device.map(|device| crate::protocol::Text::from(device.to_owned())),
            agent_id: agent.as_ref().map(|agent| text(&agent.0)),
            agent_instrument: device.map(|device| crate::protocol::Text::from(device.to_owned())),
            // The recording has the record also where OPEN_REQ names the peripheral, although the guide allows none.
            peripherals: peripherals.iter().map(entry).collect(),
            ..OpenConf::default()
        };
        self.send(conn, &confirm.into());
    }

    /// What a session is told unasked when it opens or becomes active.
    fn introduce(&mut self, now: Now, conn: ConnId, device: Option<&str>) {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return };
        let all = session.services.contains(ServiceMask::ALL_EVENTS);
        let teams = session.services.contains(ServiceMask::SUPERVISOR) || all;
        if teams && session.call_mask.contains(CallMsgMask::AGENT_TEAM_CONFIG) {
            for event in self.world.team_events(now) {
                self.send(conn, &event.into());
            }
        }
        if all {
            for (id, online) in self.world.peripherals().collect::<Vec<_>>() {
                let event = if online { SystemEventId::PERIPHERAL_ONLINE } else { SystemEventId::PERIPHERAL_OFFLINE };
                self.send(conn, &self.world.system_event(event, id).into());
            }
        } else if let Some(device) = device {
            // A Client Events session gets a BEGIN for every call in progress at its device.
            for message in self.world.calls_in_progress(device) {
                self.send_event(conn, &message);
            }
        }
    }

    /// Encodes a message in the session's version (the oldest without a session) and sends it.
    fn send(&mut self, conn: ConnId, message: &Message<'_>) {
        let Some(connection) = self.connections.get(&conn) else { return };
        let version = connection.session.as_ref().map_or(ProtocolVersion::MIN, |session| session.version);
        match message.to_bytes(version) {
            Ok(bytes) => self.put(conn, bytes),
            Err(error) => self.telemetry.simulator.not_encoded(&error),
        }
    }

    fn send_event(&mut self, conn: ConnId, message: &Message<'_>) {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return };
        let monitor = session.monitor_id;
        match message.to_bytes(session.version) {
            Ok(bytes) => self.put(conn, with_monitor(bytes, message, monitor)),
            Err(error) => self.telemetry.simulator.not_encoded(&error),
        }
    }

    fn put(&mut self, conn: ConnId, bytes: Bytes) {
        if !self.state(self.side_of(conn)).is_frozen {
            self.outputs.push_back(Output::Send(conn, bytes));
        }
    }

    fn fail(&mut self, conn: ConnId, invoke_id: u32, status: StatusCode) {
        self.send(conn, &FailureConf { invoke_id, status, ..FailureConf::default() }.into());
    }

    fn forget(&mut self, conn: ConnId) {
        if let Some(session) = self.connections.remove(&conn).and_then(|connection| connection.session) {
            self.sessions.remove(&session.id);
        }
    }

    fn close(&mut self, conn: ConnId) {
        self.forget(conn);
        self.outputs.push_back(Output::Close(conn));
    }

    fn abort(&mut self, conn: ConnId, tail: Bytes) {
        self.forget(conn);
        self.outputs.push_back(Output::Abort(conn, tail));
    }

    /// Moves what the world says through the mixer to the sessions.
    fn flow(&mut self, now: Now) {
        while let Some(output) = self.world.poll_output() {
            self.mixer.push(now.mono, output);
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
    }

    /// Sends an event to every session that wants it; encoded once for each version.
    fn publish(&mut self, born: u64, event: &Event) {
        let mut encoded: Vec<(ProtocolVersion, Bytes)> = Vec::new();
        let mut sends = Vec::new();
        for (conn, connection) in &mut self.connections {
            let Some(session) = connection.session.as_mut().filter(|session| session.born <= born && wants(session, event)) else {
                continue;
            };
            if is_duplicate(session, &event.message) {
                continue;
            }
            let narrow = session.version.number() < 22 && event.changed.is_some();
            let known = encoded.iter().find(|(version, _)| *version == session.version).map(|(_, bytes)| bytes.clone());
            let bytes = match known.filter(|_| session.filter.is_none()) {
                Some(bytes) => bytes,
                None => {
                    let mut message = event.message.clone();
                    if narrow {
                        keep_changed(&mut message, event.changed.as_deref().unwrap_or_default());
                    }
                    if let Some(filter) = &session.filter {
                        keep_registered(&mut message, filter);
                    }
                    match message.to_bytes(session.version) {
                        Ok(bytes) => {
                            if session.filter.is_none() {
                                encoded.push((session.version, bytes.clone()));
                            }
                            bytes
                        }
                        Err(error) => {
                            self.telemetry.simulator.not_encoded(&error);
                            continue;
                        }
                    }
                }
            };
            sends.push((*conn, with_monitor(bytes, &event.message, session.monitor_id)));
        }
        for (conn, bytes) in sends {
            self.put(conn, bytes);
        }
    }

    /// Does what the control port asks for.
    pub(super) fn command(&mut self, now: Now, command: Command) -> Result<Reply, CommandError> {
        let reply = match command {
            Command::PlaceCall(call) => Reply::Call(self.world.place_call(now, call)?),
            Command::FarEnd(call, action) => self.world.far_end(now, call, action).map(|()| Reply::Done)?,
            Command::Phone(device, action) => self.world.use_phone(now, &device, &action).map(|()| Reply::Done)?,
            Command::Side(side, action) => self.side_action(now, side, action).map(|()| Reply::Done)?,
            Command::Peripheral(id, online) => self.world.set_peripheral(now, id, online).map(|()| Reply::Done)?,
            Command::Agent(id, state, reason) => self.world.force_agent(now, &id, &state, reason).map(|()| Reply::Done)?,
            Command::Behaviour(patch) => {
                self.mixer.merge(&patch).map_err(WishError::Bad)?;
                Reply::Behaviour(self.mixer.behaviour.clone())
            }
            Command::Truth => Reply::Truth(Box::new(self.world.truth(now, self.active.unwrap_or(self.last_active).letter()))),
        };
        self.flow(now);
        Ok(reply)
    }

    fn side_action(&mut self, now: Now, side: Side, action: SideAction) -> Result<(), WishError> {
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
                    self.become_active(now, side);
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
                        self.become_active(now, side.other());
                    }
                }
            }
            SideAction::Active => self.become_active(now, side),
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

    fn can_serve(&self, side: Side) -> bool {
        let state = self.state(side);
        state.is_up && !state.is_frozen
    }

    fn connections_of(&self, side: Side) -> Vec<ConnId> {
        self.connections.iter().filter(|(_, connection)| connection.side == side).map(|(conn, _)| *conn).collect()
    }

    fn drop_all(&mut self, side: Side, tail: &Bytes) {
        for conn in self.connections_of(side) {
            self.abort(conn, tail.clone());
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
            self.become_active(now, side);
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
                self.close(conn);
            }
        }
    }

    fn become_active(&mut self, now: Now, side: Side) {
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
            self.world.tell_calls(now);
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

    fn maintenance_answer(&mut self, now: Now, conn: ConnId, accepted: bool) {
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

    fn maintenance_left(&mut self, now: Now, conn: ConnId) {
        let Some(maintenance) = self.maintenance.as_mut().filter(|maintenance| maintenance.is_going) else { return };
        if maintenance.waiting.remove(&conn) {
            self.close(conn);
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
    fn maintenance_step(&mut self, now: Now, is_late: bool) {
        let Some(maintenance) = &mut self.maintenance else { return };
        let side = maintenance.side;
        if !is_late && !maintenance.waiting.is_empty() {
            return;
        }
        if maintenance.is_going {
            self.maintenance = None;
            for conn in self.connections_of(side) {
                self.send(conn, &FailureEvent { status: StatusCode::SERVER_IN_MAINTENANCE_MODE }.into());
                self.close(conn);
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
        self.become_active(now, side.other());
        if nobody {
            self.maintenance_step(now, false);
        }
    }

    /// One invented caller for an agent who has been available for a while.
    fn keep_calling(&mut self, now: Now, keep: KeepCalling) {
        let idle = self.world.idle_agents(now, keep.every);
        if idle.is_empty() {
            return;
        }
        let pick = self.dice.below(idle.len() as u64) as usize;
        let Some(agent) = idle.get(pick) else { return };
        let call = invented_caller(&mut self.dice, agent.clone());
        // Cannot fail: the agent exists and all texts are short.
        if self.world.place_call(now, call).is_err() {
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

/// Writes the session's MonitorID into an event that begins with one; all events are built with 0.
fn with_monitor(bytes: Bytes, message: &Message<'_>, monitor: u32) -> Bytes {
    let has_one = message.spec().and_then(|spec| spec.fixed.first()).is_some_and(|field| field.name == "MonitorID");
    if monitor == 0 || !has_one {
        return bytes;
    }
    let mut copy = bytes.to_vec();
    if let Some(field) = copy.get_mut(8..12) {
        field.copy_from_slice(&monitor.to_be_bytes());
    }
    copy.into()
}

fn wants(session: &Session, event: &Event) -> bool {
    if session.is_standby {
        return false;
    }
    let concerned = session.services.contains(ServiceMask::ALL_EVENTS)
        || match (&event.audience, &session.device) {
            (Audience::Everyone, _) => true,
            (Audience::Devices(devices), Some(device)) => devices.contains(device),
            (Audience::Devices(_), None) => false,
        };
    if !concerned {
        return false;
    }
    match &event.message {
        Message::AgentStateEvent(state) => state_bit(state.agent_state).is_none_or(|bit| session.state_mask.contains(bit)),
        message => call_bit(message).is_none_or(|bit| session.call_mask.contains(bit)),
    }
}

/// AgentStateMask leaves out UNKNOWN, so the bits behind it stand one lower than the states.
fn state_bit(state: AgentState) -> Option<AgentStateMask> {
    match state.0 {
        shift @ 0..=8 => Some(AgentStateMask::from_bits_retain(1 << shift)),
        shift @ 10..=14 => Some(AgentStateMask::from_bits_retain(1 << (shift - 1))),
        _ => None,
    }
}

fn call_bit(message: &Message<'_>) -> Option<CallMsgMask> {
    Some(match message {
        Message::CallDeliveredEvent(_) => CallMsgMask::CALL_DELIVERED,
        Message::CallEstablishedEvent(_) => CallMsgMask::CALL_ESTABLISHED,
        Message::CallHeldEvent(_) => CallMsgMask::CALL_HELD,
        Message::CallRetrievedEvent(_) => CallMsgMask::CALL_RETRIEVED,
        Message::CallClearedEvent(_) => CallMsgMask::CALL_CLEARED,
        Message::CallConnectionClearedEvent(_) => CallMsgMask::CALL_CONNECTION_CLEARED,
        Message::CallOriginatedEvent(_) => CallMsgMask::CALL_ORIGINATED,
        Message::CallConferencedEvent(_) => CallMsgMask::CALL_CONFERENCED,
        Message::CallTransferredEvent(_) => CallMsgMask::CALL_TRANSFERRED,
        Message::CallServiceInitiatedEvent(_) => CallMsgMask::CALL_SERVICE_INITIATED,
        Message::BeginCallEvent(_) => CallMsgMask::BEGIN_CALL,
        Message::EndCallEvent(_) => CallMsgMask::END_CALL,
        Message::CallDataUpdateEvent(_) => CallMsgMask::CALL_DATA_UPDATE,
        Message::CallFailedEvent(_) => CallMsgMask::CALL_FAILED,
        Message::CallReachedNetworkEvent(_) => CallMsgMask::CALL_REACHED_NETWORK,
        Message::AgentPreCallEvent(_) => CallMsgMask::AGENT_PRE_CALL,
        Message::AgentPreCallAbortEvent(_) => CallMsgMask::AGENT_PRE_CALL_ABORT,
        Message::RtpStartedEvent(_) => CallMsgMask::RTP_STARTED,
        Message::RtpStoppedEvent(_) => CallMsgMask::RTP_STOPPED,
        Message::AgentTeamConfigEvent(_) => CallMsgMask::AGENT_TEAM_CONFIG,
        Message::NetworkRecordingStartedEvent(_) => CallMsgMask::NETWORK_RECORDING_STARTED,
        Message::NetworkRecordingEndedEvent(_) => CallMsgMask::NETWORK_RECORDING_ENDED,
        Message::NetworkRecordingFailedEvent(_) => CallMsgMask::NETWORK_RECORDING_FAILED,
        Message::NetworkRecordingTargetInfoEvent(_) => CallMsgMask::NETWORK_RECORDING_TARGET_INFO,
        _ => return None,
    })
}

/// Sessions with CTI_SERVICE_IGNORE_DUPLICATE_AGENT_EVENTS get a state once.
fn is_duplicate(session: &mut Session, message: &Message<'_>) -> bool {
    let Message::AgentStateEvent(event) = message else { return false };
    if !session.services.contains(ServiceMask::IGNORE_DUPLICATE_AGENT_EVENTS) {
        return false;
    }
    let state = (event.agent_state, event.event_reason_code, event.next_agent_state);
    session.told.insert(event.icm_agent_id, state) == Some(state)
}

/// Before version 22 only the ECC variables that changed are in CALL_DATA_UPDATE_EVENT (inferred).
fn keep_changed(message: &mut Message<'_>, changed: &[String]) {
    if let Message::CallDataUpdateEvent(event) = message {
        event.named_variables.retain(|variable| changed.iter().any(|name| *name == *variable.name));
        event.named_arrays.retain(|array| changed.iter().any(|name| *name == *array.name));
    }
}

/// Leaves only the variables that the session registered for.
fn keep_registered(message: &mut Message<'_>, filter: &VariableFilter) {
    macro_rules! keep {
        ($event:ident) => {{
            let mut bit = 1;
            for slot in [
                &mut $event.call_variable1,
                &mut $event.call_variable2,
                &mut $event.call_variable3,
                &mut $event.call_variable4,
                &mut $event.call_variable5,
                &mut $event.call_variable6,
                &mut $event.call_variable7,
                &mut $event.call_variable8,
                &mut $event.call_variable9,
                &mut $event.call_variable10,
            ] {
                if filter.variables.bits() & bit == 0 {
                    *slot = None;
                }
                bit <<= 1;
            }
            $event.named_variables.retain(|variable| filter.names.iter().any(|name| *name == *variable.name));
            $event.named_arrays.retain(|array| filter.names.iter().any(|name| *name == *array.name));
        }};
    }
    match message {
        Message::BeginCallEvent(event) => keep!(event),
        Message::CallDeliveredEvent(event) => keep!(event),
        Message::CallDataUpdateEvent(event) => keep!(event),
        Message::AgentPreCallEvent(event) => keep!(event),
        _ => {}
    }
}

/// The services that allow a request, any one of them is enough; reading an agent's state needs none (inferred: monitoring
/// clients do it).
fn service_for(message: &Message<'_>) -> Option<ServiceMask> {
    Some(match message {
        Message::SetAgentStateReq(_) => ServiceMask::CLIENT_CONTROL | ServiceMask::AGENT_STATE_CONTROL_ONLY,
        Message::SetCallDataReq(_) | Message::ReleaseCallReq(_) => ServiceMask::CALL_DATA_UPDATE,
        Message::SuperviseCallReq(_)
        | Message::ListAgentTeamReq(_)
        | Message::MonitorAgentTeamStartReq(_)
        | Message::MonitorAgentTeamStopReq(_) => ServiceMask::SUPERVISOR,
        Message::MonitorStartReq(_) | Message::MonitorStopReq(_) | Message::ChangeMonitorMaskReq(_) => ServiceMask::PERIPHERAL_MONITOR,
        Message::SessionMonitorStartReq(_) | Message::SessionMonitorStopReq(_) => ServiceMask::CLIENT_MONITOR,
        Message::RegisterServiceReq(_) | Message::UnregisterServiceReq(_) => ServiceMask::SERVER,
        Message::AnswerCallReq(_)
        | Message::HoldCallReq(_)
        | Message::RetrieveCallReq(_)
        | Message::ClearConnectionReq(_)
        | Message::ClearCallReq(_)
        | Message::MakeCallReq(_)
        | Message::ConsultationCallReq(_)
        | Message::AlternateCallReq(_)
        | Message::ReconnectCallReq(_)
        | Message::ConferenceCallReq(_)
        | Message::TransferCallReq(_)
        | Message::DeflectCallReq(_)
        | Message::SendDtmfSignalReq(_)
        | Message::StartNetworkRecordingReq(_)
        | Message::StopNetworkRecordingReq(_) => ServiceMask::CLIENT_CONTROL,
        _ => return None,
    })
}
