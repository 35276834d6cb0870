//! How the way from the CTI Server to the desktops compares with a bare websocket server that sends the same bytes.
//!
//! ```text
//! cargo bench --bench fanout                      everything, three rounds
//! cargo bench --bench fanout -- fan --rounds 5    1,000 desktops: full load, 20,000 events a second, idle memory
//! cargo bench --bench fanout -- busy              latency, 2,000 desktops at three times the busy hour
//! cargo bench --bench fanout -- commands          latency of commands, 2,000 desktops
//! cargo bench --bench fanout -- storm             8,000 desktops sign in at once
//! cargo bench --bench fanout -- idle              10,000 desktops that do nothing: memory and processor time
//! cargo bench --bench fanout -- chain             CTI bytes to JSON text, without sockets
//! ```
//!
//! `--daemon PROGRAM` measures another build of the daemon. Daemons keep their session history in SQLite on a disk; where it
//! says so one without any is measured in the same run, so that the cost of the history shows.
//!
//! The server (the daemon's own program, or [`plain`]) runs on processor 0; desktops and CTI Server, one thread, on
//! processor 1. An event is an AGENT_STATE_EVENT for one agent, chosen at random, whose reason code tells which it is. Both
//! servers get their events over TCP and are measured in turns within one run: ratios mean more than absolute numbers, and
//! a loopback charges the sender for the receiver's work.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a measurement that cannot go on ends
#![allow(clippy::disallowed_methods)] // it measures real time

mod chain;
mod gateway;
mod house;
mod load;
mod plain;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use load::{Load, Outcome};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Deliveries a second of one gateway with 2,000 agents in its busy hour: 16.7 calls a second, about 22 events each, every
/// other of which concerns a second desktop.
const BUSY_HOUR: f64 = 550.0;

/// Commands a second of the same: four a call.
const BUSY_COMMANDS: f64 = 70.0;

/// What stands behind an option.
fn value(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |name: &str, default: usize| value(name).map_or(default, |text| text.parse().expect(name));
    if let Some(ports) = value("--plain") {
        let (port, feed) = ports.split_once(',').unwrap();
        let text = std::fs::read_to_string(value("--text").unwrap()).unwrap();
        return plain::serve(port.parse().unwrap(), feed.parse().unwrap(), &text, stamp_at(&text));
    }
    let wants = |part: &str| arguments.first().is_none_or(|first| first == part || first.starts_with("--"));
    let rounds = number("--rounds", 3);
    let seconds = Duration::from_secs(number("--seconds", 4) as u64);
    if wants("chain") {
        chain::measure();
    }
    if wants("fan") {
        fan(rounds, number("--desktops", 1_000), seconds);
    }
    if wants("busy") {
        busy(rounds, seconds);
    }
    if wants("commands") {
        commands(rounds, seconds);
    }
    if wants("idle") {
        idle(number("--desktops", 9_990), Duration::from_secs(number("--seconds", 60) as u64));
    }
    if wants("storm") {
        storm(rounds, number("--desktops", 8_000));
    }
}

/// Where the stamp stands in an event's text.
fn stamp_at(text: &str) -> usize {
    text.find("\"code\":").unwrap() + "\"code\":".len()
}

fn pin(processor: usize) {
    let mut set = CpuSet::new();
    set.set(processor);
    if let Err(error) = sched_setaffinity(None, &set) {
        println!("cannot choose processor {processor} ({error}): the parts disturb each other");
    }
}

/// Whether a daemon keeps the session history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum History {
    Kept,
    Off,
}

