//! Consultation, transfer and conference: the commands, and how two calls become one.
//!
//! The call that was held when the consultation was placed survives: connections of the other call move into it, and every
//! agent's leg follows. CALL_TRANSFERRED_EVENT and CALL_CONFERENCED_EVENT carry the result as a list of parties whose call id
//! may even be a third one; without a list the primary call's id stays (inferred).

use std::time::Instant;

use super::Engine;
use super::call::{CallKey, Line, Triple, name};
use super::command::{CommandId, Failure, FailureCode};
use super::commands::{Checked, about_connection, deflection, invalid, text};
use super::event::{EndReason, Event};
use super::interaction::{Conversation, FocusHold};
use super::model::{AgentId, CallType, ConversationId, ConversationState, InteractionId, Member, Name, StateWord};
use super::pending::Purpose;
use super::record::Moment;
use crate::protocol::List;
use crate::protocol::Text;
use crate::protocol::message as wire;
use crate::protocol::values::{ConnectionDeviceIdType, ConsultType};

/// No call id; with it no connection.
pub(super) const NO_CALL: u32 = u32::MAX;
pub(super) const NO_CONNECTION: ConnectionDeviceIdType = ConnectionDeviceIdType(0xffff);

/// A request about both legs of a consultation while the consult leg talks and the first one is held.
macro_rules! about_pair {
    ($request:ident, $pair:expr) => {
        wire::$request {
            peripheral_id: $pair.peripheral,
            active_connection_call_id: $pair.consult.call_id,
            held_connection_call_id: $pair.primary.call_id,
            active_connection_device_id_type: $pair.consult.id_type,
            held_connection_device_id_type: $pair.primary.id_type,
            active_connection_device_id: Some(text(&$pair.consult.device)),
            held_connection_device_id: Some(text(&$pair.primary.device)),
            agent_instrument: $pair.instrument,
            ..Default::default()
        }
    };
}

/// A request about one leg that names whom to call instead of a second leg.
macro_rules! in_one_step {
    ($request:ident, $peripheral:ident, $conversation:ident, $instrument:ident, $destination:ident) => {
        wire::$request {
            peripheral_id: $peripheral,
            active_connection_call_id: $conversation.call_id,
            held_connection_call_id: NO_CALL,
            active_connection_device_id_type: $conversation.id_type,
            held_connection_device_id_type: NO_CONNECTION,
            active_connection_device_id: Some(text(&$conversation.device)),
            dialed_number: Some(text($destination)),
            agent_instrument: $instrument,
            ..Default::default()
        }
    };
}

/// Both legs of a consultation, ready for a request.
struct Pair {
    peripheral: u32,
    primary: Conversation,
    consult: Conversation,
    instrument: Option<Text<'static>>,
}

/// A call as an event of a merger names it.
#[derive(Clone, Copy)]
struct Named<'a> {
    call_id: u32,
    id_type: ConnectionDeviceIdType,
    device: Option<&'a Text<'a>>,
}

/// One of two calls that become one.
struct MergerSide {
    key: CallKey,
    /// The connection of the agent who pressed the button.
    own: Option<Name>,
    /// Whom that agent saw there …
    others: Vec<Member>,
    /// … if the agent saw the call at all.
    sees: bool,
}

/// Two calls that become one.
struct Merger {
    primary_id: u32,
    primary: MergerSide,
    secondary: Option<MergerSide>,
}

impl Engine {
    /// The two legs in the states a command needs; a consult leg that is not connected yet has a code of its own.
    fn pair(&self, agent: &AgentId, id: InteractionId, verb: &str, allowed: &[(ConversationState, ConversationState)]) -> Checked<Pair> {
        let interaction = self.started(agent, id, verb)?;
        let (Some(primary), Some(consult)) = (&interaction.primary, &interaction.consult) else {
            return Err(Failure::new(FailureCode::ConsultNotConnected, "There is no consult call").with_context("consult=none"));
        };
        if !allowed.contains(&(primary.state, consult.state)) {
            let context = format!("consult={} primary={}", consult.state.word(), primary.state.word());
            let message = if consult.state == ConversationState::Held {
                "The consult call is on hold; alternate back first"
            } else {
                "The consult call is not connected yet"
            };
            return Err(Failure::new(FailureCode::ConsultNotConnected, message).with_context(context));
        }
        let instrument = self.instrument_of(agent);
        Ok(Pair { peripheral: interaction.last.peripheral, primary: primary.clone(), consult: consult.clone(), instrument })
    }

