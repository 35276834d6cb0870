//! Callers from outside and the router: the queue nobody sees, who gets a call, ring no answer, abandoning.
//!
//! Calls wait at a voice response unit, not at the peripheral, so that nothing is told before AGENT_PRE_CALL_EVENT.

use std::collections::BTreeMap;
use std::time::Duration;

use super::agent::AgentIx;
use super::call::{Call, CallData, CallId, Leg, LegState, Origin, Party, PreCall, Stage, Target};
use super::{Timer, WishError, World};
use crate::protocol::values::{AgentState, CallType, DeviceIdType, EventCause};
use crate::time::Now;

/// A caller from outside, as the control port describes one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InboundCall {
    /// The caller's number; empty when withheld.
    pub from: String,
    /// What the caller dialled; by default the number that leads to the target.
    pub dialed_number: Option<String>,
    /// Number the network dialled; by default the dialled number.
    pub dnis: Option<String>,
    /// The agent it is meant for.
    pub agent: Option<String>,
    /// The skill group it is meant for; by default the dialled number's.
    pub skill_group: Option<u32>,
    /// Group that the events name, if not the one it is meant for.
    pub skill_group_id: Option<u32>,
    /// Call variables by number, 1 to 10.
    pub call_variables: BTreeMap<u8, String>,
    /// ECC variables in order; `name[i]` is an element of an array.
    pub ecc_variables: Vec<(String, String)>,
    /// How long the caller waits before the router looks for an agent.
    pub queue: Duration,
    /// RouterCallKeyDay and RouterCallKeyCallID; by default invented.
    pub router_key: Option<(u32, u32)>,
    /// CallType; by default PREROUTE_ACD_IN.
    pub call_type: Option<u16>,
    /// When the agent is announced.
    pub pre_call: PreCall,
    /// How long the call is on its way after the announcement.
    pub arrives_after: Duration,
    /// Whether the network records it; by default as the world does.
    pub recorded: Option<bool>,
}

/// What the far party of a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FarEnd {
    /// Takes the call.
    Answer,
    /// Hangs up.
    Hangup,
    /// Is busy.
    Busy,
    /// Does not answer.
    NoAnswer,
}

/// Announced calls in a row that never arrive and cost the agent the readiness; by default two.
const MOST_NOT_ARRIVED: u8 = 2;

/// Most bytes of a text field, its zero byte not counted.
fn check_len(what: &str, value: &str, max: usize) -> Result<(), WishError> {
    if value.len() > max { Err(WishError::Bad(format!("{what} holds {} bytes, at most {max} fit", value.len()))) } else { Ok(()) }
}

/// `user.x[3]` as name and index.
fn array_element(name: &str) -> Option<(&str, u8)> {
    let (base, rest) = name.split_once('[')?;
    Some((base, rest.strip_suffix(']')?.parse().ok()?))
}

