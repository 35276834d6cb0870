//! From TCP segments back to the two byte streams of each connection, and from those to frames.
//!
//! Segments may come late, twice or never, and the capture may have begun in the middle of a session: data is put in
//! order, what came before is dropped, and where bytes are missing for good the next frame is searched for. What waits
//! for a missing segment is bounded, and so is the number of connections looked at.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use jiff::Timestamp;

use super::json::Origin;
use super::packet::Segment;
use super::resync::FrameFinder;
use super::stream::{Piece, SessionVersion};
use crate::protocol::ProtocolVersion;
use crate::protocol::frame::HEADER_LEN;
use crate::protocol::message::OpenReq;

/// Bytes of one direction that wait for a missing segment; when more wait, the segment is given up.
const MAX_WAITING: usize = 256 * 1024;

/// What a waiting segment costs besides its data, so that many tiny ones are bounded too.
const WAITING_COST: usize = 64;

/// Connections looked at at one time; beyond that the one that was silent longest is ended.
const MAX_CONNECTIONS: usize = 4096;

/// What a capture holds of CTI connections.
#[derive(Debug)]
pub struct Captured {
    /// Where it came from.
    pub origin: Origin,
    /// The version of the session, as known now.
    pub version: ProtocolVersion,
    /// Frame or defect; offsets count from the first byte seen of this direction.
    pub piece: Piece,
}

/// Puts connections together.
#[derive(Debug)]
pub struct Reassembler {
    settings: Settings,
    connections: HashMap<(SocketAddr, SocketAddr), Connection>,
    /// Numbers given to CTI connections so far.
    numbered: u64,
    /// Counts segments, to know who was silent longest.
    clock: u64,
    found: Vec<Captured>,
}

/// What the reassembler is told.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Port of the server, besides the default ones.
    pub server_port: Option<u16>,
    /// The version of all sessions, if it is not to be learnt.
    pub protocol_version: Option<ProtocolVersion>,
    /// Longest frame accepted, in bytes, header included.
    pub max_frame: usize,
}

#[derive(Debug)]
struct Connection {
    /// Its two ends, lower address first.
    ends: [SocketAddr; 2],
    /// Somebody said which end is the server's.
    is_told: bool,
    flows: [Flow; 2],
    stage: Stage,
    version: SessionVersion,
    last_seen: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Ports say nothing; the first bytes will.
    Unknown,
    /// Carries the protocol; `client` is the index of the client's end.
    Cti { number: u64, client: usize },
    /// Something else, or ended: nothing more of it is looked at.
    Ignored,
}

/// One direction.
#[derive(Debug)]
struct Flow {
    /// Sequence number of the next byte expected.
    next: Option<u32>,
    /// Segments that came before their turn, by distance from the first byte seen.
    waiting: BTreeMap<u64, Waiting>,
    waiting_bytes: usize,
    /// Bytes before [`Self::next`], counted from the first one seen.
    position: u64,
    finder: FrameFinder,
    /// Bytes kept while it is unknown what the connection carries.
    early: Vec<u8>,
    /// Where the sender ended the stream.
    end: Option<u64>,
}

#[derive(Debug)]
struct Waiting {
    data: Vec<u8>,
    missing: usize,
}

/// What happened to a flow: bytes in order, or a hole.
enum Step<'s> {
    Bytes(&'s [u8]),
    Hole(u64),
}

impl Reassembler {
    /// Begins with no connection known.
    pub fn new(settings: Settings) -> Self {
        Self { settings, connections: HashMap::new(), numbered: 0, clock: 0, found: Vec::new() }
    }

