//! Who gets in, what they see, and what they are told when they do not: tokens, users, roles, origins, TLS, guessing.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "desktop/raw.rs"]
mod raw;
#[path = "common/secure.rs"]
mod secure;

use futures_util::{SinkExt, StreamExt};
use house::{House, soon};
use raw::Raw;
use secure::{Certificate, borrowed, claims, hashed, issuer_env, token};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::HandshakeKind;
use tokio_tungstenite::tungstenite::Message;

/// The value of a metric, its labels included in the name.
fn metric(house: &House, name: &str) -> u64 {
    let text = house.daemon.telemetry.render();
    let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as u64)
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

async fn ask_token(house: &House, body: &str) -> http::Response {
    let head = "POST /login/connect/token HTTP/1.1\r\nHost: bar.example:8188\r\nConnection: close\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    http::raw(house.desktops(), &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
}

fn clients(folder: &std::path::Path) -> String {
    let file = folder.join("clients.toml");
    let (one, two) = (hashed("s3cret & more"), hashed("other"));
    let text = format!(
        "[[client]]\nid = \"reporting\"\nsecret = \"{one}\"\nroles = [\"admin\"]\ntenants = [7]\n\
         [[client]]\nid = \"wall\"\nsecret = \"{two}\"\nroles = [\"wallboard\"]\n"
    );
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_fetches_a_token_and_is_known_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::start_with(&[("CTIBRIDGE__AUTH__CLIENTS_FILE", &clients(folder.path()))]).await;
    let form = "response_type=token&grant_type=client_credentials&client_id=reporting&client_secret=s3cret+%26%20more";
    let answer = ask_token(&house, form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let me = http::request(house.desktops(), "GET", "/api/v1/me", &bearer(body["access_token"].as_str().unwrap())).await;
    assert_eq!(me.status, 200);
    assert_eq!(me.json(), json!({ "subject": "reporting", "roles": ["admin"], "tenants": [7] }));
    for (form, status, error) in [
        ("", 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=reporting", 400, "invalid_request"),
        ("grant_type=password&client_id=reporting&client_secret=x", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&client_id=reporting&client_secret=wrong", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=wrong", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=wall&client_secret=s3cret+%26%20more", 401, "invalid_client"),
        ("client_id=%ff&client_id=b", 400, "invalid_request"),
    ] {
        let answer = ask_token(&house, form).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{form}");
    }
    assert_ne!(ask_token(&house, &"x".repeat(5_000)).await.status, 200, "longer than any form");
    house.stop().await;
}

/// A person of the users file reads the history with the password that the media bar takes, and nobody does where the file does
/// not count.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_of_the_file_fetches_a_token_and_is_known_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    let text = format!(
        "[[user]]\nname = \"anna\"\npassword = \"{0}\"\nagent = \"1001\"\nroles = [\"agent\", \"supervisor\"]\n\
         [[client]]\nid = \"anna\"\nsecret = \"{1}\"\nroles = [\"admin\"]\n",
        hashed("right one"),
        hashed("other")
    );
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let files = [("CTIBRIDGE__AUTH__USERS_FILE", file), ("CTIBRIDGE__AUTH__CLIENTS_FILE", file)];
    let house = House::start_with(&[&files[..], &[("CTIBRIDGE__AUTH__MODE", "users")]].concat()).await;
    for (form, status, error) in [
        ("grant_type=password&username=anna", 400, "invalid_request"),
        ("grant_type=password&client_id=anna&client_secret=other", 400, "invalid_request"),
        ("grant_type=password&username=anna&password=other", 400, "invalid_grant"),
        ("grant_type=password&username=nobody&password=other", 400, "invalid_grant"),
    ] {
        let answer = ask_token(&house, form).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{form}");
    }
    let right = "grant_type=password&username=anna&password=right+one";
    let answer = ask_token(&house, right).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let me = http::request(house.desktops(), "GET", "/api/v1/me", &bearer(answer.json()["access_token"].as_str().unwrap())).await;
    assert_eq!(me.json(), json!({ "subject": "anna", "agent": "1001", "roles": ["agent", "supervisor"] }));
    for _ in 0..4 {
        ask_token(&house, "grant_type=password&username=anna&password=guess").await;
    }
    assert_eq!(ask_token(&house, right).await.status, 429, "guessing is slowed");
    let program = ask_token(&house, "grant_type=client_credentials&client_id=anna&client_secret=other").await;
    assert_eq!(program.status, 200, "the program of the same name is somebody else");
    house.stop().await;

    let house = House::start_with(&files).await;
    let answer = ask_token(&house, right).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("unsupported_grant_type")), "the ACD vouches here");
    house.stop().await;
}

