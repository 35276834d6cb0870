//! The history's database: what is stored is found again, on SQLite and on PostgreSQL alike, and a database that is away
//! loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/postgres.rs"]
mod postgres;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ctibridge::engine::model::{AgentId, AgentState, CallType, InteractionId, RouterCallKey};
use ctibridge::engine::record::{CallFacts, Moment, Record};
use ctibridge::history::ledger::{Ledger, Output, Settings};
use ctibridge::history::model::{AgentPeriod, Session, StateKind, Status};
use ctibridge::history::query::Request;
use ctibridge::history::recorder::{Health, Place, Recorder};
use ctibridge::history::render::user_id;
use ctibridge::history::store::Store;
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use jiff::Timestamp;
use postgres::Postgres;

const DEADLINE: Duration = Duration::from_secs(60);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

/// A call of `agent`: rings at `from`, answered 5 s later, over after 65 s; `open` ones are still going on.
fn call(number: u32, from: i64, agent: &str, ani: &str, is_open: bool) -> Vec<Record> {
    let moment = |second: i64, moment| {
        let mut record = Record::new(at(second), moment);
        record.peripheral_id = Some(5000);
        record.call_id = Some(number);
        record.router_key = Some(RouterCallKey { day: 9, call_id: 1000 + number, sequence: 0 });
        record.agent = Some(AgentId::from(agent));
        record.interaction = Some(InteractionId(u64::from(number)));
        let facts = CallFacts {
            call_type: CallType::PREROUTE_ACD_IN,
            ani: Some(ani.into()),
            dnis: Some("8001".into()),
            skill_group: Some(10 + number % 2),
            ..CallFacts::default()
        };
        record.facts.call = Some(Arc::new(facts));
        record
    };
    let mut records = vec![moment(from, Moment::Alerting), moment(from + 5, Moment::Established)];
    if !is_open {
        let mut cleared = moment(from + 65, Moment::ConnectionCleared);
        cleared.facts.released_by_agent = Some(number.is_multiple_of(2));
        records.push(cleared);
        records.push(state(from + 66, agent, AgentState::NOT_READY));
    }
    records
}

fn state(second: i64, agent: &str, state: AgentState) -> Record {
    let mut record = Record::new(at(second), Moment::AgentState);
    record.agent = Some(AgentId::from(agent));
    record.facts.state = Some(state);
    record.facts.since = Some(at(second));
    record
}

fn outputs(records: impl IntoIterator<Item = Record>) -> Vec<Output> {
    let mut ledger = Ledger::new(Settings::default(), 1, Vec::new(), Vec::new(), None);
    ledger.handle(&Record::new(at(-1000), Moment::LinkUp));
    let mut outputs = Vec::new();
    for record in records {
        ledger.handle(&record);
        outputs.extend(std::iter::from_fn(|| ledger.poll_output()));
    }
    outputs
}

async fn found(store: &Store, query: &[(&str, &str)]) -> Vec<i64> {
    let request = Request::read(query.iter().copied()).unwrap();
    store.search(&request.filter, request.limit, request.offset).await.unwrap().iter().map(|session| session.id).collect()
}

/// A state of an agent as versions before the fourth migration wrote it.
async fn write_old_period(url: &str, folder: &Path, agent: &str, from: Timestamp) {
    let address = match url.strip_prefix("sqlite://") {
        Some(file) => format!("sqlite://{}", folder.join(file).display()),
        None => url.to_owned(),
    };
    let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect(&address).await.unwrap();
    let body = format!(r#"{{"agent":"{agent}","kind":"BREAK","reason":7,"from":"{from}","to":null,"forced":true}}"#);
    let query = sqlx::query("INSERT INTO agent_periods (agent, begun, body) VALUES ($1, $2, $3)");
    query.bind(agent).bind(from.as_microsecond()).bind(body).execute(&pool).await.unwrap();
    pool.close().await;
}

async fn reads_what_earlier_versions_wrote(url: &str, folder: &Path) {
    let store = Store::open(url, folder).await.unwrap();
    write_old_period(url, folder, "before", at(1)).await;
    let found = store.periods("before", at(0), at(10)).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].reason, found[0].from, found[0].forced), (StateKind::Break, Some(7), at(1), true));
    let left = store.left().await.unwrap();
    let open = left.periods.iter().find(|period| period.agent == "before").expect("it goes on").clone();
    // Written again it has the new form, and is still the same.
    store.save(&[Output::Period(AgentPeriod { to: Some(at(5)), ..open.clone() })], at(5)).await.unwrap();
    assert_eq!(store.periods("before", at(0), at(10)).await.unwrap(), [AgentPeriod { to: Some(at(5)), ..open }]);
    assert_eq!(store.left().await.unwrap().periods.iter().find(|period| period.agent == "before"), None);
    store.close().await;
}

