//! The database: SQLite in one file, or PostgreSQL, by the same SQL. Plain functions; when to write is
//! [`recorder`](super::recorder)'s business.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection, Row};

use super::ledger::Output;
use super::model::{AgentPeriod, Session, SessionId, StateKind};
use super::query::Filter;
use super::webhook::Receivers;

mod rows;
mod save;

use save::{PERIOD_COLUMNS, period_of};

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
    is_sqlite: bool,
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
        let pool = |connections, is_writer| {
            AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE).after_connect(move |connection, _| {
                Box::pin(async move { if is_sqlite { prepare_sqlite(connection, is_writer).await } else { Ok(()) } })
            })
        };
        let writer = pool(1, true)
            .after_release(move |connection, _| Box::pin(async move { Ok(!is_sqlite || is_clean(connection).await) }))
            .connect_with(options.clone())
            .await
            .map_err(OpenError::Connect)?;
        MIGRATIONS.run(&writer).await?;
        let readers = pool(READERS, false).connect_lazy_with(options);
        Ok(Self { readers, writer, receivers: Arc::default(), is_sqlite })
    }

    /// What was under way when the daemon stopped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn left(&self) -> Result<Left, StoreError> {
        let newest: (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT MAX(id), MAX(updated) FROM sessions").fetch_one(&self.readers).await?;
        let sessions = bodies(sqlx::query("SELECT body FROM sessions WHERE closed IS NULL ORDER BY id").fetch_all(&self.readers).await?)?;
        let periods = self.open_periods().await?;
        let begun = periods.iter().map(|period| period.from).max();
        let stopped_at = newest.1.and_then(|at| Timestamp::from_microsecond(at).ok()).max(begun);
        Ok(Left { next_id: newest.0.unwrap_or(0).max(self.erased_up_to().await?) + 1, sessions, periods, stopped_at })
    }

    /// Writes everything or nothing, durably; repeating it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn save(&self, batch: &[Output], now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin().await?;
        save::save(&mut transaction, batch, now).await?;
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
        let periods = self.open_periods().await?;
        Ok(periods.into_iter().filter(|period| period.kind != StateKind::Offline).map(|period| period.agent.into_string()).collect())
    }

    /// What every agent is doing, as far as it is written.
    async fn open_periods(&self) -> Result<Vec<AgentPeriod>, StoreError> {
        let text = format!("SELECT {PERIOD_COLUMNS} FROM agent_periods WHERE ended IS NULL ORDER BY agent, begun");
        sqlx::query(AssertSqlSafe(text)).fetch_all(&self.readers).await?.iter().map(period_of).collect()
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
        let (mut text, values) = filter.select("s.body");
        text.push_str(&filter.order_by());
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
        let (text, values) = filter.select("COUNT(*)");
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), |query, value| value.bind(query));
        Ok(query.fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// An agent's periods that touch a range of time, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn periods(&self, agent: &str, from: Timestamp, to: Timestamp) -> Result<Vec<AgentPeriod>, StoreError> {
        let text = format!(
            "SELECT {PERIOD_COLUMNS} FROM agent_periods WHERE agent = $1 AND begun < $2 AND (ended IS NULL OR ended > $3) ORDER BY begun"
        );
        let query = sqlx::query(AssertSqlSafe(text)).bind(agent).bind(to.as_microsecond()).bind(from.as_microsecond());
        query.fetch_all(&self.readers).await?.iter().map(period_of).collect()
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

    /// A transaction in which what is deleted is overwritten.
    pub(super) async fn begin_erasing(&self) -> Result<sqlx::Transaction<'static, sqlx::Any>, StoreError> {
        if self.is_sqlite {
            sqlx::query("PRAGMA secure_delete = ON").execute(&self.writer).await?;
        }
        self.begin().await
    }

    /// Whatever was deleted is gone from the file too, not only from the tables.
    pub(super) async fn wipe(&self) -> Result<(), StoreError> {
        if self.is_sqlite {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        }
        Ok(())
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

/// Whether no transaction is open. After an error of the disk one may be left behind the driver's back: what is written in it
/// later would look committed, be visible to nobody, and be lost. Such a connection is given up.
async fn is_clean(connection: &mut AnyConnection) -> bool {
    sqlx::query("BEGIN").execute(&mut *connection).await.is_ok() && sqlx::query("ROLLBACK").execute(&mut *connection).await.is_ok()
}

/// A write-ahead log, so that readers and the writer do not wait for each other; every commit reaches the disk. The log is put
/// into the tables every 64 MiB, not after every thousandth page of 4 KiB, which a busy group writes alone; and the writer keeps
/// the pages in memory that it will write again.
async fn prepare_sqlite(connection: &mut AnyConnection, is_writer: bool) -> Result<(), sqlx::Error> {
    let all = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA busy_timeout = 5000", "PRAGMA foreign_keys = ON"];
    let writer = ["PRAGMA wal_autocheckpoint = 16384", "PRAGMA journal_size_limit = 67108864", "PRAGMA cache_size = -32768"];
    for pragma in all.into_iter().chain(writer.into_iter().filter(|_| is_writer)) {
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
