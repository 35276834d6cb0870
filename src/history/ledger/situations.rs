//! Contacts in which more happens than the published vectors show: supervision, colleagues called and asked, conferences.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::super::durations::durations;
use super::super::model::*;
use super::tests::{PERIPHERAL, Play, answered_after_queue, at, h1, queue, seconds};
use super::*;
use crate::engine::model::{AgentId, AgentState, CallType, EventCause, InteractionId, RouterCallKey};
use crate::engine::record::CallFacts;

const CUSTOMER: &str = "+41791112233";

impl Play {
    /// The agent signs in at a phone.
    fn sits(&mut self, agent: &str, phone: &str) -> &mut Self {
        let mut record = Record::new(at(-90), Moment::AgentState);
        record.agent = Some(AgentId::from(agent));
        record.peripheral_id = Some(PERIPHERAL);
        record.facts.state = Some(AgentState::NOT_READY);
        record.facts.since = Some(at(-90));
        record.facts.device = Some(phone.into());
        self.give(&record)
    }

    /// The agent's connection of a call ends because an agent, or somebody else, released it.
    fn gone(&mut self, second: i64, call: u32, agent: &str, by: Option<&str>) -> &mut Self {
        self.call(second, Moment::ConnectionCleared, |record| {
            record.call_id = Some(call);
            record.router_key = None;
            record.agent = Some(AgentId::from(agent));
            record.facts.is_consult = call == 2;
            record.facts.cause = Some(EventCause::NONE);
            record.facts.released_by_agent = Some(by.is_some());
            record.facts.released_by = by.map(AgentId::from);
        })
    }

    /// The customer's own connection ends.
    fn customer_gone(&mut self, second: i64, released_by_agent: bool) -> &mut Self {
        self.call(second, Moment::ConnectionCleared, |record| {
            record.facts.device = Some(CUSTOMER.into());
            record.facts.released_by_agent = Some(released_by_agent);
        })
    }

    /// The router announces a call from a phone to a queue's number.
    fn announced(&mut self, second: i64, agent: &str, key: u32, from: &str) -> &mut Self {
        let mut record = Record::new(at(second), Moment::AgentPreCall);
        record.peripheral_id = Some(PERIPHERAL);
        record.agent = Some(AgentId::from(agent));
        record.router_key = Some(RouterCallKey { day: 1, call_id: key, sequence: 0 });
        queue(&mut record);
        let facts = CallFacts { ani: Some(from.into()), dialed_number: Some("8001".into()), ..CallFacts::default() };
        record.facts.call = Some(Arc::new(facts));
        self.give(&record)
    }

