//! Notable events of the session history's store.

use std::fmt::Display;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Counters of the history, and the events that move them.
#[derive(Debug)]
pub struct HistoryEvents {
    rows: Counter,
    failures: Counter,
    dropped: Counter,
    backlog: Gauge,
    writes: Histogram,
    exported: Counter,
    cut_off: Counter,
    orphans: Counter,
}

impl HistoryEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let events = Self {
            rows: Counter::default(),
            failures: Counter::default(),
            dropped: Counter::default(),
            backlog: Gauge::default(),
            writes: Histogram::new(exponential_buckets(0.000_5, 2.0, 16)),
            exported: Counter::default(),
            cut_off: Counter::default(),
            orphans: Counter::default(),
        };
        registry.register("rows", "Sessions and periods written", events.rows.clone());
        registry.register("write_failures", "Writes that the database refused; they are repeated", events.failures.clone());
        registry.register("dropped", "Moments and records that were lost because too many waited", events.dropped.clone());
        registry.register("backlog", "Sessions and periods that wait to be written", events.backlog.clone());
        registry.register("orphaned_files", "Attached files that no record knew, deleted at the start", events.orphans.clone());
        registry.register("exported", "Sessions that were read for exports", events.exported.clone());
        registry.register("exports_cut_off", "Exports whose reader went away before the end", events.cut_off.clone());
        registry.register_with_unit("write", "How long one group took to be durable", Unit::Seconds, events.writes.clone());
        events
    }

    /// The database is open.
    pub fn opened(&self, sessions: usize, next_id: i64) {
        tracing::info!(target: "store", sessions_under_way = sessions, next_id, "session history opened");
    }

    /// The database cannot be opened.
    pub fn not_opened(&self, error: &dyn Display) {
        self.failures.inc();
        tracing::error!(target: "store", %error, "session history cannot be opened; calls go on, records wait in memory");
    }

    /// The system gives no thread for it.
    pub fn no_thread(&self, error: &dyn Display) {
        self.failures.inc();
        tracing::error!(target: "store", %error, "session history has no thread and is not kept; calls go on");
    }

    /// A group is durable.
    pub fn written(&self, rows: usize, took: Duration) {
        self.rows.inc_by(rows as u64);
        self.writes.observe(took.as_secs_f64());
    }

    /// The database refused a group.
    pub fn failed(&self, error: &dyn Display) {
        self.failures.inc();
        tracing::error!(target: "store", %error, "session history cannot be written; calls go on, records wait in memory");
    }

    /// A write takes long.
    pub fn slow(&self) {
        tracing::warn!(target: "store", "session history is written slowly; calls go on, records wait in memory");
    }

    /// Writing works again.
    pub fn recovered(&self) {
        tracing::info!(target: "store", "session history is written again");
    }

    /// Something is lost.
    pub fn dropped(&self, count: u64) {
        if self.dropped.inc_by(count) == 0 {
            tracing::error!(target: "store", count, "session history drops records: too many wait for the database");
        }
    }

    /// Records were deleted because they are old.
    pub fn expired(&self, sessions: i64) {
        tracing::debug!(target: "store", sessions, "old sessions deleted");
    }

    /// Files were deleted that the last process left without a record.
    pub fn orphans_deleted(&self, files: u64) {
        self.orphans.inc_by(files);
        tracing::info!(target: "store", files, "attached files deleted that no record knows: their sender was never told that they were kept");
    }

    /// Somebody's records were erased.
    pub fn erased(&self, erasure: &str, asked_by: &str, sessions: i64, waiting: i64) {
        tracing::info!(target: "store", erasure, asked_by, sessions, waiting, "records erased by number");
    }

    /// Some more sessions of an export were read.
    pub fn exported(&self, sessions: usize) {
        self.exported.inc_by(sessions as u64);
    }

    /// Whoever read an export has gone; no more is read for it.
    pub fn export_cut_off(&self, sessions: u64) {
        self.cut_off.inc();
        tracing::debug!(target: "store", sessions, "an export was cut off by its reader");
    }

    /// A request for records failed.
    pub fn read_failed(&self, error: &dyn Display) {
        tracing::warn!(target: "store", %error, "session history cannot be read");
    }

    /// Somebody changed a record by hand.
    pub fn amended(&self, session: i64, by: &str, what: &str) {
        tracing::info!(target: "store", session, by, what, "session changed by hand");
    }

    /// The disk does not take or give an attached file.
    pub fn disk_failed(&self, error: &std::io::Error) {
        self.failures.inc();
        tracing::error!(target: "store", %error, "attached files cannot be read or written");
    }

    /// The recorder does not give a recording.
    pub fn recorder_failed(&self, error: &dyn Display) {
        tracing::warn!(target: "store", %error, "a recording cannot be fetched from the recorder");
    }

    /// So much waits to be written.
    pub fn backlog(&self, waiting: usize) {
        self.backlog.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }
}
