//! The desktops of the load program: thousands of websockets in one thread, with the feed of events in the same loop, so
//! that one clock tells how long an event took from the one socket to the other.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with};

use crate::gateway::{Gateway, Stamped, agent_id, extension};

const READ: usize = 256 * 1024;
/// Token of the feed's connection among the desktops' numbers.
const FEED: u64 = u64::MAX;
/// Stamps have five digits, so that all texts are equally long.
const FIRST_STAMP: u16 = 10_000;
/// Events under way for each desktop at full load.
const WINDOW: usize = 16;

/// How far a desktop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Connecting,
    Upgrading,
    Preparing,
    Starting,
    Activating,
    Ready,
    Closed,
}

struct Desk {
    stream: TcpStream,
    step: Step,
    begun: Instant,
    /// The beginning of a frame whose end has not come.
    rest: Vec<u8>,
    /// When it gave the command that is not answered yet.
    asked: Option<Instant>,
    is_available: bool,
}

/// Who is measured.
pub(crate) enum Feed {
    /// A daemon, fed by CTI messages.
    Cti(Box<Gateway>, Vec<Stamped>),
    /// The plain server: number of the desktop and stamp.
    Plain,
}

/// What a phase gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) messages: u64,
    pub(crate) seconds: f64,
    /// Nanoseconds from feed to desktop, sorted.
    pub(crate) latencies: Vec<u64>,
}

impl Outcome {
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        let at = ((self.latencies.len() as f64 * q) as usize).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(at).map_or(f64::NAN, |ns| *ns as f64 / 1e6)
    }
}

pub(crate) struct Load {
    epoll: OwnedFd,
    desks: Vec<Desk>,
    is_cti: bool,
    feed: Feed,
    feed_stream: TcpStream,
    feed_out: Vec<u8>,
    stamp: u16,
    sent_at: Vec<Instant>,
    sent: u64,
    received: u64,
    latencies: Vec<u64>,
    random: u64,
    buffer: Vec<u8>,
    events: Vec<epoll::Event>,
    ready: usize,
    /// Slowest sign-in.
    pub(crate) slowest: Duration,
    pub(crate) failures: Vec<String>,
    /// A text of an event as it came.
    pub(crate) sample: Option<String>,
}

fn watch(epoll: &OwnedFd, stream: &TcpStream, token: u64, flags: epoll::EventFlags) {
    epoll::add(epoll, stream, epoll::EventData::new_u64(token), flags).unwrap();
}

impl Load {
    /// Waits for the daemon to dial in as a client of the CTI Server.
    pub(crate) fn cti(listener: &TcpListener, agents: usize) -> Self {
        let (stream, _) = listener.accept().unwrap();
        Self::new(stream, Feed::Cti(Box::new(Gateway::new()), (0..agents).map(Stamped::new).collect()))
    }

    /// Feeds the plain server.
    pub(crate) fn plain(stream: TcpStream) -> Self {
        Self::new(stream, Feed::Plain)
    }

    fn new(feed_stream: TcpStream, feed: Feed) -> Self {
        feed_stream.set_nonblocking(true).unwrap();
        feed_stream.set_nodelay(true).unwrap();
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
        watch(&epoll, &feed_stream, FEED, epoll::EventFlags::IN);
        Self {
            epoll,
            desks: Vec::new(),
            is_cti: matches!(feed, Feed::Cti(..)),
            feed,
            feed_stream,
            feed_out: Vec::new(),
            stamp: FIRST_STAMP,
            sent_at: vec![Instant::now(); 1 << 16],
            sent: 0,
            received: 0,
            latencies: Vec::new(),
            random: 42,
            buffer: vec![0; READ],
            events: Vec::with_capacity(1024),
            ready: 0,
            slowest: Duration::ZERO,
            failures: Vec::new(),
            sample: None,
        }
    }

    /// Lets time pass until the session with the CTI Server is open and has settled.
    pub(crate) fn settle(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until || matches!(&self.feed, Feed::Cti(gateway, _) if !gateway.is_open()) {
            self.turn(5);
        }
    }

