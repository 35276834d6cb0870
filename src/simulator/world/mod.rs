//! The world behind both CTI Servers: agents, phones, skill groups, callers and calls of one Unified CCE peripheral.
//!
//! Pure: time comes in as an argument; requests and people act through methods, what follows is polled from
//! [`World::poll_output`], and [`World::handle_timeout`] is due at [`World::poll_timeout`]. The world survives side
//! switches; it knows nothing of sessions but who asked.
//!
//! Sources: CTI Server Message Reference Guide (Protocol Version 25), CTI OS System Manager Guide 12.6 (chapter
//! "Peripheral-Specific Support"), Finesse Web Services Developer Guide 12.5 (agent state table). Where a sequence is in
//! none of them the code says "inferred".

mod acd;
mod agent;
mod agent_state;
mod call;
mod consult;
mod emit;
mod gateway;
mod lost;
mod outbound;
mod phone;
mod recording;
mod report;
mod request;
mod snapshot;
mod supervise;
mod team;
mod truth;
mod upload;
#[cfg(test)]
mod walk;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

pub use acd::{FarEnd, InboundCall};
use agent::{Agent, AgentIx, Agents, DeskSettings, Membership, Tally, Wish};
pub(super) use call::VariableFilter;
use call::{Call, LegState};
pub use call::{CallData, CallId, NO_CALL, PreCall};
use gateway::Gateway;
pub use gateway::GatewayEvent;
pub use phone::PhoneAction;
pub use request::Asker;
pub use team::TeamChange;
pub use truth::{Truth, TruthAgent, TruthCall, TruthParty, TruthPeripheral};

use super::Profile;
use crate::protocol::Message;
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::values::{AgentState, CallDirection, ControlFailureCode, StatusCode, WrapupDataMode};
use crate::time::Now;

/// PeripheralID of the one peripheral of the default world.
pub const PERIPHERAL: u32 = 5000;

/// The one team; agent 1001 is its supervisor.
pub const TEAM: u32 = 1;

/// The skill groups and the numbers that lead to them.
pub const GROUPS: [(u32, &str); 2] = [(10, "8001"), (11, "8002")];

/// What the world is made of, and its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldSettings {
    /// Number of agents: ids from 1001, extensions from 3001 (from 30001 with more than 4,900 agents).
    pub agents: usize,
    /// Password of every agent.
    pub agent_password: String,
    /// How long a phone rings before the call is taken away; `RingNoAnswerTime` of the desk settings.
    pub ring_no_answer: Duration,
    /// How long the wrap-up state lasts; `WorkModeTimer` of the desk settings.
    pub wrap_up: Duration,
    /// After how long a number outside answers.
    pub far_end_answers: Duration,
    /// How long a phone hears the busy tone before the failed call is cleared (inferred: no source says how long).
    pub failed_call_clears: Duration,
    /// How long call data can still be set after a call; two minutes by the reference's default.
    pub call_data_kept: Duration,
    /// What becomes of the agent of a Client Events session that is lost without CLOSE_REQ.
    pub client_lost: ClientLost,
    /// How long after it was lost; Finesse takes a minute.
    pub client_lost_after: Duration,
    /// How long after the last session with control of calls was lost all agents get what `client_lost` says; `None`: never,
    /// because the servers of a bridge's desktops are the bridge's own matter.
    pub bridge_lost_after: Option<Duration>,
    /// Which of the ten call variables clients may set, `y` or `n` each; by the peripheral's CallControlVariableMap.
    pub variable_map: [bool; 10],
    /// The ECC variables that are configured, arrays with `[]` behind their names; empty: all that begin with `user.` or `BA`.
    pub ecc_variables: Vec<String>,
    /// Whether a supervisor joins a call for help at once as in a conference, or as a consult; by the desk settings.
    pub assist_by_conference: bool,
    /// Whether phones transfer a call to a number in one step; else by a consult call only.
    pub blind_transfer: bool,
    /// Where a call for help goes when the supervisor is not free: the team's dialled number.
    pub assist_number: Option<String>,
    /// After how long in NOT_READY an agent is signed out; LogoutNonActivityTime of the desk settings.
    pub logout_after: Option<Duration>,
    /// How long the router waits for a call it has announced.
    pub announced_call_expected: Duration,
    /// Whether SYS_HALF_HOUR_CHANGE comes on the hour and the half hour of the wall clock.
    pub half_hour_events: bool,
    /// Whether the network records agents' calls with the outside, unless a call says otherwise.
    pub record_calls: bool,
    /// DepartmentIDs, dealt to the agents in turn; 0: none. Empty: no agent has one.
    pub departments: Vec<i32>,
}

