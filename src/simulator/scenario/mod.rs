//! A day as people make it: callers by the hour, agents with habits. Pure and seeded, so that a run can be repeated.
//!
//! A [`Scenario`] stands beside the world: it hears the world's events as everybody does and answers with what callers and
//! agents do ([`Act`]): dial in, pick up, ask a colleague, hang up, go for a coffee. Every caller group and every agent has
//! dice of its own, so that what one does moves nobody else's.

mod person;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use person::Person;

use super::Dice;
use super::world::{CallId, FarEnd, InboundCall, Output, PhoneAction, World};
use crate::protocol::Message;
use crate::protocol::values::{EventCause, LocalConnectionState};
use crate::time::Now;

/// A length of time between two, equally likely everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between(pub Duration, pub Duration);

impl Between {
    fn draw(self, dice: &mut Dice) -> Duration {
        let spread = u64::try_from(self.1.saturating_sub(self.0).as_millis()).unwrap_or(0);
        self.0 + Duration::from_millis(dice.below(spread + 1))
    }
}

/// Callers of one kind in one part of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrivals {
    /// Time of day at which they begin to call.
    pub from: Duration,
    /// Time of day at which they stop.
    pub to: Duration,
    /// How many of them call in an hour, on average.
    pub per_hour: f64,
    /// What they dial.
    pub dialed_number: Option<String>,
    /// The group they want, if the number does not tell.
    pub skill_group: Option<u32>,
    /// What their numbers begin with.
    pub caller_prefix: String,
    /// How long they talk.
    pub talk: Between,
    /// How long they wait before they give up.
    pub patience: Between,
    /// How long the voice response unit keeps them before the router looks for an agent.
    pub queue: Between,
    /// Call variables by number.
    pub call_variables: BTreeMap<u8, String>,
    /// ECC variables.
    pub ecc_variables: Vec<(String, String)>,
}

/// Agents with the same habits.
#[derive(Clone, Debug, PartialEq)]
pub struct Habits {
    /// AgentID of the first one.
    pub first: u32,
    /// How many of them.
    pub count: u32,
    /// Time of day at which they sign in.
    pub login: Duration,
    /// Time of day at which they go home.
    pub logout: Duration,
    /// How long a phone rings.
    pub answer_delay: Between,
    /// Share of calls that are not answered.
    pub no_answer_share: f64,
    /// Share of calls that are put on hold for a while.
    pub hold_share: f64,
    /// For how long.
    pub hold: Between,
    /// Share of calls in which a colleague is asked.
    pub consult_share: f64,
    /// For how long.
    pub consult: Between,
    /// Share of the consults that end with a transfer.
    pub transfer_share: f64,
    /// Share of the consults that end with a conference.
    pub conference_share: f64,
    /// How long wrap-up takes.
    pub wrap_up: Between,
    /// Time between two breaks.
    pub break_every: Between,
    /// How long a break is.
    pub break_time: Between,
    /// Its reason code.
    pub break_reason: u16,
    /// Calls to the outside in an hour, on average.
    pub outbound_per_hour: f64,
    /// How long they talk.
    pub outbound_talk: Between,
    /// Share of these that are busy.
    pub outbound_busy_share: f64,
}

/// A scenario, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioSettings {
    /// The same seed makes the same day.
    pub seed: u64,
    /// Time of day at which it begins.
    pub start: Duration,
    /// Time of day at which it ends.
    pub end: Duration,
    /// Whether the next day begins when it ends.
    pub repeat: bool,
    /// How much faster than real time it is played.
    pub speed: f64,
    /// Callers.
    pub arrivals: Vec<Arrivals>,
    /// Agents.
    pub agents: Vec<Habits>,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// A caller dials in: talks so long, waits so long.
    Call(InboundCall, Duration, Duration),
    /// A far party does something.
    FarEnd(CallId, FarEnd),
    /// An agent uses the phone.
    Phone(String, PhoneAction),
    /// An agent changes state.
    State(String, &'static str, Option<u16>),
}

/// What becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A caller of this group dials in.
    Arrival(usize),
    /// A caller gives up.
    Patience(CallId),
    /// Something at an agent's; the number must be the agent's present one for this purpose.
    Person(usize, Purpose, u64),
    /// The day is over.
    DayOver,
}

