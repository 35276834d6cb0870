//! Calls and agents from end to end.

use std::time::Duration;

use ctibridge::protocol::message::{AnswerCallReq, ClearConnectionReq, HoldCallReq, MakeCallReq, RetrieveCallReq};
use ctibridge::protocol::values::{AgentState, ControlFailureCode, EventCause, LocalConnectionState};
use ctibridge::simulator::world::FarEnd;
use ctibridge::simulator::{Command, Running};

use crate::client::Client;
use crate::{agent, call, decoded, parties, settings, start, truth};

pub(crate) async fn far_end(running: &Running, call: u32, action: FarEnd) {
    running.handle().control(Command::FarEnd(call, action)).await.unwrap();
}

pub(crate) fn answer(client: &mut Client, call: u32, device: &str) -> AnswerCallReq<'static> {
    AnswerCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        agent_instrument: Some(device.to_owned().into()),
        ..AnswerCallReq::default()
    }
}

pub(crate) fn hold(client: &mut Client, call: u32, device: &str) -> HoldCallReq<'static> {
    HoldCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        ..HoldCallReq::default()
    }
}

pub(crate) fn retrieve(client: &mut Client, call: u32, device: &str) -> RetrieveCallReq<'static> {
    RetrieveCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        held_connection_call_id: call,
        held_connection_device_id: Some(device.to_owned().into()),
        ..RetrieveCallReq::default()
    }
}

pub(crate) fn clear(client: &mut Client, call: u32, device: &str) -> ClearConnectionReq<'static> {
    ClearConnectionReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.to_owned().into()),
        ..ClearConnectionReq::default()
    }
}

pub(crate) fn make_call(client: &mut Client, device: &str, number: &str) -> MakeCallReq<'static> {
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

#[tokio::test]
async fn a_call_to_the_outside_is_answered_and_hung_up_by_the_agent() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 15).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.said().await;
    let request = make_call(&mut client, "3001", "+41315550107");
    let conf = client.done(request, "MAKE_CALL_CONF").await;
    let conf = decoded!(client, conf, MakeCallConf);
    let id = conf.new_connection_call_id;
    assert_eq!(conf.new_connection_device_id.as_deref(), Some("3001"));
    let mut names = Vec::new();
    let established = loop {
        let frame = client.frame().await.unwrap();
        if Client::name(&frame) == "CALL_ESTABLISHED_EVENT" {
            break frame;
        }
        names.push(Client::name(&frame));
    };
    assert_eq!(
        names,
        [
            "BEGIN_CALL_EVENT",
            "CALL_SERVICE_INITIATED_EVENT",
            "CALL_ORIGINATED_EVENT",
            "AGENT_STATE_EVENT",
            "CALL_DATA_UPDATE_EVENT",
            "CALL_REACHED_NETWORK_EVENT",
            "CALL_DELIVERED_EVENT"
        ]
    );
    let established = decoded!(client, established, CallEstablishedEvent);
    assert_eq!((established.connection_call_id, established.answering_device_id.as_deref()), (id, Some("+41315550107")));
    assert_eq!(parties(&running).await, ["3001 connected", "+41315550107 connected"]);
    assert_eq!(truth(&running).await["calls"][0]["type"], "OUT");

    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    let said = client.said().await;
    let calls: Vec<_> = said.iter().filter(|name| !name.starts_with("RTP") && **name != "AGENT_STATE_EVENT").collect();
    assert_eq!(calls, [&"CALL_CONNECTION_CLEARED_EVENT", &"CALL_CLEARED_EVENT", &"END_CALL_EVENT"]);
    // Wrap-up is optional after outgoing calls and nobody asked for it.
    assert_eq!(agent(&running, "1001").await, ("NOT_READY".to_owned(), 0));
    assert!(parties(&running).await.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn busy_and_wrong_numbers_fail_and_clear_by_themselves() {
    for (number, cause) in
        [("+41315550100", EventCause::BUSY), ("+41315550102", EventCause::DEST_NOT_OBTAINABLE), ("77", EventCause::DEST_NOT_OBTAINABLE)]
    {
        let running = start(settings()).await;
        let mut client = Client::open(running.side_a, 24).await;
        client.set_state("1001", "3001", AgentState::LOGIN).await;
        let request = make_call(&mut client, "3001", number);
        client.done(request, "MAKE_CALL_CONF").await;
        let failed = client.expect("CALL_FAILED_EVENT").await;
        let failed = decoded!(client, failed, CallFailedEvent);
        assert_eq!((failed.event_cause, failed.local_connection_state), (cause, LocalConnectionState::FAIL));
        client.expect("CALL_CONNECTION_CLEARED_EVENT").await;
        client.expect("CALL_CLEARED_EVENT").await;
        client.expect("END_CALL_EVENT").await;
        client.expect("AGENT_STATE_EVENT").await;
        assert_eq!(agent(&running, "1001").await.0, "NOT_READY");
        running.shutdown().await;
    }
}

#[tokio::test]
async fn a_number_that_never_answers_rings_until_the_far_end_does_something() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    let request = make_call(&mut client, "3001", "+41315550101");
    let conf = client.done(request, "MAKE_CALL_CONF").await;
    let id = decoded!(client, conf, MakeCallConf).new_connection_call_id;
    client.expect("CALL_DELIVERED_EVENT").await;
    assert_eq!(parties(&running).await, ["3001 initiated", "+41315550101 alerting"]);
    far_end(&running, id, FarEnd::Answer).await;
    client.expect("CALL_ESTABLISHED_EVENT").await;
    let refused = running.handle().control(Command::FarEnd(id, FarEnd::Busy)).await.unwrap_err();
    assert!(refused.to_string().contains("does not ring"), "{refused}");
    running.shutdown().await;
}

