//! Agents' legs: what they do, how they merge, move and go.

use jiff::Timestamp;

use super::super::super::model::{
    ActivityKind, Actor, DialResult, Direction, Doing, GuestLeft, Leg, Quality, RoutingKind, Session, Span, Status, TerminationReason,
};
use super::super::NoticeKind;
use super::ending::{end, operator_left, reason_of};
use super::recordings::end_recordings;
use super::routing::{expired, invitation_ends, is_waiting, request_routing, route, routing_is_open};
use super::{Context, Outputs, act, dial_result, notice, set_status};
use crate::engine::model::EventCause;
use crate::engine::record::{Moment, Record};

/// An agent's leg does something else from now on.
pub(super) fn do_now(session: &mut Session, record: &Record, agent: &str, doing: Doing) {
    let call_id = record.call_id.unwrap_or(0);
    let is_consult = record.facts.is_consult;
    match session.legs.iter_mut().find(|leg| leg.agent == agent && leg.call_id == call_id) {
        Some(leg) => {
            leg.is_unconfirmed = false;
            if leg.doing == doing {
                return;
            }
            leg.doing = doing;
        }
        None => session.legs.push(Leg {
            agent: agent.to_owned(),
            call_id,
            doing,
            is_originator: record.facts.is_originator,
            is_consult,
            is_unconfirmed: false,
        }),
    }
    end_span(session, agent, call_id, record.at);
    session.spans.push(Span { agent: agent.to_owned(), call_id, is_consult, doing, from: record.at, to: None });
}

pub(super) fn end_span(session: &mut Session, agent: &str, call_id: u32, at: Timestamp) {
    for span in session.spans.iter_mut().filter(|span| span.to.is_none() && span.agent == agent && span.call_id == call_id) {
        span.to = Some(at.max(span.from));
    }
}

/// Two calls became one: whoever was on the second is on the first now.
pub(super) fn merge_legs(session: &mut Session, record: &Record) {
    let Some(merged) = record.facts.merged_call else { return };
    let Some(kept) = record.facts.result_call.or(record.call_id) else { return };
    if let Some(call) = session.calls.iter_mut().find(|call| call.call_id == merged && merged != kept) {
        call.to = Some(record.at);
    }
    let controller = record.agent.as_ref().map(|agent| agent.0.as_str());
    // The controller's second leg goes, that of the others moves.
    let gone: Vec<_> = session
        .legs
        .iter()
        .filter(|leg| leg.call_id == merged && Some(leg.agent.as_str()) == controller)
        .map(|leg| (leg.agent.clone(), leg.call_id))
        .collect();
    for (agent, call_id) in gone {
        end_span(session, &agent, call_id, record.at);
        session.legs.retain(|leg| leg.agent != agent || leg.call_id != call_id);
    }
    let moving: Vec<_> = session
        .legs
        .iter()
        .filter(|leg| leg.call_id == merged || Some(leg.call_id) == record.call_id)
        .map(|leg| (leg.agent.clone(), leg.call_id, leg.doing))
        .collect();
    for (agent, call_id, doing) in moving {
        end_span(session, &agent, call_id, record.at);
        // Whoever was on hold is in the conversation now.
        let doing = if doing == Doing::Hold { Doing::Talk } else { doing };
        for leg in session.legs.iter_mut().filter(|leg| leg.agent == agent && leg.call_id == call_id) {
            leg.call_id = kept;
            leg.is_consult = false;
            leg.doing = doing;
        }
        session.spans.push(Span { agent, call_id: kept, is_consult: false, doing, from: record.at, to: None });
    }
}

