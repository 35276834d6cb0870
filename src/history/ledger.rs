//! The pure core: the engine's records in, sessions and agents' periods out.
//!
//! [`Ledger::handle`] takes a record, [`Ledger::handle_timeout`] a deadline that passed; after each drain
//! [`Ledger::poll_output`]. What comes out is to be stored before anybody is told.

mod agents;
mod contact;
#[cfg(test)]
mod property;
#[cfg(test)]
mod situations;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::amend::{Amendment, Refused};
use super::model::{AgentPeriod, Doing, Gap, Leg, Person, Quality, Session, SessionId, StateKind, Status, TerminationReason};
use crate::engine::model::{AgentState, Name};
use crate::engine::record::{Moment, Record};
use crate::time::whole_micros;
use agents::Agents;

/// What an operator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long after an agent's leaving a work state may come that belongs to the session.
    pub acw_detect: Duration,
    /// How long a session without any agent may wait for the next one until it is given up.
    pub queue_limit: Duration,
    /// The ECC variable that holds the time at which the caller entered the queue, where the routing script sets one:
    /// seconds or milliseconds since 1970, or a date and time with offset.
    pub queue_entry_variable: Option<String>,
    /// Reasons of NOT_READY that are breaks.
    pub break_reasons: BTreeSet<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            acw_detect: Duration::from_secs(3),
            queue_limit: Duration::from_secs(4 * 3600),
            queue_entry_variable: Some("user.QueueEntered".to_owned()),
            break_reasons: BTreeSet::new(),
        }
    }
}

/// Something to store.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// A session is new or changed.
    Session(Box<Session>),
    /// A period began or ended (same agent and begin: the same period).
    Period(AgentPeriod),
    /// A webhook's event, in order; stored in the same transaction as the session's state it speaks of.
    Notice(Notice),
    /// A contact was completed after its session's record was closed: to be added there.
    Late(Late),
}

/// What came after a session was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The id under which desktops knew the contact.
    pub interaction: String,
    /// What to change.
    pub amendment: Amendment,
}

/// What integrators are told, in the order they are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The session, or none for an agent's state.
    pub session: Option<SessionId>,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub kind: NoticeKind,
    /// AgentID.
    pub agent: Option<Name>,
    /// For an agent's state: what the agent does now, and the reason's code.
    pub state: Option<(StateKind, Option<u16>)>,
}

/// The published event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::enum_variant_names)] // the published words
pub enum NoticeKind {
    /// First sign.
    SessionCreated,
    /// An agent is sought.
    SessionStarted,
    /// An agent came in.
    SessionOperatorJoined,
    /// An agent left.
    SessionOperatorLeft,
    /// An agent finished.
    SessionOperatorConcluded,
    /// Transferred.
    SessionForwarded,
    /// The conversation is over.
    SessionEnded,
    /// The call's data changed.
    SessionCallParamsUpdated,
    /// A recording can be fetched, as far as the events tell: it has ended and did not fail.
    SessionRecordingPostProcessingCompleted,
    /// An agent's state changed.
    UserStatusChanged,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SessionCreated,
        Self::SessionStarted,
        Self::SessionOperatorJoined,
        Self::SessionOperatorLeft,
        Self::SessionOperatorConcluded,
        Self::SessionForwarded,
        Self::SessionEnded,
        Self::SessionCallParamsUpdated,
        Self::SessionRecordingPostProcessingCompleted,
        Self::UserStatusChanged,
    ];

    /// Reads its published word; case does not count.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| format!("{kind:?}").eq_ignore_ascii_case(word))
    }
}

/// The moment `wait` later; none where the calendar ends.
fn after(at: Timestamp, wait: Duration) -> Option<Timestamp> {
    at.checked_add(SignedDuration::try_from(wait).ok()?).ok()
}

/// So many names and phones are kept; what comes beyond stays without.
const NAMES: usize = 200_000;

