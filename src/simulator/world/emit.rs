//! What the world says: one method for each event, built from the message declarations.
//!
//! An All Events stream gets one event for each connection of an agent (inferred from the Finesse guide, which shows the
//! two sides of a call separately). BEGIN and END exist for agents' connections only; a customer's connection appears in
//! CALL_CONNECTION_CLEARED_EVENT and in snapshots.

use std::time::Duration;

use super::agent::AgentIx;
use super::call::{Call, CallData, CallId, LegState, fill_variables, text};
use super::{Audience, DEFAULT_GROUP, Event, Output, PERIPHERAL, Refusal, World};
use crate::protocol::message::{
    AgentPreCallAbortEvent, AgentPreCallEvent, AgentStateEvent, BeginCallEvent, CallClearedEvent, CallConnectionClearedEvent,
    CallDataUpdateEvent, CallDeliveredEvent, CallEstablishedEvent, CallFailedEvent, CallHeldEvent, CallOriginatedEvent,
    CallReachedNetworkEvent, CallRetrievedEvent, CallServiceInitiatedEvent, EndCallEvent, FltSkillGroup, RtpStartedEvent, RtpStoppedEvent,
};
use crate::protocol::values::{
    AgentAvailabilityStatus, AgentMode, AgentState, CallDirection, ConnectionDeviceIdType, DeviceIdType, DispositionCode, EventCause,
    LocalConnectionState, PeripheralType, RtpDirection, RtpType, StatusCode,
};
use crate::protocol::{Message, Text, Time};
use crate::time::Now;

/// Unified CCE.
pub(super) const CCE: PeripheralType = PeripheralType::ENTERPRISE_AGENT;
/// NULL of service and skill group numbers and ids.
pub(super) const NULL: u32 = u32::MAX;
/// NULL of LineHandle.
pub(super) const NO_LINE: u16 = u16::MAX;
/// All connection ids of this world are of the static type, as in every logged example.
pub(super) const STATIC: ConnectionDeviceIdType = ConnectionDeviceIdType::STATIC;

pub(super) fn some(device: &str) -> Option<Text<'static>> {
    Some(Text::from(device.to_owned()))
}

impl World {
    pub(super) fn emit(&mut self, message: impl Into<Message<'static>>, audience: Vec<String>) {
        self.emit_to(message, Audience::Devices(audience), None);
    }

    pub(super) fn emit_to(&mut self, message: impl Into<Message<'static>>, audience: Audience, changed: Option<Vec<String>>) {
        // A peripheral that is off line sends nothing; the world goes on behind it.
        if self.is_all_online() {
            self.outputs.push_back(Output::Event(Box::new(Event { message: message.into(), audience, changed })));
        }
    }

    /// The time of the central controller, in seconds.
    pub fn controller_time(&self) -> Time {
        Time(u32::try_from(self.now.wall.as_second()).unwrap_or(0))
    }

    /// Group number and id that an event's fixed part gives.
    fn group_of(call: &Call) -> (u32, u32) {
        call.group.map_or((NULL, NULL), |group| (group, group))
    }

    /// The call, if `device` is an agent's end of it: phones without an agent are not observed.
    fn agents_call(&self, id: CallId, device: &str) -> Option<&Call> {
        self.calls.get(&id).filter(|call| call.leg(device).is_some_and(|leg| leg.agent().is_some()))
    }

