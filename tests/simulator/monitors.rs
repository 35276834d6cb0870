//! Monitors, recording servers, sessions that watch sessions, announcements that are taken back, clients that are lost.

use std::time::Duration;

use ctibridge::protocol::Text;
use ctibridge::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use ctibridge::protocol::message::{
    ChangeMonitorMaskReq, MonitorAgentTeamStartReq, MonitorAgentTeamStopReq, MonitorStartReq, MonitorStopReq, RegisterServiceReq,
    SessionMonitorStartReq, SessionMonitorStopReq, StartNetworkRecordingReq, StartRecordingConf, StartRecordingReq,
    StopNetworkRecordingReq, StopRecordingConf, StopRecordingReq, UnregisterServiceReq,
};
use ctibridge::protocol::values::{AgentState, ConnectionDeviceIdType, DeviceIdType, ServerMode, StatusCode};
use ctibridge::simulator::{ClientLost, InboundCall, PreCall, Running};
use serde_json::json;

use crate::client::{Client, bridge_services, open_req};
use crate::control::{http, post};
use crate::stories::{answer, clear};
use crate::{agent, call, decoded, settings, start};

async fn open(running: &Running, services: ServiceMask) -> Client {
    let mut client = Client::connect(running.side_a, 24).await;
    let mut request = open_req(24, services);
    request.call_msg_mask = CallMsgMask::all();
    client.send(request).await;
    client.expect("OPEN_CONF").await;
    client
}

fn device_monitor(client: &mut Client, device: &str) -> MonitorStartReq<'static> {
    MonitorStartReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: 0,
        call_msg_mask: CallMsgMask::from_bits_retain(0x0fff_ffff),
        agent_state_mask: AgentStateMask::from_bits_retain(0x3fff),
        connection_device_id_type: ConnectionDeviceIdType::NONE,
        monitored_device_type: DeviceIdType::AGENT_DEVICE,
        monitored_device_id: Some(Text::from(device.to_owned())),
        ..MonitorStartReq::default()
    }
}

fn call_monitor(client: &mut Client, call: u32, device: &str) -> MonitorStartReq<'static> {
    MonitorStartReq {
        connection_call_id: call,
        connection_device_id_type: ConnectionDeviceIdType::STATIC,
        connection_device_id: Some(Text::from(device.to_owned())),
        monitored_device_type: DeviceIdType::NONE,
        monitored_device_id: None,
        ..device_monitor(client, "")
    }
}

/// MonitorID of an event that begins with one.
fn monitor_of(frame: &ctibridge::protocol::RawFrame) -> u32 {
    u32::from_be_bytes(frame.body[..4].try_into().unwrap())
}

async fn status(client: &mut Client, request: impl Into<ctibridge::protocol::Message<'_>>) -> u32 {
    let frame = client.done(request, "FAILURE_CONF").await;
    decoded!(client, frame, FailureConf).status.0
}

