//! Users, bearer tokens, roles, and what time and memory do to sessions.

use jiff::SignedDuration;
use jsonwebtoken::{EncodingKey, Header};

use super::*;
use crate::auth::Mode;
use crate::auth::authority;
use crate::auth::credential::PasswordHash;
use crate::auth::token::{KeySource, Rules};

const SECRET: &str = "a secret of thirty-two bytes or more";

fn hashed(password: &str) -> PasswordHash {
    credential::hash(&Secret::new(password), HashCost { memory_kib: 8, passes: 1 }).unwrap()
}

fn users(bench: &mut Bench, file: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    std::fs::write(&path, file).unwrap();
    let settings = authority::Settings { mode: Mode::Users, users: Some(path), ..Default::default() };
    bench.authority = Authority::load(settings, &[0; 32]).unwrap();
}

fn users_bench() -> Bench {
    let mut bench = Bench::with(|settings| settings.auth = Mode::Users);
    let file = format!(
        "[[user]]\nname = \"anna\"\nagent = \"1001\"\npassword = \"{}\"\n[[user]]\nname = \"wall\"\nroles = [\"wallboard\"]\nteam = 7\n\
         password = \"{}\"\n",
        hashed("1234").as_phc(),
        hashed("brick").as_phc()
    );
    users(&mut bench, &file);
    bench
}

fn token_bench(single_use: bool) -> Bench {
    let mut bench = Bench::with(|settings| settings.auth = Mode::Token);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let passwords = folder.path().join("agents.toml");
    std::fs::write(&passwords, "1001 = \"1234\"\n").unwrap();
    let rules = Rules {
        issuer: "id".to_owned(),
        audience: "us".to_owned(),
        skew: SignedDuration::ZERO,
        agent_claim: "sub".to_owned(),
        roles_claim: "roles".to_owned(),
        team_claim: "team".to_owned(),
    };
    let settings = authority::Settings {
        mode: Mode::Token,
        issuer: Some((KeySource::Secret(secret), rules)),
        agent_passwords: Some(passwords),
        single_use,
        ..Default::default()
    };
    bench.authority = Authority::load(settings, &[0; 32]).unwrap();
    bench
}

