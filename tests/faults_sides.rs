//! What can go wrong with TLS, names and servers that pretend to live, over real sockets; the mark above each test is the
//! number of the fault in our list. The other faults of sessions and sides are tested where their machine is: in
//! `src/link/pair/tests.rs` in virtual time, in `link_simulation` from seeds, in `link_failover` against servers played by
//! hand and in `link_on_simulator` against the simulator, under the same marks.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

#[path = "common/certificates.rs"]
mod certificates;
#[path = "common/drill.rs"]
mod drill;
#[path = "common/hand.rs"]
mod hand;
#[path = "common/http.rs"]
mod http;
#[path = "common/peer.rs"]
mod peer;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certificates::Certificates;
use ctibridge::link::{self, Endpoint, Event, Loss, Resolve, Settings, Side, TcpDialer, Times, TlsDialer};
use ctibridge::protocol::message::{AgentStateEvent, QueryAgentStateConf, QueryAgentStateReq};
use ctibridge::protocol::values::AgentState;
use ctibridge::protocol::{ProtocolVersion, Text};
use ctibridge::simulator::{self, SideAction, TlsServer};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use ctibridge::tls::MinVersion;
use drill::Drill;
use hand::Daemon;
use peer::{Server, soon};
use rcgen::date_time_ymd;
use rustls::ServerConfig;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

/// B15: with certificates of both ends all goes as without, switches included.
#[tokio::test]
async fn tls_with_certificates_of_both_ends_serves_and_switches_sides() {
    let made = Certificates::new("authority");
    for (version, least) in [(23, MinVersion::Tls12), (24, MinVersion::Tls13)] {
        let tls = made.client(Some("client"), least);
        let mut drill = Drill::start_with("side A stops, TLS", version, Some(made.server("server")), |it| it.tls = Some(tls)).await;
        if version == 24 {
            drill.until_standby(Side::B).await;
        }
        drill.is_served().await;
        drill.side(simulator::Side::A, SideAction::Stop).await;
        assert_eq!(drill.until_down().await.side, Side::A);
        assert_eq!(drill.until_up().await.side, Side::B);
        drill.is_served().await;
        drill.end().await;
    }
}

/// A simulator with one side and this TLS.
async fn simulate(tls: Option<TlsServer>) -> (simulator::Running, Arc<Telemetry>) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = simulator::Settings { side_a: any, side_b: None, control: None, tls, ..Default::default() };
    let telemetry = Telemetry::new();
    (simulator::start(settings, Clock::start(), telemetry.clone()).await.unwrap(), telemetry)
}

struct Attempt {
    handle: link::Handle,
    events: Receiver<Event>,
    telemetry: Arc<Telemetry>,
    began: Instant,
}

impl Attempt {
    fn start(address: SocketAddr, tls: link::Tls) -> Self {
        let settings = Settings { side_a: address.to_string().parse().unwrap(), ..Settings::default() };
        let telemetry = Telemetry::new();
        let began = Instant::now();
        let dialer = TlsDialer::new(&settings, &tls);
        let (handle, events) = link::start(Settings { tls: Some(tls), ..settings }, dialer, Clock::start(), telemetry.clone());
        Self { handle, events, telemetry, began }
    }

    /// The reason that operators are told.
    async fn refused(&mut self) -> String {
        let mut troubles = self.handle.troubles();
        let told =
            soon("the reason", troubles.wait_for(|troubles| troubles.lines().next().is_some())).await.unwrap().lines().next().unwrap();
        println!("after {:?}: {told}", self.began.elapsed());
        assert!(self.began.elapsed() < Duration::from_secs(10));
        assert!(self.events.try_recv().is_err(), "nothing is in service");
        told
    }
}

/// B15
#[tokio::test]
async fn what_is_wrong_with_tls_is_refused_under_its_name_and_nothing_is_sent_in_plain() {
    let made = Certificates::new("authority");
    let stranger = Certificates::new("stranger");
    made.make("other", "pg2", |_| {});
    made.make("old", "pg1", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 2, 3));
    });
    let old_tls = {
        let plain = ServerConfig::builder_with_protocol_versions(&[&rustls::version::TLS12]).with_no_client_auth();
        let read = |name| std::fs::read(made.path(name)).unwrap();
        use rustls::pki_types::pem::PemObject;
        let certificate = rustls::pki_types::CertificateDer::from_pem_slice(&read("server.pem")).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(&read("server.key")).unwrap();
        TlsServer(Arc::new(plain.with_single_cert(vec![certificate], key).unwrap()))
    };
    let client = || made.client(Some("client"), MinVersion::Tls12);
    let cases = [
        ("wrong name", Some(made.server("other")), client(), "not for pg1; it names pg2"),
        ("expired", Some(made.server("old")), client(), "expired on 2002-02-03"),
        ("no common version", Some(old_tls), made.client(Some("client"), MinVersion::Tls13), "no TLS version that both ends accept"),
        ("unknown authority", Some(stranger.server("server")), client(), "neither on the trust list nor signed"),
        ("without our certificate", Some(made.server("server")), made.client(None, MinVersion::Tls12), "insists on a certificate of ours"),
        ("a plain server", None, client(), "does not speak TLS"),
    ];
    for (name, server, tls, reason) in cases {
        let (simulator, at_simulator) = simulate(server).await;
        let mut attempt = Attempt::start(simulator.side_a, tls);
        let told = attempt.refused().await;
        assert!(told.contains(reason), "{name}: {told}");
        assert!(!at_simulator.render().contains("sessions_opened_total 1"), "{name}: a session was opened");
        let metrics = attempt.telemetry.render();
        assert!(metrics.contains("ctibridge_link_failed_attempts_total{side=\"a\",reason=\"tls\"} 1\n"), "{name}: {metrics}");
        simulator.shutdown().await;
    }
}

