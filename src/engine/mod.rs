//! What calls and agents mean: the one owner of all call and agent state of a Peripheral Gateway.
//!
//! Pure: no IO, no clock, no await. Something happened → [`Engine::handle`]; a deadline passed →
//! [`Engine::handle_timeout`]; after each of them drain [`Engine::poll_output`] to `None`. [`Engine::poll_timeout`] tells
//! the next deadline. It knows neither JSON nor sockets.

mod agent;
mod agents;
mod assist;
mod call;
pub mod command;
mod commands;
mod configuration;
mod consult;
mod contact;
pub mod event;
mod events;
mod evidence;
mod hand_over;
mod interaction;
mod invariants;
mod legs;
pub mod model;
pub mod note;
mod outage;
mod pending;
mod picture;
pub mod record;
mod recording;
mod resync;
mod roster;
mod snapshot;
pub mod statistics;
pub mod team;
pub mod user_message;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::protocol::masks::ServiceMask;
use crate::protocol::values::StatusCode;
use crate::protocol::{Message, ProtocolVersion};
use crate::time::Now;

use agent::Agent;
use call::{Calls, Triple};
use command::{Command, CommandId, Failure, FailureCode, Reply};
use configuration::Configuration;
use event::Event;
use interaction::Interaction;
use model::{AgentId, AgentInfo, ChannelInfo, ConversationId, InteractionId, Name};
use note::Note;
use pending::{Pending, Unsettled};
use record::Record;
use resync::Resync;
use roster::Roster;
use team::{TeamEvent, Teams};

/// Names a request to the CTI Server until its answer; the link chooses the InvokeID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Something happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The link to the CTI Server changed.
    Link(LinkChange),
    /// An unsolicited message.
    Event(Message<'a>),
    /// A request of ours was answered, or never will be.
    Answer(RequestId, Answer<'a>),
    /// A surface asks something for an agent.
    Command(CommandId, AgentId, Command),
}

/// The engine's view of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkChange {
    /// A session is open: everything known must be checked anew.
    Up {
        /// Version of the session.
        version: ProtocolVersion,
        /// What the server granted.
        services: ServiceMask,
    },
    /// No session. Requests that were under way get [`Answer::Lost`] before this.
    Down,
}

/// How a request ended.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // short-lived, passed by value once
pub enum Answer<'a> {
    /// Its confirmation.
    Confirmed(Message<'a>),
    /// FAILURE_CONF.
    Failed(StatusCode),
    /// CONTROL_FAILURE_CONF.
    ControlFailed {
        /// FailureCode.
        code: u16,
        /// PeripheralErrorCode.
        peripheral_error: u32,
    },
    /// No answer within the request time-out.
    TimedOut,
    /// The session was lost in between.
    Lost,
    /// No session is open, or the request does not fit the protocol; nothing was sent.
    NotSent,
}

/// Something to do.
#[derive(Debug)]
pub enum Output {
    /// Send a request; its InvokeID is the link's to fill in.
    Request(RequestId, Box<Message<'static>>),
    /// Tell an agent's desktops.
    Event(AgentId, Event),
    /// Answer a command.
    Reply(CommandId, Reply),
    /// The service as a whole changed.
    Service(ServiceStatus),
    /// The gateway lost the central controller, which routes calls, or found it again.
    Routing {
        /// It is there.
        is_online: bool,
    },
    /// Something happened in a team that somebody watches.
    Team(TeamEvent),
    /// A moment for the session history.
    Record(Box<Record>),
    /// Something for the operator.
    Note(Note),
}

/// Whether desktops can work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceStatus {
    /// Never connected so far.
    #[default]
    Starting,
    /// Connected, and the picture is right.
    InService,
    /// The CTI Server cannot be reached.
    OutOfService,
}

/// What an operator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The peripheral to serve; absent: all of the gateway.
    pub peripheral_id: Option<u32>,
    /// Complete an interaction by itself when no after-call work follows.
    pub auto_complete: bool,
    /// Offer dialling while the agent is available.
    pub dial_when_ready: bool,
    /// Where refused calls go; absent: the alerting leg is cleared.
    pub reject_destination: Option<Name>,
    /// How long an offered contact waits for AGENT_PRE_CALL_EVENT.
    pub freeze_wait: Duration,
    /// How many resynchronising requests may be under way at once.
    pub resync_parallel: usize,
    /// Desktops are told that the service is there again after this long even if the CTI Server has not answered everything.
    pub resync_patience: Duration,
    /// Whether the site has a list of dispositions to ask for.
    pub has_dispositions: bool,
    /// How long a command that waits for an agent state may take (the logout of an agent who is ready).
    pub command_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            peripheral_id: None,
            auto_complete: false,
            dial_when_ready: false,
            reject_destination: None,
            freeze_wait: Duration::from_millis(100),
            resync_parallel: 64,
            resync_patience: Duration::from_secs(5),
            has_dispositions: true,
            command_timeout: Duration::from_secs(10),
        }
    }
}

