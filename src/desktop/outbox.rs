//! What waits to be sent to one desktop: bounded, never blocking the sender.
//!
//! The hub pushes finished texts; the socket's task takes everything that waits and writes it in one flush. A desktop that
//! cannot keep up loses what waits and is closed with 4002; it comes back and is told the whole picture.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use smallvec::SmallVec;

pub use axum::extract::ws::Utf8Bytes as Text;

/// Why we close a socket. The numbers are part of the contract with desktops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The agent signed out.
    Logout,
    /// The session ended without its commanding desktop.
    Over,
    /// A binary message came.
    Binary,
    /// A text was not UTF-8.
    NotUtf8,
    /// Too many requests.
    Rate,
    /// A message was too large.
    TooLarge,
    /// We are about to restart.
    Restart,
    /// Another desktop took the session over.
    Override,
    /// The desktop does not read fast enough.
    TooSlow,
    /// No login came in time.
    NoLogin,
    /// The bearer token's time is over.
    TokenExpired,
    /// The user is not known any more.
    Revoked,
    /// Pings were not answered.
    PingUnanswered,
}

impl CloseCode {
    /// All of them, by number.
    pub const ALL: [Self; 13] = [
        Self::Logout,
        Self::Over,
        Self::Binary,
        Self::NotUtf8,
        Self::Rate,
        Self::TooLarge,
        Self::Restart,
        Self::Override,
        Self::TooSlow,
        Self::NoLogin,
        Self::TokenExpired,
        Self::Revoked,
        Self::PingUnanswered,
    ];

    /// What it means for the desktop: what was wrong, and how it comes back.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Logout | Self::Over => "the session is over; sign in anew",
            Self::Binary => "a binary message came; messages are JSON in text frames",
            Self::NotUtf8 => "a text was no UTF-8",
            Self::Rate => "more requests than `mediabar.limits` allow; the first one too many is answered `RATE_LIMITED`",
            Self::TooLarge => "a message was longer than `mediabar.limits.frame`",
            Self::Restart => "come back after a random moment, with the resume token",
            Self::Override => "the agent sits at another desktop; come back only when the user wants it",
            Self::TooSlow => "too much waited for this desktop; come back, and the missing events follow",
            Self::NoLogin => "no `prepareSession` succeeded within `mediabar.limits.login_timeout`",
            Self::TokenExpired | Self::Revoked => "the bearer token is over, or the user is not admitted any more; sign in anew",
            Self::PingUnanswered => "two pings stayed without an answer; come back",
        }
    }

    /// Whether a desktop comes back by itself; otherwise a person has to sign in.
    pub const fn may_come_back(self) -> bool {
        !matches!(self, Self::Logout | Self::Over | Self::Override | Self::TokenExpired | Self::Revoked)
    }

    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Self::Logout | Self::Over => 1000,
            Self::Binary => 1003,
            Self::NotUtf8 => 1007,
            Self::Rate => 1008,
            Self::TooLarge => 1009,
            Self::Restart => 1012,
            Self::Override => 4001,
            Self::TooSlow => 4002,
            Self::NoLogin => 4003,
            Self::TokenExpired | Self::Revoked => 4004,
            Self::PingUnanswered => 4005,
        }
    }

    /// The sentence on the wire.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Logout => "signed out",
            Self::Over => "the session has ended",
            Self::Binary => "only text is understood",
            Self::NotUtf8 => "not UTF-8",
            Self::Rate => "too many requests",
            Self::TooLarge => "message too large",
            Self::Restart => "restart, come back",
            Self::Override => "taken over by another desktop",
            Self::TooSlow => "not reading fast enough",
            Self::NoLogin => "no login",
            Self::TokenExpired => "token expired",
            Self::Revoked => "not admitted any more",
            Self::PingUnanswered => "ping unanswered",
        }
    }
}

/// The queue is full: the desktop is being closed with [`CloseCode::TooSlow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// What waits for one desktop.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    waker: AtomicWaker,
    max_messages: usize,
    max_bytes: usize,
}

/// Texts in order. Mostly one waits, and that one needs no memory of its own.
pub type Texts = SmallVec<[Text; 1]>;

#[derive(Debug, Default)]
struct Queue {
    texts: Texts,
    /// Of those, the ones that count against the bounds.
    messages: usize,
    bytes: usize,
    close: Option<CloseCode>,
}

/// Everything that waited.
#[derive(Debug, Default)]
pub struct Batch {
    /// In order.
    pub texts: Texts,
    /// After them the socket is to be closed.
    pub close: Option<CloseCode>,
}

