//! The line between a side and its clients: latency, jitter, small pieces, a bandwidth, a limit of bytes.
//!
//! Without any of them bytes pass straight through. Bytes of one connection never overtake each other, whatever changes
//! meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::behaviour::Behaviour;
use super::station::ConnId;
use super::{Dice, Side};

/// Time between two pieces, so that they leave as segments of their own.
const BETWEEN_PIECES: Duration = Duration::from_millis(1);

/// What becomes of bytes that are put on the line.
pub(super) enum Put {
    /// They go at once.
    Direct(Bytes),
    /// They wait.
    Held,
    /// The connection has had all the bytes it gets: these, then a reset.
    Cut(Bytes),
}

/// What is on its way.
#[derive(Debug)]
pub(super) struct Line {
    queue: BTreeMap<(Instant, u64), (ConnId, Bytes)>,
    last: HashMap<ConnId, Instant>,
    sent: HashMap<ConnId, u64>,
    sequence: u64,
    dice: Dice,
}

impl Default for Line {
    fn default() -> Self {
        Self { queue: BTreeMap::new(), last: HashMap::new(), sent: HashMap::new(), sequence: 0, dice: Dice::new(1) }
    }
}

impl Line {
    pub(super) fn put(&mut self, now: Instant, behaviour: &Behaviour, side: Side, conn: ConnId, bytes: Bytes) -> Put {
        let applies = behaviour.toxic_side.is_none_or(|toxic| toxic == side);
        let of = |key: Option<u64>| key.filter(|_| applies).unwrap_or(0);
        if let Some(limit) = behaviour.limit_bytes.filter(|_| applies) {
            let sent = self.sent.entry(conn).or_default();
            let left = usize::try_from(limit.saturating_sub(*sent)).unwrap_or(usize::MAX);
            *sent += bytes.len() as u64;
            if bytes.len() > left {
                return Put::Cut(bytes.slice(..left));
            }
        } else {
            self.sent.remove(&conn);
        }
        let (latency, jitter, slice, pace) =
            (of(behaviour.latency_ms), of(behaviour.jitter_ms), of(behaviour.slice_bytes), of(behaviour.bytes_per_second));
        let waits = self.last.get(&conn).copied().filter(|last| *last > now);
        if latency + jitter + slice + pace == 0 && waits.is_none() {
            return Put::Direct(bytes);
        }
        let mut due = now + Duration::from_millis(latency);
        if jitter > 0 {
            due += Duration::from_millis(self.dice.below(jitter + 1));
        }
        due = due.max(waits.unwrap_or(due));
        let piece = if slice == 0 { bytes.len().max(1) } else { usize::try_from(slice).unwrap_or(usize::MAX) };
        let mut rest = bytes;
        while !rest.is_empty() {
            let part = rest.split_to(piece.min(rest.len()));
            if pace > 0 {
                due += Duration::from_secs_f64(part.len() as f64 / pace as f64);
            }
            self.queue.insert((due, self.sequence), (conn, part));
            self.sequence += 1;
            self.last.insert(conn, due);
            due += BETWEEN_PIECES;
        }
        Put::Held
    }

    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(ConnId, Bytes)> {
        let entry = self.queue.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.queue.keys().next().map(|(due, _)| *due)
    }

    /// When the last bytes leave that wait for this connection.
    pub(super) fn last_of(&self, conn: ConnId) -> Option<Instant> {
        self.queue.values().any(|(other, _)| *other == conn).then(|| self.last.get(&conn).copied()).flatten()
    }

    pub(super) fn forget(&mut self, conn: ConnId) {
        self.last.remove(&conn);
        self.sent.remove(&conn);
        self.queue.retain(|_, (other, _)| *other != conn);
    }
}
