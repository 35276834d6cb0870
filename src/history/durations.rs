//! How long the parts of a session took. Pure: a session in, durations out; a term that does not exist gives none.
//!
//! The formulas are the published ones of the field; each is named at its function. A live session's open parts count up to
//! the moment asked for.

use jiff::{SignedDuration, Timestamp};

use super::model::{Direction, Doing, Operator, RoutingKind, Session, Source, Status};

/// All durations of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// From the first sign to the search for an agent.
    pub created: Option<SignedDuration>,
    /// Until the first agent was chosen.
    pub in_queue: Option<SignedDuration>,
    /// Until an agent accepted, vain ringing and queueing again included.
    pub waiting: Option<SignedDuration>,
    /// From the agent's start to the customer's joining, if that came later.
    pub bcw: Option<SignedDuration>,
    /// Customer and agent together, hold included.
    pub active: Option<SignedDuration>,
    /// From the last agent's leaving to the last agent's end of work.
    pub acw: Option<SignedDuration>,
    /// From the first sign to the customer's joining.
    pub ring_time: Option<SignedDuration>,
    /// How long the customer waited to be connected with an agent.
    pub pbx_to_operator: Option<SignedDuration>,
    /// Hold by any agent.
    pub hold: SignedDuration,
    /// By agent.
    pub operators: Vec<OperatorDurations>,
}

/// One agent's part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorDurations {
    /// AgentID.
    pub agent: String,
    /// As published: first acceptance *by anybody* less first assignment to this agent; negative for an agent who was
    /// assigned after it.
    pub operator_queue_time: Option<SignedDuration>,
    /// Acceptance by this agent less first assignment to this agent.
    pub operator_wait_time: Option<SignedDuration>,
    /// After-call work.
    pub acw: Option<SignedDuration>,
    /// Connected.
    pub talk: SignedDuration,
    /// On hold.
    pub hold: SignedDuration,
    /// Ringing.
    pub ring: SignedDuration,
}

/// Computes them; `as_of` closes what is open.
pub fn durations(session: &Session, as_of: Timestamp) -> Durations {
    let first = |kind| session.first_routing(kind).map(|entry| entry.at);
    let requested = first(RoutingKind::RoutingRequestCreated);
    let assigned = first(RoutingKind::AssignedToOperator);
    let accepted = first(RoutingKind::AcceptedByOperator);
    // What still lasts in a live session lasts until now.
    let open = |lasts: bool| Some(as_of).filter(|_| lasts && session.ended.is_none());
    let is_sought = session.routing.last().is_some_and(|last| last.kind != RoutingKind::RoutingEnded);
    let joined = session.guest_joined.or_else(|| open(true));
    let bcw = between(session.started, joined).filter(SignedDuration::is_positive);
    let pbx_to_operator = waited(session).or_else(|| Some(waited_until(waits_from(session)?, open(session.started.is_none())?)));
    Durations {
        created: between(Some(session.created), requested.or_else(|| open(session.status() == Status::Created))),
        // When the caller waited unseen, nobody knows since when.
        in_queue: between(requested, assigned.or_else(|| open(is_sought))).filter(|_| !session.queue_time_unknown),
        waiting: between(assigned, accepted.or_else(|| open(is_sought))),
        bcw,
        active: length(session, as_of),
        acw: after_call_work(&session.operators),
        ring_time: between(Some(session.created), joined).filter(|_| !session.is_preview),
        pbx_to_operator,
        hold: spent(session, None, Doing::Hold, as_of),
        operators: operators(session, as_of),
    }
}

fn between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<SignedDuration> {
    Some(to?.duration_since(from?))
}

/// `waited`: from entering the queue (else from the first sign) to the start, or to the caller's leaving. None for outgoing.
pub fn waited(session: &Session) -> Option<SignedDuration> {
    Some(waited_until(waits_from(session)?, session.started.or(session.ended)?))
}

