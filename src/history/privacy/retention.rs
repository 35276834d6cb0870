//! Deleting: what is older than the records are kept, and sessions of an erasure that were still under way. A few at a time,
//! with pauses, so that calls are not delayed.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, Row as _};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::super::files::Files;
use super::super::model::SessionId;
use super::super::store::{Store, StoreError};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Records of one batch.
const BATCH: i64 = 200;

/// Between two batches: the writer belongs to the calls.
const PAUSE: Duration = Duration::from_millis(200);

/// How far the times of files may be behind the clock.
const COARSE: Duration = Duration::from_secs(1);

/// Folders that are looked through at once at the start.
const SWEEP: usize = 200;

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(60);

/// How long events that were given up are kept.
const DEAD_LETTERS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Tables with rows of a session.
const SIDE_TABLES: [&str; 6] =
    ["session_agents", "session_calls", "session_groups", "session_interactions", "session_tags", "erasures_waiting"];

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Sessions.
    pub sessions: i64,
    /// What CRM sessions were given.
    pub templates: i64,
    /// Events for integrators.
    pub deliveries: i64,
    /// Attached files.
    pub files: i64,
}

impl std::ops::AddAssign for Deleted {
    fn add_assign(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.templates += other.templates;
        self.deliveries += other.deliveries;
        self.files += other.files;
    }
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl Store {
    /// Deletes sessions with everything that belongs to them, all or none. Their files are the caller's to delete afterwards.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was deleted.
    pub async fn delete_sessions(&self, ids: &[SessionId]) -> Result<Deleted, StoreError> {
        let mut deleted = Deleted::default();
        let Some(highest) = ids.iter().max() else { return Ok(deleted) };
        let mut transaction = self.begin_erasing().await?;
        // No number is ever given twice, though its record is gone.
        let text = "INSERT INTO history_marks (name, value) VALUES ('erased', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value \
                    WHERE excluded.value > history_marks.value";
        sqlx::query(text).bind(*highest).execute(&mut *transaction).await?;
        for id in ids {
            deleted += delete_one(&mut transaction, *id).await?;
        }
        transaction.commit().await?;
        Ok(deleted)
    }

    /// The highest number of a session that is gone; 0: none is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erased_up_to(&self) -> Result<SessionId, StoreError> {
        let row = sqlx::query("SELECT value FROM history_marks WHERE name = 'erased'").fetch_optional(self.readers()).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
    }

    /// The highest number that a session was ever given here; 0: none was.
    async fn highest_given(&self) -> Result<SessionId, StoreError> {
        let row = sqlx::query("SELECT MAX(id) FROM sessions").fetch_one(self.readers()).await?;
        Ok(row.try_get::<Option<SessionId>, _>(0)?.unwrap_or(0).max(self.erased_up_to().await?))
    }

    /// Sessions that were closed before, oldest first.
    async fn closed_before(&self, at: Timestamp) -> Result<Vec<SessionId>, StoreError> {
        let text = "SELECT id FROM sessions WHERE closed < $1 ORDER BY closed LIMIT $2";
        let rows = sqlx::query(text).bind(at.as_microsecond()).bind(BATCH).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Sessions of an erasure that are over by now, each with its erasure.
    async fn waiting_erasures(&self) -> Result<Vec<(SessionId, String)>, StoreError> {
        let text = "SELECT w.session_id, w.erasure FROM erasures_waiting w LEFT JOIN sessions s ON s.id = w.session_id \
                    WHERE s.id IS NULL OR s.closed IS NOT NULL LIMIT $1";
        let rows = sqlx::query(text).bind(BATCH).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Deletes what is old and belongs to no session; whether there may be more.
    async fn delete_loose_ends(&self, kept_since: Option<Timestamp>, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let mut is_more = false;
        let dead = now.checked_sub(DEAD_LETTERS).unwrap_or(Timestamp::MIN).as_microsecond();
        let text = "DELETE FROM webhook_outbox WHERE state = 1 AND made < $1";
        sqlx::query(text).bind(dead).execute(&mut *transaction).await?;
        if let Some(since) = kept_since {
            let texts = [
                "DELETE FROM agent_periods WHERE (agent, begun) IN (SELECT agent, begun FROM agent_periods WHERE ended < $1 LIMIT $2)",
                "DELETE FROM template_parameters WHERE interaction IN (SELECT interaction FROM template_parameters WHERE frozen < $1 LIMIT $2)",
            ];
            for text in texts {
                let done = sqlx::query(text).bind(since.as_microsecond()).bind(BATCH).execute(&mut *transaction).await?;
                is_more |= count(done.rows_affected()) == BATCH;
            }
        }
        transaction.commit().await?;
        Ok(is_more)
    }
}

async fn delete_one(connection: &mut AnyConnection, id: SessionId) -> Result<Deleted, StoreError> {
    let text = "DELETE FROM template_parameters WHERE interaction IN (SELECT interaction FROM session_interactions WHERE session_id = $1)";
    let templates = sqlx::query(text).bind(id).execute(&mut *connection).await?.rows_affected();
    let deliveries = sqlx::query("DELETE FROM webhook_outbox WHERE session_id = $1").bind(id).execute(&mut *connection).await?;
    for table in SIDE_TABLES {
        // Only our own words are in it.
        let text = sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE session_id = $1"));
        sqlx::query(text).bind(id).execute(&mut *connection).await?;
    }
    let sessions = sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&mut *connection).await?.rows_affected();
    Ok(Deleted { sessions: count(sessions), templates: count(templates), deliveries: count(deliveries.rows_affected()), files: 0 })
}

/// The running task.
#[derive(Debug)]
pub struct Cleaner {
    task: JoinHandle<()>,
}

impl Cleaner {
    /// Deletes what is older than `keep`, if that is given, and what erasures have left.
    pub fn start(
        store: watch::Receiver<Option<Store>>,
        files: Files,
        keep: Option<SignedDuration>,
        clock: Clock,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        let now = SystemTime::now();
        let work = Work { files, keep, clock, telemetry, started: now.checked_sub(COARSE).unwrap_or(now) };
        Self { task: tokio::spawn(work.run(store)) }
    }

