//! What one moment does to one session.

mod campaign;
mod data;
mod ending;
mod legs;
mod recordings;
mod routing;

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;

use super::super::model::{
    Activity, ActivityKind, Actor, DialResult, Direction, Doing, Leg, Operator, RoutingKind, Session, Source, Status, StatusPeriod,
};
use super::agents::Agents;
use super::{Notice, NoticeKind, Output, Settings};
use crate::engine::model::{EventCause, Name};
use crate::engine::record::{Moment, Record};
pub(super) use campaign::is_customer_of;
use data::take_facts;
pub(super) use data::{is_help, is_routed, is_supervision};
pub(super) use ending::{agent_state, close_if_done, completed, conclude_idle, end};
pub(super) use legs::drop_unconfirmed;
use legs::{cleared, do_now, guest_left, merge_legs, transferred};
use recordings::recording;
pub(super) use routing::assigned_to;
use routing::{
    assign, dequeued, expired, invitation_dialled, invitation_ends, invitation_found, invited, pre_call, request_routing, route,
    routing_is_open,
};

/// What a session is looked at with.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) agents: &'a Agents,
    /// Numbers that routed calls were dialled to, with the skill group where that is known.
    pub(super) routed_numbers: &'a BTreeMap<String, Option<u32>>,
    /// Phones of agents.
    pub(super) phones: &'a HashMap<String, String>,
}

type Outputs = VecDeque<Output>;

/// Whether a session may begin with it.
pub(super) fn begins(record: &Record) -> bool {
    match record.moment {
        Moment::AgentPreCall | Moment::TranslationRoute | Moment::Queued | Moment::TrunkSeized => true,
        // The first sign of a consultation is told before the contact it serves is known; its legs find that contact.
        Moment::BeginCall | Moment::Dialed | Moment::ServiceInitiated | Moment::Originated => !record.facts.is_consult,
        Moment::Alerting | Moment::Established | Moment::FarEndAlerting => true,
        _ => false,
    }
}

fn set_status(session: &mut Session, status: Status, at: Timestamp) {
    let Some(last) = session.statuses.last_mut() else { return };
    if last.status == status || last.status == Status::Closed {
        return;
    }
    let at = at.max(last.from);
    last.to = Some(at);
    session.statuses.push(StatusPeriod { status, from: at, to: None });
}

fn act(session: &mut Session, kind: ActivityKind, actor: Actor, at: Timestamp, fill: impl FnOnce(&mut Activity)) {
    let mut activity = Activity { at, kind, actor, agent: None, to_agent: None, to_group: None, to_phone: None, reason: None, file: None };
    fill(&mut activity);
    session.activities.push(activity);
}

fn notice(session: &Session, kind: NoticeKind, at: Timestamp, agent: Option<&str>, outputs: &mut Outputs) {
    outputs.push_back(Output::Notice(Notice { session: Some(session.id), at, kind, agent: agent.map(Name::from), state: None }));
}

/// The caller is on the line from the first sign on.
fn guest_is_there(session: &mut Session) {
    if session.guest_joined.is_none() {
        session.guest_joined = Some(session.created);
        let at = session.created;
        act(session, ActivityKind::Joined, Actor::Guest, at, |_| {});
    }
}

fn join(session: &mut Session, agent: &str, at: Timestamp, outputs: &mut Outputs) {
    match session.operators.iter_mut().find(|operator| operator.agent == agent) {
        Some(operator) if operator.left.is_none() => return,
        Some(operator) => {
            operator.left = None;
            operator.concluded = None;
            operator.was_in_work = false;
        }
        None => session.operators.push(Operator {
            agent: agent.to_owned(),
            joined: at,
            left: None,
            concluded: None,
            was_in_work: false,
            note: None,
        }),
    }
    act(session, ActivityKind::Joined, Actor::User, at, |activity| activity.agent = Some(agent.to_owned()));
    notice(session, NoticeKind::SessionOperatorJoined, at, Some(agent), outputs);
}

/// The agent placed the call: it is theirs from the first sign on.
fn placed(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    if session.started.is_some() || record.facts.is_consult {
        return;
    }
    if session.source == Source::IncomingCall {
        session.source = Source::OutgoingCall;
    }
    if session.direction == Direction::Inbound {
        session.direction = Direction::Outbound;
        session.client_number = None;
    }
    session.started = Some(session.created);
    session.dial_result = Some(DialResult::Dialing);
    let at = session.created;
    join(session, agent, at, outputs);
    set_status(session, Status::Bcw, at);
}

