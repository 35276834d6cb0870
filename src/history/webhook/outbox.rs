//! Events that wait for their receivers, in the history's database.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::super::ledger::{Notice, Output};
use super::super::model::{Session, SessionId};
use super::super::store::{Store, StoreError};
use super::body;

/// It waits to be delivered.
const WAITING: i64 = 0;
/// It was given up.
const DEAD: i64 = 1;

/// An event on its way to one receiver.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event's id: the same for every attempt.
    pub id: String,
    /// Its place in the order.
    pub seq: i64,
    /// What it has to stay in order with.
    pub lane: String,
    /// The event's type.
    pub event: String,
    /// When it was written.
    pub made: Timestamp,
    /// Attempts so far.
    pub attempts: i64,
    /// Why the last one failed.
    pub problem: Option<String>,
    /// What is sent.
    pub body: String,
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The receiver has it.
    Delivered,
    /// Next attempt then.
    Again(Timestamp, &'static str),
    /// Given up.
    Dead(&'static str),
}

/// How much waits for one receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that are still to be delivered.
    pub waiting: i64,
    /// Events that were given up.
    pub dead: i64,
}

/// Of every lane the first, if it is due: those behind it wait for it.
const HEADS: &str = "FROM webhook_outbox o WHERE o.hook = $1 AND o.state = 0 AND NOT EXISTS (SELECT 1 FROM webhook_outbox p \
                     WHERE p.hook = o.hook AND p.state = 0 AND p.lane = o.lane AND p.seq < o.seq)";

const COLUMNS: &str = "o.id, o.seq, o.lane, o.event, o.made, o.attempts, o.problem, o.body";

fn delivery(row: &AnyRow) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.try_get(0)?,
        seq: row.try_get(1)?,
        lane: row.try_get(2)?,
        event: row.try_get(3)?,
        made: Timestamp::from_microsecond(row.try_get(4)?).unwrap_or_default(),
        attempts: row.try_get(5)?,
        problem: row.try_get(6)?,
        body: row.try_get(7)?,
    })
}

impl Store {
    /// Writes the notices of a batch for everybody who wants them, beside the states they speak of. Whether there were any.
    pub(in crate::history) async fn save_notices(
        &self,
        connection: &mut AnyConnection,
        batch: &[Output],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let receivers = self.receivers();
        let wanted = |output: &&Output| matches!(output, Output::Notice(notice) if receivers.want(notice.kind));
        let mut notices = batch.iter().filter(wanted).peekable();
        if notices.peek().is_none() {
            return Ok(false);
        }
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM webhook_outbox").fetch_one(&mut *connection).await?;
        let mut seq: i64 = last.try_get(0)?;
        for output in notices {
            let Output::Notice(notice) = output else { continue };
            let found;
            let session = match notice.session {
                None => None,
                Some(id) => match in_batch(batch, id) {
                    Some(session) => Some(session),
                    None => {
                        found = stored(connection, id).await?;
                        found.as_ref()
                    }
                },
            };
            let Some(event) = body::event(notice, session, receivers.company_id) else { continue };
            seq += 1;
            for hook in receivers.hooks.iter().filter(|hook| hook.events.contains(&notice.kind)) {
                put(connection, &hook.name, seq, notice, &event, now).await?;
            }
        }
        Ok(true)
    }

    /// What is due for a receiver, at most `limit`: of every lane the first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, hook: &str, now: Timestamp, limit: i64) -> Result<Vec<Delivery>, StoreError> {
        let text = format!("SELECT {COLUMNS} {HEADS} AND o.due <= $2 ORDER BY o.seq LIMIT $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(hook).bind(now.as_microsecond()).bind(limit);
        query.fetch_all(self.readers()).await?.iter().map(delivery).collect()
    }

