//! Random walks: link and engine on a real simulator over real sockets. Seeded agents do allowed and disallowed things,
//! callers come and go, phones are used by hand, sides die; after every step the engine's picture must become the
//! simulator's truth, and every command must have had exactly one answer.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that panics says what it wants to say

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use ctibridge::engine::command::{Command, CommandId, Dial, Disposition, FailureCode, Reply, Secret};
use ctibridge::engine::event::Event;
use ctibridge::engine::model::{AgentId, Capabilities, ConversationId, InteractionId, StateWord};
use ctibridge::engine::{Answer, Engine, Input, LinkChange, Output, RequestId, ServiceStatus, Settings};
use ctibridge::link::{self, RequestFailure};
use ctibridge::protocol::{Context, Message, ProtocolVersion};
use ctibridge::simulator::{self, Command as Control, InboundCall, Side, SideAction, Truth};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tokio::sync::mpsc;
use tokio::time::timeout;

const AGENTS: [&str; 3] = ["1001", "1002", "1003"];

/// How long the picture may take to become the truth; generous, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

struct Bridge {
    simulator: simulator::Running,
    link: link::Handle,
    events: mpsc::Receiver<link::Event>,
    engine: Engine,
    clock: Clock,
    context: Context,
    replies: BTreeMap<u64, Vec<Reply>>,
    commands: u64,
    log: Vec<String>,
}

impl Bridge {
    async fn start(seed: u64) -> Self {
        let clock = Clock::start();
        let telemetry = Telemetry::new();
        let mut world = simulator::Settings { side_a: any_port(), side_b: Some(any_port()), control: None, ..Default::default() };
        world.world.far_end_answers = Duration::from_millis(40);
        world.world.failed_call_clears = Duration::from_millis(40);
        world.switch_delay = Duration::from_millis(20);
        world.freeze_delay = Duration::from_millis(50);
        let simulator = simulator::start(world, clock, telemetry.clone()).await.unwrap();
        let settings = link::Settings {
            side_a: simulator.side_a.to_string().parse().unwrap(),
            side_b: simulator.side_b.map(|address| address.to_string().parse().unwrap()),
            peripheral_id: Some(5000),
            ..link::Settings::default()
        };
        let dialer = link::TcpDialer::new(&settings);
        let (link, events) = link::start(settings, dialer, clock, telemetry);
        let engine = Engine::new(Settings { peripheral_id: Some(5000), ..Settings::default() }, seed, clock.now());
        let context = Context::new(ProtocolVersion::DEFAULT);
        let mut bridge = Self { simulator, link, events, engine, clock, context, replies: BTreeMap::new(), commands: 0, log: Vec::new() };
        bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
        bridge
    }

    /// Runs until something is true of the engine.
    async fn until(&mut self, what: &str, is_true: impl Fn(&Engine) -> bool) {
        let deadline = self.clock.now().mono + PATIENCE;
        while !is_true(&self.engine) {
            assert!(self.step(deadline).await, "not {what}\n{}", self.log.join("\n"));
        }
    }

    /// Takes one event or deadline; false when time is up.
    async fn step(&mut self, deadline: Instant) -> bool {
        let until = self.engine.poll_timeout().map_or(deadline, |own| own.min(deadline));
        match timeout(until.saturating_duration_since(self.clock.now().mono), self.events.recv()).await {
            Ok(event) => self.take(event.expect("the link lives")),
            Err(_) => self.engine.handle_timeout(self.clock.now()),
        }
        self.drain();
        self.clock.now().mono < deadline
    }

    /// Lets time go by.
    async fn pass(&mut self, time: Duration) {
        let until = self.clock.now().mono + time;
        while self.step(until).await {}
    }

