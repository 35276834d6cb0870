//! Building the picture anew: after every (re)connect, when a peripheral returns, and for agents that show up later.
//!
//! ```text
//! agent ─ QUERY_AGENT_STATE ─▶ logged in? ─ SNAPSHOT_DEVICE ─▶ each call ─ SNAPSHOT_CALL
//! ```
//! A limited number of requests is under way at once while events keep flowing. As soon as nothing is left to ask about an
//! agent, contacts whose connection nobody found have ended unseen, and commands of a lost session are answered.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Instant;

use super::agents::Report;
use super::call::{CallKey, Connection, Line, Triple, name};
use super::command::{CommandId, FailureCode, Reply};
use super::configuration::ConfigQuestion;
use super::event::{EndCause, EndReason};
use super::model::{AgentId, AgentState, Name};
use super::note::Note;
use super::pending::{Purpose, failure_of};
use super::record::Moment;
use super::{Answer, Engine, RequestId, ServiceStatus, Timer};
use crate::protocol::masks::ServiceMask;
use crate::protocol::message as wire;
use crate::protocol::values::{
    ConnectionDeviceIdType, ControlFailureCode, DeviceIdType, LocalConnectionState, SilentMonitorStatus, StatusCode,
};
use crate::protocol::{Message, ProtocolVersion, Text};

/// One question to the CTI Server.
#[derive(Clone, Debug)]
pub(super) enum Query {
    Agent(AgentId),
    Desk(AgentId),
    Device(AgentId),
    Call(AgentId, Triple, Line),
}

impl Query {
    const fn agent(&self) -> &AgentId {
        let (Self::Agent(id) | Self::Desk(id) | Self::Device(id) | Self::Call(id, ..)) = self;
        id
    }

    /// A call can be shown without knowing the agent's desk settings, so nobody waits for them.
    const fn is_awaited(&self) -> bool {
        !matches!(self, Self::Desk(_))
    }
}

/// What is still to be asked, and what was found.
#[derive(Debug, Default)]
pub(super) struct Resync {
    queue: VecDeque<Query>,
    under_way: BTreeSet<RequestId>,
    /// How many questions about each agent have no answer yet.
    open: HashMap<AgentId, usize>,
    /// Connections that an answer or an event showed to exist since this began.
    found: HashSet<(CallKey, Name)>,
    /// Agents of whom all connections are known: their device answered, or they are logged out.
    answered: BTreeSet<AgentId>,
    /// Asked a second time: questions that timed out, and consult calls whose contact was not known yet.
    repeated: HashSet<(AgentId, u32)>,
    /// A session has just opened: nobody is in service before this is done.
    pub(super) is_first: bool,
    is_active: bool,
    began: Option<Instant>,
    asked: usize,
    lost: usize,
    /// Contacts that had begun unseen.
    pub(super) begun: usize,
    unanswered: usize,
}

impl Resync {
    /// An event or an answer showed this connection to exist.
    pub(super) fn saw(&mut self, key: CallKey, device: &str) {
        if self.is_active {
            self.found.insert((key, device.into()));
        }
    }

    pub(super) fn has_seen(&self, key: CallKey, device: &Name) -> bool {
        self.found.contains(&(key, device.clone()))
    }

    /// Whether this is asked for the second time already; call 0 is the agent.
    pub(super) fn is_repeated(&mut self, agent: &AgentId, call_id: u32) -> bool {
        !self.repeated.insert((agent.clone(), call_id))
    }

    fn closed(&mut self, agent: &AgentId) -> bool {
        match self.open.get_mut(agent) {
            Some(1) | None => {
                self.open.remove(agent);
                true
            }
            Some(open) => {
                *open -= 1;
                false
            }
        }
    }
}

impl Engine {
    pub(super) fn link_up(&mut self, version: ProtocolVersion, services: ServiceMask) {
        self.link = Some(version);
        self.services = services;
        self.recently_ended.clear();
        // What a side says of these it says by events; nothing is known to repeat the good news.
        self.is_gateway_offline = false;
        self.broken.clear();
        let agents: Vec<_> = self.agents.keys().cloned().collect();
        for id in &agents {
            self.show_outage(id);
            self.tell_channel(id, false);
            self.tell_contacts(id);
        }
        self.teams_are_stale();
        self.begin_resync();
        if services.contains(ServiceMask::CONFIG_EVENTS) {
            self.ask_configuration(ConfigQuestion::Keys);
        }
    }

