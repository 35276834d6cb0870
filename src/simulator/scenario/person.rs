//! One agent of a scenario: what is heard at the phone, and what the agent then does.
//!
//! An agent follows no plan that could go stale: every timer carries a number, and a timer whose number is not the present
//! one for its purpose does nothing.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Act, Due, Habits, Purpose, Scenario, exponential, happens};
use crate::protocol::values::AgentState;
use crate::simulator::Dice;
use crate::simulator::world::{CallId, FarEnd, PhoneAction};

/// How long a colleague who was asked may let it ring.
const COLLEAGUE_RINGS: Duration = Duration::from_secs(20);
/// How long the outside may let it ring.
const OUTSIDE_RINGS: Duration = Duration::from_secs(30);
/// After a missed call or one of one's own: back to work.
const BREATH: Duration = Duration::from_secs(3);

/// What somebody in a call has still to do.
const CALL_PLANS: [Purpose; 5] = [Purpose::HangUp, Purpose::Hold, Purpose::Retrieve, Purpose::Consult, Purpose::ConsultOver];

#[derive(Debug)]
pub(super) struct Person {
    id: String,
    group: usize,
    dice: Dice,
    state: AgentState,
    device: Option<String>,
    /// The call that is talked in or held.
    call: Option<CallId>,
    consult: Option<CallId>,
    on_break: bool,
    is_leaving: bool,
    tokens: HashMap<Purpose, u64>,
    next_token: u64,
}

impl Person {
    pub(super) fn new(id: String, group: usize, dice: Dice) -> Self {
        Self {
            id,
            group,
            dice,
            state: AgentState::LOGOUT,
            device: None,
            call: None,
            consult: None,
            on_break: false,
            is_leaving: false,
            tokens: HashMap::new(),
            next_token: 1,
        }
    }

    fn cancel(&mut self, purposes: &[Purpose]) {
        for purpose in purposes {
            self.tokens.remove(purpose);
        }
    }
}

impl Scenario {
    fn habits(&self, person: usize) -> Option<&Habits> {
        self.settings.agents.get(self.people.get(person)?.group)
    }

    pub(super) fn begin_person(&mut self, at: usize) {
        let Some((login, logout)) = self.habits(at).map(|habits| (habits.login, habits.logout)) else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        person.is_leaving = false;
        person.on_break = false;
        // Nobody is there to the second.
        let (early, late) = (Duration::from_millis(person.dice.below(30_000)), Duration::from_millis(person.dice.below(30_000)));
        let (login, logout) =
            (self.token(at, Purpose::Login).zip(Some(login + early)), self.token(at, Purpose::Logout).zip(Some(logout + late)));
        for (purpose, timer) in [(Purpose::Login, login), (Purpose::Logout, logout)] {
            if let Some((token, time)) = timer {
                self.at(time, Due::Person(at, purpose, token));
            }
        }
    }

    /// A new number for a purpose; all older timers for it are void.
    fn token(&mut self, at: usize, purpose: Purpose) -> Option<u64> {
        let person = self.people.get_mut(at)?;
        person.next_token += 1;
        person.tokens.insert(purpose, person.next_token);
        Some(person.next_token)
    }

    fn later(&mut self, now: Instant, at: usize, purpose: Purpose, after: Duration) {
        if let Some(token) = self.token(at, purpose) {
            self.after(now, after, Due::Person(at, purpose, token));
        }
    }

    fn press(&mut self, at: usize, action: PhoneAction) {
        if let Some(device) = self.people.get(at).and_then(|person| person.device.clone()) {
            self.acts.push_back(Act::Phone(device, action));
        }
    }

    fn wish(&mut self, at: usize, state: &'static str, reason: Option<u16>) {
        if let Some(person) = self.people.get(at) {
            self.acts.push_back(Act::State(person.id.clone(), state, reason));
        }
    }

