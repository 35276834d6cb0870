//! `decode` and `encode` as people use them: text, filters, passwords, versions, bad lines.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::io::{self, Write};

use assert_cmd::Command;
use ctibridge::capture::cli::{DecodeOptions, EncodeOptions, Format, Summary, decode, encode, hides_secrets};
use ctibridge::protocol::ProtocolVersion;

const SESSION: &[u8] = include_bytes!("../fixtures/protocol/v15-session-start.hex");
const ODD: &[u8] = include_bytes!("../fixtures/protocol/odd-values.hex");

fn output(options: &DecodeOptions, input: &[u8]) -> (String, Summary) {
    let mut output = Vec::new();
    let summary = decode(options, input, &mut output).unwrap();
    (String::from_utf8(output).unwrap(), summary)
}

fn text() -> DecodeOptions {
    DecodeOptions { format: Format::Text, ..DecodeOptions::default() }
}

fn encoded(options: &EncodeOptions, lines: &str) -> (Vec<u8>, String, Summary) {
    let (mut bytes, mut complaints) = (Vec::new(), Vec::new());
    let summary = encode(options, lines.as_bytes(), &mut bytes, &mut complaints).unwrap();
    (bytes, String::from_utf8(complaints).unwrap(), summary)
}

#[test]
fn text_names_messages_fields_and_values() {
    let (text, summary) = output(&text(), SESSION);
    assert_eq!(summary.exit_code(), 0);
    let expected_start = "\
@0 OPEN_REQ (3), 86 bytes
    InvokeID                         1
    VersionNumber                    15
    IdleTimeout                      2147483647
    PeripheralID                     5000
    ServicesRequested                0x001c0296 CTI_SERVICE_CALL_DATA_UPDATE | CTI_SERVICE_CLIENT_CONTROL | CTI_SERVICE_ALL_EVENTS | CTI_SERVICE_SUPERVISOR | CTI_SERVICE_CONFIG_EVENTS | CTI_SERVICE_UPDATE_EVENTS | CTI_SERVICE_IGNORE_DUPLICATE_AGENT_EVENTS | 0x200
";
    assert!(text.starts_with(expected_start), "{text}");
    for line in [
        "    ClientID                         \"CTIOSServer\"\n",
        "    ClientPassword                   …\n",
        "@94 OPEN_CONF (4), 40 bytes\n",
        "    PeripheralType                   17 PT_ENTERPRISE_AGENT\n",
        "    ICMCentralControllerTime         1294736128 (2011-01-11T08:55:28Z)\n",
        "    SystemEventID                    3 SYS_PERIPHERAL_ONLINE\n",
        "    EventDeviceType                  65535 DEVID_NONE\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
}

#[test]
fn text_tells_what_is_wrong_behind_the_message() {
    let (text, summary) = output(&text(), ODD);
    assert_eq!(summary.exit_code(), 2);
    for line in [
        "@40 unknown message (999), 3 bytes\n",
        "    body                             010203\n",
        "! list_mismatch in REGISTER_VARIABLES_REQ (110), field NumNamedVariables\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
}

#[test]
fn passwords_are_shown_in_text_only_when_asked_for() {
    assert!(!output(&text(), SESSION).0.contains("706c61636568"));
    let shown = DecodeOptions { show_secrets: true, ..text() };
    assert!(output(&shown, SESSION).0.contains("ClientPassword                   706c616365686f6c64657200"));
}

#[test]
fn json_keeps_passwords_unless_told_to_hide_them_and_then_encode_refuses() {
    assert!(output(&DecodeOptions::default(), SESSION).0.contains("706c616365686f6c64657200"), "JSON is lossless");
    let hidden = DecodeOptions { hide_secrets: true, ..DecodeOptions::default() };
    let (lines, _) = output(&hidden, SESSION);
    assert!(lines.contains(r#"{"tag":2,"name":"ClientPassword","value":"…"}"#), "{lines}");
    let (bytes, complaints, summary) = encoded(&EncodeOptions::default(), &lines);
    assert_eq!(complaints, "line 1: floating[1].value: the password was hidden by --hide-secrets; decode again without it\n");
    assert_eq!((summary.messages, summary.defects, summary.exit_code()), (4, 1, 2));
    assert!(bytes.starts_with(&[0, 0, 0, 0x28, 0, 0, 0, 4]));
}

#[test]
fn filters_choose_by_name_call_and_agent() {
    let names = |filters: &[&str], input: &[u8]| -> Vec<String> {
        let filters = filters.iter().map(|filter| filter.parse().unwrap()).collect();
        let (lines, _) = output(&DecodeOptions { filters, ..DecodeOptions::default() }, input);
        let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.filter_map(|line| Some(line.get("name")?.as_str()?.to_owned())).collect()
    };
    assert_eq!(names(&["OPEN_CONF"], SESSION), ["OPEN_CONF"]);
    assert_eq!(names(&["open_*"], SESSION), ["OPEN_REQ", "OPEN_CONF"]);
    assert_eq!(names(&["agent=4"], SESSION), ["AGENT_TEAM_CONFIG_EVENT"]);
    assert_eq!(names(&["agent=1"], SESSION), ["QUERY_AGENT_STATE_REQ"]);
    assert_eq!(names(&["agent=4", "OPEN_CONF"], SESSION), Vec::<String>::new());
    assert_eq!(names(&["call=16777488"], ODD), ["SET_CALL_DATA_REQ"]);
    assert_eq!(names(&["16777488"], ODD), ["SET_CALL_DATA_REQ"]);
}

#[test]
fn the_version_named_wins_over_the_one_in_the_stream() {
    let forced = DecodeOptions { protocol_version: ProtocolVersion::new(24), ..DecodeOptions::default() };
    let (lines, summary) = output(&forced, SESSION);
    assert!(lines.lines().next().unwrap().contains("\"error\""), "one-byte fields are no two-byte fields: {lines}");
    assert_eq!(summary.exit_code(), 2);
}

#[test]
fn hex_output_is_hex_input() {
    let (lines, _) = output(&DecodeOptions::default(), SESSION);
    let (hex, _, _) = encoded(&EncodeOptions { hex: true, ..EncodeOptions::default() }, &lines);
    assert_eq!(hex.iter().filter(|byte| **byte == b'\n').count(), 5);
    assert_eq!(output(&DecodeOptions::default(), &hex).0, lines);
}

#[test]
fn lines_that_cannot_be_encoded_are_named_and_left_out() {
    let cases = [
        ("nonsense", "line 1: not JSON:"),
        ("[]", "line 1: line: is no JSON object"),
        (r#"{"name":"NO_SUCH_MESSAGE"}"#, "line 1: name: no such message"),
        (r#"{"number":5,"name":"OPEN_REQ"}"#, "line 1: name: is the name of message 3"),
        (r#"{"number":5,"fixed":{}}"#, "line 1: fixed.InvokeID: is missing"),
        (r#"{"number":5,"fixed":{"InvokeID":"x"}}"#, "line 1: fixed.InvokeID: is no UINT"),
        (r#"{"number":5,"fixed":{"InvokeID":4294967296}}"#, "line 1: fixed.InvokeID: the number does not fit the field"),
        (
            r#"{"number":5,"fixed":{"InvokeID":1,"Foreign":2}}"#,
            "line 1: fixed.Foreign: HEARTBEAT_REQ has no such field in protocol version 24",
        ),
        (r#"{"number":5,"fixed":{"InvokeID":1},"raw":{"InvokeID":"00"}}"#, "line 1: raw.InvokeID: has another length than the field"),
        (
            r#"{"number":5,"fixed":{"InvokeID":1},"floating":[{"tag":25,"name":"ANI","value":""}]}"#,
            "line 1: floating[0].name: is not the name of tag 25 in HEARTBEAT_REQ",
        ),
        (r#"{"error":{"kind":"frame_too_long"}}"#, "line 1: the line describes a broken frame without its bytes"),
    ];
    for (line, expected) in cases {
        let (bytes, complaints, summary) =
            encoded(&EncodeOptions::default(), &format!("{line}\n{{\"name\":\"HEARTBEAT_REQ\",\"fixed\":{{\"InvokeID\":7}}}}\n"));
        assert!(complaints.starts_with(expected), "{line} gives {complaints}");
        assert_eq!(bytes, [0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7], "the line behind it is encoded all the same");
        assert_eq!(summary.exit_code(), 2);
    }
}

#[test]
fn a_tag_of_two_bytes_is_refused_where_the_version_has_one() {
    let line = r#"{"number":6,"fixed":{"InvokeID":3},"floating":[{"tag":1024,"name":null,"value":"beef"}]}"#;
    let options = EncodeOptions { protocol_version: ProtocolVersion::new(19), hex: false };
    let (bytes, complaints, _) = encoded(&options, line);
    assert_eq!((bytes.len(), &*complaints), (0, "line 1: HEARTBEAT_CONF in protocol version 19 cannot carry tag 1024\n"));
    assert_eq!(encoded(&EncodeOptions::default(), line).0.len(), 18);
}

#[test]
fn nobody_reading_the_output_is_no_error() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    assert_eq!(decode(&DecodeOptions::default(), SESSION, Gone).unwrap().exit_code(), 0);
    assert_eq!(
        encode(&EncodeOptions::default(), &b"{\"name\":\"HEARTBEAT_REQ\",\"fixed\":{\"InvokeID\":7}}"[..], Gone, io::sink())
            .unwrap()
            .exit_code(),
        0
    );
}

#[test]
fn a_frame_beyond_the_limit_is_reported_and_the_next_one_is_decoded() {
    let mut stream = vec![0, 0, 0x40, 0, 0, 0, 0, 5];
    stream.extend([0; 0x4000]);
    stream.extend([0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7]);
    let (lines, summary) = output(&DecodeOptions::default(), &stream);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["error"]["kind"], "frame_too_long");
    assert_eq!(lines[0]["error"]["offset"], 0);
    assert_eq!(lines[1]["fixed"]["InvokeID"], 7);
    assert_eq!(summary.exit_code(), 2);
    let (_, complaints, _) = encoded(&EncodeOptions::default(), &lines[0].to_string());
    assert_eq!(complaints, "line 1: the line describes a broken frame without its bytes\n");
}

#[test]
fn an_empty_input_is_an_empty_output() {
    assert_eq!(output(&DecodeOptions::default(), b""), (String::new(), Summary::default()));
    assert_eq!(encoded(&EncodeOptions::default(), "\n\n").0, b"");
}

#[test]
fn passwords_go_to_files_and_programs_only() {
    // (--show-secrets, --hide-secrets, standard output is a terminal)
    assert!(hides_secrets(false, false, true), "a person looks");
    assert!(!hides_secrets(true, false, true), "a person asked for them");
    assert!(!hides_secrets(false, false, false), "encode could not restore the bytes");
    assert!(hides_secrets(false, true, false), "asked to be without");
}

/// The program itself, not only its library: all fixtures, in both formats, without being told anything about them.
#[test]
fn the_program_prints_every_fixture_and_learns_their_versions_by_itself() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/protocol");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "hex"));
    assert!(paths.len() >= 10, "the fixtures are missing");
    for path in paths {
        let run =
            |format: &str| Command::cargo_bin("ctibridge").unwrap().arg("decode").args(["--format", format]).arg(&path).output().unwrap();
        let expected = std::fs::read_to_string(path.with_extension("jsonl")).unwrap();
        let code = if expected.contains("\"error\"") { 2 } else { 0 };
        let json = run("json");
        assert_eq!(String::from_utf8(json.stdout).unwrap(), expected, "{}", path.display());
        assert_eq!((json.status.code(), &*json.stderr), (Some(code), &b""[..]), "{}", path.display());
        let text = run("text");
        let printed = String::from_utf8(text.stdout).unwrap();
        assert_eq!(text.status.code(), Some(code), "{}", path.display());
        for line in expected.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
            let name = line.get("name").or_else(|| line["error"].get("message")).and_then(serde_json::Value::as_str);
            let name = name.unwrap_or("unknown message");
            assert!(line.get("name").is_none() || printed.contains(&format!("{name} (")), "{name} is missing in {printed}");
        }
    }
}
