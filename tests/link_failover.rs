//! The link over real loopback sockets against servers played by hand. Times are shortened; only generous deadlines are
//! asserted, what was measured is printed.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

#[path = "common/peer.rs"]
mod peer;

use std::time::Duration;

use ctibridge::link::{self, Event, Handle, Loss, NotSent, RequestFailure, Settings, Side, TcpDialer, Times};
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::{ActiveMaintenanceEventMsg, ActiveMaintenanceReqMsg, BeginCallEvent};
use ctibridge::protocol::message::{
    ControlFailureConf, FailureConf, FailureEvent, OpenConf, QueryAgentStateConf, QueryAgentStateReq, StandbyActiveEventMsg,
};
use ctibridge::protocol::values::{ControlFailureCode, SessionType, StatusCode};
use ctibridge::protocol::wire::NamedVariable;
use ctibridge::protocol::{Message, ProtocolVersion, Text};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use peer::{Server, soon};
use tokio::sync::mpsc::Receiver;

struct Link {
    handle: Handle,
    events: Receiver<Event>,
}

impl Link {
    async fn next(&mut self) -> Event {
        soon("an event", self.events.recv()).await.expect("the link ended")
    }

    async fn up(&mut self) -> link::Up {
        match self.next().await {
            Event::Up(up) => {
                println!("side {} in service after {:?}", up.side, up.took);
                up
            }
            other => panic!("{other:?} instead of Up"),
        }
    }

    async fn down(&mut self) -> link::Down {
        match self.next().await {
            Event::Down(down) => down,
            other => panic!("{other:?} instead of Down"),
        }
    }

    async fn answer(&mut self) -> (u64, Result<u32, RequestFailure>) {
        match self.next().await {
            Event::Answer { token, result, .. } => (token, result.map(|frame| frame.number)),
            other => panic!("{other:?} instead of Answer"),
        }
    }

    fn query(&self, token: u64) {
        self.handle.request(token, query());
    }
}

fn query() -> Message<'static> {
    QueryAgentStateReq { peripheral_id: 5000, agent_id: Some(Text::from("1001")), ..QueryAgentStateReq::default() }.into()
}

fn settings(a: &Server, b: Option<&Server>, version: u32) -> Settings {
    Settings {
        side_a: a.address().parse().unwrap(),
        side_b: b.map(|b| b.address().parse().unwrap()),
        protocol_version: ProtocolVersion::new(version).unwrap(),
        heartbeat_interval: Duration::from_millis(100),
        times: Times::default().divided(10),
        ..Settings::default()
    }
}

fn start(settings: Settings) -> Link {
    let dialer = TcpDialer::new(&settings);
    let (handle, events) = link::start(settings, dialer, Clock::start(), Telemetry::new());
    Link { handle, events }
}

fn invoke_id(frame: &ctibridge::protocol::RawFrame) -> u32 {
    u32::from_be_bytes(frame.body[..4].try_into().unwrap())
}

#[tokio::test]
async fn a_session_opens_and_events_come_up_in_the_order_of_the_wire() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let mut peer = a.open().await;
    let up = link.up().await;
    assert_eq!((up.side, up.version.number(), up.peripheral_online), (Side::A, 23, true));
    assert!(up.refused_services.is_empty());
    for number in 0..50u8 {
        peer.send_frame(9000 + u32::from(number), &[number]).await;
    }
    for number in 0..50u8 {
        let Event::Frame { frame, .. } = link.next().await else { panic!() };
        assert_eq!((frame.number, &frame.body[..]), (9000 + u32::from(number), &[number][..]));
    }
}

/// A12
#[tokio::test]
async fn a_refused_version_is_followed_by_the_next_lower_one() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 24));
    for version in [24, 23, 22] {
        assert_eq!(a.refuse(StatusCode::INVALID_VERSION).await.version, version);
    }
    let _peer = a.open().await;
    assert_eq!(link.up().await.version.number(), 21);
}

