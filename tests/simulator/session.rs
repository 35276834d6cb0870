//! Opening, keeping and losing sessions; bytes; the two sides.

use bytes::{BufMut, Bytes, BytesMut};
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::{CloseReq, HeartbeatReq, OpenReq, QueryAgentStateReq, RegisterVariablesReq, SuperviseCallReq};
use ctibridge::protocol::values::{AgentState, StatusCode};
use ctibridge::protocol::wire::{NamedArray, NamedVariable};
use ctibridge::simulator::world::FarEnd;
use ctibridge::simulator::{Command, InboundCall, Profile, Running, Side, SideAction};

use crate::client::{Client, bridge_services, open_req};
use crate::{agent, call, decoded, parties, settings, start, truth};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter(|c| !c.is_whitespace() && *c != '|').map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// The frame as it stood on the wire.
fn wire(frame: &ctibridge::protocol::RawFrame) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    bytes.put_u32(frame.body.len() as u32);
    bytes.put_u32(frame.number);
    bytes.extend_from_slice(&frame.body);
    bytes.to_vec()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asserts bytes against a pattern in which `..` stands for a byte that differs from run to run.
fn assert_bytes(frame: &ctibridge::protocol::RawFrame, pattern: &str) {
    let got = to_hex(&wire(frame));
    let pattern: String = pattern.chars().filter(|c| !c.is_whitespace() && *c != '|').collect();
    assert_eq!(got.len(), pattern.len(), "\n got {got}\nwant {pattern}");
    let same = got.chars().zip(pattern.chars()).all(|(g, p)| p == '.' || g == p);
    assert!(same, "\n got {got}\nwant {pattern}");
}

async fn side(running: &Running, side: Side, action: SideAction) {
    running.handle().control(Command::Side(side, action)).await.unwrap();
}

async fn refused(client: &mut Client, name: &str) -> u32 {
    let frame = client.expect(name).await;
    decoded!(client, frame, FailureConf).status.0
}

#[tokio::test]
async fn the_recorded_session_start_of_version_15_gets_its_answer_in_bytes() {
    let mut settings = settings();
    settings.world.agents = 2;
    let running = start(settings).await;
    let mut client = Client::connect(running.side_a, 15).await;
    // Recorded at a CTI OS Server; the client's password and signature bytes are not published and filled here.
    let open = hex("00000056 00000003 00000007 0000000f 7fffffff 00001388 001c0296 0fffffff 000003ff 00000003 00000000 00000000 00000000 \
         010c 4354494f5353657276657200 020c 4354494f5353657276657200 030c 4354494f5353657276657200");
    client.send_bytes(Bytes::from(open)).await;
    // Bit 0x200 has no name and is dropped; PGStatus and PeripheralOnline say that everything is well.
    let conf = client.frame().await.unwrap();
    assert_bytes(&conf, "00000028 00000004 00000007 001c0096 00000000 00000000 ........ 0001 0011 0009 | e4020001 d00400001388 e0020000");
    let team = client.frame().await.unwrap();
    assert_bytes(
        &team,
        "00000036 00000080 00001388 00000001 0002 0001 \
         | 5605 3130303100 57020001 58020001 5904........ | 5605 3130303200 57020000 58020001 5904........",
    );
    let supervisors = client.frame().await.unwrap();
    assert_bytes(&supervisors, "00000021 00000080 00001388 00000001 0001 0001 | 5605 3130303100 57020001 58020001 5904........");
    let system = client.frame().await.unwrap();
    assert_bytes(&system, "0000001a 0000001f 00000000 ........ 00000003 00001388 00000000 00000000 ffff");
    running.shutdown().await;
}

