//! How long the service is away when sides die, fall silent, change roles or are switched for maintenance, and what is lost:
//! the link with its production times against the simulator, over loopback sockets. `cargo bench --bench failover`; the
//! table at the end is the one in the README. Times depend on timers, not on the speed of the machine.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)] // a bench may fail as tests do

#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/drill.rs"]
mod drill;

use std::time::Duration;

use certificates::Certificates;
use ctibridge::link::{self, RequestFailure, Settings};
use ctibridge::simulator::{self, SideAction, TlsServer};
use ctibridge::tls::MinVersion;
use drill::Drill;
use tokio::time::{Instant, sleep_until};

/// So often the short drills are repeated.
const RUNS: usize = 10;
/// Requests under way when something happens.
const UNDER_WAY: usize = 20;

const A: simulator::Side = simulator::Side::A;
const B: simulator::Side = simulator::Side::B;

/// What one drill measured.
struct Run {
    noticed: Duration,
    served: Duration,
    lost: usize,
}

struct Row {
    scenario: &'static str,
    runs: Vec<Run>,
}

impl Row {
    fn print(&self) {
        let range = |of: fn(&Run) -> Duration| {
            let mut all: Vec<_> = self.runs.iter().map(of).collect();
            all.sort();
            match (all.first(), all.get(all.len() / 2), all.last()) {
                (Some(least), Some(median), Some(most)) if all.len() > 2 => format!("{} ({} … {})", ms(*median), ms(*least), ms(*most)),
                (Some(only), ..) => ms(*only),
                _ => String::new(),
            }
        };
        let lost: usize = self.runs.iter().map(|run| run.lost).sum();
        let asked = self.runs.len() * UNDER_WAY;
        println!("| {} | {} | {} | {lost} of {asked} requests |", self.scenario, range(|run| run.noticed), range(|run| run.served));
    }
}

fn ms(time: Duration) -> String {
    if time >= Duration::from_secs(2) { format!("{:.1} s", time.as_secs_f64()) } else { format!("{:.1} ms", time.as_secs_f64() * 1e3) }
}

/// Something happens to side A while requests are under way; the service comes back.
async fn once(name: &'static str, version: u32, tls: Option<TlsServer>, action: SideAction, change: impl FnOnce(&mut Settings)) -> Run {
    let mut drill = Drill::start_with(name, version, tls, change).await;
    if version >= 24 {
        drill.until_standby(link::Side::B).await;
    }
    drill.is_served().await;
    // Attempts are limited to two a second: one that was made a moment ago is not what is measured here.
    sleep_until(Instant::now() + Duration::from_millis(1_200)).await;
    let tokens: Vec<_> = (0..UNDER_WAY).map(|_| drill.ask()).collect();
    drill.side(A, action).await;
    let mut lost = 0;
    for token in tokens {
        match drill.answer(token).await {
            Ok(_) => {}
            Err(RequestFailure::Lost | RequestFailure::TimedOut) => lost += 1,
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
    drill.until_down().await;
    drill.until_up().await;
    drill.is_served().await;
    let run = Run { noticed: drill.noticed, served: drill.served, lost };
    drill.end().await;
    run
}

async fn repeated(scenario: &'static str, version: u32, tls: Option<&Certificates>, action: SideAction) -> Row {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let client = tls.map(|made| made.client(Some("client"), MinVersion::Tls12));
        let server = tls.map(|made| made.server("server"));
        runs.push(once(scenario, version, server, action, |settings| settings.tls = client).await);
    }
    Row { scenario, runs }
}

/// Both sides are away for a while, then side B comes back.
async fn both_down(scenario: &'static str, version: u32, away: Duration) -> Row {
    let mut drill = Drill::start(scenario, version, |_| {}).await;
    drill.side(B, SideAction::Stop).await;
    drill.side(A, SideAction::Stop).await;
    drill.until_down().await;
    let noticed = drill.noticed;
    sleep_until(Instant::now() + away).await;
    drill.side(B, SideAction::Start).await;
    drill.until_up().await;
    let run = Run { noticed, served: drill.served, lost: 0 };
    drill.end().await;
    Row { scenario, runs: vec![run] }
}

/// Resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Side A is reset again and again.
async fn flaps(version: u32) {
    let mut drill = Drill::start("flaps", version, |settings| settings.times.stable_after = Duration::ZERO).await;
    let mut after_ten = 0;
    for flap in 1..=100 {
        drill.side(A, SideAction::Reset).await;
        drill.until_down().await;
        drill.until_up().await;
        drill.is_served().await;
        if flap == 10 {
            after_ten = resident();
        }
    }
    let end = resident();
    drill.end().await;
    println!("100 flaps, protocol {version}: {after_ten} KiB resident after 10, {end} KiB after 100, simulator included");
}

#[tokio::main]
async fn main() {
    ctibridge::tls::install_provider();
    let made = Certificates::new("authority");
    let mut rows = vec![
        repeated("protocol 24, the active side dies, the standby is held", 24, None, SideAction::Stop).await,
        repeated("the same over TLS", 24, Some(&made), SideAction::Stop).await,
        repeated("protocol 24, planned maintenance", 24, None, SideAction::Maintenance).await,
        repeated("protocol 24, the connection to side A is reset inside a message, side A stays active", 24, None, SideAction::Reset).await,
        repeated("below 24, the active side dies, the other one becomes active 250 ms later", 23, None, SideAction::Stop).await,
        repeated("the same over TLS", 23, Some(&made), SideAction::Stop).await,
        repeated("below 24, the connection to side A is reset inside a message, side A stays active", 23, None, SideAction::Reset).await,
    ];
    flaps(23).await;
    flaps(24).await;
    let (below, from, both, both_24) = tokio::join!(
        once("half-open", 23, None, SideAction::Freeze, |_| {}),
        once("half-open", 24, None, SideAction::Freeze, |_| {}),
        both_down("below 24, both sides are down for 20 s, then side B returns", 23, Duration::from_secs(20)),
        both_down("protocol 24, both sides are down for 20 s, then side B returns", 24, Duration::from_secs(20)),
    );
    rows.push(Row { scenario: "below 24, side A falls silent (half-open), heartbeats every 5 s", runs: vec![below] });
    rows.push(Row { scenario: "protocol 24, the same; the standby says after 2 s that it is active", runs: vec![from] });
    rows.extend([both, both_24]);
    println!("\n| what happens | noticed after | in service after | lost |\n| --- | --- | --- | --- |");
    rows.iter().for_each(Row::print);
}