    /// Ends it.
    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await; // it was told to go
    }
}

struct Work {
    files: Files,
    keep: Option<SignedDuration>,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    /// What is older was there before us, as the clock of the file system has it.
    started: SystemTime,
}

/// Why not all files could be looked at.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Disk(#[from] io::Error),
}

impl Work {
    async fn run(self, mut opened: watch::Receiver<Option<Store>>) {
        let Ok(Some(store)) = opened.wait_for(Option::is_some).await.map(|store| store.clone()) else { return };
        match self.sweep(&store).await {
            Ok(0) => {}
            Ok(files) => self.telemetry.history.orphans_deleted(files),
            // What is left over is found at the next start.
            Err(SweepError::Store(error)) => self.telemetry.history.read_failed(&error),
            Err(SweepError::Disk(error)) => self.telemetry.history.disk_failed(&error),
        }
        loop {
            let is_more = self.round(&store).await.unwrap_or_else(|error| {
                self.telemetry.history.failed(&error);
                false
            });
            tokio::time::sleep(if is_more { PAUSE } else { ROUND }).await;
        }
    }

    /// Deletes files whose record was never written: a process that ended between the bytes and the record leaves them, and
    /// nothing leads to them. How many there were.
    async fn sweep(&self, store: &Store) -> Result<u64, SweepError> {
        let mut deleted = 0;
        let newest = store.highest_given().await?;
        for (place, session) in self.files.sessions().await?.into_iter().enumerate() {
            if place > 0 && place % SWEEP == 0 {
                tokio::time::sleep(PAUSE).await;
            }
            // A number that this database never gave: it is another one, or an older one. It does not know what is referenced.
            if session > newest {
                break;
            }
            let stored = self.files.older(session, self.started).await?;
            if stored.is_empty() {
                continue;
            }
            let record = store.session(session).await?;
            let known = |stored: &String| {
                record.as_ref().is_some_and(|record| record.files.iter().any(|file| file.deleted.is_none() && file.stored == *stored))
            };
            for stored in stored.iter().filter(|stored| !known(stored)) {
                self.files.remove(session, stored).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// One batch of everything; whether there may be more.
    async fn round(&self, store: &Store) -> Result<bool, StoreError> {
        let now = self.clock.now().wall;
        let mut is_more = false;
        for (id, erasure) in store.waiting_erasures().await? {
            let deleted = delete_with_files(store, &self.files, &[id], &self.telemetry).await?;
            store.add_to_erasure(&erasure, deleted, None).await?;
        }
        let kept_since = self.keep.and_then(|keep| now.checked_sub(keep).ok());
        if let Some(since) = kept_since {
            let ids = store.closed_before(since).await?;
            is_more |= count(ids.len() as u64) == BATCH;
            let deleted = delete_with_files(store, &self.files, &ids, &self.telemetry).await?;
            if deleted.sessions > 0 {
                self.telemetry.history.expired(deleted.sessions);
            }
        }
        Ok(store.delete_loose_ends(kept_since, now).await? || is_more)
    }
}

/// Deletes sessions and the files attached to them.
///
/// # Errors
/// [`StoreError`].
pub async fn delete_with_files(store: &Store, files: &Files, ids: &[SessionId], telemetry: &Telemetry) -> Result<Deleted, StoreError> {
    let mut deleted = Deleted::default();
    // First the files: what is left over when something fails in between is found by its record again.
    for id in ids {
        match files.delete_all(*id).await {
            Ok(count) => deleted.files += i64::try_from(count).unwrap_or(i64::MAX),
            Err(error) => telemetry.history.disk_failed(&error),
        }
    }
    deleted += store.delete_sessions(ids).await?;
    Ok(deleted)
}
