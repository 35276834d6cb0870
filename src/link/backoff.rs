//! How long to wait between rounds of attempts, and how many attempts a second are allowed. Pure.
//!
//! The waits are those of the CTI Server Message Reference Guide, chapter "CTI Client Application Guidelines": a random
//! time first, so that not all clients come back together, then 15, 30, 60 and 120 seconds, the last one for ever.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The waits between rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The first wait is a random time up to this. The guide says: the expected number of clients divided by ten, in
    /// seconds; a gateway allows about ten sessions of our kind. It is half of this at least (our choice): a standby server
    /// that has just refused us needs a moment to become active, and after the next refusal the wait is a long one.
    pub first_up_to: Duration,
    /// The waits after it; the last one repeats.
    pub then: Vec<Duration>,
    /// Each of these becomes longer by a random part of itself, up to so many percent (our addition: two daemons that lost
    /// the same server shall not come back in step).
    pub jitter_percent: u32,
}

impl Default for Waits {
    fn default() -> Self {
        Self { first_up_to: Duration::from_millis(900), then: [15, 30, 60, 120].map(Duration::from_secs).to_vec(), jitter_percent: 10 }
    }
}

/// Where we are in the [`Waits`].
#[derive(Debug)]
pub struct Backoff {
    waits: Waits,
    step: usize,
    random: StdRng,
}

impl Backoff {
    /// Starts with the first wait; the same `seed` gives the same waits.
    pub fn new(waits: Waits, seed: u64) -> Self {
        Self { waits, step: 0, random: StdRng::seed_from_u64(seed) }
    }

    /// The wait after a round in which every side failed.
    pub fn next_wait(&mut self) -> Duration {
        let step = self.step;
        self.step = step.saturating_add(1);
        let Some(at) = step.checked_sub(1) else {
            let half = self.waits.first_up_to / 2;
            return half + self.up_to(half);
        };
        let base = self.waits.then.get(at).or_else(|| self.waits.then.last()).copied().unwrap_or(self.waits.first_up_to);
        base + self.up_to(base * self.waits.jitter_percent / 100)
    }

    /// Begins anew with the first wait.
    pub const fn reset(&mut self) {
        self.step = 0;
    }

    fn up_to(&mut self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.random.random_range(0..=most))
    }
}

/// At most `most` attempts in any `window`.
#[derive(Debug)]
pub struct Limit {
    most: usize,
    window: Duration,
    recent: VecDeque<Instant>,
}

impl Limit {
    /// No attempt was made yet.
    pub fn new(most: usize, window: Duration) -> Self {
        Self { most: most.max(1), window, recent: VecDeque::with_capacity(most.max(1)) }
    }

    /// The earliest moment for the next attempt; `None` if it may be made at any time.
    pub fn earliest(&self) -> Option<Instant> {
        if self.recent.len() < self.most { None } else { self.recent.front().map(|first| *first + self.window) }
    }

    /// The attempt made at `at` shall not count.
    pub fn forget(&mut self, at: Instant) {
        if let Some(place) = self.recent.iter().rposition(|attempt| *attempt == at) {
            self.recent.remove(place);
        }
    }

    /// An attempt is made.
    pub fn count(&mut self, now: Instant) {
        if self.recent.len() == self.most {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_those_of_the_guide_with_a_little_jitter_and_repeat_the_last_for_ever() {
        for seed in 0..200 {
            let mut backoff = Backoff::new(Waits::default(), seed);
            let first = backoff.next_wait();
            assert!(first >= Duration::from_millis(450) && first <= Duration::from_millis(900), "{first:?}");
            for base in [15, 30, 60, 120, 120, 120] {
                let wait = backoff.next_wait();
                let base = Duration::from_secs(base);
                assert!(wait >= base && wait <= base * 11 / 10, "{wait:?} for {base:?}");
            }
            backoff.reset();
            assert!(backoff.next_wait() <= Duration::from_secs(1));
        }
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let waits = |seed| {
            let mut backoff = Backoff::new(Waits::default(), seed);
            (0..8).map(|_| backoff.next_wait()).collect::<Vec<_>>()
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
    }

    #[test]
    #[allow(clippy::disallowed_methods)] // an Instant to count from
    fn no_window_holds_more_attempts_than_allowed() {
        let start = Instant::now();
        let mut limit = Limit::new(2, Duration::from_secs(1));
        assert_eq!(limit.earliest(), None);
        limit.count(start);
        assert_eq!(limit.earliest(), None);
        limit.count(start + Duration::from_millis(500));
        assert_eq!(limit.earliest(), Some(start + Duration::from_secs(1)));
        limit.count(start + Duration::from_secs(1));
        assert_eq!(limit.earliest(), Some(start + Duration::from_millis(1500)));
        limit.forget(start + Duration::from_secs(1));
        assert_eq!(limit.earliest(), None);
        limit.forget(start + Duration::from_secs(7));
        limit.count(start + Duration::from_millis(1100));
        assert_eq!(limit.earliest(), Some(start + Duration::from_millis(1500)));
    }
}