    pub(super) fn tell_begin(&mut self, id: CallId, device: &str) {
        let Some(call) = self.agents_call(id, device) else { return };
        let data = &call.data;
        let mut event = BeginCallEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            call_type: call.call_type,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            called_party_disposition: DispositionCode(0),
            connection_device_id: some(device),
            ani: text(&data.ani),
            user_to_user_info: data.user_to_user.clone().map(Into::into),
            dnis: text(&data.dnis),
            dialed_number: text(&data.dialed_number),
            caller_entered_digits: text(&data.entered_digits),
            router_call_key_day: data.router_key.map(|key| key.0),
            router_call_key_call_id: data.router_key.map(|key| key.1),
            router_call_key_sequence_number: data.router_key.map(|key| key.2),
            call_wrapup_data: text(&data.wrapup),
            ..BeginCallEvent::default()
        };
        fill_variables!(event, data);
        self.emit(event, vec![device.to_owned()]);
    }

    pub(super) fn tell_end(&mut self, id: CallId, device: &str) {
        let event = EndCallEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            connection_device_id: some(device),
            ..EndCallEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
    }

    pub(super) fn tell_service_initiated(&mut self, id: CallId, device: &str) {
        let Some(call) = self.agents_call(id, device) else { return };
        let (group, group_id) = Self::group_of(call);
        let (calling_device_type, calling_device_id) = call.calling_field();
        let event = CallServiceInitiatedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            service_number: NULL,
            service_id: NULL,
            skill_group_number: group,
            skill_group_id: group_id,
            calling_device_type,
            local_connection_state: LocalConnectionState::INITIATE,
            event_cause: EventCause::NONE,
            connection_device_id: some(device),
            calling_device_id,
            coc_connection_call_id: call.consult_of,
            coc_call_connection_device_id_type: call.consult_of.map(|_| STATIC),
            coc_call_connection_device_id: call.consult_of.and_then(|_| some(device)),
            ..CallServiceInitiatedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
    }

    pub(super) fn tell_originated(&mut self, id: CallId, device: &str) {
        let Some(call) = self.agents_call(id, device) else { return };
        let (group, group_id) = Self::group_of(call);
        let (calling_device_type, calling_device_id) = call.calling_field();
        let (called_device_type, called_device_id) = call.called_field();
        let event = CallOriginatedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            service_number: NULL,
            service_id: NULL,
            skill_group_number: group,
            skill_group_id: group_id,
            calling_device_type,
            called_device_type,
            local_connection_state: LocalConnectionState::INITIATE,
            event_cause: EventCause::NONE,
            connection_device_id: some(device),
            calling_device_id,
            called_device_id,
            ..CallOriginatedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
    }

    pub(super) fn tell_reached_network(&mut self, id: CallId, device: &str) {
        let Some(call) = self.agents_call(id, device) else { return };
        let (called_device_type, called_device_id) = call.called_field();
        let event = CallReachedNetworkEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            trunk_used_device_type: DeviceIdType::NONE,
            called_device_type,
            local_connection_state: LocalConnectionState::INITIATE,
            event_cause: EventCause::NONE,
            connection_device_id: some(device),
            called_device_id,
            ..CallReachedNetworkEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
    }

    /// Tells the agent at `device` that `alerting` rings.
    pub(super) fn tell_delivered(&mut self, id: CallId, device: &str, alerting: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let Some(leg) = call.leg(device).filter(|leg| leg.agent().is_some()) else { return };
        let (group, group_id) = Self::group_of(call);
        let (alerting_device_type, alerting_device_id) = call.leg(alerting).map_or((DeviceIdType::NONE, None), |leg| leg.device_field());
        let (calling_device_type, calling_device_id) = call.calling_field();
        let (called_device_type, called_device_id) = call.called_field();
        let (last_redirect_device_type, last_redirect_device_id) = call.redirect_field();
        let data = &call.data;
        let mut event = CallDeliveredEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            service_number: NULL,
            service_id: NULL,
            skill_group_number: group,
            skill_group_id: group_id,
            alerting_device_type,
            calling_device_type,
            called_device_type,
            last_redirect_device_type,
            local_connection_state: leg.state.on_wire(),
            event_cause: cause,
            connection_device_id: some(device),
            alerting_device_id,
            calling_device_id,
            called_device_id,
            last_redirect_device_id,
            ani: text(&data.ani),
            dnis: text(&data.dnis),
            dialed_number: text(&data.dialed_number),
            caller_entered_digits: text(&data.entered_digits),
            call_wrapup_data: text(&data.wrapup),
            ..CallDeliveredEvent::default()
        };
        fill_variables!(event, data);
        self.emit(event, vec![device.to_owned()]);
    }

    /// Tells the agent at `device` that `answering` answered.
    pub(super) fn tell_established(&mut self, id: CallId, device: &str, answering: &str, cause: EventCause) {
        let Some(call) = self.agents_call(id, device) else { return };
        let (group, group_id) = Self::group_of(call);
        let (answering_device_type, answering_device_id) = call.leg(answering).map_or((DeviceIdType::NONE, None), |leg| leg.device_field());
        let (calling_device_type, calling_device_id) = call.calling_field();
        let (called_device_type, called_device_id) = call.called_field();
        let (last_redirect_device_type, last_redirect_device_id) = call.redirect_field();
        let event = CallEstablishedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            service_number: NULL,
            service_id: NULL,
            skill_group_number: group,
            skill_group_id: group_id,
            answering_device_type,
            calling_device_type,
            called_device_type,
            last_redirect_device_type,
            local_connection_state: LocalConnectionState::CONNECT,
            event_cause: cause,
            connection_device_id: some(device),
            answering_device_id,
            calling_device_id,
            called_device_id,
            last_redirect_device_id,
            ..CallEstablishedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
        if cause != EventCause::CALL_PARTY_UPDATE_IND {
            self.tell_rtp(id, device, true);
        }
    }

    pub(super) fn tell_held(&mut self, id: CallId, device: &str) {
        let Some(leg) = self.calls.get(&id).and_then(|call| call.leg(device)) else { return };
        if leg.agent().is_none() {
            return;
        }
        let (holding_device_type, holding_device_id) = leg.device_field();
        let event = CallHeldEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            holding_device_type,
            local_connection_state: LocalConnectionState::HOLD,
            event_cause: EventCause::NONE,
            connection_device_id: some(device),
            holding_device_id,
            ..CallHeldEvent::default()
        };
        // A logged consult shows HELD at the holding agent only, not at the other parties.
        self.emit(event, vec![device.to_owned()]);
        self.tell_rtp(id, device, false);
    }

    pub(super) fn tell_retrieved(&mut self, id: CallId, device: &str) {
        let Some(leg) = self.calls.get(&id).and_then(|call| call.leg(device)) else { return };
        if leg.agent().is_none() {
            return;
        }
        let (retrieving_device_type, retrieving_device_id) = leg.device_field();
        let event = CallRetrievedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            retrieving_device_type,
            local_connection_state: LocalConnectionState::CONNECT,
            event_cause: EventCause::NONE,
            connection_device_id: some(device),
            retrieving_device_id,
            ..CallRetrievedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
        self.tell_rtp(id, device, true);
    }

    /// Tells that `device` left the call because `releasing` hung up. To be called while both legs are still there.
    pub(super) fn tell_connection_cleared(&mut self, id: CallId, device: &str, releasing: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let (releasing_device_type, releasing_device_id) = call.leg(releasing).map_or((DeviceIdType::NONE, None), |leg| leg.device_field());
        let audience = call.audience();
        if audience.is_empty() {
            return;
        }
        let had_voice = call.leg(device).is_some_and(|leg| leg.agent().is_some() && leg.state == LegState::Connected);
        let event = CallConnectionClearedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            releasing_device_type,
            // Logged value.
            local_connection_state: LocalConnectionState::NONE,
            event_cause: cause,
            connection_device_id: some(device),
            releasing_device_id,
            ..CallConnectionClearedEvent::default()
        };
        self.emit(event, audience);
        if had_voice {
            self.tell_rtp(id, device, false);
        }
    }

    pub(super) fn tell_cleared(&mut self, id: CallId, device: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let audience = call.audience();
        if audience.is_empty() {
            return;
        }
        let event = CallClearedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            local_connection_state: LocalConnectionState::NULL,
            event_cause: cause,
            connection_device_id: some(device),
            ..CallClearedEvent::default()
        };
        self.emit(event, audience);
    }

    pub(super) fn tell_failed(&mut self, id: CallId, device: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let Some(leg) = call.leg(device).filter(|leg| leg.agent().is_some()) else { return };
        let (called_device_type, called_device_id) = call.called_field();
        let (failing_device_type, failing_device_id) = leg.device_field();
        let event = CallFailedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            failing_device_type,
            called_device_type,
            local_connection_state: LocalConnectionState::FAIL,
            event_cause: cause,
            connection_device_id: some(device),
            failing_device_id,
            called_device_id,
            ..CallFailedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
    }

    /// CALL_DATA_UPDATE_EVENT at one connection. All ECC variables are in it; for sessions before version 22 the ones not
    /// named in `changed` are left out when it is sent.
    pub(super) fn tell_data(&mut self, id: CallId, device: &str, update: &CallData, changed: Vec<String>) {
        let Some(call) = self.calls.get(&id) else { return };
        let audience = call.audience();
        if audience.is_empty() {
            return;
        }
        let mut event = CallDataUpdateEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            call_type: call.call_type,
            connection_device_id_type: STATIC,
            connection_call_id: id,
            new_connection_device_id_type: STATIC,
            new_connection_call_id: id,
            connection_device_id: some(device),
            new_connection_device_id: some(device),
            ani: text(&update.ani),
            user_to_user_info: update.user_to_user.clone().map(Into::into),
            dnis: text(&update.dnis),
            dialed_number: text(&update.dialed_number),
            caller_entered_digits: text(&update.entered_digits),
            router_call_key_day: update.router_key.map(|key| key.0),
            router_call_key_call_id: update.router_key.map(|key| key.1),
            router_call_key_sequence_number: update.router_key.map(|key| key.2),
            call_wrapup_data: text(&update.wrapup),
            ..CallDataUpdateEvent::default()
        };
        fill_variables!(event, update);
        event.named_variables = call.data.named_variables();
        event.named_arrays = call.data.named_arrays();
        self.emit_to(event, Audience::Devices(audience), Some(changed));
    }

    /// The two RTP events of a phone. Addresses and ports are invented; one pair of ports for each phone.
    fn tell_rtp(&mut self, id: CallId, device: &str, started: bool) {
        let Some(agent) = self.calls.get(&id).and_then(|call| call.leg(device)?.agent()) else { return };
        let agent_id = some(&self.agents[agent].id);
        let port = 16_384 + device.parse::<u32>().unwrap_or(0) % 8_192 * 2;
        for direction in [RtpDirection::INPUT, RtpDirection::OUTPUT] {
            let audience = vec![device.to_owned()];
            if started {
                let event = RtpStartedEvent {
                    peripheral_id: PERIPHERAL,
                    client_port: port,
                    direction,
                    rtp_type: RtpType::AUDIO,
                    bit_rate: 64,
                    packet_size: 20,
                    // PCMU in the numbering of RTP profiles; the reference prints no table (inferred).
                    payload_type: 0,
                    connection_device_id_type: STATIC,
                    connection_call_id: id,
                    connection_device_id: some(device),
                    client_address: some("127.0.0.1"),
                    agent_id: agent_id.clone(),
                    agent_extension: some(device),
                    agent_instrument: some(device),
                    sending_address: some("127.0.0.1"),
                    sending_port: Some(port),
                    ..RtpStartedEvent::default()
                };
                self.emit(event, audience);
            } else {
                let event = RtpStoppedEvent {
                    peripheral_id: PERIPHERAL,
                    client_port: port,
                    direction,
                    connection_device_id_type: STATIC,
                    connection_call_id: id,
                    connection_device_id: some(device),
                    client_address: some("127.0.0.1"),
                    agent_id: agent_id.clone(),
                    agent_extension: some(device),
                    agent_instrument: some(device),
                    sending_address: some("127.0.0.1"),
                    sending_port: Some(port),
                    ..RtpStoppedEvent::default()
                };
                self.emit(event, audience);
            }
        }
    }

    pub(super) fn tell_pre_call(&mut self, id: CallId, ix: AgentIx) {
        let Some(call) = self.calls.get(&id) else { return };
        let Some((day, router_call, sequence)) = call.data.router_key else { return };
        let agent = &self.agents[ix];
        let (group, group_id) = Self::group_of(call);
        let data = &call.data;
        let mut event = AgentPreCallEvent {
            service_number: NULL,
            service_id: NULL,
            skill_group_number: group,
            skill_group_id: group_id,
            mrd_id: 1,
            agent_skill_target_id: agent.target,
            agent_instrument: some(agent.instrument()),
            router_call_key_day: Some(day),
            router_call_key_call_id: Some(router_call),
            router_call_key_sequence_number: Some(sequence),
            ani: text(&data.ani),
            user_to_user_info: data.user_to_user.clone().map(Into::into),
            dialed_number: text(&data.dialed_number),
            caller_entered_digits: text(&data.entered_digits),
            agent_id: some(&agent.id),
            ..AgentPreCallEvent::default()
        };
        fill_variables!(event, data);
        let audience = vec![agent.instrument().to_owned()];
        self.emit(event, audience);
    }

    pub(super) fn tell_pre_call_abort(&mut self, id: CallId, ix: AgentIx) {
        let Some((day, router_call, sequence)) = self.calls.get(&id).and_then(|call| call.data.router_key) else { return };
        let device = self.agents[ix].instrument().to_owned();
        let event = AgentPreCallAbortEvent {
            mrd_id: 1,
            agent_instrument: some(&device),
            router_call_key_day: Some(day),
            router_call_key_call_id: Some(router_call),
            router_call_key_sequence_number: Some(sequence),
            ..AgentPreCallAbortEvent::default()
        };
        self.emit(event, vec![device]);
    }

    /// AGENT_STATE_EVENT with the agent's present state, in all its groups.
    pub(super) fn tell_state(&mut self, ix: AgentIx) {
        let event = self.state_event(ix);
        let audience = vec![self.agents[ix].instrument().to_owned()];
        self.emit(event, audience);
    }

    /// State in one group: while one group's call keeps the agent, the other groups see BUSY_OTHER.
    pub(super) fn group_state(&self, ix: AgentIx, group: u32) -> AgentState {
        let agent = &self.agents[ix];
        let keeps = matches!(
            agent.state,
            AgentState::TALKING | AgentState::HOLD | AgentState::RESERVED | AgentState::WORK_READY | AgentState::WORK_NOT_READY
        );
        if keeps && agent.active_group.unwrap_or(DEFAULT_GROUP) != group { AgentState::BUSY_OTHER } else { agent.state }
    }

    fn state_event(&self, ix: AgentIx) -> AgentStateEvent<'static> {
        let agent = &self.agents[ix];
        let group = agent.active_group.unwrap_or(DEFAULT_GROUP);
        let entry = |group: &u32| FltSkillGroup {
            flt_skill_group_number: i32::try_from(*group).ok(),
            flt_skill_group_id: Some(*group),
            flt_skill_group_priority: Some(0),
            flt_skill_group_state: Some(self.group_state(ix, *group)),
        };
        let remaining = agent.work_ends.map_or(0, |ends| ends.saturating_duration_since(self.now.mono).as_secs());
        let next = match (agent.is_working(), agent.wish) {
            (true, _) => agent.after_work.state,
            (false, Some(wish)) => wish.state,
            (false, None) => AgentState(u16::MAX),
        };
        AgentStateEvent {
            peripheral_id: PERIPHERAL,
            session_id: agent.session_id,
            peripheral_type: CCE,
            skill_group_state: self.group_state(ix, group),
            state_duration: u32::try_from(self.now.mono.saturating_duration_since(agent.since).as_secs()).unwrap_or(u32::MAX),
            skill_group_number: group,
            skill_group_id: group,
            agent_state: agent.state,
            event_reason_code: agent.reason,
            mrd_id: 1,
            num_tasks: u32::from(agent.is_on_call()),
            agent_mode: AgentMode::ROUTABLE,
            max_task_limit: 1,
            icm_agent_id: agent.target as i32,
            department_id: agent.department,
            agent_availability_status: self.availability(ix),
            agent_id: some(&agent.id),
            agent_extension: some(agent.instrument()),
            agent_instrument: some(agent.instrument()),
            duration: Some(u32::try_from(remaining).unwrap_or(u32::MAX)),
            next_agent_state: Some(next),
            direction: Some(agent.direction),
            flt_skill_groups: agent.groups.iter().map(entry).collect(),
            ..AgentStateEvent::default()
        }
    }

    pub(super) fn availability(&self, ix: AgentIx) -> AgentAvailabilityStatus {
        match self.agents[ix].state {
            AgentState::AVAILABLE => AgentAvailabilityStatus::ICM_AVAILABLE,
            _ => AgentAvailabilityStatus::NOT_AVAILABLE,
        }
    }

    /// Tells every agent's call anew with EventCause 50: the rebuild after a planned switch or a return on line. The
    /// reference names DELIVERED and ESTABLISHED; that BEGIN comes first for each is inferred from rule "BEGIN is first".
    pub(super) fn tell_calls_again(&mut self) {
        let legs: Vec<(CallId, String, LegState)> =
            self.calls.values().flat_map(|call| call.agents().map(|leg| (call.id, leg.device.clone(), leg.state))).collect();
        for (id, device, state) in legs {
            self.tell_leg_again(id, &device, state);
        }
    }

    /// Tells one connection of an agent as it is, quietly.
    pub(super) fn tell_leg_again(&mut self, id: CallId, device: &str, state: LegState) {
        let cause = EventCause::CALL_PARTY_UPDATE_IND;
        self.tell_begin(id, device);
        match state {
            LegState::Alerting => self.tell_delivered(id, device, device, cause),
            LegState::Connected => self.tell_established(id, device, device, cause),
            LegState::Held => {
                self.tell_established(id, device, device, cause);
                self.tell_held(id, device);
            }
            LegState::Initiated => self.tell_originated(id, device),
            LegState::Failed => self.tell_failed(id, device, EventCause::NONE),
        }
    }

    /// As after a planned switch: running calls are told anew.
    pub fn tell_calls(&mut self, now: Now) {
        self.now = now;
        self.tell_calls_again();
    }

    /// BEGIN_CALL_EVENT for every call at a device: what a Client Events session gets when it opens.
    pub fn calls_in_progress(&mut self, device: &str) -> Vec<Message<'static>> {
        let kept = std::mem::take(&mut self.outputs);
        for id in self.calls_at(device) {
            self.tell_begin(id, device);
        }
        let told = std::mem::replace(&mut self.outputs, kept);
        told.into_iter()
            .filter_map(|output| match output {
                Output::Event(event) => Some(event.message),
                Output::Answer { .. } => None,
            })
            .collect()
    }

    /// The device that OPEN_REQ of a Client Events session means, and whether its agent is a supervisor.
    ///
    /// # Errors
    /// Status 8 or 32 if the names are unknown or disagree.
    pub fn device_of(&self, id: Option<&str>, extension: Option<&str>, instrument: Option<&str>) -> Result<(String, bool), StatusCode> {
        match self.agent_named(id, extension, instrument) {
            Ok(ix) => {
                let agent = &self.agents[ix];
                Ok((instrument.or(extension).unwrap_or_else(|| agent.instrument()).to_owned(), agent.is_supervisor))
            }
            Err(Refusal::Status(StatusCode::INCONSISTENT_AGENT_DATA)) => Err(StatusCode::INCONSISTENT_AGENT_DATA),
            Err(_) => Err(StatusCode::INVALID_AGENT_DATA),
        }
    }

    /// Id and state of the agent at a device.
    pub fn agent_of_device(&self, device: &str) -> Option<(String, AgentState, i32)> {
        let agent = &self.agents[self.agent_named(None, None, Some(device)).ok()?];
        Some((agent.id.clone(), agent.state, agent.department))
    }

    /// Ids of agents who have been available for at least `time`.
    pub fn idle_agents(&self, now: Now, time: Duration) -> Vec<String> {
        let is_idle =
            |agent: &super::agent::Agent| agent.state == AgentState::AVAILABLE && now.mono.saturating_duration_since(agent.since) >= time;
        self.agents.iter().filter(|(_, agent)| is_idle(agent)).map(|(_, agent)| agent.id.clone()).collect()
    }

    pub(super) const fn direction_of(call: &Call, is_caller: bool) -> CallDirection {
        use super::call::Origin;
        match (&call.origin, is_caller) {
            (Origin::Inbound, _) => CallDirection::IN,
            (Origin::Outbound, _) => CallDirection::OUT,
            (Origin::Internal, true) => CallDirection::OTHER_OUT,
            (Origin::Internal, false) => CallDirection::OTHER_IN,
        }
    }
}