#[tokio::test]
async fn events_of_a_call_have_their_hand_made_bytes() {
    let running = start(settings()).await;
    let mut old = Client::open(running.side_a, 15).await;
    let mut new = Client::open(running.side_a, 20).await;
    old.ready("1001", "3001").await;
    new.said().await;
    let inbound = InboundCall {
        from: "2006".to_owned(),
        dialed_number: Some("8001".to_owned()),
        agent: Some("1001".to_owned()),
        call_variables: [(1, "x".to_owned())].into(),
        ecc_variables: vec![("user.x".to_owned(), "42".to_owned())],
        router_key: Some((1, 2)),
        ..InboundCall::default()
    };
    let id = running.handle().place_call(inbound).await.unwrap();
    assert_eq!(id, 0x0100_0001);
    // 1. RESERVED, version 15: group 10 has the call, group 11 sees BUSY_OTHER.
    let reserved = old.expect("AGENT_STATE_EVENT").await;
    assert_bytes(
        &reserved,
        "00000081 0000001e | 00000000 00001388 00000000 0011 0008 00000000 0000000a 0000000a 0000 0008 0000 00000001 00000000 0001 \
         00000001 00001771 00000000 0002 \
         | 0505 3130303100 0405 3330303100 0605 3330303100 960400000000 7b02ffff \
         | 3e040000000a 3f040000000a 40020000 41020008 | 3e040000000b 3f040000000b 40020000 41020007",
    );
    // 2. BEGIN_CALL_EVENT, version 20: two-byte tags and lengths.
    let begin = new.expect("BEGIN_CALL_EVENT").await;
    assert_bytes(
        &begin,
        "0000006a 00000017 | 00000000 00001388 0011 0000 0001 0000 0002 0000 01000001 0000 \
         | 00190005 3330303100 00080005 3230303600 000a0005 3830303100 000b0005 3830303100 \
         | 00480004 00000001 00490004 00000002 006e0004 00000000 | 000d0002 7800 | 0052000a 757365722e7800 343200",
    );
    let hold = ctibridge::protocol::message::HoldCallReq {
        invoke_id: old.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        ..Default::default()
    };
    running.handle().control(Command::Phone("3001".to_owned(), ctibridge::simulator::world::PhoneAction::Answer)).await.unwrap();
    old.done(hold, "HOLD_CALL_CONF").await;
    // 3. CALL_HELD_EVENT, version 15, with the values of the logged consult.
    let held = old.expect("CALL_HELD_EVENT").await;
    assert_bytes(&held, "00000024 0000000b | 00000000 00001388 0011 0000 01000001 004c 0004 ffff | 1905 3330303100 1f05 3330303100");
    running.handle().control(Command::FarEnd(id, FarEnd::Hangup)).await.unwrap();
    // 4. CALL_CONNECTION_CLEARED_EVENT, version 20: the caller left.
    let cleared = new.expect("CALL_CONNECTION_CLEARED_EVENT").await;
    assert_bytes(
        &cleared,
        "00000028 0000000e | 00000000 00001388 0011 0000 01000001 004b ffff ffff | 00190005 3230303600 00210005 3230303600",
    );
    // 5. CALL_CLEARED_EVENT, version 15: the end of the call.
    let cleared = old.expect("CALL_CLEARED_EVENT").await;
    assert_bytes(&cleared, "0000001b 0000000d | 00000000 00001388 0011 0000 01000001 0000 ffff | 1905 3230303600");
    running.shutdown().await;
}

#[tokio::test]
async fn open_is_refused_with_the_status_of_its_reason() {
    let mut settings = settings();
    settings.client_password = Some("secret".to_owned());
    let running = start(settings).await;
    let mut plain = open_req(24, bridge_services());
    plain.client_password = Some(b"secret\0".to_vec().into());
    let change = |change: fn(&mut OpenReq<'static>)| {
        let mut open = plain.clone();
        change(&mut open);
        open
    };
    for (open, status) in [
        (change(|open| open.version_number = 8), StatusCode::INVALID_VERSION),
        (change(|open| open.version_number = 26), StatusCode::INVALID_VERSION),
        (change(|open| open.client_id = None), StatusCode::REQUIRED_DATA_MISSING),
        (change(|open| open.client_password = None), StatusCode::REQUIRED_DATA_MISSING),
        (change(|open| open.client_password = Some(b"wrong".to_vec().into())), StatusCode::INVALID_PASSWORD),
        (change(|open| open.idle_timeout = 19), StatusCode::INVALID_TIMEOUT),
        (change(|open| open.peripheral_id = 4711), StatusCode::INVALID_PERIPHERAL_ID),
        (change(|open| open.services_requested = ServiceMask::CLIENT_EVENTS), StatusCode::REQUIRED_DATA_MISSING),
    ] {
        let mut client = Client::connect(running.side_a, 24).await;
        client.send(open).await;
        assert_eq!(refused(&mut client, "FAILURE_CONF").await, status.0, "{status}");
    }
    let mut client = Client::connect(running.side_a, 24).await;
    client.send(HeartbeatReq { invoke_id: 77 }).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::SESSION_NOT_OPEN.0);
    client.send(plain.clone()).await;
    client.expect("OPEN_CONF").await;
    client.send(plain).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::SESSION_ALREADY_OPEN.0);
    running.shutdown().await;
}

