//! bsCallSession over the whole house: what a CRM is told, once for each call, frozen. The vectors that need no socket are
//! unit tests of `desktop::call_session`.

use serde_json::{Value, json};

use crate::house::{Desk, House};
use crate::ready;
use crate::scripts::{INBOUND, in_order, objects};

/// The `session` objects that a desktop was given.
fn sessions(desk: &Desk) -> Vec<&Value> {
    desk.log.iter().filter_map(|message| message["data"].get("session")).filter(|session| session["type"].is_string()).collect()
}

/// What all of them have in common.
fn parameters(desk: &Desk) -> Value {
    let all = sessions(desk);
    let first = &all.first().unwrap_or_else(|| panic!("no session in\n{}", desk.told()))["parameters"];
    assert!(all.iter().all(|session| session["parameters"] == *first), "frozen means frozen: {all:?}");
    (*first).clone()
}

/// The call of vector T1, with changes.
async fn t1(house: &House, change: Value) -> u64 {
    let mut call = json!({
        "from": "+41123456789", "dnis": "5000", "dialedNumber": "8001", "to": {"agent": "1001"}, "callVariables": {"1": "Gold"},
        "eccVariables": {"user.CaseNumber": "40013"}, "routerCallKey": {"day": 152_018, "callId": 217}, "skillGroupId": 5022,
    });
    call.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    house.control("POST", "/calls", call).await["callId"].as_u64().unwrap()
}

async fn answered(house: &House, change: Value) -> (Desk, u64, String, String) {
    let mut desk = ready(house, "1001").await;
    let call = t1(house, change).await;
    let (interaction, conversation) = objects(&in_order(&mut desk, INBOUND).await);
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    in_order(&mut desk, &["interaction.screenpop", "interaction STARTED"]).await;
    (desk, call, interaction, conversation)
}

/// BS-1, BS-4 to BS-8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t1_every_parameter_that_has_a_value_and_no_other() {
    let house = House::start().await;
    let (desk, ..) = answered(&house, json!({})).await;
    assert_eq!(
        parameters(&desk),
        json!({
            "direction": "Incoming", "callDetails": "from +41123456789", "number": "+41123456789", "DNIS": "5000",
            "dialedNumber": "8001", "callType": "PREROUTE_ACD_IN", "callKeyPrefix": "152018", "callKeyCallId": "217",
            "callVariable1": "Gold", "user.CaseNumber": "40013", "queueNumber": "5022", "mediaId": "1",
        })
    );
    assert!(sessions(&desk).iter().all(|session| session["type"] == "bsCallSession" && session["repeat"] == false));
    house.stop().await;
}

/// BS-2, BS-9, BS-11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_later_changes_reach_the_live_data_only_and_t10_a_reload_is_a_repetition() {
    let house = House::start().await;
    let (mut desk, _, interaction, _) = answered(&house, json!({})).await;
    let before = parameters(&desk);
    for (key, value) in [("callVariable1", "Silver"), ("wrapUpReason", "Complaint")] {
        desk.succeeds("interaction.setinteractiondata", &interaction, json!({"key": key, "value": value})).await;
        let changed = desk.then_named("interaction.datachanged").await;
        assert_eq!(changed["data"]["changed"][key], value, "{changed}");
    }
    let token = desk.resume_token();
    drop(desk);
    let mut back = house.desk().await;
    back.when("prepareSession", None, json!({"resumeToken": token, "override": true})).await;
    back.succeeds("session.start", "PG1-1001", json!({})).await;
    let pop = back.then_named("interaction.screenpop").await;
    assert_eq!(pop["data"]["interactiondata"]["callVariable1"], "Silver");
    assert_eq!((&pop["data"]["session"]["parameters"], &pop["data"]["session"]["repeat"]), (&before, &json!(true)));
    back.then_named("session.initialized").await;
    assert_eq!(sessions(&back).len(), 1, "one call, one session");
    house.stop().await;
}