/// F2: the same answer to everybody whose token does not count, F6: no difference between what exists and what does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_good_token_rest_tells_nothing_and_always_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let env = issuer_env(folder.path());
    let house = House::start_with(&borrowed(&env)).await;
    let good = token(&claims("1001", 600));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims("1001", 600);
        change(&mut claims);
        token(&claims)
    };
    let now = ctibridge::time::wall_clock().as_second();
    let mut broken = good.clone();
    broken.replace_range(broken.len() - 5..broken.len() - 4, if broken.ends_with('A') { "B" } else { "A" });
    let bad = [
        changed(&|c| c["exp"] = (now - 1).into()),
        changed(&|c| c["nbf"] = (now + 600).into()),
        changed(&|c| c["aud"] = "other".into()),
        changed(&|c| c["iss"] = "other".into()),
        changed(&|c| c["roles"] = json!([])),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMDAxIn0.".to_owned(),
        broken,
        "nonsense".to_owned(),
    ];
    let head = |response: &http::Response| {
        let date = |line: &&str| !line.to_lowercase().starts_with("date:");
        response.head.lines().filter(date).collect::<Vec<_>>().join("\n")
    };
    let mut answers = Vec::new();
    for token in &bad {
        for path in ["/api/v1/me", "/api/v1/Sessions/1", "/api/v1/Sessions/..%2f..%2f1", "/api/v1/nothing"] {
            let answer = http::request(house.desktops(), "GET", path, &bearer(token)).await;
            answers.push((answer.status, head(&answer), answer.body));
        }
    }
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(metric(&house, "ctibridge_http_unauthorized_total{reason=\"expired\"}") > 0);
    let without = http::get(house.desktops(), "/api/v1/nothing").await;
    assert_eq!((without.status, without.header("www-authenticate")), (401, Some("Bearer")));
    let twice = format!("{}{}", bearer(&good), bearer(&good));
    assert_eq!(http::request(house.desktops(), "GET", "/api/v1/me", &twice).await.status, 401, "two headers");
    let me = http::request(house.desktops(), "GET", "/api/v1/me", &bearer(&good)).await;
    assert_eq!(me.json(), json!({ "subject": "1001", "agent": "1001", "roles": ["agent"] }));
    assert_eq!(http::request(house.desktops(), "GET", "/api/v1/nothing", &bearer(&good)).await.status, 404);
    house.stop().await;
}