impl Default for WorldSettings {
    fn default() -> Self {
        Self {
            agents: 20,
            agent_password: "1234".to_owned(),
            ring_no_answer: Duration::from_secs(20),
            wrap_up: Duration::from_secs(30),
            far_end_answers: Duration::from_secs(2),
            failed_call_clears: Duration::from_secs(5),
            call_data_kept: Duration::from_secs(120),
            client_lost: ClientLost::NotReady,
            client_lost_after: Duration::from_secs(60),
            bridge_lost_after: None,
            variable_map: [true; 10],
            ecc_variables: Vec::new(),
            assist_by_conference: false,
            blind_transfer: true,
            assist_number: None,
            logout_after: None,
            announced_call_expected: Duration::from_secs(10),
            half_hour_events: true,
            record_calls: false,
            departments: Vec::new(),
        }
    }
}

/// What becomes of agents whose client is lost. Reason 50002 in each case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientLost {
    /// Nothing.
    Stay,
    /// Not ready, after the call if there is one.
    #[default]
    NotReady,
    /// Signed out at once, even during a call.
    Logout,
}

/// Which sessions of kind Client Events an event concerns; All Events sessions get everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Those of these devices.
    Devices(Vec<String>),
    /// Those of any device.
    Everyone,
    /// None: bridges and registered servers only.
    Bridges,
    /// This one session and nobody else.
    Session(u64),
    /// Those that asked for changes of the configuration.
    Configuration,
}

/// What the world says.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // answers are few and leave the queue at once
pub enum Output {
    /// The one answer to a request, for the session that asked.
    Answer {
        /// The session that asked.
        session: u64,
        /// Confirmation or failure; InvokeID is filled in.
        message: Message<'static>,
    },
    /// Something happened.
    Event(Box<Event>),
}

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event, MonitorID 0.
    pub message: Message<'static>,
    /// Whom it concerns.
    pub audience: Audience,
    /// For CALL_DATA_UPDATE_EVENT: the ECC variables that changed. Before version 22 only these are sent.
    pub changed: Option<Vec<String>>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// FAILURE_CONF: the request itself is bad.
    Status(StatusCode),
    /// CONTROL_FAILURE_CONF: the peripheral refuses. The numbers of PeripheralErrorCode are from the CTI OS and Finesse guides.
    Control(ControlFailureCode, u32),
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        Self::Status(status)
    }
}

impl From<ControlFailureCode> for Refusal {
    fn from(code: ControlFailureCode) -> Self {
        Self::Control(code, 0)
    }
}

/// Why the control port's wish cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WishError {
    /// 400.
    #[error("{0}")]
    Bad(String),
    /// 404.
    #[error("{0}")]
    Unknown(String),
    /// 409.
    #[error("{0}")]
    NotNow(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    QueueOver(CallId),
    RingNoAnswer(CallId, u64),
    FarEnd(CallId, u64),
    FailedOver(CallId, u64),
    WorkOver(AgentIx, u64),
    DataOver(CallId),
    Arrives(CallId, u64),
    ClientLost(AgentIx, u64),
    BridgeLost(u64),
    Inactive(AgentIx, u64),
    HalfHour,
}

#[derive(Debug)]
struct Peripheral {
    id: u32,
    is_online: bool,
}

/// A skill group and the dialled number that leads to it. The default world's SkillGroupID equals its SkillGroupNumber.
#[derive(Debug)]
struct SkillGroup {
    number: u32,
    name: &'static str,
    dialed_number: &'static str,
}

#[derive(Debug, Default)]
struct Phone {
    is_out_of_service: bool,
    user: Option<AgentIx>,
    calls: Vec<CallId>,
}

/// A call that ended but whose data can still be set.
#[derive(Debug)]
struct EndedCall {
    call: Call,
}

/// The world.
#[derive(Debug)]
pub struct World {
    settings: WorldSettings,
    profile: Profile,
    peripherals: Vec<Peripheral>,
    gateway: Gateway,
    groups: Vec<SkillGroup>,
    agents: Agents,
    phones: BTreeMap<String, Phone>,
    calls: BTreeMap<CallId, Call>,
    ended: BTreeMap<CallId, EndedCall>,
    next_call: CallId,
    next_router_call: u32,
    next_timer: u64,
    /// Ends the time that bridges have to come back; 0 when none is missing.
    bridge_timer: u64,
    /// Ordered: the next recording in the network fails with this cause.
    recording_fails: Option<u16>,
    /// Recordings so far: every one has an identity of its own.
    recordings: u32,
    /// How often the configuration changed.
    config_changes: u32,
    timers: BinaryHeap<Reverse<(Instant, u64, Timer)>>,
    outputs: VecDeque<Output>,
    now: Now,
}

/// SkillGroupID of the group an event's fixed part names when the agent has no call.
const DEFAULT_GROUP: u32 = 10;

