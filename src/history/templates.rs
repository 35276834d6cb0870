//! What CRM sessions were given (bsCallSession), kept over a restart: changes come through a bounded channel and are written
//! in groups. The sender never waits.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row as _;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::store::{Store, StoreError};
use crate::telemetry::Telemetry;

/// Changes that may wait.
const QUEUE: usize = 16_384;

/// Changes of one group.
const GROUP: usize = 256;

/// How long after a failed write the next is tried.
const RETRY: Duration = Duration::from_secs(1);

/// Parameters older than this belong to no call that still goes on, whatever the table says.
const LIVES: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Parameters as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The id under which desktops know the contact.
    pub interaction: String,
    /// AgentID.
    pub agent: String,
    /// When they were taken.
    pub frozen: Timestamp,
    /// A desktop has had them.
    pub is_told: bool,
    /// The desktop's JSON.
    pub body: String,
}

/// What becomes of them.
#[derive(Clone, Debug)]
pub enum Change {
    /// They were taken.
    Frozen(Template),
    /// A desktop has them.
    Told(String),
    /// The contact is gone.
    Gone(String, Timestamp),
}

/// Takes changes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    changes: mpsc::Sender<Change>,
    telemetry: Arc<Telemetry>,
}

impl Handle {
    /// Hands a change over. Never waits: one that finds the queue full is counted and lost.
    pub fn note(&self, change: Change) {
        if self.changes.try_send(change).is_err() {
            self.telemetry.history.dropped(1);
        }
    }
}

/// A running keeper.
#[derive(Debug)]
pub struct Keeper {
    /// Takes changes.
    pub handle: Handle,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Writes into `store` as soon as it is open.
    pub fn start(store: watch::Receiver<Option<Store>>, telemetry: Arc<Telemetry>) -> Self {
        let (changes, queue) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(queue, store, Arc::clone(&telemetry)));
        Self { handle: Handle { changes, telemetry }, task }
    }

    /// Writes what is left, for at most `within`; every other [`Handle`] must be gone.
    pub async fn stop(self, within: Duration) {
        drop(self.handle);
        let abort = self.task.abort_handle();
        if timeout(within, self.task).await.is_err() {
            abort.abort();
        }
    }
}

async fn run(mut queue: mpsc::Receiver<Change>, mut opened: watch::Receiver<Option<Store>>, telemetry: Arc<Telemetry>) {
    let Ok(store) = opened.wait_for(Option::is_some).await.map(|store| store.clone()) else { return };
    let Some(store) = store else { return };
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        while let Err(error) = store.save_templates(&group).await {
            telemetry.history.failed(&error);
            sleep(RETRY).await;
        }
        group.clear();
    }
}

impl Store {
    /// Writes all changes or none, in their order; repeating it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn save_templates(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for change in changes {
            let query = match change {
                Change::Frozen(template) => sqlx::query(
                    "INSERT INTO template_parameters (interaction, frozen, agent, told, body) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (interaction) DO NOTHING",
                )
                .bind(template.interaction.clone())
                .bind(template.frozen.as_microsecond())
                .bind(template.agent.clone())
                .bind(i64::from(template.is_told))
                .bind(template.body.clone()),
                Change::Told(interaction) => {
                    sqlx::query("UPDATE template_parameters SET told = 1 WHERE interaction = $1").bind(interaction.clone())
                }
                Change::Gone(interaction, at) => {
                    let text = "UPDATE template_parameters SET gone = $1 WHERE interaction = $2 AND gone IS NULL";
                    sqlx::query(text).bind(at.as_microsecond()).bind(interaction.clone())
                }
            };
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Those of contacts that may still be there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_templates(&self, now: Timestamp) -> Result<Vec<Template>, StoreError> {
        let text = "SELECT interaction, agent, frozen, told, body FROM template_parameters WHERE gone IS NULL AND frozen > $1";
        let since = now.checked_sub(LIVES).unwrap_or(Timestamp::MIN).as_microsecond();
        sqlx::query(text).bind(since).fetch_all(self.readers()).await?.iter().map(template).collect()
    }

    /// Those of one contact.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn template(&self, interaction: &str) -> Result<Option<Template>, StoreError> {
        let text = "SELECT interaction, agent, frozen, told, body FROM template_parameters WHERE interaction = $1";
        sqlx::query(text).bind(interaction).fetch_optional(self.readers()).await?.as_ref().map(template).transpose()
    }
}

fn template(row: &sqlx::any::AnyRow) -> Result<Template, StoreError> {
    Ok(Template {
        interaction: row.try_get(0)?,
        agent: row.try_get(1)?,
        frozen: Timestamp::from_microsecond(row.try_get(2)?).unwrap_or_default(),
        is_told: row.try_get::<i64, _>(3)? != 0,
        body: row.try_get(4)?,
    })
}
