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

/// What one kind of calls came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CallTally {
    pub(super) calls: u32,
    pub(super) talk: Duration,
    pub(super) held_calls: u32,
    pub(super) hold: Duration,
    pub(super) work: Duration,
}

impl CallTally {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.talk += other.talk;
        self.held_calls += other.held_calls;
        self.hold += other.hold;
        self.work += other.work;
    }

    /// Talk, hold and after-call time together.
    pub(super) fn time(&self) -> Duration {
        self.talk + self.hold + self.work
    }
}

/// Times and calls since login or since midnight; a call counts when its after-call work is over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) avail: Duration,
    pub(super) not_ready: Duration,
    pub(super) logged_on: Duration,
    /// Calls from the router.
    pub(super) handled: CallTally,
    /// Calls to the outside.
    pub(super) out: CallTally,
    /// Calls to other phones of the peripheral.
    pub(super) internal: CallTally,
    /// Calls from other phones of the peripheral.
    pub(super) internal_received: CallTally,
    pub(super) monitored: u32,
    pub(super) barged_in: u32,
    pub(super) intercepted: u32,
    pub(super) emergencies: u32,
}

impl Tally {
    fn of(&mut self, direction: CallDirection) -> &mut CallTally {
        match direction {
            CallDirection::OUT => &mut self.out,
            CallDirection::OTHER_OUT => &mut self.internal,
            CallDirection::OTHER_IN => &mut self.internal_received,
            _ => &mut self.handled,
        }
    }
}

/// Whether an agent belongs to the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// By configuration.
    Member,
    /// Added for the time being.
    Temporary,
    /// Taken out for the time being.
    Removed,
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
    /// DepartmentID; 0: none (inferred).
    pub(super) department: i32,
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
    /// The call that the router has announced and that has not arrived yet.
    pub(super) announced: Option<CallId>,
    /// Announced calls in a row that never arrived.
    pub(super) not_arrived: u8,
    pub(super) team: Membership,
    /// The Client Events session of the agent's phone, 0 for none.
    pub(super) session_id: u32,
    /// Matched against the timer that ends the wait for a lost client.
    pub(super) lost_timer: u64,
    /// Matched against the timer that signs an idle agent out.
    pub(super) inactive_timer: u64,
    pub(super) session: Tally,
    pub(super) today: Tally,
    /// The call that runs or is wrapped up.
    pub(super) current: CallTally,
    /// Day that `today` counts, in days since 1970.
    pub(super) day: i64,
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
        let state = self.state;
        for tally in [&mut self.session, &mut self.today] {
            tally.logged_on += spent;
            match state {
                AgentState::AVAILABLE => tally.avail += spent,
                AgentState::NOT_READY => tally.not_ready += spent,
                _ => {}
            }
        }
        match state {
            AgentState::TALKING => self.current.talk += spent,
            AgentState::HOLD => self.current.hold += spent,
            AgentState::WORK_NOT_READY | AgentState::WORK_READY => self.current.work += spent,
            _ => {}
        }
    }

    /// Puts the call that is over now, its wrap-up included, into the counts.
    pub(super) fn count_call(&mut self) {
        let mut current = std::mem::take(&mut self.current);
        current.calls = 1;
        current.held_calls = u32::from(!current.hold.is_zero());
        let direction = self.direction;
        for tally in [&mut self.session, &mut self.today] {
            tally.of(direction).add(&current);
        }
    }

    /// Counts from midnight anew.
    pub(super) fn begin_day(&mut self, day: i64) {
        if self.day != day {
            self.day = day;
            self.today = Tally::default();
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
