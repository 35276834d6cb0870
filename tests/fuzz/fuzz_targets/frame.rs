//! A byte stream cut into frames: however it is sliced the same frames come out, and nothing is lost but what is reported.
#![no_main]

use bytes::BytesMut;
use ctibridge::capture::stream::{FrameCutter, Piece};
use ctibridge::protocol::frame::FrameCodec;
use libfuzzer_sys::fuzz_target;
use tokio_util::codec::Decoder;

const MAX: usize = 1024;

fn pieces(stream: &[u8], slice: usize) -> Vec<Piece> {
    let mut cutter = FrameCutter::new(MAX);
    let mut pieces = Vec::new();
    for bytes in stream.chunks(slice) {
        cutter.push(bytes);
        pieces.extend(std::iter::from_fn(|| cutter.next_piece()));
    }
    pieces.extend(cutter.finish());
    pieces
}

fuzz_target!(|data: &[u8]| {
    let Some((slice, stream)) = data.split_first() else { return };
    let whole = pieces(stream, stream.len().max(1));
    assert_eq!(whole, pieces(stream, usize::from(*slice).max(1)));

    let mut codec = FrameCodec::new(MAX);
    let mut source = BytesMut::from(stream);
    for piece in whole {
        match piece {
            Piece::Frame { frame, .. } => assert_eq!(codec.decode(&mut source).expect("as the cutter says"), Some(frame)),
            Piece::TooLong { .. } => return assert!(codec.decode(&mut source).is_err()),
            Piece::Truncated { .. } => assert!(codec.decode_eof(&mut source).is_err()),
        }
    }
});
