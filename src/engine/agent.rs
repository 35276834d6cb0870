//! Agents as the CTI Server reports them, and what they may do now.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use smallvec::SmallVec;

use super::RequestId;
use super::call::CallData;
use super::command::CommandId;
use super::hand_over::SingleSteps;
use super::model::{AgentId, AgentInfo, AgentState, Capabilities, ChannelInfo, ChannelState, InteractionId, Name, Outage};
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::values::WrapupDataMode;

/// What AGENT_DESK_SETTINGS_CONF said, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DeskSettings {
    pub(super) incoming: WrapupDataMode,
    pub(super) outgoing: WrapupDataMode,
    pub(super) mask: DeskSettingsMask,
    /// Seconds of after-call work; 0 for no end.
    pub(super) work_timer: u32,
    /// Seconds a call rings before it is taken away; 0 or the null value where it is not.
    pub(super) ring_time: u32,
}

/// A call announced by AGENT_PRE_CALL_EVENT that has not shown up yet.
#[derive(Clone, Debug)]
pub(super) struct PreCall {
    pub(super) data: CallData,
}

/// One agent.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) id: AgentId,
    pub(super) peripheral: u32,
    pub(super) state: AgentState,
    pub(super) reason: Option<u16>,
    pub(super) pending: Option<AgentState>,
    /// The state asked for last, and with which reason.
    pub(super) wished: Option<(AgentState, Option<u16>)>,
    pub(super) since: Timestamp,
    /// The state was found, not seen to begin.
    pub(super) since_is_estimated: bool,
    /// What the list of a team said of the state before it was asked for.
    pub(super) since_hint: Option<super::team::SinceHint>,
    /// Rising.
    pub(super) skill_groups: Arc<[u32]>,
    /// Where the agent is logged in, was last, or would be according to the CTI Server.
    pub(super) extension: Option<Name>,
    /// AgentInstrument where it differs from the extension.
    pub(super) instrument: Option<Name>,
    pub(super) desk: Option<DeskSettings>,
    /// What the phone does in one step; not asked before the first time that it matters.
    pub(super) single_steps: Option<SingleSteps>,
    /// Why the phone cannot be used: as [`Engine::outage_of`](super::Engine::outage_of) said last.
    pub(super) outage: Option<Outage>,
    /// Told to the desktops last.
    pub(super) told: Option<(ChannelInfo, AgentInfo)>,
    pub(super) channel: ChannelState,
    pub(super) channel_since: Timestamp,
    pub(super) capabilities: Capabilities,
    /// Oldest first, without those disposed of.
    pub(super) interactions: SmallVec<[InteractionId; 2]>,
    pub(super) pre_calls: Vec<PreCall>,
    pub(super) requests: SmallVec<[RequestId; 2]>,
    /// A logout, with its reason, that waits for the agent to become not ready.
    pub(super) logout: Option<(CommandId, Option<u16>)>,
}

impl Agent {
    pub(super) fn new(id: AgentId, peripheral: u32, now: Timestamp) -> Self {
        Self {
            id,
            peripheral,
            state: AgentState::UNKNOWN,
            reason: None,
            pending: None,
            wished: None,
            since: now,
            since_is_estimated: true,
            since_hint: None,
            skill_groups: Arc::default(),
            extension: None,
            instrument: None,
            desk: None,
            outage: None,
            single_steps: None,
            told: None,
            channel: ChannelState::Inactive,
            channel_since: now,
            capabilities: Capabilities::empty(),
            interactions: SmallVec::new(),
            pre_calls: Vec::new(),
            requests: SmallVec::new(),
            logout: None,
        }
    }

    /// Takes in skill groups that a report named: all that there are, or some more.
    pub(super) fn take_skill_groups(&mut self, named: &[u32], are_all: bool) {
        let kept: &[u32] = if are_all { &[] } else { &self.skill_groups };
        // Nearly every report names what is known.
        if named.iter().all(|number| kept.binary_search(number).is_ok()) && kept.len() == self.skill_groups.len() {
            return;
        }
        self.skill_groups = kept.iter().chain(named).copied().collect::<BTreeSet<_>>().into_iter().collect();
    }

    pub(super) fn is_logged_in(&self) -> bool {
        !matches!(self.state, AgentState::LOGOUT | AgentState::UNKNOWN)
    }

    pub(super) fn is_in_work(&self) -> bool {
        matches!(self.state, AgentState::WORK_READY | AgentState::WORK_NOT_READY)
    }

    /// The device name for requests: AgentInstrument.
    pub(super) fn device(&self) -> Option<&Name> {
        self.instrument.as_ref().or(self.extension.as_ref())
    }

    pub(super) fn is_device(&self, device: &str) -> bool {
        self.extension.as_deref() == Some(device) || self.instrument.as_deref() == Some(device)
    }

    pub(super) fn info(&self) -> AgentInfo {
        AgentInfo {
            id: self.id.clone(),
            state: self.state,
            reason: self.reason,
            pending: self.pending,
            pending_reason: self.wished.filter(|(state, _)| self.pending == Some(*state)).and_then(|(_, reason)| reason),
            since: self.since,
            until: self.work_ends(),
            since_is_estimated: self.since_is_estimated,
            skill_groups: Arc::clone(&self.skill_groups),
            ring_time: self.desk.map(|desk| desk.ring_time).filter(|seconds| (1..86_400).contains(seconds)),
        }
    }

    /// When after-call work ends by itself. A timer of a day or more is no timer.
    fn work_ends(&self) -> Option<Timestamp> {
        let seconds = self.desk.map(|desk| desk.work_timer).filter(|seconds| self.is_in_work() && (1..86_400).contains(seconds))?;
        self.since.checked_add(SignedDuration::from_secs(i64::from(seconds))).ok()
    }

    pub(super) fn channel_state_now(&self) -> ChannelState {
        if self.is_logged_in() && self.outage.is_none() { ChannelState::Active } else { ChannelState::Inactive }
    }

    pub(super) fn channel_info(&self) -> Option<ChannelInfo> {
        let state = self.channel_state_now();
        let available = state == ChannelState::Active && self.state == AgentState::AVAILABLE;
        self.extension.clone().map(|extension| ChannelInfo { extension, state, available, outage: self.outage })
    }

    /// What the agent's buttons may offer. `on_call`: a contact is alerting, dialling or started. Dialling in after-call work
    /// and with a call is not offered, because a Unified CCE peripheral refuses it.
    pub(super) fn capabilities_now(&self, on_call: bool, dial_when_ready: bool) -> Capabilities {
        use Capabilities as C;
        if self.channel_state_now() == ChannelState::Inactive {
            return C::CHANNEL_ACTIVATE;
        }
        let always = C::CHANNEL_EXTERNALDISPOSITIONS;
        if self.is_in_work() {
            return always | C::CHANNEL_READY | C::CHANNEL_NOTREADY;
        }
        if on_call {
            return always | C::CHANNEL_READY | C::CHANNEL_NOTREADY | C::CHANNEL_WORK;
        }
        match self.state {
            AgentState::NOT_READY => always | C::CHANNEL_DEACTIVATE | C::CHANNEL_READY | C::CHANNEL_NOTREADY | C::CHANNEL_DIAL,
            AgentState::AVAILABLE => {
                let dial = if dial_when_ready { C::CHANNEL_DIAL } else { C::empty() };
                always | C::CHANNEL_DEACTIVATE | C::CHANNEL_NOTREADY | dial
            }
            _ => always,
        }
    }
}
