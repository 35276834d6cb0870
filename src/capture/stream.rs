//! Cuts one direction of a byte stream into frames, says where each one began, and goes on behind broken ones.

use bytes::{Buf, Bytes, BytesMut};

use crate::protocol::frame::HEADER_LEN;
use crate::protocol::message::OpenReq;
use crate::protocol::{ProtocolVersion, RawFrame};

/// What stands next in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A complete frame.
    Frame {
        /// Where its header starts, in bytes from the start of the stream.
        offset: u64,
        /// The frame.
        frame: RawFrame,
    },
    /// A header that announces more than is accepted. What it announces is passed over, not kept.
    TooLong {
        /// Where the header starts.
        offset: u64,
        /// MessageType of the header.
        number: u32,
    },
    /// The stream ended inside a frame.
    Truncated {
        /// Where the frame starts.
        offset: u64,
        /// What there is of it.
        bytes: Bytes,
    },
}

/// Cuts frames. Feed it with [`FrameCutter::push`], then drain [`FrameCutter::next_piece`]; it holds at most one frame and
/// the last piece fed.
#[derive(Debug)]
pub struct FrameCutter {
    buffer: BytesMut,
    /// Where the buffer starts in the stream.
    offset: u64,
    /// Bytes of an overlong frame that are still to come.
    skip: u64,
    max_frame: usize,
}

impl FrameCutter {
    /// Accepts frames of up to `max_frame` bytes, header included.
    pub fn new(max_frame: usize) -> Self {
        Self { buffer: BytesMut::new(), offset: 0, skip: 0, max_frame }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame or defect; `None` when more bytes are needed.
    pub fn next_piece(&mut self) -> Option<Piece> {
        if self.skip > 0 {
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(self.buffer.len());
            self.buffer.advance(skipped);
            self.skip -= skipped as u64;
            self.offset += skipped as u64;
        }
        let (header, _) = self.buffer.split_first_chunk::<HEADER_LEN>()?;
        let [l0, l1, l2, l3, n0, n1, n2, n3] = *header;
        let (length, number) = (u32::from_be_bytes([l0, l1, l2, l3]), u32::from_be_bytes([n0, n1, n2, n3]));
        let offset = self.offset;
        let total = u64::from(length) + HEADER_LEN as u64;
        if total > self.max_frame as u64 {
            self.buffer.advance(HEADER_LEN);
            self.offset += HEADER_LEN as u64;
            self.skip = u64::from(length);
            return Some(Piece::TooLong { offset, number });
        }
        let total = total as usize;
        if self.buffer.len() < total {
            return None;
        }
        let mut body = self.buffer.split_to(total).freeze();
        self.offset += total as u64;
        body.advance(HEADER_LEN);
        Some(Piece::Frame { offset, frame: RawFrame { number, body } })
    }

    /// Gives away everything that has not been cut yet.
    pub(super) fn take_rest(&mut self) -> BytesMut {
        std::mem::take(&mut self.buffer)
    }

    /// Ends the stream: what is left over is a truncated frame.
    pub fn finish(&mut self) -> Option<Piece> {
        if self.buffer.is_empty() || self.skip > 0 {
            return None;
        }
        let (offset, bytes) = (self.offset, std::mem::take(&mut self.buffer).freeze());
        self.offset += bytes.len() as u64;
        Some(Piece::Truncated { offset, bytes })
    }
}

/// The version of a session: what the user says, else what the last `OPEN_REQ` asked for, before the first one what a
/// comment of hex text says, else [`ProtocolVersion::DEFAULT`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionVersion {
    forced: Option<ProtocolVersion>,
    learnt: Option<ProtocolVersion>,
}

impl SessionVersion {
    /// Begins with the version that the user named, if any.
    pub const fn new(forced: Option<ProtocolVersion>) -> Self {
        Self { forced, learnt: None }
    }

    /// The version as known now.
    pub fn get(&self) -> ProtocolVersion {
        self.forced.or(self.learnt).unwrap_or_default()
    }

    /// Whether anything told the version.
    pub const fn is_learnt(&self) -> bool {
        self.learnt.is_some()
    }

    /// Learns from `frame` if it is an `OPEN_REQ`, which itself is written in the version it asks for.
    pub fn learn(&mut self, frame: &RawFrame) {
        if frame.number == OpenReq::NUMBER
            && let Some(&[v0, v1, v2, v3]) = frame.body.get(4..8).and_then(<[u8]>::first_chunk)
        {
            self.learn_number(u32::from_be_bytes([v0, v1, v2, v3]));
        }
    }

    /// As [`SessionVersion::learn`], from the bytes of a whole frame.
    pub fn learn_from(&mut self, frame: &[u8]) {
        if let Some((&[_, _, _, _, n0, n1, n2, n3], body)) = frame.split_first_chunk::<HEADER_LEN>() {
            self.learn(&RawFrame { number: u32::from_be_bytes([n0, n1, n2, n3]), body: Bytes::copy_from_slice(body) });
        }
    }

    /// Learns a VersionNumber; one that is not spoken counts as the nearest that is.
    pub fn learn_number(&mut self, number: u32) {
        let nearest = number.clamp(ProtocolVersion::MIN.number().into(), ProtocolVersion::MAX.number().into());
        self.learnt = ProtocolVersion::new(nearest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEARTBEAT: [u8; 12] = [0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7];

    fn drain(cutter: &mut FrameCutter) -> Vec<Piece> {
        std::iter::from_fn(|| cutter.next_piece()).collect()
    }

    #[test]
    fn frames_are_found_however_the_stream_is_sliced() {
        let wire = [HEARTBEAT, HEARTBEAT].concat();
        for size in 1..=wire.len() {
            let mut cutter = FrameCutter::new(64);
            let mut offsets = Vec::new();
            for slice in wire.chunks(size) {
                cutter.push(slice);
                offsets.extend(drain(&mut cutter).into_iter().map(|piece| match piece {
                    Piece::Frame { offset, .. } => offset,
                    other => panic!("{other:?}"),
                }));
            }
            assert_eq!(offsets, [0, 12]);
            assert_eq!(cutter.finish(), None);
        }
    }

    #[test]
    fn behind_an_overlong_frame_the_next_one_is_found() {
        let mut wire = vec![0, 0, 0, 100, 0, 0, 0, 9];
        wire.extend([0xaa; 100]);
        wire.extend(HEARTBEAT);
        for size in [1, 7, 50, 200] {
            let mut cutter = FrameCutter::new(64);
            let mut pieces = Vec::new();
            for slice in wire.chunks(size) {
                cutter.push(slice);
                pieces.extend(drain(&mut cutter));
            }
            assert!(matches!(pieces[..], [Piece::TooLong { offset: 0, number: 9 }, Piece::Frame { offset: 108, .. }]), "{pieces:?}");
        }
    }

    #[test]
    fn an_absurd_length_is_passed_over_without_being_kept() {
        let mut cutter = FrameCutter::new(64);
        cutter.push(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1]);
        assert!(matches!(cutter.next_piece(), Some(Piece::TooLong { .. })));
        cutter.push(&[0; 4096]);
        assert_eq!(cutter.next_piece(), None);
        assert_eq!(cutter.finish(), None);
    }
}
