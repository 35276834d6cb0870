//! Faults around commands (group D of the fault list): sides that die, confirmations that come late, first, or never, refusals of
//! every kind, impatient fingers, desktops that go. Everything on a real simulator.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/bridge.rs"]
mod bridge;
#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;

use std::time::Duration;

use bridge::{Bridge, Plan};
use ctibridge::engine::ServiceStatus;
use ctibridge::engine::command::{Command, FailureCode, Reply, Secret};
use ctibridge::engine::event::Event;
use ctibridge::engine::model::{AgentState, ChannelState, ConversationId};
use ctibridge::protocol::values::ControlFailureCode;
use ctibridge::simulator::{Command as Control, Side, SideAction};
use house::House;
use serde_json::{Value, json};

async fn behave(bridge: &Bridge, behaviour: Value) {
    let Value::Object(behaviour) = behaviour else { panic!("an object") };
    bridge.control(Control::Behaviour(behaviour)).await;
}

/// An agent who talks; the leg.
async fn talking(bridge: &mut Bridge) -> ConversationId {
    bridge.sign_in_ready(&["1001"]).await;
    bridge.call("1001").await;
    bridge.until("the call", |engine| !engine.interactions(&"1001".into()).is_empty()).await;
    let leg = bridge.engine.interactions(&"1001".into())[0].1[0];
    bridge.does("1001", Command::Answer(leg)).await;
    bridge.agree(&["1001"]).await;
    leg
}

fn failure(reply: &Reply) -> &ctibridge::engine::command::Failure {
    match reply {
        Reply::Failure(failure) => failure,
        other => panic!("{other:?}"),
    }
}

/// D1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_side_dies_is_answered_with_what_became_of_it_and_not_sent_again() {
    for version in [24, 20] {
        let mut bridge = Bridge::start(Plan { version, ..Plan::default() }).await;
        let leg = talking(&mut bridge).await;
        // The hold is carried out, but neither its confirmation nor its event arrives.
        behave(&bridge, json!({ "dropNext": 20 })).await;
        let hold = bridge.command("1001", Command::Hold(leg));
        loop {
            let truth = bridge.truth().await;
            if truth.calls.iter().flat_map(|call| &call.parties).any(|party| party.state == "held") {
                break;
            }
            bridge.pass(Duration::from_millis(5)).await;
        }
        assert!(bridge.replies[&hold].is_empty());
        behave(&bridge, json!({ "dropNext": null })).await;
        bridge.stop_active_side().await;
        let reply = bridge.reply(hold).await;
        let failure = failure(&reply);
        assert_eq!(failure.code, FailureCode::UnknownOutcome);
        let late = bridge.answered_at[&hold].saturating_duration_since(*bridge.downs.last().unwrap());
        println!("protocol {version}: unknown outcome {late:?} after the loss was noticed: {}", failure.context);
        assert!(late < Duration::from_secs(10), "ten times the bar: {late:?}");
        bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
        bridge.agree(&["1001"]).await;
        assert!(bridge.picture_of("1001").ends_with(":held"), "{}", bridge.picture_of("1001"));
        assert_eq!(bridge.requests.iter().filter(|name| **name == "HOLD_CALL_REQ").count(), 1, "never sent again");
        // The desktop decides: the state says that taking back is what is possible now.
        bridge.does("1001", Command::Retrieve(leg)).await;
        assert_eq!(bridge.replies[&hold].len(), 1);
        bridge.stop().await;
    }
}

/// D1: while neither side is there the answer does not wait for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_outcome_is_said_within_a_second_even_if_no_side_comes_back() {
    let mut bridge = Bridge::start(Plan::default()).await;
    let leg = talking(&mut bridge).await;
    behave(&bridge, json!({ "confirmDelayMs": 60_000, "eventDelayMs": 60_000 })).await;
    let hold = bridge.command("1001", Command::Hold(leg));
    bridge.pass(Duration::from_millis(50)).await;
    for side in [Side::B, Side::A] {
        bridge.control(Control::Side(side, SideAction::Stop)).await;
    }
    let reply = bridge.reply(hold).await;
    assert_eq!(failure(&reply).code, FailureCode::UnknownOutcome);
    assert!(failure(&reply).context.contains("not resynchronised"), "{reply:?}");
    let after = bridge.command("1001", Command::Hold(leg));
    assert_eq!(failure(&bridge.reply(after).await).code, FailureCode::CtiOffline);
    bridge.stop().await;
}

