//! What the link's driver promises beyond the rules of the protocol: bytes in any portions, a floor above that falls
//! behind, dials that hang, ends without ceremony.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

#[path = "common/peer.rs"]
mod peer;

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use ctibridge::link::{self, Dial, Endpoint, Event, Handle, Loss, Settings, Side, TcpDialer};
use ctibridge::protocol::message::{OpenConf, QueryAgentStateConf, QueryAgentStateReq};
use ctibridge::protocol::{FrameCodec, Message, ProtocolVersion, RawFrame};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use futures_util::{SinkExt, StreamExt};
use peer::{Server, soon};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::codec::Framed;

fn settings(side_a: &str, side_b: Option<&str>) -> Settings {
    Settings {
        side_a: side_a.parse().unwrap(),
        side_b: side_b.map(|b| b.parse().unwrap()),
        protocol_version: ProtocolVersion::new(23).unwrap(),
        ..Settings::default()
    }
}

fn start<D: Dial>(settings: Settings, dialer: D) -> (Handle, mpsc::Receiver<Event>) {
    link::start(settings, dialer, Clock::start(), Telemetry::new())
}

async fn up(events: &mut mpsc::Receiver<Event>) -> link::Up {
    match soon("Up", events.recv()).await {
        Some(Event::Up(up)) => up,
        other => panic!("{other:?} instead of Up"),
    }
}

fn bytes_of(message: impl Into<Message<'static>>) -> Bytes {
    message.into().to_bytes(ProtocolVersion::new(23).unwrap()).unwrap()
}

/// Gives out one prepared stream, then nobody is there.
struct Prepared(Mutex<Option<DuplexStream>>);

impl Dial for Prepared {
    type Stream = DuplexStream;

    async fn dial(&self, _: &Endpoint) -> io::Result<DuplexStream> {
        self.0.lock().unwrap().take().ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }
}

#[tokio::test]
async fn messages_come_up_whole_however_the_bytes_arrive() {
    for portion in [1, 2, 3, 7, 8, 9, 64, 1000, 100_000] {
        // So many bytes fit into the pipe at once.
        let (ours, theirs) = duplex(portion);
        let (_handle, mut events) = start(settings("127.0.0.1:1", None), Prepared(Mutex::new(Some(ours))));
        let mut server = Framed::new(theirs, FrameCodec::default());
        let open = soon("OPEN_REQ", server.next()).await.unwrap().unwrap();
        let invoke_id = u32::from_be_bytes(open.body[..4].try_into().unwrap());
        server.send(bytes_of(OpenConf { invoke_id, ..OpenConf::default() })).await.unwrap();
        let frame = |number: u32| RawFrame { number: 9000 + number, body: Bytes::from(vec![number as u8; number as usize * 3 % 50]) };
        let sending = tokio::spawn(async move {
            for number in 0..300 {
                server.feed(frame(number)).await.unwrap();
            }
            SinkExt::<RawFrame>::flush(&mut server).await.unwrap();
            server.get_mut().write_all(&[0, 0, 0, 9, 0, 0]).await.unwrap();
        });
        up(&mut events).await;
        for number in 0..300 {
            let Some(Event::Frame { frame: got, .. }) = soon("a frame", events.recv()).await else { panic!() };
            assert_eq!(got, frame(number), "in portions of {portion}");
        }
        sending.await.unwrap();
        let Some(Event::Down(down)) = soon("Down", events.recv()).await else { panic!() };
        assert_eq!(down.reason, Loss::ClosedMidFrame, "half a message is thrown away");
    }
}

