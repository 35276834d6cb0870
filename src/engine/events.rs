//! Unsolicited messages of the CTI Server: which connection or agent they speak of, and what they change there.
//!
//! Order is not relied on beyond what the protocol promises: BEGIN_CALL first and END_CALL last for each connection, agent
//! states in their own order. A connection's `Cleared` and `Failed` stick; a late event before them changes data only.

use super::call::{CallData, CallKey, Line, Triple, name, take_call_data, take_text};
use super::event::{EndCause, EndReason, ReleasedBy};
use super::model::{AgentId, CallType, ConversationState, EventCause, Name, Outage};
use super::note::Note;
use super::record::Moment;
use super::snapshot::router_key;
use super::{DOUBT_WAIT, Engine, RECENTLY_ENDED, Timer};
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::message as wire;
use crate::protocol::values::{ConnectionDeviceIdType, LocalConnectionState};
use crate::protocol::{Message, Text};

/// The connection that a call event names.
macro_rules! triple {
    ($event:expr) => {
        Triple {
            peripheral: $event.peripheral_id,
            call_id: $event.connection_call_id,
            id_type: $event.connection_device_id_type,
            device: $event.connection_device_id.as_ref().map(name).unwrap_or_default(),
        }
    };
}

impl Engine {
    pub(super) fn event(&mut self, message: &Message<'_>) {
        match message {
            Message::SystemEvent(event) => self.system(event),
            Message::AgentTeamConfigEvent(event) => self.team_config(event),
            Message::UserMessageEvent(event) => self.message_received(event),
            Message::AgentStateEvent(event) => self.agent_state(event),
            Message::ConfigBeginEvent(event) => self.configuration_begin(event),
            Message::ConfigEndEvent(event) => self.configuration_end(event),
            Message::ConfigSkillGroupEvent(event) => self.skill_groups_configured(event),
            Message::ConfigAgentEvent(event) => self.agents_configured(event),
            Message::AgentPreCallEvent(event) => self.pre_call(event),
            Message::AgentPreCallAbortEvent(event) => self.pre_call_abort(event),
            Message::BeginCallEvent(event) => self.begin_call(event),
            Message::CallDataUpdateEvent(event) => self.data_update(event),
            Message::CallServiceInitiatedEvent(event) => self.service_initiated(event),
            Message::CallOriginatedEvent(event) => self.originated(event),
            Message::CallReachedNetworkEvent(event) => self.reached_network(event),
            Message::CallDeliveredEvent(event) => self.delivered(event),
            Message::CallEstablishedEvent(event) => self.established(event),
            Message::CallHeldEvent(event) => self.held(event),
            Message::CallRetrievedEvent(event) => self.retrieved(event),
            Message::CallFailedEvent(event) => self.failed(event),
            Message::CallConnectionClearedEvent(event) => self.connection_cleared(event),
            Message::CallDivertedEvent(event) => self.diverted(event),
            Message::CallClearedEvent(event) => self.cleared(event),
            Message::CallTransferredEvent(event) => self.transferred(event),
            Message::CallConferencedEvent(event) => self.conferenced(event),
            Message::CallTranslationRouteEvent(event) => self.translation_route(event),
            Message::CallQueuedEvent(event) => self.queued(event),
            Message::CallDequeuedEvent(event) => self.dequeued(event),
            Message::EndCallEvent(event) => self.end_call(event),
            Message::NetworkRecordingStartedEvent(event) => self.network_recording_started(event),
            Message::NetworkRecordingEndedEvent(event) => self.network_recording_ended(event),
            Message::NetworkRecordingFailedEvent(event) => self.network_recording_failed(event),
            Message::NetworkRecordingTargetInfoEvent(event) => self.network_recording_target(event),
            _ => {}
        }
    }

    pub(super) fn serves(&self, peripheral: u32) -> bool {
        self.settings.peripheral_id.is_none_or(|mine| mine == peripheral)
    }

    // ------------------------------------------------------------------------------------------------ connections