/// Takes a moment into the session.
pub(super) fn apply(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
    let at = record.at;
    let agent = record.agent.as_ref().map(|agent| agent.0.as_str());
    if let (Some(agent), true) = (agent, record.facts.is_originator) {
        placed(session, record, agent, outputs);
    }
    take_facts(session, record);
    for leg in session.legs.iter_mut().filter(|leg| Some(leg.call_id) == record.call_id) {
        leg.is_unconfirmed = false;
    }
    if campaign::reservation(session, record, outputs) {
        return;
    }
    campaign::customer(session, record);
    if record.moment == Moment::Originated && record.facts.is_originator && !record.facts.is_consult {
        session.dialed.get_or_insert(at);
    }
    match record.moment {
        Moment::TranslationRoute => {
            guest_is_there(session);
            request_routing(session, at, outputs);
        }
        Moment::TrunkSeized => guest_is_there(session),
        Moment::Queued => {
            guest_is_there(session);
            request_routing(session, at, outputs);
            for group in &record.facts.skill_groups {
                route(session, RoutingKind::EnteredGroupQueue, at, |entry| entry.group = Some(*group));
            }
        }
        Moment::Dequeued => dequeued(session, record),
        Moment::AgentPreCall => pre_call(session, record, context, outputs),
        Moment::AgentPreCallAbort => expired(session, agent, at),
        Moment::BeginCall | Moment::ServiceInitiated | Moment::Dialed | Moment::Originated | Moment::ReachedNetwork => {
            let Some(agent) = agent.filter(|_| record.facts.is_originator) else { return };
            let is_first = session.legs.iter().all(|leg| leg.agent != agent || Some(leg.call_id) != record.call_id);
            if is_first {
                do_now(session, record, agent, Doing::Dial);
            }
            match record.facts.is_consult {
                true if is_first => invited(session, record, agent, context),
                true => invitation_dialled(session, record, agent, context),
                false => {}
            }
        }
        Moment::FarEndAlerting => {
            if let Some(agent) = agent {
                if session.legs.iter().all(|leg| leg.agent != agent || Some(leg.call_id) != record.call_id) {
                    do_now(session, record, agent, Doing::Dial);
                }
                if !record.facts.is_consult && session.dial_result == Some(DialResult::Dialing) {
                    session.dial_result = Some(DialResult::Ringing);
                }
            }
        }
        Moment::Alerting => {
            if let Some(agent) = agent {
                alerting(session, record, agent, outputs);
            }
        }
        Moment::Established => {
            if let Some(agent) = agent {
                established(session, record, agent, outputs);
            }
        }
        Moment::Held | Moment::Retrieved => {
            let Some(agent) = agent else { return };
            let is_hold = record.moment == Moment::Held;
            do_now(session, record, agent, if is_hold { Doing::Hold } else { Doing::Talk });
            if !record.facts.is_consult && session.started.is_some() {
                let kind = if is_hold { ActivityKind::OnHold } else { ActivityKind::ResumeGuest };
                act(session, kind, Actor::User, at, |activity| activity.agent = Some(agent.to_owned()));
            }
        }
        Moment::Failed => failed(session, record),
        Moment::DataUpdate => {
            let wrapup = record.facts.call.as_ref().and_then(|call| call.wrapup.as_deref()).filter(|reason| !reason.is_empty());
            if let Some(reason) = wrapup {
                session.tag(reason, agent, true);
            }
            notice(session, NoticeKind::SessionCallParamsUpdated, at, None, outputs);
        }
        Moment::Transferred => transferred(session, record, context, outputs),
        Moment::Conferenced => merge_legs(session, record),
        Moment::ConnectionCleared | Moment::Diverted | Moment::Cleared | Moment::EndCall => {
            guest_left(session, record);
            cleared(session, record, context, outputs);
        }
        Moment::RecordingStarted | Moment::RecordingEnded | Moment::RecordingFailed | Moment::RecordingTarget => {
            if recording(session, record) {
                notice(session, NoticeKind::SessionRecordingPostProcessingCompleted, at, None, outputs);
            }
        }
        Moment::AgentState
        | Moment::Completed
        | Moment::PeripheralDown
        | Moment::PeripheralUp
        | Moment::LinkDown
        | Moment::LinkUp
        | Moment::Named => {}
    }
}

/// The agent whom it rings at is called by a colleague, who is still on the call. A customer whom the colleague called and
/// then transferred is not meant.
fn is_rung_by_colleague(session: &Session, record: &Record, agent: &str) -> bool {
    let calls = |leg: &Leg| leg.is_originator && !leg.is_consult && leg.agent != agent && Some(leg.call_id) == record.call_id;
    let has_customer = session.guest_joined.is_some() && session.routing.is_empty();
    !has_customer && session.legs.iter().any(calls)
}

