//! Monitors: of devices and calls (Peripheral Monitor service), of the team (Supervisor), of other sessions (Client Monitor).
//!
//! Every monitor has a MonitorID of its own, and an event comes once for each monitor that it matches. Monitors end with
//! their session. A device's monitor also ends when its agent signs out, because a Unified CCE peripheral lets only devices
//! be watched that somebody is signed in at; that FAILURE_EVENT with status 90 then tells it is inferred.

use super::station::{ConnId, Session, Station};
use super::world::{Audience, CallId, Event, NO_CALL, TEAM};
use crate::protocol::Message;
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::message::{
    ChangeMonitorMaskConf, ClientSessionClosedEvent, ClientSessionOpenedEvent, FailureEvent, MonitorAgentTeamStartConf,
    MonitorAgentTeamStopConf, MonitorStartConf, MonitorStartReq, MonitorStopConf, SessionMonitorStartConf, SessionMonitorStopConf,
};
use crate::protocol::values::{AgentState, StatusCode};

/// More monitors than a session can need: one for each phone of a large site.
const MOST_MONITORS: usize = 20_000;

/// What a monitor watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// A phone.
    Device(String),
    /// A call, whoever takes part.
    Call(CallId),
    /// The agent states of the team.
    Team,
    /// What another session gets.
    Session(u64),
}

/// A monitor of a session.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    watched: Watched,
    call_mask: CallMsgMask,
    state_mask: AgentStateMask,
}

/// What is needed to know of an event in order to find the monitors that it matches.
pub(super) struct Matter<'e> {
    pub(super) event: &'e Event,
    /// For an agent's state: whether the agent belongs to the team.
    pub(super) is_team: bool,
    /// Sessions that got the event for their own sake.
    pub(super) reached: &'e [u64],
}

impl Session {
    /// The MonitorIDs under which the session gets an event through its monitors.
    pub(super) fn monitors_for(&self, matter: &Matter<'_>) -> impl Iterator<Item = u32> {
        self.monitors.iter().filter(|(_, monitor)| monitor.matches(matter)).map(|(id, _)| *id)
    }

    fn has_monitor(&self, watched: &Watched) -> bool {
        self.monitors.values().any(|monitor| monitor.watched == *watched)
    }
}

impl Monitor {
    fn matches(&self, matter: &Matter<'_>) -> bool {
        let message = &matter.event.message;
        let devices: &[String] = match &matter.event.audience {
            Audience::Devices(devices) => devices,
            // What concerns everybody comes once, without any monitor.
            _ => return false,
        };
        let is_watched = match &self.watched {
            Watched::Device(device) => devices.contains(device),
            Watched::Call(call) => calls_of(message).contains(&Some(*call)),
            Watched::Team => matter.is_team && matches!(message, Message::AgentStateEvent(_)),
            Watched::Session(session) => matter.reached.contains(session),
        };
        is_watched && super::publish::passes(message, self.call_mask, self.state_mask)
    }
}

/// The calls that an event is about.
fn calls_of(message: &Message<'_>) -> [Option<CallId>; 2] {
    macro_rules! one {
        ($($kind:ident)*) => {
            match message {
                $( Message::$kind(event) => [Some(event.connection_call_id), None], )*
                Message::CallTransferredEvent(event) => [Some(event.primary_call_id), Some(event.secondary_call_id)],
                Message::CallConferencedEvent(event) => [Some(event.primary_call_id), Some(event.secondary_call_id)],
                _ => [None, None],
            }
        };
    }
    one!(BeginCallEvent EndCallEvent CallDeliveredEvent CallEstablishedEvent CallHeldEvent CallRetrievedEvent CallClearedEvent
        CallConnectionClearedEvent CallOriginatedEvent CallServiceInitiatedEvent CallReachedNetworkEvent CallFailedEvent
        CallDataUpdateEvent RtpStartedEvent RtpStoppedEvent NetworkRecordingStartedEvent NetworkRecordingEndedEvent
        NetworkRecordingFailedEvent)
}

