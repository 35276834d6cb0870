//! The database: SQLite in one file, or PostgreSQL, by the same SQL. Plain functions; when to write is
//! [`recorder`](super::recorder)'s business.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection, Row};

use super::durations::{length, waited};
use super::ledger::Output;
use super::model::{AgentPeriod, Session, SessionId, StateKind};
use super::query::{Filter, Order};
use super::render::user_id;
use super::webhook::Receivers;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/history/migrations");

/// Readers at once; one connection more writes.
const READERS: u32 = 8;

/// How long a connection may be waited for.
const ACQUIRE: Duration = Duration::from_secs(10);

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is neither SQLite's nor PostgreSQL's.
    #[error("history.url: expected sqlite://FILE or postgres://…")]
    Address,
    /// The server does not answer, or the file cannot be opened. The text names no password.
    #[error("the history database cannot be opened: {0}")]
    Connect(#[source] sqlx::Error),
    /// The tables cannot be made or are of a newer version.
    #[error("the history database's tables cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be read.
    #[error("the history database cannot be read: {0}")]
    Read(#[from] StoreError),
}

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database says no.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    /// A stored record cannot be read: it was written by a newer version, or by somebody else.
    #[error("a stored record cannot be read: {0}")]
    Body(#[from] serde_json::Error),
}

/// What was under way when the daemon stopped.
#[derive(Debug)]
pub struct Left {
    /// The next free number.
    pub next_id: SessionId,
    /// Sessions not closed.
    pub sessions: Vec<Session>,
    /// Every agent's last period.
    pub periods: Vec<AgentPeriod>,
    /// The last moment that was stored.
    pub stopped_at: Option<Timestamp>,
}

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    readers: AnyPool,
    writer: AnyPool,
    receivers: Arc<Receivers>,
}

