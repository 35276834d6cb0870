//! What waits to be written, and in which groups it goes.
//!
//! Of a session only the newest state waits. An agent's periods wait as they came: of two states of the same period that go in
//! one group the later counts, and searching for the earlier one here would cost more than writing it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::ledger::{Notice, Output};
use super::model::{AgentPeriod, Session, SessionId};
use super::webhook::Receivers;
use crate::engine::model::Name;

/// Sessions that may wait for a database that cannot be written: about 200 MB of memory.
const BACKLOG: usize = 50_000;

/// States of agents' periods that may wait for it: about 20 MB. Where they are more, superseded ones go, then the oldest until
/// a quarter is free.
const PERIODS_BACKLOG: usize = 200_000;

/// Notices that may wait for it.
const NOTICES: usize = 200_000;

/// Sessions of one group, and agents' periods, which cost a tenth of them.
const SESSIONS: usize = 500;
const PERIODS: usize = 5_000;

/// What has to stay in order: a session's notices, or (0) an agent's.
type Lane = (SessionId, Name);

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    sessions: BTreeMap<SessionId, Box<Session>>,
    /// In the order in which they came.
    periods: VecDeque<AgentPeriod>,
    /// Every notice that somebody wants, in order.
    notices: BTreeMap<Lane, VecDeque<Notice>>,
    noticed: usize,
    receivers: Arc<Receivers>,
}

impl Waiting {
    /// Nothing yet; these want to be told.
    pub(super) fn telling(receivers: Arc<Receivers>) -> Self {
        Self { receivers, ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len() + self.periods.len() + usize::from(self.noticed > 0)
    }

    pub(super) fn has_only_periods(&self) -> bool {
        self.sessions.is_empty() && self.noticed == 0
    }

    /// Puts an output in its place.
    pub(super) fn put(&mut self, output: Output) {
        match output {
            Output::Session(session) => drop(self.sessions.insert(session.id, session)),
            Output::Period(period) => self.periods.push_back(period),
            Output::Notice(notice) if self.receivers.want(notice.kind) => {
                self.noticed += 1;
                self.notices.entry(lane(&notice)).or_default().push_back(notice);
            }
            Output::Notice(_) | Output::Late(_) => {}
        }
    }

    /// Whether the session's newest state waits.
    pub(super) fn has_session(&self, id: SessionId) -> bool {
        self.sessions.contains_key(&id)
    }

    /// The sessions whose newest state waits.
    pub(super) fn session_ids(&self) -> impl Iterator<Item = SessionId> {
        self.sessions.keys().copied()
    }

    /// The session, if its newest state waits.
    pub(super) fn session_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.get_mut(&id).map(|session| &mut **session)
    }

    /// The session that a desktop's contact belongs to, if it waits.
    pub(super) fn session_of(&self, interaction: &str) -> Option<SessionId> {
        let mut sessions = self.sessions.values();
        sessions.find(|session| session.interactions.iter().any(|known| known.id == interaction)).map(|session| session.id)
    }

    /// Puts back what could not be written, unless something newer has come.
    pub(super) fn put_back(&mut self, batch: Vec<Output>) {
        // From the last to the first, so that what has an order stands before what is newer.
        for output in batch.into_iter().rev() {
            match output {
                Output::Session(session) => drop(self.sessions.entry(session.id).or_insert(session)),
                Output::Period(period) => self.periods.push_front(period),
                Output::Notice(notice) => {
                    self.noticed += 1;
                    self.notices.entry(lane(&notice)).or_default().push_front(notice);
                }
                Output::Late(_) => {}
            }
        }
    }

    /// The next group.
    pub(super) fn take(&mut self) -> Vec<Output> {
        let (sessions, periods) = (self.sessions.len().min(SESSIONS), self.periods.len().min(PERIODS));
        let mut batch = Vec::with_capacity(sessions + periods);
        while batch.len() < SESSIONS {
            let Some((id, session)) = self.sessions.pop_first() else { break };
            // What is told of it goes with it.
            batch.extend(self.take_told(&(id, Name::default())).into_iter().map(Output::Notice));
            batch.push(Output::Session(session));
        }
        batch.extend(self.periods.drain(..periods).map(Output::Period));
        let room = batch.len() + SESSIONS;
        while batch.len() < room && self.sessions.is_empty() && self.periods.is_empty() {
            let Some((_, told)) = self.notices.pop_first() else { break };
            self.noticed -= told.len();
            batch.extend(told.into_iter().map(Output::Notice));
        }
        batch
    }

