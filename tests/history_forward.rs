//! Transfers asked for over REST: real processes, a real simulator.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/process.rs"]
mod process;
#[path = "common/secure.rs"]
mod secure;

use house::{Desk, soon};
use process::Pair;
use secure::{borrowed, claims, issuer_env, token};
use serde_json::{Value, json};
use std::time::Duration;

fn bearer(role: &str) -> String {
    let mut claims = claims("somebody", 3_600);
    claims["roles"] = json!([role]);
    format!("Authorization: Bearer {}\r\n", token(&claims))
}

async fn forward(pair: &Pair, session: &Value, role: &str, to: &Value) -> http::Response {
    let body = to.to_string();
    let head = format!("POST /api/v1/Sessions/{session}/forward HTTP/1.1\r\nHost: bar.example:8188\r\nConnection: close\r\n");
    let length = body.len();
    let rest = format!("{}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}", bearer(role));
    http::raw(pair.desktops, &(head + &rest)).await
}

/// Tries again until it is so; nothing tells when the record was written.
async fn session(pair: &Pair, is_so: impl Fn(&Value) -> bool) -> Value {
    soon("the session", async {
        loop {
            let answer = http::request(pair.desktops, "GET", "/api/v1/Sessions?limit=1&verbose=true", &bearer("admin")).await;
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
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    desk.then("the agent to be available", |event| event["data"]["channel"]["available"] == true).await;
    desk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_call_goes_to_the_other_agent_and_a_finished_one_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let env = issuer_env(folder.path());
    let pair = Pair::start_in(folder, &borrowed(&env), None).await;
    let (mut one, mut other) = (ready(&pair, "1001").await, ready(&pair, "1002").await);
    let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" } });
    let placed = http::send_json(pair.control, "POST", "/calls", &call).await.json();
    let created = one.then_named("conversation.created").await;
    let id = session(&pair, |session| session["cti"]["legs"][0]["doing"] == "Ring").await["id"].clone();

    let to_colleague = json!({ "userId": 1002 });
    assert_eq!(forward(&pair, &id, "admin", &to_colleague).await.json()["error"], "not_supported", "it rings, nobody has it");
    let leg = created["data"]["conversation"]["id"].as_str().unwrap();
    let target = created["target"].as_str().unwrap();
    let leg = format!("{}.{leg}", target.strip_suffix(&format!(".{leg}")).unwrap_or(target));
    one.succeeds("conversation.answer", &leg, json!({})).await;
    one.then_state("conversation", "CONNECTED").await;
    session(&pair, |session| session["status"] == "ACTIVE").await;

    for (to, status, error) in [
        (json!({}), 400, "bad_body"),
        (json!({ "userId": 1002, "phoneNumber": "3002" }), 400, "bad_body"),
        (json!({ "phoneNumber": "\u{7}" }), 400, "bad_body"),
        (json!({ "groupId": 5 }), 501, "not_supported"),
        (json!({ "userId": 999_999 }), 501, "not_supported"),
    ] {
        let answer = forward(&pair, &id, "admin", &to).await;
        assert_eq!((answer.status, answer.json()["error"].as_str().unwrap()), (status, error), "{to}");
    }
    assert_eq!(forward(&pair, &id, "wallboard", &to_colleague).await.status, 404, "who may not see it hears nothing of it");
    assert_eq!(forward(&pair, &json!(4711), "admin", &to_colleague).await.status, 404);

    let done = forward(&pair, &id, "admin", &to_colleague).await;
    assert_eq!(done.status, 204, "{}", done.body);
    one.then_named("interaction.ended").await;
    let arrived = other.then_named("conversation.created").await;
    let leg = arrived["data"]["conversation"]["id"].as_str().unwrap();
    let target = arrived["target"].as_str().unwrap();
    let leg = format!("{}.{leg}", target.strip_suffix(&format!(".{leg}")).unwrap_or(target));
    other.succeeds("conversation.answer", &leg, json!({})).await;
    other.then_state("conversation", "CONNECTED").await;
    let now = session(&pair, |session| session["operators"].as_array().is_some_and(|operators| operators.len() == 2)).await;
    assert_eq!(now["id"], id, "the same contact");
    http::send_json(pair.control, "POST", &format!("/calls/{}/far-end", placed["callId"]), &json!({ "action": "hangup" })).await;
    session(&pair, |session| !session["ended"].is_null()).await;
    assert_eq!(forward(&pair, &id, "admin", &to_colleague).await.json()["error"], "not_supported", "it is over");
}
