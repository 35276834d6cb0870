//! A PostgreSQL server of our own in a temporary folder, reached through a socket file: no port, no password, gone at the
//! end. Needs Debian's `postgresql`.

#![allow(dead_code)] // each test program uses its part of it

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A running server.
pub(crate) struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

/// Whether the operator asked to leave these tests out (`CTIBRIDGE_SKIP=postgres`); says so.
pub(crate) fn is_left_out(test: &str) -> bool {
    let skipped = std::env::var("CTIBRIDGE_SKIP").unwrap_or_default();
    let is_out = skipped.split(',').any(|word| word.trim() == "postgres");
    if is_out {
        eprintln!("left out because of CTIBRIDGE_SKIP: {test}");
    }
    is_out
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

impl Postgres {
    /// Makes a database cluster and starts it.
    pub(crate) fn start() -> Self {
        let versions = std::fs::read_dir("/usr/lib/postgresql").unwrap_or_else(|_| {
            panic!("these tests need a PostgreSQL server: apt-get install postgresql (or CTIBRIDGE_SKIP=postgres)");
        });
        let newest = versions.filter_map(|entry| Some(entry.ok()?.path())).max().expect("a version of PostgreSQL");
        let folder = tempfile::Builder::new().prefix("ctibridge-pg").tempdir().unwrap();
        let server = Self { programs: newest.join("bin"), folder };
        if is_root() {
            // The server refuses to run as root.
            let status = Command::new("chown").arg("postgres").arg(server.folder.path()).status().unwrap();
            assert!(status.success(), "the user postgres exists");
        }
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "ctibridge", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        server.up();
        server
    }

    /// Where it keeps everything.
    pub(crate) fn folder(&self) -> std::path::PathBuf {
        self.folder.path().to_owned()
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server, and waits until it serves.
    pub(crate) fn up(&self) {
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{}'", self.socket().display());
        let log = self.folder.path().join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-t", "60", "-l", &log, "-o", &options, "start"]);
    }

    /// Stops it at once, as if it had died.
    pub(crate) fn down(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", "stop"]);
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        let host: String = form_urlencoded::byte_serialize(self.socket().display().to_string().as_bytes()).collect();
        format!("postgres://ctibridge@localhost/postgres?host={host}")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        // A pipe that the server inherits would keep us waiting for its end.
        let log = std::fs::File::create(self.folder.path().join("out")).unwrap();
        let status = command.args(arguments).current_dir("/").stdout(log.try_clone().unwrap()).stderr(log).status().unwrap();
        let said = std::fs::read_to_string(self.folder.path().join("out")).unwrap_or_default();
        assert!(status.success(), "{} {arguments:?}: {said}", program.display());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _: Option<Output> = {
            let program = self.programs.join("pg_ctl");
            let data = self.data();
            let arguments = ["-D", &data, "-m", "immediate", "stop"];
            let mut command = if is_root() {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
                command
            } else {
                Command::new(program)
            };
            command.args(arguments).current_dir("/").output().ok()
        };
    }
}
