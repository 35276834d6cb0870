//! Agent states: signing in and out, ready and not ready, what calls do to them, wrap-up.
//!
//! ```text
//!            login              ready                call on its way        answered
//!  LOGOUT ──────────▶ NOT_READY ─────▶ AVAILABLE ─────────────▶ RESERVED ──────────▶ TALKING ⇄ HOLD
//!     ▲                │   ▲  ▲            ▲  ◀──never came──────┘                      │
//!     └────logout──────┘   │  └────────────┼────────── no wrap-up ─────────────────────┤
//!                          └─ timer/agent ─┴── WORK_NOT_READY, WORK_READY ◀── wrap-up ──┘
//! ```
//! A state asked for during a call is kept as a wish and taken after it. Peripheral error codes are those that the CTI OS
//! System Manager Guide names.

use super::agent::{AgentIx, CallTally, Tally, Wish, state_of_word, state_word};
use super::call::{LegState, Party};
use super::request::{Answer, Asker};
use super::{Refusal, Timer, WishError, World};
use crate::protocol::Message;
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::message::{SetAgentStateConf, SetAgentStateReq};
use crate::protocol::values::{AgentState, CallDirection, ControlFailureCode as Cf, ForcedFlag, StatusCode, WrapupDataMode};
use crate::time::Now;

/// Peripheral error: the transition is not allowed.
const ILLEGAL_TRANSITION: u32 = 10_108;
/// Peripheral error: already logged in.
const ALREADY_LOGGED_IN: u32 = 10_102;
/// Peripheral error: unknown extension.
const UNKNOWN_EXTENSION: u32 = 10_004;
/// Peripheral error: logout only from NOT_READY.
const LOGOUT_NOT_ALLOWED: u32 = 10_112;

/// Reason of a call that was not answered.
pub(super) const CALL_NOT_ANSWERED: u16 = 32_767;
/// Reason of a logout because the phone is out of service.
pub(super) const PHONE_OUT_OF_SERVICE: u16 = 50_003;
/// Reason of an agent whom routed calls did not reach twice in a row.
const CALLS_DID_NOT_ARRIVE: u16 = 50_010;
/// Peripheral error: the agent is in no team.
pub(super) const NO_TEAM: u32 = 10_105;
/// Reason of a forced logout, and of the not ready before it.
const FORCED_LOGOUT: u16 = 20_003;
/// Reason while an agent who was available uses the phone to dial.
pub(super) const DIALLED_WHILE_AVAILABLE: u16 = 50_006;
/// Reason after a login at a phone that has a call.
const LOGIN_DURING_CALL: u16 = 51_004;

impl World {
    /// SET_AGENT_STATE_REQ.
    pub(super) fn set_agent_state(&mut self, asker: &Asker, request: &SetAgentStateReq<'_>) -> Answer {
        let confirmed = || Ok(Message::from(SetAgentStateConf { invoke_id: request.invoke_id, ..SetAgentStateConf::default() }));
        let instrument = request.agent_instrument.as_deref().or(asker.device.as_deref());
        if request.agent_state == AgentState::LOGIN {
            self.log_in(request, instrument)?;
            return confirmed();
        }
        let ix = self.agent_named(request.agent_id.as_deref(), None, instrument)?;
        if !self.agents[ix].is_logged_in() {
            return Err(StatusCode::AGENT_NOT_LOGGED_ON.into());
        }
        self.change_state(ix, request.agent_state, request.event_reason_code, request.forced_flag == ForcedFlag::TRUE)?;
        confirmed()
    }

