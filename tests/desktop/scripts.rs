//! The test scripts that come with the contract, and what else it promises about answers and events.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::house::{Desk, House};
use crate::{connected, ready, signed_in};

/// What events are: name, or kind and state.
fn words(event: &Value) -> String {
    match event["state"]["object"].as_str() {
        Some(object) => format!("{object} {}", event["state"]["current"].as_str().unwrap()),
        None => event["name"].as_str().unwrap_or("response").to_owned(),
    }
}

/// The next events contain these, in this order; the last of them.
pub(crate) async fn in_order(desk: &mut Desk, expected: &[&str]) -> Vec<Value> {
    let mut found = Vec::new();
    for what in expected {
        found.push(desk.then(what, |event| words(event) == *what).await);
    }
    found
}

/// The blocks of the contract.
pub(crate) const INBOUND: &[&str] = &[
    "channel.infochanged",
    "channel ACTIVE",
    "interaction.created",
    "interaction ALERTING",
    "conversation.created",
    "conversation ALERTING",
    "conversation.member.added",
    "conversation.initialized",
    "interaction.datachanged",
    "interaction.preview",
    "interaction.initialized",
];
const DIALLED: &[&str] = &[
    "channel.infochanged",
    "channel ACTIVE",
    "interaction.created",
    "interaction DIALING",
    "conversation.created",
    "conversation DIALING",
    "conversation.member.added",
    "conversation.initialized",
    "interaction.datachanged",
    "interaction.preview",
    "interaction.initialized",
];

/// Interaction and conversation of a block.
pub(crate) fn objects(block: &[Value]) -> (String, String) {
    let conversation = block.iter().find(|event| event["name"] == "conversation.initialized").unwrap();
    let conversation = conversation["target"].as_str().unwrap().to_owned();
    (conversation.rsplit_once('.').unwrap().0.to_owned(), conversation)
}

/// An agent with a ringing call.
pub(crate) async fn ringing(house: &House, agent: &str) -> (Desk, u64, String, String) {
    let mut desk = ready(house, agent).await;
    let call = house.call(agent).await;
    let block = in_order(&mut desk, INBOUND).await;
    let (interaction, conversation) = objects(&block);
    (desk, call, interaction, conversation)
}

/// An agent who talks to a caller.
pub(crate) async fn talking(house: &House, agent: &str) -> (Desk, u64, String, String) {
    let (mut desk, call, interaction, conversation) = ringing(house, agent).await;
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    in_order(&mut desk, &["interaction.screenpop", "interaction STARTED", "conversation CONNECTED"]).await;
    (desk, call, interaction, conversation)
}