    /// A moment of call 1, which an agent places to a number.
    fn dials(&mut self, second: i64, moment: Moment, agent: &str, number: &str) -> &mut Self {
        self.call(second, moment, |record| {
            record.agent = Some(AgentId::from(agent));
            record.interaction = Some(InteractionId(agent.parse().unwrap()));
            record.facts.is_originator = true;
            record.router_key = None;
            let facts = CallFacts { call_type: CallType::AGENT_INSIDE, dialed_number: Some(number.into()), ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        })
    }

    /// A moment of call 1 at the agent who is called by a colleague.
    fn called(&mut self, second: i64, moment: Moment, agent: &str, key: Option<u32>) -> &mut Self {
        self.call(second, moment, |record| {
            record.agent = Some(AgentId::from(agent));
            record.interaction = Some(InteractionId(agent.parse().unwrap()));
            record.router_key = key.map(|call_id| RouterCallKey { day: 1, call_id, sequence: 0 });
            let facts = CallFacts { call_type: CallType::AGENT_INSIDE, ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        })
    }

    /// A moment of call 50, by which supervisor 1 listens to agent 7.
    fn listens(&mut self, second: i64, moment: Moment, agent: &str) -> &mut Self {
        self.call(second, moment, |record| {
            record.call_id = Some(50);
            record.router_key = None;
            record.agent = Some(AgentId::from(agent));
            record.interaction = (agent == "1").then_some(InteractionId(1));
            record.facts.is_originator = agent == "1";
            let facts = CallFacts { call_type: CallType::SUPERVISOR_MONITOR, ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        })
    }

    fn routing(&self) -> Vec<(RoutingKind, i64)> {
        let second = |moment: Timestamp| moment.as_second() - at(0).as_second();
        self.session().routing.iter().map(|entry| (entry.kind, second(entry.at))).collect()
    }

    fn acts(&self, wanted: &[ActivityKind]) -> Vec<(ActivityKind, Option<&str>)> {
        let fits = |activity: &&Activity| wanted.contains(&activity.kind);
        self.session().activities.iter().filter(fits).map(|activity| (activity.kind, activity.agent.as_deref())).collect()
    }

    fn statuses(&self) -> Vec<Status> {
        self.session().statuses.iter().map(|period| period.status).collect()
    }
}

const INVITING: [ActivityKind; 3] =
    [ActivityKind::OperatorInvited, ActivityKind::OperatorInviteRejected, ActivityKind::OperatorInviteCanceled];

// ------------------------------------------------------------------------------------------------------- colleagues

#[test]
fn a_colleague_who_is_not_waited_for_leaves_no_open_record() {
    for (by, other) in [(Some("7"), Some("7")), (None, None)] {
        for first in ["7", "9"] {
            let mut play = Play::new(CallType::AGENT_INSIDE);
            play.dials(0, Moment::Dialed, "7", "3009").dials(1, Moment::Originated, "7", "3009");
            play.called(2, Moment::Alerting, "9", None).dials(2, Moment::FarEndAlerting, "7", "3009");
            let second = if first == "7" { "9" } else { "7" };
            play.gone(6, 1, first, by).gone(6, 1, second, other).state(60, "7", AgentState::AVAILABLE);
            let session = play.session();
            assert_eq!((session.ended, session.status()), (Some(at(6)), Status::Closed), "{by:?} {first} first");
            assert_eq!(session.termination, Some(TerminationReason::OperatorAbandoned));
            if by.is_some() {
                assert_eq!(session.dial_result, Some(DialResult::CancelledByUser));
            }
            assert_eq!(session.operators.len(), 1, "who did not answer took no part");
        }
    }
}

#[test]
fn a_colleague_who_refuses_rejects_and_the_caller_did_not_cancel() {
    let mut play = Play::new(CallType::AGENT_INSIDE);
    play.dials(0, Moment::Dialed, "7", "3009").called(2, Moment::Alerting, "9", None);
    play.gone(5, 1, "9", Some("9")).gone(5, 1, "7", Some("9")).state(60, "7", AgentState::AVAILABLE);
    assert_eq!(play.session().dial_result, Some(DialResult::Rejected));
    assert_eq!((play.session().ended, play.session().status()), (Some(at(5)), Status::Closed));
}

/// Agent 7 dials the queue's number, whose machine answers.
fn dialled_a_queue() -> Play {
    let mut play = Play::new(CallType::AGENT_INSIDE);
    play.sits("7", "3007").sits("9", "3009");
    play.dials(0, Moment::Dialed, "7", "8001").dials(0, Moment::Originated, "7", "8001").dials(1, Moment::Established, "7", "8001");
    play
}

#[test]
fn a_call_to_a_queue_and_its_announcement_are_one_contact() {
    let mut play = dialled_a_queue();
    play.announced(10, "9", 77, "3007").called(11, Moment::Alerting, "9", Some(77)).called(14, Moment::Established, "9", Some(77));
    play.gone(60, 1, "9", Some("9")).gone(60, 1, "7", Some("9")).state(70, "7", AgentState::AVAILABLE);
    let session = play.session();
    use RoutingKind::*;
    assert_eq!(play.routing(), [(RoutingRequestCreated, 10), (AssignedToOperator, 10), (AcceptedByOperator, 14), (RoutingEnded, 14)]);
    assert_eq!((session.direction, session.source), (Direction::Internal, Source::OutgoingCall));
    assert_eq!(session.key.map(|key| key.call_id), Some(77));
    assert_eq!(session.operators.iter().map(|one| one.agent.as_str()).collect::<Vec<_>>(), ["7", "9"]);
    assert_eq!((session.status(), session.ended), (Status::Closed, Some(at(60))));
}

/// An outside caller to the same queue is somebody else, and so is a colleague who dialled it too.
#[test]
fn an_announcement_is_taken_by_nobody_else_s_call() {
    let mut play = dialled_a_queue();
    play.announced(10, "9", 77, CUSTOMER);
    assert_eq!(play.saved.len(), 2);
    let mut play = dialled_a_queue();
    play.announced(10, "9", 77, "3009");
    assert_eq!(play.saved.len(), 2, "9 did not dial");
}

#[test]
fn a_call_to_a_queue_that_is_given_up_while_it_rings_is_over() {
    let mut play = dialled_a_queue();
    play.announced(10, "9", 77, "3007").called(11, Moment::Alerting, "9", Some(77));
    play.gone(15, 1, "7", Some("7")).gone(15, 1, "9", Some("7")).state(70, "7", AgentState::AVAILABLE);
    let session = play.session();
    assert_eq!((session.ended, session.status()), (Some(at(15)), Status::Closed));
    assert_eq!(session.routing.last().unwrap().kind, RoutingKind::RoutingEnded);
}

/// 7 talks to the customer, holds, and asks the queue for a colleague.
fn asked_a_queue() -> Play {
    let mut play = answered_after_queue();
    play.sits("7", "3007").sits("9", "3009").agent(98, Moment::Held, "7");
    play.consult(100, Moment::Dialed, "7", true).consult(101, Moment::Established, "7", true);
    play.announced(110, "9", 77, "3007").consult(111, Moment::Alerting, "9", false);
    play
}

#[test]
fn asking_a_queue_leaves_the_contact_where_it_is() {
    use Status::*;
    let mut play = asked_a_queue();
    assert_eq!(play.statuses(), [Created, InQueue, Waiting, Active], "an agent has it");
    play.consult(115, Moment::Established, "9", false);
    play.call(120, Moment::Transferred, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.merged_call = Some(2);
    });
    play.cleared(160, "9", false).state(170, "7", AgentState::AVAILABLE).state(170, "9", AgentState::AVAILABLE);
    assert_eq!(play.statuses(), [Created, InQueue, Waiting, Active, Acw, Closed]);
    let requests = play.routing().iter().filter(|(kind, _)| *kind == RoutingKind::RoutingRequestCreated).count();
    let ends = play.routing().iter().filter(|(kind, _)| *kind == RoutingKind::RoutingEnded).count();
    assert_eq!((requests, ends), (2, 2));
}

#[test]
fn a_queue_that_is_not_waited_for_any_longer_is_told_once() {
    let mut play = asked_a_queue();
    play.gone(118, 2, "7", Some("7")).gone(118, 2, "9", Some("7")).agent(118, Moment::Retrieved, "7");
    assert_eq!(play.session().status(), Status::Active);
    assert_eq!(play.routing().iter().filter(|(kind, _)| *kind == RoutingKind::RoutingEnded).count(), 2);
    play.cleared(150, "7", false).state(160, "7", AgentState::AVAILABLE);
    assert_eq!((play.session().ended, play.session().status()), (Some(at(150)), Status::Closed));
}

#[test]
fn what_came_of_asking_a_colleague_is_told_once() {
    use ActivityKind::{OperatorInviteCanceled, OperatorInviteRejected, OperatorInvited};
    let gives_up = [("7", Some("7")), ("9", Some("7"))];
    let refuses = [("9", Some("9")), ("7", Some("9"))];
    for (legs, kind, who) in [
        (gives_up, OperatorInviteCanceled, "7"),
        ([gives_up[1], gives_up[0]], OperatorInviteCanceled, "7"),
        (refuses, OperatorInviteRejected, "9"),
        ([("9", None), ("7", None)], OperatorInviteRejected, "9"),
    ] {
        let mut play = answered_after_queue();
        play.agent(98, Moment::Held, "7").consult(100, Moment::Dialed, "7", true).consult(101, Moment::Alerting, "9", false);
        for (agent, by) in legs {
            play.gone(105, 2, agent, by);
        }
        play.agent(106, Moment::Retrieved, "7").cleared(150, "7", false);
        assert_eq!(play.acts(&INVITING), [(OperatorInvited, Some("7")), (kind, Some(who))], "{legs:?}");
    }
}

#[test]
fn routing_ends_with_the_acceptance() {
    use RoutingKind::*;
    let wanted = [
        (RoutingRequestCreated, 0),
        (EnteredGroupQueue, 2),
        (LeftGroupQueue, 32),
        (AssignedToOperator, 32),
        (AcceptedByOperator, 38),
        (RoutingEnded, 38),
    ];
    assert_eq!(h1().routing(), wanted);
}

/// What still lasts counts up to the moment that is asked for.
#[test]
fn open_parts_of_a_live_session_count_up_to_now() {
    let mut play = Play::new(CallType::ACD_IN);
    play.call(0, Moment::TrunkSeized, |_| {});
    let now = |play: &Play, second| durations(play.session(), at(second));
    assert_eq!((now(&play, 1).created, now(&play, 1).pbx_to_operator), (seconds(1), seconds(1)));
    play.call(2, Moment::Queued, queue);
    assert_eq!((now(&play, 20).created, now(&play, 20).in_queue, now(&play, 20).waiting), (seconds(2), seconds(18), None));
    play.call(32, Moment::AgentPreCall, |record| {
        record.call_id = None;
        record.agent = Some(AgentId::from("7"));
        queue(record);
    });
    play.agent(33, Moment::Alerting, "7");
    let ringing = now(&play, 36);
    assert_eq!((ringing.in_queue, ringing.waiting, ringing.pbx_to_operator), (seconds(30), seconds(4), seconds(34)));
    let agent = &ringing.operators[0];
    assert_eq!((agent.agent.as_str(), agent.operator_wait_time, agent.ring), ("7", seconds(4), SignedDuration::from_secs(3)));
    play.cleared(40, "7", false);
    let over = now(&play, 90);
    assert_eq!((over.waiting, over.pbx_to_operator, over.operators.len()), (None, seconds(38), 0), "nothing lasts any longer");
    let mut play = Play::new(CallType::OUT);
    play.dials(0, Moment::Dialed, "7", CUSTOMER);
    assert_eq!((now(&play, 9).bcw, now(&play, 9).ring_time, now(&play, 9).pbx_to_operator), (seconds(9), seconds(9), None));
    play.gone(12, 1, "7", Some("7"));
    assert_eq!((now(&play, 90).bcw, now(&play, 90).ring_time), (None, None));
}

// ------------------------------------------------------------------------------------------------------- conferences

/// Agents 7 and 9 and the customer talk from 60 on.
fn conference() -> Play {
    let mut play = answered_after_queue();
    play.consult(50, Moment::Dialed, "7", true).consult(55, Moment::Established, "9", false);
    play.call(60, Moment::Conferenced, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.merged_call = Some(2);
    });
    play
}

#[test]
fn agents_who_talk_on_without_the_customer_are_not_with_the_customer() {
    let mut play = conference();
    play.customer_gone(120, false);
    assert_eq!((play.session().ended, play.durations().active), (None, seconds(120 - 38)), "while they talk");
    play.cleared(150, "7", true).cleared(160, "9", true);
    let session = play.session();
    assert_eq!((session.ended, play.durations().active), (Some(at(160)), seconds(120 - 38)));
    assert_eq!((session.termination, session.guest_left), (Some(TerminationReason::GuestLeft), Some(GuestLeft::LeftSession)));
    let left: Vec<_> = session.activities.iter().filter(|one| one.kind == ActivityKind::Left && one.actor == Actor::Guest).collect();
    assert_eq!(left.iter().map(|one| one.at).collect::<Vec<_>>(), [at(120)], "once, and then");
}

#[test]
fn a_customer_whom_an_agent_let_go_did_not_leave() {
    let mut play = conference();
    play.customer_gone(120, true).cleared(150, "7", true).cleared(160, "9", true);
    assert_eq!(play.durations().active, seconds(120 - 38));
    assert_eq!(play.session().termination, Some(TerminationReason::OperatorLeft));
    assert_eq!(play.session().guest_left, Some(GuestLeft::LeftAfterSession));
}

#[test]
fn another_party_outside_may_leave_without_the_customer() {
    let mut play = conference();
    play.call(120, Moment::ConnectionCleared, |record| record.facts.device = Some("+41440000000".into()));
    play.cleared(150, "7", true).cleared(160, "9", false);
    assert_eq!(play.durations().active, seconds(160 - 38));
}

// ------------------------------------------------------------------------------------------------------- supervision

fn listened() -> Play {
    let mut play = answered_after_queue();
    for moment in [Moment::BeginCall, Moment::Established] {
        play.listens(50, moment, "1").listens(50, moment, "7");
    }
    play
}

#[test]
fn who_only_listens_leaves_no_trace() {
    let mut play = listened();
    play.listens(70, Moment::ConnectionCleared, "1").listens(70, Moment::ConnectionCleared, "7");
    play.listens(70, Moment::Cleared, "7").listens(70, Moment::EndCall, "1").listens(70, Moment::EndCall, "7");
    play.cleared(158, "7", false).state(158, "7", AgentState::WORK_NOT_READY).state(188, "7", AgentState::AVAILABLE);
    let session = play.session();
    assert_eq!(session.operators.iter().map(|one| one.agent.as_str()).collect::<Vec<_>>(), ["7"]);
    assert!(session.interactions.iter().all(|one| one.agent == "7"), "{:?}", session.interactions);
    assert_eq!(play.durations().active, seconds(120));
    assert_eq!(play.kinds().len(), 6, "nobody is told: {:?}", play.kinds());
    assert!(play.ledger.supervisions.is_empty(), "and nothing stays behind");
}

/// What a monitor call's id was may become a contact's.
#[test]
fn a_listening_call_s_id_can_be_used_again() {
    let mut play = listened();
    play.call(300, Moment::BeginCall, |record| {
        record.call_id = Some(50);
        record.router_key = None;
        record.agent = Some(AgentId::from("8"));
    });
    play.call(300, Moment::Alerting, |record| {
        record.call_id = Some(50);
        record.router_key = None;
        record.agent = Some(AgentId::from("8"));
        record.interaction = Some(InteractionId(8));
    });
    assert_eq!(play.saved.len(), 2);
}

#[test]
fn who_barges_in_takes_part_and_who_is_intercepted_was_taken_out() {
    for is_turned in [false, true] {
        let mut play = listened();
        play.call(80, Moment::Conferenced, |record| {
            record.agent = Some(AgentId::from("7"));
            (record.call_id, record.facts.merged_call) = if is_turned { (Some(50), Some(1)) } else { (Some(1), Some(50)) };
            record.facts.result_call = Some(1);
        });
        play.call(80, Moment::Established, |record| {
            record.agent = Some(AgentId::from("1"));
            record.interaction = Some(InteractionId(1));
            record.facts.is_originator = true;
            record.facts.cause = Some(EventCause::SUPERVISOR_BARGE_IN);
        });
        play.listens(80, Moment::EndCall, "1").listens(80, Moment::EndCall, "7");
        assert_eq!(play.session().operators.len(), 2, "turned: {is_turned}");
        play.call(100, Moment::ConnectionCleared, |record| {
            record.agent = Some(AgentId::from("7"));
            record.facts.released_by_agent = Some(true);
            record.facts.cause = Some(EventCause::SUPERVISOR_INTERCEPT);
        });
        play.state(100, "7", AgentState::AVAILABLE);
        let session = play.session();
        assert_eq!((session.ended, session.status()), (None, Status::Active), "the customer goes on with the supervisor");
        let kicked = session.activities.iter().find(|one| one.kind == ActivityKind::OperatorKicked).unwrap();
        assert_eq!((kicked.agent.as_deref(), kicked.to_agent.as_deref(), kicked.at), (Some("1"), Some("7"), at(100)));
        play.cleared(130, "1", false).state(140, "1", AgentState::AVAILABLE);
        let session = play.session();
        assert_eq!((session.ended, session.termination), (Some(at(130)), Some(TerminationReason::GuestLeft)));
        assert_eq!((play.durations().active, session.status()), (seconds(130 - 38), Status::Closed));
    }
}

#[test]
fn a_supervisor_who_stops_takes_nobody_out() {
    let mut play = listened();
    play.call(80, Moment::Conferenced, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.merged_call = Some(50);
    });
    play.call(100, Moment::ConnectionCleared, |record| {
        record.agent = Some(AgentId::from("1"));
        record.facts.released_by_agent = Some(true);
        record.facts.cause = Some(EventCause::SUPERVISOR_CLEAR);
    });
    assert!(play.acts(&[ActivityKind::OperatorKicked]).is_empty());
    assert_eq!((play.session().ended, play.session().operator("1").unwrap().left), (None, Some(at(100))));
}

