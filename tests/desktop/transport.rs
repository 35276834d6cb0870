//! Upgrade, limits, close codes.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::house::{House, soon};
use crate::raw::{PING, Raw, TEXT, frame};
use crate::{connected, signed_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_strangers_are_refused_before_the_upgrade() {
    let house = House::start_with(&[("CTIBRIDGE__HTTP__ALLOWED_ORIGINS", "[\"https://crm.example\"]")]).await;
    let address = house.desktops();
    for (origin, status) in [
        (format!("http://{address}"), 101),
        ("https://crm.example".to_owned(), 101),
        ("null".to_owned(), 403),
        ("https://evil.example".to_owned(), 403),
        (format!("http://{address}.evil.example"), 403),
        ("https://crm.example.evil".to_owned(), 403),
    ] {
        let client = Raw::connect(address, &format!("Origin: {origin}\r\n")).await;
        assert_eq!(client.status(), status, "{origin}");
    }
    assert_eq!(Raw::connect(address, "").await.status(), 101, "no browser");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_subprotocol_is_echoed_when_it_is_asked_for() {
    let house = House::start().await;
    let with = Raw::connect(house.desktops(), "Sec-WebSocket-Protocol: other, ctibridge.mediabar.v1\r\n").await;
    assert!(with.head.to_lowercase().contains("sec-websocket-protocol: ctibridge.mediabar.v1\r\n"), "{}", with.head);
    let without = Raw::connect(house.desktops(), "").await;
    assert!(!without.head.to_lowercase().contains("sec-websocket-protocol"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_frames_close_with_their_code_and_nobody_else_notices() {
    let house = House::start().await;
    let mut other = signed_in(&house, "1001").await;
    let text = |size: usize| frame(0x80 | TEXT, &vec![b' '; size]);
    let fragments = |size: usize| [frame(TEXT, &vec![b' '; size]), frame(0x80, &vec![b' '; size])].concat();
    for (what, bytes, code) in [
        ("binary", frame(0x82, b"{}"), 1003),
        ("not UTF-8", frame(0x81, b"\xff\xfe"), 1007),
        ("one byte too many", text(64 * 1024 + 1), 1009),
        ("a megabyte", text(1024 * 1024), 1009),
        ("too large in two fragments", fragments(40 * 1024), 1009),
        ("a length of exabytes", vec![0x81, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 1009),
    ] {
        let mut client = Raw::connect(house.desktops(), "").await;
        client.stream.write_all(&bytes).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(client.closed().await.0, Some(code), "{what}");
    }
    // The largest allowed message is read, in fragments too.
    let mut client = Raw::connect(house.desktops(), "").await;
    client.stream.write_all(&[text(64 * 1024), fragments(32 * 1024)].concat()).await.unwrap();
    let (_, _) = client.next().await.unwrap(); // service.status
    for _ in 0..2 {
        let (_, answer) = soon("an answer", client.next()).await.unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["failure"]["code"], "BAD_JSON");
    }
    other.succeeds("channel.ready", &other.channel(), json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_of_requests_and_pings_are_cut_off() {
    let house = House::start().await;
    let mut other = signed_in(&house, "1001").await;
    let request = br#"{"command":"session.getdirectory","target":"x","data":{}}"#;
    for opcode in [TEXT, PING] {
        let mut client = Raw::connect(house.desktops(), "").await;
        let payload: &[u8] = if opcode == TEXT { request } else { b"" };
        client.stream.write_all(&frame(0x80 | opcode, payload).repeat(1_000)).await.unwrap();
        let mut codes = Vec::new();
        let closed = soon("the close", async {
            loop {
                match client.next().await {
                    Some((TEXT, text)) => {
                        let message: Value = serde_json::from_slice(&text).unwrap();
                        codes.extend(message["failure"]["code"].as_str().map(str::to_owned));
                    }
                    Some((8, payload)) => return u16::from_be_bytes([payload[0], payload[1]]),
                    Some(_) => {}
                    None => panic!("no close after {codes:?}"),
                }
            }
        })
        .await;
        assert_eq!(closed, 1008);
        if opcode == TEXT {
            assert!((100..300).contains(&codes.iter().filter(|code| *code == "NOT_BOUND").count()), "{}", codes.len());
            assert_eq!(codes.last().map(String::as_str), Some("RATE_LIMITED"));
        }
    }
    other.succeeds("channel.ready", &other.channel(), json!({})).await;
    house.stop().await;
}

/// Each socket keeps its own limit, and all of one address together do not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sockets_of_one_address_have_a_limit_together() {
    let house = House::start_with(&[
        ("CTIBRIDGE__MEDIABAR__LIMITS__ADDRESS_REQUESTS_PER_SECOND", "1"),
        ("CTIBRIDGE__MEDIABAR__LIMITS__ADDRESS_BURST", "60"),
    ])
    .await;
    let request = frame(0x80 | TEXT, br#"{"command":"session.start","target":"PG1-1001","data":{}}"#);
    let mut first = Raw::connect(house.desktops(), "").await;
    first.stream.write_all(&request.repeat(50)).await.unwrap();
    let mut answers = 0;
    soon("the answers", async {
        while answers < 50 {
            if let Some((TEXT, text)) = first.next().await {
                let message: Value = serde_json::from_slice(&text).unwrap();
                answers += usize::from(message["failure"]["code"] == "NOT_BOUND");
            }
        }
    })
    .await;
    let mut second = Raw::connect(house.desktops(), "").await;
    second.stream.write_all(&request.repeat(50)).await.unwrap();
    assert_eq!(second.closed().await.0, Some(1008));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_sign_in_is_sent_away() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__LIMITS__LOGIN_TIMEOUT", "1s")]).await;
    let mut silent = connected(&house).await;
    let mut signed_in = signed_in(&house, "1001").await;
    assert_eq!(silent.then_closed().await, 4003);
    signed_in.succeeds("channel.ready", &signed_in.channel(), json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_unanswered_pings_close_the_socket() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__LIMITS__PING_INTERVAL", "1s")]).await;
    let mut client = Raw::connect(house.desktops(), "").await;
    assert_eq!(client.closed().await, (Some(4005), 2));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_that_does_not_read_is_cut_off_and_its_session_waits() {
    let house = House::start_with(&[
        ("CTIBRIDGE__MEDIABAR__LIMITS__OUTBOX_MESSAGES", "32"),
        ("CTIBRIDGE__MEDIABAR__LIMITS__REQUESTS_PER_SECOND", "100000"),
        ("CTIBRIDGE__MEDIABAR__LIMITS__BURST", "100000"),
    ])
    .await;
    let mut other = signed_in(&house, "1002").await;
    connected(&house).await;
    let mut slow = Raw::connect(house.desktops(), "").await;
    let sign_in = json!({"command": "prepareSession", "data": {"agent": {"id": "1001", "password": "1234", "extension": "3001"}}});
    slow.send(TEXT, sign_in.to_string().as_bytes()).await;
    slow.send(TEXT, br#"{"command":"session.start","target":"PG1-1001","data":{}}"#).await;
    // Each answer repeats what was asked, so that the buffers between us fill soon.
    let padding = "x".repeat(8_000);
    let request = format!(r#"{{"command":"session.getdirectory","target":"PG1-1001","data":{{"padding":"{padding}"}}}}"#);
    let request = frame(0x80 | TEXT, request.as_bytes());
    let is_cut = || house.daemon.telemetry.render().contains(r#"closed_total{code="4002"} 1"#);
    soon("the end of patience", async {
        while !is_cut() {
            let _ = slow.stream.try_write(&request);
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(slow.closed().await.0, Some(4002));
    other.succeeds("channel.ready", &other.channel(), json!({})).await;
    let mut back = house.desk().await;
    let answer = back.when("prepareSession", None, json!({"agent": {"id": "1001", "password": "1234"}})).await;
    assert_eq!(answer["data"]["recovered"], true, "{answer}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_sockets_than_allowed_are_refused() {
    let house = House::start_with(&[("CTIBRIDGE__MEDIABAR__LIMITS__SOCKETS", "2")]).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_is_answered_and_the_socket_lives() {
    let house = House::start().await;
    let mut desk = connected(&house).await;
    for (text, code) in [
        ("".to_owned(), "BAD_JSON"),
        ("[]".to_owned(), "BAD_JSON"),
        ("{\"command\":".to_owned(), "BAD_JSON"),
        (r#"{"command":NaN}"#.to_owned(), "BAD_JSON"),
        ("[".repeat(60_000), "BAD_JSON"),
        (r#"{"command":5}"#.to_owned(), "BAD_REQUEST"),
        (r#"{"command":"a","command":"b"}"#.to_owned(), "BAD_REQUEST"),
        (r#"{"command":"channel.ready","target":"x","data":"{}"}"#.to_owned(), "BAD_REQUEST"),
        (r#"{"messageType":"coreRequest","command":"bindService","requestId":"1"}"#.to_owned(), "BAD_REQUEST"),
        (r#"{"command":"channel.ready","target":"x","data":{"n":123456789012345678901234567890}}"#.to_owned(), "NOT_BOUND"),
        (r#"{"command":"prepareSession","data":{"agent":["1001","1234"]}}"#.to_owned(), "BAD_REQUEST"),
        (r#"{"command":"prepareSession","data":{"agent":{"id":1001,"password":"1234"}}}"#.to_owned(), "BAD_REQUEST"),
    ] {
        desk.send_text(text.clone()).await;
        let answer = desk.next_response().await;
        assert_eq!(answer["failure"]["code"], code, "{}", &text[..text.len().min(100)]);
    }
    let deep = format!("{{\"command\":\"x\",\"data\":{}{}}}", "{\"a\":".repeat(5_000) + "1", "}".repeat(5_000));
    let mut raw = Raw::connect(house.desktops(), "").await;
    raw.send(TEXT, deep.as_bytes()).await;
    let (_, _) = raw.next().await.unwrap(); // service.status
    let (_, answer) = soon("an answer", raw.next()).await.unwrap();
    assert!(String::from_utf8(answer).unwrap().contains(r#""code":"UNKNOWN_COMMAND""#));
    house.stop().await;
}
