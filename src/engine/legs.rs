//! What a connection's change means for the agent's contact, and telling the desktops so, in the order of their contract.

use std::sync::Arc;

use super::assist::is_listening;
use super::call::CallKey;
use super::contact::empty_contact;
use super::event::{EndCause, EndReason, Event, Recording, StateChange};
use super::interaction::{Conversation, FocusHold, Interaction, LastConnection, Supervised};
use super::model::{
    AgentId, CallType, Capabilities, ChannelState, Contact, ConversationId, ConversationState, Direction, EventCause, InteractionId,
    InteractionState, Member, Name, Role,
};
use super::pending::{Proof, Purpose};
use super::record::{Moment, Record};
use super::roster::AgentKey;
use super::{Engine, Timer};

/// Id of a party whose number is withheld.
const WITHHELD: &str = "withheld";

impl Engine {
    /// Tells the agent's channel anew if it differs from what was told; `always` tells it even if not, because the contract's
    /// ordered lists begin with it.
    pub(super) fn tell_channel(&mut self, id: &AgentId, always: bool) {
        if let Some(key) = self.agents.key(&id.0) {
            self.tell_channel_at(key, always);
        }
    }

    /// The same for an agent who was looked up already.
    pub(super) fn tell_channel_at(&mut self, key: AgentKey, always: bool) {
        let agent = &self.agents[key];
        let on_call = agent.interactions.iter().any(|id| self.interactions.get(id).is_some_and(Interaction::is_live));
        let dial_when_ready = self.settings.dial_when_ready;
        let wall = self.now.wall;
        let agent = &mut self.agents[key];
        let Some(channel) = agent.channel_info() else { return };
        let (previous, current) = (agent.channel, channel.state);
        let told = (channel, agent.info());
        let capabilities = agent.capabilities_now(on_call, dial_when_ready);
        let enabled = capabilities - agent.capabilities;
        let disabled = agent.capabilities - capabilities;
        let is_news = agent.told.as_ref() != Some(&told);
        let state_is_news = previous != current || !(enabled | disabled).is_empty();
        if is_news {
            agent.told = Some(told.clone());
        }
        if previous != current {
            agent.channel_since = wall;
        }
        let since = agent.channel_since;
        agent.channel = current;
        agent.capabilities = capabilities;
        if !(always || is_news || state_is_news) {
            return;
        }
        let id = &agent.id.clone();
        if always || is_news {
            self.emit(id, Event::ChannelInfo { channel: told.0, agent: told.1 });
        }
        if always || state_is_news {
            self.emit(id, Event::ChannelState(StateChange { previous: Some(previous), current, enabled, disabled, since }));
        }
    }

    /// Tells the contact's state and capabilities if they changed. `previous` is the state told last.
    pub(super) fn tell_interaction(&mut self, id: InteractionId, previous: Option<InteractionState>) {
        let Some(capabilities) = self.interaction_capabilities(id) else { return };
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let enabled = capabilities - interaction.capabilities;
        let disabled = interaction.capabilities - capabilities;
        let current = interaction.state;
        if previous == Some(current) && (enabled | disabled).is_empty() {
            return;
        }
        interaction.capabilities = capabilities;
        let (agent, recording) = (interaction.agent.clone(), interaction.recording);
        let change = StateChange { previous, current, enabled, disabled, since: interaction.since };
        self.emit(&agent, Event::InteractionState { interaction: id, change, recording });
    }

    /// As [`Engine::tell_interaction`], for a leg.
    pub(super) fn tell_conversation(&mut self, id: InteractionId, leg: ConversationId, previous: Option<ConversationState>) {
        let Some(interaction) = self.interactions.get(&id) else { return };
        let other_is_connected = interaction.conversations().any(|other| other.id != leg && other.state == ConversationState::Connected);
        let is_alone = interaction.conversations().count() == 1;
        let is_listening = interaction.is_listening();
        let agent = interaction.agent.clone();
        let is_usable = self.is_usable(&agent);
        let can_add = self.single_steps(&agent).is_some_and(|steps| steps.conference);
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let Some(conversation) = interaction.conversation_mut(leg) else { return };
        let usable = |now: Capabilities| if is_usable { now } else { Capabilities::empty() };
        let capabilities = usable(conversation.capabilities_now(is_alone, other_is_connected, is_listening, can_add));
        let enabled = capabilities - conversation.capabilities;
        let disabled = conversation.capabilities - capabilities;
        let current = conversation.state;
        if previous == Some(current) && (enabled | disabled).is_empty() {
            return;
        }
        conversation.capabilities = capabilities;
        let change = StateChange { previous, current, enabled, disabled, since: conversation.since };
        self.emit(&agent, Event::ConversationState { interaction: id, conversation: leg, change });
    }

