//! The control port as people and other programs use it: HTTP and JSON.

use std::net::SocketAddr;

use ctibridge::protocol::values::AgentState;
use ctibridge::simulator::Running;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Client, DEADLINE};
use crate::{settings, start};

/// One HTTP request on a connection of its own: status and JSON body.
pub(crate) async fn http(address: SocketAddr, method: &str, path: &str, kind: Option<&str>, body: &str) -> (u16, Value) {
    let kind = kind.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len());
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = tokio::time::timeout(DEADLINE, exchange).await.expect("the control port answers in time");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().contains("access-control-"), "no CORS headers");
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

pub(crate) async fn post(running: &Running, path: &str, body: Value) -> (u16, Value) {
    http(running.control.unwrap(), "POST", path, Some("application/json"), &body.to_string()).await
}

#[tokio::test]
async fn truth_has_exactly_the_published_shape() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let (status, placed) = post(
        &running,
        "/calls",
        json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" },
                "callVariables": { "1": "Contract 4711" }, "eccVariables": { "user.Segment": "gold" } }),
    )
    .await;
    assert_eq!(status, 200);
    let call = placed["callId"].as_u64().unwrap();
    client.expect("CALL_DELIVERED_EVENT").await;
    let (status, truth) = http(running.control.unwrap(), "GET", "/truth", None, "").await;
    assert_eq!(status, 200);
    assert!(truth["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(truth["active"], "a");
    assert_eq!(truth["peripherals"], json!([{ "id": "5000", "state": "online" }]));
    assert_eq!(
        truth["agents"][0],
        json!({ "id": "1001", "extension": "3001", "state": "RESERVED", "reason": 0, "nextState": null, "skillGroups": ["10", "11"] })
    );
    assert_eq!(truth["agents"][19]["extension"], Value::Null);
    assert_eq!(
        truth["calls"],
        json!([{ "callId": call, "type": "PREROUTE_ACD_IN", "ani": "+41445550123", "dialedNumber": "8001",
                 "callVariables": { "1": "Contract 4711" }, "eccVariables": { "user.Segment": "gold" },
                 "parties": [
                   { "device": "+41445550123", "connectionId": "+41445550123", "state": "connected", "agent": null },
                   { "device": "3001", "connectionId": "3001", "state": "alerting", "agent": "1001" }
                 ] }])
    );
    running.shutdown().await;
}

#[tokio::test]
async fn every_route_does_its_work() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    assert_eq!(post(&running, "/agents/1001", json!({ "state": "LOGIN" })).await.0, 200);
    assert_eq!(post(&running, "/agents/1001", json!({ "state": "AVAILABLE" })).await.0, 200);
    client.said().await;
    let wait = json!({ "from": "+41445550123", "to": { "skillGroup": 10 }, "queueSeconds": 0.05, "preCall": "late" });
    let (_, placed) = post(&running, "/calls", wait).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    let begin = crate::decoded!(client, begin, BeginCallEvent);
    let entered = begin.named_variables.iter().find(|variable| &*variable.name == "user.QueueEntered").unwrap();
    assert!(entered.value.ends_with('Z'), "{entered:?}");
    client.expect("CALL_DELIVERED_EVENT").await;
    client.expect("AGENT_PRE_CALL_EVENT").await;
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "answer" })).await.0, 200);
    let path = format!("/calls/{}/far-end", placed["callId"]);
    assert_eq!(post(&running, &path, json!({ "action": "busy" })).await.0, 409, "an inbound caller can only hang up");
    assert_eq!(post(&running, &path, json!({ "action": "hangup" })).await.0, 200);
    client.expect("END_CALL_EVENT").await;
    assert_eq!(post(&running, &path, json!({ "action": "hangup" })).await.0, 409);
    assert_eq!(post(&running, "/peripherals/5000", json!({ "state": "offline" })).await.0, 200);
    let event = client.expect("SYSTEM_EVENT").await;
    let event = crate::decoded!(client, event, SystemEvent);
    assert_eq!((event.system_event_id.0, event.pg_status.bits()), (4, 4));
    let request = client.state_req("1001", "3001", ctibridge::protocol::values::AgentState::NOT_READY);
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(crate::decoded!(client, refused, ControlFailureConf).failure_code.0, 1015);
    assert_eq!(post(&running, "/peripherals/5000", json!({ "state": "online" })).await.0, 200);
    client.expect("SYSTEM_EVENT").await;
    client.expect("AGENT_STATE_EVENT").await;
    let control = running.control.unwrap();
    let (status, now) = http(control, "PUT", "/behaviour", Some("application/json; charset=utf-8"), r#"{"eventDelayMs":1}"#).await;
    assert_eq!((status, now), (200, json!({ "eventDelayMs": 1 })));
    assert_eq!(post(&running, "/sides/a", json!({ "action": "stop" })).await.0, 200);
    assert_eq!(post(&running, "/sides/a", json!({ "action": "stop" })).await.0, 409);
    assert!(client.frame().await.is_none());
    running.shutdown().await;
}

