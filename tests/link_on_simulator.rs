//! The drills: the link with its production times against the real simulator over loopback sockets. Sides are stopped,
//! frozen, reset, switched; what is asserted is that the service moves and that nothing is answered twice or never. How
//! long it took is printed, with a generous deadline only.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

#[path = "common/drill.rs"]
mod drill;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ctibridge::link::{self, Event, Loss, RequestFailure, Settings, TcpDialer};
use ctibridge::simulator::{self, SideAction};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use drill::{DEADLINE, Drill};
use tokio::time::timeout;

/// B1, B14a
#[tokio::test]
async fn side_a_stops_and_side_b_serves_in_every_version() {
    futures_util::future::join_all([9, 14, 19, 20, 23, 24, 25].map(side_a_stops)).await;
}

async fn side_a_stops(version: u32) {
    let mut drill = Drill::start("side A stops", version, |_| {}).await;
    if version >= 24 {
        drill.until_standby(link::Side::B).await;
    }
    drill.is_served().await;
    drill.side(simulator::Side::A, SideAction::Stop).await;
    assert_eq!(drill.until_down().await.side, link::Side::A);
    let up = drill.until_up().await;
    assert_eq!((up.side, u32::from(up.version.number())), (link::Side::B, version));
    drill.is_served().await;
    let metrics = drill.telemetry.render();
    for line in [
        "ctibridge_link_losses_total{side=\"a\",reason=\"connection_failed\"} 1\n",
        "ctibridge_link_in_service{side=\"a\"} 0\n",
        "ctibridge_link_in_service{side=\"b\"} 1\n",
        "ctibridge_link_in_service_events_total{side=\"b\"} 1\n",
        "ctibridge_link_outage_seconds_count 2\n",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    drill.end().await;
}

/// B1
#[tokio::test]
async fn a_reset_in_the_middle_of_a_message_moves_the_service() {
    for version in [23, 24] {
        let mut drill = Drill::start("side A resets", version, |_| {}).await;
        drill.side(simulator::Side::A, SideAction::Reset).await;
        drill.until_down().await;
        drill.until_up().await;
        drill.is_served().await;
        drill.end().await;
    }
}

/// A2
#[tokio::test]
async fn garbage_ends_the_session_and_the_service_comes_back() {
    for version in [23, 24] {
        let mut drill = Drill::start("side A sends garbage", version, |_| {}).await;
        drill.side(simulator::Side::A, SideAction::Garbage).await;
        assert!(matches!(drill.until_down().await.reason, Loss::FrameTooLong { .. }));
        drill.until_up().await;
        drill.is_served().await;
        drill.end().await;
    }
}

/// B3
#[tokio::test]
async fn a_frozen_side_is_given_up_after_three_heartbeats_and_its_requests_are_lost() {
    for version in [23, 24] {
        let mut drill = Drill::start("side A freezes", version, |settings| settings.heartbeat_interval = Duration::from_millis(500)).await;
        drill.side(simulator::Side::A, SideAction::Freeze).await;
        let token = drill.ask();
        let lost = drill.answer(token).await;
        assert_eq!(lost, Err(RequestFailure::Lost));
        let reason = drill.until_down().await.reason;
        // From 24 on the standby may say that it is active before the heartbeats tell.
        assert!(matches!(reason, Loss::HeartbeatsUnanswered | Loss::SwitchedOver), "{reason}");
        assert_eq!(drill.until_up().await.side, link::Side::B);
        drill.is_served().await;
        drill.end().await;
    }
}

/// B14
#[tokio::test]
async fn a_planned_switch_moves_the_service_and_every_request_is_answered() {
    let mut drill = Drill::start("planned switch", 24, |_| {}).await;
    drill.until_standby(link::Side::B).await;
    drill.side(simulator::Side::A, SideAction::Maintenance).await;
    let down = drill.until_down().await;
    assert_eq!((down.side, down.reason), (link::Side::A, Loss::SwitchedOver));
    assert_eq!(drill.until_up().await.side, link::Side::B);
    drill.is_served().await;
    drill.end().await;
}

#[tokio::test]
async fn roles_that_change_move_the_service_back_and_forth() {
    for version in [23, 24] {
        let mut drill = Drill::start("roles change", version, |settings| settings.times.waits.then[0] = Duration::from_secs(1)).await;
        for (side, standby) in [(simulator::Side::B, link::Side::B), (simulator::Side::A, link::Side::A)] {
            if version >= 24 {
                drill.until_standby(standby).await;
            }
            drill.side(side, SideAction::Active).await;
            drill.until_down().await;
            assert_eq!(drill.until_up().await.side.as_str(), side.letter());
            drill.is_served().await;
        }
        drill.end().await;
    }
}

#[tokio::test]
async fn a_stopped_side_comes_back_as_standby_and_can_take_over_again() {
    let mut drill = Drill::start("there and back", 24, |settings| settings.times.standby_wait = Duration::from_millis(200)).await;
    for (stops, serves) in [(simulator::Side::A, link::Side::B), (simulator::Side::B, link::Side::A), (simulator::Side::A, link::Side::B)] {
        drill.side(stops, SideAction::Stop).await;
        drill.until_down().await;
        assert_eq!(drill.until_up().await.side, serves);
        drill.side(stops, SideAction::Start).await;
        drill.until_standby(serves.other()).await;
    }
    drill.end().await;
}

/// B11
#[tokio::test]
async fn a_wrong_password_never_opens_and_is_not_repeated_at_once() {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let world =
        simulator::Settings { side_a: any, side_b: None, control: None, client_password: Some("right".into()), ..Default::default() };
    let clock = Clock::start();
    let telemetry = Telemetry::new();
    let simulator = simulator::start(world, clock, telemetry.clone()).await.unwrap();
    let settings = |password: &str| Settings {
        side_a: simulator.side_a.to_string().parse().unwrap(),
        client_password: password.to_owned().into(),
        ..Settings::default()
    };
    let start = |settings: Settings| link::start(settings.clone(), TcpDialer::new(&settings), clock, telemetry.clone());
    let (_wrong, mut nothing) = start(settings("wrong"));
    let (_right, mut events) = start(settings("right"));
    assert!(matches!(timeout(DEADLINE, events.recv()).await.unwrap(), Some(Event::Up(_))));
    assert!(nothing.try_recv().is_err());
    let metrics = telemetry.render();
    assert!(metrics.contains("ctibridge_link_failed_attempts_total{side=\"a\",reason=\"password\"} 1\n"), "{metrics}");
}