    /// The call of the connection that an event names, made if need be; the connection gets its agent as soon as something
    /// tells it: the device that the event names, or the connection's own id where it is an extension.
    fn connect(&mut self, triple: &Triple, call_type: CallType, device: Option<&Text<'_>>) -> Option<CallKey> {
        if !self.serves(triple.peripheral) || triple.device.is_empty() {
            return None;
        }
        let key = self.calls.attach(triple, call_type);
        self.resync.saw(key, &triple.device);
        self.calls.get_mut(key)?.connection_mut(&triple.device)?.is_in_doubt = false;
        let call = self.calls.get(key)?;
        if call.connection(&triple.device)?.agent.is_some() {
            return Some(key);
        }
        let by_id = self.devices.get(&triple.device).cloned();
        let by_device = device.and_then(|device| self.devices.get(device.as_str())).cloned();
        // Not the agent of another connection: then this one is somebody else's.
        let agent = by_id.or(by_device).filter(|agent| call.connection_of(agent).is_none());
        self.calls.get_mut(key)?.connection_mut(&triple.device)?.agent = agent;
        Some(key)
    }

    pub(super) fn agent_of(&self, key: CallKey, device: &str) -> Option<AgentId> {
        self.calls.get(key)?.connection(device)?.agent.clone()
    }

    /// Moves a connection on, unless it has ended.
    pub(super) fn set_line(&mut self, key: CallKey, device: &str, line: Line) -> bool {
        match self.calls.get_mut(key).and_then(|call| call.connection_mut(device)) {
            Some(connection) if !connection.line.is_final() => {
                connection.line = line;
                true
            }
            _ => false,
        }
    }

    fn line_of(&self, key: CallKey, device: &str) -> Line {
        self.calls.get(key).and_then(|call| call.connection(device)).map_or(Line::Unknown, |connection| connection.line)
    }

    fn take_devices(&mut self, key: CallKey, calling: Option<&Text<'_>>, called: Option<&Text<'_>>) {
        if let Some(call) = self.calls.get_mut(key) {
            take_text(&mut call.data.calling_device, calling);
            take_text(&mut call.data.called_device, called);
        }
    }

    /// Something came that the order of events does not explain; what it says is taken as far as it goes.
    pub(super) fn unexpected(&mut self, what: &'static str) {
        self.note(Note::Unexpected { what });
    }

    /// Whether a BEGIN_CALL_EVENT only repeats what is known. A call id that is used again, its first call's end unseen,
    /// ends that call.
    fn begins_again(&mut self, triple: &Triple, router_key: Option<(u32, u32)>) -> bool {
        let Some(key) = self.calls.find(triple) else { return false };
        if self.line_of(key, &triple.device).is_final() {
            self.forget_connection(key, &triple.device, triple.id_type);
        } else if self.is_other_contact(key, &triple.device, router_key) {
            self.lose_connection(key, &triple.device, triple.id_type);
        } else {
            return true;
        }
        self.unexpected("BEGIN_CALL of a call whose end did not come");
        false
    }

    fn begin_call(&mut self, event: &wire::BeginCallEvent<'_>) {
        let triple = triple!(event);
        if !self.serves(triple.peripheral) {
            return;
        }
        let is_known = self.begins_again(&triple, router_key(event.router_call_key_day, event.router_call_key_call_id));
        self.recently_ended.retain(|ended| *ended != triple);
        let Some(key) = self.connect(&triple, event.call_type, None) else { return };
        if let Some(call) = self.calls.get_mut(key) {
            if event.call_type.0 != 0xffff {
                call.data.call_type = event.call_type;
            }
            take_call_data!(call.data, event);
            take_text(&mut call.data.dnis, event.dnis.as_ref());
            take_text(&mut call.data.wrapup, event.call_wrapup_data.as_ref());
            call.data.take_ecc(&event.named_variables, &event.named_arrays, false);
            call.data.take_router_key(event.router_call_key_day, event.router_call_key_call_id, event.router_call_key_sequence_number);
        }
        if !is_known {
            self.record_call(Moment::BeginCall, key, &triple.device, None);
        }
        // With a dial command under way the call that begins at the agent's own phone is its effect, unless it was routed there.
        let is_placed = matches!(event.call_type, CallType::OUT | CallType::AGENT_OUT | CallType::AGENT_INSIDE | CallType::AUTO_OUT);
        let is_awaited = |agent| self.has_pending(&agent, |purpose| matches!(purpose, super::pending::Purpose::Dial(_)));
        if is_placed
            && event.ani.as_deref().is_none_or(|ani| ani == triple.device)
            && self.agent_of(key, &triple.device).is_some_and(is_awaited)
        {
            self.dialing(key, &triple.device, true);
        }
        self.refresh_contacts(key);
        self.dialled_call_is_known(key, &triple.device);
    }