    /// Agents who were at work before the process was started: the next session begins with asking about them too, so that
    /// calls that still go on are found though no desktop is there.
    pub fn remember(&mut self, agents: impl IntoIterator<Item = AgentId>) {
        self.remembered.extend(agents);
    }

    /// Asks everything anew. Agents who wait for news come first: those with commands in doubt, then those with contacts.
    pub(super) fn begin_resync(&mut self) {
        self.stop_resync();
        let mut agents: Vec<_> =
            self.agents.values().map(|agent| (!self.is_unsettled(&agent.id), agent.interactions.is_empty(), agent.id.clone())).collect();
        agents.sort_by_key(|(settled, idle, _)| (*settled, *idle));
        let remembered = std::mem::take(&mut self.remembered);
        let unknown = remembered.into_iter().filter(|id| !self.agents.contains_key(id));
        let queue: VecDeque<_> = agents.into_iter().map(|(_, _, id)| id).chain(unknown).map(Query::Agent).collect();
        let open = queue.iter().map(|query| (query.agent().clone(), 1)).collect();
        self.resync = Resync { queue, open, is_first: true, is_active: true, began: Some(self.now.mono), ..Resync::default() };
        self.set_timer(self.settings.resync_patience, Timer::Resync);
    }

    pub(super) fn stop_resync(&mut self) {
        self.resync = Resync::default();
        self.timers.retain(|(_, timer)| *timer != Timer::Resync);
    }

    pub(super) fn link_down(&mut self) {
        let was_up = self.link.take().is_some();
        self.stop_resync();
        self.forget_upload();
        let waiting: Vec<_> = self.agents.values_mut().filter_map(|agent| Some((agent.id.clone(), agent.logout.take()?.0))).collect();
        for (agent, command) in waiting {
            self.timers.retain(|(_, timer)| *timer != Timer::Logout(agent.clone()));
            self.leave_unsettled(command, agent, None);
        }
        if was_up {
            self.record(Moment::LinkDown, |_| {});
        }
        self.set_service(ServiceStatus::OutOfService);
    }

    /// Whether something about this agent is still being asked.
    pub(super) fn is_being_checked(&self, agent: &AgentId) -> bool {
        self.link.is_none() || self.is_gateway_offline || self.resync.open.contains_key(agent)
    }

    /// Asks as soon as there is room, before what waits already: what is begun is finished first.
    pub(super) fn queue_query(&mut self, query: Query) {
        self.resync.is_active = true;
        if query.is_awaited() {
            *self.resync.open.entry(query.agent().clone()).or_default() += 1;
        }
        match query {
            Query::Device(_) | Query::Call(..) => self.resync.queue.push_front(query),
            _ => self.resync.queue.push_back(query),
        }
    }

