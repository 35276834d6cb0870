//! The driver between the engine's records and the database: it never makes the sender wait.
//!
//! It has a thread of its own, which gives way to everybody else, as the database's threads then do: on a machine with nothing
//! to spare events come first and history later.
//!
//! Records come through a bounded channel; the ledger turns them into sessions and periods, which [`wait`](super::waiting) to be
//! written. One write is under way at a time, in groups; a write that failed is repeated until it succeeds.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::amend::{Amendment, Refused};
use super::ledger::{Late, Ledger, Notice, Output, Settings};
use super::model::{Session, SessionId};
use super::store::{Left, OpenError, Store, StoreError};
use super::waiting::Waiting;
use super::webhook::Receivers;
use crate::engine::record::Record;
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// How much its threads give way to others (`nice`).
const NICE: i32 = 5;

/// Records that may wait for the ledger.
const QUEUE: usize = 65_536;

/// A group of so many is a flood …
const FLOOD: usize = 1_000;
/// … after which the next is gathered for so long: most of what begins meanwhile ends too, and is written once.
const FLOOD_GATHER: Duration = Duration::from_millis(250);

/// How long a group is gathered, and one of nothing but periods, for which nobody waits: every commit costs as much as a
/// hundred of them.
const GATHER: Duration = Duration::from_millis(10);
const PERIODS_GATHER: Duration = Duration::from_millis(100);

/// How long one write may take before the history counts as late.
const SLOW: Duration = Duration::from_secs(2);

/// How long after a failed write the next is tried.
const RETRY: Duration = Duration::from_secs(1);

/// How long after a failed opening the next is tried.
const REOPEN: Duration = Duration::from_secs(5);

/// Changes by hand that may wait.
const WISHES: usize = 256;

/// How long whoever asks for a change waits until it is durable.
const AMEND: Duration = Duration::from_secs(10);

/// Completions of closed sessions that may wait for a database that does not answer.
const LATE: usize = 1_000;

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

/// Why a change by hand was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    /// There is no such session.
    #[error("there is no such session")]
    NoSuchSession,
    /// It does not fit the session.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It is not durable yet: the database cannot be written, or is slow. It may become so later.
    #[error("the change is not durable yet")]
    Late,
}

/// What somebody waits for.
#[derive(Debug)]
enum Wish {
    /// A change by hand.
    Amend { session: SessionId, amendment: Amendment, answer: oneshot::Sender<Result<Session, AmendError>> },
    /// That everything until now is durable.
    Settle(oneshot::Sender<()>),
}

/// Takes changes by hand; cheap to clone. One that is left over keeps nothing alive.
#[derive(Clone, Debug)]
pub struct Amender {
    wishes: mpsc::Sender<Wish>,
    health: watch::Receiver<Health>,
}

impl Amender {
    /// Makes a change, whether the session is under way or closed; the session as it is then, durable.
    ///
    /// # Errors
    /// [`AmendError`].
    pub async fn amend(&self, session: SessionId, amendment: Amendment) -> Result<Session, AmendError> {
        let (answer, answered) = oneshot::channel();
        let ask = async {
            self.wishes.send(Wish::Amend { session, amendment, answer }).await.map_err(|_| AmendError::Late)?;
            answered.await.map_err(|_| AmendError::Late)?
        };
        timeout(AMEND, ask).await.unwrap_or(Err(AmendError::Late))
    }