impl Station {
    /// Answers the requests about monitors; `None` for all others.
    pub(super) fn monitor_request(&mut self, conn: ConnId, message: &Message<'_>) -> Option<Result<Message<'static>, StatusCode>> {
        Some(match message {
            Message::MonitorStartReq(request) => self.watched_by(request).and_then(|watched| {
                let masks = (request.call_msg_mask, request.agent_state_mask);
                let monitor_id = self.start_monitor(conn, watched, masks, StatusCode::MONITOR_ALREADY_EXISTS)?;
                Ok(MonitorStartConf { invoke_id: request.invoke_id, monitor_id }.into())
            }),
            Message::MonitorStopReq(request) => {
                let stopped =
                    self.stop_monitor(conn, request.monitor_id, |watched| matches!(watched, Watched::Device(_) | Watched::Call(_)));
                stopped.map(|()| MonitorStopConf { invoke_id: request.invoke_id }.into())
            }
            Message::ChangeMonitorMaskReq(request) => {
                let monitor = self.session_mut(conn).and_then(|session| session.monitors.get_mut(&request.monitor_id));
                match monitor {
                    Some(monitor) => {
                        (monitor.call_mask, monitor.state_mask) = (request.call_msg_mask, request.agent_state_mask);
                        Ok(ChangeMonitorMaskConf { invoke_id: request.invoke_id }.into())
                    }
                    None => Err(StatusCode::INVALID_MONITORID),
                }
            }
            Message::MonitorAgentTeamStartReq(request) if request.team_id != TEAM => Err(StatusCode::TEAM_NOT_FOUND),
            Message::MonitorAgentTeamStartReq(request) => {
                let masks = (CallMsgMask::empty(), AgentStateMask::from_bits_retain(u32::MAX));
                let started = self.start_monitor(conn, Watched::Team, masks, StatusCode::AGENT_TEAM_MONITOR_ALREADY_EXISTS);
                started.map(|monitor_id| MonitorAgentTeamStartConf { invoke_id: request.invoke_id, monitor_id }.into())
            }
            Message::MonitorAgentTeamStopReq(request) => {
                let stopped = self.stop_monitor(conn, request.monitor_id, |watched| *watched == Watched::Team);
                stopped.map(|()| MonitorAgentTeamStopConf { invoke_id: request.invoke_id }.into())
            }
            Message::SessionMonitorStartReq(request) => {
                let watched = u64::from(request.session_id);
                let own = self.session_mut(conn).map(|session| session.id);
                let started = match self.sessions.get(&watched) {
                    _ if own == Some(watched) => Err(StatusCode::SESSION_MONITOR_IS_CLIENTS),
                    None => Err(StatusCode::CLIENT_NOT_FOUND),
                    Some(_) => {
                        let masks = (CallMsgMask::all(), AgentStateMask::from_bits_retain(u32::MAX));
                        self.start_monitor(conn, Watched::Session(watched), masks, StatusCode::SESSION_MONITOR_ALREADY_EXISTS)
                    }
                };
                started.map(|monitor_id| SessionMonitorStartConf { invoke_id: request.invoke_id, monitor_id }.into())
            }
            Message::SessionMonitorStopReq(request) => {
                let stopped = self.stop_monitor(conn, request.monitor_id, |watched| matches!(watched, Watched::Session(_)));
                stopped.map(|()| SessionMonitorStopConf { invoke_id: request.invoke_id }.into())
            }
            _ => return None,
        })
    }

    /// A monitor names a device or a call, never both.
    fn watched_by(&self, request: &MonitorStartReq<'_>) -> Result<Watched, StatusCode> {
        if !self.world.has_peripheral(request.peripheral_id) {
            return Err(StatusCode::INVALID_PERIPHERAL_ID);
        }
        let device = request.monitored_device_id.as_deref().filter(|device| !device.is_empty());
        let connection = request.connection_device_id.as_deref().filter(|device| !device.is_empty());
        let call = Some(request.connection_call_id).filter(|call| !matches!(*call, 0 | NO_CALL));
        match (device, call) {
            (Some(_), Some(_)) => Err(StatusCode::MUTUALLY_EXCLUS_DEVICEID_TYPES),
            (Some(_), None) if connection.is_some() => Err(StatusCode::MUTUALLY_EXCLUS_DEVICEID_TYPES),
            (Some(device), None) => match self.world.is_in_use(device) {
                None => Err(StatusCode::INVALID_DEVICE),
                Some(false) => Err(StatusCode::AGENT_NOT_LOGGED_ON),
                Some(true) => Ok(Watched::Device(device.to_owned())),
            },
            (None, Some(call)) => match (connection, self.world.has_call(call)) {
                (None, _) => Err(StatusCode::REQUIRED_DATA_MISSING),
                (_, false) => Err(StatusCode::INVALID_CALLID),
                (Some(_), true) => Ok(Watched::Call(call)),
            },
            (None, None) => Err(StatusCode::REQUIRED_DATA_MISSING),
        }
    }

    fn start_monitor(
        &mut self,
        conn: ConnId,
        watched: Watched,
        (call_mask, state_mask): (CallMsgMask, AgentStateMask),
        exists: StatusCode,
    ) -> Result<u32, StatusCode> {
        self.next_monitor += 1;
        let id = self.next_monitor;
        // Calls that are over need no monitor any more.
        let world = &self.world;
        let is_over = |monitor: &Monitor| matches!(monitor.watched, Watched::Call(call) if !world.has_call(call));
        let Some(session) = self.connections.get_mut(&conn).and_then(|connection| connection.session.as_mut()) else {
            return Err(StatusCode::SESSION_NOT_OPEN);
        };
        if session.has_monitor(&watched) {
            return Err(exists);
        }
        if session.monitors.len() >= MOST_MONITORS {
            session.monitors.retain(|_, monitor| !is_over(monitor));
            if session.monitors.len() >= MOST_MONITORS {
                return Err(StatusCode::UNSPECIFIED_FAILURE);
            }
        }
        session.monitors.insert(id, Monitor { watched, call_mask, state_mask });
        Ok(id)
    }

    fn stop_monitor(&mut self, conn: ConnId, id: u32, is_kind: fn(&Watched) -> bool) -> Result<(), StatusCode> {
        let world = &self.world;
        let session = self.connections.get_mut(&conn).and_then(|connection| connection.session.as_mut());
        let session = session.ok_or(StatusCode::SESSION_NOT_OPEN)?;
        let watched = session.monitors.get(&id).map(|monitor| monitor.watched.clone()).filter(is_kind);
        let watched = watched.ok_or(StatusCode::INVALID_MONITORID)?;
        session.monitors.remove(&id);
        // It ended by itself with its call.
        if matches!(watched, Watched::Call(call) if !world.has_call(call)) { Err(StatusCode::MONITOR_TERMINATED) } else { Ok(()) }
    }

    /// Monitors of a device end when its agent signs out.
    pub(super) fn end_device_monitors(&mut self, message: &Message<'_>) {
        let Message::AgentStateEvent(event) = message else { return };
        let Some(device) = event.agent_instrument.as_deref().filter(|_| event.agent_state == AgentState::LOGOUT) else { return };
        let watched = Watched::Device(device.to_owned());
        let mut ended = Vec::new();
        for (conn, connection) in &mut self.connections {
            let Some(session) = &mut connection.session else { continue };
            let before = session.monitors.len();
            session.monitors.retain(|_, monitor| monitor.watched != watched);
            ended.extend((session.monitors.len() < before).then_some(*conn));
        }
        for conn in ended {
            self.send(conn, &FailureEvent { status: StatusCode::MONITOR_TERMINATED }.into());
        }
    }

    /// Tells watchers of sessions that one opened, and a watcher itself of all that are open already.
    pub(super) fn tell_session_opened(&mut self, conn: ConnId) {
        let Some(event) = self.opened_event(conn) else { return };
        for watcher in self.session_watchers(conn) {
            self.send(watcher, &event);
        }
        if self.session_mut(conn).is_some_and(|session| session.services.contains(ServiceMask::CLIENT_MONITOR)) {
            let others: Vec<ConnId> = self.connections.keys().copied().filter(|other| *other != conn).collect();
            for event in others.into_iter().filter_map(|other| self.opened_event(other)).collect::<Vec<_>>() {
                self.send(conn, &event);
            }
        }
    }

    /// Tells watchers of sessions that this one ended.
    pub(super) fn tell_session_closed(&mut self, conn: ConnId, session: &Session, status: StatusCode) {
        let agent = session.device.as_deref().and_then(|device| self.world.agent_of_device(device));
        let text = |text: &str| Some(crate::protocol::Text::from(text.to_owned()));
        let event: Message<'static> = ClientSessionClosedEvent {
            session_id: u32::try_from(session.id).unwrap_or(0),
            peripheral_id: session.peripheral,
            status,
            client_port: u32::from(session.port),
            client_address: text(&session.address),
            client_id: text(&session.client_id),
            client_signature: text(&session.signature),
            agent_extension: session.device.as_deref().and_then(text),
            agent_id: agent.and_then(|(id, ..)| text(&id)),
            agent_instrument: session.device.as_deref().and_then(text),
            ..ClientSessionClosedEvent::default()
        }
        .into();
        for watcher in self.session_watchers(conn) {
            self.send(watcher, &event);
        }
    }