impl Outbox {
    /// An empty one with its bounds.
    pub fn new(max_messages: usize, max_bytes: usize) -> Self {
        Self { queue: Mutex::default(), waker: AtomicWaker::new(), max_messages, max_bytes }
    }

    /// Appends a text.
    ///
    /// # Errors
    /// [`Overflow`] if it does not fit any more; what waited is dropped then, and the socket will be closed.
    pub fn push(&self, text: Text) -> Result<(), Overflow> {
        let mut queue = self.lock();
        if queue.close.is_some() {
            return Ok(());
        }
        let fits = queue.messages < self.max_messages && queue.bytes + text.len() <= self.max_bytes;
        if fits {
            queue.messages += 1;
            queue.bytes += text.len();
            queue.texts.push(text);
        } else {
            *queue = Queue { close: Some(CloseCode::TooSlow), ..Queue::default() };
        }
        drop(queue);
        self.waker.wake();
        if fits { Ok(()) } else { Err(Overflow) }
    }

    /// Appends what a returning desktop has missed. That is bounded where it was kept, so it counts against no bound here.
    pub fn replay(&self, texts: impl IntoIterator<Item = Text>) {
        let mut queue = self.lock();
        if queue.close.is_none() {
            queue.texts.extend(texts);
        }
        drop(queue);
        self.waker.wake();
    }

    /// Closes the socket after everything that waits.
    pub fn close(&self, code: CloseCode) {
        let mut queue = self.lock();
        queue.close.get_or_insert(code);
        drop(queue);
        self.waker.wake();
    }

    /// Takes everything that waits; pending while nothing does.
    pub fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Batch> {
        self.waker.register(cx.waker());
        let mut queue = self.lock();
        if queue.texts.is_empty() && queue.close.is_none() {
            return Poll::Pending;
        }
        queue.messages = 0;
        queue.bytes = 0;
        Poll::Ready(Batch { texts: std::mem::take(&mut queue.texts), close: queue.close })
    }

    /// Ready once the desktop was given up for being too slow, whatever is being written to it at that moment.
    pub fn poll_overflow(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.waker.register(cx.waker());
        if self.lock().close == Some(CloseCode::TooSlow) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// How many texts wait.
    pub fn waiting(&self) -> usize {
        self.lock().texts.len()
    }

    /// Nothing that panics happens under this lock.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn take(outbox: &Outbox) -> Option<Batch> {
        match outbox.poll_take(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => Some(batch),
            Poll::Pending => None,
        }
    }

    #[test]
    fn everything_that_waits_is_taken_at_once_and_in_order() {
        let outbox = Outbox::new(10, 100);
        assert!(take(&outbox).is_none());
        for text in ["a", "b", "c"] {
            outbox.push(text.into()).unwrap();
        }
        let batch = take(&outbox).unwrap();
        assert_eq!(batch.texts[..], ["a", "b", "c"]);
        assert_eq!(batch.close, None);
        assert!(take(&outbox).is_none());
    }

    #[test]
    fn too_many_messages_or_bytes_give_the_desktop_up() {
        for outbox in [Outbox::new(2, 1_000), Outbox::new(1_000, 20)] {
            outbox.push("0123456789".into()).unwrap();
            outbox.push("0123456789".into()).unwrap();
            assert_eq!(outbox.push("x".into()), Err(Overflow));
            let batch = take(&outbox).unwrap();
            assert!(batch.texts.is_empty());
            assert_eq!(batch.close, Some(CloseCode::TooSlow));
            assert_eq!(outbox.push("y".into()), Ok(()), "an overflow is told once");
        }
    }

    #[test]
    fn what_was_taken_does_not_count_any_more() {
        let outbox = Outbox::new(1, 10);
        for _ in 0..100 {
            outbox.push("0123456789".into()).unwrap();
            assert_eq!(take(&outbox).unwrap().texts.len(), 1);
        }
    }

    #[test]
    fn a_replay_may_be_longer_than_the_queue_and_leaves_room_for_events() {
        let outbox = Outbox::new(2, 10);
        outbox.replay((0..1_000).map(|n| Text::from(n.to_string())));
        outbox.push("event".into()).unwrap();
        assert_eq!(take(&outbox).unwrap().texts.len(), 1_001);
    }

    #[test]
    fn a_close_comes_after_what_waits_and_the_first_code_counts() {
        let outbox = Outbox::new(10, 100);
        outbox.push("last".into()).unwrap();
        outbox.close(CloseCode::Logout);
        outbox.close(CloseCode::Restart);
        outbox.push("too late".into()).unwrap();
        let batch = take(&outbox).unwrap();
        assert_eq!(batch.texts[..], ["last"]);
        assert_eq!(batch.close, Some(CloseCode::Logout));
    }
}
