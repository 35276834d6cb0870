//! What the session history claims about recordings and departments, seen end to end: the real daemon, the simulator over real
//! sockets, a recorder and a receiver of webhooks that are somebody else's.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/process.rs"]
mod process;
#[path = "common/secure.rs"]
mod secure;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use house::{Desk, soon};
use process::Pair;
use secure::{borrowed, claims, issuer_env, token};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the recorder keeps of every call.
const AUDIO: &str = "RIFF, and then what was said";

/// The recorder's own password, which nobody else hears.
const PASSWORD: &str = "Basic cmVjOnNlY3JldA==";

/// What a third party has been asked or told: address and body.
type Heard = watch::Sender<Vec<(String, Value)>>;

/// The third party's servers: a recorder that knows ranges, and a receiver of webhooks.
struct Outside {
    address: SocketAddr,
    asked: watch::Receiver<Vec<(String, Value)>>,
    told: watch::Receiver<Vec<(String, Value)>>,
    server: JoinHandle<()>,
}

async fn audio(
    State((asked, _)): State<(Heard, Heard)>,
    Path((day, call, guid, number)): Path<(u32, u32, String, u32)>,
    headers: HeaderMap,
) -> Response {
    if headers.get(header::AUTHORIZATION).is_none_or(|given| given != PASSWORD) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    asked.send_modify(|all| all.push((guid, json!([day, call, number]))));
    let length = AUDIO.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((from, to)) = range else { return ([(header::CONTENT_TYPE, "audio/wav")], AUDIO).into_response() };
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap_or(length - 1));
    let Some(part) = AUDIO.get(from..=to) else {
        return (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{length}"))]).into_response();
    };
    let told = [(header::CONTENT_TYPE, "audio/wav".to_owned()), (header::CONTENT_RANGE, format!("bytes {from}-{to}/{length}"))];
    (StatusCode::PARTIAL_CONTENT, told, part.to_owned()).into_response()
}

async fn event(State((_, told)): State<(Heard, Heard)>, body: Bytes) {
    let event: Value = serde_json::from_slice(&body).unwrap();
    told.send_modify(|all| all.push((event["eventType"].as_str().unwrap().to_owned(), event["data"].clone())));
}

