//! Who sees which records and numbers, and how records go: erased by number, or because they are old. Real databases, real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/http.rs"]
mod http;
#[path = "common/postgres.rs"]
mod postgres;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use ctibridge::auth::{Identity, Role, Roles, Tenants};
use ctibridge::engine::model::{AgentId, AgentState, CallType, InteractionId};
use ctibridge::engine::record::{CallFacts, Moment, Record};
use ctibridge::history::departments::Departments;
use ctibridge::history::files::Files;
use ctibridge::history::ledger::{NoticeKind, Settings};
use ctibridge::history::privacy::erase::Eraser;
use ctibridge::history::privacy::number::Number;
use ctibridge::history::privacy::retention::{Cleaner, Deleted};
use ctibridge::history::recorder::{Health, Place, Recorder};
use ctibridge::history::rest::{self, Rest};
use ctibridge::history::store::Store;
use ctibridge::history::templates::{Change, Template};
use ctibridge::history::webhook::{Hook, Receivers};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use http::Response;
use jiff::{SignedDuration, Timestamp};
use postgres::Postgres;
use serde_json::{Value, json};
use sqlx::Connection as _;

const DEADLINE: Duration = Duration::from_secs(60);

/// Whose records are to go.
const CUSTOMER: &str = "+41791112233";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn state(second: i64, agent: &str, state: AgentState, department: Option<i64>) -> Record {
    let mut record = Record::new(at(second), Moment::AgentState);
    record.agent = Some(AgentId::from(agent));
    record.facts.state = Some(state);
    record.facts.since = Some(at(second));
    record.facts.department = department;
    record
}

/// A call that is answered after 5 s and over after 66 s, unless it is open.
fn call(number: u32, agent: &str, ani: &str, variable: &str, is_open: bool) -> Vec<Record> {
    let from = i64::from(number) * 100;
    let moment = |second: i64, moment| {
        let mut record = Record::new(at(second), moment);
        record.peripheral_id = Some(5000);
        record.call_id = Some(number);
        record.agent = Some(AgentId::from(agent));
        record.interaction = Some(InteractionId(u64::from(number)));
        let mut facts = CallFacts {
            call_type: CallType::PREROUTE_ACD_IN,
            ani: Some(ani.into()),
            dnis: Some("0800123456".into()),
            ..CallFacts::default()
        };
        facts.call_variables[0] = Some(variable.into());
        record.facts.call = Some(Arc::new(facts));
        record
    };
    let mut records = vec![moment(from, Moment::Alerting), moment(from + 5, Moment::Established)];
    if !is_open {
        records.extend(end(number, agent));
    }
    records
}

fn end(number: u32, agent: &str) -> Vec<Record> {
    let from = i64::from(number) * 100;
    let mut cleared = Record::new(at(from + 65), Moment::ConnectionCleared);
    cleared.peripheral_id = Some(5000);
    cleared.call_id = Some(number);
    cleared.agent = Some(AgentId::from(agent));
    cleared.interaction = Some(InteractionId(u64::from(number)));
    vec![cleared, state(from + 66, agent, AgentState::NOT_READY, None)]
}

struct Given {
    recorder: Recorder,
    store: Store,
    files: Files,
    departments: Departments,
    eraser: Eraser,
    telemetry: Arc<Telemetry>,
}

