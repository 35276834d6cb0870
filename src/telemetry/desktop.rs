//! Notable events of desktops and their sockets.

use std::net::IpAddr;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tracing::{debug, error, info, warn};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CloseLabel {
    code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CommandLabel {
    command: &'static str,
    result: &'static str,
}

/// Counters of desktops and their sockets, and the events that move them.
#[derive(Debug)]
pub struct DesktopEvents {
    sockets: Gauge,
    sessions: Gauge,
    refused: Family<Reason, Counter>,
    closed: Family<CloseLabel, Counter>,
    logins: Family<Reason, Counter>,
    refused_proofs: Family<Reason, Counter>,
    commands: Family<CommandLabel, Counter>,
    ledger_failures: Counter,
    replays_dropped: Counter,
    memory_tight: Counter,
    events: Counter,
    messages: Counter,
}

impl DesktopEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let this = Self {
            sockets: Gauge::default(),
            sessions: Gauge::default(),
            refused: Family::default(),
            closed: Family::default(),
            logins: Family::default(),
            refused_proofs: Family::default(),
            commands: Family::default(),
            ledger_failures: Counter::default(),
            replays_dropped: Counter::default(),
            memory_tight: Counter::default(),
            events: Counter::default(),
            messages: Counter::default(),
        };
        registry.register("sockets", "Websockets open now", this.sockets.clone());
        registry.register("sessions", "Agent sessions, with or without a desktop at this moment", this.sessions.clone());
        registry.register("refused", "Upgrades refused, by reason", this.refused.clone());
        registry.register("closed", "Websockets that we closed, by close code", this.closed.clone());
        registry.register("logins", "Logins by result", this.logins.clone());
        registry.register(
            "refused_proofs",
            "Passwords and bearer tokens of desktops that did not count, by reason",
            this.refused_proofs.clone(),
        );
        registry.register("commands", "Commands answered, by command and result or failure code", this.commands.clone());
        registry.register("ledger_failures", "Writes to the list of sessions that failed", this.ledger_failures.clone());
        registry.register(
            "replays_dropped",
            "Sessions whose kept events were dropped because memory was short",
            this.replays_dropped.clone(),
        );
        registry.register(
            "memory_tight",
            "How often desktops had to keep fewer events because memory was short",
            this.memory_tight.clone(),
        );
        registry.register("events", "Events told to sessions", this.events.clone());
        registry.register("messages", "Messages written to websockets", this.messages.clone());
        this
    }

    /// A websocket was refused before the upgrade.
    pub fn upgrade_refused(&self, peer: IpAddr, reason: &'static str) {
        self.refused.get_or_create(&Reason { reason }).inc();
        warn!(target: "desktop", %peer, reason, "a websocket was refused");
    }

    /// A websocket is open.
    pub fn opened(&self, socket: u64, peer: IpAddr) {
        self.sockets.inc();
        debug!(target: "desktop", socket, %peer, "a desktop connected");
    }

    /// A websocket is gone.
    pub fn gone(&self, socket: u64) {
        self.sockets.dec();
        debug!(target: "desktop", socket, "a desktop disconnected");
    }

    /// We closed a websocket.
    pub fn closing(&self, socket: u64, code: u16, reason: &'static str) {
        self.closed.get_or_create(&CloseLabel { code }).inc();
        match code {
            1000 | 1012 => debug!(target: "desktop", socket, code, reason, "a desktop was closed"),
            _ => info!(target: "desktop", socket, code, reason, "a desktop was closed"),
        }
    }

    /// Somebody signed in, or came back.
    pub fn signed_in(&self, session: &str, peer: IpAddr, how: &'static str) {
        self.logins.get_or_create(&Reason { reason: how }).inc();
        info!(target: "desktop", session, %peer, how, "a desktop signed in");
    }

    /// A desktop's user sent the page's own log.
    pub fn page_log(&self, session: &str, lines: &[String]) {
        for line in lines {
            info!(target: "page", session, line, "from a desktop's own log");
        }
    }

    /// A login failed.
    pub fn login_failed(&self, agent: &str, peer: IpAddr, code: &'static str) {
        self.logins.get_or_create(&Reason { reason: code }).inc();
        info!(target: "desktop", agent = short(agent), %peer, code, "a login failed");
    }

    /// A password of our own users or a bearer token did not count. Who showed it is told only that it was not enough.
    pub fn not_identified(&self, reason: &'static str) {
        self.refused_proofs.get_or_create(&Reason { reason }).inc();
        debug!(target: "desktop", reason, "a password or token does not count");
    }

    /// A session begins.
    pub fn session_opened(&self) {
        self.sessions.inc();
    }

    /// A session ended.
    pub fn session_ended(&self, session: &str, why: &'static str) {
        self.sessions.dec();
        info!(target: "desktop", session, why, "a session ended");
    }

    /// The list of sessions could not be written: after a restart agents need their passwords.
    pub fn ledger_failed(&self, error: &std::io::Error) {
        self.ledger_failures.inc();
        warn!(%error, "the list of sessions cannot be written");
    }

    /// The memory for events that are kept is used up: so many sessions lost theirs.
    pub fn memory_short(&self, sessions: u64, bytes: usize) {
        self.replays_dropped.inc_by(sessions);
        warn!(target: "desktop", sessions, bytes, "memory for missed events is short: returning desktops are told everything anew");
    }

    /// The memory for events that are kept is nearly used up: every desktop keeps fewer than it might.
    pub fn memory_tight(&self, bytes: usize) {
        self.memory_tight.inc();
        warn!(target: "desktop", bytes, "memory for missed events is short: fewer are kept for each desktop");
    }

    /// A command was answered.
    pub fn answered(&self, command: &'static str, result: &'static str) {
        self.commands.get_or_create(&CommandLabel { command, result }).inc();
    }

    /// A command failed by a mistake of ours; the desktop was told the trace id.
    pub fn internal(&self, command: &'static str, trace: &str, message: &str, context: &str) {
        error!(target: "desktop", command, trace, message, context, "a command failed by a mistake of the program");
    }

    /// An event was told to a session.
    pub fn told(&self) {
        self.events.inc();
    }

    /// Messages were written to a websocket in one flush.
    pub fn written(&self, messages: usize) {
        self.messages.inc_by(messages as u64);
    }
}

/// An agent id from outside may be anything: the log gets a short piece of it.
fn short(text: &str) -> String {
    text.chars().take(32).filter(|c| !c.is_control()).collect()
}