/// A server under test.
struct Server {
    child: Child,
    port: u16,
    folder: PathBuf,
    idle_before: u64,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts on processor 0; this process goes on on processor 1.
fn spawn(mut command: Command) -> Child {
    pin(0);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    pin(1);
    child
}

impl Server {
    /// The daemon, as it is shipped but for addresses, and history lines that nobody would read here.
    fn daemon(agents: usize, history: History) -> (Self, Load) {
        let folder = std::env::temp_dir().join(format!("ctibridge-fanout-{}", free_port()));
        std::fs::create_dir_all(&folder).unwrap();
        let cti = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free_port();
        let config = format!(
            "[daemon]\ndata_dir = {folder:?}\n[log]\nlevel = \"warn\"\n[cti]\nside_a = \"{}\"\nperipheral_id = {}\n\
             [http]\nlisten = \"127.0.0.1:{port}\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[history]\nurl = \"{}\"\n",
            cti.local_addr().unwrap(),
            gateway::PERIPHERAL,
            if history == History::Kept { "sqlite://ctibridge.db" } else { "" },
        );
        let file = folder.join("ctibridge.toml");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(value("--daemon").as_deref().unwrap_or(env!("CARGO_BIN_EXE_ctibridge")));
        command.arg("run").arg("--config").arg(&file);
        let child = spawn(command);
        let mut load = Load::cti(&cti, agents);
        load.settle(Duration::from_millis(700));
        let mut server = Self { child, port, folder, idle_before: 0 };
        server.idle_before = server.memory();
        (server, load)
    }

    /// The bare websocket server, sending `text`.
    fn plain(text: &str) -> (Self, Load) {
        Self::repeating(text, |port, feed, file| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.arg("--plain").arg(format!("{port},{feed}")).arg("--text").arg(file);
            command
        })
    }

