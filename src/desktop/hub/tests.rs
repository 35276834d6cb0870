//! The hub with the real engine and, in place of the CTI Server, a table of agents with passwords.

mod auth;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::auth::Authority;
use crate::auth::credential::{self, HashCost};
use crate::desktop::call_session::tests::inbound;
use crate::engine::event::{EndReason, Recording};
use crate::engine::model::{ConversationState, Direction, InteractionState, Member, Name, Role};
use crate::engine::{Answer, LinkChange};
use crate::protocol::message as wire;
use crate::protocol::values::{AgentState, ControlFailureCode, StatusCode};
use crate::protocol::{Message, ProtocolVersion, Text as WireText};
use crate::time::Clock;

/// A mistake of ours is answered with an id that leads to its line in the log.
#[test]
fn an_internal_failure_is_told_with_the_trace_id_of_the_log() {
    use std::io::{Result, Write};
    use std::sync::Mutex;

    use crate::engine::command::{Failure, FailureCode};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let mut bench = Bench::new();
    let socket = bench.connect();
    bench.read(socket);
    let request =
        crate::desktop::mediabar::envelope::Request::parse(r#"{"command":"channel.ready","target":"PG1-1001.3001"}"#.into()).unwrap();
    let failure = Failure::new(FailureCode::Internal, "impossible").with_context("inner matters");
    tracing::subscriber::with_default(log, || {
        for _ in 0..2 {
            bench.hub.fail(SocketId(socket), "channel.ready", &request, &failure);
        }
    });
    let traces: Vec<_> = bench.read(socket).iter().map(|told| told["failure"]["context"].as_str().unwrap().to_owned()).collect();
    assert!(traces.len() == 2 && traces[0] != traces[1], "{traces:?}");
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for (trace, line) in traces.iter().zip(logged.lines()) {
        assert!(trace.len() == 16 && line.contains(trace) && line.contains("inner matters"), "{trace}: {line}");
    }
}

struct AcdAgent {
    password: &'static str,
    state: AgentState,
    extension: &'static str,
}

struct Bench {
    hub: Hub,
    engine: Engine,
    now: Now,
    acd: BTreeMap<&'static str, AcdAgent>,
    /// LOGIN requests that reached the ACD.
    logins: usize,
    outboxes: BTreeMap<u64, Arc<Outbox>>,
    codes: BTreeMap<u64, CloseCode>,
    waiting: BTreeMap<u64, VecDeque<Value>>,
    next: u64,
    is_holding_jobs: bool,
    notes: Vec<Note>,
    kept: Vec<KeptChange>,
    authority: Authority,
}

fn text(text: &str) -> Option<WireText<'static>> {
    Some(WireText::from(text.to_owned()))
}

