//! A CTI client as small as can be, written on the protocol room alone.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use ctibridge::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use ctibridge::protocol::message::{HeartbeatReq, OpenReq, SetAgentStateReq};
use ctibridge::protocol::values::AgentState;
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{FrameCodec, Message, ProtocolVersion, RawFrame};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_util::codec::Framed;

/// No wait in these tests is longer; whoever reaches it fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// What a bridge asks for.
pub(crate) fn bridge_services() -> ServiceMask {
    ServiceMask::ALL_EVENTS | ServiceMask::CLIENT_CONTROL | ServiceMask::CALL_DATA_UPDATE | ServiceMask::SUPERVISOR
}

pub(crate) fn open_req(version: u32, services: ServiceMask) -> OpenReq<'static> {
    OpenReq {
        invoke_id: 1,
        version_number: version,
        idle_timeout: 60,
        peripheral_id: u32::MAX,
        services_requested: services,
        call_msg_mask: CallMsgMask::from_bits_retain(0x0fff_ffff),
        agent_state_mask: AgentStateMask::from_bits_retain(0x3fff),
        client_id: Some("test".into()),
        client_password: Some(Vec::new().into()),
        ..OpenReq::default()
    }
}

pub(crate) struct Client {
    framed: Framed<TcpStream, FrameCodec>,
    pub(crate) version: ProtocolVersion,
    invoke: u32,
    seen: VecDeque<RawFrame>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, version: u32) -> Self {
        let stream =
            tokio::time::timeout(DEADLINE, TcpStream::connect(address)).await.expect("connects in time").expect("somebody listens");
        let version = ProtocolVersion::new(version).unwrap();
        Self { framed: Framed::new(stream, FrameCodec::default()), version, invoke: 1, seen: VecDeque::new() }
    }

    /// Connects and opens a bridge's session; what follows OPEN_CONF unasked is still to be read.
    pub(crate) async fn open(address: SocketAddr, version: u32) -> Self {
        let mut client = Self::connect(address, version).await;
        client.send(open_req(version, bridge_services())).await;
        client.expect("OPEN_CONF").await;
        client.expect("SYSTEM_EVENT").await;
        client
    }

    pub(crate) fn next_invoke(&mut self) -> u32 {
        self.invoke += 1;
        self.invoke
    }

    pub(crate) async fn send(&mut self, message: impl Into<Message<'_>>) {
        let bytes = message.into().to_bytes(self.version).unwrap();
        self.send_bytes(bytes).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: Bytes) {
        self.framed.send(bytes).await.unwrap();
    }

    /// The next frame, or `None` when the server is gone.
    pub(crate) async fn frame(&mut self) -> Option<RawFrame> {
        if let Some(frame) = self.seen.pop_front() {
            return Some(frame);
        }
        tokio::time::timeout(DEADLINE, self.framed.next()).await.expect("something comes in time")?.ok()
    }

    pub(crate) fn name(frame: &RawFrame) -> &'static str {
        ctibridge::protocol::spec_of(frame.number).map_or("?", |spec| spec.name)
    }

    /// Reads up to the next message of this name, which is returned; what comes before is passed over.
    pub(crate) async fn expect(&mut self, name: &str) -> RawFrame {
        let mut passed = Vec::new();
        loop {
            let Some(frame) = self.frame().await else { panic!("the server left before {name}, after {passed:?}") };
            if Self::name(&frame) == name {
                return frame;
            }
            passed.push(Self::name(&frame));
        }
    }

    /// Sends a heartbeat and returns the names of all that came before its confirmation: everything said until now.
    pub(crate) async fn said(&mut self) -> Vec<&'static str> {
        self.all_said().await.iter().map(Self::name).collect()
    }

    pub(crate) async fn all_said(&mut self) -> Vec<RawFrame> {
        let invoke_id = self.next_invoke();
        self.send(HeartbeatReq { invoke_id }).await;
        let mut frames = Vec::new();
        loop {
            let frame = self.frame().await.expect("the server stays");
            if Self::name(&frame) == "HEARTBEAT_CONF" && frame.body[..] == invoke_id.to_be_bytes() {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// Sends a request and returns its answer; events that came before it stay to be read.
    pub(crate) async fn ask(&mut self, message: impl Into<Message<'_>>) -> RawFrame {
        let message = message.into();
        let bytes = message.to_bytes(self.version).unwrap();
        let invoke: [u8; 4] = bytes[8..12].try_into().unwrap();
        self.send_bytes(bytes).await;
        let mut before = VecDeque::new();
        loop {
            let frame = self.frame().await.expect("an answer comes");
            if Self::name(&frame).ends_with("_CONF") && frame.body.starts_with(&invoke) {
                before.append(&mut self.seen);
                self.seen = before;
                return frame;
            }
            before.push_back(frame);
        }
    }

    /// As [`Client::ask`], and the answer must have this name.
    pub(crate) async fn done(&mut self, message: impl Into<Message<'_>>, conf: &str) -> RawFrame {
        let frame = self.ask(message).await;
        assert_eq!(Self::name(&frame), conf, "{}", self.show(&frame));
        frame
    }

    pub(crate) fn show(&self, frame: &RawFrame) -> String {
        format!("{:?}", Message::decode(frame, &mut Context::new(self.version)))
    }

    pub(crate) fn state_req(&mut self, agent: &str, device: &str, state: AgentState) -> SetAgentStateReq<'static> {
        SetAgentStateReq {
            invoke_id: self.next_invoke(),
            peripheral_id: 5000,
            agent_state: state,
            agent_instrument: Some(device.to_owned().into()),
            agent_id: Some(agent.to_owned().into()),
            agent_password: Some("1234".into()),
            ..SetAgentStateReq::default()
        }
    }

    pub(crate) async fn set_state(&mut self, agent: &str, device: &str, state: AgentState) {
        let request = self.state_req(agent, device, state);
        self.done(request, "SET_AGENT_STATE_CONF").await;
    }

    /// Signs in and becomes ready; nothing of it stays to be read.
    pub(crate) async fn ready(&mut self, agent: &str, device: &str) {
        self.set_state(agent, device, AgentState::LOGIN).await;
        self.set_state(agent, device, AgentState::AVAILABLE).await;
        self.said().await;
    }
}

/// Decodes a frame as one message type or fails.
#[macro_export]
macro_rules! decoded {
    ($client:expr, $frame:expr, $kind:ident) => {
        match ctibridge::protocol::Message::decode(&$frame, &mut ctibridge::protocol::wire::Context::new($client.version)).unwrap() {
            ctibridge::protocol::Message::$kind(message) => message,
            other => panic!("{other:?}"),
        }
    };
}