fn waits_from(session: &Session) -> Option<Timestamp> {
    let is_incoming = session.source == Source::IncomingCall && session.direction == Direction::Inbound;
    let from = session.first_routing(RoutingKind::EnteredGroupQueue).map_or(session.created, |entry| entry.at);
    is_incoming.then_some(from)
}

fn waited_until(from: Timestamp, to: Timestamp) -> SignedDuration {
    // An agent may have been chosen before the queue was reported.
    to.duration_since(from).max(SignedDuration::ZERO)
}

/// `length`: the times in which the customer and at least one agent were connected, hold included, from the later of
/// `started` and `guestJoined` on; times without any agent (a second queue) do not count.
pub fn length(session: &Session, as_of: Timestamp) -> Option<SignedDuration> {
    let from = session.started?.max(session.guest_joined?);
    // Agents who talk on among themselves are not with the customer.
    let end = [session.ended, session.guest_gone].into_iter().flatten().min().unwrap_or(as_of);
    let mut times: Vec<_> = session
        .spans
        .iter()
        .filter(|span| matches!(span.doing, Doing::Talk | Doing::Hold))
        .map(|span| (span.from.max(from), span.to.unwrap_or(as_of).min(end)))
        .filter(|(from, to)| from < to)
        .collect();
    times.sort_unstable();
    let (mut total, mut until) = (SignedDuration::ZERO, from);
    for (from, to) in times {
        let from = from.max(until);
        if from < to {
            total += to.duration_since(from);
            until = to;
        }
    }
    Some(total)
}

/// `max(concluded) - max(left)`; none while an agent who left has work to do.
fn after_call_work(operators: &[Operator]) -> Option<SignedDuration> {
    if operators.iter().any(|operator| operator.left.is_some() && operator.concluded.is_none()) {
        return None;
    }
    between(operators.iter().filter_map(|operator| operator.left).max(), operators.iter().filter_map(|operator| operator.concluded).max())
}

fn spent(session: &Session, agent: Option<&str>, doing: Doing, as_of: Timestamp) -> SignedDuration {
    session
        .spans
        .iter()
        .filter(|span| span.doing == doing && agent.is_none_or(|agent| span.agent == agent))
        .map(|span| span.to.unwrap_or(as_of).duration_since(span.from).max(SignedDuration::ZERO))
        .fold(SignedDuration::ZERO, |total, more| total + more)
}

fn operators(session: &Session, as_of: Timestamp) -> Vec<OperatorDurations> {
    let accepted = session.first_routing(RoutingKind::AcceptedByOperator).map(|entry| entry.at);
    let first = |kind, agent: &str| {
        let entries = session.routing.iter().filter(|entry| entry.kind == kind && entry.agent.as_deref() == Some(agent));
        entries.map(|entry| entry.at).min()
    };
    // Whom it rings at now is on the way to take part.
    let rings = session.legs.iter().filter(|leg| leg.doing == Doing::Ring && session.operator(&leg.agent).is_none());
    let ringing = rings.map(|leg| (leg.agent.as_str(), None));
    let taking_part = session.operators.iter().map(|operator| (operator.agent.as_str(), Some(operator)));
    taking_part
        .chain(ringing)
        .map(|(agent, operator)| {
            let assigned = first(RoutingKind::AssignedToOperator, agent);
            let until_now = Some(as_of).filter(|_| operator.is_none() && session.ended.is_none());
            OperatorDurations {
                agent: agent.to_owned(),
                operator_queue_time: between(assigned, accepted.or(until_now)),
                operator_wait_time: between(assigned, first(RoutingKind::AcceptedByOperator, agent).or(until_now)),
                acw: operator.and_then(|operator| between(operator.left, operator.concluded)),
                talk: spent(session, Some(agent), Doing::Talk, as_of),
                hold: spent(session, Some(agent), Doing::Hold, as_of),
                ring: spent(session, Some(agent), Doing::Ring, as_of),
            }
        })
        .collect()
}
