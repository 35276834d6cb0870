//! The driver between the engine's records and the database: it never makes the sender wait.
//!
//! Records come through a bounded channel; the ledger turns them into sessions and periods, of which only the newest state
//! waits to be written. One write is under way at a time, in groups; a write that failed is repeated until it succeeds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::ledger::{Ledger, Output, Settings};
use super::model::SessionId;
use super::store::{Left, OpenError, Store};
use crate::engine::record::Record;
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Records that may wait for the ledger.
const QUEUE: usize = 65_536;

/// Sessions and periods that may wait for a database that cannot be written: about 200 MB of memory.
const BACKLOG: usize = 50_000;

/// Sessions of one group, and agents' periods, which cost a tenth of them.
const SESSIONS: usize = 500;
const PERIODS: usize = 5_000;

/// A group of so many is a flood …
const FLOOD: usize = 1_000;
/// … after which the next is gathered for so long: most of what begins meanwhile ends too, and is written once.
const FLOOD_GATHER: Duration = Duration::from_millis(250);

/// How long a group is gathered.
const GATHER: Duration = Duration::from_millis(10);

/// How long one write may take before the history counts as late.
const SLOW: Duration = Duration::from_secs(2);

/// How long after a failed write the next is tried.
const RETRY: Duration = Duration::from_secs(1);

/// How long after a failed opening the next is tried.
const REOPEN: Duration = Duration::from_secs(5);

/// How the writing goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// What happens is written.
    #[default]
    Good,
    /// The database cannot be written, or is slow; what happens waits in memory.
    Late,
}

/// Takes records; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    /// Absent where no history is kept.
    records: Option<mpsc::Sender<Box<Record>>>,
    telemetry: Arc<Telemetry>,
}

impl Handle {
    /// Hands a record over. Never waits: one that finds the queue full is counted and lost.
    pub fn record(&self, record: impl Into<Box<Record>>) {
        if self.records.as_ref().is_some_and(|records| records.try_send(record.into()).is_err()) {
            self.telemetry.history.dropped(1);
        }
    }
}

/// Where the history is kept.
#[derive(Clone, Debug)]
pub struct Place {
    /// `sqlite://FILE` or `postgres://…`; empty: no history is kept.
    pub url: String,
    /// What relative files are in.
    pub data_dir: PathBuf,
}

/// A running recorder.
#[derive(Debug)]
pub struct Recorder {
    /// Takes records.
    pub handle: Handle,
    /// How the writing goes.
    pub health: watch::Receiver<Health>,
    /// The database, once it is open.
    pub store: watch::Receiver<Option<Store>>,
    task: JoinHandle<()>,
}

