//! Calls of the outbound option: an agent is reserved by a call of its own, accepts the customer, and then the customer is called.

use super::super::super::model::{
    ActivityKind, Actor, DialResult, Direction, Doing, RoutingKind, Session, Source, Status, TerminationReason,
};
use super::data::{is_campaign, is_reservation};
use super::ending::end;
use super::legs::{do_now, end_span};
use super::routing::{assign, route, routing_is_open};
use super::{Outputs, act, join, set_status};
use crate::engine::model::{CallType, EccValue};
use crate::engine::record::{CallFacts, Moment, Record};

/// The value of a variable that the outbound option sets.
pub(super) fn variable<'a>(call: &'a CallFacts, name: &str) -> Option<&'a str> {
    match call.ecc.get(name) {
        Some(EccValue::Scalar(value)) if !value.is_empty() => Some(value.as_str()),
        _ => None,
    }
}

fn call_type(record: &Record) -> CallType {
    record.facts.call.as_ref().map(|call| call.call_type).unwrap_or_default()
}

/// A moment of the call that reserves an agent: it rings, and nobody talks on it. Whether it was one, and all is done.
pub(super) fn reservation(session: &mut Session, record: &Record, outputs: &mut Outputs) -> bool {
    let at = record.at;
    let is_new = session.reservation.is_none() && session.started.is_none() && session.ended.is_none();
    if is_new && is_reservation(call_type(record)) && !record.facts.is_originator {
        session.reservation = record.call_id;
        session.direction = Direction::Outbound;
        // Its announcement looked like that of a customer who is on the line.
        session.guest_joined = None;
        session.activities.retain(|activity| activity.kind != ActivityKind::Joined);
    }
    if session.reservation.is_none() || session.reservation != record.call_id {
        return false;
    }
    let agent = record.agent.as_ref().map(|agent| agent.0.as_str());
    match (record.moment, agent) {
        (Moment::Alerting, Some(agent)) => {
            assign(session, agent, record.facts.call.as_ref().and_then(|call| call.skill_group), at);
            do_now(session, record, agent, Doing::Ring);
        }
        (Moment::Established, Some(agent)) => {
            do_now(session, record, agent, Doing::Talk);
            accepted(session, record, agent, outputs);
        }
        (Moment::DataUpdate, _) => {
            let response = record.facts.call.as_ref().and_then(|call| variable(call, "BAResponse"));
            if let Some(agent) = agent.filter(|_| response.is_some_and(|word| word.eq_ignore_ascii_case("Accept"))) {
                accepted(session, record, agent, outputs);
            }
            return false;
        }
        (Moment::ConnectionCleared | Moment::Cleared | Moment::Diverted | Moment::EndCall, _) => over(session, record, outputs),
        _ => {}
    }
    true
}

/// The agent takes the customer, who is to be called now.
fn accepted(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    if session.started.is_some() || session.ended.is_some() {
        return;
    }
    let ends_routing = routing_is_open(session);
    route(session, RoutingKind::AcceptedByOperator, record.at, |entry| entry.agent = Some(agent.to_owned()));
    if ends_routing {
        route(session, RoutingKind::RoutingEnded, record.at, |_| {});
    }
    session.started = Some(record.at);
    join(session, agent, record.at, outputs);
    set_status(session, Status::Bcw, record.at);
}

/// The reservation is over. Whoever accepted it calls the customer next; otherwise nobody will for this contact.
fn over(session: &mut Session, record: &Record, outputs: &mut Outputs) {
    let gone: Vec<_> =
        session.legs.iter().filter(|leg| Some(leg.call_id) == record.call_id).map(|leg| (leg.agent.clone(), leg.call_id)).collect();
    for (agent, call_id) in &gone {
        end_span(session, agent, *call_id, record.at);
    }
    session.legs.retain(|leg| Some(leg.call_id) != record.call_id);
    if let Some(call) = session.calls.iter_mut().find(|call| Some(call.call_id) == record.call_id && call.to.is_none()) {
        call.to = Some(record.at.max(call.from));
    }
    if session.started.is_none() {
        let reason = if record.estimated { TerminationReason::UnknownReason } else { TerminationReason::CampaignTerminated };
        end(session, record.at, reason, outputs);
    }
}

/// Whether a call may be the one to the customer for whom the session's agent was reserved.
pub(in crate::history::ledger) fn is_customer_of(session: &Session, record: &Record) -> bool {
    let Some(agent) = record.agent.as_ref().map(|agent| agent.0.as_str()) else { return false };
    let is_free = session.legs.iter().all(|leg| Some(leg.call_id) == session.reservation);
    let is_waiting = session.started.is_some() && session.guest_joined.is_none() && session.ended.is_none();
    let is_mine = session.operator(agent).is_some_and(|operator| operator.left.is_none());
    session.reservation.is_some() && is_customer_call(call_type(record)) && is_free && is_waiting && is_mine
}

fn is_customer_call(call_type: CallType) -> bool {
    is_campaign(call_type) && !is_reservation(call_type)
}

/// A moment of the customer's call.
pub(super) fn customer(session: &mut Session, record: &Record) {
    let Some(call) = record.facts.call.as_ref().filter(|_| !record.facts.is_consult && session.guest_joined.is_none()) else { return };
    if record.facts.is_originator {
        if session.reservation.is_some() && session.source == Source::Campaign {
            let number = variable(call, "BACustomerNumber").or(call.dialed_number.as_deref());
            session.client_number = number.map(ToOwned::to_owned).or_else(|| session.client_number.take());
            session.dial_result.get_or_insert(DialResult::Dialing);
        }
    } else if is_customer_call(call.call_type) && matches!(record.moment, Moment::Alerting | Moment::Established) {
        // The dialler had reached the customer before the agent got the call.
        session.guest_joined = Some(record.at);
        session.direction = Direction::Outbound;
        session.dial_result = Some(DialResult::Answered);
        act(session, ActivityKind::Joined, Actor::Guest, record.at, |_| {});
    }
}
