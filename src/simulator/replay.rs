//! Plays the server's part of a recorded session to whoever connects: no world, only what was said.
//!
//! Frames that the recorded server sent unasked come with the recording's timing, or at once. An answer comes when the
//! client has asked the like and the frames before it are out, under the InvokeID of the client's own request. Heartbeats
//! and the close are answered as a server does. What the client asks and the recording never answers is refused with status
//! 12, so that nobody waits for ever.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::StartError;
use super::open::invoke_id;
use crate::protocol::message::{CloseConf, CloseReq, FailureConf, HeartbeatConf, HeartbeatReq, OpenReq};
use crate::protocol::values::StatusCode;
use crate::protocol::{FrameCodec, Message, ProtocolVersion, RawFrame};
use crate::time::Clock;

/// How long the player waits for the client to ask what the recorded client asked, before it goes on without.
const PATIENCE: Duration = Duration::from_secs(5);

/// One recorded session.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its version; a client that asks for another one is refused with status 1.
    pub version: ProtocolVersion,
    /// Time since the first frame, whether the client sent it, the frame.
    pub frames: Vec<(Duration, bool, RawFrame)>,
}

/// What is to be replayed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where clients connect.
    pub listen: SocketAddr,
    /// The first client gets the first session, the next the next, and so on round.
    pub sessions: Vec<Recorded>,
    /// Without the recording's pauses.
    pub is_fast: bool,
}

/// A frame of the recorded server.
#[derive(Clone, Debug)]
struct Said {
    at: Duration,
    frame: RawFrame,
    /// For an answer: the number of the request that it answers.
    answers: Option<u32>,
}

/// Plays one session to one client. Pure.
#[derive(Debug)]
struct Player {
    version: ProtocolVersion,
    is_fast: bool,
    said: VecDeque<Said>,
    /// InvokeIDs of the client's requests that are not answered yet, by number of message.
    asked: BTreeMap<u32, VecDeque<u32>>,
    /// What the recording answers, by number of request and how often.
    answers: BTreeMap<u32, usize>,
    /// Real moment of the recording's beginning.
    origin: Option<Instant>,
    /// Since when the next answer waits for its request.
    waits_since: Option<Instant>,
    outputs: VecDeque<Bytes>,
    is_over: bool,
}

impl Player {
    fn new(recorded: &Recorded, is_fast: bool) -> Self {
        let mut requests: BTreeMap<u32, u32> = BTreeMap::new();
        let (mut said, mut answers) = (VecDeque::new(), BTreeMap::<u32, usize>::new());
        for (at, is_clients, frame) in &recorded.frames {
            if *is_clients {
                requests.insert(invoke_id(frame), frame.number);
                continue;
            }
            let name = crate::protocol::spec_of(frame.number).map_or("", |spec| spec.name);
            let asked = if name.ends_with("_CONF") { requests.remove(&invoke_id(frame)) } else { None };
            // Answered live, as often as the client asks.
            if matches!(asked, Some(HeartbeatReq::NUMBER | CloseReq::NUMBER)) {
                continue;
            }
            if let Some(request) = asked {
                *answers.entry(request).or_default() += 1;
            }
            said.push_back(Said { at: *at, frame: frame.clone(), answers: asked });
        }
        Self {
            version: recorded.version,
            is_fast,
            said,
            asked: BTreeMap::new(),
            answers,
            origin: None,
            waits_since: None,
            outputs: VecDeque::new(),
            is_over: false,
        }
    }

    fn handle_frame(&mut self, now: Instant, frame: &RawFrame) {
        let invoke_id = invoke_id(frame);
        match frame.number {
            HeartbeatReq::NUMBER => self.say(&HeartbeatConf { invoke_id }.into()),
            CloseReq::NUMBER => {
                self.say(&CloseConf { invoke_id }.into());
                self.is_over = true;
            }
            OpenReq::NUMBER => {
                let version = frame.body.get(4..8).and_then(|word| word.first_chunk()).map(|word| u32::from_be_bytes(*word));
                if version != Some(u32::from(self.version.number())) {
                    self.fail(invoke_id, StatusCode::INVALID_VERSION);
                    return;
                }
                self.origin.get_or_insert(now);
                self.asked.entry(frame.number).or_default().push_back(invoke_id);
            }
            number => {
                let waiting = self.asked.get(&number).map_or(0, VecDeque::len);
                let expects_answer = crate::protocol::spec_of(number).is_some_and(|spec| spec.name.ends_with("_REQ"));
                if self.answers.get(&number).copied().unwrap_or(0) > waiting {
                    self.asked.entry(number).or_default().push_back(invoke_id);
                } else if expects_answer {
                    self.fail(invoke_id, StatusCode::FUNCTION_NOT_AVAILABLE);
                }
            }
        }
        self.handle_timeout(now);
    }

