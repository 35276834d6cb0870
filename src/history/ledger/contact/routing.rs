//! The search for an agent: the routing time line.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::super::model::{Activity, ActivityKind, Actor, Direction, Leg, RoutingEntry, RoutingKind, Session, Status};
use super::super::{NoticeKind, Settings};
use super::{Context, Outputs, act, guest_is_there, notice, set_status};
use crate::engine::model::{EccValue, EventCause};
use crate::engine::record::Record;
use crate::time::whole_micros;

/// The agent who was chosen and has not answered.
pub(in crate::history::ledger) fn assigned_to(session: &Session) -> Option<&str> {
    let last = session.routing.iter().rev().find(|entry| {
        matches!(entry.kind, RoutingKind::AssignedToOperator | RoutingKind::AcceptedByOperator | RoutingKind::OperatorTimeoutExpired)
    })?;
    if last.kind == RoutingKind::AssignedToOperator { last.agent.as_deref() } else { None }
}

/// No agent has it, and one is sought.
pub(super) fn is_waiting(session: &Session) -> bool {
    matches!(session.status(), Status::Created | Status::InQueue | Status::Waiting)
}

pub(super) fn routing_is_open(session: &Session) -> bool {
    let last = session.routing.iter().rev().find(|entry| {
        matches!(entry.kind, RoutingKind::RoutingRequestCreated | RoutingKind::AcceptedByOperator | RoutingKind::RoutingEnded)
    });
    last.is_some_and(|entry| entry.kind == RoutingKind::RoutingRequestCreated)
}

pub(super) fn route(session: &mut Session, kind: RoutingKind, at: Timestamp, fill: impl FnOnce(&mut RoutingEntry)) {
    let request = session.routing.iter().map(|entry| entry.request).max().unwrap_or(0);
    let request = if kind == RoutingKind::RoutingRequestCreated { request + 1 } else { request.max(1) };
    let mut entry = RoutingEntry { request, at, kind, group: None, phone: None, agent: None, by: None };
    fill(&mut entry);
    session.routing.push(entry);
}

/// The router seeks an agent.
pub(super) fn request_routing(session: &mut Session, at: Timestamp, outputs: &mut Outputs) {
    if routing_is_open(session) {
        return;
    }
    route(session, RoutingKind::RoutingRequestCreated, at, |_| {});
    // An agent who asks a queue for a colleague, or calls one, has the contact meanwhile.
    if is_waiting(session) {
        set_status(session, Status::InQueue, at);
    }
    if session.routing.iter().filter(|entry| entry.kind == RoutingKind::RoutingRequestCreated).count() == 1 {
        notice(session, NoticeKind::SessionStarted, at, None, outputs);
    }
}

