//! What decode writes: every line of JSON is JSON, text has no control characters but its own line ends, and hidden
//! passwords are hidden.
#![no_main]

use ctibridge::capture::cli::{DecodeOptions, Format, decode};
use ctibridge::protocol::ProtocolVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, input)) = data.split_first() else { return };
    let protocol_version = ProtocolVersion::new(u32::from(choice & 0x3f));
    let filters = if choice & 0x80 == 0 { Vec::new() } else { vec!["agent=1".parse().expect("a filter")] };
    let json = DecodeOptions { protocol_version, filters, hide_secrets: choice & 0x40 != 0, ..DecodeOptions::default() };
    let mut output = Vec::new();
    decode(&json, input, &mut output).expect("memory does not fail");
    for line in output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        assert!(line.get("error").is_some() || (line["fixed"].is_object() && line["floating"].is_array()));
    }
    let mut output = Vec::new();
    decode(&DecodeOptions { format: Format::Text, ..json }, input, &mut output).expect("memory does not fail");
    let text = String::from_utf8(output).expect("text");
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
});
