//! The events that are kept for a desktop that comes back, and how much memory all of them take together.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::outbox::Text;

/// Events are kept in blocks of so many bytes, one behind the other: to take memory for each event and to give it back much
/// later, when nothing around it is in a cache, costs more than all that is done with the event before.
const BLOCK: usize = 2 * 1024;
/// Beside its bytes, what a block costs: its place in the queue, its allocation.
const OVERHEAD: usize = 64;
/// Bytes of the length that stands before each text.
const LENGTH: usize = size_of::<u32>();

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
    blocks: VecDeque<Block>,
    events: usize,
    bytes: usize,
    /// No more of them are given back, although the oldest block may hold some more.
    most: usize,
    tally: Tally,
}

/// Texts, each behind its length. It goes as a whole, and is not looked at before: it is in no cache any more.
#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    events: usize,
}

impl Block {
    fn has_room(&self, bytes: usize) -> bool {
        self.bytes.capacity() - self.bytes.len() >= bytes
    }

    const fn cost(&self) -> usize {
        self.bytes.capacity() + OVERHEAD
    }

    fn append(&mut self, text: &str) {
        // Texts that long would fit into no outbox.
        self.bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.events += 1;
    }

    /// The text at a place, and the place behind it.
    fn read(&self, at: usize) -> Option<(&[u8], usize)> {
        let (length, rest) = self.bytes.get(at..)?.split_first_chunk::<LENGTH>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        Some((rest.get(..length)?, at + LENGTH + length))
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (text, next) = self.read(at)?;
            at = next;
            Some(text)
        })
    }
}

impl Replay {
    /// An empty one, whose bytes count in `tally`.
    pub const fn new(tally: Tally) -> Self {
        Self { blocks: VecDeque::new(), events: 0, bytes: 0, most: 0, tally }
    }

    /// Keeps an event, within the bounds. Where memory is tight, whoever holds more than an equal share gives up two blocks for
    /// one.
    pub fn push(&mut self, text: &str, bounds: Bounds) {
        self.most = bounds.events;
        if bounds.events == 0 {
            return;
        }
        let needed = LENGTH + text.len();
        match self.blocks.back_mut().filter(|block| block.has_room(needed)) {
            Some(block) => block.append(text),
            None => {
                self.make_room(bounds);
                let mut block = Block { bytes: Vec::with_capacity(needed.max(BLOCK)), events: 0 };
                block.append(text);
                self.gain(block.cost());
                self.blocks.push_back(block);
            }
        }
        self.events += 1;
    }

    /// Before another block: drops those that are not needed any more, or that there is no memory for.
    fn make_room(&mut self, bounds: Bounds) {
        while self.blocks.front().is_some_and(|oldest| self.events - oldest.events + 1 >= bounds.events) {
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
    }

    fn lose_oldest(&mut self) {
        if let Some(oldest) = self.blocks.pop_front() {
            self.events -= oldest.events;
            self.lose(oldest.cost());
        }
    }

    /// The last `count` events, if so many are here.
    pub fn last(&self, count: usize) -> Option<Vec<Text>> {
        let first = self.events.checked_sub(count).filter(|_| count <= self.most)?;
        let texts = self.blocks.iter().flat_map(Block::texts).skip(first);
        // They were texts when they came.
        texts.map(|text| std::str::from_utf8(text).ok().map(Text::from)).collect()
    }

    /// Drops all of them, and their memory.
    pub fn clear(&mut self) {
        self.blocks = VecDeque::new();
        self.events = 0;
        self.lose(self.bytes);
    }

    /// Bytes that are kept.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    fn gain(&mut self, bytes: usize) {
        if self.bytes == 0 {
            self.tally.0.holders.fetch_add(1, Ordering::Relaxed);
        }
        self.bytes += bytes;
        self.tally.0.bytes.fetch_add(bytes, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::*;

    const fn at_most(events: usize) -> Bounds {
        Bounds { events, memory: 1 << 30 }
    }

    #[test]
    fn what_is_kept_is_counted_and_what_goes_is_not() {
        let tally = Tally::default();
        let mut one = Replay::new(tally.clone());
        for text in ["a", "bb", "ccc"] {
            one.push(text, at_most(2));
        }
        assert_eq!(one.last(2).unwrap(), ["bb", "ccc"]);
        assert_eq!(one.last(0).unwrap(), [] as [Text; 0]);
        assert_eq!(one.events, 3, "the block goes as a whole");
        assert_eq!(one.last(3), None);
        let mut other = Replay::new(tally.clone());
        other.push("dddd", at_most(2));
        assert_eq!(tally.bytes(), 2 * (BLOCK + OVERHEAD));
        other.push("eeee", at_most(2));
        assert_eq!(other.last(1).unwrap(), ["eeee"]);
        other.push("none is kept", at_most(0));
        assert_eq!(other.last(1), None);
        other.clear();
        assert_eq!((other.last(1), other.bytes()), (None, 0));
        drop(one);
        assert_eq!(tally.bytes(), 0);
    }

    #[test]
    fn texts_of_all_lengths_come_back_as_they_were() {
        let mut replay = Replay::default();
        let text = |n: usize| format!("{n}:{}", "ü".repeat(n * 37 % 3_000));
        for n in 0..500 {
            replay.push(&text(n), at_most(100));
            let kept = (n + 1).min(100);
            let texts = replay.last(kept).unwrap();
            assert!(texts.iter().enumerate().all(|(place, found)| found.as_str() == text(n + 1 - kept + place)));
            assert_eq!(replay.last(kept + 1), None);
        }
        assert!(replay.bytes() < 100 * (2 * 3_000 + BLOCK), "{}", replay.bytes());
    }

    #[test]
    fn where_memory_is_tight_all_come_to_hold_the_same_and_nobody_loses_much_at_once() {
        let tally = Tally::default();
        let bounds = Bounds { events: 100_000, memory: 64 * 16 * 1024 };
        let mut replays: Vec<Replay> = (0..10).map(|_| Replay::new(tally.clone())).collect();
        let text = "0123456789".repeat(40);
        // One of them was there before the others.
        for _ in 0..20 {
            replays[0].push(&text, bounds);
        }
        for _ in 0..2_000 {
            for replay in &mut replays {
                let before = replay.blocks.len();
                replay.push(&text, bounds);
                assert!(replay.blocks.len() + 1 >= before, "one block less at most");
            }
            assert!(tally.bytes() <= bounds.memory);
        }
        let most = replays.iter().map(Replay::bytes).max().unwrap();
        let least = replays.iter().map(Replay::bytes).min().unwrap();
        assert!(most - least <= 2 * (BLOCK + OVERHEAD) && least > 90_000, "{least} to {most}");
        drop(replays);
        assert_eq!((tally.bytes(), tally.0.holders.load(Ordering::Relaxed)), (0, 0));
    }
}
