//! The command line: one subcommand, one function call downwards; how a run ended becomes one of a few exit codes.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::auth::credential::{self, HashCost};
use crate::capture::cli::{CaptureError, DecodeOptions, EncodeOptions, Format};
use crate::capture::filter::Filter;
use crate::config::raw::{Log, LogFormat};
use crate::config::{self, ConfigError, FileText};
use crate::daemon::system::{Asked, Signals};
use crate::daemon::{self, StartError, demo};
use crate::desktop::{mediabar, tccc};
use crate::engine::command::Secret;
use crate::history;
use crate::protocol::ProtocolVersion;
use crate::telemetry::log::Level;
use crate::telemetry::{self, Telemetry};
use crate::time::Clock;
use crate::{capture, simulator};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// As asked.
    Fine = 0,
    /// `decode` or `encode` met bad input.
    BadInput = 2,
    /// The command line is wrong.
    Usage = 64,
    /// An input file is missing.
    MissingInput = 66,
    /// A port is taken, or an address cannot be reached.
    Unavailable = 69,
    /// A mistake of ours, or of the machine.
    Internal = 70,
    /// The configuration is wrong.
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Bridge between Cisco Unified CCE's CTI Server and contact-centre desktops.
#[derive(Debug, Parser)]
#[command(name = "ctibridge", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Turn recorded bytes into messages: one JSON object a line, or readable text
    Decode(Decode),
    /// Turn JSON lines into bytes: the inverse of decode
    Encode(Encode),
    /// Run simulator, daemon and media bar page in one process
    Demo {
        /// Number of agents: ids from 1001, extensions from 3001 (from 30001 with more than 4,900)
        #[arg(long, value_name = "N")]
        agents: Option<usize>,
        /// No calls by themselves: only what the control port asks for
        #[arg(long)]
        no_calls: bool,
    },
    /// Run the daemon
    Run {
        /// Configuration; default: config/ctibridge.toml, then /etc/ctibridge/ctibridge.toml
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Run the CTI Server simulator alone, with its control port
    Simulate {
        /// Configuration; default: the default world on the default ports
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Number of agents: ids from 1001, extensions from 3001 (from 30001 with more than 4,900)
        #[arg(long, value_name = "N")]
        agents: Option<usize>,
        /// Play a day: callers by the hour, agents with habits
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
        /// Write everything that is sent and received to a capture that decode reads; it holds passwords
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
        /// No world: play the server's frames of a capture to whoever connects to side A
        #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "record", "agents"])]
        replay: Option<PathBuf>,
        /// Replay as fast as the client asks, not with the capture's timing
        #[arg(long, requires = "replay")]
        fast: bool,
    },
    /// Turn a password from standard input into the argon2 hash that users and clients files hold
    HashPassword,
    /// Name all mistakes of a configuration file at once
    CheckConfig {
        /// The file
        file: PathBuf,
    },
    /// Print a published schema
    Schema {
        /// Which one
        which: Schema,
    },
}

#[derive(Debug, Args)]
struct Decode {
    /// Binary stream, hex text or capture; standard input if absent or "-"
    file: Option<PathBuf>,
    /// json: one object a line, nothing lost; text: for reading
    #[arg(long, value_enum, default_value_t = OutputFormat::Json)]
    format: OutputFormat,
    /// Version of all frames, 9 to 25; else learnt from OPEN_REQ, or from a comment "# protocol-version: N" at the head of
    /// hex text, else 24
    #[arg(long, value_name = "N", value_parser = protocol_version)]
    protocol_version: Option<ProtocolVersion>,
    /// Show only these: a message name ("CALL_*"), call=ID or agent=ID; may be repeated
    #[arg(long = "filter", value_name = "WHAT")]
    filters: Vec<Filter>,
    /// Show passwords: in text, and in JSON on a terminal. JSON that goes to a file or a program is lossless and holds them
    #[arg(long)]
    show_secrets: bool,
    /// Leave passwords out of JSON wherever it goes; encode refuses such lines
    #[arg(long, conflicts_with = "show_secrets")]
    hide_secrets: bool,
    /// For captures: the CTI Server's port, if it is not one of the usual ones
    #[arg(long, value_name = "PORT")]
    server_port: Option<u16>,
}

