//! The routes of the session history over a real port and a real database, fed with the engine's records. Who asks is told by
//! a header: what proves it is tested elsewhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use ctibridge::auth::{Identity, Role, Roles, Tenants};
use ctibridge::engine::model::{AgentId, AgentState, CallType, InteractionId, RouterCallKey};
use ctibridge::engine::record::{CallFacts, Moment, Names, Record};
use ctibridge::history::connector::{self, Connector};
use ctibridge::history::departments::Departments;
use ctibridge::history::files::Files;
use ctibridge::history::ledger::Settings;
use ctibridge::history::model::{Session, Status};
use ctibridge::history::privacy::erase::Eraser;
use ctibridge::history::recorder::{Place, Recorder};
use ctibridge::history::rest::{self, Rest};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::http;

const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

pub(crate) struct Port {
    pub(crate) address: SocketAddr,
    pub(crate) recorder: Recorder,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) folder: tempfile::TempDir,
}

/// `admin`, `supervisor:1001`, `agent:1001`, `wallboard`.
async fn identify(mut request: Request, next: Next) -> Response {
    let who = request.headers().get("x-who").and_then(|who| who.to_str().ok()).unwrap_or("admin").to_owned();
    let (role, agent) = who.split_once(':').map_or((who.as_str(), None), |(role, agent)| (role, Some(AgentId::from(agent))));
    let role = Role::parse(role).unwrap();
    let roles = if role == Role::Supervisor { Roles::NONE.with(role).with(Role::Agent) } else { Roles::NONE.with(role) };
    request.extensions_mut().insert(Identity { subject: who.as_str().into(), agent, roles, team: None, tenants: Tenants::All });
    next.run(request).await
}

impl Port {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_with(recorder_at: Option<connector::Settings>) -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let folder = tempfile::tempdir().unwrap();
        let place = Place { url: "sqlite://history.db".to_owned(), data_dir: folder.path().to_owned() };
        let telemetry = Telemetry::new();
        let recorder = Recorder::start(place, Settings::default(), Clock::start(), Arc::clone(&telemetry));
        recorder.store.clone().wait_for(Option::is_some).await.unwrap();
        let files = Files::new(folder.path().join("files"));
        let eraser = Eraser { files: files.clone(), key: [7; 32], clock: Clock::start(), telemetry: Arc::clone(&telemetry) };
        let rest = Rest {
            company_id: 1,
            eraser,
            store: recorder.store.clone(),
            clock: Clock::start(),
            reasons: Arc::default(),
            amender: recorder.amender.clone(),
            forwarder: None,
            departments: Departments::default(),
            files,
            recorder: recorder_at.map(|settings| Arc::new(Connector::new(settings).unwrap())),
            telemetry: Arc::clone(&telemetry),
        };
        let router = rest::router(rest).layer(middleware::from_fn(identify));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        recorder.handle.record(Record::new(at(-1000), Moment::LinkUp));
        Self { address, recorder, telemetry, folder }
    }

    pub(crate) fn feed(&self, records: impl IntoIterator<Item = Record>) {
        records.into_iter().for_each(|record| self.recorder.handle.record(record));
    }

    /// Waits until the session is stored as wanted.
    pub(crate) async fn stored(&self, id: i64, is_so: impl Fn(&Session) -> bool) -> Session {
        let store = self.recorder.store.borrow().clone().unwrap();
        let search = async {
            loop {
                match store.session(id).await.unwrap() {
                    Some(session) if is_so(&session) => return session,
                    _ => tokio::time::sleep(Duration::from_millis(10)).await, // no event tells what another task has written
                }
            }
        };
        tokio::time::timeout(DEADLINE, search).await.expect("the session in time")
    }

    pub(crate) async fn closed(&self, id: i64) -> Session {
        self.stored(id, |session| session.status() == Status::Closed).await
    }

    /// The value of a counter.
    pub(crate) fn counted(&self, name: &str) -> u64 {
        let metrics = self.telemetry.render();
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("ctibridge_history_{name}_total ")));
        line.unwrap_or_else(|| panic!("{name} is not in {metrics}")).parse().unwrap()
    }

    pub(crate) async fn ask(&self, who: &str, method: &str, path: &str, headers: &str, body: &str) -> http::Response {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: history.example\r\nConnection: close\r\nx-who: {who}\r\n{headers}");
        http::raw(self.address, &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
    }

    pub(crate) async fn get(&self, path: &str) -> http::Response {
        self.ask("admin", "GET", path, "", "").await
    }

    /// The numbers of the sessions that a search finds.
    pub(crate) async fn found(&self, query: &str) -> Vec<i64> {
        let answer = self.get(&format!("/api/v1/Sessions?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        ids(&answer.json())
    }
}

pub(crate) fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|session| session["id"].as_i64().unwrap()).collect()
}

