//! Users of a file: what their roles allow, what becomes of them when the file changes, and what a wrong proof tells.

use std::path::Path;
use std::time::Duration;

use ctibridge::desktop::mediabar::schema;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::connected;
use crate::house::{Desk, House};
use crate::raw::Raw;
use crate::secure::hashed;

fn user(name: &str, more: &str) -> String {
    format!("[[user]]\nname = \"{name}\"\npassword = \"{}\"\n{more}\n", hashed("a long sentence"))
}

/// A house whose users are in a file.
async fn house_of(file: &Path, users: &str) -> House {
    std::fs::write(file, users).unwrap();
    let passwords = file.with_file_name("agents.toml");
    std::fs::write(&passwords, "1001 = \"1234\"\n1002 = \"1234\"\n").unwrap();
    House::start_with(&[
        ("CTIBRIDGE__AUTH__MODE", "users"),
        ("CTIBRIDGE__AUTH__USERS_FILE", file.to_str().unwrap()),
        ("CTIBRIDGE__AUTH__AGENT_PASSWORD_FILE", passwords.to_str().unwrap()),
    ])
    .await
}

fn credentials(name: &str) -> Value {
    json!({"agent": {"id": name, "password": "a long sentence"}})
}

/// Signs a user in; the session's id.
async fn sign_in(desk: &mut Desk, name: &str, extension: Option<&str>) -> String {
    let answer = desk.when("prepareSession", None, credentials(name)).await;
    let session = answer["data"]["resourceId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    desk.succeeds("session.start", &session, extension.map_or_else(|| json!({}), |phone| json!({"extension": phone}))).await;
    desk.then_named("session.initialized").await;
    if let Some(phone) = extension {
        desk.succeeds("channelgroup.activateall", &format!("{session}.{phone}"), json!({})).await;
        desk.then_state("channel", "ACTIVE").await;
    }
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_leaves_the_file_is_sent_away_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    let (anna, wall, ben) = (user("anna", "agent = \"1001\""), user("wall", "roles = [\"wallboard\"]"), user("ben", "agent = \"1002\""));
    let mut house = house_of(&file, &[anna, wall, ben.clone()].concat()).await;
    let (mut anna, mut wall, mut ben_desk) = (connected(&house).await, connected(&house).await, connected(&house).await);
    sign_in(&mut anna, "anna", Some("3001")).await;
    sign_in(&mut wall, "wall", None).await;
    sign_in(&mut ben_desk, "ben", Some("3002")).await;
    let mut onlooker = connected(&house).await;
    onlooker.when("prepareSession", None, json!({"mode": "mirror", "agent": {"id": "anna", "password": "a long sentence"}})).await;
    // Another one has her agent now; that is not her.
    std::fs::write(&file, [user("anna", "agent = \"1009\""), ben].concat()).unwrap();
    house.daemon.refresh();
    for desk in [&mut anna, &mut onlooker, &mut wall] {
        assert_eq!(desk.then_closed().await, 4004);
        let last = desk.log.last().unwrap();
        assert_eq!((&last["name"], &last["data"]), (&json!("session.disposed"), &json!({"reason": "admin"})), "{}", desk.told());
    }
    // What runs on the phone runs on, and the others notice nothing.
    assert_ne!(house.agent_state("1001").await, "LOGOUT");
    ben_desk.succeeds("channel.ready", "PG1-1002.3002", json!({})).await;
    assert!(!ben_desk.told().contains("session.disposed"));
    // Neither the password nor what the session left behind opens the door again.
    let mut back = connected(&house).await;
    let token = anna.resume_token();
    assert_eq!(back.fails("prepareSession", None, json!({"resumeToken": token})).await, "AUTH_FAILED");
    assert_eq!(back.fails("prepareSession", None, credentials("wall")).await, "AUTH_FAILED");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_roles_count_at_once_and_the_desktop_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    let boss = |roles: &str| user("boss", &format!("agent = \"1001\"\nroles = [{roles}]"));
    let ben = user("ben", "agent = \"1002\"");
    let mut house = house_of(&file, &[boss("\"supervisor\""), ben.clone()].concat()).await;
    let (mut desk, mut agent) = (connected(&house).await, connected(&house).await);
    sign_in(&mut desk, "boss", Some("3001")).await;
    sign_in(&mut agent, "ben", Some("3002")).await;
    agent.succeeds("channel.ready", "PG1-1002.3002", json!({})).await;
    house.call("1002").await;
    let ringing = agent.then_state("conversation", "ALERTING").await["target"].as_str().unwrap().to_owned();
    agent.succeeds("conversation.answer", &ringing, json!({})).await;
    agent.then_state("conversation", "CONNECTED").await;
    desk.succeeds("session.getteam", "PG1-1001", json!({})).await;
    assert!(desk.then_named("team.updated").await.to_string().contains("callId"));
    let monitor = json!({"action": "MONITOR", "agent": {"id": "1002"}});
    let channel = "PG1-1001.3001.3001";

    std::fs::write(&file, [boss("\"agent\""), ben.clone()].concat()).unwrap();
    house.daemon.refresh();
    assert_eq!(desk.then_named("session.infochanged").await["data"], json!({"roles": ["agent"]}));
    let team = desk.then_named("team.updated").await;
    assert!(!team.to_string().contains("callId") && team.to_string().contains("1002"), "calls are none of an agent's business: {team}");
    assert_eq!(desk.fails("channel.supervise", Some(channel), monitor.clone()).await, "NOT_AUTHORIZED");
    let foreign = json!({"scope": "agent", "id": "1002"});
    assert_eq!(desk.fails("session.getstatistics", Some("PG1-1001"), foreign).await, "UNKNOWN_TARGET");

    std::fs::write(&file, [boss("\"supervisor\", \"admin\""), ben].concat()).unwrap();
    house.daemon.refresh();
    assert_eq!(desk.then_named("session.infochanged").await["data"], json!({"roles": ["supervisor", "admin"]}));
    desk.succeeds("channel.supervise", channel, monitor).await;
    // Who is what the file says already hears nothing.
    assert!(!agent.told().contains("session.infochanged"), "{}", agent.told());
    house.stop().await;
}

/// DECISIONS 18
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallboard_watches_and_can_do_nothing_else() {
    const MAY: [&str; 6] =
        ["session.start", "session.logout", "session.takeover", "session.getteam", "session.leaveteam", "session.getstatistics"];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    let house = house_of(&file, &[user("wall", "roles = [\"wallboard\"]"), user("ben", "agent = \"1002\"")].concat()).await;
    let (mut wall, mut agent) = (connected(&house).await, connected(&house).await);
    sign_in(&mut agent, "ben", Some("3002")).await;
    agent.succeeds("channel.ready", "PG1-1002.3002", json!({})).await;
    house.call("1002").await;
    let ringing = agent.then_state("conversation", "ALERTING").await["target"].as_str().unwrap().to_owned();
    let session = sign_in(&mut wall, "wall", None).await;
    let states: Vec<_> = wall.log.iter().filter(|message| message["name"].is_string() && message["seq"].is_u64()).collect();
    assert_eq!(states.len(), 2, "a session and nothing in it: {}", wall.told());
    let enabled = |name: &str| states[0]["data"].as_array().unwrap().contains(&json!({ "name": name, "type": "enable" }));
    assert!(enabled("session.logout") && !enabled("session.getdirectory") && !enabled("session.addchannelgroup"), "{}", states[0]);

    let requests = schema::messages().into_iter().filter(|message| message.class == schema::Class::Request);
    let names: Vec<String> = requests.map(|message| message.name.strip_suffix(".request").unwrap().to_owned()).collect();
    let mut refused = 0;
    for name in names.iter().filter(|name| *name != "prepareSession" && !MAY.contains(&name.as_str())) {
        let kind = name.split('.').next().unwrap();
        // What belongs to an agent is not told apart from what is not there.
        for (target, code) in [(ringing.clone(), "NOT_BOUND"), (format!("{session}.3002.3002.OM000000000000000001"), "UNKNOWN_TARGET")] {
            assert_eq!(wall.fails(name, Some(&target), json!({})).await, code, "{name} {target}");
        }
        if kind == "session" {
            assert_eq!(wall.fails(name, Some(&session), json!({})).await, "NOT_AUTHORIZED", "{name}");
            refused += 1;
        }
    }
    assert!(refused >= 6, "only {refused} commands of a session were tried");
    assert_eq!(house.truth().await["calls"].as_array().unwrap()[0]["parties"].as_array().unwrap().len(), 2, "the call rings on");

    wall.succeeds("session.getteam", &session, json!({})).await;
    let team = wall.then_named("team.updated").await;
    assert!(team.to_string().contains("1002") && !team.to_string().contains("callId"), "{team}");
    agent.succeeds("conversation.answer", &ringing, json!({})).await;
    let told = wall.then("1002 to talk", |e| e["data"]["member"]["id"] == "1002" && e["data"]["member"]["state"] == "TALKING").await;
    assert!(told["data"]["member"].get("callId").is_none(), "{told}");
    wall.succeeds("session.getstatistics", &session, json!({"scope": "skillgroup", "id": 10})).await;
    wall.then_named("statistics.updated").await;
    wall.succeeds("session.leaveteam", &session, json!({})).await;
    assert!(wall.log.iter().all(|message| !message.to_string().contains("+41445550123")), "no customer's number");
    wall.succeeds("session.logout", &session, json!({})).await;
    assert_eq!(wall.then_closed().await, 1000);
    house.stop().await;
}

/// F2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_user_and_a_wrong_password_are_told_apart_neither_by_word_nor_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    // A hash that takes long enough to be seen beside everything else.
    let cost = ctibridge::auth::credential::HashCost { memory_kib: 8_192, passes: 2 };
    let secret = ctibridge::engine::command::Secret::new("a long sentence");
    let hash = ctibridge::auth::credential::hash(&secret, cost).unwrap();
    let known: String = (0..6).map(|n| format!("[[user]]\nname = \"user{n}\"\npassword = \"{}\"\n", hash.as_phc())).collect();
    let house = house_of(&file, &known).await;
    let mut fastest = [Duration::MAX; 2];
    let mut answers = Vec::new();
    for n in 0..6 {
        for (kind, name) in [format!("user{n}"), format!("nobody{n}")].into_iter().enumerate() {
            let mut desk = connected(&house).await;
            let began = Instant::now();
            let answer = desk.when("prepareSession", None, json!({"agent": {"id": name, "password": "wrong"}})).await;
            fastest[kind] = fastest[kind].min(began.elapsed());
            answers.push(answer["failure"].clone());
        }
    }
    assert!(answers.iter().all(|answer| answer["code"] == "AUTH_FAILED" && *answer == answers[0]), "{answers:?}");
    let [wrong, unknown] = fastest;
    println!("wrong password {wrong:?}, unknown user {unknown:?}");
    assert!(unknown * 2 > wrong && wrong * 2 > unknown, "wrong password {wrong:?}, unknown user {unknown:?}");
    house.stop().await;
}

