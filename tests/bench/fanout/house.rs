//! The way from CTI bytes to the text of a desktop, without any socket: decode, engine, hub, outbox.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};

use bytes::BytesMut;
use ctibridge::auth::resume::ResumeKey;
use ctibridge::desktop::hub::{Input as Told, SocketId};
use ctibridge::desktop::outbox::Outbox;
use ctibridge::desktop::{Hub, Settings};
use ctibridge::engine::{self, Engine, Input, LinkChange, Output};
use ctibridge::protocol::message::{QueryAgentStateConf, SetAgentStateConf};
use ctibridge::protocol::values::AgentState;
use ctibridge::protocol::{Context, FrameCodec, Message, RawFrame, Text};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::{Clock, Now};
use tokio_util::codec::Decoder;

use crate::gateway::{PERIPHERAL, agent_id, extension, version};

/// Engine and hub as the daemon's core runs them, with the outboxes of the desktops.
pub(crate) struct House {
    clock: Clock,
    engine: Engine,
    hub: Hub,
    outboxes: Vec<Arc<Outbox>>,
    context: Context,
    pub(crate) bytes: usize,
    pub(crate) texts: usize,
}

impl House {
    /// Nobody is there yet.
    pub(crate) fn new() -> Self {
        let clock = Clock::start();
        let settings = engine::Settings { peripheral_id: Some(PERIPHERAL), ..engine::Settings::default() };
        let folder = tempfile::tempdir().unwrap();
        let key = ResumeKey::load_or_create(folder.path()).unwrap();
        let mut house = Self {
            clock,
            engine: Engine::new(settings, 1, clock.now()),
            hub: Hub::new(Settings::default(), key, 1, Telemetry::new()),
            outboxes: Vec::new(),
            context: Context::new(version()),
            bytes: 0,
            texts: 0,
        };
        let services = ctibridge::protocol::masks::ServiceMask::all();
        let now = house.clock.now();
        house.engine.handle(now, Input::Link(LinkChange::Up { version: version(), services }));
        house.drain(now);
        house
    }

    /// As the daemon's core does it; requests are answered at once.
    fn drain(&mut self, now: Now) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Request(id, message) => {
                    let answer = match &*message {
                        Message::QueryAgentStateReq(query) => {
                            let id = query.agent_id.as_deref().unwrap_or_default().to_owned();
                            let n: usize = id.parse::<usize>().unwrap() - 10_000;
                            Some(Message::from(QueryAgentStateConf {
                                agent_state: AgentState::LOGOUT,
                                mrd_id: 1,
                                agent_id: Some(Text::from(id)),
                                agent_extension: Some(Text::from(extension(n))),
                                agent_instrument: Some(Text::from(extension(n))),
                                ..QueryAgentStateConf::default()
                            }))
                        }
                        Message::SetAgentStateReq(_) => Some(Message::from(SetAgentStateConf::default())),
                        _ => None,
                    };
                    let answer = answer.map_or(engine::Answer::TimedOut, engine::Answer::Confirmed);
                    self.engine.handle(now, Input::Answer(id, answer));
                }
                Output::Record(_) => {}
                output => self.hub.output(now, output, &mut self.engine),
            }
        }
        while self.hub.poll_job().is_some() {}
    }

    fn say(&mut self, n: usize, text: String) {
        let now = self.clock.now();
        self.hub.handle(now, Told::Frame { socket: SocketId(n as u64), text: text.into() }, &mut self.engine);
        self.drain(now);
        self.take(n);
    }

    /// Takes what waits for a desktop, and counts it; the last text.
    pub(crate) fn take(&mut self, n: usize) -> Option<String> {
        let mut last = None;
        if let Poll::Ready(batch) = self.outboxes[n].poll_take(&mut TaskContext::from_waker(Waker::noop())) {
            for text in batch.texts {
                self.bytes += text.len();
                self.texts += 1;
                last = Some(text);
            }
        }
        last.map(|text| text.as_str().to_owned())
    }

    /// The next desktop signs in.
    pub(crate) fn sign_in(&mut self, n: usize) {
        let now = self.clock.now();
        let outbox = Arc::new(Outbox::new(256, 256 * 1024));
        self.outboxes.push(outbox.clone());
        let opened = Told::Opened { socket: SocketId(n as u64), peer: IpAddr::V4(Ipv4Addr::LOCALHOST), outbox };
        self.hub.handle(now, opened, &mut self.engine);
        let (id, phone) = (agent_id(n), extension(n));
        self.say(n, format!(r#"{{"command":"prepareSession","data":{{"agent":{{"id":"{id}","password":"p","extension":"{phone}"}}}}}}"#));
        self.say(n, format!(r#"{{"command":"session.start","target":"PG1-{id}"}}"#));
        self.say(n, format!(r#"{{"command":"channelgroup.activateall","target":"PG1-{id}.{phone}"}}"#));
    }

    /// A message of the CTI Server.
    pub(crate) fn frame(&mut self, frame: &RawFrame) {
        let now = self.clock.now();
        let message = Message::decode(frame, &mut self.context).unwrap();
        self.engine.handle(now, Input::Event(message));
        self.drain(now);
    }
}

/// The frame that these bytes are.
pub(crate) fn first(bytes: &[u8]) -> RawFrame {
    FrameCodec::default().decode(&mut BytesMut::from(bytes)).unwrap().unwrap()
}

impl House {
    /// Takes what waits for a desktop, and counts it.
    pub(crate) fn take_silently(&mut self, n: usize) {
        if let Poll::Ready(batch) = self.outboxes[n].poll_take(&mut TaskContext::from_waker(Waker::noop())) {
            for text in &batch.texts {
                self.bytes += text.len();
            }
            self.texts += batch.texts.len();
        }
    }
}
