//! What one moment does to one session.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use super::super::model::{
    Activity, ActivityKind, Actor, CallKey, CallSpan, DialResult, Direction, Doing, GuestLeft, InteractionRef, Leg, Operator, RoutingEntry,
    RoutingKind, Session, Source, Span, Status, StatusPeriod, TerminationReason,
};
use super::agents::Agents;
use super::{Notice, NoticeKind, Output, Settings, after};
use crate::engine::model::{AgentState, CallType, EccValue, EventCause};
use crate::engine::record::{CallFacts, Moment, Record};

/// What a session is looked at with.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) agents: &'a Agents,
    pub(super) routed_numbers: &'a BTreeSet<String>,
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

/// Types of calls that the router gave to the agent.
pub(super) fn is_routed(call_type: CallType) -> bool {
    matches!(
        call_type,
        CallType::ACD_IN
            | CallType::PREROUTE_ACD_IN
            | CallType::PREROUTE_DIRECT_AGENT
            | CallType::TRANSFER_IN
            | CallType::OVERFLOW_IN
            | CallType::VOICE_CALL_BACK
    )
}

fn is_campaign(call_type: CallType) -> bool {
    matches!(call_type, CallType::PREVIEW | CallType::RESERVATION | CallType::AUTO_OUT)
        || (CallType::RESERVATION_PREVIEW.0..=CallType::CUSTOMER_IVR.0).contains(&call_type.0)
}

/// The agent who was chosen and has not answered.
pub(super) fn assigned_to(session: &Session) -> Option<&str> {
    let last = session.routing.iter().rev().find(|entry| {
        matches!(entry.kind, RoutingKind::AssignedToOperator | RoutingKind::AcceptedByOperator | RoutingKind::OperatorTimeoutExpired)
    })?;
    if last.kind == RoutingKind::AssignedToOperator { last.agent.as_deref() } else { None }
}

/// No agent has it, and one is sought.
pub(super) fn is_waiting(session: &Session) -> bool {
    matches!(session.status(), Status::Created | Status::InQueue | Status::Waiting)
}

