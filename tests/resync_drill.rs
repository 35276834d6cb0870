//! How long it takes until everything is right again after the active side died. The drill proper is for a release build on a
//! quiet machine: `cargo test --release --test resync_drill -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/bridge.rs"]
mod bridge;

use std::time::Duration;

use bridge::{Bridge, Plan};
use ctibridge::engine::ServiceStatus;
use ctibridge::engine::command::{Command, Reply, Secret};
use ctibridge::engine::model::ChannelState;
use ctibridge::simulator::{Side, SideAction};

/// So many agents are logged in, so many of them talk; then the active side dies, calls end and begin unseen, and it is
/// measured until the other side serves and the picture is the truth, call by call and agent by agent.
async fn drill(version: u32, agents: usize, calls: usize) -> Duration {
    let plan = Plan { agents, version, checks: false, switch_delay: Duration::from_millis(250), ..Plan::default() };
    let mut bridge = Bridge::start(plan).await;
    let ids: Vec<String> = (0..agents).map(|at| (1001 + at).to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    bridge.until("all agents known", |engine| ids.iter().all(|id| engine.channel(&(*id).into()).is_some())).await;
    let login = || Command::Activate { password: Secret::new("1234"), extension: None, always_ask: true, remote: None };
    for command in [login as fn() -> Command, || Command::Ready] {
        let commands: Vec<_> = ids.iter().map(|agent| bridge.command(agent, command())).collect();
        for command in commands {
            assert_eq!(bridge.reply(command).await, Reply::Success);
        }
        let is_active = |engine: &ctibridge::engine::Engine| {
            ids.iter().all(|id| engine.channel(&(*id).into()).is_some_and(|channel| channel.state == ChannelState::Active))
        };
        bridge.until("all agents logged in", is_active).await;
    }
    for agent in ids.iter().take(calls) {
        bridge.call(agent).await;
        bridge.until("the call to ring", |engine| engine.interactions(&(*agent).into()).len() == 1).await;
        let leg = bridge.engine.interactions(&(*agent).into())[0].1[0];
        bridge.command(agent, Command::Answer(leg));
    }
    bridge.agree(&ids).await;
    assert_eq!(bridge.engine.sizes().1, calls);

    let asked = bridge.requests.len();
    let began = bridge.clock.now().mono;
    let died = bridge.stop_active_side().await;
    bridge.until("out of service", |engine| engine.service() == ServiceStatus::OutOfService).await;
    let noticed = bridge.downs.last().unwrap().saturating_duration_since(began);
    // In the gap some calls end and others begin.
    let (end, begin) = (calls / 20, calls / 20);
    for call in bridge.truth().await.calls.iter().take(end) {
        let hangup = serde_json::from_str("\"hangup\"").unwrap();
        bridge.control(ctibridge::simulator::Command::FarEnd(call.call_id, hangup)).await;
    }
    for agent in ids.iter().skip(calls).take(begin) {
        bridge.call(agent).await;
    }
    bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
    let in_service = bridge.clock.now().mono;
    let truth = bridge.truth().await;
    let differences = bridge.differences(&truth, &ids);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let up = *bridge.ups.last().unwrap();
    let took = in_service.saturating_duration_since(began);
    println!(
        "protocol {version}, {agents} agents, {calls} calls, {end} ended and {begin} begun unseen: loss of side {died:?} noticed after {noticed:?}, \
         session on the other side after {:?}, everything right {:?} later ({} questions), in all {took:?}",
        up.saturating_duration_since(began),
        in_service.saturating_duration_since(up),
        bridge.requests.len() - asked,
    );
    bridge.control(ctibridge::simulator::Command::Side(died, SideAction::Start)).await;
    assert!(matches!(died, Side::A | Side::B));
    bridge.stop().await;
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_ended_and_began_unseen_are_right_when_service_is_back() {
    for version in [24, 20] {
        drill(version, 120, 60).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: release build, quiet machine"]
async fn two_thousand_agents_and_a_thousand_calls_are_right_again_within_two_seconds() {
    for version in [24, 20] {
        let took = drill(version, 2_000, 1_000).await;
        assert!(took < Duration::from_secs(20), "ten times the aim: {took:?}");
    }
}