#[derive(Debug, Args)]
struct Encode {
    /// JSON lines as decode writes them; standard input if absent or "-"
    file: Option<PathBuf>,
    /// Version to write, 9 to 25; else learnt from OPEN_REQ, else 24
    #[arg(long, value_name = "N", value_parser = protocol_version)]
    protocol_version: Option<ProtocolVersion>,
    /// Write hex text, one frame a line
    #[arg(long)]
    hex: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
    Json,
    Text,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Schema {
    /// JSON Schema of the configuration file
    Config,
    /// JSON Schema of every message of the media bar API
    Mediabar,
    /// JSON Schema of every frame of the profile tccc
    Tccc,
    /// AsyncAPI document of the websocket; it refers to the schema of the messages as mediabar.json beside it
    Asyncapi,
    /// OpenAPI document of the session history's REST
    Openapi,
}

fn protocol_version(text: &str) -> Result<ProtocolVersion, String> {
    text.parse().ok().and_then(ProtocolVersion::new).ok_or_else(|| "expected a number from 9 to 25".to_owned())
}

/// Does what the command line asks for.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print(); // nobody reads it: nothing to be done
            return match e.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Fine,
                _ => Exit::Usage,
            };
        }
    };
    match cli.command {
        Command::Demo { agents, no_calls } => demo(demo::Options { agents, calls: !no_calls }),
        Command::Run { config } => run(config.as_deref()),
        Command::Simulate { config, agents: _, replay: Some(file), fast, .. } => replay(config.as_deref(), &file, fast),
        Command::Simulate { config, agents, scenario, record, .. } => {
            simulate(config.as_deref(), agents, scenario.as_deref(), record.as_deref())
        }
        Command::Decode(options) => decode(options),
        Command::Encode(options) => encode(options),
        Command::HashPassword => hash_password(),
        Command::CheckConfig { file } => check_config(&file),
        Command::Schema { which } => {
            let document = match which {
                Schema::Config => config::schema(),
                Schema::Mediabar => mediabar::schema::document(),
                Schema::Tccc => tccc::schema::document(),
                Schema::Asyncapi => mediabar::asyncapi::document(),
                // Our own document: nothing in it that JSON cannot say.
                Schema::Openapi => serde_json::to_value(history::rest::document()).unwrap_or_default(),
            };
            print(&format!("{document:#}\n"))
        }
    }
}

/// One line on standard error for every cause of a failed run.
fn complain(what: &dyn std::error::Error) {
    let mut line = what.to_string();
    let mut cause = what.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    let _ = writeln!(io::stderr(), "ctibridge: {line}");
}

/// To standard output; a reader that went away is no failure.
fn print(text: &str) -> Exit {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            complain(&e);
            Exit::Internal
        }
        _ => Exit::Fine,
    }
}

fn run(named: Option<&Path>) -> Exit {
    let read = || config::find(named).and_then(|path| config::from_file(&path, config::environment()));
    let config = match read() {
        Ok(config) => config,
        Err(e) => return configuration(&e),
    };
    in_runtime(&config.log.clone(), |level| async move {
        let signals = Signals::start().map_err(StartError::from)?;
        let running = daemon::start(config, Router::new(), Clock::start(), Telemetry::new()).await?;
        Ok(daemon::serve(running, signals, &level, read).await?)
    })
}

fn demo(options: demo::Options) -> Exit {
    let planned = demo::Plan::new(options, config::environment()).and_then(|plan| {
        // Whatever the simulator's addresses turn out to be, these mistakes are the same.
        let config = plan.config("127.0.0.1:1", None)?;
        Ok((plan, config))
    });
    let (plan, config) = match planned {
        Ok(planned) => planned,
        Err(demo::DemoError::Wrong(mistakes)) => return configuration(&mistakes.into()),
        Err(e) => return failed(&e),
    };
    in_runtime(&config.log, |level| async move {
        let signals = Signals::start().map_err(StartError::from)?;
        let demo = demo::start(plan, Clock::start(), Telemetry::new()).await?;
        // Whoever signs in as soon as the address is there should not come too early.
        demo.daemon.ready(Duration::from_millis(500)).await;
        print(&demo.greeting());
        let (daemon, simulator, _folder) = demo.into_parts();
        // There is no file to read again.
        let served = daemon::serve(daemon, signals, &level, || Err(ConfigError::Nowhere)).await;
        // Its clients are gone; what is left of it may be cut off.
        let _ = tokio::time::timeout(Duration::from_millis(300), simulator.shutdown()).await;
        Ok(served?)
    })
}

