//! How fast sessions are stored and found again, on SQLite and PostgreSQL, beside bare batched inserts of the same texts.
//!
//! `cargo bench --bench history -- [sqlite|postgres] [SESSIONS] [GROW_TO]`: inserts SESSIONS (one million unless told)
//! through the store as the recorder does it, looks things up, then copies them inside the database until there are GROW_TO
//! and looks them up again. Needs Debian's `postgresql` for PostgreSQL, and 5 kB of disk a session in the temporary folder
//! (`TMPDIR`).

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)] // a bench may fail as tests do

#[path = "../common/postgres.rs"]
mod postgres;

use std::path::Path;
use std::time::Duration;

use ctibridge::history::ledger::Output;
use ctibridge::history::model::{
    Activity, ActivityKind, Actor, CallKey, CallSpan, Direction, Doing, GuestLeft, InteractionRef, Operator, RoutingEntry, RoutingKind,
    Session, SessionId, Source, Span, Status, StatusPeriod, TerminationReason,
};
use ctibridge::history::query::Request;
use ctibridge::history::store::Store;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{AnyPool, AssertSqlSafe, Row};
use tokio::time::Instant;

/// Rows of a transaction, as the recorder groups them.
const GROUP: i64 = 500;
/// Agents who share the sessions.
const AGENTS: i64 = 2_000;
/// Sessions of a day: the busy hour of 2,000 agents for eight hours.
const DAY: i64 = 480_000;
/// Sessions of the bare insert.
const BARE: i64 = 100_000;
/// Lookups of each kind.
const LOOKUPS: usize = 200;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let numbers: Vec<i64> = words.iter().filter_map(|word| word.replace('_', "").parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(1_000_000);
    let grow_to = numbers.get(1).copied().unwrap_or(count);
    let wanted = |name: &str| words.iter().all(|word| word.parse::<f64>().is_ok() || word == name || word.contains('_'));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if wanted("sqlite") {
        let folder = tempfile::tempdir().unwrap();
        let size = || folder.path().read_dir().unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        runtime.block_on(measure("SQLite", "sqlite://history.db", folder.path(), count, grow_to, &size));
    }
    if wanted("postgres") {
        let server = postgres::Postgres::start();
        let size = || folder_size(&server.folder());
        runtime.block_on(measure("PostgreSQL", &server.url(), Path::new("/"), count, grow_to, &size));
    }
}

fn folder_size(folder: &Path) -> u64 {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap());
    entries
        .map(
            |entry| {
                if entry.file_type().unwrap().is_dir() { folder_size(&entry.path()) } else { entry.metadata().map_or(0, |data| data.len()) }
            },
        )
        .sum()
}

