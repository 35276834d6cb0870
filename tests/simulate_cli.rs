//! `ctibridge simulate` from outside: scenario and world files with mistakes, and a recording of a whole run.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn ctibridge(args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    for port in ["SIDE_A", "SIDE_B", "CONTROL"] {
        command.env(format!("CTIBRIDGE_SIM__{port}__LISTEN"), "127.0.0.1:0");
    }
    command
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn refused(args: &[&str]) -> String {
    let Output { status, stderr, .. } = ctibridge(args).output().unwrap();
    assert_eq!(status.code(), Some(78), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_scenario_or_world_file_with_mistakes_is_refused_with_lines_and_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = file(
        folder.path(),
        "day.toml",
        "seed = 1\n\n[[agents]]\nfirst = 1019\ncount = 9\n\n[[arrivals]]\nper_hour = -5\ndialed_number = \"8001\"\n",
    );
    let told = refused(&["simulate", "--scenario", &scenario]);
    assert!(told.contains("agents[0].first: the world has the agents 1001 to 1020") && told.contains("day.toml, line 4"), "{told}");
    assert!(told.contains("arrivals[0].per_hour") && told.contains("day.toml, line 8"), "{told}");
    let world = file(folder.path(), "world.toml", "profile = \"loose\"\n[world]\nagents = 0\nwrapup = \"3s\"\n");
    let told = refused(&["simulate", "--config", &world]);
    for part in [
        "profile",
        "world.toml, line 1",
        "world.agents",
        "world.toml, line 3",
        "world.wrapup",
        "did you mean world.wrap_up?",
        "world.toml, line 4",
    ] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    let missing = ctibridge(&["simulate", "--scenario", "no/such/file"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(66));
    let nonsense = file(folder.path(), "x.pcapng", "this is no capture at all");
    let replay = ctibridge(&["simulate", "--replay", &nonsense]).output().unwrap();
    assert_eq!(replay.status.code(), Some(2), "{}", String::from_utf8_lossy(&replay.stderr));
}

/// Starts it and gives the address of side A.
fn started(args: &[&str]) -> (Child, String) {
    let mut child = ctibridge(args).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("side A")).unwrap().unwrap();
    (child, line.split_whitespace().last().unwrap().to_owned())
}

fn end(mut child: Child) {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success());
}

/// OPEN_REQ of version 20 and the number of the first answer.
fn open(address: &str) -> u32 {
    const OPEN: &[u8] = b"\0\0\0\x38\0\0\0\x03\0\0\0\x01\0\0\0\x14\0\0\0\x3c\xff\xff\xff\xff\0\0\0\x10\0\0\x60\0\0\0\x03\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\x04abc\0\0\x02\0\0";
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    stream.write_all(OPEN).unwrap();
    let mut header = [0; 8];
    stream.read_exact(&mut header).unwrap();
    u32::from_be_bytes(header[4..].try_into().unwrap())
}

#[test]
fn a_run_is_recorded_and_the_recording_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.pcapng").display().to_string();
    let (child, address) = started(&["simulate", "--scenario", "config/scenarios/rush-hour.toml", "--record", &path]);
    assert_eq!(open(&address), 4, "OPEN_CONF");
    end(child);
    let decoded = ctibridge(&["decode", "--filter", "OPEN_*", &path]).output().unwrap();
    let text = String::from_utf8(decoded.stdout).unwrap();
    assert!(text.contains("OPEN_REQ") && text.contains("OPEN_CONF"), "{text}");
    let (child, address) = started(&["simulate", "--replay", &path, "--fast"]);
    assert_eq!(open(&address), 4, "OPEN_CONF");
    end(child);
}