/// A11
#[tokio::test]
async fn requests_are_answered_refused_timed_out_or_lost_but_always_once() {
    let a = Server::bind().await;
    let mut link = start(Settings { request_timeout: Duration::from_millis(300), ..settings(&a, None, 23) });
    link.query(1);
    assert_eq!(link.answer().await, (1, Err(RequestFailure::NotSent(NotSent::Offline))));
    let mut peer = a.open().await;
    link.up().await;

    link.query(2);
    let frame = peer.recv_request().await;
    let conf = QueryAgentStateConf { invoke_id: invoke_id(&frame), ..QueryAgentStateConf::default() };
    peer.send(conf.clone()).await;
    assert_eq!(link.answer().await, (2, Ok(37)));
    // The same answer once more and one for a request that never was: ignored.
    peer.send(conf).await;
    peer.send(QueryAgentStateConf { invoke_id: 0xdead_beef, ..QueryAgentStateConf::default() }).await;

    link.query(3);
    let invoke = invoke_id(&peer.recv_request().await);
    peer.send(FailureConf { invoke_id: invoke, status: StatusCode::INVALID_AGENT_DATA, ..FailureConf::default() }).await;
    assert_eq!(link.answer().await, (3, Err(RequestFailure::Failed(StatusCode::INVALID_AGENT_DATA))));

    link.query(4);
    let invoke = invoke_id(&peer.recv_request().await);
    let failure = ControlFailureConf {
        invoke_id: invoke,
        failure_code: ControlFailureCode(70),
        peripheral_error_code: 10106,
        ..ControlFailureConf::default()
    };
    peer.send(failure).await;
    assert_eq!(link.answer().await, (4, Err(RequestFailure::ControlFailed { code: 70, peripheral_error: 10106 })));

    link.query(5);
    let invoke = invoke_id(&peer.recv_request().await);
    // Heartbeats go on being answered while the request is not.
    let (answer, _) = tokio::join!(link.answer(), async {
        let late = peer.recv_frame().await;
        assert_eq!(late.number, 5);
        peer.send_frame(6, &late.body).await;
        let next = peer.recv_frame().await;
        peer.send_frame(6, &next.body).await;
    });
    assert_eq!(answer, (5, Err(RequestFailure::TimedOut)));
    peer.send(QueryAgentStateConf { invoke_id: invoke, ..QueryAgentStateConf::default() }).await;

    link.query(6);
    link.query(7);
    peer.recv_request().await;
    peer.recv_request().await;
    peer.reset();
    assert_eq!(link.answer().await, (6, Err(RequestFailure::Lost)));
    assert_eq!(link.answer().await, (7, Err(RequestFailure::Lost)));
    assert!(matches!(link.down().await.reason, Loss::Broken(_) | Loss::Closed));
    link.query(8);
    assert_eq!(link.answer().await, (8, Err(RequestFailure::NotSent(NotSent::Offline))));
}

/// B3
#[tokio::test]
async fn a_silent_server_is_given_up_after_three_heartbeats_and_the_other_side_takes_over() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 23));
    let mut first = a.open().await;
    assert_eq!(link.up().await.side, Side::A);
    let gone = tokio::spawn(async move { first.until_gone().await });
    let (down, _second) = tokio::join!(link.down(), b.open());
    assert_eq!((down.side, down.reason), (Side::A, Loss::HeartbeatsUnanswered));
    assert_eq!(gone.await.unwrap().iter().filter(|frame| frame.number == 5).count(), 3);
    assert_eq!(link.up().await.side, Side::B);
}

/// B6
#[tokio::test]
async fn a_heartbeat_answered_with_a_failure_ends_the_session_at_once() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 23));
    let mut first = a.open().await;
    link.up().await;
    let heartbeat = first.recv_frame().await;
    assert_eq!(heartbeat.number, 5);
    let status = StatusCode::CTI_SERVER_OFFLINE;
    first.send(FailureConf { invoke_id: invoke_id(&heartbeat), status, ..FailureConf::default() }).await;
    assert_eq!(link.down().await.reason, Loss::HeartbeatRefused(status));
    let _second = b.open().await;
    assert_eq!(link.up().await.side, Side::B);
}

#[tokio::test]
async fn a_server_that_goes_offline_gets_a_close_and_the_other_side_takes_over() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 23));
    let mut first = a.open().await;
    link.up().await;
    first.send(FailureEvent { status: StatusCode::CTI_SERVER_OFFLINE }).await;
    assert_eq!(link.down().await.reason, Loss::EndedByServer(StatusCode::CTI_SERVER_OFFLINE));
    let close = first.recv_request().await;
    assert_eq!((close.number, close.body[7]), (7, 15), "CLOSE_REQ with status 15");
    let _second = b.open().await;
    assert_eq!(link.up().await.side, Side::B);
}

/// B1
#[tokio::test]
async fn a_connection_that_breaks_at_any_byte_of_a_message_moves_the_service_to_the_other_side() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut settings = Settings { heartbeat_interval: Duration::from_secs(5), ..settings(&a, Some(&b), 23) };
    // Each session of this test ends at once; that is no reason to wait here.
    settings.times.stable_after = Duration::ZERO;
    settings.times.attempts = 100;
    let mut link = start(settings);
    let mut serving = a.open().await;
    link.up().await;
    let ecc = NamedVariable { name: "user.Segment".into(), value: "gold".to_owned().into() };
    let ani = Some(Text::from("+41445550123"));
    let event = BeginCallEvent { connection_call_id: 7, ani, named_variables: vec![ecc].into(), ..BeginCallEvent::default() };
    let event = Message::from(event).to_bytes(ProtocolVersion::new(23).unwrap()).unwrap();
    assert!(event.len() > 60, "{} bytes", event.len());
    for cut in 0..event.len() {
        serving.send_bytes(&event[..cut]).await;
        serving.reset();
        // Nothing of the half message goes up: the loss is what comes next.
        let down = link.down().await;
        let next = if down.side == Side::A { &b } else { &a };
        serving = next.open().await;
        assert_eq!(link.up().await.side, down.side.other());
    }
}

