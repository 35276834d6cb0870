//! The simulator from outside: real sockets, real frames, and the truth after each story.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that unwraps wrongly fails, as it should

mod client;
mod consult;
mod control;
mod departments;
mod flows;
mod gateway;
mod monitors;
mod outside;
mod record;
mod recordings;
mod refusals;
mod session;
mod stories;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ctibridge::simulator::{self, InboundCall, Running, Settings};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use serde_json::Value;

fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// The default world on free ports, with short times.
fn settings() -> Settings {
    let mut settings = Settings { side_a: any_port(), side_b: Some(any_port()), control: Some(any_port()), ..Settings::default() };
    settings.world.far_end_answers = Duration::from_millis(50);
    // Lists of all that is said must not depend on when a test runs.
    settings.world.half_hour_events = false;
    settings.world.failed_call_clears = Duration::from_millis(100);
    settings.switch_delay = Duration::from_millis(20);
    settings.freeze_delay = Duration::from_millis(50);
    settings
}

async fn start(settings: Settings) -> Running {
    simulator::start(settings, Clock::start(), Telemetry::new()).await.unwrap()
}

async fn truth(running: &Running) -> Value {
    serde_json::to_value(running.handle().truth().await.unwrap()).unwrap()
}

/// State and reason of an agent.
async fn agent(running: &Running, id: &str) -> (String, u64) {
    let truth = truth(running).await;
    let agent = truth["agents"].as_array().unwrap().iter().find(|agent| agent["id"] == id).unwrap();
    (agent["state"].as_str().unwrap().to_owned(), agent["reason"].as_u64().unwrap())
}

/// The parties of the only call as `device state`, or nothing.
async fn parties(running: &Running) -> Vec<String> {
    let truth = truth(running).await;
    let calls = truth["calls"].as_array().unwrap();
    assert!(calls.len() <= 1, "{calls:?}");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    calls
        .iter()
        .flat_map(|call| call["parties"].as_array().unwrap())
        .map(|party| format!("{} {}", word(&party["device"]), word(&party["state"])))
        .collect()
}

async fn call(running: &Running, from: &str, agent: &str) -> u32 {
    let call = InboundCall { from: from.to_owned(), agent: Some(agent.to_owned()), ..InboundCall::default() };
    running.handle().place_call(call).await.unwrap()
}
