//! The whole chain over real sockets: simulated gateway ↔ daemon ↔ websocket.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;

use house::House;
use serde_json::{Value, json};

/// The conversation and the interaction that ring.
async fn ringing(desk: &mut house::Desk) -> (String, String) {
    let created = desk.then_named("conversation.created").await;
    let id = created["data"]["conversation"]["id"].as_str().unwrap().to_owned();
    let target = created["target"].as_str().unwrap();
    // An object's own id may or may not be part of the address of its creation.
    let interaction = target.strip_suffix(&format!(".{id}")).unwrap_or(target).to_owned();
    let conversation = format!("{interaction}.{id}");
    (interaction, conversation)
}

fn parties(truth: &Value, call: u64) -> Vec<(String, String)> {
    let calls = truth["calls"].as_array().unwrap();
    let Some(found) = calls.iter().find(|candidate| candidate["callId"] == call) else { return Vec::new() };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found["parties"].as_array().unwrap().iter().map(|party| (text(&party["device"]), text(&party["state"]))).collect()
}

fn state_of(truth: &Value, call: u64, device: &str) -> Option<String> {
    parties(truth, call).into_iter().find(|(name, _)| name == device).map(|(_, state)| state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbound_call_travels_from_the_wire_to_the_screen_and_back() {
    let house = House::start().await;
    let mut desk = house.ready("1001").await;
    let call = house.call("1001").await;

    let (interaction, conversation) = ringing(&mut desk).await;
    let preview = desk.then_named("interaction.preview").await;
    assert_eq!(preview["data"]["session"]["parameters"]["number"], "+41445550123");
    assert_eq!(preview["data"]["session"]["parameters"]["callVariable1"], "CUST-88213");

    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    let pop = desk.then_named("interaction.screenpop").await;
    assert_eq!(pop["data"]["session"]["parameters"], preview["data"]["session"]["parameters"]);
    desk.then_state("conversation", "CONNECTED").await;
    assert_eq!(state_of(&house.truth().await, call, "3001").as_deref(), Some("connected"));

    desk.succeeds("conversation.hold", &conversation, json!({})).await;
    desk.then_state("conversation", "HELD").await;
    assert_eq!(state_of(&house.truth().await, call, "3001").as_deref(), Some("held"));

    desk.succeeds("conversation.retrieve", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    assert_eq!(state_of(&house.truth().await, call, "3001").as_deref(), Some("connected"));

    house.far_end(call, "hangup").await;
    desk.then_state("conversation", "ENDED").await;
    desk.then_named("interaction.ended").await;
    desk.then_state("interaction", "ENDED").await;
    assert!(house.agent_state("1001").await.starts_with("WORK"));

    desk.succeeds("interaction.setdisposition", &interaction, json!({ "disposition": "Resolved" })).await;
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    let complete = desk.then_named("interaction.complete").await;
    assert_eq!(complete["data"]["disposition"], "Resolved");
    desk.then_named("interaction.disposed").await;
    house.until_truth("the agent to be available", |truth| truth["agents"][0]["state"] == "AVAILABLE").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_survives_the_loss_of_side_a() {
    let house = House::start().await;
    let mut desk = house.ready("1001").await;
    let call = house.call("1001").await;
    let (_, conversation) = ringing(&mut desk).await;
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;

    let started = tokio::time::Instant::now();
    house.control("POST", "/sides/a", json!({ "action": "stop" })).await;
    desk.then_service("OutOfService").await;
    desk.then_service("InService").await;
    println!("in service again after {:?}", started.elapsed());
    assert_eq!(house.truth().await["active"], "b");
    assert_eq!(state_of(&house.truth().await, call, "3001").as_deref(), Some("connected"));

    desk.succeeds("conversation.release", &conversation, json!({})).await;
    desk.then_named("interaction.ended").await;
    house.until_truth("the call to end", |truth| parties(truth, call).is_empty()).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_the_agent_dials_is_answered_outside() {
    let house = House::start().await;
    let mut desk = house.signed_in("1001").await;
    desk.succeeds("channel.dial", &desk.channel(), json!({ "destination": "+41445550199" })).await;
    let (_, conversation) = ringing(&mut desk).await;
    desk.then_state("conversation", "CONNECTED").await;
    desk.succeeds("conversation.release", &conversation, json!({})).await;
    desk.then_named("interaction.ended").await;
    house.until_truth("no call", |truth| truth["calls"].as_array().unwrap().is_empty()).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_number_ends_as_busy() {
    let house = House::start().await;
    let mut desk = house.signed_in("1001").await;
    desk.succeeds("channel.dial", &desk.channel(), json!({ "destination": "+41445550100" })).await;
    let ended = desk.then_named("interaction.ended").await;
    assert_eq!(ended["data"]["reason"], "FAILED", "{ended}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_can_be_refused() {
    let house = House::start().await;
    let mut desk = house.ready("1001").await;
    house.call("1001").await;
    let (interaction, _) = ringing(&mut desk).await;
    desk.then_named("interaction.initialized").await;
    desk.succeeds("interaction.reject", &interaction, json!({})).await;
    let ended = desk.then_named("interaction.ended").await;
    assert_eq!(ended["data"]["reason"], "REJECTED", "{ended}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_daemon_sends_desktops_away_and_closes_its_sessions() {
    let house = House::start().await;
    let mut desk = house.signed_in("1001").await;
    let House { daemon, simulator, .. } = house;
    let shutdown = tokio::spawn(daemon.shutdown());
    desk.then_service("Stopping").await;
    assert_eq!(desk.then_closed().await, 1012);
    house::soon("the end", shutdown).await.unwrap();
    simulator.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_follows_the_link() {
    let house = House::start().await;
    let admin = house.daemon.admin;
    let until = |status: u16| async move {
        house::soon("readiness", async {
            while http::get(admin, "/ready").await.status != status {
                tokio::task::yield_now().await;
            }
        })
        .await;
    };
    until(200).await;
    house.control("POST", "/sides/b", json!({ "action": "stop" })).await;
    house.control("POST", "/sides/a", json!({ "action": "stop" })).await;
    until(503).await;
    let missing = http::get(admin, "/ready").await.json();
    assert_eq!(missing["missing"], json!(["no session with a CTI Server on either side"]));
    assert_eq!(http::get(admin, "/live").await.status, 200);
    house.control("POST", "/sides/a", json!({ "action": "start" })).await;
    until(200).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_phone_book_and_new_origins_count_without_a_restart() {
    let mut house = House::start().await;
    let mut desk = house.signed_in("1001").await;
    let upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let from_crm = format!("GET /mediabar/v1 HTTP/1.1\r\nHost: bar.example:8188\r\n{upgrade}Origin: https://crm.example\r\n\r\n");
    assert_eq!(http::status(house.desktops(), &from_crm).await, 403);
    let text = "[http]\nallowed_origins = [\"https://crm.example\"]\n[mediabar]\nsession_grace = \"7s\"\ndirectory = [{ name = \"New\", entries = [{ name = \"Desk\", number = \"6100\" }] }]\n";
    let config = ctibridge::config::from_text(Some(ctibridge::config::FileText { name: "new", text }), []).unwrap();
    let restart_needed = house.daemon.reload(config).await.unwrap();
    assert!(restart_needed.contains(&"mediabar.session_grace".to_owned()), "{restart_needed:?}");
    assert!(!restart_needed.contains(&"mediabar.directory".to_owned()), "{restart_needed:?}");
    assert_eq!(http::status(house.desktops(), &from_crm).await, 101);
    desk.succeeds("session.request.getdirectory", &desk.session(), json!({})).await;
    let directory = desk.then_named("directory.updated").await;
    assert_eq!(directory["data"]["categories"], json!([{ "name": "New", "entries": [{ "name": "Desk", "number": "6100" }] }]));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_registered_variables_arrive() {
    let house = House::start_with(&[("CTIBRIDGE__CTI__REGISTER_VARIABLES", "[\"ticketId\"]")]).await;
    let mut desk = house.ready("1001").await;
    let ecc = json!({ "user.ticketId": "T-5520", "user.secret": "x" });
    let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" }, "eccVariables": ecc });
    house.control("POST", "/calls", call).await;
    let preview = desk.then_named("interaction.preview").await;
    let parameters = &preview["data"]["session"]["parameters"];
    assert_eq!(parameters["user.ticketId"], "T-5520", "{preview}");
    assert_eq!(parameters.get("user.secret"), None, "{preview}");
    house.stop().await;
}
