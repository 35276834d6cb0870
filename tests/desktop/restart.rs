//! The daemon ends and starts again; the CTI Server and the agents stay.

use std::sync::Arc;

use axum::Router;
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use ctibridge::{config, daemon, simulator};
use serde_json::json;

use crate::house::Desk;

/// A daemon beside a simulator that stays.
async fn daemon(world: &simulator::Running, data_dir: &std::path::Path, telemetry: &Arc<Telemetry>) -> daemon::Running {
    let env = [
        ("CTIBRIDGE__HTTP__LISTEN", "127.0.0.1:0".to_owned()),
        ("CTIBRIDGE__ADMIN__LISTEN", "127.0.0.1:0".to_owned()),
        ("CTIBRIDGE__CTI__SIDE_A", world.side_a.to_string()),
        ("CTIBRIDGE__CTI__SIDE_B", world.side_b.unwrap().to_string()),
        ("CTIBRIDGE__CTI__PERIPHERAL_ID", "5000".to_owned()),
        ("CTIBRIDGE__DAEMON__DATA_DIR", data_dir.to_str().unwrap().to_owned()),
    ];
    let config = config::from_text(None, env.map(|(name, value)| (name.to_owned(), value))).unwrap();
    daemon::start(config, Router::new(), Clock::start(), telemetry.clone()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_comes_back_to_its_call_after_a_restart_of_the_daemon() {
    let any = || std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0));
    let settings = simulator::Settings { side_a: any(), side_b: Some(any()), control: None, ..Default::default() };
    let world = simulator::start(settings, Clock::start(), Telemetry::new()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let telemetry = Telemetry::new();

    let first = daemon(&world, folder.path(), &telemetry).await;
    let mut desk = Desk::connect(first.desktops).await;
    desk.then_service("InService").await;
    let credentials = json!({"agent": {"id": "1001", "password": "1234", "extension": "3001"}});
    let prepared = desk.when("prepareSession", None, credentials).await;
    desk.succeeds("session.start", "PG1-1001", json!({})).await;
    desk.then_named("session.initialized").await;
    desk.succeeds("channelgroup.activateall", "PG1-1001.3001", json!({})).await;
    desk.then_state("channel", "ACTIVE").await;
    desk.succeeds("channel.dial", "PG1-1001.3001", json!({"destination": "+41445550199"})).await;
    desk.then_state("conversation", "CONNECTED").await;
    let last = desk.log.iter().filter_map(|message| message["seq"].as_u64()).max().unwrap();
    first.shutdown().await;
    assert_eq!(desk.then_closed().await, 1012);

    let second = daemon(&world, folder.path(), &telemetry).await;
    let mut back = Desk::connect(second.desktops).await;
    back.then_service("InService").await;
    let token = prepared["data"]["resumeToken"].clone();
    let data = json!({"resumeToken": token, "resumeFrom": {"session": "PG1-1001", "seq": last}});
    let answer = back.when("prepareSession", None, data).await;
    assert_eq!((&answer["data"]["resourceId"], &answer["data"]["recovered"]), (&json!("PG1-1001"), &json!(true)), "{answer}");
    assert_eq!(answer["data"]["resumed"], false);
    back.succeeds("session.start", "PG1-1001", json!({})).await;
    let anew = back.then_named("channelgroup.created").await;
    assert_eq!(anew["seq"].as_u64(), Some(last + 1));
    back.then_state("channel", "ACTIVE").await;
    let call = back.then_state("conversation", "CONNECTED").await;
    let pop = back.then_named("interaction.screenpop").await;
    let session = &pop["data"]["session"];
    // The frozen parameters outlive the process (T11): the same again, and said to be the same.
    assert_eq!((&session["recovered"], &session["repeat"]), (&json!(false), &json!(true)));
    let before = desk.log.iter().find(|message| message["name"] == "interaction.preview").unwrap();
    assert_eq!(
        (&session["parameters"], &session["frozenAt"]),
        (&before["data"]["session"]["parameters"], &before["data"]["session"]["frozenAt"])
    );
    back.succeeds("conversation.release", call["target"].as_str().unwrap(), json!({})).await;
    back.then_named("interaction.ended").await;
    second.shutdown().await;
    world.shutdown().await;
}