/// What an agent's timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Purpose {
    Login,
    Logout,
    Answer,
    Hold,
    Retrieve,
    Consult,
    ConsultOver,
    HangUp,
    WrapUp,
    Break,
    BreakOver,
    Outbound,
}

/// A caller who is there.
#[derive(Clone, Copy, Debug)]
struct Caller {
    talk: Duration,
    is_answered: bool,
}

/// The day.
#[derive(Debug)]
pub struct Scenario {
    settings: ScenarioSettings,
    /// When the time of day was `start`.
    origin: Instant,
    timers: BinaryHeap<Reverse<(Instant, u64, Due)>>,
    sequence: u64,
    flows: Vec<Dice>,
    people: Vec<Person>,
    by_device: BTreeMap<String, usize>,
    callers: BTreeMap<CallId, Caller>,
    acts: VecDeque<Act>,
}

impl Scenario {
    /// Begins the day at `now`, whatever the clock on the wall shows.
    pub fn new(settings: ScenarioSettings, now: Now) -> Self {
        let mut scenario = Self {
            origin: now.mono,
            timers: BinaryHeap::new(),
            sequence: 0,
            flows: Vec::new(),
            people: Vec::new(),
            by_device: BTreeMap::new(),
            callers: BTreeMap::new(),
            acts: VecDeque::new(),
            settings,
        };
        let seed = scenario.settings.seed;
        scenario.flows = (0..scenario.settings.arrivals.len() as u64).map(|at| dice_of(seed, 1, at)).collect();
        for (group, habits) in scenario.settings.agents.iter().enumerate() {
            for id in habits.first..habits.first.saturating_add(habits.count) {
                scenario.people.push(Person::new(id.to_string(), group, dice_of(seed, 2, u64::from(id))));
            }
        }
        scenario.begin_day();
        scenario
    }

    fn begin_day(&mut self) {
        let end = self.settings.end;
        self.at(end, Due::DayOver);
        for flow in 0..self.flows.len() {
            self.next_arrival(flow, self.settings.start);
        }
        for person in 0..self.people.len() {
            self.begin_person(person);
        }
    }