impl World {
    /// A caller dials in.
    ///
    /// # Errors
    /// [`WishError`] for unknown targets and data that no message could carry.
    pub fn place_call(&mut self, now: Now, wish: InboundCall) -> Result<CallId, WishError> {
        self.now = now;
        let agent = match &wish.agent {
            Some(id) => Some(self.agents.find(id).ok_or_else(|| WishError::Unknown(format!("no agent {id}")))?),
            None => None,
        };
        let dialled = wish.dialed_number.as_deref().and_then(|number| self.groups.iter().find(|group| group.dialed_number == number));
        let group = match wish.skill_group {
            Some(number) => Some(
                self.groups
                    .iter()
                    .find(|group| group.number == number)
                    .ok_or_else(|| WishError::Unknown(format!("no skill group {number}")))?,
            ),
            None => dialled,
        };
        if agent.is_none() && group.is_none() {
            return Err(WishError::Bad("neither \"to\" nor \"dialedNumber\" names an agent or a skill group".to_owned()));
        }
        let named_group = group.map(|group| group.number).or_else(|| agent.and_then(|ix| self.agents[ix].groups.first().copied()));
        let usual = group.or_else(|| self.groups.first()).map_or("", |group| group.dialed_number);
        let dialed_number = wish.dialed_number.clone().unwrap_or_else(|| usual.to_owned());
        let mut data = self.call_data(&wish, &dialed_number)?;
        if wish.queue > Duration::ZERO {
            data.set_named("user.QueueEntered", &self.now.wall.to_string());
        }
        if data.ecc_len() > 2000 {
            return Err(WishError::Bad("all ECC variables together hold at most 2000 bytes".to_owned()));
        }
        let (day, router_call) = wish.router_key.unwrap_or_else(|| {
            self.next_router_call += 1;
            // Days as the router counts them are not documented; days since 1970 tell apart as well.
            (u32::try_from(self.now.wall.as_second() / 86_400).unwrap_or(0), self.next_router_call)
        });
        data.router_key = Some((day, router_call, 0));
        let id = self.new_call_id();
        // A withheld caller's connection needs an id nevertheless: an invented one that says nothing.
        let (device, party) = match wish.from.is_empty() {
            true => (format!("private-{id:x}"), Party::Withheld),
            false => (wish.from.clone(), Party::Outside),
        };
        let call = Call {
            id,
            call_type: wish.call_type.map_or(CallType::PREROUTE_ACD_IN, CallType),
            origin: Origin::Inbound,
            data,
            legs: vec![Leg::new(&device, party, LegState::Connected)],
            calling: device,
            called: (DeviceIdType::ROUTE_POINT, dialed_number),
            last_redirect: None,
            group: wish.skill_group_id.or(named_group),
            stage: if wish.queue.is_zero() { Stage::Waiting } else { Stage::Entering(self.now.mono + wish.queue) },
            target: Target { agent, group: named_group, not: None },
            pre_call: wish.pre_call,
            consult_of: None,
            controller: None,
            barged_in: None,
            monitors: None,
            is_recorded: wish.recorded.unwrap_or(self.settings.record_calls),
            recorded: Vec::new(),
            joins: false,
            travels: wish.arrives_after,
            far_timer: 0,
            answered: None,
        };
        self.calls.insert(id, call);
        if wish.queue.is_zero() {
            self.dispatch();
        } else {
            self.start_timer(wish.queue, |_| Timer::QueueOver(id));
        }
        Ok(id)
    }

    fn call_data(&self, wish: &InboundCall, dialed_number: &str) -> Result<CallData, WishError> {
        check_len("from", &wish.from, 39)?;
        check_len("dialedNumber", dialed_number, 39)?;
        let dnis = wish.dnis.clone().unwrap_or_else(|| dialed_number.to_owned());
        check_len("dnis", &dnis, 31)?;
        let mut data = CallData {
            ani: (!wish.from.is_empty()).then(|| wish.from.clone()),
            dnis: Some(dnis),
            dialed_number: Some(dialed_number.to_owned()),
            ..CallData::default()
        };
        for (number, value) in &wish.call_variables {
            check_len("a call variable", value, 40)?;
            let slot = usize::from(*number).checked_sub(1).and_then(|at| data.variables.get_mut(at));
            *slot.ok_or_else(|| WishError::Bad(format!("there is no call variable {number}")))? = Some(value.clone());
        }
        for (name, value) in &wish.ecc_variables {
            check_len("the name of an ECC variable", name, 32)?;
            check_len("an ECC variable", value, 210)?;
            if name.is_empty() {
                return Err(WishError::Bad("an ECC variable has no name".to_owned()));
            }
            match array_element(name) {
                Some((base, index)) => data.set_array(index, base, value),
                None => data.set_named(name, value),
            }
        }
        Ok(data)
    }

