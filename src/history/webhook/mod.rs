//! Webhooks: integrators' web servers are told what happens to sessions and agents.
//!
//! * [`body`]: what they are told (pure);
//! * [`outbox`]: events that wait, written in the transaction of the session's state they speak of;
//! * [`deliver`]: one task for each receiver, which sends, waits and tries again.
//!
//! Every event arrives at least once, those of one session (or of one agent) in their order. A receiver that is slow or away
//! delays only its own events.

pub mod body;
pub mod deliver;
pub mod outbox;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use secrecy::SecretString;
use tokio::sync::watch;

pub use deliver::Deliverer;

use super::ledger::NoticeKind;

/// What a receiver's deliveries are signed with. It may be replaced while they go on: the next attempt is signed with the new
/// one.
#[derive(Clone)]
pub struct Secret(Arc<ArcSwap<SecretString>>);

impl Secret {
    /// This one.
    pub fn new(secret: SecretString) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(secret)))
    }

    /// The one in force.
    pub fn current(&self) -> Arc<SecretString> {
        self.0.load_full()
    }

    /// Puts another in force, for every clone.
    pub fn replace(&self, secret: SecretString) {
        self.0.store(Arc::new(secret));
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::new(secret.into())
    }
}

/// One receiver.
#[derive(Clone)]
pub struct Hook {
    /// What it is called in metrics, logs and over REST.
    pub name: String,
    /// Where events go.
    pub url: String,
    /// Which events it wants.
    pub events: BTreeSet<NoticeKind>,
    /// What deliveries are signed with; none: they are not.
    pub secret: Option<Secret>,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Attempts until an event is given up.
    pub max_attempts: u32,
    /// The first pause between two attempts; it doubles.
    pub first_pause: Duration,
    /// The longest one.
    pub longest_pause: Duration,
}

/// Neither the secret nor what may stand in the address.
impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("name", &self.name).field("events", &self.events).finish_non_exhaustive()
    }
}

impl Hook {
    /// The address without what may be a secret: user, password, query.
    pub fn shown_url(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let (place, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        format!("{scheme}://{place}{path}")
    }
}

/// What the store needs to know of receivers.
#[derive(Debug)]
pub struct Receivers {
    /// All of them.
    pub hooks: Vec<Hook>,
    /// Our tenant, for records without a department.
    pub company_id: i64,
    /// Counts writes of events.
    changed: watch::Sender<u64>,
}

impl Receivers {
    /// These.
    pub fn new(hooks: Vec<Hook>, company_id: i64) -> Self {
        Self { hooks, company_id, changed: watch::channel(0).0 }
    }

    /// Whether anybody wants it.
    pub fn want(&self, kind: NoticeKind) -> bool {
        self.hooks.iter().any(|hook| hook.events.contains(&kind))
    }

    /// The receiver of that name.
    pub fn hook(&self, name: &str) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.name == name)
    }

    /// There is something new to deliver.
    pub(super) fn tell(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

impl Default for Receivers {
    fn default() -> Self {
        Self::new(Vec::new(), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        let hook = |url: &str| Hook {
            name: "crm".to_owned(),
            url: url.to_owned(),
            events: BTreeSet::new(),
            secret: Some("top secret".into()),
            timeout: Duration::ZERO,
            max_attempts: 1,
            first_pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
        };
        assert_eq!(hook("https://user:pass@crm.example:8443/in/box?key=1#x").shown_url(), "https://crm.example:8443/in/box");
        assert_eq!(hook("https://crm.example?key=1").shown_url(), "https://crm.example");
        assert!(!format!("{:?}", hook("https://u:p@x/")).contains("secret"));
    }
}
