//! The drills: the link with its production times against the real simulator over loopback sockets. Sides are stopped,
//! frozen, reset, switched; what is asserted is that the service moves and that nothing is answered twice or never. How
//! long it took is printed, with a generous deadline only.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ctibridge::link::{self, Event, Loss, RequestFailure, Settings, TcpDialer};
use ctibridge::protocol::message::QueryAgentStateReq;
use ctibridge::protocol::{ProtocolVersion, Text};
use ctibridge::simulator::{self, Command, Profile, SideAction};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout};

/// Nothing that a drill waits for takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

struct Drill {
    name: &'static str,
    simulator: simulator::Running,
    handle: link::Handle,
    events: Receiver<Event>,
    telemetry: Arc<Telemetry>,
    waiting: BTreeSet<u64>,
    tokens: u64,
    began: Instant,
}

impl Drill {
    async fn start(name: &'static str, version: u32, change: impl FnOnce(&mut Settings)) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let world = simulator::Settings { side_a: any, side_b: Some(any), control: None, profile: Profile::Strict, ..Default::default() };
        let clock = Clock::start();
        let telemetry = Telemetry::new();
        let simulator = simulator::start(world, clock, telemetry.clone()).await.unwrap();
        let mut settings = Settings {
            side_a: simulator.side_a.to_string().parse().unwrap(),
            side_b: simulator.side_b.map(|address| address.to_string().parse().unwrap()),
            protocol_version: ProtocolVersion::new(version).unwrap(),
            peripheral_id: Some(5000),
            ..Settings::default()
        };
        change(&mut settings);
        let dialer = TcpDialer::new(&settings);
        let (handle, events) = link::start(settings, dialer, clock, telemetry.clone());
        let mut drill = Self { name, simulator, handle, events, telemetry, waiting: BTreeSet::new(), tokens: 0, began: Instant::now() };
        assert_eq!(drill.until_up().await.side, link::Side::A, "the simulator's side A is active first");
        drill
    }

    async fn side(&mut self, side: simulator::Side, action: SideAction) {
        self.began = Instant::now();
        self.simulator.handle().control(Command::Side(side, action)).await.unwrap();
    }

    fn ask(&mut self) -> u64 {
        self.tokens += 1;
        self.waiting.insert(self.tokens);
        let request =
            QueryAgentStateReq { peripheral_id: 5000, agent_id: Some(Text::from("1001")), mrd_id: 1, ..QueryAgentStateReq::default() };
        self.handle.request(self.tokens, request.into());
        self.tokens
    }

    async fn next(&mut self) -> Event {
        let event = timeout(DEADLINE, self.events.recv()).await.unwrap_or_else(|_| panic!("{}: waited in vain", self.name)).unwrap();
        if let Event::Answer { token, .. } = &event {
            assert!(self.waiting.remove(token), "a second answer to {token}");
        }
        event
    }

    async fn until_down(&mut self) -> link::Down {
        loop {
            if let Event::Down(down) = self.next().await {
                println!("{}: loss noticed after {:?}: {}", self.name, self.began.elapsed(), down.reason);
                return down;
            }
        }
    }

    async fn until_up(&mut self) -> link::Up {
        loop {
            if let Event::Up(up) = self.next().await {
                println!("{}: side {} in service after {:?}", self.name, up.side, self.began.elapsed());
                return up;
            }
        }
    }

    async fn answer(&mut self, token: u64) -> Result<u32, RequestFailure> {
        loop {
            if let Event::Answer { token: answered, result, .. } = self.next().await
                && answered == token
            {
                return result.map(|frame| frame.number);
            }
        }
    }

    /// The side in service answers.
    async fn is_served(&mut self) {
        let token = self.ask();
        assert_eq!(self.answer(token).await, Ok(37), "{}", self.name);
    }

    /// Asks the side in service things until the session to the standby side is open.
    async fn until_standby(&mut self, side: link::Side) {
        let line = format!("ctibridge_link_standby_sessions{{side=\"{side}\"}} 1\n");
        let deadline = Instant::now() + DEADLINE;
        while !self.telemetry.render().contains(&line) {
            assert!(Instant::now() < deadline, "{}: no standby session", self.name);
            self.is_served().await;
        }
    }

    async fn end(mut self) {
        let handle = self.handle.clone();
        let shutdown = tokio::spawn(async move { handle.shutdown().await });
        while let Some(event) = timeout(DEADLINE, self.events.recv()).await.unwrap() {
            if let Event::Answer { token, .. } = event {
                assert!(self.waiting.remove(&token));
            }
        }
        shutdown.await.unwrap();
        assert!(self.waiting.is_empty(), "{}: without an answer: {:?}", self.name, self.waiting);
        self.simulator.shutdown().await;
    }
}

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
