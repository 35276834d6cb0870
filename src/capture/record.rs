//! Writing captures: what a server of ours sends and receives, as packets in a pcapng file that every analyser reads; and
//! reading a capture back as whole sessions.
//!
//! The packets are made up around real bytes: IP and TCP headers without checksums, sequence numbers from 1. A thread of its
//! own writes, so that a slow disk slows nobody; what it cannot take is counted and told at the end.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;

use super::packet::tcp_segment;
use super::pcap::{PcapError, PcapReader};
use super::reassembly::{Captured, Reassembler, Settings};
use super::stream::Piece;
use crate::protocol::frame::DEFAULT_MAX_FRAME;
use crate::protocol::{ProtocolVersion, RawFrame};

/// LINKTYPE_RAW: packets begin with the IP header.
const LINK_RAW: u16 = 101;
/// What waits for the disk, in happenings.
const WAITING: usize = 65_536;
/// The most data in one made-up packet.
const SEGMENT: usize = 16 * 1024;
/// The most frames of a capture that are read back.
const MOST_FRAMES: usize = 2_000_000;

/// Why a capture cannot be written or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be written.
    #[error("cannot write the capture")]
    Write(#[source] io::Error),
    /// The disk was too slow.
    #[error("the capture lacks {0} happenings: the disk was too slow")]
    Lost(u64),
    /// The file cannot be read.
    #[error("cannot read the capture")]
    Read(#[source] PcapError),
    /// There is nothing of ours in it.
    #[error("the capture holds no session of a CTI Server")]
    Empty,
    /// Too much for the memory.
    #[error("the capture holds more than {MOST_FRAMES} frames")]
    TooLarge,
}

enum Happening {
    Opened { conn: u64, client: SocketAddr, server: SocketAddr },
    Bytes { conn: u64, is_clients: bool, bytes: Vec<u8> },
    Closed { conn: u64 },
}

/// Takes what happens; cheap, and never waits.
#[derive(Debug)]
pub struct Tap {
    happenings: SyncSender<(Timestamp, Happening)>,
    lost: Arc<AtomicU64>,
}

impl Tap {
    /// A client connected.
    pub fn opened(&self, conn: u64, client: SocketAddr, server: SocketAddr) {
        self.put(Happening::Opened { conn, client, server });
    }

    /// Bytes of one end.
    pub fn bytes(&self, conn: u64, is_clients: bool, bytes: &[u8]) {
        self.put(Happening::Bytes { conn, is_clients, bytes: bytes.to_vec() });
    }

    /// The connection is gone.
    pub fn closed(&self, conn: u64) {
        self.put(Happening::Closed { conn });
    }

    fn put(&self, happening: Happening) {
        #[allow(clippy::disallowed_methods)] // the moment of a packet, as a capture has it
        let now = Timestamp::now();
        if self.happenings.try_send((now, happening)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Writes until its [`Tap`] is gone.
#[derive(Debug)]
pub struct Recorder {
    thread: JoinHandle<io::Result<()>>,
    lost: Arc<AtomicU64>,
}

impl Recorder {
    /// Waits until everything is written.
    ///
    /// # Errors
    /// [`RecordError`] if the file is not complete.
    pub fn finish(self) -> Result<(), RecordError> {
        let written = self.thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        written.map_err(RecordError::Write)?;
        match self.lost.load(Ordering::Relaxed) {
            0 => Ok(()),
            lost => Err(RecordError::Lost(lost)),
        }
    }
}

/// Starts a capture file.
///
/// # Errors
/// [`RecordError::Write`] if it cannot be created.
pub fn start(path: &Path) -> Result<(Tap, Recorder), RecordError> {
    let file = File::create(path).map_err(RecordError::Write)?;
    let (happenings, received) = sync_channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let thread = std::thread::Builder::new().name("record".to_owned()).spawn(move || write(BufWriter::new(file), &received));
    let recorder = Recorder { thread: thread.map_err(RecordError::Write)?, lost: lost.clone() };
    Ok((Tap { happenings, lost }, recorder))
}

fn write(output: impl Write, received: &Receiver<(Timestamp, Happening)>) -> io::Result<()> {
    let mut writer = Writer::new(output)?;
    loop {
        // What came so far should be on the disk when nothing comes any more for a while.
        match received.recv_timeout(Duration::from_millis(200)) {
            Ok((at, happening)) => writer.happening(at, happening)?,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => writer.output.flush()?,
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return writer.output.flush(),
        }
    }
}

struct Link {
    ends: [SocketAddr; 2],
    /// Next sequence numbers of client and server.
    next: [u32; 2],
}

struct Writer<W> {
    output: W,
    links: HashMap<u64, Link>,
}

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const PUSH: u8 = 0x08;
const FIN: u8 = 0x01;

impl<W: Write> Writer<W> {
    fn new(mut output: W) -> io::Result<Self> {
        // Section header: byte order, version 1.0, length unknown. Interface: raw IP, no limit, microseconds.
        let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
        section.extend([1, 0, 0, 0]);
        section.extend([0xff; 8]);
        block(&mut output, 0x0a0d_0d0a, &section)?;
        let mut interface = LINK_RAW.to_le_bytes().to_vec();
        interface.extend([0; 6]);
        block(&mut output, 1, &interface)?;
        Ok(Self { output, links: HashMap::new() })
    }

    fn happening(&mut self, at: Timestamp, happening: Happening) -> io::Result<()> {
        match happening {
            Happening::Opened { conn, client, server } => {
                self.links.insert(conn, Link { ends: [client, server], next: [0, 0] });
                self.packet(at, conn, 0, SYN, &[])?;
                self.packet(at, conn, 1, SYN | ACK, &[])
            }
            Happening::Bytes { conn, is_clients, bytes } => {
                let end = usize::from(!is_clients);
                bytes.chunks(SEGMENT).try_for_each(|part| self.packet(at, conn, end, PUSH | ACK, part))
            }
            Happening::Closed { conn } => {
                self.packet(at, conn, 0, FIN | ACK, &[])?;
                self.packet(at, conn, 1, FIN | ACK, &[])?;
                self.links.remove(&conn);
                Ok(())
            }
        }
    }

    fn packet(&mut self, at: Timestamp, conn: u64, end: usize, flags: u8, data: &[u8]) -> io::Result<()> {
        let Some(link) = self.links.get_mut(&conn) else { return Ok(()) };
        let [from, to] = if end == 0 { link.ends } else { [link.ends[1], link.ends[0]] };
        let (sequence, acknowledged) = (link.next[end], link.next[1 - end]);
        let counted = u32::try_from(data.len()).unwrap_or(0) + u32::from(flags & (SYN | FIN) != 0);
        link.next[end] = sequence.wrapping_add(counted);
        let mut tcp = Vec::with_capacity(60 + data.len());
        tcp.extend(from.port().to_be_bytes());
        tcp.extend(to.port().to_be_bytes());
        tcp.extend(sequence.to_be_bytes());
        tcp.extend(acknowledged.to_be_bytes());
        tcp.extend([5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(data);
        let packet = behind_ip(from.ip(), to.ip(), &tcp);
        let micros = u64::try_from(at.as_microsecond()).unwrap_or(0);
        let length = u32::try_from(packet.len()).unwrap_or(0);
        let mut body = 0_u32.to_le_bytes().to_vec();
        body.extend(((micros >> 32) as u32).to_le_bytes());
        body.extend((micros as u32).to_le_bytes());
        body.extend(length.to_le_bytes());
        body.extend(length.to_le_bytes());
        body.extend(&packet);
        body.resize(body.len().next_multiple_of(4), 0);
        block(&mut self.output, 6, &body)
    }
}

/// Both addresses are of one kind, or both are written as version 6.
fn behind_ip(from: IpAddr, to: IpAddr, tcp: &[u8]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(40 + tcp.len());
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            packet.extend([0x45, 0]);
            packet.extend(u16::try_from(20 + tcp.len()).unwrap_or(u16::MAX).to_be_bytes());
            packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
            packet.extend(from.octets());
            packet.extend(to.octets());
        }
        (from, to) => {
            let six = |ip: IpAddr| match ip {
                IpAddr::V4(ip) => ip.to_ipv6_mapped(),
                IpAddr::V6(ip) => ip,
            };
            packet.extend([0x60, 0, 0, 0]);
            packet.extend(u16::try_from(tcp.len()).unwrap_or(u16::MAX).to_be_bytes());
            packet.extend([6, 64]);
            packet.extend(six(from).octets());
            packet.extend(six(to).octets());
        }
    }
    packet.extend(tcp);
    packet
}

/// A block: kind, length, body, length.
fn block(output: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 12).unwrap_or(0).to_le_bytes();
    output.write_all(&kind.to_le_bytes())?;
    output.write_all(&length)?;
    output.write_all(body)?;
    output.write_all(&length)
}

/// One session of a capture.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its version.
    pub version: ProtocolVersion,
    /// Time since the first frame, whether the client sent it, the frame; in order.
    pub frames: Vec<(Duration, bool, RawFrame)>,
}

/// Reads a capture back as whole sessions. Frames that are broken are left out.
///
/// # Errors
/// [`RecordError`] if it cannot be read, or holds nothing.
pub fn read(input: impl Read) -> Result<Vec<Session>, RecordError> {
    let mut packets = PcapReader::new(input);
    let mut reassembler = Reassembler::new(Settings { server_port: None, protocol_version: None, max_frame: DEFAULT_MAX_FRAME });
    let mut sessions: BTreeMap<u64, (Timestamp, Session)> = BTreeMap::new();
    let mut count = 0;
    let mut last = Timestamp::UNIX_EPOCH;
    let mut is_end = false;
    while !is_end {
        match packets.next_packet() {
            Ok(Some(packet)) => {
                last = packet.at;
                if let Some(segment) = tcp_segment(packet.link, &packet.data) {
                    reassembler.handle(packet.at, &segment);
                }
            }
            // A capture that was cut off is good up to there.
            Ok(None) | Err(PcapError::Truncated { .. }) => {
                reassembler.finish(last);
                is_end = true;
            }
            Err(error) => return Err(RecordError::Read(error)),
        }
        for Captured { origin, version, piece } in reassembler.take_found() {
            let Piece::Frame { frame, .. } = piece else { continue };
            count += 1;
            if count > MOST_FRAMES {
                return Err(RecordError::TooLarge);
            }
            let (start, session) =
                sessions.entry(origin.connection).or_insert_with(|| (origin.at, Session { version, frames: Vec::new() }));
            session.version = version;
            let since = Duration::try_from(origin.at.duration_since(*start)).unwrap_or_default();
            session.frames.push((since, origin.from == "client", frame));
        }
    }
    if sessions.is_empty() { Err(RecordError::Empty) } else { Ok(sessions.into_values().map(|(_, session)| session).collect()) }
}

#[cfg(test)]
mod tests {
    use bytes::{BufMut, Bytes, BytesMut};

    use super::*;
    use crate::protocol::Message;
    use crate::protocol::message::{HeartbeatConf, HeartbeatReq, OpenReq};

    fn bytes(message: impl Into<Message<'static>>) -> Bytes {
        message.into().to_bytes(ProtocolVersion::MAX).unwrap()
    }

    #[test]
    fn what_is_recorded_is_read_back_with_its_ends_order_and_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let both_ways = [("127.0.0.1:50000", "127.0.0.1:42027"), ("[::1]:50000", "[::1]:42027")];
        // The system may give a client a port that servers use elsewhere.
        let unlucky = [("127.0.0.1:42027", "127.0.0.1:50000")];
        for (client, server) in both_ways.into_iter().chain(unlucky) {
            let path = folder.path().join("a.pcapng");
            let (tap, recorder) = start(&path).unwrap();
            tap.opened(7, client.parse().unwrap(), server.parse().unwrap());
            let open = bytes(OpenReq { version_number: 25, idle_timeout: 20, ..OpenReq::default() });
            // Cut in the middle: segments are no frames.
            tap.bytes(7, true, &open[..10]);
            tap.bytes(7, true, &open[10..]);
            let mut both = BytesMut::from(&bytes(HeartbeatConf { invoke_id: 1 })[..]);
            both.put_slice(&bytes(HeartbeatConf { invoke_id: 2 }));
            tap.bytes(7, false, &both);
            tap.bytes(7, true, &bytes(HeartbeatReq { invoke_id: 3 }));
            tap.closed(7);
            drop(tap);
            recorder.finish().unwrap();
            let sessions = read(File::open(&path).unwrap()).unwrap();
            assert_eq!(sessions.len(), 1);
            let numbers: Vec<_> = sessions[0].frames.iter().map(|(_, is_clients, frame)| (*is_clients, frame.number)).collect();
            assert_eq!(numbers, [(true, 3), (false, 6), (false, 6), (true, 5)]);
            assert_eq!(sessions[0].version, ProtocolVersion::MAX);
        }
    }

    #[test]
    fn a_file_that_is_no_capture_or_holds_nothing_is_an_error() {
        assert!(matches!(read(&b"nonsense, much of it"[..]), Err(RecordError::Read(_) | RecordError::Empty)));
        let mut empty = Vec::new();
        Writer::new(&mut empty).unwrap();
        assert!(matches!(read(&empty[..]), Err(RecordError::Empty)));
    }
}