/// Help is a consultation where there is a contact, and nothing where there is none.
#[test]
fn help_is_part_of_its_contact() {
    let help = |play: &mut Play, second, moment: Moment, agent: &str, host: Option<u64>| {
        play.call(second, moment, |record| {
            record.call_id = Some(2);
            record.router_key = None;
            record.agent = Some(AgentId::from(agent));
            record.interaction = host.map(InteractionId);
            record.facts.is_originator = agent == "7";
            record.facts.is_consult = true;
            let facts = CallFacts { call_type: CallType::ASSIST, ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        });
    };
    let mut play = answered_after_queue();
    play.agent(60, Moment::Held, "7");
    help(&mut play, 60, Moment::BeginCall, "7", None);
    help(&mut play, 60, Moment::Dialed, "7", Some(7));
    help(&mut play, 61, Moment::Alerting, "1", Some(1));
    help(&mut play, 65, Moment::Established, "1", Some(1));
    assert_eq!(play.session().operators.len(), 2);
    assert_eq!(play.acts(&INVITING), [(ActivityKind::OperatorInvited, Some("7"))]);
    let mut alone = Play::new(CallType::ASSIST);
    help(&mut alone, 60, Moment::BeginCall, "7", None);
    help(&mut alone, 60, Moment::Dialed, "7", Some(7));
    help(&mut alone, 61, Moment::Alerting, "1", Some(1));
    help(&mut alone, 65, Moment::Established, "1", Some(1));
    assert!(alone.saved.is_empty() && alone.notices.is_empty());
}

// ------------------------------------------------------------------------------------------------------- agents

#[test]
fn a_peripheral_that_is_off_line_hides_what_its_agents_do() {
    let mut play = answered_after_queue();
    let mut other = Record::new(at(40), Moment::AgentState);
    other.agent = Some(AgentId::from("88"));
    other.peripheral_id = Some(PERIPHERAL + 1);
    other.facts.state = Some(AgentState::AVAILABLE);
    play.give(&other);
    let peripheral = |play: &mut Play, second, moment| {
        let mut record = Record::new(at(second), moment);
        record.peripheral_id = Some(PERIPHERAL);
        play.give(&record);
    };
    peripheral(&mut play, 60, Moment::PeripheralDown);
    // A link that is lost and found meanwhile changes nothing about it.
    play.link(65, Moment::LinkDown).link(70, Moment::LinkUp);
    peripheral(&mut play, 75, Moment::PeripheralUp);
    play.state(80, "7", AgentState::NOT_READY);
    use StateKind::*;
    let of = |agent: &str| -> Vec<_> {
        let periods = play.periods.values().filter(|period| period.agent == agent);
        periods.map(|period| (period.kind, period.from.as_second() - at(0).as_second())).collect()
    };
    assert_eq!(of("7"), [(Online, -50), (OnCall, 38), (Disconnected, 60), (OnCall, 75), (Away, 80)]);
    assert_eq!(of("88"), [(Online, 40), (Disconnected, 65), (Online, 70)]);
    let gaps = &play.session().gaps;
    assert_eq!((gaps[0].from, gaps.last().unwrap().to.is_some()), (at(60), true), "{gaps:?}");
    assert_eq!(play.session().quality, Quality::Gap);
}

#[test]
fn a_phone_that_answered_by_itself_is_marked() {
    for by_itself in [false, true] {
        let mut play = Play::new(CallType::ACD_IN);
        play.agent(0, Moment::Alerting, "7");
        play.call(1, Moment::Established, |record| {
            record.agent = Some(AgentId::from("7"));
            record.facts.is_auto_answered = by_itself;
        });
        assert_eq!(play.session().auto_accepted, by_itself);
    }
}

// ------------------------------------------------------------------------------------------------------- campaigns

impl Play {
    /// A moment of call 1, by which agent 7 is reserved for a customer.
    fn reserves(&mut self, second: i64, moment: Moment, response: &str) -> &mut Self {
        self.call(second, moment, |record| {
            record.agent = Some(AgentId::from("7"));
            record.interaction = Some(InteractionId(7));
            let ani = Some("5550".into());
            let mut facts = CallFacts { call_type: CallType::RESERVATION_PREVIEW, ani, ..CallFacts::default() };
            facts.ecc.insert("BAResponse".into(), crate::engine::model::EccValue::Scalar(response.into()));
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        })
    }

    /// A moment of call 2, from agent 7 to the customer.
    fn calls_customer(&mut self, second: i64, moment: Moment, is_originator: bool) -> &mut Self {
        self.call(second, moment, |record| {
            record.call_id = Some(2);
            record.router_key = None;
            record.agent = Some(AgentId::from("7"));
            record.interaction = is_originator.then_some(InteractionId(70));
            record.facts.is_originator = is_originator;
            let dialed_number = Some(CUSTOMER.into());
            let facts = CallFacts { call_type: CallType::CUSTOMER_PREVIEW, dialed_number, ..CallFacts::default() };
            record.facts.call = moment.tells_data().then(|| Arc::new(facts));
        })
    }
}

/// Agent 7 is reserved for a customer at 0 and decides at 10.
fn reserved(response: &str) -> Play {
    let mut play = Play::new(CallType::RESERVATION_PREVIEW);
    play.announced(0, "7", 77, "5550").reserves(1, Moment::BeginCall, "").reserves(1, Moment::Alerting, "");
    play.reserves(10, Moment::DataUpdate, response).gone(10, 1, "7", Some("7"));
    play.call(10, Moment::Cleared, |_| {}).call(10, Moment::EndCall, |record| record.agent = Some(AgentId::from("7")));
    play
}

#[test]
fn a_preview_that_is_accepted_and_the_customer_s_call_are_one_contact() {
    let mut play = reserved("Accept");
    assert_eq!((play.session().status(), play.session().guest_joined), (Status::Bcw, None), "the customer is not there yet");
    play.calls_customer(11, Moment::BeginCall, false).calls_customer(11, Moment::Dialed, true);
    play.calls_customer(12, Moment::Originated, true).calls_customer(13, Moment::FarEndAlerting, true);
    assert_eq!(play.session().dial_result, Some(DialResult::Ringing));
    play.calls_customer(20, Moment::Established, true);
    assert_eq!(play.session().status(), Status::Active);
    play.call(50, Moment::ConnectionCleared, |record| {
        record.call_id = Some(2);
        record.agent = Some(AgentId::from("7"));
        record.facts.released_by_agent = Some(false);
    });
    play.state(60, "7", AgentState::AVAILABLE);
    let (session, durations) = (play.session(), play.durations());
    assert_eq!((session.created, session.started, session.guest_joined), (at(0), Some(at(10)), Some(at(20))));
    assert_eq!((session.dialed, session.ended, session.status()), (Some(at(12)), Some(at(50)), Status::Closed));
    assert_eq!((durations.bcw, durations.active, durations.ring_time), (seconds(10), seconds(30), None));
    assert_eq!((session.source, session.direction, session.is_preview), (Source::Campaign, Direction::Outbound, true));
    assert_eq!(session.client_number.as_deref(), Some(CUSTOMER));
    assert_eq!(session.termination, Some(TerminationReason::GuestLeft));
}

#[test]
fn a_preview_that_is_refused_is_over() {
    let play = reserved("Reject");
    let session = play.session();
    assert_eq!((session.termination, session.status()), (Some(TerminationReason::CampaignTerminated), Status::Closed));
    assert_eq!((session.started, session.guest_joined, session.operators.len()), (None, None, 0));
}

#[test]
fn a_customer_whom_the_dialler_reached_is_there_when_the_agent_s_phone_rings() {
    let mut play = Play::new(CallType::AUTO_OUT);
    play.agent(0, Moment::BeginCall, "7").agent(2, Moment::Alerting, "7").agent(4, Moment::Established, "7").cleared(30, "7", true);
    let session = play.session();
    assert_eq!((session.guest_joined, session.started, session.source), (Some(at(2)), Some(at(4)), Source::Campaign));
    assert_eq!((play.durations().active, play.durations().bcw), (seconds(26), None));
}

// ------------------------------------------------------------------------------------------------------- tags

#[test]
fn wrap_up_reasons_are_tags_of_the_agent_who_gave_them() {
    let wraps_up = |play: &mut Play, second, agent: &str, reason: &str| {
        play.call(second, Moment::DataUpdate, |record| {
            record.agent = Some(AgentId::from(agent));
            let facts = CallFacts { wrapup: Some(reason.into()), ..CallFacts::default() };
            record.facts.call = Some(Arc::new(facts));
        });
    };
    let mut play = conference();
    wraps_up(&mut play, 70, "7", "");
    wraps_up(&mut play, 70, "7", "Sale");
    wraps_up(&mut play, 71, "9", "Sale");
    wraps_up(&mut play, 80, "7", "Complaint");
    wraps_up(&mut play, 90, "9", "Sale");
    let mut completed = Record::new(at(100), Moment::Completed);
    completed.agent = Some(AgentId::from("9"));
    completed.interaction = Some(InteractionId(9));
    completed.detail = Some("Resolved".into());
    play.agent(99, Moment::Retrieved, "9").give(&completed);
    let owners = play.session().tag_owners.iter().map(|owner| owner.agent.as_deref());
    let tags: Vec<_> = play.session().tags.iter().map(String::as_str).zip(owners).collect();
    assert_eq!(tags, [("Complaint", Some("7")), ("Sale", Some("9")), ("Resolved", Some("9"))]);
}