/// Whatever is refused is told as problem details with a code, whoever refuses it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_over_rest_is_a_problem_with_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::start_with(&[
        ("CTIBRIDGE__AUTH__CLIENTS_FILE", &clients(folder.path())),
        ("CTIBRIDGE__HTTP__BURST", "20"),
        ("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "1"),
    ])
    .await;
    let token = async |id: &str, secret: &str| {
        let answer = ask_token(&house, &format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")).await;
        bearer(answer.json()["access_token"].as_str().unwrap())
    };
    let (admin, wall) = (token("reporting", "s3cret+%26%20more").await, token("wall", "other").await);
    let check = |answer: &http::Response, status: u16, code: &str| {
        assert_eq!((answer.status, answer.header("content-type")), (status, Some("application/problem+json")), "{}", answer.body);
        let body = answer.json();
        assert_eq!(
            (&body["status"], &body["error"], &body["type"]),
            (&json!(status), &json!(code), &json!(format!("urn:ctibridge:problem:{code}")))
        );
        assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    };
    for (method, path, who, status, code) in [
        ("GET", "/api/v1/me", "", 401, "unauthorized"),
        ("GET", "/api/v1/me", "Authorization: Bearer wrong\r\n", 401, "unauthorized"),
        ("GET", "/api/v1/Webhooks", &wall, 403, "forbidden"),
        ("GET", "/api/v1/nothing", &admin, 404, "not_found"),
        ("GET", "/api/v2/me", &admin, 404, "not_found"),
        ("GET", "/api/v1/Webhooks/%ff/deadLetters", &admin, 404, "not_found"),
        ("POST", "/api/v1/Webhooks/%ff/deadLetters/replay", &admin, 404, "not_found"),
        ("GET", "/api/v1/Interactions/%ff/templateParameters", &admin, 404, "not_found"),
        ("DELETE", "/api/v1/me", &admin, 405, "method_not_allowed"),
        ("DELETE", "/api/v1/Sessions/1/durations", &admin, 405, "method_not_allowed"),
        ("GET", "/login/connect/token", "", 405, "method_not_allowed"),
    ] {
        let answer = http::request(house.desktops(), method, path, who).await;
        check(&answer, status, code);
        assert_eq!(answer.header("allow").is_some(), status == 405, "{method} {path}");
    }
    for _ in 0..20 {
        http::get(house.desktops(), "/api/v1/me").await;
    }
    let answer = http::get(house.desktops(), "/api/v1/me").await;
    check(&answer, 429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), Some("1"));
    house.stop().await;
}

/// F4: guessing over REST is slowed by client and by address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_secrets_and_tokens_is_slowed_and_floods_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::start_with(&[
        ("CTIBRIDGE__AUTH__CLIENTS_FILE", &clients(folder.path())),
        ("CTIBRIDGE__MEDIABAR__LIMITS__FAILED_LOGINS_PER_ADDRESS", "20"),
        ("CTIBRIDGE__HTTP__BURST", "60"),
        ("CTIBRIDGE__HTTP__REQUESTS_PER_SECOND", "1"),
    ])
    .await;
    let guess = "grant_type=client_credentials&client_id=reporting&client_secret=wrong";
    let mut statuses = Vec::new();
    for _ in 0..10 {
        statuses.push(ask_token(&house, guess).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429, 429, 429]);
    let right = "grant_type=client_credentials&client_id=wall&client_secret=other";
    let token = ask_token(&house, right).await;
    assert_eq!(token.status, 200, "another program is not locked out");
    for _ in 0..15 {
        assert_eq!(http::request(house.desktops(), "GET", "/api/v1/me", &bearer("wrong")).await.status, 401);
    }
    let answer = http::request(house.desktops(), "GET", "/api/v1/me", &bearer("wrong")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
    for _ in 0..40 {
        http::get(house.desktops(), "/api/v1/me").await;
    }
    assert_eq!(http::get(house.desktops(), "/api/v1/me").await.status, 429, "more than the burst");
    assert_eq!(http::get(house.desktops(), "/").await.status, 200, "the page is not part of it");
    house.stop().await;
}

/// F4: 100 wrong passwords; the CTI Server hears of none of them, and nobody else is locked out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_passwords_is_limited_and_the_cti_server_is_not_flooded() {
    let house = House::start().await;
    let mut own = house.signed_in("1001").await;
    // Every request has its answer; heartbeats are a few among them.
    let frames = || metric_sum(&house, "ctibridge_link_frames_total");
    let before = frames();
    assert!(before > 0);
    let mut codes = Vec::new();
    for batch in 0..10 {
        let mut guesser = house.desk().await;
        for guess in 0..10 {
            let data = json!({ "agent": { "id": "1001", "password": format!("guess-{batch}-{guess}") } });
            codes.push(guesser.fails("prepareSession", None, data).await);
        }
    }
    assert_eq!(codes.iter().filter(|code| *code == "AUTH_FAILED").count(), 5, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "RATE_LIMITED").count(), 95);
    assert!(frames() - before < 20, "{} answers came from the CTI Server", frames() - before);
    own.succeeds("channel.ready", &own.channel(), json!({})).await;
    house.signed_in("1002").await;
    house.stop().await;
}