    fn take(&mut self, event: link::Event) {
        let now = event.at();
        match event {
            link::Event::Up(up) => {
                self.context = Context::new(up.version);
                self.log.push(format!("up on {:?}", up.side));
                self.engine.handle(now, Input::Link(LinkChange::Up { version: up.version, services: up.services }));
            }
            link::Event::Down(down) => {
                self.log.push(format!("down: {:?}", down.reason));
                self.engine.handle(now, Input::Link(LinkChange::Down));
            }
            link::Event::Frame { frame, .. } => {
                let message = Message::decode(&frame, &mut self.context).unwrap();
                self.log.push(format!("  < {}", message.name().unwrap_or("?")));
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
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(id, message) => self.link.request(id.0, message),
                Output::Reply(id, reply) => {
                    self.log.push(format!("  reply {id:?} {reply:?}"));
                    self.replies.entry(id.0).or_default().push(reply);
                }
                Output::Event(agent, Event::InteractionCreated { interaction, .. }) => {
                    self.log.push(format!("  {agent} has {interaction}"))
                }
                _ => {}
            }
        }
        self.engine.check_invariants().unwrap_or_else(|broken| panic!("{broken}\n{}", self.log.join("\n")));
    }

    fn command(&mut self, agent: &str, command: Command) -> u64 {
        self.commands += 1;
        self.log.push(format!("{agent}: {command:?}"));
        self.replies.insert(self.commands, Vec::new());
        self.engine.handle(self.clock.now(), Input::Command(CommandId(self.commands), AgentId::from(agent), command));
        self.drain();
        self.commands
    }

    async fn reply(&mut self, id: u64) -> Reply {
        let deadline = self.clock.now().mono + PATIENCE;
        while self.replies[&id].is_empty() {
            assert!(self.step(deadline).await, "command {id} was not answered\n{}", self.log.join("\n"));
        }
        self.replies[&id][0].clone()
    }

    async fn truth(&self) -> Truth {
        self.simulator.handle().truth().await.unwrap()
    }

    /// Runs until the engine's picture is the truth.
    async fn agree(&mut self) {
        let deadline = self.clock.now().mono + PATIENCE;
        loop {
            let truth = self.truth().await;
            let differences: Vec<_> = AGENTS
                .iter()
                .map(|agent| (agent, truth_of(&truth, agent), self.picture_of(agent)))
                .filter(|(_, truth, picture)| truth != picture)
                .map(|(agent, truth, picture)| format!("{agent}: the truth is «{truth}», the picture is «{picture}»"))
                .collect();
            if differences.is_empty() && self.engine.service() == ServiceStatus::InService {
                return;
            }
            let soon = (self.clock.now().mono + Duration::from_millis(20)).min(deadline);
            self.step(soon).await;
            assert!(self.clock.now().mono < deadline, "{}\n{}", differences.join("\n"), self.log.join("\n"));
        }
    }

    /// State and legs of an agent as a desktop that starts now would see them.
    fn picture_of(&self, agent: &str) -> String {
        let (mut state, mut legs) = (String::new(), Vec::new());
        for event in self.engine.picture(&AgentId::from(agent)) {
            match event {
                Event::ChannelInfo { agent, .. } => state = agent.state.to_string().trim_start_matches("AGENT_STATE_").to_owned(),
                Event::ConversationState { change, .. } => legs.push(change.current.word().to_lowercase().replace("dialing", "initiated")),
                _ => {}
            }
        }
        legs.sort();
        format!("{state} {}", legs.join(","))
    }

