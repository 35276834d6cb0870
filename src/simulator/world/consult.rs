//! Consult, alternate, reconnect, transfer, conference, blind transfer, deflect.
//!
//! The rules are those of the CTI OS System Manager Guide for Unified CCE: the original is held and the consult call talks
//! when a transfer or conference is completed, only who started a conference adds parties, no conference in a single
//! step. The call that was held survives with its number.

use super::agent::AgentIx;
use super::call::{Call, CallData, CallId, Leg, LegState, NO_CALL, Party, Stage, Target, variables_of};
use super::emit::{CCE, NO_LINE, NULL, STATIC, some};
use super::phone::{Destination, Dial};
use super::request::{Answer, Asker};
use super::{PERIPHERAL, Refusal, Timer, World};
use crate::protocol::List;
use crate::protocol::message::{
    AlternateCallConf, AlternateCallReq, CallConferencedEvent, CallTransferredEvent, ConferenceCallConf, ConferenceCallReq, ConnectedParty,
    ConsultationCallConf, ConsultationCallReq, DeflectCallConf, DeflectCallReq, ReconnectCallConf, ReconnectCallReq, ResultingParty,
    TransferCallConf, TransferCallReq,
};
use crate::protocol::values::{
    AgentState, CallType, ControlFailureCode as Cf, DeviceIdType, EventCause, LineType, LocalConnectionState, StatusCode,
};

/// The most parties of a call; also the most of every party list.
const MOST_PARTIES: usize = 16;

/// What a merge of two calls is told as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    Transfer,
    Conference,
}

