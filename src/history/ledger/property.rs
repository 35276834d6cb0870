//! What must hold whatever comes: whole days of random calls through transfers, conferences, side switches and restarts.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::super::durations::durations;
use super::super::model::{AgentPeriod, Session, SessionId, Status};
use super::{Ledger, Output, Settings};
use crate::engine::model::{AgentId, AgentState, CallType, EventCause, InteractionId, Name, RouterCallKey};
use crate::engine::record::{CallFacts, Moment, Record};

const AGENTS: [&str; 4] = ["7", "8", "9", "1"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// One step of a day.
#[derive(Clone, Debug)]
enum Step {
    /// A call comes, is answered and ends, one moment after the other; others' moments come in between.
    Call { agent: usize, is_routed: bool, has_key: bool, ring: u8, talk: u8, ends: Ending },
    /// Any moment, fitting or not.
    Noise { moment: usize, agent: usize, call: u32, is_originator: bool, is_consult: bool, released: Option<bool> },
    /// An agent's state.
    State(usize, usize),
    /// The link goes and comes back; what is still there may be told anew.
    Switch { outage: u8, tells_again: bool },
    /// The daemon is started anew from what was stored.
    Restart { outage: u8 },
    /// A supervisor listens to whomever, joins in or takes over, and goes.
    Supervise { call: u32, ends: Supervision },
    /// The customer leaves a call.
    CustomerGoes { call: u32, let_go: bool },
    /// An agent dials a queue, whose choice of a colleague is announced; somebody hangs up.
    DialQueue { from: usize, to: usize, is_answered: bool, ends: Ending },
    /// A peripheral goes off line for a while.
    Peripheral { outage: u8 },
    /// Nothing happens.
    Pause(u16),
}

#[derive(Clone, Copy, Debug)]
enum Supervision {
    Listens,
    JoinsIn,
    TakesOver,
}

/// The supervisor, who is none of the agents that take calls.
const SUPERVISOR: usize = 3;

/// The customer of every call.
const CUSTOMER: &str = "+41791112233";

#[derive(Clone, Copy, Debug)]
enum Ending {
    Caller,
    Agent,
    Transfer(usize),
    Never,
}

const NOISE: [Moment; 20] = [
    Moment::AgentPreCall,
    Moment::AgentPreCallAbort,
    Moment::Queued,
    Moment::Dequeued,
    Moment::BeginCall,
    Moment::Dialed,
    Moment::Originated,
    Moment::Alerting,
    Moment::FarEndAlerting,
    Moment::Established,
    Moment::Held,
    Moment::Retrieved,
    Moment::Failed,
    Moment::ConnectionCleared,
    Moment::Cleared,
    Moment::Diverted,
    Moment::Transferred,
    Moment::Conferenced,
    Moment::RecordingStarted,
    Moment::RecordingEnded,
];

const STATES: [AgentState; 6] = [
    AgentState::AVAILABLE,
    AgentState::NOT_READY,
    AgentState::TALKING,
    AgentState::WORK_NOT_READY,
    AgentState::RESERVED,
    AgentState::LOGOUT,
];

fn step() -> impl Strategy<Value = Step> {
    let agent = 0..SUPERVISOR;
    let supervision = prop_oneof![Just(Supervision::Listens), Just(Supervision::JoinsIn), Just(Supervision::TakesOver)];
    let hangs_up = prop_oneof![Just(Ending::Caller), Just(Ending::Agent)];
    let ending = prop_oneof![3 => Just(Ending::Caller), 3 => Just(Ending::Agent), 2 => agent.clone().prop_map(Ending::Transfer), 1 => Just(Ending::Never)];
    prop_oneof![
        4 => (agent.clone(), any::<bool>(), any::<bool>(), any::<u8>(), any::<u8>(), ending)
            .prop_map(|(agent, is_routed, has_key, ring, talk, ends)| Step::Call { agent, is_routed, has_key, ring, talk, ends }),
        4 => (0..NOISE.len(), agent.clone(), 1..4_u32, any::<bool>(), any::<bool>(), any::<Option<bool>>()).prop_map(
            |(moment, agent, call, is_originator, is_consult, released)| Step::Noise { moment, agent, call, is_originator, is_consult, released }
        ),
        3 => (agent.clone(), 0..STATES.len()).prop_map(|(agent, state)| Step::State(agent, state)),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(outage, tells_again)| Step::Switch { outage, tells_again }),
        1 => any::<u8>().prop_map(|outage| Step::Restart { outage }),
        2 => (1..110_u32, supervision).prop_map(|(call, ends)| Step::Supervise { call, ends }),
        2 => (1..110_u32, any::<bool>()).prop_map(|(call, let_go)| Step::CustomerGoes { call, let_go }),
        2 => (agent.clone(), agent.clone(), any::<bool>(), hangs_up)
            .prop_map(|(from, to, is_answered, ends)| Step::DialQueue { from, to, is_answered, ends }),
        1 => any::<u8>().prop_map(|outage| Step::Peripheral { outage }),
        1 => any::<u16>().prop_map(Step::Pause),
    ]
}

