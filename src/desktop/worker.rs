//! Work that would hold up the hub: passwords are hashed and compared on threads of their own, a few at a time.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};

use super::hub::{Input, Job};
use super::ledger::Ledger;
use crate::auth::Authority;
use crate::auth::credential::{HashCost, hash, verify};
use crate::telemetry::Telemetry;
use crate::time::wall_clock;

/// Does the hub's jobs.
#[derive(Clone, Debug)]
pub struct Worker {
    hub: mpsc::Sender<Input>,
    cost: HashCost,
    /// Each hash needs megabytes: no more at once than there are cores.
    places: Arc<Semaphore>,
    ledger: Option<Ledger>,
    authority: Arc<Authority>,
    telemetry: Arc<Telemetry>,
}

impl Worker {
    /// A worker that gives its results to the hub.
    pub fn new(hub: mpsc::Sender<Input>, cost: HashCost, authority: Arc<Authority>, telemetry: Arc<Telemetry>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { hub, cost, places: Arc::new(Semaphore::new(cores)), ledger: None, authority, telemetry }
    }

    /// The same with a place to note down which sessions are alive.
    #[must_use]
    pub fn with_ledger(self, ledger: Ledger) -> Self {
        Self { ledger: Some(ledger), ..self }
    }

    /// Starts a job; its result comes to the hub as an input. Needs a tokio runtime.
    pub fn take(&self, job: Job) {
        let job = match (job, &self.ledger) {
            (Job::Note(note), Some(ledger)) => return ledger.note(note),
            (Job::Note(_), None) => return,
            (job, _) => job,
        };
        let Self { hub, cost, places, authority, telemetry, .. } = self.clone();
        tokio::spawn(async move {
            let Ok(_place) = places.acquire_owned().await else { return };
            let Ok(Some(input)) = tokio::task::spawn_blocking(move || work(job, cost, &authority, &telemetry)).await else { return };
            // Without a hub nobody waits for it.
            let _ = hub.send(input).await;
        });
    }
}

fn work(job: Job, cost: HashCost, authority: &Authority, telemetry: &Telemetry) -> Option<Input> {
    match job {
        Job::Check { attempt, socket, password, hash } => Some(Input::PasswordChecked { attempt, socket, fits: verify(&password, &hash) }),
        Job::Identify { attempt, socket, credentials } => {
            // Tokens are judged by the wall clock as it is set, not as it was at the start.
            let grant = authority.identify(&credentials, wall_clock());
            let grant = grant.inspect_err(|reason| telemetry.desktop.not_identified(reason)).ok();
            Some(Input::Identified { attempt, socket, grant: grant.map(Box::new) })
        }
        Job::Note(_) => None,
        Job::Hash { agent, password } => hash(&password, cost).map(|hash| Input::PasswordHashed { agent, hash }),
    }
}
