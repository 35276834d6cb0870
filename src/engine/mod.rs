//! What calls and agents mean: the one owner of all call and agent state of a Peripheral Gateway.
//!
//! Pure: no IO, no clock, no await. Something happened → [`Engine::handle`]; a deadline passed →
//! [`Engine::handle_timeout`]; after each of them drain [`Engine::poll_output`] to `None`. [`Engine::poll_timeout`] tells
//! the next deadline. It knows neither JSON nor sockets.

pub mod command;
pub mod event;
pub mod model;

use std::time::{Duration, Instant};

use crate::protocol::masks::ServiceMask;
use crate::protocol::values::StatusCode;
use crate::protocol::{Message, ProtocolVersion};
use crate::time::Now;

use command::{Command, CommandId, Reply};
use event::Event;
use model::{AgentId, AgentInfo, ChannelInfo, InteractionId, Name};

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
#[allow(clippy::large_enum_variant)] // drained at once
pub enum Output {
    /// Send a request; its InvokeID is the link's to fill in.
    Request(RequestId, Message<'static>),
    /// Tell an agent's desktops.
    Event(AgentId, Event),
    /// Answer a command.
    Reply(CommandId, Reply),
    /// The service as a whole changed.
    Service(ServiceStatus),
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
        }
    }
}

/// The state of all agents and calls of one gateway.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
}

impl Engine {
    /// An engine that knows nothing yet. `seed` feeds the random part of conversation ids; the start time makes
    /// interaction ids unique across restarts.
    pub fn new(settings: Settings, seed: u64, start: Now) -> Self {
        let _ = (seed, start);
        Self { settings }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        let _ = (now, input, &mut self.settings);
    }

    /// Lets deadlines pass.
    pub fn handle_timeout(&mut self, now: Now) {
        let _ = (now, &mut self.settings);
    }

    /// The next thing to do; call until `None` after every `handle*`.
    pub fn poll_output(&mut self) -> Option<Output> {
        let _ = &mut self.settings;
        None
    }

    /// When [`Engine::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// Whether desktops can work.
    pub fn service(&self) -> ServiceStatus {
        ServiceStatus::Starting
    }

    /// What is known of an agent; `None` before the CTI Server named it.
    pub fn agent(&self, _id: &AgentId) -> Option<AgentInfo> {
        None
    }

    /// The agent's phone: where the agent is logged in, else the one that the last login or the CTI Server named.
    pub fn channel(&self, _id: &AgentId) -> Option<ChannelInfo> {
        None
    }

    /// All contacts of the agent that are not disposed of, oldest first, with their legs: for resolving addresses.
    pub fn interactions(&self, _id: &AgentId) -> Vec<(InteractionId, Vec<model::ConversationId>)> {
        Vec::new()
    }

    /// The whole picture of an agent's channel as the events that would have led to it: `ChannelInfo`, `ChannelState`, and
    /// for each contact everything from `InteractionCreated` to `InteractionInitialized`. For a desktop that (re)starts.
    pub fn picture(&self, _id: &AgentId) -> Vec<Event> {
        Vec::new()
    }
}