    /// Takes the next segment, captured at `at`.
    pub fn handle(&mut self, at: Timestamp, segment: &Segment<'_>) {
        self.clock += 1;
        let key = if segment.source <= segment.destination {
            (segment.source, segment.destination)
        } else {
            (segment.destination, segment.source)
        };
        let sender = usize::from(segment.source != key.0);
        if segment.is_syn && self.connections.get(&key).is_some_and(|known| known.is_renewed_by(sender, segment)) {
            self.end(at, key);
        }
        if !self.connections.contains_key(&key) {
            self.make_room(at);
        }
        let (settings, numbered) = (self.settings, &mut self.numbered);
        let connection = self.connections.entry(key).or_insert_with(|| Connection::new(key, sender, segment, settings, numbered));
        connection.last_seen = self.clock;
        if connection.stage == Stage::Ignored {
            return;
        }
        connection.segment(at, sender, segment, &mut self.numbered, &mut self.found);
        let is_over = segment.is_reset || connection.flows.iter().all(Flow::is_finished);
        if is_over {
            connection.finish(at, &mut self.numbered, &mut self.found);
            connection.stage = Stage::Ignored; // late copies of its segments are still to be recognised
        }
    }

    /// Ends the capture: what is still open ends here.
    pub fn finish(&mut self, at: Timestamp) {
        let mut open: Vec<_> = self.connections.drain().map(|(_, connection)| connection).collect();
        open.sort_by_key(|connection| match connection.stage {
            Stage::Cti { number, .. } => number,
            Stage::Unknown | Stage::Ignored => u64::MAX,
        });
        for connection in &mut open {
            connection.finish(at, &mut self.numbered, &mut self.found);
        }
    }

    /// What was found since it was last asked for.
    pub fn take_found(&mut self) -> Vec<Captured> {
        std::mem::take(&mut self.found)
    }

    fn end(&mut self, at: Timestamp, key: (SocketAddr, SocketAddr)) {
        if let Some(mut connection) = self.connections.remove(&key) {
            connection.finish(at, &mut self.numbered, &mut self.found);
        }
    }

    fn make_room(&mut self, at: Timestamp) {
        if self.connections.len() >= MAX_CONNECTIONS
            && let Some(key) = self.connections.iter().min_by_key(|(_, connection)| connection.last_seen).map(|(key, _)| *key)
        {
            self.end(at, key);
        }
    }
}

impl Connection {
    fn new(key: (SocketAddr, SocketAddr), sender: usize, segment: &Segment<'_>, settings: Settings, numbered: &mut u64) -> Self {
        let ends = [key.0, key.1];
        let is_server = |end: &SocketAddr| match settings.server_port {
            Some(port) => end.port() == port || is_cti_port(end.port()),
            None => is_cti_port(end.port()),
        };
        let is_asked_for = |end: &SocketAddr| settings.server_port == Some(end.port());
        let server = match ends.iter().position(is_asked_for) {
            Some(server) => Some(server),
            None => match ends.each_ref().map(is_server) {
                [false, false] => None,
                [true, true] if segment.is_syn => Some(1 - sender),
                [first, _] => Some(usize::from(!first)),
            },
        };
        let stage = server.map_or(Stage::Unknown, |server| Stage::cti(1 - server, numbered));
        let is_told = ends.iter().any(is_asked_for);
        let flow = || Flow::new(settings.max_frame);
        Self { is_told, ends, flows: [flow(), flow()], stage, version: SessionVersion::new(settings.protocol_version), last_seen: 0 }
    }

    /// Whether this SYN of `sender` opens another connection between the same ends.
    fn is_renewed_by(&self, sender: usize, segment: &Segment<'_>) -> bool {
        let Some(flow) = self.flows.get(sender) else { return false };
        let begins = segment.sequence.wrapping_add(1);
        self.stage == Stage::Ignored || flow.next.is_some_and(|next| next.wrapping_sub(flow.position as u32) != begins)
    }