#[tokio::test]
async fn a_monitor_of_a_device_passes_its_events_once_for_each_monitor_that_matches() {
    let running = start(settings()).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1001", "3001").await;
    bridge.ready("1002", "3002").await;
    let mut watcher = open(&running, ServiceMask::PERIPHERAL_MONITOR).await;
    let request = device_monitor(&mut watcher, "3001");
    let conf = watcher.done(request, "MONITOR_START_CONF").await;
    let device = decoded!(watcher, conf, MonitorStartConf).monitor_id;
    assert_ne!(device, 0);
    let id = call(&running, "+41445550123", "1001").await;
    call(&running, "+41445550124", "1002").await;
    let frames = watcher.all_said().await;
    let names: Vec<_> = frames.iter().map(Client::name).collect();
    assert_eq!(names, ["AGENT_PRE_CALL_EVENT", "AGENT_STATE_EVENT", "BEGIN_CALL_EVENT", "CALL_DELIVERED_EVENT"], "of 3001 alone");
    assert!(frames.iter().all(|frame| monitor_of(frame) == device));
    // A monitor of the same call makes its events come twice, each with its own number.
    let request = call_monitor(&mut watcher, id, "3001");
    let conf = watcher.done(request, "MONITOR_START_CONF").await;
    let of_call = decoded!(watcher, conf, MonitorStartConf).monitor_id;
    let request = answer(&mut bridge, id, "3001");
    bridge.done(request, "ANSWER_CALL_CONF").await;
    let frames = watcher.all_said().await;
    let established: Vec<u32> = frames.iter().filter(|frame| Client::name(frame) == "CALL_ESTABLISHED_EVENT").map(monitor_of).collect();
    assert_eq!(established, [device, of_call]);
    let states = frames.iter().filter(|frame| Client::name(frame) == "AGENT_STATE_EVENT").count();
    assert_eq!(states, 1, "a call's monitor has no states");
    // A mask keeps everything else away.
    let request = ChangeMonitorMaskReq {
        invoke_id: watcher.next_invoke(),
        monitor_id: device,
        call_msg_mask: CallMsgMask::END_CALL,
        agent_state_mask: AgentStateMask::empty(),
    };
    watcher.done(request, "CHANGE_MONITOR_MASK_CONF").await;
    let request = MonitorStopReq { invoke_id: watcher.next_invoke(), monitor_id: of_call };
    watcher.done(request, "MONITOR_STOP_CONF").await;
    let request = clear(&mut bridge, id, "3001");
    bridge.done(request, "CLEAR_CONNECTION_CONF").await;
    assert_eq!(watcher.said().await, ["END_CALL_EVENT"]);
    // When the agent signs out the device cannot be watched any more.
    bridge.set_state("1001", "3001", AgentState::NOT_READY).await;
    bridge.set_state("1001", "3001", AgentState::LOGOUT).await;
    let ended = watcher.expect("FAILURE_EVENT").await;
    assert_eq!(decoded!(watcher, ended, FailureEvent).status, StatusCode::MONITOR_TERMINATED);
    running.shutdown().await;
}

#[tokio::test]
async fn monitors_are_refused_with_the_status_of_their_reason() {
    let running = start(settings()).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    let mut watcher = open(&running, ServiceMask::PERIPHERAL_MONITOR | ServiceMask::CLIENT_MONITOR | ServiceMask::SUPERVISOR).await;
    let fine = device_monitor(&mut watcher, "3001");
    watcher.done(fine, "MONITOR_START_CONF").await;
    for (change, expected) in [
        (Box::new(|_: &mut MonitorStartReq<'_>| {}) as Box<dyn Fn(&mut MonitorStartReq<'_>)>, StatusCode::MONITOR_ALREADY_EXISTS),
        (Box::new(move |request| request.connection_call_id = id), StatusCode::MUTUALLY_EXCLUS_DEVICEID_TYPES),
        (Box::new(|request| request.monitored_device_id = None), StatusCode::REQUIRED_DATA_MISSING),
        (Box::new(|request| request.monitored_device_id = Some("4711".into())), StatusCode::INVALID_DEVICE),
        (Box::new(|request| request.monitored_device_id = Some("3002".into())), StatusCode::AGENT_NOT_LOGGED_ON),
        (Box::new(|request| request.peripheral_id = 1), StatusCode::INVALID_PERIPHERAL_ID),
    ] {
        let mut request = device_monitor(&mut watcher, "3001");
        change(&mut request);
        assert_eq!(status(&mut watcher, request).await, expected.0, "{expected}");
    }
    let request = call_monitor(&mut watcher, 77, "3001");
    assert_eq!(status(&mut watcher, request).await, StatusCode::INVALID_CALLID.0);
    let request = MonitorStopReq { invoke_id: watcher.next_invoke(), monitor_id: 1 };
    assert_eq!(status(&mut watcher, request).await, StatusCode::INVALID_MONITORID.0);
    let request = MonitorAgentTeamStartReq { invoke_id: watcher.next_invoke(), team_id: 2 };
    assert_eq!(status(&mut watcher, request).await, StatusCode::TEAM_NOT_FOUND.0);
    for expected in ["MONITOR_AGENT_TEAM_START_CONF", "FAILURE_CONF"] {
        let request = MonitorAgentTeamStartReq { invoke_id: watcher.next_invoke(), team_id: 1 };
        watcher.done(request, expected).await;
    }
    let request = SessionMonitorStartReq { invoke_id: watcher.next_invoke(), session_id: 99 };
    assert_eq!(status(&mut watcher, request).await, StatusCode::CLIENT_NOT_FOUND.0);
    // A session without the service has no such request.
    let request = device_monitor(&mut bridge, "3001");
    assert_eq!(status(&mut bridge, request).await, StatusCode::FUNCTION_NOT_AVAILABLE.0);
    running.shutdown().await;
}

