//! Frames in a stream that may begin anywhere and have holes: finds where a frame begins.

use bytes::BytesMut;

use super::stream::{FrameCutter, Piece};
use crate::protocol::frame::HEADER_LEN;
use crate::protocol::{ProtocolVersion, spec_of};

/// Cuts frames as [`FrameCutter`] does, and searches for the next one where it lost the step.
///
/// A place is taken for the beginning of a frame when a header stands there whose type is known and whose length fits it,
/// and when the frame ends with the bytes at hand or is followed by another such header. That is no proof, but the
/// headers begin with two zero bytes and a type in a small range, so chance is not likely.
#[derive(Debug)]
pub struct FrameFinder {
    cutter: FrameCutter,
    state: State,
    /// Bytes of the stream seen or lost so far, but for those in the buffer.
    offset: u64,
    max_frame: usize,
    report: Option<Piece>,
}

#[derive(Debug)]
enum State {
    /// Every byte belongs to the cutter, which began at this offset of the stream.
    InStep { began: u64 },
    /// The bytes at [`FrameFinder::offset`] in which the next frame is searched.
    Searching { bytes: BytesMut },
}

impl FrameFinder {
    /// Begins somewhere in a stream; frames may have up to `max_frame` bytes, header included.
    pub fn new(max_frame: usize) -> Self {
        Self { cutter: FrameCutter::new(max_frame), state: State::Searching { bytes: BytesMut::new() }, offset: 0, max_frame, report: None }
    }

    /// The stream begins here, so the first byte is that of a frame.
    pub fn begin_in_step(&mut self) {
        if let State::Searching { bytes } = &self.state
            && bytes.is_empty()
        {
            self.state = State::InStep { began: self.offset };
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::InStep { .. } => {
                self.cutter.push(bytes);
                self.offset += bytes.len() as u64;
            }
            State::Searching { bytes: kept } => kept.extend_from_slice(bytes),
        }
    }

    /// The next `length` bytes of the stream are lost.
    pub fn lose(&mut self, length: u64) {
        match &mut self.state {
            State::InStep { .. } => {
                let at = self.offset;
                let lost = match self.finish_cutter() {
                    Some(truncated) => truncated,
                    None => Piece::Truncated { offset: at, bytes: bytes::Bytes::new() },
                };
                self.report = Some(lost);
                self.state = State::Searching { bytes: BytesMut::new() };
            }
            State::Searching { bytes } => {
                self.offset += bytes.len() as u64;
                bytes.clear();
            }
        }
        self.offset += length;
    }

    /// The next frame or defect; `None` when more bytes are needed.
    pub fn next_piece(&mut self) -> Option<Piece> {
        loop {
            if let Some(report) = self.report.take() {
                return Some(report);
            }
            match &mut self.state {
                State::InStep { began } => {
                    let began = *began;
                    let piece = moved(self.cutter.next_piece()?, began);
                    if let Piece::TooLong { offset, .. } = piece {
                        // Such a length in a capture means a lost step rather than a message: search behind the header.
                        let bytes = self.cutter.take_rest();
                        self.cutter = FrameCutter::new(self.max_frame);
                        self.offset = offset + HEADER_LEN as u64;
                        self.state = State::Searching { bytes };
                    }
                    return Some(piece);
                }
                State::Searching { bytes } => {
                    let found = find_frame(bytes, self.max_frame);
                    let dropped = found.unwrap_or_else(|| bytes.len().saturating_sub(2 * self.max_frame));
                    let _ = bytes.split_to(dropped);
                    self.offset += dropped as u64;
                    found?;
                    let bytes = std::mem::take(bytes);
                    self.state = State::InStep { began: self.offset };
                    self.cutter = FrameCutter::new(self.max_frame);
                    self.push(&bytes);
                }
            }
        }
    }

