//! The task that gives a [`Pair`] its sockets and its clock. Short and dull: wait for a request, bytes or a deadline; tell
//! the pair; do what it says.
//!
//! The sockets are polled in place, without a task for each: what is read becomes frames and events in one go, and the
//! floor above gets them in batches. If it falls behind, reading stops, and the deadlines stop with it: an answer that
//! lies unread in a socket is not missing.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, Sleep};
use tokio_util::codec::Decoder;

use super::dial::Dial;
use super::event::{AttemptFailure, Event, Loss, Token};
use super::note::Note;
use super::pair::{ConnectionId, Output, Pair};
use super::settings::{Endpoint, Settings, Side};
use crate::protocol::{FrameCodec, FrameError, Message, RawFrame};
use crate::telemetry::Telemetry;
use crate::time::Clock;
use crate::tls;

/// So many events wait for the floor above before the link stops reading.
const EVENTS: usize = 4096;

/// After so many reads without a pause heartbeats are sent all the same, or a flood would make the server take us for dead.
const READS_IN_A_ROW: u32 = 64;

/// Read from a socket in one go at most, in bytes.
const READ: usize = 64 * 1024;

/// Commands to the link. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    commands: mpsc::UnboundedSender<Command>,
    troubles: watch::Receiver<Troubles>,
}

/// Why there is no session with a side: of each side the last failure, until a session opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Troubles {
    sides: [Option<AttemptFailure>; 2],
}

impl Troubles {
    /// One line for each side that has one.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let line = |(side, failure): (Side, &Option<AttemptFailure>)| failure.as_ref().map(|failure| format!("side {side}: {failure}"));
        Side::BOTH.into_iter().zip(&self.sides).filter_map(line)
    }

    /// Whether the note changed something.
    fn learn(&mut self, note: &Note) -> bool {
        let (side, now) = match note {
            Note::AttemptFailed { side, failure, .. } => (*side, Some(failure.clone())),
            Note::StandbyOpen { side, .. } => (*side, None),
            Note::Up(up) => (up.side, None),
            _ => return false,
        };
        let [a, b] = &mut self.sides;
        let place = if side == Side::A { a } else { b };
        let has_changed = *place != now;
        *place = now;
        has_changed
    }
}