impl Given {
    /// Four contacts: two of the customer (once in the call's data, otherwise written), one of somebody else, and one of the
    /// customer that still goes on.
    async fn start(url: &str, folder: &Path) -> Self {
        let telemetry = Telemetry::new();
        let place = Place { url: url.to_owned(), data_dir: folder.to_owned() };
        let hook = Hook {
            name: "crm".to_owned(),
            url: "http://127.0.0.1:9/".to_owned(),
            events: NoticeKind::ALL.into(),
            secret: None,
            timeout: Duration::from_secs(1),
            max_attempts: 3,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(1),
        };
        // Nobody delivers: the events wait.
        let receivers = Arc::new(Receivers::new(vec![hook], 5));
        let recorder = Recorder::telling(place, Settings::default(), receivers, Clock::start(), Arc::clone(&telemetry));
        recorder.handle.record(Record::new(at(-1_000), Moment::LinkUp));
        recorder.handle.record(state(-900, "7", AgentState::AVAILABLE, Some(70)));
        recorder.handle.record(state(-900, "8", AgentState::AVAILABLE, Some(80)));
        let calls = [
            call(1, "7", CUSTOMER, "Gold", false),
            call(2, "8", "+41790000000", "ring back on 0041 (79) 111-22-33", false),
            call(3, "8", "+41795555555", "Silver", false),
            call(4, "7", CUSTOMER, "Gold", true),
        ];
        calls.into_iter().flatten().for_each(|record| recorder.handle.record(record));
        let mut opened = recorder.store.clone();
        let store = tokio::time::timeout(DEADLINE, opened.wait_for(Option::is_some)).await.unwrap().unwrap().clone().unwrap();
        let template = |interaction: u64, agent: &str, number: &str| {
            let body = json!({ "type": "bsCallSession", "parameters": { "number": number, "callVariable1": "x 41791112233" },
                "frozenAt": "2026-03-02T09:14:07Z", "recovered": false });
            Change::Frozen(Template {
                interaction: InteractionId(interaction).to_string(),
                agent: agent.to_owned(),
                frozen: at(0),
                is_told: true,
                body: body.to_string(),
            })
        };
        let mut other = template(3, "8", "+41795555555");
        if let Change::Frozen(template) = &mut other {
            template.body = template.body.replace("41791112233", "-");
        }
        // One belongs to a session, one to a contact that no session is known of.
        store.save_templates(&[template(1, "7", CUSTOMER), template(99, "7", CUSTOMER), other]).await.unwrap();
        let files = Files::new(folder.join("files"));
        std::fs::create_dir_all(folder.join("files/1")).unwrap();
        std::fs::write(folder.join("files/1/3f2c1f9e-0000-4000-8000-000000000000"), "what the customer sent").unwrap();
        let eraser = Eraser { files: files.clone(), key: [7; 32], clock: Clock::start(), telemetry: Arc::clone(&telemetry) };
        let given = Self { recorder, store, files, departments: Departments::default(), eraser, telemetry };
        given.until("all four", async |store| store.session(4).await.unwrap().is_some_and(|session| session.started.is_some())).await;
        given
    }

