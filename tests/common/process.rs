//! The real binary in processes of their own: what they print, which signals they get, how they end.

#![allow(dead_code)] // each test program uses its part of it

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use crate::house::{DEADLINE, soon};

/// A running binary; killed when it goes out of scope.
pub(crate) struct Process {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Process {
    pub(crate) fn start(args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ctibridge"));
        command.args(args);
        Self::run(command, env)
    }

    /// The same with no more than so many open files.
    pub(crate) fn start_with_files(files: u32, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        let binary = assert_cmd::cargo::cargo_bin!("ctibridge");
        command.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]).arg(binary).args(args);
        Self::run(command, env)
    }

    /// The same started by a shell, after what it is told to do first.
    pub(crate) fn start_in_shell(first: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        let binary = assert_cmd::cargo::cargo_bin!("ctibridge");
        command.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(binary).args(args);
        Self::run(command, env)
    }

    fn run(mut command: Command, env: &[(&str, &str)]) -> Self {
        command.envs(env.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::unbounded_channel();
        let seen = Arc::new(Mutex::new(Vec::new()));
        read_lines(child.stdout.take().unwrap(), sender.clone(), seen.clone());
        read_lines(child.stderr.take().unwrap(), sender, seen.clone());
        Self { child, lines, seen }
    }

    /// Waits for a line that holds `text`.
    pub(crate) async fn says(&mut self, text: &str) -> String {
        self.says_all(&[text]).await
    }

    /// Waits for a line that holds all of these.
    pub(crate) async fn says_all(&mut self, texts: &[&str]) -> String {
        let line = async {
            loop {
                match self.lines.recv().await {
                    Some(line) if texts.iter().all(|text| line.contains(text)) => return Some(line),
                    Some(_) => {}
                    None => return None,
                }
            }
        };
        match tokio::time::timeout(DEADLINE, line).await {
            Ok(Some(line)) => line,
            _ => panic!("never said {texts:?}, but\n{}", self.seen.lock().unwrap().join("\n")),
        }
    }

    /// Waits for a line that holds `text`, unless it came already.
    pub(crate) async fn has_said(&mut self, text: &str) {
        let came = self.seen.lock().unwrap().iter().any(|line| line.contains(text));
        if !came {
            self.says(text).await;
        }
    }

    /// The address that stands behind `label` in the lines to come.
    pub(crate) async fn address(&mut self, label: &str) -> SocketAddr {
        let line = self.says(label).await;
        let rest = line.split_once(label).unwrap().1;
        let address: String =
            rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
        address.parse().unwrap_or_else(|e| panic!("{e}: {line}"))
    }

    pub(crate) fn signal(&self, signal: &str) {
        assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {}", self.child.id())]).status().unwrap().success());
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) async fn ends(mut self) -> ExitStatus {
        soon("the end", tokio::task::spawn_blocking(move || self.child.wait().unwrap())).await.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(from: impl Read + Send + 'static, to: mpsc::UnboundedSender<String>, seen: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            seen.lock().unwrap().push(line.clone());
            let _ = to.send(line);
        }
    });
}

const FREE: &str = "127.0.0.1:0";
/// Any free ports.
pub(crate) const FREE_PORTS: [(&str, &str); 5] = [
    ("CTIBRIDGE__HTTP__LISTEN", FREE),
    ("CTIBRIDGE__ADMIN__LISTEN", FREE),
    ("CTIBRIDGE_SIM__SIDE_A__LISTEN", FREE),
    ("CTIBRIDGE_SIM__SIDE_B__LISTEN", FREE),
    ("CTIBRIDGE_SIM__CONTROL__LISTEN", FREE),
];

/// A simulator and a daemon in processes of their own; the daemon's file can be changed.
pub(crate) struct Pair {
    pub(crate) simulator: Process,
    pub(crate) control: SocketAddr,
    pub(crate) daemon: Process,
    pub(crate) desktops: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) folder: tempfile::TempDir,
    args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
}

impl Pair {
    pub(crate) async fn start(env: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), env, None).await
    }

    /// With a folder that holds files already, and a bound of open files of the daemon.
    pub(crate) async fn start_in(folder: tempfile::TempDir, env: &[(&str, &str)], files: Option<u32>) -> Self {
        let sim: Vec<_> = FREE_PORTS.into_iter().chain(env.iter().copied().filter(|(name, _)| name.starts_with("CTIBRIDGE_SIM"))).collect();
        let mut simulator = Process::start(&["simulate"], &sim);
        let side_a = simulator.address("side A ").await.to_string();
        let side_b = simulator.address("side B ").await.to_string();
        let control = simulator.address("control  ").await;
        let file = folder.path().join("ctibridge.toml");
        std::fs::write(&file, "").unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let ours =
            [("CTIBRIDGE__CTI__SIDE_A", side_a.as_str()), ("CTIBRIDGE__CTI__SIDE_B", &side_b), ("CTIBRIDGE__DAEMON__DATA_DIR", &data)];
        let args = ["run", "--config", file.to_str().unwrap()].map(str::to_owned).to_vec();
        let env: Vec<(String, String)> = FREE_PORTS
            .iter()
            .chain(&ours)
            .chain(env.iter().filter(|(name, _)| !name.starts_with("CTIBRIDGE_SIM")))
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut daemon = run(&args, &env, files);
        let line = daemon.says_all(&["started", "desktops", "admin"]).await;
        let address = |name: &str| {
            let rest = line.split_once(name).unwrap_or_else(|| panic!("{line}")).1;
            let rest = rest.trim_start_matches(['=', '"', ':']);
            rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect::<String>().parse().unwrap()
        };
        let (desktops, admin) = (address("desktops"), address("admin"));
        daemon.has_said("ready").await;
        Self { simulator, control, daemon, desktops, admin, folder, args, env }
    }

    /// Another daemon with the same file and the same data.
    pub(crate) fn another(&self) -> Process {
        run(&self.args, &self.env, None)
    }

    /// [`Self::another`] in place of this pair's own.
    pub(crate) async fn start_again(&mut self) {
        self.daemon = self.another();
        self.desktops = self.daemon.address("desktops=").await;
    }

    /// [`Self::start_again`] by a shell that does something first.
    pub(crate) async fn start_again_in_shell(&mut self, first: &str) {
        let args: Vec<_> = self.args.iter().map(String::as_str).collect();
        let env: Vec<_> = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.daemon = Process::start_in_shell(first, &args, &env);
        self.admin = self.daemon.address("admin=").await;
        let seen = self.daemon.seen.lock().unwrap().clone();
        let line = seen.iter().find(|line| line.contains("desktops=")).unwrap();
        let rest = line.split_once("desktops=").unwrap().1;
        self.desktops = rest.split(' ').next().unwrap().parse().unwrap_or_else(|e| panic!("{e}: {line}"));
    }

    pub(crate) fn write(&self, text: &str) {
        std::fs::write(self.folder.path().join("ctibridge.toml"), text).unwrap();
    }
}

fn run(args: &[String], env: &[(String, String)], files: Option<u32>) -> Process {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    match files {
        None => Process::start(&args, &env),
        Some(files) => Process::start_with_files(files, &args, &env),
    }
}
