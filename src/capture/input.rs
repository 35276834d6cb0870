//! What kind of recording this is, told by how it begins.

use std::io::{self, Read};

/// The kinds of input that `decode` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Frames one behind the other, as on the wire.
    Binary,
    /// The same, written as hex digits.
    HexText,
    /// A packet capture in the format of libpcap.
    Pcap,
    /// A packet capture in the pcapng format.
    PcapNg,
}

/// How many bytes from the start are enough to decide, if there are as many: a frame's header is no hex text, because no
/// frame is so long that its length could be written in letters.
pub const RECOGNISED_BY: usize = 8;

/// Tells the kind of an input by its first bytes, [`RECOGNISED_BY`] or more of them.
pub fn recognise(start: &[u8]) -> InputKind {
    match start.first_chunk::<4>() {
        Some([0x0a, 0x0d, 0x0d, 0x0a]) => InputKind::PcapNg,
        Some([0xa1, 0xb2, 0xc3, 0xd4] | [0xd4, 0xc3, 0xb2, 0xa1] | [0xa1, 0xb2, 0x3c, 0x4d] | [0x4d, 0x3c, 0xb2, 0xa1]) => InputKind::Pcap,
        _ if super::hex::looks_like_hex(start) => InputKind::HexText,
        _ => InputKind::Binary,
    }
}

/// Fills `buffer` as far as the input allows and says how far that was.
///
/// # Errors
/// What the input's `read` fails with.
pub fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let length = buffer.len();
    read_at_least(input, buffer, length)
}

/// Reads into `buffer` until it holds `least` bytes or the input ends, and says how many it holds.
///
/// # Errors
/// What the input's `read` fails with.
pub fn read_at_least(input: &mut impl Read, buffer: &mut [u8], least: usize) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(space) = buffer.get_mut(filled..).filter(|space| filled < least && !space.is_empty()) {
        match input.read(space) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_told_by_its_first_bytes() {
        assert_eq!(recognise(&[0x0a, 0x0d, 0x0d, 0x0a, 0]), InputKind::PcapNg);
        assert_eq!(recognise(&[0xd4, 0xc3, 0xb2, 0xa1]), InputKind::Pcap);
        assert_eq!(recognise(b"# a comment\n0000 0004|"), InputKind::HexText);
        assert_eq!(recognise(&[0, 0, 0, 4, 0, 0, 0, 5]), InputKind::Binary);
        assert_eq!(recognise(b""), InputKind::Binary);
    }
}