    /// When the next one is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due(&self, hook: &str) -> Result<Option<Timestamp>, StoreError> {
        let text = format!("SELECT MIN(o.due) {HEADS}");
        let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(hook).fetch_one(self.readers()).await?;
        Ok(row.try_get::<Option<i64>, _>(0)?.and_then(|due| Timestamp::from_microsecond(due).ok()))
    }

    /// Writes down what became of attempts.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written, and they are sent again.
    pub async fn settle(&self, hook: &str, outcomes: &[(String, Outcome)]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for (id, outcome) in outcomes {
            let query = match outcome {
                Outcome::Delivered => sqlx::query("DELETE FROM webhook_outbox WHERE hook = $1 AND id = $2").bind(hook).bind(id.clone()),
                Outcome::Again(due, problem) => {
                    let text = "UPDATE webhook_outbox SET attempts = attempts + 1, due = $1, problem = $2 WHERE hook = $3 AND id = $4";
                    sqlx::query(text).bind(due.as_microsecond()).bind(*problem).bind(hook).bind(id.clone())
                }
                Outcome::Dead(problem) => {
                    let text = "UPDATE webhook_outbox SET attempts = attempts + 1, state = $1, problem = $2 WHERE hook = $3 AND id = $4";
                    sqlx::query(text).bind(DEAD).bind(*problem).bind(hook).bind(id.clone())
                }
            };
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How much waits and how much was given up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook_counts(&self, hook: &str) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        let text = "SELECT state, COUNT(*) FROM webhook_outbox WHERE hook = $1 GROUP BY state";
        for row in sqlx::query(text).bind(hook).fetch_all(self.readers()).await? {
            let place = if row.try_get::<i64, _>(0)? == WAITING { &mut counts.waiting } else { &mut counts.dead };
            *place += row.try_get::<i64, _>(1)?;
        }
        Ok(counts)
    }

    /// Events that were given up, oldest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn dead_letters(&self, hook: &str, after: i64, limit: i64) -> Result<Vec<Delivery>, StoreError> {
        let text =
            format!("SELECT {COLUMNS} FROM webhook_outbox o WHERE o.hook = $1 AND o.state = 1 AND o.seq > $2 ORDER BY o.seq LIMIT $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(hook).bind(after).bind(limit);
        query.fetch_all(self.readers()).await?.iter().map(delivery).collect()
    }

    /// Sends what was given up once more, one or all; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay(&self, hook: &str, id: Option<&str>, now: Timestamp) -> Result<u64, StoreError> {
        let text = "UPDATE webhook_outbox SET state = 0, attempts = 0, due = $1 WHERE hook = $2 AND state = 1";
        let mut transaction = self.begin().await?;
        let done = match id {
            None => sqlx::query(text).bind(now.as_microsecond()).bind(hook).execute(&mut *transaction).await?,
            Some(id) => {
                let text = "UPDATE webhook_outbox SET state = 0, attempts = 0, due = $1 WHERE hook = $2 AND state = 1 AND id = $3";
                sqlx::query(text).bind(now.as_microsecond()).bind(hook).bind(id).execute(&mut *transaction).await?
            }
        };
        transaction.commit().await?;
        self.receivers().tell();
        Ok(done.rows_affected())
    }
}

fn in_batch(batch: &[Output], id: SessionId) -> Option<&Session> {
    batch.iter().find_map(|output| match output {
        Output::Session(session) if session.id == id => Some(&**session),
        _ => None,
    })
}

async fn stored(connection: &mut AnyConnection, id: SessionId) -> Result<Option<Session>, StoreError> {
    let row = sqlx::query("SELECT body FROM sessions WHERE id = $1").bind(id).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(serde_json::from_str(&row.try_get::<String, _>(0)?)?))
}

async fn put(
    connection: &mut AnyConnection,
    hook: &str,
    seq: i64,
    notice: &Notice,
    event: &body::Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = "INSERT INTO webhook_outbox (hook, id, seq, lane, session_id, event, made, state, attempts, due, problem, body) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, NULL, $9) ON CONFLICT (hook, id) DO NOTHING";
    sqlx::query(text)
        .bind(hook)
        .bind(event.id.clone())
        .bind(seq)
        .bind(event.lane.clone())
        .bind(notice.session)
        .bind(event.kind.clone())
        .bind(now.as_microsecond())
        .bind(now.as_microsecond())
        .bind(event.body.clone())
        .execute(connection)
        .await?;
    Ok(())
}