impl World {
    pub(super) fn consultation_call(&mut self, asker: &Asker, request: &ConsultationCallReq<'_>) -> Answer {
        let active = request.active_connection_call_id;
        let device = self.acting(asker, active, request.active_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        let number = request.dialed_number.as_deref().unwrap_or("").trim().to_owned();
        let mut data = CallData::default();
        let (named, arrays): (Vec<_>, Vec<_>) = (request.named_variables.iter().collect(), request.named_arrays.iter().collect());
        let named = named.iter().map(|v| (&*v.name, &*v.value));
        let arrays = arrays.iter().map(|a| (a.index, &*a.name, &*a.value));
        if let Some(call) = self.calls.get(&active) {
            // The consult call starts with a copy of the original's context; what the request brings wins.
            data = CallData { ani: None, dnis: None, dialed_number: None, ..call.data.clone() };
        }
        self.take_data(&mut data, variables_of!(request), named, arrays)?;
        if let Some(wrapup) = request.call_wrapup_data.as_deref() {
            data.wrapup = Some(wrapup.to_owned());
        }
        let id = self.consult(active, &device, &number, data, CallType::CONSULT)?;
        Ok(ConsultationCallConf {
            invoke_id: request.invoke_id,
            new_connection_call_id: id,
            new_connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: if number.starts_with('+') { LineType::OUTBOUND } else { LineType::INSIDE },
            new_connection_device_id: some(&device),
        }
        .into())
    }

    /// Holds a call and dials another one for it.
    pub(super) fn consult(
        &mut self,
        active: CallId,
        device: &str,
        number: &str,
        data: CallData,
        call_type: CallType,
    ) -> Result<CallId, Refusal> {
        if number.is_empty() {
            return Err(StatusCode::REQUIRED_DATA_MISSING.into());
        }
        if !is_dialable(number) {
            return Err(Cf::INVALID_DESTINATION.into());
        }
        // A consult cannot start from a held call.
        if self.leg_state(active, device) != Some(LegState::Connected) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        if self.calls_at(device).len() > 1 {
            return Err(Cf::RESOURCE_BUSY.into());
        }
        self.hold(active, device)?;
        let group = self.calls.get(&active).and_then(|call| call.group);
        Ok(self.dial(device, number, Dial { data, call_type: Some(call_type), consult_of: Some(active), group }))
    }

    pub(super) fn alternate_call(&mut self, asker: &Asker, request: &AlternateCallReq<'_>) -> Answer {
        let (active, other) = (request.active_connection_call_id, request.other_connection_call_id);
        let device = self.acting(asker, active, request.active_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        if self.leg_state(active, &device) != Some(LegState::Connected) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        match self.leg_state(other, &device) {
            Some(LegState::Held) => {
                // Both change at once, so that the agent stays TALKING.
                self.set_leg(active, &device, LegState::Held);
                self.tell_held(active, &device);
                self.set_leg(other, &device, LegState::Connected);
                self.tell_retrieved(other, &device);
            }
            Some(LegState::Alerting) => self.answer(other, &device)?,
            _ => return Err(Cf::NO_HELD_CALL.into()),
        }
        if let Some(ix) = self.agent_at(&device) {
            self.settle(ix);
        }
        Ok(AlternateCallConf { invoke_id: request.invoke_id }.into())
    }

    pub(super) fn reconnect_call(&mut self, asker: &Asker, request: &ReconnectCallReq<'_>) -> Answer {
        let (active, held) = (request.active_connection_call_id, request.held_connection_call_id);
        let device = self.acting(asker, active, request.active_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        if !matches!(self.leg_state(active, &device), Some(LegState::Connected | LegState::Initiated | LegState::Failed)) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        if self.leg_state(held, &device) != Some(LegState::Held) {
            return Err(Cf::NO_HELD_CALL.into());
        }
        self.leave(active, &device, EventCause::NONE);
        // The held call may have ended with the active one.
        if self.leg_state(held, &device) == Some(LegState::Held) {
            self.retrieve(held, &device)?;
        }
        Ok(ReconnectCallConf { invoke_id: request.invoke_id }.into())
    }

    pub(super) fn transfer_call(&mut self, asker: &Asker, request: &TransferCallReq<'_>) -> Answer {
        let (active, held) = (request.active_connection_call_id, request.held_connection_call_id);
        let device = self.acting(asker, active, request.active_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        let survivor = match request.dialed_number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            Some(_) if (held == NO_CALL || held == 0 || held == active) && !self.settings.blind_transfer => {
                return Err(Cf::INVALID_FEATURE.into());
            }
            Some(number) if held == NO_CALL || held == 0 || held == active => self.blind_transfer(active, &device, number)?,
            _ => {
                self.may_complete(held, active, &device, Merge::Transfer)?;
                self.merge(held, active, &device, Merge::Transfer);
                held
            }
        };
        Ok(TransferCallConf {
            invoke_id: request.invoke_id,
            new_connection_call_id: survivor,
            new_connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: LineType::UNKNOWN,
            new_connection_device_id: some(&device),
            connected_parties: self.resulting_parties(survivor),
        }
        .into())
    }

    pub(super) fn conference_call(&mut self, asker: &Asker, request: &ConferenceCallReq<'_>) -> Answer {
        let (active, held) = (request.active_connection_call_id, request.held_connection_call_id);
        let device = self.acting(asker, active, request.active_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        if (held == NO_CALL || held == 0) && request.dialed_number.is_some() {
            // Single-step conference does not exist at Unified CCE.
            return Err(Cf::INVALID_FEATURE.into());
        }
        self.may_complete(held, active, &device, Merge::Conference)?;
        self.merge(held, active, &device, Merge::Conference);
        Ok(ConferenceCallConf {
            invoke_id: request.invoke_id,
            new_connection_call_id: held,
            new_connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: LineType::UNKNOWN,
            new_connection_device_id: some(&device),
            connected_parties: self.resulting_parties(held),
        }
        .into())
    }

    /// Whether a transfer or a conference can be completed now.
    pub(super) fn may_complete(&self, held: CallId, active: CallId, device: &str, kind: Merge) -> Result<(), Refusal> {
        self.check_completion(held, active, device)?;
        let (original, consult) = (self.calls.get(&held), self.calls.get(&active));
        let parties = |call: Option<&Call>| call.map_or(0, |call| call.legs.len());
        match kind {
            // A conference cannot go to a party that nobody observes.
            Merge::Transfer if parties(original) > 2 && consult.is_some_and(|call| call.legs.iter().any(Leg::is_outside)) => {
                Err(Cf::ARBITRARY_CONF_OR_XFER_NOT_SUPPORTED.into())
            }
            Merge::Transfer => Ok(()),
            // Only who started a conference adds parties.
            Merge::Conference if original.and_then(|call| call.controller.as_deref()).is_some_and(|controller| controller != device) => {
                Err(Cf::PRIVILEGE_VIOLATION_ON_SPECIFIED_DEVICE.into())
            }
            Merge::Conference if parties(original) + parties(consult) - 1 > MOST_PARTIES => {
                Err(Cf::CONFERENCE_MEMBER_LIMIT_EXCEEDED.into())
            }
            Merge::Conference => Ok(()),
        }
    }

    /// The consult call talks, the original is held, and nobody on the other end holds.
    fn check_completion(&self, original: CallId, consult: CallId, device: &str) -> Result<(), Refusal> {
        let wrong = Err(Refusal::from(Cf::INVALID_OBJECT_STATE));
        if self.leg_state(original, device) != Some(LegState::Held) {
            return Err(Cf::NO_HELD_CALL.into());
        }
        let Some(call) = self.calls.get(&consult) else { return wrong };
        if call.consult_of != Some(original) {
            return Err(Cf::ARBITRARY_CONF_OR_XFER_NOT_SUPPORTED.into());
        }
        if call.legs.iter().any(|leg| leg.state != LegState::Connected) {
            return wrong;
        }
        // Overlapping consults over the same parties fail at completion; with which code no source says (inferred).
        if self.calls.values().any(|other| other.id != consult && other.consult_of == Some(original)) {
            return Err(Cf::GENERIC_UNSPECIFIED_REJECTION.into());
        }
        Ok(())
    }

    fn resulting_parties(&self, id: CallId) -> List<'static, ResultingParty<'static>> {
        let legs = self.calls.get(&id).map(|call| call.legs.as_slice()).unwrap_or_default();
        let entry = |leg: &Leg| ResultingParty {
            connected_party_call_id: Some(id),
            connected_party_device_id_type: Some(DeviceIdType(0)),
            connected_party_device_id: some(&leg.device),
        };
        legs.iter().take(MOST_PARTIES).map(entry).collect()
    }

    /// Joins the parties of `secondary` into `primary`; `device` has a leg in both and leaves both in a transfer.
    ///
    /// Inferred, because no source shows the raw messages: agents who change the call get a BEGIN for the surviving call
    /// behind the TRANSFERRED or CONFERENCED event, then the END of the absorbed one.
    pub(super) fn merge(&mut self, primary: CallId, secondary: CallId, device: &str, kind: Merge) {
        let Some(consult) = self.calls.get(&secondary) else { return };
        let moved: Vec<Leg> = consult.legs.iter().filter(|leg| leg.device != device).cloned().collect();
        let (stage, target, data) = (consult.stage.clone(), consult.target.clone(), consult.data.clone());
        let controller = self.calls.get(&primary).and_then(|call| call.leg(device)).and_then(Leg::agent);
        for leg in &moved {
            self.end_recording(secondary, &leg.device);
            self.detach(secondary, &leg.device);
        }
        self.end_recording(secondary, device);
        if kind == Merge::Transfer {
            self.end_recording(primary, device);
            self.detach(primary, device);
        } else {
            self.set_leg(primary, device, LegState::Connected);
        }
        let keeps_waiting = stage == Stage::Waiting;
        if let Some(call) = self.calls.get_mut(&primary) {
            if keeps_waiting {
                // The consulted router still looks for somebody: now for the caller.
                call.stage = stage;
                call.target = target;
            }
            if kind == Merge::Conference {
                call.call_type = CallType::CONFERENCE;
                call.controller.get_or_insert_with(|| device.to_owned());
            }
            inherit(&mut call.data, data);
        }
        let mut added = Vec::new();
        for mut leg in moved.into_iter().filter(|leg| leg.party != Party::RoutePoint) {
            // The same number may have been called twice; connections of one call differ nevertheless.
            let taken = |device: &str| self.calls.get(&primary).is_some_and(|call| call.leg(device).is_some());
            if let Some(free) =
                (2..).map(|count| format!("{}.{count}", leg.number)).find(|name| !taken(name)).filter(|_| taken(&leg.device))
            {
                leg.device = free;
            }
            added.push(leg.clone());
            self.attach(primary, leg);
        }
        let target = added.first().map(|leg| leg.device.clone()).unwrap_or_default();
        match kind {
            Merge::Transfer => self.tell_transferred(primary, secondary, device, &target),
            Merge::Conference => self.tell_conferenced(primary, secondary, device, &target, EventCause::KEY_CONFERENCE),
        }
        self.retire(secondary);
        if kind == Merge::Conference {
            self.tell_data(primary, device, &CallData::default(), Vec::new());
        }
        for leg in &added {
            if let Some(ix) = leg.agent() {
                let group = self.calls.get(&primary).and_then(|call| call.group);
                let agent = &mut self.agents[ix];
                agent.last_call = Some(primary);
                agent.active_group = group;
                self.tell_begin(primary, &leg.device);
                self.tell_end(secondary, &leg.device);
            }
        }
        self.tell_end(secondary, device);
        if kind == Merge::Transfer {
            self.tell_end(primary, device);
        }
        if let Some(ix) = controller {
            self.settle(ix);
        }
        for ix in added.iter().filter_map(Leg::agent) {
            self.settle(ix);
        }
        for leg in &added {
            self.record_line(primary, &leg.device);
        }
        self.end_monitors(primary);
        let is_unseen = |call: &Call| call.stage == Stage::Placed && !call.legs.iter().any(|leg| !leg.is_outside());
        if self.calls.get(&primary).is_some_and(is_unseen) {
            // Only people outside are left: the peripheral sees nothing of the call any more.
            self.retire(primary);
        }
        self.dispatch();
    }

    fn tell_transferred(&mut self, primary: CallId, secondary: CallId, device: &str, target: &str) {
        let Some(call) = self.calls.get(&primary) else { return };
        let group = call.group.unwrap_or(NULL);
        let (transferred_device_type, transferred_device_id) = call.leg(target).map_or((DeviceIdType::NONE, None), Leg::device_field);
        let mut audience = call.audience();
        audience.push(device.to_owned());
        let event = CallTransferredEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            primary_device_id_type: STATIC,
            primary_call_id: primary,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            skill_group_number: group,
            skill_group_id: group,
            secondary_device_id_type: STATIC,
            secondary_call_id: secondary,
            transferring_device_type: DeviceIdType::AGENT_DEVICE,
            transferred_device_type,
            local_connection_state: LocalConnectionState::CONNECT,
            event_cause: EventCause::TRANSFER,
            primary_device_id: some(device),
            secondary_device_id: some(device),
            transferring_device_id: some(device),
            transferred_device_id,
            connected_parties: connected(call),
            ..CallTransferredEvent::default()
        };
        self.emit(event, audience);
    }

    pub(super) fn tell_conferenced(&mut self, primary: CallId, secondary: CallId, device: &str, added: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&primary) else { return };
        let group = call.group.unwrap_or(NULL);
        let (added_party_device_type, added_party_device_id) = call.leg(added).map_or((DeviceIdType::NONE, None), Leg::device_field);
        let audience = call.audience();
        let event = CallConferencedEvent {
            peripheral_id: PERIPHERAL,
            peripheral_type: CCE,
            primary_device_id_type: STATIC,
            primary_call_id: primary,
            line_handle: NO_LINE,
            line_type: call.line_type(),
            skill_group_number: group,
            skill_group_id: group,
            secondary_device_id_type: STATIC,
            secondary_call_id: secondary,
            controller_device_type: DeviceIdType::AGENT_DEVICE,
            added_party_device_type,
            local_connection_state: LocalConnectionState::CONNECT,
            event_cause: cause,
            primary_device_id: some(device),
            secondary_device_id: some(device),
            controller_device_id: some(device),
            added_party_device_id,
            connected_parties: connected(call),
            ..CallConferencedEvent::default()
        };
        self.emit(event, audience);
    }

    /// Transfers without asking anybody first. The list of events is in no source; inferred: a short-lived second call of
    /// type OFFERED rings at the target, then TRANSFERRED, then the ends.
    fn blind_transfer(&mut self, active: CallId, device: &str, number: &str) -> Result<CallId, Refusal> {
        if !is_dialable(number) {
            return Err(Cf::INVALID_DESTINATION.into());
        }
        if self.leg_state(active, device) != Some(LegState::Connected) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        let destination = self.destination(device, number);
        match destination {
            Destination::Nowhere => return Err(Cf::INVALID_DESTINATION.into()),
            Destination::Busy => return Err(Cf::RESOURCE_BUSY.into()),
            _ => {}
        }
        let legs = self.calls.get(&active).map_or(0, |call| call.legs.len());
        if legs > 2 && matches!(destination, Destination::Outside | Destination::NeverAnswers) {
            return Err(Cf::ARBITRARY_CONF_OR_XFER_NOT_SUPPORTED.into());
        }
        let data = self.calls.get(&active).map(|call| CallData { ani: None, ..call.data.clone() }).unwrap_or_default();
        let group = self.calls.get(&active).and_then(|call| call.group);
        let dial = Dial { data, call_type: Some(CallType::OFFERED), consult_of: Some(active), group };
        self.set_leg(active, device, LegState::Held);
        self.tell_held(active, device);
        let second = self.dial(device, number, dial);
        self.merge(active, second, device, Merge::Transfer);
        let rings =
            self.calls.get(&active).and_then(|call| call.legs.iter().find(|leg| leg.state == LegState::Alerting && leg.agent().is_some()));
        let routed = self.calls.get(&active).is_some_and(|call| call.target.group.is_some());
        if let Some((target, ix)) = rings.and_then(|leg| Some((leg.device.clone(), leg.agent()?)))
            && routed
        {
            let token = self.start_timer(self.agents[ix].desk.ring_no_answer, |token| Timer::RingNoAnswer(active, token));
            if let Some(leg) = self.calls.get_mut(&active).and_then(|call| call.leg_mut(&target)) {
                leg.timer = token;
            }
        }
        Ok(active)
    }

    /// Sends a ringing call elsewhere. DIVERTED does not exist at Unified CCE; CONNECTION_CLEARED with cause REDIRECTED is
    /// inferred.
    pub(super) fn deflect_call(&mut self, asker: &Asker, request: &DeflectCallReq<'_>) -> Answer {
        let id = request.connection_call_id;
        let device = self.acting(asker, id, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        if self.leg_state(id, &device) != Some(LegState::Alerting) {
            return Err(Cf::NO_CALL_TO_ANSWER.into());
        }
        let number = request.called_device_id.as_deref().unwrap_or("").trim().to_owned();
        let destination = if is_dialable(&number) { self.destination(&device, &number) } else { Destination::Nowhere };
        match destination {
            Destination::Nowhere => return Err(Cf::INVALID_DESTINATION.into()),
            Destination::Busy => return Err(Cf::RESOURCE_BUSY.into()),
            _ => {}
        }
        self.tell_connection_cleared(id, &device, &device, EventCause::REDIRECTED);
        self.tell_end(id, &device);
        let leg = self.detach(id, &device);
        if let Some(call) = self.calls.get_mut(&id) {
            call.last_redirect = Some(device.clone());
        }
        match destination {
            Destination::RoutePoint(group) => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.stage = Stage::Waiting;
                    call.target = Target { agent: None, group: Some(group), not: leg.as_ref().and_then(Leg::agent) };
                }
            }
            Destination::Phone => self.ring_phone(id, &number),
            _ => {
                // Gone to the outside; a caller of ours stays with it, otherwise nobody here sees it any more.
                self.attach(id, Leg::new(&number, Party::Outside, LegState::Alerting));
                if self.calls.get(&id).is_some_and(|call| call.legs.iter().all(Leg::is_outside)) {
                    self.retire(id);
                }
            }
        }
        if let Some(ix) = leg.as_ref().and_then(Leg::agent) {
            self.settle(ix);
        }
        self.dispatch();
        Ok(DeflectCallConf { invoke_id: request.invoke_id }.into())
    }

    /// Whether an agent may start something new: signed in, not ready or available, no call.
    pub(super) fn is_free(&self, ix: AgentIx) -> bool {
        let agent = &self.agents[ix];
        let rests = matches!(agent.state, AgentState::NOT_READY | AgentState::AVAILABLE);
        rests && agent.device.as_deref().is_some_and(|device| self.calls_at(device).is_empty())
    }
}

/// What can be dialled: digits, `*`, `#`, a leading `+`, and marks that people put between.
pub(super) fn is_dialable(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    number.len() < 40 && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '#' | '-' | ' ' | '.'))
}

/// Values of the primary call win over those of the consult call.
fn inherit(data: &mut CallData, other: CallData) {
    for (slot, value) in data.variables.iter_mut().zip(other.variables) {
        if slot.is_none() {
            *slot = value;
        }
    }
    for (name, value) in other.named {
        if !data.named.iter().any(|(known, _)| *known == name) {
            data.named.push((name, value));
        }
    }
    for (index, name, value) in other.arrays {
        if !data.arrays.iter().any(|(i, known, _)| *i == index && *known == name) {
            data.arrays.push((index, name, value));
        }
    }
    if data.wrapup.is_none() {
        data.wrapup = other.wrapup;
    }
}

fn connected(call: &Call) -> List<'static, ConnectedParty<'static>> {
    let entry = |leg: &Leg| ConnectedParty {
        connected_party_call_id: Some(call.id),
        connected_party_device_id_type: Some(STATIC),
        connected_party_device_id: some(&leg.device),
    };
    call.legs.iter().take(MOST_PARTIES).map(entry).collect()
}