#[tokio::test]
async fn a_supervisors_desktop_watches_the_states_of_its_team() {
    let running = start(settings()).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1001", "3001").await;
    let mut request = open_req(24, ServiceMask::CLIENT_EVENTS | ServiceMask::SUPERVISOR);
    request.peripheral_id = 5000;
    request.agent_id = Some("1001".into());
    let mut desktop = Client::connect(running.side_a, 24).await;
    desktop.send(request).await;
    desktop.expect("OPEN_CONF").await;
    let team = desktop.expect("AGENT_TEAM_CONFIG_EVENT").await;
    assert_eq!(decoded!(desktop, team, AgentTeamConfigEvent).members.len(), 20);
    let request = MonitorAgentTeamStartReq { invoke_id: desktop.next_invoke(), team_id: 1 };
    let conf = desktop.done(request, "MONITOR_AGENT_TEAM_START_CONF").await;
    let monitor = decoded!(desktop, conf, MonitorAgentTeamStartConf).monitor_id;
    desktop.said().await;
    bridge.set_state("1005", "3005", AgentState::LOGIN).await;
    let frames = desktop.all_said().await;
    assert_eq!(frames.iter().map(monitor_of).collect::<Vec<_>>(), [monitor, monitor], "LOGIN and NOT_READY of a member");
    // Who leaves the team is seen no more, and the change is told.
    assert_eq!(post(&running, "/teams/1", json!({ "change": "remove", "agent": "1005" })).await.0, 200);
    let change = desktop.expect("AGENT_TEAM_CONFIG_EVENT").await;
    let change = decoded!(desktop, change, AgentTeamConfigEvent);
    let gone = change.members.iter().next().unwrap();
    assert_eq!((change.config_operation.0, gone.atc_agent_id.as_deref()), (2, Some("1005")));
    bridge.set_state("1005", "3005", AgentState::AVAILABLE).await;
    assert!(desktop.said().await.is_empty());
    let help = ctibridge::protocol::message::SupervisorAssistReq {
        invoke_id: bridge.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: u32::MAX,
        connection_device_id_type: ConnectionDeviceIdType::NONE,
        agent_instrument: Some("3005".into()),
        ..Default::default()
    };
    let refused = bridge.done(help, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(bridge, refused, ControlFailureConf).peripheral_error_code, 10_105, "in no team");
    for (body, expected) in [
        (json!({ "change": "remove", "agent": "1005" }), 409),
        (json!({ "change": "add", "agent": "77" }), 404),
        (json!({ "change": "add" }), 400),
        (json!({ "change": "restore" }), 200),
    ] {
        assert_eq!(post(&running, "/teams/1", body.clone()).await.0, expected, "{body}");
    }
    let request = MonitorAgentTeamStopReq { invoke_id: desktop.next_invoke(), monitor_id: monitor };
    desktop.done(request, "MONITOR_AGENT_TEAM_STOP_CONF").await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_watcher_of_sessions_is_told_of_all_and_may_see_what_one_gets() {
    let running = start(settings()).await;
    let bridge = Client::open(running.side_a, 24).await;
    let mut watcher = open(&running, ServiceMask::CLIENT_MONITOR).await;
    let opened = watcher.expect("CLIENT_SESSION_OPENED_EVENT").await;
    let opened = decoded!(watcher, opened, ClientSessionOpenedEvent);
    assert_eq!((opened.services_granted, opened.peripheral_id, opened.client_id.as_deref()), (bridge_services(), u32::MAX, Some("test")));
    assert!(opened.client_port > 0 && opened.client_address.as_deref() == Some("127.0.0.1"));
    let mut request = open_req(24, ServiceMask::CLIENT_EVENTS);
    request.peripheral_id = 5000;
    request.agent_instrument = Some("3002".into());
    let mut desktop = Client::connect(running.side_a, 24).await;
    desktop.send(request).await;
    desktop.expect("OPEN_CONF").await;
    let opened = watcher.expect("CLIENT_SESSION_OPENED_EVENT").await;
    let opened = decoded!(watcher, opened, ClientSessionOpenedEvent);
    assert_eq!((opened.peripheral_id, opened.agent_instrument.as_deref(), opened.agent_id.as_deref()), (5000, Some("3002"), Some("1002")));
    let session_id = opened.session_id;
    let request = SessionMonitorStartReq { invoke_id: watcher.next_invoke(), session_id };
    let conf = watcher.done(request, "SESSION_MONITOR_START_CONF").await;
    let monitor_id = decoded!(watcher, conf, SessionMonitorStartConf).monitor_id;
    let mut bridge = bridge;
    bridge.ready("1002", "3002").await;
    let state = watcher.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(watcher, state, AgentStateEvent);
    assert_eq!((state.monitor_id, state.session_id), (monitor_id, session_id), "the agent's session stands in the event");
    let request = SessionMonitorStopReq { invoke_id: watcher.next_invoke(), monitor_id };
    watcher.done(request, "SESSION_MONITOR_STOP_CONF").await;
    drop(desktop);
    let closed = watcher.expect("CLIENT_SESSION_CLOSED_EVENT").await;
    let closed = decoded!(watcher, closed, ClientSessionClosedEvent);
    assert_eq!((closed.session_id, closed.status), (session_id, StatusCode::CLIENT_DISCONNECTED));
    running.shutdown().await;
}

#[tokio::test]
async fn a_recording_is_passed_to_the_server_that_registered_and_its_answer_back() {
    let running = start(settings()).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    let ask = |client: &mut Client| StartRecordingReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        client_port: 16_386,
        connection_device_id: Some("3001".into()),
        ..StartRecordingReq::default()
    };
    let request = ask(&mut bridge);
    bridge.done(request, "FAILURE_CONF").await;
    let mut recorder = open(&running, ServiceMask::SERVER).await;
    let register = |client: &mut Client, mode| RegisterServiceReq {
        invoke_id: client.next_invoke(),
        server_mode: mode,
        service_name: Some("Cisco:CallRecording".into()),
    };
    let mut request = register(&mut recorder, ServerMode::EXCLUSIVE);
    request.service_name = Some("Cisco:Tea".into());
    assert_eq!(status(&mut recorder, request).await, StatusCode::INVALID_SERVICE.0);
    let request = register(&mut recorder, ServerMode::EXCLUSIVE);
    let conf = recorder.done(request, "REGISTER_SERVICE_CONF").await;
    let service = decoded!(recorder, conf, RegisterServiceConf).registered_service_id;
    let mut second = open(&running, ServiceMask::SERVER).await;
    let request = register(&mut second, ServerMode::ROUND_ROBIN);
    second.done(request, "FAILURE_CONF").await;
    // The request arrives under a number of the server, with the asker's name and address.
    let request = ask(&mut bridge);
    let asked = request.invoke_id;
    bridge.send(request).await;
    let passed = recorder.expect("START_RECORDING_REQ").await;
    let passed = decoded!(recorder, passed, StartRecordingReq);
    assert_eq!((passed.connection_call_id, passed.client_port, passed.client_id.as_deref()), (id, 16_386, Some("test")));
    recorder.send(StartRecordingConf { invoke_id: passed.invoke_id, server_data: 42, ..StartRecordingConf::default() }).await;
    let started = bridge.expect("START_RECORDING_CONF").await;
    let started = decoded!(bridge, started, StartRecordingConf);
    assert_eq!((started.invoke_id, started.server_data), (asked, 42));
    assert_ne!(started.session_id, 0);
    let stop = StopRecordingReq {
        invoke_id: bridge.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        session_id: started.session_id,
        server_data: 42,
        connection_device_id: Some("3001".into()),
        ..StopRecordingReq::default()
    };
    bridge.send(stop.clone()).await;
    let passed = recorder.expect("STOP_RECORDING_REQ").await;
    let passed = decoded!(recorder, passed, StopRecordingReq);
    assert_eq!(passed.server_data, 42);
    // An answer to nothing is passed over, the right one goes back.
    recorder.send(StopRecordingConf { invoke_id: 0x0fff_ffff, ..StopRecordingConf::default() }).await;
    recorder.send(StopRecordingConf { invoke_id: passed.invoke_id, ..StopRecordingConf::default() }).await;
    let stopped = bridge.expect("STOP_RECORDING_CONF").await;
    assert_eq!(decoded!(bridge, stopped, StopRecordingConf).invoke_id, stop.invoke_id);
    // A server that goes without an answer leaves nobody waiting.
    let request = ask(&mut bridge);
    bridge.send(request).await;
    recorder.expect("START_RECORDING_REQ").await;
    let request = UnregisterServiceReq { invoke_id: recorder.next_invoke(), registered_service_id: service };
    recorder.done(request, "UNREGISTER_SERVICE_CONF").await;
    drop(recorder);
    let failed = bridge.expect("FAILURE_CONF").await;
    assert_eq!(decoded!(bridge, failed, FailureConf).status, StatusCode::CLIENT_DISCONNECTED);
    running.shutdown().await;
}

