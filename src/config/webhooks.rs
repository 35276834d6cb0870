//! Receivers of events: what was written, and what can be relied on.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::HostPort;
use super::value::{Password, Span};

/// Shortest secret, in bytes.
const SECRET_MIN: usize = 16;

/// An event type of the session history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)] // the published words
pub enum WebhookEvent {
    SessionCreated,
    SessionStarted,
    SessionOperatorJoined,
    SessionOperatorLeft,
    SessionOperatorConcluded,
    SessionForwarded,
    SessionEnded,
    SessionCallParamsUpdated,
    SessionRecordingPostProcessingCompleted,
    UserStatusChanged,
}

/// A receiver of events.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWebhook {
    /// What it is called in metrics, logs and over REST: letters, digits, `-` and `_`.
    pub name: String,
    /// Where events are sent by POST.
    pub url: String,
    /// The events it wants; none: all.
    #[serde(default)]
    pub events: Vec<WebhookEvent>,
    /// File with the secret that deliveries are signed with, at least 16 bytes; one line break at its end is not part of it.
    #[serde(default)]
    pub secret_file: Option<String>,
    /// For one attempt.
    #[serde(default = "timeout")]
    pub timeout: Span,
    /// Attempts until an event becomes a dead letter.
    #[serde(default = "max_attempts")]
    pub max_attempts: u32,
    /// The first pause between two attempts; each is twice as long as the one before.
    #[serde(default = "first_pause")]
    pub first_pause: Span,
    /// The longest pause.
    #[serde(default = "longest_pause")]
    pub longest_pause: Span,
}

const fn timeout() -> Span {
    Span::secs(10)
}

const fn max_attempts() -> u32 {
    16
}

const fn first_pause() -> Span {
    Span::secs(1)
}

const fn longest_pause() -> Span {
    Span::secs(900)
}

/// A checked receiver.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Webhook {
    pub name: String,
    pub url: String,
    /// Never empty.
    pub events: BTreeSet<WebhookEvent>,
    pub secret: Option<Password>,
    /// Where the secret stands, for reading it again.
    pub secret_file: Option<PathBuf>,
    pub timeout: Duration,
    pub max_attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

/// Why a file holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It is guessed too easily.
    #[error("holds less than {SECRET_MIN} bytes")]
    Short,
    /// The operating system says no.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// Reads a secret; one line break at its end is not part of it.
///
/// # Errors
/// [`SecretError`].
pub fn read_secret(file: &Path) -> Result<Password, SecretError> {
    let text = std::fs::read_to_string(file)?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.len() < SECRET_MIN { Err(SecretError::Short) } else { Ok(text.to_owned().into()) }
}

impl Webhook {
    /// Advice, if anybody on the way can read or forge what it is sent.
    pub fn warning(&self) -> Option<String> {
        let plain = host_of(&self.url).is_some_and(|host| !host.is_loopback()) && self.url.starts_with("http://");
        let name = &self.name;
        if plain {
            return Some(format!("webhook {name:?} is sent in plain to another machine: use https://"));
        }
        self.secret.is_none().then(|| format!("webhook {name:?} has no secret_file: its receiver cannot tell our events from others"))
    }
}

/// The host, if it is an address that can be posted to.
fn host_of(url: &str) -> Option<HostPort> {
    let (scheme, rest) = url.split_once("://")?;
    let default = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let place = rest.split(['/', '?']).next()?;
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let is_clean = !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '#');
    HostPort::parse(place).filter(|host| host.port != 0).or_else(|| HostPort::parse(&format!("{place}:{default}"))).filter(|_| is_clean)
}

/// Checks receiver number `index`; mistakes are told as (key, value, reason).
pub(super) fn check(index: usize, raw: RawWebhook, data_dir: &Path, wrong: &mut dyn FnMut(&str, Option<String>, String)) -> Webhook {
    let key = |name: &str| format!("webhooks[{index}].{name}");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if raw.name.is_empty() || raw.name.len() > 32 || !raw.name.chars().all(is_name) {
        wrong(&key("name"), Some(raw.name.clone()), "expected up to 32 letters, digits, - and _".to_owned());
    }
    if host_of(&raw.url).is_none() {
        // It may hold a password: it is not shown.
        wrong(&key("url"), None, "expected an address that starts with https:// or http://".to_owned());
    }
    let mut within = |name: &str, value: &Span, least: Span, most: Span| {
        if *value < least || *value > most {
            wrong(&key(name), Some(value.to_string()), format!("must be from {least} to {most}"));
        }
    };
    within("timeout", &raw.timeout, Span::millis(100), Span::secs(60));
    within("first_pause", &raw.first_pause, Span::millis(10), Span::secs(3_600));
    within("longest_pause", &raw.longest_pause, raw.first_pause, Span::secs(86_400));
    if !(1..=1_000).contains(&raw.max_attempts) {
        wrong(&key("max_attempts"), Some(raw.max_attempts.to_string()), "must be from 1 to 1000".to_owned());
    }
    let secret_file = raw.secret_file.as_ref().map(|file| data_dir.join(file));
    let secret = secret_file
        .as_ref()
        .and_then(|file| read_secret(file).map_err(|error| wrong(&key("secret_file"), raw.secret_file.clone(), error.to_string())).ok());
    use WebhookEvent::*;
    let all = [
        SessionCreated,
        SessionStarted,
        SessionOperatorJoined,
        SessionOperatorLeft,
        SessionOperatorConcluded,
        SessionForwarded,
        SessionEnded,
        SessionCallParamsUpdated,
        SessionRecordingPostProcessingCompleted,
        UserStatusChanged,
    ];
    let events: BTreeSet<_> = if raw.events.is_empty() { all.into() } else { raw.events.into_iter().collect() };
    Webhook {
        name: raw.name,
        url: raw.url,
        events,
        secret,
        secret_file,
        timeout: raw.timeout.0,
        max_attempts: raw.max_attempts,
        first_pause: raw.first_pause.0,
        longest_pause: raw.longest_pause.0,
    }
}