    fn segment(&mut self, at: Timestamp, sender: usize, segment: &Segment<'_>, numbered: &mut u64, found: &mut Vec<Captured>) {
        let Some(flow) = self.flows.get_mut(sender) else { return };
        let sequence = segment.sequence.wrapping_add(u32::from(segment.is_syn));
        if segment.is_syn && flow.next.is_none() {
            flow.finder.begin_in_step();
        }
        flow.accept(sequence, segment);
        loop {
            let Some(flow) = self.flows.get_mut(sender) else { return };
            let Some(waiting) = flow.next_ready() else { break };
            self.step(at, sender, &Step::Bytes(&waiting.data), numbered, found);
            if waiting.missing > 0 {
                self.step(at, sender, &Step::Hole(waiting.missing as u64), numbered, found);
            }
        }
        while let Some(hole) = self.flows.get_mut(sender).and_then(Flow::hole_to_give_up) {
            self.step(at, sender, &Step::Hole(hole), numbered, found);
            while let Some(waiting) = self.flows.get_mut(sender).and_then(Flow::next_ready) {
                self.step(at, sender, &Step::Bytes(&waiting.data), numbered, found);
            }
        }
    }

    /// One flow goes on.
    fn step(&mut self, at: Timestamp, sender: usize, step: &Step<'_>, numbered: &mut u64, found: &mut Vec<Captured>) {
        let Some(flow) = self.flows.get_mut(sender) else { return };
        match step {
            Step::Bytes(bytes) => flow.advance(bytes.len() as u64),
            Step::Hole(length) => flow.advance(*length),
        }
        if self.stage == Stage::Unknown {
            self.recognise(sender, step, numbered);
            // What was kept while the connection was unknown comes first, the server's end has sent nothing yet.
            let Some(flow) = self.flows.get_mut(sender) else { return };
            if let Stage::Cti { .. } = self.stage {
                let early = std::mem::take(&mut flow.early);
                flow.finder.begin_in_step();
                flow.finder.push(&early);
                self.emit(at, sender, found);
            }
            return;
        }
        match step {
            Step::Bytes(bytes) => flow.finder.push(bytes),
            Step::Hole(length) => flow.finder.lose(*length),
        }
        self.emit(at, sender, found);
    }

    /// Looks at the first bytes of a connection whose ports say nothing: who sends an `OPEN_REQ` first is a client.
    fn recognise(&mut self, sender: usize, step: &Step<'_>, numbered: &mut u64) {
        let Some(flow) = self.flows.get_mut(sender) else { return };
        let Step::Bytes(bytes) = step else {
            self.stage = Stage::Ignored;
            return;
        };
        flow.early.extend_from_slice(bytes);
        match begins_with_open_req(&flow.early) {
            Some(true) => self.stage = Stage::cti(sender, numbered),
            Some(false) => self.stage = Stage::Ignored,
            None => {}
        }
    }

    fn emit(&mut self, at: Timestamp, sender: usize, found: &mut Vec<Captured>) {
        let Stage::Cti { number, mut client } = self.stage else { return };
        let [first, second] = self.ends;
        let Some(flow) = self.flows.get_mut(sender) else { return };
        while let Some(piece) = flow.finder.next_piece() {
            if let Piece::Frame { frame, .. } = &piece {
                self.version.learn(frame);
                // A client's port may be one that servers use elsewhere.
                if frame.number == OpenReq::NUMBER && !self.is_told {
                    client = sender;
                    self.stage = Stage::Cti { number, client };
                }
            }
            let (client_end, server_end) = if client == 0 { (first, second) } else { (second, first) };
            let origin = Origin {
                at,
                from: if sender == client { "client" } else { "server" },
                connection: number,
                client: client_end.to_string(),
                server: server_end.to_string(),
            };
            found.push(Captured { origin, version: self.version.get(), piece });
        }
    }

    fn finish(&mut self, at: Timestamp, numbered: &mut u64, found: &mut Vec<Captured>) {
        for sender in 0..2 {
            while let Some(hole) = self.flows.get_mut(sender).and_then(Flow::hole) {
                self.step(at, sender, &Step::Hole(hole), numbered, found);
                while let Some(waiting) = self.flows.get_mut(sender).and_then(Flow::next_ready) {
                    self.step(at, sender, &Step::Bytes(&waiting.data), numbered, found);
                }
            }
            if let Some(flow) = self.flows.get_mut(sender) {
                flow.finder.finish();
            }
            self.emit(at, sender, found);
        }
    }
}