/// A2
#[tokio::test]
async fn an_absurd_length_resets_the_session() {
    for header in [[0xff; 8], [0x80, 0, 0, 0, 0, 0, 0, 31], [0, 0, 0x3f, 0xf9, 0, 0, 0, 31]] {
        let a = Server::bind().await;
        let mut link = start(settings(&a, None, 23));
        let mut peer = a.open().await;
        link.up().await;
        peer.send_bytes(&header).await;
        assert!(matches!(link.down().await.reason, Loss::FrameTooLong { length } if length > 16 * 1024));
        let _again = a.open().await;
        link.up().await;
    }
}

/// A3, A11
#[tokio::test]
async fn garbage_inside_whole_frames_is_passed_over_and_the_session_stays() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let mut peer = a.open().await;
    link.up().await;
    // Confirmations and failures too short for an InvokeID, a second OPEN_CONF, an answered heartbeat that never was.
    for (number, body) in [(1, &[1, 2][..]), (2, &[]), (4, &[0; 40]), (6, &[0, 0]), (6, &[9; 4]), (37, &[7]), (35, &[0; 6]), (280, &[])] {
        peer.send_frame(number, body).await;
    }
    peer.send_frame(31, &[0; 26]).await;
    let Event::Frame { frame, .. } = link.next().await else { panic!() };
    assert_eq!(frame.number, 31);
}

/// B7
#[tokio::test]
async fn a_standby_that_refuses_is_left_alone_below_24_and_serves_when_it_is_active() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 23));
    let serving = a.open().await;
    link.up().await;
    serving.reset();
    link.down().await;
    b.refuse(StatusCode::CTI_SERVER_OFFLINE).await;
    // The other one at once, then both again after the wait.
    a.refuse(StatusCode::SERVER_NOT_MASTER).await;
    let _now_active = b.open().await;
    assert_eq!(link.up().await.side, Side::B);
}

#[tokio::test]
async fn a_shutdown_closes_politely_and_ends_the_link() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let mut peer = a.open().await;
    link.up().await;
    link.query(1);
    peer.recv_request().await;
    let handle = link.handle.clone();
    let server = tokio::spawn(async move {
        let close = peer.recv_request().await;
        assert_eq!((close.number, &close.body[4..]), (7, &[0; 4][..]));
        peer.send_frame(8, &close.body[..4]).await;
        peer.until_gone().await
    });
    let ((), ()) = tokio::join!(soon("the end of the link", handle.shutdown()), async {
        assert_eq!(link.answer().await, (1, Err(RequestFailure::Lost)));
        assert_eq!(link.down().await.reason, Loss::Shutdown);
        assert!(link.events.recv().await.is_none(), "the channel ends with the link");
    });
    assert!(server.await.unwrap().is_empty());
}

/// B14a
#[tokio::test]
async fn both_sides_are_held_from_24_on_and_the_standby_takes_over_when_it_becomes_active() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 24));
    let active = a.open().await;
    assert_eq!(link.up().await.side, Side::A);
    let (mut standby, asked) = b.accept().await;
    standby.send(asked.conf(SessionType::STANDBY)).await;
    // A heartbeat shows that the standby session is open on both ends.
    assert_eq!(standby.recv_frame().await.number, 5);
    active.reset();
    assert_eq!(link.down().await.side, Side::A);
    standby.send(StandbyActiveEventMsg::default()).await;
    let up = link.up().await;
    assert_eq!(up.side, Side::B);
    link.query(1);
    assert_eq!(standby.recv_request().await.number, 36);
}