impl World {
    /// Builds the world at `now`; all agents are signed out.
    pub fn new(settings: WorldSettings, profile: Profile, now: Now) -> Self {
        let first_extension = if settings.agents > 4_900 { 30_001 } else { 3001 };
        let mut agents = Agents::default();
        let mut phones = BTreeMap::new();
        for at in 0..settings.agents {
            let home = (first_extension + at).to_string();
            phones.insert(home.clone(), Phone::default());
            agents.push(new_agent(&settings, at, home, now.mono));
        }
        let mut world = Self {
            settings,
            profile,
            peripherals: vec![Peripheral { id: PERIPHERAL, is_online: true }],
            gateway: Gateway::default(),
            groups: GROUPS
                .iter()
                .zip(["Sales", "Service"])
                .map(|(&(number, dialed_number), name)| SkillGroup { number, name, dialed_number })
                .collect(),
            agents,
            phones,
            calls: BTreeMap::new(),
            ended: BTreeMap::new(),
            next_call: 0x0100_0001,
            next_router_call: 200,
            next_timer: 1,
            bridge_timer: 0,
            recording_fails: None,
            recordings: 0,
            config_changes: 0,
            timers: BinaryHeap::new(),
            outputs: VecDeque::new(),
            now,
        };
        world.await_half_hour();
        world
    }

    /// The next thing to tell; drain to `None` after every call that takes `now`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`World::handle_timeout`] is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, ..))| *at)
    }

    /// Does what is due by now.
    pub fn handle_timeout(&mut self, now: Now) {
        self.now = now;
        while let Some(Reverse((at, _, timer))) = self.timers.peek().copied() {
            if at > now.mono {
                break;
            }
            self.timers.pop();
            match timer {
                Timer::QueueOver(call) => self.queue_over(call),
                Timer::RingNoAnswer(call, token) => self.ring_no_answer(call, token),
                Timer::FarEnd(call, token) => self.far_end_answers(call, token),
                Timer::FailedOver(call, token) => self.failed_call_over(call, token),
                Timer::WorkOver(agent, token) => self.work_over(agent, token),
                Timer::DataOver(call) => drop(self.ended.remove(&call)),
                Timer::Arrives(call, token) => self.arrives(call, token),
                Timer::ClientLost(agent, token) => self.client_lost_over(agent, token),
                Timer::BridgeLost(token) => self.bridge_lost_over(token),
                Timer::Inactive(agent, token) => self.inactive_over(agent, token),
                Timer::HalfHour => self.half_hour_over(),
            }
        }
    }

    /// How the sessions' requests are checked.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    fn start_timer(&mut self, after: Duration, timer: impl FnOnce(u64) -> Timer) -> u64 {
        let token = self.next_timer;
        self.next_timer += 1;
        self.timers.push(Reverse((self.now.mono + after, token, timer(token))));
        token
    }

    /// Days since 1970.
    fn today(&self) -> i64 {
        self.now.wall.as_second() / 86_400
    }

    fn agent_at(&self, device: &str) -> Option<AgentIx> {
        self.phones.get(device)?.user
    }

    fn calls_at(&self, device: &str) -> Vec<CallId> {
        self.phones.get(device).map(|phone| phone.calls.clone()).unwrap_or_default()
    }

    fn leg_state(&self, call: CallId, device: &str) -> Option<LegState> {
        Some(self.calls.get(&call)?.leg(device)?.state)
    }

    fn set_leg(&mut self, call: CallId, device: &str, state: LegState) {
        if let Some(leg) = self.calls.get_mut(&call).and_then(|call| call.leg_mut(device)) {
            leg.state = state;
            leg.timer = 0;
        }
    }

    fn attach(&mut self, call: CallId, leg: call::Leg) {
        if let Some(phone) = self.phones.get_mut(&leg.device) {
            phone.calls.push(call);
        }
        if let Some(call) = self.calls.get_mut(&call) {
            call.legs.push(leg);
        }
    }

    fn detach(&mut self, call: CallId, device: &str) -> Option<call::Leg> {
        if let Some(phone) = self.phones.get_mut(device) {
            phone.calls.retain(|other| *other != call);
        }
        let legs = &mut self.calls.get_mut(&call)?.legs;
        let at = legs.iter().position(|leg| leg.device == device)?;
        Some(legs.remove(at))
    }

    /// Takes the call out of the world; its data stay settable for a while.
    fn retire(&mut self, id: CallId) {
        let Some(call) = self.calls.remove(&id) else { return };
        for leg in &call.legs {
            if let Some(phone) = self.phones.get_mut(&leg.device) {
                phone.calls.retain(|other| *other != id);
            }
        }
        self.ended.insert(id, EndedCall { call });
        self.start_timer(self.settings.call_data_kept, |_| Timer::DataOver(id));
    }

    fn new_call_id(&mut self) -> CallId {
        let id = self.next_call;
        self.next_call = self.next_call.wrapping_add(1);
        id
    }

    /// The rules that hold after every step; for tests.
    ///
    /// # Errors
    /// The rule that does not hold.
    pub fn check_invariants(&self) -> Result<(), String> {
        for (id, call) in &self.calls {
            for (at, leg) in call.legs.iter().enumerate() {
                if call.legs.iter().skip(at + 1).any(|other| other.device == leg.device) {
                    return Err(format!("call {id} has two legs at {}", leg.device));
                }
                if self.phones.get(&leg.device).is_some_and(|phone| !phone.calls.contains(id)) {
                    return Err(format!("phone {} does not know its call {id}", leg.device));
                }
            }
        }
        for (extension, phone) in &self.phones {
            for id in &phone.calls {
                if self.leg_state(*id, extension).is_none() {
                    return Err(format!("phone {extension} thinks it has call {id}"));
                }
            }
            if let Some(ix) = phone.user
                && self.agents[ix].device.as_deref() != Some(extension)
            {
                return Err(format!("phone {extension} and its agent disagree"));
            }
        }
        for (_, agent) in self.agents.iter() {
            if let Some(id) = agent.announced
                && !self.calls.get(&id).is_some_and(|call| matches!(call.stage, call::Stage::Announced(..)))
            {
                return Err(format!("agent {} waits for call {id}, which is not on its way", agent.id));
            }
            let calls = agent.device.as_deref().map(|device| self.calls_at(device)).unwrap_or_default();
            if agent.is_on_call() && calls.is_empty() {
                return Err(format!("agent {} is {} without a call", agent.id, agent::state_word(agent.state)));
            }
            if agent.is_logged_in() == (agent.state == AgentState::LOGOUT) {
                return Err(format!("agent {} is {} at {:?}", agent.id, agent::state_word(agent.state), agent.device));
            }
        }
        Ok(())
    }
}

