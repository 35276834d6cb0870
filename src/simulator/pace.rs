//! How fast the world's time goes. Sessions, sides and the line keep real time, because their clients do.

use std::time::{Duration, Instant};

use crate::time::Now;

/// Real time and the world's, which may run faster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    origin: Now,
    factor: f64,
}

impl Pace {
    pub(super) const fn new(origin: Now, factor: f64) -> Self {
        Self { origin, factor }
    }

    /// The world's moment at a real one.
    pub(super) fn world(&self, now: Now) -> Now {
        if self.factor == 1.0 {
            return now;
        }
        self.origin.later(now.mono.saturating_duration_since(self.origin.mono).mul_f64(self.factor))
    }

    /// The real moment at which the world's is reached.
    pub(super) fn real(&self, world: Instant) -> Instant {
        if self.factor == 1.0 {
            return world;
        }
        // A microsecond more, so that rounding never wakes the world just before its time.
        self.origin.mono + world.saturating_duration_since(self.origin.mono).div_f64(self.factor) + Duration::from_micros(1)
    }
}