#[tokio::test]
async fn the_strict_profile_refuses_what_the_field_profile_drops() {
    let mut settings = settings();
    settings.profile = Profile::Strict;
    let running = start(settings).await;
    let mut client = Client::connect(running.side_a, 24).await;
    client.send(open_req(24, bridge_services() | ServiceMask::from_bits_retain(0x200))).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::INVALID_SERVICE_MASK.0);
    // SUPERVISOR with ALL_EVENTS is granted by both.
    client.send(open_req(24, bridge_services())).await;
    let conf = client.expect("OPEN_CONF").await;
    assert_eq!(decoded!(client, conf, OpenConf).services_granted, bridge_services());
    client.expect("SYSTEM_EVENT").await;
    // HEARTBEAT_REQ with a tag that no message has.
    client.send_bytes(Bytes::from(hex("0000000a 00000005 00000063 7fff0002 0000"))).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::INVALID_FIELD_TAG.0);
    // The tag of a version that is not spoken here, and a message cut short.
    client.send_bytes(Bytes::from(hex("00000006 00000026 00000064 0000"))).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::BAD_MESSAGE_FORMAT.0);
    running.shutdown().await;
}

#[tokio::test]
async fn unknown_ecc_names_are_refused_by_their_kind_under_strict() {
    let mut settings = settings();
    settings.profile = Profile::Strict;
    let running = start(settings).await;
    let mut client = Client::connect(running.side_a, 24).await;
    client.send(open_req(24, bridge_services())).await;
    client.expect("OPEN_CONF").await;
    let variable = |name: &'static str| NamedVariable { name: name.into(), value: "".into() };
    let element = |name: &'static str| NamedArray { index: 0, name: name.into(), value: "".into() };
    let scalar =
        RegisterVariablesReq { invoke_id: client.next_invoke(), named_variables: vec![variable("x.y")].into(), ..Default::default() };
    client.send(scalar).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::NAMED_VARIABLE_NOT_CONFIGURED.0);
    let array = RegisterVariablesReq { invoke_id: client.next_invoke(), named_arrays: vec![element("x.y")].into(), ..Default::default() };
    client.send(array).await;
    assert_eq!(refused(&mut client, "FAILURE_CONF").await, StatusCode::NAMED_ARRAY_NOT_CONFIGURED.0);
    let known = RegisterVariablesReq {
        invoke_id: client.next_invoke(),
        named_variables: vec![variable("user.x")].into(),
        named_arrays: vec![element("user.y")].into(),
        ..Default::default()
    };
    client.done(known, "REGISTER_VARIABLES_CONF").await;
    running.shutdown().await;
}

#[tokio::test]
async fn unmodified_clients_of_others_are_served() {
    let running = start(settings()).await;
    // A recorder of version 14: one-byte widths, peripheral and idle timeout all ones, empty password as one zero byte.
    let mut old = Client::connect(running.side_a, 14).await;
    let open = "00000035 00000003 00000001 0000000e ffffffff ffffffff 00000012 0060637c 00000018 0000001f 00000000 00000000 00000000 \
                | 0104 52545000 | 0201 00";
    old.send_bytes(Bytes::from(hex(open))).await;
    let conf = old.expect("OPEN_CONF").await;
    assert_eq!(decoded!(old, conf, OpenConf).services_granted.bits(), 0x12);
    // A monitor of version 24: DEBUG, strings without zero byte, no control of calls.
    let mut new = Client::connect(running.side_a, 24).await;
    let open = "00000040 00000003 00000001 00000018 00000064 00001388 80000094 ffffffff 00003fff 00000000 00000000 00000000 00000000 \
                | 0001 0009 63746d6f6e69746f72 | 0002 0003 616263";
    new.send_bytes(Bytes::from(hex(open))).await;
    new.expect("OPEN_CONF").await;
    let team = new.expect("AGENT_TEAM_CONFIG_EVENT").await;
    let team = decoded!(new, team, AgentTeamConfigEvent);
    for member in &team.members {
        let query = QueryAgentStateReq {
            invoke_id: new.next_invoke(),
            peripheral_id: 5000,
            mrd_id: 1,
            agent_id: member.atc_agent_id.clone(),
            ..Default::default()
        };
        let state = new.done(query, "QUERY_AGENT_STATE_CONF").await;
        let state = decoded!(new, state, QueryAgentStateConf);
        assert_eq!(state.agent_state, AgentState::LOGOUT);
        assert!(
            state.agent_id.is_some() && state.agent_extension.is_some() && state.skill_groups.first().unwrap().skill_group_id.is_some()
        );
    }
    assert_eq!(team.members.len(), 20);
    running.handle().control(Command::Agent("1001".to_owned(), "LOGIN".to_owned(), None)).await.unwrap();
    let state = new.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(new, state, AgentStateEvent);
    assert!(state.agent_id.is_some() && state.agent_extension.is_some() && state.direction.is_some());
    running.shutdown().await;
}