    pub(super) fn person_due(&mut self, now: Instant, at: usize, purpose: Purpose, token: u64) {
        let Some(habits) = self.habits(at).cloned() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        if person.tokens.get(&purpose) != Some(&token) {
            return;
        }
        person.tokens.remove(&purpose);
        match purpose {
            Purpose::Login => {
                let (break_in, outbound_in) =
                    (habits.break_every.draw(&mut person.dice), exponential(&mut person.dice, habits.outbound_per_hour));
                self.wish(at, "LOGIN", None);
                self.wish(at, "AVAILABLE", None);
                self.later(now, at, Purpose::Break, break_in);
                self.later(now, at, Purpose::Outbound, outbound_in);
            }
            Purpose::Logout => {
                person.is_leaving = true;
                person.cancel(&[Purpose::Break, Purpose::BreakOver, Purpose::Outbound]);
                if person.state == AgentState::NOT_READY {
                    self.wish(at, "LOGOUT", Some(habits.break_reason));
                } else {
                    self.wish(at, "NOT_READY", Some(habits.break_reason));
                }
            }
            Purpose::Answer => self.press(at, PhoneAction::Answer),
            Purpose::Hold => {
                let hold = habits.hold.draw(&mut person.dice);
                self.press(at, PhoneAction::Hold);
                self.later(now, at, Purpose::Retrieve, hold);
            }
            Purpose::Retrieve => self.press(at, PhoneAction::Retrieve),
            Purpose::Consult => self.ask_somebody(now, at),
            Purpose::ConsultOver => self.end_consult(now, at, &habits),
            Purpose::HangUp => {
                // Half of the calls are ended by the other end.
                let by_caller = person.dice.below(2) == 0;
                let callers = &self.callers;
                match person.call.filter(|call| by_caller && callers.contains_key(call)) {
                    Some(call) => self.acts.push_back(Act::FarEnd(call, FarEnd::Hangup)),
                    None => self.press(at, PhoneAction::Hangup),
                }
            }
            Purpose::WrapUp => {
                if person.is_leaving || person.on_break {
                    self.wish(at, "NOT_READY", Some(habits.break_reason));
                } else {
                    self.wish(at, "AVAILABLE", None);
                }
            }
            Purpose::Break => {
                person.on_break = true;
                let length = habits.break_time.draw(&mut person.dice);
                self.wish(at, "NOT_READY", Some(habits.break_reason));
                self.later(now, at, Purpose::BreakOver, length);
            }
            Purpose::BreakOver => {
                person.on_break = false;
                let next = habits.break_every.draw(&mut person.dice);
                self.wish(at, "AVAILABLE", None);
                self.later(now, at, Purpose::Break, next);
            }
            Purpose::Outbound => {
                let next = exponential(&mut person.dice, habits.outbound_per_hour);
                let is_busy = happens(&mut person.dice, habits.outbound_busy_share);
                let number = format!("+4144555{:03}{}", person.dice.below(1_000), if is_busy { "00" } else { "07" });
                let is_free = person.state == AgentState::AVAILABLE && person.call.is_none();
                if is_free {
                    self.press(at, PhoneAction::Dial(number));
                }
                self.later(now, at, Purpose::Outbound, next);
            }
        }
        self.keep_moving(now, at);
    }

    /// Whoever talks comes to an end some time, whatever calls were moved, merged or lost meanwhile.
    fn keep_moving(&mut self, now: Instant, at: usize) {
        let Some(person) = self.people.get_mut(at) else { return };
        let is_talking = matches!(person.state, AgentState::TALKING | AgentState::HOLD);
        let has_plan = CALL_PLANS.iter().any(|purpose| person.tokens.contains_key(purpose));
        if is_talking && !has_plan {
            let rest = Duration::from_millis(10_000 + person.dice.below(50_000));
            self.later(now, at, Purpose::HangUp, rest);
        }
    }

    fn ask_somebody(&mut self, now: Instant, at: usize) {
        // Whoever is free; from a place of one's own, so that not everybody asks the same.
        let count = self.people.len();
        let is_free =
            |person: &super::Person| matches!(person.state, AgentState::AVAILABLE | AgentState::NOT_READY) && person.call.is_none();
        let colleague = (1..count)
            .map(|step| (at + step) % count)
            .find_map(|other| self.people.get(other).filter(|person| is_free(person))?.device.clone());
        let Some(colleague) = colleague else { return };
        self.press(at, PhoneAction::Consult(colleague));
        self.later(now, at, Purpose::ConsultOver, COLLEAGUE_RINGS);
    }

    fn end_consult(&mut self, now: Instant, at: usize, habits: &Habits) {
        let Some(person) = self.people.get_mut(at) else { return };
        let rest = Duration::from_millis(5_000 + person.dice.below(20_000));
        let choice = person.dice.below(1_000_000) as f64 / 1_000_000.0;
        if choice < habits.transfer_share {
            self.press(at, PhoneAction::Transfer);
        } else if choice < habits.transfer_share + habits.conference_share {
            self.press(at, PhoneAction::Conference);
        }
        // Where that was not possible, or not wanted, the customer is taken back; after the others it does nothing.
        self.press(at, PhoneAction::Reconnect);
        self.later(now, at, Purpose::HangUp, rest);
    }

