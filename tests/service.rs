//! The real binary as a service: what it prints, which signals it heeds, how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/process.rs"]
mod process;

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use house::{Desk, soon};
use process::{FREE_PORTS, Pair, Process};
use serde_json::json;
use tokio::time::Instant;

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    FREE_PORTS.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn the_demo_calls_an_agent_who_is_ready_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Process::start(&["demo"], &with(&[("TMPDIR", folder.path().to_str().unwrap())]));
    let started = Instant::now();
    let page = demo.address("media bar").await;
    println!("the address after {:?}", started.elapsed());
    demo.says("agent      1001, password 1234").await;
    demo.says("agent      1002, password 1234").await;
    assert!(http::get(page, "/").await.body.contains("<html"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "its data is in a temporary folder");

    let mut desk = Desk::connect(page).await;
    desk.sign_in("1001").await;
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    desk.then_named("interaction.preview").await;

    demo.signal("TERM");
    let told = Instant::now();
    desk.then_service("Stopping").await;
    assert_eq!(desk.then_closed().await, 1012);
    assert_eq!(demo.ends().await.code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(5), "took {:?}", told.elapsed());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and the folder goes with it");
}

#[tokio::test]
async fn ctrl_c_ends_the_simulator() {
    let mut simulator = Process::start(&["simulate"], &FREE_PORTS);
    simulator.says("Ctrl-C ends").await;
    simulator.signal("INT");
    assert_eq!(simulator.ends().await.code(), Some(0));
}

#[tokio::test]
async fn a_taken_port_ends_with_69_and_one_line() {
    let mut demo = Process::start(&["demo", "--no-calls"], &FREE_PORTS);
    let page = demo.address("media bar").await.to_string();
    let admin = demo.address("health").await.to_string();
    for (name, address) in
        [("CTIBRIDGE__HTTP__LISTEN", page.as_str()), ("CTIBRIDGE__ADMIN__LISTEN", &admin), ("CTIBRIDGE_SIM__CONTROL__LISTEN", &admin)]
    {
        let mut env = with(&[(name, address)]);
        env.push(("CTIBRIDGE__LOG__LEVEL", "warn"));
        let second = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge")).args(["demo"]).envs(env).output().unwrap();
        let text = String::from_utf8(second.stderr).unwrap();
        assert_eq!(second.status.code(), Some(69), "{text}");
        assert!(text.lines().count() == 1 && text.contains(address), "{text}");
        assert!(second.stdout.is_empty());
    }
}

#[tokio::test]
async fn a_missing_or_wrong_configuration_ends_at_once() {
    let empty = tempfile::tempdir().unwrap();
    let run = |args: &[&str], file: &str| {
        std::fs::write(empty.path().join("test.toml"), file).unwrap();
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge"));
        command.current_dir(empty.path()).args(args).output().unwrap().status.code()
    };
    assert_eq!(run(&["run", "--config", "nothing.toml"], ""), Some(66));
    assert_eq!(run(&["run", "--config", "test.toml"], "[cti]\nside_a = 5\n"), Some(78));
    assert_eq!(run(&["simulate", "--config", "nothing.toml"], ""), Some(66));
    assert_eq!(run(&["simulate", "--config", "test.toml"], "[side_c]\nlisten = \"127.0.0.1:0\"\n"), Some(78));
    assert_eq!(run(&["demo", "--agents", "0"], ""), Some(78));
    if !Path::new("/etc/ctibridge/ctibridge.toml").exists() {
        assert_eq!(run(&["run"], ""), Some(66));
    }
}

#[tokio::test]
async fn two_processes_do_what_the_demo_does_and_side_b_takes_over() {
    let mut pair = Pair::start(&[]).await;
    pair.daemon.has_said("daemon: ready").await;
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in("1001").await;
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" } });
    assert_eq!(http::send_json(pair.control, "POST", "/calls", &call).await.status, 200);
    let created = desk.then_named("conversation.created").await;
    let id = created["data"]["conversation"]["id"].as_str().unwrap();
    let target = created["target"].as_str().unwrap();
    let conversation = format!("{}.{id}", target.strip_suffix(&format!(".{id}")).unwrap_or(target));
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;

    assert_eq!(http::send_json(pair.control, "POST", "/sides/a", &json!({ "action": "stop" })).await.status, 200);
    desk.then_service("OutOfService").await;
    desk.then_service("InService").await;
    desk.succeeds("conversation.release", &conversation, json!({})).await;
    desk.then_named("interaction.ended").await;

    pair.daemon.signal("TERM");
    assert_eq!(desk.then_closed().await, 1012);
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
    pair.simulator.signal("TERM");
    assert_eq!(pair.simulator.ends().await.code(), Some(0));
}

