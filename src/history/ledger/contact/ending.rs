//! How a session ends: agents leave, the conversation is over, the work after it is done.

use std::time::Duration;

use jiff::Timestamp;

use super::super::super::model::RoutingKind;
use super::super::super::model::{ActivityKind, Actor, DialResult, GuestLeft, Operator, Session, Source, Status, TerminationReason};
use super::super::{Notice, NoticeKind, Output, after};
use super::recordings::end_recordings;
use super::routing::{route, routing_is_open};
use super::{Context, Outputs, act, notice, set_status};
use crate::engine::model::{AgentState, EventCause, Name};
use crate::engine::record::Record;

pub(super) fn operator_left(session: &mut Session, agent: &str, at: Timestamp, context: &Context<'_>, outputs: &mut Outputs) {
    let is_in_work = matches!(context.agents.state_of(agent), Some(AgentState::WORK_NOT_READY | AgentState::WORK_READY));
    let Some(operator) = session.operators.iter_mut().find(|operator| operator.agent == agent && operator.left.is_none()) else { return };
    let at = at.max(operator.joined);
    operator.left = Some(at);
    operator.was_in_work = is_in_work;
    act(session, ActivityKind::Left, Actor::User, at, |activity| activity.agent = Some(agent.to_owned()));
    notice(session, NoticeKind::SessionOperatorLeft, at, Some(agent), outputs);
}

pub(super) fn reason_of(session: &Session, record: &Record, is_lost: bool) -> TerminationReason {
    if is_lost {
        return TerminationReason::UnknownReason;
    }
    if session.guest_gone.is_some() && session.guest_left.is_some() {
        return TerminationReason::GuestLeft;
    }
    if session.source != Source::IncomingCall && session.guest_joined.is_none() {
        return match (session.source, session.dial_result) {
            (Source::Campaign, Some(DialResult::CancelledByUser)) | (Source::OutgoingCall, _) => TerminationReason::OperatorAbandoned,
            _ => TerminationReason::CampaignFailedDial,
        };
    }
    if session.started.is_none() {
        return match record.facts.cause {
            Some(EventCause::NO_AVAILABLE_AGENTS) => TerminationReason::FailedRouting,
            _ => TerminationReason::GuestAbandoned,
        };
    }
    match record.facts.released_by_agent {
        Some(true) => TerminationReason::OperatorLeft,
        Some(false) => TerminationReason::GuestLeft,
        None => TerminationReason::UnknownReason,
    }
}

/// The conversation is over.
pub(in crate::history::ledger) fn end(session: &mut Session, at: Timestamp, reason: TerminationReason, outputs: &mut Outputs) {
    if session.ended.is_some() {
        return;
    }
    let at = session.started.map_or(at, |started| at.max(started)).max(session.created);
    session.ended = Some(at);
    // Whoever is still in it without a leg has missed being told.
    let Session { id, operators, legs, .. } = session;
    for operator in operators.iter_mut().filter(|one| one.left.is_none() && legs.iter().all(|leg| leg.agent != one.agent)) {
        let (left, agent) = (at.max(operator.joined), Some(Name::from(operator.agent.as_str())));
        operator.left = Some(left);
        outputs.push_back(Output::Notice(Notice {
            session: Some(*id),
            at: left,
            kind: NoticeKind::SessionOperatorLeft,
            agent,
            state: None,
        }));
    }
    let has_recording = end_recordings(session, None, at);
    session.termination = Some(reason);
    if routing_is_open(session) {
        route(session, RoutingKind::RoutingEnded, at, |_| {});
    }
    session.guest_left = match reason {
        TerminationReason::CallForwardedToExternalPhone => Some(GuestLeft::StillConnected),
        TerminationReason::GuestAbandoned if session.routing.is_empty() => Some(GuestLeft::LeftBeforeQueue),
        TerminationReason::GuestAbandoned | TerminationReason::FailedRouting => Some(GuestLeft::LeftQueue),
        // Who left while agents talked on left then.
        _ if session.guest_left.is_some() => session.guest_left,
        TerminationReason::GuestLeft => Some(GuestLeft::LeftSession),
        TerminationReason::OperatorLeft => Some(GuestLeft::LeftAfterSession),
        _ => None,
    };
    if session.guest_joined.is_some() && session.guest_gone.is_none() && reason != TerminationReason::CallForwardedToExternalPhone {
        act(session, ActivityKind::Left, Actor::Guest, at, |_| {});
    }
    let actor =
        if matches!(reason, TerminationReason::OperatorLeft | TerminationReason::OperatorAbandoned) { Actor::User } else { Actor::Guest };
    act(session, ActivityKind::SessionEnded, actor, at, |activity| activity.reason = Some(reason));
    // Told before the agents' leaving that brought it about.
    let left = outputs.iter().position(
        |output| matches!(output, Output::Notice(told) if told.session == Some(session.id) && told.kind == NoticeKind::SessionOperatorLeft && told.at == at),
    );
    let ended = Output::Notice(Notice { session: Some(session.id), at, kind: NoticeKind::SessionEnded, agent: None, state: None });
    outputs.insert(left.unwrap_or(outputs.len()), ended);
    if has_recording {
        let kind = NoticeKind::SessionRecordingPostProcessingCompleted;
        outputs.push_back(Output::Notice(Notice { session: Some(session.id), at, kind, agent: None, state: None }));
    }
    if !session.operators.is_empty() {
        set_status(session, Status::Acw, at);
    }
}