#[tokio::test]
async fn recording_in_the_network_tells_its_target_and_its_failure() {
    let running = start(settings()).await;
    let mut client = open(&running, bridge_services()).await;
    let mut other = open(&running, bridge_services()).await;
    client.ready("1001", "3001").await;
    other.said().await;
    let id = call(&running, "+41445550123", "1001").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    other.said().await;
    let ask = |client: &mut Client| StartNetworkRecordingReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        invocation_type: Some(1),
        connection_device_id: Some("3001".into()),
        ..StartNetworkRecordingReq::default()
    };
    let (done, _) = http(running.control.unwrap(), "PUT", "/behaviour", Some("application/json"), r#"{"failRecording":5}"#).await;
    assert_eq!(done, 200);
    let request = ask(&mut client);
    client.done(request, "START_NETWORK_RECORDING_CONF").await;
    let failed = client.expect("NETWORK_RECORDING_FAILED_EVENT").await;
    assert_eq!(decoded!(client, failed, NetworkRecordingFailedEvent).record_failure_cause, 5);
    let request = ask(&mut client);
    client.done(request, "START_NETWORK_RECORDING_CONF").await;
    client.expect("NETWORK_RECORDING_STARTED_EVENT").await;
    let target = client.expect("NETWORK_RECORDING_TARGET_INFO_EVENT").await;
    assert_eq!(decoded!(client, target, NetworkRecordingTargetInfoEvent).connection_call_id, id);
    assert_eq!(other.said().await, ["NETWORK_RECORDING_FAILED_EVENT", "NETWORK_RECORDING_STARTED_EVENT"], "the target is the initiator's");
    let mut stop = StopNetworkRecordingReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        ..StopNetworkRecordingReq::default()
    };
    client.done(stop.clone(), "CONTROL_FAILURE_CONF").await;
    stop.invocation_type = Some(1);
    stop.invoke_id = client.next_invoke();
    client.done(stop, "STOP_NETWORK_RECORDING_CONF").await;
    client.expect("NETWORK_RECORDING_ENDED_EVENT").await;
    running.shutdown().await;
}

