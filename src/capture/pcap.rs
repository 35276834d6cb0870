//! Packet captures: the file formats of libpcap and pcapng, both byte orders, one packet at a time.

use std::io::{self, Read};

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::input::read_full;

/// Packets larger than this are no packets: the file is damaged.
const MAX_PACKET: u32 = 256 * 1024;

/// How many interfaces one section may describe.
const MAX_INTERFACES: usize = 1024;

/// One packet as captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it was captured.
    pub at: Timestamp,
    /// What its bytes begin with: the LINKTYPE number of its interface.
    pub link: u32,
    /// The bytes, from the link layer on, as many as were captured.
    pub data: Vec<u8>,
}

/// Why a capture cannot be read on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PcapError {
    /// The file cannot be read.
    #[error("cannot read the capture")]
    Io(#[from] io::Error),
    /// The file ends inside a packet.
    #[error("the capture ends inside a packet at byte {offset}")]
    Truncated {
        /// Bytes from the start of the file.
        offset: u64,
    },
    /// The file's structure is damaged.
    #[error("the capture is damaged at byte {offset}")]
    Damaged {
        /// Bytes from the start of the file.
        offset: u64,
    },
}

/// Reads packets one by one.
#[derive(Debug)]
pub struct PcapReader<R> {
    input: R,
    offset: u64,
    format: Format,
}

#[derive(Debug)]
enum Format {
    Unread,
    Pcap { is_big_endian: bool, is_nano: bool, link: u32 },
    PcapNg { is_big_endian: bool, interfaces: Vec<Interface> },
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    snap_length: u32,
    /// Clock ticks a second.
    resolution: u64,
    /// Seconds to add.
    offset: i64,
}

impl<R: Read> PcapReader<R> {
    /// Reads from the first byte of a capture file of either format.
    pub const fn new(input: R) -> Self {
        Self { input, offset: 0, format: Format::Unread }
    }

