//! What the machine and its operators do to the process: pause it, take its files away, start it twice, give it wrong
//! files, end it in the busy hour; and what it must not say in its log.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "common/process.rs"]
mod process;
#[path = "desktop/raw.rs"]
mod raw;
#[path = "common/secure.rs"]
mod secure;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use house::{Desk, soon};
use process::{FREE_PORTS, Pair};
use raw::Raw;
use secure::{Certificate, hashed};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::Instant;

async fn control(pair: &Pair, path: &str, body: Value) -> Value {
    let answer = http::send_json(pair.control, "POST", path, &body).await;
    assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn ready(pair: &Pair, agent: &str) -> Desk {
    let mut desk = Desk::connect(pair.desktops).await;
    desk.sign_in(agent).await;
    desk.succeeds("channel.request.ready", &desk.channel(), json!({})).await;
    desk.then("the agent to be available", |event| event["data"]["channel"]["available"] == true).await;
    desk
}

/// A call for an agent; its leg's address when it rings.
async fn ringing(pair: &Pair, desk: &mut Desk, agent: &str, from: &str) -> (u64, String) {
    let call = json!({ "from": from, "dialedNumber": "8001", "to": { "agent": agent }, "callVariables": { "1": "CUST-4711-SECRETIVE" } });
    let call = control(pair, "/calls", call).await["callId"].as_u64().unwrap();
    let created = desk.then_named("conversation.created").await;
    let leg = created["data"]["conversation"]["id"].as_str().unwrap();
    let target = created["target"].as_str().unwrap();
    (call, format!("{}.{leg}", target.strip_suffix(&format!(".{leg}")).unwrap_or(target)))
}

/// G5: a process that was paused notices that its session is gone, takes stock anew, and tells nothing stale.
/// `CTIBRIDGE_DRILL_PAUSE=30` pauses it for so many seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_process_takes_stock_anew_and_tells_nothing_stale() {
    let pair = Pair::start(&[]).await;
    let mut desk = ready(&pair, "1001").await;
    let (old, leg) = ringing(&pair, &mut desk, "1001", "+41445550123").await;
    desk.succeeds("conversation.answer", &leg, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;

    pair.daemon.signal("STOP");
    // While it sleeps the call ends, another one comes and goes, and the CTI Server gives the sleeper up.
    control(&pair, &format!("/calls/{old}/far-end"), json!({ "action": "hangup" })).await;
    let missed = json!({ "from": "+41445550999", "dialedNumber": "8001", "to": { "agent": "1002" } });
    let _ = http::send_json(pair.control, "POST", "/calls", &missed).await;
    if let Some(seconds) = std::env::var("CTIBRIDGE_DRILL_PAUSE").ok().and_then(|text| text.parse().ok()) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    control(&pair, "/sides/a", json!({ "action": "stop" })).await;
    pair.daemon.signal("CONT");

    desk.then_service("OutOfService").await;
    desk.then_service("InService").await;
    // What still stood in the buffers may have told it before the loss was noticed.
    if !desk.log.iter().any(|message| message["name"] == "interaction.ended") {
        desk.then_named("interaction.ended").await;
    }
    let told = desk.told();
    assert!(!told.contains("+41445550999"), "something of another agent's call: {told}");
    assert_eq!(told.matches("interaction.ended").count(), 1, "{told}");
    assert_eq!(desk.fails("conversation.release", Some(&leg), json!({})).await, "UNKNOWN_TARGET");
    let mut fresh = Desk::connect(pair.desktops).await;
    fresh.sign_in("1003").await;
    pair.daemon.signal("TERM");
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
}

/// G6: when files run out new desktops are refused, those who are there and the CTI session keep theirs, and it recovers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_files_run_out_new_desktops_are_refused_and_nothing_else_fails() {
    let pair = Pair::start_in(tempfile::tempdir().unwrap(), &[], Some(128)).await;
    let mut desk = ready(&pair, "1001").await;
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..200 {
        let mut stream = TcpStream::connect(pair.desktops).await.unwrap();
        use tokio::io::AsyncWriteExt as _;
        let request = "GET /mediabar/v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        let mut status = [0; 12];
        let asked = stream.write_all(request.as_bytes()).await.is_ok();
        match soon("an answer", stream.read_exact(&mut status)).await {
            Ok(_) if asked && status.ends_with(b"101") => open.push(stream),
            Ok(_) => {
                assert!(status.ends_with(b"503"), "{}", String::from_utf8_lossy(&status));
                refused += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!("{} desktops taken, {refused} refused, of 128 files", open.len());
    assert!(open.len() >= 32 && refused >= 100, "{} {refused}", open.len());
    // A switch of sides needs a file of its own; so do operators.
    control(&pair, "/sides/a", json!({ "action": "stop" })).await;
    desk.then_service("OutOfService").await;
    desk.then_service("InService").await;
    desk.succeeds("channel.notready", &desk.channel(), json!({})).await;
    let metrics = http::get(pair.admin, "/metrics").await.body;
    assert!(metrics.contains("ctibridge_http_refused_total{port=\"desktops\",reason=\"files\"}"), "{metrics}");
    drop(open);
    let mut back = soon("room again", async {
        loop {
            let client = TcpStream::connect(pair.desktops).await.unwrap();
            drop(client);
            let raw = tokio::time::timeout(Duration::from_secs(5), Raw::connect(pair.desktops, "")).await;
            match raw {
                Ok(raw) if raw.status() == 101 => return raw,
                _ => tokio::task::yield_now().await,
            }
        }
    })
    .await;
    assert!(back.next().await.is_some());
    pair.daemon.signal("TERM");
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
}

/// G9: a wrong configuration and wrong files leave the old ones in force; the log names file, key and line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_files_leave_the_old_ones_in_force_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users.toml");
    std::fs::write(&users, format!("[[user]]\nname = \"1001\"\npassword = \"{}\"\n", hashed("1234"))).unwrap();
    let certificate = Certificate::new(folder.path());
    let mut env = certificate.env().to_vec();
    env.extend([("CTIBRIDGE__AUTH__MODE", "users"), ("CTIBRIDGE__AUTH__USERS_FILE", users.to_str().unwrap())]);
    env.push(("CTIBRIDGE__DAEMON__WATCH_FILES", "100ms"));
    let env: Vec<(String, String)> = env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let borrowed: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut pair = Pair::start_in(tempfile::tempdir().unwrap(), &borrowed, None).await;

    pair.write("[mediabar]\nreplay = 5\n[http]\nframe_ancestors = [\"nonsense\"]\n");
    pair.daemon.signal("HUP");
    let line = pair.daemon.says("the old one stays in force").await;
    assert!(line.contains("mediabar.replay") && line.contains("http.frame_ancestors[0]"), "{line}");
    pair.write("[mediabar\n");
    pair.daemon.signal("HUP");
    let line = pair.daemon.says("the old one stays in force").await;
    assert!(line.contains("ctibridge.toml") && line.contains('1'), "{line}");
    pair.write("");

    // Seen without a signal.
    std::fs::write(&users, "[[user]]\nname = \"1001\"\npassword = \"hunter2\"\n").unwrap();
    let line = pair.daemon.says("the old ones stay in force").await;
    assert!(line.contains("users.toml") && line.contains("1001") && !line.contains("hunter2"), "{line}");
    // A signal reads the configuration and finds the wrong file as well.
    pair.daemon.signal("HUP");
    pair.daemon.says("the old ones stay in force").await;
    std::fs::write(&users, format!("[[user]]\nname = \"1002\"\npassword = \"{}\"\n", hashed("1234"))).unwrap();
    pair.daemon.says("were read again").await;
    certificate.renew();
    pair.daemon.says("were read again").await;
    assert!(secure::connect(pair.desktops, &certificate.client()).await.is_ok());
    pair.daemon.signal("TERM");
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
}

/// G10: a second copy with the same data folder ends at once and says why; the first one does not notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_copy_with_the_same_data_folder_ends_at_once() {
    let pair = Pair::start(&[]).await;
    let mut desk = ready(&pair, "1001").await;
    let second = pair.another();
    let seen = second.seen.clone();
    let started = Instant::now();
    assert_eq!(second.ends().await.code(), Some(69));
    println!("it ended after {:?}", started.elapsed());
    let text = seen.lock().unwrap().join("\n");
    assert!(text.contains("in use by another ctibridge") && text.contains(pair.folder.path().to_str().unwrap()), "{text}");
    desk.succeeds("channel.notready", &desk.channel(), json!({})).await;
    pair.daemon.signal("KILL");
    let _ = pair.daemon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_folder_is_free_again_after_a_crash() {
    let pair = Pair::start(&[]).await;
    pair.daemon.signal("KILL");
    let mut second = pair.another();
    let Pair { daemon, .. } = pair;
    let _ = daemon.ends().await;
    second.has_said("started").await;
}

/// G11: SIGTERM with many desktops in calls: all are told, the CTI sessions are closed, exit 0 within 5 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_in_the_busy_hour_ends_politely_and_soon() {
    let mut pair = Pair::start(&[("CTIBRIDGE_SIM__WORLD__AGENTS", "40")]).await;
    let mut desks = Vec::new();
    for agent in 1001..1041 {
        let agent = agent.to_string();
        let mut desk = ready(&pair, &agent).await;
        let (_, leg) = ringing(&pair, &mut desk, &agent, "+41445550123").await;
        desk.succeeds("conversation.answer", &leg, json!({})).await;
        desks.push((desk, leg));
    }
    // Some of them have a command under way at that moment.
    for (desk, leg) in &mut desks {
        desk.send("conversation.hold", Some(leg), json!({})).await;
    }
    pair.daemon.signal("TERM");
    let told = Instant::now();
    for (mut desk, _) in desks {
        desk.then_service("Stopping").await;
        assert_eq!(desk.then_closed().await, 1012);
    }
    assert!(TcpStream::connect(pair.desktops).await.is_err() || told.elapsed() < Duration::from_secs(5));
    pair.daemon.says("stopped").await;
    // Both sides were closed by CLOSE_REQ; a connection that only went would not be told so.
    pair.simulator.says("simulator session closed").await;
    pair.simulator.says("simulator session closed").await;
    let seen = pair.daemon.seen.clone();
    assert_eq!(pair.daemon.ends().await.code(), Some(0));
    println!("gone after {:?}", told.elapsed());
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    let text = seen.lock().unwrap().join("\n");
    assert!(!text.contains("did not end in time"), "{text}");
}

/// F7: no secret at any level, no customer's number or data in what operators read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_holds_no_secrets_and_no_customers() {
    const SECRETS: [&str; 5] = ["swordfish-cti", "hunter2-user", "wrong-guess-77", "client-secret-9", "eyJhbGciOi"];
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users.toml");
    let user = format!("[[user]]\nname = \"anna\"\nagent = \"1001\"\npassword = \"{}\"\n", hashed("hunter2-user"));
    let client = format!("[[client]]\nid = \"reporting\"\nsecret = \"{}\"\nroles = [\"admin\"]\n", hashed("client-secret-9"));
    std::fs::write(&users, format!("{user}{client}")).unwrap();
    let agents = folder.path().join("agents.toml");
    std::fs::write(&agents, "1001 = \"1234\"\n").unwrap();
    let (users, agents) = (users.to_str().unwrap(), agents.to_str().unwrap());
    let env = [
        ("CTIBRIDGE__LOG__LEVEL", "debug"),
        ("CTIBRIDGE__LOG__FORMAT", "json"),
        ("CTIBRIDGE__CTI__CLIENT_PASSWORD", "swordfish-cti"),
        ("CTIBRIDGE__AUTH__MODE", "users"),
        ("CTIBRIDGE__AUTH__USERS_FILE", users),
        ("CTIBRIDGE__AUTH__CLIENTS_FILE", users),
        ("CTIBRIDGE__AUTH__AGENT_PASSWORD_FILE", agents),
    ];
    let mut pair = Pair::start(&env).await;
    let mut desk = Desk::connect(pair.desktops).await;
    let guess = json!({ "agent": { "id": "anna", "password": "wrong-guess-77" } });
    assert_eq!(desk.fails("prepareSession", None, guess).await, "AUTH_FAILED");
    let prepared =
        desk.when("prepareSession", None, json!({ "agent": { "id": "anna", "password": "hunter2-user", "extension": "3001" } })).await;
    let resume = prepared["data"]["resumeToken"].as_str().unwrap().to_owned();
    desk.succeeds("session.start", "PG1-1001", json!({})).await;
    desk.succeeds("channelgroup.activateall", "PG1-1001.3001", json!({})).await;
    desk.then_state("channel", "ACTIVE").await;
    desk.succeeds("channel.ready", "PG1-1001.3001.3001", json!({})).await;
    let (_, leg) = ringing(&pair, &mut desk, "1001", "+41445550123").await;
    desk.succeeds("conversation.answer", &leg, json!({})).await;
    desk.succeeds("conversation.senddtmf", &leg, json!({ "digits": "93751" })).await;
    desk.send_text("{\"command\":\"prepareSession\",\"data\":{\"agent\":{\"id\":\"x\",\"password\":\"hunter2-user\"".to_owned()).await;
    desk.next_response().await;
    let form = "grant_type=client_credentials&client_id=reporting&client_secret=client-secret-9";
    let head = "POST /login/connect/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let answer = http::raw(pair.desktops, &format!("{head}Content-Length: {}\r\n\r\n{form}", form.len())).await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let me = http::request(pair.desktops, "GET", "/api/v1/me", &format!("Authorization: Bearer {token}\r\n")).await;
    assert_eq!(me.status, 200);
    http::request(pair.desktops, "GET", "/api/v1/me", &format!("Authorization: Bearer {token}x\r\n")).await;
    let metrics = http::get(pair.admin, "/metrics").await.body;
    pair.daemon.signal("TERM");
    pair.daemon.says("\"stopped\"").await;
    let lines = pair.daemon.seen.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.contains("\"DEBUG\"")), "debug lines are looked at");
    for line in lines.iter().chain(std::iter::once(&metrics)) {
        for secret in SECRETS.iter().copied().chain([resume.as_str(), token.as_str()]) {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
        // The history's own lines are its records until they have their store.
        let is_record = line.contains("\"target\":\"history\"");
        if !is_record && !line.contains("\"DEBUG\"") {
            for customer in ["41445550123", "4711-SECRETIVE", "93751"] {
                assert!(!line.contains(customer), "{customer} in {line}");
            }
        }
    }
}

