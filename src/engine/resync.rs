//! Building the picture anew: after every (re)connect, and for agents that show up later.
//!
//! ```text
//! agent ─ QUERY_AGENT_STATE ─▶ logged in? ─ SNAPSHOT_DEVICE ─▶ each call ─ SNAPSHOT_CALL
//! ```
//! A limited number of requests is under way at once while events keep flowing. When nothing is left to ask, contacts whose
//! connection nobody found have ended unseen.

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::assist::is_listening;
use super::call::{CallKey, Line, Triple, name, take_call_data, take_text};
use super::command::{CommandId, FailureCode, Reply};
use super::event::EndReason;
use super::events::Report;
use super::model::{AgentId, CallType, ConversationState, EventCause, Name};
use super::pending::{Purpose, failure_of};
use super::record::Moment;
use super::{Answer, Engine, RequestId, ServiceStatus};
use crate::protocol::masks::ServiceMask;
use crate::protocol::message as wire;
use crate::protocol::values::{ConnectionDeviceIdType, DeviceIdType, LocalConnectionState, SilentMonitorStatus, StatusCode};
use crate::protocol::{Message, ProtocolVersion, Text};

/// One question to the CTI Server.
#[derive(Clone, Debug)]
pub(super) enum Query {
    Agent(AgentId),
    Desk(AgentId),
    Device(AgentId),
    Call(AgentId, Triple, Line),
}

/// What is still to be asked, and what was found.
#[derive(Debug, Default)]
pub(super) struct Resync {
    queue: VecDeque<Query>,
    under_way: BTreeSet<RequestId>,
    /// Connections that an answer or an event showed to exist since this began.
    found: HashSet<(CallKey, Name)>,
    /// Agents whose device answered with its calls.
    answered: BTreeSet<AgentId>,
    /// A session has just opened: nobody is in service before this is done.
    is_first: bool,
    is_active: bool,
}

impl Resync {
    /// An event showed this connection to exist.
    pub(super) fn saw(&mut self, key: CallKey, device: &str) {
        if self.is_active {
            self.found.insert((key, device.into()));
        }
    }
}

impl Engine {
    pub(super) fn link_up(&mut self, version: ProtocolVersion, _services: ServiceMask) {
        self.link = Some(version);
        self.recently_ended.clear();
        self.teams_are_stale();
        let queue = self.agents.keys().cloned().map(Query::Agent).collect();
        self.resync = Resync { queue, is_first: true, is_active: true, ..Resync::default() };
    }

    pub(super) fn link_down(&mut self) {
        let was_up = self.link.take().is_some();
        self.resync = Resync::default();
        let waiting: Vec<_> = self.agents.values_mut().filter_map(|agent| agent.logout.take()).collect();
        for (command, _) in waiting {
            self.fail(command, FailureCode::UnknownOutcome, "The connection to the CTI Server was lost during the logout", "");
        }
        if was_up {
            self.record(Moment::LinkDown, |_| {});
        }
        self.set_service(ServiceStatus::OutOfService);
    }

    /// Asks as soon as there is room.
    pub(super) fn queue_query(&mut self, query: Query) {
        self.resync.is_active = true;
        self.resync.queue.push_back(query);
    }

    /// Sends what there is room for; ends the resynchronisation when nothing is left.
    pub(super) fn pump_resync(&mut self) {
        if self.link.is_none() || !self.resync.is_active {
            return;
        }
        while self.resync.under_way.len() < self.settings.resync_parallel
            && let Some(query) = self.resync.queue.pop_front()
        {
            self.send_query(query, None);
        }
        if self.resync.under_way.is_empty() && self.resync.queue.is_empty() {
            self.finish_resync();
        }
    }

