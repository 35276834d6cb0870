//! What the CTI Server says of agents: teams, states, announced calls.

use std::borrow::Cow;

use jiff::SignedDuration;
use smallvec::SmallVec;

use super::Engine;
use super::agent::{Agent, PreCall};
use super::call::{CallData, CallKey, name, take_call_data};
use super::evidence::attribute;
use super::model::{AgentId, AgentState, ChannelState, Name};
use super::pending::Proof;
use super::record::Moment;
use super::resync::Query;
use super::roster::AgentKey;
use crate::protocol::Text;
use crate::protocol::message as wire;
use crate::time::whole_micros;

/// What an AGENT_STATE_EVENT or QUERY_AGENT_STATE_CONF says.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) peripheral: u32,
    pub(super) state: AgentState,
    pub(super) reason: Option<u16>,
    pub(super) next: Option<AgentState>,
    pub(super) seconds_ago: u32,
    /// Found by a question of ours: since when it has been so is not known.
    pub(super) is_found: bool,
    pub(super) extension: Option<&'a Text<'a>>,
    pub(super) instrument: Option<&'a Text<'a>>,
    /// DepartmentID.
    pub(super) department: Option<i64>,
    pub(super) skill_groups: SmallVec<[u32; 8]>,
}

impl Engine {
    /// The agent's entry, made if need be.
    pub(super) fn learn(&mut self, id: &AgentId, peripheral: u32) -> AgentKey {
        if let Some(key) = self.agents.key(&id.0) {
            return key;
        }
        let mut agent = Agent::new(id.clone(), peripheral, self.now.wall);
        agent.outage = self.outage_of(&agent);
        self.agents.insert(agent)
    }

    pub(super) fn agent_state(&mut self, event: &wire::AgentStateEvent<'_>) {
        // One agent has one state for each media routing domain; voice is 1, and servers that do not care send 0.
        if !self.serves(event.peripheral_id) || !(-1..=1).contains(&event.mrd_id) {
            return;
        }
        let named = event.agent_id.as_ref().or(event.agent_id_long.as_ref()).filter(|id| !id.is_empty());
        // The id is optional on the wire; the phone tells it too.
        let placed = || self.agent_at(event.agent_instrument.as_ref()).or_else(|| self.agent_at(event.agent_extension.as_ref()));
        let known = match named {
            Some(id) => self.agents.key(id).ok_or_else(|| AgentId(name(id))),
            None => match placed() {
                Some(id) => Err(id),
                None => return,
            },
        };
        self.heard_from(event.peripheral_id);
        let key = known.unwrap_or_else(|id| self.learn(&id, event.peripheral_id));
        let groups = event.flt_skill_groups.iter().filter_map(|group| group.flt_skill_group_number).map(|number| number as u32);
        let report = Report {
            peripheral: event.peripheral_id,
            state: event.agent_state,
            reason: Some(event.event_reason_code),
            next: event.next_agent_state.filter(|next| next.0 != 0xffff),
            // All ones: the server does not know (inferred).
            seconds_ago: if event.state_duration == u32::MAX { 0 } else { event.state_duration },
            is_found: false,
            extension: event.agent_extension.as_ref(),
            instrument: event.agent_instrument.as_ref(),
            // 0 and all ones: the agent belongs to no department (inferred).
            department: Some(i64::from(event.department_id)).filter(|department| *department > 0),
            skill_groups: groups.chain([event.skill_group_number]).filter(|number| *number != u32::MAX).collect(),
        };
        self.agent_reported(key, &report);
    }

