//! A call as SNAPSHOT_CALL_CONF shows it, against what is known: the same call further on, a call that began unseen, the same
//! contact under another call, other parties.
//!
//! A snapshot names no caller and has no history; what it does not tell is not made up: the contact is marked as recovered.

use super::Engine;
use super::assist::is_listening;
use super::call::{CallKey, Line, Triple, name, take_call_data, take_text};
use super::event::Event;
use super::model::{AgentId, CallType, ConversationId, ConversationState, InteractionId, InteractionState, Member, Name, RouterCallKey};
use super::record::Moment;
use super::resync::Query;
use crate::protocol::message as wire;
use crate::protocol::values::LocalConnectionState;

impl Engine {
    pub(super) fn call_found(&mut self, id: &AgentId, triple: &Triple, line: Line, conf: &wire::SnapshotCallConf<'_>) {
        if self.recently_ended.contains(triple) {
            return; // it ended while we asked
        }
        let router_key = router_key(conf.router_call_key_day, conf.router_call_key_call_id);
        if let Some(key) = self.calls.find(triple)
            && self.is_other_contact(key, &triple.device, router_key)
        {
            // The id was given to another call meanwhile.
            self.lose_connection(key, &triple.device, triple.id_type);
        }
        let is_known = self.calls.find(triple).and_then(|key| self.leg_of(key, &triple.device)).is_some();
        let consult_of = self.consult_of(id, triple, conf);
        if !is_known && consult_of.is_some() && !self.has_host(id) && !self.resync.is_repeated(id, triple.call_id) {
            // The contact that this call consults about is still to be found.
            self.queue_query(Query::Call(id.clone(), triple.clone(), line));
            return;
        }
        let key = self.calls.attach(triple, conf.call_type);
        self.resync.saw(key, &triple.device);
        self.change_hands(key, triple, id);
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
        let other = others.filter_map(|device| device.call_device_id).find(|device| !device.is_empty());
        let dialed_me = call.data.dialed_number.is_some() && call.data.dialed_number == own_extension;
        let Some(connection) = call.connection_mut(&triple.device) else { return };
        connection.is_in_doubt = false;
        let is_new = connection.leg.is_none();
        if is_new {
            connection.agent = Some(id.clone());
            connection.is_originator = line == Line::Initiated || consult_of.is_some() || (placed_by_agent(conf.call_type) && !dialed_me);
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
                *slot = Some(name(&other));
            }
        }
        let state = match line {
            Line::Alerting => ConversationState::Alerting,
            Line::Connected => ConversationState::Connected,
            Line::Held => ConversationState::Held,
            _ => ConversationState::Dialing,
        };
        if is_new && !self.adopt(key, &triple.device, id, router_key) {
            self.resync.begun += 1;
            self.begin_leg(key, &triple.device, id, state, true);
        }
        self.refresh_contacts(key);
        if is_new || before != line {
            self.record_found(key, &triple.device, line, before);
        }
        match line {
            Line::Connected => self.leg_connected(key, &triple.device),
            Line::Held => self.leg_held(key, &triple.device),
            _ => {}
        }
        self.compare_members(key, &triple.device, conf);
    }

    /// What was not seen to happen, as far as the connection shows it now.
    fn record_found(&mut self, key: CallKey, device: &str, line: Line, before: Line) {
        let moments: &[Moment] = match (line, before) {
            (Line::Initiated, _) => &[Moment::Dialed],
            (Line::Alerting, _) => &[Moment::Alerting],
            (Line::Connected, Line::Held) => &[Moment::Retrieved],
            (Line::Connected, _) => &[Moment::Established],
            (Line::Held, Line::Connected) => &[Moment::Held],
            (Line::Held, _) => &[Moment::Established, Moment::Held],
            _ => &[],
        };
        for moment in moments {
            self.record_call_with(*moment, key, device, |record| record.estimated = true);
        }
    }

    /// Whether the router's key says that a connection belongs to another contact than the known one.
    pub(super) fn is_other_contact(&self, key: CallKey, device: &str, found: Option<(u32, u32)>) -> bool {
        let Some(call) = self.calls.get(key) else { return false };
        let known = call.data.router_key.map(|key| (key.day, key.call_id));
        // A call that several take part in keeps its id and may be given another contact's data (inferred).
        let is_alone = call.connections.iter().all(|connection| connection.device == device || connection.line.is_final());
        is_alone && matches!((known, found), (Some(known), Some(found)) if known != found)
    }

    /// The call that this agent's call is a consultation about, as far as the snapshot or the agent's other calls tell.
    fn consult_of(&self, id: &AgentId, triple: &Triple, conf: &wire::SnapshotCallConf<'_>) -> Option<u32> {
        if conf.call_type != CallType::CONSULT {
            return None;
        }
        let original = conf.coc_connection_call_id.filter(|id| *id != 0 && *id != u32::MAX && *id != triple.call_id)?;
        let agent = self.agents.get(id)?;
        let device = conf.coc_call_connection_device_id.as_ref().filter(|device| !device.is_empty());
        let is_mine = device.is_none_or(|device| device.as_str() == triple.device || agent.is_device(device));
        is_mine.then_some(original)
    }

    /// Whether the agent has a contact that a consult leg could belong to.
    fn has_host(&self, id: &AgentId) -> bool {
        let Some(agent) = self.agents.get(id) else { return false };
        let contacts = agent.interactions.iter().filter_map(|id| self.interactions.get(id));
        contacts.into_iter().any(|i| i.state == InteractionState::Started && i.primary.is_some() && i.consult.is_none())
    }

    /// The device has another agent now: the connection was the former one's, who has left it.
    fn change_hands(&mut self, key: CallKey, triple: &Triple, id: &AgentId) {
        let former = self.agent_of(key, &triple.device);
        if former.is_some_and(|former| former != *id) {
            self.lose_connection(key, &triple.device, triple.id_type);
            self.recently_ended.retain(|ended| ended != triple);
            self.calls.attach(triple, CallType::default());
        }
    }

    /// The agent's contact goes on under another call: one that a transfer or conference made of it in the gap. Only the
    /// router's key tells; without one it is an end and a beginning.
    fn adopt(&mut self, key: CallKey, device: &Name, id: &AgentId, router_key: Option<(u32, u32)>) -> bool {
        let Some(wanted) = router_key else { return false };
        let Some(agent) = self.agents.get(id) else { return false };
        let is_same = |known: RouterCallKey| (known.day, known.call_id) == wanted;
        let orphan = agent.interactions.iter().filter_map(|id| self.interactions.get(id)).find_map(|interaction| {
            // The first leg is the contact; a consultation may carry a copy of its key.
            let leg = interaction.primary.as_ref()?;
            let call = self.calls.get(leg.call)?;
            let is_gone = leg.call != key && !self.resync.has_seen(leg.call, &leg.device);
            (is_gone && call.data.router_key.is_some_and(is_same)).then(|| (interaction.id, leg.id, leg.call, leg.device.clone()))
        });
        let Some((interaction, leg, old, old_device)) = orphan else { return false };
        self.move_leg(interaction, leg, (old, &old_device), (key, device));
        true
    }

    /// Puts a leg on another connection; the old one is forgotten.
    fn move_leg(&mut self, interaction: InteractionId, leg: ConversationId, from: (CallKey, &Name), to: (CallKey, &Name)) {
        if let Some(connection) = self.calls.get_mut(from.0).and_then(|call| call.connection_mut(from.1)) {
            connection.leg = None;
        }
        self.calls.detach(from.0, from.1);
        let Some(call) = self.calls.get_mut(to.0) else { return };
        let call_id = call.id;
        let Some(connection) = call.connection_mut(to.1) else { return };
        connection.leg = Some((interaction, leg));
        let id_type = connection.id_type;
        let Some(known) = self.interactions.get_mut(&interaction) else { return };
        known.last.call_id = call_id;
        known.last.id_type = id_type;
        known.last.device = to.1.clone();
        let agent = known.agent.clone();
        let Some(conversation) = known.conversation_mut(leg) else { return };
        conversation.call = to.0;
        conversation.call_id = call_id;
        conversation.id_type = id_type;
        conversation.device = to.1.clone();
        self.emit(&agent, Event::ConversationInfo { interaction, conversation: leg, call_id });
    }

    /// Who is on the call now, against who was. One party of each that are both outside are taken for the same under two
    /// names: a snapshot may know a trunk or a route point where an event knew the number.
    fn compare_members(&mut self, key: CallKey, device: &str, conf: &wire::SnapshotCallConf<'_>) {
        let Some((id, leg, agent)) = self.leg_of(key, device) else { return };
        let mut found: Vec<Name> = Vec::new();
        for party in &conf.call_devices {
            let connection = party.call_connection_device_id.as_ref().map(name).unwrap_or_default();
            let is_gone = party
                .call_device_connection_state
                .is_some_and(|state| matches!(state, LocalConnectionState::NULL | LocalConnectionState::FAIL));
            if connection == device || is_gone {
                continue;
            }
            let number = party.call_device_id.as_ref().filter(|number| !number.is_empty()).map(name);
            found.push(number.unwrap_or_else(|| self.number_of(key, &connection)));
        }
        if found.is_empty() {
            return;
        }
        let Some(conversation) = self.interactions.get(&id).and_then(|known| known.conversation(leg)) else { return };
        let known: Vec<Name> = conversation.members.iter().filter(|member| !member.is_self).map(|member| member.id.clone()).collect();
        let mut gone: Vec<_> = known.iter().filter(|known| !found.contains(known)).cloned().collect();
        let mut fresh: Vec<_> = found.iter().filter(|found| !known.contains(found)).cloned().collect();
        if let ([old], [new]) = (gone.as_slice(), fresh.as_slice())
            && !self.is_extension(Some(old))
            && !self.is_extension(Some(new))
        {
            gone.clear();
            fresh.clear();
        }
        for number in fresh {
            let member = Member {
                id: number.clone(),
                name: self.party_name(&number),
                agent: self.extensions.get(&number).cloned(),
                number,
                is_self: false,
            };
            if let Some(conversation) = self.interactions.get_mut(&id).and_then(|known| known.conversation_mut(leg)) {
                conversation.members.push(member.clone());
            }
            self.emit(&agent, Event::MemberAdded { interaction: id, conversation: leg, member });
        }
        for member in gone {
            let Some(conversation) = self.interactions.get_mut(&id).and_then(|known| known.conversation_mut(leg)) else { return };
            conversation.members.retain(|known| known.id != member);
            self.emit(&agent, Event::MemberRemoved { interaction: id, conversation: leg, member });
        }
        self.refresh_contacts(key);
    }
}

/// Day and call id of the router's key where both are given.
pub(super) fn router_key(day: Option<u32>, call_id: Option<u32>) -> Option<(u32, u32)> {
    day.zip(call_id)
}

/// Call types of calls that an agent placed (DECISIONS 45: where no calling device is known, the call type tells).
fn placed_by_agent(call_type: CallType) -> bool {
    matches!(call_type, CallType::OUT | CallType::AGENT_OUT | CallType::AGENT_INSIDE | CallType::AUTO_OUT) || is_listening(call_type)
}
