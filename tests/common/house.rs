//! The whole house in one process: a simulated gateway, the daemon, and desktops that speak over real websockets.
//!
//! A test reads as given / when / then: `House::start()`, `desk.when(..)` asks and gives the answer, `desk.then(..)` waits
//! for an event. Nothing sleeps: everything waits for an event, with one generous deadline.

#![allow(dead_code)] // each test program uses its part of it

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use ctibridge::daemon::Running;
use ctibridge::daemon::demo::{self, Folder, Options, Plan};
use ctibridge::simulator;
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::http;

#[path = "contract.rs"]
pub(crate) mod contract;

/// Nothing that a test waits for takes longer, or the test fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Waits for something with the deadline.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Simulator and daemon.
pub(crate) struct House {
    pub(crate) daemon: Running,
    pub(crate) simulator: simulator::Running,
    folder: Folder,
}

impl House {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts on free ports; `env` is what the environment of a real process would hold.
    pub(crate) async fn start_with(env: &[(&str, &str)]) -> Self {
        let free = "127.0.0.1:0";
        let ports = [
            ("CTIBRIDGE__HTTP__LISTEN", free),
            ("CTIBRIDGE__ADMIN__LISTEN", free),
            ("CTIBRIDGE_SIM__SIDE_A__LISTEN", free),
            ("CTIBRIDGE_SIM__SIDE_B__LISTEN", free),
            ("CTIBRIDGE_SIM__CONTROL__LISTEN", free),
        ];
        let env = ports.iter().chain(env).map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let plan = Plan::new(Options { agents: None, calls: false }, env).unwrap();
        let demo = demo::start(plan, Clock::start(), Telemetry::new()).await.unwrap();
        let (daemon, simulator, folder) = demo.into_parts();
        assert!(daemon.ready(DEADLINE).await, "the daemon was not ready in time");
        Self { daemon, simulator, folder }
    }

    /// [`House::start_with`] for a desktops' port in TLS.
    pub(crate) async fn start_tls(env: &[(&str, &str)]) -> Self {
        ctibridge::tls::install_provider();
        Self::start_with(env).await
    }

    pub(crate) fn desktops(&self) -> SocketAddr {
        self.daemon.desktops
    }

    /// Asks the simulator's control port, as it appears on the desktops' port.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = http::send_json(self.desktops(), method, &format!("/demo/control{path}"), &body).await;
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// The world as it really is.
    pub(crate) async fn truth(&self) -> Value {
        http::get(self.desktops(), "/demo/control/truth").await.json()
    }

