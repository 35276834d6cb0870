//! What every agent's time is spent with: periods without holes from the first report on.

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;

use super::super::model::{AgentPeriod, StateKind};
use super::{Notice, NoticeKind, Output, Settings};
use crate::engine::model::{AgentState, Name};
use crate::engine::record::Record;

/// Reasons from here on, and the two system reasons below, are the system's, not the agent's.
const SYSTEM_REASONS: u16 = 50_000;
const RING_NO_ANSWER: u16 = 32_767;

#[derive(Clone, Debug)]
struct Agent {
    period: AgentPeriod,
    state: Option<AgentState>,
    peripheral: Option<u32>,
    /// What was known before the link or the peripheral went down.
    before: Option<(StateKind, Option<u16>, bool)>,
}

/// All agents ever heard of, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Agents {
    agents: Vec<Agent>,
    places: HashMap<Name, usize>,
    /// Peripherals that are off line.
    down: BTreeSet<u32>,
}

impl Agents {
    /// Goes on with the periods that were open; from `stopped_at` on nobody knows.
    pub(super) fn restore(&mut self, periods: Vec<AgentPeriod>, stopped_at: Option<Timestamp>, outputs: &mut VecDeque<Output>) {
        for period in periods {
            let at = stopped_at.unwrap_or(period.from).max(period.from);
            let before = (period.kind != StateKind::Disconnected).then_some((period.kind, period.reason, period.forced));
            let mut agent = Agent { period, state: None, peripheral: None, before };
            if before.is_some() {
                agent.enter(StateKind::Disconnected, None, false, at, outputs);
            }
            self.add(agent);
        }
    }

    /// The agent's state, if the link is up and it is known.
    pub(super) fn state_of(&self, agent: &str) -> Option<AgentState> {
        self.agents.get(*self.places.get(agent)?)?.state
    }

    fn add(&mut self, agent: Agent) {
        self.places.insert(agent.period.agent.clone(), self.agents.len());
        self.agents.push(agent);
    }

    /// A reported state.
    pub(super) fn state(&mut self, record: &Record, settings: &Settings, is_down: bool, outputs: &mut VecDeque<Output>) {
        let (Some(id), Some(state)) = (&record.agent, record.facts.state) else { return };
        let reason = record.facts.reason;
        let kind = kind_of(state, reason, settings);
        let forced = reason.is_some_and(|reason| reason >= SYSTEM_REASONS || reason == RING_NO_ANSWER);
        let since = record.facts.since.unwrap_or(record.at).min(record.at);
        let id = &id.0;
        if let Some(agent) = self.places.get(id).and_then(|place| self.agents.get_mut(*place)) {
            agent.state = Some(state);
            agent.peripheral = record.peripheral_id.or(agent.peripheral);
            if is_down || agent.is_cut_off(&self.down) {
                // Told by the resynchronisation: it holds from the moment the link is right again.
                agent.before = Some((kind, reason, forced));
                return;
            }
            if agent.period.kind != kind || agent.period.reason != reason {
                agent.enter(kind, reason, forced, since, outputs);
                tell(id, record.at, (kind, reason), outputs);
            }
        } else {
            let period = AgentPeriod { agent: id.clone(), kind, reason, from: since, to: None, forced };
            outputs.push_back(Output::Period(period.clone()));
            self.add(Agent { period, state: Some(state), peripheral: record.peripheral_id, before: None });
            tell(id, record.at, (kind, reason), outputs);
        }
    }

    /// From now on nobody knows.
    pub(super) fn link_down(&mut self, at: Timestamp, outputs: &mut VecDeque<Output>) {
        for agent in &mut self.agents {
            agent.is_lost(at, outputs);
        }
    }

    /// The same of one peripheral's agents.
    pub(super) fn peripheral_down(&mut self, peripheral: u32, at: Timestamp, outputs: &mut VecDeque<Output>) {
        self.down.insert(peripheral);
        for agent in self.agents.iter_mut().filter(|agent| agent.peripheral == Some(peripheral)) {
            agent.is_lost(at, outputs);
        }
    }

    /// The picture is right again: what was not told anew is as it was.
    pub(super) fn link_up(&mut self, at: Timestamp, outputs: &mut VecDeque<Output>) {
        for agent in self.agents.iter_mut().filter(|agent| !agent.is_cut_off(&self.down)) {
            agent.is_back(at, outputs);
        }
    }

    /// The peripheral is back; without a link nobody knows more than before.
    pub(super) fn peripheral_up(&mut self, peripheral: u32, at: Timestamp, is_down: bool, outputs: &mut VecDeque<Output>) {
        self.down.remove(&peripheral);
        for agent in self.agents.iter_mut().filter(|agent| !is_down && agent.peripheral == Some(peripheral)) {
            agent.is_back(at, outputs);
        }
    }
}

impl Agent {
    fn is_cut_off(&self, down: &BTreeSet<u32>) -> bool {
        self.peripheral.is_some_and(|peripheral| down.contains(&peripheral))
    }

    fn is_lost(&mut self, at: Timestamp, outputs: &mut VecDeque<Output>) {
        if self.period.kind != StateKind::Disconnected {
            self.before = Some((self.period.kind, self.period.reason, self.period.forced));
            self.enter(StateKind::Disconnected, None, false, at, outputs);
        }
    }

    fn is_back(&mut self, at: Timestamp, outputs: &mut VecDeque<Output>) {
        if let Some((kind, reason, forced)) = self.before.take()
            && self.period.kind == StateKind::Disconnected
        {
            self.enter(kind, reason, forced, at, outputs);
        }
    }

    /// Ends the period and begins the next at the same moment: no hole, no overlap.
    fn enter(&mut self, kind: StateKind, reason: Option<u16>, forced: bool, at: Timestamp, outputs: &mut VecDeque<Output>) {
        let at = at.max(self.period.from);
        if at == self.period.from {
            // It lasted no time at all: the same period, otherwise named.
            self.period = AgentPeriod { kind, reason, forced, ..self.period.clone() };
        } else {
            let next = AgentPeriod { agent: self.period.agent.clone(), kind, reason, from: at, to: None, forced };
            let ended = std::mem::replace(&mut self.period, next);
            outputs.push_back(Output::Period(AgentPeriod { to: Some(at), ..ended }));
        }
        outputs.push_back(Output::Period(self.period.clone()));
    }
}

fn tell(agent: &Name, at: Timestamp, state: (StateKind, Option<u16>), outputs: &mut VecDeque<Output>) {
    let kind = NoticeKind::UserStatusChanged;
    outputs.push_back(Output::Notice(Notice { session: None, at, kind, agent: Some(agent.clone()), state: Some(state) }));
}

fn kind_of(state: AgentState, reason: Option<u16>, settings: &Settings) -> StateKind {
    match state {
        AgentState::LOGIN | AgentState::AVAILABLE => StateKind::Online,
        AgentState::NOT_READY if reason.is_some_and(|reason| settings.break_reasons.contains(&reason)) => StateKind::Break,
        AgentState::NOT_READY => StateKind::Away,
        AgentState::RESERVED => StateKind::BeforeCall,
        AgentState::TALKING | AgentState::HOLD | AgentState::BUSY_OTHER | AgentState::ACTIVE => StateKind::OnCall,
        AgentState::WORK_NOT_READY | AgentState::WORK_READY => StateKind::AfterCall,
        AgentState::LOGOUT => StateKind::Offline,
        _ => StateKind::Disconnected,
    }
}