fn metric_sum(house: &House, name: &str) -> u64 {
    let text = house.daemon.telemetry.render();
    text.lines().filter(|line| line.starts_with(name)).map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() as u64).sum()
}

/// F1: refused before the upgrade, and counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_origins_are_refused_and_counted_and_programs_are_admitted() {
    let house = House::start().await;
    let address = house.desktops();
    for origin in [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("http://{address}.evil.example"),
        format!("http://{address}@evil.example"),
    ] {
        assert_eq!(Raw::connect(address, &format!("Origin: {origin}\r\n")).await.status(), 403, "{origin}");
    }
    assert_eq!(metric(&house, "ctibridge_desktop_refused_total{reason=\"origin\"}"), 4);
    assert_eq!(Raw::connect(address, "").await.status(), 101, "no browser");
    let mut program = house.desk().await;
    assert_eq!(program.fails("session.start", Some("PG1-1001"), json!({})).await, "NOT_BOUND", "login is needed all the same");
    house.stop().await;
}

/// F1: that Host and Origin agree is not enough. Anybody can point a name at our address, and the page of that name is
/// nobody's we know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_name_for_our_address_is_refused_until_the_operator_vouches_for_it() {
    let house = House::start_with(&[("CTIBRIDGE__HTTP__PUBLIC_NAMES", "[\"bridge.example\"]")]).await;
    let port = house.desktops().port();
    let status = async |host: &str, origin: &str| {
        let text = format!(
            "GET /mediabar/v1 HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {origin}\r\n\r\n"
        );
        http::status(house.desktops(), &text).await
    };
    assert_eq!(status("evil.example", "http://evil.example").await, 403);
    assert_eq!(status(&format!("evil.example:{port}"), &format!("http://evil.example:{port}")).await, 403);
    assert_eq!(status(&format!("127.0.0.1:{port}"), &format!("https://127.0.0.1:{port}")).await, 403, "in TLS, to the plain port");
    let machine = rustix::system::uname().nodename().to_str().unwrap().to_owned();
    for name in ["bridge.example", "localhost", "10.9.8.7", "[::1]", &machine] {
        assert_eq!(status(&format!("{name}:{port}"), &format!("http://{name}:{port}")).await, 101, "{name}");
    }
    house.stop().await;
}

/// F1: behind a proxy that speaks TLS to browsers the page's origin is https, which only a proxy that is trusted can vouch for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_behind_a_proxy_that_is_trusted_is_our_own() {
    let page = "Origin: https://bar.example\r\nX-Forwarded-Proto: https\r\n";
    let upgrade = format!(
        "GET /mediabar/v1 HTTP/1.1\r\nHost: bar.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{page}\r\n"
    );
    let house = House::start_with(&[("CTIBRIDGE__HTTP__TRUSTED_PROXIES", "[\"127.0.0.1\"]")]).await;
    assert_eq!(http::status(house.desktops(), &upgrade).await, 101);
    let plain = upgrade.replace("https", "http");
    assert_eq!(http::status(house.desktops(), &plain).await, 403, "nobody vouches for the name");
    house.stop().await;
    let house = House::start().await;
    assert_eq!(http::status(house.desktops(), &upgrade).await, 403, "anybody could say so");
    house.stop().await;
}