    /// A command that the picture offers, or now and then any other.
    fn random_command(&self, agent: &str, random: &mut StdRng) -> Command {
        let mut offers = Vec::new();
        for event in self.engine.picture(&AgentId::from(agent)) {
            match event {
                Event::ChannelState(change) => offers.extend(change.enabled.iter().map(|c| (c, None, None))),
                Event::InteractionState { interaction, change, .. } => {
                    offers.extend(change.enabled.iter().map(|c| (c, Some(interaction), None)));
                }
                Event::ConversationState { conversation, change, .. } => {
                    offers.extend(change.enabled.iter().map(|c| (c, None, Some(conversation))));
                }
                _ => {}
            }
        }
        offers.retain(|(capability, ..)| *capability != Capabilities::CHANNEL_EXTERNALDISPOSITIONS);
        let all: Vec<_> = Capabilities::all().iter().collect();
        // Calls are more worth exploring than idle agents, and consultations more than calls.
        let deep = Capabilities::INTERACTION_CONSULT
            | Capabilities::INTERACTION_ALTERNATE
            | Capabilities::INTERACTION_CONSULTTRANSFER
            | Capabilities::INTERACTION_CONSULTCONFERENCE
            | Capabilities::CONVERSATION_ANSWER;
        let weight = |(capability, interaction, leg): &(Capabilities, Option<InteractionId>, Option<ConversationId>)| {
            if deep.contains(*capability) { 12 } else { 1 + 2 * u32::from(interaction.is_some() || leg.is_some()) }
        };
        let (capability, interaction, leg) = match offers.choose_weighted(random, weight) {
            Ok(offer) if random.random_bool(0.9) => *offer,
            _ => (*all.choose(random).unwrap(), None, None),
        };
        let interaction = interaction.unwrap_or_else(|| InteractionId(random.random_range(0..9)));
        let leg = leg.unwrap_or(ConversationId::nil());
        command_of(capability, interaction, leg, random)
    }
}

fn command_of(capability: Capabilities, interaction: InteractionId, conversation: ConversationId, random: &mut StdRng) -> Command {
    use Capabilities as C;
    let destination = ["+41227654321", "+41227654321", "+41227654300", "+41227654302", "3001", "3002", "3003"].choose(random).unwrap();
    let destination = ctibridge::engine::model::Name::from(*destination);
    match capability {
        C::CHANNEL_ACTIVATE => Command::Activate { password: Secret::new("1234"), extension: None, always_ask: false },
        C::CHANNEL_DEACTIVATE if random.random_bool(0.2) => Command::Deactivate { reason: Some(1) },
        C::CHANNEL_NOTREADY => Command::NotReady { reason: Some(random.random_range(1..4)) },
        C::CHANNEL_WORK => Command::Work { next_ready: random.random_bool(0.5) },
        C::CHANNEL_DIAL => Command::Dial(Dial { destination, ..Dial::default() }),
        C::INTERACTION_ACCEPT => Command::Accept(interaction),
        C::INTERACTION_REJECT => Command::Reject(interaction),
        C::INTERACTION_SETINTERACTIONDATA => {
            let number = random.random_range(1..=10);
            Command::SetData { interaction, key: format!("callVariable{number}").into(), value: "changed".into() }
        }
        C::INTERACTION_SETDISPOSITION => Command::SetDisposition { interaction, disposition: "done".into() },
        C::INTERACTION_COMPLETE => Command::Complete { interaction, outcome: Some(Disposition::Skipped) },
        C::INTERACTION_CONSULT => Command::Consult { interaction, destination },
        C::INTERACTION_ALTERNATE => Command::Alternate(interaction),
        C::INTERACTION_RECONNECT => Command::Reconnect(interaction),
        C::INTERACTION_CONSULTTRANSFER => Command::ConsultTransfer(interaction),
        C::INTERACTION_CONSULTCONFERENCE => Command::ConsultConference(interaction),
        C::INTERACTION_RECORDING_START => Command::Record(interaction, true),
        C::INTERACTION_RECORDING_STOP => Command::Record(interaction, false),
        C::CONVERSATION_TRANSFER => Command::Transfer { conversation, destination },
        C::CONVERSATION_SENDDTMF => Command::SendDtmf { conversation, digits: "47#".into() },
        C::CONVERSATION_ANSWER => Command::Answer(conversation),
        C::CONVERSATION_RELEASE => Command::Release(conversation),
        C::CONVERSATION_HOLD => Command::Hold(conversation),
        C::CONVERSATION_RETRIEVE => Command::Retrieve(conversation),
        _ => Command::Ready,
    }
}

/// State and legs of an agent as they really are.
fn truth_of(truth: &Truth, agent: &str) -> String {
    let known = truth.agents.iter().find(|known| known.id == agent).unwrap();
    let parties = truth.calls.iter().flat_map(|call| &call.parties).filter(|party| party.agent.as_deref() == Some(agent));
    let mut legs: Vec<_> = parties.map(|party| party.state.to_owned()).filter(|state| state != "failed").collect();
    legs.sort();
    format!("{} {}", known.state, legs.join(","))
}

