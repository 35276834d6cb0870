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

/// BS-2. That the wait ends with the announcement is kept with recorded events: flow `late-pre-call`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_an_announcement_inside_the_wait_counts() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__FREEZE_WAIT", "5s")]).await;
    let (desk, ..) = answered(&house, json!({"preCall": "late"})).await;
    let known = parameters(&desk);
    assert_eq!((&known["callKeyPrefix"], &known["callKeyCallId"]), (&json!("152018"), &json!("217")));
    assert_eq!((&known["queueNumber"], &known["mediaId"]), (&json!("5022"), &json!("1")));
    assert_eq!(desk.log.iter().filter(|message| message["name"] == "interaction.preview").count(), 1, "built once");
    house.stop().await;
}

/// The next message of this name is lost.
async fn lose(house: &House, name: &str) {
    house.control("PUT", "/behaviour", json!({"dropNext": {"message": name}})).await;
}

/// BS-2, BS-6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t9_an_announcement_after_the_wait_changes_the_live_data_and_nothing_that_is_frozen() {
    const KEYS: [&str; 2] = ["callKeyPrefix", "callKeyCallId"];
    for begins in [true, false] {
        let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__FREEZE_WAIT", "0s")]).await;
        if !begins {
            lose(&house, "BEGIN_CALL_EVENT").await;
        }
        let mut desk = ready(&house, "1001").await;
        t1(&house, json!({"preCall": "late"})).await;
        let (_, conversation) = objects(&in_order(&mut desk, INBOUND).await);
        if !begins {
            let late = desk.then("the key", |event| event["data"]["changed"]["callKeyCallId"].is_string()).await;
            assert_eq!(late["data"]["changed"]["callKeyCallId"], "217");
        }
        desk.succeeds("conversation.answer", &conversation, json!({})).await;
        let pop = desk.then_named("interaction.screenpop").await;
        assert_eq!(pop["data"]["interactiondata"]["callKeyCallId"], "217", "live");
        let frozen = parameters(&desk);
        for key in KEYS {
            assert_eq!(frozen.get(key).is_some(), begins, "{key} is frozen as the call began, and never added: {frozen}");
        }
        // Nor does it come in with a reload.
        let token = desk.resume_token();
        drop(desk);
        let mut back = house.desk().await;
        back.when("prepareSession", None, json!({"resumeToken": token, "override": true})).await;
        back.succeeds("session.start", "PG1-1001", json!({})).await;
        back.then_named("session.initialized").await;
        assert_eq!(parameters(&back), frozen);
        house.stop().await;
    }
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
async fn t13_a_failed_dial_has_a_session_only_if_the_call_was_seen_and_its_record_is_not_the_next_calls() {
    let house = House::start_with(&[("CTIBRIDGE_SIM__WORLD__FAILED_CALL_CLEARS", "50ms")]).await;
    let mut busy = ready(&house, "1002").await;
    house.call("1002").await;
    let (_, leg) = objects(&in_order(&mut busy, INBOUND).await);
    busy.succeeds("conversation.answer", &leg, json!({})).await;
    let mut desk = crate::signed_in(&house, "1001").await;
    let clicked = |number: &str, record: &str| json!({"destination": number, "extensions": {"crmId": record, "recordType": "contact"}});
    // Refused: no call, no session.
    let fault = json!({"failNext": {"request": "MAKE_CALL_REQ", "failureCode": 79}});
    house.control("PUT", "/behaviour", fault).await;
    assert_eq!(desk.fails("channel.dial", Some("PG1-1001.3001"), clicked("3002", "record-0")).await, "CTI_FAILURE");
    assert!(sessions(&desk).is_empty());
    for (number, cause) in [("3002", "CEC_BUSY"), ("3099", "CEC_DEST_NOT_OBTAINABLE")] {
        let record = format!("record-{number}");
        let told = sessions(&desk).len();
        desk.succeeds("channel.dial", "PG1-1001.3001", clicked(number, &record)).await;
        let preview = desk.then_named("interaction.preview").await;
        let known = &preview["data"]["session"]["parameters"];
        assert_eq!((&known["crmId"], &known["recordType"], &known["number"]), (&json!(record), &json!("contact"), &json!(number)));
        let ended = desk.then_named("interaction.ended").await;
        assert_eq!((&ended["data"]["reason"], &ended["data"]["cause"]), (&json!("FAILED"), &json!(cause)));
        assert_eq!(sessions(&desk).len(), told + 1, "it was never answered: no screen pop");
        desk.then("not ready again", |e| e["data"]["agent"]["state"] == "NOT_READY").await;
        desk.succeeds("interaction.complete", ended["target"].as_str().unwrap(), json!({"skipDisposition": true})).await;
        desk.then_named("interaction.disposed").await;
    }
    let told = desk.log.len();
    desk.succeeds("channel.dial", "PG1-1001.3001", json!({"destination": "+41227654321"})).await;
    desk.then_named("interaction.preview").await;
    let next = desk.log[told..].iter().find_map(|message| message["data"]["session"]["parameters"].as_object()).unwrap();
    assert_eq!(next["number"], "+41227654321");
    assert!(!next.contains_key("crmId") && !next.contains_key("recordType"), "{next:?}");
    house.stop().await;
}