#[tokio::test]
async fn a_request_without_its_service_or_meaning_is_answered_not_ignored() {
    let running = start(settings()).await;
    let mut client = Client::connect(running.side_a, 24).await;
    client.send(open_req(24, ServiceMask::ALL_EVENTS)).await;
    client.expect("OPEN_CONF").await;
    let request = client.state_req("1001", "3001", AgentState::LOGIN);
    assert_eq!(client.ask(request).await.body[4..], StatusCode::FUNCTION_NOT_AVAILABLE.0.to_be_bytes());
    let request = SuperviseCallReq { invoke_id: client.next_invoke(), peripheral_id: 5000, ..Default::default() };
    assert_eq!(client.ask(request).await.body[4..], StatusCode::FUNCTION_NOT_AVAILABLE.0.to_be_bytes());
    // A number that no table has, and an event that only servers send.
    for number in [9999_u32, 24] {
        let mut bytes = BytesMut::new();
        bytes.put_u32(4);
        bytes.put_u32(number);
        bytes.put_u32(0x1234);
        client.send_bytes(bytes.freeze()).await;
        let failure = client.expect("FAILURE_CONF").await;
        assert_eq!(decoded!(client, failure, FailureConf).invoke_id, 0x1234);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_silent_session_is_reset_and_a_close_is_confirmed() {
    // The shortest idle timeout is 20 s, so only the other end of it is shown over sockets: CLOSE.
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    let invoke_id = client.next_invoke();
    client.done(CloseReq { invoke_id, status: StatusCode::NO_ERROR }, "CLOSE_CONF").await;
    assert!(client.frame().await.is_none(), "the server closes behind its confirmation");
    running.shutdown().await;
}

#[tokio::test]
async fn a_length_beyond_every_frame_ends_that_session_only() {
    let running = start(settings()).await;
    let mut bad = Client::open(running.side_a, 24).await;
    let mut good = Client::open(running.side_a, 24).await;
    bad.send_bytes(Bytes::from_static(&[0xff; 8])).await;
    assert_eq!(refused(&mut bad, "FAILURE_CONF").await, StatusCode::INVALID_MESSAGE_LENGTH.0);
    assert!(bad.frame().await.is_none());
    good.said().await;
    running.shutdown().await;
}

#[tokio::test]
async fn the_standby_refuses_by_version_and_takes_over_with_the_same_call() {
    let running = start(settings()).await;
    let side_b = running.side_b.unwrap();
    for (version, status) in [(23, StatusCode::CTI_SERVER_OFFLINE), (24, StatusCode::INVALID_CLIENT_FOR_STANDBY)] {
        let mut client = Client::connect(side_b, version).await;
        client.send(open_req(version, bridge_services())).await;
        assert_eq!(refused(&mut client, "FAILURE_CONF").await, status.0);
    }
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    client.said().await;
    side(&running, Side::A, SideAction::Stop).await;
    assert!(client.frame().await.is_none(), "all connections are dropped");
    assert!(tokio::net::TcpStream::connect(running.side_a).await.is_err(), "nobody listens");
    let mut client = open_when_active(side_b).await;
    assert_eq!(truth(&running).await["active"], "b");
    assert_eq!(agent(&running, "1001").await.0, "RESERVED");
    let request = ctibridge::protocol::message::AnswerCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        ..Default::default()
    };
    client.done(request, "ANSWER_CALL_CONF").await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 connected"]);
    // The stopped side comes back as the standby.
    side(&running, Side::A, SideAction::Start).await;
    let mut refused_again = Client::connect(running.side_a, 24).await;
    refused_again.send(open_req(24, bridge_services())).await;
    assert_eq!(refused(&mut refused_again, "FAILURE_CONF").await, StatusCode::INVALID_CLIENT_FOR_STANDBY.0);
    running.shutdown().await;
}

/// Tries until the side is active, as a client would.
async fn open_when_active(address: std::net::SocketAddr) -> Client {
    tokio::time::timeout(crate::client::DEADLINE, async {
        loop {
            let mut client = Client::connect(address, 24).await;
            client.send(open_req(24, bridge_services())).await;
            let frame = client.frame().await.unwrap();
            if Client::name(&frame) == "OPEN_CONF" {
                client.expect("SYSTEM_EVENT").await;
                return client;
            }
        }
    })
    .await
    .expect("the side becomes active")
}

#[tokio::test]
async fn a_frozen_side_swallows_everything_and_loses_its_role() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    side(&running, Side::A, SideAction::Freeze).await;
    client.send(HeartbeatReq { invoke_id: 5 }).await;
    let _ = open_when_active(running.side_b.unwrap()).await;
    side(&running, Side::A, SideAction::Resume).await;
    // Nothing came from the frozen side; when it wakes up it knows that it is active no more.
    let event = client.frame().await.unwrap();
    assert_eq!(decoded!(client, event, FailureEvent).status, StatusCode::CTI_SERVER_OFFLINE);
    running.shutdown().await;
}

