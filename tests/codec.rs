//! The recorded and hand-made frames in `fixtures/protocol`: what they say, that they come back byte for byte, and that
//! no damage to them is ever more than an error.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do
use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Buf, BytesMut};
use ctibridge::capture::cli::{DecodeOptions, EncodeOptions, Format, Summary, decode, encode};
use ctibridge::capture::hex::HexText;
use ctibridge::capture::stream::{FrameCutter, Piece, SessionVersion};
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{GenericMessage, Message, ProtocolVersion, RawFrame};

/// One fixture: the text, its bytes, and the version in its name (`name.v15.hex`), if there is one.
struct Fixture {
    path: PathBuf,
    text: Vec<u8>,
    bytes: Vec<u8>,
    version: Option<ProtocolVersion>,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/protocol");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "hex"));
    paths.sort();
    assert!(paths.len() >= 7, "the fixtures are missing");
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read(&path).unwrap();
            let (mut reader, mut bytes) = (HexText::default(), Vec::new());
            reader.read(&text, &mut bytes).unwrap();
            reader.finish().unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let version = stem.rsplit_once(".v").map(|(_, version)| version.parse().unwrap());
            Fixture { path, text, bytes, version }
        })
        .collect()
}

fn frames(fixture: &Fixture) -> Vec<(ProtocolVersion, RawFrame)> {
    let mut cutter = FrameCutter::new(16 * 1024);
    let mut version = SessionVersion::new(fixture.version);
    cutter.push(&fixture.bytes);
    let mut frames = Vec::new();
    while let Some(piece) = cutter.next_piece() {
        if let Piece::Frame { frame, .. } = piece {
            version.learn(&frame);
            frames.push((version.get(), frame));
        }
    }
    frames
}

fn decode_json(options: &DecodeOptions, input: &[u8]) -> (Vec<u8>, Summary) {
    let mut output = Vec::new();
    let summary = decode(options, input, &mut output).unwrap();
    (output, summary)
}

#[test]
fn every_fixture_says_what_is_written_beside_it() {
    for fixture in fixtures() {
        let options = DecodeOptions { protocol_version: fixture.version, ..DecodeOptions::default() };
        let (output, summary) = decode_json(&options, &fixture.text);
        let expected = fixture.path.with_extension("jsonl");
        if std::env::var_os("CTIBRIDGE_WRITE_FIXTURES").is_some() {
            fs::write(&expected, &output).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        assert_eq!(String::from_utf8(output).unwrap(), expected, "{}", fixture.path.display());
        let is_good = !expected.contains("\"error\"");
        assert_eq!(summary.exit_code() == 0, is_good, "{}", fixture.path.display());
    }
}

#[test]
fn decode_then_encode_gives_the_same_bytes() {
    for fixture in fixtures() {
        let options = DecodeOptions { protocol_version: fixture.version, ..DecodeOptions::default() };
        for input in [&fixture.text, &fixture.bytes] {
            let (lines, _) = decode_json(&options, input);
            let (mut bytes, mut complaints) = (Vec::new(), Vec::new());
            let options = EncodeOptions { protocol_version: fixture.version, hex: false };
            encode(&options, &lines[..], &mut bytes, &mut complaints).unwrap();
            assert_eq!(String::from_utf8(complaints).unwrap(), "", "{}", fixture.path.display());
            assert_eq!(bytes, fixture.bytes, "{}", fixture.path.display());
        }
    }
}

#[test]
fn well_formed_frames_come_back_from_the_typed_codec_too() {
    let recorded = ["v14-open-req", "v15-session-start", "v24-open-req", "ccx-begin-call.v15"];
    let mut count = 0;
    for fixture in fixtures() {
        if !recorded.contains(&fixture.path.file_stem().unwrap().to_str().unwrap()) {
            continue;
        }
        for (version, frame) in frames(&fixture) {
            let mut context = Context::new(version);
            let message = Message::decode(&frame, &mut context).unwrap();
            assert_eq!(context.skipped, Default::default(), "{message:?}");
            let encoded = message.to_bytes(version).unwrap();
            // The order of the floating fields is free and the typed codec writes the documented one, so fields are compared.
            let original = GenericMessage::decode(frame.number, &frame.body, version).unwrap();
            let again = GenericMessage::decode(frame.number, &encoded[8..], version).unwrap();
            assert!(again.fixed().eq(original.fixed()));
            let sorted = |message: &GenericMessage<'_>| {
                let mut fields: Vec<_> = message.floating().map(|field| (field.tag, field.data.to_vec())).collect();
                fields.sort();
                fields
            };
            assert_eq!(sorted(&again), sorted(&original));
            count += 1;
        }
    }
    assert_eq!(count, 9);
}

/// Everything that looks at a frame looks at this one.
fn look_at(version: ProtocolVersion, frame: &RawFrame) {
    let mut context = Context::new(version);
    if let Ok(message) = Message::decode(frame, &mut context) {
        let _ = message.to_bytes(version);
    }
    if let Ok(message) = GenericMessage::decode(frame.number, &frame.body, version) {
        let mut buffer = BytesMut::new();
        message.encode(&mut buffer);
        buffer.advance(8);
        assert_eq!(buffer, frame.body, "{message:?}");
        message.for_each_defect(|_| ());
    }
}

#[test]
fn no_frame_cut_short_does_more_than_fail() {
    for fixture in fixtures() {
        for (version, frame) in frames(&fixture) {
            for length in 0..=frame.body.len() {
                look_at(version, &RawFrame { number: frame.number, body: frame.body.slice(..length) });
            }
        }
    }
}

#[test]
fn no_flipped_bit_does_more_than_fail() {
    for fixture in fixtures() {
        for (version, frame) in frames(&fixture) {
            for at in 0..frame.body.len() {
                for bit in 0..8 {
                    let mut body = frame.body.to_vec();
                    body[at] ^= 1 << bit;
                    look_at(version, &RawFrame { number: frame.number, body: body.into() });
                }
                let mut body = frame.body.to_vec();
                body[at] ^= 0xff;
                look_at(version, &RawFrame { number: frame.number, body: body.into() });
            }
        }
    }
}

#[test]
fn a_stream_cut_or_damaged_anywhere_is_printed_to_its_end() {
    for fixture in fixtures() {
        let json = DecodeOptions { protocol_version: fixture.version, ..DecodeOptions::default() };
        let text = DecodeOptions { format: Format::Text, ..json.clone() };
        let mut damaged: Vec<Vec<u8>> = (0..fixture.bytes.len()).map(|at| fixture.bytes[..at].to_vec()).collect();
        damaged.extend((0..fixture.bytes.len()).map(|at| {
            let mut bytes = fixture.bytes.clone();
            bytes[at] ^= 0xff;
            bytes
        }));
        for bytes in damaged {
            let (lines, _) = decode_json(&json, &bytes);
            for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                serde_json::from_slice::<serde_json::Value>(line).unwrap();
            }
            decode_json(&text, &bytes);
        }
    }
}

#[test]
fn a_field_that_cannot_be_read_begins_no_list_entry() {
    let fixture = fixtures().into_iter().find(|fixture| fixture.path.ends_with("fuzz-empty-entry.v15.hex")).unwrap();
    let (version, frame) = frames(&fixture).remove(0);
    let mut context = Context::new(version);
    let Message::AgentTeamConfigEvent(event) = Message::decode(&frame, &mut context).unwrap() else { panic!("{frame:?}") };
    assert_eq!((event.members.len(), context.skipped.bad_values), (0, 1));
}