impl Store {
    /// Opens the database at `url`, relative SQLite files in `data_dir`, and brings its tables up to date.
    ///
    /// # Errors
    /// [`OpenError`], which never contains the address' password.
    pub async fn open(url: &str, data_dir: &Path) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let address = if is_sqlite { sqlite_address(url, data_dir) } else { url.to_owned() };
        if !is_sqlite && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(OpenError::Address);
        }
        let options: AnyConnectOptions = address.parse().map_err(OpenError::Connect)?;
        let pool = |connections| {
            AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE).after_connect(move |connection, _| {
                Box::pin(async move { if is_sqlite { prepare_sqlite(connection).await } else { Ok(()) } })
            })
        };
        let writer = pool(1).connect_with(options.clone()).await.map_err(OpenError::Connect)?;
        MIGRATIONS.run(&writer).await?;
        let readers = pool(READERS).connect_lazy_with(options);
        Ok(Self { readers, writer, receivers: Arc::default() })
    }

    /// What was under way when the daemon stopped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn left(&self) -> Result<Left, StoreError> {
        let newest: (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT MAX(id), MAX(updated) FROM sessions").fetch_one(&self.readers).await?;
        let sessions = bodies(sqlx::query("SELECT body FROM sessions WHERE closed IS NULL ORDER BY id").fetch_all(&self.readers).await?)?;
        let periods: Vec<AgentPeriod> = bodies(
            sqlx::query("SELECT body FROM agent_periods WHERE ended IS NULL ORDER BY agent, begun").fetch_all(&self.readers).await?,
        )?;
        let begun = periods.iter().map(|period| period.from).max();
        let stopped_at = newest.1.and_then(|at| Timestamp::from_microsecond(at).ok()).max(begun);
        Ok(Left { next_id: newest.0.unwrap_or(0) + 1, sessions, periods, stopped_at })
    }

    /// Writes everything or nothing, durably; repeating it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn save(&self, batch: &[Output], now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin().await?;
        for output in batch {
            match output {
                Output::Session(session) => save_session(&mut transaction, session, now).await?,
                Output::Period(period) => save_period(&mut transaction, period).await?,
                Output::Notice(_) | Output::Late(_) => {}
            }
        }
        let has_news = self.save_notices(&mut transaction, batch, now).await?;
        transaction.commit().await?;
        if has_news {
            self.receivers.tell();
        }
        Ok(())
    }

    /// Agents who were not logged out when the daemon stopped, or about whom nobody knew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn agents_at_work(&self) -> Result<Vec<String>, StoreError> {
        let text = "SELECT body FROM agent_periods WHERE ended IS NULL ORDER BY agent";
        let periods: Vec<AgentPeriod> = bodies(sqlx::query(text).fetch_all(&self.readers).await?)?;
        Ok(periods.into_iter().filter(|period| period.kind != StateKind::Offline).map(|period| period.agent).collect())
    }

    /// One session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query("SELECT body FROM sessions WHERE id = $1").bind(id).fetch_optional(&self.readers).await?;
        row.map(|row| body(&row)).transpose()
    }

    /// The sessions that a filter lets through.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn search(&self, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Session>, StoreError> {
        let mut text = String::from("SELECT s.body FROM sessions s");
        let values = filter.write_where(&mut text);
        text.push_str(match filter.order {
            Order::NewestFirst => " ORDER BY s.created DESC, s.id DESC",
        });
        text.push_str(&format!(" LIMIT ${} OFFSET ${}", values.len() + 1, values.len() + 2));
        // Only our own text is in it; every value is bound.
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), |query, value| value.bind(query));
        bodies(query.bind(limit).bind(offset).fetch_all(&self.readers).await?)
    }

    /// How many sessions a filter lets through.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count(&self, filter: &Filter) -> Result<i64, StoreError> {
        let mut text = String::from("SELECT COUNT(*) FROM sessions s");
        let values = filter.write_where(&mut text);
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), |query, value| value.bind(query));
        Ok(query.fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// An agent's periods that touch a range of time, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn periods(&self, agent: &str, from: Timestamp, to: Timestamp) -> Result<Vec<AgentPeriod>, StoreError> {
        let text = "SELECT body FROM agent_periods WHERE agent = $1 AND begun < $2 AND (ended IS NULL OR ended > $3) ORDER BY begun";
        let query = sqlx::query(text).bind(agent).bind(to.as_microsecond()).bind(from.as_microsecond());
        bodies(query.fetch_all(&self.readers).await?)
    }

    /// The AgentID behind a published number that is not the id itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn agent_numbered(&self, number: i64) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT agent FROM user_numbers WHERE user_number = $1 ORDER BY agent LIMIT 1").bind(number);
        row.fetch_optional(&self.readers).await?.map(|row| row.try_get(0).map_err(Into::into)).transpose()
    }

    /// Whether the agent was ever seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_agent(&self, agent: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT agent FROM agent_periods WHERE agent = $1 LIMIT 1").bind(agent.to_owned());
        Ok(row.fetch_optional(&self.readers).await?.is_some())
    }

    /// The session of a contact as desktops know it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session_of(&self, interaction: &str) -> Result<Option<SessionId>, StoreError> {
        let row = sqlx::query("SELECT session_id FROM session_interactions WHERE interaction = $1").bind(interaction);
        row.fetch_optional(&self.readers).await?.map(|row| row.try_get(0).map_err(Into::into)).transpose()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// The same, telling these receivers what happens.
    #[must_use]
    pub fn telling(self, receivers: Arc<Receivers>) -> Self {
        Self { receivers, ..self }
    }

    /// Who is told what happens.
    pub fn receivers(&self) -> Arc<Receivers> {
        Arc::clone(&self.receivers)
    }

    /// A transaction of the one writer.
    pub(super) async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Any>, StoreError> {
        Ok(self.writer.begin().await?)
    }

    /// Connections for reading.
    pub(super) const fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// `sqlite://FILE`, with what is relative in `data_dir`, made if it is not there.
fn sqlite_address(url: &str, data_dir: &Path) -> String {
    let file = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let (file, options) = file.split_once('?').unwrap_or((file, "mode=rwc"));
    if file.is_empty() || file == ":memory:" {
        return format!("sqlite:{file}?{options}");
    }
    format!("sqlite://{}?{options}", data_dir.join(file).display())
}

/// A write-ahead log, so that readers and the writer do not wait for each other; every commit reaches the disk.
async fn prepare_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA busy_timeout = 5000", "PRAGMA foreign_keys = ON"] {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}

fn body<T: DeserializeOwned>(row: &AnyRow) -> Result<T, StoreError> {
    let text: String = row.try_get(0)?;
    Ok(serde_json::from_str(&text)?)
}

fn bodies<T: DeserializeOwned>(rows: Vec<AnyRow>) -> Result<Vec<T>, StoreError> {
    rows.iter().map(body).collect()
}

/// A word of the model as text.
fn word<T: Serialize>(value: &T) -> Result<Option<String>, StoreError> {
    Ok(match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Some(word),
        _ => None,
    })
}

