//! The two times everything works with: a monotonic one for timers and durations, a wall one for records.
//!
//! Pure parts take a [`Now`] as an argument; only drivers own a [`Clock`].

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For timers.
    pub mono: Instant,
    /// For records: UTC, never stepping backwards within one process.
    pub wall: Timestamp,
}

impl Now {
    /// The moment `by` later.
    #[must_use]
    pub fn later(self, by: Duration) -> Self {
        let wall = SignedDuration::try_from(by).ok().and_then(|by| self.wall.checked_add(by).ok()).unwrap_or(Timestamp::MAX);
        Self { mono: self.mono + by, wall }
    }
}

/// Gives [`Now`]s: wall time as it was at the start plus what the monotonic clock has counted since, so that a stepped
/// system clock moves no record.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Now,
}

impl Clock {
    /// Reads both system clocks once.
    #[allow(clippy::disallowed_methods)] // the one place that may read the system clocks
    pub fn start() -> Self {
        Self { start: Now { mono: Instant::now(), wall: Timestamp::now() } }
    }

    /// The present moment.
    #[allow(clippy::disallowed_methods)] // the one place that may read the system clocks
    pub fn now(&self) -> Now {
        self.at(Instant::now())
    }

    /// The moment at which the monotonic clock showed `mono`.
    pub fn at(&self, mono: Instant) -> Now {
        self.start.later(mono.saturating_duration_since(self.start.mono))
    }
}

/// The moment without its last three digits: records and what is published of them have microseconds.
pub fn whole_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The wall clock as it is set now: what certificates and tokens are judged by, because their dates are those of others.
#[allow(clippy::disallowed_methods)] // the one place that may read the system clocks
pub fn wall_clock() -> Timestamp {
    Timestamp::now()
}
