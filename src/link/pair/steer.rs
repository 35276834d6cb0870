//! When which side is dialled. This is all of it: the rest of the pair only says what happened.
//!
//! While nobody serves, sides are tried in rounds: the preferred one, the other at once when it fails or in parallel when
//! it takes long; when all have failed there is a wait, longer each time. A side that refused for a lasting reason is
//! barred for a while and then tried by itself, whatever the rounds do. While a side serves, the other one is dialled to
//! be held as standby, if both speak protocol 24. A limit over everything keeps attempts rare.

use std::time::Instant;

use super::side::{SideState, Stage};
use super::{Note, Pair};
use crate::link::settings::Side;
use crate::time::Now;

/// How the search for a side goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seek {
    /// Sides that were not tried yet are.
    Round { last_dial: Option<Instant> },
    /// Every side failed.
    Waiting { until: Instant },
}

/// What ends the wait between rounds.
#[derive(Clone, Copy, Debug)]
struct NextTry {
    at: Instant,
    /// This side alone, since its bar ends; `None`: the next round begins.
    barred: Option<Side>,
}

impl Pair {
    /// Dials whom it is time to dial, and says when to look again.
    pub(super) fn steer(&mut self, now: Now) -> Option<Instant> {
        if self.stopping {
            return None;
        }
        if let Some(serving) = self.serving {
            let side = serving.other();
            let at = self.standby_dial_at(side)?;
            if at > now.mono {
                return Some(at);
            }
            self.limit.count(now.mono);
            self.dial(now, side);
            return None;
        }
        // Each turn dials or changes the state of the search; with two sides few turns are needed.
        for _ in 0..6 {
            match self.seek {
                Seek::Waiting { until } => {
                    let next = self.next_try(until)?;
                    let at = Some(next.at).max(self.limit.earliest()).filter(|at| *at > now.mono);
                    if at.is_some() {
                        return at;
                    }
                    match next.barred {
                        Some(side) => {
                            self.limit.count(now.mono);
                            self.dial(now, side);
                        }
                        None => self.begin_round(),
                    }
                }
                Seek::Round { last_dial } => match self.candidate(now) {
                    Some(side) => {
                        let at = self.round_dial_at(now, last_dial).filter(|at| *at > now.mono);
                        if at.is_some() {
                            return at.min(self.patience_ends(now)).or(at);
                        }
                        self.limit.count(now.mono);
                        self.dial(now, side);
                        self.seek = Seek::Round { last_dial: Some(now.mono) };
                    }
                    None => {
                        if let Some(at) = self.patience_ends(now) {
                            return [self.bar_ends(now), Some(at)].into_iter().flatten().min();
                        }
                        if !self.sides.iter().any(SideState::is_idle) {
                            return None;
                        }
                        let wait = self.backoff.next_wait();
                        self.seek = Seek::Waiting { until: now.mono + wait };
                        self.note(Note::AllFailed { wait });
                    }
                },
            }
        }
        // Not reached: a turn that leads to another one uses up a side or a wait. Looking again soon costs nothing.
        Some(now.mono + self.settings.times.parallel_after)
    }

    fn begin_round(&mut self) {
        self.seek = Seek::Round { last_dial: None };
        for state in &mut self.sides {
            state.tried = false;
        }
    }

    /// While waiting: the next round, or before it a side whose bar ends. `None` if no side is idle.
    fn next_try(&self, round: Instant) -> Option<NextTry> {
        let idle = || self.sides.iter().filter(|state| state.is_idle());
        let barred = idle().filter_map(|state| state.barred_until.map(|at| NextTry { at, barred: Some(state.side) }));
        let free = idle().any(|state| state.barred_until.is_none()).then_some(NextTry { at: round, barred: None });
        barred.chain(free).min_by_key(|next| next.at)
    }

    /// Who is next in this round: the preferred side first, each side once, barred ones when their bar ends.
    fn candidate(&self, now: Now) -> Option<Side> {
        let fits = |state: &SideState| state.is_idle() && state.barred_until.map_or(!state.tried, |until| until <= now.mono);
        [self.preferred, self.preferred.other()].into_iter().find(|side| self.sides.iter().any(|state| state.side == *side && fits(state)))
    }

    /// When the next side of the round may be dialled; `None`: at any time.
    fn round_dial_at(&self, now: Now, last_dial: Option<Instant>) -> Option<Instant> {
        let hopeful = self.patience_ends(now).is_some() || self.sides.iter().any(SideState::is_standby);
        let parallel = last_dial.filter(|_| hopeful).map(|last| last + self.settings.times.parallel_after);
        parallel.max(self.limit.earliest())
    }

    /// Until when the round waits for the attempts under way; `None` if there are none that it waits for.
    fn patience_ends(&self, now: Now) -> Option<Instant> {
        let patience = self.settings.times.open_patience;
        let ends = self.sides.iter().filter_map(|state| match state.stage {
            Stage::Dialling { deadline, .. } => Some(deadline),
            Stage::Opening { since, .. } => Some(since + patience),
            Stage::Idle | Stage::Open { .. } => None,
        });
        ends.filter(|end| *end > now.mono).max()
    }

    /// When the next bar of an idle side ends.
    fn bar_ends(&self, now: Now) -> Option<Instant> {
        self.sides.iter().filter(|state| state.is_idle()).filter_map(|state| state.barred_until).filter(|at| *at > now.mono).min()
    }

    /// While the other side serves: when `side` is dialled to be held as standby.
    fn standby_dial_at(&self, side: Side) -> Option<Instant> {
        let state = self.sides.iter().find(|state| state.side == side && state.is_idle())?;
        if !self.holds_standby(side) || self.switching.is_some() {
            return None;
        }
        Some(state.standby_due).max(state.barred_until).max(self.limit.earliest())
    }
}