    /// Waits until every session of which something was recorded before can be found in the database as it was then.
    ///
    /// # Errors
    /// [`AmendError::Late`]: the database cannot be written, or is slow.
    pub async fn settled(&self) -> Result<(), AmendError> {
        let (answer, answered) = oneshot::channel();
        let ask = async {
            self.wishes.send(Wish::Settle(answer)).await.map_err(|_| AmendError::Late)?;
            answered.await.map_err(|_| AmendError::Late)
        };
        let mut health = self.health.clone();
        tokio::select! {
            settled = timeout(AMEND, ask) => settled.unwrap_or(Err(AmendError::Late)),
            _ = health.wait_for(|health| *health == Health::Late) => Err(AmendError::Late),
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
    /// Takes changes by hand.
    pub amender: Amender,
    /// Goes when the thread has ended.
    ended: oneshot::Receiver<()>,
    /// Ends it at once.
    leash: oneshot::Sender<()>,
}

impl Recorder {
    /// Goes on where the store stopped. A database that cannot be opened is tried again and again; what happens meanwhile
    /// waits.
    pub fn start(place: Place, settings: Settings, clock: Clock, telemetry: Arc<Telemetry>) -> Self {
        Self::telling(place, settings, Arc::default(), clock, telemetry)
    }

    /// [`Recorder::start`] with integrators that are told what happens.
    pub fn telling(place: Place, settings: Settings, receivers: Arc<Receivers>, clock: Clock, telemetry: Arc<Telemetry>) -> Self {
        let (records, queue) = mpsc::channel(QUEUE);
        let (ask, wishes) = mpsc::channel(WISHES);
        let (tell, health) = watch::channel(Health::Good);
        let (opened, store) = watch::channel(None);
        let (ending, ended) = oneshot::channel();
        let (leash, released) = oneshot::channel();
        if place.url.is_empty() {
            let handle = Handle { records: None, telemetry };
            return Self { handle, amender: Amender { wishes: ask, health: health.clone() }, health, store, ended, leash };
        }
        let starter = Starter { place, settings, receivers, clock, telemetry: Arc::clone(&telemetry), health: tell, opened };
        let thread = std::thread::Builder::new().name("history".to_owned());
        let works = thread.spawn(move || {
            starter.work(queue, wishes, released);
            drop(ending);
        });
        if let Err(error) = works {
            telemetry.history.no_thread(&error);
        }
        let amender = Amender { wishes: ask, health: health.clone() };
        Self { handle: Handle { records: Some(records), telemetry }, health, store, amender, ended, leash }
    }

    /// Writes what is left, for at most `within`; every other [`Handle`] must be gone.
    pub async fn stop(self, within: Duration) {
        drop(self.handle);
        // That it has ended is told by nothing being told any more.
        let _ = timeout(within, self.ended).await;
        let _ = self.leash.send(());
    }
}

/// Opens the database, then works.
struct Starter {
    place: Place,
    settings: Settings,
    receivers: Arc<Receivers>,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    health: watch::Sender<Health>,
    opened: watch::Sender<Option<Store>>,
}

impl Starter {
    /// The thread's life.
    fn work(self, queue: mpsc::Receiver<Box<Record>>, wishes: mpsc::Receiver<Wish>, released: oneshot::Receiver<()>) {
        // Where it is not allowed it works all the same. Threads that are started from here inherit it.
        let _ = rustix::process::nice(NICE);
        let telemetry = Arc::clone(&self.telemetry);
        match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(async {
                tokio::select! {
                    () = self.run(queue, wishes) => {}
                    // Whoever lets go of it without a word leaves it to itself.
                    Ok(()) = released => {}
                }
            }),
            Err(error) => telemetry.history.no_thread(&error),
        }
    }

    async fn run(self, queue: mpsc::Receiver<Box<Record>>, wishes: mpsc::Receiver<Wish>) {
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
        let waiting = Waiting::telling(store.receivers());
        let (late, unanswered, unsettled) = (VecDeque::new(), Vec::new(), Vec::new());
        let worker = Worker { store, ledger, clock, telemetry, health, waiting, is_flooded: false, wishes, late, unanswered, unsettled };
        worker.run(queue).await;
    }

    async fn open(&self) -> Result<(Store, Left), OpenError> {
        let store = Store::open(&self.place.url, &self.place.data_dir).await?.telling(Arc::clone(&self.receivers));
        let left = store.left().await?;
        Ok((store, left))
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
    wishes: mpsc::Receiver<Wish>,
    /// What came for sessions that were closed already.
    late: VecDeque<Late>,
    /// Changes that are made and wait to be durable.
    unanswered: Vec<(Session, oneshot::Sender<Result<Session, AmendError>>)>,
    /// Sessions that are to be written before somebody goes on.
    unsettled: Vec<(BTreeSet<SessionId>, oneshot::Sender<()>)>,
}

impl Worker {
    async fn run(mut self, mut queue: mpsc::Receiver<Box<Record>>) {
        let mut is_open = true;
        self.gather();
        while is_open || self.waiting.len() > 0 {
            let now = self.clock.now();
            // Here and not only when nothing else is to be done: in a busy house there always is.
            if self.ledger.poll_timeout().is_some_and(|due| due <= now.wall) {
                self.ledger.handle_timeout(now.wall);
                self.gather();
            }
            let due = self.ledger.poll_timeout().map(|at| {
                let wait = Duration::try_from(at.duration_since(now.wall)).unwrap_or(Duration::ZERO);
                Instant::now() + wait.min(Duration::from_secs(3600))
            });
            // Between two writes no record is anywhere but where it is looked for.
            self.add_late().await;
            while let Ok(wish) = self.wishes.try_recv() {
                self.grant(wish, &mut queue).await;
            }
            if self.waiting.len() > 0 {
                if is_open && self.unanswered.is_empty() {
                    // A moment more, so that what belongs together is written together.
                    let time = if std::mem::take(&mut self.is_flooded) { FLOOD_GATHER } else { PERIODS_GATHER };
                    is_open = self.listen(time, &mut queue).await;
                }
                is_open &= self.write(&mut queue).await;
                continue;
            }
            tokio::select! {
                first = queue.recv() => {
                    if let Some(record) = &first {
                        self.ledger.handle(record);
                    }
                    is_open = first.is_some() && self.take(&mut queue);
                }
                Some(wish) = self.wishes.recv() => self.grant(wish, &mut queue).await,
                () = until(due) => {}
            }
        }
        self.store.close().await;
    }

    /// Takes records for so long, or until something has waited long enough that is no period; whether the channel is still
    /// open.
    async fn listen(&mut self, time: Duration, queue: &mut mpsc::Receiver<Box<Record>>) -> bool {
        let until = Instant::now() + time;
        let mut is_open = true;
        loop {
            let was_periods = self.waiting.has_only_periods();
            // Not at every record: being woken for each of them costs more than all that is done with it.
            sleep_until(until.min(Instant::now() + GATHER)).await;
            is_open &= self.take(queue);
            if !is_open || !was_periods || Instant::now() >= until {
                return is_open;
            }
        }
    }

    /// Takes every record that is there; whether more may come.
    fn take(&mut self, queue: &mut mpsc::Receiver<Box<Record>>) -> bool {
        let is_open = loop {
            match queue.try_recv() {
                Ok(record) => self.ledger.handle(&record),
                Err(mpsc::error::TryRecvError::Empty) => break true,
                Err(mpsc::error::TryRecvError::Disconnected) => break false,
            }
        };
        self.gather();
        is_open
    }

    fn gather(&mut self) {
        while let Some(output) = self.ledger.poll_output() {
            match output {
                Output::Late(_) if self.late.len() >= LATE => self.telemetry.history.dropped(1),
                Output::Late(late) => self.late.push_back(late),
                output => self.waiting.put(output),
            }
        }
        let dropped = self.waiting.shrink();
        if dropped > 0 {
            self.telemetry.history.dropped(dropped);
        }
        self.telemetry.history.backlog(self.waiting.len());
    }

    /// Makes a change by hand; it is answered when it is durable.
    async fn grant(&mut self, wish: Wish, queue: &mut mpsc::Receiver<Box<Record>>) {
        // An answer that nobody waits for any longer is no matter.
        match wish {
            Wish::Amend { session, amendment, answer } => match self.amend(session, &amendment).await {
                Ok(session) => self.unanswered.push((session, answer)),
                Err(error) => drop(answer.send(Err(error))),
            },
            Wish::Settle(answer) => {
                self.take(queue); // whether more may come is found out by whoever waits for it
                self.add_late().await;
                self.unsettled.push((self.waiting.session_ids().collect(), answer));
                self.settle(&[]);
            }
        }
    }

    /// Tells who waits for sessions that are written now, those of `batch` among them.
    fn settle(&mut self, batch: &[Output]) {
        if self.unsettled.is_empty() {
            return;
        }
        let is_written = |id: &SessionId| batch.iter().any(|output| matches!(output, Output::Session(session) if session.id == *id));
        let waiting = &self.waiting;
        self.unsettled.iter_mut().for_each(|(sessions, _)| sessions.retain(|id| waiting.has_session(*id) && !is_written(id)));
        for (_, answer) in self.unsettled.extract_if(.., |(sessions, answer)| sessions.is_empty() || answer.is_closed()) {
            let _ = answer.send(()); // nobody may wait any longer
        }
    }

    async fn amend(&mut self, id: SessionId, amendment: &Amendment) -> Result<Session, AmendError> {
        let at = self.clock.now().wall;
        if let Some(result) = self.ledger.amend(id, amendment, at) {
            self.gather();
            result?;
        } else if let Some(session) = self.waiting.session_mut(id) {
            amendment.apply(session, at)?;
            self.tell_amended(id, amendment, at);
        } else {
            let found = self.store.session(id).await.map_err(|error| self.cannot_read(&error))?;
            let mut session = found.ok_or(AmendError::NoSuchSession)?;
            amendment.apply(&mut session, at)?;
            self.waiting.put(Output::Session(Box::new(session)));
            self.tell_amended(id, amendment, at);
        }
        self.waiting.session_mut(id).cloned().ok_or(AmendError::Late)
    }

    fn tell_amended(&mut self, id: SessionId, amendment: &Amendment, at: Timestamp) {
        if let Some(kind) = amendment.notice() {
            self.waiting.put(Output::Notice(Notice { session: Some(id), at, kind, agent: None, state: None }));
        }
    }

    fn cannot_read(&self, error: &StoreError) -> AmendError {
        self.telemetry.history.read_failed(error);
        AmendError::Late
    }

    /// Adds what was told of closed sessions, as long as the database answers.
    async fn add_late(&mut self) {
        while let Some(late) = self.late.pop_front() {
            let waits = self.waiting.session_of(&late.interaction);
            let found = match waits {
                Some(id) => Ok(Some(id)),
                None => self.store.session_of(&late.interaction).await,
            };
            match found {
                // Of a contact that no session was kept of there is nothing to say.
                Ok(None) => {}
                Ok(Some(id)) => {
                    if self.amend(id, &late.amendment).await == Err(AmendError::Late) {
                        return self.late.push_front(late);
                    }
                }
                Err(error) => {
                    self.cannot_read(&error);
                    return self.late.push_front(late);
                }
            }
        }
    }

    /// Tells who asked for changes that are durable now.
    fn answer(&mut self) {
        let waiting = &self.waiting;
        let durable = self.unanswered.extract_if(.., |(session, _)| !waiting.has_session(session.id));
        for (session, answer) in durable {
            let _ = answer.send(Ok(session)); // nobody may wait any longer
        }
    }

    /// Writes one group while records go on coming; whether the channel is still open.
    async fn write(&mut self, queue: &mut mpsc::Receiver<Box<Record>>) -> bool {
        let batch = self.waiting.take();
        self.is_flooded = batch.len() >= FLOOD;
        let started = self.clock.now();
        let (store, at) = (self.store.clone(), started.wall);
        let mut is_open = true;
        let result = {
            let mut save = pin!(store.save(&batch, at));
            let late = Instant::now() + SLOW;
            let mut was_late = false;
            loop {
                tokio::select! {
                    result = &mut save => break result,
                    () = tokio::time::sleep(GATHER), if is_open => is_open = self.take(queue),
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
                self.answer();
                self.settle(&batch);
                // A slow write that left nothing behind is over: no other may come for hours that could say so.
                self.tell(if took >= SLOW && self.waiting.len() > 0 { Health::Late } else { Health::Good });
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