/// A ledger and what it had stored.
struct Day {
    ledger: Ledger,
    second: i64,
    stored: BTreeMap<SessionId, Session>,
    periods: BTreeMap<(String, Timestamp), AgentPeriod>,
    next_call: u32,
    /// The router's key of each whole call.
    keys: BTreeSet<u32>,
    /// Keys of calls to queues that are over.
    dialled: Vec<u32>,
}

impl Day {
    fn new() -> Self {
        let mut day = Self {
            ledger: Ledger::new(Settings::default(), 1, Vec::new(), Vec::new(), None),
            second: 0,
            stored: BTreeMap::new(),
            periods: BTreeMap::new(),
            next_call: 100,
            keys: BTreeSet::new(),
            dialled: Vec::new(),
        };
        day.give(Record::new(at(0), Moment::LinkUp));
        for agent in 0..AGENTS.len() {
            day.state(agent, AgentState::LOGOUT);
        }
        day
    }

    fn drain(&mut self) {
        while let Some(output) = self.ledger.poll_output() {
            match output {
                Output::Session(session) => drop(self.stored.insert(session.id, *session)),
                Output::Period(period) => drop(self.periods.insert((period.agent.to_string(), period.from), period)),
                Output::Notice(_) | Output::Late(_) => {}
            }
        }
    }

    fn give(&mut self, mut record: Record) {
        record.at = at(self.second);
        while let Some(due) = self.ledger.poll_timeout().filter(|due| *due <= record.at) {
            self.ledger.handle_timeout(due);
            self.drain();
        }
        self.ledger.handle(&record);
        self.drain();
    }

    fn state(&mut self, agent: usize, state: AgentState) {
        let mut record = Record::new(at(self.second), Moment::AgentState);
        record.agent = Some(AgentId::from(AGENTS[agent]));
        record.facts.state = Some(state);
        record.facts.since = Some(at(self.second));
        self.give(record);
    }

    fn moment(&self, moment: Moment, call: u32, agent: usize, key: Option<u32>, call_type: CallType) -> Record {
        let mut record = Record::new(at(self.second), moment);
        record.peripheral_id = Some(5000);
        record.call_id = Some(call);
        record.agent = Some(AgentId::from(AGENTS[agent]));
        record.interaction = Some(InteractionId(u64::from(call) * 10 + u64::try_from(agent).unwrap()));
        record.router_key = key.map(|call_id| RouterCallKey { day: 1, call_id, sequence: 0 });
        let (dialed_number, ani) = (Some("8001".into()), Some(CUSTOMER.into()));
        record.facts.call = moment.tells_data().then(|| Arc::new(CallFacts { call_type, dialed_number, ani, ..CallFacts::default() }));
        record
    }

