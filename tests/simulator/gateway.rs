//! What SYSTEM_EVENT tells: peripherals, the central controller, the gateway, phones.

use ctibridge::protocol::values::{AgentState, DeviceIdType};
use serde_json::json;

use crate::client::Client;
use crate::control::post;
use crate::{agent, call, decoded, parties, settings, start};

struct Told {
    id: u32,
    arg1: u32,
    status: u32,
    device_type: DeviceIdType,
    text: Option<String>,
    device: Option<String>,
}

async fn system(client: &mut Client) -> Told {
    let frame = client.expect("SYSTEM_EVENT").await;
    let event = decoded!(client, frame, SystemEvent);
    Told {
        id: event.system_event_id.0,
        arg1: event.system_event_arg1,
        status: event.pg_status.bits(),
        device_type: event.event_device_type,
        text: event.text.as_deref().map(str::to_owned),
        device: event.event_device_id.as_deref().map(str::to_owned),
    }
}

#[tokio::test]
async fn every_kind_of_system_event_can_be_caused_and_carries_its_status() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    for (event, id, status) in [
        ("centralControllerOffline", 2, 0x2),
        ("centralControllerOnline", 1, 0),
        ("ctiServerOffline", 7, 0x8),
        ("ctiServerOnline", 8, 0),
        ("halfHour", 9, 0),
        ("gatewayOffline", 6, 0x1),
    ] {
        assert_eq!(post(&running, "/gateway", json!({ "event": event })).await.0, 200, "{event}");
        let told = system(&mut client).await;
        assert_eq!((told.id, told.status, told.device_type), (id, status, DeviceIdType::NONE), "{event}");
    }
    assert_eq!(post(&running, "/gateway", json!({ "event": "gatewayOffline" })).await.0, 409);
    // A gateway that comes back has no event of its own: its peripherals are on line again.
    assert_eq!(post(&running, "/gateway", json!({ "event": "gatewayOnline" })).await.0, 200);
    let told = system(&mut client).await;
    assert_eq!((told.id, told.arg1, told.status), (3, 5000, 0));
    assert_eq!(post(&running, "/gateway", json!({ "event": "text", "text": "lunch" })).await.0, 200);
    let told = system(&mut client).await;
    assert_eq!((told.id, told.text.as_deref()), (5, Some("lunch")));
    for (body, status) in [
        (json!({ "event": "text" }), 400),
        (json!({ "event": "text", "text": "" }), 400),
        (json!({ "event": "text", "text": "x".repeat(255) }), 400),
        (json!({ "event": "halfHour", "text": "x" }), 400),
        (json!({ "event": "dance" }), 400),
        (json!({ "event": "centralControllerOnline" }), 409),
    ] {
        assert_eq!(post(&running, "/gateway", body.clone()).await.0, status, "{body}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_phone_names_itself_and_its_peripheral_when_it_leaves_and_comes_back() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    for (action, id) in [("outOfService", 10), ("backInService", 11)] {
        assert_eq!(post(&running, "/phones/3004", json!({ "action": action })).await.0, 200);
        let told = system(&mut client).await;
        assert_eq!((told.id, told.arg1), (id, 5000));
        assert_eq!((told.text.as_deref(), told.device.as_deref()), (Some("3004"), Some("3004")));
    }
    running.shutdown().await;
}

#[tokio::test]
async fn without_the_central_controller_calls_go_on_but_none_is_routed() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    post(&running, "/gateway", json!({ "event": "centralControllerOffline" })).await;
    system(&mut client).await;
    let id = call(&running, "+41445550123", "1001").await;
    assert!(client.said().await.is_empty(), "the caller waits");
    post(&running, "/gateway", json!({ "event": "centralControllerOnline" })).await;
    system(&mut client).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    assert_eq!(decoded!(client, begin, BeginCallEvent).connection_call_id, id);
    running.shutdown().await;
}

#[tokio::test]
async fn without_the_gateway_nothing_is_told_and_everything_is_told_again_when_it_returns() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    client.said().await;
    post(&running, "/gateway", json!({ "event": "gatewayOffline" })).await;
    assert_eq!(client.said().await, ["SYSTEM_EVENT"]);
    let request = client.state_req("1001", "3001", AgentState::NOT_READY);
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code.0, 1015);
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "answer" })).await.0, 200, "people go on");
    assert!(client.said().await.is_empty());
    // A session that opens meanwhile learns it from OPEN_CONF and the event of the peripheral.
    let mut late = Client::connect(running.side_a, 24).await;
    late.send(crate::client::open_req(24, crate::client::bridge_services())).await;
    let conf = late.expect("OPEN_CONF").await;
    let conf = decoded!(late, conf, OpenConf);
    assert_eq!((conf.pg_status.bits(), conf.peripheral_online), (1, false));
    assert_eq!(system(&mut late).await.id, 4);
    post(&running, "/gateway", json!({ "event": "gatewayOnline" })).await;
    assert_eq!(system(&mut client).await.id, 3);
    let state = client.expect("AGENT_STATE_EVENT").await;
    assert_eq!(decoded!(client, state, AgentStateEvent).agent_state, AgentState::TALKING);
    let established = client.expect("CALL_ESTABLISHED_EVENT").await;
    let established = decoded!(client, established, CallEstablishedEvent);
    assert_eq!((established.connection_call_id, established.event_cause.0), (id, 50));
    running.shutdown().await;
}

#[tokio::test]
async fn a_peripheral_that_goes_may_end_its_calls_although_people_still_talk() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    client.said().await;
    post(&running, "/peripherals/5000", json!({ "state": "offline", "endCalls": true })).await;
    let end = client.expect("END_CALL_EVENT").await;
    assert_eq!(decoded!(client, end, EndCallEvent).connection_call_id, id);
    assert_eq!(system(&mut client).await.id, 4);
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 alerting"]);
    post(&running, "/peripherals/5000", json!({ "state": "online" })).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    assert_eq!(decoded!(client, begin, BeginCallEvent).connection_call_id, id);
    assert_eq!(agent(&running, "1001").await.0, "RESERVED");
    running.shutdown().await;
}