#[tokio::test]
async fn an_announcement_is_taken_back_and_the_second_in_a_row_costs_the_readiness() {
    let mut settings = settings();
    settings.world.announced_call_expected = Duration::from_millis(20);
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    for (state, reason) in [(AgentState::AVAILABLE, 0), (AgentState::NOT_READY, 50_010)] {
        let announced = InboundCall {
            from: "+41445550123".to_owned(),
            agent: Some("1001".to_owned()),
            router_key: Some((1, 2)),
            pre_call: PreCall::Abort,
            ..InboundCall::default()
        };
        running.handle().place_call(announced).await.unwrap();
        let announced = client.expect("AGENT_PRE_CALL_EVENT").await;
        assert_eq!(decoded!(client, announced, AgentPreCallEvent).router_call_key_call_id, Some(2));
        let reserved = client.expect("AGENT_STATE_EVENT").await;
        assert_eq!(decoded!(client, reserved, AgentStateEvent).agent_state, AgentState::RESERVED);
        let abort = client.expect("AGENT_PRE_CALL_ABORT_EVENT").await;
        let abort = decoded!(client, abort, AgentPreCallAbortEvent);
        assert_eq!((abort.router_call_key_day, abort.router_call_key_call_id), (Some(1), Some(2)));
        assert_eq!(abort.agent_instrument.as_deref(), Some("3001"));
        let back = client.expect("AGENT_STATE_EVENT").await;
        let back = decoded!(client, back, AgentStateEvent);
        assert_eq!((back.agent_state, back.event_reason_code), (state, reason));
    }
    // A call that is on its way arrives after its time.
    client.set_state("1001", "3001", AgentState::AVAILABLE).await;
    let travels = InboundCall {
        from: "+41445550123".to_owned(),
        agent: Some("1001".to_owned()),
        arrives_after: Duration::from_millis(20),
        ..InboundCall::default()
    };
    running.handle().place_call(travels).await.unwrap();
    client.expect("AGENT_PRE_CALL_EVENT").await;
    let mut names = Vec::new();
    while names.last() != Some(&"CALL_DELIVERED_EVENT") {
        names.push(Client::name(&client.frame().await.unwrap()));
    }
    assert_eq!(names, ["AGENT_STATE_EVENT", "BEGIN_CALL_EVENT", "CALL_DELIVERED_EVENT"]);
    running.shutdown().await;
}