/// The one session that a desktop was given, in all its copies.
fn only(desk: &Desk) -> Value {
    let all = sessions(desk);
    let first = (*all.first().unwrap_or_else(|| panic!("no session in\n{}", desk.told()))).clone();
    assert!(all.iter().all(|session| session["frozenAt"] == first["frozenAt"] && session["parameters"] == first["parameters"]), "{all:?}");
    first
}

/// BS-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bs_10_who_gets_a_call_by_transfer_or_conference_has_a_session_built_from_what_is_seen_there() {
    for way in ["blind", "transfer", "conference"] {
        let house = House::start().await;
        let mut colleague = ready(&house, "1002").await;
        let (mut desk, _, interaction, conversation) = answered(&house, json!({})).await;
        let own = only(&desk);
        let second = if way == "blind" {
            desk.succeeds("conversation.transfer", &conversation, json!({"destination": "3002"})).await;
            in_order(&mut colleague, INBOUND).await
        } else {
            desk.succeeds("interaction.consult", &interaction, json!({"destination": "3002"})).await;
            in_order(&mut colleague, INBOUND).await
        };
        let (_, leg) = objects(&second);
        colleague.succeeds("conversation.answer", &leg, json!({})).await;
        colleague.then_state("conversation", "CONNECTED").await;
        match way {
            "blind" => {}
            "transfer" => {
                desk.then("the consult leg", |e| e["state"]["object"] == "conversation" && e["state"]["current"] == "CONNECTED").await;
                desk.succeeds("interaction.consulttransfer", &interaction, json!({})).await;
                colleague.then("the customer", |event| event["data"]["member"]["number"] == "+41123456789").await;
            }
            _ => {
                desk.then("the consult leg", |e| e["state"]["object"] == "conversation" && e["state"]["current"] == "CONNECTED").await;
                desk.succeeds("interaction.consultconference", &interaction, json!({})).await;
                colleague.then("the customer", |event| event["data"]["member"]["number"] == "+41123456789").await;
                desk.then("the colleague", |event| event["data"]["member"]["number"] == "3002").await;
            }
        }
        desk.succeeds("session.getdirectory", "PG1-1001", json!({})).await;
        desk.then_named("directory.updated").await;
        assert_eq!(only(&desk), own, "{way}: one session, unchanged, at the first agent's");
        let got = only(&colleague);
        assert_ne!(got["frozenAt"], own["frozenAt"], "{way}");
        assert_eq!((&got["type"], &got["repeat"], &got["recovered"]), (&json!("bsCallSession"), &json!(false), &json!(false)));
        // As the call was first seen there: the colleague called, for the customer with the key and the variables.
        let kind = if way == "blind" { "OFFERED" } else { "CONSULT" };
        let expected = json!({
            "direction": "Incoming", "callDetails": "from 3001", "number": "3001", "DNIS": "3002", "dialedNumber": "3002",
            "callType": kind, "callKeyPrefix": "152018", "callKeyCallId": "217", "callVariable1": "Gold",
            "user.CaseNumber": "40013", "queueNumber": "5022", "mediaId": "1",
        });
        assert_eq!(got["parameters"], expected, "{way}");
        // Both agents reload: each gets the own one again.
        for (desk, session, mine) in [(colleague, "PG1-1002", got), (desk, "PG1-1001", own)] {
            if session == "PG1-1001" && way != "conference" {
                continue; // the contact has ended there
            }
            let token = desk.resume_token();
            drop(desk);
            let mut back = house.desk().await;
            back.when("prepareSession", None, json!({"resumeToken": token, "override": true})).await;
            back.succeeds("session.start", session, json!({})).await;
            back.then_named("session.initialized").await;
            let again = only(&back);
            assert_eq!((&again["parameters"], &again["frozenAt"]), (&mine["parameters"], &mine["frozenAt"]), "{way}");
            assert_eq!(again["repeat"], true, "{way}");
        }
        house.stop().await;
    }
}