#[tokio::test]
async fn a_reset_cuts_a_frame_in_the_middle_and_garbage_is_no_frame() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    side(&running, Side::A, SideAction::Garbage).await;
    assert!(client.frame().await.is_none(), "the client cannot read on");
    let mut client = Client::open(running.side_a, 24).await;
    side(&running, Side::A, SideAction::Reset).await;
    assert!(client.frame().await.is_none());
    // The side itself stays active.
    Client::open(running.side_a, 24).await;
    running.shutdown().await;
}

#[tokio::test]
async fn standby_sessions_are_told_when_their_side_takes_over() {
    let running = start(settings()).await;
    let mut active = Client::open(running.side_a, 24).await;
    active.ready("1001", "3001").await;
    call(&running, "+41445550123", "1001").await;
    let mut standby = Client::connect(running.side_b.unwrap(), 24).await;
    standby.send(open_req(24, bridge_services() | ServiceMask::ACTIVE_STANDBY)).await;
    let conf = standby.expect("OPEN_CONF").await;
    assert_eq!(decoded!(standby, conf, OpenConf).session_type.0, 2);
    let request = standby.state_req("1001", "3001", AgentState::LOGIN);
    assert_eq!(standby.ask(request).await.body[4..], StatusCode::SERVER_NOT_MASTER.0.to_be_bytes());
    assert!(standby.said().await.is_empty(), "a standby session gets no events");
    side(&running, Side::A, SideAction::Stop).await;
    standby.expect("STANDBY_ACTIVE_EVENT_MSG").await;
    let delivered = standby.expect("CALL_DELIVERED_EVENT").await;
    assert_eq!(decoded!(standby, delivered, CallDeliveredEvent).event_cause.0, 50);
    running.shutdown().await;
}