/// D2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_that_never_comes_is_a_time_out_and_a_late_one_is_ignored() {
    let mut bridge = Bridge::start(Plan { request_timeout: Duration::from_millis(300), ..Plan::default() }).await;
    let leg = talking(&mut bridge).await;
    behave(&bridge, json!({ "confirmDelayMs": 900, "eventDelayMs": 900 })).await;
    let hold = bridge.command("1001", Command::Hold(leg));
    let reply = bridge.reply(hold).await;
    assert_eq!(failure(&reply).code, FailureCode::CtiTimeout);
    // What it did is shown when its event comes, late as it is.
    bridge.until_bridge("held", |bridge| bridge.picture_of("1001").ends_with(":held")).await;
    behave(&bridge, json!({ "confirmDelayMs": null, "eventDelayMs": null })).await;
    bridge.pass(Duration::from_millis(1_000)).await;
    bridge.agree(&["1001"]).await;
    assert_eq!(bridge.replies[&hold].len(), 1);
    bridge.does("1001", Command::Retrieve(leg)).await;
    bridge.stop().await;
}

/// D3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_before_its_confirmation_answers_and_the_confirmation_does_not_answer_again() {
    let mut bridge = Bridge::start(Plan::default()).await;
    let leg = talking(&mut bridge).await;
    behave(&bridge, json!({ "confirmDelayMs": 400 })).await;
    let hold = bridge.command("1001", Command::Hold(leg));
    let sent = bridge.clock.now().mono;
    assert_eq!(bridge.reply(hold).await, Reply::Success);
    assert!(bridge.answered_at[&hold].saturating_duration_since(sent) < Duration::from_millis(400), "the event answered");
    assert!(bridge.picture_of("1001").ends_with(":held"));
    // The answer is free for the next command although the confirmation is still on its way.
    behave(&bridge, json!({ "confirmDelayMs": null })).await;
    bridge.does("1001", Command::Retrieve(leg)).await;
    bridge.pass(Duration::from_millis(600)).await;
    assert_eq!(bridge.replies[&hold].len(), 1);
    bridge.agree(&["1001"]).await;
    bridge.stop().await;
}

/// D4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_of_the_peripheral_has_its_code_and_words_and_leaves_the_buttons() {
    let mut bridge = Bridge::start(Plan::default()).await;
    let leg = talking(&mut bridge).await;
    let buttons = |bridge: &Bridge| format!("{:?}", bridge.engine.picture(&"1001".into()));
    let before = buttons(&bridge);
    let codes = ControlFailureCode::TABLE.values;
    assert!(codes.len() > 80, "the table is gone");
    for (code, name) in codes {
        behave(&bridge, json!({ "failNext": { "request": "HOLD_CALL_REQ", "failureCode": code, "peripheralErrorCode": 13_082 } })).await;
        let told = bridge.told.len();
        let hold = bridge.command("1001", Command::Hold(leg));
        let sent = bridge.clock.now().mono;
        let reply = bridge.reply(hold).await;
        let failure = failure(&reply);
        assert_eq!(failure.code, FailureCode::CtiFailure, "{name}");
        assert_eq!(failure.control_failure.map(u32::from), Some(*code), "{name}");
        assert!(failure.context.contains(name) && failure.context.contains("13082"), "{}", failure.context);
        let words = name.trim_start_matches("CF_").to_lowercase().replace('_', " ");
        assert!(failure.message.contains(&words), "{name}: {}", failure.message);
        assert_eq!(buttons(&bridge), before, "{name}");
        assert!(bridge.told[told..].iter().all(|(_, _, event)| !matches!(event, Event::ConversationState { .. })), "{name}");
        assert!(bridge.answered_at[&hold].saturating_duration_since(sent) < Duration::from_secs(2), "ten times the bar");
    }
    println!("{} codes", codes.len());
    bridge.does("1001", Command::Hold(leg)).await;
    bridge.stop().await;
}

/// D4: what the refusals of a login mean to a desktop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_logins_are_told_apart() {
    let mut bridge = Bridge::start(Plan::default()).await;
    let lookup = bridge.command("1001", Command::Lookup);
    assert_eq!(bridge.reply(lookup).await, Reply::Success);
    for (code, expected) in [
        (256, FailureCode::AuthFailed),
        (257, FailureCode::AuthFailed),
        (258, FailureCode::AuthFailed),
        (259, FailureCode::ActivateFailed),
        (260, FailureCode::ActivateFailed),
        (283, FailureCode::ActivateFailed),
        (289, FailureCode::ActivateFailed),
    ] {
        behave(&bridge, json!({ "failNext": { "request": "SET_AGENT_STATE_REQ", "failureCode": code } })).await;
        let login =
            bridge.command("1001", Command::Activate { password: Secret::new("1234"), extension: None, always_ask: true, remote: None });
        assert_eq!(failure(&bridge.reply(login).await).code, expected, "{code}");
    }
    bridge.stop().await;
}

