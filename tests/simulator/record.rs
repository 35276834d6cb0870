//! Recording a session to a capture and playing one back; a day played over sockets.

use std::fs::File;
use std::time::Duration;

use ctibridge::capture::record;
use ctibridge::protocol::message::{HeartbeatReq, QueryAgentStateReq};
use ctibridge::protocol::values::{AgentState, StatusCode};
use ctibridge::simulator::replay::{self, Recorded};
use ctibridge::simulator::scenario::{Arrivals, Between, Habits};
use ctibridge::simulator::{self, ScenarioSettings, Seen};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;

use crate::client::{Client, bridge_services, open_req};
use crate::stories::answer;
use crate::{any_port, call, decoded, settings, start};

#[tokio::test]
async fn a_recorded_session_is_a_capture_that_decode_reads_and_that_plays_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.pcapng");
    let (tap, recorder) = record::start(&path).unwrap();
    let tap: simulator::Tap = Box::new(move |seen: Seen<'_>| match seen {
        Seen::Opened { conn, client, server } => tap.opened(conn, client, server),
        Seen::Received { conn, bytes } => tap.bytes(conn, true, bytes),
        Seen::Sent { conn, bytes } => tap.bytes(conn, false, bytes),
        Seen::Closed { conn } => tap.closed(conn),
    });
    let running = simulator::start_tapped(settings(), Clock::start(), Telemetry::new(), Some(tap)).await.unwrap();
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    running.shutdown().await;
    drop(client);
    tokio::task::spawn_blocking(move || recorder.finish()).await.unwrap().unwrap();

    let decoded = assert_cmd::Command::cargo_bin("ctibridge").unwrap().arg("decode").arg(&path).output().unwrap();
    assert_eq!(decoded.status.code(), Some(0), "{}", String::from_utf8_lossy(&decoded.stderr));
    let text = String::from_utf8(decoded.stdout).unwrap();
    for (from, name) in
        [("client", "OPEN_REQ"), ("server", "OPEN_CONF"), ("server", "CALL_ESTABLISHED_EVENT"), ("client", "ANSWER_CALL_REQ")]
    {
        let is_there = |line: &str| line.contains(&format!("\"from\":\"{from}\"")) && line.contains(&format!("\"name\":\"{name}\""));
        assert!(text.lines().any(is_there), "{from} {name}");
    }

    let sessions = record::read(File::open(&path).unwrap()).unwrap();
    let sessions = sessions.into_iter().map(|session| Recorded { version: session.version, frames: session.frames }).collect();
    let played = replay::start(replay::Settings { listen: any_port(), sessions, is_fast: true }, Clock::start()).await.unwrap();
    let mut client = Client::connect(played.address, 15).await;
    client.send(open_req(15, bridge_services())).await;
    let refused = client.expect("FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, FailureConf).status, StatusCode::INVALID_VERSION);
    // Another client, other InvokeIDs, the same story.
    let mut client = Client::connect(played.address, 24).await;
    let mut request = open_req(24, bridge_services());
    request.invoke_id = 4711;
    client.send(request).await;
    let conf = client.expect("OPEN_CONF").await;
    assert_eq!(decoded!(client, conf, OpenConf).invoke_id, 4711);
    client.expect("SYSTEM_EVENT").await;
    client.send(HeartbeatReq { invoke_id: 9 }).await;
    client.expect("HEARTBEAT_CONF").await;
    let query = QueryAgentStateReq { invoke_id: 77, peripheral_id: 5000, mrd_id: 1, agent_id: Some("1001".into()), ..Default::default() };
    let refused = client.done(query, "FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, FailureConf).status, StatusCode::FUNCTION_NOT_AVAILABLE, "the recording never answers it");
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.set_state("1001", "3001", AgentState::AVAILABLE).await;
    client.expect("CALL_DELIVERED_EVENT").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    let established = client.expect("CALL_ESTABLISHED_EVENT").await;
    assert_eq!(decoded!(client, established, CallEstablishedEvent).connection_call_id, id);
    played.shutdown().await;
}

#[tokio::test]
async fn a_day_is_played_over_sockets_faster_than_it_happens() {
    let mut settings = settings();
    let hour = Duration::from_secs(3600);
    let of = |low, high| Between(Duration::from_secs(low), Duration::from_secs(high));
    settings.scenario = Some(ScenarioSettings {
        seed: 3,
        start: 8 * hour,
        end: 9 * hour,
        repeat: false,
        speed: 500.0,
        arrivals: vec![Arrivals {
            from: 8 * hour,
            to: 9 * hour,
            per_hour: 300.0,
            dialed_number: Some("8001".to_owned()),
            skill_group: None,
            caller_prefix: "+4144".to_owned(),
            talk: of(20, 60),
            patience: of(60, 120),
            queue: of(0, 0),
            call_variables: [(1, "x".to_owned())].into(),
            ecc_variables: Vec::new(),
        }],
        agents: vec![Habits {
            first: 1001,
            count: 5,
            login: 8 * hour,
            logout: 9 * hour,
            answer_delay: of(1, 3),
            no_answer_share: 0.0,
            hold_share: 0.2,
            hold: of(5, 10),
            consult_share: 0.0,
            consult: of(5, 10),
            transfer_share: 0.0,
            conference_share: 0.0,
            wrap_up: of(3, 6),
            break_every: of(3000, 4000),
            break_time: of(60, 120),
            break_reason: 1,
            outbound_per_hour: 0.0,
            outbound_talk: of(10, 20),
            outbound_busy_share: 0.0,
        }],
    });
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    // Twenty calls of some minutes each come to their end within seconds, while heartbeats keep real time.
    for _ in 0..20 {
        client.expect("CALL_CLEARED_EVENT").await;
    }
    client.said().await;
    running.shutdown().await;
}