impl Stage {
    const fn cti(client: usize, numbered: &mut u64) -> Self {
        *numbered += 1;
        Self::Cti { number: *numbered, client }
    }
}

impl Flow {
    fn new(max_frame: usize) -> Self {
        Self {
            next: None,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            position: 0,
            finder: FrameFinder::new(max_frame),
            early: Vec::new(),
            end: None,
        }
    }

    /// Keeps the segment's data until its turn, which may be now.
    fn accept(&mut self, sequence: u32, segment: &Segment<'_>) {
        let next = *self.next.get_or_insert(sequence);
        if segment.is_fin {
            let distance = i64::from(sequence.wrapping_sub(next) as i32) + segment.payload.len() as i64 + segment.missing as i64;
            self.end = Some(self.position.saturating_add_signed(distance));
        }
        if segment.payload.is_empty() && segment.missing == 0 {
            return;
        }
        // Sequence numbers wrap around; what lies less than half the circle ahead is the future.
        let distance = i64::from(sequence.wrapping_sub(next) as i32);
        let (data, start) = match u64::try_from(distance) {
            Ok(ahead) => (segment.payload, self.position + ahead),
            Err(_) => {
                let known = usize::try_from(distance.unsigned_abs()).unwrap_or(usize::MAX);
                (segment.payload.get(known..).unwrap_or_default(), self.position)
            }
        };
        if data.is_empty() {
            return;
        }
        let is_longer = self.waiting.get(&start).is_none_or(|waiting| waiting.data.len() < data.len());
        if is_longer {
            self.waiting_bytes += data.len() + WAITING_COST;
            if let Some(shorter) = self.waiting.insert(start, Waiting { data: data.to_vec(), missing: segment.missing }) {
                self.waiting_bytes -= shorter.data.len() + WAITING_COST;
            }
        }
    }

    fn is_finished(&self) -> bool {
        self.end.is_some_and(|end| self.position >= end)
    }

    /// The next data in order, without what is known already.
    fn next_ready(&mut self) -> Option<Waiting> {
        loop {
            let entry = self.waiting.first_entry().filter(|entry| *entry.key() <= self.position)?;
            let (start, mut waiting) = entry.remove_entry();
            self.waiting_bytes -= waiting.data.len() + WAITING_COST;
            let known = usize::try_from(self.position - start).unwrap_or(usize::MAX);
            if known < waiting.data.len() {
                waiting.data.drain(..known);
                return Some(waiting);
            }
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.position += bytes;
        self.next = self.next.map(|next| next.wrapping_add(bytes as u32));
    }

    /// How many bytes are missing before the first data that waits.
    fn hole(&mut self) -> Option<u64> {
        self.waiting.first_key_value().map(|(start, _)| start.saturating_sub(self.position))
    }

    fn hole_to_give_up(&mut self) -> Option<u64> {
        if self.waiting_bytes > MAX_WAITING { self.hole() } else { None }
    }
}

/// Default ports of CTI Servers: sides A and B, plain and secured, of the instances 0 to 24.
fn is_cti_port(port: u16) -> bool {
    [42027, 43027, 42030, 43030].iter().any(|base| port >= *base && (port - base).is_multiple_of(40) && (port - base) / 40 <= 24)
}

/// `None` while there are too few bytes to say.
fn begins_with_open_req(bytes: &[u8]) -> Option<bool> {
    let [l0, l1, l2, l3, n0, n1, n2, n3, ..] = *bytes.first_chunk::<{ HEADER_LEN + 8 }>()?;
    let (length, number) = (u32::from_be_bytes([l0, l1, l2, l3]), u32::from_be_bytes([n0, n1, n2, n3]));
    Some(number == OpenReq::NUMBER && (40..4096).contains(&length))
}