/// The state of all agents and calls of one gateway.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    /// The moment of the call being served.
    now: Now,
    random: StdRng,
    link: Option<ProtocolVersion>,
    /// What the CTI Server granted in the last session; everything before the first.
    services: ServiceMask,
    service: ServiceStatus,
    agents: Roster,
    /// Whether a peripheral is on line; one that nobody spoke of is.
    peripherals: BTreeMap<u32, bool>,
    is_gateway_offline: bool,
    is_routing_offline: bool,
    /// Phones out of service, by peripheral.
    broken: HashSet<(u32, Name)>,
    configuration: Configuration,
    /// Logged-in agents by extension and instrument.
    devices: HashMap<Name, AgentId>,
    /// Extensions that belong to agents, logged in or not: calls between them are internal.
    extensions: HashMap<Name, AgentId>,
    calls: Calls,
    interactions: BTreeMap<InteractionId, Interaction>,
    next_interaction: u64,
    requests: BTreeMap<RequestId, Pending>,
    next_request: u64,
    /// Commands whose request was under way when the session was lost.
    unsettled: Vec<Unsettled>,
    resync: Resync,
    /// Agents of before the process was started, to be asked about with the first session.
    remembered: std::collections::BTreeSet<AgentId>,
    timers: BTreeSet<(Instant, Timer)>,
    /// Connections that ended lately: a late confirmation must not revive them.
    recently_ended: VecDeque<Triple>,
    /// Who hung up, while the event that tells it is worked on.
    released_by: Option<event::ReleasedBy>,
    /// The peripheral to ask about agents nobody named: the configured one, else the first that showed itself.
    peripheral: Option<u32>,
    /// The dial command whose confirmation is being served.
    dial_in_hand: Option<command::Dial>,
    teams: Teams,
    /// Who waits for the answer to a question about statistics that is under way.
    statistics_wanted: BTreeMap<statistics::Scope, Vec<AgentId>>,
    /// Texts of ours whose copies may still come, and until when.
    echoes: VecDeque<(Instant, user_message::Outgoing)>,
    /// Commands that asked for what another one was asking for already, and share its answer.
    followers: BTreeMap<CommandId, Vec<CommandId>>,
    outputs: VecDeque<Output>,
}

/// What a deadline is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The pre-call of an offered contact did not come.
    Offer(InteractionId),
    /// An agent who was to go not ready before the logout did not.
    Logout(AgentId),
    /// The target of a transfer in two steps was not reached.
    HandOver(InteractionId),
    /// Commands of a lost session are answered, whatever is known by then.
    Unsettled,
    /// The resynchronisation takes too long.
    Resync,
    /// Nothing explained the end of a connection: it was the end.
    Doubt(call::CallKey, Name),
}

/// How long an answer `UNKNOWN_OUTCOME` waits for the resynchronisation to find out what became of the command.
const UNSETTLED_WAIT: Duration = Duration::from_millis(900);

/// How long an END_CALL_EVENT without anything before it waits for the SYSTEM_EVENT that may explain it (ours; no source
/// gives a time).
const DOUBT_WAIT: Duration = Duration::from_millis(250);

/// How many ended connections are remembered.
const RECENTLY_ENDED: usize = 256;

