//! Phones: answer, hold, retrieve, hang up, dial. The CTI requests and the hands of people come to the same methods.

use std::time::Duration;

use super::acd::FarEnd;
use super::agent_state::{DIALLED_WHILE_AVAILABLE, PHONE_OUT_OF_SERVICE};
use super::call::{Call, CallData, CallId, Leg, LegState, NO_CALL, Origin, Party, PreCall, Stage, Target};
use super::consult::Merge;
use super::{Refusal, Timer, WishError, World};
use crate::protocol::values::{AgentState, CallDirection, CallType, ControlFailureCode as Cf, DeviceIdType, EventCause, SystemEventId};
use crate::time::Now;

/// Peripheral error of a hold that is not possible.
const HOLD_FAILED: u32 = 13_082;
/// Peripheral error of a retrieve that is not possible.
const RETRIEVE_FAILED: u32 = 13_091;
/// Peripheral error of a new call in the wrong agent state.
pub(super) const NO_NEW_CALL: u32 = 10_103;
/// Peripheral error of a new call while reserved.
pub(super) const NO_NEW_CALL_RESERVED: u32 = 10_106;

/// What somebody does at a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneAction {
    /// Answers the call that rings.
    Answer,
    /// Hangs up, or rejects the call that rings.
    Hangup,
    /// Holds the call.
    Hold,
    /// Takes the held call back.
    Retrieve,
    /// Dials.
    Dial(String),
    /// Holds the call and dials somebody to ask.
    Consult(String),
    /// Gives the held call to the one who was asked.
    Transfer,
    /// Joins the held call and the one who was asked.
    Conference,
    /// Drops the one who was asked and takes the held call back.
    Reconnect,
    /// Loses its registration.
    OutOfService,
    /// Registers again.
    BackInService,
}

/// How a call is dialled.
#[derive(Debug, Default)]
pub(super) struct Dial {
    pub(super) data: CallData,
    pub(super) call_type: Option<CallType>,
    pub(super) consult_of: Option<CallId>,
    pub(super) group: Option<u32>,
}

/// Where a number leads.
pub(super) enum Destination {
    Outside,
    Busy,
    NeverAnswers,
    Nowhere,
    Phone,
    RoutePoint(u32),
}

impl World {
    pub(super) fn destination(&self, from: &str, number: &str) -> Destination {
        if number.starts_with('+') {
            return match number.get(number.len().saturating_sub(2)..) {
                Some("00") => Destination::Busy,
                Some("01") => Destination::NeverAnswers,
                Some("02") => Destination::Nowhere,
                _ if number.len() > 1 => Destination::Outside,
                _ => Destination::Nowhere,
            };
        }
        if let Some(group) = self.groups.iter().find(|group| group.dialed_number == number) {
            return Destination::RoutePoint(group.number);
        }
        match self.phones.get(number) {
            // The phones have a busy trigger of one call, as the design guides of Unified CCE advise.
            Some(phone) if phone.is_out_of_service => Destination::Nowhere,
            Some(phone) if number == from || !phone.calls.is_empty() => Destination::Busy,
            Some(_) => Destination::Phone,
            None => Destination::Nowhere,
        }
    }

