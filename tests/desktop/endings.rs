//! Sessions that the server ends: every desktop hears why, and then its socket is closed.

use serde_json::{Value, json};

use crate::connected;
use crate::house::{Desk, House, contract};
use crate::signed_in;

/// A second desktop of the agent that looks on.
async fn mirror(house: &House, of: &Desk) -> Desk {
    let mut mirror = connected(house).await;
    let data = json!({"resumeToken": of.resume_token(), "mode": "mirror"});
    assert_eq!(mirror.when("prepareSession", None, data).await["data"]["mode"], "mirror");
    mirror.succeeds("session.start", &of.session(), json!({})).await;
    mirror.then_named("session.initialized").await;
    mirror
}

/// The last words that a desktop heard: names, or status and reason.
fn last_words(desk: &Desk, count: usize) -> Vec<String> {
    let words = |message: &Value| {
        let of = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        of("/data/reason").or_else(|| of("/data/status")).or_else(|| of("/name")).unwrap_or_else(|| message.to_string())
    };
    desk.log[desk.log.len() - count..].iter().map(words).collect()
}

/// DECISIONS 30, E12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_that_ends_says_so_to_every_desktop_before_it_closes() {
    let house = House::start().await;
    let mut desk = signed_in(&house, "1001").await;
    let mut onlooker = mirror(&house, &desk).await;
    let mut early = connected(&house).await;
    early.when("prepareSession", None, json!({"agent": {"id": "1002", "password": "1234"}})).await;
    let mut nobody = connected(&house).await;
    house.stop().await;
    for desk in [&mut desk, &mut onlooker, &mut early] {
        assert_eq!(desk.then_closed().await, 1012);
        assert_eq!(last_words(desk, 2), ["Stopping", "shutdown"], "{}", desk.told());
    }
    assert_eq!(nobody.then_closed().await, 1012);
    assert_eq!(last_words(&nobody, 1), ["Stopping"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_looks_on_hears_that_nobody_came_back() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__SESSION_GRACE", "200ms")]).await;
    let desk = signed_in(&house, "1001").await;
    let mut onlooker = mirror(&house, &desk).await;
    drop(desk);
    assert_eq!(onlooker.then_closed().await, 1000);
    assert_eq!(last_words(&onlooker, 1), ["grace"]);
    assert_ne!(house.agent_state("1001").await, "LOGOUT", "unless the operator wants it");
    // The session is over: the next one is another.
    let mut back = connected(&house).await;
    let answer = back.when("prepareSession", None, json!({"agent": {"id": "1001", "password": "1234"}})).await;
    assert_eq!(answer["data"]["recovered"], false, "{answer}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_override_is_told_to_the_desktop_that_commands_and_to_those_that_look_on() {
    let house = House::start().await;
    let mut desk = signed_in(&house, "1001").await;
    let mut onlooker = mirror(&house, &desk).await;
    let mut other = connected(&house).await;
    let data = json!({"override": true, "agent": {"id": "1001", "password": "1234"}});
    assert_eq!(other.when("prepareSession", None, data).await["data"]["resourceId"], "PG1-1001-2");
    for desk in [&mut desk, &mut onlooker] {
        assert_eq!(desk.then_closed().await, 4001);
        assert_eq!(last_words(desk, 1), ["override"]);
    }
    house.stop().await;
}

#[test]
fn the_contract_has_a_word_for_every_end() {
    for reason in ["override", "shutdown", "grace", "admin"] {
        let event =
            json!({"messageType": "objectEvent", "target": "PG1-1001", "name": "session.disposed", "data": {"reason": reason}, "seq": 9});
        contract::check_from_server(&event).unwrap();
    }
}