/// B15
#[tokio::test]
async fn a_handshake_that_stalls_is_given_up_and_never_followed_by_plain_bytes() {
    let made = Certificates::new("authority");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tls = link::Tls { handshake_timeout: Duration::from_millis(300), ..made.client(Some("client"), MinVersion::Tls12) };
    let mut attempt = Attempt::start(listener.local_addr().unwrap(), tls);
    for _ in 0..2 {
        let (mut stream, _) = soon("a connection", listener.accept()).await.unwrap();
        let mut bytes = Vec::new();
        // The client gives up with a reset; what it sent before is a handshake record and no OPEN_REQ.
        let _ = soon("the end", stream.read_to_end(&mut bytes)).await;
        assert!(bytes.is_empty() || bytes[0] == 0x16, "{bytes:02x?}");
    }
    let told = attempt.refused().await;
    assert!(told.contains("does not go on with the TLS handshake"), "{told}");
}

/// B15: what operators see.
#[tokio::test]
async fn the_reason_of_a_refused_handshake_stands_in_ready() {
    let made = Certificates::new("authority");
    made.make("other", "pg2", |_| {});
    let (simulator, _) = simulate(Some(made.server("other"))).await;
    let file = |name: &str| made.path(name).display().to_string();
    let cti = format!(
        "side_a = \"{}\"\n[cti.tls]\nenabled = true\nca_file = {:?}\ncertificate_file = {:?}\nkey_file = {:?}\nserver_name_a = \"pg1\"",
        simulator.side_a,
        file("ca.pem"),
        file("client.pem"),
        file("client.key"),
    );
    let daemon = Daemon::start(&cti).await;
    let missing = soon("the reason", async {
        loop {
            let ready = http::get(daemon.running.admin, "/ready").await;
            assert_eq!(ready.status, 503);
            let missing = ready.json()["missing"].clone();
            if missing.as_array().unwrap().len() > 1 {
                return missing;
            }
        }
    })
    .await;
    assert_eq!(missing[0], "no session with a CTI Server yet");
    assert_eq!(missing[1], "side a: TLS: the certificate is not for pg1; it names pg2");
    daemon.running.shutdown().await;
    simulator.shutdown().await;
}

/// B4: the engine knows an agent, the link knows the silence, the operator wants the switch.
#[tokio::test]
async fn a_side_that_answers_heartbeats_and_nothing_else_is_probed_reported_and_left() {
    let (a, b) = (Server::bind().await, Server::bind().await);
    let cti = format!(
        "side_a = {:?}\nside_b = {:?}\nprotocol_version = 23\nprobe_interval = \"1s\"\nprobe_timeout = \"500ms\"\nswitch_when_stuck = true",
        a.address(),
        b.address()
    );
    let daemon = Daemon::start(&cti).await;
    let mut stuck = a.open().await;
    let agent = AgentStateEvent {
        peripheral_id: 5000,
        agent_state: AgentState::NOT_READY,
        agent_id: Some(Text::from("1001")),
        agent_extension: Some(Text::from("3001")),
        ..AgentStateEvent::default()
    };
    stuck.send(agent).await;
    let frames = tokio::spawn(async move { stuck.until_gone().await });
    let _next = b.open().await;
    daemon.until_metric("ctibridge_link_in_service{side=\"b\"}", 1).await;
    assert_eq!(daemon.metric("ctibridge_link_stuck_total{side=\"a\"}"), 1);
    assert_eq!(daemon.metric("ctibridge_link_losses_total{side=\"a\",reason=\"given_up\"}"), 1);
    let frames = soon("the end of side A", frames).await.unwrap();
    assert!(frames.iter().any(|frame| frame.number == 36), "an agent's state was asked for");
    assert!(frames.iter().any(|frame| frame.number == 7 && frame.body[7] == 16), "CLOSE_REQ: the server did not answer");
    daemon.running.shutdown().await;
}

/// Answers what it was told; a name that was told nothing about never gets an answer.
struct Names(Mutex<Vec<(String, Vec<io::Result<SocketAddr>>)>>);