    pub(super) fn queue_over(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id)
            && matches!(call.stage, Stage::Entering(_))
        {
            call.stage = Stage::Waiting;
            self.dispatch();
        }
    }

    /// Gives waiting calls to agents who are available: the longest waiting call first, to who is available longest.
    pub(super) fn dispatch(&mut self) {
        if !self.is_all_online() || self.gateway.no_controller {
            // Nobody routes.
            return;
        }
        let is_free = |ix: &AgentIx| {
            let agent = &self.agents[*ix];
            agent.state == AgentState::AVAILABLE && agent.device.as_deref().is_some_and(|device| self.calls_at(device).is_empty())
        };
        let mut free: Vec<AgentIx> = self.agents.indices().filter(is_free).collect();
        if free.is_empty() {
            return;
        }
        free.sort_by_key(|ix| self.agents[*ix].since);
        let waiting: Vec<CallId> = self.calls.values().filter(|call| call.stage == Stage::Waiting).map(|call| call.id).collect();
        for id in waiting {
            if let Some(at) = self.choose(id, &free) {
                let ix = free.remove(at);
                self.offer(id, ix);
            }
        }
    }

    /// Which of the free agents gets a call; who did not take it last comes last.
    fn choose(&self, id: CallId, free: &[AgentIx]) -> Option<usize> {
        let target = &self.calls.get(&id)?.target;
        if let Some(ix) = target.agent {
            return free.iter().position(|free| *free == ix);
        }
        let group = target.group?;
        let fits = |ix: &&AgentIx| self.agents[**ix].groups.contains(&group);
        let other = free.iter().position(|ix| fits(&ix) && target.not != Some(*ix));
        other.or_else(|| free.iter().position(|ix| fits(&ix)))
    }

    /// The agent is chosen: announcement, reservation, the call, ringing, in the order of the logged examples.
    fn offer(&mut self, id: CallId, ix: AgentIx) {
        let Some(device) = self.agents[ix].device.clone() else { return };
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.stage = Stage::Placed;
        let (pre_call, group, direction, travels) = (call.pre_call, call.group, call.offered_direction(), call.travels);
        // A caller who waited at a route point leaves it now.
        let route_point = call.legs.iter().find(|leg| leg.party == Party::RoutePoint).map(|leg| leg.device.clone());
        if let Some(point) = route_point {
            self.tell_connection_cleared(id, &point, &point, EventCause::REDIRECTED);
            self.detach(id, &point);
        }
        if matches!(pre_call, PreCall::Before | PreCall::Abort) {
            self.tell_pre_call(id, ix);
        }
        let agent = &mut self.agents[ix];
        agent.direction = direction;
        agent.active_group = group;
        if pre_call == PreCall::Abort || !travels.is_zero() {
            self.announce(id, ix, if pre_call == PreCall::Abort { self.settings.announced_call_expected } else { travels });
        } else {
            self.deliver(id, ix, &device);
        }
    }

    /// The agent is reserved for a call that is still on its way.
    fn announce(&mut self, id: CallId, ix: AgentIx, after: Duration) {
        let token = self.start_timer(after, |token| Timer::Arrives(id, token));
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Announced(ix, token);
        }
        self.agents[ix].announced = Some(id);
        self.reserve(ix);
    }

    pub(super) fn arrives(&mut self, id: CallId, token: u64) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Stage::Announced(ix, _) = call.stage.clone() else { return };
        if call.stage != Stage::Announced(ix, token) {
            return;
        }
        let never = call.pre_call == PreCall::Abort;
        let device = self.agents[ix].device.clone().filter(|device| !never && self.calls_at(device).is_empty());
        let Some(device) = device else {
            self.abort_announced(id, never);
            return;
        };
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Placed;
        }
        self.agents[ix].announced = None;
        self.deliver(id, ix, &device);
    }

    /// The announced call does not come: the routing decision is reversed. The caller is lost with it or looks for another
    /// agent. The agent gets AGENT_PRE_CALL_ABORT_EVENT with the same router key and then leaves RESERVED (their order is
    /// inferred); after two in a row the agent is taken out of the distribution with the documented reason.
    pub(super) fn abort_announced(&mut self, id: CallId, is_lost: bool) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Stage::Announced(ix, _) = call.stage else { return };
        call.stage = Stage::Waiting;
        call.target.not = Some(ix);
        self.tell_pre_call_abort(id, ix);
        if is_lost {
            self.retire(id);
        }
        let agent = &mut self.agents[ix];
        agent.announced = None;
        agent.not_arrived = agent.not_arrived.saturating_add(1);
        if agent.not_arrived >= MOST_NOT_ARRIVED && agent.is_logged_in() {
            agent.not_arrived = 0;
            self.not_arrived(ix);
        }
        self.settle(ix);
        self.dispatch();
    }

    /// The call reaches the agent's phone and rings there.
    fn deliver(&mut self, id: CallId, ix: AgentIx, device: &str) {
        let Some(call) = self.calls.get(&id) else { return };
        let (pre_call, is_reservation) = (call.pre_call, call.is_reservation());
        let after = self.agents[ix].desk.ring_no_answer;
        let device = device.to_owned();
        let agent = &mut self.agents[ix];
        agent.last_call = Some(id);
        agent.not_arrived = 0;
        self.attach(id, Leg::new(&device, Party::Agent(ix), LegState::Alerting));
        self.settle(ix);
        self.tell_begin(id, &device);
        self.ring(id, &device, EventCause::NEW_CALL);
        if pre_call == PreCall::Late {
            self.tell_pre_call(id, ix);
        }
        if is_reservation {
            // Waits for the agent's decision, not for an answer.
            return;
        }
        let token = self.start_timer(after, |token| Timer::RingNoAnswer(id, token));
        if let Some(leg) = self.calls.get_mut(&id).and_then(|call| call.leg_mut(&device)) {
            leg.timer = token;
        }
    }

    /// Tells all ends that `device` rings.
    pub(super) fn ring(&mut self, id: CallId, device: &str, cause: EventCause) {
        let Some(call) = self.calls.get(&id) else { return };
        let ends: Vec<String> =
            call.agents().filter(|leg| leg.device == device || leg.state == LegState::Initiated).map(|leg| leg.device.clone()).collect();
        for end in ends {
            self.tell_delivered(id, &end, device, cause);
        }
    }

    pub(super) fn ring_no_answer(&mut self, id: CallId, token: u64) {
        let Some(call) = self.calls.get(&id) else { return };
        let leg = call.legs.iter().find(|leg| leg.timer == token && leg.state == LegState::Alerting);
        if let Some(device) = leg.map(|leg| leg.device.clone()) {
            self.redirect(id, &device, EventCause::CALL_NOT_ANSWERED);
        }
    }

    /// Takes a ringing call away from a phone: the caller goes back to the router, the agent becomes not ready. No source
    /// shows the events of Unified CCE; CONNECTION_CLEARED and END are inferred, reason 32767 is documented.
    pub(super) fn redirect(&mut self, id: CallId, device: &str, cause: EventCause) {
        self.tell_connection_cleared(id, device, device, cause);
        let Some(leg) = self.detach(id, device) else { return };
        if leg.agent().is_some() {
            self.tell_end(id, device);
        }
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.last_redirect = Some(device.to_owned());
        call.stage = Stage::Waiting;
        call.target.agent = None;
        call.target.not = leg.agent();
        // Somebody who was signed out while it rang has nothing to become.
        if let Some(ix) = leg.agent().filter(|ix| self.agents[*ix].device.as_deref() == Some(device)) {
            self.not_answered(ix);
        }
        self.dispatch();
    }

    /// The far party of a call does something.
    ///
    /// # Errors
    /// [`WishError`] if there is no such call, or nothing of the kind can be done now.
    pub fn far_end(&mut self, now: Now, id: CallId, action: FarEnd) -> Result<(), WishError> {
        self.now = now;
        let not_now = |why: &str| Err(WishError::NotNow(format!("call {id}: {why}")));
        let Some(call) = self.calls.get(&id) else {
            return if self.ended.contains_key(&id) { not_now("it has ended") } else { Err(WishError::Unknown(format!("no call {id}"))) };
        };
        let Some(far) = call.legs.iter().find(|leg| leg.is_outside()) else { return not_now("it has no party outside") };
        let (device, state) = (far.device.clone(), far.state);
        let rings = call.origin == Origin::Outbound && state == LegState::Alerting;
        match action {
            FarEnd::Hangup if call.origin == Origin::Inbound || state == LegState::Connected => self.outside_hangs_up(id, &device),
            FarEnd::Hangup => self.outside_refuses(id, EventCause::CALL_CANCELLED),
            _ if !rings => return not_now("it does not ring outside"),
            FarEnd::Answer => self.outside_answers(id, &device),
            FarEnd::Busy => self.outside_refuses(id, EventCause::BUSY),
            FarEnd::NoAnswer => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.far_timer = 0;
                }
            }
        }
        Ok(())
    }

    /// A party outside hangs up, or a caller abandons.
    fn outside_hangs_up(&mut self, id: CallId, device: &str) {
        let Some(call) = self.calls.get(&id) else { return };
        let is_announced = matches!(call.stage, Stage::Announced(..));
        if !is_announced && call.agents().next().is_none() && call.legs.iter().all(|leg| leg.is_outside()) {
            // Abandoned in the queue that nobody sees.
            self.retire(id);
            return;
        }
        if is_announced {
            self.abort_announced(id, true);
            return;
        }
        let rang = call.agents().all(|leg| leg.state == LegState::Alerting);
        self.leave(id, device, if rang { EventCause::CECX_ABAND_RING } else { EventCause::NONE });
    }
}