    /// When [`Scenario::settle`] is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, ..))| *at)
    }

    /// Does what is due, lets the world follow, and hears what comes of it, until nobody does anything any more. What the
    /// world says goes to `out`.
    pub fn settle(&mut self, world: &mut World, now: Now, mut out: impl FnMut(Output)) {
        while let Some(Reverse((at, _, due))) = self.timers.peek().copied() {
            if at > now.mono {
                break;
            }
            self.timers.pop();
            self.is_due(now.mono, due);
        }
        loop {
            while let Some(output) = world.poll_output() {
                if let Output::Event(event) = &output {
                    self.hear(now.mono, &event.message);
                }
                out(output);
            }
            match self.acts.pop_front() {
                Some(act) => self.perform(world, now, act),
                None => return,
            }
        }
    }

    /// What cannot be done is left: somebody else was quicker.
    fn perform(&mut self, world: &mut World, now: Now, act: Act) {
        match act {
            Act::Call(call, talk, patience) => {
                if let Ok(id) = world.place_call(now, call) {
                    self.callers.insert(id, Caller { talk, is_answered: false });
                    self.after(now.mono, patience, Due::Patience(id));
                }
            }
            Act::FarEnd(id, action) => drop(world.far_end(now, id, action)),
            Act::Phone(device, action) => drop(world.use_phone(now, &device, &action)),
            Act::State(agent, state, reason) => drop(world.force_agent(now, &agent, state, reason)),
        }
    }

    fn is_due(&mut self, now: Instant, due: Due) {
        match due {
            Due::Arrival(flow) => self.arrival(now, flow),
            Due::Patience(id) => {
                if self.callers.get(&id).is_some_and(|caller| !caller.is_answered) {
                    self.callers.remove(&id);
                    self.acts.push_back(Act::FarEnd(id, FarEnd::Hangup));
                }
            }
            Due::Person(person, purpose, token) => self.person_due(now, person, purpose, token),
            Due::DayOver => {
                if self.settings.repeat {
                    // The next day follows at once; the night would only be waited for.
                    self.origin = now;
                    self.begin_day();
                }
            }
        }
    }

    fn arrival(&mut self, now: Instant, flow: usize) {
        let Some((arrivals, dice)) = self.settings.arrivals.get(flow).zip(self.flows.get_mut(flow)) else { return };
        let call = InboundCall {
            from: format!("{}{:07}", arrivals.caller_prefix, dice.below(10_000_000)),
            dialed_number: arrivals.dialed_number.clone(),
            skill_group: arrivals.skill_group,
            call_variables: arrivals.call_variables.clone(),
            ecc_variables: arrivals.ecc_variables.clone(),
            queue: arrivals.queue.draw(dice),
            ..InboundCall::default()
        };
        let (talk, patience) = (arrivals.talk.draw(dice), arrivals.patience.draw(dice));
        self.acts.push_back(Act::Call(call, talk, patience));
        let time_of_day = self.settings.start + now.saturating_duration_since(self.origin);
        self.next_arrival(flow, time_of_day);
    }

    /// The next caller of a group comes after an exponentially distributed time, as independent callers do.
    fn next_arrival(&mut self, flow: usize, time_of_day: Duration) {
        let Some((arrivals, dice)) = self.settings.arrivals.get(flow).zip(self.flows.get_mut(flow)) else { return };
        let next = time_of_day.max(arrivals.from) + exponential(dice, arrivals.per_hour);
        if next < arrivals.to.min(self.settings.end) {
            self.at(next, Due::Arrival(flow));
        }
    }

    /// Starts a timer for a time of day.
    fn at(&mut self, time_of_day: Duration, due: Due) {
        let at = self.origin + time_of_day.saturating_sub(self.settings.start);
        self.sequence += 1;
        self.timers.push(Reverse((at, self.sequence, due)));
    }

    fn after(&mut self, now: Instant, after: Duration, due: Due) {
        self.sequence += 1;
        self.timers.push(Reverse((now + after, self.sequence, due)));
    }

    /// What everybody hears; each agent makes sense of it alone.
    fn hear(&mut self, now: Instant, message: &Message<'_>) {
        match message {
            Message::AgentStateEvent(event) => {
                let Some(id) = event.agent_id.as_deref() else { return };
                let device = event.agent_instrument.as_deref().unwrap_or_default();
                self.hear_state(now, id, device, event.agent_state, event.event_reason_code);
            }
            Message::CallDeliveredEvent(event) if event.local_connection_state == LocalConnectionState::ALERTING => {
                if event.event_cause != EventCause::CALL_PARTY_UPDATE_IND
                    && let Some(device) = event.connection_device_id.as_deref()
                {
                    self.hear_ringing(now, event.connection_call_id, device);
                }
            }
            Message::CallEstablishedEvent(event) => {
                if event.event_cause != EventCause::CALL_PARTY_UPDATE_IND
                    && let Some(device) = event.connection_device_id.as_deref()
                {
                    self.hear_answer(now, event.connection_call_id, device);
                }
            }
            Message::CallServiceInitiatedEvent(event) => {
                if let Some(device) = event.connection_device_id.as_deref() {
                    self.hear_dialling(event.connection_call_id, device, event.coc_connection_call_id);
                }
            }
            Message::CallFailedEvent(event) => {
                if let Some(device) = event.connection_device_id.as_deref() {
                    self.hear_failure(now, event.connection_call_id, device);
                }
            }
            Message::EndCallEvent(event) => {
                if let Some(device) = event.connection_device_id.as_deref() {
                    self.hear_end(now, event.connection_call_id, device);
                }
            }
            Message::CallClearedEvent(event) => drop(self.callers.remove(&event.connection_call_id)),
            _ => {}
        }
    }
}

fn dice_of(seed: u64, kind: u64, number: u64) -> Dice {
    let mut dice = Dice::new(seed ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
    dice.next();
    dice
}

/// Between two of `per_hour` independent happenings; more than a day when there are none.
fn exponential(dice: &mut Dice, per_hour: f64) -> Duration {
    const DAYS: f64 = 2.0 * 86_400.0;
    // Never 0, whose logarithm does not exist.
    let share = (dice.below(1_000_000) + 1) as f64 / 1_000_000.0;
    let seconds = if per_hour > 0.0 { -share.ln() * 3600.0 / per_hour } else { DAYS };
    Duration::from_secs_f64(seconds.min(DAYS))
}

/// Whether something that happens in this share of cases happens now.
fn happens(dice: &mut Dice, share: f64) -> bool {
    (dice.below(1_000_000) as f64) < share * 1_000_000.0
}

#[cfg(test)]
mod tests;
