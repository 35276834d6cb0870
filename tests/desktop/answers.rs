//! Exactly one answer to everything that is asked, and one request on the wire.

use serde_json::{Value, json};

use crate::house::House;
use crate::scripts::{ringing, talking};
use crate::{ready, signed_in};

/// FAULTS D5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn double_clicks_send_one_request_and_get_an_answer_each() {
    let house = House::start().await;
    let mut desk = signed_in(&house, "1001").await;
    let channel = desk.channel();
    // The second SET_AGENT_STATE_REQ would be refused: there must be none.
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": 3_000, "eventDelayMs": 3_000})).await;
    let first = desk.send("channel.ready", Some(&channel), json!({})).await;
    let is_ready = |truth: &Value| truth["agents"].as_array().unwrap().iter().any(|a| a["id"] == "1001" && a["state"] == "AVAILABLE");
    house.until_truth("the request at the server", is_ready).await;
    house.control("PUT", "/behaviour", json!({"failNext": {"request": "SET_AGENT_STATE_REQ", "failureCode": 22}})).await;
    let second = desk.send("channel.ready", Some(&channel), json!({})).await;
    for id in [first, second] {
        assert_eq!(desk.answer(&id).await["result"], "success");
    }
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": null, "failNext": null})).await;
    desk.then("the agent to be available", |event| event["data"]["agent"]["state"] == "AVAILABLE").await;

    let (mut desk, _, interaction, conversation) = talking(&house, "1002").await;
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": 200, "eventDelayMs": 200})).await;
    let hold = desk.send("conversation.hold", Some(&conversation), json!({})).await;
    let again = desk.send("conversation.hold", Some(&conversation), json!({})).await;
    assert_eq!(desk.answer(&again).await["failure"]["code"], "BUSY");
    assert_eq!(desk.answer(&hold).await["result"], "success");
    desk.then_state("conversation", "HELD").await;
    let first = desk.send("conversation.release", Some(&conversation), json!({})).await;
    let second = desk.send("conversation.release", Some(&conversation), json!({})).await;
    for id in [first, second] {
        assert_eq!(desk.answer(&id).await["result"], "success");
    }
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": null, "eventDelayMs": null})).await;
    desk.then_named("interaction.ended").await;
    desk.succeeds("interaction.complete", &interaction, json!({"skipDisposition": true})).await;
    assert!(desk.left_over().is_empty(), "{:?}", desk.left_over());
    house.stop().await;
}

/// FAULTS D5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_id_used_twice_is_carried_out_once_and_both_are_answered() {
    let house = House::start().await;
    let (mut desk, _, _, conversation) = ringing(&house, "1001").await;
    let request = json!({"command": "conversation.answer", "target": conversation, "data": {}, "requestId": "twice"}).to_string();
    desk.send_text(request.clone()).await;
    desk.send_text(request).await;
    let answers = [desk.answer("twice").await, desk.answer("twice").await];
    let succeeded = answers.iter().filter(|answer| answer["result"] == "success").count();
    let repeated = answers.iter().filter(|answer| answer["failure"]["code"] == "REPEATED_REQUEST_ID").count();
    assert_eq!((succeeded, repeated), (1, 1), "{answers:?}");
    desk.then_state("conversation", "CONNECTED").await;
    house.stop().await;
}

/// FAULTS D1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_link_dies_ends_with_an_unknown_outcome_and_the_truth() {
    let house = House::start().await;
    let (mut desk, _, _, conversation) = talking(&house, "1001").await;
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": 5_000, "eventDelayMs": 5_000})).await;
    let hold = desk.send("conversation.hold", Some(&conversation), json!({})).await;
    house.until_truth("the call on hold", |truth| truth.to_string().contains("\"held\"")).await;
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": null, "eventDelayMs": null})).await;
    let active = house.truth().await["active"].as_str().unwrap().to_owned();
    house.control("POST", &format!("/sides/{active}"), json!({"action": "stop"})).await;
    let answer = desk.answer(&hold).await;
    assert_eq!(answer["failure"]["code"], "UNKNOWN_OUTCOME", "{answer}");
    desk.then_service("InService").await;
    let is_held = |message: &Value| message["state"]["object"] == "conversation" && message["state"]["current"] == "HELD";
    assert!(desk.log.iter().any(is_held), "{}", desk.told());
    desk.succeeds("conversation.retrieve", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    assert!(desk.left_over().is_empty());
    house.stop().await;
}

/// FAULTS D6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_goes_on_when_its_desktop_is_gone_and_nothing_is_missed() {
    let house = House::start().await;
    let (mut desk, _, _, conversation) = ringing(&house, "1001").await;
    house.control("PUT", "/behaviour", json!({"confirmDelayMs": 100, "eventDelayMs": 100})).await;
    desk.send("conversation.answer", Some(&conversation), json!({})).await;
    let (mut back, resumed) = crate::house::Desk::come_back(house.desktops(), desk).await;
    assert!(resumed, "the few events that were missed are replayed, without a hole in the numbers");
    let connected = back.then_state("conversation", "CONNECTED").await;
    assert_eq!((&connected["target"], connected.get("resync")), (&json!(conversation), None));
    house.stop().await;
}

/// FAULTS E6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_gets_what_it_missed_or_the_whole_picture_or_is_refused() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__LIMITS__REPLAY_EVENTS", "8")]).await;
    let mut desk = ready(&house, "1001").await;
    let token = desk.resume_token();
    let last = desk.log.iter().filter_map(|message| message["seq"].as_u64()).max().unwrap();
    drop(desk);
    let ask = async |session: &str, seq: u64| -> Value {
        let mut desk = house.desk().await;
        let data = json!({"resumeToken": token, "resumeFrom": {"session": session, "seq": seq}});
        desk.when("prepareSession", None, data).await
    };
    assert_eq!(ask("PG1-1001", last).await["data"]["resumed"], true);
    assert_eq!(ask("PG1-1001", last + 1_000).await["data"]["resumed"], false, "from the future");
    assert_eq!(ask("PG1-1002", 1).await["failure"]["code"], "NOT_BOUND", "of another agent");
    desk = house.desk().await;
    let data = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001", "seq": 0}});
    assert_eq!(desk.when("prepareSession", None, data).await["data"]["resumed"], false, "no longer kept");
    desk.send("session.start", Some("PG1-1001"), json!({})).await;
    let first = desk.then_named("channelgroup.created").await;
    assert_eq!((&first["resync"], first["seq"].as_u64().unwrap() > last), (&json!(true), true));
    desk.then_named("session.initialized").await;
    house.stop().await;
}