fn simulate(file: Option<&Path>, agents: Option<usize>, scenario: Option<&Path>, record: Option<&Path>) -> Exit {
    let read = || {
        let text = file.map(config::read).transpose()?;
        let name = file.map(|file| file.display().to_string()).unwrap_or_default();
        let file = text.as_deref().map(|text| FileText { name: &name, text });
        let simulator = config::simulator::from_text(file, config::environment(), agents)?;
        let mut settings = daemon::settings::simulator(&simulator);
        if let Some(path) = scenario.map(Path::to_owned).or_else(|| simulator.scenario.as_ref().map(PathBuf::from)) {
            let text = config::read(&path)?;
            let facts = config::scenario::Facts { agents: simulator.world.agents, groups: &simulator::world::GROUPS };
            let scenario = config::scenario::from_text(FileText { name: &path.display().to_string(), text: &text }, facts)?;
            settings.scenario = Some(daemon::settings::scenario(&scenario));
        }
        // Its log looks as the daemon's would.
        let log = config::from_text(None, config::environment())?;
        Ok::<_, ConfigError>((settings, log))
    };
    let (settings, config) = match read() {
        Ok(read) => read,
        Err(e) => return configuration(&e),
    };
    let (tap, recorder) = match record.map(capture::record::start).transpose() {
        Ok(recording) => recording.unzip(),
        Err(e) => return failed(&e),
    };
    let exit = in_runtime(&config.log, |_| async move {
        let mut signals = Signals::start().map_err(StartError::from)?;
        let tap = tap.map(|tap: capture::record::Tap| -> simulator::Tap {
            Box::new(move |seen: simulator::Seen<'_>| match seen {
                simulator::Seen::Opened { conn, client, server } => tap.opened(conn, client, server),
                simulator::Seen::Received { conn, bytes } => tap.bytes(conn, true, bytes),
                simulator::Seen::Sent { conn, bytes } => tap.bytes(conn, false, bytes),
                simulator::Seen::Closed { conn } => tap.closed(conn),
            })
        });
        let running = simulator::start_tapped(settings, Clock::start(), Telemetry::new(), tap).await.map_err(StartError::from)?;
        let shown = |address: Option<SocketAddr>| address.map_or_else(|| "none".to_owned(), |address| address.to_string());
        let (b, control) = (shown(running.side_b), shown(running.control));
        print(&format!(
            "ctibridge simulator\n\n  side A   {}\n  side B   {b}\n  control  http://{control}/\n\nCtrl-C ends.\n",
            running.side_a
        ));
        while signals.next().await == Asked::Reload {}
        running.shutdown().await;
        Ok(())
    });
    // The file is complete only when its writer has ended.
    match recorder.map(capture::record::Recorder::finish) {
        Some(Err(e)) => failed(&e),
        Some(Ok(())) | None => exit,
    }
}

fn replay(file: Option<&Path>, capture: &Path, is_fast: bool) -> Exit {
    let read = || {
        let text = file.map(config::read).transpose()?;
        let name = file.map(|file| file.display().to_string()).unwrap_or_default();
        let file = text.as_deref().map(|text| FileText { name: &name, text });
        let simulator = config::simulator::from_text(file, config::environment(), None)?;
        let log = config::from_text(None, config::environment())?;
        Ok::<_, ConfigError>((simulator, log))
    };
    let (simulator, config) = match read() {
        Ok(read) => read,
        Err(e) => return configuration(&e),
    };
    let input = match open(Some(capture)) {
        Ok(input) => input,
        Err(e) => return missing(&e),
    };
    let recorded = match capture::record::read(input) {
        Ok(recorded) => recorded,
        Err(e) => {
            complain(&e);
            return Exit::BadInput;
        }
    };
    in_runtime(&config.log, |_| async move {
        let mut signals = Signals::start().map_err(StartError::from)?;
        let sessions = recorded.into_iter().map(|session| simulator::replay::Recorded { version: session.version, frames: session.frames });
        let settings = simulator::replay::Settings { listen: simulator.side_a, sessions: sessions.collect(), is_fast };
        let running = simulator::replay::start(settings, Clock::start()).await.map_err(StartError::from)?;
        print(&format!("ctibridge replay\n\n  side A   {}\n\nCtrl-C ends.\n", running.address));
        while signals.next().await == Asked::Reload {}
        running.shutdown().await;
        Ok(())
    })
}

