//! decode → encode → decode: the bytes come back, and so do the lines.
#![no_main]

use ctibridge::capture::cli::{DecodeOptions, EncodeOptions, decode, encode};
use ctibridge::protocol::ProtocolVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((version, stream)) = data.split_first() else { return };
    let protocol_version = ProtocolVersion::new(u32::from(*version));
    let options = DecodeOptions { protocol_version, ..DecodeOptions::default() };
    let mut lines = Vec::new();
    decode(&options, stream, &mut lines).expect("memory does not fail");
    let (mut bytes, mut complaints) = (Vec::new(), Vec::new());
    encode(&EncodeOptions { protocol_version, hex: false }, &lines[..], &mut bytes, &mut complaints).expect("memory does not fail");
    // What is not a binary stream, or passes over an overlong frame, does not come back as it was.
    let is_binary = stream.first_chunk() == Some(&[0, 0]);
    let is_whole = complaints.is_empty();
    if is_binary && is_whole {
        assert_eq!(bytes, stream);
    }
    assert!(is_whole || lines.windows(14).any(|window| window == b"frame_too_long") || !is_binary);
    if is_whole {
        let mut again = Vec::new();
        decode(&options, &bytes[..], &mut again).expect("memory does not fail");
        assert!(!is_binary || again == lines);
    }
});
