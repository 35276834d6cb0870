//! The history when things break: the process killed at any moment, the disk full. Real processes, a real simulator.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/process.rs"]
mod process;
#[path = "common/secure.rs"]
mod secure;

use std::collections::BTreeMap;
use std::time::Duration;

use house::{Desk, soon};
use process::Pair;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secure::{borrowed, claims, issuer_env, token};
use serde_json::{Value, json};

async fn control(pair: &Pair, path: &str, body: Value) -> (u16, Value) {
    let answer = http::send_json(pair.control, "POST", path, &body).await;
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    (answer.status, body)
}

fn bearer(role: &str) -> String {
    let mut claims = claims("operator", 3_600);
    claims["roles"] = json!([role]);
    format!("Authorization: Bearer {}\r\n", token(&claims))
}

async fn rest(pair: &Pair, path: &str) -> http::Response {
    http::request(pair.desktops, "GET", path, &bearer("admin")).await
}

/// What the daemon publishes now; none: it does not answer, or not with sessions.
async fn published(pair: &Pair) -> Option<Vec<Value>> {
    let answer = rest(pair, "/api/v1/Sessions?limit=10000&verbose=true").await;
    (answer.status == 200).then(|| answer.json().as_array().unwrap().clone())
}

async fn given() -> Pair {
    let folder = tempfile::tempdir().unwrap();
    let mut env = issuer_env(folder.path());
    env.push(("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "10000".to_owned()));
    env.push(("CTIBRIDGE__HTTP__BURST", "10000".to_owned()));
    Pair::start_in(folder, &borrowed(&env), None).await
}

async fn ready(pair: &Pair, agent: &str) -> Desk {
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in(agent).await;
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    desk.then("the agent to be available", |event| event["data"]["channel"]["available"] == true).await;
    desk
}

/// Tries again until it is so; nothing tells when another process has written.
async fn until<T>(what: &str, mut is_so: impl AsyncFnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(found) = is_so().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

/// BS-9, T11: the process dies in the middle of a call that was dialled from a record; the CRM keeps its one session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crm_session_was_given_survives_a_killed_daemon() {
    let mut pair = given().await;
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in("1001").await;
    let extensions = json!({ "recordType": "contact", "crmId": "84238a06-9f6c-4a5e-8b7d-000000000001" });
    let dial = json!({ "destination": "+41445550199", "extensions": extensions });
    desk.succeeds("channel.dial", &desk.channel(), dial).await;
    let preview = desk.then_named("interaction.preview").await;
    let first = preview["data"]["session"].clone();
    assert_eq!((&first["repeat"], &first["recovered"]), (&json!(false), &json!(false)));
    assert_eq!((&first["parameters"]["recordType"], &first["parameters"]["number"]), (&json!("contact"), &json!("+41445550199")));
    desk.then_named("interaction.screenpop").await;
    let interaction = preview["target"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    let path = format!("/api/v1/Interactions/{interaction}/templateParameters");
    until("the parameters to be kept", async || {
        let answer = rest(&pair, &path).await;
        (answer.status == 200 && answer.json()["repeat"] == true).then_some(())
    })
    .await;

    pair.daemon.kill();
    pair.start_again().await;
    let (mut desk, resumed) = Desk::come_back(pair.desktops, desk).await;
    assert!(!resumed);
    desk.succeeds("session.start", &desk.session(), json!({})).await;
    let pop = desk.then_named("interaction.screenpop").await;
    let again = &pop["data"]["session"];
    assert_eq!(again["parameters"].to_string(), first["parameters"].to_string(), "byte for byte");
    assert_eq!((&again["frozenAt"], &again["type"]), (&first["frozenAt"], &first["type"]));
    assert_eq!((&again["repeat"], &again["recovered"]), (&json!(true), &json!(false)));
    // By REST under both ids, whoever may see the contact; nobody else.
    let now = pop["target"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    for id in [&interaction, &now] {
        let path = format!("/api/v1/Interactions/{id}/templateParameters");
        until("the parameters over REST", async || {
            let answer = rest(&pair, &path).await;
            let is_same = answer.status == 200 && answer.json()["parameters"] == first["parameters"];
            is_same.then_some(())
        })
        .await;
        let mut other = claims("1002", 600);
        other["roles"] = json!(["agent"]);
        let stranger = format!("Authorization: Bearer {}\r\n", token(&other));
        assert_eq!(http::request(pair.desktops, "GET", &path, &stranger).await.status, 404, "another agent's contact");
    }
    assert_eq!(rest(&pair, "/api/v1/Interactions/OM000000000000000001/templateParameters").await.status, 404);

    // A second crash does no harm either.
    pair.daemon.kill();
    pair.start_again().await;
    let (mut desk, _) = Desk::come_back(pair.desktops, desk).await;
    desk.succeeds("session.start", &desk.session(), json!({})).await;
    let pop = desk.then_named("interaction.screenpop").await;
    assert_eq!(pop["data"]["session"]["parameters"].to_string(), first["parameters"].to_string());
}

/// How often the drill kills the daemon: `CTIBRIDGE_DRILL_ROUNDS`.
fn rounds() -> usize {
    std::env::var("CTIBRIDGE_DRILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

fn seed() -> u64 {
    std::env::var("CTIBRIDGE_SIM_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121)
}

const AGENTS: [&str; 8] = ["1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008"];

/// The calls that exist, and in which the agents' phones are.
async fn live_calls(pair: &Pair) -> Vec<u64> {
    let truth = http::get(pair.control, "/truth").await.json();
    truth["calls"].as_array().unwrap().iter().map(|call| call["callId"].as_u64().unwrap()).collect()
}

/// Something a customer or an agent does; what is not possible at that moment is refused and does not matter.
async fn something_happens(pair: &Pair, dice: &mut StdRng) {
    let agent = AGENTS[dice.random_range(0..AGENTS.len())];
    let phone = format!("/phones/3{}", &agent[1..]);
    match dice.random_range(0..9) {
        0..=2 => {
            let call = json!({ "from": format!("+4179{:07}", dice.random_range(0..10_000_000)), "dialedNumber": "8001", "to": { "agent": agent } });
            control(pair, "/calls", call).await;
        }
        3..=5 => drop(control(pair, &phone, json!({ "action": "answer" })).await),
        6 => drop(control(pair, &phone, json!({ "action": "hold" })).await),
        7 => {
            control(pair, &phone, json!({ "action": "hangup" })).await;
            control(pair, &format!("/agents/{agent}"), json!({ "state": "AVAILABLE" })).await;
        }
        _ => {
            let live = live_calls(pair).await;
            if let Some(call) = live.get(dice.random_range(0..live.len().max(1))) {
                control(pair, &format!("/calls/{call}/far-end"), json!({ "action": "hangup" })).await;
            }
            control(pair, &format!("/agents/{agent}"), json!({ "state": "AVAILABLE" })).await;
        }
    }
}

fn open_calls(session: &Value) -> Vec<u64> {
    let spans = session["cti"]["callIds"].as_array().unwrap();
    spans.iter().filter(|span| span["to"].is_null()).map(|span| span["callId"].as_u64().unwrap()).collect()
}

/// What was published before must still be there, and as far as it was over unchanged.
fn check_nothing_is_lost(before: &BTreeMap<i64, Value>, after: &BTreeMap<i64, Value>, round: usize) {
    for (id, was) in before {
        let is = after.get(id).unwrap_or_else(|| panic!("round {round}: session {id} is lost: {was}"));
        if was["status"] == "CLOSED" {
            assert_eq!(was, is, "round {round}: a closed session changed");
            continue;
        }
        for field in ["created", "guestJoined", "started", "ended"] {
            assert!(was[field].is_null() || was[field] == is[field], "round {round}: {field} of {id}: {was} {is}");
        }
        for operator in was["operators"].as_array().unwrap() {
            let same = |other: &&Value| other["userName"] == operator["userName"] && other["joined"] == operator["joined"];
            assert!(is["operators"].as_array().unwrap().iter().any(|other| same(&other)), "round {round}: an operator of {id} is lost");
        }
        let count = |session: &Value| session["activities"].as_array().unwrap().len();
        assert!(count(is) >= count(was), "round {round}: activities of {id} are lost");
    }
}

/// G1, G2: killed at any moment, the file is readable at the next start, nothing that was published is lost, a call that
/// goes on goes on in the same record, and one that ended meanwhile is closed and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_daemon_loses_nothing_that_it_published() {
    let mut pair = given().await;
    let mut dice = StdRng::seed_from_u64(seed());
    let mut desks = Vec::new();
    for agent in AGENTS {
        desks.push(ready(&pair, agent).await);
    }
    drop(desks);
    let (mut went_on, mut ended_meanwhile, mut seen) = (0, 0, 0);
    for round in 0..rounds() {
        // Calls come and go; what REST says meanwhile is what the daemon has acknowledged.
        let mut known: BTreeMap<i64, Value> = BTreeMap::new();
        let steps = dice.random_range(15..60);
        for step in 0..steps {
            something_happens(&pair, &mut dice).await;
            if step % 3 == 0 {
                known.extend(published(&pair).await.unwrap().into_iter().map(|session| (session["id"].as_i64().unwrap(), session)));
            }
        }
        // Some moments later, so that it is struck at all stages of a write.
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..20_000))).await;
        let (_, last) = tokio::join!(something_happens(&pair, &mut dice), published(&pair));
        known.extend(last.unwrap().into_iter().map(|session| (session["id"].as_i64().unwrap(), session)));
        pair.daemon.kill();

        // Meanwhile some calls end.
        for call in live_calls(&pair).await {
            if dice.random_bool(0.4) {
                control(&pair, &format!("/calls/{call}/far-end"), json!({ "action": "hangup" })).await;
            }
        }
        let live = live_calls(&pair).await;
        pair.start_again().await;
        let mut tries = 0;
        let after = until("the history after the crash", async || {
            let sessions = published(&pair).await?;
            let all: BTreeMap<i64, Value> = sessions.into_iter().map(|session| (session["id"].as_i64().unwrap(), session)).collect();
            // The picture is right again when every gap has its end, and every live call its record.
            let is_settled = all.values().all(|session| session["cti"]["gaps"].as_array().unwrap().iter().all(|gap| !gap["to"].is_null()));
            // And what was under way is marked: the new process has taken it over.
            let gaps = |session: &Value| session["cti"]["gaps"].as_array().unwrap().len();
            let is_taken = |id: &i64, was: &Value| all.get(id).is_none_or(|is| is["status"] == "CLOSED" || gaps(is) > gaps(was));
            let is_settled = is_settled && known.iter().all(|(id, was)| was["status"] == "CLOSED" || is_taken(id, was));
            let has_all = live.iter().all(|call| all.values().any(|session| open_calls(session).contains(call)));
            if is_settled && has_all {
                return Some(all);
            }
            tries += 1;
            if tries == 300 {
                let odd = all.values().filter(|session| session["cti"]["gaps"].as_array().unwrap().iter().any(|gap| gap["to"].is_null()));
                println!("round {round}: live {live:?}; open gaps: {:#?}", odd.collect::<Vec<_>>());
                let missing = live.iter().filter(|call| !all.values().any(|session| open_calls(session).contains(call)));
                println!("without a record: {:?}; {all:#?}", missing.collect::<Vec<_>>());
            }
            None
        })
        .await;
        check_nothing_is_lost(&known, &after, round);
        seen += known.len();
        for call in &live {
            let holders: Vec<_> =
                after.values().filter(|session| session["ended"].is_null() && open_calls(session).contains(call)).collect();
            assert_eq!(holders.len(), 1, "round {round}: call {call} has one record: {holders:?}");
            // The record is the one it had.
            let before = known.values().find(|session| session["ended"].is_null() && open_calls(session).contains(call));
            if let Some(before) = before {
                assert_eq!(holders[0]["id"], before["id"], "round {round}: call {call} went on in another record");
                assert_eq!(holders[0]["cti"]["quality"], "reconstructed");
                assert!(!holders[0]["cti"]["gaps"].as_array().unwrap().is_empty());
                went_on += 1;
            }
        }
        for (id, was) in known.iter().filter(|(_, was)| was["ended"].is_null() && !was["started"].is_null()) {
            if open_calls(was).iter().all(|call| !live.contains(call)) {
                let is = &after[id];
                assert!(!is["ended"].is_null(), "round {round}: {is}");
                // What was written between the last look and the end may have seen it end.
                if is["cti"]["quality"] == "gap" {
                    assert_eq!(is["cti"]["terminationReason"], "UnknownReason");
                    ended_meanwhile += 1;
                }
            }
        }
    }
    println!("{} rounds: {seen} records looked at, {went_on} calls went on, {ended_meanwhile} ended unseen", rounds());
    assert!(went_on > 0 && ended_meanwhile > 0, "the drill drilled nothing");
}