    pub(super) fn hear_state(&mut self, now: Instant, id: &str, device: &str, state: AgentState, reason: u16) {
        let Some(at) = self.people.iter().position(|person| person.id == id) else { return };
        let Some(habits) = self.habits(at).cloned() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        let before = std::mem::replace(&mut person.state, state);
        if state == AgentState::LOGOUT {
            if let Some(device) = person.device.take() {
                self.by_device.remove(&device);
            }
            return;
        }
        if person.device.as_deref() != Some(device) {
            person.device = Some(device.to_owned());
            self.by_device.insert(device.to_owned(), at);
        }
        if !matches!(state, AgentState::TALKING | AgentState::HOLD) {
            person.cancel(&CALL_PLANS);
        }
        match state {
            AgentState::WORK_NOT_READY | AgentState::WORK_READY if before != state => {
                let wrap_up = habits.wrap_up.draw(&mut person.dice);
                self.later(now, at, Purpose::WrapUp, wrap_up);
            }
            AgentState::NOT_READY if person.is_leaving => self.wish(at, "LOGOUT", Some(habits.break_reason)),
            // Missed a call, or called somebody: after a breath back to work. Who signed in or takes a break is asked nothing.
            AgentState::NOT_READY if !person.on_break && (reason == 32_767 || before == AgentState::TALKING) => {
                self.later(now, at, Purpose::WrapUp, BREATH);
            }
            _ => {}
        }
        self.keep_moving(now, at);
    }

    pub(super) fn hear_ringing(&mut self, now: Instant, _call: CallId, device: &str) {
        let Some(at) = self.by_device.get(device).copied() else { return };
        let Some(habits) = self.habits(at).cloned() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        let (delay, missed) = (habits.answer_delay.draw(&mut person.dice), happens(&mut person.dice, habits.no_answer_share));
        if !missed {
            self.later(now, at, Purpose::Answer, delay);
        }
    }

    pub(super) fn hear_dialling(&mut self, call: CallId, device: &str, consult_of: Option<CallId>) {
        let Some(at) = self.by_device.get(device).copied() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        match consult_of {
            Some(_) => person.consult = Some(call),
            None => person.call = Some(call),
        }
    }

    pub(super) fn hear_answer(&mut self, now: Instant, call: CallId, device: &str) {
        let talk = self.callers.get_mut(&call).map(|caller| {
            caller.is_answered = true;
            caller.talk
        });
        let Some(at) = self.by_device.get(device).copied() else { return };
        let Some(habits) = self.habits(at).cloned() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        if person.consult == Some(call) {
            let consult = habits.consult.draw(&mut person.dice);
            self.later(now, at, Purpose::ConsultOver, consult);
            return;
        }
        let own = person.call == Some(call);
        person.call = Some(call);
        let talk = match talk {
            Some(talk) => talk,
            // One's own call, or a colleague who asks: the one who called hangs up first, usually.
            None if own => habits.outbound_talk.draw(&mut person.dice),
            None => habits.outbound_talk.draw(&mut person.dice) * 3,
        };
        self.later(now, at, Purpose::HangUp, talk);
        let Some(person) = self.people.get_mut(at) else { return };
        let (holds, consults) = (happens(&mut person.dice, habits.hold_share), happens(&mut person.dice, habits.consult_share));
        if consults {
            // Asking a colleague takes the place of hanging up.
            person.cancel(&[Purpose::HangUp]);
            self.later(now, at, Purpose::Consult, talk / 2);
            let Some(token) = self.token(at, Purpose::HangUp) else { return };
            self.after(now, talk + COLLEAGUE_RINGS, Due::Person(at, Purpose::HangUp, token));
        } else if holds {
            self.later(now, at, Purpose::Hold, talk / 3);
        }
    }

    pub(super) fn hear_failure(&mut self, now: Instant, call: CallId, device: &str) {
        let Some(at) = self.by_device.get(device).copied() else { return };
        if self.people.get(at).is_some_and(|person| person.consult == Some(call)) {
            self.later(now, at, Purpose::ConsultOver, BREATH);
        } else {
            self.later(now, at, Purpose::HangUp, BREATH.min(OUTSIDE_RINGS));
        }
    }

    pub(super) fn hear_end(&mut self, now: Instant, call: CallId, device: &str) {
        let Some(at) = self.by_device.get(device).copied() else { return };
        let Some(person) = self.people.get_mut(at) else { return };
        if person.consult == Some(call) {
            person.consult = None;
        }
        if person.call == Some(call) {
            person.call = None;
            person.cancel(&CALL_PLANS);
        }
        person.cancel(&[Purpose::Answer]);
        self.keep_moving(now, at);
    }
}