    /// Waits until the database says so; nothing tells when another task has written.
    async fn until(&self, what: &str, is_so: impl AsyncFn(&Store) -> bool) {
        let wait = async {
            while !is_so(&self.store).await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(DEADLINE, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
    }

    /// The REST surface for somebody.
    async fn served(&self, who: Identity) -> SocketAddr {
        let rest = Rest {
            store: self.recorder.store.clone(),
            clock: Clock::start(),
            reasons: Arc::new(BTreeMap::new()),
            amender: self.recorder.amender.clone(),
            forwarder: None,
            departments: self.departments.clone(),
            files: self.files.clone(),
            recorder: None,
            company_id: 5,
            eraser: self.eraser.clone(),
            telemetry: Arc::clone(&self.telemetry),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = rest::router(rest).layer(Extension(who));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        address
    }
}

fn identity(role: Role, agent: Option<&str>, tenants: Tenants) -> Identity {
    Identity { subject: "somebody".into(), agent: agent.map(AgentId::from), roles: Roles::NONE.with(role), team: None, tenants }
}

fn ids(answer: &Response) -> Vec<i64> {
    answer.json().as_array().unwrap_or_else(|| panic!("{}", answer.body)).iter().map(|session| session["id"].as_i64().unwrap()).collect()
}

async fn post(address: SocketAddr, path: &str, body: Value) -> Response {
    http::send_json(address, "POST", path, &body).await
}

#[tokio::test]
async fn a_reader_of_departments_sees_their_sessions_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given::start("sqlite://history.db", folder.path()).await;
    let see = async |who| ids(&http::get(given.served(who).await, "/api/v1/Sessions").await);
    assert_eq!(see(identity(Role::Admin, None, Tenants::All)).await, [4, 3, 2, 1]);
    assert_eq!(see(identity(Role::Admin, None, Tenants::Only(vec![70]))).await, [4, 1]);
    assert_eq!(see(identity(Role::Admin, None, Tenants::Only(vec![80, 90]))).await, [3, 2]);
    assert_eq!(see(identity(Role::Supervisor, Some("8"), Tenants::Only(vec![70]))).await, [4, 3, 2, 1], "and their own");
    assert_eq!(see(identity(Role::Agent, Some("8"), Tenants::All)).await, [3, 2]);
    assert_eq!(see(identity(Role::Admin, None, Tenants::Only(vec![90]))).await, [] as [i64; 0]);
    let nobody = given.served(identity(Role::Admin, None, Tenants::Only(Vec::new()))).await;
    assert_eq!(http::get(nobody, "/api/v1/Sessions").await.status, 403);
    // One by one too, and an id of others looks like one that never was. No parameter widens the view.
    let limited = given.served(identity(Role::Admin, None, Tenants::Only(vec![70]))).await;
    assert_eq!(http::get(limited, "/api/v1/Sessions/1").await.json()["departmentId"], 70);
    assert_eq!(http::get(limited, "/api/v1/Sessions/1").await.json()["companyId"], 5);
    let (hidden, missing) = (http::get(limited, "/api/v1/Sessions/2").await, http::get(limited, "/api/v1/Sessions/4711").await);
    assert_eq!((hidden.status, &hidden.body), (404, &missing.body));
    for path in ["routingHistory", "durations", "callParams", "recordings/1/file", "files/1"] {
        assert_eq!(http::get(limited, &format!("/api/v1/Sessions/2/{path}")).await.status, 404, "{path}");
    }
    for query in ["DepartmentId=80", "SessionId=2", "OperatorUserId=8", "limit=10&offset=0&DepartmentId=70&DepartmentId=80"] {
        let seen = ids(&http::get(limited, &format!("/api/v1/Sessions?{query}")).await);
        assert!(seen.iter().all(|id| [1, 4].contains(id)), "{query}: {seen:?}");
    }
    let count = http::get(limited, "/api/v1/Sessions?count=true&limit=1").await;
    assert_eq!((count.header("x-total-count"), ids(&count)), (Some("2"), vec![4]));
    for method in ["/api/v1/Privacy/erasures", "/api/v1/Webhooks"] {
        assert_eq!(http::get(limited, method).await.status, 403, "who is limited does not administer the house");
    }
    given.recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn a_reader_of_departments_sees_the_states_of_their_agents_and_of_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given::start("sqlite://history.db", folder.path()).await;
    let states = async |who, agent: &str| {
        let path = format!("/api/v1/Users/{agent}/states?from=2023-11-14T00:00:00Z&to=2023-11-15T00:00:00Z");
        let answer = http::get(given.served(who).await, &path).await;
        (answer.status, answer.body)
    };
    let of = |departments: &[i64]| identity(Role::Admin, None, Tenants::Only(departments.to_vec()));
    // Nothing was told since the start: the agents' own contacts tell where they belong.
    let (_, missing) = states(of(&[70]), "4711").await;
    for (departments, agent, status) in
        [(&[70][..], "7", 200), (&[70], "8", 404), (&[70, 80], "8", 200), (&[90], "7", 404), (&[], "7", 404), (&[70], "1", 404)]
    {
        let (got, body) = states(of(departments), agent).await;
        assert_eq!(got, status, "{departments:?} {agent}");
        assert!(status == 200 || body == missing, "as if there were no such agent: {body}");
    }
    assert_eq!(states(identity(Role::Admin, None, Tenants::All), "8").await.0, 200);
    for role in [Role::Supervisor, Role::Agent] {
        assert_eq!(states(identity(role, Some("8"), Tenants::Only(vec![70])), "8").await.0, 200, "their own");
    }
    // Who has moved belongs to the new department, whatever was before.
    given.departments.note(&state(9_000, "7", AgentState::AVAILABLE, Some(80)));
    assert_eq!((states(of(&[70]), "7").await.0, states(of(&[80]), "7").await.0), (404, 200));
    // A contact of two agents tells nothing of the second.
    let mut shared = call(20, "7", CUSTOMER, "Gold", false);
    let mut second = shared[1].clone();
    (second.at, second.agent) = (at(2_010), Some(AgentId::from("9")));
    shared.insert(2, second);
    shared.extend(end(20, "9"));
    shared.into_iter().for_each(|record| given.recorder.handle.record(record));
    given.until("the shared contact", async |store| store.session(5).await.unwrap().is_some_and(|one| one.operators.len() == 2)).await;
    assert_eq!(given.store.session(5).await.unwrap().unwrap().department, Some(70));
    assert_eq!(states(identity(Role::Admin, None, Tenants::All), "9").await.0, 200);
    assert_eq!(states(of(&[70]), "9").await.1, missing);
    given.recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn a_reader_without_the_right_sees_no_number_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given::start("sqlite://history.db", folder.path()).await;
    let reader = given.served(identity(Role::Reader, None, Tenants::All)).await;
    let shows = |text: &str| ["1112233", "111-22-33", "790000000", "9555555"].iter().any(|number| text.contains(number));
    for path in [
        "/api/v1/Sessions?verbose=true",
        "/api/v1/Sessions/1",
        "/api/v1/Sessions/2",
        "/api/v1/Sessions/2/callParams",
        "/api/v1/Sessions/1/routingHistory",
        "/api/v1/Interactions/OM000000000000000001/templateParameters",
    ] {
        let answer = http::get(reader, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(!shows(&answer.body), "{path}: {}", answer.body);
    }
    for accept in ["text/csv", "application/x-ndjson"] {
        let answer = http::request(reader, "GET", "/api/v1/Sessions?verbose=true", &format!("Accept: {accept}\r\n")).await;
        assert!(answer.status == 200 && !shows(&answer.body) && answer.body.contains("*33"), "{accept}: {}", answer.body);
    }
    let one = http::get(reader, "/api/v1/Sessions/1").await.json();
    assert_eq!(one["phoneCallbackNumber"], "+*********33");
    assert_eq!((&one["directCallNumber"], &one["guest"]["callParams"]["CallVariable1"]), (&json!("0800123456"), &json!("Gold")));
    // Numbers cannot be found out by trying them, and what was said and sent is not for such readers.
    for query in ["PhoneCallbackNumber.Text=4179", "phonecallbacknumber.exact=%2B41791112233", "ActivityTextsContain=79"] {
        assert_eq!(http::get(reader, &format!("/api/v1/Sessions?{query}")).await.status, 403, "{query}");
    }
    assert_eq!(http::get(reader, "/api/v1/Sessions/1/recordings/1/file").await.status, 403);
    assert_eq!(http::get(reader, "/api/v1/Sessions/1/files/1").await.status, 403);
    assert_eq!(post(reader, "/api/v1/Privacy/erasures", json!({ "number": CUSTOMER })).await.status, 403);
    // Others see them.
    let admin = given.served(identity(Role::Admin, None, Tenants::All)).await;
    assert_eq!(http::get(admin, "/api/v1/Sessions/1").await.json()["phoneCallbackNumber"], CUSTOMER);
    assert_eq!(ids(&http::get(admin, "/api/v1/Sessions?PhoneCallbackNumber.Exact=%2B41791112233").await), [4, 1]);
    given.recorder.stop(DEADLINE).await;
}

/// Everything of a customer goes, with a written record; what still goes on follows.
async fn erases(url: &str, folder: &Path) {
    let given = Given::start(url, folder).await;
    let admin = given.served(identity(Role::Admin, None, Tenants::All)).await;
    for bad in [json!({ "number": "12" }), json!({ "number": "' OR 1=1" }), json!({ "number": "%" }), json!({}), json!({ "number": 4 })] {
        assert_eq!(post(admin, "/api/v1/Privacy/erasures", bad.clone()).await.status, 400, "{bad}");
    }
    let waiting = given.store.webhook_counts("crm").await.unwrap().waiting;
    let done = post(admin, "/api/v1/Privacy/erasures", json!({ "number": "0041 79 111 22 33" })).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let record = done.json();
    assert_eq!((&record["sessions"], &record["templateParameters"], &record["files"]), (&json!(2), &json!(2), &json!(1)), "{record}");
    assert_eq!((&record["waiting"], &record["askedBy"]), (&json!(1), &json!("somebody")));
    assert_eq!(record["numberHash"], given.eraser.hash(&Number::read(CUSTOMER).unwrap()));
    let erased = record["deliveries"].as_i64().unwrap();
    assert!(erased >= 10, "{record}");
    assert_eq!(given.store.webhook_counts("crm").await.unwrap().waiting, waiting - erased);
    assert!(record["finished"].is_string() && !done.body.contains("1112233"));
    assert!(!folder.join("files/1").exists());
    assert_eq!(http::get(admin, done.header("location").unwrap()).await.json(), record);
    assert_eq!(http::get(admin, "/api/v1/Privacy/erasures").await.json(), json!([record]));

    assert_eq!(ids(&http::get(admin, "/api/v1/Sessions").await), [4, 3], "one goes on, one is somebody else's");
    for path in ["/api/v1/Sessions/1", "/api/v1/Sessions/2/callParams"] {
        assert_eq!(http::get(admin, path).await.status, 410, "{path}");
    }
    assert_eq!(http::get(admin, "/api/v1/Sessions/4711").await.status, 404, "never given");
    let limited = given.served(identity(Role::Agent, Some("7"), Tenants::All)).await;
    assert_eq!(http::get(limited, "/api/v1/Sessions/1").await.status, 404, "not even that there was one");
    assert_eq!(http::get(admin, "/api/v1/Interactions/OM000000000000000099/templateParameters").await.status, 404);
    assert_eq!(http::get(admin, "/api/v1/Interactions/OM000000000000000003/templateParameters").await.status, 200);

    // The one that went on follows when it is over.
    let cleaner = Cleaner::start(given.recorder.store.clone(), given.files.clone(), None, Clock::start(), Arc::clone(&given.telemetry));
    end(4, "7").into_iter().for_each(|record| given.recorder.handle.record(record));
    given.until("the end", async |store| store.session(4).await.unwrap().is_none_or(|session| session.closed.is_some())).await;
    cleaner.stop().await;
    let cleaner = Cleaner::start(given.recorder.store.clone(), given.files.clone(), None, Clock::start(), Arc::clone(&given.telemetry));
    given.until("the last one", async |store| store.session(4).await.unwrap().is_none()).await;
    let id = record["id"].as_str().unwrap().to_owned();
    given.until("its record", async |store| store.erasure(&id).await.unwrap().unwrap().deleted.sessions == 3).await;
    assert_eq!(given.store.erasure(&id).await.unwrap().unwrap().waiting, 0);
    cleaner.stop().await;

    // A second one finds nothing; no id is given twice.
    let again = given.eraser.erase(&given.store, &given.recorder.amender, &Number::read(CUSTOMER).unwrap(), "somebody").await.unwrap();
    assert_eq!((again.deleted, again.waiting), (Deleted::default(), 0));
    let store = given.store.clone();
    assert_eq!(store.delete_sessions(&[3]).await.unwrap().sessions, 1);
    assert_eq!(store.left().await.unwrap().next_id, 5);
    given.recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn a_customer_is_erased_by_number() {
    let folder = tempfile::tempdir().unwrap();
    erases("sqlite://history.db", folder.path()).await;
    // Not only from the tables: nothing is left of it in any file.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for number in ["41791112233", "111-22-33"] {
            assert!(!bytes.windows(number.len()).any(|part| part == number.as_bytes()), "{number} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn a_customer_is_erased_by_number_on_postgresql() {
    if postgres::is_left_out("a_customer_is_erased_by_number_on_postgresql") {
        return;
    }
    ctibridge::tls::install_provider();
    let server = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    erases(&server.url(), folder.path()).await;
}

/// What is older than the records are kept goes by itself; what goes on stays.
async fn expires(url: &str, folder: &Path) {
    let given = Given::start(url, folder).await;
    let admin = given.served(identity(Role::Admin, None, Tenants::All)).await;
    let keep = Some(SignedDuration::from_hours(24));
    let cleaner = Cleaner::start(given.recorder.store.clone(), given.files.clone(), keep, Clock::start(), Arc::clone(&given.telemetry));
    given.until("the old ones", async |store| store.count(&Default::default()).await.unwrap() == 1).await;
    assert_eq!(ids(&http::get(admin, "/api/v1/Sessions").await), [4]);
    assert_eq!(http::get(admin, "/api/v1/Sessions/3").await.status, 410);
    given.until("agents' old states", async |store| store.periods("7", at(-10_000), at(10_000)).await.unwrap().len() == 1).await;
    given.until("old parameters", async |store| store.template(&InteractionId(99).to_string()).await.unwrap().is_none()).await;
    assert!(!folder.join("files/1").exists());
    cleaner.stop().await;
    given.recorder.stop(DEADLINE).await;
}

#[tokio::test]
async fn old_records_are_deleted() {
    let folder = tempfile::tempdir().unwrap();
    expires("sqlite://history.db", folder.path()).await;
}

#[tokio::test]
async fn old_records_are_deleted_on_postgresql() {
    if postgres::is_left_out("old_records_are_deleted_on_postgresql") {
        return;
    }
    ctibridge::tls::install_provider();
    let server = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    expires(&server.url(), folder.path()).await;
}

/// The process died between a file's bytes and its record: nothing leads to the bytes, and they are the customer's.
#[tokio::test]
async fn files_that_no_record_knows_go_at_the_next_start_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given::start("sqlite://history.db", folder.path()).await;
    let admin = given.served(identity(Role::Admin, None, Tenants::All)).await;
    let head = "POST /api/v1/Sessions/2/files?name=letter.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    let known = http::raw(admin, head).await.json()["downloadUrl"].as_str().unwrap().to_owned();
    let place = |path: &str| folder.path().join("files").join(path);
    let name = "3f2c1f9e-0000-4000-8000-000000000000";
    // Of the file in folder 1 no record knows. The other things are not ours to delete: somebody's notes, what is being
    // written now, and the folder of a session that this database never had.
    let fresh = "1/3f2c1f9e-0000-4000-8000-000000000001";
    std::fs::create_dir(place("999")).unwrap();
    for other in ["1/notes.txt", &format!("999/{name}"), "stray.txt"] {
        std::fs::write(place(other), "x").unwrap();
    }
    let an_hour_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
    let folders = [place("1"), place("2"), place("999")];
    for entry in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap().set_modified(an_hour_ago).unwrap();
    }
    std::fs::write(place(fresh), "still coming").unwrap();
    let cleaner = Cleaner::start(given.recorder.store.clone(), given.files.clone(), None, Clock::start(), Arc::clone(&given.telemetry));
    given.until("the sweep", async |_| given.telemetry.render().contains("ctibridge_history_orphaned_files_total 1")).await;
    assert!(!place(&format!("1/{name}")).exists());
    for left in ["1/notes.txt", fresh, &format!("999/{name}"), "stray.txt"] {
        assert!(place(left).exists(), "{left}");
    }
    assert_eq!(http::get(admin, &known).await.body, "hello");
    cleaner.stop().await;
    given.recorder.stop(DEADLINE).await;
}

/// What waits in memory would be missed: an erasure says so instead of claiming to be complete.
#[tokio::test]
async fn an_erasure_is_refused_while_records_wait_in_memory_and_complete_when_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given::start("sqlite://history.db", folder.path()).await;
    let admin = given.served(identity(Role::Admin, None, Tenants::All)).await;
    let until = async |wanted| {
        let mut health = given.recorder.health.clone();
        tokio::time::timeout(DEADLINE, health.wait_for(|health| *health == wanted)).await.expect("the health in time").unwrap();
    };
    // Somebody else has the database for themselves.
    let address = format!("sqlite://{}", folder.path().join("history.db").display());
    let mut other = sqlx::AnyConnection::connect(&address).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    call(5, "8", CUSTOMER, "Gold", false).into_iter().for_each(|record| given.recorder.handle.record(record));
    until(Health::Late).await;
    let refused = post(admin, "/api/v1/Privacy/erasures", json!({ "number": CUSTOMER })).await;
    assert_eq!((refused.status, &refused.json()["error"]), (503, &json!("late")), "{}", refused.body);
    assert_eq!(http::get(admin, "/api/v1/Privacy/erasures").await.json(), json!([]), "nothing is claimed");
    assert_eq!(ids(&http::get(admin, "/api/v1/Sessions").await), [4, 3, 2, 1], "and nothing is half done");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    until(Health::Good).await;
    let done = post(admin, "/api/v1/Privacy/erasures", json!({ "number": CUSTOMER })).await.json();
    assert_eq!((&done["sessions"], &done["waiting"]), (&json!(3), &json!(1)), "{done}");
    // What was recorded the moment before is found, however full the hands of the writer are.
    for number in 10..20 {
        let customer = format!("+4179444{number:04}");
        call(number, "8", &customer, "Gold", false).into_iter().for_each(|record| given.recorder.handle.record(record));
        let done = post(admin, "/api/v1/Privacy/erasures", json!({ "number": customer })).await.json();
        assert_eq!((&done["sessions"], &done["waiting"]), (&json!(1), &json!(0)), "{number}: {done}");
    }
    assert_eq!(ids(&http::get(admin, "/api/v1/Sessions").await), [4, 3]);
    given.recorder.stop(DEADLINE).await;
}
