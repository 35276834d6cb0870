//! Simulator and daemon in one process: no configuration, no database, data in a temporary folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;

use super::{Running, StartError, settings};
use crate::auth::credential::{HashCost, hash};
use crate::config::{self, Config, FileText, Mistakes};
use crate::engine::command::Secret;
use crate::http;
use crate::simulator::{self, KeepCalling};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Where the simulator's control port appears on the desktops' port.
const CONTROL: &str = "/demo/control";

/// The client id with which the session history of a demo is looked at, and its secret, which is none.
const READER: &str = "demo";

/// What the command line asks for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Number of agents; absent: as configured.
    pub agents: Option<usize>,
    /// Keep calling agents who are ready.
    pub calls: bool,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// An environment variable is wrong.
    #[error("{0}")]
    Wrong(#[from] Mistakes),
    /// It did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A demo that runs.
#[derive(Debug)]
pub struct Demo {
    /// The daemon.
    pub daemon: Running,
    /// The CTI Servers and their world.
    pub simulator: simulator::Running,
    agents: usize,
    first_extension: usize,
    password: String,
    calls: bool,
    has_reader: bool,
    folder: Folder,
}

/// What the daemon and the simulator of a demo are told.
#[derive(Debug)]
pub struct Plan {
    /// The simulator.
    pub simulator: simulator::Settings,
    env: Vec<(String, String)>,
    folder: Folder,
    calls: bool,
}

impl Plan {
    /// Makes the temporary folder and reads `env`.
    ///
    /// # Errors
    /// `CTIBRIDGE_SIM__…` is wrong, or there is no place for temporary folders.
    pub fn new(options: Options, env: impl IntoIterator<Item = (String, String)>) -> Result<Self, DemoError> {
        let env: Vec<_> = env.into_iter().collect();
        let simulator = config::simulator::from_text(None, env.iter().cloned(), options.agents)?;
        let mut simulator = settings::simulator(&simulator);
        if !options.calls {
            simulator.keep_calling = None;
        } else if simulator.keep_calling.is_none() {
            simulator.keep_calling = Some(KeepCalling::default());
        }
        let folder = Folder::new()?;
        write_reader(&folder.clients())?;
        Ok(Self { calls: simulator.keep_calling.is_some(), simulator, env, folder })
    }

    /// The files of accounts are ours, not the environment's.
    fn has_reader(&self) -> bool {
        !self.env.iter().any(|(given, _)| given == CLIENTS_FILE)
    }

    /// The daemon's configuration: as shipped, with the simulator's addresses (port 0 before it runs), `env` over all.
    ///
    /// # Errors
    /// `CTIBRIDGE__…` is wrong.
    pub fn config(&self, side_a: &str, side_b: Option<&str>) -> Result<Config, Mistakes> {
        let ours = [
            ("CTIBRIDGE__CTI__SIDE_A", side_a.to_owned()),
            ("CTIBRIDGE__CTI__SIDE_B", side_b.unwrap_or_default().to_owned()),
            ("CTIBRIDGE__CTI__CLIENT_PASSWORD", self.simulator.client_password.clone().unwrap_or_default()),
            ("CTIBRIDGE__DAEMON__DATA_DIR", self.folder.0.display().to_string()),
            // Something to look at the session history with.
            (CLIENTS_FILE, self.folder.clients().display().to_string()),
            // The tour shows the media bar in a frame.
            ("CTIBRIDGE__HTTP__FRAME_ANCESTORS", "[\"'self'\"]".to_owned()),
            ("CTIBRIDGE__LOG__LEVEL", "info,history=off".to_owned()),
        ];
        let is_given = |name: &str| self.env.iter().any(|(given, _)| given == name);
        let ours = ours.into_iter().filter(|(name, _)| !is_given(name)).map(|(name, value)| (name.to_owned(), value));
        let shipped = FileText { name: "the shipped configuration", text: config::SHIPPED };
        config::from_text(Some(shipped), ours.chain(self.env.iter().cloned()))
    }
}

/// Starts simulator and daemon.
///
/// # Errors
/// A port is taken, or an environment variable is wrong.
pub async fn start(plan: Plan, clock: Clock, telemetry: Arc<Telemetry>) -> Result<Demo, DemoError> {
    let simulator = simulator::start(plan.simulator.clone(), clock, Arc::clone(&telemetry)).await.map_err(StartError::from)?;
    let side_b = simulator.side_b.map(|address| address.to_string());
    let config = plan.config(&simulator.side_a.to_string(), side_b.as_deref())?;
    let control = Router::new().nest(CONTROL, simulator.control_router()).merge(http::assets::tour());
    let daemon = super::start(config, control, clock, telemetry).await?;
    let agents = plan.simulator.world.agents;
    let first_extension = if agents > 4_900 { 30_001 } else { 3_001 };
    let password = plan.simulator.world.agent_password.clone();
    let has_reader = plan.has_reader();
    Ok(Demo { daemon, simulator, agents, first_extension, password, calls: plan.calls, has_reader, folder: plan.folder })
}

const CLIENTS_FILE: &str = "CTIBRIDGE__AUTH__CLIENTS_FILE";

/// A program that may read everything. That its secret is known to everybody is what a demo is for.
fn write_reader(path: &Path) -> Result<(), StartError> {
    let cost = HashCost { memory_kib: 8, passes: 1 };
    let secret = hash(&Secret::new(READER), cost).map(|hash| hash.as_phc().to_owned()).unwrap_or_default();
    let text = format!("[[client]]\nid = \"{READER}\"\nsecret = \"{secret}\"\nroles = [\"admin\"]\n");
    std::fs::write(path, text).map_err(|source| StartError::Data { path: path.to_owned(), source })
}

impl Demo {
    /// What people need to know, for standard output.
    pub fn greeting(&self) -> String {
        let mut text = format!("ctibridge demo\n\n  media bar  http://{}/\n", self.daemon.desktops);
        let _ = writeln!(text, "  tour       http://{}/demo/", self.daemon.desktops);
        for at in 0..self.agents.min(2) {
            let _ = writeln!(text, "  agent      {}, password {}, extension {}", 1001 + at, self.password, self.first_extension + at);
        }
        let _ = write!(text, "  history    http://{}/history", self.daemon.desktops);
        text.push_str(&if self.has_reader { format!("   client {READER}, secret {READER}\n") } else { "\n".to_owned() });
        let _ = writeln!(text, "  websocket  ws://{}/mediabar/v1", self.daemon.desktops);
        let _ = writeln!(text, "  health     http://{}/ready", self.daemon.admin);
        let _ = writeln!(text, "  control    http://{}{CONTROL}/truth", self.daemon.desktops);
        if let Some(control) = self.simulator.control {
            let _ = writeln!(text, "             http://{control}/truth");
        }
        let side_b = self.simulator.side_b.map(|b| format!(", side B {b}")).unwrap_or_default();
        let _ = writeln!(text, "  CTI        side A {}{side_b}", self.simulator.side_a);
        text.push_str(if self.calls {
            "\nOpen the media bar, sign in, press Ready: a call comes within half a minute. Ctrl-C ends.\n"
        } else {
            "\nNo calls come by themselves: ask the control port for them. Ctrl-C ends.\n"
        });
        text
    }

    /// Parts the daemon from what must outlive it.
    pub fn into_parts(self) -> (Running, simulator::Running, Folder) {
        (self.daemon, self.simulator, self.folder)
    }
}

/// A temporary folder, gone with this value.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, StartError> {
        let path = std::env::temp_dir().join(format!("ctibridge-demo-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&path).map_err(|source| StartError::Data { path: path.clone(), source })?;
        Ok(Self(path))
    }

    fn clients(&self) -> PathBuf {
        self.0.join("clients.toml")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder left behind in the place for temporary things does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