    /// The next packet; `None` at the end of the file.
    ///
    /// # Errors
    /// [`PcapError`] at the first damage; nothing behind it can be found.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, PcapError> {
        if matches!(self.format, Format::Unread) {
            self.header()?;
        }
        if let Format::Pcap { is_big_endian, is_nano, link } = self.format {
            return self.pcap_packet(is_big_endian, is_nano, link);
        }
        loop {
            let mut kind = [0; 4];
            if !self.array_or_end(&mut kind)? {
                return Ok(None);
            }
            if let Some(packet) = self.block(kind)? {
                return Ok(Some(packet));
            }
        }
    }

    fn header(&mut self) -> Result<(), PcapError> {
        let magic: [u8; 4] = self.array()?;
        let (is_big_endian, is_nano) = match magic {
            [0x0a, 0x0d, 0x0d, 0x0a] => {
                self.format = Format::PcapNg { is_big_endian: false, interfaces: Vec::new() };
                return self.block(magic).map(|_| ());
            }
            [0xa1, 0xb2, 0xc3, 0xd4] => (true, false),
            [0xd4, 0xc3, 0xb2, 0xa1] => (false, false),
            [0xa1, 0xb2, 0x3c, 0x4d] => (true, true),
            [0x4d, 0x3c, 0xb2, 0xa1] => (false, true),
            _ => return Err(PcapError::Damaged { offset: 0 }),
        };
        let rest: [u8; 20] = self.array()?;
        // The upper bits may tell of a frame check sequence; the link type is in the lower ones.
        let link = word(&rest, 16, is_big_endian) & 0x0fff_ffff;
        self.format = Format::Pcap { is_big_endian, is_nano, link };
        Ok(())
    }

    fn pcap_packet(&mut self, is_big_endian: bool, is_nano: bool, link: u32) -> Result<Option<Packet>, PcapError> {
        let start = self.offset;
        let mut header = [0; 16];
        if !self.array_or_end(&mut header)? {
            return Ok(None);
        }
        let at = |position| word(&header, position, is_big_endian);
        let (seconds, fraction, length) = (at(0), at(4), at(8));
        if length > MAX_PACKET {
            return Err(PcapError::Damaged { offset: start });
        }
        let nanoseconds = if is_nano { u64::from(fraction) } else { u64::from(fraction) * 1000 };
        let data = self.bytes(length)?;
        Ok(Some(Packet { at: time(i64::from(seconds), nanoseconds), link, data }))
    }

    /// Reads one block of pcapng whose type has been read; gives the packet if it was one.
    fn block(&mut self, kind: [u8; 4]) -> Result<Option<Packet>, PcapError> {
        let start = self.offset.saturating_sub(4);
        let length: [u8; 4] = self.array()?;
        let Format::PcapNg { is_big_endian, .. } = self.format else { return Err(PcapError::Damaged { offset: start }) };
        let mut is_big_endian = is_big_endian;
        const SECTION: u32 = 0x0a0d_0d0a;
        let mut read = 8;
        if u32::from_be_bytes(kind) == SECTION {
            let magic: [u8; 4] = self.array()?;
            read += 4;
            is_big_endian = match magic {
                [0x1a, 0x2b, 0x3c, 0x4d] => true,
                [0x4d, 0x3c, 0x2b, 0x1a] => false,
                _ => return Err(PcapError::Damaged { offset: start }),
            };
            self.format = Format::PcapNg { is_big_endian, interfaces: Vec::new() };
        }
        let length = word(&length, 0, is_big_endian);
        if length < read + 4 || !length.is_multiple_of(4) {
            return Err(PcapError::Damaged { offset: start });
        }
        let rest = length - read - 4;
        const INTERFACE: u32 = 1;
        const OLD_PACKET: u32 = 2;
        const SIMPLE_PACKET: u32 = 3;
        const PACKET: u32 = 6;
        let kind = word(&kind, 0, is_big_endian);
        let packet = match kind {
            INTERFACE | OLD_PACKET | SIMPLE_PACKET | PACKET => {
                if rest > MAX_PACKET + 64 * 1024 {
                    return Err(PcapError::Damaged { offset: start });
                }
                let body = self.bytes(rest)?;
                let Format::PcapNg { interfaces, .. } = &mut self.format else { return Err(PcapError::Damaged { offset: start }) };
                match kind {
                    INTERFACE => {
                        if interfaces.len() < MAX_INTERFACES {
                            interfaces.push(Interface::read(&body, is_big_endian));
                        }
                        None
                    }
                    _ => Some(ng_packet(kind, body, interfaces, is_big_endian).ok_or(PcapError::Damaged { offset: start })?),
                }
            }
            _ => {
                self.skip(rest)?;
                None
            }
        };
        let trailer: [u8; 4] = self.array()?;
        if word(&trailer, 0, is_big_endian) != length {
            return Err(PcapError::Damaged { offset: start });
        }
        Ok(packet)
    }

    /// Fills the array; `false` if the file ends before its first byte.
    fn array_or_end<const N: usize>(&mut self, array: &mut [u8; N]) -> Result<bool, PcapError> {
        let filled = read_full(&mut self.input, array)?;
        self.offset += filled as u64;
        match filled {
            0 => Ok(false),
            filled if filled < N => Err(PcapError::Truncated { offset: self.offset }),
            _ => Ok(true),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PcapError> {
        let mut array = [0; N];
        if self.array_or_end(&mut array)? { Ok(array) } else { Err(PcapError::Truncated { offset: self.offset }) }
    }

    /// `length` has been checked against a maximum by the caller.
    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, PcapError> {
        let mut bytes = vec![0; length as usize];
        let filled = read_full(&mut self.input, &mut bytes)?;
        self.offset += filled as u64;
        if filled < bytes.len() { Err(PcapError::Truncated { offset: self.offset }) } else { Ok(bytes) }
    }

    fn skip(&mut self, length: u32) -> Result<(), PcapError> {
        let skipped = io::copy(&mut self.input.by_ref().take(length.into()), &mut io::sink())?;
        self.offset += skipped;
        if skipped < length.into() { Err(PcapError::Truncated { offset: self.offset }) } else { Ok(()) }
    }
}

impl Interface {
    fn read(body: &[u8], is_big_endian: bool) -> Self {
        let link = u32::from(half(body, 0, is_big_endian));
        let mut interface = Self { link, snap_length: word(body, 4, is_big_endian), resolution: 1_000_000, offset: 0 };
        let mut options = body.get(8..).unwrap_or_default();
        while options.len() >= 4 {
            let (code, length) = (half(options, 0, is_big_endian), usize::from(half(options, 2, is_big_endian)));
            let Some(value) = options.get(4..4 + length) else { break };
            match (code, value) {
                (0, _) => break,
                (9, [resolution]) => interface.resolution = ticks(*resolution),
                (14, _) => {
                    interface.offset = value.try_into().map_or(0, if is_big_endian { i64::from_be_bytes } else { i64::from_le_bytes })
                }
                _ => {}
            }
            options = options.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        }
        interface
    }

    fn time(&self, high: u32, low: u32) -> Timestamp {
        let count = u64::from(high) << 32 | u64::from(low);
        let (seconds, rest) = (count / self.resolution, count % self.resolution);
        let nanoseconds = u128::from(rest) * 1_000_000_000 / u128::from(self.resolution);
        time(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_add(self.offset), nanoseconds as u64)
    }
}

/// Ticks a second: a negative power of ten, or of two with the highest bit set.
fn ticks(resolution: u8) -> u64 {
    let exponent = u32::from(resolution & 0x7f);
    let base: u64 = if resolution & 0x80 == 0 { 10 } else { 2 };
    base.checked_pow(exponent).unwrap_or(1_000_000)
}

fn ng_packet(kind: u32, mut body: Vec<u8>, interfaces: &[Interface], is_big_endian: bool) -> Option<Packet> {
    let at = |position| word(&body, position, is_big_endian);
    let (interface, time, start, length) = match kind {
        6 => {
            let interface = interfaces.get(at(0) as usize)?;
            (interface, interface.time(at(4), at(8)), 20, at(12))
        }
        2 => {
            let interface = interfaces.get(usize::from(half(&body, 0, is_big_endian)))?;
            (interface, interface.time(at(4), at(8)), 20, at(12))
        }
        _ => {
            // A simple packet has no time and belongs to the first interface.
            let interface = interfaces.first()?;
            let captured = if interface.snap_length == 0 { at(0) } else { at(0).min(interface.snap_length) };
            (interface, Timestamp::UNIX_EPOCH, 4, captured)
        }
    };
    let (link, end) = (interface.link, start + length as usize);
    if body.len() < end {
        return None;
    }
    body.truncate(end);
    body.drain(..start);
    Some(Packet { at: time, link, data: body })
}

fn word(bytes: &[u8], at: usize, is_big_endian: bool) -> u32 {
    let word = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    if is_big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
}

fn half(bytes: &[u8], at: usize, is_big_endian: bool) -> u16 {
    let half = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    if is_big_endian { u16::from_be_bytes(half) } else { u16::from_le_bytes(half) }
}

fn time(seconds: i64, nanoseconds: u64) -> Timestamp {
    let whole = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    whole.saturating_add(SignedDuration::from_nanos(i64::try_from(nanoseconds).unwrap_or(0))).unwrap_or(whole)
}