impl Bench {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings { hash_cost: HashCost { memory_kib: 8, passes: 1 }, ..Settings::default() };
        change(&mut settings);
        let now = Clock::start().now();
        let agent = |password, extension| AcdAgent { password, state: AgentState::LOGOUT, extension };
        let mut bench = Self {
            hub: Hub::new(settings, ResumeKey::random(), 7, Telemetry::new()),
            engine: Engine::new(engine::Settings { peripheral_id: Some(5000), ..engine::Settings::default() }, 7, now),
            now,
            acd: BTreeMap::from([("1001", agent("1234", "3001")), ("1002", agent("abcd", "3002"))]),
            logins: 0,
            outboxes: BTreeMap::new(),
            codes: BTreeMap::new(),
            waiting: BTreeMap::new(),
            next: 0,
            is_holding_jobs: false,
            notes: Vec::new(),
            kept: Vec::new(),
            authority: Authority::acd_only(),
        };
        let up = LinkChange::Up { version: ProtocolVersion::DEFAULT, services: crate::protocol::masks::ServiceMask::all() };
        bench.engine.handle(now, engine::Input::Link(up));
        bench.settle();
        bench
    }

    /// Lets engine, hub, ACD and worker finish what is under way.
    fn settle(&mut self) {
        loop {
            while let Some(output) = self.engine.poll_output() {
                match output {
                    Output::Request(id, message) => self.acd(id, &message),
                    output => self.hub.output(self.now, output, &mut self.engine),
                }
            }
            let job = if self.is_holding_jobs { None } else { self.hub.poll_job() };
            let Some(job) = job else { break };
            let input = match job {
                Job::Note(note) => {
                    self.notes.push(note);
                    continue;
                }
                Job::Keep(change) => {
                    self.kept.push(change);
                    continue;
                }
                Job::Identify { attempt, socket, credentials } => {
                    let grant = self.authority.identify(&credentials, self.now.wall).ok().map(Box::new);
                    Input::Identified { attempt, socket, grant }
                }
                Job::Recheck(seats) => {
                    Input::Rechecked(seats.into_iter().map(|seat| Verdict::of(seat, &self.authority, self.now.wall)).collect())
                }
                Job::Check { attempt, socket, password, hash } => {
                    Input::PasswordChecked { attempt, socket, fits: credential::verify(&password, &hash) }
                }
                Job::Hash { agent, password } => {
                    let hash = credential::hash(&password, self.hub.settings.hash_cost).unwrap();
                    Input::PasswordHashed { agent, hash }
                }
            };
            self.hub.handle(self.now, input, &mut self.engine);
        }
    }

    fn acd(&mut self, id: engine::RequestId, request: &Message<'_>) {
        let mut event = None;
        let answer = match request {
            Message::QueryAgentStateReq(request) => match request.agent_id.as_deref().and_then(|id| self.acd.get(id)) {
                Some(agent) => {
                    let extension = if agent.state == AgentState::LOGOUT { None } else { text(agent.extension) };
                    Answer::Confirmed(Message::from(wire::QueryAgentStateConf {
                        agent_state: agent.state,
                        agent_extension: extension.clone(),
                        agent_instrument: extension,
                        ..Default::default()
                    }))
                }
                None => Answer::Failed(StatusCode::INVALID_AGENT_DATA),
            },
            Message::SetAgentStateReq(request) => {
                let id = request.agent_id.as_deref().unwrap_or_default().to_owned();
                let phone = request.agent_instrument.as_deref().unwrap_or_default().to_owned();
                let agent = self.acd.get_mut(id.as_str()).unwrap();
                let is_login = request.agent_state == AgentState::LOGIN;
                self.logins += usize::from(is_login);
                let refused = |code: ControlFailureCode| Answer::ControlFailed { code: code.0, peripheral_error: 0 };
                if is_login && agent.state != AgentState::LOGOUT {
                    refused(ControlFailureCode::SPECIFIED_AGENT_ALREADY_SIGNED_ON)
                } else if is_login && request.agent_password.as_deref() != Some(agent.password) {
                    refused(ControlFailureCode::INVALID_PASSWORD_SPECIFIED)
                } else {
                    agent.state = if is_login { AgentState::NOT_READY } else { request.agent_state };
                    event = Some(agent_event(&id, &phone, agent.state));
                    Answer::Confirmed(Message::from(wire::SetAgentStateConf::default()))
                }
            }
            _ => Answer::Failed(StatusCode::UNSPECIFIED_FAILURE),
        };
        self.engine.handle(self.now, engine::Input::Answer(id, answer));
        if let Some(event) = event {
            self.engine.handle(self.now, engine::Input::Event(event));
        }
    }

    /// The agent uses the phone itself.
    fn phone(&mut self, id: &'static str, state: AgentState) {
        let agent = self.acd.get_mut(id).unwrap();
        agent.state = state;
        let event = agent_event(id, agent.extension, state);
        self.engine.handle(self.now, engine::Input::Event(event));
        self.settle();
    }

    fn later(&mut self, by: Duration) {
        self.now = self.now.later(by);
        self.engine.handle_timeout(self.now);
        self.hub.handle_timeout(self.now, &mut self.engine);
        self.settle();
    }

    /// A socket that has heard of the service's state.
    fn connect(&mut self) -> u64 {
        self.connect_from(Ipv4Addr::LOCALHOST)
    }

    fn connect_from(&mut self, peer: Ipv4Addr) -> u64 {
        self.next += 1;
        let outbox = Arc::new(Outbox::new(self.hub.settings.limits.outbox_messages, self.hub.settings.limits.outbox_bytes));
        self.outboxes.insert(self.next, outbox.clone());
        self.hub.handle(self.now, Input::Opened { socket: SocketId(self.next), peer: peer.into(), outbox }, &mut self.engine);
        let hello = self.read(self.next);
        assert_eq!(hello[0]["name"], "service.status");
        self.next
    }

    fn disconnect(&mut self, socket: u64) {
        self.hub.handle(self.now, Input::Closed { socket: SocketId(socket) }, &mut self.engine);
        self.settle();
    }

    fn send(&mut self, socket: u64, frame: impl ToString) {
        let text = frame.to_string().into();
        self.hub.handle(self.now, Input::Frame { socket: SocketId(socket), text }, &mut self.engine);
        self.settle();
    }

    fn take(&mut self, socket: u64) {
        let outbox = self.outboxes[&socket].clone();
        if let Poll::Ready(batch) = outbox.poll_take(&mut Context::from_waker(Waker::noop())) {
            let messages = batch.texts.iter().map(|text| serde_json::from_str::<Value>(text).unwrap());
            self.waiting.entry(socket).or_default().extend(messages);
            if let Some(code) = batch.close {
                self.codes.insert(socket, code);
            }
        }
    }

    /// Everything that waits for a socket.
    fn read(&mut self, socket: u64) -> Vec<Value> {
        self.take(socket);
        self.waiting.entry(socket).or_default().drain(..).collect()
    }

    /// The close code a socket got.
    fn closed(&mut self, socket: u64) -> Option<CloseCode> {
        self.take(socket);
        self.codes.get(&socket).copied()
    }

    /// Sends and gives the first message that comes back.
    fn ask(&mut self, socket: u64, frame: Value) -> Value {
        self.send(socket, frame);
        self.take(socket);
        self.waiting.get_mut(&socket).and_then(VecDeque::pop_front).unwrap_or(Value::Null)
    }

    fn prepare(&mut self, socket: u64, data: Value) -> Value {
        self.ask(socket, json!({"command": "prepareSession", "data": data}))
    }

    fn sign_in(&mut self, socket: u64, id: &str, password: &str) -> Value {
        self.prepare(socket, json!({"agent": {"id": id, "password": password, "extension": "3001"}}))
    }

    fn command(&mut self, socket: u64, command: &str, target: &str) -> Value {
        self.ask(socket, json!({"command": command, "target": target, "data": {}}))
    }

    /// A desktop of agent 1001 that is logged in on 3001.
    fn desktop(&mut self) -> (u64, String) {
        let socket = self.connect();
        let prepared = self.sign_in(socket, "1001", "1234");
        assert_eq!(prepared["result"], "success", "{prepared}");
        assert_eq!(self.command(socket, "session.start", "PG1-1001")["result"], "success");
        self.read(socket);
        assert_eq!(self.command(socket, "channelgroup.activateall", "PG1-1001.3001")["result"], "success");
        self.read(socket);
        (socket, prepared["data"]["resumeToken"].as_str().unwrap().to_owned())
    }

    /// The engine tells of agent 1001.
    fn event(&mut self, event: Event) {
        self.hub.output(self.now, Output::Event("1001".into(), event), &mut self.engine);
    }

    /// A contact rings at agent 1001.
    fn offer(&mut self) {
        for event in offer() {
            self.event(event);
        }
    }
}

fn agent_event(id: &str, phone: &str, state: AgentState) -> Message<'static> {
    Message::from(wire::AgentStateEvent {
        peripheral_id: 5000,
        agent_state: state,
        agent_id: text(id),
        agent_extension: text(phone),
        agent_instrument: text(phone),
        ..Default::default()
    })
}

const CONTACT: InteractionId = InteractionId(4711);
const LEG: crate::engine::model::ConversationId = uuid::Uuid::from_u128(0x6b0f_1c52_9a37_4a6e_8f0d_2c6f_5b7a_1e90);