    /// Dials at a phone that is free to do so; the caller has checked the agent's state.
    pub(super) fn dial(&mut self, device: &str, number: &str, dial: Dial) -> CallId {
        let destination = self.destination(device, number);
        let id = self.new_call_id();
        let caller = self.agent_at(device);
        let is_outside = number.starts_with('+');
        let called_type = match destination {
            Destination::RoutePoint(_) => DeviceIdType::ROUTE_POINT,
            _ if is_outside => DeviceIdType::EXTERNAL,
            _ if self.agent_at(number).is_some() => DeviceIdType::AGENT_DEVICE,
            _ => DeviceIdType::DEVICE_IDENTIFIER,
        };
        let mut data = dial.data;
        data.ani.get_or_insert_with(|| device.to_owned());
        data.dialed_number = Some(number.to_owned());
        data.dnis = Some(number.to_owned());
        let call = Call {
            id,
            // A new call is inside first and becomes an outgoing one when it leaves the switch.
            call_type: dial.call_type.unwrap_or(CallType::AGENT_INSIDE),
            origin: if is_outside { Origin::Outbound } else { Origin::Internal },
            data,
            legs: Vec::new(),
            calling: device.to_owned(),
            called: (called_type, number.to_owned()),
            last_redirect: None,
            group: dial.group,
            stage: Stage::Placed,
            target: Target::default(),
            pre_call: PreCall::Before,
            consult_of: dial.consult_of,
            controller: None,
            barged_in: None,
            monitors: None,
            // The customer's call is, not the question to a third party.
            is_recorded: is_outside && dial.consult_of.is_none() && self.settings.record_calls,
            recorded: Vec::new(),
            joins: false,
            travels: Duration::ZERO,
            far_timer: 0,
            answered: None,
        };
        if let Some(ix) = caller {
            let direction = Self::direction_of(&call, true);
            self.engage(ix, id, direction, dial.group);
        }
        self.calls.insert(id, call);
        self.attach(id, Leg::new(device, caller.map_or(Party::Phone, Party::Agent), LegState::Initiated));
        self.tell_begin(id, device);
        self.tell_service_initiated(id, device);
        self.tell_originated(id, device);
        if let Some(ix) = caller {
            self.settle(ix);
        }
        match destination {
            Destination::Outside => self.ring_outside(id, device, number, true),
            Destination::NeverAnswers => self.ring_outside(id, device, number, false),
            Destination::Busy => self.fail(id, device, EventCause::BUSY),
            Destination::Nowhere => self.fail(id, device, EventCause::DEST_NOT_OBTAINABLE),
            Destination::Phone => self.ring_phone(id, number),
            Destination::RoutePoint(group) => self.wait_at_route_point(id, device, number, group),
        }
        id
    }

    /// Notes which call an agent is busy with, unless a call is there already: a consult does not change the direction.
    fn engage(&mut self, ix: super::agent::AgentIx, call: CallId, direction: CallDirection, group: Option<u32>) {
        let agent = &mut self.agents[ix];
        if !agent.is_on_call() && agent.state != AgentState::RESERVED {
            agent.direction = direction;
            agent.active_group = group;
            agent.last_call = Some(call);
        }
    }

    fn ring_outside(&mut self, id: CallId, device: &str, number: &str, answers: bool) {
        if let Some(call) = self.calls.get_mut(&id)
            && call.call_type == CallType::AGENT_INSIDE
        {
            call.call_type = CallType::OUT;
            // Inferred: no source shows which event makes the inside call an outgoing one.
            self.tell_data(id, device, &CallData::default(), Vec::new());
        }
        self.tell_reached_network(id, device);
        self.attach(id, Leg::new(number, Party::Outside, LegState::Alerting));
        self.tell_delivered(id, device, number, EventCause::NONE);
        if answers {
            let token = self.start_timer(self.settings.far_end_answers, |token| Timer::FarEnd(id, token));
            if let Some(call) = self.calls.get_mut(&id) {
                call.far_timer = token;
            }
        }
    }

    pub(super) fn ring_phone(&mut self, id: CallId, number: &str) {
        let party = self.agent_at(number).map_or(Party::Phone, Party::Agent);
        self.attach(id, Leg::new(number, party, LegState::Alerting));
        if let Party::Agent(ix) = party {
            let group = self.calls.get(&id).and_then(|call| call.group);
            self.engage(ix, id, CallDirection::OTHER_IN, group);
            self.settle(ix);
            self.tell_begin(id, number);
        }
        self.ring(id, number, EventCause::NONE);
    }

    /// An agent dialled the router: the call is answered by the voice response unit and waits (inferred; the CTI OS System
    /// Manager Guide only names the CONNECTION_CLEARED with cause REDIRECTED that follows).
    fn wait_at_route_point(&mut self, id: CallId, device: &str, number: &str, group: u32) {
        self.attach(id, Leg::new(number, Party::RoutePoint, LegState::Connected));
        self.next_router_call += 1;
        let (day, router_call) = (u32::try_from(self.now.wall.as_second() / 86_400).unwrap_or(0), self.next_router_call);
        self.tell_delivered(id, device, number, EventCause::NONE);
        self.set_leg(id, device, LegState::Connected);
        self.tell_established(id, device, number, EventCause::NONE);
        if let Some(call) = self.calls.get_mut(&id) {
            call.data.router_key.get_or_insert((day, router_call, 0));
            call.group.get_or_insert(group);
            call.target = Target { agent: None, group: Some(group), not: None };
            call.stage = Stage::Waiting;
        }
        self.dispatch();
    }

    fn fail(&mut self, id: CallId, device: &str, cause: EventCause) {
        self.set_leg(id, device, LegState::Failed);
        self.tell_failed(id, device, cause);
        let token = self.start_timer(self.settings.failed_call_clears, |token| Timer::FailedOver(id, token));
        if let Some(leg) = self.calls.get_mut(&id).and_then(|call| call.leg_mut(device)) {
            leg.timer = token;
        }
        if let Some(ix) = self.agent_at(device) {
            self.settle(ix);
        }
    }

