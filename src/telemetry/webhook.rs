//! Notable events of webhooks. Neither addresses, which may hold secrets, nor contents are in them.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    hook: String,
}

/// Counters of deliveries, and the events that move them.
#[derive(Debug)]
pub struct WebhookEvents {
    delivered: Family<Of, Counter>,
    failed: Family<Of, Counter>,
    given_up: Family<Of, Counter>,
    replayed: Family<Of, Counter>,
}

impl WebhookEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let events =
            Self { delivered: Family::default(), failed: Family::default(), given_up: Family::default(), replayed: Family::default() };
        registry.register("delivered", "Events that a receiver has taken", events.delivered.clone());
        registry.register("failures", "Attempts that failed and are repeated", events.failed.clone());
        registry.register("given_up", "Events that became dead letters", events.given_up.clone());
        registry.register("replayed", "Dead letters that somebody had sent again", events.replayed.clone());
        events
    }

    fn of(hook: &str) -> Of {
        Of { hook: hook.to_owned() }
    }

    /// A receiver has taken an event.
    pub fn delivered(&self, hook: &str) {
        self.delivered.get_or_create(&Self::of(hook)).inc();
    }

    /// An attempt failed; another follows.
    pub fn failed(&self, hook: &str, delivery: &str, attempt: u32, problem: &str) {
        self.failed.get_or_create(&Self::of(hook)).inc();
        // The first of an event says it; the others are the same news.
        if attempt == 1 {
            tracing::warn!(target: "webhook", hook, delivery, problem, "an event was not delivered; it is tried again");
        } else {
            tracing::debug!(target: "webhook", hook, delivery, attempt, problem, "an event was not delivered again");
        }
    }

    /// An event became a dead letter.
    pub fn given_up(&self, hook: &str, delivery: &str, event: &str, problem: &str) {
        self.given_up.get_or_create(&Self::of(hook)).inc();
        tracing::error!(target: "webhook", hook, delivery, event, problem, "an event was given up; it is among the dead letters");
    }

    /// Somebody had dead letters sent again.
    pub fn replayed(&self, hook: &str, count: u64) {
        self.replayed.get_or_create(&Self::of(hook)).inc_by(count);
        tracing::info!(target: "webhook", hook, count, "dead letters are sent again");
    }
}