#[tokio::test]
async fn an_internal_call_has_two_connections_with_a_begin_and_an_end_each() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.ready("1002", "3002").await;
    let request = make_call(&mut client, "3001", "3002");
    let conf = client.done(request, "MAKE_CALL_CONF").await;
    let id = decoded!(client, conf, MakeCallConf).new_connection_call_id;
    let frames = client.all_said().await;
    let begins: Vec<String> = frames
        .iter()
        .filter(|frame| Client::name(frame) == "BEGIN_CALL_EVENT")
        .map(|frame| decoded!(client, frame, BeginCallEvent).connection_device_id.unwrap().to_string())
        .collect();
    assert_eq!(begins, ["3001", "3002"]);
    let rings: Vec<_> = frames
        .iter()
        .filter(|frame| Client::name(frame) == "CALL_DELIVERED_EVENT")
        .map(|frame| decoded!(client, frame, CallDeliveredEvent).local_connection_state)
        .collect();
    assert_eq!(rings, [LocalConnectionState::INITIATE, LocalConnectionState::ALERTING]);
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("TALKING", "RESERVED"));

    let request = answer(&mut client, id, "3002");
    client.done(request, "ANSWER_CALL_CONF").await;
    let said = client.said().await;
    assert_eq!(said.iter().filter(|name| **name == "CALL_ESTABLISHED_EVENT").count(), 2);
    assert_eq!(parties(&running).await, ["3001 connected", "3002 connected"]);

    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    let said = client.said().await;
    assert_eq!(said.iter().filter(|name| **name == "END_CALL_EVENT").count(), 2);
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("NOT_READY", "WORK_READY"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_rejected_call_goes_to_the_next_agent_of_the_group() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    client.ready("1002", "3002").await;
    let id = call(&running, "+41445550123", "1001").await;
    client.expect("CALL_DELIVERED_EVENT").await;
    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    let cleared = client.expect("CALL_CONNECTION_CLEARED_EVENT").await;
    assert_eq!(decoded!(client, cleared, CallConnectionClearedEvent).event_cause, EventCause::REDIRECTED);
    let end = client.expect("END_CALL_EVENT").await;
    assert_eq!(decoded!(client, end, EndCallEvent).connection_device_id.as_deref(), Some("3001"));
    // The same call id begins again at the next agent.
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    let begin = decoded!(client, begin, BeginCallEvent);
    assert_eq!((begin.connection_call_id, begin.connection_device_id.as_deref()), (id, Some("3002")));
    assert_eq!(agent(&running, "1001").await, ("NOT_READY".to_owned(), 32_767));
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3002 alerting"]);
    running.shutdown().await;
}