async fn save_session(connection: &mut AnyConnection, session: &Session, now: Timestamp) -> Result<(), StoreError> {
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let span = |length: Option<jiff::SignedDuration>| length.and_then(|length| i64::try_from(length.as_micros()).ok());
    let text = "INSERT INTO sessions (id, created, guest_joined, started, ended, closed, updated, status, source, direction, peripheral, \
                key_day, key_call, client_number, waited, length, termination, guest_left, dial_result, operators, texts, department, body) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
                ON CONFLICT (id) DO UPDATE SET created = excluded.created, guest_joined = excluded.guest_joined, \
                started = excluded.started, ended = excluded.ended, closed = excluded.closed, updated = excluded.updated, \
                status = excluded.status, source = excluded.source, direction = excluded.direction, peripheral = excluded.peripheral, \
                key_day = excluded.key_day, key_call = excluded.key_call, client_number = excluded.client_number, \
                waited = excluded.waited, length = excluded.length, termination = excluded.termination, \
                guest_left = excluded.guest_left, dial_result = excluded.dial_result, operators = excluded.operators, \
                texts = excluded.texts, department = excluded.department, \
                body = excluded.body";
    sqlx::query(text)
        .bind(session.id)
        .bind(session.created.as_microsecond())
        .bind(micros(session.guest_joined))
        .bind(micros(session.started))
        .bind(micros(session.ended))
        .bind(micros(session.closed))
        .bind(now.as_microsecond())
        .bind(session.status().word())
        .bind(word(&session.source)?)
        .bind(word(&session.direction)?)
        .bind(session.peripheral.map(i64::from))
        .bind(session.key.map(|key| i64::from(key.day)))
        .bind(session.key.map(|key| i64::from(key.call_id)))
        .bind(session.client_number.clone())
        .bind(span(waited(session)))
        .bind(span(length(session, now)))
        .bind(word(&session.termination)?)
        .bind(word(&session.guest_left)?)
        .bind(word(&session.dial_result)?)
        .bind(i64::try_from(session.operators.len()).unwrap_or(i64::MAX))
        .bind(texts(session))
        .bind(session.department)
        .bind(serde_json::to_string(session)?)
        .execute(&mut *connection)
        .await?;
    // The first sign may have been earlier than it seemed at first: agents are entered anew.
    sqlx::query("DELETE FROM session_agents WHERE session_id = $1 AND created <> $2")
        .bind(session.id)
        .bind(session.created.as_microsecond())
        .execute(&mut *connection)
        .await?;
    for operator in &session.operators {
        sqlx::query("INSERT INTO session_agents (agent, created, session_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(operator.agent.clone())
            .bind(session.created.as_microsecond())
            .bind(session.id)
            .execute(&mut *connection)
            .await?;
        save_number(connection, &operator.agent).await?;
    }
    for call in &session.calls {
        sqlx::query("INSERT INTO session_calls (call_id, session_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(i64::from(call.call_id))
            .bind(session.id)
            .execute(&mut *connection)
            .await?;
    }
    for group in &session.skill_groups {
        sqlx::query("INSERT INTO session_groups (skill_group, session_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(i64::from(*group))
            .bind(session.id)
            .execute(&mut *connection)
            .await?;
    }
    for interaction in &session.interactions {
        // An id of a desktop's contact that was used again belongs to the newest session.
        let text = "INSERT INTO session_interactions (interaction, session_id) VALUES ($1, $2) \
                    ON CONFLICT (interaction) DO UPDATE SET session_id = excluded.session_id";
        sqlx::query(text).bind(interaction.id.clone()).bind(session.id).execute(&mut *connection).await?;
    }
    for tag in &session.tags {
        sqlx::query("INSERT INTO session_tags (tag, session_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(tag.clone())
            .bind(session.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// What can be searched for as text, in lower case.
fn texts(session: &Session) -> Option<String> {
    let notes = session.operators.iter().filter_map(|operator| operator.note.as_deref());
    let all: Vec<_> = notes.chain(session.files.iter().map(|file| file.name.as_str())).map(str::to_lowercase).collect();
    (!all.is_empty()).then(|| all.join("\n").replace('\0', ""))
}

/// The published number of an agent, where it is not the id itself.
async fn save_number(connection: &mut AnyConnection, agent: &str) -> Result<(), StoreError> {
    let number = user_id(agent);
    if number.to_string() != agent {
        sqlx::query("INSERT INTO user_numbers (agent, user_number) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(agent.to_owned())
            .bind(number)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn save_period(connection: &mut AnyConnection, period: &AgentPeriod) -> Result<(), StoreError> {
    let text = "INSERT INTO agent_periods (agent, begun, ended, body) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (agent, begun) DO UPDATE SET ended = excluded.ended, body = excluded.body";
    sqlx::query(text)
        .bind(period.agent.clone())
        .bind(period.from.as_microsecond())
        .bind(period.to.map(Timestamp::as_microsecond))
        .bind(serde_json::to_string(period)?)
        .execute(&mut *connection)
        .await?;
    save_number(connection, &period.agent).await
}