    fn session_watchers(&self, not: ConnId) -> Vec<ConnId> {
        let is_watcher = |session: &Session| session.services.contains(ServiceMask::CLIENT_MONITOR) && !session.is_standby;
        let watchers =
            self.connections.iter().filter(|(conn, connection)| **conn != not && connection.session.as_ref().is_some_and(is_watcher));
        watchers.map(|(conn, _)| *conn).collect()
    }

    fn opened_event(&self, conn: ConnId) -> Option<Message<'static>> {
        let session = self.connections.get(&conn)?.session.as_ref().filter(|session| !session.is_standby)?;
        let agent = session.device.as_deref().and_then(|device| self.world.agent_of_device(device));
        let text = |text: &str| Some(crate::protocol::Text::from(text.to_owned()));
        let event = ClientSessionOpenedEvent {
            session_id: u32::try_from(session.id).unwrap_or(0),
            peripheral_id: session.peripheral,
            services_granted: session.services,
            call_msg_mask: session.call_mask,
            agent_state_mask: session.state_mask,
            client_port: u32::from(session.port),
            client_address: text(&session.address),
            client_id: text(&session.client_id),
            client_signature: text(&session.signature),
            agent_extension: session.device.as_deref().and_then(text),
            agent_id: agent.and_then(|(id, ..)| text(&id)),
            agent_instrument: session.device.as_deref().and_then(text),
            ..ClientSessionOpenedEvent::default()
        };
        Some(event.into())
    }
}
