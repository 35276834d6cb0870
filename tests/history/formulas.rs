//! The published example formulas, followed by a client that has nothing but the answers: from the token to the figures.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::house::{House, soon};
use crate::http;
use crate::secure::{borrowed, claims, issuer_env, token};

/// A program that reads.
struct Reader {
    address: SocketAddr,
    token: String,
}

impl Reader {
    /// The token as the documentation says: client credentials.
    async fn new(address: SocketAddr) -> Self {
        let form = "response_type=token&grant_type=client_credentials&client_id=demo&client_secret=demo";
        let head = "POST /login/connect/token HTTP/1.1\r\nHost: bar.example\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = http::raw(address, &format!("{head}Content-Length: {}\r\n\r\n{form}", form.len())).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self { address, token: answer.json()["access_token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> http::Response {
        http::request(self.address, "GET", path, &format!("Authorization: Bearer {}\r\n", self.token)).await
    }

    /// The session that a filter finds, once it is as wanted.
    async fn session(&self, filter: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/v1/Sessions?{filter}&verbose=true");
        soon("the session", async {
            loop {
                let found = self.get(&path).await.json();
                match found.as_array().and_then(|found| found.first()) {
                    Some(session) if is_so(session) => return session.clone(),
                    _ => tokio::time::sleep(Duration::from_millis(20)).await, // nobody tells a reader when to look again
                }
            }
        })
        .await
    }
}

fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn span(value: &Value) -> Option<SignedDuration> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<SignedDuration> {
    Some(to?.duration_since(from?))
}

/// The printed formulas, one by one, against what the server computes.
fn check(session: &Value, routing: &Value, durations: &Value) {
    let first = |kind: &str, user: Option<&Value>| {
        let fits = |entry: &&Value| entry["activityType"] == kind && user.is_none_or(|user| entry["operator"]["userId"] == *user);
        routing.as_array().unwrap().iter().filter(fits).filter_map(|entry| moment(&entry["timestamp"])).min()
    };
    let operators = session["operators"].as_array().unwrap();
    let last = |member: &str| operators.iter().filter_map(|operator| moment(&operator[member])).max();
    let (created, joined, started) = (moment(&session["created"]), moment(&session["guestJoined"]), moment(&session["started"]));
    let (requested, assigned) = (first("RoutingRequestCreated", None), first("AssignedToOperator", None));
    let accepted = first("AcceptedByOperator", None);
    assert_eq!(between(created, requested), span(&durations["created"]), "CREATED");
    if session["cti"]["queueTimeUnknown"] == false {
        assert_eq!(between(requested, assigned), span(&durations["inQueue"]), "IN_QUEUE");
    } else {
        assert_eq!(durations["inQueue"], Value::Null, "nobody knows since when");
    }
    assert_eq!(between(assigned, accepted), span(&durations["waiting"]), "WAITING");
    assert_eq!(between(started, joined).filter(SignedDuration::is_positive), span(&durations["bcw"]), "BCW");
    assert_eq!(span(&session["length"]), span(&durations["active"]), "ACTIVE");
    assert_eq!(between(last("left"), last("concluded")), span(&durations["acw"]), "ACW");
    assert_eq!(between(created, joined), span(&durations["ringTime"]), "ring time");
    assert_eq!(span(&session["waited"]), span(&durations["pbxToOperator"]), "PBX to operator");
    for operator in operators {
        let computed = durations["operators"].as_array().unwrap().iter().find(|other| other["userId"] == operator["userId"]).unwrap();
        let mine = |kind: &str| first(kind, Some(&operator["userId"]));
        assert_eq!(between(mine("AssignedToOperator"), accepted), span(&computed["operatorQueueTime"]), "queue time of an operator");
        assert_eq!(between(mine("AssignedToOperator"), mine("AcceptedByOperator")), span(&computed["operatorWaitTime"]));
        assert_eq!(between(moment(&operator["left"]), moment(&operator["concluded"])), span(&computed["acw"]), "ACW of an operator");
    }
    // What must hold of every closed session.
    let ended = moment(&session["ended"]);
    assert!(created <= joined || joined.is_none());
    assert!(created <= started && started <= ended, "{session}");
    let parts =
        session["cti"]["statuses"].as_array().unwrap().iter().filter_map(|part| between(moment(&part["from"]), moment(&part["to"])));
    let whole = between(created, session["cti"]["statuses"].as_array().unwrap().last().and_then(|part| moment(&part["to"])));
    assert_eq!(Some(parts.sum()), whole, "the parts are the whole");
}

async fn follow(reader: &Reader, session: &Value) {
    let id = &session["id"];
    let routing = reader.get(&format!("/api/v1/Sessions/{id}/routingHistory")).await.json();
    let durations = reader.get(&format!("/api/v1/Sessions/{id}/durations")).await.json();
    let single = reader.get(&format!("/api/v1/Sessions/{id}")).await.json();
    assert_eq!(single, *session, "the list and the single one tell the same");
    check(session, &routing, &durations);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_printed_formulas_can_be_followed_by_a_client_with_nothing_but_the_answers() {
    let house = House::start().await;
    let reader = Reader::new(house.desktops()).await;
    // A caller who waited in a queue, was put on hold, and hung up; the agent wrote a note.
    let mut desk = house.ready("1001").await;
    let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "skillGroup": 10 }, "queueSeconds": 0.3 });
    let call = house.control("POST", "/calls", call).await["callId"].as_u64().unwrap();
    let ringing = desk.then_state("conversation", "ALERTING").await["target"].as_str().unwrap().to_owned();
    let interaction = ringing.rsplit_once('.').unwrap().0.to_owned();
    desk.succeeds("conversation.answer", &ringing, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    desk.succeeds("conversation.hold", &ringing, json!({})).await;
    desk.then_state("conversation", "HELD").await;
    desk.succeeds("conversation.retrieve", &ringing, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    house.far_end(call, "hangup").await;
    desk.then("after-call work", |event| event["data"]["agent"]["state"].as_str().is_some_and(|state| state.starts_with("WORK"))).await;
    desk.succeeds("interaction.complete", &interaction, json!({ "dispositionId": 1, "notes": "said thanks" })).await;
    let session = reader.session(&format!("CtiCallId={call}"), |session| session["status"] == "CLOSED").await;
    assert_eq!(session["operators"][0]["note"], "said thanks", "{session}");
    assert!(session["tags"].as_array().unwrap().contains(&json!({ "userId": 1001, "name": "Resolved" })), "{}", session["tags"]);
    let words: Vec<_> = session["activities"].as_array().unwrap().iter().map(|activity| activity["type"].as_str().unwrap()).collect();
    assert!(words.contains(&"OnHold") && words.contains(&"ResumeGuest") && words.contains(&"SessionEnded"), "{words:?}");
    follow(&reader, &session).await;

    // An outgoing call.
    desk.succeeds("channel.notready", &desk.channel(), json!({})).await;
    desk.then("the end of the work", |event| event["data"]["agent"]["state"] == "NOT_READY").await;
    desk.succeeds("channel.dial", &desk.channel(), json!({ "destination": "+41445550199" })).await;
    let made = desk.then_state("conversation", "CONNECTED").await["target"].as_str().unwrap().to_owned();
    desk.succeeds("conversation.release", &made, json!({})).await;
    let ended = desk.then_named("interaction.ended").await["target"].as_str().unwrap().to_owned();
    // Where there is work after it the agent says when it is done; where there is none it is done already.
    let _ = desk.when("interaction.complete", Some(&ended), json!({ "skipDisposition": true })).await;
    let session = reader.session("PhoneCallbackNumber.Exact=%2B41445550199", |session| session["status"] == "CLOSED").await;
    assert_eq!((&session["source"], &session["outboundDialResult"]), (&json!("OutgoingCall"), &json!("ANSWERED")));
    assert_eq!(session["phoneCallbackNumber"], "+41445550199");
    follow(&reader, &session).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_see_their_own_sessions_and_nobody_sees_any_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let env = issuer_env(folder.path());
    let house = House::start_with(&borrowed(&env)).await;
    let agent = |agent: &str| {
        let mut claims = claims(agent, 300);
        claims["roles"] = json!(["agent"]);
        Reader { address: house.desktops(), token: token(&claims) }
    };
    let mut desk = house.ready("1001").await;
    let call = house.call("1001").await;
    let ringing = desk.then_state("conversation", "ALERTING").await["target"].as_str().unwrap().to_owned();
    desk.succeeds("conversation.answer", &ringing, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    let session = agent("1001").session(&format!("CtiCallId={call}"), |session| session["status"] == "ACTIVE").await;
    let path = format!("/api/v1/Sessions/{}", session["id"]);
    assert_eq!(agent("1001").get(&path).await.status, 200);
    assert_eq!(agent("1002").get(&path).await.status, 404);
    assert_eq!(agent("1002").get("/api/v1/Sessions").await.json(), json!([]));
    for path in ["/api/v1/Sessions", &path, "/api/v1/Users/1001/states"] {
        assert_eq!(http::get(house.desktops(), path).await.status, 401, "{path}");
    }
    house.stop().await;
}