impl Recorder {
    /// Goes on where the store stopped. A database that cannot be opened is tried again and again; what happens meanwhile
    /// waits.
    pub fn start(place: Place, settings: Settings, clock: Clock, telemetry: Arc<Telemetry>) -> Self {
        let (records, queue) = mpsc::channel(QUEUE);
        let (tell, health) = watch::channel(Health::Good);
        let (opened, store) = watch::channel(None);
        if place.url.is_empty() {
            return Self { handle: Handle { records: None, telemetry }, health, store, task: tokio::spawn(async {}) };
        }
        let starter = Starter { place, settings, clock, telemetry: Arc::clone(&telemetry), health: tell, opened };
        let task = tokio::spawn(starter.run(queue));
        Self { handle: Handle { records: Some(records), telemetry }, health, store, task }
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

/// Opens the database, then works.
struct Starter {
    place: Place,
    settings: Settings,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    health: watch::Sender<Health>,
    opened: watch::Sender<Option<Store>>,
}

impl Starter {
    async fn run(self, queue: mpsc::Receiver<Box<Record>>) {
        let (store, left) = loop {
            match self.open().await {
                Ok(opened) => break opened,
                Err(error) => {
                    self.telemetry.history.not_opened(&error);
                    self.health.send_replace(Health::Late);
                    if queue.is_closed() {
                        return; // the daemon is ending
                    }
                    tokio::time::sleep(REOPEN).await;
                }
            }
        };
        self.telemetry.history.opened(left.sessions.len(), left.next_id);
        self.health.send_replace(Health::Good);
        self.opened.send_replace(Some(store.clone()));
        let ledger = Ledger::new(self.settings, left.next_id, left.sessions, left.periods, left.stopped_at);
        let Self { clock, telemetry, health, .. } = self;
        Worker { store, ledger, clock, telemetry, health, waiting: Waiting::default(), is_flooded: false }.run(queue).await;
    }

    async fn open(&self) -> Result<(Store, Left), OpenError> {
        let store = Store::open(&self.place.url, &self.place.data_dir).await?;
        let left = store.left().await?;
        Ok((store, left))
    }
}

/// What waits to be written: of each session and period the newest state only.
#[derive(Debug, Default)]
struct Waiting {
    sessions: BTreeMap<SessionId, Output>,
    periods: BTreeMap<(String, Timestamp), Output>,
}

impl Waiting {
    fn len(&self) -> usize {
        self.sessions.len() + self.periods.len()
    }

    /// Puts an output in its place.
    fn put(&mut self, output: Output) {
        match &output {
            Output::Session(session) => drop(self.sessions.insert(session.id, output)),
            Output::Period(period) => drop(self.periods.insert((period.agent.clone(), period.from), output)),
            Output::Notice(_) => {}
        }
    }

    /// Puts back what could not be written, unless something newer has come.
    fn put_back(&mut self, batch: Vec<Output>) {
        for output in batch {
            match &output {
                Output::Session(session) => drop(self.sessions.entry(session.id).or_insert(output)),
                Output::Period(period) => drop(self.periods.entry((period.agent.clone(), period.from)).or_insert(output)),
                Output::Notice(_) => {}
            }
        }
    }

    fn take(&mut self) -> Vec<Output> {
        let (sessions, periods) = (self.sessions.len().min(SESSIONS), self.periods.len().min(PERIODS));
        let mut batch = Vec::with_capacity(sessions + periods);
        batch.extend((0..sessions).filter_map(|_| self.sessions.pop_first()).map(|(_, output)| output));
        batch.extend((0..periods).filter_map(|_| self.periods.pop_first()).map(|(_, output)| output));
        batch
    }

    /// Drops the oldest until the bound is kept; how many.
    fn shrink(&mut self) -> u64 {
        let mut dropped = 0;
        while self.len() > BACKLOG {
            if self.sessions.pop_first().is_none() {
                self.periods.pop_first();
            }
            dropped += 1;
        }
        dropped
    }
}

struct Worker {
    store: Store,
    ledger: Ledger,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    health: watch::Sender<Health>,
    waiting: Waiting,
    is_flooded: bool,
}

impl Worker {
    async fn run(mut self, mut queue: mpsc::Receiver<Box<Record>>) {
        let mut records = Vec::new();
        let mut is_open = true;
        self.gather();
        while is_open || self.waiting.len() > 0 {
            let now = self.clock.now();
            let due = self.ledger.poll_timeout().map(|at| {
                let wait = Duration::try_from(at.duration_since(now.wall)).unwrap_or(Duration::ZERO);
                Instant::now() + wait.min(Duration::from_secs(3600))
            });
            if self.waiting.len() > 0 {
                if is_open && std::mem::take(&mut self.is_flooded) {
                    is_open = self.listen(FLOOD_GATHER, &mut queue).await;
                }
                is_open &= self.write(&mut queue).await;
                continue;
            }
            tokio::select! {
                count = queue.recv_many(&mut records, 1024) => {
                    is_open = count > 0;
                    self.take(&mut records);
                    if is_open && self.waiting.len() > 0 && self.waiting.len() < SESSIONS {
                        // A moment more, so that what belongs together is written together.
                        is_open = self.listen(GATHER, &mut queue).await;
                    }
                }
                () = until(due) => {
                    self.ledger.handle_timeout(self.clock.now().wall);
                    self.gather();
                }
            }
        }
        self.store.close().await;
    }

    /// Takes records for so long; whether the channel is still open.
    async fn listen(&mut self, time: Duration, queue: &mut mpsc::Receiver<Box<Record>>) -> bool {
        let (until, mut records) = (Instant::now() + time, Vec::new());
        while let Ok(count) = tokio::time::timeout_at(until, queue.recv_many(&mut records, 1024)).await {
            self.take(&mut records);
            if count == 0 {
                return false;
            }
        }
        true
    }

    fn take(&mut self, records: &mut Vec<Box<Record>>) {
        for record in records.drain(..) {
            self.ledger.handle(&record);
        }
        self.gather();
    }

    fn gather(&mut self) {
        while let Some(output) = self.ledger.poll_output() {
            self.waiting.put(output);
        }
        let dropped = self.waiting.shrink();
        if dropped > 0 {
            self.telemetry.history.dropped(dropped);
        }
        self.telemetry.history.backlog(self.waiting.len());
    }

    /// Writes one group while records go on coming; whether the channel is still open.
    async fn write(&mut self, queue: &mut mpsc::Receiver<Box<Record>>) -> bool {
        let batch = self.waiting.take();
        self.is_flooded = batch.len() >= FLOOD;
        let started = self.clock.now();
        let (store, at) = (self.store.clone(), started.wall);
        let mut is_open = true;
        let mut records = Vec::new();
        let result = {
            let mut save = pin!(store.save(&batch, at));
            let late = Instant::now() + SLOW;
            let mut was_late = false;
            loop {
                tokio::select! {
                    result = &mut save => break result,
                    count = queue.recv_many(&mut records, 1024), if is_open => {
                        is_open = count > 0;
                        self.take(&mut records);
                    }
                    () = sleep_until(late), if !was_late => {
                        was_late = true;
                        self.health.send_if_modified(|health| std::mem::replace(health, Health::Late) != Health::Late);
                        self.telemetry.history.slow();
                    }
                }
            }
        };
        let took = self.clock.now().mono.saturating_duration_since(started.mono);
        match result {
            Ok(()) => {
                self.telemetry.history.written(batch.len(), took);
                self.tell(if took >= SLOW { Health::Late } else { Health::Good });
            }
            Err(error) => {
                self.telemetry.history.failed(&error);
                self.waiting.put_back(batch);
                self.tell(Health::Late);
                // Records wait in their queue meanwhile; it holds minutes of them.
                tokio::time::sleep(RETRY).await;
            }
        }
        self.telemetry.history.backlog(self.waiting.len());
        is_open
    }

    fn tell(&self, health: Health) {
        let was = self.health.send_replace(health);
        if was != health && health == Health::Good {
            self.telemetry.history.recovered();
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
