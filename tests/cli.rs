//! The command line from outside: exit codes, mistakes, schemas.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

fn ctibridge(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("ctibridge").expect("the binary is built");
    command.current_dir(REPOSITORY).args(args);
    command
}

fn run(args: &[&str]) -> Output {
    ctibridge(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(folder: &Path, text: &str) -> String {
    let path = folder.join("test.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn help_and_version_are_fine() {
    for args in [&["--help"][..], &["--version"], &["decode", "--help"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn a_wrong_command_line_ends_with_64() {
    for args in [
        &[][..],
        &["fly"],
        &["decode", "--format", "xml"],
        &["decode", "--protocol-version", "8"],
        &["encode", "--protocol-version", "x"],
        &["check-config"],
        &["schema", "nothing"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(64), "{args:?}");
        assert!(stderr(&output).contains("Usage") || stderr(&output).contains("error"), "{args:?}");
    }
}

#[test]
fn a_missing_file_ends_with_66() {
    for args in [&["decode", "no/such/file"][..], &["encode", "no/such/file"], &["check-config", "no/such/file"], &["decode", "."]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(66), "{args:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn the_shipped_configuration_passes_the_check() {
    let output = run(&["check-config", "config/ctibridge.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn the_check_names_all_mistakes_and_ends_with_78() {
    let folder = tempfile::tempdir().unwrap();
    let path =
        file(folder.path(), "[cti]\nside_aa = \"x\"\nprotocol_version = \"high\"\n[http]\nlisten = \"8188\"\n[auth]\nmode = \"token\"\n");
    let output = ctibridge(&["check-config", &path]).env("CTIBRIDGE__CTI__HEARTBEAT_INTERVAL", "0s").output().unwrap();
    assert_eq!(output.status.code(), Some(78));
    let text = stderr(&output);
    for expected in [
        "cti.side_aa: unknown key; did you mean cti.side_a?",
        "cti.protocol_version = \"high\"",
        "http.listen = \"8188\"",
        "auth.mode = \"token\"",
        "cti.heartbeat_interval = \"0s\"",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    assert_eq!(text.lines().count(), 5, "{text}");
}

#[test]
fn the_configuration_has_a_published_schema() {
    let output = run(&["schema", "config"]);
    assert_eq!(output.status.code(), Some(0));
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&serde_json::json!({ "cti": { "side_a": "pg1a:42027" }, "http": { "allowed_origins": [] } })));
    assert!(!validator.is_valid(&serde_json::json!({ "cti": { "side_c": "pg1c:42027" } })));
}

#[test]
fn a_recording_goes_through_decode_and_encode_unchanged() {
    let recording = std::fs::read_to_string(format!("{REPOSITORY}/fixtures/protocol/v15-session-start.hex")).unwrap();
    let bytes: String =
        recording.lines().filter_map(|line| line.split('#').next()).flat_map(str::chars).filter(char::is_ascii_hexdigit).collect();
    let decoded = run(&["decode", "fixtures/protocol/v15-session-start.hex"]);
    assert_eq!(decoded.status.code(), Some(0));
    let encoded = ctibridge(&["encode", "-", "--hex"]).write_stdin(decoded.stdout).output().unwrap();
    assert_eq!(encoded.status.code(), Some(0));
    let back: String =
        String::from_utf8(encoded.stdout).unwrap().lines().filter_map(|line| line.split('#').next().map(str::to_owned)).collect();
    let back: String = back.chars().filter(char::is_ascii_hexdigit).collect();
    assert_eq!(back.to_lowercase(), bytes.to_lowercase());
}

#[test]
fn bad_bytes_end_with_2_and_are_named() {
    let output = ctibridge(&["decode"]).write_stdin("00 00 00 10 00 00 00 05 00 00").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let line: serde_json::Value = serde_json::from_slice(output.stdout.split(|b| *b == b'\n').next().unwrap()).unwrap();
    assert_eq!(line["error"]["kind"], "frame_truncated");
    let output = ctibridge(&["encode"]).write_stdin("{\"name\":\"NO_SUCH_MESSAGE\"}\n").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
}