#[tokio::test]
async fn agents_of_clients_that_vanish_become_not_ready_or_are_signed_out_with_50002() {
    for (lost, state) in [(ClientLost::NotReady, "NOT_READY"), (ClientLost::Logout, "LOGOUT"), (ClientLost::Stay, "AVAILABLE")] {
        let mut settings = settings();
        settings.world.client_lost = lost;
        settings.world.client_lost_after = Duration::from_millis(20);
        let running = start(settings).await;
        let mut bridge = Client::open(running.side_a, 24).await;
        bridge.ready("1002", "3002").await;
        let mut request = open_req(24, ServiceMask::CLIENT_EVENTS | ServiceMask::CLIENT_CONTROL);
        request.peripheral_id = 5000;
        request.agent_id = Some("1002".into());
        let mut desktop = Client::connect(running.side_a, 24).await;
        desktop.send(request).await;
        desktop.expect("OPEN_CONF").await;
        drop(desktop);
        if lost == ClientLost::Stay {
            // Nothing can be waited for; the timer's effect would be told before a later call's events.
            call(&running, "+41445550123", "1002").await;
            bridge.expect("CALL_DELIVERED_EVENT").await;
            assert_eq!(agent(&running, "1002").await.0, "RESERVED");
        } else {
            let told = bridge.expect("AGENT_STATE_EVENT").await;
            assert_eq!(decoded!(bridge, told, AgentStateEvent).event_reason_code, 50_002);
            assert_eq!(agent(&running, "1002").await, (state.to_owned(), 50_002));
        }
        running.shutdown().await;
    }
}

#[tokio::test]
async fn a_bridge_that_does_not_come_back_takes_its_agents_with_it_where_that_is_set() {
    let mut settings = settings();
    settings.world.bridge_lost_after = Some(Duration::from_millis(20));
    settings.world.client_lost = ClientLost::Logout;
    let running = start(settings).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1002", "3002").await;
    let mut listener = open(&running, ServiceMask::ALL_EVENTS).await;
    drop(bridge);
    loop {
        let told = listener.expect("AGENT_STATE_EVENT").await;
        let told = decoded!(listener, told, AgentStateEvent);
        if told.agent_state == AgentState::LOGOUT {
            assert_eq!(told.event_reason_code, 50_002);
            break;
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_changed_configuration_is_told_to_those_who_asked_for_it() {
    let running = start(settings()).await;
    let mut client = open(&running, bridge_services() | ServiceMask::UPDATE_EVENTS).await;
    let mut other = Client::open(running.side_a, 24).await;
    client.said().await;
    assert_eq!(post(&running, "/configuration", json!({ "agent": "1003", "lastName": "Zumthor" })).await.0, 200);
    let begin = client.expect("CONFIG_BEGIN_EVENT").await;
    assert_eq!(decoded!(client, begin, ConfigBeginEvent).config_type.0, 2);
    let record = client.expect("CONFIG_AGENT_EVENT").await;
    let record = decoded!(client, record, ConfigAgentEvent);
    let record = record.records.iter().next().unwrap();
    assert_eq!((record.last_name.as_deref(), record.record_type.map(|kind| kind.0)), (Some("Zumthor"), Some(1)));
    client.expect("CONFIG_END_EVENT").await;
    assert!(other.said().await.is_empty());
    running.shutdown().await;
}