pub(super) fn transferred(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
    let at = record.at;
    let by = record.agent.as_ref().map(|agent| agent.0.to_string());
    if let Some(by) = &by {
        let calls: Vec<_> = session.legs.iter().filter(|leg| leg.agent == *by).map(|leg| leg.call_id).collect();
        for call_id in calls {
            end_span(session, by, call_id, at);
        }
        session.legs.retain(|leg| leg.agent != *by);
    }
    merge_legs(session, record);
    let to_agent = session.legs.iter().find(|leg| !leg.is_consult || Some(leg.call_id) == record.call_id).map(|leg| leg.agent.clone());
    let number = record.facts.destination.as_ref().map(ToString::to_string);
    // An agent's phone that has not rung yet is an agent all the same.
    let to_agent = to_agent.or_else(|| number.as_ref().and_then(|number| context.phones.get(number)).cloned());
    let queue = number.as_ref().filter(|_| to_agent.is_none()).and_then(|number| context.routed_numbers.get(number));
    let (goes_to_queue, group) = (queue.is_some(), queue.copied().flatten());
    let kind = match (&to_agent, goes_to_queue) {
        (Some(_), _) => RoutingKind::ForwardedToUser,
        (None, true) => RoutingKind::ForwardedToGroup,
        (None, false) => RoutingKind::ForwardedToPhone,
    };
    route(session, kind, at, |entry| {
        entry.agent.clone_from(&to_agent);
        entry.by.clone_from(&by);
        entry.group = group;
        entry.phone = number.clone().filter(|_| kind == RoutingKind::ForwardedToPhone);
    });
    act(session, ActivityKind::SessionForwarded, Actor::User, at, |activity| {
        activity.agent.clone_from(&by);
        activity.to_agent.clone_from(&to_agent);
        activity.to_group = group;
        activity.to_phone.clone_from(&number);
    });
    notice(session, NoticeKind::SessionForwarded, at, to_agent.as_deref(), outputs);
    if goes_to_queue {
        request_routing(session, at, outputs);
        set_status(session, Status::InQueue, at);
    }
    if let Some(by) = &by {
        operator_left(session, by, at, context, outputs);
    }
    if to_agent.is_none() && !goes_to_queue {
        end(session, at, TerminationReason::CallForwardedToExternalPhone, outputs);
    }
}

/// A connection is gone, an agent's or the whole call's.
pub(super) fn cleared(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
    let is_whole_call = record.moment == Moment::Cleared;
    let agent = record.agent.as_ref().map(|agent| agent.0.as_str());
    let gone: Vec<Leg> = session
        .legs
        .iter()
        .filter(|leg| Some(leg.call_id) == record.call_id && (is_whole_call || Some(leg.agent.as_str()) == agent))
        .cloned()
        .collect();
    // The moment of the loss, where it was found afterwards.
    let lost = record.estimated.then(|| session.gaps.last().map(|gap| gap.from)).flatten();
    let at = lost.unwrap_or(record.at);
    if is_whole_call && let Some(call) = session.calls.iter_mut().find(|call| Some(call.call_id) == record.call_id) {
        call.to = Some(at);
    }
    if is_whole_call && end_recordings(session, record.call_id, at) {
        notice(session, NoticeKind::SessionRecordingPostProcessingCompleted, at, None, outputs);
    }
    for leg in &gone {
        leg_gone(session, leg, record, at, lost.is_some(), context, outputs);
    }
    // A caller who hung up before any agent had a leg.
    let nobody = session.legs.is_empty() && gone.is_empty() && is_whole_call && is_waiting(session);
    if nobody && session.ended.is_none() && session.calls.iter().all(|call| call.to.is_some()) {
        end(session, at, reason_of(session, record, lost.is_some()), outputs);
    }
}