    /// Brings an agent's entry up to a report, and tells what changed.
    pub(super) fn agent_reported(&mut self, key: AgentKey, report: &Report<'_>) {
        let id = &self.agents[key].id.clone();
        if !self.agents[key].requests.is_empty() {
            self.prove(id, &Proof::State { state: report.state, next: report.next });
        }
        let since = self.now.wall.checked_sub(SignedDuration::from_secs(i64::from(report.seconds_ago))).unwrap_or(self.now.wall);
        self.touch_member(id);
        let agent = &mut self.agents[key];
        // A question tells no time; the team's list did, if the state is still the same.
        let hint = agent.since_hint.take().filter(|(state, _)| report.reason.is_none() && *state == report.state);
        let since = hint.map_or(since, |(_, since)| since);
        if agent.peripheral == u32::MAX {
            agent.peripheral = report.peripheral;
        }
        let was_usable = agent.channel_state_now() == ChannelState::Active;
        let was_in_work = agent.is_in_work();
        let was_logged_in = agent.is_logged_in();
        let before = agent.state;
        // A reason says something of these two states only.
        let tells_reason = matches!(report.state, AgentState::NOT_READY | AgentState::LOGOUT);
        let reason = report.reason.filter(|reason| tells_reason && *reason != 0);
        // A question does not tell what is pending: it stays as long as the state does.
        let pending = if report.is_found && agent.state == report.state { agent.pending } else { report.next };
        let pending = pending.filter(|next| *next != report.state);
        let is_news = agent.state != report.state || (report.reason.is_some() && agent.reason != reason);
        if is_news {
            agent.since = since;
            agent.since_is_estimated = report.is_found && hint.is_none();
            agent.reason = reason;
        }
        agent.state = report.state;
        agent.pending = pending;
        // The answer to a question names all of them, an event perhaps one.
        agent.take_skill_groups(&report.skill_groups, report.is_found && !report.skill_groups.is_empty());
        let is_logged_in = agent.is_logged_in();
        self.place_agent(key, report);
        if is_news {
            let extension = self.agents.get(id).and_then(|agent| agent.extension.clone());
            self.record(Moment::AgentState, |record| {
                record.facts.device = extension;
                record.agent = Some(id.clone());
                record.peripheral_id = Some(report.peripheral);
                record.detail = Some(report.state.name().map_or_else(|| report.state.to_string().into(), Cow::Borrowed));
                record.facts.state = Some(report.state);
                record.facts.reason = reason;
                record.facts.since = Some(whole_micros(since));
                record.facts.department = report.department;
                record.estimated = report.is_found || report.seconds_ago > 0;
            });
        }
        if is_logged_in && !was_logged_in {
            self.queue_query(Query::Desk(id.clone()));
        }
        if !self.agents[key].interactions.is_empty() {
            self.work_changed(id, before, was_in_work);
        }
        self.tell_channel_at(key, false);
        let agent = &self.agents[key];
        let waits_for_logout = report.state == AgentState::NOT_READY && agent.logout.is_some();
        if (agent.channel_state_now() == ChannelState::Active) != was_usable {
            self.tell_contacts(id);
        }
        if waits_for_logout {
            self.resume_logout(id);
        }
    }

    /// Where the agent is: events name devices, not agents.
    fn place_agent(&mut self, key: AgentKey, report: &Report<'_>) {
        let agent = &mut self.agents[key];
        let id = &agent.id.clone();
        // Nearly every report comes from where the agent is known to be.
        let is_told =
            |told: Option<&Text<'_>>, known: &Option<Name>| told.is_none_or(|text| text.is_empty() || Some(&**text) == known.as_deref());
        let is_there = agent.extension.as_ref().is_some_and(|device| self.devices.get(device) == Some(id))
            && agent.instrument.as_ref().is_none_or(|device| self.devices.get(device) == Some(id));
        if agent.is_logged_in() && is_there && is_told(report.extension, &agent.extension) && is_told(report.instrument, &agent.instrument)
        {
            self.show_outage(key);
            return;
        }
        for device in agent.extension.iter().chain(&agent.instrument) {
            if self.devices.get(device) == Some(id) {
                self.devices.remove(device);
            }
        }
        let named = |text: Option<&Text<'_>>| text.filter(|text| !text.is_empty()).map(name);
        if let Some(extension) = named(report.extension).or_else(|| named(report.instrument)) {
            self.extensions.insert(extension.clone(), id.clone());
            agent.extension = Some(extension);
        }
        if let Some(instrument) = named(report.instrument) {
            agent.instrument = Some(instrument);
        }
        if agent.is_logged_in() {
            for device in agent.extension.iter().chain(&agent.instrument) {
                self.devices.insert(device.clone(), id.clone());
            }
        }
        self.show_outage(key);
    }

    /// After-call work that ended completes what it was for.
    fn work_changed(&mut self, id: &AgentId, before: AgentState, was_in_work: bool) {
        let Some(agent) = self.agents.get(id) else { return };
        let (is_in_work, state) = (agent.is_in_work(), agent.state);
        let interactions = agent.interactions.clone();
        let left_call = matches!(before, AgentState::TALKING | AgentState::HOLD);
        let is_idle = matches!(state, AgentState::AVAILABLE | AgentState::NOT_READY | AgentState::LOGOUT);
        for interaction in interactions {
            let Some(known) = self.interactions.get_mut(&interaction) else { continue };
            known.saw_work |= is_in_work;
            let left_work = known.saw_work && was_in_work && !is_in_work;
            let no_work = self.settings.auto_complete && left_call && is_idle;
            let is_over = left_work || no_work;
            if known.is_live() {
                // Of an agent who was logged out in the call nobody is left to complete it, unless the agent comes back.
                known.completes_at_end &= before != AgentState::LOGOUT;
                known.completes_at_end |= is_over || state == AgentState::LOGOUT;
            } else if is_over || state == AgentState::LOGOUT {
                self.complete_interaction(interaction, true);
            }
        }
    }

