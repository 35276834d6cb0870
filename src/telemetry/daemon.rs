//! Notable events of the process as a whole.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use serde::Serialize;
use tracing::{debug, error, info, warn};

use super::log::HISTORY;
use crate::config::ConfigError;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Counters of the process, and the events that move them.
#[derive(Debug)]
pub struct DaemonEvents {
    ready: Gauge,
    agents: Gauge,
    calls: Gauge,
    contacts: Gauge,
    records: Counter,
    reloads: Family<Outcome, Counter>,
    busy: Counter<f64, AtomicU64>,
}

impl DaemonEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let events = Self {
            ready: Gauge::default(),
            agents: Gauge::default(),
            calls: Gauge::default(),
            contacts: Gauge::default(),
            records: Counter::default(),
            reloads: Family::default(),
            busy: Counter::default(),
        };
        registry.register("build", "Version of the program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("ready", "Whether desktops can work", events.ready.clone());
        registry.register("agents", "Agents known", events.agents.clone());
        registry.register("calls", "Calls known", events.calls.clone());
        registry.register("contacts", "Contacts of agents known", events.contacts.clone());
        registry.register("history_records", "Moments written for the session history", events.records.clone());
        registry.register("reloads", "Times the configuration was read again, by outcome", events.reloads.clone());
        registry.register("core_busy_seconds", "Time the core task spent working", events.busy.clone());
        events
    }

    /// The open-file limit, which bounds the number of desktops.
    pub fn file_limit(&self, limit: u64, wanted: u64) {
        if limit < wanted {
            warn!(
                target: "daemon", limit, wanted,
                "the open-file limit is below what the configured number of desktops needs; raise it (LimitNOFILE= of the unit, ulimit -n)"
            );
        } else {
            info!(target: "daemon", limit, wanted, "open-file limit");
        }
    }

    /// A combination of settings that is rarely meant.
    pub fn advice(&self, advice: &str) {
        warn!(target: "daemon", "{advice}");
    }

    /// All ports are open.
    pub fn started(&self, desktops: SocketAddr, admin: SocketAddr) {
        info!(target: "daemon", version = env!("CARGO_PKG_VERSION"), %desktops, %admin, "started");
    }

    /// The CTI Server answered to our registration of ECC variables, or did not take it.
    pub fn variables_registered(&self, failure: Option<&dyn Debug>) {
        match failure {
            None => info!(target: "daemon", "the ECC variables are registered"),
            Some(failure) => {
                warn!(target: "daemon", ?failure, "the ECC variables could not be registered; the CTI Server sends what it likes")
            }
        }
    }

    /// Whether desktops can work changed.
    pub fn readiness(&self, missing: &[String]) {
        self.ready.set(i64::from(missing.is_empty()));
        if missing.is_empty() {
            info!(target: "daemon", "ready");
        } else {
            warn!(target: "daemon", missing = missing.join("; "), "not ready");
        }
    }

    /// How much the engine knows.
    pub fn sizes(&self, agents: usize, calls: usize, contacts: usize) {
        let gauge = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        self.agents.set(gauge(agents));
        self.calls.set(gauge(calls));
        self.contacts.set(gauge(contacts));
    }

    /// The core task worked for so long without waiting.
    pub fn worked(&self, time: Duration) {
        self.busy.inc_by(time.as_secs_f64());
    }

    /// A moment for the session history, which keeps it; for those who follow it by eye, a line of JSON.
    pub fn history(&self, record: &impl Serialize) {
        self.records.inc();
        // A record holds nothing that JSON could refuse.
        debug!(target: HISTORY, "{}", serde_json::to_string(record).unwrap_or_default());
    }

    /// The configuration was read again.
    pub fn reloaded(&self, restart_needed: &[String]) {
        self.reloads.get_or_create(&Outcome { outcome: "done" }).inc();
        info!(target: "daemon", "the configuration was read again");
        if !restart_needed.is_empty() {
            warn!(target: "daemon", keys = restart_needed.join(", "), "changed, but in force only after a restart");
        }
    }

    /// The new configuration is wrong; the old one stays in force.
    pub fn reload_refused(&self, error: &ConfigError) {
        self.reloads.get_or_create(&Outcome { outcome: "refused" }).inc();
        error!(target: "daemon", "the configuration is wrong, the old one stays in force: {}", error.to_string().replace('\n', "; "));
    }

    /// Files of accounts, keys or certificates have changed, and the new ones are in force.
    pub fn files_reread(&self) {
        self.reloads.get_or_create(&Outcome { outcome: "files" }).inc();
        info!(target: "daemon", "accounts, keys and certificates were read again");
    }

    /// A new file of accounts, keys or certificates is wrong.
    pub fn files_refused(&self, error: &dyn std::error::Error) {
        self.reloads.get_or_create(&Outcome { outcome: "refused" }).inc();
        error!(target: "daemon", "a file is wrong, the old ones stay in force: {error}");
    }

    /// A signal, or the end of a test, asks for the end.
    pub fn stopping(&self, why: &str) {
        info!(target: "daemon", why, "stopping");
    }

    /// Everything was told and closed.
    pub fn stopped(&self) {
        info!(target: "daemon", "stopped");
    }

    /// Something did not end in time and was cut off.
    pub fn cut_off(&self, what: &str) {
        warn!(target: "daemon", what, "did not end in time");
    }
}