/// Nothing is open any more.
pub(in crate::history::ledger) fn close_if_done(session: &mut Session) {
    let is_done = session.ended.is_some() && session.operators.iter().all(|operator| operator.concluded.is_some());
    if let Some(ended) = session.ended.filter(|_| is_done && session.closed.is_none()) {
        let closed = session.operators.iter().filter_map(|operator| operator.concluded).max().unwrap_or(ended).max(ended);
        session.closed = Some(closed);
        set_status(session, Status::Closed, closed);
        if let Some(last) = session.statuses.last_mut() {
            last.to = Some(closed);
        }
        for call in session.calls.iter_mut().filter(|call| call.to.is_none()) {
            call.to = Some(ended.max(call.from));
        }
    }
    // One that was told of after the conversation, or after the record was closed.
    if let Some(closed) = session.closed {
        end_recordings(session, None, closed);
    }
}

pub(super) fn conclude(session: &mut Session, agent: &str, at: Timestamp, outputs: &mut Outputs) -> bool {
    let waits = |operator: &&mut Operator| operator.agent == agent && operator.left.is_some() && operator.concluded.is_none();
    let Some(operator) = session.operators.iter_mut().find(waits) else { return false };
    let at = operator.left.map_or(at, |left| at.max(left));
    operator.concluded = Some(at);
    notice(session, NoticeKind::SessionOperatorConcluded, at, Some(agent), outputs);
    true
}

/// An agent's state tells whether there is work after the conversation.
pub(in crate::history::ledger) fn agent_state(
    session: &mut Session,
    agent: &str,
    state: AgentState,
    at: Timestamp,
    outputs: &mut Outputs,
) -> bool {
    let waits = |operator: &&mut Operator| operator.agent == agent && operator.left.is_some() && operator.concluded.is_none();
    let Some(operator) = session.operators.iter_mut().find(waits) else { return false };
    if matches!(state, AgentState::WORK_NOT_READY | AgentState::WORK_READY) {
        let is_news = !operator.was_in_work;
        operator.was_in_work = true;
        return is_news;
    }
    let at = if operator.was_in_work { at } else { operator.left.unwrap_or(at) };
    conclude(session, agent, at, outputs)
}

/// No work state came in time: the agent was done when leaving.
pub(in crate::history::ledger) fn conclude_idle(session: &mut Session, now: Timestamp, acw_detect: Duration, outputs: &mut Outputs) {
    let is_over = |left: Timestamp| after(left, acw_detect).is_some_and(|at| at <= now);
    let idle: Vec<_> = session
        .operators
        .iter()
        .filter(|operator| operator.concluded.is_none() && !operator.was_in_work && operator.left.is_some_and(is_over))
        .filter_map(|operator| Some((operator.agent.clone(), operator.left?)))
        .collect();
    for (agent, left) in idle {
        conclude(session, &agent, left, outputs);
    }
}

/// The agent's contact was completed at the desktop, or by itself.
pub(in crate::history::ledger) fn completed(session: &mut Session, agent: &str, record: &Record, outputs: &mut Outputs) {
    if let Some(tag) = record.detail.as_deref() {
        session.tag(tag, Some(agent), false);
    }
    if let Some(note) = &record.facts.note
        && let Some(operator) = session.operators.iter_mut().find(|operator| operator.agent == agent)
    {
        operator.note = Some(note.to_string());
    }
    let in_work = session.operator(agent).is_some_and(|operator| operator.was_in_work);
    let at = if in_work { record.at } else { session.operator(agent).and_then(|operator| operator.left).unwrap_or(record.at) };
    conclude(session, agent, at, outputs);
}