    /// A whole call of its own number.
    fn call(&mut self, agent: usize, is_routed: bool, key: Option<u32>, ring: u8, talk: u8, ends: Ending) {
        let call = self.next_call;
        self.next_call += 2;
        let call_type = if is_routed { CallType::ACD_IN } else { CallType::OTHER_IN };
        if is_routed {
            let mut pre_call = self.moment(Moment::AgentPreCall, call, agent, key, call_type);
            pre_call.call_id = None;
            pre_call.interaction = None;
            // Without a key nothing but the agent connects the announcement with the call.
            if key.is_some() {
                self.give(pre_call);
            }
        }
        self.give(self.moment(Moment::Alerting, call, agent, key, call_type));
        self.second += i64::from(ring);
        self.give(self.moment(Moment::Established, call, agent, key, call_type));
        self.second += i64::from(talk);
        let mut last = agent;
        if let Ending::Transfer(to) = ends
            && to != agent
        {
            let consult = |day: &Self, moment, who, is_originator| {
                let mut record = day.moment(moment, call + 1, who, None, CallType::CONSULT);
                record.interaction = Some(InteractionId(u64::from(call) * 10 + u64::try_from(who).unwrap()));
                record.facts.is_consult = true;
                record.facts.is_originator = is_originator;
                record
            };
            self.give(self.moment(Moment::Held, call, agent, key, call_type));
            self.give(consult(self, Moment::Dialed, agent, true));
            // The colleague's leg is found by the call that the consultation is.
            let mut ringing = consult(self, Moment::Alerting, to, false);
            ringing.interaction = None;
            self.give(ringing);
            self.give(consult(self, Moment::Established, to, false));
            let mut transferred = self.moment(Moment::Transferred, call, agent, key, call_type);
            transferred.facts.merged_call = Some(call + 1);
            self.give(transferred);
            last = to;
        }
        if !matches!(ends, Ending::Never) {
            let mut cleared = self.moment(Moment::ConnectionCleared, call, last, key, call_type);
            cleared.facts.released_by_agent = Some(matches!(ends, Ending::Agent));
            self.give(cleared);
            self.give(self.moment(Moment::Cleared, call, last, key, call_type));
            self.state(last, AgentState::NOT_READY);
        }
    }

    fn play(&mut self, step: Step) {
        self.second += 1;
        match step {
            Step::Call { agent, is_routed, has_key, ring, talk, ends } => {
                let key = has_key.then_some(self.next_call);
                self.keys.extend(key);
                self.call(agent, is_routed, key, ring, talk, ends);
            }
            Step::Noise { moment, agent, call, is_originator, is_consult, released } => {
                let mut record = self.moment(NOISE[moment], call, agent, None, CallType::OTHER_IN);
                record.facts.is_originator = is_originator;
                record.facts.is_consult = is_consult;
                record.facts.released_by_agent = released;
                record.facts.merged_call = Some(call % 3 + 1);
                self.give(record);
            }
            Step::State(agent, state) => self.state(agent, STATES[state]),
            Step::Switch { outage, tells_again } => {
                self.give(Record::new(at(self.second), Moment::LinkDown));
                self.second += i64::from(outage);
                self.tell_again(tells_again);
                self.give(Record::new(at(self.second), Moment::LinkUp));
            }
            Step::Restart { outage } => {
                // Through the form in which it is stored.
                let open = |session: &&Session| session.closed.is_none();
                let text = serde_json::to_string(&self.stored.values().filter(open).collect::<Vec<_>>()).unwrap();
                let sessions: Vec<Session> = serde_json::from_str(&text).unwrap();
                let periods = self.periods.values().filter(|period| period.to.is_none()).cloned().collect();
                let next = self.stored.last_key_value().map_or(1, |(id, _)| id + 1);
                self.ledger = Ledger::new(Settings::default(), next, sessions, periods, Some(at(self.second)));
                self.drain();
                self.second += i64::from(outage);
                self.tell_again(outage % 2 == 0);
                self.give(Record::new(at(self.second), Moment::LinkUp));
            }
            Step::Supervise { call, ends } => self.supervise(call, ends),
            Step::CustomerGoes { call, let_go } => {
                let mut gone = self.moment(Moment::ConnectionCleared, call, 0, None, CallType::default());
                (gone.agent, gone.interaction) = (None, None);
                gone.facts.device = Some(CUSTOMER.into());
                gone.facts.released_by_agent = Some(let_go);
                self.give(gone);
            }
            Step::DialQueue { from, to, is_answered, ends } if from != to => self.dial_queue(from, to, is_answered, ends),
            Step::DialQueue { .. } => {}
            Step::Peripheral { outage } => {
                for moment in [Moment::PeripheralDown, Moment::PeripheralUp] {
                    let mut record = Record::new(at(self.second), moment);
                    record.peripheral_id = Some(5000);
                    self.give(record);
                    self.second += i64::from(outage);
                }
            }
            Step::Pause(seconds) => self.second += i64::from(seconds),
        }
    }