impl Resolve for Names {
    async fn resolve(&self, endpoint: &Endpoint) -> io::Result<Vec<SocketAddr>> {
        let answer = {
            let mut names = self.0.lock().unwrap();
            let name = names.iter_mut().find(|(name, _)| name == endpoint.host());
            name.and_then(|(_, answers)| (!answers.is_empty()).then(|| answers.remove(0)))
        };
        match answer {
            Some(answer) => answer.map(|address| vec![address]),
            None => std::future::pending().await,
        }
    }
}

fn named(side_a: &str, side_b: &str) -> Settings {
    Settings {
        side_a: side_a.parse().unwrap(),
        side_b: Some(side_b.parse().unwrap()),
        protocol_version: ProtocolVersion::new(24).unwrap(),
        connect_timeout: Duration::from_millis(900),
        times: Times::default().divided(10),
        ..Settings::default()
    }
}

async fn up(events: &mut Receiver<Event>) -> Side {
    loop {
        match soon("Up", events.recv()).await {
            Some(Event::Up(up)) => return up.side,
            Some(_) => {}
            None => panic!("the link ended"),
        }
    }
}

/// B16: while side B's name is being looked for, over and over, side A is served without a hitch.
#[tokio::test]
async fn a_resolver_that_never_answers_holds_up_nobody() {
    let a = Server::bind().await;
    let address: SocketAddr = a.address().parse().unwrap();
    let settings = named("pg1a.invalid:42027", "pg1b.invalid:43027");
    let names = Names(Mutex::new(vec![("pg1a.invalid".to_owned(), vec![Ok(address)])]));
    let dialer = TcpDialer::with_resolver(&settings, names);
    let telemetry = Telemetry::new();
    let (handle, mut events) = link::start(settings, dialer, Clock::start(), telemetry.clone());
    let mut peer = a.open().await;
    assert_eq!(up(&mut events).await, Side::A);
    let failed = "ctibridge_link_failed_attempts_total{side=\"b\",reason=\"connect\"} 2\n";
    let mut slowest = Duration::ZERO;
    for token in 0.. {
        if telemetry.render().contains(failed) {
            break;
        }
        let asked = Instant::now();
        handle.request(token, QueryAgentStateReq { peripheral_id: 5000, ..QueryAgentStateReq::default() }.into());
        let request = peer.recv_request().await;
        let invoke_id = u32::from_be_bytes(request.body[..4].try_into().unwrap());
        peer.send(QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() }).await;
        let answer = soon("an answer", events.recv()).await.unwrap();
        assert!(matches!(answer, Event::Answer { token: answered, result: Ok(_), .. } if answered == token));
        slowest = slowest.max(asked.elapsed());
    }
    println!("slowest answer while a name was looked for: {slowest:?}");
    let troubles: Vec<_> = handle.troubles().borrow().lines().collect();
    assert_eq!(troubles, ["side b: the name was not resolved in time"]);
}

/// B16
#[tokio::test]
async fn a_name_that_moves_is_followed_and_one_that_fails_keeps_its_last_good_address() {
    let (old, new) = (Server::bind().await, Server::bind().await);
    let address = |server: &Server| Ok(server.address().parse().unwrap());
    let mut settings = named("pg1.invalid:42027", "pg1.invalid:1");
    settings.side_b = None;
    let answers = vec![address(&old), address(&new), Err(io::Error::other("the resolver is down"))];
    // After that the resolver never answers again.
    let dialer = TcpDialer::with_resolver(&settings, Names(Mutex::new(vec![("pg1.invalid".to_owned(), answers)])));
    let (_handle, mut events) = link::start(settings, dialer, Clock::start(), Telemetry::new());
    let first = old.open().await;
    up(&mut events).await;
    first.reset();
    for _ in 0..3 {
        let next = new.open().await;
        up(&mut events).await;
        next.reset();
    }
}

/// B9: nothing is left of a hundred sessions that came and went.
#[tokio::test]
async fn a_hundred_flaps_leave_no_task_behind_and_tell_one_change_each() {
    let a = Server::bind().await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let mut settings = Settings { side_a: a.address().parse().unwrap(), ..named("pg1a:1", "pg1b:1") };
    settings.side_b = None;
    settings.times.stable_after = Duration::ZERO;
    settings.times.attempts = 1_000;
    let before = tasks();
    let dialer = TcpDialer::new(&settings);
    let (handle, mut events) = link::start(settings, dialer, Clock::start(), Telemetry::new());
    let running = tasks();
    assert_eq!(running, before + 1, "the link is one task");
    for flap in 0..100 {
        let peer = a.open().await;
        assert!(matches!(soon("Up", events.recv()).await, Some(Event::Up(_))), "flap {flap}");
        peer.reset();
        match soon("Down", events.recv()).await {
            Some(Event::Down(down)) => assert!(matches!(down.reason, Loss::Closed | Loss::Broken(_)), "flap {flap}: {}", down.reason),
            other => panic!("flap {flap}: {other:?}"),
        }
        assert_eq!(tasks(), running, "flap {flap}");
    }
    let closing = tokio::spawn(async move { handle.shutdown().await });
    while soon("the end", events.recv()).await.is_some() {}
    closing.await.unwrap();
    assert_eq!(tasks(), before);
}