    /// Waits until the world is as wanted.
    pub(crate) async fn until_truth(&self, what: &str, mut is_so: impl FnMut(&Value) -> bool) -> Value {
        soon(what, async {
            loop {
                let truth = self.truth().await;
                if is_so(&truth) {
                    return truth;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// A caller dials in and is given to an agent; the call's id.
    pub(crate) async fn call(&self, agent: &str) -> u64 {
        let call =
            json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": agent }, "callVariables": { "1": "CUST-88213" } });
        self.control("POST", "/calls", call).await["callId"].as_u64().unwrap()
    }

    /// The far party does something.
    pub(crate) async fn far_end(&self, call: u64, action: &str) {
        self.control("POST", &format!("/calls/{call}/far-end"), json!({ "action": action })).await;
    }

    /// The state of an agent in the world.
    pub(crate) async fn agent_state(&self, agent: &str) -> String {
        let truth = self.truth().await;
        let agents = truth["agents"].as_array().unwrap();
        let found = agents.iter().find(|candidate| candidate["id"] == agent).unwrap();
        found["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn desk(&self) -> Desk {
        Desk::connect(self.desktops()).await
    }

    /// A desktop whose agent is signed in and not ready. Extensions are 3001 for 1001 and so on.
    pub(crate) async fn signed_in(&self, agent: &str) -> Desk {
        let mut desk = self.desk().await;
        desk.sign_in(agent).await;
        desk
    }

    /// A desktop whose agent waits for calls.
    pub(crate) async fn ready(&self, agent: &str) -> Desk {
        let mut desk = self.signed_in(agent).await;
        desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
        desk.then("the agent to be available", |e| e["data"]["channel"]["available"] == true || e["data"]["agent"]["state"] == "AVAILABLE")
            .await;
        desk
    }

    pub(crate) async fn stop(self) {
        let Self { daemon, simulator, folder } = self;
        daemon.shutdown().await;
        simulator.shutdown().await;
        drop(folder);
    }
}

/// A desktop.
pub(crate) struct Desk {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    agent: String,
    next_request: u64,
    /// What was asked, by request id: a request that is understood must be one that the published schema allows.
    asked: HashMap<String, Value>,
    last_seq: u64,
    /// Events that no step of the test has looked at.
    unseen: VecDeque<Value>,
    /// Responses that nobody asked for yet.
    responses: Vec<Value>,
    /// Everything, for messages of failed tests.
    pub(crate) log: Vec<Value>,
}

impl Desk {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let (socket, _) = soon("the websocket", connect_async(format!("ws://{address}/mediabar/v1"))).await.unwrap();
        Self {
            socket,
            agent: String::new(),
            next_request: 0,
            asked: HashMap::new(),
            last_seq: 0,
            unseen: VecDeque::new(),
            responses: Vec::new(),
            log: Vec::new(),
        }
    }

    /// The session's address.
    pub(crate) fn session(&self) -> String {
        format!("PG1-{}", self.agent)
    }

    fn extension(&self) -> String {
        format!("3{}", &self.agent[1..])
    }

    pub(crate) fn group(&self) -> String {
        format!("{}.{}", self.session(), self.extension())
    }

    pub(crate) fn channel(&self) -> String {
        format!("{}.{}", self.group(), self.extension())
    }

    /// Whose desktop it is, where a test signs in step by step.
    pub(crate) fn name(&mut self, agent: &str) {
        agent.clone_into(&mut self.agent);
    }

    pub(crate) async fn sign_in(&mut self, agent: &str) {
        self.agent = agent.to_owned();
        let credentials = json!({ "agent": { "id": agent, "password": "1234", "extension": self.extension() } });
        let answer = self.when("prepareSession", None, credentials).await;
        assert_eq!(answer["result"], "success", "{answer}");
        assert_eq!(answer["data"]["resourceId"], self.session());
        let session = self.session();
        self.succeeds("session.start", &session, json!({})).await;
        self.then_named("session.initialized").await;
        let group = self.group();
        self.succeeds("channelgroup.request.activateall", &group, json!({ "options": {} })).await;
        self.then_state("channel", "ACTIVE").await;
    }

    /// What lets this desktop come back without a password: from the last answer that held one.
    pub(crate) fn resume_token(&self) -> String {
        let token = self.log.iter().rev().find_map(|message| message["data"]["resumeToken"].as_str());
        token.expect("a resumeToken").to_owned()
    }

    /// The same desktop after its connection was lost: comes back with its token and the number of its last event. Whether
    /// what it missed was sent, or `session.start` is to come.
    pub(crate) async fn come_back(address: SocketAddr, lost: Self) -> (Self, bool) {
        let token = lost.resume_token();
        let mut desk =
            Self { agent: lost.agent.clone(), next_request: lost.next_request, last_seq: lost.last_seq, ..Self::connect(address).await };
        let from = json!({ "session": desk.session(), "seq": lost.last_seq });
        let answer = desk.when("prepareSession", None, json!({ "resumeToken": token, "resumeFrom": from })).await;
        assert_eq!((&answer["result"], &answer["data"]["recovered"]), (&json!("success"), &json!(true)), "{answer}");
        let resumed = answer["data"]["resumed"] == true;
        if resumed {
            // What comes now goes on where the log ended.
            desk.log = lost.log.into_iter().chain(desk.log).collect();
        }
        (desk, resumed)
    }

    /// Takes in what comes within this time; false if nothing came.
    pub(crate) async fn hears(&mut self, wait: Duration) -> bool {
        match tokio::time::timeout(wait, self.socket.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => self.take(&text),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            Ok(other) => panic!("{other:?} instead of a message; before it came\n{}", self.told()),
            Err(_) => return false,
        }
        true
    }

    /// Answers that nobody has taken.
    pub(crate) fn left_over(&self) -> &[Value] {
        &self.responses
    }

    pub(crate) async fn send_text(&mut self, text: String) {
        soon("room in the socket", self.socket.send(Message::text(text))).await.unwrap();
    }

    /// Sends a command; its request id.
    pub(crate) async fn send(&mut self, command: &str, target: Option<&str>, data: Value) -> String {
        self.next_request += 1;
        let id = self.next_request.to_string();
        let mut request = json!({ "command": command, "data": data, "requestId": id });
        if let Some(target) = target {
            request["target"] = target.into();
        }
        self.send_text(request.to_string()).await;
        self.asked.insert(id.clone(), request);
        id
    }

    /// Sends a command and waits for its answer; events that come meanwhile are kept.
    pub(crate) async fn when(&mut self, command: &str, target: Option<&str>, data: Value) -> Value {
        let id = self.send(command, target, data).await;
        self.answer(&id).await
    }

    pub(crate) async fn answer(&mut self, id: &str) -> Value {
        loop {
            if let Some(at) = self.responses.iter().position(|response| response["requestId"] == id) {
                return self.responses.remove(at);
            }
            self.read(&format!("the answer to request {id}")).await;
        }
    }

    /// The next response that nobody has taken.
    pub(crate) async fn next_response(&mut self) -> Value {
        loop {
            if !self.responses.is_empty() {
                return self.responses.remove(0);
            }
            self.read("a response").await;
        }
    }

    /// Sends a command that must succeed.
    pub(crate) async fn succeeds(&mut self, command: &str, target: &str, data: Value) -> Value {
        let answer = self.when(command, Some(target), data).await;
        assert_eq!(answer["result"], "success", "{command}: {answer}");
        answer
    }

    /// Sends a command that must fail; its code.
    pub(crate) async fn fails(&mut self, command: &str, target: Option<&str>, data: Value) -> String {
        let answer = self.when(command, target, data).await;
        assert_eq!(answer["result"], "failure", "{command}: {answer}");
        answer["failure"]["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The next event that fits, passing over others.
    pub(crate) async fn then(&mut self, what: &str, mut fits: impl FnMut(&Value) -> bool) -> Value {
        let began = tokio::time::Instant::now();
        loop {
            while let Some(event) = self.unseen.pop_front() {
                if fits(&event) {
                    return event;
                }
            }
            // Pings and other events must not keep a test waiting for ever.
            assert!(began.elapsed() < 3 * DEADLINE, "waited in vain for {what}; before it came\n{}", self.told());
            self.read(what).await;
        }
    }

    pub(crate) async fn then_named(&mut self, name: &str) -> Value {
        self.then(name, |event| event["name"] == name).await
    }

    /// The next state event that brings an object of this kind to this state.
    pub(crate) async fn then_state(&mut self, object: &str, state: &str) -> Value {
        self.then(&format!("{object} {state}"), |event| event["state"]["object"] == object && event["state"]["current"] == state).await
    }

    /// The next status of the service.
    pub(crate) async fn then_service(&mut self, status: &str) -> Value {
        self.then(&format!("service {status}"), |event| event["name"] == "service.status" && event["data"]["status"] == status).await
    }

    /// The code with which the server closes.
    pub(crate) async fn then_closed(&mut self) -> u16 {
        loop {
            match soon("the close", self.socket.next()).await {
                Some(Ok(Message::Close(frame))) => return frame.expect("a close frame").code.into(),
                Some(Ok(Message::Text(text))) => self.take(&text),
                Some(Ok(_)) => {}
                other => panic!("{other:?} instead of a close"),
            }
        }
    }

    /// The next event has this number plus one: the desktop comes back and had this one before.
    pub(crate) fn had(&mut self, seq: u64) {
        self.last_seq = seq;
    }

    async fn read(&mut self, what: &str) {
        let next = tokio::time::timeout(DEADLINE, self.socket.next()).await;
        match next {
            Ok(Some(Ok(Message::Text(text)))) => self.take(&text),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            other => panic!("{other:?} instead of {what}; before it came\n{}", self.told()),
        }
    }

    fn take(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).unwrap();
        self.log.push(message.clone());
        // Whatever a test is about: nothing leaves the daemon that the published schema does not describe.
        contract::check_from_server(&message).unwrap_or_else(|problem| panic!("{problem}"));
        if let Some(result) = message.get("result") {
            let asked = message["requestId"].as_str().and_then(|id| self.asked.remove(id));
            if let Some(request) = asked.filter(|_| result == "success" || result == "needinfo") {
                contract::check_request(&request).unwrap_or_else(|problem| panic!("carried out, though {problem}"));
            }
            return self.responses.push(message);
        }
        if message["messageType"] != "serviceEvent" {
            let seq = message["seq"].as_u64().unwrap_or_else(|| panic!("no seq in {message}"));
            // Only a picture that is told anew may leave out numbers.
            let is_next = seq == self.last_seq + 1 || (message["resync"] == true && seq > self.last_seq);
            assert!(is_next, "a hole in the numbering after {} at {message}", self.last_seq);
            self.last_seq = seq;
        }
        self.unseen.push_back(message);
    }

    /// Everything that came, a line each.
    pub(crate) fn told(&self) -> String {
        self.log.iter().map(|message| format!("{message}\n")).collect()
    }
}
