//! Both CTI Servers of the pair and their sessions, pure: frames in, frames out, timers. Roles are in `sides`, who gets
//! what is in `publish`.
//!
//! The standby refuses sessions (status 15 up to version 23, 107 from 24 on) unless they ask for ACTIVE_STANDBY, and
//! answers heartbeats only. At most one side is active; the world behind them is one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::behaviour::{Behaviour, Mixer};
use super::open::{Opening, check_form, invoke_id, read_open};
use super::publish::{service_for, with_monitor};
use super::sides::{Maintenance, SideAction};
use super::world::{
    Asker, CallId, FarEnd, GatewayEvent, InboundCall, Output as WorldOutput, PhoneAction, TEAM, Truth, VariableFilter, WishError, World,
};
use super::{Dice, KeepCalling, Profile, Settings, Side};
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::message::{
    ClientEventReportConf, CloseConf, ControlFailureConf, FailureConf, FailureEvent, HeartbeatConf, MonitorAgentTeamStartConf,
    MonitorAgentTeamStopConf, OpenConf, OpenReq, OpenedPeripheral, RegisterVariablesConf, RegisterVariablesReq, UserMessageConf,
    UserMessageEvent, UserMessageReq,
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
pub(super) struct Session {
    pub(super) id: u64,
    pub(super) version: ProtocolVersion,
    pub(super) services: ServiceMask,
    pub(super) call_mask: CallMsgMask,
    pub(super) state_mask: AgentStateMask,
    pub(super) client_id: String,
    pub(super) address: String,
    pub(super) device: Option<String>,
    pub(super) monitor_id: u32,
    pub(super) idle: Option<Duration>,
    pub(super) is_standby: bool,
    pub(super) filter: Option<VariableFilter>,
    pub(super) born: u64,
    /// State, reason and next state told last, by agent, for sessions that want no duplicates.
    pub(super) told: BTreeMap<i32, (AgentState, u16, Option<AgentState>)>,
}

impl Session {
    pub(super) const fn knows_standby(&self) -> bool {
        self.services.contains(ServiceMask::ACTIVE_STANDBY) && self.version.number() >= 24
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) side: Side,
    pub(super) address: String,
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

    fn side_of(&self, conn: ConnId) -> Side {
        self.connections.get(&conn).map_or(Side::A, |connection| connection.side)
    }

    /// A client connected.
    pub(super) fn connected(&mut self, now: Now, conn: ConnId, side: Side, address: String) {
        if !self.state(side).is_up || self.connections.len() >= MOST_CONNECTIONS {
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

    pub(super) fn session_mut(&mut self, conn: ConnId) -> Option<&mut Session> {
        self.connections.get_mut(&conn)?.session.as_mut()
    }

    fn register_variables(&self, request: &RegisterVariablesReq<'_>) -> Result<VariableFilter, StatusCode> {
        let names = request.named_variables.iter().map(|v| v.name).chain(request.named_arrays.iter().map(|a| a.name));
        let names: Vec<String> = names.map(|name| name.to_string()).collect();
        // One unknown name refuses the whole request.
        let is_unknown = |name: &str| self.settings.profile == Profile::Strict && !name.starts_with("user.") && !name.starts_with("BA");
        if request.named_variables.iter().any(|variable| is_unknown(&variable.name)) {
            return Err(StatusCode::NAMED_VARIABLE_NOT_CONFIGURED);
        }
        if request.named_arrays.iter().any(|element| is_unknown(&element.name)) {
            return Err(StatusCode::NAMED_ARRAY_NOT_CONFIGURED);
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
    pub(super) fn send(&mut self, conn: ConnId, message: &Message<'_>) {
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

    pub(super) fn put(&mut self, conn: ConnId, bytes: Bytes) {
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

    pub(super) fn close(&mut self, conn: ConnId) {
        self.forget(conn);
        self.outputs.push_back(Output::Close(conn));
    }

    pub(super) fn abort(&mut self, conn: ConnId, tail: Bytes) {
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

    /// Does what the control port asks for.
    pub(super) fn command(&mut self, now: Now, command: Command) -> Result<Reply, CommandError> {
        let reply = match command {
            Command::PlaceCall(call) => Reply::Call(self.world.place_call(now, call)?),
            Command::FarEnd(call, action) => self.world.far_end(now, call, action).map(|()| Reply::Done)?,
            Command::Phone(device, action) => self.world.use_phone(now, &device, &action).map(|()| Reply::Done)?,
            Command::Side(side, action) => self.side_action(now, side, action).map(|()| Reply::Done)?,
            Command::Peripheral(id, online, ends) => self.world.set_peripheral(now, id, online, ends).map(|()| Reply::Done)?,
            Command::Gateway(event) => self.world.gateway_event(now, event).map(|()| Reply::Done)?,
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