    /// The stream ends: an unfinished frame becomes the next piece.
    pub fn finish(&mut self) {
        if let State::InStep { .. } = self.state {
            let rest = self.finish_cutter();
            if self.report.is_none() {
                self.report = rest;
            }
        }
    }

    fn finish_cutter(&mut self) -> Option<Piece> {
        let State::InStep { began } = self.state else { return None };
        let piece = self.cutter.finish();
        self.cutter = FrameCutter::new(self.max_frame);
        piece.map(|piece| moved(piece, began))
    }
}

fn moved(piece: Piece, by: u64) -> Piece {
    match piece {
        Piece::Frame { offset, frame } => Piece::Frame { offset: offset + by, frame },
        Piece::TooLong { offset, number } => Piece::TooLong { offset: offset + by, number },
        Piece::Truncated { offset, bytes } => Piece::Truncated { offset: offset + by, bytes },
    }
}

/// Where the first frame begins that is complete and ends well.
fn find_frame(bytes: &[u8], max_frame: usize) -> Option<usize> {
    (0..bytes.len()).find(|at| {
        let Some(end) = frame_end(bytes, *at, max_frame).filter(|end| *end <= bytes.len()) else { return false };
        // A piece of a header behind it proves nothing for or against.
        bytes.len() - end < HEADER_LEN || frame_end(bytes, end, max_frame).is_some()
    })
}

/// Where a frame that begins at `at` would end, if a believable header stands there.
fn frame_end(bytes: &[u8], at: usize, max_frame: usize) -> Option<usize> {
    let [l0, l1, l2, l3, n0, n1, n2, n3] = *bytes.get(at..)?.first_chunk::<HEADER_LEN>()?;
    let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).ok()?;
    let spec = spec_of(u32::from_be_bytes([n0, n1, n2, n3]))?;
    let is_believable = length <= max_frame - HEADER_LEN.min(max_frame) && length >= spec.fixed_len(ProtocolVersion::MIN);
    is_believable.then_some(at + HEADER_LEN + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEARTBEAT: [u8; 12] = [0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7];

    fn frames(finder: &mut FrameFinder) -> Vec<u64> {
        std::iter::from_fn(|| finder.next_piece())
            .filter_map(|piece| match piece {
                Piece::Frame { offset, .. } => Some(offset),
                Piece::TooLong { .. } | Piece::Truncated { .. } => None,
            })
            .collect()
    }

    #[test]
    fn a_stream_that_begins_inside_a_frame_is_joined_at_the_next_one() {
        for cut in 0..12 {
            let mut finder = FrameFinder::new(1024);
            finder.push(&[HEARTBEAT, HEARTBEAT, HEARTBEAT].concat()[cut..]);
            let expected: Vec<u64> = if cut == 0 { vec![0, 12, 24] } else { vec![12 - cut as u64, 24 - cut as u64] };
            assert_eq!(frames(&mut finder), expected, "cut at {cut}");
        }
    }

    #[test]
    fn behind_a_hole_the_next_frame_is_found_and_the_hole_is_reported() {
        let mut finder = FrameFinder::new(1024);
        finder.begin_in_step();
        finder.push(&HEARTBEAT);
        finder.push(&HEARTBEAT[..5]);
        assert_eq!(frames(&mut finder), [0]);
        finder.lose(100);
        assert!(matches!(finder.next_piece(), Some(Piece::Truncated { offset: 12, .. })));
        finder.push(&HEARTBEAT[9..]);
        finder.push(&HEARTBEAT);
        assert_eq!(frames(&mut finder), [120]);
    }

    #[test]
    fn a_lost_step_inside_a_stream_is_found_again() {
        let mut finder = FrameFinder::new(1024);
        finder.begin_in_step();
        finder.push(&[0xff; 20]);
        finder.push(&HEARTBEAT);
        assert!(matches!(finder.next_piece(), Some(Piece::TooLong { offset: 0, .. })));
        assert_eq!(frames(&mut finder), [20]);
    }
}