    fn log_in(&mut self, request: &SetAgentStateReq<'_>, instrument: Option<&str>) -> Result<(), Refusal> {
        let id = request.agent_id.as_deref().or(request.agent_id_long.as_deref()).ok_or(StatusCode::REQUIRED_DATA_MISSING)?;
        // Id and password come first, so that nobody learns without them who is signed in (inferred).
        let ix = self.agents.find(id).ok_or(Cf::INVALID_AGENT_ID_SPECIFIED)?;
        let password = request.agent_password.as_deref().unwrap_or("");
        // Single sign-on proves the agent elsewhere; the password is then a token that nothing here can check (inferred).
        if request.sso_enabled != Some(1) && password != self.agents[ix].password {
            return Err(Cf::INVALID_PASSWORD_SPECIFIED.into());
        }
        if request.forced_flag == ForcedFlag::AUTHENTICATE_ONLY {
            return Ok(());
        }
        let forced = request.forced_flag == ForcedFlag::TRUE;
        if self.agents[ix].is_logged_in() {
            if !forced || self.agents[ix].is_on_call() {
                return Err(Refusal::Control(Cf::SPECIFIED_AGENT_ALREADY_SIGNED_ON, ALREADY_LOGGED_IN));
            }
            self.log_out(ix, FORCED_LOGOUT);
        }
        // A mobile agent's instrument is "instrument;phone number".
        let device = instrument.ok_or(StatusCode::REQUIRED_DATA_MISSING)?.split(';').next().unwrap_or_default().to_owned();
        let Some(phone) = self.phones.get(&device) else {
            return Err(Refusal::Control(Cf::INVALID_LOGON_DEVICE_SPECIFIED, UNKNOWN_EXTENSION));
        };
        if phone.is_out_of_service {
            return Err(Cf::RESOURCE_OUT_OF_SERVICE.into());
        }
        if let Some(other) = phone.user {
            if !forced || self.agents[other].is_on_call() {
                return Err(Cf::SPECIFIED_EXTENSION_ALREADY_IN_USE.into());
            }
            self.log_out(other, FORCED_LOGOUT);
        }
        self.sign_in(ix, &device);
        Ok(())
    }

    fn sign_in(&mut self, ix: AgentIx, device: &str) {
        let now = self.now.mono;
        let has_call = !self.calls_at(device).is_empty();
        if let Some(phone) = self.phones.get_mut(device) {
            phone.user = Some(ix);
        }
        let agent = &mut self.agents[ix];
        agent.count_time(now);
        agent.device = Some(device.to_owned());
        agent.session = Tally::default();
        agent.current = CallTally::default();
        agent.wish = None;
        agent.owes_data = false;
        agent.active_group = None;
        agent.direction = CallDirection::NONE;
        // LOGIN is told but no state to stay in.
        self.enter(ix, AgentState::LOGIN, 0);
        self.enter(ix, AgentState::NOT_READY, if has_call { LOGIN_DURING_CALL } else { 0 });
        self.adopt_calls(ix, device);
    }

    /// Who signs in at a phone that has a call takes it over: from now on it is observed (inferred; the reason code is all
    /// that a source gives).
    fn adopt_calls(&mut self, ix: AgentIx, device: &str) {
        for id in self.calls_at(device) {
            let Some(leg) = self.calls.get_mut(&id).and_then(|call| call.leg_mut(device)) else { continue };
            let (was_seen, state) = (leg.agent().is_some(), leg.state);
            leg.party = Party::Agent(ix);
            self.agents[ix].last_call = Some(id);
            if !was_seen {
                self.tell_leg_again(id, device, state);
            }
        }
        self.settle(ix);
    }

    pub(super) fn log_out(&mut self, ix: AgentIx, reason: u16) {
        if self.agents[ix].state != AgentState::NOT_READY && reason == FORCED_LOGOUT {
            self.enter(ix, AgentState::NOT_READY, FORCED_LOGOUT);
        }
        self.enter(ix, AgentState::LOGOUT, reason);
        if let Some(device) = self.agents[ix].device.take()
            && let Some(phone) = self.phones.get_mut(&device)
        {
            phone.user = None;
        }
        self.agents[ix].wish = None;
        self.agents[ix].not_arrived = 0;
        if let Some(call) = self.agents[ix].announced {
            self.abort_announced(call, false);
        }
    }