/// Every promise of the store, on whatever database.
async fn keeps_its_promises(url: &str, folder: &Path) {
    let store = Store::open(url, folder).await.unwrap();
    assert_eq!(store.left().await.unwrap().next_id, 1, "an empty database begins with 1");
    let calls = [
        call(1, 0, "7", "+41791112233", false),
        call(2, 100, "8", "100% o'Neill_", false),
        call(3, 200, "7", "+41790000000", false),
        call(4, 300, "anna", "+41795555555", true),
    ];
    let batch = outputs(calls.into_iter().flatten());
    store.save(&batch, at(400)).await.unwrap();
    store.save(&batch, at(400)).await.unwrap(); // a repeated group changes nothing

    // What was stored is what is read.
    let last_of = |id: i64| {
        batch.iter().rev().find_map(|output| match output {
            Output::Session(session) if session.id == id => Some((**session).clone()),
            _ => None,
        })
    };
    for id in 1..=4 {
        assert_eq!(store.session(id).await.unwrap(), last_of(id));
    }
    assert_eq!(store.session(5).await.unwrap(), None);

    // Newest first, with every filter.
    assert_eq!(found(&store, &[]).await, [4, 3, 2, 1]);
    assert_eq!(found(&store, &[("operatoruserid", "7")]).await, [3, 1]);
    assert_eq!(found(&store, &[("OperatorUserId", "7"), ("OperatorUserId", "8")]).await, [3, 2, 1], "a repeated key is a set");
    assert_eq!(found(&store, &[("status", "active")]).await, [4]);
    assert_eq!(found(&store, &[("Status", "CLOSED"), ("OperatorUserId", "8")]).await, [2]);
    assert_eq!(found(&store, &[("TerminationReason", "OperatorLeft")]).await, [2]);
    assert_eq!(found(&store, &[("SkillGroupId", "11")]).await, [3, 1]);
    assert_eq!(found(&store, &[("CallKeyDay", "9"), ("CallKeyCallId", "1002")]).await, [2]);
    assert_eq!(found(&store, &[("CtiCallId", "3")]).await, [3]);
    assert_eq!(found(&store, &[("InteractionId", &InteractionId(3).to_string())]).await, [3]);
    assert_eq!(found(&store, &[("SessionId", "1"), ("SessionId", "3")]).await, [3, 1]);
    assert_eq!(found(&store, &[("Created.Min", &at(100).to_string()), ("Created.Max", &at(200).to_string())]).await, [3, 2]);
    assert_eq!(found(&store, &[("Ended.Null", "true")]).await, [4]);
    assert_eq!(found(&store, &[("WaitingTime.Max", "PT4S")]).await, [] as [i64; 0]);
    assert_eq!(found(&store, &[("Duration.Min", "PT59S"), ("Ended.Null", "false")]).await, [3, 2, 1]);
    assert_eq!(found(&store, &[("PhoneCallbackNumber.Text", "4179")]).await, [4, 3, 1]);
    assert_eq!(found(&store, &[("PhoneCallbackNumber.Exact", "+41790000000")]).await, [3]);
    assert_eq!(found(&store, &[("channel", "Chat")]).await, [] as [i64; 0], "no session of ours is a chat");
    assert_eq!(found(&store, &[("HasConcurrentOperators", "false")]).await, [4, 3, 2, 1]);

    // Signs that mean something to SQL mean nothing here.
    assert_eq!(found(&store, &[("PhoneCallbackNumber.Text", "%")]).await, [2]);
    assert_eq!(found(&store, &[("PhoneCallbackNumber.Text", "_")]).await, [2]);
    assert_eq!(found(&store, &[("PhoneCallbackNumber.Text", "o'Neill")]).await, [2]);
    assert_eq!(found(&store, &[("OperatorUserId", "7' OR '1'='1")]).await, [] as [i64; 0]);

    // Pages by number and by place.
    assert_eq!(found(&store, &[("limit", "2")]).await, [4, 3]);
    assert_eq!(found(&store, &[("limit", "2"), ("offset", "2")]).await, [2, 1]);
    let third = store.session(3).await.unwrap().unwrap();
    let after = Request::cursor(third.created, third.id);
    assert_eq!(found(&store, &[("after", &after)]).await, [2, 1]);
    let all = Request::read([]).unwrap();
    assert_eq!(store.count(&all.filter).await.unwrap(), 4);

    // Agents' days.
    let periods = store.periods("7", at(-10_000), at(10_000)).await.unwrap();
    assert_eq!(periods.len(), 1, "two reports of the same state are one period: {periods:?}");
    assert!(store.periods("7", at(-10_000), at(60)).await.unwrap().is_empty());

    // An agent whose id is no number is found by the number that is published for it, all others by their ids alone.
    let number = user_id("anna");
    assert_eq!(store.agent_numbered(number).await.unwrap().as_deref(), Some("anna"));
    for other in [7, 0, -1, number + 1, i64::MIN] {
        assert_eq!(store.agent_numbered(other).await.unwrap(), None, "{other}");
    }
    assert_eq!(found(&store, &[("OperatorUserId", "anna")]).await, [4]);
    store.save(&outputs([state(500, "o'neill", AgentState::NOT_READY), state(510, "007", AgentState::NOT_READY)]), at(520)).await.unwrap();
    assert_eq!(store.agent_numbered(user_id("o'neill")).await.unwrap().as_deref(), Some("o'neill"), "seen in a state only");
    assert_eq!(store.agent_numbered(7).await.unwrap().as_deref(), Some("007"), "an id that is not the number it reads as");

    // A restart finds what was under way.
    store.close().await;
    let store = Store::open(url, folder).await.unwrap();
    let left = store.left().await.unwrap();
    assert_eq!((left.next_id, left.stopped_at), (5, Some(at(510))));
    assert_eq!(left.sessions.iter().map(|session| session.id).collect::<Vec<_>>(), [4]);
    store.close().await;
}

