//! The events that are kept for a desktop that comes back, and how much memory all of them take together.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::outbox::Text;

/// Beside its text, what one event costs: its place in the queue, its allocation.
const OVERHEAD: usize = 64;

/// Counts the bytes of all replays. One task changes it; others may read it.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<AtomicUsize>);

impl Tally {
    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The last events of one session.
#[derive(Debug, Default)]
pub struct Replay {
    texts: VecDeque<Text>,
    bytes: usize,
    tally: Tally,
}

impl Replay {
    /// An empty one, whose bytes count in `tally`.
    pub const fn new(tally: Tally) -> Self {
        Self { texts: VecDeque::new(), bytes: 0, tally }
    }

    /// Keeps an event, and no more than `most` of them.
    pub fn push(&mut self, text: Text, most: usize) {
        while self.texts.len() >= most {
            match self.texts.pop_front() {
                Some(oldest) => self.lose(cost(&oldest)),
                None => return, // none is to be kept
            }
        }
        self.bytes += cost(&text);
        self.tally.0.fetch_add(cost(&text), Ordering::Relaxed);
        self.texts.push_back(text);
    }

    /// The last `count` events, if so many are here.
    pub fn last(&self, count: usize) -> Option<Vec<Text>> {
        let first = self.texts.len().checked_sub(count)?;
        Some(self.texts.iter().skip(first).cloned().collect())
    }

    /// Drops all of them, and their memory.
    pub fn clear(&mut self) {
        self.texts = VecDeque::new();
        self.lose(self.bytes);
    }

    /// Bytes that are kept here.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    fn lose(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.tally.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.lose(self.bytes);
    }
}

fn cost(text: &Text) -> usize {
    text.len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_counted_and_what_goes_is_not() {
        let tally = Tally::default();
        let mut one = Replay::new(tally.clone());
        for text in ["a", "bb", "ccc"] {
            one.push(text.into(), 2);
        }
        assert_eq!(one.last(2).unwrap(), ["bb", "ccc"]);
        assert_eq!(one.last(3), None);
        let mut other = Replay::new(tally.clone());
        other.push("dddd".into(), 2);
        assert_eq!(tally.bytes(), 9 + 3 * OVERHEAD);
        other.push("none is kept".into(), 0);
        assert_eq!(other.last(1), None);
        drop(one);
        assert_eq!(tally.bytes(), 0);
    }
}
