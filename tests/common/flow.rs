//! Flows of fixtures/flows (see the README there): reading them, and a bench on which an engine plays them with everything
//! around it played by hand.

#![allow(dead_code)] // each test program uses its part of it

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::{BufMut, BytesMut};
use ctibridge::engine::command::{Command, CommandId, Dial, Disposition, NeedInfo, Reply, Secret};
use ctibridge::engine::event::{EndCause, Event};
use ctibridge::engine::model::{AgentId, InteractionId, Name, StateWord};
use ctibridge::engine::note::Note;
use ctibridge::engine::record::Record;
use ctibridge::engine::{Answer, Engine, Input, LinkChange, Output, RequestId, Settings};
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::schema::{FloatingSpec, MessageSpec, WireType};
use ctibridge::protocol::{Context, Message, ProtocolVersion, RawFrame, spec_named};
use ctibridge::time::Now;

pub(crate) const VERSION: u32 = 24;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A message of the server: name and fields.
    Cti(String, Vec<(String, String)>),
    /// The answer to the oldest unanswered request of that kind.
    Answer(String, Vec<(String, String)>),
    /// A command of a desktop.
    Do(String, Vec<String>),
    /// Something that must have come out by now, in this order.
    Want(String),
    /// Something that must not have come out.
    Never(String),
    /// The final picture of an agent.
    Picture(String, String),
    /// A fact about the agent that the harness answers queries with.
    Agent(String, Vec<(String, String)>),
    /// What the harness answers when asked about a call.
    Snapshot(String, Vec<(String, String)>),
    Link(bool),
    Wait(u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) path: PathBuf,
    pub(crate) steps: Vec<(usize, Step)>,
}

pub(crate) fn fields(words: &[String]) -> Vec<(String, String)> {
    words.iter().map(|word| word.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).expect("field=value")).collect()
}

/// Splits at blanks outside quotes.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

pub(crate) fn parse(path: &Path) -> Flow {
    parse_text(path, &std::fs::read_to_string(path).unwrap())
}

/// The flow of a name.
pub(crate) fn flow_named(name: &str) -> Flow {
    parse(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flows").join(format!("{name}.flow")))
}

/// A flow that is written in a test.
pub(crate) fn parse_text(path: &Path, text: &str) -> Flow {
    let mut steps = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let all = words(line);
        let rest = &all[1..];
        let step = match all[0].as_str() {
            "cti" => Step::Cti(rest[0].clone(), fields(&rest[1..])),
            "answer" => Step::Answer(rest[0].clone(), fields(&rest[1..])),
            "do" => Step::Do(rest[0].clone(), rest[1..].to_vec()),
            "want" => Step::Want(line["want".len()..].trim().to_owned()),
            "never" => Step::Never(line["never".len()..].trim().to_owned()),
            "picture" => Step::Picture(rest[0].clone(), rest[1..].join(" ")),
            "agent" => Step::Agent(rest[0].clone(), fields(&rest[1..])),
            "snapshot" => Step::Snapshot(rest[0].clone(), fields(&rest[1..])),
            "link" => Step::Link(rest[0] == "up"),
            "wait" => Step::Wait(rest[0].trim_end_matches("ms").parse().unwrap()),
            other => panic!("{}:{}: unknown step {other}", path.display(), number + 1),
        };
        steps.push((number + 1, step));
    }
    Flow { path: path.to_owned(), steps }
}

pub(crate) fn flows() -> Vec<Flow> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flows");
    let mut paths: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "flow"));
    paths.sort();
    assert!(paths.len() >= 12, "the flows are gone");
    paths.iter().map(|path| parse(path)).collect()
}

/// Values that a server sends where a flow says nothing.
pub(crate) fn default_of(name: &str) -> u64 {
    match name {
        "PeripheralID" => 5000,
        "PeripheralType" => 17,
        "MRDID" => 1,
        "NewConnectionCallID" | "SkillGroupNumber" | "SkillGroupID" | "ServiceNumber" | "ServiceID" => 0xffff_ffff,
        "LocalConnectionState" | "EventCause" | "LineHandle" | "LineType" => 0xffff,
        name if name.ends_with("DeviceType") => 0xffff,
        _ => 0,
    }
}

