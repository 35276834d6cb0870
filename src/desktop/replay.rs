//! The events that are kept for a desktop that comes back, and how much memory all of them take together.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::outbox::Text;

/// Beside its text, what one event costs: its place in the queue, its allocation.
const OVERHEAD: usize = 64;

/// Counts what all replays hold together. One task changes it; others may read it.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicUsize,
    /// Replays that are not empty.
    holders: AtomicUsize,
}

impl Tally {
    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// How many bytes each replay may hold if all hold the same.
    fn share(&self, memory: usize) -> usize {
        Bounds::tight(memory) / self.0.holders.load(Ordering::Relaxed).max(1)
    }
}

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Events of one session.
    pub events: usize,
    /// Bytes of all of them.
    pub memory: usize,
}

impl Bounds {
    /// From here on room has to be made, bit by bit: who clears much at once holds up everybody's events.
    pub const fn tight(memory: usize) -> usize {
        memory / 16 * 15
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

    /// Keeps an event, within the bounds. Where memory is tight, whoever holds more than an equal share gives up two for it.
    pub fn push(&mut self, text: Text, bounds: Bounds) {
        if bounds.events == 0 {
            return;
        }
        while self.texts.len() >= bounds.events {
            self.lose_oldest();
        }
        if self.tally.bytes() > Bounds::tight(bounds.memory) {
            let share = self.tally.share(bounds.memory);
            for _ in 0..2 {
                if self.bytes > share {
                    self.lose_oldest();
                }
            }
        }
        if self.texts.is_empty() {
            self.tally.0.holders.fetch_add(1, Ordering::Relaxed);
        }
        self.bytes += cost(&text);
        self.tally.0.bytes.fetch_add(cost(&text), Ordering::Relaxed);
        self.texts.push_back(text);
    }

    fn lose_oldest(&mut self) {
        if let Some(oldest) = self.texts.pop_front() {
            self.lose(cost(&oldest));
        }
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

    /// Counts what has been taken out.
    fn lose(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.tally.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
        if self.bytes == 0 && bytes > 0 {
            self.tally.0.holders.fetch_sub(1, Ordering::Relaxed);
        }
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

    const ROOMY: usize = 1 << 30;

    const fn at_most(events: usize) -> Bounds {
        Bounds { events, memory: ROOMY }
    }

    #[test]
    fn what_is_kept_is_counted_and_what_goes_is_not() {
        let tally = Tally::default();
        let mut one = Replay::new(tally.clone());
        for text in ["a", "bb", "ccc"] {
            one.push(text.into(), at_most(2));
        }
        assert_eq!(one.last(2).unwrap(), ["bb", "ccc"]);
        assert_eq!(one.last(3), None);
        let mut other = Replay::new(tally.clone());
        other.push("dddd".into(), at_most(2));
        assert_eq!(tally.bytes(), 9 + 3 * OVERHEAD);
        other.push("none is kept".into(), at_most(0));
        assert_eq!(other.last(1).unwrap(), ["dddd"]);
        other.clear();
        assert_eq!(other.last(1), None);
        drop(one);
        assert_eq!(tally.bytes(), 0);
    }

    #[test]
    fn where_memory_is_tight_all_come_to_hold_the_same_and_nobody_loses_much_at_once() {
        let tally = Tally::default();
        let bounds = Bounds { events: 1_000, memory: 64_000 };
        let mut replays: Vec<Replay> = (0..10).map(|_| Replay::new(tally.clone())).collect();
        let text: Text = "0123456789".repeat(4).into();
        // One of them was there before the others.
        for _ in 0..20 {
            replays[0].push(text.clone(), bounds);
        }
        for _ in 0..1_000 {
            for replay in &mut replays {
                let before = replay.texts.len();
                replay.push(text.clone(), bounds);
                assert!(replay.texts.len() + 1 >= before, "one less at most");
            }
            assert!(tally.bytes() <= bounds.memory);
        }
        let most = replays.iter().map(|replay| replay.bytes()).max().unwrap();
        let least = replays.iter().map(|replay| replay.bytes()).min().unwrap();
        assert!(most - least <= 2 * cost(&text) && least > 5_000, "{least} to {most}");
        drop(replays);
        assert_eq!((tally.bytes(), tally.0.holders.load(Ordering::Relaxed)), (0, 0));
    }
}
