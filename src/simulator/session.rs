//! Sessions: opening one, what it is told first, losing it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Profile;
use super::monitor::Monitor;
use super::open::{Opening, read_open};
use super::station::{ConnId, Station};
use super::world::VariableFilter;
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::message::{FailureEvent, OpenConf, OpenedPeripheral};
use crate::protocol::values::{AgentState, MultilineAgentControl, PeripheralType, SessionType, StatusCode, SystemEventId};
use crate::protocol::{ProtocolVersion, RawFrame};

/// A session of a client.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: u64,
    pub(super) version: ProtocolVersion,
    pub(super) services: ServiceMask,
    pub(super) call_mask: CallMsgMask,
    pub(super) state_mask: AgentStateMask,
    pub(super) client_id: String,
    pub(super) signature: String,
    pub(super) address: String,
    pub(super) port: u16,
    /// The peripheral of a Client Events session, all ones for others.
    pub(super) peripheral: u32,
    pub(super) device: Option<String>,
    pub(super) monitor_id: u32,
    pub(super) idle: Option<Duration>,
    pub(super) is_standby: bool,
    pub(super) filter: Option<VariableFilter>,
    pub(super) monitors: BTreeMap<u32, Monitor>,
    pub(super) born: u64,
    /// State, reason and next state told last, by agent, for sessions that want no duplicates.
    pub(super) told: BTreeMap<i32, (AgentState, u16, Option<AgentState>)>,
}

impl Session {
    pub(super) const fn knows_standby(&self) -> bool {
        self.services.contains(ServiceMask::ACTIVE_STANDBY) && self.version.number() >= 24
    }
}

impl Station {
    pub(super) fn open(&mut self, conn: ConnId, frame: &RawFrame) -> Result<(), StatusCode> {
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
        let peer = self.connections.get(&conn).map(|connection| connection.peer);
        // "0xFFFFFFFF unless that session has Client Events service."
        let peripheral = if device.is_some() { self.world.peripherals().next().map_or(u32::MAX, |(id, _)| id) } else { u32::MAX };
        let session = Session {
            id: session_id,
            version: opening.version,
            services: opening.services,
            call_mask: opening.call_mask,
            state_mask: opening.state_mask,
            client_id: opening.client_id.clone(),
            signature: opening.signature.clone(),
            address: peer.map(|peer| peer.ip().to_string()).unwrap_or_default(),
            port: peer.map_or(0, |peer| peer.port()),
            peripheral,
            device: device.clone(),
            monitor_id,
            idle: opening.idle,
            is_standby,
            filter: None,
            monitors: BTreeMap::new(),
            born: self.mixer.mark(),
            told: BTreeMap::new(),
        };
        if let Some(connection) = self.connections.get_mut(&conn) {
            connection.session = Some(session);
        }
        self.sessions.insert(session_id, conn);
        self.sessions_changed = true;
        self.telemetry.simulator.session_opened(side.letter(), opening.version, is_standby);
        self.confirm_open(conn, &opening, device.as_deref(), is_standby);
        if let (false, Some(device)) = (is_standby, &device) {
            self.world.client_session(self.world_now(), device, Some(session_id), false);
        }
        if !is_standby {
            self.tell_session_opened(conn);
            self.introduce(conn, device.as_deref());
        }
        Ok(())
    }

    /// A session is gone, for the reason that `status` gives.
    pub(super) fn session_ended(&mut self, conn: ConnId, session: &Session, status: StatusCode) {
        self.forget_server(session.id);
        if session.is_standby {
            return;
        }
        if let Some(device) = &session.device {
            // Closed in order, or replaced by a newer session of the same client: nobody is lost.
            let is_lost = !matches!(status, StatusCode::NO_ERROR | StatusCode::NEW_SESSION_OPENED);
            self.world.client_session(self.world_now(), device, None, is_lost);
        }
        self.tell_session_closed(conn, session, status);
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
            self.close(other, StatusCode::NEW_SESSION_OPENED);
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
            department_id: agent.as_ref().map_or(0, |agent| agent.2),
            session_type,
            agent_extension: device.map(|device| crate::protocol::Text::from(device.to_owned())),
            agent_id: agent.as_ref().map(|agent| text(&agent.0)),
            agent_instrument: device.map(|device| crate::protocol::Text::from(device.to_owned())),
            // The recording has the record also where OPEN_REQ names the peripheral, although the guide allows none.
            peripherals: peripherals.iter().map(entry).collect(),
        };
        self.send(conn, &confirm.into());
    }

    /// What a session is told unasked when it opens or becomes active.
    fn introduce(&mut self, conn: ConnId, device: Option<&str>) {
        let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { return };
        let all = session.services.contains(ServiceMask::ALL_EVENTS);
        let teams = session.services.contains(ServiceMask::SUPERVISOR) || all;
        if teams && session.call_mask.contains(CallMsgMask::AGENT_TEAM_CONFIG) {
            for event in self.world.team_events(self.world_now()) {
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
}