fn token(bench: &Bench, agent: &str, lasts: i64) -> String {
    let now = bench.now.wall.as_second();
    let claims = json!({ "iss": "id", "aud": "us", "sub": agent, "exp": now + lasts, "jti": format!("{agent}-{now}-{lasts}") });
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

#[test]
fn a_user_of_the_file_is_the_agent_named_there_and_shown_at_once() {
    let mut bench = users_bench();
    let socket = bench.connect();
    for (name, password) in [("anna", "wrong"), ("nobody", "1234"), ("1001", "1234"), ("ANNA", "1234")] {
        let refused = bench.sign_in(socket, name, password);
        assert_eq!(refused["failure"]["code"], "AUTH_FAILED");
        assert_eq!(refused["failure"]["message"], "Unknown agent id or wrong password", "the same for all");
    }
    assert_eq!(bench.logins, 0, "the ACD is not asked");
    let prepared = bench.sign_in(socket, "anna", "1234");
    assert_eq!(prepared["data"]["resourceId"], "PG1-1001", "{prepared}");
    assert_eq!(bench.command(socket, "session.start", "PG1-1001")["result"], "success");
    bench.read(socket);
    // The user's password is taken for the ACD too, where no file lists another.
    assert_eq!(bench.command(socket, "channelgroup.activateall", "PG1-1001.3001")["result"], "success");
    assert_eq!(bench.acd["1001"].state, AgentState::NOT_READY);
}

#[test]
fn a_user_who_left_the_file_cannot_come_back() {
    let mut bench = users_bench();
    let socket = bench.connect();
    let resume = bench.sign_in(socket, "anna", "1234")["data"]["resumeToken"].clone();
    bench.disconnect(socket);
    let socket = bench.connect();
    assert_eq!(bench.prepare(socket, json!({ "resumeToken": resume }))["data"]["recovered"], true);
    bench.disconnect(socket);
    users(&mut bench, "");
    let socket = bench.connect();
    assert_eq!(code(&bench.prepare(socket, json!({ "resumeToken": resume }))), "AUTH_FAILED");
}

#[test]
fn a_wallboard_has_a_session_without_a_phone_and_may_command_nothing() {
    let mut bench = users_bench();
    let socket = bench.connect();
    let prepared = bench.sign_in(socket, "wall", "brick");
    let session = prepared["data"]["resourceId"].as_str().unwrap().to_owned();
    assert_eq!(session, "PG1-_wall");
    assert_eq!(bench.command(socket, "session.start", &session)["result"], "success");
    let told = bench.read(socket);
    assert_eq!(names(&told), ["state.updated", "session.initialized"]);
    let kind = |name: &str| told[0]["data"].as_array().unwrap().iter().find(|change| change["name"] == name).unwrap()["type"].clone();
    assert_eq!(
        (kind("session.logout"), kind("session.addchannelgroup"), kind("session.getdirectory")),
        (json!("enable"), json!("disable"), json!("disable"))
    );
    assert_eq!(code(&bench.command(socket, "session.getdirectory", &session)), "NOT_AUTHORIZED");
    assert_eq!(code(&bench.command(socket, "channel.ready", &format!("{session}.3001"))), "UNKNOWN_TARGET");
    let again = bench.connect();
    let confirm = bench.sign_in(again, "wall", "brick");
    assert_eq!(confirm["result"], "confirm", "{confirm}");
    assert!(!confirm.to_string().contains("\\u0001"), "{confirm}");
    let resume = prepared["data"]["resumeToken"].clone();
    bench.disconnect(socket);
    assert_eq!(bench.prepare(again, json!({ "resumeToken": resume }))["data"]["recovered"], true);
    assert_eq!(bench.command(again, "session.start", &session)["result"], "success");
    bench.read(again);
    assert_eq!(bench.command(again, "session.logout", &session)["result"], "success");
    assert_eq!(bench.closed(again), Some(CloseCode::Logout));
}

#[test]
fn a_bearer_token_signs_in_and_its_end_closes_with_4004() {
    let mut bench = token_bench(false);
    let socket = bench.connect();
    assert_eq!(code(&bench.sign_in(socket, "1001", "1234")), "BAD_REQUEST", "a password is no token");
    let bearer = token(&bench, "1001", 600);
    for wrong in [token(&bench, "1001", -1), bearer[..bearer.len() - 2].to_owned(), "x".to_owned()] {
        let refused = bench.prepare(socket, json!({ "token": wrong }));
        assert_eq!(refused["failure"]["message"], "Unknown agent id or wrong password", "the same for all");
    }
    let other = bench.prepare(socket, json!({ "token": bearer, "agent": { "id": "1002" } }));
    assert_eq!(code(&other), "AUTH_FAILED", "somebody else's token");
    let prepared = bench.prepare(socket, json!({ "token": bearer, "agent": { "extension": "3001" } }));
    assert_eq!(prepared["data"]["resourceId"], "PG1-1001", "{prepared}");
    bench.command(socket, "session.start", "PG1-1001");
    bench.read(socket);
    assert_eq!(bench.command(socket, "channelgroup.activateall", "PG1-1001.3001")["result"], "success", "with the listed password");
    bench.later(Duration::from_secs(599));
    assert_eq!(bench.closed(socket), None);
    bench.later(Duration::from_secs(1));
    assert_eq!(bench.closed(socket), Some(CloseCode::TokenExpired));
    // Neither the resume token nor the old token outlives it; a new one finds the session as it was left.
    let socket = bench.connect();
    let resume = prepared["data"]["resumeToken"].clone();
    assert_eq!(code(&bench.prepare(socket, json!({ "resumeToken": resume }))), "AUTH_FAILED");
    assert_eq!(code(&bench.prepare(socket, json!({ "token": bearer }))), "AUTH_FAILED");
    let fresh = token(&bench, "1001", 600);
    assert_eq!(bench.prepare(socket, json!({ "token": fresh }))["data"]["recovered"], true);
}

#[test]
fn an_agent_whose_acd_password_nobody_knows_signs_in_on_the_phone() {
    let mut bench = token_bench(false);
    let socket = bench.connect();
    let bearer = token(&bench, "1002", 600);
    let prepared = bench.prepare(socket, json!({ "token": bearer, "agent": { "extension": "3002" } }));
    assert_eq!(prepared["result"], "success", "{prepared}");
    bench.command(socket, "session.start", "PG1-1002");
    bench.read(socket);
    assert_eq!(code(&bench.command(socket, "channelgroup.activateall", "PG1-1002.3002")), "ACTIVATE_FAILED");
    assert_eq!(bench.logins, 0, "no guess goes to the ACD");
    bench.phone("1002", AgentState::NOT_READY);
    bench.read(socket);
    assert_eq!(bench.command(socket, "channelgroup.activateall", "PG1-1002.3002")["result"], "success");
}

/// F2: a token used twice.
#[test]
fn a_token_of_single_use_counts_once_and_the_desktop_comes_back_without_it() {
    let mut bench = token_bench(true);
    let socket = bench.connect();
    let bearer = token(&bench, "1001", 600);
    let prepared = bench.prepare(socket, json!({ "token": bearer, "agent": { "extension": "3001" } }));
    assert_eq!(prepared["result"], "success");
    bench.disconnect(socket);
    let thief = bench.connect();
    assert_eq!(code(&bench.prepare(thief, json!({ "token": bearer }))), "AUTH_FAILED");
    let resume = prepared["data"]["resumeToken"].clone();
    assert_eq!(bench.prepare(thief, json!({ "resumeToken": resume }))["data"]["recovered"], true);
}

/// F4: guesses that run at the same time are no way around the limit, and nobody else is locked out.
#[test]
fn many_guesses_at_once_reach_the_acd_no_more_often_than_the_limit() {
    let mut bench = Bench::new();
    let (_, _) = bench.desktop();
    bench.logins = 0;
    bench.is_holding_jobs = true;
    let sockets: Vec<u64> = (0..100).map(|_| bench.connect()).collect();
    let mut limited = 0;
    for (n, socket) in sockets.iter().enumerate() {
        let answer = bench.sign_in(*socket, "1001", &format!("guess {n}"));
        limited += usize::from(code(&answer) == "RATE_LIMITED");
    }
    assert_eq!(limited, 95);
    bench.is_holding_jobs = false;
    bench.settle();
    assert_eq!(bench.logins, 0, "the password was proved once, so the ACD is not asked");
    let other = bench.connect();
    assert_eq!(bench.sign_in(other, "1002", "abcd")["result"], "success", "another agent is not locked out");
    // The answer to the right password is the same as to the wrong ones for as long as the limit holds.
    let own = bench.connect();
    assert_eq!(code(&bench.sign_in(own, "1001", "1234")), "RATE_LIMITED");
    bench.later(Duration::from_secs(60));
    let own = bench.connect();
    assert_eq!(bench.sign_in(own, "1001", "1234")["result"], "confirm");
}

/// G4: the wall clock jumps, timers do not care.
#[test]
fn timers_follow_the_monotonic_clock_wherever_the_wall_clock_jumps() {
    let mut bench = token_bench(false);
    let socket = bench.connect();
    let bearer = token(&bench, "1001", 600);
    bench.prepare(socket, json!({ "token": bearer, "agent": { "extension": "3001" } }));
    let deadline = bench.hub.poll_timeout();
    for jump in [3_600, -3_600, -86_400, 1, 0] {
        bench.now.wall = bench.now.wall.checked_add(SignedDuration::from_secs(jump)).unwrap();
        bench.hub.handle_timeout(bench.now, &mut bench.engine);
        bench.settle();
        assert_eq!(bench.closed(socket), None, "{jump}");
        assert_eq!(bench.hub.poll_timeout(), deadline, "{jump}");
    }
    let wall = bench.now.wall;
    bench.later(Duration::from_secs(30));
    bench.now.wall = wall; // it stands still
    bench.later(Duration::from_secs(570));
    assert_eq!(bench.closed(socket), Some(CloseCode::TokenExpired));
}

/// G7: when memory is short, the oldest replay goes first, and its desktop is told everything anew.
#[test]
fn the_replay_of_the_desktop_that_is_away_longest_goes_first() {
    let mut bench = Bench::with(|settings| settings.limits.replay_memory = 40_000);
    let (socket, resume) = bench.desktop();
    for _ in 0..20 {
        assert_eq!(bench.command(socket, "session.getdirectory", "PG1-1001")["result"], "success");
        bench.read(socket);
    }
    bench.disconnect(socket);
    let away = bench.hub.tally.bytes();
    assert!(away > 4_000, "{away}");
    bench.later(Duration::from_secs(1));
    let other = bench.connect();
    bench.prepare(other, json!({ "agent": { "id": "1002", "password": "abcd", "extension": "3002" } }));
    bench.command(other, "session.start", "PG1-1002");
    bench.read(other);
    let mut last = 0;
    // Each answer brings an event that is kept.
    while bench.hub.tally.bytes() >= last {
        last = bench.hub.tally.bytes();
        assert_eq!(bench.command(other, "session.getdirectory", "PG1-1002")["result"], "success");
        last = last.max(1);
        bench.read(other);
    }
    assert!(bench.hub.tally.bytes() <= 40_000);
    let session = &bench.hub.sessions[&bench.hub.by_agent[&"1001".into()]];
    assert_eq!(session.command.kept(), 0, "the one that is away");
    assert!(bench.hub.sessions[&bench.hub.by_agent[&"1002".into()]].command.kept() > 0, "not the one that is here");
    let back = bench.connect();
    let seq = session_seq(&bench, "1001") - 1;
    let answer = bench.prepare(back, json!({ "resumeToken": resume, "resumeFrom": { "session": "PG1-1001", "seq": seq } }));
    assert_eq!((&answer["data"]["recovered"], &answer["data"]["resumed"]), (&json!(true), &json!(false)));
    bench.command(back, "session.start", "PG1-1001");
    assert!(bench.read(back).iter().all(|event| event["resync"] == true));
}

fn session_seq(bench: &Bench, agent: &str) -> u64 {
    bench.hub.sessions[&bench.hub.by_agent[&agent.into()]].command.seq
}