/// Whoever and whatever is in it gets its name, if that is known by now.
fn name(session: &mut Session, people: &HashMap<String, Person>, group_names: &HashMap<u32, String>) {
    let in_routing = session.routing.iter().flat_map(|entry| entry.agent.iter().chain(&entry.by));
    let agents: BTreeSet<&String> = session.operators.iter().map(|operator| &operator.agent).chain(in_routing).collect();
    let unnamed = |agent: &&String| !session.people.contains_key(*agent);
    let found = agents.into_iter().filter(unnamed).filter_map(|agent| Some((agent.clone(), people.get(agent)?.clone())));
    let found: Vec<_> = found.collect();
    session.people.extend(found);
    let groups: BTreeSet<u32> =
        session.skill_groups.iter().copied().chain(session.routing.iter().filter_map(|entry| entry.group)).collect();
    for group in groups {
        if let Some(name) = group_names.get(&group)
            && !session.group_names.contains_key(&group)
        {
            session.group_names.insert(group, name.clone());
        }
    }
}

/// Sessions that are not closed, and what every agent is doing.
#[derive(Debug)]
pub struct Ledger {
    settings: Settings,
    next_id: SessionId,
    sessions: BTreeMap<SessionId, Session>,
    by_call: HashMap<(u32, u32), SessionId>,
    by_interaction: HashMap<u64, SessionId>,
    agents: Agents,
    /// Numbers that routed calls were dialled to, with their skill group: a transfer there goes to a queue.
    routed_numbers: BTreeMap<String, Option<u32>>,
    /// Which agent is at which phone.
    phones: HashMap<String, String>,
    /// Which department an agent belongs to.
    departments: HashMap<String, i64>,
    /// What agents and skill groups are called.
    people: HashMap<String, Person>,
    group_names: HashMap<u32, String>,
    /// What agents dialled, by call.
    dialled: HashMap<(u32, u32), Name>,
    /// Calls by which supervisors listen, and who does.
    supervisions: HashMap<(u32, u32), Option<String>>,
    dirty: BTreeSet<SessionId>,
    /// Sessions whose agents' next states tell whether there is work after them: the only ones that such a record concerns.
    concluding: BTreeSet<SessionId>,
    /// When a session is to be looked at although nothing happens …
    deadlines: HashMap<SessionId, Timestamp>,
    /// … and the same by time.
    due: BTreeSet<(Timestamp, SessionId)>,
    outputs: VecDeque<Output>,
    is_down: bool,
}

impl Ledger {
    /// A ledger that goes on where an earlier one stopped: `open` are the sessions and periods that were not closed, last
    /// stored at `stopped_at`. An empty one begins with no session and a link that is down.
    pub fn new(
        settings: Settings,
        next_id: SessionId,
        open: Vec<Session>,
        periods: Vec<AgentPeriod>,
        stopped_at: Option<Timestamp>,
    ) -> Self {
        let mut ledger = Self {
            settings,
            next_id,
            sessions: BTreeMap::new(),
            by_call: HashMap::new(),
            by_interaction: HashMap::new(),
            agents: Agents::default(),
            routed_numbers: BTreeMap::new(),
            phones: HashMap::new(),
            departments: HashMap::new(),
            people: HashMap::new(),
            group_names: HashMap::new(),
            dialled: HashMap::new(),
            supervisions: HashMap::new(),
            dirty: BTreeSet::new(),
            concluding: BTreeSet::new(),
            deadlines: HashMap::new(),
            due: BTreeSet::new(),
            outputs: VecDeque::new(),
            is_down: true,
        };
        for mut session in open {
            let from = stopped_at.unwrap_or(session.created).max(session.created);
            if session.gaps.last().is_none_or(|gap| gap.to.is_some()) {
                session.gaps.push(Gap { from, to: None });
            }
            session.quality = Quality::Reconstructed;
            for leg in &mut session.legs {
                leg.is_unconfirmed = true;
            }
            ledger.index(&session);
            ledger.dirty.insert(session.id);
            ledger.sessions.insert(session.id, session);
        }
        ledger.agents.restore(periods, stopped_at, &mut ledger.outputs);
        ledger.flush();
        ledger
    }