impl Engine {
    /// An engine that knows nothing yet. `seed` feeds the random part of conversation ids; the start time makes
    /// interaction ids unique across restarts.
    pub fn new(settings: Settings, seed: u64, start: Now) -> Self {
        // Thirteen digits of milliseconds and five to count on: one id a hundredth of a microsecond until the year 2286.
        let millis = u64::try_from(start.wall.as_millisecond()).unwrap_or(0) % 10_000_000_000_000;
        Self {
            peripheral: settings.peripheral_id,
            settings,
            now: start,
            random: StdRng::seed_from_u64(seed),
            link: None,
            services: ServiceMask::all(),
            service: ServiceStatus::Starting,
            agents: Roster::default(),
            peripherals: BTreeMap::new(),
            is_gateway_offline: false,
            is_routing_offline: false,
            broken: HashSet::new(),
            configuration: Configuration::default(),
            devices: HashMap::new(),
            extensions: HashMap::new(),
            calls: Calls::default(),
            interactions: BTreeMap::new(),
            next_interaction: millis * 100_000,
            requests: BTreeMap::new(),
            next_request: 0,
            unsettled: Vec::new(),
            resync: Resync::default(),
            remembered: std::collections::BTreeSet::new(),
            timers: BTreeSet::new(),
            recently_ended: VecDeque::new(),
            released_by: None,
            dial_in_hand: None,
            teams: Teams::default(),
            statistics_wanted: BTreeMap::new(),
            echoes: VecDeque::new(),
            followers: BTreeMap::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        self.now = now;
        let message = match &input {
            Input::Event(message) | Input::Answer(_, Answer::Confirmed(message)) => message.name(),
            _ => None,
        };
        if message.is_some() {
            self.calls.watch();
        }
        match input {
            Input::Link(LinkChange::Up { version, services }) => self.link_up(version, services),
            Input::Link(LinkChange::Down) => self.link_down(),
            Input::Event(message) => self.event(&message),
            Input::Answer(id, answer) => self.answer(id, answer),
            Input::Command(id, agent, command) => self.command(id, &agent, command),
        }
        if let Some(message) = message {
            self.calls.attribute(message);
        }
        self.pump_resync();
        self.tell_teams();
    }

    /// Lets deadlines pass.
    pub fn handle_timeout(&mut self, now: Now) {
        self.now = now;
        while let Some((deadline, _)) = self.timers.first()
            && *deadline <= now.mono
        {
            let Some((_, timer)) = self.timers.pop_first() else { break };
            match timer {
                Timer::Offer(interaction) => self.tell_offer(interaction),
                Timer::Logout(agent) => self.logout_overdue(&agent),
                Timer::HandOver(interaction) => self.hand_over_overdue(interaction),
                Timer::Unsettled => self.settle(|_| true),
                Timer::Resync => self.resync_overdue(),
                Timer::Doubt(key, device) => self.doubt_is_over(key, &device),
            }
        }
        self.pump_resync();
        self.tell_teams();
    }

    /// The next thing to do; call until `None` after every `handle*`.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Engine::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.first().map(|(deadline, _)| *deadline)
    }

    /// Whether desktops can work.
    pub const fn service(&self) -> ServiceStatus {
        self.service
    }

    /// What is known of an agent; `None` before the CTI Server named it.
    pub fn agent(&self, id: &AgentId) -> Option<AgentInfo> {
        self.agents.get(id).map(Agent::info)
    }

    /// The agent's phone: where the agent is logged in, else the one that the last login or the CTI Server named.
    pub fn channel(&self, id: &AgentId) -> Option<ChannelInfo> {
        self.agents.get(id).and_then(Agent::channel_info)
    }

    /// All contacts of the agent that are not disposed of, oldest first, with their legs: for resolving addresses.
    pub fn interactions(&self, id: &AgentId) -> Vec<(InteractionId, Vec<ConversationId>)> {
        let Some(agent) = self.agents.get(id) else { return Vec::new() };
        let legs = |id: &InteractionId| self.interactions.get(id).map(|i| i.conversations().map(|c| c.id).collect()).unwrap_or_default();
        agent.interactions.iter().map(|id| (*id, legs(id))).collect()
    }

    /// How many agents, calls and contacts are known.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.agents.len(), self.calls.len(), self.interactions.len())
    }

    /// An agent whom a CTI Server can be asked about to see whether it does its work, and the agent's peripheral.
    pub fn any_agent(&self) -> Option<(&AgentId, u32)> {
        self.agents.iter().next().map(|agent| (&agent.id, agent.peripheral))
    }

    fn emit(&mut self, agent: &AgentId, event: Event) {
        self.touch_member(agent);
        self.outputs.push_back(Output::Event(agent.clone(), event));
    }

    fn reply(&mut self, command: CommandId, reply: Reply) {
        for follower in self.followers.remove(&command).unwrap_or_default() {
            self.outputs.push_back(Output::Reply(follower, reply.clone()));
        }
        self.outputs.push_back(Output::Reply(command, reply));
    }

    /// The second command asks for what the first one asks for: it sends nothing and gets the same answer.
    fn follow(&mut self, first: CommandId, second: CommandId) {
        self.followers.entry(first).or_default().push(second);
    }

    fn fail(&mut self, command: CommandId, code: FailureCode, message: impl Into<String>, context: impl Into<String>) {
        self.reply(command, Reply::Failure(Failure::new(code, message).with_context(context)));
    }

    fn note(&mut self, note: Note) {
        self.outputs.push_back(Output::Note(note));
    }

    fn set_service(&mut self, status: ServiceStatus) {
        if self.service != status {
            self.service = status;
            self.outputs.push_back(Output::Service(status));
        }
    }

    fn set_timer(&mut self, after: Duration, timer: Timer) {
        self.timers.insert((self.now.mono + after, timer));
    }

    fn new_conversation_id(&mut self) -> ConversationId {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn new_interaction_id(&mut self) -> InteractionId {
        self.next_interaction += 1;
        InteractionId(self.next_interaction)
    }
}