async fn measure(name: &str, url: &str, folder: &Path, count: i64, grow_to: i64, size: &dyn Fn() -> u64) {
    let text = serde_json::to_string(&session(1)).unwrap().len();
    println!("## {name}: {count} sessions of {text} bytes");
    let bare = bare_insert(&url.replace("history.db", "bare.db"), folder, count.min(BARE)).await;
    for left in ["bare.db", "bare.db-wal", "bare.db-shm"] {
        std::fs::remove_file(folder.join(left)).ok(); // SQLite's; PostgreSQL gave the space back
    }
    println!("bare insert of the texts:      {bare:>9.0} sessions/s");
    let store = Store::open(url, folder).await.unwrap();
    let before = size();
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    for first in (1..=count).step_by(GROUP as usize) {
        let batch: Vec<_> = (first..(first + GROUP).min(count + 1)).map(|id| Output::Session(Box::new(session(id)))).collect();
        let one = Instant::now();
        store.save(&batch, Timestamp::UNIX_EPOCH).await.unwrap();
        slowest = slowest.max(one.elapsed());
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    println!("insert through the store:      {rate:>9.0} sessions/s = {:.2} x bare; slowest group of {GROUP}: {slowest:.1?}", rate / bare);
    look_up(&store, count, before, size).await;
    if grow_to > count {
        let started = Instant::now();
        grow(url, folder, count, grow_to).await;
        println!("grown to {grow_to} in {:.0} s", started.elapsed().as_secs_f64());
        look_up(&store, grow_to, before, size).await;
    }
    store.close().await;
}

/// The texts alone in one table, one statement a row, a transaction a group.
async fn bare_insert(url: &str, folder: &Path, count: i64) -> f64 {
    let store = Store::open(url, folder).await.unwrap(); // brings the drivers and the database's settings
    let pool = plain(url, folder).await;
    sqlx::query("CREATE TABLE bare (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL)").execute(&pool).await.unwrap();
    let texts: Vec<(i64, String)> = (1..=count).map(|id| (id, serde_json::to_string(&session(id)).unwrap())).collect();
    let started = Instant::now();
    for group in texts.chunks(GROUP as usize) {
        let mut transaction = pool.begin().await.unwrap();
        for (id, text) in group {
            let query = sqlx::query("INSERT INTO bare (id, body) VALUES ($1, $2)").bind(*id).bind(text.as_str());
            query.execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    sqlx::query("DROP TABLE bare").execute(&pool).await.unwrap();
    pool.close().await;
    store.close().await;
    rate
}

async fn plain(url: &str, folder: &Path) -> AnyPool {
    let address = match url.strip_prefix("sqlite://") {
        Some(file) => format!("sqlite://{}", folder.join(file).display()),
        None => url.to_owned(),
    };
    let options = sqlx::any::AnyPoolOptions::new().max_connections(1);
    options.connect(&address).await.unwrap()
}

/// Copies what is there to new numbers and earlier days, inside the database.
async fn grow(url: &str, folder: &Path, count: i64, to: i64) {
    let pool = plain(url, folder).await;
    if url.starts_with("sqlite://") {
        // Only to be done sooner: what is measured later is reading.
        for pragma in ["PRAGMA cache_size = -4000000", "PRAGMA synchronous = OFF"] {
            sqlx::query(pragma).execute(&pool).await.unwrap();
        }
    }
    let columns: Vec<String> = {
        let row = sqlx::query("SELECT * FROM sessions WHERE id = 1").fetch_one(&pool).await.unwrap();
        (0..row.len()).map(|index| sqlx::Column::name(row.column(index)).to_owned()).collect()
    };
    let day = days(count) * 86_400_000_000;
    for copy in 1..to / count {
        let (ids, time) = (copy * count, copy * day);
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" => format!("id + {ids}"),
                "created" | "guest_joined" | "started" | "ended" | "closed" => format!("{column} + {time}"),
                "key_day" => format!("key_day + {}", copy * days(count)),
                "body" => format!("replace(body, '{{\"id\":' || id || ',', '{{\"id\":' || (id + {ids}) || ',')"),
                _ => column.clone(),
            })
            .collect();
        let mut transaction = pool.begin().await.unwrap();
        for text in [
            format!("INSERT INTO sessions ({}) SELECT {} FROM sessions WHERE id <= {count}", columns.join(", "), values.join(", ")),
            format!(
                "INSERT INTO session_agents (agent, created, session_id) SELECT agent, created + {time}, session_id + {ids} FROM session_agents WHERE session_id <= {count}"
            ),
            format!(
                "INSERT INTO session_calls (call_id, session_id) SELECT call_id, session_id + {ids} FROM session_calls WHERE session_id <= {count}"
            ),
            format!(
                "INSERT INTO session_groups (skill_group, created, session_id) SELECT skill_group, created + {time}, session_id + {ids} FROM session_groups WHERE session_id <= {count}"
            ),
            format!(
                "INSERT INTO session_interactions (interaction, session_id) SELECT interaction || '-{copy}', session_id + {ids} FROM session_interactions WHERE session_id <= {count}"
            ),
        ] {
            sqlx::query(AssertSqlSafe(text)).execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    pool.close().await;
}

async fn look_up(store: &Store, count: i64, before: u64, size: &dyn Fn() -> u64) {
    let taken = size().saturating_sub(before);
    println!("{count} sessions take {:.2} GB = {} bytes each", taken as f64 / 1e9, taken / count as u64);
    println!("| looked up | p50 | p99 | slowest |\n| --- | --- | --- | --- |");
    let mut random = StdRng::seed_from_u64(7);
    let all_days = days(count);
    let midnight = |day: i64| (begin() + SignedDuration::from_hours(24 * day)).to_string();
    type Ask<'a> = Box<dyn FnMut(&mut StdRng) -> (Vec<(&'static str, String)>, usize) + 'a>;
    let asks: Vec<(&str, Ask<'_>)> = vec![
        ("by id", Box::new(|random| (vec![("SessionId", random.random_range(1..=count).to_string())], 1))),
        (
            "by call key",
            Box::new(|random| {
                let key = session(random.random_range(1..=count.min(DAY))).key.unwrap();
                (vec![("CallKeyDay", key.day.to_string()), ("CallKeyCallId", key.call_id.to_string())], 1)
            }),
        ),
        (
            "last 50 of an agent",
            Box::new(|random| {
                (vec![("OperatorUserId", (1000 + random.random_range(0..AGENTS)).to_string()), ("limit", "50".to_owned())], 50)
            }),
        ),
        (
            "a day, waited over 40 s, inbound, one skill group, 200",
            Box::new(|random| {
                let day = random.random_range(0..all_days);
                (
                    vec![
                        ("Created.Min", midnight(day)),
                        ("Created.Max", midnight(day + 1)),
                        ("Direction", "Inbound".to_owned()),
                        ("WaitingTime.Min", "PT40S".to_owned()),
                        ("SkillGroupId", (5000 + random.random_range(0..100)).to_string()),
                        ("limit", "200".to_owned()),
                    ],
                    1,
                )
            }),
        ),
        (
            "a day of an agent",
            Box::new(|random| {
                let day = random.random_range(0..all_days);
                let agent = (1000 + random.random_range(0..AGENTS)).to_string();
                (
                    vec![
                        ("Created.Min", midnight(day)),
                        ("Created.Max", midnight(day + 1)),
                        ("OperatorUserId", agent),
                        ("limit", "500".to_owned()),
                    ],
                    1,
                )
            }),
        ),
        (
            "a client's number",
            Box::new(|random| {
                (vec![("PhoneCallbackNumber.Exact", session(random.random_range(1..=count.min(DAY))).client_number.unwrap())], 1)
            }),
        ),
    ];
    for (name, mut ask) in asks {
        let mut times = Vec::with_capacity(LOOKUPS);
        for _ in 0..LOOKUPS {
            let (parameters, least) = ask(&mut random);
            let request = Request::read(parameters.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
            let started = Instant::now();
            let found = store.search(&request.filter, request.limit, request.offset).await.unwrap();
            times.push(started.elapsed());
            assert!(found.len() >= least.min(count as usize / 40_000 + 1), "{name}: {parameters:?} found {}", found.len());
        }
        times.sort();
        println!("| {name} | {:.2?} | {:.2?} | {:.2?} |", times[LOOKUPS / 2], times[LOOKUPS * 99 / 100], times[LOOKUPS - 1]);
    }
}

/// So many days hold so many sessions.
fn days(count: i64) -> i64 {
    (count + DAY - 1) / DAY
}

fn begin() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// An ordinary contact: queued, answered, held once, wrapped up; one of ten is passed on to a colleague.
fn session(id: SessionId) -> Session {
    let mut random = StdRng::seed_from_u64(id.unsigned_abs());
    let day = (id - 1) / DAY;
    let created = begin() + SignedDuration::from_hours(24 * day + 8) + SignedDuration::from_micros((id - 1) % DAY * 60_000);
    let at = |seconds: f64| created + SignedDuration::from_micros((seconds * 1e6) as i64);
    let (queued, ring) = (f64::from(random.random_range(0..60_u32)), f64::from(random.random_range(2..9_u32)));
    let talk = f64::from(random.random_range(20..400_u32));
    let (answered, ended) = (queued + ring, queued + ring + talk);
    let closed = ended + f64::from(random.random_range(0..60_u32));
    let agent = (1000 + random.random_range(0..AGENTS)).to_string();
    let call_id = (id % 4_000_000_000) as u32;
    let group = 5000 + random.random_range(0..100);
    let number = format!("+41{}", 440_000_000 + random.random_range(0..9_000_000));
    let mut session = Session::new(id, created);
    session.peripheral = Some(5000);
    session.guest_joined = Some(created);
    session.started = Some(at(answered));
    session.ended = Some(at(ended));
    session.closed = Some(at(closed));
    session.source = Source::IncomingCall;
    session.direction = Direction::Inbound;
    session.direct_call_number = Some("5000".to_owned());
    session.client_number = Some(number.clone());
    session.call_params = (1..=5).map(|index| (format!("callVariable{index}"), format!("value {index} of {id}"))).collect();
    session.call_params.extend([("ANI".to_owned(), number), ("DNIS".to_owned(), "5000".to_owned())]);
    let entry = |seconds: f64, kind, agent: Option<&String>| RoutingEntry {
        request: 1,
        at: at(seconds),
        kind,
        group: Some(group),
        phone: None,
        agent: agent.cloned(),
        by: None,
    };
    session.routing = vec![
        entry(0.0, RoutingKind::RoutingRequestCreated, None),
        entry(0.0, RoutingKind::EnteredGroupQueue, None),
        entry(queued, RoutingKind::LeftGroupQueue, None),
        entry(queued, RoutingKind::AssignedToOperator, Some(&agent)),
        entry(answered, RoutingKind::AcceptedByOperator, Some(&agent)),
    ];
    let span =
        |doing, from: f64, to: f64| Span { agent: agent.clone(), call_id, is_consult: false, doing, from: at(from), to: Some(at(to)) };
    session.spans = vec![
        span(Doing::Ring, queued, answered),
        span(Doing::Talk, answered, answered + 5.0),
        span(Doing::Hold, answered + 5.0, answered + 15.0),
        span(Doing::Talk, answered + 15.0, ended),
    ];
    let activity = |seconds: f64, kind, actor, reason| Activity {
        at: at(seconds),
        kind,
        actor,
        agent: (actor == Actor::User).then(|| agent.clone()),
        to_agent: None,
        to_group: None,
        file: None,
        to_phone: None,
        reason,
    };
    session.activities = vec![
        activity(0.0, ActivityKind::Joined, Actor::Guest, None),
        activity(answered, ActivityKind::Joined, Actor::User, None),
        activity(answered + 5.0, ActivityKind::OnHold, Actor::User, None),
        activity(answered + 15.0, ActivityKind::ResumeGuest, Actor::User, None),
        activity(ended, ActivityKind::Left, Actor::User, None),
        activity(ended, ActivityKind::Left, Actor::Guest, None),
        activity(ended, ActivityKind::SessionEnded, Actor::Guest, Some(TerminationReason::GuestLeft)),
    ];
    let status = |status, from: f64, to: Option<f64>| StatusPeriod { status, from: at(from), to: to.map(at) };
    session.statuses = vec![
        status(Status::InQueue, 0.0, Some(queued)),
        status(Status::Waiting, queued, Some(answered)),
        status(Status::Active, answered, Some(ended)),
        status(Status::Acw, ended, Some(closed)),
        status(Status::Closed, closed, None),
    ];
    session.calls = vec![CallSpan { call_id, from: created, to: Some(at(ended)) }];
    session.call_types = vec![1];
    session.skill_groups = vec![group];
    session.key = Some(CallKey { day: 152_000 + day as u32, call_id: ((id - 1) % DAY) as u32, sequence: 0 });
    session.interactions = vec![InteractionRef { id: format!("PG1-{agent}-{id}"), agent: agent.clone() }];
    session.guest_left = Some(GuestLeft::LeftSession);
    session.termination = Some(TerminationReason::GuestLeft);
    let operator = |agent: String, joined: f64, left: f64| Operator {
        agent,
        joined: at(joined),
        left: Some(at(left)),
        concluded: Some(at(left.max(closed))),
        was_in_work: true,
        note: None,
    };
    session.operators = vec![operator(agent.clone(), answered, ended)];
    if id % 10 == 0 {
        let second = (1000 + random.random_range(0..AGENTS)).to_string();
        if second != agent {
            session.operators.push(operator(second, ended - 10.0, ended));
        }
    }
    session
}