/// The customer left, or was let go; agents may talk on among themselves.
pub(super) fn guest_left(session: &mut Session, record: &Record) {
    let is_guest =
        record.agent.is_none() && record.facts.device.as_deref().is_some_and(|device| session.client_number.as_deref() == Some(device));
    let is_connected = session.started.is_some() && session.ended.is_none() && session.guest_gone.is_none();
    let Some(joined) = session.guest_joined.filter(|_| is_guest && is_connected && !record.facts.is_consult) else { return };
    // Another call than the one that two calls became has no customer.
    let is_merged = session.calls.iter().any(|call| Some(call.call_id) == record.call_id && call.to.is_some());
    if record.moment != Moment::ConnectionCleared || is_merged {
        return;
    }
    let at = record.at.max(joined);
    session.guest_gone = Some(at);
    if record.facts.released_by_agent != Some(true) {
        session.guest_left = Some(if is_waiting(session) { GuestLeft::LeftQueue } else { GuestLeft::LeftSession });
    }
    act(session, ActivityKind::Left, Actor::Guest, at, |_| {});
}

/// A supervisor took the agent out: nothing but a supervisor's action has these causes.
fn is_kicked(session: &Session, leg: &Leg, record: &Record) -> bool {
    let is_supervisor = session.supervisors.contains(&leg.agent);
    match record.facts.cause {
        Some(EventCause::SUPERVISOR_INTERCEPT) => !is_supervisor,
        // Supervisors end their own part by it too.
        Some(EventCause::SUPERVISOR_CLEAR) => !is_supervisor && !session.supervisors.is_empty(),
        _ => false,
    }
}

/// Causes after which an unanswered call is offered to somebody else. `agent` is where it rang.
pub(super) fn is_redirected(record: &Record, agent: &str) -> bool {
    record.moment == Moment::Diverted
        || is_refused(record, agent)
        || matches!(
            record.facts.cause,
            Some(
                EventCause::REDIRECTED
                    | EventCause::CALL_NOT_ANSWERED
                    | EventCause::CALL_FORWARD_NO_ANSWER
                    | EventCause::CALL_FORWARD
                    | EventCause::ROUTER_REQUERY_BEFORE_ANSWER
            )
        )
}

/// The agent at whom it rang did not want it; a colleague who called and gave up is somebody else.
fn is_refused(record: &Record, agent: &str) -> bool {
    match &record.facts.released_by {
        Some(by) => by.0 == agent,
        None => record.facts.released_by_agent == Some(true),
    }
}

/// What became of dialling, from the end of the caller's own leg.
fn given_up(record: &Record, agent: &str) -> DialResult {
    match (record.facts.cause, &record.facts.released_by) {
        (Some(EventCause::CALL_NOT_ANSWERED), _) => DialResult::NoAnswer,
        (_, Some(by)) if by.0 == agent => DialResult::CancelledByUser,
        (None | Some(EventCause::NONE), Some(_)) => DialResult::Rejected,
        (Some(cause), Some(_)) => dial_result(cause),
        (Some(cause), None) if record.facts.released_by_agent == Some(false) => dial_result(cause),
        _ => DialResult::CancelledByUser,
    }
}

/// Who asked for a colleague does not any longer. Where a queue was asked, a machine may have answered: then that nobody else
/// did tells it.
fn invitation_over(session: &mut Session, leg: &Leg, at: Timestamp) {
    let is_answered = session.spans.iter().any(|span| span.call_id == leg.call_id && span.agent != leg.agent && span.doing == Doing::Talk);
    let invited = session.routing.iter().rev().find(|entry| matches!(entry.kind, RoutingKind::InvitedUser | RoutingKind::InvitedGroup));
    let asked_queue = routing_is_open(session) || invited.is_some_and(|entry| entry.kind == RoutingKind::InvitedGroup);
    if !is_answered && (leg.doing == Doing::Dial || asked_queue) {
        if routing_is_open(session) && !is_waiting(session) {
            route(session, RoutingKind::RoutingEnded, at, |_| {});
        }
        invitation_ends(session, ActivityKind::OperatorInviteCanceled, Some(&leg.agent), at);
    }
}