    pub(super) fn agent_at(&self, device: Option<&Text<'_>>) -> Option<AgentId> {
        device.and_then(|device| self.devices.get(device.as_str())).cloned()
    }

    pub(super) fn pre_call(&mut self, event: &wire::AgentPreCallEvent<'_>) {
        let named = event.agent_id.as_ref().map(|id| AgentId(name(id))).filter(|id| self.agents.contains(id));
        let Some(id) = self.agent_at(event.agent_instrument.as_ref()).or(named) else { return };
        let mut data = CallData::default();
        take_call_data!(data, event);
        data.take_ecc(&event.named_variables, &event.named_arrays, false);
        data.take_router_key(event.router_call_key_day, event.router_call_key_call_id, event.router_call_key_sequence_number);
        data.take_skill_group(event.skill_group_number, event.skill_group_id);
        data.mrd_id = Some(u32::try_from(event.mrd_id).unwrap_or(1));
        let (router_key, group) = (data.router_key, data.skill_group_id);
        let (facts, peripheral) = (std::sync::Arc::new(data.facts()), self.agents.get(&id).map(|agent| agent.peripheral));
        self.record(Moment::AgentPreCall, |record| {
            record.agent = Some(id.clone());
            record.router_key = router_key;
            record.detail = group.map(|group| group.to_string().into());
            record.peripheral_id = peripheral;
            record.facts.skill_groups = group.into_iter().collect();
            record.facts.call = Some(facts);
        });
        let waiting = self.calls.iter().find_map(|(key, call)| {
            let connection = call.connection_of(&id).filter(|c| !c.is_originator && !c.line.is_final())?;
            let fits = fits(&data, &call.data) && call.data.mrd_id.is_none();
            fits.then(|| (key, connection.leg.map(|(interaction, _)| interaction)))
        });
        match waiting {
            Some((key, interaction)) => {
                self.merge_pre_call(key, &data);
                self.refresh_contacts(key);
                if let Some(interaction) = interaction {
                    self.tell_offer(interaction);
                }
            }
            None => {
                if let Some(agent) = self.agents.get_mut(&id) {
                    agent.pre_calls.push(PreCall { data });
                    if agent.pre_calls.len() > 4 {
                        agent.pre_calls.remove(0); // announcements that never came true
                    }
                }
            }
        }
    }

    fn merge_pre_call(&mut self, key: CallKey, pre: &CallData) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let (before, known) = (call.data.clone(), call.givers.clone());
        call.data.fill_from(pre);
        // The router's choice of the queue goes before what the phone system reports.
        call.data.skill_group_id = pre.skill_group_id.or(call.data.skill_group_id);
        call.data.skill_group_number = pre.skill_group_number.or(call.data.skill_group_number);
        attribute(&mut call.givers, &known, &before, &call.data, "AGENT_PRE_CALL_EVENT");
    }

    /// The announcement that an arriving call was made with.
    pub(super) fn take_pre_call(&mut self, key: CallKey, id: &AgentId, is_originator: bool) {
        if is_originator {
            return;
        }
        let (Some(call), Some(agent)) = (self.calls.get(key), self.agents.get_mut(id)) else { return };
        let at = agent.pre_calls.iter().position(|pre| fits(&pre.data, &call.data));
        if let Some(at) = at {
            let pre = agent.pre_calls.remove(at);
            self.merge_pre_call(key, &pre.data);
        }
    }

    pub(super) fn pre_call_abort(&mut self, event: &wire::AgentPreCallAbortEvent<'_>) {
        let Some(id) = self.agent_at(event.agent_instrument.as_ref()) else { return };
        let key = (event.router_call_key_day, event.router_call_key_call_id);
        let Some(agent) = self.agents.get_mut(&id) else { return };
        agent.pre_calls.retain(|pre| pre.data.router_key.map(|key| (Some(key.day), Some(key.call_id))) != Some(key));
        self.record(Moment::AgentPreCallAbort, |record| record.agent = Some(id));
    }
}

/// Whether a pre-call announces this call: by the router's key where the call has one, else by who called what.
fn fits(pre: &CallData, call: &CallData) -> bool {
    match (pre.router_key, call.router_key) {
        (Some(pre), Some(call)) => pre.day == call.day && pre.call_id == call.call_id,
        _ => {
            let agrees = |a: &Option<Name>, b: &Option<Name>| a.is_none() || b.is_none() || a == b;
            agrees(&pre.ani, &call.ani) && agrees(&pre.dialed_number, &call.dialed_number)
        }
    }
}
