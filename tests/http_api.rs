//! What the two HTTP ports answer, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "common/http.rs"]
mod client;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use client::Response;
use ctibridge::http::health::{Health, Readiness};
use ctibridge::http::{self, Limits, Policy, SharedPolicy, TrustedProxies};
use ctibridge::telemetry::Telemetry;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const DEADLINE: Duration = Duration::from_secs(10);

struct Port {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

async fn given(router: Router, limits: Limits) -> Port {
    let listener = http::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = http::serve(listener, router, limits, Telemetry::new(), stop.clone());
    Port { address, stop, served }
}

async fn given_desktops_port(policy: SharedPolicy) -> Port {
    given(http::desktop_router(Router::new(), policy, 1024, TrustedProxies::default()), Limits::default()).await
}

impl Port {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn raw(&self, request: &str) -> Response {
        client::raw(self.address, request).await
    }

    async fn request(&self, method: &str, path: &str, headers: &str) -> Response {
        client::request(self.address, method, path, headers).await
    }

    async fn get(&self, path: &str) -> Response {
        self.request("GET", path, "").await
    }
}

#[tokio::test]
async fn the_page_may_load_nothing_from_anywhere_else() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    let page = port.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.body.contains("<html"));
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self';",
        "style-src 'self';",
        "img-src 'self' data:;",
        "connect-src 'self' ws://bar.example:8188 wss://bar.example:8188;",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(page.header("permissions-policy").is_some());
}

#[tokio::test]
async fn the_history_page_is_at_its_own_address_and_its_parts_beside_it() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    let page = port.get("/history").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("media-src 'self' blob:;") && policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    for named in ["history/history.css", "history/app.js", "bar.css", "icon.svg"] {
        assert!(page.body.contains(&format!("\"{named}\"")), "{named}");
        assert_eq!(port.get(&format!("/{named}")).await.status, 200, "{named}");
    }
    let slash = port.get("/history/").await;
    assert_eq!((slash.status, slash.header("location")), (308, Some("/history")));
    assert_eq!(port.get("/history/nothing.js").await.status, 404);
}

#[tokio::test]
async fn a_changed_policy_counts_from_the_next_answer_on() {
    let policy = SharedPolicy::default();
    let port = given_desktops_port(policy.clone()).await;
    assert!(port.get("/").await.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(port.get("/page.json").await.json()["cardVariables"], serde_json::json!([]));
    let card_variables = vec!["user.tier".to_owned()];
    policy.set(Policy { frame_ancestors: vec!["https://crm.example".to_owned()], card_variables, ..Policy::default() });
    assert_eq!(port.get("/page.json").await.json()["cardVariables"], serde_json::json!(["user.tier"]));
    let page = port.get("/").await;
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors https://crm.example"));
    assert_eq!(page.header("x-frame-options"), None);
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_twice() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    let first = port.get("/").await;
    let etag = first.header("etag").unwrap();
    let again = port.request("GET", "/", &format!("If-None-Match: {etag}\r\n")).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.header("etag"), Some(etag));
    let other = port.request("GET", "/", "If-None-Match: \"other\"\r\n").await;
    assert_eq!(other.status, 200);
    let head = port.request("HEAD", "/", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn only_the_embedded_files_can_be_named() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    for path in [
        "/nothing",
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/.gitkeep",
        "/index.html/",
        "/sdk/",
        "/live",
        "/metrics",
    ] {
        let answer = port.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "not found\n"), "{path}");
        assert!(answer.header("content-security-policy").is_some(), "{path}");
    }
    assert_eq!(port.request("POST", "/", "Content-Length: 0\r\n").await.status, 405);
    assert_eq!(port.request("DELETE", "/nothing", "").await.status, 404);
}

#[tokio::test]
async fn headers_that_never_end_end_the_connection() {
    let limits = Limits { header_timeout: Duration::from_millis(100), ..Limits::default() };
    let port = given(http::desktop_router(Router::new(), SharedPolicy::default(), 1024, TrustedProxies::default()), limits).await;
    for start in ["", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow"] {
        let mut stream = port.connect().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        timeout(DEADLINE, stream.read_to_end(&mut rest)).await.expect("the server gives up").unwrap();
    }
}

#[tokio::test]
async fn headers_that_are_too_long_or_too_many_are_refused() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    let long = format!("X-Long: {}\r\n", "x".repeat(20_000));
    assert_eq!(port.request("GET", "/", &long).await.status, 431);
    let many: String = (0..100).map(|i| format!("X-{i}: y\r\n")).collect();
    assert_eq!(port.request("GET", "/", &many).await.status, 431);
    assert_eq!(port.raw("nonsense\r\n\r\n").await.status, 400);
}

#[tokio::test]
async fn one_connection_too_many_waits_for_its_turn() {
    let limits = Limits { max_connections: 1, ..Limits::default() };
    let port = given(http::desktop_router(Router::new(), SharedPolicy::default(), 1024, TrustedProxies::default()), limits).await;
    let mut first = port.connect().await;
    // The answer proves that the first connection has the only place.
    first.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut buffer = [0; 2048];
    assert_ne!(timeout(DEADLINE, first.read(&mut buffer)).await.unwrap().unwrap(), 0);
    let second = port.get("/");
    tokio::pin!(second);
    assert!(timeout(Duration::from_millis(50), &mut second).await.is_err(), "answered beyond the limit");
    drop(first);
    assert_eq!(timeout(DEADLINE, second).await.unwrap().status, 200);
}

#[tokio::test]
async fn stopping_frees_the_port_and_ends_idle_connections() {
    let Port { address, stop, served } = given_desktops_port(SharedPolicy::default()).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut buffer = [0; 16];
    assert_ne!(timeout(DEADLINE, idle.read(&mut buffer)).await.unwrap().unwrap(), 0);
    stop.cancel();
    timeout(DEADLINE, served).await.expect("stops in time").unwrap();
    drop(http::bind(&address.to_string()).await.expect("the port is free again"));
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let port = given_desktops_port(SharedPolicy::default()).await;
    let error = http::bind(&port.address.to_string()).await.unwrap_err().to_string();
    assert!(error.contains(&port.address.to_string()), "{error}");
}

#[tokio::test]
async fn operators_learn_what_is_missing() {
    let (tell, readiness) = watch::channel(Readiness { missing: vec!["no session with a CTI Server".to_owned()] });
    let port = given(http::health::router(Health { readiness, telemetry: Telemetry::new() }), Limits::default()).await;
    assert_eq!(port.get("/live").await.status, 200);
    let waiting = port.get("/ready").await;
    assert_eq!(waiting.status, 503);
    let body: serde_json::Value = serde_json::from_str(&waiting.body).unwrap();
    assert_eq!(body, serde_json::json!({ "ready": false, "missing": ["no session with a CTI Server"] }));
    tell.send_replace(Readiness::default());
    let ready = port.get("/ready").await;
    assert_eq!(ready.status, 200);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ready.body).unwrap()["ready"], true);
    let metrics = port.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(metrics.body.ends_with("# EOF\n"));
    assert_eq!(port.get("/").await.status, 404);
}