#[tokio::test]
async fn a_call_nobody_answers_waits_until_somebody_is_ready_again() {
    let mut settings = settings();
    settings.world.ring_no_answer = Duration::from_millis(50);
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 14).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    let cleared = client.expect("CALL_CONNECTION_CLEARED_EVENT").await;
    assert_eq!(decoded!(client, cleared, CallConnectionClearedEvent).event_cause, EventCause::CALL_NOT_ANSWERED);
    client.expect("END_CALL_EVENT").await;
    let state = client.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(client, state, AgentStateEvent);
    assert_eq!((state.agent_state, state.event_reason_code), (AgentState::NOT_READY, 32_767));
    assert!(parties(&running).await.is_empty(), "a caller who waits is not at the peripheral");
    client.set_state("1001", "3001", AgentState::AVAILABLE).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    assert_eq!(decoded!(client, begin, BeginCallEvent).connection_call_id, id);
    running.shutdown().await;
}

#[tokio::test]
async fn an_abandoned_call_gives_the_agent_back() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "", "1001").await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    assert_eq!(decoded!(client, begin, BeginCallEvent).ani, None, "a withheld number is nowhere");
    client.expect("CALL_DELIVERED_EVENT").await;
    far_end(&running, id, FarEnd::Hangup).await;
    let cleared = client.expect("CALL_CLEARED_EVENT").await;
    assert_eq!(decoded!(client, cleared, CallClearedEvent).event_cause, EventCause::CECX_ABAND_RING);
    client.expect("END_CALL_EVENT").await;
    client.expect("AGENT_STATE_EVENT").await;
    assert_eq!(agent(&running, "1001").await.0, "AVAILABLE");
    running.shutdown().await;
}

#[tokio::test]
async fn a_wish_during_a_call_is_shown_and_taken_after_it() {
    let mut settings = settings();
    settings.world.wrap_up = Duration::from_millis(50);
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    client.expect("CALL_DELIVERED_EVENT").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    let mut request = client.state_req("1001", "3001", AgentState::NOT_READY);
    request.event_reason_code = 7;
    client.done(request, "SET_AGENT_STATE_CONF").await;
    let state = client.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(client, state, AgentStateEvent);
    assert_eq!((state.agent_state, state.next_agent_state), (AgentState::TALKING, Some(AgentState::NOT_READY)));
    assert_eq!(truth(&running).await["agents"][0]["nextState"], "NOT_READY");
    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    let work = client.expect("AGENT_STATE_EVENT").await;
    assert_eq!(decoded!(client, work, AgentStateEvent).agent_state, AgentState::WORK_NOT_READY);
    let rest = client.expect("AGENT_STATE_EVENT").await;
    let rest = decoded!(client, rest, AgentStateEvent);
    assert_eq!((rest.agent_state, rest.event_reason_code), (AgentState::NOT_READY, 7));
    running.shutdown().await;
}

#[tokio::test]
async fn logins_are_refused_with_the_code_of_their_reason() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    for (agent, device, password, code) in [
        ("999", "3005", "1234", 256),
        ("1002", "3002", "wrong", 257),
        ("1001", "3003", "1234", 259),
        ("1002", "4711", "1234", 260),
        ("1002", "3001", "1234", 283),
    ] {
        let mut request = client.state_req(agent, device, AgentState::LOGIN);
        request.agent_password = Some(password.to_owned().into());
        let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
        assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code.0, code, "{agent} at {device}");
    }
    // Free seating: somebody else's usual phone is fine while it is free.
    client.set_state("1002", "3019", AgentState::LOGIN).await;
    assert_eq!(truth(&running).await["agents"][1]["extension"], "3019");
    running.shutdown().await;
}

