//! Limits: how many failed logins a minute, how many requests a second. Pure tables that take the time as an argument.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many failures a key may have within a minute; only failures count.
#[derive(Debug)]
pub struct FailureLimit<K> {
    per_minute: usize,
    failures: HashMap<K, VecDeque<Instant>>,
    last_sweep: Option<Instant>,
}

const MINUTE: Duration = Duration::from_secs(60);

impl<K: Hash + Eq> FailureLimit<K> {
    /// At most `per_minute` failures a minute and key.
    pub fn new(per_minute: usize) -> Self {
        Self { per_minute, failures: HashMap::new(), last_sweep: None }
    }

    /// Whether the key has used up its failures.
    pub fn is_reached(&self, now: Instant, key: &K) -> bool {
        self.is_reached_with(now, key, 0)
    }

    /// Whether the key would have used up its failures if so many more failed.
    pub fn is_reached_with(&self, now: Instant, key: &K, more: usize) -> bool {
        let failed = self.failures.get(key).map_or(0, |times| times.iter().filter(|&&at| at + MINUTE > now).count());
        failed + more >= self.per_minute
    }

    /// Counts a failure.
    pub fn count(&mut self, now: Instant, key: K) {
        // Keys come from outside: forget those that are quiet, or guessing many ids would fill the memory.
        if self.last_sweep.is_none_or(|last| last + MINUTE <= now) {
            self.failures.retain(|_, times| times.back().is_some_and(|&at| at + MINUTE > now));
            self.last_sweep = Some(now);
        }
        let times = self.failures.entry(key).or_default();
        times.push_back(now);
        while times.len() > self.per_minute {
            times.pop_front();
        }
    }
}

/// A token bucket: so many a second, a burst on top.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    per_second: u32,
    burst: u32,
    tokens: f64,
    at: Instant,
}

impl TokenBucket {
    /// A full bucket.
    pub fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        Self { per_second, burst, tokens: f64::from(burst), at: now }
    }

    /// Whether nothing was taken lately.
    pub fn is_full(&self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens + passed * f64::from(self.per_second) >= f64::from(self.burst)
    }

    /// Takes one; false if the bucket is empty.
    pub fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now.max(self.at);
        self.tokens = (self.tokens + passed * f64::from(self.per_second)).min(f64::from(self.burst));
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// A token bucket for each address.
#[derive(Debug)]
pub struct AddressBuckets {
    per_second: u32,
    burst: u32,
    buckets: HashMap<IpAddr, TokenBucket>,
    last_sweep: Option<Instant>,
}

/// So many addresses are kept apart; when there are more, those with a full bucket are forgotten.
const ADDRESSES: usize = 10_000;
/// Between two looks at which those are.
const SWEEP: Duration = Duration::from_secs(1);

impl AddressBuckets {
    /// Full buckets for everybody.
    pub fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst, buckets: HashMap::new(), last_sweep: None }
    }

    /// Takes one from the address' bucket; false if that is empty.
    pub fn take(&mut self, now: Instant, address: IpAddr) -> bool {
        if self.buckets.len() >= ADDRESSES && self.last_sweep.is_none_or(|last| last + SWEEP <= now) {
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
            self.last_sweep = Some(now);
        }
        // So many busy addresses at once: nobody can be told apart from a flood any more.
        if self.buckets.len() >= 2 * ADDRESSES && !self.buckets.contains_key(&address) {
            return false;
        }
        let (per_second, burst) = (self.per_second, self.burst);
        self.buckets.entry(address).or_insert_with(|| TokenBucket::new(per_second, burst, now)).take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;

    #[test]
    fn a_key_is_refused_after_its_failures_until_the_oldest_is_a_minute_old() {
        let start = Clock::start().now().mono;
        let mut limit = FailureLimit::new(2);
        limit.count(start, "a");
        assert!(!limit.is_reached(start, &"a"));
        limit.count(start + Duration::from_secs(30), "a");
        assert!(limit.is_reached(start + Duration::from_secs(59), &"a"));
        assert!(!limit.is_reached(start + Duration::from_secs(59), &"b"));
        assert!(!limit.is_reached(start + Duration::from_secs(60), &"a"));
    }

    #[test]
    fn quiet_keys_are_forgotten() {
        let start = Clock::start().now().mono;
        let mut limit = FailureLimit::new(2);
        for key in 0..1_000 {
            limit.count(start, key);
        }
        limit.count(start + Duration::from_secs(61), 5_000);
        assert_eq!(limit.failures.len(), 1);
    }

    #[test]
    fn one_address_cannot_empty_the_bucket_of_another() {
        let start = Clock::start().now().mono;
        let mut buckets = AddressBuckets::new(1, 2);
        let (a, b) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        assert_eq!((0..5).filter(|_| buckets.take(start, a)).count(), 2);
        assert!(buckets.take(start, b));
    }

    #[test]
    fn addresses_that_are_quiet_are_forgotten() {
        let start = Clock::start().now().mono;
        let mut buckets = AddressBuckets::new(1, 2);
        for n in 0..u32::try_from(3 * ADDRESSES).unwrap() {
            assert!(buckets.take(start + Duration::from_secs(u64::from(n)), IpAddr::from(n.to_be_bytes())));
        }
        assert!(buckets.buckets.len() <= ADDRESSES);
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Clock::start().now().mono;
        let mut bucket = TokenBucket::new(50, 100, start);
        assert_eq!((0..200).filter(|_| bucket.take(start)).count(), 100);
        assert_eq!((0..200).filter(|_| bucket.take(start + Duration::from_secs(1))).count(), 50);
        assert_eq!((0..200).filter(|_| bucket.take(start + Duration::from_secs(60))).count(), 100);
    }
}