#[derive(Debug)]
enum Command {
    Request(Token, Box<Message<'static>>),
    Probe(Box<Message<'static>>),
    LeaveSide,
    ShutDown(oneshot::Sender<()>),
}

impl Handle {
    /// Sends a request to the side in service; the link writes the InvokeID. The token gets exactly one
    /// [`Event::Answer`]; after a shutdown, or when the receiver of the events is gone, none.
    pub fn request(&self, token: Token, message: Message<'static>) {
        let _ = self.commands.send(Command::Request(token, Box::new(message)));
    }

    /// Lends the link a question that any CTI Server answers, if only with a failure. It is asked when nothing but
    /// heartbeats was heard for a while; its answer is not told.
    pub fn probe_with(&self, question: Message<'static>) {
        let _ = self.commands.send(Command::Probe(Box::new(question)));
    }

    /// Why there is no session, side by side.
    pub fn troubles(&self) -> watch::Receiver<Troubles> {
        self.troubles.clone()
    }

    /// Gives up the side in service and seeks the other one: for a server that keeps its session alive and does nothing
    /// else. Nothing happens if no side is in service.
    pub fn leave_side(&self) {
        let _ = self.commands.send(Command::LeaveSide);
    }

    /// Closes all sessions politely and ends the link; returns when it has ended. The receiver of the events must go on
    /// reading meanwhile.
    pub async fn shutdown(&self) {
        let (done, ended) = oneshot::channel();
        if self.commands.send(Command::ShutDown(done)).is_ok() {
            let _ = ended.await;
        }
    }
}

/// Starts the link's task, which begins to connect at once. Dropping the receiver ends it without ceremony.
pub fn start<D: Dial>(settings: Settings, dialer: D, clock: Clock, telemetry: Arc<Telemetry>) -> (Handle, mpsc::Receiver<Event>) {
    let (commands, command_receiver) = mpsc::unbounded_channel();
    let (event_sender, events) = mpsc::channel(EVENTS);
    let (troubles_sender, troubles) = watch::channel(Troubles::default());
    let settings = Arc::new(settings);
    let driver = Driver {
        pair: Pair::new(clock.now(), Arc::clone(&settings), rand::random()),
        wires: Vec::new(),
        dialer: Arc::new(dialer),
        backlog: VecDeque::new(),
        frames: Vec::new(),
        reads_in_a_row: 0,
        finished: false,
        troubles: troubles_sender,
        settings,
        clock,
        telemetry,
    };
    tokio::spawn(driver.run(command_receiver, event_sender));
    (Handle { commands, troubles }, events)
}

struct Driver<D: Dial> {
    settings: Arc<Settings>,
    pair: Pair,
    wires: Vec<Wire<D::Stream>>,
    dialer: Arc<D>,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    /// Events that the channel had no room for.
    backlog: VecDeque<Event>,
    /// Frames of one read; kept for its memory.
    frames: Vec<RawFrame>,
    reads_in_a_row: u32,
    finished: bool,
    troubles: watch::Sender<Troubles>,
}

type Dialling<S> = Pin<Box<dyn Future<Output = io::Result<S>> + Send>>;

/// One connection or an attempt at one.
struct Wire<S> {
    id: ConnectionId,
    link: Link<S>,
    /// What was read and is no whole frame yet.
    input: BytesMut,
    /// What the socket had no room for.
    output: BytesMut,
    /// Something was written since the last flush: TLS keeps what the socket had no room for.
    is_unflushed: bool,
}

enum Link<S> {
    Dialling(Dialling<S>),
    Open(S),
}

/// What a socket has to tell.
enum Happening {
    Connected(ConnectionId),
    DialFailed(ConnectionId, io::Error),
    /// The frames are in [`Driver::frames`]; the connection may have ended behind them.
    Read(ConnectionId, Option<Loss>),
}

impl<D: Dial> Driver<D> {
    async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>, events: mpsc::Sender<Event>) {
        let mut shut_down: Vec<oneshot::Sender<()>> = Vec::new();
        let mut is_commanded = true;
        let mut timer: Pin<Box<Sleep>> = Box::pin(tokio::time::sleep_until(Instant::now()));
        loop {
            self.carry_out();
            self.flush(&events);
            if self.finished && self.backlog.is_empty() {
                break;
            }
            let behind = !self.backlog.is_empty();
            let deadline = self.pair.poll_timeout().map(Instant::from_std);
            if let Some(deadline) = deadline
                && timer.deadline() != deadline
            {
                timer.as_mut().reset(deadline);
            }
            tokio::select! {
                biased;
                command = commands.recv(), if is_commanded => match command {
                    Some(Command::Request(token, message)) => self.pair.request(self.clock.now(), token, &message),
                    Some(Command::Probe(question)) => self.pair.probe_with(self.clock.now(), *question),
                    Some(Command::LeaveSide) => self.pair.leave_side(self.clock.now()),
                    Some(Command::ShutDown(done)) => {
                        shut_down.push(done);
                        self.pair.shut_down(self.clock.now());
                    }
                    None => {
                        is_commanded = false;
                        self.pair.shut_down(self.clock.now());
                    }
                },
                () = events.closed() => break,
                room = events.reserve(), if behind => {
                    if let (Ok(room), Some(event)) = (room, self.backlog.pop_front()) {
                        room.send(event);
                    }
                }
                happening = poll_fn(|cx| poll_wires(&mut self.wires, &mut self.frames, self.settings.max_frame, !behind, cx)) => self.tell(happening),
                () = timer.as_mut(), if !behind && deadline.is_some() => {
                    self.reads_in_a_row = 0;
                    self.pair.handle_timeout(self.clock.now());
                }
            }
        }
        for done in shut_down {
            let _ = done.send(());
        }
    }

    fn tell(&mut self, happening: Happening) {
        let now = self.clock.now();
        match happening {
            Happening::Connected(id) => self.pair.handle_connected(now, id),
            Happening::DialFailed(id, error) => {
                // Its future has ended and must not be polled again, whatever the pair makes of it.
                self.wires.retain(|wire| wire.id != id);
                let failure = tls::reason_of(&error).map_or_else(|| AttemptFailure::Connect(error.to_string()), AttemptFailure::Tls);
                self.pair.handle_dial_failed(now, id, failure);
            }
            Happening::Read(id, loss) => {
                self.telemetry.link.frames_read(self.frames.len() as u64);
                self.reads_in_a_row += 1;
                for frame in self.frames.drain(..) {
                    self.pair.handle_frame(now, id, frame);
                }
                if let Some(loss) = loss {
                    self.wires.retain(|wire| wire.id != id);
                    self.pair.handle_lost(now, id, loss);
                }
                if self.reads_in_a_row >= READS_IN_A_ROW {
                    self.reads_in_a_row = 0;
                    self.pair.keep_alive(now);
                }
            }
        }
    }

    /// Does what the pair wants done.
    fn carry_out(&mut self) {
        while let Some(output) = self.pair.poll_output() {
            match output {
                Output::Event(event) => self.backlog.push_back(event),
                Output::Note(note) => {
                    self.troubles.send_if_modified(|troubles| troubles.learn(&note));
                    note.tell(&self.telemetry.link);
                }
                Output::Send(id, bytes) => {
                    if let Some(wire) = self.wires.iter_mut().find(|wire| wire.id == id) {
                        wire.output.extend_from_slice(&bytes);
                        // Sent at once where possible; a failure shows itself at the next poll.
                        wire.write_now();
                    }
                }
                Output::Dial(id, side) => self.dial(id, side),
                Output::Reset(id) => self.wires.retain(|wire| wire.id != id),
                Output::Finished => self.finished = true,
            }
        }
    }

    fn dial(&mut self, id: ConnectionId, side: Side) {
        let Some(endpoint) = self.endpoint(side) else { return };
        let dialer = Arc::clone(&self.dialer);
        let dialling = Box::pin(async move { dialer.dial(&endpoint).await });
        self.wires.push(Wire { id, link: Link::Dialling(dialling), input: BytesMut::new(), output: BytesMut::new(), is_unflushed: false });
    }

    fn endpoint(&self, side: Side) -> Option<Endpoint> {
        match side {
            Side::A => Some(self.settings.side_a.clone()),
            Side::B => self.settings.side_b.clone(),
        }
    }

    /// Hands over what the channel has room for.
    fn flush(&mut self, events: &mpsc::Sender<Event>) {
        while let Some(event) = self.backlog.pop_front() {
            if let Err(mpsc::error::TrySendError::Full(event)) = events.try_send(event) {
                self.backlog.push_front(event);
                return;
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// Writes what the socket takes without waiting.
    fn write_now(&mut self) {
        let mut nobody = Context::from_waker(std::task::Waker::noop());
        // An error is not lost: writing or reading meets it again when the socket is polled.
        let _ = self.poll_write(&mut nobody);
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Link::Open(stream) = &mut self.link else { return Poll::Pending };
        while self.output.has_remaining() {
            match Pin::new(&mut *stream).poll_write(cx, &self.output) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => {
                    self.output.advance(written);
                    self.is_unflushed = true;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        if self.is_unflushed {
            match Pin::new(stream).poll_flush(cx) {
                Poll::Ready(Ok(())) => self.is_unflushed = false,
                other => return other,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll(&mut self, frames: &mut Vec<RawFrame>, max_frame: usize, reads: bool, cx: &mut Context<'_>) -> Poll<Happening> {
        if let Link::Dialling(dialling) = &mut self.link {
            return match dialling.as_mut().poll(cx) {
                Poll::Ready(Ok(stream)) => {
                    self.link = Link::Open(stream);
                    Poll::Ready(Happening::Connected(self.id))
                }
                Poll::Ready(Err(error)) => Poll::Ready(Happening::DialFailed(self.id, error)),
                Poll::Pending => Poll::Pending,
            };
        }
        if let Poll::Ready(Err(error)) = self.poll_write(cx) {
            return Poll::Ready(Happening::Read(self.id, Some(loss(&error))));
        }
        let Link::Open(stream) = &mut self.link else { return Poll::Pending };
        if !reads {
            return Poll::Pending;
        }
        if self.input.capacity() - self.input.len() < READ / 16 {
            self.input.reserve(READ);
        }
        let loss = match pin!(stream.read_buf(&mut self.input)).poll(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(0)) if self.input.is_empty() => Some(Loss::Closed),
            Poll::Ready(Ok(0)) => Some(Loss::ClosedMidFrame),
            Poll::Ready(Ok(_)) => cut(&mut self.input, max_frame, frames),
            Poll::Ready(Err(error)) => Some(loss(&error)),
        };
        Poll::Ready(Happening::Read(self.id, loss))
    }
}

/// What it means for the session that the socket failed.
fn loss(error: &io::Error) -> Loss {
    tls::word_of(error).map_or_else(|| Loss::Broken(error.kind()), Loss::Tls)
}

/// Cuts what was read into frames.
fn cut(input: &mut BytesMut, max_frame: usize, frames: &mut Vec<RawFrame>) -> Option<Loss> {
    let mut codec = FrameCodec::new(max_frame);
    loop {
        match codec.decode(input) {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return None,
            Err(FrameError::TooLong { length, .. }) => return Some(Loss::FrameTooLong { length }),
            Err(_) => return Some(Loss::ClosedMidFrame),
        }
    }
}

/// The first thing that any connection has to tell. One that ended must not be polled again.
fn poll_wires<S: AsyncRead + AsyncWrite + Unpin>(
    wires: &mut [Wire<S>],
    frames: &mut Vec<RawFrame>,
    max_frame: usize,
    reads: bool,
    cx: &mut Context<'_>,
) -> Poll<Happening> {
    for at in 0..wires.len() {
        if let Poll::Ready(happening) = wires[at].poll(frames, max_frame, reads, cx) {
            // The next one first next time, so that a busy side does not silence the other.
            wires.rotate_left(at + 1);
            return Poll::Ready(happening);
        }
    }
    Poll::Pending
}
