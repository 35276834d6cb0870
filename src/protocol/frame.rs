//! Frames: an 8-byte header (length of what follows it, message type) and a body. No meaning yet.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use thiserror::Error;
use tokio_util::codec::{Decoder, Encoder};

/// Bytes of the header: MessageLength UINT, MessageType UINT, both big-endian.
pub const HEADER_LEN: usize = 8;

/// The largest message accepted unless configured otherwise, header included. The reference prints 12,500 bytes for
/// protocol 24; printed sizes of single messages are never enforced.
pub const DEFAULT_MAX_FRAME: usize = 16 * 1024;

/// The least that a buffer is made for: what a socket is read into at once. Larger ones are as large as the frame that they
/// are made for.
const READ_BUFFER: usize = 8 * 1024;

/// One message as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame {
    /// MessageType of the header.
    pub number: u32,
    /// Everything behind the header.
    pub body: Bytes,
}

impl RawFrame {
    /// Bytes on the wire, header included.
    pub fn wire_len(&self) -> usize {
        HEADER_LEN + self.body.len()
    }
}

/// A byte stream that cannot be cut into frames any more.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The header announces more than the receiver accepts; nothing was allocated for it.
    #[error("a frame of {length} bytes was announced, at most {max} are accepted")]
    TooLong {
        /// Bytes announced, header included.
        length: u64,
        /// Bytes accepted, header included.
        max: usize,
    },
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame, {have} bytes of it were there")]
    Truncated {
        /// Bytes of the unfinished frame.
        have: usize,
    },
    /// The socket failed.
    #[error("the connection failed")]
    Io(#[from] std::io::Error),
}

/// Cuts a byte stream into frames and back (tokio-util codec).
#[derive(Clone, Debug)]
pub struct FrameCodec {
    max_frame: usize,
}

impl FrameCodec {
    /// Accepts frames up to `max_frame` bytes, header included.
    pub const fn new(max_frame: usize) -> Self {
        Self { max_frame }
    }
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new(DEFAULT_MAX_FRAME)
    }
}

impl Decoder for FrameCodec {
    type Item = RawFrame;
    type Error = FrameError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<RawFrame>, FrameError> {
        let Some((header, _)) = source.split_first_chunk::<HEADER_LEN>() else {
            return Ok(None);
        };
        let mut header = &header[..];
        let (length, number) = (header.get_u32(), header.get_u32());
        let total = u64::from(length) + HEADER_LEN as u64;
        if total > self.max_frame as u64 {
            return Err(FrameError::TooLong { length: total, max: self.max_frame });
        }
        let total = total as usize;
        if source.len() < total {
            if source.capacity() < total {
                // Not `reserve`, which may take twice as much as it is asked for.
                let mut larger = BytesMut::with_capacity(total.max(READ_BUFFER));
                larger.extend_from_slice(source);
                *source = larger;
            }
            return Ok(None);
        }
        let mut body = source.split_to(total);
        body.advance(HEADER_LEN);
        Ok(Some(RawFrame { number, body: body.freeze() }))
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<RawFrame>, FrameError> {
        match self.decode(source)? {
            Some(frame) => Ok(Some(frame)),
            None if source.is_empty() => Ok(None),
            None => Err(FrameError::Truncated { have: source.len() }),
        }
    }
}

impl Encoder<RawFrame> for FrameCodec {
    type Error = FrameError;

    fn encode(&mut self, frame: RawFrame, target: &mut BytesMut) -> Result<(), FrameError> {
        target.reserve(frame.wire_len());
        target.put_u32(frame.body.len() as u32);
        target.put_u32(frame.number);
        target.put_slice(&frame.body);
        Ok(())
    }
}

/// Messages that are encoded already, header included.
impl Encoder<Bytes> for FrameCodec {
    type Error = FrameError;

    fn encode(&mut self, bytes: Bytes, target: &mut BytesMut) -> Result<(), FrameError> {
        target.extend_from_slice(&bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absurd_length_is_refused_before_anything_is_allocated() {
        let mut source = BytesMut::from(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5][..]);
        let capacity = source.capacity();
        assert!(matches!(FrameCodec::default().decode(&mut source), Err(FrameError::TooLong { length, .. }) if length == 0x1_0000_0007));
        assert_eq!(source.capacity(), capacity);
    }

    #[test]
    fn a_frame_arrives_byte_by_byte() {
        let wire = [0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7];
        let mut source = BytesMut::new();
        let mut codec = FrameCodec::default();
        for byte in &wire[..11] {
            source.put_u8(*byte);
            assert_eq!(codec.decode(&mut source).unwrap(), None);
        }
        source.put_u8(wire[11]);
        assert_eq!(codec.decode(&mut source).unwrap(), Some(RawFrame { number: 5, body: Bytes::from_static(&[0, 0, 0, 7]) }));
    }
}