/// F3: what belongs to another agent answers as what does not exist.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_of_others_are_not_told_apart_from_nothing() {
    let house = House::start().await;
    let mut owner = house.ready("1001").await;
    let mut thief = house.signed_in("1002").await;
    let call = house.call("1001").await;
    let created = owner.then_named("conversation.created").await;
    let leg = created["data"]["conversation"]["id"].as_str().unwrap().to_owned();
    let interaction = created["target"].as_str().unwrap().trim_end_matches(&format!(".{leg}")).to_owned();
    let id = interaction.rsplit('.').next().unwrap().to_owned();
    let foreign = format!("{interaction}.{leg}");
    let own = thief.channel();
    for (command, existing, nothing) in [
        ("conversation.answer", foreign.clone(), foreign.replace(&leg, "00000000-0000-4000-8000-000000000000")),
        ("conversation.answer", format!("{own}.{id}.{leg}"), format!("{own}.OM000000000000000000.{leg}")),
        ("interaction.accept", interaction.clone(), interaction.replace(&id, "OM000000000000000000")),
        ("interaction.accept", format!("{own}.{id}"), format!("{own}.OM000000000000000000")),
        ("channel.notready", owner.channel(), owner.channel().replace("1001", "1999").replace("3001", "3999")),
        ("session.logout", owner.session(), "PG1-1999".to_owned()),
    ] {
        let mut answers = Vec::new();
        for target in [&existing, &nothing] {
            let answer = thief.when(command, Some(target), json!({})).await;
            assert_eq!(answer["result"], "failure", "{answer}");
            answers.push(answer["failure"].clone());
        }
        assert_eq!(answers[0], answers[1], "{command} {existing}");
    }
    assert_eq!(house.truth().await["calls"][0]["parties"][1]["state"], "alerting");
    let session = json!({ "agent": { "id": "1002", "password": "1234" }, "resumeFrom": { "session": owner.session(), "seq": 1 } });
    let mut other = house.desk().await;
    assert_eq!(other.fails("prepareSession", None, session).await, "NOT_BOUND");
    house.far_end(call, "hangup").await;
    house.stop().await;
}

/// F5: call data is passed on as text, whatever it looks like; the page has no way to take it for anything else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_call_data_stays_text_everywhere() {
    let house = House::start().await;
    let mut desk = house.ready("1001").await;
    let values = ["<script>alert(1)</script>", "\"><img src=x onerror=1>", "__proto__", "]]>", "😀𝕏", "{{7*7}}${7*7}", "a\\u0000b"];
    let variables: serde_json::Map<String, Value> =
        values.iter().enumerate().map(|(n, value)| ((n + 1).to_string(), Value::from(*value))).collect();
    let ecc = json!({ "user.Note": "</script><b>" });
    let call = json!({ "from": "+41445550123", "dialedNumber": "8001", "to": { "agent": "1001" },
        "callVariables": variables, "eccVariables": ecc });
    house.control("POST", "/calls", call).await;
    let preview = desk.then_named("interaction.preview").await;
    let told: String = desk.told();
    for value in values {
        assert!(holds(&preview, value) || desk.log.iter().any(|message| holds(message, value)), "{value} in {told}");
    }
    assert!(desk.log.iter().any(|message| holds(message, "</script><b>")), "{told}");
    assert!(preview["data"]["session"]["parameters"].is_object(), "{preview}");
    // What the page is made of cannot turn text into elements.
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
    house.stop().await;
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