    fn data_update(&mut self, event: &wire::CallDataUpdateEvent<'_>) {
        let triple = triple!(event);
        if !self.serves(triple.peripheral) {
            return;
        }
        let Some(key) = self.calls.find_call(&triple) else {
            if self.devices.contains_key(&triple.device) {
                self.unexpected("CALL_DATA_UPDATE of an unknown call");
            }
            return;
        };
        // From version 22 on the message carries all ECC variables of the call, before it those that changed (inferred).
        let replaces = self.link.is_some_and(|version| version.number() >= 22);
        if let Some(call) = self.calls.get_mut(key) {
            if event.call_type.0 != 0xffff && event.call_type.0 != 0 {
                call.data.call_type = event.call_type;
            }
            take_call_data!(call.data, event);
            take_text(&mut call.data.dnis, event.dnis.as_ref());
            take_text(&mut call.data.customer_number, event.customer_phone_number.as_ref());
            if let Some(wrapup) = &event.call_wrapup_data {
                call.data.wrapup = Some(name(wrapup)).filter(|wrapup| !wrapup.is_empty());
            }
            call.data.take_ecc(&event.named_variables, &event.named_arrays, replaces);
            call.data.take_router_key(event.router_call_key_day, event.router_call_key_call_id, event.router_call_key_sequence_number);
            let renamed = event.new_connection_call_id;
            if renamed != call.id && renamed != u32::MAX && renamed != 0 {
                self.rename_call(key, renamed);
            }
        }
        let campaign = Some(event.campaign_id).filter(|campaign| *campaign != 0 && *campaign != u32::MAX);
        self.record_call_with(Moment::DataUpdate, key, &triple.device, |record| record.facts.campaign = campaign);
        self.refresh_contacts(key);
    }

    fn mark_originator(&mut self, key: CallKey, device: &str) {
        if let Some(connection) = self.calls.get_mut(key).and_then(|call| call.connection_mut(device)) {
            connection.is_originator = true;
        }
    }

    /// An own outgoing call shows itself. A contact begins as soon as the number is known.
    fn dialing(&mut self, key: CallKey, device: &str, number_is_known: bool) {
        self.mark_originator(key, device);
        if self.line_of(key, device) == Line::Unknown {
            self.set_line(key, device, Line::Initiated);
        }
        let Some(agent) = self.agent_of(key, device) else { return };
        let is_dialled = self.calls.get(key).is_some_and(|call| call.data.dialed_number.is_some());
        if number_is_known || is_dialled || self.has_pending(&agent, |purpose| matches!(purpose, super::pending::Purpose::Dial(_))) {
            self.begin_leg(key, device, &agent, ConversationState::Dialing, false);
        }
    }

    fn service_initiated(&mut self, event: &wire::CallServiceInitiatedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.connect(&triple, CallType::default(), event.calling_device_id.as_ref()) else { return };
        self.take_devices(key, event.calling_device_id.as_ref(), None);
        self.dialing(key, &triple.device, false);
        self.record_call(Moment::ServiceInitiated, key, &triple.device, None);
    }

    fn originated(&mut self, event: &wire::CallOriginatedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.connect(&triple, CallType::default(), event.calling_device_id.as_ref()) else { return };
        self.take_devices(key, event.calling_device_id.as_ref(), event.called_device_id.as_ref());
        self.dialing(key, &triple.device, true);
        self.record_call(Moment::Originated, key, &triple.device, None);
        self.refresh_contacts(key);
        self.dialled_call_is_known(key, &triple.device);
    }