fn alerting(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    let call_type = record.facts.call.as_ref().map(|call| call.call_type).unwrap_or_default();
    if !record.facts.is_consult {
        if session.direction == Direction::Inbound {
            guest_is_there(session);
        } else if is_rung_by_colleague(session, record, agent) {
            session.direction = Direction::Internal;
        }
        if is_routed(call_type) && session.routing.is_empty() {
            session.queue_time_unknown = true;
            request_routing(session, record.at, outputs);
        }
    }
    invitation_found(session, record, agent);
    assign(session, agent, record.facts.call.as_ref().and_then(|call| call.skill_group), record.at);
    do_now(session, record, agent, Doing::Ring);
}

fn established(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    let at = record.at;
    do_now(session, record, agent, Doing::Talk);
    if session.ended.is_some() {
        return; // nobody comes into a conversation that counts as over
    }
    if matches!(record.facts.cause, Some(EventCause::SUPERVISOR_BARGE_IN | EventCause::SUPERVISOR_INTERCEPT)) {
        return supervisor_joins(session, agent, at, outputs);
    }
    if record.facts.is_originator {
        if !record.facts.is_consult && session.guest_joined.is_none() {
            session.guest_joined = Some(at);
            session.dial_result = Some(DialResult::Answered);
            act(session, ActivityKind::Joined, Actor::Guest, at, |_| {});
            set_status(session, Status::Active, at);
        }
        return;
    }
    if session.direction == Direction::Inbound {
        guest_is_there(session);
    }
    invitation_found(session, record, agent);
    let was_in = session.operator(agent).is_some_and(|operator| operator.left.is_none());
    if !was_in {
        let ends_routing = routing_is_open(session);
        route(session, RoutingKind::AcceptedByOperator, at, |entry| entry.agent = Some(agent.to_owned()));
        if ends_routing {
            route(session, RoutingKind::RoutingEnded, at, |_| {});
        }
    }
    if session.started.is_none() {
        session.started = Some(at);
        session.auto_accepted = record.facts.is_auto_answered;
    }
    join(session, agent, at, outputs);
    if session.guest_joined.is_some() {
        set_status(session, Status::Active, at);
    }
}

/// A supervisor who listened takes part from now on.
pub(super) fn supervisor_joins(session: &mut Session, agent: &str, at: Timestamp, outputs: &mut Outputs) {
    if session.ended.is_none() && session.started.is_some() {
        if session.supervisors.iter().all(|known| known != agent) {
            session.supervisors.push(agent.to_owned());
        }
        join(session, agent, at, outputs);
    }
}

/// The supervisor's listening call went into the customer's.
pub(super) fn barged_in(session: &mut Session, record: &Record, supervisor: &str, outputs: &mut Outputs) {
    if session.ended.is_some() || session.started.is_none() {
        return;
    }
    let mut own = record.clone();
    own.call_id = record.facts.result_call.or(record.call_id);
    own.facts.is_originator = false;
    own.facts.is_consult = false;
    do_now(session, &own, supervisor, Doing::Talk);
    supervisor_joins(session, supervisor, record.at, outputs);
}

fn failed(session: &mut Session, record: &Record) {
    if record.facts.is_consult {
        let agent = record.agent.as_ref().map(|agent| agent.0.as_str());
        invitation_ends(session, ActivityKind::OperatorInviteRejected, agent, record.at);
        return;
    }
    if session.guest_joined.is_none() && session.started.is_some() {
        session.dial_result = Some(dial_result(record.facts.cause.unwrap_or(EventCause::NONE)));
    }
}

pub(super) fn dial_result(cause: EventCause) -> DialResult {
    match cause {
        EventCause::BUSY | EventCause::DO_NOT_DISTURB | EventCause::CECX_BUSY | EventCause::CECX_FORCED_BUSY => DialResult::Rejected,
        EventCause::CALL_NOT_ANSWERED => DialResult::NoAnswer,
        EventCause::DEST_NOT_OBTAINABLE | EventCause::INCOMPATIBLE_DESTINATION => DialResult::InvalidNumber,
        EventCause::NETWORK_CONGESTION | EventCause::NETWORK_NOT_OBTAINABLE | EventCause::NETWORK_ERROR | EventCause::TRUNKS_BUSY => {
            DialResult::Unreachable
        }
        EventCause::CALL_CANCELLED => DialResult::CancelledByUser,
        _ => DialResult::Failed,
    }
}
