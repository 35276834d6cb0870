//! Webhooks: real receivers, real databases; what is told, in which order, how often, and what happens when nobody listens.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/postgres.rs"]
mod postgres;
#[path = "common/secure.rs"]
mod secure;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use ctibridge::engine::model::{AgentId, AgentState, CallType, InteractionId};
use ctibridge::engine::record::{CallFacts, Moment, Record};
use ctibridge::history::ledger::{NoticeKind, Settings};
use ctibridge::history::recorder::{Place, Recorder};
use ctibridge::history::store::Store;
use ctibridge::history::webhook::deliver::signature;
use ctibridge::history::webhook::{Deliverer, Hook, Receivers};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use house::{House, soon};
use jiff::Timestamp;
use postgres::Postgres;
use secure::{borrowed, claims, issuer_env, token};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

const SECRET: &str = "a secret that both sides know";

/// One delivery as it arrived.
#[derive(Clone, Debug)]
struct Arrival {
    id: String,
    attempt: u32,
    event: String,
    data: Value,
    is_signed_well: bool,
    /// `X-Timestamp` and `X-Signature`.
    signed: (String, String),
    body: String,
}

/// What the receiver answers to a delivery.
type Answer = Box<dyn Fn(&Arrival) -> Option<StatusCode> + Send + Sync>;

/// Somebody's web server.
struct Receiver {
    address: SocketAddr,
    arrivals: watch::Receiver<Vec<Arrival>>,
    answer: Arc<Mutex<Answer>>,
}

type Shared = (Arc<watch::Sender<Vec<Arrival>>>, Arc<Mutex<Answer>>);

async fn take((): (), State((arrivals, answer)): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let told: Value = serde_json::from_str(&body).unwrap();
    let expected = format!("v1={}", signature(SECRET.as_bytes(), &header("X-Timestamp"), &body));
    let arrival = Arrival {
        id: header("X-Delivery"),
        attempt: header("X-Attempt").parse().unwrap(),
        event: told["eventType"].as_str().unwrap().to_owned(),
        data: told["data"].clone(),
        signed: (header("X-Timestamp"), header("X-Signature")),
        is_signed_well: header("X-Signature") == expected && header("X-Event") == told["eventType"].as_str().unwrap(),
        body,
    };
    let status = (answer.lock().unwrap())(&arrival);
    arrivals.send_modify(|all| all.push(arrival));
    match status {
        Some(status) => status,
        None => std::future::pending().await,
    }
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, arrivals) = watch::channel(Vec::new());
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(|_| Some(StatusCode::OK))));
        let shared: Shared = (Arc::new(sender), Arc::clone(&answer));
        let routes = Router::new()
            .route("/in", post(async |state: State<Shared>, headers: HeaderMap, body: Bytes| take((), state, headers, body).await))
            .with_state(shared);
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, arrivals, answer }
    }

    fn answers(&self, answer: impl Fn(&Arrival) -> Option<StatusCode> + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    async fn until(&self, what: &str, is_so: impl Fn(&[Arrival]) -> bool) -> Vec<Arrival> {
        let mut arrivals = self.arrivals.clone();
        soon(what, async { arrivals.wait_for(|all| is_so(all)).await.unwrap().clone() }).await
    }
}