#[tokio::test]
async fn sqlite_keeps_and_finds_sessions() {
    let folder = tempfile::tempdir().unwrap();
    keeps_its_promises("sqlite://history.db", folder.path()).await;
    reads_what_earlier_versions_wrote("sqlite://history.db", folder.path()).await;
}

#[tokio::test]
async fn postgresql_keeps_and_finds_sessions() {
    if postgres::is_left_out("postgresql_keeps_and_finds_sessions") {
        return;
    }
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let server = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    keeps_its_promises(&server.url(), folder.path()).await;
    reads_what_earlier_versions_wrote(&server.url(), folder.path()).await;
}

async fn until(recorder: &Recorder, wanted: Health) {
    let mut health = recorder.health.clone();
    tokio::time::timeout(DEADLINE, health.wait_for(|health| *health == wanted)).await.expect("the health in time").unwrap();
}

async fn stored(recorder: &Recorder, id: i64, status: Status) -> Session {
    let mut opened = recorder.store.clone();
    let store = opened.wait_for(Option::is_some).await.unwrap().clone().unwrap();
    let search = async {
        loop {
            if let Ok(Some(session)) = store.session(id).await
                && session.status() == status
            {
                return session;
            }
            tokio::time::sleep(Duration::from_millis(20)).await; // there is no event for another process' reading
        }
    };
    tokio::time::timeout(DEADLINE, search).await.expect("the session in time")
}