    /// Says what is due.
    fn handle_timeout(&mut self, now: Instant) {
        let Some(origin) = self.origin else { return };
        while let Some(next) = self.said.front() {
            if !self.is_fast && origin + next.at > now {
                return;
            }
            let asked = match next.answers {
                None => None,
                Some(request) => match self.asked.get_mut(&request).and_then(VecDeque::pop_front) {
                    Some(invoke) => Some(invoke),
                    None if *self.waits_since.get_or_insert(now) + PATIENCE > now => return,
                    // The client goes another way than the recorded one: this answer is nobody's.
                    None => {
                        self.waits_since = None;
                        self.forget_next();
                        continue;
                    }
                },
            };
            self.waits_since = None;
            let Some(said) = self.forget_next() else { return };
            let mut bytes = BytesMut::with_capacity(8 + said.frame.body.len());
            bytes.put_u32(u32::try_from(said.frame.body.len()).unwrap_or(0));
            bytes.put_u32(said.frame.number);
            bytes.put_slice(&said.frame.body);
            if let (Some(invoke), Some(place)) = (asked, bytes.get_mut(8..12)) {
                place.copy_from_slice(&invoke.to_be_bytes());
            }
            self.outputs.push_back(bytes.freeze());
        }
    }

    fn forget_next(&mut self) -> Option<Said> {
        let said = self.said.pop_front()?;
        if let Some(left) = said.answers.and_then(|request| self.answers.get_mut(&request)) {
            *left -= 1;
        }
        Some(said)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let (origin, next) = (self.origin?, self.said.front()?);
        Some(match self.waits_since {
            Some(since) => since + PATIENCE,
            None => origin + next.at,
        })
    }

    fn say(&mut self, message: &Message<'_>) {
        if let Ok(bytes) = message.to_bytes(self.version) {
            self.outputs.push_back(bytes);
        }
    }

    fn fail(&mut self, invoke_id: u32, status: StatusCode) {
        self.say(&FailureConf { invoke_id, status, ..FailureConf::default() }.into());
    }
}

/// A replay that runs.
#[derive(Debug)]
pub struct Running {
    /// Where clients connect.
    pub address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    /// Ends all sessions and waits until that is done.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Listens, and plays.
///
/// # Errors
/// [`StartError`] if the port cannot be bound.
pub async fn start(settings: Settings, clock: Clock) -> Result<Running, StartError> {
    let wrong = |source: io::Error| StartError::Bind { what: "the replay", address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(wrong)?;
    let address = listener.local_addr().map_err(wrong)?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let (stopped, spawner) = (stop.clone(), tasks.clone());
    let settings = Arc::new(settings);
    tasks.spawn(async move {
        let mut turn = 0;
        loop {
            let accepted = tokio::select! {
                () = stopped.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let recorded = settings.sessions.get(turn % settings.sessions.len().max(1));
            turn += 1;
            if let Some(player) = recorded.map(|recorded| Player::new(recorded, settings.is_fast)) {
                let stopped = stopped.clone();
                spawner.spawn(async move {
                    tokio::select! {
                        () = stopped.cancelled() => {}
                        () = serve(stream, player, clock) => {}
                    }
                });
            }
        }
    });
    Ok(Running { address, stop, tasks })
}

async fn serve(stream: TcpStream, mut player: Player, clock: Clock) {
    let _ = stream.set_nodelay(true);
    let mut framed = Framed::new(stream, FrameCodec::default());
    loop {
        while let Some(bytes) = player.outputs.pop_front() {
            if framed.send(bytes).await.is_err() {
                return;
            }
        }
        if player.is_over {
            return;
        }
        let deadline = player.poll_timeout();
        let timer = async {
            match deadline {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            frame = framed.next() => match frame {
                Some(Ok(frame)) => player.handle_frame(clock.now().mono, &frame),
                _ => return,
            },
            () = timer => player.handle_timeout(clock.now().mono),
        }
    }
}