    pub(super) fn consult(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, destination: &Name) -> Checked<()> {
        let request = self.consultation(agent, interaction, destination)?;
        self.request(Some(id), agent, Purpose::Consult(interaction, destination.clone()), request.into());
        Ok(())
    }

    /// The request for a consult call beside the connected one.
    pub(super) fn consultation(
        &self,
        agent: &AgentId,
        interaction: InteractionId,
        destination: &Name,
    ) -> Checked<wire::ConsultationCallReq<'static>> {
        let known = self.started(agent, interaction, "consult")?;
        if known.consult.is_some() {
            return Err(invalid("A consult call exists already", "consult=exists"));
        }
        let Some(leg) = known.primary.as_ref().filter(|leg| leg.state == ConversationState::Connected) else {
            return Err(invalid("Only a connected call can be held for a consultation", "primary=HELD allowed=CONNECTED"));
        };
        Ok(wire::ConsultationCallReq {
            peripheral_id: known.last.peripheral,
            active_connection_call_id: leg.call_id,
            active_connection_device_id_type: leg.id_type,
            consult_type: ConsultType::default(),
            active_connection_device_id: Some(text(&leg.device)),
            dialed_number: Some(text(destination)),
            agent_instrument: self.instrument_of(agent),
            ..Default::default()
        })
    }

    /// CONSULTATION_CALL_CONF came before any event of the new call. The leg is shown with the first of those: the first
    /// call's HELD, which the desktop wants to see before, may still be on its way.
    pub(super) fn consulting(
        &mut self,
        agent: &AgentId,
        interaction: InteractionId,
        destination: Name,
        conf: &wire::ConsultationCallConf<'_>,
    ) {
        let Some(peripheral) = self.interactions.get(&interaction).map(|known| known.last.peripheral) else { return };
        let triple = Triple {
            peripheral,
            call_id: conf.new_connection_call_id,
            id_type: conf.new_connection_device_id_type,
            device: conf.new_connection_device_id.as_ref().map(name).unwrap_or_default(),
        };
        if triple.call_id == NO_CALL || triple.device.is_empty() || self.recently_ended.contains(&triple) {
            return;
        }
        let key = self.calls.attach(&triple, CallType::CONSULT);
        if let Some(call) = self.calls.get_mut(key) {
            call.data.call_type = CallType::CONSULT;
            call.data.dialed_number.get_or_insert(destination);
            if let Some(connection) = call.connection_mut(&triple.device) {
                connection.agent = Some(agent.clone());
                connection.is_originator = true;
                if connection.line == Line::Unknown {
                    connection.line = Line::Initiated;
                }
            }
        }
    }

    pub(super) fn alternate(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        use ConversationState as S;
        let pair = self.pair(agent, interaction, "alternate", &[(S::Held, S::Connected), (S::Connected, S::Held)])?;
        let (active, other) = if pair.consult.state == S::Connected { (pair.consult, pair.primary) } else { (pair.primary, pair.consult) };
        let request = wire::AlternateCallReq {
            peripheral_id: pair.peripheral,
            active_connection_call_id: active.call_id,
            other_connection_call_id: other.call_id,
            active_connection_device_id_type: active.id_type,
            other_connection_device_id_type: other.id_type,
            active_connection_device_id: Some(text(&active.device)),
            other_connection_device_id: Some(text(&other.device)),
            agent_instrument: pair.instrument,
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Alternate(interaction, other.id), request.into());
        Ok(())
    }

    pub(super) fn reconnect(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        use ConversationState as S;
        if self.started(agent, interaction, "reconnect")?.consult.is_none() {
            return Err(invalid("There is no consult call", "consult=none"));
        }
        let allowed = [(S::Held, S::Dialing), (S::Held, S::Alerting), (S::Held, S::Connected)];
        let pair = self.pair(agent, interaction, "reconnect", &allowed);
        let pair = pair.map_err(|failure| Failure { code: FailureCode::InvalidState, ..failure })?;
        let request = about_pair!(ReconnectCallReq, pair);
        if let Some(known) = self.interactions.get_mut(&interaction) {
            known.focus_hold = FocusHold::UntilTalking;
        }
        self.request(Some(id), agent, Purpose::Reconnect(interaction, pair.consult.id), request.into());
        Ok(())
    }

    pub(super) fn consult_transfer(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let pair = self.pair(agent, interaction, "consulttransfer", &[(ConversationState::Held, ConversationState::Connected)])?;
        self.expect_transfer(interaction);
        let request = about_pair!(TransferCallReq, pair);
        self.request(Some(id), agent, Purpose::Transfer(interaction, pair.primary.id), request.into());
        Ok(())
    }

    /// The same while the consulted party only rings.
    pub(super) fn transfer_while_ringing(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        interaction: InteractionId,
        deadline: Instant,
    ) -> Checked<()> {
        let pair = self.pair(agent, interaction, "transfer", &[(ConversationState::Held, ConversationState::Dialing)])?;
        self.expect_transfer(interaction);
        let request = about_pair!(TransferCallReq, pair);
        let purpose = Purpose::TransferRinging { interaction, leg: pair.primary.id, deadline };
        self.request(Some(id), agent, purpose, request.into());
        Ok(())
    }

    /// Whatever ends the legs now, it is the transfer.
    fn expect_transfer(&mut self, interaction: InteractionId) {
        if let Some(known) = self.interactions.get_mut(&interaction) {
            for leg in known.primary.iter_mut().chain(&mut known.consult) {
                leg.expected_end = Some(EndReason::Transferred);
            }
        }
    }

    pub(super) fn consult_conference(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let pair = self.pair(agent, interaction, "consultconference", &[(ConversationState::Held, ConversationState::Connected)])?;
        let request = about_pair!(ConferenceCallReq, pair);
        self.request(Some(id), agent, Purpose::Conference(interaction, pair.consult.id), request.into());
        Ok(())
    }

    /// Single-step transfer, which a Unified CCE peripheral offers: no second call, a dialled number instead.
    pub(super) fn transfer_at_once(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        interaction: InteractionId,
        leg: ConversationId,
        destination: &Name,
    ) -> Checked<()> {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return Ok(()) };
        self.expect_transfer(interaction);
        let request = in_one_step!(TransferCallReq, peripheral_id, conversation, agent_instrument, destination);
        self.request(Some(id), agent, Purpose::Transfer(interaction, leg), request.into());
        Ok(())
    }

    /// Single-step conference: no second call, a dialled number instead.
    pub(super) fn conference_at_once(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        interaction: InteractionId,
        leg: ConversationId,
        destination: &Name,
    ) -> Checked<()> {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return Ok(()) };
        let request = in_one_step!(ConferenceCallReq, peripheral_id, conversation, agent_instrument, destination);
        self.request(Some(id), agent, Purpose::AddParty(interaction), request.into());
        Ok(())
    }

    pub(super) fn send_dtmf(&mut self, id: CommandId, agent: &AgentId, leg: ConversationId, digits: &Name) -> Checked<()> {
        let interaction = self.leg_in(agent, leg, "senddtmf", &[ConversationState::Connected], true)?;
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return Ok(()) };
        let request = about_connection!(SendDtmfSignalReq, peripheral_id, conversation, agent_instrument, dtmf_string: Some(text(digits)));
        self.request(Some(id), agent, Purpose::Dtmf(interaction), request.into());
        Ok(())
    }

    pub(super) fn deflect(&mut self, id: CommandId, agent: &AgentId, leg: ConversationId, destination: &Name) -> Checked<()> {
        let interaction = self.leg_in(agent, leg, "deflect", &[ConversationState::Alerting], true)?;
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return Ok(()) };
        if let Some(leg) = self.interactions.get_mut(&interaction).and_then(|known| known.conversation_mut(leg)) {
            leg.expected_end = Some(EndReason::Rejected);
        }
        let request = deflection(peripheral_id, &conversation, agent_instrument, destination);
        self.request(Some(id), agent, Purpose::Release(interaction, leg), request.into());
        Ok(())
    }

    // ------------------------------------------------------------------------------------------------ two calls become one

    /// What both events say in the same words: which calls become one, and which connections of them belong to the agent who
    /// pressed the button.
    fn merger(&self, peripheral: u32, primary: Named<'_>, secondary: Named<'_>, actor: Option<&Text<'_>>) -> Option<Merger> {
        if !self.serves(peripheral) {
            return None;
        }
        let actor = self.agent_at(actor);
        let side = |Named { call_id, id_type, device }: Named<'_>| {
            let key = self.calls.find_call(&Triple { peripheral, call_id, id_type, device: device.map(name).unwrap_or_default() })?;
            let own = actor.as_ref().and_then(|agent| self.calls.get(key)?.connection_of(agent)).map(|own| own.device.clone());
            let others = self.far_members(key, own.as_deref());
            let connection = own.as_deref().and_then(|device| self.calls.get(key)?.connection(device));
            let sees = connection.is_none_or(|connection| connection.leg.is_some());
            Some(MergerSide { key, own, others, sees })
        };
        let primary_side = side(primary)?;
        let secondary = side(secondary).filter(|secondary| secondary.key != primary_side.key);
        Some(Merger { primary_id: primary.call_id, primary: primary_side, secondary })
    }

    /// Makes one call of two. Who was with the one call now sees who was with the other; `left` is gone from both.
    fn merge(&mut self, merger: &Merger, left: Option<&Name>, parties: &List<'_, wire::ConnectedParty<'_>>) {
        let Some(secondary) = &merger.secondary else { return };
        let legs = self.merge_calls(secondary.key, merger.primary.key);
        // The controller's two connections become one that talks.
        if left.is_none()
            && let Some(device) = &merger.primary.own
            && self.set_line(merger.primary.key, device, Line::Connected)
        {
            self.leg_connected(merger.primary.key, device);
        }
        // Who pressed the button may not have seen the other call: then who comes from there is told by number.
        let strangers = if secondary.sees { Vec::new() } else { self.newcomers(merger.primary.key, &legs) };
        for (leg, was_moved) in legs {
            let newcomers = match (was_moved, secondary.sees) {
                (true, _) => &merger.primary.others,
                (false, true) => &secondary.others,
                (false, false) => &strangers,
            };
            self.change_members(leg, newcomers, left);
            if was_moved {
                self.joined_in(leg);
            }
        }
        let result = parties.iter().find_map(|party| party.connected_party_call_id);
        self.follow_result(merger.primary.key, merger.primary_id, result);
        self.refresh_contacts(merger.primary.key);
    }

    pub(super) fn transferred(&mut self, event: &wire::CallTransferredEvent<'_>) {
        let primary =
            Named { call_id: event.primary_call_id, id_type: event.primary_device_id_type, device: event.primary_device_id.as_ref() };
        let secondary =
            Named { call_id: event.secondary_call_id, id_type: event.secondary_device_id_type, device: event.secondary_device_id.as_ref() };
        let actor = event.transferring_device_id.as_ref();
        let Some(merger) = self.merger(event.peripheral_id, primary, secondary, actor) else { return };
        let key = merger.primary.key;
        let result = event.connected_parties.iter().find_map(|party| party.connected_party_call_id);
        self.record_call_with(Moment::Transferred, key, merger.primary.own.as_deref().unwrap_or_default(), |record| {
            record.facts.merged_call = merger.secondary.as_ref().map(|_| event.secondary_call_id);
            record.facts.result_call = result.filter(|result| *result != 0 && *result != NO_CALL);
            record.facts.destination = event.transferred_device_id.as_ref().map(name);
        });
        let left = merger.primary.own.as_ref().map(|device| self.number_of(key, device));
        // The transferring agent leaves both calls, the first one first.
        for side in std::iter::once(&merger.primary).chain(&merger.secondary) {
            if let Some(device) = &side.own {
                self.leave_by_transfer(side.key, device);
            }
        }
        self.merge(&merger, Some(&left.unwrap_or_default()), &event.connected_parties);
    }

    fn leave_by_transfer(&mut self, key: CallKey, device: &str) {
        if let Some((id, leg, _)) = self.leg_of(key, device)
            && let Some(leg) = self.interactions.get_mut(&id).and_then(|interaction| interaction.conversation_mut(leg))
        {
            leg.expected_end = Some(EndReason::Transferred);
        }
        if self.set_line(key, device, Line::Cleared) {
            self.leg_ended(key, device, EndReason::Transferred, None);
        }
    }

    pub(super) fn conferenced(&mut self, event: &wire::CallConferencedEvent<'_>) {
        let primary =
            Named { call_id: event.primary_call_id, id_type: event.primary_device_id_type, device: event.primary_device_id.as_ref() };
        let secondary =
            Named { call_id: event.secondary_call_id, id_type: event.secondary_device_id_type, device: event.secondary_device_id.as_ref() };
        let actor = event.controller_device_id.as_ref();
        let Some(merger) = self.merger(event.peripheral_id, primary, secondary, actor) else { return };
        let own = merger.primary.own.as_deref().unwrap_or_default();
        let result = event.connected_parties.iter().find_map(|party| party.connected_party_call_id);
        self.record_call_with(Moment::Conferenced, merger.primary.key, own, |record| {
            record.facts.merged_call = merger.secondary.as_ref().map(|_| event.secondary_call_id);
            record.facts.result_call = result.filter(|result| *result != 0 && *result != NO_CALL);
            record.facts.destination = event.added_party_device_id.as_ref().map(name);
        });
        let mut controller = None;
        if let Some(MergerSide { key, own: Some(device), .. }) = &merger.secondary {
            controller = self.leg_of(*key, device).map(|(id, ..)| id);
            if let Some(contact) = controller.and_then(|id| self.interactions.get_mut(&id)) {
                contact.focus_hold = FocusHold::UntilMerged;
            }
            self.set_line(*key, device, Line::Cleared);
            self.leg_ended(*key, device, EndReason::Released, None);
        }
        if merger.secondary.is_none()
            && let Some(device) = event.added_party_device_id.as_ref().map(name).filter(|device| !device.is_empty())
        {
            self.party_added(merger.primary.key, &device);
        }
        self.merge(&merger, None, &event.connected_parties);
        if let Some(contact) = controller {
            self.release_focus(contact, FocusHold::UntilMerged);
        }
    }

    /// Somebody came into a call in one step: there was no second call that the legs could tell of.
    fn party_added(&mut self, key: CallKey, device: &str) {
        let number = self.number_of(key, device);
        let member = Member {
            agent: self.extensions.get(&number).cloned(),
            id: number.clone(),
            name: self.party_name(&number),
            number,
            is_self: false,
        };
        let Some(call) = self.calls.get(key) else { return };
        let legs: Vec<_> = call.connections.iter().filter(|c| c.device != device && !c.line.is_final()).filter_map(|c| c.leg).collect();
        for leg in legs {
            self.change_members(leg, std::slice::from_ref(&member), None);
        }
    }

    /// The parties behind the legs that were moved into a call.
    fn newcomers(&self, key: CallKey, legs: &[((InteractionId, ConversationId), bool)]) -> Vec<Member> {
        let moved =
            legs.iter().filter(|(_, was_moved)| *was_moved).filter_map(|((id, leg), _)| self.interactions.get(id)?.conversation(*leg));
        let numbers = moved.map(|leg| self.number_of(key, &leg.device));
        numbers
            .map(|number| Member { agent: self.extensions.get(&number).cloned(), id: number.clone(), number, name: None, is_self: false })
            .collect()
    }

    /// A supervisor who listened takes part from now on.
    fn joined_in(&mut self, (id, leg): (InteractionId, ConversationId)) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let Some(supervised) = interaction.supervised.as_mut().filter(|supervised| supervised.is_silent) else { return };
        supervised.is_silent = false;
        let state = interaction.state;
        let leg_state = interaction.conversation(leg).map(|leg| leg.state);
        self.tell_interaction(id, Some(state));
        self.tell_conversation(id, leg, leg_state);
    }

    /// The parties that the agent at `own` sees in a call.
    fn far_members(&self, key: CallKey, own: Option<&str>) -> Vec<Member> {
        let Some(call) = self.calls.get(key) else { return Vec::new() };
        let leg = own.and_then(|device| call.connection(device)).and_then(|connection| connection.leg);
        let leg = leg.and_then(|(id, leg)| self.interactions.get(&id)?.conversation(leg));
        leg.map(|leg| leg.members.clone()).unwrap_or_default()
    }

    /// Moves the live connections of one call into another. Gives all legs of the result, and whether each was moved.
    fn merge_calls(&mut self, from: CallKey, into: CallKey) -> Vec<((InteractionId, ConversationId), bool)> {
        let staying: Vec<_> = self.calls.get(into).map(|c| c.connections.iter().filter_map(|c| c.leg).collect()).unwrap_or_default();
        let mut legs: Vec<_> = staying.into_iter().map(|leg| (leg, false)).collect();
        let movers: Vec<_> = self
            .calls
            .get(from)
            .map(|call| call.connections.iter().filter(|c| !c.line.is_final()).map(|c| c.device.clone()).collect())
            .unwrap_or_default();
        for device in movers {
            let Some((call_id, leg)) = self.calls.move_connection(from, into, &device) else { continue };
            let Some((id, leg)) = leg else { continue };
            let Some(interaction) = self.interactions.get_mut(&id) else { continue };
            interaction.last.call_id = call_id;
            let agent = interaction.agent.clone();
            let Some(conversation) = interaction.conversation_mut(leg) else { continue };
            conversation.call = into;
            conversation.call_id = call_id;
            legs.push(((id, leg), true));
            self.emit(&agent, Event::ConversationInfo { interaction: id, conversation: leg, call_id });
        }
        legs
    }

    fn change_members(&mut self, (id, leg): (InteractionId, ConversationId), newcomers: &[Member], left: Option<&Name>) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let agent = interaction.agent.clone();
        let Some(conversation) = interaction.conversation_mut(leg) else { return };
        let fresh: Vec<_> = newcomers.iter().filter(|new| conversation.members.iter().all(|old| old.id != new.id)).cloned().collect();
        conversation.members.extend(fresh.iter().cloned());
        let gone = left.and_then(|left| conversation.members.iter().position(|member| member.id == *left));
        let gone = gone.map(|at| conversation.members.remove(at).id);
        for member in fresh {
            self.emit(&agent, Event::MemberAdded { interaction: id, conversation: leg, member });
        }
        if let Some(member) = gone {
            self.emit(&agent, Event::MemberRemoved { interaction: id, conversation: leg, member });
        }
    }

    /// The result may go on under a call id that neither call had.
    fn follow_result(&mut self, key: CallKey, primary: u32, result: Option<u32>) {
        if let Some(result) = result.filter(|result| *result != primary && *result != 0 && *result != NO_CALL)
            && self.calls.get(key).is_some()
        {
            self.rename_call(key, result);
        }
    }
}