/// G3: a database that cannot be opened at the start.
#[tokio::test]
async fn a_database_that_is_away_at_the_start_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("not").join("yet");
    let place = Place { url: "sqlite://history.db".to_owned(), data_dir: missing.clone() };
    let recorder = Recorder::start(place, Settings::default(), Clock::start(), Telemetry::new());
    until(&recorder, Health::Late).await;
    for record in call(1, 0, "7", "+41791112233", false) {
        recorder.handle.record(record);
    }
    std::fs::create_dir_all(&missing).unwrap();
    until(&recorder, Health::Good).await;
    stored(&recorder, 1, Status::Closed).await;
    recorder.stop(DEADLINE).await;
}

/// G3: the server dies in the middle of the day and comes back.
#[tokio::test]
async fn a_database_server_that_dies_loses_nothing() {
    if postgres::is_left_out("a_database_server_that_dies_loses_nothing") {
        return;
    }
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let server = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    let place = Place { url: server.url(), data_dir: folder.path().to_owned() };
    let recorder = Recorder::start(place, Settings::default(), Clock::start(), Telemetry::new());
    for record in call(1, 0, "7", "+41791112233", false) {
        recorder.handle.record(record);
    }
    stored(&recorder, 1, Status::Closed).await;
    server.down();
    for record in call(2, 100, "7", "+41791112233", false) {
        recorder.handle.record(record);
    }
    until(&recorder, Health::Late).await;
    server.up();
    until(&recorder, Health::Good).await;
    stored(&recorder, 2, Status::Closed).await;
    recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn a_session_is_closed_in_time_although_records_never_stop_coming() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { url: "sqlite://history.db".to_owned(), data_dir: folder.path().to_owned() };
    let recorder = Recorder::start(place, Settings::default(), Clock::start(), Telemetry::new());
    let handle = recorder.handle.clone();
    let flood = tokio::spawn(async move {
        for second in 0.. {
            for agent in 100..300 {
                let kind = if second % 2 == 0 { AgentState::AVAILABLE } else { AgentState::NOT_READY };
                handle.record(state(second, &agent.to_string(), kind));
            }
            tokio::time::sleep(Duration::from_millis(1)).await; // the pace of the flood
        }
    });
    for record in call(1, 0, "7", "+41791112233", false) {
        recorder.handle.record(record);
    }
    stored(&recorder, 1, Status::Closed).await;
    // No state follows: that the agent has finished is seen by time alone.
    let mut records = call(2, 100, "7", "+41791112233", false);
    records.pop();
    for record in records {
        recorder.handle.record(record);
    }
    stored(&recorder, 2, Status::Closed).await;
    flood.abort();
    let _ = flood.await;
    recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn a_restart_goes_on_in_the_same_record() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { url: "sqlite://history.db".to_owned(), data_dir: folder.path().to_owned() };
    let records = call(1, 0, "7", "+41791112233", false);
    let (before, after) = records.split_at(2);
    let recorder = Recorder::start(place.clone(), Settings::default(), Clock::start(), Telemetry::new());
    before.iter().for_each(|record| recorder.handle.record(record.clone()));
    stored(&recorder, 1, Status::Active).await;
    recorder.stop(DEADLINE).await;
    let recorder = Recorder::start(place, Settings::default(), Clock::start(), Telemetry::new());
    after.iter().for_each(|record| recorder.handle.record(record.clone()));
    let session = stored(&recorder, 1, Status::Closed).await;
    assert_eq!(session.operators.len(), 1);
    assert_eq!(session.gaps.len(), 1, "the time without a daemon is marked");
    recorder.stop(DEADLINE).await;
}

#[test]
fn wrong_parameters_are_named() {
    let wrong = [
        ("Stat", "CLOSED"),
        ("Status", "SLEEPING"),
        ("limit", "0"),
        ("limit", "1000000000"),
        ("offset", "-1"),
        ("Created.Min", "yesterday"),
        ("Duration.Min", "long"),
        ("SessionId", "1;DROP TABLE sessions"),
        ("after", "x"),
        ("OperatorUserId", ""),
    ];
    for (name, value) in wrong {
        let error = Request::read([(name, value)]).unwrap_err();
        assert_eq!(error.parameter, name, "{name}={value}");
        assert!(!error.reason.is_empty());
    }
}