/// Starts the log and a runtime, and turns the outcome into an exit code.
fn in_runtime<F, W>(log: &Log, work: F) -> Exit
where
    F: FnOnce(Level) -> W,
    W: Future<Output = Result<(), Box<dyn std::error::Error>>>,
{
    let level = telemetry::log::directives(&log.level)
        .map_err(Into::into)
        .and_then(|filter| telemetry::log::start(filter, log.format == LogFormat::Json).map_err(Box::<dyn std::error::Error>::from));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match (level, runtime) {
        (Ok(level), Ok(runtime)) => {
            let outcome = runtime.block_on(work(level));
            // Nothing that still runs may hold up the end.
            runtime.shutdown_background();
            outcome
        }
        (Err(e), _) => Err(e),
        (_, Err(e)) => Err(e.into()),
    };
    outcome.map_or_else(|e| failed(e.as_ref()), |()| Exit::Fine)
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Exit {
    complain(error);
    let start = error.downcast_ref::<StartError>().or_else(|| match error.downcast_ref::<demo::DemoError>() {
        Some(demo::DemoError::Start(start)) => Some(start),
        _ => None,
    });
    match start {
        Some(StartError::Bind(_) | StartError::Simulator(_) | StartError::InUse { .. }) => Exit::Unavailable,
        Some(StartError::Accounts(_) | StartError::Tls(_)) => Exit::Config,
        _ => Exit::Internal,
    }
}

fn open(file: Option<&Path>) -> Result<Box<dyn Read>, ConfigError> {
    match file.filter(|file| *file != Path::new("-")) {
        None => Ok(Box::new(io::stdin())),
        Some(path) => match File::open(path)
            .and_then(|file| if file.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(file) })
        {
            Ok(file) => Ok(Box::new(file)),
            Err(source) => Err(ConfigError::Missing { path: path.to_owned(), source }),
        },
    }
}

fn decode(options: Decode) -> Exit {
    let settings = DecodeOptions {
        format: match options.format {
            OutputFormat::Json => Format::Json,
            OutputFormat::Text => Format::Text,
        },
        protocol_version: options.protocol_version,
        filters: options.filters,
        show_secrets: options.show_secrets,
        hide_secrets: capture::cli::hides_secrets(options.show_secrets, options.hide_secrets, io::stdout().is_terminal()),
        server_port: options.server_port,
        ..DecodeOptions::default()
    };
    match open(options.file.as_deref()) {
        Ok(input) => captured(capture::cli::decode(&settings, input, io::BufWriter::new(io::stdout().lock()))),
        Err(e) => missing(&e),
    }
}

fn encode(options: Encode) -> Exit {
    let settings = EncodeOptions { protocol_version: options.protocol_version, hex: options.hex };
    match open(options.file.as_deref()) {
        Ok(input) => {
            let output = io::BufWriter::new(io::stdout().lock());
            captured(capture::cli::encode(&settings, BufReader::new(input), output, io::stderr().lock()))
        }
        Err(e) => missing(&e),
    }
}

fn missing(e: &ConfigError) -> Exit {
    complain(e);
    Exit::MissingInput
}

fn captured(result: Result<capture::cli::Summary, CaptureError>) -> Exit {
    match result {
        Ok(summary) if summary.defects == 0 => Exit::Fine,
        Ok(_) => Exit::BadInput,
        Err(e) => {
            complain(&e);
            if matches!(e, CaptureError::Input(_)) { Exit::MissingInput } else { Exit::Internal }
        }
    }
}

/// Longest password, in bytes.
const PASSWORD_MAX: u64 = 1_024;

fn hash_password() -> Exit {
    let mut password = String::new();
    if let Err(e) = io::stdin().take(PASSWORD_MAX + 2).read_to_string(&mut password) {
        complain(&e);
        return Exit::MissingInput;
    }
    let password = password.strip_suffix('\n').map_or(password.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if password.is_empty() || password.len() as u64 > PASSWORD_MAX {
        let _ = writeln!(io::stderr(), "ctibridge: expected a password of 1 to {PASSWORD_MAX} bytes on standard input");
        return Exit::MissingInput;
    }
    match credential::hash(&Secret::new(password), HashCost::STORED) {
        Some(hash) => print(&format!("{}\n", hash.as_phc())),
        None => Exit::Internal,
    }
}

fn check_config(file: &Path) -> Exit {
    match config::from_file(file, config::environment()) {
        Ok(config) => {
            if let Err(e) = daemon::check_files(&config) {
                complain(&e);
                return Exit::Config;
            }
            for warning in config.warnings() {
                let _ = writeln!(io::stderr(), "warning: {warning}");
            }
            print(&format!("{}: no mistakes\n", file.display()))
        }
        Err(e) => configuration(&e),
    }
}

fn configuration(e: &ConfigError) -> Exit {
    match e {
        ConfigError::Wrong(mistakes) => {
            let _ = writeln!(io::stderr(), "{mistakes}");
            Exit::Config
        }
        e => missing(e),
    }
}