/// F8: monitoring is not for desktops.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_port_is_on_loopback_by_default_and_not_on_the_desktops_port() {
    let config = ctibridge::config::from_text(None, []).unwrap();
    assert!(config.admin_listen.is_loopback() && config.http.listen.is_loopback());
    let shipped = ctibridge::config::FileText { name: "shipped", text: ctibridge::config::SHIPPED };
    assert!(ctibridge::config::from_text(Some(shipped), []).unwrap().admin_listen.is_loopback());
    let house = House::start().await;
    for path in ["/metrics", "/live", "/ready"] {
        assert_eq!(http::get(house.desktops(), path).await.status, 404, "{path}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_of_a_file_sign_in_and_a_new_file_counts_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.toml");
    let user =
        |name: &str, password: &str, more: &str| format!("[[user]]\nname = \"{name}\"\npassword = \"{}\"\n{more}\n", hashed(password));
    let wall = user("wall", "brick", "roles = [\"wallboard\"]");
    std::fs::write(&file, &wall).unwrap();
    let env = [("CTIBRIDGE__AUTH__MODE", "users"), ("CTIBRIDGE__AUTH__USERS_FILE", file.to_str().unwrap())];
    let mut house = House::start_with(&env).await;
    let mut desk = house.desk().await;
    let anna = json!({ "agent": { "id": "anna", "password": "a long sentence", "extension": "3001" } });
    assert_eq!(desk.fails("prepareSession", None, anna.clone()).await, "AUTH_FAILED");
    assert_eq!(desk.fails("prepareSession", None, json!({ "token": "x" })).await, "UNSUPPORTED");
    std::fs::write(&file, format!("{wall}{}", user("anna", "a long sentence", "agent = \"1001\""))).unwrap();
    house.daemon.refresh();
    let answer = desk.when("prepareSession", None, anna.clone()).await;
    assert_eq!(answer["data"]["resourceId"], "PG1-1001", "{answer}");
    // A wrong file changes nothing.
    std::fs::write(&file, "[[user]]\nname = 5").unwrap();
    house.daemon.refresh();
    let mut again = house.desk().await;
    assert_eq!(again.when("prepareSession", None, anna).await["result"], "confirm");
    let mut board = house.desk().await;
    let answer = board.when("prepareSession", None, json!({ "agent": { "id": "wall", "password": "brick" } })).await;
    let session = answer["data"]["resourceId"].as_str().unwrap().to_owned();
    board.succeeds("session.start", &session, json!({})).await;
    board.then_named("session.initialized").await;
    for command in ["session.getdirectory", "session.message"] {
        assert_eq!(board.fails(command, Some(&session), json!({})).await, "NOT_AUTHORIZED", "{command}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_of_a_bearer_token_works_until_the_token_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut env = issuer_env(folder.path());
    let passwords = folder.path().join("agents.toml");
    std::fs::write(&passwords, "1001 = \"1234\"\n").unwrap();
    env.push(("CTIBRIDGE__AUTH__MODE", "token".to_owned()));
    env.push(("CTIBRIDGE__AUTH__AGENT_PASSWORD_FILE", passwords.to_str().unwrap().to_owned()));
    let house = House::start_with(&borrowed(&env)).await;
    let mut desk = house.desk().await;
    let data = json!({ "token": token(&claims("1001", 4)), "agent": { "extension": "3001" } });
    let answer = desk.when("prepareSession", None, data).await;
    assert_eq!(answer["data"]["resourceId"], "PG1-1001", "{answer}");
    desk.succeeds("session.start", "PG1-1001", json!({})).await;
    desk.then_named("session.initialized").await;
    desk.succeeds("channelgroup.activateall", "PG1-1001.3001", json!({})).await;
    desk.then_state("channel", "ACTIVE").await;
    assert_eq!(desk.then_closed().await, 4004);
    let last = desk.log.iter().filter_map(|message| message["seq"].as_u64()).max().unwrap();
    let mut back = house.desk().await;
    let data = json!({ "token": token(&claims("1001", 600)), "resumeFrom": { "session": "PG1-1001", "seq": last } });
    assert_eq!(back.when("prepareSession", None, data).await["data"]["resumed"], true, "nothing is lost by the change of tokens");
    house.stop().await;
}

/// A websocket over TLS, spoken to in texts.
struct Secure(tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<TcpStream>>);

impl Secure {
    async fn open(house: &House, certificate: &Certificate) -> Self {
        let stream = secure::connect(house.desktops(), &certificate.client()).await.unwrap();
        Self(tokio_tungstenite::client_async("wss://localhost/mediabar/v1", stream).await.unwrap().0)
    }

    async fn next(&mut self) -> Value {
        loop {
            match soon("a message", self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("{frame:?}"),
                _ => {}
            }
        }
    }

    async fn ask(&mut self, text: &str) -> Value {
        self.0.send(Message::text(text)).await.unwrap();
        loop {
            let message = self.next().await;
            if message.get("result").is_some() {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_certificate_counts_for_new_connections_and_drops_none() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::new(folder.path());
    let mut house = House::start_tls(&certificate.env()).await;
    let old = certificate.client();
    let mut page = secure::connect(house.desktops(), &old).await.unwrap();
    assert_eq!(secure::get(&mut page, "/").await, 200);
    let mut desk = Secure::open(&house, &certificate).await;
    assert_eq!(desk.next().await["name"], "service.status");

    certificate.renew();
    house.daemon.refresh();
    assert!(secure::connect(house.desktops(), &Certificate::client(&certificate)).await.is_ok(), "the new one");
    let mut fresh = tokio_rustls::rustls::ClientConfig::clone(&old);
    fresh.resumption = tokio_rustls::rustls::client::Resumption::disabled();
    assert!(secure::connect(house.desktops(), &fresh.into()).await.is_err(), "the old one is not shown any more");
    assert_eq!(secure::get(&mut page, "/").await, 200, "connections stay");
    let answer = desk.ask(r#"{"command":"prepareSession","data":{"agent":{"id":"1001","password":"1234"}}}"#).await;
    assert_eq!(answer["result"], "success", "websockets too");

    // Wrong files leave the last right ones in force; half of an exchange is one of them.
    std::fs::write(&certificate.key, "nonsense").unwrap();
    house.daemon.refresh();
    assert!(secure::connect(house.desktops(), &Certificate::client(&certificate)).await.is_ok());
    house.stop().await;
}

/// E10 for TLS: stalled handshakes end, plain requests and old versions are refused, and none of them is in the way of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_that_stall_or_cannot_succeed_are_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::new(folder.path());
    let mut env = certificate.env().to_vec();
    env.extend([
        ("CTIBRIDGE__HTTP__TLS__MIN_VERSION", "1.3"),
        ("CTIBRIDGE__HTTP__TLS__MAX_HANDSHAKES", "1"),
        ("CTIBRIDGE__HTTP__HEADER_TIMEOUT", "500ms"),
    ]);
    let house = House::start_tls(&env).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(house.desktops()).await.unwrap();
        stream.write_all(&[0x16, 3, 1]).await.unwrap();
        silent.push(stream);
    }
    let client = certificate.client();
    let mut page = secure::connect(house.desktops(), &client).await.unwrap();
    assert_eq!(secure::get(&mut page, "/").await, 200);
    for mut stream in silent {
        let mut rest = Vec::new();
        let _ = soon("the end of a stalled handshake", stream.read_to_end(&mut rest)).await;
    }
    let mut plain = TcpStream::connect(house.desktops()).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = soon("the end of a plain request", plain.read_to_end(&mut rest)).await;
    assert!(!rest.starts_with(b"HTTP"), "never plain");
    let mut old = tokio_rustls::rustls::ClientConfig::builder_with_protocol_versions(&[&tokio_rustls::rustls::version::TLS12])
        .with_root_certificates(tokio_rustls::rustls::RootCertStore::empty())
        .with_no_client_auth();
    old.alpn_protocols.clear();
    assert!(secure::connect(house.desktops(), &old.into()).await.is_err());
    soon("the count of them", async {
        while metric(&house, "ctibridge_http_failed_handshakes_total{port=\"desktops\"}") < 22 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_that_comes_back_resumes_tls_even_after_a_new_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::new(folder.path());
    let mut house = House::start_tls(&certificate.env()).await;
    let client = certificate.client();
    let mut first = secure::connect(house.desktops(), &client).await.unwrap();
    assert_eq!(first.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));
    assert_eq!(secure::get(&mut first, "/").await, 200); // the tickets come with it
    certificate.renew();
    house.daemon.refresh();
    let second = secure::connect(house.desktops(), &client).await.unwrap();
    assert_eq!(second.get_ref().1.handshake_kind(), Some(HandshakeKind::Resumed));
    house.stop().await;
}

/// Desktops from one address can be bounded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_its_own_bound_of_sockets() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__LIMITS__SOCKETS_PER_ADDRESS", "2")]).await;
    let first = Raw::connect(house.desktops(), "").await;
    let second = Raw::connect(house.desktops(), "").await;
    assert_eq!((first.status(), second.status()), (101, 101));
    assert_eq!(Raw::connect(house.desktops(), "").await.status(), 503);
    drop(first);
    soon("a free place", async {
        while Raw::connect(house.desktops(), "").await.status() != 101 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    house.stop().await;
}