/// BS-3, BS-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t3_a_consultation_changes_nothing_and_t16_who_takes_over_has_a_session_of_the_own() {
    let house = House::start().await;
    let mut colleague = ready(&house, "1002").await;
    let (mut desk, _, interaction, _) = answered(&house, json!({})).await;
    let before = parameters(&desk);
    let told = sessions(&desk).len();
    for by_transfer in [false, true] {
        desk.succeeds("interaction.consult", &interaction, json!({"destination": "3002"})).await;
        let (_, ringing) = objects(&in_order(&mut colleague, INBOUND).await);
        colleague.succeeds("conversation.answer", &ringing, json!({})).await;
        colleague.then_state("conversation", "CONNECTED").await;
        desk.then("the consult leg", |e| e["state"]["object"] == "conversation" && e["state"]["current"] == "CONNECTED").await;
        if by_transfer {
            desk.succeeds("interaction.consulttransfer", &interaction, json!({})).await;
            desk.then_named("interaction.ended").await;
            colleague.then("the customer", |event| event["data"]["member"]["number"] == "+41123456789").await;
        } else {
            for _ in 0..2 {
                desk.succeeds("interaction.alternate", &interaction, json!({})).await;
                desk.then_named("interaction.focuschanged").await;
            }
            desk.succeeds("interaction.reconnect", &interaction, json!({})).await;
            desk.then_named("interaction.focuschanged").await;
            let ended = colleague.then_named("interaction.ended").await["target"].as_str().unwrap().to_owned();
            colleague.succeeds("interaction.complete", &ended, json!({"skipDisposition": true})).await;
            colleague.succeeds("channel.ready", "PG1-1002.3002", json!({})).await;
            colleague.then("available again", |e| e["data"]["agent"]["state"] == "AVAILABLE").await;
            assert_eq!(sessions(&desk).len(), told, "a consultation starts no session\n{}", desk.told());
        }
    }
    assert_eq!((parameters(&desk), sessions(&desk).len()), (before, told));
    let last = sessions(&colleague).pop().unwrap();
    assert_eq!(last["parameters"]["direction"], "Incoming", "{last}");
    house.stop().await;
}

/// BS-2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_an_announcement_inside_the_wait_counts_and_t9_one_after_it_does_not() {
    let house = House::start().await;
    let (desk, ..) = answered(&house, json!({"preCall": "late"})).await;
    let known = parameters(&desk);
    assert_eq!((&known["callKeyCallId"], &known["queueNumber"]), (&json!("217"), &json!("5022")));
    assert_eq!(desk.log.iter().filter(|message| message["name"] == "interaction.preview").count(), 1);
    house.stop().await;

    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__FREEZE_WAIT", "0s")]).await;
    let (desk, ..) = answered(&house, json!({"preCall": "late"})).await;
    let frozen = parameters(&desk);
    let pop = desk.log.iter().find(|message| message["name"] == "interaction.screenpop").unwrap();
    let live = &pop["data"]["interactiondata"];
    for key in ["callKeyCallId", "queueNumber"] {
        assert!(frozen.get(key).is_none() || frozen[key] == live[key], "{key}: never another value");
    }
    assert_eq!(live["callKeyCallId"], "217");
    house.stop().await;
}

/// BS-5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t11_what_was_clicked_survives_a_switch_of_sides() {
    let house = House::start().await;
    let mut desk = crate::signed_in(&house, "1001").await;
    let data = json!({"destination": "+41227654321", "extensions": {"crmId": "84238a06", "recordType": "contact"}});
    desk.succeeds("channel.dial", "PG1-1001.3001", data).await;
    desk.then_state("conversation", "CONNECTED").await;
    let before = parameters(&desk);
    assert_eq!((&before["crmId"], &before["number"]), (&json!("84238a06"), &json!("+41227654321")));
    house.control("POST", "/sides/a", json!({"action": "stop"})).await;
    desk.then_service("OutOfService").await;
    desk.then_service("InService").await;
    let token = desk.resume_token();
    drop(desk);
    let mut back = house.desk().await;
    back.when("prepareSession", None, json!({"resumeToken": token, "override": true})).await;
    back.succeeds("session.start", "PG1-1001", json!({})).await;
    back.then_named("session.initialized").await;
    assert_eq!(parameters(&back), before);
    assert_eq!(sessions(&back)[0]["repeat"], true);
    house.stop().await;
}

/// BS-5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_what_was_clicked_for_a_call_that_failed_is_not_the_next_calls() {
    let house = House::start_with(&[("CTIBRIDGE_SIM__WORLD__FAILED_CALL_CLEARS", "50ms")]).await;
    let mut desk = crate::signed_in(&house, "1001").await;
    // Nobody is at that extension.
    let data = json!({"destination": "3099", "extensions": {"crmId": "84238a06", "recordType": "contact"}});
    if desk.when("channel.dial", Some("PG1-1001.3001"), data).await["result"] == "success" {
        let ended = desk.then_named("interaction.ended").await;
        desk.succeeds("interaction.complete", ended["target"].as_str().unwrap(), json!({"skipDisposition": true})).await;
        desk.then("not ready again", |e| e["data"]["agent"]["state"] == "NOT_READY").await;
    }
    let told = desk.log.len();
    desk.succeeds("channel.dial", "PG1-1001.3001", json!({"destination": "+41227654321"})).await;
    desk.then_named("interaction.preview").await;
    let next = desk.log[told..].iter().find_map(|message| message["data"]["session"]["parameters"].as_object()).unwrap();
    assert_eq!(next["number"], "+41227654321");
    assert!(!next.contains_key("crmId") && !next.contains_key("recordType"), "{next:?}");
    house.stop().await;
}
