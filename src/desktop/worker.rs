//! Work that would hold up the hub: passwords are hashed and compared on threads of their own, a few at a time, which give
//! way to everything else. Thousands of sign-ins may wait for them; no event does.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::hub::{Input, Job};
use super::ledger::Ledger;
use super::mediabar::ending::Verdict;
use crate::auth::Authority;
use crate::auth::credential::{HashCost, hash, verify};
use crate::telemetry::Telemetry;
use crate::time::wall_clock;

/// How long a thread waits for more.
const IDLE: Duration = Duration::from_secs(10);
/// How much the threads give way to others (`nice`): the processor is theirs when nobody else wants it.
const NICE: i32 = 10;

/// Does the hub's jobs.
#[derive(Clone, Debug)]
pub struct Worker {
    hub: mpsc::Sender<Input>,
    cost: HashCost,
    queue: Arc<Queue>,
    ledger: Option<Ledger>,
    authority: Arc<Authority>,
    telemetry: Arc<Telemetry>,
}

impl Worker {
    /// A worker that gives its results to the hub.
    pub fn new(hub: mpsc::Sender<Input>, cost: HashCost, authority: Arc<Authority>, telemetry: Arc<Telemetry>) -> Self {
        Self { hub, cost, queue: Arc::default(), ledger: None, authority, telemetry }
    }

    /// The same with a place to note down which sessions are alive.
    #[must_use]
    pub fn with_ledger(self, ledger: Ledger) -> Self {
        Self { ledger: Some(ledger), ..self }
    }

    /// Starts a job; its result comes to the hub as an input.
    pub fn take(&self, job: Job) {
        match (job, &self.ledger) {
            (Job::Note(note), Some(ledger)) => ledger.note(note),
            // Whoever keeps them takes these before they come here.
            (Job::Note(_), None) | (Job::Keep(_), _) => {}
            (job, _) => self.queue.push(job, self),
        }
    }

    /// A thread's life.
    fn work(&self) {
        // Where it is not allowed it works all the same.
        let _ = rustix::process::nice(NICE);
        while let Some(job) = self.queue.next() {
            let Some(input) = do_job(job, self.cost, &self.authority, &self.telemetry) else { continue };
            // Without a hub nobody waits for it.
            if self.hub.blocking_send(input).is_err() {
                self.queue.lock().threads -= 1;
                return;
            }
        }
    }
}

/// What the threads have to do.
#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    is_more: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Somebody waits for the outcome.
    urgent: VecDeque<Job>,
    /// Nobody does.
    later: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

impl Queue {
    fn push(&self, job: Job, worker: &Worker) {
        let mut waiting = self.lock();
        let queue = if matches!(job, Job::Hash { .. }) { &mut waiting.later } else { &mut waiting.urgent };
        queue.push_back(job);
        // Each hash needs megabytes: no more at once than there are cores.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if waiting.idle == 0 && waiting.threads < cores {
            let worker = worker.clone();
            if std::thread::Builder::new().name("passwords".to_owned()).spawn(move || worker.work()).is_ok() {
                waiting.threads += 1;
            }
        }
        drop(waiting);
        self.is_more.notify_one();
    }

    /// The next job. A thread that finds none for a while ends.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.urgent.pop_front().or_else(|| waiting.later.pop_front()) {
                return Some(job);
            }
            waiting.idle += 1;
            let (guard, waited) = self.is_more.wait_timeout(waiting, IDLE).unwrap_or_else(PoisonError::into_inner);
            waiting = guard;
            waiting.idle -= 1;
            if waited.timed_out() && waiting.urgent.is_empty() && waiting.later.is_empty() {
                waiting.threads -= 1;
                return None;
            }
        }
    }

    /// Nothing that panics happens under this lock.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn do_job(job: Job, cost: HashCost, authority: &Authority, telemetry: &Telemetry) -> Option<Input> {
    match job {
        Job::Check { attempt, socket, password, hash } => Some(Input::PasswordChecked { attempt, socket, fits: verify(&password, &hash) }),
        Job::Identify { attempt, socket, credentials } => {
            // Tokens are judged by the wall clock as it is set, not as it was at the start.
            let grant = authority.identify(&credentials, wall_clock());
            let grant = grant.inspect_err(|reason| telemetry.desktop.not_identified(reason)).ok();
            Some(Input::Identified { attempt, socket, grant: grant.map(Box::new) })
        }
        Job::Recheck(seats) => Some(Input::Rechecked(seats.into_iter().map(|seat| Verdict::of(seat, authority, wall_clock())).collect())),
        Job::Note(_) | Job::Keep(_) => None,
        Job::Hash { agent, password } => hash(&password, cost).map(|hash| Input::PasswordHashed { agent, hash }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::hub::SocketId;
    use crate::engine::command::Secret;

    const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1 };

    #[test]
    fn every_job_gets_its_answer_and_the_urgent_come_first() {
        let (sender, mut inputs) = mpsc::channel(100);
        let worker = Worker::new(sender, CHEAP, Arc::new(Authority::acd_only()), Telemetry::new());
        let known = hash(&Secret::new("1234"), CHEAP).unwrap();
        // Nobody takes them out yet: the threads are told of none.
        for n in 0..20 {
            worker.queue.lock().later.push_back(Job::Hash { agent: n.to_string().as_str().into(), password: Secret::new("x") });
        }
        for n in 0..20 {
            let job = Job::Check { attempt: n, socket: SocketId(n), password: Secret::new("1234"), hash: known.clone() };
            worker.queue.lock().urgent.push_back(job);
        }
        let last = Job::Hash { agent: "last".into(), password: Secret::new("x") };
        worker.take(last);
        let answers: Vec<Input> = (0..41).map(|_| inputs.blocking_recv().unwrap()).collect();
        let first_hash = answers.iter().position(|answer| matches!(answer, Input::PasswordHashed { .. })).unwrap();
        assert_eq!(first_hash, 20, "one thread serves the urgent ones first");
        assert!(answers[..20].iter().all(|answer| matches!(answer, Input::PasswordChecked { fits: true, .. })));
    }

    #[test]
    fn threads_end_with_their_hub() {
        let (sender, inputs) = mpsc::channel(1);
        let worker = Worker::new(sender, CHEAP, Arc::new(Authority::acd_only()), Telemetry::new());
        drop(inputs);
        worker.take(Job::Hash { agent: "1".into(), password: Secret::new("x") });
        assert!(worker.queue.lock().threads <= 1);
    }
}