/// Script 16, for everything a desktop has heard: created, initialized, disposed, and nothing else around them.
pub(crate) fn check_order(desk: &Desk) {
    let mut life: HashMap<String, &str> = HashMap::new();
    for event in &desk.log {
        let (Some(name), Some(target)) = (event["name"].as_str(), event["target"].as_str()) else { continue };
        let (kind, verb) = name.split_once('.').unwrap();
        let kind = if event["messageType"] == "stateEvent" { event["state"]["object"].as_str().unwrap() } else { kind };
        if verb == "created" {
            let object = format!("{target}.{}", event["data"][kind]["id"].as_str().unwrap());
            assert!(!matches!(life.insert(format!("{kind} {object}"), "created"), Some("created" | "initialized")), "twice: {event}");
            continue;
        }
        if matches!(kind, "session" | "directory" | "team" | "statistics") {
            continue;
        }
        let object = format!("{kind} {target}");
        match life.get(object.as_str()) {
            Some(&("created" | "initialized")) => {}
            other => panic!("{other:?} before {event}\n{}", desk.told()),
        }
        if let "initialized" | "disposed" = verb {
            life.insert(object, verb);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_1_cold_start_and_2_too_early() {
    let house = House::start().await;
    let mut desk = house.desk().await;
    let hello = desk.then("the first word", |_| true).await;
    assert_eq!((&hello["messageType"], &hello["name"]), (&json!("serviceEvent"), &json!("service.status")));
    if hello["data"]["status"] != "InService" {
        desk.then_service("InService").await;
    }
    let answer =
        desk.when("prepareSession", None, json!({"model": "", "override": false, "agent": {"id": "1001", "password": "1234"}})).await;
    assert_eq!(answer["data"]["resourceId"], "PG1-1001");
    let early = desk.when("session.request.getdirectory", Some("PG1-1001"), json!({"x": [1, null]})).await;
    assert_eq!(early["failure"]["code"], "NOT_STARTED");
    assert_eq!(early["original"]["data"], json!({"x": [1, null]}));
    let started = desk.when("session.start", Some("PG1-1001"), json!({"extension": "3001"})).await;
    assert!(started.get("data").is_none());
    let order = ["channelgroup.created", "channel.created", "channel.infochanged", "channel.initialized"];
    in_order(&mut desk, &order).await;
    in_order(&mut desk, &["channelgroup.initialized", "session logged_in", "session.initialized"]).await;
    assert_eq!(desk.log.last().unwrap()["name"], "session.initialized");
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_3_second_desktop() {
    let house = House::start().await;
    let mut first = signed_in(&house, "1001").await;
    let mut second = connected(&house).await;
    let credentials = json!({"agent": {"id": "1001", "password": "1234"}});
    assert_eq!(second.when("prepareSession", None, credentials).await["result"], "confirm");
    let wrong = json!({"override": true, "agent": {"id": "1001", "password": "4321"}});
    assert_eq!(second.fails("prepareSession", None, wrong).await, "AUTH_FAILED");
    let again = json!({"override": true, "agent": {"id": "1001", "password": "1234"}});
    assert_eq!(second.when("prepareSession", None, again).await["data"]["resourceId"], "PG1-1001-2");
    assert_eq!(first.then_named("session.disposed").await["data"]["reason"], "override");
    assert_eq!(first.then_closed().await, 4001);
    second.succeeds("session.start", "PG1-1001-2", json!({})).await;
    let info = second.then_named("channel.infochanged").await;
    assert_eq!(info["data"]["agent"]["state"], "NOT_READY");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_4_activate_and_ready_with_11_spellings_and_12_addresses() {
    let house = House::start().await;
    let mut desk = connected(&house).await;
    desk.when("prepareSession", None, json!({"agent": {"id": "1001", "password": "1234", "extension": "3001"}})).await;
    desk.succeeds("session.start", "PG1-1001", json!({})).await;
    desk.then_named("session.initialized").await;
    desk.succeeds("channelgroup.request.activateall", "PG1-1001.3001", json!({})).await;
    in_order(&mut desk, &["channel.infochanged", "channel ACTIVE"]).await;
    for (command, target, available) in [
        ("channel.request.ready", "PG1-1001.3001.3001", true),
        ("channel.notready", "PG1-1001.3001", false),
        (" channel.ready ", "PG1-1001.3001", true),
        ("channel.request.notready", "PG1-1001.3001.3001", false),
    ] {
        let answer = desk.when(command, Some(target), json!({})).await;
        assert_eq!((&answer["command"], &answer["target"]), (&json!(command), &json!(target)));
        assert_eq!(answer["result"], "success");
        let info = desk.then("the change", |event| event["data"]["channel"]["available"] == available).await;
        assert_eq!(info["target"], "PG1-1001.3001.3001", "always in full");
    }
    let reason = json!({"reason": {"code": 2}});
    desk.succeeds("channel.notready", "PG1-1001.3001.3001", reason).await;
    let info = desk.then("the reason", |event| event["data"]["agent"]["reason"].is_object()).await;
    assert_eq!(info["data"]["agent"]["reason"], json!({"code": 2, "label": "Lunch"}));
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_5_inbound_answered_caller_hangs_up_wrap_up() {
    let house = House::start().await;
    let (mut desk, call, interaction, conversation) = ringing(&house, "1001").await;
    let answer = desk.when("conversation.answer", Some(&conversation), json!({})).await;
    assert_eq!(answer["data"], json!({}));
    let pop = in_order(&mut desk, &["interaction.screenpop", "interaction STARTED", "conversation CONNECTED"]).await.remove(0);
    let session = &pop["data"]["session"];
    assert_eq!((&session["type"], &session["repeat"]), (&json!("bsCallSession"), &json!(false)));
    assert_eq!(session["parameters"]["callDetails"], "from +41445550123");
    house.far_end(call, "hangup").await;
    let ended = ["conversation ENDED", "conversation.disposed", "interaction.ended", "interaction ENDED", "channel.infochanged"];
    in_order(&mut desk, &ended).await;
    desk.then("after-call work", |event| event["data"]["agent"]["state"].as_str().is_some_and(|state| state.starts_with("WORK"))).await;
    let form = desk.when("interaction.complete", Some(&interaction), json!({})).await;
    assert_eq!((&form["result"], &form["uiExtension"]["type"]), (&json!("needinfo"), &json!("disposition")));
    assert_eq!(form["uiExtension"]["dispositionRequired"], false);
    assert_eq!(form["original"]["command"], "interaction.complete");
    assert_eq!(desk.fails("interaction.complete", Some(&interaction), json!({"dispositionId": 99})).await, "BAD_REQUEST");
    let choice = json!({"dispositionId": 1, "notes": "said thanks"});
    let done = desk.when("interaction.request.complete", Some(&interaction), choice.clone()).await;
    assert_eq!((&done["command"], &done["result"], &done["data"]), (&json!("interaction.request.complete"), &json!("success"), &choice));
    let complete = in_order(&mut desk, &["interaction.complete", "interaction COMPLETED", "interaction.disposed"]).await.remove(0);
    assert_eq!(complete["data"], json!({"disposition": "Resolved", "dispositionId": 1, "auto": false}));
    assert_eq!(desk.fails("interaction.complete", Some(&interaction), json!({})).await, "UNKNOWN_TARGET");
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_6_dial_and_7_dial_on_an_inactive_channel() {
    let house = House::start().await;
    let mut desk = connected(&house).await;
    desk.when("prepareSession", None, json!({"agent": {"id": "1001", "password": "1234", "extension": "3001"}})).await;
    desk.succeeds("session.start", "PG1-1001", json!({})).await;
    desk.then_named("session.initialized").await;
    let told = desk.log.len();
    let data = json!({"destination": "+41445550199", "extensions": {"crmId": "84238a06", "recordType": "contact"}});
    assert_eq!(desk.fails("channel.dial", Some("PG1-1001.3001"), data.clone()).await, "CHANNEL_NOT_ACTIVE");
    desk.succeeds("channelgroup.activateall", "PG1-1001.3001", json!({})).await;
    assert!(desk.log[told..].iter().take(2).all(|message| message.get("result").is_some()), "no event of a failure");
    desk.then_state("channel", "ACTIVE").await;
    desk.succeeds("channel.dial", "PG1-1001.3001", data).await;
    let block = in_order(&mut desk, DIALLED).await;
    let parameters = &block[9]["data"]["session"]["parameters"];
    assert_eq!(parameters["callDetails"], "to +41445550199");
    assert_eq!((&parameters["crmId"], &parameters["recordType"]), (&json!("84238a06"), &json!("contact")));
    let (_, conversation) = objects(&block);
    in_order(&mut desk, &["conversation CONNECTED", "interaction.screenpop", "interaction STARTED"]).await;
    desk.succeeds("conversation.release", &conversation, json!({})).await;
    in_order(&mut desk, &["conversation ENDED", "conversation.disposed", "interaction.ended", "interaction ENDED"]).await;
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_8_consult_alternate_transfer_and_9_alternate_too_early() {
    let house = House::start().await;
    let mut colleague = ready(&house, "1002").await;
    let (mut desk, call, interaction, _) = talking(&house, "1001").await;
    desk.succeeds("interaction.consult", &interaction, json!({"destination": "3002"})).await;
    // The first leg is held before or after the second one appears, as the CTI Server tells it.
    in_order(&mut desk, &["interaction STARTED", "conversation.created", "conversation DIALING"]).await;
    in_order(&mut desk, &["conversation.member.added", "conversation.initialized", "interaction.focuschanged"]).await;
    assert!(desk.log.iter().any(|message| words(message) == "conversation HELD"));
    assert_eq!(desk.fails("interaction.alternate", Some(&interaction), json!({})).await, "CONSULT_NOT_CONNECTED");
    let (_, ringing) = objects(&in_order(&mut colleague, INBOUND).await);
    colleague.succeeds("conversation.answer", &ringing, json!({})).await;
    colleague.then_state("conversation", "CONNECTED").await;
    desk.then_state("conversation", "CONNECTED").await;
    desk.succeeds("interaction.alternate", &interaction, json!({})).await;
    desk.then_named("interaction.focuschanged").await;
    desk.succeeds("interaction.alternate", &interaction, json!({})).await;
    desk.then_named("interaction.focuschanged").await;
    desk.succeeds("interaction.consulttransfer", &interaction, json!({})).await;
    let transferred = ["conversation.disposed", "interaction.focuschanged", "conversation.disposed", "interaction.ended"];
    let ended = in_order(&mut desk, &transferred).await.pop().unwrap();
    assert_eq!(ended["data"]["reason"], "TRANSFERRED");
    desk.then_state("interaction", "ENDED").await;
    // The colleague talks to the customer now, in the same contact.
    colleague.then("the customer", |event| event["data"]["member"]["number"] == "+41445550123").await;
    house
        .until_truth("the caller with the colleague", |truth| {
            let calls = truth["calls"].as_array().unwrap();
            let devices = calls.iter().flat_map(|call| call["parties"].as_array().unwrap()).map(|party| party["device"].as_str().unwrap());
            let mut devices: Vec<_> = devices.collect();
            devices.sort_unstable();
            devices == ["+41445550123", "3002"]
        })
        .await;
    let _ = call;
    check_order(&desk);
    check_order(&colleague);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_10_setdisposition_is_silent_and_setinteractiondata_is_not() {
    let house = House::start().await;
    let (mut desk, _, interaction, _) = talking(&house, "1001").await;
    desk.succeeds("interaction.request.setdisposition", &interaction, json!({"disposition": "Call back"})).await;
    desk.succeeds("interaction.setinteractiondata", &interaction, json!({"key": "callVariable3", "value": "späte Antwort"})).await;
    // Had the first one caused an event, it would have come before this one.
    let changed = desk.then_named("interaction.datachanged").await;
    assert_eq!(changed["data"]["changed"], json!({"callVariable3": "späte Antwort"}), "{changed}");
    assert_eq!(changed["data"]["interactiondata"]["callVariable1"], "CUST-88213");
    for (key, value) in [("ANI", "1"), ("callVariable11", "x"), ("callVariable1", &"x".repeat(41)), ("", "x")] {
        let data = json!({"key": key, "value": value});
        assert_eq!(desk.fails("interaction.setinteractiondata", Some(&interaction), data).await, "BAD_REQUEST", "{key}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_13_cti_failure() {
    let house = House::start().await;
    let (mut desk, _, _, conversation) = ringing(&house, "1001").await;
    let fault = json!({"failNext": {"request": "ANSWER_CALL_REQ", "failureCode": 79, "peripheralErrorCode": 7}});
    house.control("PUT", "/behaviour", fault).await;
    let answer = desk.when("conversation.answer", Some(&conversation), json!({})).await;
    assert_eq!(answer["failure"]["code"], "CTI_FAILURE");
    let context = answer["failure"]["context"].as_str().unwrap();
    assert_eq!(context, "CONTROL_FAILURE_CONF FailureCode=79 CF_REQUESTS_ON_DEVICE_EXCEEDED_REJECTION PeripheralErrorCode=7");
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_14_socket_loss_during_a_call() {
    let house = House::start().await;
    let (desk, _, interaction, conversation) = talking(&house, "1001").await;
    let last = desk.log.iter().filter_map(|message| message["seq"].as_u64()).max().unwrap();
    drop(desk);
    let mut back = connected(&house).await;
    let credentials = json!({"override": false, "agent": {"id": "1001", "password": "1234"}});
    // The loss may not have been noticed yet.
    let mut answer = back.when("prepareSession", None, credentials.clone()).await;
    while answer["result"] == "confirm" {
        answer = back.when("prepareSession", None, credentials.clone()).await;
    }
    assert_eq!((&answer["data"]["recovered"], &answer["data"]["resourceId"]), (&json!(true), &json!("PG1-1001")));
    back.succeeds("session.start", "PG1-1001", json!({})).await;
    let first = back.then_named("channelgroup.created").await;
    assert!(first["seq"].as_u64().unwrap() > last, "numbering goes on");
    let again = ["channel ACTIVE", "interaction.created", "interaction STARTED", "conversation.created", "conversation CONNECTED"];
    let events = in_order(&mut back, &again).await;
    assert!(events.iter().all(|event| event["resync"] == true));
    let rest = ["conversation.member.added", "conversation.initialized", "interaction.datachanged", "interaction.screenpop"];
    let pop = in_order(&mut back, &rest).await.pop().unwrap();
    assert_eq!(pop["target"].as_str().unwrap(), interaction);
    assert_eq!(pop["data"]["session"]["repeat"], true);
    in_order(&mut back, &["interaction.initialized", "channel.initialized", "session.initialized"]).await;
    back.succeeds("conversation.release", &conversation, json!({})).await;
    back.then_named("interaction.ended").await;
    check_order(&back);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_15_logout_with_a_call_and_without() {
    let house = House::start().await;
    let (mut desk, _, interaction, conversation) = talking(&house, "1001").await;
    let refused = desk.when("session.request.logout", Some("PG1-1001"), json!({})).await;
    assert_eq!(refused["failure"]["code"], "INTERACTION_ACTIVE");
    assert_eq!(refused["failure"]["context"], interaction.as_str());
    desk.succeeds("conversation.release", &conversation, json!({})).await;
    desk.then_state("interaction", "ENDED").await;
    desk.succeeds("interaction.complete", &interaction, json!({"skipDisposition": true})).await;
    desk.then_named("interaction.disposed").await;
    desk.succeeds("channel.notready", "PG1-1001.3001", json!({})).await;
    desk.then("not ready", |event| event["data"]["agent"]["state"] == "NOT_READY").await;
    // What the change of state still had to say comes before this.
    desk.succeeds("session.getdirectory", "PG1-1001", json!({})).await;
    desk.then_named("directory.updated").await;
    let told = desk.log.len();
    let done = desk.when("session.request.logout", Some("PG1-1001"), json!({})).await;
    assert_eq!(done["result"], "success");
    assert!(done.get("data").is_none());
    assert_eq!(desk.then_closed().await, 1000);
    assert_eq!(desk.log.len(), told + 1, "nothing but the answer");
    assert_eq!(house.agent_state("1001").await, "LOGOUT");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_must_give_reasons_is_asked_for_them() {
    let house = House::start().await;
    let mut desk = signed_in(&house, "1011").await;
    let channel = desk.channel();
    let mut form = desk.when("channel.notready", Some(&channel), json!({})).await;
    // Before the ACD has told the agent's desk settings it refuses by itself.
    while form["failure"]["code"] == "CTI_FAILURE" {
        form = desk.when("channel.notready", Some(&channel), json!({})).await;
    }
    assert_eq!((&form["result"], &form["uiExtension"]["type"]), (&json!("needinfo"), &json!("agentstate")), "{form}");
    let session = desk.session();
    let form = desk.when("session.logout", Some(&session), json!({})).await;
    assert_eq!((&form["result"], &form["uiExtension"]["type"]), (&json!("needinfo"), &json!("logoutreason")));
    assert_eq!(form["uiExtension"]["reasons"][0], json!({"code": 1, "label": "End of shift"}));
    let done = desk.when("session.logout", Some(&session), json!({"reason": {"code": 1}})).await;
    assert_eq!(done["result"], "success");
    assert_eq!(desk.then_closed().await, 1000);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sees_or_touches_what_belongs_to_others() {
    let house = House::start().await;
    let (owner, _, interaction, conversation) = ringing(&house, "1001").await;
    let mut thief = signed_in(&house, "1002").await;
    assert_eq!(thief.fails("conversation.answer", Some(&conversation), json!({})).await, "NOT_BOUND");
    let id = interaction.rsplit_once('.').unwrap().1;
    let forged = thief.when("interaction.accept", Some(&format!("PG1-1002.3002.{id}")), json!({})).await;
    let absent = thief.when("interaction.accept", Some("PG1-1002.3002.OM000000000000000001"), json!({})).await;
    assert_eq!(forged["failure"], absent["failure"], "not told apart");
    let events = thief.log.iter().filter(|message| message.get("result").is_none());
    assert!(!events.into_iter().any(|event| event.to_string().contains(id)));
    drop(owner);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missed_call_and_a_caller_who_gives_up_end_by_their_reasons() {
    let house = House::start().await;
    let (mut desk, call, _, _) = ringing(&house, "1001").await;
    house.far_end(call, "hangup").await;
    let ended = in_order(&mut desk, &["conversation ENDED", "conversation.disposed", "interaction.ended", "interaction ENDED"]).await;
    assert_eq!(ended[2]["data"]["reason"], "RELEASED");
    check_order(&desk);
    house.stop().await;
}