    /// Sends what there is room for; ends the resynchronisation when nothing is left.
    pub(super) fn pump_resync(&mut self) {
        if self.link.is_none() || !self.resync.is_active || self.is_gateway_offline {
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

    /// Asks about an agent for a command.
    pub(super) fn look_up(&mut self, id: &AgentId, command: CommandId) {
        self.resync.is_active = true;
        *self.resync.open.entry(id.clone()).or_default() += 1;
        self.send_query(Query::Agent(id.clone()), Some(command));
    }

    fn send_query(&mut self, query: Query, command: Option<CommandId>) {
        let Some(message) = self.question(&query) else {
            if query.is_awaited() {
                self.query_closed(query.agent());
            }
            return;
        };
        let is_awaited = query.is_awaited();
        let agent = query.agent().clone();
        let id = self.request(command, &agent, Purpose::Query(query), message);
        self.resync.asked += 1;
        if is_awaited {
            self.resync.under_way.insert(id);
        }
    }

    fn question(&self, query: &Query) -> Option<Message<'static>> {
        Some(match query {
            Query::Agent(id) => {
                let peripheral = self.agents.get(id).map(|agent| agent.peripheral).or(self.peripheral);
                let request = wire::QueryAgentStateReq {
                    peripheral_id: peripheral.unwrap_or(u32::MAX),
                    mrd_id: 1,
                    agent_id: Some(Text::from(id.0.to_string())),
                    ..Default::default()
                };
                request.into()
            }
            Query::Desk(id) => {
                let agent = self.agents.get(id)?;
                let agent_id = Some(Text::from(id.0.to_string()));
                wire::AgentDeskSettingsReq { peripheral_id: agent.peripheral, agent_id, ..Default::default() }.into()
            }
            Query::Device(id) => {
                let agent = self.agents.get(id)?;
                let request = wire::SnapshotDeviceReq {
                    peripheral_id: agent.peripheral,
                    // 76 for agent devices is not documented for this field (inferred).
                    snapshot_device_type: DeviceIdType(76),
                    agent_instrument: Some(Text::from(agent.device()?.to_string())),
                    ..Default::default()
                };
                request.into()
            }
            Query::Call(_, triple, _) => {
                let request = wire::SnapshotCallReq {
                    peripheral_id: triple.peripheral,
                    connection_call_id: triple.call_id,
                    connection_device_id_type: triple.id_type,
                    connection_device_id: Some(Text::from(triple.device.to_string())),
                    ..Default::default()
                };
                request.into()
            }
        })
    }

    pub(super) fn query_answered(&mut self, id: RequestId, command: Option<CommandId>, query: Query, answer: Answer<'_>) {
        self.resync.under_way.remove(&id);
        let agent = query.agent().clone();
        let is_awaited = query.is_awaited();
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
                    let (mask, work_timer, ring_time) = (conf.desk_settings_mask, conf.work_mode_timer, conf.ring_no_answer_time);
                    agent.desk = Some(super::agent::DeskSettings { incoming, outgoing, mask, work_timer, ring_time });
                }
                self.tell_channel(&agent, false);
            }
            (Query::Device(agent), Answer::Confirmed(Message::SnapshotDeviceConf(conf))) => self.device_found(&agent, &conf),
            (Query::Call(agent, triple, line), Answer::Confirmed(Message::SnapshotCallConf(conf))) => {
                self.call_found(&agent, &triple, line, &conf);
            }
            (query, answer) => self.query_failed(query, command, &answer),
        }
        // An answer that comes after the session was lost is no part of what is asked now.
        if is_awaited && self.link.is_some() {
            self.query_closed(&agent);
        }
    }

    fn query_failed(&mut self, query: Query, command: Option<CommandId>, answer: &Answer<'_>) {
        if let Answer::ControlFailed { code, .. } = answer
            && *code == ControlFailureCode::RC_SERVICE_INACTIVATE_PIM.0
            && let Some(peripheral) = self.agents.get(query.agent()).map(|agent| agent.peripheral)
        {
            self.peripheral_went(peripheral, false);
        }
        let Some(command) = command else {
            if matches!(answer, Answer::TimedOut) && query.is_awaited() {
                if self.resync.is_repeated(&query.agent().clone(), 0) {
                    self.resync.unanswered += 1;
                } else {
                    self.queue_query(query);
                }
            }
            return;
        };
        let code = match answer {
            Answer::TimedOut => FailureCode::CtiTimeout,
            Answer::Lost | Answer::NotSent => FailureCode::CtiOffline,
            // 8: agent data not valid; 256: no such agent.
            Answer::Failed(StatusCode::INVALID_AGENT_DATA) | Answer::ControlFailed { code: 256..=258, .. } => FailureCode::AuthFailed,
            Answer::ControlFailed { code, .. } if *code == ControlFailureCode::RC_SERVICE_INACTIVATE_PIM.0 => FailureCode::CtiOffline,
            _ => FailureCode::AuthFailed,
        };
        self.reply(command, Reply::Failure(failure_of(code, answer)));
    }

    /// A question about an agent is done with; after the last one the agent's picture is right.
    fn query_closed(&mut self, agent: &AgentId) {
        if !self.resync.closed(agent) {
            return;
        }
        if self.resync.answered.contains(agent) {
            self.end_unseen(agent);
        }
        self.settle(|settled| settled == agent);
    }

    /// Ends the contacts of an agent whose connection neither an answer nor an event showed.
    fn end_unseen(&mut self, agent: &AgentId) {
        let Some(known) = self.agents.get(agent) else { return };
        let contacts = known.interactions.clone();
        let legs = contacts.iter().filter_map(|id| self.interactions.get(id)).flat_map(|contact| contact.conversations());
        let unseen: Vec<_> = legs
            .filter(|leg| !self.resync.has_seen(leg.call, &leg.device))
            .map(|leg| (leg.call, leg.device.clone(), leg.id_type))
            .collect();
        for (key, device, id_type) in unseen {
            self.lose_connection(key, &device, id_type);
        }
    }

    /// The connection is gone, and nobody saw it go.
    pub(super) fn lose_connection(&mut self, key: CallKey, device: &Name, id_type: ConnectionDeviceIdType) {
        self.resync.lost += 1;
        let cause = EndCause::LostInFailover;
        self.record_call_with(Moment::EndCall, key, device, |record| {
            record.detail = Some(cause.word().into_owned());
            record.estimated = true;
        });
        self.leg_ended(key, device, EndReason::Released, Some(cause));
        self.forget_connection(key, device, id_type);
        // Its end was not seen, so what still speaks of it is no echo.
        self.recently_ended.pop_back();
    }

    fn agent_found(&mut self, id: &AgentId, conf: &wire::QueryAgentStateConf<'_>) {
        let peripheral = self.agents.get(id).map(|agent| agent.peripheral).or(self.peripheral).unwrap_or(u32::MAX);
        if self.resync.is_first && conf.agent_state != AgentState::UNKNOWN && self.peripherals.get(&peripheral) == Some(&false) {
            // It was off line when the session was lost, and nothing promises to say that it is back.
            self.peripheral_went(peripheral, true);
        }
        let report = Report {
            peripheral,
            state: conf.agent_state,
            reason: None,
            next: None,
            seconds_ago: 0,
            is_found: true,
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
            // Whom a supervisor listens to is not shown that.
            let is_hidden = call.silent_monitor_status == Some(SilentMonitorStatus::TARGET);
            if triple.device.is_empty() || line.is_final() {
                continue;
            }
            if let Some(key) = self.calls.find(&triple) {
                self.resync.saw(key, &triple.device);
            }
            if is_hidden {
                continue;
            }
            self.queue_query(Query::Call(id.clone(), triple, line));
        }
    }

    /// The server takes its time: who has an answer works meanwhile.
    pub(super) fn resync_overdue(&mut self) {
        if self.resync.is_first && self.service != ServiceStatus::InService && self.link.is_some() {
            let open = self.resync.under_way.len() + self.resync.queue.len();
            self.note(Note::ResyncOverdue { open });
            self.serve();
        }
    }

    fn serve(&mut self) {
        self.record(Moment::LinkUp, |_| {});
        self.set_service(ServiceStatus::InService);
        self.settle(|_| true);
    }

    fn finish_resync(&mut self) {
        let resync = std::mem::take(&mut self.resync);
        // Connections that had no leg yet and that nobody found are forgotten without a word.
        let is_unseen = |key: CallKey, connection: &Connection| {
            let is_answered = connection.agent.as_ref().is_some_and(|agent| resync.answered.contains(agent));
            is_answered && connection.leg.is_none() && !resync.has_seen(key, &connection.device)
        };
        let unseen = self.calls.iter().flat_map(|(key, call)| call.connections.iter().map(move |connection| (key, connection)));
        let unseen: Vec<_> =
            unseen.filter(|(key, connection)| is_unseen(*key, connection)).map(|(key, c)| (key, c.device.clone(), c.id_type)).collect();
        for (key, device, id_type) in unseen {
            self.forget_connection(key, &device, id_type);
        }
        if !resync.is_first {
            return;
        }
        self.timers.retain(|(_, timer)| *timer != Timer::Resync);
        let took = resync.began.map_or_else(Default::default, |began| self.now.mono.saturating_duration_since(began));
        let Resync { asked, lost, begun, unanswered, .. } = resync;
        self.note(Note::Resynchronised { took, asked, lost, found: begun, unanswered });
        if self.service != ServiceStatus::InService {
            self.serve();
        }
    }
}

const fn line_of(state: LocalConnectionState) -> Line {
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