/// The problem's code and parameter, after its form was checked.
pub(crate) fn problem(answer: &http::Response) -> (u16, String, Option<String>) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.body);
    let body = answer.json();
    assert_eq!(body["status"], answer.status);
    let code = body["error"].as_str().unwrap().to_owned();
    assert_eq!(body["type"], format!("urn:ctibridge:problem:{code}"));
    assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
    (answer.status, code, body["parameter"].as_str().map(ToOwned::to_owned))
}

/// One call's moments.
pub(crate) struct Call {
    pub(crate) number: u32,
    pub(crate) agent: &'static str,
    pub(crate) from: i64,
    pub(crate) ani: &'static str,
}

impl Call {
    pub(crate) fn moment(&self, second: i64, moment: Moment) -> Record {
        let mut record = Record::new(at(self.from + second), moment);
        record.peripheral_id = Some(5000);
        record.call_id = Some(self.number);
        record.router_key = Some(RouterCallKey { day: 9, call_id: 1000 + self.number, sequence: 0 });
        record.agent = Some(AgentId::from(self.agent));
        record.interaction = Some(InteractionId(u64::from(self.number)));
        let facts = CallFacts {
            call_type: CallType::PREROUTE_ACD_IN,
            ani: Some(self.ani.into()),
            dnis: Some("8001".into()),
            skill_group: Some(10 + self.number % 2),
            ..CallFacts::default()
        };
        record.facts.call = Some(Arc::new(facts));
        record
    }

    /// Rings, is answered after 5 s.
    pub(crate) fn answered(&self) -> Vec<Record> {
        vec![self.moment(0, Moment::Alerting), self.moment(5, Moment::Established)]
    }

    /// Ends after 65 s; by the agent where the number is even.
    pub(crate) fn over(&self) -> Vec<Record> {
        let mut cleared = self.moment(65, Moment::ConnectionCleared);
        cleared.facts.released_by_agent = Some(self.number.is_multiple_of(2));
        vec![cleared, state(self.from + 66, self.agent, AgentState::NOT_READY)]
    }

    pub(crate) fn whole(&self) -> Vec<Record> {
        [self.answered(), self.over()].concat()
    }
}

pub(crate) fn state(second: i64, agent: &str, state: AgentState) -> Record {
    let mut record = Record::new(at(second), Moment::AgentState);
    record.agent = Some(AgentId::from(agent));
    record.facts.state = Some(state);
    record.facts.since = Some(at(second));
    record
}

pub(crate) fn named(agents: &[(&str, &str, &str)], groups: &[(u32, &str)]) -> Record {
    let mut record = Record::new(at(-999), Moment::Named);
    record.facts.names = Some(Arc::new(Names {
        agents: agents.iter().map(|(id, first, last)| (AgentId::from(*id), (*first).into(), (*last).into())).collect(),
        skill_groups: groups.iter().map(|(id, name)| (*id, (*name).into())).collect(),
    }));
    record
}