    /// The same in Node, where there is one with the package `ws` (as the browser tests have it).
    fn node(text: &str) -> Option<(Self, Load)> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let modules = tests.join("browser");
        let has_node = Command::new("node").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
        if !has_node || !modules.join("node_modules/ws").is_dir() {
            return None;
        }
        Some(Self::repeating(text, |port, feed, file| {
            let mut command = Command::new("node");
            command.arg(tests.join("bench/fanout/node_ws.cjs")).arg(&modules).arg(port.to_string()).arg(feed.to_string());
            command.arg(file).arg(stamp_at(text).to_string());
            command
        }))
    }

    /// A server that repeats `text`, fed with numbers and stamps.
    fn repeating(text: &str, command: impl FnOnce(u16, u16, &Path) -> Command) -> (Self, Load) {
        let folder = std::env::temp_dir().join(format!("ctibridge-fanout-{}", free_port()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("event.json");
        std::fs::write(&file, text).unwrap();
        let (port, feed) = (free_port(), free_port());
        let child = spawn(command(port, feed, &file));
        let begun = Instant::now();
        let stream = loop {
            match TcpStream::connect(("127.0.0.1", feed)) {
                Ok(stream) => break stream,
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut load = Load::plain(stream);
        load.settle(Duration::from_millis(300));
        let mut server = Self { child, port, folder, idle_before: 0 };
        server.idle_before = server.memory();
        (server, load)
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join(file)).unwrap_or_default()
    }

    /// Processor time so far, in seconds (of hundredths).
    fn processor_time(&self) -> f64 {
        let stat = self.proc("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
    }

    /// Lets the server finish what it was left with, above all history, until it takes less than a twentieth of a processor.
    fn calm_down(&self, load: &mut Load) {
        let begun = Instant::now();
        loop {
            let before = self.processor_time();
            load.settle(Duration::from_millis(400));
            if self.processor_time() - before <= 0.02 || begun.elapsed() > Duration::from_secs(30) {
                return;
            }
        }
    }

    /// Resident memory in bytes.
    fn memory(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What other programs took of the machine meanwhile, in processors.
struct Others {
    begun: Instant,
    busy: f64,
}

impl Others {
    fn now() -> f64 {
        let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
        let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
        let ticks: Vec<f64> = fields.filter_map(|field| field.parse().ok()).collect();
        // user, nice and system, without waiting
        ticks.iter().take(3).sum::<f64>() / 100.0
    }

    fn own() -> f64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields.get(11..13).map_or(0.0, |fields| fields.iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
    }

    fn begin() -> Self {
        Self { begun: Instant::now(), busy: Self::now() - Self::own() }
    }

    fn end(&self, server: f64) -> f64 {
        ((Self::now() - Self::own() - self.busy - server) / self.begun.elapsed().as_secs_f64()).max(0.0)
    }
}

/// One phase with what it cost the server.
struct Cost {
    outcome: Outcome,
    micros: f64,
    others: f64,
}

fn phase(server: &Server, load: &mut Load, run: impl FnOnce(&mut Load) -> Outcome) -> Cost {
    let (others, before) = (Others::begin(), server.processor_time());
    let outcome = run(load);
    let used = server.processor_time() - before;
    let micros = used * 1e6 / outcome.messages.max(1) as f64;
    Cost { micros, others: others.end(used), outcome }
}

impl Cost {
    fn rate(&self) -> f64 {
        self.outcome.messages as f64 / self.outcome.seconds
    }
}

fn check(load: &Load) {
    if !load.failures.is_empty() {
        println!("    {} FAILURES, the first: {}", load.failures.len(), load.failures[0]);
    }
}

/// The middle of some numbers.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One text as the daemon writes it, for the bare server to repeat.
fn sample() -> String {
    let (server, mut load) = Server::daemon(1, History::Off);
    load.sign_in(server.port, 1, 1);
    load.settle(Duration::from_millis(100));
    load.paced(100.0, Duration::from_millis(500));
    check(&load);
    load.sample.take().expect("an event")
}

#[derive(Default)]
struct Column {
    memory: Vec<f64>,
    full: Vec<f64>,
    full_micros: Vec<f64>,
    paced_micros: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

fn fan(rounds: usize, desktops: usize, time: Duration) {
    let text = sample();
    println!("\nfan-out: {desktops} desktops, texts of {} bytes, each event to one desktop", text.len());
    let names = ["bare axum", "Node ws", "ctibridge", "no history"];
    let mut columns = names.map(|_| Column::default());
    for round in 0..rounds {
        for (which, column) in columns.iter_mut().enumerate() {
            let (server, mut load) = match which {
                0 => Server::plain(&text),
                1 => match Server::node(&text) {
                    Some(node) => node,
                    None => {
                        println!("  no Node with the package ws here: npm ci in tests/browser brings it");
                        continue;
                    }
                },
                2 => Server::daemon(desktops, History::Kept),
                _ => Server::daemon(desktops, History::Off),
            };
            load.sign_in(server.port, desktops, 64);
            load.settle(Duration::from_millis(1_500));
            let memory = server.memory().saturating_sub(server.idle_before) as f64 / desktops as f64 / 1024.0;
            let full = phase(&server, &mut load, |load| load.full(time));
            server.calm_down(&mut load);
            let paced = phase(&server, &mut load, |load| load.paced(20_000.0, time));
            println!(
                "  round {} {:10} {memory:5.1} KiB a desktop | full load {:8.0}/s {:5.2} µs (others {:.2}) | \
                 20,000/s: {:5.2} µs, p50 {:.3} p99 {:.3} ms (others {:.2}, {:.0}/s)",
                round + 1,
                names[which],
                full.rate(),
                full.micros,
                full.others,
                paced.micros,
                paced.outcome.quantile(0.5),
                paced.outcome.quantile(0.99),
                paced.others,
                paced.rate(),
            );
            check(&load);
            column.memory.push(memory);
            column.full.push(full.rate());
            column.full_micros.push(full.micros);
            column.paced_micros.push(paced.micros);
            column.p50.push(paced.outcome.quantile(0.5));
            column.p99.push(paced.outcome.quantile(0.99));
            let _ = std::io::stdout().flush();
        }
    }
    let [bare, node, ours, without] = columns;
    let ratios = |of: fn(&Column) -> &Vec<f64>| {
        let ratio = |ours: &Column| median(of(ours).iter().zip(of(&bare)).map(|(ours, bare)| ours / bare).collect());
        format!("{:.2}   {:.2}   {:.2}", ratio(&ours), ratio(&without), ratio(&node))
    };
    println!("  median of {rounds} ratios to bare axum of the same round: ctibridge with history, without, Node ws:");
    println!("    messages a second at full load   {}", ratios(|column| &column.full));
    println!("    processor time a message there   {}", ratios(|column| &column.full_micros));
    println!("    processor time at 20,000/s       {}", ratios(|column| &column.paced_micros));
    println!("    p50 at 20,000/s                  {}", ratios(|column| &column.p50));
    println!("    p99 at 20,000/s                  {}", ratios(|column| &column.p99));
    println!("    memory a signed-in desktop       {:.1} KiB (bare websocket {:.1})", median(ours.memory), median(bare.memory));
}

fn busy(rounds: usize, time: Duration) {
    const AGENTS: usize = 2_000;
    println!("\nlatency: {AGENTS} desktops, {:.0} events a second (three times the busy hour)", 3.0 * BUSY_HOUR);
    for (round, history) in (0..rounds).flat_map(|round| [(round, History::Off), (round, History::Kept)]) {
        let (server, mut load) = Server::daemon(AGENTS, history);
        load.sign_in(server.port, AGENTS, 64);
        load.settle(Duration::from_millis(1_500));
        let cost = phase(&server, &mut load, |load| load.paced(3.0 * BUSY_HOUR, 2 * time));
        println!(
            "  round {}, history {history:?}: p50 {:.3} ms, p99 {:.3} ms, slowest {:.3} ms; {:.1} % of a processor (others {:.2})",
            round + 1,
            cost.outcome.quantile(0.5),
            cost.outcome.quantile(0.99),
            cost.outcome.quantile(1.0),
            cost.micros * cost.outcome.messages as f64 / cost.outcome.seconds / 1e4,
            cost.others,
        );
        check(&load);
    }
}

fn commands(rounds: usize, time: Duration) {
    const AGENTS: usize = 2_000;
    println!("\ncommands: {AGENTS} desktops, {:.0} a second (three times the busy hour)", 3.0 * BUSY_COMMANDS);
    for round in 0..rounds {
        let (server, mut load) = Server::daemon(AGENTS, History::Kept);
        load.sign_in(server.port, AGENTS, 64);
        load.settle(Duration::from_millis(1_500));
        let cost = phase(&server, &mut load, |load| load.commands(3.0 * BUSY_COMMANDS, 2 * time));
        println!(
            "  round {}: from request to success p50 {:.3} ms, p99 {:.3} ms, slowest {:.3} ms (others {:.2})",
            round + 1,
            cost.outcome.quantile(0.5),
            cost.outcome.quantile(0.99),
            cost.outcome.quantile(1.0),
            cost.others,
        );
        check(&load);
    }
}

fn idle(desktops: usize, time: Duration) {
    println!("\nidle: {desktops} desktops signed in, pings every 20 s, for {} s", time.as_secs());
    let (server, mut load) = Server::daemon(desktops, History::Kept);
    load.sign_in(server.port, desktops, 64);
    server.calm_down(&mut load);
    let (others, before) = (Others::begin(), server.processor_time());
    load.settle(time);
    let used = server.processor_time() - before;
    println!(
        "  {:.0} MB resident ({:.1} KiB a desktop), {:.2} % of a processor (others {:.2})",
        server.memory() as f64 / 1e6,
        server.memory().saturating_sub(server.idle_before) as f64 / desktops as f64 / 1024.0,
        used / time.as_secs_f64() * 100.0,
        others.end(used),
    );
    check(&load);
}

fn storm(rounds: usize, desktops: usize) {
    let text = sample();
    println!("\nstorm: {desktops} desktops connect and sign in at once (password, session.start, login on the phone)");
    for round in 0..rounds {
        for which in ["bare axum", "ctibridge"] {
            let (server, mut load) = if which == "ctibridge" { Server::daemon(desktops, History::Kept) } else { Server::plain(&text) };
            let others = Others::begin();
            let before = server.processor_time();
            let took = load.sign_in(server.port, desktops, desktops);
            let used = server.processor_time() - before;
            let others = others.end(used);
            load.settle(Duration::from_millis(3_000));
            let later = server.processor_time() - before - used;
            println!(
                "  round {} {which}: all after {:.2} s, slowest {:.2} s, {:.0} µs each of the server's processor, {:.2} s more in the \
                 3 s after it, {:.1} KiB each (others {others:.2})",
                round + 1,
                took.as_secs_f64(),
                load.slowest.as_secs_f64(),
                used * 1e6 / desktops as f64,
                later,
                server.memory().saturating_sub(server.idle_before) as f64 / desktops as f64 / 1024.0,
            );
            check(&load);
        }
    }
}