    fn reached_network(&mut self, event: &wire::CallReachedNetworkEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.connect(&triple, CallType::default(), None) else { return };
        self.take_devices(key, None, event.called_device_id.as_ref());
        if self.agent_of(key, &triple.device).is_some() {
            self.dialing(key, &triple.device, true);
        }
        self.record_call(Moment::ReachedNetwork, key, &triple.device, None);
    }

    /// Whether the connection's agent placed the call.
    fn is_caller(&self, key: CallKey, device: &str, calling: Option<&Text<'_>>) -> bool {
        let connection = self.calls.get(key).and_then(|call| call.connection(device));
        let agent = connection.and_then(|connection| connection.agent.as_ref()).and_then(|id| self.agents.get(id));
        connection.is_some_and(|connection| connection.is_originator)
            || calling.is_some_and(|calling| agent.is_some_and(|agent| agent.is_device(calling)))
    }

    fn delivered(&mut self, event: &wire::CallDeliveredEvent<'_>) {
        let triple = triple!(event);
        let rings_here = event.local_connection_state == LocalConnectionState::ALERTING;
        let device = if rings_here { event.alerting_device_id.as_ref() } else { event.calling_device_id.as_ref() };
        let Some(key) = self.connect(&triple, CallType::default(), device) else { return };
        if let Some(call) = self.calls.get_mut(key) {
            take_call_data!(call.data, event);
            take_text(&mut call.data.dnis, event.dnis.as_ref());
            take_text(&mut call.data.wrapup, event.call_wrapup_data.as_ref());
            call.data.take_ecc(&event.named_variables, &event.named_arrays, false);
            if call.data.mrd_id.is_none() {
                call.data.take_skill_group(event.skill_group_number, event.skill_group_id);
            }
        }
        self.take_devices(key, event.calling_device_id.as_ref(), event.called_device_id.as_ref());
        let Some(agent) = self.agent_of(key, &triple.device) else {
            if event.local_connection_state == LocalConnectionState::INITIATE {
                self.record_call(Moment::TrunkSeized, key, &triple.device, None);
            }
            self.refresh_contacts(key);
            return;
        };
        let is_rebuild = is_rebuild(event.event_cause);
        let alerting = self.agent_at(event.alerting_device_id.as_ref());
        let is_far_end = self.is_caller(key, &triple.device, event.calling_device_id.as_ref())
            || alerting.as_ref().is_some_and(|alerting| *alerting != agent)
            || !rings_here;
        if is_far_end {
            self.dialing(key, &triple.device, true);
            self.record_call(Moment::FarEndAlerting, key, &triple.device, None);
            self.far_end_rings(key, &triple.device);
        } else {
            let before = self.line_of(key, &triple.device);
            if matches!(before, Line::Unknown | Line::Initiated) {
                self.set_line(key, &triple.device, Line::Alerting);
                self.begin_leg(key, &triple.device, &agent, ConversationState::Alerting, is_rebuild);
                self.record_call_with(Moment::Alerting, key, &triple.device, |record| record.estimated = is_rebuild);
            }
        }
        self.refresh_contacts(key);
    }

    fn established(&mut self, event: &wire::CallEstablishedEvent<'_>) {
        let mut triple = triple!(event);
        // A connection that nobody told us of may be the far end's: then the agent's own is meant (both become connected).
        if self.calls.find(&triple).is_none()
            && !self.devices.contains_key(&triple.device)
            && let Some(own) = self.own_connection(&triple, &[event.answering_device_id.as_ref(), event.calling_device_id.as_ref()])
        {
            triple.device = own;
        }
        let Some(key) = self.connect(&triple, CallType::default(), event.answering_device_id.as_ref()) else { return };
        if let Some(call) = self.calls.get_mut(key)
            && call.data.mrd_id.is_none()
            && call.data.skill_group_id.is_none()
        {
            call.data.take_skill_group(event.skill_group_number, event.skill_group_id);
        }
        self.take_devices(key, event.calling_device_id.as_ref(), event.called_device_id.as_ref());
        let before = self.line_of(key, &triple.device);
        if !self.set_line(key, &triple.device, Line::Connected) {
            return;
        }
        let Some(agent) = self.agent_of(key, &triple.device) else { return };
        if self.is_caller(key, &triple.device, event.calling_device_id.as_ref()) {
            self.mark_originator(key, &triple.device);
        }
        let is_found = is_rebuild(event.event_cause);
        let is_originator = self.calls.get(key).and_then(|call| call.connection(&triple.device)).is_some_and(|c| c.is_originator);
        let begins = if is_originator { ConversationState::Dialing } else { ConversationState::Alerting };
        if before == Line::Unknown && !is_found {
            self.unexpected("CALL_ESTABLISHED without anything before");
        }
        self.begin_leg(key, &triple.device, &agent, if is_found { ConversationState::Connected } else { begins }, is_found);
        self.refresh_contacts(key);
        if before != Line::Connected {
            let is_auto_answered = !is_originator && !is_found && self.answers_by_itself(key, &triple.device);
            self.record_call_with(Moment::Established, key, &triple.device, |record| {
                record.facts.cause = Some(event.event_cause);
                record.facts.is_auto_answered = is_auto_answered;
                record.detail = Some(event.event_cause.to_string().into());
                record.estimated = is_found;
            });
        }
        self.leg_connected(key, &triple.device);
    }