    /// Changes a state on the agent's own wish.
    pub(super) fn change_state(&mut self, ix: AgentIx, state: AgentState, reason: u16, forced: bool) -> Result<(), Refusal> {
        let agent = &self.agents[ix];
        let demands = |mask| agent.desk.mask.contains(mask) && reason == 0;
        let on_call = agent.is_on_call() || agent.state == AgentState::RESERVED;
        match state {
            AgentState::LOGOUT => {
                if agent.state != AgentState::NOT_READY && !forced {
                    return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, LOGOUT_NOT_ALLOWED));
                }
                if demands(DeskSettingsMask::LOGOUT_REASON_REQUIRED) {
                    return Err(Cf::REASON_CODE_REQUIRED.into());
                }
                self.log_out(ix, reason);
                return Ok(());
            }
            AgentState::NOT_READY if demands(DeskSettingsMask::IDLE_REASON_REQUIRED) => return Err(Cf::REASON_CODE_REQUIRED.into()),
            AgentState::NOT_READY | AgentState::AVAILABLE => {}
            AgentState::WORK_NOT_READY | AgentState::WORK_READY => {
                let mode = self.wrapup_mode(ix);
                if !(on_call || agent.is_working()) || mode == WrapupDataMode::NOT_ALLOWED {
                    return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, ILLEGAL_TRANSITION));
                }
            }
            // LOGIN is handled before; the others cannot be asked for.
            _ => return Err(Refusal::Control(Cf::VALUE_OUT_OF_RANGE, ILLEGAL_TRANSITION)),
        }
        if on_call {
            self.agents[ix].wish = Some(Wish { state, reason });
            self.tell_state(ix);
            return Ok(());
        }
        if agent.is_working() {
            if matches!(state, AgentState::WORK_NOT_READY | AgentState::WORK_READY) {
                // Asking for work again extends it (inferred): the timer starts anew.
                self.enter_work(ix, state, reason);
                return Ok(());
            }
            if agent.owes_data {
                return Err(Cf::WRAPUP_DATA_REQUIRED.into());
            }
        }
        self.rest(ix, state, reason);
        Ok(())
    }

    /// The control port's way to change an agent: by the system, without the agent's rules.
    ///
    /// # Errors
    /// [`WishError`] if there is no such agent or state, or the state cannot be reached from here.
    pub fn force_agent(&mut self, now: Now, id: &str, state: &str, reason: Option<u16>) -> Result<(), WishError> {
        self.now = now;
        let ix = self.agents.find(id).ok_or_else(|| WishError::Unknown(format!("no agent {id}")))?;
        let wanted = state_of_word(state).ok_or_else(|| WishError::Bad(format!("no agent state {state}")))?;
        let agent = &self.agents[ix];
        let not_now = || Err(WishError::NotNow(format!("agent {id} is {}", state_word(agent.state))));
        match (wanted, agent.is_logged_in()) {
            (AgentState::LOGIN, false) | (AgentState::NOT_READY | AgentState::AVAILABLE, false) => {
                let device = agent.home.clone();
                if self.phones.get(&device).is_none_or(|phone| phone.user.is_some() || phone.is_out_of_service) {
                    return Err(WishError::NotNow(format!("the phone {device} cannot be used")));
                }
                self.sign_in(ix, &device);
                if wanted != AgentState::LOGIN && (wanted == AgentState::AVAILABLE || reason.is_some()) {
                    self.rest(ix, wanted, reason.unwrap_or(0));
                }
            }
            (_, false) | (AgentState::LOGIN, true) => return not_now(),
            (AgentState::LOGOUT, true) => self.log_out(ix, reason.unwrap_or(FORCED_LOGOUT)),
            (AgentState::NOT_READY | AgentState::AVAILABLE | AgentState::WORK_NOT_READY | AgentState::WORK_READY, true) => {
                let wish = Wish { state: wanted, reason: reason.unwrap_or(0) };
                if agent.is_on_call() || agent.state == AgentState::RESERVED {
                    self.agents[ix].wish = Some(wish);
                    self.tell_state(ix);
                } else if matches!(wanted, AgentState::NOT_READY | AgentState::AVAILABLE) {
                    self.rest(ix, wanted, wish.reason);
                } else if agent.is_working() {
                    self.enter_work(ix, wanted, wish.reason);
                } else {
                    return not_now();
                }
            }
            _ => return Err(WishError::Bad(format!("{state} is no state to be put in"))),
        }
        Ok(())
    }

    /// Takes NOT_READY or AVAILABLE; whoever becomes available may get a waiting call.
    pub(super) fn rest(&mut self, ix: AgentIx, state: AgentState, reason: u16) {
        let now = self.now.mono;
        let agent = &mut self.agents[ix];
        if agent.is_on_call() || agent.is_working() {
            agent.count_time(now);
            agent.count_call();
        }
        agent.direction = CallDirection::NONE;
        agent.active_group = None;
        agent.owes_data = false;
        agent.wish = None;
        let reason = if state == AgentState::NOT_READY { reason } else { 0 };
        self.enter(ix, state, reason);
        if state == AgentState::AVAILABLE {
            self.dispatch();
        }
    }

    /// Enters a state and tells it.
    fn enter(&mut self, ix: AgentIx, state: AgentState, reason: u16) {
        let (now, day) = (self.now.mono, self.today());
        let agent = &mut self.agents[ix];
        agent.count_time(now);
        agent.begin_day(day);
        if agent.state != state {
            agent.since = now;
        }
        agent.state = state;
        agent.reason = reason;
        if !agent.is_working() {
            agent.work_ends = None;
            agent.work_timer = 0;
        }
        agent.inactive_timer = 0;
        if state == AgentState::NOT_READY {
            self.await_inactivity(ix);
        }
        self.tell_state(ix);
    }

    /// The short NOT_READY of somebody who dials while available.
    pub(super) fn not_ready_for_own_call(&mut self, ix: AgentIx, reason: u16) {
        self.enter(ix, AgentState::NOT_READY, reason);
    }

    fn enter_work(&mut self, ix: AgentIx, state: AgentState, reason: u16) {
        let after = self.agents[ix].desk.work_timer;
        let now = self.now.mono;
        let token = self.start_timer(after, |token| Timer::WorkOver(ix, token));
        let agent = &mut self.agents[ix];
        agent.after_work = match state {
            AgentState::WORK_READY => Wish { state: AgentState::AVAILABLE, reason: 0 },
            _ => Wish { state: AgentState::NOT_READY, reason },
        };
        agent.wish = None;
        agent.work_ends = Some(now + after);
        agent.work_timer = token;
        self.enter(ix, state, 0);
    }

    pub(super) fn work_over(&mut self, ix: AgentIx, token: u64) {
        let agent = &self.agents[ix];
        if agent.is_working() && agent.work_timer == token {
            let Wish { state, reason } = agent.after_work;
            self.rest(ix, state, reason);
        }
    }

    fn wrapup_mode(&self, ix: AgentIx) -> WrapupDataMode {
        let agent = &self.agents[ix];
        match agent.direction {
            CallDirection::OUT | CallDirection::OTHER_OUT => agent.desk.wrapup_outgoing,
            _ => agent.desk.wrapup_incoming,
        }
    }

    /// A call is announced: the agent waits for it.
    pub(super) fn reserve(&mut self, ix: AgentIx) {
        self.remember(ix);
        self.enter(ix, AgentState::RESERVED, 0);
    }

    /// Two announced calls in a row did not arrive.
    pub(super) fn not_arrived(&mut self, ix: AgentIx) {
        self.agents[ix].wish = None;
        self.rest(ix, AgentState::NOT_READY, CALLS_DID_NOT_ARRIVE);
    }

    /// A call was not answered: the agent is taken out of the distribution.
    pub(super) fn not_answered(&mut self, ix: AgentIx) {
        self.agents[ix].wish = None;
        self.rest(ix, AgentState::NOT_READY, CALL_NOT_ANSWERED);
    }

    /// Makes the agent's state follow from the calls at the phone.
    pub(super) fn settle(&mut self, ix: AgentIx) {
        let Some(device) = self.agents[ix].device.clone() else { return };
        let states: Vec<LegState> = self
            .calls_at(&device)
            .into_iter()
            .filter_map(|call| self.calls.get(&call)?.leg(&device))
            .filter(|leg| !leg.is_monitored)
            .map(|leg| leg.state)
            .collect();
        let state = self.agents[ix].state;
        let busy = states.iter().any(|state| matches!(state, LegState::Connected | LegState::Initiated | LegState::Failed));
        if busy || states.contains(&LegState::Held) {
            self.remember(ix);
            let wanted = if busy { AgentState::TALKING } else { AgentState::HOLD };
            if state != wanted {
                self.enter(ix, wanted, 0);
            }
        } else if !states.is_empty() {
            // Ringing reserves an agent who is available; another one's state stays (inferred for direct calls).
            if state == AgentState::AVAILABLE {
                self.remember(ix);
                self.enter(ix, AgentState::RESERVED, 0);
            }
        } else if matches!(state, AgentState::TALKING | AgentState::HOLD) {
            self.after_call(ix);
        } else if state == AgentState::RESERVED && self.agents[ix].announced.is_none() {
            let wish = self.agents[ix].wish.filter(|wish| matches!(wish.state, AgentState::AVAILABLE | AgentState::NOT_READY));
            let Wish { state, reason } = wish.unwrap_or(self.agents[ix].before);
            self.rest(ix, state, reason);
        }
    }

    /// Keeps the state to return to after a call.
    pub(super) fn remember(&mut self, ix: AgentIx) {
        let agent = &mut self.agents[ix];
        match agent.state {
            // The short not ready of somebody who dials while available gives way to available again.
            AgentState::NOT_READY if agent.reason == DIALLED_WHILE_AVAILABLE => {}
            AgentState::AVAILABLE | AgentState::NOT_READY => agent.before = Wish { state: agent.state, reason: agent.reason },
            AgentState::WORK_NOT_READY | AgentState::WORK_READY => agent.before = agent.after_work,
            _ => {}
        }
    }

    fn after_call(&mut self, ix: AgentIx) {
        let mode = self.wrapup_mode(ix);
        let agent = &self.agents[ix];
        let (wish, before, incoming) = (agent.wish, agent.before, matches!(agent.direction, CallDirection::IN | CallDirection::OTHER_IN));
        let wanted = wish.unwrap_or(before);
        let must = matches!(mode, WrapupDataMode::REQUIRED | WrapupDataMode::REQUIRED_WITH_DATA);
        let asked_for_work = matches!(wanted.state, AgentState::WORK_NOT_READY | AgentState::WORK_READY);
        if must {
            // The timer leads to ready after incoming and to not ready after outgoing calls, unless the agent has chosen.
            let goes_ready = match wish.map(|wish| wish.state) {
                Some(state) => matches!(state, AgentState::AVAILABLE | AgentState::WORK_READY),
                None => incoming && before.state == AgentState::AVAILABLE,
            };
            let owes = mode == WrapupDataMode::REQUIRED_WITH_DATA && incoming && !self.has_wrapup_data(ix);
            self.agents[ix].owes_data = owes;
            self.enter_work(ix, if goes_ready { AgentState::WORK_READY } else { AgentState::WORK_NOT_READY }, wanted.reason);
        } else if asked_for_work && mode == WrapupDataMode::OPTIONAL {
            self.enter_work(ix, wanted.state, wanted.reason);
        } else {
            let state = match wanted.state {
                AgentState::WORK_READY | AgentState::AVAILABLE => AgentState::AVAILABLE,
                _ => AgentState::NOT_READY,
            };
            self.rest(ix, state, wanted.reason);
        }
    }

    fn has_wrapup_data(&self, ix: AgentIx) -> bool {
        let Some(id) = self.agents[ix].last_call else { return false };
        let call = self.calls.get(&id).or_else(|| self.ended.get(&id).map(|ended| &ended.call));
        call.is_some_and(|call| call.data.wrapup.as_deref().is_some_and(|data| !data.is_empty()))
    }
}
