//! Which session gets which event, and in what form.

use bytes::Bytes;

use super::monitor::Matter;
use super::session::Session;
use super::station::Station;
use super::world::{Audience, Event, VariableFilter};
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::values::AgentState;
use crate::protocol::{Message, ProtocolVersion};

impl Station {
    /// Sends an event to every session that wants it, once for each monitor that it matches; encoded once for each version.
    pub(super) fn publish(&mut self, born: u64, event: &Event) {
        let is_team = matches!(&event.message, Message::AgentStateEvent(state) if self.world.is_team_member(state.icm_agent_id));
        let servers = if event.audience == Audience::Bridges { self.recording_servers() } else { Vec::new() };
        let since = event.message.spec().map_or(0, |spec| spec.since);
        // What a session's version does not have it cannot ask for, whatever bits it sets.
        let gets = |session: &Session| session.born <= born && !session.is_standby && session.version.has(since, 0);
        let mut encoded: Vec<(ProtocolVersion, Bytes)> = Vec::new();
        let mut sends = Vec::new();
        let mut reached = Vec::new();
        for (conn, connection) in &mut self.connections {
            let Some(session) = connection.session.as_mut().filter(|session| gets(session)) else { continue };
            if wants(session, event, &servers) && !is_duplicate(session, &event.message) {
                reached.push(session.id);
                sends.push((*conn, session.monitor_id));
            }
        }
        for (conn, connection) in &self.connections {
            let Some(session) = connection.session.as_ref().filter(|session| gets(session)) else { continue };
            let matter = Matter { event, is_team, reached: &reached };
            sends.extend(session.monitors_for(&matter).map(|monitor| (*conn, monitor)));
        }
        for (conn, monitor) in sends {
            let Some(session) = self.connections.get(&conn).and_then(|connection| connection.session.as_ref()) else { continue };
            let known = encoded.iter().find(|(version, _)| *version == session.version).map(|(_, bytes)| bytes.clone());
            let bytes = match known.filter(|_| session.filter.is_none()) {
                Some(bytes) => bytes,
                None => {
                    let mut message = event.message.clone();
                    if session.version.number() < 22
                        && let Some(changed) = &event.changed
                    {
                        keep_changed(&mut message, changed);
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
            self.put(conn, with_monitor(bytes, &event.message, monitor));
        }
        self.end_device_monitors(&event.message);
    }
}

/// Writes the session's MonitorID into an event that begins with one; all events are built with 0.
pub(super) fn with_monitor(bytes: Bytes, message: &Message<'_>, monitor: u32) -> Bytes {
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

fn wants(session: &Session, event: &Event, servers: &[u64]) -> bool {
    let has = |service| session.services.intersects(service);
    let is_concerned = match (&event.audience, &session.device) {
        (Audience::Session(id), _) => session.id == *id,
        (Audience::Configuration, _) => has(ServiceMask::UPDATE_EVENTS | ServiceMask::CONFIG_EVENTS),
        (Audience::Bridges, _) => has(ServiceMask::ALL_EVENTS | ServiceMask::PERIPHERAL_MONITOR) || servers.contains(&session.id),
        (Audience::Everyone, _) => true,
        (Audience::Devices(devices), device) => {
            has(ServiceMask::ALL_EVENTS) || device.as_ref().is_some_and(|device| devices.contains(device))
        }
    };
    let is_allowed = match &event.message {
        Message::AgentTeamConfigEvent(_) => has(ServiceMask::ALL_EVENTS | ServiceMask::SUPERVISOR),
        _ => true,
    };
    is_concerned && is_allowed && passes(&event.message, session.call_mask, session.state_mask)
}

/// Whether masks let a message through.
pub(super) fn passes(message: &Message<'_>, call_mask: CallMsgMask, state_mask: AgentStateMask) -> bool {
    match message {
        Message::AgentStateEvent(state) => state_bit(state.agent_state).is_none_or(|bit| state_mask.contains(bit)),
        message => call_bit(message).is_none_or(|bit| call_mask.contains(bit)),
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
pub(super) fn service_for(message: &Message<'_>) -> Option<ServiceMask> {
    Some(match message {
        Message::SetAgentStateReq(_) => ServiceMask::CLIENT_CONTROL | ServiceMask::AGENT_STATE_CONTROL_ONLY,
        Message::SetCallDataReq(_) | Message::ReleaseCallReq(_) => ServiceMask::CALL_DATA_UPDATE,
        Message::SuperviseCallReq(_)
        | Message::ListAgentTeamReq(_)
        | Message::MonitorAgentTeamStartReq(_)
        | Message::MonitorAgentTeamStopReq(_) => ServiceMask::SUPERVISOR,
        Message::MonitorStartReq(_) | Message::MonitorStopReq(_) | Message::ChangeMonitorMaskReq(_) => ServiceMask::PERIPHERAL_MONITOR,
        Message::SessionMonitorStartReq(_) | Message::SessionMonitorStopReq(_) => ServiceMask::CLIENT_MONITOR,
        Message::RegisterServiceReq(_)
        | Message::UnregisterServiceReq(_)
        | Message::StartRecordingConf(_)
        | Message::StopRecordingConf(_) => ServiceMask::SERVER,
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
        | Message::StartRecordingReq(_)
        | Message::StopRecordingReq(_)
        | Message::StartNetworkRecordingReq(_)
        | Message::StopNetworkRecordingReq(_) => ServiceMask::CLIENT_CONTROL,
        _ => return None,
    })
}