    pub(super) fn send_query(&mut self, query: Query, command: Option<CommandId>) {
        let (agent, message) = match &query {
            Query::Agent(id) => {
                let peripheral = self.agents.get(id).map(|agent| agent.peripheral).or(self.peripheral);
                let request = wire::QueryAgentStateReq {
                    peripheral_id: peripheral.unwrap_or(u32::MAX),
                    mrd_id: 1,
                    agent_id: Some(Text::from(id.0.to_string())),
                    ..Default::default()
                };
                (id.clone(), Message::from(request))
            }
            Query::Desk(id) => {
                let Some(agent) = self.agents.get(id) else { return };
                let agent_id = Some(Text::from(id.0.to_string()));
                let request = wire::AgentDeskSettingsReq { peripheral_id: agent.peripheral, agent_id, ..Default::default() };
                (id.clone(), request.into())
            }
            Query::Device(id) => {
                let Some(agent) = self.agents.get(id) else { return };
                let Some(device) = agent.device() else { return };
                let request = wire::SnapshotDeviceReq {
                    peripheral_id: agent.peripheral,
                    // 76 for agent devices is not documented for this field (inferred).
                    snapshot_device_type: DeviceIdType(76),
                    agent_instrument: Some(Text::from(device.to_string())),
                    ..Default::default()
                };
                (id.clone(), request.into())
            }
            Query::Call(id, triple, _) => {
                let request = wire::SnapshotCallReq {
                    peripheral_id: triple.peripheral,
                    connection_call_id: triple.call_id,
                    connection_device_id_type: triple.id_type,
                    connection_device_id: Some(Text::from(triple.device.to_string())),
                    ..Default::default()
                };
                (id.clone(), request.into())
            }
        };
        // A call can be shown without knowing the agent's desk settings, so nobody waits for them.
        let is_awaited = !matches!(query, Query::Desk(_));
        let id = self.request(command, &agent, Purpose::Query(query), message);
        if is_awaited {
            self.resync.under_way.insert(id);
        }
    }

    pub(super) fn query_answered(&mut self, id: RequestId, command: Option<CommandId>, query: Query, answer: Answer<'_>) {
        self.resync.under_way.remove(&id);
        match (query, answer) {
            (Query::Agent(agent), Answer::Confirmed(Message::QueryAgentStateConf(conf))) => {
                self.agent_found(&agent, &conf);
                if let Some(command) = command {
                    self.reply(command, Reply::Success);
                }
            }
            (Query::Desk(agent), Answer::Confirmed(Message::AgentDeskSettingsConf(conf))) => {
                if let Some(agent) = self.agents.get_mut(&agent) {
                    let (incoming, outgoing) = (conf.wrapup_data_incoming_mode, conf.wrapup_data_outgoing_mode);
                    let (mask, work_timer) = (conf.desk_settings_mask, conf.work_mode_timer);
                    agent.desk = Some(super::agent::DeskSettings { incoming, outgoing, mask, work_timer });
                }
                self.tell_channel(&agent, false);
            }
            (Query::Device(agent), Answer::Confirmed(Message::SnapshotDeviceConf(conf))) => self.device_found(&agent, &conf),
            (Query::Call(agent, triple, line), Answer::Confirmed(Message::SnapshotCallConf(conf))) => {
                self.call_found(&agent, &triple, line, &conf);
            }
            (_, answer) => {
                let Some(command) = command else { return };
                let reply = match &answer {
                    // 8: agent data not valid; 256: no such agent.
                    Answer::Failed(StatusCode::INVALID_AGENT_DATA) | Answer::ControlFailed { code: 256..=258, .. } => {
                        failure_of(FailureCode::AuthFailed, &answer)
                    }
                    Answer::TimedOut => failure_of(FailureCode::CtiTimeout, &answer),
                    Answer::Lost | Answer::NotSent => failure_of(FailureCode::CtiOffline, &answer),
                    _ => failure_of(FailureCode::AuthFailed, &answer),
                };
                self.reply(command, Reply::Failure(reply));
            }
        }
    }

    fn agent_found(&mut self, id: &AgentId, conf: &wire::QueryAgentStateConf<'_>) {
        self.resync.is_active = true;
        let peripheral = self.agents.get(id).map(|agent| agent.peripheral).or(self.peripheral).unwrap_or(u32::MAX);
        let report = Report {
            peripheral,
            state: conf.agent_state,
            reason: None,
            next: None,
            seconds_ago: 0,
            extension: conf.agent_extension.as_ref(),
            instrument: conf.agent_instrument.as_ref(),
            skill_groups: conf.skill_groups.iter().filter_map(|group| group.skill_group_number).filter(|n| *n != u32::MAX).collect(),
        };
        self.agent_reported(id, &report);
        if self.agents.get(id).is_some_and(super::agent::Agent::is_logged_in) {
            self.queue_query(Query::Device(id.clone()));
        } else {
            self.resync.answered.insert(id.clone());
        }
    }

    fn device_found(&mut self, id: &AgentId, conf: &wire::SnapshotDeviceConf<'_>) {
        let Some(peripheral) = self.agents.get(id).map(|agent| agent.peripheral) else { return };
        self.resync.answered.insert(id.clone());
        for call in &conf.calls {
            let Some(call_id) = call.call_connection_call_id else { continue };
            let triple = Triple {
                peripheral,
                call_id,
                id_type: call.call_connection_device_id_type.unwrap_or(ConnectionDeviceIdType(0)),
                device: call.call_connection_device_id.as_ref().map(name).unwrap_or_default(),
            };
            let line = line_of(call.call_state.unwrap_or(LocalConnectionState(0xffff)));
            if triple.device.is_empty() || line.is_final() {
                continue;
            }
            if let Some(key) = self.calls.find(&triple) {
                self.resync.saw(key, &triple.device);
            }
            // The agent is being listened to and must not notice.
            if call.silent_monitor_status == Some(SilentMonitorStatus::TARGET) {
                continue;
            }
            self.queue_query(Query::Call(id.clone(), triple, line));
        }
    }

