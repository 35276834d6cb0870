//! Calls that the network records by itself, on the wire.

use ctibridge::protocol::masks::CallMsgMask;
use ctibridge::protocol::values::RecordingType;
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{Message, RawFrame, Text};
use ctibridge::simulator::Running;
use serde_json::{Value, json};

use crate::client::{Client, bridge_services, open_req};
use crate::control::{http, post};
use crate::{settings, start};

/// A bridge's session of a version and with a mask.
async fn open_with(running: &Running, version: u32, mask: CallMsgMask) -> Client {
    let mut client = Client::connect(running.side_a, version).await;
    let mut request = open_req(version, bridge_services());
    request.call_msg_mask = mask;
    client.send(request).await;
    client.expect("OPEN_CONF").await;
    client
}

/// What a recording event of the session is about: its name, the call and the line.
fn recording_events(client: &Client, frames: &[RawFrame]) -> Vec<String> {
    let mut context = Context::new(client.version);
    let line = |name: &str, device: &Option<Text<'_>>| format!("{name} {}", device.as_deref().unwrap_or("?"));
    let frames = frames.iter().filter(|frame| Client::name(frame).starts_with("NETWORK_RECORDING_"));
    frames
        .map(|frame| match Message::decode(frame, &mut context).unwrap() {
            Message::NetworkRecordingStartedEvent(event) => line("started", &event.connection_device_id),
            Message::NetworkRecordingEndedEvent(event) => line("ended", &event.connection_device_id),
            Message::NetworkRecordingFailedEvent(event) => {
                line(&format!("failed {}", event.record_failure_cause), &event.connection_device_id)
            }
            Message::NetworkRecordingTargetInfoEvent(event) => {
                assert_eq!(event.recording_type, RecordingType::AUTOMATIC);
                line("target", &event.connection_device_id)
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn the_network_records_every_agents_line_of_a_call_that_is_recorded() {
    let running = start(settings()).await;
    let mut client = open_with(&running, 24, CallMsgMask::all()).await;
    client.ready("1001", "3001").await;
    client.ready("1002", "3002").await;
    // What a session's version does not have, or its mask does not ask for, it does not hear.
    let mut older = open_with(&running, 22, CallMsgMask::all()).await;
    let mut deaf = open_with(&running, 24, CallMsgMask::from_bits_retain(0x0fff_ffff)).await;
    let wanted = json!({ "from": "+41445550123", "to": { "agent": "1001" }, "recorded": true });
    let (status, placed) = post(&running, "/calls", wanted).await;
    assert_eq!(status, 200, "{placed}");
    let ringing = client.all_said().await;
    assert_eq!(recording_events(&client, &ringing), [""; 0], "nobody talks yet");
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "answer" })).await.0, 200);
    let talking = client.all_said().await;
    assert_eq!(recording_events(&client, &talking), ["started 3001", "target 3001"]);
    // The colleague is only asked, then has the customer; the first agent's line is done.
    let consult = json!({ "action": "consult", "number": "3002" });
    assert_eq!(post(&running, "/phones/3001", consult).await.0, 200);
    assert_eq!(post(&running, "/phones/3002", json!({ "action": "answer" })).await.0, 200);
    let asked = client.all_said().await;
    assert_eq!(recording_events(&client, &asked), [""; 0]);
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "transfer" })).await.0, 200);
    let handed = client.all_said().await;
    assert_eq!(recording_events(&client, &handed), ["ended 3001", "started 3002", "target 3002"]);
    let path = format!("/calls/{}/far-end", placed["callId"]);
    assert_eq!(post(&running, &path, json!({ "action": "hangup" })).await.0, 200);
    let over = client.all_said().await;
    assert_eq!(recording_events(&client, &over), ["ended 3002"]);
    for other in [&mut older, &mut deaf] {
        let said = other.said().await;
        assert!(said.contains(&"END_CALL_EVENT") && !said.iter().any(|name| name.starts_with("NETWORK_")), "{said:?}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn recording_is_a_habit_of_the_world_unless_a_call_says_otherwise_and_can_fail() {
    let mut settings = settings();
    settings.world.record_calls = true;
    let running = start(settings).await;
    let mut client = open_with(&running, 24, CallMsgMask::all()).await;
    client.ready("1001", "3001").await;
    let hear = async |client: &mut Client, recorded: Value| {
        let mut call = json!({ "from": "+41445550123", "to": { "agent": "1001" } });
        if !recorded.is_null() {
            call["recorded"] = recorded;
        }
        let (status, placed) = post(&running, "/calls", call).await;
        assert_eq!(status, 200, "{placed}");
        assert_eq!(post(&running, "/phones/3001", json!({ "action": "answer" })).await.0, 200);
        let path = format!("/calls/{}/far-end", placed["callId"]);
        assert_eq!(post(&running, &path, json!({ "action": "hangup" })).await.0, 200);
        assert_eq!(post(&running, "/agents/1001", json!({ "state": "AVAILABLE" })).await.0, 200);
        let frames = client.all_said().await;
        recording_events(client, &frames)
    };
    assert_eq!(hear(&mut client, Value::Null).await, ["started 3001", "target 3001", "ended 3001"]);
    assert_eq!(hear(&mut client, false.into()).await, [""; 0]);
    let control = running.control.unwrap();
    let behave = async |body: &str| http(control, "PUT", "/behaviour", Some("application/json"), body).await.0;
    assert_eq!(behave(r#"{"failRecording":5}"#).await, 200);
    assert_eq!(behave(r#"{"eventDelayMs":0}"#).await, 200, "an order that is not named stays");
    assert_eq!(hear(&mut client, true.into()).await, ["failed 5 3001"]);
    assert_eq!(hear(&mut client, true.into()).await, ["started 3001", "target 3001", "ended 3001"], "once");
    assert_eq!(behave(r#"{"failRecording":"often"}"#).await, 400);
    let (status, answer) = post(&running, "/calls", json!({ "from": "1", "to": { "agent": "1001" }, "recorded": 1 })).await;
    assert_eq!(status, 400, "{answer}");
    // A call to the outside is recorded as soon as somebody answers there.
    assert_eq!(post(&running, "/agents/1001", json!({ "state": "NOT_READY" })).await.0, 200);
    client.all_said().await;
    assert_eq!(post(&running, "/phones/3001", json!({ "action": "dial", "number": "+41445550199" })).await.0, 200);
    client.expect("NETWORK_RECORDING_STARTED_EVENT").await;
    running.shutdown().await;
}