#[tokio::test]
async fn sighup_takes_a_right_file_and_refuses_a_wrong_one() {
    let mut pair = Pair::start(&[]).await;
    let policy = |page: &http::Response| page.header("content-security-policy").unwrap().to_owned();
    assert!(policy(&http::get(pair.desktops, "/").await).contains("frame-ancestors 'none'"));

    pair.write("[http]\nframe_ancestors = [\"https://crm.example\"]\n[cti]\nname = \"PG2\"\n");
    pair.daemon.signal("HUP");
    assert!(pair.daemon.says("only after a restart").await.contains("cti.name"));
    assert!(policy(&http::get(pair.desktops, "/").await).contains("frame-ancestors https://crm.example"));

    pair.write("[http]\nframe_ancestors = [\"nonsense\"]\n");
    pair.daemon.signal("HUP");
    assert!(pair.daemon.says("the old one stays in force").await.contains("http.frame_ancestors[0]"));
    assert!(policy(&http::get(pair.desktops, "/").await).contains("frame-ancestors https://crm.example"));
}

#[tokio::test]
async fn the_service_manager_is_kept_informed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(house::DEADLINE)).unwrap();
    let next = |wanted: &str| {
        let mut buffer = [0; 1024];
        loop {
            let length = manager.recv(&mut buffer).unwrap_or_else(|e| panic!("{e} instead of {wanted}"));
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if text.contains(wanted) {
                return text;
            }
        }
    };
    let pair = Pair::start(&[("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "100000")]).await;
    next("READY=1");
    next("WATCHDOG=1");
    pair.daemon.signal("HUP");
    assert!(next("RELOADING=1").contains("MONOTONIC_USEC="));
    next("READY=1");
    pair.daemon.signal("TERM");
    next("STOPPING=1");
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
}

#[tokio::test]
async fn json_logs_are_one_object_a_line_and_hold_no_password() {
    let env =
        [("CTIBRIDGE__LOG__FORMAT", "json"), ("CTIBRIDGE__LOG__LEVEL", "trace"), ("CTIBRIDGE__CTI__CLIENT_PASSWORD", "swordfish-4711")];
    let mut pair = Pair::start(&env).await;
    pair.daemon.has_said("\"ready\"").await;
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in("1001").await;
    pair.daemon.signal("TERM");
    pair.daemon.says("\"stopped\"").await;
    let lines = pair.daemon.seen.lock().unwrap().clone();
    assert!(lines.len() > 5);
    for line in &lines {
        let object: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(object["timestamp"].is_string() && object["level"].is_string(), "{line}");
        assert!(!line.contains("swordfish-4711"), "{line}");
    }
    assert!(lines.iter().any(|line| line.contains("\"target\":\"history\"")), "no moment of the session history");
}

#[tokio::test]
async fn a_desktop_comes_back_without_a_password_after_a_stop_and_after_a_crash() {
    let mut pair = Pair::start(&[]).await;
    pair.daemon.has_said("daemon: ready").await;
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in("1001").await;
    let mut token = desk.resume_token();
    for crash in [false, true] {
        if crash {
            // The journal is written by a thread of its own; what a session says afterwards proves nothing about it.
            let journal = pair.folder.path().join("sessions.journal");
            soon("the journal", async {
                while std::fs::read_to_string(&journal).unwrap_or_default().lines().filter(|line| line.starts_with('+')).count() == 0 {
                    tokio::task::yield_now().await;
                }
            })
            .await;
            pair.daemon.kill();
        } else {
            pair.daemon.signal("TERM");
            assert_eq!(desk.then_closed().await, 1012);
            pair.daemon.says("stopped").await;
        }
        pair.start_again().await;
        pair.daemon.has_said("daemon: ready").await;
        desk = Desk::connect(pair.desktops).await;
        let answer = desk.when("prepareSession", None, json!({ "resumeToken": token })).await;
        assert_eq!((&answer["result"], &answer["data"]["resourceId"]), (&json!("success"), &json!("PG1-1001")), "{answer}");
        token = answer["data"]["resumeToken"].as_str().unwrap().to_owned();
        desk.succeeds("session.start", "PG1-1001", json!({})).await;
        desk.then_named("session.initialized").await;
    }
}