#[tokio::test]
async fn what_is_wrong_is_answered_with_its_status_and_a_reason() {
    let running = start(settings()).await;
    let control = running.control.unwrap();
    for (path, body, status) in [
        ("/calls", json!({}), 400),
        ("/calls", json!({ "from": "1" }), 400),
        ("/calls", json!({ "from": "1", "to": { "agent": "77" } }), 404),
        ("/calls", json!({ "from": "1", "to": { "skillGroup": 77 } }), 404),
        ("/calls", json!({ "from": "1", "to": { "agent": "1001" }, "callVariables": { "11": "x" } }), 400),
        ("/calls", json!({ "from": "1", "to": { "agent": "1001" }, "callVariables": { "1": "x".repeat(41) } }), 400),
        ("/calls", json!({ "from": "1", "to": { "agent": "1001" }, "eccVariables": { "user.x": 5 } }), 400),
        ("/calls", json!({ "from": "1", "to": { "agent": "1001" }, "queueSeconds": -1 }), 400),
        ("/calls", json!({ "from": "1", "to": { "agent": "1001" }, "nonsense": 1 }), 400),
        ("/calls/1/far-end", json!({ "action": "hangup" }), 404),
        ("/calls/x/far-end", json!({ "action": "hangup" }), 404),
        ("/phones/1", json!({ "action": "answer" }), 404),
        ("/phones/3001", json!({ "action": "answer" }), 409),
        ("/phones/3001", json!({ "action": "dial" }), 400),
        ("/phones/3001", json!({ "action": "explode" }), 400),
        ("/sides/c", json!({ "action": "stop" }), 404),
        ("/sides/a", json!({ "action": "start" }), 409),
        ("/sides/a", json!({ "action": "dance" }), 400),
        ("/peripherals/1", json!({ "state": "online" }), 404),
        ("/peripherals/5000", json!({ "state": "tired" }), 400),
        ("/agents/77", json!({ "state": "LOGIN" }), 404),
        ("/agents/1001", json!({ "state": "TIRED" }), 400),
        ("/agents/1001", json!({ "state": "LOGOUT" }), 409),
        ("/nowhere", json!({}), 404),
    ] {
        let (got, answer) = post(&running, path, body.clone()).await;
        assert_eq!(got, status, "{path} {body} {answer}");
        assert!(answer["error"].is_string(), "{path} {answer}");
    }
    assert_eq!(http(control, "POST", "/calls", Some("application/json"), "{").await.0, 400);
    assert_eq!(http(control, "POST", "/calls", Some("text/plain"), "{}").await.0, 415);
    assert_eq!(http(control, "POST", "/calls", None, "{}").await.0, 415);
    running.shutdown().await;
}

#[tokio::test]
async fn a_phone_out_of_service_signs_its_agent_out_and_cannot_be_used() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "outOfService" })).await.0, 200);
    let event = client.expect("SYSTEM_EVENT").await;
    let event = crate::decoded!(client, event, SystemEvent);
    assert_eq!((event.system_event_id.0, event.event_device_id.as_deref()), (10, Some("3001")));
    let state = client.expect("AGENT_STATE_EVENT").await;
    let state = crate::decoded!(client, state, AgentStateEvent);
    assert_eq!((state.agent_state.0, state.event_reason_code), (1, 50_003));
    let login = client.state_req("1001", "3001", ctibridge::protocol::values::AgentState::LOGIN);
    let refused = client.done(login, "CONTROL_FAILURE_CONF").await;
    assert_eq!(crate::decoded!(client, refused, ControlFailureConf).failure_code.0, 34);
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "dial", "number": "3002" })).await.0, 409);
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "backInService" })).await.0, 200);
    client.ready("1001", "3001").await;
    running.shutdown().await;
}

#[tokio::test]
async fn invented_callers_come_to_agents_who_are_ready() {
    let mut settings = settings();
    settings.keep_calling = Some(ctibridge::simulator::KeepCalling { every: std::time::Duration::from_millis(20), seed: 7 });
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    // Not as ready() does it: a call may come before everything said until then is read.
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.set_state("1001", "3001", AgentState::AVAILABLE).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    let begin = crate::decoded!(client, begin, BeginCallEvent);
    assert!(begin.ani.is_some() && begin.call_variable1.is_some() && !begin.named_variables.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn a_large_world_has_extensions_of_five_digits_and_teams_in_batches() {
    let mut settings = settings();
    settings.world.agents = 4_901;
    let running = start(settings).await;
    let mut client = Client::connect(running.side_a, 24).await;
    client.send(crate::client::open_req(24, crate::client::bridge_services())).await;
    client.expect("OPEN_CONF").await;
    let mut members = 0;
    loop {
        let frame = client.frame().await.unwrap();
        if Client::name(&frame) == "SYSTEM_EVENT" {
            break;
        }
        let team = crate::decoded!(client, frame, AgentTeamConfigEvent);
        assert!(team.members.len() <= 64);
        members += team.members.len();
    }
    assert_eq!(members, 4_902, "all members, and the supervisor again");
    client.ready("5901", "34901").await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_taken_port_is_named_and_nothing_stays_open() {
    let running = start(settings()).await;
    let mut other = settings();
    other.side_b = running.side_b;
    let error =
        ctibridge::simulator::start(other, ctibridge::time::Clock::start(), ctibridge::telemetry::Telemetry::new()).await.unwrap_err();
    assert!(error.to_string().contains("side B"), "{error}");
    running.shutdown().await;
}