/// B14
#[tokio::test]
async fn a_planned_switch_takes_the_five_steps_and_loses_no_answer() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 24));
    let mut old = a.open().await;
    link.up().await;
    let (mut new, asked) = b.accept().await;
    new.send(asked.conf(SessionType::STANDBY)).await;
    let beat = new.recv_frame().await;
    new.send_frame(6, &beat.body).await;

    old.send(ActiveMaintenanceReqMsg { invoke_id: 77 }).await;
    let response = old.recv_request().await;
    assert_eq!((response.number, &response.body[..]), (279, &[0, 0, 0, 77, 0, 1][..]), "accepted");
    old.send(ActiveMaintenanceEventMsg { maintenance_mode_continue: true }).await;

    link.query(1);
    let request = old.recv_request().await;
    new.send(StandbyActiveEventMsg::default()).await;
    // The new side speaks already; the old one still answers what it was asked.
    new.send_frame(31, &[0; 26]).await;
    old.send(QueryAgentStateConf { invoke_id: invoke_id(&request), ..QueryAgentStateConf::default() }).await;
    assert_eq!(link.answer().await, (1, Ok(37)));
    let down = link.down().await;
    assert_eq!((down.side, down.reason), (Side::A, Loss::SwitchedOver));
    assert_eq!(link.up().await.side, Side::B);
    let Event::Frame { frame, .. } = link.next().await else { panic!() };
    assert_eq!(frame.number, 31);
    assert_eq!(old.recv_request().await.number, 281, "STOPPING_REQUESTS_TO_THIS_SIDE_IND");
}

/// B14
#[tokio::test]
async fn maintenance_is_refused_without_a_standby_session() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 24));
    let mut peer = a.open().await;
    link.up().await;
    peer.send(ActiveMaintenanceReqMsg { invoke_id: 5 }).await;
    let response = peer.recv_request().await;
    assert_eq!((response.number, &response.body[..]), (279, &[0, 0, 0, 5, 0, 0][..]));
}

/// B2
#[tokio::test]
async fn a_server_that_hangs_up_between_two_messages_is_left_for_the_other_side() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 23));
    let mut first = a.open().await;
    link.up().await;
    first.send_frame(9000, &[1]).await;
    assert!(matches!(link.next().await, Event::Frame { .. }));
    drop(first);
    let down = link.down().await;
    assert_eq!((down.side, down.reason), (Side::A, Loss::Closed));
    let _second = b.open().await;
    assert_eq!(link.up().await.side, Side::B);
}

/// B3: our writes are swallowed. What is unsent is thrown away and the other end learns of it by a reset.
#[tokio::test]
async fn the_socket_of_a_silent_server_is_aborted_and_not_drained() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let peer = a.open().await;
    link.up().await;
    // The server reads nothing, so that requests fill both buffers and then stay with us.
    for token in 0..60_000 {
        link.query(token);
    }
    let lost = loop {
        if let Event::Down(down) = link.next().await {
            break down;
        }
    };
    // Whoever notices first: our heartbeats, or the system, which waits for acknowledgements (TCP_USER_TIMEOUT).
    let noticed = matches!(lost.reason, Loss::HeartbeatsUnanswered | Loss::Broken(std::io::ErrorKind::TimedOut));
    assert!(noticed, "{}", lost.reason);
    assert_eq!(peer.end().await, Some(std::io::ErrorKind::ConnectionReset));
}

/// B11
#[tokio::test]
async fn somebody_else_with_our_name_is_not_fought_over() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let mut first = a.open().await;
    link.up().await;
    first.send(FailureEvent { status: StatusCode::NEW_SESSION_OPENED }).await;
    assert_eq!(link.down().await.reason, Loss::EndedByServer(StatusCode::NEW_SESSION_OPENED));
    // The bar of 30 s is 3 s here.
    let began = tokio::time::Instant::now();
    let _second = a.open().await;
    assert!(began.elapsed() > Duration::from_secs(2));
    link.up().await;
}

/// B12
#[tokio::test]
async fn services_that_were_not_granted_are_named() {
    let a = Server::bind().await;
    let mut link = start(settings(&a, None, 23));
    let (mut peer, asked) = a.accept().await;
    let granted = asked.services.difference(ServiceMask::SUPERVISOR);
    peer.send(OpenConf { services_granted: granted, ..asked.conf(SessionType::ACTIVE) }).await;
    let up = link.up().await;
    assert_eq!((up.services, up.refused_services), (granted, ServiceMask::SUPERVISOR));
}

/// B13
#[tokio::test]
async fn of_two_sides_that_both_accept_one_session_stays() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let mut link = start(settings(&a, Some(&b), 24));
    let mut first = a.open().await;
    assert_eq!(link.up().await.side, Side::A);
    let mut second = b.open().await;
    // Side A shows that it lives, so side B is the one that is wrong.
    let beats = tokio::spawn(async move {
        loop {
            first.send_frame(9000, &[1]).await;
            let beat = first.recv_frame().await;
            first.send_frame(6, &beat.body).await;
        }
    });
    let close = second.recv_request().await;
    assert_eq!(close.number, 7, "the second one is closed");
    while let Ok(event) = link.events.try_recv() {
        assert!(matches!(event, Event::Frame { .. }), "{event:?}");
    }
    beats.abort();
}