    pub(super) fn failed_call_over(&mut self, id: CallId, token: u64) {
        let Some(call) = self.calls.get(&id) else { return };
        let leg = call.legs.iter().find(|leg| leg.timer == token && leg.state == LegState::Failed);
        if let Some(device) = leg.map(|leg| leg.device.clone()) {
            self.leave(id, &device, EventCause::NONE);
        }
    }

    pub(super) fn far_end_answers(&mut self, id: CallId, token: u64) {
        if self.calls.get(&id).is_some_and(|call| call.far_timer == token && token != 0) {
            let far = self.calls.get(&id).and_then(|call| call.legs.iter().find(|leg| leg.is_outside() && leg.state == LegState::Alerting));
            if let Some(device) = far.map(|leg| leg.device.clone()) {
                self.outside_answers(id, &device);
            }
        }
    }

    /// Somebody outside takes the call.
    pub(super) fn outside_answers(&mut self, id: CallId, device: &str) {
        let now = self.now.mono;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.far_timer = 0;
        call.answered.get_or_insert(now);
        self.set_leg(id, device, LegState::Connected);
        self.connect_callers(id, device);
    }

    /// Somebody outside refuses the call.
    pub(super) fn outside_refuses(&mut self, id: CallId, cause: EventCause) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.far_timer = 0;
        let outside: Vec<String> = call.legs.iter().filter(|leg| leg.is_outside()).map(|leg| leg.device.clone()).collect();
        let callers: Vec<String> = call.legs.iter().filter(|leg| leg.state == LegState::Initiated).map(|leg| leg.device.clone()).collect();
        for device in outside {
            self.detach(id, &device);
        }
        for device in callers {
            self.fail(id, &device, cause);
        }
    }

    /// Whoever hears the ringing tone talks now to `answering`.
    fn connect_callers(&mut self, id: CallId, answering: &str) {
        let Some(call) = self.calls.get(&id) else { return };
        let was_waiting = |leg: &&Leg| {
            leg.device != answering
                && (leg.state == LegState::Initiated || call.origin == Origin::Internal && leg.state == LegState::Connected)
        };
        let callers: Vec<String> = call.legs.iter().filter(was_waiting).map(|leg| leg.device.clone()).collect();
        for device in callers {
            self.set_leg(id, &device, LegState::Connected);
            self.tell_established(id, &device, answering, EventCause::NONE);
            if let Some(ix) = self.agent_at(&device) {
                self.settle(ix);
            }
            self.record_line(id, &device);
        }
    }

    /// Answers the call that rings at `device`; `NO_CALL` means whatever rings.
    pub(super) fn answer(&mut self, id: CallId, device: &str) -> Result<(), Refusal> {
        let rings = |id: &CallId| self.leg_state(*id, device) == Some(LegState::Alerting);
        let id = if id == NO_CALL { self.calls_at(device).into_iter().find(rings) } else { Some(id).filter(rings) };
        let id = id.ok_or(Cf::NO_CALL_TO_ANSWER)?;
        if self.calls.get(&id).is_some_and(Call::is_reservation) {
            return Err(Cf::INVALID_OBJECT_STATE.into());
        }
        // The phone holds the call that it has (inferred).
        for other in self.calls_at(device) {
            if self.leg_state(other, device) == Some(LegState::Connected) {
                self.hold(other, device)?;
            }
        }
        let now = self.now.mono;
        if let Some(call) = self.calls.get_mut(&id) {
            call.answered.get_or_insert(now);
        }
        self.set_leg(id, device, LegState::Connected);
        self.tell_established(id, device, device, EventCause::NONE);
        if let Some(ix) = self.agent_at(device) {
            self.settle(ix);
        }
        self.record_line(id, device);
        self.connect_callers(id, device);
        self.join_help(id);
        Ok(())
    }

    pub(super) fn hold(&mut self, id: CallId, device: &str) -> Result<(), Refusal> {
        if self.leg_state(id, device) != Some(LegState::Connected) {
            return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, HOLD_FAILED));
        }
        self.set_leg(id, device, LegState::Held);
        self.tell_held(id, device);
        if let Some(ix) = self.agent_at(device) {
            self.settle(ix);
        }
        Ok(())
    }

    pub(super) fn retrieve(&mut self, id: CallId, device: &str) -> Result<(), Refusal> {
        if self.leg_state(id, device) != Some(LegState::Held) {
            return Err(Refusal::Control(Cf::NO_HELD_CALL, RETRIEVE_FAILED));
        }
        let talks = |id: &CallId| matches!(self.leg_state(*id, device), Some(LegState::Connected | LegState::Initiated));
        if self.calls_at(device).iter().any(talks) {
            return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, RETRIEVE_FAILED));
        }
        self.set_leg(id, device, LegState::Held);
        self.set_leg(id, device, LegState::Connected);
        self.tell_retrieved(id, device);
        if let Some(ix) = self.agent_at(device) {
            self.settle(ix);
        }
        Ok(())
    }

    /// Hangs up. A caller's ringing leg at an agent goes back to the router, as on ring no answer (inferred).
    pub(super) fn hang_up(&mut self, id: CallId, device: &str) -> Result<(), Refusal> {
        let Some(call) = self.calls.get(&id) else { return Err(Cf::INVALID_CSTA_CONNECTION_IDENTIFIER.into()) };
        let Some(leg) = call.leg(device) else { return Err(Cf::NO_CONNECTION_TO_CLEAR.into()) };
        let was_routed = call.target.group.is_some() && !call.is_reservation();
        if leg.state == LegState::Alerting && was_routed {
            self.redirect(id, device, EventCause::REDIRECTED);
        } else {
            self.leave(id, device, EventCause::NONE);
        }
        Ok(())
    }

    /// A party leaves a call; with fewer than two left the call is over.
    pub(super) fn leave(&mut self, id: CallId, device: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let left: Vec<Leg> = call.legs.iter().filter(|leg| leg.device != device).cloned().collect();
        let leaver = call.leg(device).and_then(Leg::agent);
        let is_over = left.len() < 2 || left.iter().all(|leg| leg.is_outside());
        let connection_cause = if cause == EventCause::CECX_ABAND_RING { EventCause::NONE } else { cause };
        self.end_recording(id, device);
        self.tell_connection_cleared(id, device, device, connection_cause);
        if !is_over {
            if leaver.is_some() {
                self.tell_end(id, device);
            }
            self.detach(id, device);
            if let Some(call) = self.calls.get_mut(&id).filter(|call| call.legs.len() < 3) {
                // With two left it is a plain call again.
                call.controller = None;
                call.barged_in.take_if(|supervisor| supervisor == device);
            }
            if let Some(ix) = leaver {
                self.settle(ix);
            }
            self.end_monitors(id);
            return;
        }
        for leg in left.iter().filter(|leg| leg.agent().is_some()) {
            self.end_recording(id, &leg.device);
            self.tell_connection_cleared(id, &leg.device, device, connection_cause);
        }
        self.tell_cleared(id, device, cause);
        let mut agents: Vec<(String, super::agent::AgentIx)> = leaver.map(|ix| (device.to_owned(), ix)).into_iter().collect();
        agents.extend(left.iter().filter_map(|leg| Some((leg.device.clone(), leg.agent()?))));
        self.retire(id);
        for (device, _) in &agents {
            self.tell_end(id, device);
        }
        for (_, ix) in agents {
            self.settle(ix);
        }
        self.end_monitors(id);
    }

    /// Somebody uses the phone itself.
    ///
    /// # Errors
    /// [`WishError`] if there is no such phone or it cannot be done now.
    pub fn use_phone(&mut self, now: Now, device: &str, action: &PhoneAction) -> Result<(), WishError> {
        self.now = now;
        if !self.phones.contains_key(device) {
            return Err(WishError::Unknown(format!("no phone {device}")));
        }
        let not_now = |why: &str| WishError::NotNow(format!("phone {device}: {why}"));
        let is_out = self.phones.get(device).is_some_and(|phone| phone.is_out_of_service);
        match action {
            PhoneAction::OutOfService if !is_out => {
                self.out_of_service(device);
                return Ok(());
            }
            PhoneAction::BackInService if is_out => {
                if let Some(phone) = self.phones.get_mut(device) {
                    phone.is_out_of_service = false;
                }
                self.tell_instrument(device, SystemEventId::INSTRUMENT_BACK_IN_SERVICE);
                return Ok(());
            }
            PhoneAction::OutOfService => return Err(not_now("it is out of service")),
            PhoneAction::BackInService => return Err(not_now("it is in service")),
            _ if is_out => return Err(not_now("it is out of service")),
            _ => {}
        }
        let calls = self.calls_at(device);
        let with =
            |states: &[LegState]| calls.iter().copied().find(|id| self.leg_state(*id, device).is_some_and(|state| states.contains(&state)));
        match action {
            PhoneAction::Answer => self.answer(NO_CALL, device).map_err(|_| not_now("nothing rings")),
            PhoneAction::Hold => {
                let id = with(&[LegState::Connected]).ok_or_else(|| not_now("nobody is on the line"))?;
                self.hold(id, device).map_err(|_| not_now("cannot hold"))
            }
            PhoneAction::Retrieve => {
                let id = with(&[LegState::Held]).ok_or_else(|| not_now("nothing is held"))?;
                self.retrieve(id, device).map_err(|_| not_now("another call is active"))
            }
            PhoneAction::Hangup => {
                let order = [LegState::Connected, LegState::Failed, LegState::Initiated, LegState::Alerting, LegState::Held];
                let id = order.iter().find_map(|state| with(&[*state])).ok_or_else(|| not_now("it is on hook"))?;
                self.hang_up(id, device).map_err(|_| not_now("cannot hang up"))
            }
            PhoneAction::Dial(number) => {
                if number.is_empty() || number.len() > 39 {
                    return Err(WishError::Bad("\"number\" is empty or too long".to_owned()));
                }
                if !calls.is_empty() {
                    return Err(not_now("it has a call"));
                }
                if let Some(ix) = self.agent_at(device)
                    && self.agents[ix].state == AgentState::AVAILABLE
                {
                    self.remember(ix);
                    self.not_ready_for_own_call(ix, DIALLED_WHILE_AVAILABLE);
                }
                self.dial(device, number, Dial::default());
                Ok(())
            }
            PhoneAction::Consult(number) => {
                let id = with(&[LegState::Connected]).ok_or_else(|| not_now("nobody is on the line"))?;
                let data = self.calls.get(&id).map(|call| CallData { ani: None, dnis: None, dialed_number: None, ..call.data.clone() });
                let consulted = self.consult(id, device, number, data.unwrap_or_default(), CallType::CONSULT);
                consulted.map(drop).map_err(|_| not_now("cannot consult"))
            }
            PhoneAction::Transfer | PhoneAction::Conference | PhoneAction::Reconnect => {
                let consult = calls.iter().find_map(|id| Some((*id, self.calls.get(id)?.consult_of?)));
                let (consult, original) = consult.ok_or_else(|| not_now("nobody was asked"))?;
                let merge = match action {
                    PhoneAction::Transfer => Merge::Transfer,
                    PhoneAction::Conference => Merge::Conference,
                    _ => {
                        self.leave(consult, device, EventCause::NONE);
                        return match self.leg_state(original, device) {
                            Some(LegState::Held) => self.retrieve(original, device).map_err(|_| not_now("cannot take the call back")),
                            _ => Ok(()),
                        };
                    }
                };
                self.may_complete(original, consult, device, merge).map_err(|_| not_now("not in this state of the calls"))?;
                self.merge(original, consult, device, merge);
                Ok(())
            }
            // Done above.
            PhoneAction::OutOfService | PhoneAction::BackInService => Ok(()),
        }
    }

    /// A phone loses its registration: its calls end, its agent is signed out with the documented reason (the order of
    /// these is inferred).
    fn out_of_service(&mut self, device: &str) {
        if let Some(phone) = self.phones.get_mut(device) {
            phone.is_out_of_service = true;
        }
        self.tell_instrument(device, SystemEventId::INSTRUMENT_OUT_OF_SERVICE);
        let user = self.agent_at(device);
        for id in self.calls_at(device) {
            let _ = self.hang_up(id, device);
        }
        if let Some(ix) = user {
            self.log_out(ix, PHONE_OUT_OF_SERVICE);
        }
    }

    /// Whether somebody is signed in at a phone; `None` if there is no such phone.
    pub fn is_in_use(&self, device: &str) -> Option<bool> {
        self.phones.get(device).map(|phone| phone.user.is_some())
    }

    /// Whether a call is there that clients know of.
    pub fn has_call(&self, id: CallId) -> bool {
        self.calls.get(&id).is_some_and(|call| call.agents().next().is_some())
    }

    /// Whether `far_end` could be asked this now; for the demo's callers.
    pub fn can(&self, id: CallId, action: FarEnd) -> bool {
        let far = self.calls.get(&id).and_then(|call| call.legs.iter().find(|leg| leg.is_outside()));
        far.is_some_and(|leg| action == FarEnd::Hangup || leg.state == LegState::Alerting)
    }
}