/// D5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_is_one_request_and_two_answers() {
    let mut bridge = Bridge::start(Plan::default()).await;
    let leg = talking(&mut bridge).await;
    let (first, second) = (bridge.command("1001", Command::Hold(leg)), bridge.command("1001", Command::Hold(leg)));
    assert_eq!(failure(&bridge.reply(second).await).code, FailureCode::Busy);
    assert_eq!(bridge.reply(first).await, Reply::Success);
    assert_eq!(bridge.requests.iter().filter(|name| **name == "HOLD_CALL_REQ").count(), 1);
    bridge.stop().await;
}

/// D5: the same request twice, as a desktop that is not sure it was heard would send it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_id_twice_is_carried_out_once() {
    let house = House::start().await;
    let mut desk = house.signed_in("1001").await;
    let dial =
        json!({ "command": "channel.dial", "target": desk.channel(), "data": { "destination": "+41445550199" }, "requestId": "twice" });
    for _ in 0..2 {
        desk.send_text(dial.to_string()).await;
    }
    let answers = [desk.next_response().await, desk.next_response().await];
    let results: Vec<_> = answers.iter().map(|answer| answer["result"].as_str().unwrap()).collect();
    assert_eq!(results.iter().filter(|result| **result == "success").count(), 1, "{answers:?}");
    let refused = answers.iter().find(|answer| answer["result"] == "failure").unwrap();
    assert_eq!(refused["failure"]["code"], "REPEATED_REQUEST_ID");
    desk.then_state("conversation", "CONNECTED").await;
    assert_eq!(house.truth().await["calls"].as_array().unwrap().len(), 1);
    house.stop().await;
}

/// D6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_goes_on_without_its_desktop_which_finds_the_result() {
    let house = House::start().await;
    let mut desk = house.ready("1001").await;
    house.call("1001").await;
    let created = desk.then_named("conversation.created").await;
    let id = created["data"]["conversation"]["id"].as_str().unwrap().to_owned();
    let target = created["target"].as_str().unwrap();
    let conversation = format!("{}.{id}", target.strip_suffix(&format!(".{id}")).unwrap_or(target));
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    house.control("PUT", "/behaviour", json!({ "confirmDelayMs": 500, "eventDelayMs": 500 })).await;
    desk.send("conversation.hold", Some(&conversation), json!({})).await;
    house.until_truth("the hold", |truth| truth["calls"].to_string().contains("\"held\"")).await;
    let token = desk.resume_token();
    drop(desk);
    house.control("PUT", "/behaviour", json!({ "confirmDelayMs": null, "eventDelayMs": null })).await;
    let mut back = house.desk().await;
    let answer = back.when("prepareSession", None, json!({ "resumeToken": token })).await;
    assert_eq!(answer["result"], "success", "{answer}");
    let session = answer["data"]["resourceId"].as_str().unwrap().to_owned();
    back.succeeds("session.start", &session, json!({})).await;
    back.then_state("conversation", "HELD").await;
    back.succeeds("conversation.retrieve", &conversation, json!({})).await;
    house.stop().await;
}

/// D7: so many agents press a button at once, with a server that takes 10 ms for each answer.
async fn everybody_presses(agents: usize) -> Duration {
    let mut bridge = Bridge::start(Plan { agents, checks: false, ..Plan::default() }).await;
    let ids: Vec<String> = (0..agents).map(|at| (1001 + at).to_string()).collect();
    bridge.until("all agents known", |engine| ids.iter().all(|id| engine.channel(&id.as_str().into()).is_some())).await;
    for id in &ids {
        bridge.command(id, Command::Activate { password: Secret::new("1234"), extension: None, always_ask: true, remote: None });
    }
    let is_active = |engine: &ctibridge::engine::Engine, id: &str| {
        engine.channel(&id.into()).is_some_and(|channel| channel.state == ChannelState::Active)
            && engine.agent(&id.into()).is_some_and(|agent| agent.state == AgentState::NOT_READY)
    };
    for id in &ids {
        bridge.until("all agents logged in", |engine| is_active(engine, id)).await;
    }
    behave(&bridge, json!({ "confirmDelayMs": 10, "eventDelayMs": 10 })).await;
    let pressed = bridge.clock.now().mono;
    let commands: Vec<u64> = ids.iter().map(|id| bridge.command(id, Command::Ready)).collect();
    for command in &commands {
        assert_eq!(bridge.reply(*command).await, Reply::Success);
    }
    let mut times: Vec<_> = commands.iter().map(|id| bridge.answered_at[id].saturating_duration_since(pressed)).collect();
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    println!("{agents} agents press at once: median {:?}, p99 {p99:?}, last {:?}", times[times.len() / 2], times[times.len() - 1]);
    assert!(commands.iter().all(|id| bridge.replies[id].len() == 1));
    bridge.stop().await;
    p99
}

/// D7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_buttons_in_a_second_are_all_answered() {
    let p99 = everybody_presses(2_000).await;
    assert!(p99 < Duration::from_secs(10), "ten times the bar: {p99:?}");
}