#[tokio::test]
async fn a_planned_switch_asks_tells_and_leaves() {
    let running = start(settings()).await;
    let services = bridge_services() | ServiceMask::ACTIVE_STANDBY;
    let mut a = Client::connect(running.side_a, 24).await;
    a.send(open_req(24, services)).await;
    a.expect("OPEN_CONF").await;
    let mut b = Client::connect(running.side_b.unwrap(), 24).await;
    b.send(open_req(24, services)).await;
    b.expect("OPEN_CONF").await;
    // One refusal cancels.
    for accepted in [false, true] {
        side(&running, Side::A, SideAction::Maintenance).await;
        let request = a.expect("ACTIVE_MAINTENANCE_REQ_MSG").await;
        let invoke_id = decoded!(a, request, ActiveMaintenanceReqMsg).invoke_id;
        a.send(ctibridge::protocol::message::ActiveMaintenanceRespMsg { invoke_id, maintenance_mode_accepted: accepted }).await;
        let event = a.expect("ACTIVE_MAINTENANCE_EVENT_MSG").await;
        assert_eq!(decoded!(a, event, ActiveMaintenanceEventMsg).maintenance_mode_continue, accepted);
    }
    b.expect("STANDBY_ACTIVE_EVENT_MSG").await;
    a.send(ctibridge::protocol::message::StoppingRequestsToThisSideInd::default()).await;
    assert!(a.frame().await.is_none(), "the old side disconnects");
    assert_eq!(truth(&running).await["active"], "b");
    b.ready("1001", "3001").await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_client_events_session_sees_its_own_phone_only() {
    let running = start(settings()).await;
    let mut bridge = Client::open(running.side_a, 24).await;
    bridge.ready("1001", "3001").await;
    bridge.ready("1002", "3002").await;
    let mut open = open_req(24, ServiceMask::CLIENT_EVENTS | ServiceMask::CLIENT_CONTROL);
    open.peripheral_id = 5000;
    open.agent_id = Some("1002".into());
    let mut desktop = Client::connect(running.side_a, 24).await;
    desktop.send(open.clone()).await;
    let conf = desktop.expect("OPEN_CONF").await;
    let conf = decoded!(desktop, conf, OpenConf);
    assert_eq!((conf.agent_state, conf.agent_extension.as_deref()), (AgentState::AVAILABLE, Some("3002")));
    call(&running, "+41445550123", "1001").await;
    call(&running, "+41445550124", "1002").await;
    let begin = desktop.expect("BEGIN_CALL_EVENT").await;
    let begin = decoded!(desktop, begin, BeginCallEvent);
    assert_eq!((begin.connection_device_id.as_deref(), begin.monitor_id), (Some("3002"), conf.monitor_id));
    assert_ne!(conf.monitor_id, 0);
    // Another client cannot have the device, the same one replaces its older session.
    let mut other = Client::connect(running.side_a, 24).await;
    let mut foreign = open.clone();
    foreign.client_id = Some("somebody else".into());
    other.send(foreign).await;
    assert_eq!(refused(&mut other, "FAILURE_CONF").await, StatusCode::DEVICE_IN_USE.0);
    other.send(open).await;
    other.expect("OPEN_CONF").await;
    assert_eq!(Client::name(&other.frame().await.unwrap()), "BEGIN_CALL_EVENT", "the call in progress");
    let event = desktop.expect("FAILURE_EVENT").await;
    assert_eq!(decoded!(desktop, event, FailureEvent).status, StatusCode::NEW_SESSION_OPENED);
    running.shutdown().await;
}

#[tokio::test]
async fn ordered_failures_count_once_and_ordered_delays_hold_back() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    let behave = async |patch: serde_json::Value| {
        running.handle().control(Command::Behaviour(patch.as_object().unwrap().clone())).await.unwrap();
    };
    behave(serde_json::json!({ "failNext": { "request": "SET_AGENT_STATE_REQ", "failureCode": 33, "peripheralErrorCode": 7 } })).await;
    let request = client.state_req("1001", "3001", AgentState::LOGIN);
    let failure = client.done(request, "CONTROL_FAILURE_CONF").await;
    let failure = decoded!(client, failure, ControlFailureConf);
    assert_eq!((failure.failure_code.0, failure.peripheral_error_code), (33, 7));
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.said().await;
    behave(serde_json::json!({ "confirmDelayMs": 50 })).await;
    let request = client.state_req("1001", "3001", AgentState::AVAILABLE);
    client.send(request).await;
    assert_eq!(Client::name(&client.frame().await.unwrap()), "AGENT_STATE_EVENT", "the event overtakes its confirmation");
    client.expect("SET_AGENT_STATE_CONF").await;
    behave(serde_json::json!({ "confirmDelayMs": null, "dropNext": "SET_AGENT_STATE_REQ" })).await;
    let request = client.state_req("1001", "3001", AgentState::NOT_READY);
    client.send(request).await;
    assert_eq!(client.said().await, ["AGENT_STATE_EVENT"], "done, but never confirmed");
    running.shutdown().await;
}