/// What `hash-password` prints is what the files take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_hashed_for_the_files() {
    let hash = |input: &[u8]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge"));
        let mut child = command.arg("hash-password").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = hash(b"correct horse\n");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let hash_of = ctibridge::auth::credential::PasswordHash::parse(text.trim_end()).unwrap();
    let fits = |password: &str| ctibridge::auth::credential::verify(&ctibridge::engine::command::Secret::new(password), &hash_of);
    assert!(fits("correct horse") && !fits("correct horse\n"));
    assert_eq!(hash(b"").status.code(), Some(66));
    assert_eq!(hash(&[b'x'; 5_000]).status.code(), Some(66));
}

/// Wrong accounts and certificates are found before anything starts, by `check-config` too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_accounts_and_certificates_are_found_before_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("users.toml", "[[user]]\nname = \"a\"\npassword = \"plain\"\n");
    write("good.toml", "");
    write("key.pem", "nonsense");
    for (config, part) in [
        ("[auth]\nmode = \"users\"\n", "auth.users_file"),
        ("[auth]\nmode = \"token\"\n", "auth.token"),
        ("[auth]\nmode = \"users\"\nusers_file = \"nothing.toml\"\n", "auth.users_file"),
        ("[auth]\nmode = \"users\"\nusers_file = \"users.toml\"\n", "user \"a\""),
        ("[auth.token]\nsecret_file = \"key.pem\"\nissuer = \"a\"\naudience = \"b\"\n", "less than 32 bytes"),
        ("[auth.token]\nsecret_file = \"key.pem\"\n", "auth.token.issuer"),
        ("[auth.token]\nsecret_file = \"key.pem\"\njwks_file = \"key.pem\"\nissuer = \"a\"\naudience = \"b\"\n", "only one of"),
        ("[http.tls]\ncertificate = \"key.pem\"\n", "http.tls.key"),
        ("[http.tls]\ncertificate = \"key.pem\"\nkey = \"key.pem\"\n", "key.pem"),
    ] {
        write("test.toml", config);
        for args in [&["check-config", "test.toml"][..], &["run", "--config", "test.toml"]] {
            let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge"));
            let output = command.args(args).current_dir(folder.path()).envs(FREE_PORTS).output().unwrap();
            let text = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(78), "{args:?} {config}: {text}");
            assert!(text.contains(part) && !text.contains("plain"), "{config}: {text}");
        }
    }
}