#[tokio::test]
async fn a_floor_above_that_falls_behind_loses_nothing_and_no_answer_that_lies_unread_times_out() {
    const FLOOD: u32 = 20_000;
    // A pipe that holds the whole flood, so that all of it lies there to be read.
    let (ours, theirs) = duplex(8 << 20);
    let settings = Settings { request_timeout: Duration::from_millis(300), ..settings("127.0.0.1:1", None) };
    let request_timeout = settings.request_timeout;
    let (handle, mut events) = start(settings, Prepared(Mutex::new(Some(ours))));
    let mut server = Framed::new(theirs, FrameCodec::default());
    let open = soon("OPEN_REQ", server.next()).await.unwrap().unwrap();
    let invoke_id = u32::from_be_bytes(open.body[..4].try_into().unwrap());
    server.send(bytes_of(OpenConf { invoke_id, ..OpenConf::default() })).await.unwrap();
    up(&mut events).await;

    handle.request(1, QueryAgentStateReq::default().into());
    let asked = Instant::now();
    let request = soon("the request", server.next()).await.unwrap().unwrap();
    let invoke_id = u32::from_be_bytes(request.body[..4].try_into().unwrap());
    for number in 0..FLOOD {
        let body = Bytes::from([number.to_be_bytes(); 16].concat());
        server.feed(RawFrame { number: 9000, body }).await.unwrap();
    }
    soon("room", server.send(bytes_of(QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() }))).await.unwrap();
    // Nobody takes events, so the link reads no more; the time of the request passes with its answer behind the flood.
    tokio::time::sleep_until(asked + request_timeout * 2).await;

    for expected in 0..FLOOD {
        match soon("a frame", events.recv()).await {
            Some(Event::Frame { frame, .. }) => assert_eq!(frame.body[..4], expected.to_be_bytes()),
            other => panic!("{other:?} instead of frame {expected}"),
        }
    }
    match soon("the answer", events.recv()).await {
        Some(Event::Answer { token: 1, result, .. }) => assert_eq!(result.unwrap().number, 37),
        other => panic!("{other:?} instead of the answer"),
    }
}

/// Never gets anywhere with one of the endpoints.
struct Hangs {
    endpoint: Endpoint,
    tcp: TcpDialer,
}

impl Dial for Hangs {
    type Stream = tokio::net::TcpStream;

    async fn dial(&self, endpoint: &Endpoint) -> io::Result<Self::Stream> {
        if *endpoint == self.endpoint {
            return std::future::pending().await;
        }
        self.tcp.dial(endpoint).await
    }
}

#[tokio::test]
async fn a_dial_that_hangs_does_not_hold_up_the_other_side() {
    let b = Server::bind().await;
    let settings = settings("192.0.2.1:42027", Some(&b.address()));
    let dialer = Hangs { endpoint: settings.side_a.clone(), tcp: TcpDialer::new(&settings) };
    let (_handle, mut events) = start(settings, dialer);
    let _peer = b.open().await;
    let up = up(&mut events).await;
    assert_eq!(up.side, Side::B);
    println!("in service beside a hanging dial after {:?}", up.took);
}

#[tokio::test]
async fn the_link_ends_when_nobody_listens_to_it_any_more() {
    let server = Server::bind().await;
    let settings = settings(&server.address(), None);
    let dialer = TcpDialer::new(&settings);
    let (handle, mut events) = start(settings, dialer);
    let mut peer = server.open().await;
    up(&mut events).await;
    drop(events);
    assert!(peer.until_gone().await.is_empty(), "without ceremony");
    soon("a shutdown of what has ended", handle.shutdown()).await;
}

#[tokio::test]
async fn the_link_closes_politely_when_nobody_can_command_it_any_more() {
    let server = Server::bind().await;
    let settings = settings(&server.address(), None);
    let dialer = TcpDialer::new(&settings);
    let (handle, mut events) = start(settings, dialer);
    let mut peer = server.open().await;
    up(&mut events).await;
    drop(handle);
    let close = peer.recv_request().await;
    assert_eq!(close.number, 7);
    peer.send_frame(8, &close.body[..4]).await;
    assert!(matches!(soon("Down", events.recv()).await, Some(Event::Down(down)) if down.reason == Loss::Shutdown));
    assert!(soon("the end", events.recv()).await.is_none());
}