#[tokio::test]
async fn states_are_refused_as_unified_cce_refuses_them() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    client.set_state("1011", "3011", AgentState::LOGIN).await;
    client.said().await;
    let mut cases = Vec::new();
    for (agent, device, state, code, error) in [
        ("1001", "3001", AgentState::LOGOUT, 22, 10_112),
        ("1001", "3001", AgentState::WORK_READY, 22, 10_108),
        ("1001", "3001", AgentState::TALKING, 3, 10_108),
        ("1011", "3011", AgentState::NOT_READY, 281, 0),
        ("1011", "3011", AgentState::LOGOUT, 281, 0),
    ] {
        let request = client.state_req(agent, device, state);
        let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
        let refused = decoded!(client, refused, ControlFailureConf);
        cases.push((refused.failure_code.0, refused.peripheral_error_code) == (code, error));
    }
    assert!(cases.iter().all(|right| *right), "{cases:?}");
    // An agent who is ready cannot dial.
    let request = make_call(&mut client, "3001", "+41315550107");
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).peripheral_error_code, 10_103);
    let request = client.state_req("1012", "3012", AgentState::AVAILABLE);
    let refused = client.done(request, "FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, FailureConf).status.0, 9, "not logged on");
    running.shutdown().await;
}

#[tokio::test]
async fn wrap_up_data_that_is_required_keeps_the_agent_in_work() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1011", "3011").await;
    let id = call(&running, "+41445550123", "1011").await;
    client.expect("CALL_DELIVERED_EVENT").await;
    let request = answer(&mut client, id, "3011");
    client.done(request, "ANSWER_CALL_CONF").await;
    far_end(&running, id, FarEnd::Hangup).await;
    client.expect("END_CALL_EVENT").await;
    client.said().await;
    assert_eq!(agent(&running, "1011").await.0, "WORK_READY");
    let request = client.state_req("1011", "3011", AgentState::AVAILABLE);
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code, ControlFailureCode::WRAPUP_DATA_REQUIRED);
    // The data of a call that ended can still be set.
    let request = ctibridge::protocol::message::SetCallDataReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3011".into()),
        call_wrapup_data: Some("done".into()),
        ..Default::default()
    };
    client.done(request, "SET_CALL_DATA_CONF").await;
    client.set_state("1011", "3011", AgentState::AVAILABLE).await;
    assert_eq!(agent(&running, "1011").await.0, "AVAILABLE");
    running.shutdown().await;
}

#[tokio::test]
async fn call_data_go_to_every_session_with_all_ecc_variables_from_version_22_on() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    let mut old = Client::open(running.side_a, 15).await;
    client.ready("1001", "3001").await;
    let inbound = ctibridge::simulator::InboundCall {
        from: "+41445550123".to_owned(),
        agent: Some("1001".to_owned()),
        ecc_variables: vec![("user.a".to_owned(), "1".to_owned()), ("user.list[2]".to_owned(), "z".to_owned())],
        ..Default::default()
    };
    let id = running.handle().place_call(inbound).await.unwrap();
    client.said().await;
    old.said().await;
    let mut request = ctibridge::protocol::message::SetCallDataReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        call_variable3: Some("three".into()),
        ..Default::default()
    };
    request.named_variables.push(ctibridge::protocol::wire::NamedVariable { name: "user.b".into(), value: "2".into() });
    client.done(request, "SET_CALL_DATA_CONF").await;
    let update = client.expect("CALL_DATA_UPDATE_EVENT").await;
    let update = decoded!(client, update, CallDataUpdateEvent);
    let names = |update: &ctibridge::protocol::message::CallDataUpdateEvent<'_>| -> Vec<String> {
        update.named_variables.iter().map(|variable| variable.name.to_string()).collect()
    };
    assert_eq!((names(&update), update.named_arrays.len()), (vec!["user.a".to_owned(), "user.b".to_owned()], 1));
    assert_eq!(update.call_variable3.as_deref(), Some("three"));
    let update = old.expect("CALL_DATA_UPDATE_EVENT").await;
    let update = decoded!(old, update, CallDataUpdateEvent);
    assert_eq!((names(&update), update.named_arrays.len()), (vec!["user.b".to_owned()], 0), "only what changed before 22");
    let call = &truth(&running).await["calls"][0];
    assert_eq!((&call["callVariables"]["3"], &call["eccVariables"]["user.list[2]"]), (&"three".into(), &"z".into()));
    running.shutdown().await;
}