    /// Supervision of a call, fitting or not.
    fn supervise(&mut self, call: u32, ends: Supervision) {
        let monitor = self.next_call;
        self.next_call += 2;
        let heard = self.ledger.open().find(|session| session.legs.iter().any(|leg| leg.call_id == call));
        let agent = heard.and_then(|session| AGENTS.iter().position(|agent| session.legs[0].agent == *agent)).unwrap_or(0);
        let listens = |day: &Self, moment, who: usize| {
            let mut record = day.moment(moment, monitor, who, None, CallType::SUPERVISOR_MONITOR);
            record.interaction = (who == SUPERVISOR).then_some(InteractionId(u64::from(monitor)));
            record.facts.is_originator = who == SUPERVISOR;
            record
        };
        for moment in [Moment::BeginCall, Moment::Established] {
            self.give(listens(self, moment, SUPERVISOR));
            self.give(listens(self, moment, agent));
        }
        self.second += 1;
        if !matches!(ends, Supervision::Listens) {
            let mut joined = self.moment(Moment::Conferenced, call, agent, None, CallType::CONFERENCE);
            joined.facts.merged_call = Some(monitor);
            self.give(joined);
            self.second += 1;
        }
        if matches!(ends, Supervision::TakesOver) {
            let mut out = self.moment(Moment::ConnectionCleared, call, agent, None, CallType::default());
            out.facts.cause = Some(EventCause::SUPERVISOR_INTERCEPT);
            self.give(out);
        }
        self.give(listens(self, Moment::ConnectionCleared, SUPERVISOR));
        self.give(listens(self, Moment::Cleared, SUPERVISOR));
        // A supervisor who joined in goes, too.
        let mut left = self.moment(Moment::ConnectionCleared, call, SUPERVISOR, None, CallType::default());
        left.facts.cause = Some(EventCause::SUPERVISOR_CLEAR);
        self.give(left);
        self.state(SUPERVISOR, AgentState::NOT_READY);
    }