    /// Whether the desk settings have the agent's phone answer, and nobody asked the daemon to: then it answered by itself.
    fn answers_by_itself(&self, key: CallKey, device: &str) -> bool {
        let Some((id, _, agent)) = self.leg_of(key, device) else { return false };
        let desk = self.agents.get(&agent).and_then(|agent| agent.desk);
        let has_auto_answer = desk.is_some_and(|desk| desk.mask.contains(DeskSettingsMask::AUTO_ANSWER_ENABLED));
        has_auto_answer && self.interactions.get(&id).is_some_and(|interaction| !interaction.was_asked_to_answer)
    }

    /// The known connection, in the call an event speaks of, of an agent at one of these devices.
    fn own_connection(&self, triple: &Triple, devices: &[Option<&Text<'_>>]) -> Option<Name> {
        let call = self.calls.get(self.calls.find_call(triple)?)?;
        let agents = devices.iter().filter_map(|device| self.agent_at(*device));
        agents.filter_map(|agent| call.connection_of(&agent)).map(|connection| connection.device.clone()).next()
    }

    /// A connection that must be known already.
    fn known(&self, triple: &Triple) -> Option<CallKey> {
        if self.serves(triple.peripheral) { self.calls.find(triple) } else { None }
    }

    fn held(&mut self, event: &wire::CallHeldEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.known(&triple) else { return };
        if self.set_line(key, &triple.device, Line::Held) {
            self.record_call(Moment::Held, key, &triple.device, None);
            self.leg_held(key, &triple.device);
        }
    }

    fn retrieved(&mut self, event: &wire::CallRetrievedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.known(&triple) else { return };
        if self.set_line(key, &triple.device, Line::Connected) {
            self.record_call(Moment::Retrieved, key, &triple.device, None);
            self.leg_connected(key, &triple.device);
        }
    }

    fn failed(&mut self, event: &wire::CallFailedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.connect(&triple, CallType::default(), None) else { return };
        self.take_devices(key, None, event.called_device_id.as_ref());
        if self.line_of(key, &triple.device).is_final() {
            return;
        }
        if let Some(agent) = self.agent_of(key, &triple.device)
            && self.line_of(key, &triple.device) == Line::Unknown
        {
            self.mark_originator(key, &triple.device);
            self.begin_leg(key, &triple.device, &agent, ConversationState::Dialing, false);
        }
        self.set_line(key, &triple.device, Line::Failed);
        self.record_call(Moment::Failed, key, &triple.device, Some(event.event_cause));
        self.leg_ended(key, &triple.device, EndReason::Failed, EndCause::of(event.event_cause));
    }

    fn connection_cleared(&mut self, event: &wire::CallConnectionClearedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.known(&triple) else {
            if self.recently_ended.contains(&triple) {
                self.unexpected("CALL_CONNECTION_CLEARED after END_CALL");
            }
            self.far_end_left(event, &triple);
            return;
        };
        self.record_cleared(key, event, &triple.device);
        let number = self.number_of(key, &triple.device);
        let is_own =
            event.releasing_device_id.as_ref().is_some_and(|device| *device.as_str() == *triple.device || *device.as_str() == *number);
        self.released_by = Some(if is_own { ReleasedBy::Agent } else { ReleasedBy::Other });
        self.clear(key, &triple.device, event.event_cause);
        self.released_by = None;
        self.party_left(key, &number);
    }

    /// A party left whose connection nobody told us of, because it is no agent's.
    fn far_end_left(&mut self, event: &wire::CallConnectionClearedEvent<'_>, triple: &Triple) {
        if let Some(key) = self.calls.find_call(triple).filter(|_| self.serves(triple.peripheral)) {
            // One that had an agent is an echo.
            if !self.recently_ended.contains(triple) {
                self.record_cleared(key, event, &triple.device);
            }
            self.party_left(key, &triple.device);
        }
    }

    /// Who left, and who released whom.
    fn record_cleared(&mut self, key: CallKey, event: &wire::CallConnectionClearedEvent<'_>, device: &str) {
        let releasing = event.releasing_device_id.as_ref().filter(|device| !device.is_empty());
        let released_by = releasing.and_then(|device| self.devices.get(device.as_str())).cloned();
        self.record_call_with(Moment::ConnectionCleared, key, device, |record| {
            record.facts.cause = Some(event.event_cause);
            record.facts.released_by_agent = releasing.map(|_| released_by.is_some());
            record.facts.released_by = released_by;
            record.detail = Some(event.event_cause.to_string().into());
        });
    }

    /// The number under which the others know a connection.
    pub(super) fn number_of(&self, key: CallKey, device: &str) -> Name {
        let agent = self.agent_of(key, device).and_then(|agent| self.agents.get(&agent));
        agent.and_then(|agent| agent.extension.clone()).unwrap_or_else(|| device.into())
    }

    /// A party left: it goes from the legs of the others where somebody else stays.
    pub(super) fn party_left(&mut self, key: CallKey, number: &str) {
        let legs: Vec<_> = self.calls.get(key).map(|call| call.connections.iter().filter_map(|c| c.leg).collect()).unwrap_or_default();
        for (id, leg) in legs {
            let Some(interaction) = self.interactions.get_mut(&id) else { continue };
            let agent = interaction.agent.clone();
            let Some(conversation) = interaction.conversation_mut(leg) else { continue };
            let others = conversation.members.iter().filter(|member| !member.is_self && member.id != number).count();
            let Some(at) = conversation.members.iter().position(|member| member.id == number).filter(|_| others > 0) else { continue };
            let member = conversation.members.remove(at).id;
            self.emit(&agent, super::event::Event::MemberRemoved { interaction: id, conversation: leg, member });
        }
    }

    fn clear(&mut self, key: CallKey, device: &str, cause: EventCause) {
        if self.set_line(key, device, Line::Cleared) {
            self.leg_ended(key, device, EndReason::Released, EndCause::of(cause));
        }
    }

    fn diverted(&mut self, event: &wire::CallDivertedEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.known(&triple) else { return };
        self.record_call(Moment::Diverted, key, &triple.device, None);
        if self.set_line(key, &triple.device, Line::Cleared) {
            self.leg_ended(key, &triple.device, EndReason::NoAnswer, EndCause::of(event.event_cause));
        }
    }

    fn cleared(&mut self, event: &wire::CallClearedEvent<'_>) {
        let triple = triple!(event);
        if !self.serves(triple.peripheral) {
            return;
        }
        let Some(key) = self.calls.find_call(&triple) else { return };
        self.record_call(Moment::Cleared, key, &triple.device, Some(event.event_cause));
        let devices: Vec<_> = self.calls.get(key).map(|c| c.connections.iter().map(|c| c.device.clone()).collect()).unwrap_or_default();
        // The agent's own hanging up is told before, with the agent's connection.
        self.released_by = Some(ReleasedBy::Other);
        for device in devices {
            self.clear(key, &device, event.event_cause);
        }
        self.released_by = None;
        // Nobody is told the end of a call that no agent took part in.
        if self.calls.get(key).is_some_and(|call| !call.has_agents()) {
            self.calls.remove(key);
        }
    }

    // ------------------------------------------------------------------------------------------------ before an agent is chosen

    fn translation_route(&mut self, event: &wire::CallTranslationRouteEvent<'_>) {
        let mut data = CallData::default();
        data.take_router_key(event.router_call_key_day, event.router_call_key_call_id, event.router_call_key_sequence_number);
        self.record(Moment::TranslationRoute, |record| record.router_key = data.router_key);
    }

    fn queued(&mut self, event: &wire::CallQueuedEvent<'_>) {
        let groups = event.skill_groups.iter().filter_map(|group| group.skill_group_id).collect();
        self.record_queue(Moment::Queued, &triple!(event), groups, event.event_cause);
    }

    fn dequeued(&mut self, event: &wire::CallDequeuedEvent<'_>) {
        let groups = event.skill_groups.iter().filter_map(|group| group.skill_group_id).collect();
        self.record_queue(Moment::Dequeued, &triple!(event), groups, event.event_cause);
    }

    /// Which skill groups a call waits for, or does no longer (none named: for all of them).
    fn record_queue(&mut self, moment: Moment, triple: &Triple, groups: Vec<u32>, cause: EventCause) {
        if !self.serves(triple.peripheral) {
            return;
        }
        let router_key = self.calls.find_call(triple).and_then(|key| self.calls.get(key)).and_then(|call| call.data.router_key);
        self.record(moment, |record| {
            record.peripheral_id = Some(triple.peripheral);
            record.call_id = Some(triple.call_id);
            record.router_key = router_key;
            record.detail = Some(groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(",").into());
            record.facts.skill_groups = groups;
            record.facts.cause = Some(cause);
        });
    }

    fn end_call(&mut self, event: &wire::EndCallEvent<'_>) {
        let triple = triple!(event);
        let Some(key) = self.known(&triple) else { return };
        let line = self.line_of(key, &triple.device);
        if !line.is_final() && self.leg_of(key, &triple.device).is_some() {
            self.unexpected("END_CALL of a connection that was not cleared");
            // A peripheral that loses its phone system ends all calls at once although people talk on; the SYSTEM_EVENT that
            // says so may come behind. What is true is asked when the peripheral is back.
            if matches!(line, Line::Connected | Line::Held) {
                if let Some(connection) = self.calls.get_mut(key).and_then(|call| call.connection_mut(&triple.device)) {
                    connection.is_in_doubt = true;
                }
                self.set_timer(DOUBT_WAIT, Timer::Doubt(key, triple.device));
                return;
            }
        }
        self.record_call(Moment::EndCall, key, &triple.device, None);
        self.forget_connection(key, &triple.device, triple.id_type);
    }

    /// Time is up for something to explain an end: unless the peripheral is gone it was what it said.
    pub(super) fn doubt_is_over(&mut self, key: CallKey, device: &Name) {
        let Some(connection) = self.calls.get(key).and_then(|call| call.connection(device)).filter(|c| c.is_in_doubt) else { return };
        let id_type = connection.id_type;
        let agent = connection.agent.as_ref().and_then(|agent| self.agents.get(agent));
        if agent.is_some_and(|agent| matches!(agent.outage, Some(Outage::Peripheral | Outage::Gateway)) || self.is_being_checked(&agent.id))
        {
            return;
        }
        self.record_call(Moment::EndCall, key, device, None);
        self.forget_connection(key, device, id_type);
    }

    /// The connection is gone for good; a leg that nobody reported cleared ends with it.
    pub(super) fn forget_connection(&mut self, key: CallKey, device: &str, id_type: ConnectionDeviceIdType) {
        let Some(call) = self.calls.get(key) else { return };
        let triple = Triple { peripheral: call.peripheral, call_id: call.id, id_type, device: device.into() };
        self.leg_ended(key, device, EndReason::Released, None);
        self.calls.detach(key, device);
        if self.recently_ended.len() >= RECENTLY_ENDED {
            self.recently_ended.pop_front();
        }
        self.recently_ended.push_back(triple);
    }
}

/// Causes that rebuild what is known to the server already, after a switch of sides; 61 is treated like 50 (inferred).
fn is_rebuild(cause: EventCause) -> bool {
    matches!(cause, EventCause::CALL_PARTY_UPDATE_IND) || cause.0 == 61
}
