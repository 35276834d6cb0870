//! One drill: the link against a simulator, something that happens to a side, and a stopwatch.

#![allow(dead_code)] // each program uses its part of it

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ctibridge::link::{self, Event, RequestFailure, Settings, TcpDialer, TlsDialer};
use ctibridge::protocol::message::QueryAgentStateReq;
use ctibridge::protocol::{ProtocolVersion, Text};
use ctibridge::simulator::{self, Command, Profile, SideAction};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout};

/// Nothing that a drill waits for takes longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) struct Drill {
    pub(crate) name: &'static str,
    pub(crate) simulator: simulator::Running,
    pub(crate) handle: link::Handle,
    pub(crate) events: Receiver<Event>,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) waiting: BTreeSet<u64>,
    pub(crate) tokens: u64,
    pub(crate) began: Instant,
    /// From the fault to its notice, and to the next service.
    pub(crate) noticed: Duration,
    pub(crate) served: Duration,
}

impl Drill {
    pub(crate) async fn start(name: &'static str, version: u32, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_with(name, version, None, change).await
    }

    /// The same with a simulator that serves TLS.
    pub(crate) async fn start_with(
        name: &'static str,
        version: u32,
        tls: Option<simulator::TlsServer>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let world =
            simulator::Settings { side_a: any, side_b: Some(any), control: None, profile: Profile::Strict, tls, ..Default::default() };
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
        let (handle, events) = match settings.tls.clone() {
            Some(tls) => link::start(settings.clone(), TlsDialer::new(&settings, &tls), clock, telemetry.clone()),
            None => link::start(settings.clone(), TcpDialer::new(&settings), clock, telemetry.clone()),
        };
        let mut drill = Self {
            name,
            simulator,
            handle,
            events,
            telemetry,
            waiting: BTreeSet::new(),
            tokens: 0,
            began: Instant::now(),
            noticed: Duration::ZERO,
            served: Duration::ZERO,
        };
        assert_eq!(drill.until_up().await.side, link::Side::A, "the simulator's side A is active first");
        drill
    }

    pub(crate) async fn side(&mut self, side: simulator::Side, action: SideAction) {
        self.began = Instant::now();
        self.simulator.handle().control(Command::Side(side, action)).await.unwrap();
    }

    pub(crate) fn ask(&mut self) -> u64 {
        self.tokens += 1;
        self.waiting.insert(self.tokens);
        let request =
            QueryAgentStateReq { peripheral_id: 5000, agent_id: Some(Text::from("1001")), mrd_id: 1, ..QueryAgentStateReq::default() };
        self.handle.request(self.tokens, request.into());
        self.tokens
    }

    pub(crate) async fn next(&mut self) -> Event {
        let event = timeout(DEADLINE, self.events.recv()).await.unwrap_or_else(|_| panic!("{}: waited in vain", self.name)).unwrap();
        if let Event::Answer { token, .. } = &event {
            assert!(self.waiting.remove(token), "a second answer to {token}");
        }
        event
    }

    pub(crate) async fn until_down(&mut self) -> link::Down {
        loop {
            if let Event::Down(down) = self.next().await {
                self.noticed = self.began.elapsed();
                println!("{}: loss noticed after {:?}: {}", self.name, self.noticed, down.reason);
                return down;
            }
        }
    }

    pub(crate) async fn until_up(&mut self) -> link::Up {
        loop {
            if let Event::Up(up) = self.next().await {
                self.served = self.began.elapsed();
                println!("{}: side {} in service after {:?}", self.name, up.side, self.served);
                return up;
            }
        }
    }

    pub(crate) async fn answer(&mut self, token: u64) -> Result<u32, RequestFailure> {
        loop {
            if let Event::Answer { token: answered, result, .. } = self.next().await
                && answered == token
            {
                return result.map(|frame| frame.number);
            }
        }
    }

    /// The side in service answers.
    pub(crate) async fn is_served(&mut self) {
        let token = self.ask();
        assert_eq!(self.answer(token).await, Ok(37), "{}", self.name);
    }

    /// Asks the side in service things until the session to the standby side is open.
    pub(crate) async fn until_standby(&mut self, side: link::Side) {
        let line = format!("ctibridge_link_standby_sessions{{side=\"{side}\"}} 1\n");
        let deadline = Instant::now() + DEADLINE;
        while !self.telemetry.render().contains(&line) {
            assert!(Instant::now() < deadline, "{}: no standby session", self.name);
            self.is_served().await;
        }
    }

    pub(crate) async fn end(mut self) {
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