    fn take_told(&mut self, lane: &Lane) -> VecDeque<Notice> {
        let told = self.notices.remove(lane).unwrap_or_default();
        self.noticed -= told.len();
        told
    }

    /// Drops the oldest until the bounds are kept; how many.
    pub(super) fn shrink(&mut self) -> u64 {
        let mut dropped = 0;
        while self.sessions.len() > BACKLOG
            && let Some((id, _)) = self.sessions.pop_first()
        {
            dropped += 1 + self.take_told(&(id, Name::default())).len();
        }
        if self.periods.len() > PERIODS_BACKLOG {
            self.forget_superseded();
            let excess = self.periods.len().saturating_sub(PERIODS_BACKLOG / 4 * 3);
            dropped += self.periods.drain(..excess).len();
        }
        while self.noticed > NOTICES
            && let Some(oldest) = self.notices.keys().next().cloned()
        {
            dropped += self.take_told(&oldest).len();
        }
        dropped as u64
    }

    /// Of each period only the newest state stays.
    fn forget_superseded(&mut self) {
        let mut seen: HashSet<(Name, Timestamp)> = HashSet::with_capacity(self.periods.len());
        let mut newest: VecDeque<_> = VecDeque::with_capacity(self.periods.len());
        while let Some(period) = self.periods.pop_back() {
            if seen.insert((period.agent.clone(), period.from)) {
                newest.push_front(period);
            }
        }
        self.periods = newest;
    }
}

/// What a notice has to stay in order with.
fn lane(notice: &Notice) -> Lane {
    match notice.session {
        Some(session) => (session, Name::default()),
        None => (0, notice.agent.clone().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::model::StateKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn period(agent: &str, from: i64, to: Option<i64>) -> Output {
        let (from, to) = (at(from), to.map(at));
        Output::Period(AgentPeriod { agent: agent.into(), kind: StateKind::Online, reason: None, from, to, forced: false })
    }

    fn session(id: SessionId, second: i64) -> Output {
        Output::Session(Box::new(Session::new(id, at(second))))
    }

    #[test]
    fn of_a_session_the_newest_state_waits_and_periods_wait_in_order() {
        let mut waiting = Waiting::default();
        for output in [session(2, 0), period("1001", 0, None), session(1, 0), period("1001", 0, Some(5)), session(2, 9)] {
            waiting.put(output);
        }
        assert_eq!((waiting.len(), waiting.has_only_periods(), waiting.has_session(2)), (4, false, true));
        let batch = waiting.take();
        assert_eq!(batch, [session(1, 0), session(2, 9), period("1001", 0, None), period("1001", 0, Some(5))]);
        assert_eq!(waiting.len(), 0);
    }

    #[test]
    fn what_could_not_be_written_stands_before_what_came_meanwhile() {
        let mut waiting = Waiting::default();
        waiting.put(session(1, 0));
        waiting.put(period("1001", 0, None));
        waiting.put(period("1002", 1, None));
        let batch = waiting.take();
        waiting.put(session(1, 7));
        waiting.put(period("1001", 0, Some(5)));
        waiting.put_back(batch);
        let batch = waiting.take();
        assert_eq!(batch, [session(1, 7), period("1001", 0, None), period("1002", 1, None), period("1001", 0, Some(5))]);
    }

    #[test]
    fn of_too_many_periods_superseded_states_go_first_and_are_not_counted_as_lost() {
        let mut waiting = Waiting::default();
        for second in 0..(PERIODS_BACKLOG / 2) as i64 {
            waiting.put(period("1001", second, None));
            waiting.put(period("1001", second, Some(second + 1)));
            assert_eq!(waiting.shrink(), 0);
        }
        waiting.put(period("1001", PERIODS_BACKLOG as i64, None));
        assert_eq!(waiting.shrink(), 0);
        assert_eq!(waiting.len(), PERIODS_BACKLOG / 2 + 1);
        let mut lost = 0;
        for agent in 0..PERIODS_BACKLOG {
            waiting.put(period(&format!("agent {agent}"), 0, None));
            lost += waiting.shrink();
            assert!(waiting.len() <= PERIODS_BACKLOG);
        }
        assert_eq!(lost as usize + waiting.len(), PERIODS_BACKLOG / 2 + 1 + PERIODS_BACKLOG);
    }

    #[test]
    fn of_too_many_sessions_the_oldest_go() {
        let mut waiting = Waiting::default();
        for id in 0..(BACKLOG + 3) as i64 {
            waiting.put(session(id, 0));
        }
        assert_eq!((waiting.shrink(), waiting.len()), (3, BACKLOG));
        assert!(!waiting.has_session(2) && waiting.has_session(3));
    }
}
