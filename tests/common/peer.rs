//! A CTI Server played by hand: the test says what it sends and looks at what it gets.

#![allow(dead_code)] // each test program uses its part of it

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use ctibridge::protocol::message::{FailureConf, OpenConf, OpenReq};
use ctibridge::protocol::values::{SessionType, StatusCode};
use ctibridge::protocol::{Context, FrameCodec, Message, ProtocolVersion, RawFrame};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;

/// Nothing that a test waits for takes longer, or the test fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Waits for something with a generous deadline.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// One side's server.
pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    pub(crate) async fn bind() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// The next connection; OPEN_REQ is read off it.
    pub(crate) async fn accept(&self) -> (Peer, Asked) {
        let (stream, _) = soon("a connection", self.listener.accept()).await.unwrap();
        let mut peer = Peer { framed: Framed::new(stream, FrameCodec::default()), version: ProtocolVersion::MIN };
        let frame = peer.recv_frame().await;
        // VersionNumber stands behind InvokeID and decides the layout of the rest.
        let number = u32::from_be_bytes(frame.body[4..8].try_into().unwrap());
        peer.version = ProtocolVersion::new(number).unwrap();
        let mut context = Context::new(peer.version);
        let Message::OpenReq(open) = Message::decode(&frame, &mut context).unwrap() else { panic!("{frame:?} came first") };
        let asked =
            Asked { invoke_id: open.invoke_id, version: number, services: open.services_requested, idle_timeout: open.idle_timeout };
        assert_password(&open);
        (peer, asked)
    }

    /// Accepts and opens an active session with all that is asked for.
    pub(crate) async fn open(&self) -> Peer {
        let (mut peer, asked) = self.accept().await;
        peer.send(asked.conf(SessionType::ACTIVE)).await;
        peer
    }

    /// Accepts and refuses.
    pub(crate) async fn refuse(&self, status: StatusCode) -> Asked {
        let (mut peer, asked) = self.accept().await;
        peer.send(FailureConf { invoke_id: asked.invoke_id, status, ..FailureConf::default() }).await;
        asked
    }
}

fn assert_password(open: &OpenReq<'_>) {
    assert_eq!(open.client_id.as_deref(), Some("ctibridge"));
    assert!(open.client_password.is_some(), "ClientPassword must be there, even if empty");
}

/// What OPEN_REQ said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) invoke_id: u32,
    pub(crate) version: u32,
    pub(crate) services: ctibridge::protocol::masks::ServiceMask,
    pub(crate) idle_timeout: u32,
}

impl Asked {
    /// An OPEN_CONF that grants it.
    pub(crate) fn conf(&self, session_type: SessionType) -> OpenConf<'static> {
        OpenConf {
            invoke_id: self.invoke_id,
            services_granted: self.services,
            peripheral_online: true,
            session_type,
            ..OpenConf::default()
        }
    }
}

/// One connection.
pub(crate) struct Peer {
    framed: Framed<TcpStream, FrameCodec>,
    version: ProtocolVersion,
}

impl Peer {
    pub(crate) async fn send(&mut self, message: impl Into<Message<'static>>) {
        let bytes = message.into().to_bytes(self.version).unwrap();
        self.framed.send(bytes).await.unwrap();
    }

    /// Puts bytes on the wire as they are.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.framed.send(Bytes::copy_from_slice(bytes)).await.unwrap();
    }

    pub(crate) async fn send_frame(&mut self, number: u32, body: &[u8]) {
        let mut bytes = BytesMut::new();
        bytes.put_u32(u32::try_from(body.len()).unwrap());
        bytes.put_u32(number);
        bytes.put_slice(body);
        self.send_bytes(&bytes).await;
    }

    pub(crate) async fn recv_frame(&mut self) -> RawFrame {
        soon("a frame", self.framed.next()).await.expect("the client hung up").unwrap()
    }

    /// The next frame that is no heartbeat; heartbeats are answered.
    pub(crate) async fn recv_request(&mut self) -> RawFrame {
        loop {
            let frame = self.recv_frame().await;
            if frame.number != 5 {
                return frame;
            }
            let body = frame.body.clone();
            self.send_frame(6, &body).await;
        }
    }

    /// Reads until the client ends the connection.
    pub(crate) async fn until_gone(&mut self) -> Vec<RawFrame> {
        let mut frames = Vec::new();
        while let Some(Ok(frame)) = soon("the end of the connection", self.framed.next()).await {
            frames.push(frame);
        }
        frames
    }

    /// Reads to the end; `None` is a proper one.
    pub(crate) async fn end(mut self) -> Option<std::io::ErrorKind> {
        let stream = self.framed.get_mut();
        let mut nowhere = vec![0; 1 << 16];
        loop {
            match soon("the end of the connection", tokio::io::AsyncReadExt::read(stream, &mut nowhere)).await {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(error.kind()),
            }
        }
    }

    /// Ends the connection with a reset.
    pub(crate) fn reset(self) {
        let stream = self.framed.into_inner();
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
}