    /// Sessions under way.
    pub fn open(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    fn index(&mut self, session: &Session) {
        if let Some(peripheral) = session.peripheral {
            for call in session.calls.iter().filter(|call| call.to.is_none()) {
                self.by_call.insert((peripheral, call.call_id), session.id);
            }
        }
    }

    /// A moment of the engine's.
    pub fn handle(&mut self, record: &Record) {
        match record.moment {
            Moment::Named => self.named(record),
            Moment::AgentState => {
                if let (Some(agent), Some(department)) = (&record.agent, record.facts.department)
                    && (self.departments.len() < NAMES || self.departments.contains_key(agent.0.as_str()))
                {
                    self.departments.insert(agent.0.to_string(), department);
                }
                self.seated(record);
                self.agents.state(record, &self.settings, self.is_down, &mut self.outputs);
                if let (Some(agent), Some(state)) = (&record.agent, record.facts.state) {
                    let agent = agent.0.as_str();
                    for id in &self.concluding {
                        if let Some(session) = self.sessions.get_mut(id)
                            && contact::agent_state(session, agent, state, record.at, &mut self.outputs)
                        {
                            self.dirty.insert(*id);
                        }
                    }
                }
            }
            Moment::PeripheralDown => self.peripheral_down(record),
            Moment::PeripheralUp => self.peripheral_up(record),
            Moment::LinkDown => self.link_down(record.at),
            Moment::LinkUp => self.link_up(record.at),
            Moment::Completed => self.completed(record),
            _ => self.call_moment(record),
        }
        self.flush();
    }

    /// Notes at which phone an agent is: at one, or, signed out, at none.
    fn seated(&mut self, record: &Record) {
        let Some(agent) = &record.agent else { return };
        let is_out = record.facts.state == Some(AgentState::LOGOUT);
        let phone = record.facts.device.as_ref().filter(|_| !is_out);
        if phone.is_none() && !is_out {
            return; // where the agent is was not said
        }
        if phone.is_some_and(|phone| self.phones.get(phone.as_str()).is_some_and(|known| known == agent.0.as_str())) {
            return;
        }
        self.phones.retain(|_, known| known != agent.0.as_str());
        if let Some(phone) = phone.filter(|_| self.phones.len() < NAMES) {
            self.phones.insert(phone.to_string(), agent.0.to_string());
        }
    }

    /// When [`Ledger::handle_timeout`] is to be called, if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Keeps what is looked up at every record and at every deadline in step with a session that changed; `None`: it is gone.
    fn watch(&mut self, id: SessionId, session: Option<&Session>) {
        let is_concluding = |session: &Session| session.operators.iter().any(|one| one.left.is_some() && one.concluded.is_none());
        if session.is_some_and(is_concluding) {
            self.concluding.insert(id);
        } else {
            self.concluding.remove(&id);
        }
        let at = session.and_then(|session| self.deadline(session));
        let before = match at {
            Some(at) => self.deadlines.insert(id, at),
            None => self.deadlines.remove(&id),
        };
        self.due.extend(at.map(|at| (at, id)));
        if let Some(before) = before.filter(|before| Some(*before) != at) {
            self.due.remove(&(before, id));
        }
    }

    fn deadline(&self, session: &Session) -> Option<Timestamp> {
        let waiting = session.operators.iter().filter(|operator| operator.concluded.is_none() && !operator.was_in_work);
        let concluding = waiting.filter_map(|operator| after(operator.left?, self.settings.acw_detect)).min();
        concluding.into_iter().chain(self.given_up_at(session)).min()
    }

    /// When a session that no agent has, and that nothing ended, is given up.
    fn given_up_at(&self, session: &Session) -> Option<Timestamp> {
        let is_alone = session.ended.is_none() && session.legs.is_empty();
        let since = session.statuses.last().filter(|_| is_alone)?.from;
        after(since, self.settings.queue_limit)
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        // Cut as all moments are; never before the deadline that it is for.
        let now = self.poll_timeout().filter(|due| *due <= now).map_or(now, |due| whole_micros(now).max(due));
        let mut due: Vec<_> = self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| *id).collect();
        due.sort_unstable(); // the order in which they began
        for id in due {
            let is_given_up = self.sessions.get(&id).and_then(|session| self.given_up_at(session)).is_some_and(|at| at <= now);
            let Some(session) = self.sessions.get_mut(&id) else { continue };
            contact::conclude_idle(session, now, self.settings.acw_detect, &mut self.outputs);
            if is_given_up {
                session.quality = Quality::Gap;
                contact::end(session, now, TerminationReason::UnknownReason, &mut self.outputs);
            }
            self.dirty.insert(id);
        }
        self.flush();
    }