fn change<S>(previous: Option<S>, current: S) -> crate::engine::event::StateChange<S> {
    use crate::engine::model::Capabilities;
    crate::engine::event::StateChange {
        previous,
        current,
        enabled: Capabilities::empty(),
        disabled: Capabilities::empty(),
        since: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn offer() -> Vec<Event> {
    let contact = Arc::new(inbound());
    let number: Name = "+41123456789".into();
    let direction = Direction::Inbound;
    vec![
        Event::InteractionCreated { interaction: CONTACT, direction },
        Event::InteractionState { interaction: CONTACT, change: change(None, InteractionState::Alerting), recording: Recording::Off },
        Event::ConversationCreated { interaction: CONTACT, conversation: LEG, role: Role::Primary, direction, call_id: 7 },
        Event::ConversationState { interaction: CONTACT, conversation: LEG, change: change(None, ConversationState::Alerting) },
        Event::MemberAdded {
            interaction: CONTACT,
            conversation: LEG,
            member: Member { id: number.clone(), number, name: None, agent: None, is_self: false },
        },
        Event::ConversationInitialized { interaction: CONTACT, conversation: LEG },
        Event::DataChanged { interaction: CONTACT, before: None, after: contact.clone() },
        Event::Preview { interaction: CONTACT, contact },
        Event::InteractionInitialized { interaction: CONTACT },
    ]
}

fn names(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["name"].as_str().unwrap_or("response")).collect()
}

fn seqs(messages: &[Value]) -> Vec<u64> {
    messages.iter().filter_map(|message| message["seq"].as_u64()).collect()
}

fn code(response: &Value) -> &str {
    response["failure"]["code"].as_str().unwrap_or("")
}

#[test]
fn a_cold_start_tells_everything_in_order_and_ends_with_session_initialized() {
    let mut bench = Bench::new();
    let socket = bench.connect();
    let prepared = bench.sign_in(socket, "1001", "1234");
    assert_eq!(prepared["data"]["resourceId"], "PG1-1001");
    assert_eq!(prepared["data"]["recovered"], false);
    assert!(prepared.get("target").is_none());
    let started =
        bench.ask(socket, json!({"command": "session.start", "target": "PG1-1001", "data": {"extension": "3001"}, "requestId": "2"}));
    assert_eq!(started, json!({"command": "session.start", "target": "PG1-1001", "result": "success", "requestId": "2"}));
    let events = bench.read(socket);
    assert_eq!(
        names(&events),
        [
            "channelgroup.created",
            "channel.created",
            "channel.infochanged",
            "state.updated",
            "channel.initialized",
            "channelgroup.initialized",
            "state.updated",
            "session.initialized"
        ]
    );
    assert_eq!(seqs(&events), (1..=8).collect::<Vec<_>>());
    assert_eq!(events[2]["data"]["channel"]["state"], "INACTIVE");
    assert_eq!(events[2]["target"], "PG1-1001.3001.3001");
    assert!(events.iter().all(|event| event.get("resync").is_none()));
}

#[test]
fn nothing_but_start_is_possible_before_the_start() {
    let mut bench = Bench::new();
    let socket = bench.connect();
    assert_eq!(code(&bench.command(socket, "session.getdirectory", "PG1-1001")), "NOT_BOUND");
    bench.sign_in(socket, "1001", "1234");
    let request = json!({"command": "session.request.getdirectory", "target": "PG1-1001", "data": {}, "more": [1]});
    let failure = bench.ask(socket, request.clone());
    assert_eq!(code(&failure), "NOT_STARTED");
    assert_eq!(failure["original"], request);
    assert_eq!(code(&bench.command(socket, "session.start", "PG1-1002")), "NOT_BOUND");
    let other = bench.connect();
    bench.prepare(other, json!({"agent": {"id": "1002", "password": "abcd"}}));
    assert_eq!(code(&bench.command(other, "session.start", "PG1-1002")), "UNKNOWN_DEVICE");
    assert_eq!(bench.command(socket, "session.start", "PG1-1001")["result"], "success");
    bench.read(socket);
    assert_eq!(code(&bench.command(socket, "session.start", "PG1-1001")), "INVALID_STATE");
}

#[test]
fn activateall_proves_the_password_and_then_shows_the_agent() {
    let mut bench = Bench::new();
    let socket = bench.connect();
    bench.sign_in(socket, "1001", "1234");
    bench.command(socket, "session.start", "PG1-1001");
    bench.read(socket);
    assert_eq!(code(&bench.command(socket, "channel.ready", "PG1-1001.3001")), "CHANNEL_NOT_ACTIVE");
    let done =
        bench.ask(socket, json!({"command": "channelgroup.request.activateall", "target": "PG1-1001.3001", "data": {"options": {}}}));
    assert_eq!(done["result"], "success");
    assert_eq!(done["data"], json!({"options": {}}));
    let events = bench.read(socket);
    assert_eq!(names(&events)[..2], ["channel.infochanged", "state.updated"]);
    assert_eq!(events[0]["data"]["agent"]["state"], "NOT_READY");
    let state = &events[1]["state"];
    assert_eq!((&state["object"], &state["previous"], &state["current"]), (&json!("channel"), &json!("INACTIVE"), &json!("ACTIVE")));
    assert!(state["since"].is_string());
    assert!(bench.hub.credentials.get(&"1001".into()).is_some());
    let ready = bench.command(socket, "channel.request.ready", "PG1-1001.3001.3001");
    assert_eq!(ready["result"], "success");
    assert_eq!(bench.read(socket)[0]["data"]["channel"]["available"], true);
}

#[test]
fn a_wrong_password_shows_nothing_of_the_agent() {
    let mut bench = Bench::new();
    let socket = bench.connect();
    assert_eq!(bench.sign_in(socket, "1001", "wrong")["result"], "success", "nothing can be proved yet");
    bench.command(socket, "session.start", "PG1-1001");
    bench.read(socket);
    bench.phone("1001", AgentState::AVAILABLE);
    bench.offer();
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    assert_eq!(code(&bench.command(socket, "channel.activate", "PG1-1001.3001")), "AUTH_FAILED");
    assert_eq!(code(&bench.command(socket, "channel.notready", "PG1-1001.3001")), "CHANNEL_NOT_ACTIVE");
    assert_eq!(code(&bench.command(socket, "interaction.accept", &format!("PG1-1001.3001.{CONTACT}"))), "UNKNOWN_TARGET");
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    assert_eq!(bench.acd["1001"].state, AgentState::AVAILABLE);
}

#[test]
fn an_agent_who_is_logged_in_already_must_be_proved_by_the_acd() {
    let mut bench = Bench::new();
    bench.phone("1001", AgentState::NOT_READY);
    let socket = bench.connect();
    // The ACD says "already signed on", which proves nothing.
    assert_eq!(code(&bench.sign_in(socket, "1001", "1234")), "AUTH_FAILED");
    assert_eq!(bench.logins, 1);
    let mut bench = Bench::with(|settings| settings.accept_already_logged_in = true);
    bench.phone("1001", AgentState::NOT_READY);
    let socket = bench.connect();
    assert_eq!(bench.sign_in(socket, "1001", "1234")["result"], "success");
    bench.command(socket, "session.start", "PG1-1001");
    let events = bench.read(socket);
    assert_eq!(events[2]["data"]["agent"]["state"], "NOT_READY");
}

#[test]
fn what_was_hidden_is_shown_when_the_password_is_proved_later() {
    let mut bench = Bench::with(|settings| settings.accept_already_logged_in = true);
    let socket = bench.connect();
    bench.sign_in(socket, "1001", "1234");
    bench.command(socket, "session.start", "PG1-1001");
    bench.read(socket);
    bench.phone("1001", AgentState::AVAILABLE);
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    assert_eq!(bench.command(socket, "channel.activate", "PG1-1001.3001")["result"], "success");
    let events = bench.read(socket);
    assert_eq!(names(&events), ["channel.infochanged", "state.updated"]);
    assert_eq!(events[0]["data"]["agent"]["state"], "AVAILABLE");
    assert_eq!(events[1]["state"]["current"], "ACTIVE");
}

#[test]
fn unknown_agents_and_wrong_passwords_get_the_same_answer() {
    let mut bench = Bench::new();
    let (first, _) = bench.desktop();
    let socket = bench.connect();
    let unknown = bench.sign_in(socket, "9999", "1234");
    let wrong = bench.sign_in(socket, "1001", "wrong");
    assert_eq!(unknown["failure"], wrong["failure"]);
    assert_eq!(code(&unknown), "AUTH_FAILED");
    assert_eq!(wrong["original"]["data"]["agent"]["password"], "wrong");
    assert_eq!(bench.logins, 1, "a known hash keeps guessing away from the ACD");
    assert_eq!(bench.read(first), Vec::<Value>::new());
}

#[test]
fn a_password_changed_on_the_acd_is_learnt_by_a_login() {
    let mut bench = Bench::new();
    let (socket, _) = bench.desktop();
    assert_eq!(bench.command(socket, "session.request.logout", "PG1-1001")["result"], "success");
    bench.acd.get_mut("1001").unwrap().password = "new";
    let socket = bench.connect();
    assert_eq!(code(&bench.sign_in(socket, "1001", "1234x")), "AUTH_FAILED");
    assert_eq!(bench.sign_in(socket, "1001", "new")["result"], "success");
    assert_eq!(bench.acd["1001"].state, AgentState::NOT_READY);
}

#[test]
fn failed_logins_are_limited_for_an_agent_and_an_address_and_others_go_on() {
    let mut bench = Bench::with(|settings| settings.limits.failed_logins_per_address = 8);
    bench.desktop();
    let socket = bench.connect_from(Ipv4Addr::new(10, 0, 0, 1));
    for _ in 0..5 {
        assert_eq!(code(&bench.sign_in(socket, "1001", "wrong")), "AUTH_FAILED");
    }
    assert_eq!(code(&bench.sign_in(socket, "1001", "1234")), "RATE_LIMITED");
    for _ in 0..3 {
        assert_eq!(code(&bench.sign_in(socket, "9999", "x")), "AUTH_FAILED");
    }
    assert_eq!(code(&bench.sign_in(socket, "1002", "abcd")), "RATE_LIMITED", "the address has used up its failures");
    let other = bench.connect();
    assert_eq!(bench.sign_in(other, "1002", "abcd")["result"], "success");
    bench.later(Duration::from_secs(61));
    let socket = bench.connect_from(Ipv4Addr::new(10, 0, 0, 1));
    assert_eq!(bench.sign_in(socket, "1001", "1234")["result"], "confirm");
}

#[test]
fn guessing_by_activateall_is_limited_too() {
    let mut bench = Bench::new();
    let socket = bench.connect();
    bench.sign_in(socket, "1001", "wrong");
    bench.command(socket, "session.start", "PG1-1001");
    bench.read(socket);
    for _ in 0..5 {
        assert_eq!(code(&bench.command(socket, "channelgroup.activateall", "PG1-1001.3001")), "AUTH_FAILED");
    }
    assert_eq!(code(&bench.command(socket, "channelgroup.activateall", "PG1-1001.3001")), "RATE_LIMITED");
    assert_eq!(bench.logins, 5);
}

#[test]
fn a_second_desktop_is_asked_and_an_override_sends_the_first_one_away() {
    let mut bench = Bench::new();
    let (first, _) = bench.desktop();
    let second = bench.connect();
    let confirm = bench.sign_in(second, "1001", "1234");
    assert_eq!(confirm["result"], "confirm");
    assert!(confirm["message"].as_str().unwrap().contains("1001"));
    assert_eq!(confirm["original"]["command"], "prepareSession");
    let data = json!({"override": true, "agent": {"id": "1001", "password": "1234"}});
    let done = bench.prepare(second, data);
    assert_eq!((&done["data"]["resourceId"], &done["data"]["recovered"]), (&json!("PG1-1001-2"), &json!(false)));
    let last = bench.read(first);
    assert_eq!(names(&last), ["session.disposed"]);
    assert_eq!(last[0]["data"], json!({"reason": "override"}));
    assert_eq!(bench.closed(first), Some(CloseCode::Override));
    bench.command(second, "session.start", "PG1-1001-2");
    assert_eq!(seqs(&bench.read(second))[0], 1);
    assert_eq!(code(&bench.command(second, "session.getdirectory", "PG1-1001")), "NOT_BOUND");
    assert_eq!(bench.acd["1001"].state, AgentState::NOT_READY, "the agent state is not touched");
    assert_eq!(bench.logins, 1);
}

#[test]
fn an_override_needs_the_password_to_be_proved() {
    let mut bench = Bench::new();
    let first = bench.connect();
    bench.sign_in(first, "1001", "1234");
    let second = bench.connect();
    assert_eq!(bench.sign_in(second, "1001", "wrong")["result"], "confirm");
    let wrong = json!({"override": true, "agent": {"id": "1001", "password": "wrong", "extension": "3001"}});
    assert_eq!(code(&bench.prepare(second, wrong)), "AUTH_FAILED");
    assert_eq!(bench.closed(first), None);
    let right = json!({"override": true, "agent": {"id": "1001", "password": "1234", "extension": "3001"}});
    assert_eq!(bench.prepare(second, right)["data"]["resourceId"], "PG1-1001-2");
    assert_eq!(bench.closed(first), Some(CloseCode::Override));
}

#[test]
fn a_lost_desktop_comes_back_to_its_session_and_is_told_the_picture_again() {
    let mut bench = Bench::new();
    let (first, _) = bench.desktop();
    bench.disconnect(first);
    bench.later(Duration::from_secs(119));
    let second = bench.connect();
    let prepared = bench.sign_in(second, "1001", "1234");
    assert_eq!((&prepared["data"]["resourceId"], &prepared["data"]["recovered"]), (&json!("PG1-1001"), &json!(true)));
    bench.command(second, "session.start", "PG1-1001");
    let events = bench.read(second);
    assert!(events.iter().all(|event| event["resync"] == true));
    assert_eq!(seqs(&events)[0], 11, "numbering goes on");
    assert_eq!(events[2]["data"]["agent"]["state"], "NOT_READY");
    assert_eq!(bench.logins, 1, "a reload does not log in again");
}

#[test]
fn a_session_without_its_desktop_ends_after_the_grace_time() {
    for logs_out in [false, true] {
        let mut bench = Bench::with(|settings| settings.logout_on_grace_end = logs_out);
        let (first, token) = bench.desktop();
        bench.disconnect(first);
        bench.later(Duration::from_secs(119));
        assert_eq!(bench.hub.sizes(), (0, 1));
        bench.later(Duration::from_secs(1));
        assert_eq!(bench.hub.sizes(), (0, 0));
        let expected = if logs_out { AgentState::LOGOUT } else { AgentState::NOT_READY };
        assert_eq!(bench.acd["1001"].state, expected);
        let second = bench.connect();
        assert_eq!(code(&bench.prepare(second, json!({"resumeToken": token}))), "AUTH_FAILED");
    }
}

#[test]
fn a_returning_desktop_gets_exactly_the_events_it_missed() {
    let mut bench = Bench::new();
    let (first, token) = bench.desktop();
    bench.disconnect(first);
    bench.offer();
    let second = bench.connect();
    let data = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001", "seq": 10}});
    let prepared = bench.prepare(second, data.clone());
    assert_eq!(prepared["data"]["recovered"], true);
    assert_eq!(prepared["data"]["resumed"], true);
    let missed = bench.read(second);
    assert_eq!(names(&missed)[0], "interaction.created");
    assert_eq!(seqs(&missed), (11..=19).collect::<Vec<_>>());
    // No session.start is needed.
    assert_eq!(bench.command(second, "session.getdirectory", "PG1-1001")["result"], "success");
    assert_eq!(seqs(&bench.read(second)), [20]);
    // The broken connection has not been noticed: the same desktop may come back all the same.
    let third = bench.connect();
    assert_eq!(bench.prepare(third, data)["data"]["resumed"], true);
    assert_eq!(seqs(&bench.read(third)), (11..=20).collect::<Vec<_>>());
    assert_eq!(bench.closed(second), Some(CloseCode::Override));
}

#[test]
fn what_cannot_be_replayed_is_told_anew() {
    let mut bench = Bench::with(|settings| settings.limits.replay_events = 4);
    let (first, token) = bench.desktop();
    bench.disconnect(first);
    bench.offer();
    for (seq, is_possible) in [(14, false), (15, true), (19, true), (20, false), (u64::MAX, false)] {
        let mut bench = Bench::with(|settings| settings.limits.replay_events = 4);
        let (first, token) = bench.desktop();
        bench.disconnect(first);
        bench.offer();
        let second = bench.connect();
        let prepared = bench.prepare(second, json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001", "seq": seq}}));
        assert_eq!(prepared["data"]["resumed"], is_possible, "{seq}");
        if !is_possible {
            assert_eq!(code(&bench.command(second, "session.getdirectory", "PG1-1001")), "NOT_STARTED");
            bench.command(second, "session.start", "PG1-1001");
            let events = bench.read(second);
            assert_eq!((seqs(&events)[0], &events[0]["resync"]), (20, &json!(true)));
        }
    }
    let other = bench.connect();
    let foreign = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1002", "seq": 1}});
    assert_eq!(code(&bench.prepare(other, foreign)), "NOT_BOUND");
    let earlier = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001-7", "seq": 1}});
    assert_eq!(bench.prepare(other, earlier)["data"]["resumed"], false);
}

#[test]
fn a_token_of_an_unproved_session_proves_nothing() {
    let mut bench = Bench::new();
    let first = bench.connect();
    let prepared = bench.sign_in(first, "1001", "wrong");
    let token = prepared["data"]["resumeToken"].clone();
    bench.disconnect(first);
    bench.phone("1001", AgentState::NOT_READY);
    let second = bench.connect();
    assert_eq!(bench.prepare(second, json!({"resumeToken": token}))["data"]["recovered"], true);
    bench.command(second, "session.start", "PG1-1001");
    assert_eq!(bench.read(second)[2]["data"]["agent"]["state"], "LOGOUT");
}

#[test]
fn a_token_without_a_password_lets_a_second_window_ask_but_not_push_in() {
    let mut bench = Bench::new();
    let (first, token) = bench.desktop();
    let second = bench.connect();
    assert_eq!(bench.prepare(second, json!({"resumeToken": token}))["result"], "confirm");
    assert_eq!(bench.closed(first), None);
    assert_eq!(bench.prepare(second, json!({"resumeToken": format!("{token}0")}))["result"], "failure");
}

#[test]
fn another_password_ends_an_unproved_session_and_the_same_one_continues_it() {
    let mut bench = Bench::new();
    let first = bench.connect();
    bench.sign_in(first, "1001", "guess");
    bench.disconnect(first);
    let second = bench.connect();
    assert_eq!(bench.sign_in(second, "1001", "1234")["data"]["recovered"], false);
    bench.disconnect(second);
    let third = bench.connect();
    assert_eq!(bench.sign_in(third, "1001", "1234")["data"]["recovered"], true);
}

#[test]
fn mirrors_see_everything_in_their_own_numbers_command_nothing_and_can_take_over() {
    let mut bench = Bench::new();
    let (first, _) = bench.desktop();
    let mirror = bench.connect();
    let wrong = json!({"mode": "mirror", "agent": {"id": "1001", "password": "wrong"}});
    assert_eq!(code(&bench.prepare(mirror, wrong)), "AUTH_FAILED");
    let data = json!({"mode": "mirror", "agent": {"id": "1001", "password": "1234"}});
    let prepared = bench.prepare(mirror, data);
    assert_eq!((&prepared["data"]["mode"], &prepared["data"]["recovered"]), (&json!("mirror"), &json!(true)));
    assert_eq!(bench.command(mirror, "session.start", "PG1-1001")["result"], "success");
    assert_eq!(seqs(&bench.read(mirror)), (1..=8).collect::<Vec<_>>());
    assert_eq!(bench.read(first), Vec::<Value>::new(), "the other desktop is not disturbed");
    bench.offer();
    let (seen, mirrored) = (bench.read(first), bench.read(mirror));
    assert_eq!(names(&seen), names(&mirrored));
    assert_eq!((seqs(&seen)[0], seqs(&mirrored)[0]), (11, 9));
    let target = format!("PG1-1001.3001.3001.{CONTACT}");
    assert_eq!(code(&bench.command(mirror, "interaction.accept", &target)), "NOT_AUTHORIZED");
    assert_eq!(code(&bench.command(mirror, "interaction.accept", "PG1-1001.3001.OM000000000000000001")), "UNKNOWN_TARGET");
    assert_eq!(bench.command(mirror, "session.takeover", "PG1-1001")["result"], "success");
    let (told, taken) = (bench.read(first), bench.read(mirror));
    assert_eq!((&told[0]["data"]["mode"], &taken[0]["data"]["mode"]), (&json!("mirror"), &json!("command")));
    assert_eq!((seqs(&told), seqs(&taken)), (vec![20], vec![18]));
    assert_eq!(code(&bench.command(first, "channel.ready", "PG1-1001.3001")), "NOT_AUTHORIZED");
    assert_eq!(bench.command(mirror, "channel.ready", "PG1-1001.3001")["result"], "success");
    // The mirror goes: the session has its commanding desktop still.
    bench.disconnect(first);
    bench.later(Duration::from_secs(1_000));
    assert_eq!(bench.hub.sizes(), (1, 1));
}

#[test]
fn logout_is_silent_and_its_answer_the_last_message() {
    let mut bench = Bench::new();
    let (socket, token) = bench.desktop();
    let request = json!({"command": "session.request.logout", "target": "PG1-1001", "data": {}, "requestId": "24"});
    let done = bench.ask(socket, request);
    assert_eq!(done, json!({"command": "session.request.logout", "target": "PG1-1001", "result": "success", "requestId": "24"}));
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    assert_eq!(bench.closed(socket), Some(CloseCode::Logout));
    assert_eq!(bench.acd["1001"].state, AgentState::LOGOUT);
    assert_eq!(bench.hub.sizes(), (0, 0));
    let socket = bench.connect();
    assert_eq!(code(&bench.prepare(socket, json!({"resumeToken": token}))), "AUTH_FAILED");
    let prepared = bench.sign_in(socket, "1001", "1234");
    assert_eq!((&prepared["data"]["resourceId"], &prepared["data"]["recovered"]), (&json!("PG1-1001"), &json!(false)));
}

#[test]
fn the_crm_parameters_are_frozen_and_marked_when_they_are_told_again() {
    let mut bench = Bench::new();
    let (first, token) = bench.desktop();
    bench.offer();
    let events = bench.read(first);
    let preview = &events[7];
    assert_eq!(preview["name"], "interaction.preview");
    let session = &preview["data"]["session"];
    assert_eq!(session["type"], "bsCallSession");
    assert_eq!(session["parameters"]["number"], "+41123456789");
    assert_eq!((&session["repeat"], &session["recovered"]), (&json!(false), &json!(false)));
    // Later changes reach the live data only.
    let mut changed = inbound();
    changed.call_variables[0] = Some("Silver".into());
    bench.event(Event::DataChanged { interaction: CONTACT, before: Some(Arc::new(inbound())), after: Arc::new(changed.clone()) });
    bench.event(Event::Screenpop { interaction: CONTACT, contact: Arc::new(changed) });
    let events = bench.read(first);
    assert_eq!(events[0]["data"]["changed"], json!({"callVariable1": "Silver"}));
    let again = &events[1]["data"];
    assert_eq!(again["interactiondata"]["callVariable1"], "Silver");
    assert_eq!(&again["session"], session);
    let frozen = bench.hub.call_session(CONTACT).unwrap().parameters.get().to_owned();
    // A desktop that comes back may know them already.
    bench.disconnect(first);
    let second = bench.connect();
    bench.prepare(second, json!({"resumeToken": token}));
    let key = *bench.hub.by_agent.get(&"1001".into()).unwrap();
    let picture: Vec<Event> = offer();
    bench.hub.with_session(key, |session, teller| session.start(SocketId(second), &picture, None, teller));
    let events = bench.read(second);
    let told = events.iter().find(|event| event["name"] == "interaction.preview").unwrap();
    assert_eq!(told["data"]["session"]["repeat"], true);
    assert_eq!(told["data"]["session"]["frozenAt"], session["frozenAt"]);
    assert!(told.to_string().contains(&frozen), "the same bytes");
    bench.event(Event::InteractionDisposed { interaction: CONTACT });
    assert!(bench.hub.call_session(CONTACT).is_none());
}

#[test]
fn parameters_that_no_desktop_has_had_are_no_repetition() {
    let mut bench = Bench::new();
    let (first, token) = bench.desktop();
    bench.disconnect(first);
    bench.offer(); // nobody is there, the events wait
    let second = bench.connect();
    bench.prepare(second, json!({"resumeToken": token}));
    let key = *bench.hub.by_agent.get(&"1001".into()).unwrap();
    bench.hub.with_session(key, |session, teller| session.start(SocketId(second), &offer(), None, teller));
    let told = bench.read(second);
    let preview = told.iter().find(|event| event["name"] == "interaction.preview").unwrap();
    assert_eq!(preview["data"]["session"]["repeat"], false);
}

#[test]
fn nothing_is_told_of_an_object_before_it_was_announced_or_after_it_went() {
    let mut bench = Bench::new();
    let (socket, _) = bench.desktop();
    bench.event(Event::ConversationDisposed { interaction: CONTACT, conversation: LEG });
    bench.event(Event::FocusChanged { interaction: CONTACT, focus: None });
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    bench.offer();
    bench.read(socket);
    bench.event(Event::ConversationDisposed { interaction: CONTACT, conversation: LEG });
    bench.event(Event::ConversationState { interaction: CONTACT, conversation: LEG, change: change(None, ConversationState::Ended) });
    bench.event(Event::InteractionEnded { interaction: CONTACT, reason: EndReason::Released, cause: None, released_by: None });
    bench.event(Event::InteractionDisposed { interaction: CONTACT });
    bench.event(Event::InteractionEnded { interaction: CONTACT, reason: EndReason::Released, cause: None, released_by: None });
    let events = bench.read(socket);
    assert_eq!(names(&events), ["conversation.disposed", "interaction.ended", "interaction.disposed"]);
    let target = format!("PG1-1001.3001.3001.{CONTACT}");
    assert_eq!(code(&bench.command(socket, "interaction.complete", &target)), "UNKNOWN_TARGET");
}

#[test]
fn every_part_of_the_contract_is_answered() {
    let mut bench = Bench::new();
    let (socket, _) = bench.desktop();
    bench.offer();
    bench.read(socket);
    let contact = format!("PG1-1001.3001.{CONTACT}");
    for (command, target) in [
        ("channel.request.incontact.getscripts", "PG1-1001.3001.3001"),
        ("interaction.request.recording.pause", &contact),
        ("interaction.request.incontact.signal", &contact),
    ] {
        assert_eq!(code(&bench.command(socket, command, target)), "UNSUPPORTED", "{command}");
    }
    assert_eq!(code(&bench.command(socket, "interaction.dance", &contact)), "UNKNOWN_COMMAND");
    assert_eq!(code(&bench.command(socket, "conversation.conference", "PG1-1001.3001.OM000000000000000001.x")), "UNKNOWN_TARGET");
    assert_eq!(code(&bench.ask(socket, json!({"command": "channel.ready"}))), "BAD_REQUEST");
    assert_eq!(code(&bench.ask(socket, json!("x"))), "BAD_JSON");
    let directory = bench.command(socket, "session.getdirectory", "PG1-1001");
    assert_eq!(directory["result"], "success");
    assert_eq!(bench.read(socket)[0]["data"]["categories"][0]["entries"][0], json!({"name": "Sales", "number": "8001"}));
    bench.command(socket, "channel.request.externaldispositions", "PG1-1001.3001");
    assert_eq!(bench.read(socket)[0]["data"]["dispositions"][0]["dispositionName"], "Resolved");
}

#[test]
fn a_request_id_names_one_execution() {
    let mut bench = Bench::new();
    let (socket, _) = bench.desktop();
    let ready = json!({"command": "channel.ready", "target": "PG1-1001.3001", "data": {}, "requestId": "a"});
    assert_eq!(bench.ask(socket, ready.clone())["result"], "success");
    bench.read(socket);
    assert_eq!(code(&bench.ask(socket, ready)), "REPEATED_REQUEST_ID");
    assert_eq!(bench.read(socket), Vec::<Value>::new());
    let bad = json!({"command": "channel.notready", "target": "PG1-1001.3001", "data": {"reason": {"code": -1}}, "requestId": "b"});
    assert_eq!(code(&bench.ask(socket, bad.clone())), "BAD_REQUEST");
    assert_eq!(code(&bench.ask(socket, bad)), "BAD_REQUEST", "nothing was carried out");
}

#[test]
fn the_outbound_skill_is_asked_for_where_the_site_wants_it() {
    let mut bench = Bench::with(|settings| settings.ask_outbound_skill = true);
    let (socket, _) = bench.desktop();
    let dial = json!({"command": "channel.dial", "target": "PG1-1001.3001", "data": {"destination": "+4144"}, "requestId": "1"});
    // One skill group or none: nothing to choose.
    assert_ne!(bench.ask(socket, dial)["result"], "needinfo");
}

#[test]
fn service_status_goes_to_everybody_on_every_change() {
    let mut bench = Bench::new();
    let (first, second) = (bench.connect(), bench.connect());
    bench.engine.handle(bench.now, engine::Input::Link(LinkChange::Down));
    bench.settle();
    let status = bench.read(first);
    assert_eq!(status, bench.read(second));
    assert_eq!(
        status,
        [
            json!({"messageType": "serviceEvent", "name": "service.status", "data": {"status": "OutOfService", "acceptingClients": false, "clientCount": 2}})
        ]
    );
    assert_eq!(code(&bench.sign_in(first, "1001", "1234")), "CTI_OFFLINE");
}

#[test]
fn who_does_not_sign_in_or_does_not_read_is_sent_away() {
    let mut bench = Bench::with(|settings| settings.limits.outbox_messages = 20);
    let silent = bench.connect();
    let (slow, token) = bench.desktop();
    bench.later(Duration::from_secs(15));
    assert_eq!(bench.closed(silent), Some(CloseCode::NoLogin));
    assert_eq!(bench.closed(slow), None);
    for _ in 0..3 {
        bench.offer();
        bench.event(Event::InteractionDisposed { interaction: CONTACT });
    }
    assert_eq!(bench.closed(slow), Some(CloseCode::TooSlow));
    assert_eq!(bench.hub.sizes(), (0, 1), "the session waits for the desktop to come back");
    let back = bench.connect();
    assert_eq!(bench.prepare(back, json!({"resumeToken": token}))["data"]["recovered"], true);
}

#[test]
fn a_shutdown_tells_everybody_and_admits_nobody() {
    let mut bench = Bench::new();
    let (socket, _) = bench.desktop();
    bench.hub.handle(bench.now, Input::Shutdown, &mut bench.engine);
    assert_eq!(bench.read(socket)[0]["data"]["status"], "Stopping");
    assert_eq!(bench.closed(socket), Some(CloseCode::Restart));
    let late = bench.connect();
    assert_eq!(bench.closed(late), Some(CloseCode::Restart));
}

#[test]
fn logins_that_overtake_each_other_end_once() {
    let mut bench = Bench::new();
    let (first, _) = bench.desktop();
    bench.disconnect(first);
    bench.later(Duration::from_secs(120));
    bench.is_holding_jobs = true;
    let socket = bench.connect();
    let login = json!({"agent": {"id": "1001", "password": "other"}});
    assert_eq!(bench.prepare(socket, login.clone()), Value::Null, "the comparison is under way");
    assert_eq!(code(&bench.prepare(socket, login)), "BUSY");
    bench.disconnect(socket);
    bench.is_holding_jobs = false;
    bench.settle();
    assert_eq!(bench.read(socket), Vec::<Value>::new());
}

#[test]
fn a_password_is_hashed_when_its_session_ends_and_not_while_thousands_come_back() {
    let mut bench = Bench::new();
    bench.is_holding_jobs = true;
    let is_hashing = |bench: &mut Bench| {
        let jobs: Vec<Job> = std::iter::from_fn(|| bench.hub.poll_job()).collect();
        let hashes = jobs.iter().filter(|job| matches!(job, Job::Hash { .. } | Job::Check { .. })).count();
        (hashes, jobs)
    };
    let (first, _) = bench.desktop();
    bench.disconnect(first);
    let right = json!({"agent": {"id": "1001", "password": "1234"}});
    let wrong = json!({"agent": {"id": "1001", "password": "other"}});
    let second = bench.connect();
    let logins = bench.logins;
    assert_eq!(code(&bench.prepare(second, wrong.clone())), "AUTH_FAILED", "known without asking the ACD");
    assert_eq!(bench.prepare(second, right)["data"]["recovered"], true);
    assert_eq!((is_hashing(&mut bench).0, bench.logins), (0, logins));

    bench.disconnect(second);
    bench.later(Duration::from_secs(120));
    // The hash takes its time: until it is there the password itself is compared.
    let third = bench.connect();
    assert_eq!(code(&bench.prepare(third, wrong.clone())), "AUTH_FAILED");
    let (hashes, jobs) = is_hashing(&mut bench);
    assert_eq!(hashes, 1);
    for job in jobs {
        if let Job::Hash { agent, password } = job {
            let hash = credential::hash(&password, bench.hub.settings.hash_cost).unwrap();
            bench.hub.handle(bench.now, Input::PasswordHashed { agent, hash }, &mut bench.engine);
        }
    }
    assert_eq!(bench.prepare(third, wrong), Value::Null, "only the hash is known now, and that takes a comparison");
    assert_eq!(is_hashing(&mut bench).0, 1);
}

/// A second daemon with the key and the list of the first.
fn restarted(first: Bench) -> Bench {
    let mut bench = Bench::new();
    bench.hub.resume_key = first.hub.resume_key.clone();
    let mut alive: BTreeMap<u64, ResumeToken> = BTreeMap::new();
    for note in first.notes {
        match note {
            Note::Proved(token) => drop(alive.insert(token.nonce, token)),
            Note::Ended(nonce) => drop(alive.remove(&nonce)),
        }
    }
    bench.acd = first.acd;
    bench.hub.await_back(bench.now, alive.into_values());
    bench
}

#[test]
fn a_desktop_comes_back_after_a_restart_of_the_daemon_without_the_password() {
    let mut first = Bench::new();
    let (_, token) = first.desktop();
    let mut bench = restarted(first);
    let socket = bench.connect();
    let data = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001", "seq": 10}});
    let prepared = bench.prepare(socket, data);
    assert_eq!((&prepared["data"]["resourceId"], &prepared["data"]["recovered"]), (&json!("PG1-1001"), &json!(true)));
    assert_eq!(prepared["data"]["resumed"], false);
    assert_eq!(bench.command(socket, "session.start", "PG1-1001")["result"], "success");
    let events = bench.read(socket);
    assert_eq!((seqs(&events)[0], &events[0]["resync"]), (11, &json!(true)));
    assert_eq!(events[2]["data"]["agent"]["state"], "NOT_READY");
    // The token it got is as good as the first one.
    bench.disconnect(socket);
    let socket = bench.connect();
    assert_eq!(bench.prepare(socket, json!({"resumeToken": prepared["data"]["resumeToken"]}))["data"]["recovered"], true);
}

#[test]
fn after_a_restart_nobody_comes_back_to_what_ended_was_not_proved_or_waited_too_long() {
    let mut first = Bench::new();
    let (socket, token) = first.desktop();
    first.command(socket, "session.logout", "PG1-1001");
    let mut bench = restarted(first);
    let socket = bench.connect();
    assert_eq!(code(&bench.prepare(socket, json!({"resumeToken": token}))), "AUTH_FAILED");

    let mut first = Bench::new();
    let socket = first.connect();
    let token = first.sign_in(socket, "1001", "wrong")["data"]["resumeToken"].clone();
    first.phone("1001", AgentState::NOT_READY);
    let mut bench = restarted(first);
    let socket = bench.connect();
    assert_eq!(code(&bench.prepare(socket, json!({"resumeToken": token}))), "AUTH_FAILED");

    let mut first = Bench::new();
    let (_, token) = first.desktop();
    let mut bench = restarted(first);
    bench.later(Duration::from_secs(120));
    let socket = bench.connect();
    assert_eq!(code(&bench.prepare(socket, json!({"resumeToken": token}))), "AUTH_FAILED");
    assert_eq!(bench.notes.len(), 1, "and the list forgets it");
}

/// What is kept of frozen parameters, as a store would have it after these changes.
fn kept_after(changes: &[KeptChange]) -> Vec<Kept> {
    let mut kept: BTreeMap<InteractionId, Kept> = BTreeMap::new();
    for change in changes {
        match change {
            KeptChange::Frozen(new) => {
                let read = Kept::read(&new.interaction.to_string(), &new.agent.0, new.is_told, &new.write()).unwrap();
                kept.insert(read.interaction, read);
            }
            KeptChange::Told(id) => kept.get_mut(id).unwrap().is_told = true,
            KeptChange::Gone(id) => drop(kept.remove(id)),
        }
    }
    kept.into_values().collect()
}

/// BS-9, T11: after a restart the CRM is given the same bytes, and told that it has had them.
#[test]
fn the_crm_parameters_survive_a_restart_of_the_daemon() {
    const AGAIN: InteractionId = InteractionId(4711);
    for (comes_late, had_desktop) in [(false, true), (true, true), (false, false)] {
        let mut first = Bench::new();
        let (desktop, _) = first.desktop();
        if !had_desktop {
            first.disconnect(desktop);
        }
        first.offer();
        first.settle();
        let frozen = first.hub.call_session(CONTACT).unwrap().parameters.get().to_owned();
        let kept = kept_after(&first.kept);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].is_told, had_desktop);

        // The call goes on; what the new daemon finds has other data by now, and another id.
        let mut second = Bench::new();
        let mut found = inbound();
        found.is_recovered = true;
        found.call_variables[0] = Some("Silver".into());
        let pop = Event::Screenpop { interaction: AGAIN, contact: Arc::new(found.clone()) };
        if !comes_late {
            second.hub.recall(kept.clone());
        }
        second.event(pop.clone());
        second.settle();
        if comes_late {
            assert_ne!(second.hub.call_session(AGAIN).unwrap().parameters.get(), frozen);
            second.hub.recall(kept);
            second.settle();
        }
        assert_eq!(second.hub.call_session(AGAIN).unwrap().parameters.get(), frozen, "the same bytes");
        let kept =
            kept_after(&second.kept.iter().filter(|change| !matches!(change, KeptChange::Gone(CONTACT))).cloned().collect::<Vec<_>>());
        assert_eq!((kept.len(), kept[0].interaction, kept[0].frozen.parameters.get()), (1, AGAIN, frozen.as_str()));

        let (socket, _) = second.desktop();
        let key = *second.hub.by_agent.get(&"1001".into()).unwrap();
        let picture = [Event::InteractionCreated { interaction: AGAIN, direction: crate::engine::model::Direction::Inbound }, pop];
        second.hub.with_session(key, |session, teller| session.start(SocketId(socket), &picture, None, teller));
        let told = second.read(socket);
        let pop = told.iter().find(|event| event["name"] == "interaction.screenpop").unwrap();
        assert_eq!(pop["data"]["session"]["repeat"], had_desktop);
        assert_eq!(pop["data"]["session"]["recovered"], false, "they were built when the call began");
        assert_eq!(pop["data"]["session"]["parameters"].to_string(), frozen);
        assert_eq!(pop["data"]["interactiondata"]["callVariable1"], "Silver");
    }
}

#[test]
fn a_new_call_with_an_old_number_gets_its_own_parameters() {
    let mut first = Bench::new();
    first.desktop();
    first.offer();
    first.settle();
    let mut second = Bench::new();
    second.hub.recall(kept_after(&first.kept));
    second.desktop();
    second.offer(); // not found under way: it begins now
    second.settle();
    assert!(!second.kept.iter().any(|change| matches!(change, KeptChange::Frozen(kept) if kept.is_told)));
    second.event(Event::InteractionDisposed { interaction: CONTACT });
    second.settle();
    assert!(matches!(second.kept.last(), Some(KeptChange::Gone(CONTACT))));
}