pub(crate) fn number(values: Option<&ctibridge::protocol::schema::ValueTable>, text: &str) -> u64 {
    if let Ok(number) = text.parse() {
        return number;
    }
    let table = values.unwrap_or_else(|| panic!("{text} is no number"));
    let found = table.values.iter().find(|(_, name)| *name == text || name.ends_with(&format!("_{text}")));
    found.unwrap_or_else(|| panic!("{text} is not in {}", table.name)).0.into()
}

pub(crate) fn put(bytes: &mut BytesMut, wire: WireType, value: u64) {
    match wire.width().expect("a width") {
        1 => bytes.put_u8(value as u8),
        2 => bytes.put_u16(value as u16),
        _ => bytes.put_u32(value as u32),
    }
}

/// Builds the frame of a message from the fields a flow names; the specification tells order, types and defaults.
pub(crate) fn frame(name: &str, given: &[(String, String)], invoke: u64) -> RawFrame {
    let spec: &MessageSpec = spec_named(name).unwrap_or_else(|| panic!("no message {name}"));
    let version = ProtocolVersion::new(VERSION).unwrap();
    let mut body = BytesMut::new();
    let mut used = vec![false; given.len()];
    let take = |wanted: &str, used: &mut Vec<bool>| {
        let at = given.iter().position(|(name, _)| name == wanted)?;
        used[at] = true;
        Some(given[at].1.clone())
    };
    for field in spec.fixed.iter().filter(|field| version.has(field.since, 0)) {
        let value = match take(field.name, &mut used) {
            Some(text) => number(field.values, &text),
            None if field.name == "InvokeID" => invoke,
            None if field.is_counter => {
                let tag = if field.name.contains("Named") && field.name.contains("Variables") { "user." } else { "\0" };
                given.iter().filter(|(name, _)| name.starts_with(tag)).count() as u64
            }
            None => default_of(field.name),
        };
        put(&mut body, field.wire, value);
    }
    let floating = |body: &mut BytesMut, field: &FloatingSpec, text: &str| {
        let mut data = BytesMut::new();
        match field.wire {
            WireType::String => {
                data.put_slice(text.as_bytes());
                data.put_u8(0);
            }
            WireType::Unspec => data.put_slice(text.as_bytes()),
            wire => put(&mut data, wire, number(field.values, text)),
        }
        body.put_u16(field.tag);
        body.put_u16(data.len() as u16);
        body.put_slice(&data);
    };
    for (at, (name, text)) in given.iter().enumerate() {
        if let Some(field) = spec.floating_fields().find(|field| field.name == name) {
            floating(&mut body, field, text);
            used[at] = true;
        } else if name.starts_with("user.") {
            let data = format!("{name}\0{text}\0");
            body.put_u16(82);
            body.put_u16(data.len() as u16);
            body.put_slice(data.as_bytes());
            used[at] = true;
        }
    }
    let unused: Vec<_> = given.iter().zip(&used).filter(|(_, used)| !**used).map(|((name, _), _)| name).collect();
    assert!(unused.is_empty(), "{name} has no fields {unused:?}");
    RawFrame { number: spec.number, body: body.freeze() }
}

/// What a server grants us, configuration left out: the harness has none.
pub(crate) const SERVICES: ServiceMask =
    ServiceMask::ALL_EVENTS.union(ServiceMask::CLIENT_CONTROL).union(ServiceMask::SUPERVISOR).union(ServiceMask::CALL_DATA_UPDATE);

