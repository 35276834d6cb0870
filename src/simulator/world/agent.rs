//! Agents: who they are, their desk settings, their state.

use std::ops::{Index, IndexMut};
use std::time::{Duration, Instant};

use super::call::CallId;
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::values::{AgentState, CallDirection, WrapupDataMode};

/// An agent's place in [`Agents`]. Made only there, and agents are never removed, so indexing with it cannot fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AgentIx(usize);

#[derive(Clone, Debug)]
pub(super) struct DeskSettings {
    /// AgentDeskSettingsID.
    pub(super) id: u32,
    pub(super) mask: DeskSettingsMask,
    pub(super) wrapup_incoming: WrapupDataMode,
    pub(super) wrapup_outgoing: WrapupDataMode,
    pub(super) work_timer: Duration,
    pub(super) ring_no_answer: Duration,
}

/// A state that was asked for during a call and is taken after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) state: AgentState,
    pub(super) reason: u16,
}

/// Seconds and calls since login and since midnight; only what the world really counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) avail: Duration,
    pub(super) not_ready: Duration,
    pub(super) logged_on: Duration,
    pub(super) reserved: Duration,
    pub(super) talking_in: Duration,
    pub(super) talking_out: Duration,
    pub(super) hold: Duration,
    pub(super) work: Duration,
    pub(super) calls_in: u32,
    pub(super) calls_out: u32,
    pub(super) not_answered: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Agent {
    pub(super) id: String,
    /// ICMAgentID, the skill target.
    pub(super) target: u32,
    pub(super) password: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) is_supervisor: bool,
    /// The extension of the phone the agent usually sits at.
    pub(super) home: String,
    /// The phone the agent is signed in at.
    pub(super) device: Option<String>,
    pub(super) groups: Vec<u32>,
    pub(super) desk: DeskSettings,
    pub(super) state: AgentState,
    pub(super) reason: u16,
    pub(super) since: Instant,
    /// State and reason to return to after a call.
    pub(super) before: Wish,
    pub(super) wish: Option<Wish>,
    /// Where the work state leads when it ends by its timer.
    pub(super) after_work: Wish,
    pub(super) work_ends: Option<Instant>,
    pub(super) work_timer: u64,
    /// Whether REQUIRED_WITH_DATA still waits for CallWrapupData.
    pub(super) owes_data: bool,
    pub(super) direction: CallDirection,
    /// The group whose call the agent has.
    pub(super) active_group: Option<u32>,
    pub(super) last_call: Option<CallId>,
    pub(super) session: Tally,
    pub(super) today: Tally,
    pub(super) counted: Instant,
}

impl Agent {
    /// The phone that names the agent: where signed in, else the usual one.
    pub(super) fn instrument(&self) -> &str {
        self.device.as_deref().unwrap_or(&self.home)
    }

    pub(super) const fn is_logged_in(&self) -> bool {
        self.device.is_some()
    }

    pub(super) fn is_working(&self) -> bool {
        matches!(self.state, AgentState::WORK_NOT_READY | AgentState::WORK_READY)
    }

    pub(super) fn is_on_call(&self) -> bool {
        matches!(self.state, AgentState::TALKING | AgentState::HOLD)
    }

    /// Adds the time since the last count to what it was spent with.
    pub(super) fn count_time(&mut self, now: Instant) {
        let spent = now.saturating_duration_since(self.counted);
        self.counted = now;
        if !self.is_logged_in() {
            return;
        }
        let (state, direction) = (self.state, self.direction);
        for tally in [&mut self.session, &mut self.today] {
            tally.logged_on += spent;
            match state {
                AgentState::AVAILABLE => tally.avail += spent,
                AgentState::NOT_READY => tally.not_ready += spent,
                AgentState::RESERVED => tally.reserved += spent,
                AgentState::TALKING if matches!(direction, CallDirection::OUT | CallDirection::OTHER_OUT) => tally.talking_out += spent,
                AgentState::TALKING => tally.talking_in += spent,
                AgentState::HOLD => tally.hold += spent,
                AgentState::WORK_NOT_READY | AgentState::WORK_READY => tally.work += spent,
                _ => {}
            }
        }
    }
}

/// All agents of the world.
#[derive(Debug, Default)]
pub(super) struct Agents {
    list: Vec<Agent>,
    by_id: std::collections::HashMap<String, AgentIx>,
}

impl Agents {
    pub(super) fn push(&mut self, agent: Agent) {
        self.by_id.insert(agent.id.clone(), AgentIx(self.list.len()));
        self.list.push(agent);
    }

    pub(super) fn find(&self, id: &str) -> Option<AgentIx> {
        self.by_id.get(id).copied()
    }

    pub(super) fn by_target(&self, target: u32) -> Option<AgentIx> {
        self.list.iter().position(|agent| agent.target == target).map(AgentIx)
    }

    pub(super) fn indices(&self) -> impl Iterator<Item = AgentIx> + use<> {
        (0..self.list.len()).map(AgentIx)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (AgentIx, &Agent)> {
        self.list.iter().enumerate().map(|(at, agent)| (AgentIx(at), agent))
    }
}

impl Index<AgentIx> for Agents {
    type Output = Agent;

    fn index(&self, ix: AgentIx) -> &Agent {
        &self.list[ix.0]
    }
}

impl IndexMut<AgentIx> for Agents {
    fn index_mut(&mut self, ix: AgentIx) -> &mut Agent {
        &mut self.list[ix.0]
    }
}

/// The reference's word for a state, without its prefix.
pub(super) fn state_word(state: AgentState) -> &'static str {
    state.name().and_then(|name| name.strip_prefix("AGENT_STATE_")).unwrap_or("UNKNOWN")
}

/// The state that a word of the control port names; `READY` and `WORK` are what desktops call them.
pub(super) fn state_of_word(word: &str) -> Option<AgentState> {
    let word = word.to_ascii_uppercase();
    match word.as_str() {
        "READY" => return Some(AgentState::AVAILABLE),
        "WORK" => return Some(AgentState::WORK_NOT_READY),
        _ => {}
    }
    (0..=14).map(AgentState).find(|state| state_word(*state) == word)
}
