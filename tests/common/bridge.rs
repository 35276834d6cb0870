//! Link and engine on a real simulator over real sockets, without desktops: what the engine says is kept and can be looked at.

#![allow(dead_code)] // each test program uses its part of it

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use ctibridge::engine::command::{Command, CommandId, Reply, Secret};
use ctibridge::engine::event::Event;
use ctibridge::engine::model::{AgentId, StateWord};
use ctibridge::engine::note::Note;
use ctibridge::engine::record::Record;
use ctibridge::engine::{Answer, Engine, Input, LinkChange, Output, RequestId, ServiceStatus, Settings};
use ctibridge::link::{self, RequestFailure};
use ctibridge::protocol::{Context, Message, ProtocolVersion};
use ctibridge::simulator::{self, Command as Control, InboundCall, Side, SideAction, Truth};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long anything may take; generous, because the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// What a bridge is started with.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) agents: usize,
    /// Highest version to ask for.
    pub(crate) version: u32,
    /// Check the engine's invariants after every step.
    pub(crate) checks: bool,
    /// How soon a side takes over when the active one stops.
    pub(crate) switch_delay: Duration,
    pub(crate) request_timeout: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            agents: 20,
            version: 24,
            checks: true,
            switch_delay: Duration::from_millis(20),
            request_timeout: Duration::from_secs(10),
        }
    }
}

pub(crate) struct Bridge {
    pub(crate) simulator: simulator::Running,
    pub(crate) link: link::Handle,
    events: mpsc::Receiver<link::Event>,
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    context: Context,
    pub(crate) replies: BTreeMap<u64, Vec<Reply>>,
    /// When each command was answered first.
    pub(crate) answered_at: BTreeMap<u64, Instant>,
    commands: u64,
    checks: bool,
    /// Everything that happened, for messages of failed tests; kept only with checks.
    pub(crate) log: Vec<String>,
    /// What the desktops were told.
    pub(crate) told: Vec<(Instant, AgentId, Event)>,
    pub(crate) records: Vec<Record>,
    pub(crate) notes: Vec<Note>,
    pub(crate) services: Vec<(Instant, ServiceStatus)>,
    /// Names of the requests sent.
    pub(crate) requests: Vec<&'static str>,
    /// When the link came up or went down.
    pub(crate) ups: Vec<Instant>,
    pub(crate) downs: Vec<Instant>,
}

impl Bridge {
    pub(crate) async fn start(plan: Plan) -> Self {
        let clock = Clock::start();
        let telemetry = Telemetry::new();
        let mut world = simulator::Settings { side_a: any_port(), side_b: Some(any_port()), control: None, ..Default::default() };
        world.world.agents = plan.agents;
        world.world.far_end_answers = Duration::from_millis(40);
        world.world.failed_call_clears = Duration::from_millis(40);
        world.switch_delay = plan.switch_delay;
        world.freeze_delay = Duration::from_millis(50);
        let simulator = simulator::start(world, clock, telemetry.clone()).await.unwrap();
        let settings = link::Settings {
            side_a: simulator.side_a.to_string().parse().unwrap(),
            side_b: simulator.side_b.map(|address| address.to_string().parse().unwrap()),
            peripheral_id: Some(5000),
            protocol_version: ProtocolVersion::new(plan.version).unwrap(),
            request_timeout: plan.request_timeout,
            ..link::Settings::default()
        };
        let dialer = link::TcpDialer::new(&settings);
        let (link, events) = link::start(settings, dialer, clock, telemetry);
        let engine = Engine::new(Settings { peripheral_id: Some(5000), ..Settings::default() }, plan.seed, clock.now());
        let mut bridge = Self {
            simulator,
            link,
            events,
            engine,
            clock,
            context: Context::new(ProtocolVersion::DEFAULT),
            replies: BTreeMap::new(),
            answered_at: BTreeMap::new(),
            commands: 0,
            checks: plan.checks,
            log: Vec::new(),
            told: Vec::new(),
            records: Vec::new(),
            notes: Vec::new(),
            services: Vec::new(),
            requests: Vec::new(),
            ups: Vec::new(),
            downs: Vec::new(),
        };
        bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
        bridge
    }

    pub(crate) async fn stop(self) {
        let Self { link, simulator, .. } = self;
        link.shutdown().await;
        simulator.shutdown().await;
    }