async fn walk(seed: u64, steps: usize, done: &mut BTreeMap<String, usize>) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut bridge = Bridge::start(seed).await;
    for agent in AGENTS {
        let lookup = bridge.command(agent, Command::Lookup);
        assert_eq!(bridge.reply(lookup).await, Reply::Success);
        let login = bridge.command(agent, Command::Activate { password: Secret::new("1234"), extension: None, always_ask: true });
        assert_eq!(bridge.reply(login).await, Reply::Success, "{}", bridge.log.join("\n"));
    }
    bridge.agree().await;
    for step in 0..steps {
        bridge.log.push(format!("-- step {step}"));
        match random.random_range(0..20) {
            0..=3 => {
                let agent = AGENTS.choose(&mut random).unwrap();
                let call = InboundCall { from: "+41445550123".into(), agent: Some((*agent).to_owned()), ..InboundCall::default() };
                bridge.log.push(format!("a call for {agent}"));
                bridge.simulator.handle().place_call(call).await.unwrap();
            }
            4 => {
                let truth = bridge.truth().await;
                if let Some(call) = truth.calls.choose(&mut random) {
                    bridge.log.push(format!("the far end of {} hangs up", call.call_id));
                    let hangup = serde_json::from_str("\"hangup\"").unwrap();
                    let _ = bridge.simulator.handle().control(Control::FarEnd(call.call_id, hangup)).await;
                }
            }
            6..=7 => {
                bridge.pass(Duration::from_millis(60)).await;
            }
            5 if step % 5 == 0 => {
                let active = if bridge.truth().await.active == "a" { Side::A } else { Side::B };
                let action = *[SideAction::Stop, SideAction::Reset].choose(&mut random).unwrap();
                bridge.log.push(format!("{action:?} on {active:?}"));
                bridge.simulator.handle().control(Control::Side(active, action)).await.unwrap();
                bridge.until("out of service", |engine| engine.service() == ServiceStatus::OutOfService).await;
                bridge.until("back in service", |engine| engine.service() == ServiceStatus::InService).await;
                bridge.simulator.handle().control(Control::Side(active, SideAction::Start)).await.ok();
            }
            _ => {
                let agent = *AGENTS.choose(&mut random).unwrap();
                let command = bridge.random_command(agent, &mut random);
                let name: String = format!("{command:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
                let id = bridge.command(agent, command);
                let reply = bridge.reply(id).await;
                if reply == Reply::Success {
                    if name == "Consult" && random.random_bool(0.7) {
                        bridge.pass(Duration::from_millis(80)).await; // the far end answers
                    }
                    *done.entry(name).or_default() += 1;
                }
                if let Reply::Failure(failure) = &reply {
                    assert_ne!(failure.code, FailureCode::Internal, "{}", bridge.log.join("\n"));
                    assert_ne!(failure.code, FailureCode::CtiTimeout, "{}", bridge.log.join("\n"));
                }
            }
        }
        bridge.agree().await;
    }
    for (id, replies) in &bridge.replies {
        assert_eq!(replies.len(), 1, "command {id}: {replies:?}\n{}", bridge.log.join("\n"));
    }
    bridge.link.shutdown().await;
    bridge.simulator.shutdown().await;
}

#[tokio::test]
async fn the_picture_becomes_the_truth_whatever_happens() {
    let seeds = std::env::var("CTIBRIDGE_SIM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(12);
    let only = std::env::var("CTIBRIDGE_SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut done = BTreeMap::new();
    for seed in only.map_or(1..=seeds, |seed| seed..=seed) {
        walk(seed, 100, &mut done).await;
    }
    println!("commands that succeeded: {done:?}");
    // The walk must not quietly stop going anywhere.
    for name in ["Answer", "Release", "Dial", "Ready", "NotReady", "Complete", "Consult"] {
        assert!(only.is_some() || done.contains_key(name), "{name} never succeeded: {done:?}");
    }
}
