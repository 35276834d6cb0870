//! Erasing somebody's records by number, with a written record of it that does not hold the number.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::super::files::Files;
use super::super::model::{Session, SessionId};
use super::super::recorder::Amender;
use super::super::store::{Store, StoreError};
use super::number::Number;
use super::retention::{Deleted, delete_with_files};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Records looked at in one go.
const PAGE: i64 = 500;

/// Sessions deleted in one go.
const AGAIN: usize = 200;

/// Why nothing, or not everything, was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// Sessions wait in memory: the database cannot be written, or is slow.
    #[error("what happens waits in memory to be written")]
    Late,
    /// The database does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was erased, when and on whose order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its own id.
    pub id: String,
    /// When it was ordered.
    pub asked: Timestamp,
    /// When all records had been looked at; none: it is under way, or the process ended meanwhile and it is to be repeated.
    pub finished: Option<Timestamp>,
    /// Who ordered it.
    pub asked_by: String,
    /// The number's hash, keyed with a secret of this installation.
    pub number_hash: String,
    /// What was deleted.
    pub deleted: Deleted,
    /// Sessions that still go on: they are deleted when they are over.
    pub waiting: i64,
}

/// Erases.
#[derive(Clone)]
pub struct Eraser {
    /// Where attached files lie.
    pub files: Files,
    /// What numbers are hashed with.
    pub key: [u8; 32],
    /// For the record.
    pub clock: Clock,
    /// For the log, which holds no number.
    pub telemetry: Arc<Telemetry>,
}

impl std::fmt::Debug for Eraser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Eraser")
    }
}

impl Eraser {
    /// What stands for a number in the record: the same number gives the same hash, and nobody without the key can try numbers.
    pub fn hash(&self, number: &Number) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(number.digits().as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Deletes every session in which the number stands, and what CRM sessions were given with it: of everything that was
    /// recorded before.
    ///
    /// # Errors
    /// [`EraseError`]: it is not complete, or was not begun; repeating it does the rest.
    pub async fn erase(&self, store: &Store, recorder: &Amender, number: &Number, asked_by: &str) -> Result<Erasure, EraseError> {
        // What waits in memory could not be found.
        recorder.settled().await.map_err(|_| EraseError::Late)?;
        let mut gone = Vec::new();
        let id = uuid::Uuid::new_v4().to_string();
        store.begin_erasure(&id, self.clock.now().wall, asked_by, &self.hash(number)).await?;
        let mut after = SessionId::MIN;
        loop {
            let page = store.sessions_behind(after).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            let (closed, open): (Vec<_>, Vec<_>) =
                page.iter().filter(|session| number.is_in_session(session)).partition(|session| session.closed.is_some());
            let closed: Vec<_> = closed.into_iter().map(|session| session.id).collect();
            if !closed.is_empty() {
                let deleted = delete_with_files(store, &self.files, &closed, &self.telemetry).await?;
                store.add_to_erasure(&id, deleted, None).await?;
                gone.extend(closed);
            }
            store.erase_when_over(&id, open.into_iter().map(|session| session.id)).await?;
        }
        // A record that was being changed by hand meanwhile has been written once more.
        recorder.settled().await.map_err(|_| EraseError::Late)?;
        for again in gone.chunks(AGAIN) {
            delete_with_files(store, &self.files, again, &self.telemetry).await?;
        }
        let templates = self.erase_templates(store, number).await?;
        let finished = self.clock.now().wall;
        store.add_to_erasure(&id, Deleted { templates, ..Deleted::default() }, Some(finished)).await?;
        store.wipe().await?;
        let erasure = store.erasure(&id).await?.ok_or(StoreError::from(sqlx::Error::RowNotFound))?;
        self.telemetry.history.erased(&id, asked_by, erasure.deleted.sessions, erasure.waiting);
        Ok(erasure)
    }

    async fn erase_templates(&self, store: &Store, number: &Number) -> Result<i64, StoreError> {
        let mut after = String::new();
        let mut erased = 0;
        loop {
            let page = store.templates_behind(&after).await?;
            let Some((last, _)) = page.last() else { return Ok(erased) };
            after.clone_from(last);
            let found = page.iter().filter(|(_, body)| is_in_json(number, body)).map(|(interaction, _)| interaction.clone());
            erased += store.delete_templates(found.collect()).await?;
        }
    }
}

/// Whether a text anywhere in it holds the number. What cannot be read holds what it shows.
fn is_in_json(number: &Number, text: &str) -> bool {
    fn is_in(number: &Number, value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => number.is_in(text),
            serde_json::Value::Array(items) => items.iter().any(|item| is_in(number, item)),
            serde_json::Value::Object(members) => members.values().any(|member| is_in(number, member)),
            _ => false,
        }
    }
    // The moment it was taken is no number of anybody.
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => is_in(number, value.get("parameters").unwrap_or(&value)),
        Err(_) => number.is_in(text),
    }
}

