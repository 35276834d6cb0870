//! A server that answers heartbeats and nothing else. When nothing was heard of the side in service for a while it is asked
//! something; if even that stays unanswered it is stuck: operators hear it, and if they want so the side is left.

use std::time::Instant;

use super::{Pair, Switching, Why};
use crate::link::event::{Loss, PROBE, RequestFailure};
use crate::link::note::Note;
use crate::link::settings::Side;
use crate::protocol::values::StatusCode;
use crate::protocol::{Message, RawFrame};
use crate::time::Now;

#[derive(Debug)]
pub(super) struct Watch {
    /// What to ask; the floor above knows a question that makes sense.
    question: Option<Message<'static>>,
    /// When the side in service said something last that was no heartbeat.
    alive: Instant,
    /// When it was asked since, and whether that is known to be in vain.
    asked: Option<(Instant, Asked)>,
    is_stuck: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Waiting,
    InVain,
}

impl Watch {
    pub(super) const fn new(now: Instant) -> Self {
        Self { question: None, alive: now, asked: None, is_stuck: false }
    }

    /// A side came into service.
    pub(super) const fn begin(&mut self, now: Instant) {
        self.alive = now;
        self.asked = None;
        self.is_stuck = false;
    }
}

impl Pair {
    /// The question that is asked when a server is silent; any answer will do, a refusal too.
    pub fn probe_with(&mut self, now: Now, question: Message<'static>) {
        self.watch.question = Some(question);
        self.settle(now);
    }

    /// The side in service said something.
    pub(super) fn watch_alive(&mut self, now: Now, side: Side) {
        self.watch.alive = now.mono;
        self.watch.asked = None;
        if std::mem::take(&mut self.watch.is_stuck) {
            self.note(Note::NoLongerStuck { side });
        }
    }

    /// When to look next.
    pub(super) fn stuck_due(&self) -> Option<Instant> {
        self.serving.filter(|_| self.switching.is_none() && !self.stopping)?;
        let settings = &self.settings;
        match self.watch.asked {
            Some((at, Asked::Waiting)) => Some(at + settings.probe_timeout),
            Some((at, Asked::InVain)) => Some(at + settings.probe_interval),
            None => self.watch.question.as_ref().map(|_| self.watch.alive + settings.probe_interval),
        }
    }

    pub(super) fn look_whether_stuck(&mut self, now: Now) {
        if self.stuck_due().is_none_or(|due| due > now.mono) {
            return;
        }
        let Some(side) = self.serving else { return };
        match self.watch.asked {
            Some((at, Asked::Waiting)) => {
                self.watch.asked = Some((at, Asked::InVain));
                if !std::mem::replace(&mut self.watch.is_stuck, true) {
                    let leaves = self.settings.switch_when_stuck;
                    let silent_for = now.mono.saturating_duration_since(self.watch.alive);
                    self.note(Note::Stuck { side, silent_for, leaves });
                    if leaves {
                        self.close(now, side, StatusCode::TIMEOUT, Loss::GivenUp);
                    }
                }
            }
            Some((_, Asked::InVain)) | None => {
                self.ask(now);
            }
        }
    }

    /// Asks the side in service the question; false if there is none.
    pub(super) fn ask(&mut self, now: Now) -> bool {
        let (Some(side), Some(question)) = (self.serving, self.watch.question.take()) else { return false };
        if let Some(session) = self.state(side).and_then(|state| state.session()) {
            session.request(now.mono, PROBE, &question);
        }
        self.watch.question = Some(question);
        self.watch.asked = Some((now.mono, Asked::Waiting));
        true
    }

    /// The answer to the question: out of silence, or because the other side claims to be active (see `claimed`).
    pub(super) fn probe_answered(&mut self, now: Now, side: Side, result: &Result<RawFrame, RequestFailure>) {
        if matches!(result, Err(RequestFailure::NotSent(_))) {
            // What was not asked proves nothing.
            self.watch.begin(now.mono);
        }
        let is_active = match result {
            Ok(_) | Err(RequestFailure::ControlFailed { .. }) => true,
            // A standby server refuses every request with this; it ends the session by itself.
            Err(RequestFailure::Failed(status)) => *status != StatusCode::SERVER_NOT_MASTER,
            Err(_) => false,
        };
        if let Some(Switching { why: Why::Claims, to, .. }) = self.switching
            && is_active
            && self.serving == Some(side)
        {
            self.refute(now, to);
        }
    }
}
