//! The tasks that deliver: one for each receiver, so that none waits for another.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use sha2::Sha256;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Hook;
use super::outbox::{Delivery, Outcome};
use crate::history::store::Store;
use crate::http_client::{self, Client, Error};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// Deliveries of one receiver under way at once, each of another session or agent.
const PARALLEL: i64 = 16;

/// How often it is looked whether something is due, when nothing tells.
const LOOK: Duration = Duration::from_secs(30);

/// How long after a failed look into the database the next is made.
const RETRY: Duration = Duration::from_secs(1);

/// Running tasks.
#[derive(Debug)]
pub struct Deliverer {
    tasks: Vec<JoinHandle<()>>,
}

impl Deliverer {
    /// Delivers to these receivers what `store` holds for them, as soon as it is open.
    ///
    /// # Errors
    /// The system's certificates cannot be used.
    pub fn start(hooks: &[Hook], store: &watch::Receiver<Option<Store>>, clock: Clock, telemetry: &Arc<Telemetry>) -> Result<Self, Error> {
        let mut tasks = Vec::new();
        for hook in hooks {
            let client = http_client::client(hook.timeout)?;
            let sender = Sender { hook: hook.clone(), client, clock, telemetry: Arc::clone(telemetry), failures: 0 };
            tasks.push(tokio::spawn(sender.run(store.clone())));
        }
        Ok(Self { tasks })
    }

    /// Ends the tasks; what was under way is sent again at the next start.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await; // it was told to go
        }
    }
}

/// The pause after so many failures: doubled each time, with a random part, so that receivers that come back are not met by
/// everybody at once. `chance` is from 0 to 1.
pub fn pause(failures: u32, first: Duration, longest: Duration, chance: f64) -> Duration {
    let full = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(30))).min(longest);
    full.mul_f64(0.75 + 0.25 * chance.clamp(0.0, 1.0))
}

/// The signature of a delivery: HMAC-SHA256 over the time stamp, a full stop and the body, in hexadecimal digits.
pub fn signature(secret: &[u8], timestamp: &str, body: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Sender {
    hook: Hook,
    client: Client,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    /// Rounds in a row in which nothing was delivered.
    failures: u32,
}

impl Sender {
    async fn run(mut self, mut opened: watch::Receiver<Option<Store>>) {
        let Ok(Some(store)) = opened.wait_for(Option::is_some).await.map(|store| store.clone()) else { return };
        let receivers = store.receivers();
        let mut changes = receivers.changes();
        loop {
            changes.mark_unchanged();
            // A receiver that does not answer is asked with one event, not with all.
            let limit = if self.failures == 0 { PARALLEL } else { 1 };
            let mut is_strict = false;
            let wait = match store.due(&self.hook.name, self.clock.now().wall, limit).await {
                Ok(due) if due.is_empty() => match store.next_due(&self.hook.name).await {
                    Ok(at) => at.map_or(LOOK, |at| until(at, self.clock.now().wall).min(LOOK)),
                    Err(error) => self.unreadable(&error),
                },
                Ok(due) => {
                    is_strict = true;
                    self.round(&store, due).await
                }
                Err(error) => self.unreadable(&error),
            };
            if is_strict {
                tokio::time::sleep(wait).await;
            } else {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    changed = changes.changed() => if changed.is_err() { return },
                }
            }
        }
    }

    fn unreadable(&self, error: &dyn std::fmt::Display) -> Duration {
        self.telemetry.history.read_failed(error);
        RETRY
    }

    /// Sends what is due and writes down what became of it; how long to wait then.
    async fn round(&mut self, store: &Store, due: Vec<Delivery>) -> Duration {
        let results = join_all(due.iter().map(|delivery| self.attempt(delivery))).await;
        let mut outcomes = Vec::with_capacity(due.len());
        let mut some_arrived = false;
        for (delivery, result) in due.iter().zip(results) {
            let attempt = u32::try_from(delivery.attempts).unwrap_or(u32::MAX).saturating_add(1);
            let outcome = match result {
                Ok(()) => {
                    some_arrived = true;
                    self.telemetry.webhook.delivered(&self.hook.name);
                    Outcome::Delivered
                }
                Err(problem) if attempt >= self.hook.max_attempts => {
                    self.telemetry.webhook.given_up(&self.hook.name, &delivery.id, &delivery.event, problem);
                    Outcome::Dead(problem)
                }
                Err(problem) => {
                    self.telemetry.webhook.failed(&self.hook.name, &delivery.id, attempt, problem);
                    let wait = pause(attempt, self.hook.first_pause, self.hook.longest_pause, rand::rng().random());
                    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO);
                    Outcome::Again(self.clock.now().wall.checked_add(wait).unwrap_or(Timestamp::MAX), problem)
                }
            };
            outcomes.push((delivery.id.clone(), outcome));
        }
        while let Err(error) = store.settle(&self.hook.name, &outcomes).await {
            // Until that is written down nothing more is sent, or it would arrive again and again.
            tokio::time::sleep(self.unreadable(&error)).await;
        }
        self.failures = if some_arrived { 0 } else { self.failures.saturating_add(1) };
        if some_arrived {
            Duration::ZERO
        } else {
            pause(self.failures, self.hook.first_pause, self.hook.longest_pause, rand::rng().random())
        }
    }

    /// One attempt; what was wrong, in words that name neither address nor content.
    async fn attempt(&self, delivery: &Delivery) -> Result<(), &'static str> {
        let timestamp = self.clock.now().wall.as_second().to_string();
        let mut request = self
            .client
            .post(&self.hook.url)
            .header("Content-Type", "application/json")
            .header("X-Delivery", &delivery.id)
            .header("X-Event", &delivery.event)
            .header("X-Attempt", (delivery.attempts + 1).to_string())
            .header("X-Timestamp", &timestamp);
        if let Some(secret) = &self.hook.secret {
            let signature = signature(secret.current().expose_secret().as_bytes(), &timestamp, &delivery.body);
            request = request.header("X-Signature", format!("v1={signature}"));
        }
        match tokio::time::timeout(self.hook.timeout, request.body(delivery.body.clone()).send()).await {
            Err(_) => Err("no answer in time"),
            Ok(Err(error)) if error.is_connect() => Err("cannot be connected to"),
            Ok(Err(error)) if error.is_timeout() => Err("no answer in time"),
            Ok(Err(_)) => Err("the connection broke"),
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(match answer.status().as_u16() {
                300..=399 => "redirected, which is not followed",
                400..=499 => "refused (4xx)",
                _ => "failed there (5xx)",
            }),
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO).max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest_and_are_never_alike_for_everybody() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(60));
        let at = |failures, chance| pause(failures, first, longest, chance);
        assert_eq!([at(1, 1.0), at(2, 1.0), at(3, 1.0)], [1, 2, 4].map(Duration::from_secs));
        assert_eq!((at(7, 1.0), at(400, 1.0)), (longest, longest));
        assert_eq!(at(3, 0.0), Duration::from_secs(3));
    }

    /// The second test case of RFC 4231, with its text cut where our full stop stands.
    #[test]
    fn the_signature_is_hmac_sha256_over_time_stamp_and_body() {
        let expected = {
            let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
            mac.update(b"1700000000.{}");
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(signature(b"Jefe", "1700000000", "{}"), expected);
        assert_ne!(signature(b"Jeff", "1700000000", "{}"), expected);
        assert_ne!(signature(b"Jefe", "1700000001", "{}"), expected);
    }
}