    /// Logs agents in, who are not ready then.
    pub(crate) async fn sign_in(&mut self, agents: &[&str]) {
        for agent in agents {
            let lookup = self.command(agent, Command::Lookup);
            assert_eq!(self.reply(lookup).await, Reply::Success);
            let login =
                self.command(agent, Command::Activate { password: Secret::new("1234"), extension: None, always_ask: true, remote: None });
            assert_eq!(self.reply(login).await, Reply::Success, "{}", self.story());
        }
        self.agree(agents).await;
    }

    /// Logs agents in, who wait for calls then.
    pub(crate) async fn sign_in_ready(&mut self, agents: &[&str]) {
        self.sign_in(agents).await;
        for agent in agents {
            self.does(agent, Command::Ready).await;
        }
        self.agree(agents).await;
    }

    /// A caller for an agent; the call's id.
    pub(crate) async fn call(&self, agent: &str) -> u32 {
        let call = InboundCall { from: "+41445550123".into(), agent: Some(agent.to_owned()), ..InboundCall::default() };
        match self.simulator.handle().control(Control::PlaceCall(call)).await.unwrap() {
            simulator::Reply::Call(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn control(&self, control: Control) {
        self.simulator.handle().control(control).await.unwrap();
    }

    /// The active side stops; the other takes over, unless it is down.
    pub(crate) async fn stop_active_side(&self) -> Side {
        let active = if self.truth().await.active == "a" { Side::A } else { Side::B };
        self.control(Control::Side(active, SideAction::Stop)).await;
        active
    }

    pub(crate) fn story(&self) -> String {
        self.log.join("\n")
    }

    fn write(&mut self, line: impl FnOnce() -> String) {
        if self.checks {
            self.log.push(line());
        }
    }

    /// Runs until something is true of the engine.
    pub(crate) async fn until(&mut self, what: &str, is_true: impl Fn(&Engine) -> bool) {
        self.until_bridge(what, |bridge| is_true(&bridge.engine)).await;
    }

    /// Runs until something is true of anything here.
    pub(crate) async fn until_bridge(&mut self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let deadline = self.clock.now().mono + PATIENCE;
        while !is_true(self) {
            assert!(self.step(deadline).await, "not {what}\n{}", self.story());
        }
    }

    /// Takes one event or deadline; false when time is up.
    pub(crate) async fn step(&mut self, deadline: Instant) -> bool {
        let until = self.engine.poll_timeout().map_or(deadline, |own| own.min(deadline));
        match timeout(until.saturating_duration_since(self.clock.now().mono), self.events.recv()).await {
            Ok(event) => self.take(event.expect("the link lives")),
            Err(_) => self.engine.handle_timeout(self.clock.now()),
        }
        self.drain();
        self.clock.now().mono < deadline
    }

    /// Lets time go by.
    pub(crate) async fn pass(&mut self, time: Duration) {
        let until = self.clock.now().mono + time;
        while self.step(until).await {}
    }

    fn take(&mut self, event: link::Event) {
        let now = event.at();
        match event {
            link::Event::Up(up) => {
                self.context = Context::new(up.version);
                self.ups.push(now.mono);
                self.write(|| format!("up on {:?}", up.side));
                self.engine.handle(now, Input::Link(LinkChange::Up { version: up.version, services: up.services }));
            }
            link::Event::Down(down) => {
                self.downs.push(now.mono);
                self.write(|| format!("down: {:?}", down.reason));
                self.engine.handle(now, Input::Link(LinkChange::Down));
            }
            link::Event::Frame { frame, .. } => {
                let message = Message::decode(&frame, &mut self.context).unwrap();
                if self.checks {
                    self.log.push(format!("  < {}", message.name().unwrap_or("?")));
                }
                self.engine.handle(now, Input::Event(message));
            }
            link::Event::Answer { token, result, .. } => {
                let answer = match &result {
                    Ok(frame) => Answer::Confirmed(Message::decode(frame, &mut self.context).unwrap()),
                    Err(RequestFailure::Failed(status)) => Answer::Failed(*status),
                    Err(RequestFailure::ControlFailed { code, peripheral_error }) => {
                        Answer::ControlFailed { code: *code, peripheral_error: *peripheral_error }
                    }
                    Err(RequestFailure::TimedOut) => Answer::TimedOut,
                    Err(RequestFailure::Lost) => Answer::Lost,
                    Err(_) => Answer::NotSent,
                };
                self.engine.handle(now, Input::Answer(RequestId(token), answer));
            }
        }
    }

    fn drain(&mut self) {
        let at = self.clock.now().mono;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(id, message) => {
                    self.requests.push(message.name().unwrap_or("?"));
                    self.link.request(id.0, *message);
                }
                Output::Reply(id, reply) => {
                    self.write(|| format!("  reply {id:?} {reply:?}"));
                    self.answered_at.entry(id.0).or_insert(at);
                    self.replies.entry(id.0).or_default().push(reply);
                }
                Output::Event(agent, event) => {
                    if let Event::InteractionCreated { interaction, .. } = &event {
                        self.write(|| format!("  {agent} has {interaction}"));
                    }
                    self.told.push((at, agent, event));
                }
                Output::Service(status) => self.services.push((at, status)),
                Output::Record(record) => self.records.push(*record),
                Output::Note(note) => self.notes.push(note),
                _ => {}
            }
        }
        if self.checks {
            self.engine.check_invariants().unwrap_or_else(|broken| panic!("{broken}\n{}", self.story()));
        }
    }

    pub(crate) fn command(&mut self, agent: &str, command: Command) -> u64 {
        self.commands += 1;
        self.write(|| format!("{agent}: {command:?}"));
        self.replies.insert(self.commands, Vec::new());
        self.engine.handle(self.clock.now(), Input::Command(CommandId(self.commands), AgentId::from(agent), command));
        self.drain();
        self.commands
    }

    pub(crate) async fn reply(&mut self, id: u64) -> Reply {
        let deadline = self.clock.now().mono + PATIENCE;
        while self.replies[&id].is_empty() {
            assert!(self.step(deadline).await, "command {id} was not answered\n{}", self.story());
        }
        self.replies[&id][0].clone()
    }

    /// A command that must succeed.
    pub(crate) async fn does(&mut self, agent: &str, command: Command) {
        let name = format!("{command:?}");
        let id = self.command(agent, command);
        assert_eq!(self.reply(id).await, Reply::Success, "{name}\n{}", self.story());
    }

    pub(crate) async fn truth(&self) -> Truth {
        self.simulator.handle().truth().await.unwrap()
    }

    /// Runs until the engine's picture is the truth.
    pub(crate) async fn agree(&mut self, agents: &[&str]) {
        let deadline = self.clock.now().mono + PATIENCE;
        loop {
            let truth = self.truth().await;
            let differences = self.differences(&truth, agents);
            if differences.is_empty() && self.engine.service() == ServiceStatus::InService {
                return;
            }
            let soon = (self.clock.now().mono + Duration::from_millis(20)).min(deadline);
            self.step(soon).await;
            assert!(self.clock.now().mono < deadline, "{}\n{}", differences.join("\n"), self.story());
        }
    }

    pub(crate) fn differences(&self, truth: &Truth, agents: &[&str]) -> Vec<String> {
        let pairs = agents.iter().map(|agent| (agent, truth_of(truth, agent), self.picture_of(agent)));
        pairs
            .filter(|(_, truth, picture)| truth != picture)
            .map(|(agent, truth, picture)| format!("{agent}: the truth is «{truth}», the picture is «{picture}»"))
            .collect()
    }

    /// State and legs of an agent as a desktop that starts now would see them.
    pub(crate) fn picture_of(&self, agent: &str) -> String {
        let (mut state, mut calls, mut states) = (String::new(), BTreeMap::new(), Vec::new());
        for event in self.engine.picture(&AgentId::from(agent)) {
            match event {
                Event::ChannelInfo { agent, .. } => state = agent.state.to_string().trim_start_matches("AGENT_STATE_").to_owned(),
                Event::ConversationCreated { conversation, call_id, .. } => drop(calls.insert(conversation, call_id)),
                Event::ConversationState { conversation, change, .. } => {
                    let word = change.current.word().to_lowercase().replace("dialing", "initiated");
                    states.push(format!("{}:{word}", calls[&conversation]));
                }
                _ => {}
            }
        }
        states.sort();
        format!("{state} {}", states.join(","))
    }

    /// What the desktop of an agent was told from an index of [`Bridge::told`] on.
    pub(crate) fn told_to(&self, agent: &str, from: usize) -> Vec<&Event> {
        self.told[from..].iter().filter(|(_, to, _)| to.0 == agent).map(|(_, _, event)| event).collect()
    }
}

/// State and legs of an agent as they really are.
pub(crate) fn truth_of(truth: &Truth, agent: &str) -> String {
    let known = truth.agents.iter().find(|known| known.id == agent).unwrap();
    let mut legs = Vec::new();
    for call in &truth.calls {
        let parties =
            call.parties.iter().filter(|party| party.agent.as_deref() == Some(agent) && party.state != "failed" && !party.monitor);
        legs.extend(parties.map(|party| format!("{}:{}", call.call_id, party.state)));
    }
    legs.sort();
    format!("{} {}", known.state, legs.join(","))
}