/// One engine with everything around it played by hand.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) now: Now,
    /// What came out since the last `do` or `link`, as text.
    pub(crate) said: VecDeque<String>,
    pub(crate) all_said: Vec<String>,
    pub(crate) requests: Vec<(RequestId, u32)>,
    pub(crate) replies: BTreeMap<u64, usize>,
    pub(crate) commands: u64,
    pub(crate) agents: HashMap<String, Vec<(String, String)>>,
    pub(crate) snapshots: HashMap<String, Vec<(String, String)>>,
    pub(crate) notes: Vec<Note>,
    pub(crate) records: Vec<Record>,
    /// The last request that the harness did not answer itself.
    pub(crate) last_request: Option<Message<'static>>,
    pub(crate) is_named: HashMap<InteractionId, usize>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Settings { peripheral_id: Some(5000), ..Settings::default() })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let now = Now { mono: Instant::now(), wall: "2026-01-05T08:00:00Z".parse().unwrap() };
        let mut bench = Self {
            engine: Engine::new(settings, 7, now),
            now,
            said: VecDeque::new(),
            all_said: Vec::new(),
            requests: Vec::new(),
            replies: BTreeMap::new(),
            commands: 0,
            agents: HashMap::new(),
            snapshots: HashMap::new(),
            notes: Vec::new(),
            records: Vec::new(),
            last_request: None,
            is_named: HashMap::new(),
        };
        bench.link(true);
        bench
    }

    /// A session in which the server granted only these.
    pub(crate) fn link_with(&mut self, services: ServiceMask) {
        self.said.clear();
        let version = ProtocolVersion::new(VERSION).unwrap();
        self.input(Input::Link(LinkChange::Up { version, services }));
    }

    pub(crate) fn link(&mut self, up: bool) {
        self.said.clear();
        if up {
            self.link_with(SERVICES);
        } else {
            for (id, _) in std::mem::take(&mut self.requests) {
                self.input(Input::Answer(id, Answer::Lost));
            }
            self.input(Input::Link(LinkChange::Down));
        }
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.engine.handle(self.now, input);
        self.drain();
    }

    pub(crate) fn drain(&mut self) {
        let mut queries = Vec::new();
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(id, message) => match self.own_answer(&message) {
                    Some(frame) => queries.push((id, frame)),
                    None => {
                        self.say(format!("request {}", message.name().unwrap()));
                        self.requests.push((id, message.number()));
                        self.last_request = Some(*message);
                    }
                },
                Output::Reply(CommandId(id), reply) => {
                    *self.replies.entry(id).or_default() += 1;
                    self.say(format!("reply {}", reply_text(&reply)));
                }
                Output::Event(agent, event) => {
                    let text = self.event_text(&event);
                    self.say(format!("{agent} {text}"));
                }
                Output::Service(status) => self.say(format!("service {status:?}")),
                Output::Record(record) => self.records.push(*record),
                Output::Note(note) => self.notes.push(note),
                Output::Team(_) => {}
                Output::Routing { is_online } => self.say(format!("routing {is_online}")),
            }
        }
        self.engine.check_invariants().unwrap_or_else(|broken| panic!("{broken}\n{}", self.all_said.join("\n")));
        for (id, frame) in queries {
            let mut context = Context::new(ProtocolVersion::new(VERSION).unwrap());
            match Message::decode(&frame, &mut context).unwrap() {
                Message::FailureConf(failure) => self.engine.handle(self.now, Input::Answer(id, Answer::Failed(failure.status))),
                message => self.engine.handle(self.now, Input::Answer(id, Answer::Confirmed(message))),
            }
            self.drain();
        }
    }

    pub(crate) fn say(&mut self, text: String) {
        self.all_said.push(text.clone());
        self.said.push_back(text);
    }

    /// The harness answers what every server answers the same way.
    pub(crate) fn own_answer(&self, message: &Message<'_>) -> Option<RawFrame> {
        let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
        match message {
            Message::QueryAgentStateReq(request) => {
                let id = request.agent_id.as_ref().unwrap().to_string();
                let Some(facts) = self.agents.get(&id) else {
                    return Some(frame("FAILURE_CONF", &pairs(&[("Status", "8")]), 1));
                };
                let mut given = pairs(&[("AgentID", &id)]);
                given.extend(facts.iter().filter(|(name, _)| spec_has("QUERY_AGENT_STATE_CONF", name)).cloned());
                Some(frame("QUERY_AGENT_STATE_CONF", &given, 1))
            }
            Message::AgentDeskSettingsReq(request) => {
                let facts = self.agents.get(request.agent_id.as_ref().unwrap().as_str()).cloned().unwrap_or_default();
                let given: Vec<_> = facts.into_iter().filter(|(name, _)| spec_has("AGENT_DESK_SETTINGS_CONF", name)).collect();
                Some(frame("AGENT_DESK_SETTINGS_CONF", &given, 1))
            }
            Message::SnapshotDeviceReq(request) => {
                let device = request.agent_instrument.as_ref().unwrap().as_str();
                let facts = self.agents.values().find(|facts| facts.iter().any(|(k, v)| k == "AgentExtension" && v == device));
                let calls: Vec<_> = facts.into_iter().flatten().filter(|(name, _)| name == "call").map(|(_, call)| call.clone()).collect();
                let mut given = pairs(&[("NumCalls", &calls.len().to_string())]);
                for call in &calls {
                    let (id, state) = call.split_once(':').unwrap();
                    given.extend(pairs(&[
                        ("CallConnectionCallID", id),
                        ("CallConnectionDeviceIDType", "0"),
                        ("CallConnectionDeviceID", device),
                        ("CallState", state),
                    ]));
                }
                Some(frame("SNAPSHOT_DEVICE_CONF", &given, 1))
            }
            Message::SnapshotCallReq(request) => {
                let given = self.snapshots.get(&request.connection_call_id.to_string()).cloned();
                Some(frame("SNAPSHOT_CALL_CONF", &given.unwrap_or_else(|| pairs(&[("CallType", "1"), ("ANI", "+41445550123")])), 1))
            }
            _ => None,
        }
    }

    pub(crate) fn event_text(&mut self, event: &Event) -> String {
        let next = self.is_named.len() + 1;
        let contact = event.interaction().map(|id| *self.is_named.entry(id).or_insert(next)).map(|n| format!(" #{n}")).unwrap_or_default();
        match event {
            Event::ChannelInfo { channel, agent } => {
                let state = agent.state.to_string();
                let reason = agent.reason.map(|reason| format!("/{reason}")).unwrap_or_default();
                let outage = channel.outage.map(|outage| format!(" {}", outage.word())).unwrap_or_default();
                format!("channel.infochanged {}{reason} available={}{outage}", state.trim_start_matches("AGENT_STATE_"), channel.available)
            }
            Event::ChannelState(change) => format!("channel {}", change.current.word()),
            Event::InteractionCreated { direction, .. } => format!("interaction.created{contact} {direction:?}"),
            Event::InteractionState { change, .. } => format!("interaction{contact} {}", change.current.word()),
            Event::ConversationCreated { role, .. } => format!("conversation.created{contact} {}", role.word()),
            Event::ConversationState { change, .. } => format!("conversation{contact} {}", change.current.word()),
            Event::MemberAdded { member, .. } => format!("member.added{contact} {}", member.id),
            Event::MemberRemoved { member, .. } => format!("member.removed{contact} {member}"),
            Event::ConversationInitialized { .. } => format!("conversation.initialized{contact}"),
            Event::ConversationInfo { call_id, .. } => format!("conversation.infochanged{contact} {call_id}"),
            Event::ConversationDisposed { .. } => format!("conversation.disposed{contact}"),
            Event::DataChanged { after, .. } => format!("datachanged{contact} cv1={}", after.call_variables[0].as_deref().unwrap_or("-")),
            Event::Preview { contact: data, .. } => {
                let crm = data.click_to_dial.as_ref().map(|crm| format!(" crm={}", crm.crm_id)).unwrap_or_default();
                let queue = data.skill_group_id.map(|id| format!(" queue={id}")).unwrap_or_default();
                let key = data.router_key.map(|key| format!(" key={}.{}", key.day, key.call_id)).unwrap_or_default();
                let kind = if data.is_originator { format!(" type={}", data.call_type) } else { String::new() };
                format!("preview{contact}{kind} ani={}{queue}{key}{crm}", data.ani.as_deref().unwrap_or("-"))
            }
            Event::Screenpop { contact: data, .. } => format!("screenpop{contact} recovered={}", data.is_recovered),
            Event::InteractionInitialized { .. } => format!("interaction.initialized{contact}"),
            Event::FocusChanged { focus, .. } => format!("focuschanged{contact} {}", focus.map_or("-", |(_, role)| role.word())),
            Event::InteractionEnded { reason, cause, .. } => {
                let lost = if *cause == Some(EndCause::LostInFailover) { " lost in failover" } else { "" };
                format!("interaction.ended{contact} {}{lost}", reason.word())
            }
            Event::InteractionComplete { disposition, auto, .. } => {
                format!("interaction.complete{contact} {} auto={auto}", disposition.as_deref().unwrap_or("-"))
            }
            Event::InteractionDisposed { .. } => format!("interaction.disposed{contact}"),
            Event::Statistics(_) => "statistics".to_owned(),
            Event::Message(message) => format!("message {}", message.text),
        }
    }

    /// Plays a whole flow.
    pub(crate) fn play(&mut self, flow: &Flow) {
        for (line, step) in &flow.steps {
            println!("{}:{line}", flow.path.display());
            self.run(step);
        }
        self.check_answers();
    }

    pub(crate) fn run(&mut self, step: &Step) {
        match step {
            Step::Cti(name, given) => {
                let frame = frame(name, given, 0);
                let mut context = Context::new(ProtocolVersion::new(VERSION).unwrap());
                let message = Message::decode(&frame, &mut context).unwrap();
                assert_eq!(context.skipped, Default::default(), "{name} has fields that are not read");
                self.input(Input::Event(message));
            }
            Step::Answer(name, given) => assert!(self.try_answer(name, given), "no request waits for {name}\n{}", self.all_said.join("\n")),
            Step::Do(name, args) => {
                self.said.clear();
                self.command(name, args);
            }
            Step::Link(up) => self.link(*up),
            Step::Wait(millis) => {
                self.now = self.now.later(Duration::from_millis(*millis));
                self.engine.handle_timeout(self.now);
                self.drain();
            }
            Step::Agent(id, given) => {
                self.agents.insert(id.clone(), given.clone());
            }
            Step::Snapshot(call, given) => {
                self.snapshots.insert(call.clone(), given.clone());
            }
            Step::Want(wanted) => {
                let at = self.said.iter().position(|said| said == wanted);
                let at = at.unwrap_or_else(|| panic!("wanted «{wanted}», what came is\n{}", self.all_said.join("\n")));
                self.said.drain(..=at);
            }
            Step::Never(unwanted) => {
                assert!(
                    !self.all_said.iter().any(|said| said.contains(unwanted.as_str())),
                    "«{unwanted}» came\n{}",
                    self.all_said.join("\n")
                );
            }
            Step::Picture(agent, wanted) => assert_eq!(self.picture(agent), *wanted, "{}", self.all_said.join("\n")),
        }
    }

    /// What a desktop that starts now would see, in short.
    pub(crate) fn picture(&self, agent: &str) -> String {
        let mut picture = Vec::new();
        for event in self.engine.picture(&AgentId::from(agent)) {
            match event {
                Event::ChannelInfo { agent, .. } => picture.push(agent.state.to_string().trim_start_matches("AGENT_STATE_").to_owned()),
                Event::ChannelState(change) => picture.push(change.current.word().to_owned()),
                Event::InteractionState { change, .. } => picture.push(format!("interaction={}", change.current.word())),
                Event::ConversationState { change, .. } => picture.push(format!("leg={}", change.current.word())),
                _ => {}
            }
        }
        picture.join(" ")
    }

    /// Answers the oldest request that this message can answer.
    pub(crate) fn try_answer(&mut self, name: &str, given: &[(String, String)]) -> bool {
        let request = name.strip_suffix("_CONF").and_then(|name| spec_named(&format!("{name}_REQ")));
        let at = match request {
            Some(spec) => self.requests.iter().position(|(_, number)| *number == spec.number),
            None => (!self.requests.is_empty()).then_some(0),
        };
        let Some(at) = at else { return false };
        let (id, _) = self.requests.remove(at);
        let frame = frame(name, given, 1);
        let mut context = Context::new(ProtocolVersion::new(VERSION).unwrap());
        let answer = match Message::decode(&frame, &mut context).unwrap() {
            Message::FailureConf(failure) => Answer::Failed(failure.status),
            Message::ControlFailureConf(failure) => {
                Answer::ControlFailed { code: failure.failure_code.0, peripheral_error: failure.peripheral_error_code }
            }
            message => Answer::Confirmed(message),
        };
        self.engine.handle(self.now, Input::Answer(id, answer));
        self.drain();
        true
    }

    pub(crate) fn command(&mut self, name: &str, args: &[String]) {
        let agent = AgentId::from(args[0].as_str());
        let interactions = self.engine.interactions(&agent);
        let contact = || interactions.last().expect("an interaction").0;
        let leg = || *interactions.last().and_then(|(_, legs)| legs.last()).expect("a leg");
        let option = |wanted: &str| args.iter().find_map(|arg| arg.strip_prefix(&format!("{wanted}=")).map(str::to_owned));
        let command = match name {
            "lookup" => Command::Lookup,
            "login" => Command::Activate {
                password: Secret::new("1234"),
                extension: option("extension").map(Name::from),
                always_ask: option("always").is_some(),
                remote: None,
            },
            "logout" => Command::Deactivate { reason: option("reason").map(|reason| reason.parse().unwrap()) },
            "ready" => Command::Ready,
            "notready" => Command::NotReady { reason: option("reason").map(|reason| reason.parse().unwrap()) },
            "work" => Command::Work { next_ready: option("next").is_some() },
            "dial" => Command::Dial(Dial {
                destination: option("to").unwrap().into(),
                click_to_dial: option("crm").map(|crm| ctibridge::engine::model::ClickToDial { crm_id: crm.into(), record_type: None }),
                ..Dial::default()
            }),
            "accept" => Command::Accept(contact()),
            "reject" => Command::Reject(contact()),
            "answer" => Command::Answer(leg()),
            "release" => Command::Release(leg()),
            "hold" => Command::Hold(leg()),
            "retrieve" => Command::Retrieve(leg()),
            "setdata" => Command::SetData { interaction: contact(), key: args[1].as_str().into(), value: args[2].as_str().into() },
            "disposition" => Command::SetDisposition { interaction: contact(), disposition: args[1].as_str().into() },
            "consult" => Command::Consult { interaction: contact(), destination: option("to").unwrap().into() },
            "alternate" => Command::Alternate(contact()),
            "reconnect" => Command::Reconnect(contact()),
            "consulttransfer" => Command::ConsultTransfer(contact()),
            "consultconference" => Command::ConsultConference(contact()),
            "transfer" => Command::Transfer { conversation: leg(), destination: option("to").unwrap().into() },
            "conference" => Command::Conference { conversation: leg(), destination: option("to").unwrap().into() },
            "dtmf" => Command::SendDtmf { conversation: leg(), digits: args[1].as_str().into() },
            "record" => Command::Record(contact(), true),
            "unrecord" => Command::Record(contact(), false),
            "assist" => Command::SupervisorAssist(contact()),
            "complete" => Command::Complete { interaction: contact(), outcome: None },
            "skip" => Command::Complete { interaction: contact(), outcome: Some(Disposition::Skipped) },
            "wrapup" => Command::Complete {
                interaction: contact(),
                outcome: Some(Disposition::Chosen { id: 1, name: args[1].as_str().into(), notes: None }),
            },
            other => panic!("unknown command {other}"),
        };
        self.commands += 1;
        let id = CommandId(self.commands);
        self.replies.insert(id.0, 0);
        self.input(Input::Command(id, agent, command));
    }

    pub(crate) fn check_answers(&self) {
        for (id, count) in &self.replies {
            assert_eq!(*count, 1, "command {id} was answered {count} times\n{}", self.all_said.join("\n"));
        }
    }
}

pub(crate) fn spec_has(message: &str, field: &str) -> bool {
    spec_named(message).is_some_and(|spec| spec.fixed.iter().any(|f| f.name == field) || spec.floating_fields().any(|f| f.name == field))
}

pub(crate) fn reply_text(reply: &Reply) -> String {
    match reply {
        Reply::Success => "success".to_owned(),
        Reply::NeedInfo(NeedInfo::Disposition { required }) => format!("needinfo disposition required={required}"),
        Reply::NeedInfo(NeedInfo::AgentState) => "needinfo agentstate".to_owned(),
        Reply::NeedInfo(NeedInfo::NotReadyReason) => "needinfo notreadyreason".to_owned(),
        Reply::NeedInfo(NeedInfo::LogoutReason) => "needinfo logoutreason".to_owned(),
        Reply::Failure(failure) => format!("failure {}", failure.code),
    }
}