impl Store {
    async fn sessions_behind(&self, after: SessionId) -> Result<Vec<Session>, StoreError> {
        let query = sqlx::query("SELECT body FROM sessions WHERE id > $1 ORDER BY id LIMIT $2").bind(after).bind(PAGE);
        let rows = query.fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.try_get::<String, _>(0)?)?)).collect()
    }

    async fn templates_behind(&self, after: &str) -> Result<Vec<(String, String)>, StoreError> {
        let text = "SELECT interaction, body FROM template_parameters WHERE interaction > $1 ORDER BY interaction LIMIT $2";
        let rows = sqlx::query(text).bind(after).bind(PAGE).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    async fn delete_templates(&self, interactions: Vec<String>) -> Result<i64, StoreError> {
        if interactions.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.begin_erasing().await?;
        let mut deleted = 0;
        for interaction in interactions {
            let query = sqlx::query("DELETE FROM template_parameters WHERE interaction = $1").bind(interaction);
            deleted += i64::try_from(query.execute(&mut *transaction).await?.rows_affected()).unwrap_or(i64::MAX);
        }
        transaction.commit().await?;
        Ok(deleted)
    }

    async fn begin_erasure(&self, id: &str, asked: Timestamp, asked_by: &str, number_hash: &str) -> Result<(), StoreError> {
        let text = "INSERT INTO erasures (id, asked, finished, asked_by, number_hash, sessions, template_parameters, deliveries, files) \
                    VALUES ($1, $2, NULL, $3, $4, 0, 0, 0, 0)";
        let mut transaction = self.begin().await?;
        let query = sqlx::query(text).bind(id).bind(asked.as_microsecond()).bind(asked_by).bind(number_hash);
        query.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Counts what was deleted for an erasure.
    pub(super) async fn add_to_erasure(&self, id: &str, deleted: Deleted, finished: Option<Timestamp>) -> Result<(), StoreError> {
        let text = "UPDATE erasures SET sessions = sessions + $1, template_parameters = template_parameters + $2, \
                    deliveries = deliveries + $3, files = files + $4 WHERE id = $5";
        let mut transaction = self.begin().await?;
        sqlx::query(text)
            .bind(deleted.sessions)
            .bind(deleted.templates)
            .bind(deleted.deliveries)
            .bind(deleted.files)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        if let Some(finished) = finished {
            let query = sqlx::query("UPDATE erasures SET finished = $1 WHERE id = $2").bind(finished.as_microsecond()).bind(id);
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn erase_when_over(&self, erasure: &str, sessions: impl Iterator<Item = SessionId> + Send) -> Result<(), StoreError> {
        let sessions: Vec<_> = sessions.collect();
        if sessions.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        for id in sessions {
            let text = "INSERT INTO erasures_waiting (session_id, erasure) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            sqlx::query(text).bind(id).bind(erasure).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// One erasure.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erasure(&self, id: &str) -> Result<Option<Erasure>, StoreError> {
        let text = format!("{ERASURES} WHERE e.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(erasure).transpose()
    }

    /// The last erasures, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erasures(&self, limit: i64) -> Result<Vec<Erasure>, StoreError> {
        let text = format!("{ERASURES} ORDER BY e.asked DESC, e.id LIMIT $1");
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(limit).fetch_all(self.readers()).await?.iter().map(erasure).collect()
    }
}

const ERASURES: &str = "SELECT e.id, e.asked, e.finished, e.asked_by, e.number_hash, e.sessions, e.template_parameters, e.deliveries, e.files, \
                        (SELECT COUNT(*) FROM erasures_waiting w WHERE w.erasure = e.id) FROM erasures e";

fn erasure(row: &AnyRow) -> Result<Erasure, StoreError> {
    let time = |at: i64| Timestamp::from_microsecond(at).unwrap_or_default();
    Ok(Erasure {
        id: row.try_get(0)?,
        asked: time(row.try_get(1)?),
        finished: row.try_get::<Option<i64>, _>(2)?.map(time),
        asked_by: row.try_get(3)?,
        number_hash: row.try_get(4)?,
        deleted: Deleted { sessions: row.try_get(5)?, templates: row.try_get(6)?, deliveries: row.try_get(7)?, files: row.try_get(8)? },
        waiting: row.try_get(9)?,
    })
}