fn routing_is_open(session: &Session) -> bool {
    let last = session.routing.iter().rev().find(|entry| {
        matches!(entry.kind, RoutingKind::RoutingRequestCreated | RoutingKind::AcceptedByOperator | RoutingKind::RoutingEnded)
    });
    last.is_some_and(|entry| entry.kind == RoutingKind::RoutingRequestCreated)
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

fn route(session: &mut Session, kind: RoutingKind, at: Timestamp, fill: impl FnOnce(&mut RoutingEntry)) {
    let request = session.routing.iter().map(|entry| entry.request).max().unwrap_or(0);
    let request = if kind == RoutingKind::RoutingRequestCreated { request + 1 } else { request.max(1) };
    let mut entry = RoutingEntry { request, at, kind, group: None, phone: None, agent: None, by: None };
    fill(&mut entry);
    session.routing.push(entry);
}

fn act(session: &mut Session, kind: ActivityKind, actor: Actor, at: Timestamp, fill: impl FnOnce(&mut Activity)) {
    let mut activity = Activity { at, kind, actor, agent: None, to_agent: None, to_phone: None, reason: None };
    fill(&mut activity);
    session.activities.push(activity);
}

fn notice(session: &Session, kind: NoticeKind, at: Timestamp, agent: Option<&str>, outputs: &mut Outputs) {
    outputs.push_back(Output::Notice(Notice { session: Some(session.id), at, kind, agent: agent.map(ToOwned::to_owned) }));
}

/// The router seeks an agent.
fn request_routing(session: &mut Session, at: Timestamp, outputs: &mut Outputs) {
    if routing_is_open(session) {
        return;
    }
    route(session, RoutingKind::RoutingRequestCreated, at, |_| {});
    set_status(session, Status::InQueue, at);
    if session.routing.iter().filter(|entry| entry.kind == RoutingKind::RoutingRequestCreated).count() == 1 {
        notice(session, NoticeKind::SessionStarted, at, None, outputs);
    }
}

/// The caller is on the line from the first sign on.
fn guest_is_there(session: &mut Session) {
    if session.guest_joined.is_none() {
        session.guest_joined = Some(session.created);
        let at = session.created;
        act(session, ActivityKind::Joined, Actor::Guest, at, |_| {});
    }
}

/// An agent's leg does something else from now on.
fn do_now(session: &mut Session, record: &Record, agent: &str, doing: Doing) {
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

fn end_span(session: &mut Session, agent: &str, call_id: u32, at: Timestamp) {
    for span in session.spans.iter_mut().filter(|span| span.to.is_none() && span.agent == agent && span.call_id == call_id) {
        span.to = Some(at.max(span.from));
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

/// What a moment tells of the call, whatever else it does.
fn take_facts(session: &mut Session, record: &Record) {
    session.peripheral = session.peripheral.or(record.peripheral_id);
    if let Some(key) = record.router_key {
        session.key.get_or_insert(CallKey { day: key.day, call_id: key.call_id, sequence: key.sequence });
    }
    if let Some(call_id) = record.call_id
        && session.calls.iter().all(|call| call.call_id != call_id)
    {
        session.calls.push(CallSpan { call_id, from: record.at, to: None });
    }
    if let (Some(interaction), Some(agent)) = (record.interaction, &record.agent) {
        let id = interaction.to_string();
        if session.interactions.iter().all(|known| known.id != id) {
            session.interactions.push(InteractionRef { id, agent: agent.0.to_string() });
        }
    }
    if let Some(call) = record.facts.call.as_ref().filter(|_| !record.facts.is_consult || session.call_params.is_empty()) {
        take_call(session, call);
    }
}

fn take_call(session: &mut Session, call: &CallFacts) {
    if call.call_type != CallType::default() && call.call_type != CallType::NONE && !session.call_types.contains(&call.call_type.0) {
        session.call_types.push(call.call_type.0);
    }
    if is_campaign(call.call_type) {
        session.source = Source::Campaign;
        session.is_preview |= matches!(call.call_type, CallType::PREVIEW)
            || (CallType::RESERVATION_PREVIEW.0..=CallType::RESERVATION_PREVIEW_DIRECT.0).contains(&call.call_type.0);
    }
    if let Some(group) = call.skill_group
        && !session.skill_groups.contains(&group)
    {
        session.skill_groups.push(group);
    }
    let mut params = vec![
        ("ANI", call.ani.as_ref()),
        ("DNIS", call.dnis.as_ref()),
        ("DialedNumber", call.dialed_number.as_ref()),
        ("CallerEnteredDigits", call.entered_digits.as_ref()),
        ("CallWrapupData", call.wrapup.as_ref()),
    ];
    const VARIABLES: [&str; 10] = [
        "CallVariable1",
        "CallVariable2",
        "CallVariable3",
        "CallVariable4",
        "CallVariable5",
        "CallVariable6",
        "CallVariable7",
        "CallVariable8",
        "CallVariable9",
        "CallVariable10",
    ];
    params.extend(VARIABLES.into_iter().zip(call.call_variables.iter().map(Option::as_ref)));
    for (name, value) in params {
        if let Some(value) = value {
            session.call_params.insert(name.to_owned(), value.to_string());
        }
    }
    for (name, value) in &call.ecc {
        match value {
            EccValue::Scalar(value) => {
                session.call_params.insert(name.to_string(), value.to_string());
            }
            EccValue::Array(elements) => {
                for (index, value) in elements {
                    session.call_params.insert(format!("{name}[{index}]"), value.to_string());
                }
            }
        }
    }
    let number = call.dnis.as_ref().or(call.dialed_number.as_ref());
    if session.direct_call_number.is_none() {
        session.direct_call_number = number.map(ToString::to_string);
    }
    if session.client_number.is_none() {
        let number = match session.direction {
            Direction::Inbound => call.ani.as_ref().or(call.calling_device.as_ref()),
            Direction::Outbound | Direction::Internal => call.dialed_number.as_ref().or(call.called_device.as_ref()),
        };
        session.client_number = number.filter(|number| !number.is_empty()).map(ToString::to_string);
    }
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
            if let Some(agent) = agent.filter(|_| record.facts.is_originator)
                && session.legs.iter().all(|leg| leg.agent != agent || Some(leg.call_id) != record.call_id)
            {
                do_now(session, record, agent, Doing::Dial);
                if record.facts.is_consult {
                    invited(session, record, agent);
                }
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
        Moment::DataUpdate => notice(session, NoticeKind::SessionCallParamsUpdated, at, None, outputs),
        Moment::Transferred => transferred(session, record, context, outputs),
        Moment::Conferenced => merge_legs(session, record),
        Moment::ConnectionCleared | Moment::Diverted | Moment::Cleared | Moment::EndCall => cleared(session, record, context, outputs),
        Moment::AgentState | Moment::Completed | Moment::LinkDown | Moment::LinkUp => {}
    }
}

fn dequeued(session: &mut Session, record: &Record) {
    let mut open: BTreeSet<u32> = BTreeSet::new();
    for entry in &session.routing {
        match (entry.kind, entry.group) {
            (RoutingKind::EnteredGroupQueue, Some(group)) => open.insert(group),
            (RoutingKind::LeftGroupQueue, Some(group)) => open.remove(&group),
            _ => false,
        };
    }
    // No group named: all of them.
    let named = &record.facts.skill_groups;
    for group in open.into_iter().filter(|group| named.is_empty() || named.contains(group)) {
        if record.facts.cause == Some(EventCause::TIME_OUT) {
            route(session, RoutingKind::GroupQueueTimeoutExpired, record.at, |entry| entry.group = Some(group));
        }
        route(session, RoutingKind::LeftGroupQueue, record.at, |entry| entry.group = Some(group));
    }
}

fn pre_call(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
    let group = record.facts.skill_groups.first().copied();
    guest_is_there(session);
    if !routing_is_open(session) {
        match queue_entry(record, context.settings).filter(|entered| *entered <= record.at) {
            Some(entered) => {
                backdate(session, entered);
                request_routing(session, entered, outputs);
                route(session, RoutingKind::EnteredGroupQueue, entered, |entry| entry.group = group);
                route(session, RoutingKind::LeftGroupQueue, record.at, |entry| entry.group = group);
            }
            None => {
                // A caller who waited before was not seen; a first search and its result in one message tell nothing.
                session.queue_time_unknown |= session.routing.is_empty();
                request_routing(session, record.at, outputs);
            }
        }
    }
    let Some(agent) = &record.agent else { return };
    if let Some(group) = group
        && !session.skill_groups.contains(&group)
    {
        session.skill_groups.push(group);
    }
    assign(session, agent.0.as_str(), group, record.at);
}

/// The caller was on the line before anything showed it.
fn backdate(session: &mut Session, at: Timestamp) {
    if at < session.created && session.routing.is_empty() && session.started.is_none() {
        if session.guest_joined == Some(session.created) {
            session.guest_joined = Some(at);
        }
        session.created = at;
        for activity in &mut session.activities {
            activity.at = activity.at.min(at);
        }
        if let Some(first) = session.statuses.first_mut() {
            first.from = at;
        }
    }
}

/// The entry time that the routing script left in an ECC variable: seconds or milliseconds since 1970, or RFC 3339.
fn queue_entry(record: &Record, settings: &Settings) -> Option<Timestamp> {
    let name = settings.queue_entry_variable.as_deref()?;
    let EccValue::Scalar(value) = record.facts.call.as_ref()?.ecc.get(name)? else { return None };
    match value.parse::<i64>() {
        Ok(number) if number > 100_000_000_000 => Timestamp::from_millisecond(number).ok(),
        Ok(number) if number > 0 => Timestamp::from_second(number).ok(),
        Ok(_) => None,
        Err(_) => value.parse().ok(),
    }
}

fn assign(session: &mut Session, agent: &str, group: Option<u32>, at: Timestamp) {
    if assigned_to(session) == Some(agent) {
        return;
    }
    route(session, RoutingKind::AssignedToOperator, at, |entry| {
        entry.agent = Some(agent.to_owned());
        entry.group = group;
    });
    if session.started.is_none() || session.status() == Status::InQueue {
        set_status(session, Status::Waiting, at);
    }
}

/// The chosen agent did not answer; another one is sought.
fn expired(session: &mut Session, agent: Option<&str>, at: Timestamp) {
    if assigned_to(session).is_none() {
        return;
    }
    route(session, RoutingKind::OperatorTimeoutExpired, at, |entry| entry.agent = agent.map(ToOwned::to_owned));
    if session.status() == Status::Waiting {
        set_status(session, Status::InQueue, at);
    }
}

fn alerting(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    let call_type = record.facts.call.as_ref().map(|call| call.call_type).unwrap_or_default();
    if !record.facts.is_consult {
        if session.direction == Direction::Inbound {
            guest_is_there(session);
        } else if session.operators.iter().any(|operator| operator.agent != agent) {
            session.direction = Direction::Internal;
        }
        if is_routed(call_type) && session.routing.is_empty() {
            session.queue_time_unknown = true;
            request_routing(session, record.at, outputs);
        }
    }
    assign(session, agent, record.facts.call.as_ref().and_then(|call| call.skill_group), record.at);
    do_now(session, record, agent, Doing::Ring);
}

fn established(session: &mut Session, record: &Record, agent: &str, outputs: &mut Outputs) {
    let at = record.at;
    do_now(session, record, agent, Doing::Talk);
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
    let was_in = session.operator(agent).is_some_and(|operator| operator.left.is_none());
    if !was_in {
        route(session, RoutingKind::AcceptedByOperator, at, |entry| entry.agent = Some(agent.to_owned()));
    }
    session.started.get_or_insert(at);
    join(session, agent, at, outputs);
    if session.guest_joined.is_some() {
        set_status(session, Status::Active, at);
    }
}

fn invited(session: &mut Session, record: &Record, agent: &str) {
    let number = record.facts.destination.clone().or_else(|| {
        let call = record.facts.call.as_ref()?;
        call.dialed_number.clone().or_else(|| call.called_device.clone())
    });
    let number = number.map(|number| number.to_string());
    route(session, RoutingKind::InvitedUser, record.at, |entry| {
        entry.by = Some(agent.to_owned());
        entry.phone.clone_from(&number);
    });
    act(session, ActivityKind::OperatorInvited, Actor::User, record.at, |activity| {
        activity.agent = Some(agent.to_owned());
        activity.to_phone = number;
    });
}

fn failed(session: &mut Session, record: &Record) {
    if record.facts.is_consult {
        let agent = record.agent.as_ref().map(|agent| agent.0.to_string());
        act(session, ActivityKind::OperatorInviteRejected, Actor::User, record.at, |activity| activity.agent = agent);
        return;
    }
    if session.guest_joined.is_none() && session.started.is_some() {
        session.dial_result = Some(dial_result(record.facts.cause.unwrap_or(EventCause::NONE)));
    }
}

fn dial_result(cause: EventCause) -> DialResult {
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

/// Two calls became one: whoever was on the second is on the first now.
fn merge_legs(session: &mut Session, record: &Record) {
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

fn transferred(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
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
    let goes_to_queue = to_agent.is_none() && number.as_ref().is_some_and(|number| context.routed_numbers.contains(number));
    let kind = match (&to_agent, goes_to_queue) {
        (Some(_), _) => RoutingKind::ForwardedToUser,
        (None, true) => RoutingKind::ForwardedToGroup,
        (None, false) => RoutingKind::ForwardedToPhone,
    };
    route(session, kind, at, |entry| {
        entry.agent.clone_from(&to_agent);
        entry.by.clone_from(&by);
        entry.phone = number.clone().filter(|_| kind == RoutingKind::ForwardedToPhone);
    });
    act(session, ActivityKind::SessionForwarded, Actor::User, at, |activity| {
        activity.agent.clone_from(&by);
        activity.to_agent.clone_from(&to_agent);
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

fn operator_left(session: &mut Session, agent: &str, at: Timestamp, context: &Context<'_>, outputs: &mut Outputs) {
    let is_in_work = matches!(context.agents.state_of(agent), Some(AgentState::WORK_NOT_READY | AgentState::WORK_READY));
    let Some(operator) = session.operators.iter_mut().find(|operator| operator.agent == agent && operator.left.is_none()) else { return };
    let at = at.max(operator.joined);
    operator.left = Some(at);
    operator.was_in_work = is_in_work;
    act(session, ActivityKind::Left, Actor::User, at, |activity| activity.agent = Some(agent.to_owned()));
    notice(session, NoticeKind::SessionOperatorLeft, at, Some(agent), outputs);
}

/// A connection is gone, an agent's or the whole call's.
fn cleared(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
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
    for leg in &gone {
        leg_gone(session, leg, record, at, lost.is_some(), context, outputs);
    }
    // A caller who hung up before any agent had a leg.
    let nobody = session.legs.is_empty() && gone.is_empty() && is_whole_call && is_waiting(session);
    if nobody && session.ended.is_none() && session.calls.iter().all(|call| call.to.is_some()) {
        end(session, at, reason_of(session, record, lost.is_some()), outputs);
    }
}

/// Causes after which an unanswered call is offered to somebody else.
fn is_redirected(record: &Record) -> bool {
    record.moment == Moment::Diverted
        || record.facts.released_by_agent == Some(true)
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

fn leg_gone(session: &mut Session, leg: &Leg, record: &Record, at: Timestamp, is_lost: bool, context: &Context<'_>, outputs: &mut Outputs) {
    end_span(session, &leg.agent, leg.call_id, at);
    session.legs.retain(|other| other.agent != leg.agent || other.call_id != leg.call_id);
    if leg.doing == Doing::Ring {
        if leg.is_consult || (is_redirected(record) && !is_lost) {
            expired(session, Some(&leg.agent), at);
            if leg.is_consult {
                let agent = leg.agent.clone();
                act(session, ActivityKind::OperatorInviteRejected, Actor::User, at, |activity| activity.agent = Some(agent));
            }
            // Offered on, unless it was a call to this very agent: then the end of the call is told.
            return;
        }
    } else if leg.is_consult && leg.is_originator {
        if leg.doing == Doing::Dial {
            let agent = leg.agent.clone();
            act(session, ActivityKind::OperatorInviteCanceled, Actor::User, at, |activity| activity.agent = Some(agent));
        }
    } else if leg.doing == Doing::Dial && session.guest_joined.is_none() {
        let gave_up = matches!(session.dial_result, None | Some(DialResult::Dialing | DialResult::Ringing));
        if gave_up {
            session.dial_result = Some(match record.facts.cause {
                Some(EventCause::CALL_NOT_ANSWERED) => DialResult::NoAnswer,
                _ => DialResult::CancelledByUser,
            });
        }
    }
    if session.legs.iter().all(|other| other.agent != leg.agent) {
        operator_left(session, &leg.agent, at, context, outputs);
    }
    // The conversation is over when no agent is with the customer any longer.
    if session.ended.is_none() && session.legs.iter().all(|other| other.is_consult) {
        end(session, at, reason_of(session, record, is_lost), outputs);
    }
}

fn reason_of(session: &Session, record: &Record, is_lost: bool) -> TerminationReason {
    if is_lost {
        return TerminationReason::UnknownReason;
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
pub(super) fn end(session: &mut Session, at: Timestamp, reason: TerminationReason, outputs: &mut Outputs) {
    if session.ended.is_some() {
        return;
    }
    let at = session.started.map_or(at, |started| at.max(started)).max(session.created);
    session.ended = Some(at);
    session.termination = Some(reason);
    if routing_is_open(session) {
        route(session, RoutingKind::RoutingEnded, at, |_| {});
    }
    session.guest_left = match reason {
        TerminationReason::CallForwardedToExternalPhone => Some(GuestLeft::StillConnected),
        TerminationReason::GuestAbandoned if session.routing.is_empty() => Some(GuestLeft::LeftBeforeQueue),
        TerminationReason::GuestAbandoned | TerminationReason::FailedRouting => Some(GuestLeft::LeftQueue),
        TerminationReason::GuestLeft => Some(GuestLeft::LeftSession),
        TerminationReason::OperatorLeft => Some(GuestLeft::LeftAfterSession),
        _ => None,
    };
    if session.guest_joined.is_some() && reason != TerminationReason::CallForwardedToExternalPhone {
        act(session, ActivityKind::Left, Actor::Guest, at, |_| {});
    }
    let actor =
        if matches!(reason, TerminationReason::OperatorLeft | TerminationReason::OperatorAbandoned) { Actor::User } else { Actor::Guest };
    act(session, ActivityKind::SessionEnded, actor, at, |activity| activity.reason = Some(reason));
    // Told before the agents' leaving that brought it about.
    let left = outputs.iter().position(
        |output| matches!(output, Output::Notice(told) if told.session == Some(session.id) && told.kind == NoticeKind::SessionOperatorLeft && told.at == at),
    );
    let ended = Output::Notice(Notice { session: Some(session.id), at, kind: NoticeKind::SessionEnded, agent: None });
    outputs.insert(left.unwrap_or(outputs.len()), ended);
    if !session.operators.is_empty() {
        set_status(session, Status::Acw, at);
    }
}

/// Nothing is open any more.
pub(super) fn close_if_done(session: &mut Session) {
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
}

fn conclude(session: &mut Session, agent: &str, at: Timestamp, outputs: &mut Outputs) -> bool {
    let waits = |operator: &&mut Operator| operator.agent == agent && operator.left.is_some() && operator.concluded.is_none();
    let Some(operator) = session.operators.iter_mut().find(waits) else { return false };
    let at = operator.left.map_or(at, |left| at.max(left));
    operator.concluded = Some(at);
    notice(session, NoticeKind::SessionOperatorConcluded, at, Some(agent), outputs);
    true
}

/// An agent's state tells whether there is work after the conversation.
pub(super) fn agent_state(session: &mut Session, agent: &str, state: AgentState, at: Timestamp, outputs: &mut Outputs) -> bool {
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
pub(super) fn conclude_idle(session: &mut Session, now: Timestamp, acw_detect: Duration, outputs: &mut Outputs) {
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
pub(super) fn completed(session: &mut Session, agent: &str, record: &Record, outputs: &mut Outputs) {
    if let Some(tag) = record.detail.as_deref().filter(|tag| session.tags.iter().all(|known| known != tag)) {
        session.tags.push(tag.to_owned());
    }
    let in_work = session.operator(agent).is_some_and(|operator| operator.was_in_work);
    let at = if in_work { record.at } else { session.operator(agent).and_then(|operator| operator.left).unwrap_or(record.at) };
    conclude(session, agent, at, outputs);
}

/// Legs known from before a restart that the CTI Server does not know any longer ended when the daemon stopped.
pub(super) fn drop_unconfirmed(session: &mut Session, lost: Timestamp, outputs: &mut Outputs) {
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
        end(session, lost, TerminationReason::UnknownReason, outputs);
    }
}