#[tokio::test]
async fn snapshots_tell_calls_and_devices_also_of_a_device_without_calls() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let device = |client: &mut Client, device: &'static str| ctibridge::protocol::message::SnapshotDeviceReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        agent_instrument: Some(device.into()),
        ..Default::default()
    };
    let request = device(&mut client, "3002");
    let snapshot = client.done(request, "SNAPSHOT_DEVICE_CONF").await;
    assert!(decoded!(client, snapshot, SnapshotDeviceConf).calls.is_empty());
    let id = call(&running, "+41445550123", "1001").await;
    let request = device(&mut client, "3001");
    let snapshot = client.done(request, "SNAPSHOT_DEVICE_CONF").await;
    let calls = decoded!(client, snapshot, SnapshotDeviceConf).calls;
    assert_eq!(
        (calls.first().unwrap().call_connection_call_id, calls.first().unwrap().call_state),
        (Some(id), Some(LocalConnectionState::ALERTING))
    );
    let request = ctibridge::protocol::message::SnapshotCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        ..Default::default()
    };
    let snapshot = client.done(request, "SNAPSHOT_CALL_CONF").await;
    let snapshot = decoded!(client, snapshot, SnapshotCallConf);
    let devices: Vec<_> = snapshot.call_devices.iter().map(|device| device.call_connection_device_id.unwrap().to_string()).collect();
    assert_eq!(devices, ["+41445550123", "3001"]);
    assert_eq!(snapshot.ani.as_deref(), Some("+41445550123"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_phone_can_be_used_by_hand() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let press = |device: &'static str, action| {
        let handle = running.handle();
        async move { handle.control(Command::Phone(device.to_owned(), action)).await }
    };
    use ctibridge::simulator::world::PhoneAction;
    // Nobody is signed in at 3005, so only the ringing side is told.
    press("3005", PhoneAction::Dial("3001".to_owned())).await.unwrap();
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    assert_eq!(decoded!(client, begin, BeginCallEvent).connection_device_id.as_deref(), Some("3001"));
    press("3001", PhoneAction::Answer).await.unwrap();
    client.expect("CALL_ESTABLISHED_EVENT").await;
    press("3001", PhoneAction::Hold).await.unwrap();
    press("3001", PhoneAction::Retrieve).await.unwrap();
    press("3005", PhoneAction::Hangup).await.unwrap();
    client.expect("END_CALL_EVENT").await;
    assert!(press("3001", PhoneAction::Answer).await.is_err());
    assert!(press("9", PhoneAction::Answer).await.is_err());
    running.shutdown().await;
}

#[tokio::test]
async fn a_reservation_is_decided_by_call_data_and_leads_to_the_customer() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    for (response, state) in [("Reject", "AVAILABLE"), ("Accept", "TALKING")] {
        let inbound = ctibridge::simulator::InboundCall {
            from: "+41315550107".to_owned(),
            agent: Some("1001".to_owned()),
            call_type: Some(18),
            ecc_variables: vec![("BAStatus".to_owned(), "DO".to_owned()), ("BAResponse".to_owned(), String::new())],
            ..Default::default()
        };
        let id = running.handle().place_call(inbound).await.unwrap();
        let reserved = client.expect("AGENT_STATE_EVENT").await;
        let reserved = decoded!(client, reserved, AgentStateEvent);
        assert_eq!((reserved.agent_state, reserved.direction.map(|direction| direction.0)), (AgentState::RESERVED, Some(5)));
        client.expect("CALL_DELIVERED_EVENT").await;
        // Nobody can answer what is no real call.
        let request = answer(&mut client, id, "3001");
        client.done(request, "CONTROL_FAILURE_CONF").await;
        let mut request = ctibridge::protocol::message::SetCallDataReq {
            invoke_id: client.next_invoke(),
            peripheral_id: 5000,
            connection_call_id: id,
            connection_device_id: Some("3001".into()),
            ..Default::default()
        };
        request.named_variables.push(ctibridge::protocol::wire::NamedVariable { name: "BAResponse".into(), value: response.into() });
        client.done(request, "SET_CALL_DATA_CONF").await;
        client.expect("CALL_DATA_UPDATE_EVENT").await;
        client.expect("END_CALL_EVENT").await;
        client.said().await;
        assert_eq!(agent(&running, "1001").await.0, state, "{response}");
    }
    let call = &truth(&running).await["calls"][0];
    assert_eq!((&call["type"], &call["eccVariables"]["BAStatus"]), (&"CUSTOMER_PREVIEW".into(), &"CO".into()));
    running.shutdown().await;
}