fn new_agent(settings: &WorldSettings, at: usize, home: String, now: Instant) -> Agent {
    const FIRST: [&str; 10] = ["Anna", "Bruno", "Chiara", "David", "Elena", "Fabian", "Greta", "Hugo", "Irina", "Jonas"];
    const LAST: [&str; 10] = ["Aebi", "Berger", "Christen", "Dubois", "Egli", "Favre", "Graf", "Huber", "Imhof", "Jost"];
    let number = 1001 + at;
    // Agents 1011 to 1020 have the strict desk settings.
    let strict = (1011..=1020).contains(&number);
    let mut mask = DeskSettingsMask::SUPERVISOR_CALLS_ALLOWED | DeskSettingsMask::AGENT_TO_AGENT_CALLS_ALLOWED;
    mask |= DeskSettingsMask::OUTBOUND_ACCESS_INTERNATIONAL | DeskSettingsMask::OUTBOUND_ACCESS_PUBLIC_NET;
    if strict {
        mask |= DeskSettingsMask::IDLE_REASON_REQUIRED | DeskSettingsMask::LOGOUT_REASON_REQUIRED;
    }
    let desk = DeskSettings {
        id: if strict { 2 } else { 1 },
        mask,
        wrapup_incoming: if strict { WrapupDataMode::REQUIRED_WITH_DATA } else { WrapupDataMode::REQUIRED },
        wrapup_outgoing: WrapupDataMode::OPTIONAL,
        work_timer: settings.wrap_up,
        ring_no_answer: settings.ring_no_answer,
    };
    let rest = Wish { state: AgentState::NOT_READY, reason: 0 };
    let pick = |names: &[&str; 10], at: usize| names.get(at % 10).map(|name| (*name).to_owned()).unwrap_or_default();
    Agent {
        id: number.to_string(),
        target: 5000 + number as u32,
        password: settings.agent_password.clone(),
        first_name: pick(&FIRST, at),
        last_name: pick(&LAST, at / 10 + at),
        is_supervisor: at == 0,
        home,
        device: None,
        groups: vec![10, 11],
        department: at.checked_rem(settings.departments.len()).and_then(|at| settings.departments.get(at)).copied().unwrap_or(0),
        desk,
        state: AgentState::LOGOUT,
        reason: 0,
        since: now,
        before: rest,
        wish: None,
        after_work: rest,
        work_ends: None,
        work_timer: 0,
        owes_data: false,
        direction: CallDirection::NONE,
        active_group: None,
        last_call: None,
        announced: None,
        not_arrived: 0,
        team: Membership::Member,
        session_id: 0,
        lost_timer: 0,
        inactive_timer: 0,
        session: Tally::default(),
        today: Tally::default(),
        current: agent::CallTally::default(),
        day: 0,
        counted: now,
    }
}