    /// Connects `count` desktops, at most `window` of them under way at once, until all are signed in; how long that took.
    pub(crate) fn sign_in(&mut self, port: u16, count: usize, window: usize) -> Duration {
        let begun = Instant::now();
        self.ready = 0;
        while self.ready + self.failures.len() < count {
            while self.desks.len() < count && self.desks.len() - self.ready < window {
                self.connect(port);
            }
            self.turn(50);
            if begun.elapsed() > Duration::from_secs(120) {
                self.failures.push(format!("only {} of {count} are signed in after two minutes", self.ready));
                break;
            }
        }
        begun.elapsed()
    }

    fn connect(&mut self, port: u16) {
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC, None).unwrap();
        match connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => panic!("connect: {error}"),
        }
        let stream = TcpStream::from(socket);
        watch(&self.epoll, &stream, self.desks.len() as u64, epoll::EventFlags::OUT | epoll::EventFlags::IN);
        self.desks.push(Desk { stream, step: Step::Connecting, begun: Instant::now(), rest: Vec::new(), asked: None, is_available: false });
    }

    /// Events at this rate, each to one desktop.
    pub(crate) fn paced(&mut self, rate: f64, time: Duration) -> Outcome {
        self.begin();
        let begun = Instant::now();
        let mut tick = begun;
        while begun.elapsed() < time {
            if tick.elapsed() >= Duration::from_millis(1) {
                tick = Instant::now();
                let due = (begun.elapsed().as_secs_f64() * rate) as u64;
                while self.sent < due {
                    self.send();
                }
            }
            self.turn(1);
        }
        self.end(begun)
    }

    /// As many events as are taken, each to one desktop.
    pub(crate) fn full(&mut self, time: Duration) -> Outcome {
        self.begin();
        let begun = Instant::now();
        let window = (self.desks.len() * WINDOW) as u64;
        while begun.elapsed() < time {
            while self.sent - self.received < window && self.feed_out.len() < READ {
                self.send();
            }
            self.turn(1);
        }
        self.end(begun)
    }

    /// Commands at this rate: agents become ready and not ready in turns. The CTI Server answers at once, so what is measured
    /// is what the daemon adds, both ways.
    pub(crate) fn commands(&mut self, rate: f64, time: Duration) -> Outcome {
        self.begin();
        let begun = Instant::now();
        while begun.elapsed() < time {
            while self.sent < (begun.elapsed().as_secs_f64() * rate) as u64 {
                self.command();
            }
            self.turn(1);
        }
        self.end(begun)
    }

    fn command(&mut self) {
        let n = self.choose();
        if self.desks[n].asked.is_some() {
            return;
        }
        self.sent += 1;
        let desk = &mut self.desks[n];
        desk.is_available = !desk.is_available;
        desk.asked = Some(Instant::now());
        let name = if desk.is_available { "channel.ready" } else { "channel.notready" };
        let (id, phone, sent) = (agent_id(n), extension(n), self.sent);
        let text = format!(r#"{{"command":"{name}","target":"PG1-{id}.{phone}.{phone}","data":{{}},"requestId":"c{sent}"}}"#);
        self.say(n, 1, text.as_bytes());
    }

    fn answered(&mut self, n: usize, payload: &[u8], now: Instant) {
        let has = |word: &[u8]| payload.windows(word.len()).any(|part| part == word);
        if !has(b"\"result\":") {
            return;
        }
        let Some(asked) = self.desks[n].asked.take() else { return };
        self.received += 1;
        self.latencies.push(u64::try_from(now.saturating_duration_since(asked).as_nanos()).unwrap());
        if !has(b"\"result\":\"success\"") {
            self.failures.push(format!("desktop {n}: {}", String::from_utf8_lossy(payload)));
        }
    }

    fn choose(&mut self) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % self.desks.len() as u64) as usize
    }

    fn begin(&mut self) {
        (self.sent, self.received) = (0, 0);
        self.latencies.clear();
    }

    /// Waits for what is under way.
    fn end(&mut self, begun: Instant) -> Outcome {
        let last = Instant::now();
        while self.received < self.sent && last.elapsed() < Duration::from_secs(20) {
            self.turn(1);
        }
        if self.received < self.sent {
            self.failures.push(format!("{} of {} events did not arrive", self.sent - self.received, self.sent));
        }
        self.latencies.sort_unstable();
        let latencies = std::mem::take(&mut self.latencies);
        Outcome { messages: self.received, seconds: begun.elapsed().as_secs_f64(), latencies }
    }

    fn send(&mut self) {
        let n = self.choose();
        self.stamp = self.stamp.checked_add(1).unwrap_or(FIRST_STAMP);
        self.sent_at[usize::from(self.stamp)] = Instant::now();
        self.sent += 1;
        match &mut self.feed {
            Feed::Cti(_, stamped) => stamped[n].write(self.stamp, &mut self.feed_out),
            Feed::Plain => {
                self.feed_out.extend_from_slice(&u32::try_from(n).unwrap().to_be_bytes());
                self.feed_out.extend_from_slice(&self.stamp.to_be_bytes());
            }
        }
    }

    fn flush(&mut self) {
        while !self.feed_out.is_empty() {
            match self.feed_stream.write(&self.feed_out) {
                Ok(written) => drop(self.feed_out.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("the feed broke: {error}"),
            }
        }
    }

    fn turn(&mut self, milliseconds: i64) {
        self.flush();
        let timeout = Timespec { tv_sec: 0, tv_nsec: milliseconds * 1_000_000 };
        self.events.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("epoll: {error}"),
        }
        let mut events = std::mem::take(&mut self.events);
        for event in events.drain(..) {
            let (token, flags) = (event.data.u64(), event.flags);
            if token == FEED { self.read_feed() } else { self.serve(token as usize, flags) }
        }
        self.events = events;
    }

    fn read_feed(&mut self) {
        match self.feed_stream.read(&mut self.buffer) {
            Ok(0) => panic!("the server left the feed"),
            Ok(count) => {
                if let Feed::Cti(gateway, _) = &mut self.feed {
                    gateway.read(&self.buffer[..count], &mut self.feed_out);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("the feed broke: {error}"),
        }
    }

    fn serve(&mut self, n: usize, flags: epoll::EventFlags) {
        let desk = &mut self.desks[n];
        if desk.step == Step::Connecting && flags.contains(epoll::EventFlags::OUT) {
            let path = if self.is_cti { "/mediabar/v1" } else { "/" };
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            if desk.stream.write(request.as_bytes()).is_ok_and(|written| written == request.len()) {
                desk.step = Step::Upgrading;
                let data = epoll::EventData::new_u64(n as u64);
                epoll::modify(&self.epoll, &desk.stream, data, epoll::EventFlags::IN).unwrap();
            }
        }
        if !flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
            return;
        }
        let count = match desk.stream.read(&mut self.buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(_) => 0,
        };
        let now = Instant::now();
        if count == 0 {
            if desk.step != Step::Closed {
                self.failures.push(format!("desktop {n} was closed while {:?}", desk.step));
                desk.step = Step::Closed;
                let _ = epoll::delete(&self.epoll, &desk.stream);
            }
            return;
        }
        let mut input = std::mem::take(&mut desk.rest);
        let buffer = std::mem::take(&mut self.buffer);
        let mut data: &[u8] = if input.is_empty() {
            &buffer[..count]
        } else {
            input.extend_from_slice(&buffer[..count]);
            &input
        };
        if desk.step == Step::Upgrading {
            match data.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => {
                    assert!(data.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(data));
                    data = &data[end + 4..];
                    self.upgraded(n);
                }
                None => {
                    self.desks[n].rest = data.to_vec();
                    self.buffer = buffer;
                    return;
                }
            }
        }
        while let Some((opcode, payload, length)) = frame(data) {
            data = &data[length..];
            match opcode {
                1 if self.desks[n].asked.is_some() => self.answered(n, payload, now),
                1 if self.desks[n].step == Step::Ready => self.event(payload, now),
                1 => self.sign_in_step(n, payload),
                8 => self.failures.push(format!("desktop {n} got a close: {payload:?}")),
                9 => self.say(n, 10, payload),
                _ => {}
            }
        }
        self.desks[n].rest = data.to_vec();
        self.buffer = buffer;
    }

    fn upgraded(&mut self, n: usize) {
        if !self.is_cti {
            self.signed_in(n);
            return;
        }
        self.desks[n].step = Step::Preparing;
        let (id, phone) = (agent_id(n), extension(n));
        let text = format!(
            r#"{{"command":"prepareSession","data":{{"agent":{{"id":"{id}","password":"pass-{id}","extension":"{phone}"}}}},"requestId":"1"}}"#
        );
        self.say(n, 1, text.as_bytes());
    }

    fn signed_in(&mut self, n: usize) {
        let desk = &mut self.desks[n];
        desk.step = Step::Ready;
        self.ready += 1;
        self.slowest = self.slowest.max(desk.begun.elapsed());
    }

    fn sign_in_step(&mut self, n: usize, payload: &[u8]) {
        let has = |word: &[u8]| payload.windows(word.len()).any(|part| part == word);
        if has(b"\"result\":\"failure\"") || has(b"\"result\":\"confirm\"") {
            self.failures.push(format!("desktop {n}: {}", String::from_utf8_lossy(payload)));
            self.desks[n].step = Step::Closed;
            return;
        }
        let (id, phone) = (agent_id(n), extension(n));
        match self.desks[n].step {
            Step::Preparing if has(b"\"result\":\"success\"") => {
                self.desks[n].step = Step::Starting;
                self.say(n, 1, format!(r#"{{"command":"session.start","target":"PG1-{id}","data":{{}},"requestId":"2"}}"#).as_bytes());
            }
            Step::Starting if has(b"\"name\":\"session.initialized\"") => {
                self.desks[n].step = Step::Activating;
                let text = format!(
                    r#"{{"command":"channelgroup.activateall","target":"PG1-{id}.{phone}","data":{{"options":{{}}}},"requestId":"3"}}"#
                );
                self.say(n, 1, text.as_bytes());
            }
            // The phone is in use and the picture complete.
            Step::Activating if has(b"\"current\":\"ACTIVE\"") => self.signed_in(n),
            _ => {}
        }
    }

    fn event(&mut self, payload: &[u8], now: Instant) {
        const MARK: &[u8] = b"\"code\":";
        let Some(at) = payload.windows(MARK.len()).position(|part| part == MARK) else { return };
        let Some(digits) = payload.get(at + MARK.len()..at + MARK.len() + 5) else { return };
        let stamp = digits.iter().fold(0_usize, |value, digit| value * 10 + usize::from(digit.wrapping_sub(b'0')));
        if stamp < usize::from(FIRST_STAMP) || stamp > usize::from(u16::MAX) {
            return;
        }
        self.received += 1;
        let took = now.saturating_duration_since(self.sent_at[stamp]);
        self.latencies.push(u64::try_from(took.as_nanos()).unwrap());
        if self.sample.is_none() {
            self.sample = Some(String::from_utf8_lossy(payload).into_owned());
        }
    }

    /// A client's frame; the mask is zero, which is a mask.
    fn say(&mut self, n: usize, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match u8::try_from(payload.len()) {
            Ok(short @ 0..126) => frame.push(0x80 | short),
            _ => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend_from_slice(payload);
        if let Err(error) = self.desks[n].stream.write_all(&frame) {
            self.failures.push(format!("desktop {n}: {error}"));
        }
    }
}

/// Opcode, payload, and length with header of the first frame, if it is complete.
fn frame(data: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (&first, &second) = (data.first()?, data.get(1)?);
    let (head, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(data.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(data.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    let payload = data.get(head..head + length)?;
    Some((first & 0x0f, payload, head + length))
}