    fn call_found(&mut self, id: &AgentId, triple: &Triple, line: Line, conf: &wire::SnapshotCallConf<'_>) {
        if self.recently_ended.contains(triple) {
            return; // it ended while we asked
        }
        let key = self.calls.attach(triple, conf.call_type);
        self.resync.found.insert((key, triple.device.clone()));
        let own_extension = self.agents.get(id).and_then(|agent| agent.extension.clone());
        let Some(call) = self.calls.get_mut(key) else { return };
        if conf.call_type.0 != 0xffff {
            call.data.call_type = conf.call_type;
        }
        take_call_data!(call.data, conf);
        take_text(&mut call.data.dnis, conf.dnis.as_ref());
        take_text(&mut call.data.wrapup, conf.call_wrapup_data.as_ref());
        call.data.take_ecc(&conf.named_variables, &conf.named_arrays, false);
        call.data.take_router_key(conf.router_call_key_day, conf.router_call_key_call_id, None);
        let others = conf.call_devices.iter().filter(|device| device.call_connection_device_id.as_deref() != Some(&triple.device));
        let other = others.filter_map(|device| device.call_device_id.as_ref()).find(|device| !device.is_empty());
        let dialed_me = call.data.dialed_number.is_some() && call.data.dialed_number == own_extension;
        let Some(connection) = call.connection_mut(&triple.device) else { return };
        let is_new = connection.leg.is_none();
        if is_new {
            connection.agent = Some(id.clone());
            connection.is_originator = line == Line::Initiated || (placed_by_agent(conf.call_type) && !dialed_me);
        }
        let before = connection.line;
        if before.is_final() {
            return;
        }
        connection.line = if line == Line::Unknown { before } else { line };
        let is_originator = connection.is_originator;
        if is_new && let Some(other) = other {
            // A snapshot names no caller: the other device is, for a call that the agent did not place.
            let slot = if is_originator { &mut call.data.called_device } else { &mut call.data.calling_device };
            if slot.is_none() {
                *slot = Some(name(other));
            }
        }
        let state = match line {
            Line::Alerting => ConversationState::Alerting,
            Line::Connected => ConversationState::Connected,
            Line::Held => ConversationState::Held,
            _ => ConversationState::Dialing,
        };
        self.begin_leg(key, &triple.device, id, state, true);
        self.refresh_contacts(key);
        match line {
            Line::Connected => self.leg_connected(key, &triple.device),
            Line::Held => self.leg_held(key, &triple.device),
            _ => {}
        }
    }

    fn finish_resync(&mut self) {
        let resync = std::mem::take(&mut self.resync);
        for agent in &resync.answered {
            let lost: Vec<_> = self
                .calls
                .iter()
                .filter_map(|(key, call)| call.connection_of(agent).map(|connection| (key, connection)))
                .filter(|(key, connection)| !resync.found.contains(&(*key, connection.device.clone())))
                .map(|(key, connection)| (key, connection.device.clone(), connection.id_type))
                .collect();
            for (key, device, id_type) in lost {
                self.record_call_with(Moment::EndCall, key, &device, |record| {
                    record.detail = Some("lost in failover".to_owned());
                    record.estimated = true;
                });
                self.leg_ended(key, &device, EndReason::Released, EventCause(0xffff));
                self.forget_connection(key, &device, id_type);
            }
        }
        if resync.is_first {
            self.record(Moment::LinkUp, |_| {});
            self.set_service(ServiceStatus::InService);
            self.settle();
        }
    }
}

fn line_of(state: LocalConnectionState) -> Line {
    match state {
        LocalConnectionState::NULL => Line::Cleared,
        LocalConnectionState::INITIATE => Line::Initiated,
        LocalConnectionState::ALERTING => Line::Alerting,
        LocalConnectionState::CONNECT => Line::Connected,
        LocalConnectionState::HOLD => Line::Held,
        LocalConnectionState::FAIL => Line::Failed,
        _ => Line::Unknown,
    }
}

/// Call types of calls that an agent placed (DECISIONS 45: where no calling device is known, the call type tells).
fn placed_by_agent(call_type: CallType) -> bool {
    matches!(call_type, CallType::OUT | CallType::AGENT_OUT | CallType::AGENT_INSIDE | CallType::AUTO_OUT) || is_listening(call_type)
}