    /// Makes a change by hand in a session that is under way; none: it is not.
    pub fn amend(&mut self, id: SessionId, amendment: &Amendment, at: Timestamp) -> Option<Result<(), Refused>> {
        let session = self.sessions.get_mut(&id)?;
        let result = amendment.apply(session, at);
        if result.is_ok() {
            if let Some(kind) = amendment.notice() {
                self.outputs.push_back(Output::Notice(Notice { session: Some(id), at, kind, agent: None, state: None }));
            }
            self.dirty.insert(id);
            self.flush();
        }
        Some(result)
    }

    /// The next thing to store.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn call_moment(&mut self, record: &Record) {
        if self.is_supervision(record) {
            self.supervised(record);
            return;
        }
        let call_type = record.facts.call.as_ref().map(|call| call.call_type);
        let id = match self.find(record) {
            Some(id) => id,
            // Help that nobody asked for beside a contact is none.
            None if call_type.is_some_and(contact::is_help) => return,
            None if contact::begins(record) => self.create(record),
            None => return,
        };
        let supervisor = self.listener(record.peripheral_id, record.facts.merged_call);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if let Some(interaction) = record.interaction {
            self.by_interaction.insert(interaction.0, id);
        }
        if let (Some(peripheral), Some(call_id)) = (record.peripheral_id, record.call_id) {
            self.by_call.insert((peripheral, call_id), id);
            if let Some(result) = record.facts.result_call {
                self.by_call.insert((peripheral, result), id);
            }
        }
        if let (Some(call), Some(facts), true) = (record.peripheral_id.zip(record.call_id), &record.facts.call, record.facts.is_originator)
            && let Some(number) = facts.dialed_number.as_ref().or(facts.called_device.as_ref())
        {
            self.dialled.entry(call).or_insert_with(|| number.clone());
        }
        if let Some(call) = &record.facts.call
            && contact::is_routed(call.call_type)
            && let Some(number) = &call.dialed_number
        {
            let group = self.routed_numbers.entry(number.to_string()).or_default();
            *group = call.skill_group.or(*group);
        }
        let context =
            contact::Context { settings: &self.settings, agents: &self.agents, routed_numbers: &self.routed_numbers, phones: &self.phones };
        contact::apply(session, record, &context, &mut self.outputs);
        if let Some(supervisor) = supervisor {
            contact::barged_in(session, record, &supervisor, &mut self.outputs);
        }
        // A consultation of two sessions that became one: the colleague's part belongs to the first.
        self.dirty.insert(id);
    }

    /// Whether it is about a call by which a supervisor listens to a colleague. Such a call is no contact, and whom it is about
    /// must not learn of it from a record.
    fn is_supervision(&mut self, record: &Record) -> bool {
        let Some(call) = record.peripheral_id.zip(record.call_id) else { return false };
        let is_contact = self.by_call.get(&call).and_then(|id| self.sessions.get(id)).is_some_and(|session| session.ended.is_none());
        if is_contact {
            return false;
        }
        match record.facts.call.as_ref().map(|call| call.call_type) {
            Some(call_type) if contact::is_supervision(call_type) => {
                if self.supervisions.len() < NAMES {
                    self.supervisions.entry(call).or_default();
                }
                true
            }
            // The id is used again.
            Some(_) if record.moment == Moment::BeginCall => {
                self.supervisions.remove(&call);
                false
            }
            _ => self.supervisions.contains_key(&call),
        }
    }

    /// Keeps who listens, as long as it lasts. The listening call may be the first of the two that become one.
    fn supervised(&mut self, record: &Record) {
        let Some(call) = record.peripheral_id.zip(record.call_id) else { return };
        match record.moment {
            Moment::Conferenced | Moment::Transferred => {
                let mut turned = record.clone();
                turned.call_id = record.facts.merged_call;
                turned.facts.merged_call = record.call_id;
                let is_contact = turned.call_id.is_some_and(|id| self.by_call.contains_key(&(call.0, id)));
                if is_contact {
                    self.call_moment(&turned);
                }
            }
            Moment::Cleared => drop(self.supervisions.remove(&call)),
            _ => {
                // Whom it is about has no contact of it.
                if let (Some(listener), Some(agent), Some(_)) = (self.supervisions.get_mut(&call), &record.agent, record.interaction) {
                    listener.get_or_insert_with(|| agent.0.to_string());
                }
            }
        }
    }

    /// Who listened by this call, which is over.
    fn listener(&mut self, peripheral: Option<u32>, call: Option<u32>) -> Option<String> {
        self.supervisions.remove(&peripheral.zip(call)?).flatten()
    }

    fn find(&self, record: &Record) -> Option<SessionId> {
        let by_interaction = record.interaction.and_then(|interaction| self.by_interaction.get(&interaction.0)).copied();
        let by_call = || self.by_call.get(&(record.peripheral_id?, record.call_id?)).copied();
        let by_key = || {
            let key = record.router_key?;
            let same = |session: &&Session| session.key.is_some_and(|known| known.day == key.day && known.call_id == key.call_id);
            self.sessions.values().rev().find(same).map(|session| session.id)
        };
        // The announcement and the call it announces share the router's key; a consultation may carry it too.
        let by_announcement = || self.announced(record).or_else(|| self.dialled(record));
        let of_customer =
            || self.sessions.values().rev().find(|session| contact::is_customer_of(session, record)).map(|session| session.id);
        let found = by_interaction.or_else(by_call).or_else(by_key).or_else(by_announcement).or_else(of_customer)?;
        // An id that is used again belongs to a new contact.
        let session = self.sessions.get(&found)?;
        let is_over = session.ended.is_some() && session.legs.is_empty() && contact::begins(record) && record.interaction.is_none();
        (!is_over).then_some(found)
    }

    /// A call without the router's key that was announced to this agent: the session that waits for this agent.
    fn announced(&self, record: &Record) -> Option<SessionId> {
        let agent = record.agent.as_ref().filter(|_| !record.facts.is_originator)?;
        let waits = |session: &&Session| session.calls.is_empty() && contact::assigned_to(session) == Some(agent.0.as_str());
        self.sessions.values().rev().find(waits).map(|session| session.id)
    }

    /// The router announces a call that an agent is placing to a queue: the session of that call, which has no key yet. It is
    /// the one whose caller's phone the announcement names, or else the only one that dialled this number.
    fn dialled(&self, record: &Record) -> Option<SessionId> {
        let call = record.facts.call.as_ref().filter(|_| record.moment == Moment::AgentPreCall)?;
        let number = call.dialed_number.as_deref()?;
        let caller = call.ani.as_deref().or(call.calling_device.as_deref());
        let caller = caller.map(|phone| self.phones.get(phone).map(String::as_str));
        // Somebody outside is no agent.
        if caller == Some(None) {
            return None;
        }
        let calls = |session: &&Session| {
            let places =
                |leg: &Leg| leg.is_originator && leg.doing != Doing::Hold && caller.flatten().is_none_or(|agent| agent == leg.agent);
            let dialled = |leg: &Leg| Some((session.peripheral?, leg.call_id)).and_then(|call| self.dialled.get(&call));
            session.legs.iter().any(|leg| places(leg) && dialled(leg).is_some_and(|known| known == number))
        };
        let mut found = self.sessions.values().filter(calls).map(|session| session.id);
        found.next().filter(|_| found.next().is_none())
    }

    fn create(&mut self, record: &Record) -> SessionId {
        let id = self.next_id;
        self.next_id += 1;
        let mut session = Session::new(id, record.at);
        session.peripheral = record.peripheral_id;
        if record.moment == Moment::Established || record.estimated {
            session.quality = Quality::Reconstructed;
        }
        self.sessions.insert(id, session);
        self.outputs.push_back(Output::Notice(Notice {
            session: Some(id),
            at: record.at,
            kind: NoticeKind::SessionCreated,
            agent: None,
            state: None,
        }));
        id
    }

    fn completed(&mut self, record: &Record) {
        let Some(interaction) = record.interaction else { return };
        let id = self.by_interaction.remove(&interaction.0).or_else(|| self.find(record));
        let Some(agent) = &record.agent else { return };
        let Some((id, session)) = id.and_then(|id| Some((id, self.sessions.get_mut(&id)?))) else {
            let (note, tag) = (record.facts.note.as_ref().map(ToString::to_string), record.detail.as_deref().map(str::to_owned));
            if note.is_some() || tag.is_some() {
                let amendment = Amendment::Completed { agent: agent.0.to_string(), note, tag };
                self.outputs.push_back(Output::Late(Late { interaction: interaction.to_string(), amendment }));
            }
            return;
        };
        contact::completed(session, agent.0.as_str(), record, &mut self.outputs);
        self.dirty.insert(id);
    }

    fn named(&mut self, record: &Record) {
        let Some(names) = &record.facts.names else { return };
        for (agent, first, last) in &names.agents {
            if self.people.len() < NAMES || self.people.contains_key(agent.0.as_str()) {
                self.people.insert(agent.0.to_string(), Person { first: first.to_string(), last: last.to_string() });
            }
        }
        for (group, name) in &names.skill_groups {
            if self.group_names.len() < NAMES || self.group_names.contains_key(group) {
                self.group_names.insert(*group, name.to_string());
            }
        }
    }

    fn link_down(&mut self, at: Timestamp) {
        self.is_down = true;
        self.gap_begins(at, |_| true);
        self.agents.link_down(at, &mut self.outputs);
    }

    fn gap_begins(&mut self, at: Timestamp, is_concerned: impl Fn(&Session) -> bool) {
        for (id, session) in &mut self.sessions {
            if session.ended.is_none() && session.gaps.last().is_none_or(|gap| gap.to.is_some()) && is_concerned(session) {
                session.gaps.push(Gap { from: at, to: None });
                if session.quality == Quality::Complete {
                    session.quality = Quality::Gap;
                }
                self.dirty.insert(*id);
            }
        }
    }

    /// Nothing comes from this peripheral any more.
    fn peripheral_down(&mut self, record: &Record) {
        let Some(peripheral) = record.peripheral_id else { return };
        self.gap_begins(record.at, |session| session.peripheral == Some(peripheral));
        self.agents.peripheral_down(peripheral, record.at, &mut self.outputs);
    }

    fn peripheral_up(&mut self, record: &Record) {
        let Some(peripheral) = record.peripheral_id else { return };
        // A lost link's gap ends with the link's.
        for (id, session) in self.sessions.iter_mut().filter(|(_, session)| !self.is_down && session.peripheral == Some(peripheral)) {
            if let Some(gap) = session.gaps.last_mut().filter(|gap| gap.to.is_none()) {
                gap.to = Some(record.at.max(gap.from));
                self.dirty.insert(*id);
            }
        }
        self.agents.peripheral_up(peripheral, record.at, self.is_down, &mut self.outputs);
    }

    fn link_up(&mut self, at: Timestamp) {
        self.is_down = false;
        for (id, session) in &mut self.sessions {
            let Some(gap) = session.gaps.last_mut().filter(|gap| gap.to.is_none()) else { continue };
            gap.to = Some(at);
            let lost = gap.from;
            contact::drop_unconfirmed(session, lost, &mut self.outputs);
            self.dirty.insert(*id);
        }
        self.agents.link_up(at, &mut self.outputs);
    }

    /// Gives out what changed; closed sessions are forgotten.
    fn flush(&mut self) {
        for id in std::mem::take(&mut self.dirty) {
            // Taken out, so that what is kept of it elsewhere can be brought in step.
            let Some(mut session) = self.sessions.remove(&id) else { continue };
            contact::close_if_done(&mut session);
            name(&mut session, &self.people, &self.group_names);
            if session.department.is_none() {
                session.department = session.operators.iter().find_map(|operator| self.departments.get(&operator.agent)).copied();
            }
            if session.status() == Status::Closed && session.legs.is_empty() {
                // After-call work may end before the picture is right again; the record's gap ends with the record.
                if let Some(gap) = session.gaps.last_mut().filter(|gap| gap.to.is_none()) {
                    gap.to = Some(session.closed.map_or(gap.from, |closed| closed.max(gap.from)));
                }
                self.watch(id, None);
                self.outputs.push_back(Output::Session(Box::new(session)));
                self.by_call.retain(|call, other| {
                    if *other == id {
                        self.dialled.remove(call);
                    }
                    *other != id
                });
                self.by_interaction.retain(|_, other| *other != id);
            } else {
                self.watch(id, Some(&session));
                self.outputs.push_back(Output::Session(Box::new(session.clone())));
                self.sessions.insert(id, session);
            }
        }
    }
}