/// F2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_token_counts_for_its_session_and_every_bad_one_gets_the_same_answer() {
    let house = House::start().await;
    let mut desk = crate::signed_in(&house, "1001").await;
    let token = desk.resume_token();
    // While its desktop is there a copy of it is no way in: the question is asked, and nothing is taken away.
    let mut copy = connected(&house).await;
    assert_eq!(copy.when("prepareSession", None, json!({"resumeToken": token})).await["result"], "confirm");
    desk.succeeds("session.getdirectory", "PG1-1001", json!({})).await;

    let elsewhere = House::start().await;
    let foreign = crate::signed_in(&elsewhere, "1001").await.resume_token();
    elsewhere.stop().await;
    let mut ended = crate::signed_in(&house, "1002").await;
    let old = ended.resume_token();
    ended.succeeds("session.logout", "PG1-1002", json!({})).await;
    assert_eq!(ended.then_closed().await, 1000);
    let mut bad = vec![foreign, old, String::new(), "x".repeat(10_000), "a.b.c".to_owned()];
    // One bit changed, wherever it is.
    bad.extend((0..token.len() - 1).step_by(7).map(|at| {
        let bit = 1 << (at % 6);
        format!("{}{}{}", &token[..at], char::from(token.as_bytes()[at] ^ bit), &token[at + 1..])
    }));
    let mut answers = Vec::new();
    for token in &bad {
        let answer = copy.when("prepareSession", None, json!({"resumeToken": token})).await;
        if answer["failure"]["code"] != "RATE_LIMITED" {
            answers.push(answer["failure"].clone());
        }
    }
    assert!(answers.len() > 20 && answers.iter().all(|answer| answer["code"] == "AUTH_FAILED" && *answer == answers[0]), "{answers:?}");
    let counted = house.daemon.telemetry.render();
    assert!(counted.contains("reason=\"AUTH_FAILED\""), "{counted}");
    house.stop().await;
}

/// The limits by address behind a proxy are those of the clients that the proxy names, and of nobody who names himself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_trusted_proxy_limits_are_the_clients_own() {
    let limit = ("CTIBRIDGE__MEDIABAR__LIMITS__SOCKETS_PER_ADDRESS", "1");
    let from = |client: &str| format!("X-Forwarded-For: 198.51.100.1, {client}\r\n");
    for (trusted, takes) in [("[\"127.0.0.0/8\"]", true), ("[]", false)] {
        let house = House::start_with(&[limit, ("CTIBRIDGE__HTTP__TRUSTED_PROXIES", trusted)]).await;
        let _first = Raw::connect(house.desktops(), &from("203.0.113.1")).await;
        assert_eq!(Raw::connect(house.desktops(), &from("203.0.113.2")).await.status(), if takes { 101 } else { 503 }, "another client");
        assert_eq!(Raw::connect(house.desktops(), &from("203.0.113.1")).await.status(), 503, "the same client");
        house.stop().await;
    }
}