pub(super) fn dequeued(session: &mut Session, record: &Record) {
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

pub(super) fn pre_call(session: &mut Session, record: &Record, context: &Context<'_>, outputs: &mut Outputs) {
    let group = record.facts.skill_groups.first().copied();
    invitation_routed(session, group);
    if session.direction == Direction::Inbound {
        guest_is_there(session);
    }
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
pub(super) fn backdate(session: &mut Session, at: Timestamp) {
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
pub(super) fn queue_entry(record: &Record, settings: &Settings) -> Option<Timestamp> {
    let name = settings.queue_entry_variable.as_deref()?;
    let EccValue::Scalar(value) = record.facts.call.as_ref()?.ecc.get(name)? else { return None };
    match value.parse::<i64>() {
        Ok(number) if number > 100_000_000_000 => Timestamp::from_millisecond(number).ok(),
        Ok(number) if number > 0 => Timestamp::from_second(number).ok(),
        Ok(_) => None,
        Err(_) => value.parse().ok().map(whole_micros),
    }
}

pub(super) fn assign(session: &mut Session, agent: &str, group: Option<u32>, at: Timestamp) {
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
pub(super) fn expired(session: &mut Session, agent: Option<&str>, at: Timestamp) {
    if assigned_to(session).is_none() {
        return;
    }
    route(session, RoutingKind::OperatorTimeoutExpired, at, |entry| entry.agent = agent.map(ToOwned::to_owned));
    if session.status() == Status::Waiting {
        set_status(session, Status::InQueue, at);
    }
}

/// Who is asked in a consultation, as far as its number tells.
struct Asked {
    kind: RoutingKind,
    colleague: Option<String>,
    group: Option<u32>,
    number: Option<String>,
}

impl Asked {
    fn new(record: &Record, context: &Context<'_>) -> Self {
        let number = record.facts.destination.clone().or_else(|| {
            let call = record.facts.call.as_ref()?;
            call.dialed_number.clone().or_else(|| call.called_device.clone())
        });
        let number = number.map(|number| number.to_string());
        let colleague = number.as_ref().and_then(|number| context.phones.get(number)).cloned();
        let queue = number.as_ref().filter(|_| colleague.is_none()).and_then(|number| context.routed_numbers.get(number));
        let (kind, group) = match queue {
            Some(group) => (RoutingKind::InvitedGroup, *group),
            None => (RoutingKind::InvitedUser, None),
        };
        Self { kind, colleague, group, number }
    }

    fn tell(self, entry: &mut RoutingEntry, activity: Option<&mut Activity>) {
        if let Some(activity) = activity {
            activity.to_agent.clone_from(&self.colleague);
            activity.to_group = self.group;
            activity.to_phone.clone_from(&self.number);
        }
        (entry.kind, entry.agent, entry.group, entry.phone) = (self.kind, self.colleague, self.group, self.number);
    }
}

/// What came of asking a colleague is told once: several messages may show it.
pub(super) fn invitation_ends(session: &mut Session, kind: ActivityKind, agent: Option<&str>, at: Timestamp) {
    let is_about_it =
        |kind| matches!(kind, ActivityKind::OperatorInvited | ActivityKind::OperatorInviteRejected | ActivityKind::OperatorInviteCanceled);
    let last = session.activities.iter().rev().find(|activity| is_about_it(activity.kind));
    if last.is_some_and(|last| last.kind == ActivityKind::OperatorInvited) {
        act(session, kind, Actor::User, at, |activity| activity.agent = agent.map(ToOwned::to_owned));
    }
}

/// A colleague, a queue or somebody outside is asked.
pub(super) fn invited(session: &mut Session, record: &Record, agent: &str, context: &Context<'_>) {
    route(session, RoutingKind::InvitedUser, record.at, |entry| entry.by = Some(agent.to_owned()));
    act(session, ActivityKind::OperatorInvited, Actor::User, record.at, |activity| activity.agent = Some(agent.to_owned()));
    invitation_dialled(session, record, agent, context);
}

/// The newest invitation by this agent, if nobody knows yet who is asked.
fn unnamed_invitation<'s>(session: &'s mut Session, by: &str) -> Option<(&'s mut RoutingEntry, Option<&'s mut Activity>)> {
    let is_invitation = |entry: &&mut RoutingEntry| {
        matches!(entry.kind, RoutingKind::InvitedUser | RoutingKind::InvitedGroup) && entry.by.as_deref() == Some(by)
    };
    let entry = session.routing.iter_mut().rev().find(is_invitation)?;
    if entry.kind == RoutingKind::InvitedGroup || entry.agent.is_some() {
        return None;
    }
    let told = |one: &&mut Activity| one.kind == ActivityKind::OperatorInvited && one.agent.as_deref() == Some(by);
    Some((entry, session.activities.iter_mut().rev().find(told)))
}

/// The number of an invitation is known now: off the hook comes before dialling.
pub(super) fn invitation_dialled(session: &mut Session, record: &Record, agent: &str, context: &Context<'_>) {
    let asked = Asked::new(record, context);
    if asked.number.is_some()
        && let Some((entry, activity)) = unnamed_invitation(session, agent).filter(|(entry, _)| entry.phone.is_none())
    {
        asked.tell(entry, activity);
    }
}

/// Who asks in a consultation that is under way, in this call or (none) in any.
fn asking(session: &Session, call_id: Option<u32>) -> Option<String> {
    let asks = |leg: &&Leg| leg.is_consult && leg.is_originator && call_id.is_none_or(|call_id| leg.call_id == call_id);
    session.legs.iter().find(asks).map(|leg| leg.agent.clone())
}

/// A phone rings in the consultation, or talks: its agent is the colleague who was asked, where the number alone did not tell.
pub(super) fn invitation_found(session: &mut Session, record: &Record, agent: &str) {
    let Some(by) = asking(session, record.call_id).filter(|by| by != agent && record.facts.is_consult) else { return };
    if let Some((entry, activity)) = unnamed_invitation(session, &by) {
        entry.agent = Some(agent.to_owned());
        if let Some(activity) = activity {
            activity.to_agent = Some(agent.to_owned());
        }
    }
}

/// The router looks for an agent while somebody is being asked: it was a queue that was asked.
fn invitation_routed(session: &mut Session, group: Option<u32>) {
    let Some(by) = asking(session, None) else { return };
    if let Some((entry, activity)) = unnamed_invitation(session, &by) {
        (entry.kind, entry.group) = (RoutingKind::InvitedGroup, group);
        if let Some(activity) = activity {
            activity.to_group = group;
        }
    }
}