impl Outside {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, asked) = watch::channel(Vec::new());
        let (events, told) = watch::channel(Vec::new());
        let routes =
            Router::new().route("/rec/{day}/{call}/{guid}/{number}", get(audio)).route("/events", post(event)).with_state((heard, events));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, asked, told, server }
    }

    /// The settings of a daemon that knows both.
    fn env(&self, folder: &std::path::Path) -> Vec<(&'static str, String)> {
        let credentials = folder.join("recorder-credentials");
        std::fs::write(&credentials, format!("{PASSWORD}\n")).unwrap();
        let pattern = format!("http://{}/rec/{{callKeyDay}}/{{callKeyCallId}}/{{guid}}/{{recordingId}}", self.address);
        let hooks = format!(
            "[{{ name = \"crm\", url = \"http://{}/events\", events = [\"SessionRecordingPostProcessingCompleted\", \"SessionOperatorConcluded\"] }}]",
            self.address
        );
        let mut env = issuer_env(folder);
        env.push(("CTIBRIDGE__HISTORY__RECORDER_URL", pattern));
        env.push(("CTIBRIDGE__HISTORY__RECORDER_CREDENTIALS_FILE", credentials.to_str().unwrap().to_owned()));
        env.push(("CTIBRIDGE__HISTORY__COMPANY_ID", "5".to_owned()));
        env.push(("CTIBRIDGE__WEBHOOKS", hooks));
        env.push(("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "10000".to_owned()));
        env.push(("CTIBRIDGE__HTTP__BURST", "10000".to_owned()));
        env
    }

    /// How often a session's recording was told to be ready, when its last agent was done; in the order of the session both are.
    async fn ready_when_concluded(&self, session: &Value, agents: usize) -> usize {
        let mut told = self.told.clone();
        let of = |all: &[(String, Value)], event: &str| all.iter().filter(|(name, data)| name == event && data["id"] == *session).count();
        let done = soon("the last webhook", told.wait_for(|all| of(all, "SessionOperatorConcluded") == agents)).await.unwrap();
        of(&done, "SessionRecordingPostProcessingCompleted")
    }
}

fn bearer(subject: &str, role: &str, tenants: Option<&[i64]>) -> String {
    let mut claims = claims(subject, 3_600);
    claims["roles"] = json!([role]);
    if let Some(tenants) = tenants {
        claims["tenants"] = json!(tenants);
    }
    format!("Authorization: Bearer {}\r\n", token(&claims))
}

async fn rest(pair: &Pair, path: &str, who: &str, more: &str) -> http::Response {
    http::request(pair.desktops, "GET", path, &format!("{who}{more}")).await
}

/// Waits for the newest session to be as wanted; nothing tells when the record was written.
async fn newest(pair: &Pair, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let who = bearer("operator", "admin", None);
    soon(what, async {
        loop {
            let answer = rest(pair, "/api/v1/Sessions?limit=1&verbose=true", &who, "").await;
            if answer.status == 200
                && let Some(session) = answer.json().as_array().and_then(|all| all.first().cloned()).filter(&is_so)
            {
                return session;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

async fn ready(pair: &Pair, agent: &str) -> Desk {
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in(agent).await;
    go_ready(&mut desk).await;
    desk
}

async fn go_ready(desk: &mut Desk) {
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    desk.then("the agent to be available", |event| event["data"]["channel"]["available"] == true).await;
}

/// Something at the simulator's control port that works.
async fn control(pair: &Pair, method: &str, path: &str, body: Value) -> Value {
    let answer = http::send_json(pair.control, method, path, &body).await;
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
    answer.json()
}

async fn use_phone(pair: &Pair, extension: &str, body: Value) {
    control(pair, "POST", &format!("/phones/{extension}"), body).await;
}

/// A caller rings 1001, who answers; the call's id.
async fn answered(pair: &Pair, desk: &mut Desk, more: Value) -> Value {
    let mut call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" } });
    for (name, value) in more.as_object().unwrap() {
        call[name] = value.clone();
    }
    let placed = control(pair, "POST", "/calls", call).await["callId"].clone();
    desk.then_named("conversation.created").await;
    use_phone(pair, "3001", json!({ "action": "answer" })).await;
    desk.then_state("conversation", "CONNECTED").await;
    placed
}

/// The caller hangs up and the wrap-up of these agents is over.
async fn over(pair: &Pair, call: &Value, desks: &mut [&mut Desk]) {
    control(pair, "POST", &format!("/calls/{call}/far-end"), json!({ "action": "hangup" })).await;
    for desk in desks {
        go_ready(desk).await;
    }
}

fn url(recording: &Value) -> &str {
    recording["downloadUrl"].as_str().unwrap_or_else(|| panic!("no address: {recording}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_the_network_records_can_be_heard_by_whoever_may_see_it() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::start().await;
    let env = outside.env(folder.path());
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let mut desk = ready(&pair, "1001").await;
    let key = json!({ "recorded": true, "routerCallKey": { "day": 150_000, "callId": 77 } });
    let call = answered(&pair, &mut desk, key).await;
    let running = newest(&pair, "the recording", |session| session["recordingsState"] == "Processing").await;
    let recording = &running["recordings"][0];
    assert_eq!((&recording["isUploading"], &recording["type"]), (&json!(true), &json!("AllParticipants")));
    assert_eq!((recording.get("downloadUrl"), &recording["duration"]), (None, &Value::Null), "{recording}");
    let file = format!("/api/v1/Sessions/{}/recordings/1/file", running["id"]);
    let admin = bearer("operator", "admin", None);
    assert_eq!(rest(&pair, &file, &admin, "").await.status, 404, "it is not there yet");

    over(&pair, &call, &mut [&mut desk]).await;
    let session = newest(&pair, "the end", |session| session["status"] == "CLOSED").await;
    let recording = &session["recordings"][0];
    assert_eq!((&session["recordingsState"], &recording["isUploading"]), (&json!("Processed"), &json!(false)), "{session}");
    assert!(recording["duration"].as_str().unwrap().starts_with("PT"), "{recording}");
    assert_eq!(recording["userId"], 1001, "whose line it was");
    assert_eq!(url(recording), file);
    assert_eq!(outside.ready_when_concluded(&session["id"], 1).await, 1, "told once");
    let (_, data) = outside.told.borrow().iter().find(|(event, _)| event.starts_with("SessionRecording")).cloned().unwrap();
    assert_eq!(data, json!({ "id": session["id"], "tenantId": 5 }));

    // The bytes come from the recorder, a part of them too; who asks, and what else is said, stays between it and the daemon.
    let whole = rest(&pair, &file, &admin, "").await;
    assert_eq!((whole.status, whole.body.as_str(), whole.header("content-type")), (200, AUDIO, Some("audio/wav")));
    let part = rest(&pair, &file, &bearer("1001", "agent", None), "Range: bytes=6-8\r\n").await;
    assert_eq!((part.status, part.body.as_str()), (206, &AUDIO[6..=8]), "the agent's own call");
    assert_eq!(part.header("content-range"), Some(format!("bytes 6-8/{}", AUDIO.len()).as_str()));
    let beyond = rest(&pair, &file, &admin, "Range: bytes=4711-\r\n").await;
    assert_eq!((beyond.status, &beyond.json()["error"]), (416, &json!("range_not_satisfiable")));
    let asked = outside.asked.borrow().clone();
    assert_eq!(asked.len(), 3);
    for (guid, key) in &asked {
        assert_eq!((guid.len(), key), (32, &json!([150_000, 77, 1])), "by the router's key and the identity that the wire told");
    }
    for (subject, role) in [("1002", "agent"), ("board", "wallboard")] {
        assert_eq!(rest(&pair, &file, &bearer(subject, role, None), "").await.status, 404, "{role}");
    }
    assert_eq!(rest(&pair, &file, &bearer("reader", "reader", None), "").await.status, 403, "voices cannot be masked");
    assert_eq!(rest(&pair, &file, "", "").await.status, 401);
    assert_eq!(outside.asked.borrow().len(), 3, "none of these reached the recorder");

    // A recorder that is down is an honest answer, and the record stays what it is.
    outside.server.abort();
    let _ = outside.server.await;
    let down = rest(&pair, &file, &admin, "").await;
    assert_eq!((down.status, &down.json()["error"]), (502, &json!("recorder_failed")), "{}", down.body);
    assert!(!down.body.contains(&outside.address.to_string()), "where it stands is nobody's business: {}", down.body);
    let same = newest(&pair, "the record", |_| true).await;
    assert_eq!(same["recordings"], session["recordings"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_that_failed_is_shown_as_failed_and_a_call_without_one_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::start().await;
    let mut env = outside.env(folder.path());
    env.push(("CTIBRIDGE_SIM__WORLD__RECORD_CALLS", "true".to_owned()));
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let mut desk = ready(&pair, "1001").await;
    let admin = bearer("operator", "admin", None);

    control(&pair, "PUT", "/behaviour", json!({ "failRecording": 3 })).await;
    let call = answered(&pair, &mut desk, json!({})).await;
    let failing = newest(&pair, "the failure", |session| session["recordingsState"] == "FailedToProcess").await;
    over(&pair, &call, &mut [&mut desk]).await;
    let failed = newest(&pair, "the end", |session| session["status"] == "CLOSED").await;
    assert_eq!(failed["recordingsState"], "FailedToProcess");
    assert_eq!(failed["recordings"], failing["recordings"]);
    let recording = &failed["recordings"][0];
    assert_eq!((&recording["isUploading"], &recording["started"], recording.get("downloadUrl")), (&json!(false), &Value::Null, None));
    assert_eq!(rest(&pair, &format!("/api/v1/Sessions/{}/recordings/1/file", failed["id"]), &admin, "").await.status, 404);
    assert_eq!(outside.ready_when_concluded(&failed["id"], 1).await, 0, "nothing is ready");

    let call = answered(&pair, &mut desk, json!({ "recorded": false })).await;
    over(&pair, &call, &mut [&mut desk]).await;
    let is_next = |session: &Value| session["id"] != failed["id"] && session["status"] == "CLOSED";
    let silent = newest(&pair, "the next end", is_next).await;
    assert_eq!((&silent["recordings"], &silent["recordingsState"]), (&Value::Null, &Value::Null), "null, not an empty list");
    assert_eq!(rest(&pair, &format!("/api/v1/Sessions/{}/recordings/1/file", silent["id"]), &admin, "").await.status, 404);
    assert_eq!(outside.ready_when_concluded(&silent["id"], 1).await, 0);
    assert!(outside.asked.borrow().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_agents_line_has_a_recording_of_its_own_also_when_both_talk_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::start().await;
    let env = outside.env(folder.path());
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let (mut one, mut other) = (ready(&pair, "1001").await, ready(&pair, "1002").await);
    let call = answered(&pair, &mut one, json!({ "recorded": true })).await;
    use_phone(&pair, "3001", json!({ "action": "consult", "number": "3002" })).await;
    other.then_named("conversation.created").await;
    use_phone(&pair, "3002", json!({ "action": "answer" })).await;
    other.then_state("conversation", "CONNECTED").await;
    use_phone(&pair, "3001", json!({ "action": "conference" })).await;
    let both = newest(&pair, "both recordings", |session| session["recordings"].as_array().is_some_and(|all| all.len() == 2)).await;
    assert_eq!(both["recordings"].as_array().unwrap().iter().filter(|one| one["isUploading"] == true).count(), 2, "{both}");
    use_phone(&pair, "3001", json!({ "action": "hangup" })).await;
    go_ready(&mut one).await;
    let left = newest(&pair, "the first end", |session| session["recordings"][0]["isUploading"] == false).await;
    assert_eq!((&left["recordings"][1]["isUploading"], &left["recordingsState"]), (&json!(true), &json!("Processing")), "{left}");
    over(&pair, &call, &mut [&mut other]).await;
    let session = newest(&pair, "the end", |session| session["status"] == "CLOSED").await;
    let recordings = session["recordings"].as_array().unwrap();
    assert_eq!(recordings.iter().map(|one| &one["userId"]).collect::<Vec<_>>(), [1001, 1002]);
    assert_eq!(session["recordingsState"], "Processed");
    let admin = bearer("operator", "admin", None);
    for recording in recordings {
        assert_eq!(rest(&pair, url(recording), &admin, "").await.body, AUDIO);
    }
    let asked = outside.asked.borrow().clone();
    assert_ne!(asked[0].0, asked[1].0, "the recorder knows them apart");
    assert_eq!(outside.ready_when_concluded(&session["id"], 2).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn below_protocol_23_nobody_tells_of_recordings_and_the_history_claims_none() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::start().await;
    let mut env = outside.env(folder.path());
    env.push(("CTIBRIDGE__CTI__PROTOCOL_VERSION", "22".to_owned()));
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let mut desk = ready(&pair, "1001").await;
    let call = answered(&pair, &mut desk, json!({ "recorded": true })).await;
    over(&pair, &call, &mut [&mut desk]).await;
    let session = newest(&pair, "the end", |session| session["status"] == "CLOSED").await;
    assert_eq!((&session["recordings"], &session["recordingsState"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_one_department_sees_its_sessions_and_the_states_of_its_agents() {
    let folder = tempfile::tempdir().unwrap();
    let mut env = issuer_env(folder.path());
    env.push(("CTIBRIDGE_SIM__WORLD__DEPARTMENTS", "[7, 8, 0]".to_owned()));
    env.push(("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "10000".to_owned()));
    env.push(("CTIBRIDGE__HTTP__BURST", "10000".to_owned()));
    let mut pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let mut ids = Vec::new();
    for agent in ["1001", "1002", "1003"] {
        let mut desk = ready(&pair, agent).await;
        let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": agent } });
        let call = control(&pair, "POST", "/calls", call).await["callId"].clone();
        desk.then_named("conversation.created").await;
        use_phone(&pair, &format!("3{}", &agent[1..]), json!({ "action": "answer" })).await;
        desk.then_state("conversation", "CONNECTED").await;
        over(&pair, &call, &mut [&mut desk]).await;
        desk.succeeds("channelgroup.deactivateall", &desk.group(), json!({})).await;
        let known = ids.clone();
        ids.push(newest(&pair, "the end", |one| !known.contains(&one["id"]) && one["status"] == "CLOSED").await["id"].clone());
    }
    let now = ctibridge::time::wall_clock();
    let (from, to) = (now - jiff::SignedDuration::from_hours(1), now + jiff::SignedDuration::from_hours(1));
    let states = |agent: &str| format!("/api/v1/Users/{agent}/states?from={from}&to={to}");
    let everything = bearer("operator", "admin", None);
    for (at, department) in [Some(7), Some(8), None].into_iter().enumerate() {
        let session = rest(&pair, &format!("/api/v1/Sessions/{}", ids[at]), &everything, "").await.json();
        assert_eq!(session["departmentId"].as_i64(), department, "agent {}", 1001 + at);
    }
    // What each sees, before and after a restart: the agents are signed out, and the CTI Server is asked about them all the same.
    for round in ["first", "second"] {
        for (tenants, seen) in [(&[7][..], &[0][..]), (&[8], &[1]), (&[8, 7], &[1, 0]), (&[9], &[]), (&[0], &[])] {
            let who = bearer("reader", "admin", Some(tenants));
            let list = rest(&pair, "/api/v1/Sessions", &who, "").await.json();
            let listed: Vec<_> = list.as_array().unwrap().iter().map(|session| session["id"].clone()).collect();
            assert_eq!(listed, seen.iter().map(|at: &usize| ids[*at].clone()).collect::<Vec<_>>(), "{round} {tenants:?}");
            let nobody = rest(&pair, &states("4711"), &who, "").await;
            for (at, agent) in ["1001", "1002", "1003"].into_iter().enumerate() {
                let is_seen = seen.contains(&at);
                let one = rest(&pair, &format!("/api/v1/Sessions/{}", ids[at]), &who, "").await.status;
                let answer = rest(&pair, &states(agent), &who, "").await;
                assert_eq!((one, answer.status), if is_seen { (200, 200) } else { (404, 404) }, "{round} {tenants:?} {agent}");
                assert!(is_seen || answer.body == nobody.body, "as if there were no such agent: {}", answer.body);
                if is_seen {
                    let periods = answer.json();
                    let kinds: Vec<_> = periods.as_array().unwrap().iter().map(|period| period["stateKind"].as_str().unwrap()).collect();
                    assert!(kinds.contains(&"ON_CALL") && kinds.contains(&"OFFLINE"), "{kinds:?}");
                }
            }
        }
        for agent in ["1001", "1002", "1003"] {
            assert_eq!(rest(&pair, &states(agent), &everything, "").await.status, 200);
            assert_eq!(rest(&pair, &states(agent), &bearer(agent, "agent", Some(&[9])), "").await.status, 200, "their own");
        }
        if round == "first" {
            pair.daemon.kill();
            pair.start_again().await;
            pair.daemon.has_said("ready").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_routing_history_names_the_colleague_who_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut env = issuer_env(folder.path());
    env.push(("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "10000".to_owned()));
    env.push(("CTIBRIDGE__HTTP__BURST", "10000".to_owned()));
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let (mut one, mut other) = (ready(&pair, "1001").await, ready(&pair, "1002").await);
    answered(&pair, &mut one, json!({})).await;
    // One after the other, at the phone: a colleague, an empty chair, somebody outside, a queue that is known, one that is not.
    let asked = [("3002", true), ("3005", false), ("+41445550199", false), ("8001", true), ("8002", true)];
    for (number, is_answered) in asked {
        use_phone(&pair, "3001", json!({ "action": "consult", "number": number })).await;
        if is_answered {
            other.then_named("conversation.created").await;
            use_phone(&pair, "3002", json!({ "action": "answer" })).await;
            other.then_state("conversation", "CONNECTED").await;
        }
        let is_told = |session: &Value| {
            let activities = session["activities"].as_array().unwrap();
            activities.iter().any(|one| one["type"] == "OperatorInvited" && one["toPhoneNumber"] == number)
        };
        newest(&pair, "the invitation", is_told).await;
        use_phone(&pair, "3001", json!({ "action": "reconnect" })).await;
        if is_answered {
            go_ready(&mut other).await;
        }
    }
    // And at the bar, for a conference.
    let consult = one.log.iter().rev().find_map(|told| told["target"].as_str().filter(|target| target.matches('.').count() == 3)).unwrap();
    let interaction = consult.to_owned();
    one.succeeds("interaction.consult", &interaction, json!({ "destination": "3002" })).await;
    other.then_named("conversation.created").await;
    let is_last = |session: &Value| {
        let activities = session["activities"].as_array().unwrap();
        activities.iter().filter(|one| one["type"] == "OperatorInvited").count() == asked.len() + 1
    };
    let session = newest(&pair, "the last invitation", is_last).await;
    let who = bearer("operator", "admin", None);
    let routing = rest(&pair, &format!("/api/v1/Sessions/{}/routingHistory", session["id"]), &who, "").await.json();
    let invited = |entry: &&Value| entry["activityType"].as_str().unwrap().starts_with("Invited");
    let told: Vec<_> = routing.as_array().unwrap().iter().filter(invited).collect();
    let expected = [
        ("InvitedUser", json!(1002), "3002"),
        ("InvitedUser", Value::Null, "3005"),
        ("InvitedUser", Value::Null, "+41445550199"),
        ("InvitedGroup", Value::Null, "8001"),
        ("InvitedGroup", Value::Null, "8002"),
        ("InvitedUser", json!(1002), "3002"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (entry, (kind, colleague, number)) in told.into_iter().zip(expected) {
        assert_eq!((&entry["activityType"], &entry["operator"]["userId"]), (&json!(kind), &colleague), "{entry}");
        assert_eq!((&entry["phoneNumber"], &entry["invitedByOperator"]["userId"]), (&json!(number), &json!(1001)), "{entry}");
        assert_eq!(entry["group"].is_null(), kind == "InvitedUser", "{entry}");
        let name = if colleague.is_null() { Value::Null } else { json!("Bruno") };
        assert_eq!(entry["operator"]["firstName"], name, "{entry}");
    }
}