    /// Tells the other leg's capabilities, which depend on this one's state.
    pub(super) fn tell_sibling(&mut self, id: InteractionId, leg: ConversationId) {
        let Some(interaction) = self.interactions.get(&id) else { return };
        let sibling = interaction.conversations().find(|other| other.id != leg).map(|other| (other.id, other.state));
        if let Some((sibling, state)) = sibling {
            self.tell_conversation(id, sibling, Some(state));
        }
    }

    /// Whether the agent can do anything with calls: logged in, on a phone that works.
    pub(super) fn is_usable(&self, id: &AgentId) -> bool {
        self.agents.get(id).is_some_and(|agent| agent.channel_state_now() == ChannelState::Active)
    }

    /// What can be done with a contact now: nothing while its agent's phone is of no use.
    pub(super) fn interaction_capabilities(&self, id: InteractionId) -> Option<Capabilities> {
        let interaction = self.interactions.get(&id)?;
        Some(if self.is_usable(&interaction.agent) { interaction.capabilities_now() } else { Capabilities::empty() })
    }

    /// Tells what can be done with an agent's contacts and their legs, where that changed.
    pub(super) fn tell_contacts(&mut self, id: &AgentId) {
        let contacts = self.agents.get(id).map(|agent| agent.interactions.clone()).unwrap_or_default();
        for id in contacts {
            let Some(interaction) = self.interactions.get(&id) else { continue };
            let state = interaction.state;
            let legs: Vec<_> = interaction.conversations().map(|leg| (leg.id, leg.state)).collect();
            for (leg, state) in legs {
                self.tell_conversation(id, leg, Some(state));
            }
            self.tell_interaction(id, Some(state));
        }
    }