fn hook(name: &str, url: &str) -> Hook {
    Hook {
        name: name.to_owned(),
        url: url.to_owned(),
        events: NoticeKind::ALL.into(),
        secret: Some(SECRET.into()),
        timeout: Duration::from_millis(500),
        max_attempts: 4,
        first_pause: Duration::from_millis(10),
        longest_pause: Duration::from_millis(40),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

/// A call of `agent` that rings at `from` and is over after 66 s.
fn call(number: u32, from: i64, agent: &str) -> Vec<Record> {
    let moment = |second: i64, moment| {
        let mut record = Record::new(at(second), moment);
        record.peripheral_id = Some(5000);
        record.call_id = Some(number);
        record.agent = Some(AgentId::from(agent));
        record.interaction = Some(InteractionId(u64::from(number)));
        let facts = CallFacts {
            call_type: CallType::PREROUTE_ACD_IN,
            ani: Some("+41791112233".into()),
            dnis: Some("8001".into()),
            ..CallFacts::default()
        };
        record.facts.call = Some(Arc::new(facts));
        record
    };
    let mut state = Record::new(at(from + 66), Moment::AgentState);
    state.agent = Some(AgentId::from(agent));
    state.facts.state = Some(AgentState::NOT_READY);
    state.facts.since = Some(at(from + 66));
    vec![moment(from, Moment::Alerting), moment(from + 5, Moment::Established), moment(from + 65, Moment::ConnectionCleared), state]
}

const STORY: [&str; 6] =
    ["SessionCreated", "SessionStarted", "SessionOperatorJoined", "SessionEnded", "SessionOperatorLeft", "SessionOperatorConcluded"];

/// The events of each session in the order of their first arrival, repetitions left out.
fn stories(arrivals: &[Arrival]) -> BTreeMap<i64, Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut stories: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for arrival in arrivals.iter().filter(|arrival| seen.insert(arrival.id.clone())) {
        if let Some(session) = arrival.data["id"].as_i64() {
            stories.entry(session).or_default().push(arrival.event.clone());
        }
    }
    stories
}

fn all_told(arrivals: &[Arrival], sessions: i64) -> bool {
    let stories = stories(arrivals);
    (1..=sessions).all(|id| stories.get(&id).is_some_and(|story| story.len() == STORY.len()))
}

struct Running {
    recorder: Recorder,
    deliverer: Deliverer,
    telemetry: Arc<Telemetry>,
}

impl Running {
    fn start(url: &str, folder: &Path, hooks: Vec<Hook>) -> Self {
        let telemetry = Telemetry::new();
        let place = Place { url: url.to_owned(), data_dir: folder.to_owned() };
        let receivers = Arc::new(Receivers::new(hooks, 77));
        let recorder = Recorder::telling(place, Settings::default(), Arc::clone(&receivers), Clock::start(), Arc::clone(&telemetry));
        let deliverer = Deliverer::start(&receivers.hooks, &recorder.store, Clock::start(), &telemetry).unwrap();
        Self { recorder, deliverer, telemetry }
    }

    fn happens(&self, records: Vec<Record>) {
        records.into_iter().for_each(|record| self.recorder.handle.record(record));
    }

    async fn store(&self) -> Store {
        let mut opened = self.recorder.store.clone();
        soon("the store", opened.wait_for(Option::is_some)).await.unwrap().clone().unwrap()
    }

    async fn stop(self) {
        self.deliverer.stop().await;
        self.recorder.stop(Duration::from_secs(20)).await;
    }
}

/// Every promise, on whatever database.
async fn keeps_its_promises(url: &str, folder: &Path) {
    ctibridge::tls::install_provider();
    let (good, stubborn) = (Receiver::start().await, Receiver::start().await);
    // One that fails now and then, one that never answers, one that refuses one event.
    good.answers(|arrival| {
        let fails = arrival.attempt == 1 && (arrival.event == "SessionOperatorJoined" || arrival.data["id"] == 2);
        Some(if fails { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NO_CONTENT })
    });
    stubborn.answers(|arrival| Some(if arrival.event == "SessionEnded" { StatusCode::BAD_REQUEST } else { StatusCode::OK }));
    let silent = Receiver::start().await;
    silent.answers(|_| None);
    let hooks = || vec![hook("good", &good.url()), hook("stubborn", &stubborn.url()), hook("silent", &silent.url())];
    let house = Running::start(url, folder, hooks());
    for number in 1..=3 {
        house.happens(call(number, i64::from(number) * 100, &number.to_string()));
    }
    let is_last = |arrival: &Arrival| arrival.data["id"] == 2 && arrival.event == STORY[5] && arrival.attempt == 2;
    let arrivals = good.until("every event", |all| all_told(all, 3) && all.iter().any(is_last)).await;
    for (session, story) in stories(&arrivals) {
        assert_eq!(story, STORY, "session {session}");
    }
    // An event that failed came again under the same id, and nothing of its session in between.
    for (place, failed) in arrivals.iter().enumerate().filter(|(_, arrival)| arrival.attempt == 1 && arrival.data["id"] == 2) {
        let next = arrivals[place + 1..].iter().find(|arrival| arrival.data["id"] == 2);
        assert_eq!(next.map(|next| (&next.id, &next.body, next.attempt)), Some((&failed.id, &failed.body, 2)));
    }
    assert!(arrivals.iter().all(|arrival| arrival.is_signed_well));
    assert!(arrivals.iter().all(|arrival| !arrival.body.contains("41791112233")), "no customer's number in any event");
    let ended = arrivals.iter().find(|arrival| arrival.event == "SessionEnded" && arrival.data["id"] == 1).unwrap();
    let expected = json!({ "id": 1, "tenantId": 77, "channel": "Phone", "source": "IncomingCall",
        "started": "2023-11-14T22:15:05.000000Z", "ended": "2023-11-14T22:16:05.000000Z" });
    assert_eq!(ended.data, expected);
    let states = good.until("the agents' states", |all| all.iter().filter(|one| one.event == "UserStatusChanged").count() >= 3).await;
    let is_first_agents = |arrival: &&Arrival| arrival.event == "UserStatusChanged" && arrival.data["userId"] == 1;
    let state = states.iter().find(is_first_agents).unwrap(); // no order among agents is promised
    assert_eq!(
        (&state.data["userId"], &state.data["status"], &state.data["availabilityStatus"]),
        (&json!(1), &json!("AWAY"), &json!("AWAY"))
    );

    // What is refused for good becomes a dead letter and holds up nothing; it can be sent again.
    stubborn
        .until("what follows the dead letters", |all| all.iter().filter(|one| one.event == "SessionOperatorConcluded").count() == 3)
        .await;
    let store = house.store().await;
    let dead = store.dead_letters("stubborn", 0, 100).await.unwrap();
    assert_eq!(dead.iter().map(|letter| (letter.event.as_str(), letter.attempts)).collect::<Vec<_>>(), [("SessionEnded", 4); 3]);
    assert!(dead.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert_eq!(store.dead_letters("stubborn", dead[1].seq, 100).await.unwrap().len(), 1, "a page behind a cursor");
    let before = stubborn.arrivals.borrow().len();
    stubborn.answers(|_| Some(StatusCode::OK));
    assert_eq!(store.replay("stubborn", Some(&dead[1].id), at(0)).await.unwrap(), 1);
    let again = stubborn.until("the dead letter", |all| all.len() > before).await;
    assert_eq!(again.last().unwrap().id, dead[1].id);
    assert_eq!(store.replay("stubborn", None, at(0)).await.unwrap(), 2);
    stubborn.until("the other ones", |all| all.len() == before + 3).await;
    assert_eq!(store.replay("stubborn", Some("nothing"), at(0)).await.unwrap(), 0);
    let metrics = house.telemetry.render();
    assert!(metrics.contains("ctibridge_webhook_given_up_total{hook=\"stubborn\"} 3"), "{metrics}");
    assert!(metrics.contains("ctibridge_webhook_delivered_total{hook=\"good\"}"), "{metrics}");

    // What waits survives a restart of everything, and the same moment written twice is one event.
    good.answers(|_| Some(StatusCode::SERVICE_UNAVAILABLE));
    house.happens(call(9, 1_000, "9"));
    good.until("a try", |all| all.iter().any(|arrival| arrival.data["id"] == 4)).await;
    drop(store);
    house.stop().await;
    good.answers(|_| Some(StatusCode::OK));
    let first = good.arrivals.borrow().len();
    let mut patient = hooks();
    patient[0].max_attempts = 1_000;
    let house = Running::start(url, folder, patient);
    let arrivals = good
        .until("what waited", |all| {
            let story = all[first..].iter().filter(|arrival| arrival.data["id"] == 4).map(|arrival| arrival.event.as_str());
            story.collect::<BTreeSet<_>>().contains(STORY[5])
        })
        .await;
    let story: Vec<_> = arrivals[first..].iter().filter(|arrival| arrival.data["id"] == 4).map(|arrival| arrival.event.as_str()).collect();
    assert_eq!(story, STORY[STORY.len() - story.len()..], "in order, nothing left out");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_in_order_whatever_receivers_do() {
    let folder = tempfile::tempdir().unwrap();
    keeps_its_promises("sqlite://history.db", folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_in_order_on_postgresql() {
    if postgres::is_left_out("every_event_arrives_in_order_on_postgresql") {
        return;
    }
    ctibridge::tls::install_provider();
    let server = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    keeps_its_promises(&server.url(), folder.path()).await;
}

/// The whole house: a call over the real wire, told to a receiver that the configuration names, and the operators' view of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_told_to_whom_the_configuration_names() {
    ctibridge::tls::install_provider();
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("crm.secret");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let url = receiver.url().replace("http://", "http://user:password@") + "?key=hidden";
    let table = format!(
        "[{{ name = \"crm\", url = \"{url}\", secret_file = \"{}\", max_attempts = 2, first_pause = \"10ms\", \
         events = [\"SessionCreated\", \"SessionEnded\", \"SessionOperatorLeft\", \"UserStatusChanged\"] }}]",
        secret.display()
    );
    let mut env = issuer_env(folder.path());
    env.push(("CTIBRIDGE__WEBHOOKS", table));
    env.push(("CTIBRIDGE__HISTORY__COMPANY_ID", "5".to_owned()));
    let house = House::start_with(&borrowed(&env)).await;
    let mut desk = house.ready("1001").await;
    receiver.answers(|arrival| Some(if arrival.event == "SessionEnded" { StatusCode::NOT_FOUND } else { StatusCode::OK }));
    let call = house.call("1001").await;
    let created = desk.then_named("conversation.created").await;
    let leg = created["data"]["conversation"]["id"].as_str().unwrap();
    let target = created["target"].as_str().unwrap();
    let leg = format!("{}.{leg}", target.strip_suffix(&format!(".{leg}")).unwrap_or(target));
    desk.succeeds("conversation.answer", &leg, json!({})).await;
    house.far_end(call, "hangup").await;
    let arrivals = receiver.until("the end", |all| all.iter().any(|arrival| arrival.event == "SessionOperatorLeft")).await;
    let of_session: Vec<_> = arrivals.iter().filter(|arrival| arrival.data["id"] == 1).map(|arrival| arrival.event.as_str()).collect();
    assert_eq!(
        of_session,
        ["SessionCreated", "SessionEnded", "SessionEnded", "SessionOperatorLeft"],
        "the refused one is not repeated for ever"
    );
    assert!(arrivals.iter().all(|arrival| arrival.is_signed_well && !arrival.body.contains("445550123")));
    assert_eq!(arrivals.iter().find(|arrival| arrival.data["id"] == 1).unwrap().data["tenantId"], 5);
    let talks = arrivals.iter().any(|arrival| arrival.event == "UserStatusChanged" && arrival.data["availabilityStatus"] == "ON_CALL");
    assert!(talks, "{arrivals:?}");

    // Operators see it; nobody sees secrets; nobody else sees anything.
    let ask = async |method: &str, path: &str, roles: Value, tenants: Value| {
        let mut who = claims("somebody", 600);
        who["roles"] = roles;
        who["tenants"] = tenants;
        http::request(house.desktops(), method, path, &format!("Authorization: Bearer {}\r\n", token(&who))).await
    };
    let hooks = ask("GET", "/api/v1/Webhooks", json!(["admin"]), Value::Null).await;
    assert_eq!(hooks.status, 200, "{}", hooks.body);
    let shown = &hooks.json()[0];
    assert_eq!((&shown["name"], &shown["signed"], &shown["deadLetters"]), (&json!("crm"), &json!(true), &json!(1)));
    assert_eq!(shown["callbackUrl"], receiver.url());
    for hidden in [SECRET, "password", "hidden"] {
        assert!(!hooks.body.contains(hidden), "{hidden} is shown: {}", hooks.body);
    }
    let letters = ask("GET", "/api/v1/Webhooks/crm/deadLetters", json!(["admin"]), Value::Null).await.json();
    assert_eq!((letters.as_array().unwrap().len(), &letters[0]["eventType"]), (1, &json!("SessionEnded")));
    assert_eq!((&letters[0]["problem"], &letters[0]["body"]["data"]["id"]), (&json!("refused (4xx)"), &json!(1)));
    receiver.answers(|_| Some(StatusCode::OK));
    let replay = format!("/api/v1/Webhooks/crm/deadLetters/{}/replay", letters[0]["id"].as_str().unwrap());
    for (roles, tenants) in [(json!(["supervisor"]), Value::Null), (json!(["agent"]), Value::Null), (json!(["admin"]), json!([7]))] {
        assert_eq!(ask("GET", "/api/v1/Webhooks", roles.clone(), tenants.clone()).await.status, 403);
        assert_eq!(ask("POST", &replay, roles, tenants).await.status, 403);
    }
    let before = receiver.arrivals.borrow().len();
    let answer = ask("POST", &replay, json!(["admin"]), Value::Null).await;
    assert_eq!((answer.status, answer.json()), (202, json!({ "replayed": 1 })));
    let again = receiver.until("the dead letter", |all| all.len() > before).await;
    assert_eq!(again[before].event, "SessionEnded");
    assert_eq!(ask("POST", &replay, json!(["admin"]), Value::Null).await.status, 404, "it is no dead letter any more");
    assert_eq!(ask("GET", "/api/v1/Webhooks/other/deadLetters", json!(["admin"]), Value::Null).await.status, 404);
    assert_eq!(ask("GET", "/api/v1/Webhooks/crm/deadLetters?after=x", json!(["admin"]), Value::Null).await.status, 400);
    house.stop().await;
}

/// A secret that is rotated signs the next delivery, repetitions of earlier events among them; one that cannot be used leaves
/// the old one in force.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_secret_signs_the_next_delivery_without_a_restart() {
    const NEW: &str = "another secret, known to both";
    ctibridge::tls::install_provider();
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("crm.secret");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let table = format!(
        "[{{ name = \"crm\", url = \"{}\", secret_file = \"{}\", max_attempts = 1000, first_pause = \"10ms\", longest_pause = \"50ms\" }}]",
        receiver.url(),
        secret.display()
    );
    let mut env = issuer_env(folder.path());
    env.push(("CTIBRIDGE__WEBHOOKS", table));
    let mut house = House::start_with(&borrowed(&env)).await;
    // The receiver has changed over first: it takes nothing that the old secret signs.
    receiver.answers(|_| Some(StatusCode::FORBIDDEN));
    let _desk = house.ready("1001").await;
    receiver.until("a delivery with the old secret", |all| all.iter().any(|arrival| arrival.is_signed_well)).await;
    // Too short to be one: the old one stays in force.
    std::fs::write(&secret, "short").unwrap();
    house.daemon.refresh();
    let before = receiver.arrivals.borrow().len();
    receiver
        .until("more with the old one", |all| all.len() > before + 2 && all[before + 2..].iter().all(|arrival| arrival.is_signed_well))
        .await;
    std::fs::write(&secret, format!("{NEW}\n")).unwrap();
    house.daemon.refresh();
    let is_new = |arrival: &Arrival| {
        let (timestamp, given) = &arrival.signed;
        *given == format!("v1={}", signature(NEW.as_bytes(), timestamp, &arrival.body))
    };
    let arrivals = receiver.until("a delivery with the new secret", |all| all.iter().any(is_new)).await;
    let first = arrivals.iter().position(is_new).unwrap();
    assert!(arrivals[first].attempt > 1, "what was refused comes again, signed anew");
    receiver.answers(|_| Some(StatusCode::OK));
    let before = receiver.arrivals.borrow().len();
    house.call("1001").await;
    let of_call = |all: &[Arrival]| all[before..].iter().any(|arrival| arrival.event == "SessionCreated");
    let arrivals = receiver.until("the call", of_call).await;
    assert!(arrivals[first..].iter().all(is_new), "never the old one again");
    house.stop().await;
}