    /// A call to a queue: one contact with the router's key, which its announcement brings.
    fn dial_queue(&mut self, from: usize, to: usize, is_answered: bool, ends: Ending) {
        let call = self.next_call;
        self.next_call += 2;
        self.keys.insert(call);
        let number: Name = format!("9{call}").into();
        let phone: Name = format!("3{}", AGENTS[from]).into();
        let own = |day: &Self, moment: Moment, who: usize, key: Option<u32>| {
            let mut record = day.moment(moment, call, who, key, CallType::AGENT_INSIDE);
            let facts = CallFacts { dialed_number: Some(number.clone()), ani: Some(phone.clone()), ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
            record.facts.is_originator = who == from;
            record
        };
        let mut sits = Record::new(at(self.second), Moment::AgentState);
        sits.agent = Some(AgentId::from(AGENTS[from]));
        sits.facts.device = Some(phone.clone());
        self.give(sits);
        self.give(own(self, Moment::Dialed, from, None));
        self.second += 2;
        let mut announced = own(self, Moment::AgentPreCall, to, Some(call));
        let facts = CallFacts { dialed_number: Some(number.clone()), ani: Some(phone.clone()), ..CallFacts::default() };
        announced.facts.call = Some(Arc::new(facts));
        (announced.call_id, announced.interaction) = (None, None);
        self.give(announced);
        self.give(own(self, Moment::Alerting, to, Some(call)));
        self.second += 3;
        if is_answered {
            self.give(own(self, Moment::Established, to, Some(call)));
            self.give(own(self, Moment::Established, from, Some(call)));
        }
        let by = if matches!(ends, Ending::Caller) { from } else { to };
        for who in [by, from + to - by] {
            let mut cleared = own(self, Moment::ConnectionCleared, who, Some(call));
            cleared.facts.released_by_agent = Some(true);
            cleared.facts.released_by = Some(AgentId::from(AGENTS[by]));
            self.give(cleared);
        }
        for who in [from, to] {
            self.state(who, AgentState::NOT_READY);
        }
        self.dialled.push(call);
    }

    /// The resynchronisation finds every leg there was, or none.
    fn tell_again(&mut self, is_there: bool) {
        let legs: Vec<_> = self.ledger.open().flat_map(|session| session.legs.iter().map(|leg| (session.key, leg.clone()))).collect();
        for (key, leg) in legs.into_iter().filter(|_| is_there) {
            let agent = AGENTS.iter().position(|agent| *agent == leg.agent).unwrap();
            let mut record = self.moment(Moment::Established, leg.call_id, agent, key.map(|key| key.call_id), CallType::ACD_IN);
            record.estimated = true;
            record.facts.is_originator = leg.is_originator;
            record.facts.is_consult = leg.is_consult;
            self.give(record);
        }
    }
}

/// The rules for one record.
fn check(session: &Session) -> Result<(), TestCaseError> {
    let rises = |moments: &[Option<Timestamp>]| moments.iter().flatten().is_sorted();
    prop_assert!(rises(&[Some(session.created), session.guest_joined, session.ended, session.closed]), "{session:#?}");
    prop_assert!(rises(&[Some(session.created), session.started, session.ended]), "{session:#?}");
    prop_assert!(session.operators.iter().all(|one| rises(&[Some(one.joined), one.left, one.concluded])), "{session:#?}");
    prop_assert!(session.spans.iter().all(|span| rises(&[Some(span.from), span.to])), "{session:#?}");
    prop_assert!(session.gaps.iter().all(|gap| rises(&[Some(gap.from), gap.to])), "{session:#?}");
    prop_assert!(session.recordings.iter().all(|one| rises(&[one.started, one.ended])), "{session:#?}");
    let agents: BTreeSet<_> = session.operators.iter().map(|operator| &operator.agent).collect();
    prop_assert_eq!(agents.len(), session.operators.len(), "one entry an agent");
    // The statuses begin with the session, have no hole, and end with it.
    prop_assert_eq!(session.statuses.first().map(|first| first.from), Some(session.created));
    prop_assert!(session.statuses.windows(2).all(|pair| pair[0].to == Some(pair[1].from)), "{session:#?}");
    if session.status() == Status::Closed {
        let parts = session.statuses.iter().map(|part| part.to.unwrap().duration_since(part.from));
        let whole = session.closed.unwrap().duration_since(session.created);
        prop_assert_eq!(parts.fold(SignedDuration::ZERO, |sum, part| sum + part), whole);
        prop_assert!(session.calls.iter().all(|call| call.to.is_some()));
        prop_assert!(session.recordings.iter().all(|one| one.ended.is_some()));
    }
    let all = durations(session, at(10_000_000));
    for (name, length) in
        [("created", all.created), ("acw", all.acw), ("active", all.active), ("ring", all.ring_time), ("waited", all.pbx_to_operator)]
    {
        prop_assert!(length.is_none_or(|length| !length.is_negative()), "{name} {length:?}: {session:#?}");
    }
    if let (Some(active), Some(started), Some(ended)) = (all.active, session.started, session.ended) {
        prop_assert!(active <= ended.duration_since(started), "ACTIVE: {session:#?}");
    }
    Ok(())
}

/// Plays a day and looks at everything that was stored of it.
fn keeps_its_rules(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut day = Day::new();
    for step in steps {
        day.play(step);
    }
    for session in day.stored.values() {
        check(session)?;
    }
    // A contact of the router's is one session, whatever was switched, transferred or started anew in the middle of it.
    let with_key: Vec<_> = day.stored.values().filter_map(|session| session.key).map(|key| key.call_id).collect();
    prop_assert_eq!(with_key.len(), with_key.iter().collect::<BTreeSet<_>>().len(), "{:?}", with_key);
    prop_assert_eq!(with_key.into_iter().collect::<BTreeSet<_>>(), day.keys.clone());
    // A call to a queue is over when its parties are gone.
    for call in &day.dialled {
        let session = day.stored.values().find(|session| session.key.is_some_and(|key| key.call_id == *call)).unwrap();
        prop_assert!(session.ended.is_some(), "{session:#?}");
    }
    // Nobody's record tells that somebody listened.
    for session in day.stored.values() {
        prop_assert!(!session.call_types.contains(&CallType::SUPERVISOR_MONITOR.0), "{session:#?}");
    }
    // Agents' periods fill the time from the first report on.
    for agent in AGENTS {
        let mut until = at(0);
        for period in day.periods.values().filter(|period| period.agent == agent) {
            prop_assert_eq!(period.from, until, "{}", agent);
            until = period.to.unwrap_or_else(|| at(day.second.max(86_400)));
        }
        prop_assert_eq!(until, at(day.second.max(86_400)), "24 hours of {}", agent);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_keeps_its_rules_whatever_happens(steps in prop::collection::vec(step(), 1..60)) {
        keeps_its_rules(steps)?;
    }
}

#[test]
fn days_that_once_broke_a_rule_keep_it() {
    let noise =
        |moment, agent, is_originator, is_consult| Step::Noise { moment, agent, call: 3, is_originator, is_consult, released: None };
    // A recording told of after the end.
    let call = Step::Call { agent: 0, is_routed: false, has_key: false, ring: 0, talk: 0, ends: Ending::Caller };
    let switch = |tells_again| Step::Switch { outage: 0, tells_again };
    let recorded = vec![
        noise(0, 0, true, false),
        switch(false),
        noise(18, 0, false, false),
        noise(4, 0, true, false),
        Step::Restart { outage: 61 },
        call,
    ];
    keeps_its_rules(recorded).unwrap();
    // A recording told of after the record was closed.
    let call = Step::Call { agent: 0, is_routed: false, has_key: false, ring: 0, talk: 0, ends: Ending::Caller };
    let at_last = [noise(9, 0, false, false), noise(14, 0, false, false), noise(7, 0, false, false), call, noise(18, 0, false, false)];
    let on_one_call = at_last.map(|step| match step {
        Step::Noise { moment, agent, is_originator, is_consult, released, .. } => {
            Step::Noise { moment, agent, call: 1, is_originator, is_consult, released }
        }
        other => other,
    });
    keeps_its_rules(on_one_call.to_vec()).unwrap();
    // A leg told of after the record was closed.
    let late = [noise(7, 0, false, true), noise(8, 1, false, false), noise(13, 1, false, false), switch(true)];
    keeps_its_rules(late.to_vec()).unwrap();
    // The far end answers after the conversation was given up.
    let answered_late = vec![noise(7, 1, false, true), noise(13, 1, true, false), switch(false), noise(4, 0, true, false), switch(true)];
    keeps_its_rules(answered_late).unwrap();
}
