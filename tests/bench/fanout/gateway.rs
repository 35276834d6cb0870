//! The CTI Server's side of the load program: it answers what a daemon asks when agents sign in, and sends agent states as
//! fast as it is told to. It has no world; every agent is known, and every password right.

use bytes::{BufMut, Bytes, BytesMut};
use ctibridge::protocol::message::{
    AgentDeskSettingsConf, AgentStateEvent, FailureConf, OpenConf, QueryAgentStateConf, SetAgentStateConf, SnapshotDeviceConf,
};
use ctibridge::protocol::values::{AgentState, SessionType, StatusCode};
use ctibridge::protocol::{Context, FrameCodec, Message, ProtocolVersion, RawFrame, Text};
use tokio_util::codec::Decoder;

/// As in the shipped configuration.
pub(crate) const PERIPHERAL: u32 = 5000;
const VERSION: u32 = 24;

/// The id of the nth agent.
pub(crate) fn agent_id(n: usize) -> String {
    (10_000 + n).to_string()
}

/// Its phone.
pub(crate) fn extension(n: usize) -> String {
    (30_000 + n).to_string()
}

pub(crate) fn version() -> ProtocolVersion {
    ProtocolVersion::new(VERSION).unwrap()
}

/// An agent's state with a reason code, as it comes without being asked for.
pub(crate) fn state_event(n: usize, state: AgentState, reason: u16) -> Bytes {
    let event = AgentStateEvent {
        peripheral_id: PERIPHERAL,
        skill_group_number: 10,
        skill_group_id: 5010,
        agent_state: state,
        event_reason_code: reason,
        mrd_id: 1,
        agent_id: Some(Text::from(agent_id(n))),
        agent_extension: Some(Text::from(extension(n))),
        agent_instrument: Some(Text::from(extension(n))),
        ..AgentStateEvent::default()
    };
    Message::from(event).to_bytes(version()).unwrap()
}

/// The bytes of an agent's state events, made once; only the reason code is filled in.
pub(crate) struct Stamped {
    frame: Vec<u8>,
    reason_at: usize,
}

impl Stamped {
    pub(crate) fn new(n: usize) -> Self {
        let (a, b) = (state_event(n, AgentState::NOT_READY, 0x0102), state_event(n, AgentState::NOT_READY, 0x0304));
        let reason_at = (0..a.len()).find(|&at| a[at] != b[at]).unwrap();
        assert_eq!(a[reason_at..reason_at + 2], [1, 2]);
        Self { frame: a.to_vec(), reason_at }
    }

    pub(crate) fn write(&mut self, stamp: u16, out: &mut Vec<u8>) {
        self.frame[self.reason_at..self.reason_at + 2].copy_from_slice(&stamp.to_be_bytes());
        out.extend_from_slice(&self.frame);
    }
}

/// Answers requests of one connection.
pub(crate) struct Gateway {
    input: BytesMut,
    context: Context,
    is_open: bool,
}

impl Gateway {
    pub(crate) fn new() -> Self {
        Self { input: BytesMut::new(), context: Context::new(version()), is_open: false }
    }

    /// Takes in bytes of the daemon; appends the answers to `out`.
    pub(crate) fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.input.extend_from_slice(bytes);
        while let Some(frame) = FrameCodec::default().decode(&mut self.input).unwrap() {
            self.answer(&frame, out);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    fn answer(&mut self, frame: &RawFrame, out: &mut Vec<u8>) {
        // Heartbeats are answered with their own body.
        if frame.number == 5 {
            let mut header = BytesMut::new();
            header.put_u32(u32::try_from(frame.body.len()).unwrap());
            header.put_u32(6);
            out.extend_from_slice(&header);
            out.extend_from_slice(&frame.body);
            return;
        }
        let message = Message::decode(frame, &mut self.context).unwrap();
        let mut say = |message: Message<'_>| out.extend_from_slice(&message.to_bytes(version()).unwrap());
        let number = |id: &Option<Text<'_>>| id.as_deref().and_then(|id| id.parse::<usize>().ok()).map(|id| id.saturating_sub(10_000));
        match message {
            Message::OpenReq(open) => {
                self.is_open = true;
                let conf = OpenConf {
                    invoke_id: open.invoke_id,
                    services_granted: open.services_requested,
                    peripheral_online: true,
                    session_type: SessionType::ACTIVE,
                    ..OpenConf::default()
                };
                say(conf.into());
            }
            Message::QueryAgentStateReq(query) => {
                let n = number(&query.agent_id).unwrap();
                let conf = QueryAgentStateConf {
                    invoke_id: query.invoke_id,
                    agent_state: AgentState::LOGOUT,
                    mrd_id: 1,
                    agent_id: Some(Text::from(agent_id(n))),
                    agent_extension: Some(Text::from(extension(n))),
                    agent_instrument: Some(Text::from(extension(n))),
                    ..QueryAgentStateConf::default()
                };
                say(conf.into());
            }
            Message::SetAgentStateReq(set) => {
                let n = number(&set.agent_id).unwrap();
                say(SetAgentStateConf { invoke_id: set.invoke_id, ..SetAgentStateConf::default() }.into());
                let (state, reason) = match set.agent_state {
                    AgentState::LOGIN => (AgentState::NOT_READY, 1),
                    state => (state, set.event_reason_code),
                };
                out.extend_from_slice(&state_event(n, state, reason));
            }
            Message::AgentDeskSettingsReq(query) => {
                let conf = AgentDeskSettingsConf { invoke_id: query.invoke_id, peripheral_id: PERIPHERAL, ..Default::default() };
                say(conf.into());
            }
            Message::SnapshotDeviceReq(query) => say(SnapshotDeviceConf { invoke_id: query.invoke_id, ..Default::default() }.into()),
            _ => {
                // Every other request begins with its InvokeID.
                let invoke_id = u32::from_be_bytes(frame.body[..4].try_into().unwrap());
                say(FailureConf { invoke_id, status: StatusCode::INVALID_REQUEST_TYPE, ..FailureConf::default() }.into());
            }
        }
    }
}