    /// Tells which leg the agent talks on, if that changed.
    fn tell_focus(&mut self, id: InteractionId) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let focus = interaction.focus_now();
        if interaction.focus == focus || interaction.focus_hold != FocusHold::None {
            return;
        }
        interaction.focus = focus;
        let agent = interaction.agent.clone();
        self.emit(&agent, Event::FocusChanged { interaction: id, focus });
    }

    /// Lets go of a focus that was held back for this reason, and tells it.
    pub(super) fn release_focus(&mut self, id: InteractionId, hold: FocusHold) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        if interaction.focus_hold == hold {
            interaction.focus_hold = FocusHold::None;
            self.tell_focus(id);
        }
    }

    pub(super) fn record(&mut self, moment: Moment, fill: impl FnOnce(&mut Record)) {
        let mut record = Record::new(self.now.wall, moment);
        fill(&mut record);
        self.outputs.push_back(super::Output::Record(Box::new(record)));
    }

    /// A moment of a call, at one agent if the connection has one.
    pub(super) fn record_call(&mut self, moment: Moment, key: CallKey, device: &str, cause: Option<EventCause>) {
        self.record_call_with(moment, key, device, |record| {
            record.facts.cause = cause;
            record.detail = cause.map(|cause| cause.to_string().into());
        });
    }

    /// As [`Engine::record_call`], with more to say.
    pub(super) fn record_call_with(&mut self, moment: Moment, key: CallKey, device: &str, fill: impl FnOnce(&mut Record)) {
        let Some(call) = self.calls.get(key) else { return };
        let connection = call.connection(device);
        let leg = connection.and_then(|connection| connection.leg);
        let role = leg.and_then(|(id, leg)| self.interactions.get(&id)?.conversation(leg)).map(|leg| leg.role);
        let mut record = Record::new(self.now.wall, moment);
        record.peripheral_id = Some(call.peripheral);
        record.call_id = Some(call.id);
        record.router_key = call.data.router_key;
        record.agent = connection.and_then(|connection| connection.agent.clone());
        record.interaction = leg.map(|(id, _)| id);
        record.facts.device = Some(device.into());
        record.facts.is_originator = connection.is_some_and(|connection| connection.is_originator);
        // Help from a supervisor is a consultation of another type.
        let is_second = matches!(call.data.call_type, CallType::CONSULT | CallType::ASSIST | CallType::EMERGENCY);
        record.facts.is_consult = is_second || role == Some(Role::Consult);
        record.facts.call = moment.tells_data().then(|| std::sync::Arc::new(call.data.facts()));
        fill(&mut record);
        self.outputs.push_back(super::Output::Record(Box::new(record)));
    }

    // ------------------------------------------------------------------------------------------------ legs begin

    /// Makes sure that the connection of an agent has a leg: a new contact, or the consult leg of one. The leg begins in
    /// `state`; anything but ringing and dialling means that it was found, not seen to begin.
    pub(super) fn begin_leg(&mut self, key: CallKey, device: &str, agent: &AgentId, state: ConversationState, is_found: bool) {
        let Some(connection) = self.calls.get(key).and_then(|call| call.connection(device)) else { return };
        if connection.leg.is_some() || connection.line.is_final() {
            return;
        }
        if self.is_heard(key, device, agent) {
            return;
        }
        let is_listening = self.calls.get(key).is_some_and(|call| is_listening(call.data.call_type));
        // The contract shows a supervisor's call as one that came in.
        let state = if is_listening && state == ConversationState::Dialing { ConversationState::Alerting } else { state };
        let Some(connection) = self.calls.get(key).and_then(|call| call.connection(device)) else { return };
        let is_originator = connection.is_originator;
        if self.begin_consult(key, device, agent, state) {
            return;
        }
        if is_originator && !is_found && !is_listening {
            self.record_call(Moment::Dialed, key, device, None);
        }
        let dial = if is_originator { self.proven_dial(agent) } else { None };
        self.take_pre_call(key, agent, is_originator);
        let Some(call) = self.calls.get(key) else { return };
        let Some(connection) = call.connection(device) else { return };
        let dial_request = dial.as_ref().filter(|dial| !dial.to_agent).map(|dial| dial.destination.clone());
        let direction = self.direction_of(&call.data, is_originator, dial_request.as_ref());
        let number = Self::remote_number(&call.data, is_originator, dial_request.as_ref());
        let last = LastConnection {
            peripheral: call.peripheral,
            call_id: call.id,
            id_type: connection.id_type,
            device: connection.device.clone(),
            call_type: call.data.call_type,
        };
        // A routed call waits for its announcement, a dialled one of which only the confirmation came for its first event.
        let lacks_pre_call = state == ConversationState::Alerting && call.data.mrd_id.is_none() && is_routed(call.data.call_type);
        let lacks_type = state == ConversationState::Dialing && call.data.call_type == CallType::default();
        let waits = !is_found && (lacks_pre_call || lacks_type) && !self.settings.freeze_wait.is_zero();
        let id = self.new_interaction_id();
        let leg = self.new_leg(key, &last, Role::Primary, direction, state, number);
        let contact = Contact {
            is_recovered: is_found,
            first_call: Some((last.peripheral, last.call_id)),
            ..empty_contact(direction, is_originator)
        };
        let mut interaction = Interaction {
            id,
            agent: agent.clone(),
            state: match state {
                ConversationState::Alerting => InteractionState::Alerting,
                ConversationState::Dialing => InteractionState::Dialing,
                _ => InteractionState::Started,
            },
            since: self.now.wall,
            direction,
            is_originator,
            primary: Some(leg.clone()),
            consult: None,
            focus: Some((leg.id, leg.role)),
            contact: Arc::new(contact),
            last,
            capabilities: Capabilities::empty(),
            recording: Recording::Off,
            waits_until: Some(self.now.mono + if waits { self.settings.freeze_wait } else { std::time::Duration::ZERO }),
            was_started: state == ConversationState::Connected || state == ConversationState::Held,
            was_asked_to_answer: false,
            is_popped: false,
            focus_hold: FocusHold::None,
            busy: None,
            disposition: None,
            notes: None,
            silent_wrapup: None,
            hand_over: None,
            saw_work: false,
            completes_at_end: false,
            dial_request,
            click_to_dial: dial.and_then(|dial| dial.click_to_dial),
            is_recovered: is_found,
            supervised: is_listening
                .then(|| Supervised { number: leg.members.first().map(|m| m.number.clone()).unwrap_or_default(), is_silent: true }),
        };
        if let Some(contact) = self.contact_of(&interaction) {
            interaction.contact = Arc::new(contact);
        }
        self.interactions.insert(id, interaction);
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.interactions.push(id);
        }
        if let Some(connection) = self.calls.get_mut(key).and_then(|call| call.connection_mut(device)) {
            connection.leg = Some((id, leg.id));
        }
        self.tell_channel(agent, true);
        self.emit(agent, Event::InteractionCreated { interaction: id, direction });
        self.tell_interaction(id, None);
        self.tell_new_leg(id, agent, &leg);
        if waits {
            self.set_timer(self.settings.freeze_wait, Timer::Offer(id));
        } else {
            self.tell_offer(id);
        }
    }

    /// A dialled call's own event came: what waited for it can be told.
    pub(super) fn dialled_call_is_known(&mut self, key: CallKey, device: &str) {
        let Some(connection) = self.calls.get(key).and_then(|call| call.connection(device)).filter(|c| c.is_originator) else { return };
        if let Some((id, _)) = connection.leg {
            self.tell_offer(id);
        }
    }

    /// Takes the call as the consult leg of the contact that the agent is talking on; false if it is none.
    fn begin_consult(&mut self, key: CallKey, device: &str, agent: &AgentId, state: ConversationState) -> bool {
        let Some(call) = self.calls.get(key) else { return false };
        let Some(connection) = call.connection(device) else { return false };
        let asked = self.consulted_number(agent);
        // Help is a consultation with the supervisor, and the second call of a transfer in a single step is one that
        // completes itself: neither is a contact of its own.
        let is_second = matches!(call.data.call_type, CallType::CONSULT | CallType::ASSIST | CallType::EMERGENCY)
            || asked.is_some()
            || self.has_pending(agent, |purpose| matches!(purpose, Purpose::Transfer(..)));
        if !connection.is_originator || !is_second {
            return false;
        }
        let last = LastConnection {
            peripheral: call.peripheral,
            call_id: call.id,
            id_type: connection.id_type,
            device: connection.device.clone(),
            call_type: call.data.call_type,
        };
        let number = Self::remote_number(&call.data, true, asked.as_ref());
        let direction = self.direction_of(&call.data, true, asked.as_ref());
        let mine = self.agents.get(agent).map(|agent| agent.interactions.clone()).unwrap_or_default();
        let host = mine.into_iter().find(|id| {
            self.interactions.get(id).is_some_and(|i| i.state == InteractionState::Started && i.primary.is_some() && i.consult.is_none())
        });
        let Some(host) = host else { return false };
        let leg = self.new_leg(key, &last, Role::Consult, direction, state, number);
        self.prove(agent, &Proof::Consulting(host));
        if let Some(interaction) = self.interactions.get_mut(&host) {
            interaction.consult = Some(leg.clone());
        }
        if let Some(connection) = self.calls.get_mut(key).and_then(|call| call.connection_mut(device)) {
            connection.leg = Some((host, leg.id));
        }
        self.tell_interaction(host, Some(InteractionState::Started));
        self.tell_new_leg(host, agent, &leg);
        self.tell_sibling(host, leg.id);
        self.tell_focus(host);
        true
    }

    fn new_leg(
        &mut self,
        key: CallKey,
        last: &LastConnection,
        role: Role,
        direction: Direction,
        state: ConversationState,
        number: Option<Name>,
    ) -> Conversation {
        let number = number.unwrap_or_default();
        let id = if number.is_empty() { Name::from(WITHHELD) } else { number.clone() };
        let agent = self.extensions.get(&number).cloned();
        Conversation {
            id: self.new_conversation_id(),
            role,
            state,
            since: self.now.wall,
            direction,
            call: key,
            call_id: last.call_id,
            id_type: last.id_type,
            device: last.device.clone(),
            members: vec![Member { id, name: self.party_name(&number), number, agent, is_self: false }],
            capabilities: Capabilities::empty(),
            expected_end: None,
        }
    }

    fn tell_new_leg(&mut self, id: InteractionId, agent: &AgentId, leg: &Conversation) {
        let (conversation, role, direction, call_id) = (leg.id, leg.role, leg.direction, leg.call_id);
        self.emit(agent, Event::ConversationCreated { interaction: id, conversation, role, direction, call_id });
        self.tell_conversation(id, conversation, None);
        for member in leg.members.clone() {
            self.emit(agent, Event::MemberAdded { interaction: id, conversation, member });
        }
        self.emit(agent, Event::ConversationInitialized { interaction: id, conversation });
    }

    /// Tells what an offer waited for: data, preview (or the screen pop of a contact found under way), initialized.
    pub(super) fn tell_offer(&mut self, id: InteractionId) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        if interaction.waits_until.take().is_none() {
            return;
        }
        let (agent, contact) = (interaction.agent.clone(), interaction.contact.clone());
        let is_under_way = interaction.was_started;
        interaction.is_popped |= is_under_way;
        self.emit(&agent, Event::DataChanged { interaction: id, before: None, after: contact.clone() });
        if is_under_way {
            self.emit(&agent, Event::Screenpop { interaction: id, contact });
        } else {
            self.emit(&agent, Event::Preview { interaction: id, contact });
        }
        self.emit(&agent, Event::InteractionInitialized { interaction: id });
    }

    // ------------------------------------------------------------------------------------------------ legs change

    pub(super) fn leg_of(&self, key: CallKey, device: &str) -> Option<(InteractionId, ConversationId, AgentId)> {
        let (interaction, leg) = self.calls.get(key)?.connection(device)?.leg?;
        Some((interaction, leg, self.interactions.get(&interaction)?.agent.clone()))
    }

    pub(super) fn set_leg(&mut self, id: InteractionId, leg: ConversationId, state: ConversationState) -> Option<ConversationState> {
        let now = self.now.wall;
        let conversation = self.interactions.get_mut(&id)?.conversation_mut(leg)?;
        let previous = (conversation.state != state).then(|| {
            conversation.since = now;
            std::mem::replace(&mut conversation.state, state)
        });
        self.hand_over_on(id);
        previous
    }

    /// The leg is talking: answered here or there, or taken back from hold.
    pub(super) fn leg_connected(&mut self, key: CallKey, device: &str) {
        let Some((id, leg, agent)) = self.leg_of(key, device) else { return };
        self.tell_offer(id);
        let Some(previous) = self.set_leg(id, leg, ConversationState::Connected) else { return };
        self.prove(&agent, &Proof::Connected(leg));
        let now = self.now.wall;
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let before = interaction.state;
        if !matches!(before, InteractionState::Alerting | InteractionState::Dialing) {
            self.tell_conversation(id, leg, Some(previous));
            self.tell_sibling(id, leg);
            self.tell_interaction(id, Some(before));
            self.tell_focus(id);
            self.release_focus(id, FocusHold::UntilTalking);
            return;
        }
        interaction.state = InteractionState::Started;
        interaction.since = now;
        interaction.was_started = true;
        interaction.is_popped = true;
        let contact = interaction.contact.clone();
        // Who dialled sees the leg connected first; who answers sees the contact arrive first.
        if before == InteractionState::Dialing {
            self.tell_conversation(id, leg, Some(previous));
        }
        self.emit(&agent, Event::Screenpop { interaction: id, contact });
        self.tell_interaction(id, Some(before));
        if before == InteractionState::Alerting {
            self.tell_conversation(id, leg, Some(previous));
        }
        self.tell_channel(&agent, true);
    }

    /// The agent holds the leg.
    pub(super) fn leg_held(&mut self, key: CallKey, device: &str) {
        let Some((id, leg, agent)) = self.leg_of(key, device) else { return };
        // A hold tells that the leg was connected before, should that event still be on its way.
        let is_new = self.interactions.get(&id).is_some_and(|i| i.state != InteractionState::Started);
        if is_new {
            self.leg_connected(key, device);
        }
        let Some(previous) = self.set_leg(id, leg, ConversationState::Held) else { return };
        self.prove(&agent, &Proof::Held(leg));
        self.tell_conversation(id, leg, Some(previous));
        self.tell_sibling(id, leg);
        self.tell_interaction(id, Some(InteractionState::Started));
        self.tell_focus(id);
    }

    /// The leg is gone. `reason` is what the event alone tells; a command of ours or a passed ring time tell more.
    pub(super) fn leg_ended(&mut self, key: CallKey, device: &str, reason: EndReason, cause: Option<EndCause>) {
        let Some((id, leg, agent)) = self.leg_of(key, device) else { return };
        self.tell_offer(id);
        if let Some(connection) = self.calls.get_mut(key).and_then(|call| call.connection_mut(device)) {
            connection.leg = None;
        }
        let Some(previous) = self.set_leg(id, leg, ConversationState::Ended) else { return };
        self.prove(&agent, &Proof::Ended(leg));
        self.hand_over_failed(id);
        self.tell_conversation(id, leg, Some(previous));
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let expected = interaction.take_conversation(leg).and_then(|conversation| conversation.expected_end);
        if interaction.primary.is_none() {
            interaction.primary = interaction.consult.take().map(|consult| Conversation { role: Role::Primary, ..consult });
        }
        let is_last = interaction.primary.is_none();
        self.emit(&agent, Event::ConversationDisposed { interaction: id, conversation: leg });
        if !is_last {
            let state = InteractionState::Started;
            self.tell_sibling(id, leg);
            self.tell_interaction(id, Some(state));
            self.tell_focus(id);
            return;
        }
        let was_offered = previous == ConversationState::Alerting;
        let reason = expected.unwrap_or_else(|| if was_offered { self.offer_end(&agent, reason, cause) } else { reason });
        self.end_interaction(id, reason, cause);
    }

    /// Why an offer ended that nobody took: the caller gave up, or the ring time passed.
    fn offer_end(&self, agent: &AgentId, reason: EndReason, cause: Option<EndCause>) -> EndReason {
        // Inferred causes of a redirected call (DECISIONS 41); 32767 is the reason code of the not ready state that goes with it.
        let by_cause = matches!(cause, Some(EndCause::Cti(EventCause::REDIRECTED | EventCause::CALL_NOT_ANSWERED)));
        let by_state = self.agents.get(agent).is_some_and(|agent| agent.reason == Some(32767));
        if by_cause || by_state { EndReason::NoAnswer } else { reason }
    }

    fn end_interaction(&mut self, id: InteractionId, reason: EndReason, cause: Option<EndCause>) {
        let now = self.now.wall;
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        interaction.since = now;
        let previous = std::mem::replace(&mut interaction.state, InteractionState::Ended);
        let agent = interaction.agent.clone();
        // A contact that the agent never had needs no after-call work.
        let completes = interaction.completes_at_end || previous == InteractionState::Alerting;
        self.emit(&agent, Event::InteractionEnded { interaction: id, reason, cause, released_by: self.released_by });
        self.tell_interaction(id, Some(previous));
        let no_work = self.settings.auto_complete && self.agents.get(&agent).is_some_and(|a| !a.is_in_work() && !is_busy(a.state));
        if completes || no_work {
            self.complete_interaction(id, true);
        }
        self.tell_channel(&agent, true);
    }

    /// Nothing is left to do: completed and gone.
    pub(super) fn complete_interaction(&mut self, id: InteractionId, auto: bool) {
        let Some(mut interaction) = self.interactions.remove(&id) else { return };
        let agent = interaction.agent.clone();
        let previous = std::mem::replace(&mut interaction.state, InteractionState::Completed);
        let (disposition_id, disposition) = interaction.disposition.take().map_or((None, None), |(id, name)| (id, Some(name)));
        if let Some(busy) = interaction.busy {
            self.settle_with_success(busy);
        }
        if let Some(owner) = self.agents.get_mut(&agent) {
            owner.interactions.retain(|other| *other != id);
        }
        self.record(Moment::Completed, |record| {
            record.agent = Some(agent.clone());
            record.interaction = Some(id);
            record.call_id = Some(interaction.last.call_id);
            record.detail = disposition.as_ref().map(|name| name.to_string().into());
            record.facts.note = interaction.notes.take();
        });
        self.emit(&agent, Event::InteractionComplete { interaction: id, disposition, disposition_id, auto });
        let change = StateChange {
            previous: Some(previous),
            current: InteractionState::Completed,
            enabled: Capabilities::empty(),
            disabled: interaction.capabilities,
            since: self.now.wall,
        };
        self.emit(&agent, Event::InteractionState { interaction: id, change, recording: interaction.recording });
        self.emit(&agent, Event::InteractionDisposed { interaction: id });
    }

    /// The call goes on under another id: every leg on it is told.
    pub(super) fn rename_call(&mut self, key: CallKey, call_id: u32) {
        self.calls.rename(key, call_id);
        let legs: Vec<_> = self.calls.get(key).map(|call| call.connections.iter().filter_map(|c| c.leg).collect()).unwrap_or_default();
        for (id, leg) in legs {
            let Some(interaction) = self.interactions.get_mut(&id) else { continue };
            interaction.last.call_id = call_id;
            if let Some(conversation) = interaction.conversation_mut(leg) {
                conversation.call_id = call_id;
            }
            let agent = interaction.agent.clone();
            self.emit(&agent, Event::ConversationInfo { interaction: id, conversation: leg, call_id });
        }
    }
}

/// Call types that the router hands out, so that a pre-call belongs to them.
fn is_routed(call_type: CallType) -> bool {
    matches!(call_type, CallType::ACD_IN | CallType::PREROUTE_ACD_IN | CallType::PREROUTE_DIRECT_AGENT | CallType::OVERFLOW_IN)
}

fn is_busy(state: super::model::AgentState) -> bool {
    use super::model::AgentState as A;
    matches!(state, A::TALKING | A::HOLD | A::RESERVED | A::BUSY_OTHER)
}
