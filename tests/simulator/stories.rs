//! Calls and agents from end to end.

use std::time::Duration;

use ctibridge::protocol::message::{AnswerCallReq, ClearConnectionReq, HoldCallReq, MakeCallReq, RetrieveCallReq};
use ctibridge::protocol::values::{AgentState, ControlFailureCode, EventCause, LocalConnectionState};
use ctibridge::simulator::world::FarEnd;
use ctibridge::simulator::{Command, Running};

use crate::client::Client;
use crate::{agent, call, decoded, parties, settings, start, truth};

async fn far_end(running: &Running, call: u32, action: FarEnd) {
    running.handle().control(Command::FarEnd(call, action)).await.unwrap();
}

fn answer(client: &mut Client, call: u32, device: &str) -> AnswerCallReq<'static> {
    AnswerCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        agent_instrument: Some(device.to_owned().into()),
        ..AnswerCallReq::default()
    }
}

fn hold(client: &mut Client, call: u32, device: &str) -> HoldCallReq<'static> {
    HoldCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        ..HoldCallReq::default()
    }
}

fn retrieve(client: &mut Client, call: u32, device: &str) -> RetrieveCallReq<'static> {
    RetrieveCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        held_connection_call_id: call,
        held_connection_device_id: Some(device.to_owned().into()),
        ..RetrieveCallReq::default()
    }
}

fn clear(client: &mut Client, call: u32, device: &str) -> ClearConnectionReq<'static> {
    ClearConnectionReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        ..ClearConnectionReq::default()
    }
}

fn make_call(client: &mut Client, device: &str, number: &str) -> MakeCallReq<'static> {
    MakeCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        skill_group_number: u32::MAX,
        agent_instrument: Some(device.to_owned().into()),
        dialed_number: Some(number.to_owned().into()),
        ..MakeCallReq::default()
    }
}

#[tokio::test]
async fn a_call_is_answered_held_retrieved_ended_and_wrapped_up() {
    let mut settings = settings();
    settings.world.wrap_up = Duration::from_millis(150);
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    assert_eq!(agent(&running, "1001").await, ("AVAILABLE".to_owned(), 0));

    let id = call(&running, "+41445550123", "1001").await;
    assert_eq!(
        client.said().await,
        ["AGENT_PRE_CALL_EVENT", "AGENT_STATE_EVENT", "BEGIN_CALL_EVENT", "CALL_DELIVERED_EVENT"],
        "the order of the logged examples"
    );
    assert_eq!(agent(&running, "1001").await.0, "RESERVED");
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 alerting"]);

    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    assert_eq!(client.said().await, ["CALL_ESTABLISHED_EVENT", "RTP_STARTED_EVENT", "RTP_STARTED_EVENT", "AGENT_STATE_EVENT"]);
    assert_eq!(agent(&running, "1001").await.0, "TALKING");

    let request = hold(&mut client, id, "3001");
    client.done(request, "HOLD_CALL_CONF").await;
    assert_eq!(client.said().await, ["CALL_HELD_EVENT", "RTP_STOPPED_EVENT", "RTP_STOPPED_EVENT", "AGENT_STATE_EVENT"]);
    assert_eq!((agent(&running, "1001").await.0.as_str(), parties(&running).await[1].as_str()), ("HOLD", "3001 held"));
    // What is held cannot be held again.
    let request = hold(&mut client, id, "3001");
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    let refused = decoded!(client, refused, ControlFailureConf);
    assert_eq!((refused.failure_code, refused.peripheral_error_code), (ControlFailureCode::INVALID_OBJECT_STATE, 13_082));

    let request = retrieve(&mut client, id, "3001");
    client.done(request, "RETRIEVE_CALL_CONF").await;
    client.said().await;
    assert_eq!(agent(&running, "1001").await.0, "TALKING");

    far_end(&running, id, FarEnd::Hangup).await;
    let cleared = client.expect("CALL_CONNECTION_CLEARED_EVENT").await;
    let cleared = decoded!(client, cleared, CallConnectionClearedEvent);
    assert_eq!(
        (cleared.connection_device_id.as_deref(), cleared.releasing_device_id.as_deref()),
        (Some("+41445550123"), Some("+41445550123"))
    );
    client.expect("CALL_CLEARED_EVENT").await;
    client.expect("END_CALL_EVENT").await;
    let state = client.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(client, state, AgentStateEvent);
    assert_eq!((state.agent_state, state.next_agent_state), (AgentState::WORK_READY, Some(AgentState::AVAILABLE)));
    assert!(parties(&running).await.is_empty());
    // The timer ends wrap-up after an incoming call: ready again.
    let state = client.expect("AGENT_STATE_EVENT").await;
    assert_eq!(decoded!(client, state, AgentStateEvent).agent_state, AgentState::AVAILABLE);
    running.shutdown().await;
}