pub(super) fn leg_gone(
    session: &mut Session,
    leg: &Leg,
    record: &Record,
    at: Timestamp,
    is_lost: bool,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    end_span(session, &leg.agent, leg.call_id, at);
    session.legs.retain(|other| other.agent != leg.agent || other.call_id != leg.call_id);
    if leg.doing == Doing::Ring {
        let is_redirected = is_redirected(record, &leg.agent) && !is_lost;
        if leg.is_consult {
            // Who asked gave up, or who was asked did not answer.
            let asks = |other: &&Leg| other.call_id == leg.call_id && other.is_originator;
            let asker = session.legs.iter().find(asks).map(|asker| asker.agent.clone());
            let is_cancelled = record.facts.cause == Some(EventCause::CALL_CANCELLED)
                || record.facts.released_by.as_ref().is_some_and(|by| asker.as_deref() == Some(by.0.as_str()));
            let (kind, agent) = match asker {
                Some(asker) if is_cancelled && !is_redirected => (ActivityKind::OperatorInviteCanceled, asker),
                _ => (ActivityKind::OperatorInviteRejected, leg.agent.clone()),
            };
            expired(session, Some(&leg.agent), at);
            invitation_ends(session, kind, Some(&agent), at);
            return;
        }
        // An agent who called and is gone leaves nobody to whom another agent could be offered.
        let has_caller = session.direction != Direction::Internal || !session.legs.is_empty();
        if is_redirected && has_caller {
            expired(session, Some(&leg.agent), at);
            if session.guest_joined.is_none() && session.direction == Direction::Internal {
                let is_refused = is_refused(record, &leg.agent) && record.facts.cause != Some(EventCause::CALL_NOT_ANSWERED);
                session.dial_result = Some(if is_refused { DialResult::Rejected } else { DialResult::NoAnswer });
            }
            // Offered on, unless it was a call to this very agent: then the end of the call is told.
            return;
        }
    } else if leg.is_consult && leg.is_originator {
        invitation_over(session, leg, at);
    } else if leg.doing == Doing::Dial && session.guest_joined.is_none() {
        let is_open = matches!(session.dial_result, None | Some(DialResult::Dialing | DialResult::Ringing));
        if is_open {
            session.dial_result = Some(given_up(record, &leg.agent));
        }
    }
    if is_kicked(session, leg, record) {
        let by = session.supervisors.last().cloned();
        act(session, ActivityKind::OperatorKicked, Actor::User, at, |activity| {
            activity.agent = by;
            activity.to_agent = Some(leg.agent.clone());
        });
    }
    if session.legs.iter().all(|other| other.agent != leg.agent) {
        operator_left(session, &leg.agent, at, context, outputs);
    }
    // The conversation is over when no agent is with the customer any longer.
    if session.ended.is_none() && session.legs.iter().all(|other| other.is_consult) {
        end(session, at, reason_of(session, record, is_lost), outputs);
    }
}

/// Legs known from before a restart that the CTI Server does not know any longer ended when the daemon stopped.
pub(in crate::history::ledger) fn drop_unconfirmed(session: &mut Session, lost: Timestamp, outputs: &mut Outputs) {
    let gone: Vec<_> = session.legs.iter().filter(|leg| leg.is_unconfirmed).cloned().collect();
    if gone.is_empty() && !(session.legs.is_empty() && session.ended.is_none() && session.started.is_some()) {
        return;
    }
    for leg in gone {
        end_span(session, &leg.agent, leg.call_id, lost);
        session.legs.retain(|other| other.agent != leg.agent || other.call_id != leg.call_id);
        let has_left = session.legs.iter().all(|other| other.agent != leg.agent);
        if let Some(operator) =
            session.operators.iter_mut().find(|operator| has_left && operator.agent == leg.agent && operator.left.is_none())
        {
            let left = lost.max(operator.joined);
            operator.left = Some(left);
            notice(session, NoticeKind::SessionOperatorLeft, left, Some(&leg.agent), outputs);
        }
    }
    if session.legs.iter().all(|leg| leg.is_consult) {
        // How it ended nobody saw, even where the rest is known.
        session.quality = Quality::Gap;
        end(session, lost, TerminationReason::UnknownReason, outputs);
    }
}
