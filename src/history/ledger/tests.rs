//! The published vectors, second by second, and what must hold whatever comes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::super::durations::{Durations, durations, waited};
use super::super::model::*;
use super::*;
use crate::engine::model::{AgentId, AgentState, CallType, EventCause, InteractionId, RouterCallKey};
use crate::engine::record::CallFacts;

pub(super) const PERIPHERAL: u32 = 5000;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

pub(super) fn seconds(seconds: i64) -> Option<SignedDuration> {
    Some(SignedDuration::from_secs(seconds))
}

/// Plays moments of one call (or a consultation beside it) into a ledger.
pub(super) struct Play {
    pub(super) ledger: Ledger,
    pub(super) saved: BTreeMap<SessionId, Session>,
    pub(super) periods: BTreeMap<(String, Timestamp), AgentPeriod>,
    pub(super) notices: Vec<Notice>,
    pub(super) late: Vec<Late>,
    pub(super) call_type: CallType,
}

impl Play {
    pub(super) fn new(call_type: CallType) -> Self {
        let mut ledger = Ledger::new(Settings::default(), 1, Vec::new(), Vec::new(), None);
        ledger.handle(&Record::new(at(-100), Moment::LinkUp));
        Self { ledger, saved: BTreeMap::new(), periods: BTreeMap::new(), notices: Vec::new(), late: Vec::new(), call_type }
    }

    pub(super) fn drain(&mut self) {
        while let Some(output) = self.ledger.poll_output() {
            match output {
                Output::Session(session) => {
                    self.saved.insert(session.id, *session);
                }
                Output::Period(period) => {
                    self.periods.insert((period.agent.to_string(), period.from), period);
                }
                Output::Notice(notice) => self.notices.push(notice),
                Output::Late(late) => self.late.push(late),
            }
        }
    }

    pub(super) fn give(&mut self, record: &Record) -> &mut Self {
        while let Some(due) = self.ledger.poll_timeout().filter(|due| *due <= record.at) {
            self.ledger.handle_timeout(due);
            self.drain();
        }
        self.ledger.handle(record);
        self.drain();
        self
    }

    /// A moment of call 1.
    pub(super) fn call(&mut self, second: i64, moment: Moment, fill: impl FnOnce(&mut Record)) -> &mut Self {
        let mut record = Record::new(at(second), moment);
        record.peripheral_id = Some(PERIPHERAL);
        record.call_id = Some(1);
        record.router_key = Some(RouterCallKey { day: 1, call_id: 77, sequence: 0 });
        if moment.tells_data() {
            let ani = Some("+41791112233".into());
            record.facts.call = Some(Arc::new(CallFacts { call_type: self.call_type, ani, ..CallFacts::default() }));
        }
        fill(&mut record);
        self.give(&record)
    }

    /// A moment of call 1 at an agent.
    pub(super) fn agent(&mut self, second: i64, moment: Moment, agent: &str) -> &mut Self {
        self.call(second, moment, |record| {
            record.agent = Some(AgentId::from(agent));
            record.interaction = Some(InteractionId(agent.parse().unwrap()));
        })
    }

    /// A moment of the outgoing call 1 at the agent who placed it.
    pub(super) fn caller(&mut self, second: i64, moment: Moment, agent: &str) -> &mut Self {
        self.call(second, moment, |record| {
            record.agent = Some(AgentId::from(agent));
            record.interaction = Some(InteractionId(agent.parse().unwrap()));
            record.facts.is_originator = true;
            record.router_key = None;
        })
    }

    /// A moment of the consultation, call 2.
    pub(super) fn consult(&mut self, second: i64, moment: Moment, agent: &str, is_originator: bool) -> &mut Self {
        self.call(second, moment, |record| {
            record.call_id = Some(2);
            record.router_key = None;
            record.agent = Some(AgentId::from(agent));
            record.interaction = Some(InteractionId(agent.parse().unwrap()));
            record.facts.is_originator = is_originator;
            record.facts.is_consult = true;
        })
    }

    pub(super) fn state(&mut self, second: i64, agent: &str, state: AgentState) -> &mut Self {
        let mut record = Record::new(at(second), Moment::AgentState);
        record.agent = Some(AgentId::from(agent));
        record.peripheral_id = Some(PERIPHERAL);
        record.facts.state = Some(state);
        record.facts.since = Some(at(second));
        self.give(&record)
    }

    pub(super) fn link(&mut self, second: i64, moment: Moment) -> &mut Self {
        self.give(&Record::new(at(second), moment))
    }

    pub(super) fn cleared(&mut self, second: i64, agent: &str, released_by_agent: bool) -> &mut Self {
        self.call(second, Moment::ConnectionCleared, |record| {
            record.agent = Some(AgentId::from(agent));
            record.facts.released_by_agent = Some(released_by_agent);
        })
    }

    /// The one session there is.
    pub(super) fn session(&self) -> &Session {
        assert_eq!(self.saved.len(), 1, "one contact, one session: {:#?}", self.saved.keys());
        self.saved.values().next().unwrap()
    }

    pub(super) fn durations(&self) -> Durations {
        durations(self.session(), at(10_000))
    }

    pub(super) fn kinds(&self) -> Vec<NoticeKind> {
        self.notices.iter().map(|notice| notice.kind).filter(|kind| *kind != NoticeKind::UserStatusChanged).collect()
    }
}

pub(super) fn queue(record: &mut Record) {
    record.facts.skill_groups = vec![10];
}

/// H1 up to the agent's answer at 38.
pub(super) fn answered_after_queue() -> Play {
    let mut play = Play::new(CallType::ACD_IN);
    play.state(-50, "7", AgentState::AVAILABLE);
    play.call(0, Moment::TranslationRoute, |record| record.call_id = None);
    play.call(2, Moment::Queued, queue).call(32, Moment::Dequeued, |_| {});
    play.call(32, Moment::AgentPreCall, |record| {
        record.call_id = None;
        record.agent = Some(AgentId::from("7"));
        queue(record);
    });
    play.agent(33, Moment::Alerting, "7").agent(38, Moment::Established, "7").state(38, "7", AgentState::TALKING);
    play
}

pub(super) fn h1() -> Play {
    let mut play = answered_after_queue();
    play.agent(98, Moment::Held, "7").agent(108, Moment::Retrieved, "7").cleared(158, "7", false);
    play.state(158, "7", AgentState::WORK_NOT_READY).state(188, "7", AgentState::AVAILABLE);
    play
}

#[test]
fn h1_a_queued_call_has_all_its_times() {
    let play = h1();
    let (session, durations) = (play.session(), play.durations());
    assert_eq!(durations.created, seconds(0));
    assert_eq!(durations.in_queue, seconds(32));
    assert_eq!(durations.waiting, seconds(6));
    assert_eq!(waited(session), seconds(36));
    assert_eq!(durations.active, seconds(120));
    assert_eq!(durations.hold, SignedDuration::from_secs(10));
    assert_eq!(durations.acw, seconds(30));
    assert_eq!(durations.ring_time, seconds(0));
    assert_eq!(durations.bcw, None);
    assert_eq!(session.termination, Some(TerminationReason::GuestLeft));
    assert_eq!(session.status(), Status::Closed);
    assert_eq!(session.closed, Some(at(188)));
    assert_eq!(session.quality, Quality::Complete);
    assert!(!session.queue_time_unknown);
    let whole: SignedDuration =
        session.statuses.iter().map(|period| period.to.unwrap().duration_since(period.from)).fold(SignedDuration::ZERO, |a, b| a + b);
    assert_eq!(whole, SignedDuration::from_secs(188), "the statuses fill the session");
    let parts = [durations.created, durations.in_queue, durations.waiting].into_iter().flatten().fold(SignedDuration::ZERO, |a, b| a + b);
    assert_eq!(Some(parts), session.started.map(|started| started.duration_since(session.created)));
}

#[test]
fn integrators_are_told_in_the_published_order() {
    use NoticeKind::*;
    let wanted = [SessionCreated, SessionStarted, SessionOperatorJoined, SessionEnded, SessionOperatorLeft, SessionOperatorConcluded];
    assert_eq!(h1().kinds(), wanted);
}

#[test]
fn h2_who_waited_unseen_has_no_queue_time() {
    let mut play = Play::new(CallType::PREROUTE_ACD_IN);
    play.call(32, Moment::AgentPreCall, |record| {
        record.call_id = None;
        record.agent = Some(AgentId::from("7"));
        queue(record);
    });
    play.agent(33, Moment::Alerting, "7").agent(38, Moment::Established, "7").cleared(158, "7", false);
    assert!(play.session().queue_time_unknown);
    assert_eq!(play.durations().in_queue, None);
    assert_eq!(play.durations().waiting, seconds(6));
    assert_eq!(play.session().routing.iter().filter(|entry| entry.kind == RoutingKind::AssignedToOperator).count(), 1);
}

#[test]
fn a_queue_entry_time_in_an_ecc_variable_is_used() {
    let mut play = Play::new(CallType::PREROUTE_ACD_IN);
    play.call(32, Moment::AgentPreCall, |record| {
        record.call_id = None;
        record.agent = Some(AgentId::from("7"));
        queue(record);
        let mut facts = CallFacts::default();
        let entered = at(2).as_second().to_string();
        facts.ecc.insert("user.QueueEntered".into(), crate::engine::model::EccValue::Scalar(entered.into()));
        record.facts.call = Some(Arc::new(facts));
    });
    play.agent(33, Moment::Alerting, "7").agent(38, Moment::Established, "7").cleared(158, "7", false);
    assert_eq!(play.durations().in_queue, seconds(30));
    assert_eq!(waited(play.session()), seconds(36));
    assert!(!play.session().queue_time_unknown);
}

#[test]
fn h3_vain_ringing_counts_as_waiting() {
    let mut play = Play::new(CallType::ACD_IN);
    play.call(0, Moment::Queued, queue);
    for (second, agent) in [(10, "7"), (25, "8")] {
        play.call(second, Moment::AgentPreCall, |record| {
            record.call_id = None;
            record.agent = Some(AgentId::from(agent));
            queue(record);
        });
        play.agent(second, Moment::Alerting, agent);
        if agent == "7" {
            play.agent(22, Moment::Diverted, "7");
        }
    }
    play.agent(28, Moment::Established, "8").cleared(60, "8", true);
    let durations = play.durations();
    assert_eq!(durations.in_queue, seconds(10));
    assert_eq!(durations.waiting, seconds(18));
    let expired: Vec<_> = play
        .session()
        .routing
        .iter()
        .filter(|entry| entry.kind == RoutingKind::OperatorTimeoutExpired)
        .map(|entry| entry.agent.clone())
        .collect();
    assert_eq!(expired, [Some("7".to_owned())]);
    assert_eq!(durations.operators.len(), 1, "who did not answer took no part");
    assert_eq!(durations.operators[0].operator_queue_time, seconds(3));
    assert_eq!(play.session().termination, Some(TerminationReason::OperatorLeft));
}

fn h4_to_the_answer() -> Play {
    let mut play = Play::new(CallType::OUT);
    play.caller(0, Moment::Dialed, "7").caller(1, Moment::Originated, "7").caller(9, Moment::Established, "7");
    play
}

#[test]
fn h4_an_outgoing_call_rings_before_it_is_active() {
    let mut play = h4_to_the_answer();
    play.cleared(69, "7", true).state(75, "7", AgentState::NOT_READY);
    let (session, durations) = (play.session(), play.durations());
    assert_eq!(session.started, Some(at(0)));
    assert_eq!(session.guest_joined, Some(at(9)));
    assert_eq!((durations.bcw, durations.ring_time, durations.active, durations.acw), (seconds(9), seconds(9), seconds(60), seconds(0)));
    assert!(session.routing.is_empty());
    assert_eq!((durations.created, durations.in_queue, durations.waiting), (None, None, None));
    assert_eq!(waited(session), None);
    assert_eq!((session.status(), session.source), (Status::Closed, Source::OutgoingCall));
}

#[test]
fn h5_a_busy_number_was_never_active() {
    let mut play = Play::new(CallType::OUT);
    play.caller(0, Moment::Dialed, "7").caller(1, Moment::Originated, "7");
    play.call(5, Moment::Failed, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.is_originator = true;
        record.facts.cause = Some(EventCause::BUSY);
    });
    play.cleared(6, "7", true).state(60, "7", AgentState::NOT_READY);
    let (session, durations) = (play.session(), play.durations());
    assert_eq!((durations.active, session.guest_joined, durations.bcw, durations.ring_time), (None, None, None, None));
    assert_eq!(session.dial_result, Some(DialResult::Rejected));
    assert_eq!((session.ended, session.status()), (Some(at(6)), Status::Closed));
}

#[test]
fn h6_a_transfer_keeps_the_session_and_both_agents_work() {
    let mut play = answered_after_queue();
    play.agent(98, Moment::Held, "7");
    play.consult(108, Moment::Dialed, "7", true).consult(109, Moment::Alerting, "9", false).consult(112, Moment::Established, "9", false);
    play.consult(112, Moment::Established, "7", true);
    play.call(128, Moment::Transferred, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.merged_call = Some(2);
    });
    play.state(128, "7", AgentState::WORK_NOT_READY).state(150, "7", AgentState::AVAILABLE);
    play.cleared(200, "9", false).state(200, "9", AgentState::WORK_NOT_READY).state(230, "9", AgentState::AVAILABLE);
    let (session, durations) = (play.session(), play.durations());
    assert_eq!(session.operators.len(), 2);
    assert_eq!(durations.acw, seconds(30));
    let of = |agent: &str| durations.operators.iter().find(|operator| operator.agent == agent).unwrap().clone();
    assert_eq!(of("7").acw, seconds(22));
    assert_eq!(of("9").operator_queue_time, seconds(38 - 109), "as printed: the first acceptance is not this agent's");
    assert_eq!(of("9").operator_wait_time, seconds(3));
    assert_eq!(durations.active, seconds(200 - 38));
    assert!(session.routing.iter().any(|entry| entry.kind == RoutingKind::ForwardedToUser && entry.agent.as_deref() == Some("9")));
    assert_eq!((session.ended, session.termination), (Some(at(200)), Some(TerminationReason::GuestLeft)));
    assert_eq!(session.status(), Status::Closed);
}

/// H6 with a phone in the hand: off the hook first, the number afterwards. Who was asked is told as soon as an event tells it.
#[test]
fn whoever_is_asked_is_named_by_the_number_by_the_phone_that_rings_or_by_the_queue() {
    let seated = |play: &mut Play, agent: &str, phone: Option<&str>, state| {
        let mut record = Record::new(at(-40), Moment::AgentState);
        record.agent = Some(AgentId::from(agent));
        record.facts.state = Some(state);
        record.facts.device = phone.map(Into::into);
        play.give(&record);
    };
    let dials = |play: &mut Play, second: i64, number: Option<&str>| {
        for (wait, moment) in [(0, Moment::ServiceInitiated), (1, Moment::Originated), (2, Moment::FarEndAlerting)] {
            play.call(second + wait, moment, |record| {
                record.call_id = Some(2);
                record.router_key = None;
                record.agent = Some(AgentId::from("7"));
                record.interaction = Some(InteractionId(7));
                (record.facts.is_originator, record.facts.is_consult) = (true, true);
                let facts = CallFacts { dialed_number: number.map(Into::into), call_type: CallType::CONSULT, ..CallFacts::default() };
                record.facts.call = moment.tells_data().then(|| Arc::new(facts));
            });
        }
    };
    let asked = |play: &Play| {
        let session = play.session();
        let mut told = session.routing.iter().filter(|entry| matches!(entry.kind, RoutingKind::InvitedUser | RoutingKind::InvitedGroup));
        let entry = told.next().unwrap().clone();
        assert_eq!((told.next(), entry.at, entry.by.as_deref()), (None, at(108), Some("7")), "asked once");
        let activity = session.activities.iter().find(|one| one.kind == ActivityKind::OperatorInvited).unwrap();
        assert_eq!((&activity.to_agent, activity.to_group, &activity.to_phone), (&entry.agent, entry.group, &entry.phone));
        (entry.kind, entry.agent, entry.group, entry.phone)
    };
    let given = || {
        let mut play = answered_after_queue();
        seated(&mut play, "9", Some("3009"), AgentState::AVAILABLE);
        play.agent(98, Moment::Held, "7");
        play
    };
    let named = |agent: Option<&str>, phone: Option<&str>| (RoutingKind::InvitedUser, agent.map(Into::into), None, phone.map(Into::into));

    let mut play = given();
    dials(&mut play, 108, Some("3009"));
    assert_eq!(asked(&play), named(Some("9"), Some("3009")), "by the number");
    play.consult(111, Moment::Alerting, "8", false);
    assert_eq!(asked(&play), named(Some("9"), Some("3009")), "whoever takes it in the place of a colleague was not asked");

    let mut play = given();
    dials(&mut play, 108, Some("*9"));
    assert_eq!(asked(&play), named(None, Some("*9")));
    play.consult(111, Moment::Alerting, "9", false);
    assert_eq!(asked(&play), named(Some("9"), Some("*9")), "by the phone that rings");

    let mut play = given();
    dials(&mut play, 108, None);
    play.consult(112, Moment::Established, "9", false);
    assert_eq!(asked(&play), named(Some("9"), None), "by the phone that talks");

    // Nobody sits there any more.
    for (phone, state) in [(Some("3010"), AgentState::AVAILABLE), (None, AgentState::LOGOUT)] {
        let mut play = given();
        seated(&mut play, "9", phone, state);
        dials(&mut play, 108, Some("3009"));
        assert_eq!(asked(&play), named(None, Some("3009")));
    }

    // A number that nobody called before turns out to be a queue's.
    let mut play = given();
    dials(&mut play, 108, Some("8003"));
    play.call(111, Moment::AgentPreCall, |record| {
        record.call_id = None;
        record.agent = Some(AgentId::from("9"));
        queue(record);
    });
    play.consult(112, Moment::Alerting, "9", false);
    assert_eq!(asked(&play), (RoutingKind::InvitedGroup, None, Some(10), Some("8003".into())));
}

#[test]
fn h7_a_caller_who_gives_up_in_the_queue_abandoned() {
    let mut play = Play::new(CallType::ACD_IN);
    play.call(0, Moment::TrunkSeized, |_| {}).call(2, Moment::Queued, queue).call(20, Moment::Cleared, |_| {});
    let session = play.session();
    assert_eq!(session.termination, Some(TerminationReason::GuestAbandoned));
    assert_eq!(session.guest_left, Some(GuestLeft::LeftQueue));
    assert_eq!((waited(session), session.started, session.status()), (seconds(18), None, Status::Closed));
}

#[test]
fn a_caller_who_gives_up_while_it_rings_abandoned() {
    let mut play = Play::new(CallType::ACD_IN);
    play.agent(0, Moment::Alerting, "7").cleared(8, "7", false);
    assert_eq!((play.session().termination, play.session().ended), (Some(TerminationReason::GuestAbandoned), Some(at(8))));
}

#[test]
fn h8_a_lost_link_is_noted_and_changes_nothing_else() {
    let mut play = answered_after_queue();
    play.link(60, Moment::LinkDown).link(75, Moment::LinkUp);
    play.agent(98, Moment::Held, "7").agent(108, Moment::Retrieved, "7").cleared(158, "7", false);
    play.state(158, "7", AgentState::WORK_NOT_READY).state(188, "7", AgentState::AVAILABLE);
    let session = play.session();
    assert_eq!(session.gaps, [Gap { from: at(60), to: Some(at(75)) }]);
    assert_eq!(session.quality, Quality::Gap);
    assert_eq!(play.durations(), h1().durations());
}

#[test]
fn what_ended_unseen_ended_when_the_link_was_lost() {
    let mut play = answered_after_queue();
    play.link(60, Moment::LinkDown);
    play.call(75, Moment::EndCall, |record| {
        record.agent = Some(AgentId::from("7"));
        record.estimated = true;
    });
    play.link(75, Moment::LinkUp).state(80, "7", AgentState::AVAILABLE);
    let session = play.session();
    assert_eq!((session.ended, session.termination), (Some(at(60)), Some(TerminationReason::UnknownReason)));
    assert_eq!(play.durations().acw, seconds(0), "no work after it is invented");
}

#[test]
fn h9_logging_out_ends_the_work() {
    let mut play = answered_after_queue();
    play.cleared(158, "7", false).state(158, "7", AgentState::WORK_NOT_READY).state(170, "7", AgentState::LOGOUT);
    assert_eq!(play.session().operators[0].concluded, Some(at(170)));
    assert_eq!(play.session().status(), Status::Closed);
}

#[test]
fn h10_a_conference_lasts_until_its_last_agent_leaves() {
    let mut play = answered_after_queue();
    play.consult(50, Moment::Dialed, "7", true).consult(55, Moment::Established, "9", false);
    play.call(60, Moment::Conferenced, |record| {
        record.agent = Some(AgentId::from("7"));
        record.facts.merged_call = Some(2);
    });
    play.cleared(100, "7", true);
    assert_eq!(play.session().ended, None);
    play.cleared(160, "9", true);
    let session = play.session();
    assert_eq!(session.ended, Some(at(160)));
    assert_eq!(session.operators.iter().map(|operator| operator.left).collect::<Vec<_>>(), [Some(at(100)), Some(at(160))]);
    assert_eq!(play.durations().active, seconds(160 - 38));
}

#[test]
fn no_work_state_in_time_means_no_work() {
    let mut play = answered_after_queue();
    play.cleared(158, "7", false).link(170, Moment::LinkUp);
    assert_eq!(play.session().operators[0].concluded, Some(at(158)));
}

/// A call whose agent's leg nobody ever told of: it is given up, and no deadline stays behind in the past.
#[test]
fn what_no_agent_has_and_nothing_ends_is_given_up_once() {
    let mut alone = Play::new(CallType::OUT);
    // The only sign of it is its failure: there is no leg, and the status is none of waiting.
    alone.caller(0, Moment::FarEndAlerting, "7");
    for session in alone.ledger.sessions.values_mut() {
        session.legs.clear();
    }
    let ids: Vec<_> = alone.ledger.sessions.keys().copied().collect();
    alone.ledger.dirty.extend(ids);
    alone.ledger.flush();
    for hours in [5, 10] {
        alone.ledger.handle_timeout(at(hours * 3600));
        alone.drain();
        assert!(alone.ledger.poll_timeout().is_none_or(|due| due > at(hours * 3600)), "a deadline that has passed comes no more");
    }
    assert_eq!(alone.session().quality, Quality::Gap);
    assert!(alone.session().ended.is_some());
}

#[test]
fn a_restart_goes_on_in_the_same_record() {
    let before = answered_after_queue();
    let mut play = Play::new(CallType::ACD_IN);
    play.ledger = Ledger::new(Settings::default(), 2, vec![before.session().clone()], Vec::new(), Some(at(40)));
    play.drain();
    // The new process finds the call by a snapshot, under a new id of the desktop's contact.
    play.call(45, Moment::Established, |record| {
        record.agent = Some(AgentId::from("7"));
        record.interaction = Some(InteractionId(900));
    });
    play.link(46, Moment::LinkUp).cleared(158, "7", false).state(160, "7", AgentState::AVAILABLE);
    let session = play.session();
    assert_eq!((session.id, session.quality), (1, Quality::Reconstructed));
    assert_eq!(session.gaps, [Gap { from: at(40), to: Some(at(46)) }]);
    assert_eq!((session.ended, session.operators.len()), (Some(at(158)), 1));
}

#[test]
fn after_a_restart_calls_that_are_gone_ended_with_the_old_process() {
    let before = answered_after_queue();
    let mut play = Play::new(CallType::ACD_IN);
    play.ledger = Ledger::new(Settings::default(), 2, vec![before.session().clone()], Vec::new(), Some(at(40)));
    play.link(46, Moment::LinkUp).link(60, Moment::LinkUp);
    assert_eq!((play.session().ended, play.session().status()), (Some(at(40)), Status::Closed));
}

#[test]
fn a_call_id_that_is_used_again_is_a_new_contact() {
    let mut play = h1();
    play.call(300, Moment::BeginCall, |record| {
        record.agent = Some(AgentId::from("7"));
        record.router_key = None;
    });
    assert_eq!(play.saved.len(), 2);
}

#[test]
fn a_day_of_an_agent_has_no_hole() {
    let mut play = h1();
    play.link(200, Moment::LinkDown).link(220, Moment::LinkUp).state(300, "7", AgentState::LOGOUT);
    let periods: Vec<_> = play.periods.values().filter(|period| period.agent == "7").collect();
    for pair in periods.windows(2) {
        assert_eq!(pair[0].to, Some(pair[1].from), "{pair:?}");
    }
    let kinds: Vec<_> = periods.iter().map(|period| period.kind).collect();
    use StateKind::*;
    assert_eq!(kinds, [Online, OnCall, AfterCall, Online, Disconnected, Online, Offline]);
}

/// Random moments in any order: times never run backwards, statuses have no hole, and the ledger forgets what is closed.
#[test]
fn whatever_comes_times_never_run_backwards() {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom;
    use rand::{RngExt, SeedableRng};
    let moments = [
        Moment::AgentPreCall,
        Moment::AgentPreCallAbort,
        Moment::TranslationRoute,
        Moment::Queued,
        Moment::Dequeued,
        Moment::TrunkSeized,
        Moment::BeginCall,
        Moment::Dialed,
        Moment::Originated,
        Moment::Alerting,
        Moment::FarEndAlerting,
        Moment::Established,
        Moment::Held,
        Moment::Retrieved,
        Moment::Failed,
        Moment::ConnectionCleared,
        Moment::Cleared,
        Moment::Diverted,
        Moment::Transferred,
        Moment::Conferenced,
        Moment::EndCall,
        Moment::DataUpdate,
        Moment::Completed,
        Moment::AgentState,
        Moment::LinkDown,
        Moment::LinkUp,
    ];
    for seed in 0..400 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut play = Play::new(CallType::ACD_IN);
        let mut second = 0;
        for _ in 0..120 {
            second += random.random_range(0..5);
            let moment = *moments.choose(&mut random).unwrap();
            let mut record = Record::new(at(second), moment);
            let agent = ["7", "8", "9"].choose(&mut random).unwrap();
            record.peripheral_id = Some(PERIPHERAL);
            record.call_id = Some(random.random_range(1..4));
            record.agent = random.random_bool(0.8).then(|| AgentId::from(*agent));
            record.facts.is_originator = random.random_bool(0.2);
            record.facts.is_consult = random.random_bool(0.2);
            record.facts.released_by_agent = random.random_bool(0.5).then(|| random.random_bool(0.5));
            record.facts.merged_call = Some(random.random_range(1..4));
            record.facts.state =
                [AgentState::AVAILABLE, AgentState::TALKING, AgentState::WORK_NOT_READY, AgentState::LOGOUT].choose(&mut random).copied();
            record.facts.since = Some(at(second));
            record.estimated = random.random_bool(0.05);
            play.give(&record);
        }
        for session in play.saved.values() {
            check(session).unwrap_or_else(|fault| panic!("seed {seed}: {fault}: {session:#?}"));
        }
    }
}

pub(super) fn check(session: &Session) -> Result<(), String> {
    let rises = |earlier: Option<Timestamp>, later: Option<Timestamp>| match (earlier, later) {
        (Some(earlier), Some(later)) => earlier <= later,
        _ => true,
    };
    let created = Some(session.created);
    let must = [
        ("created <= guestJoined", rises(created, session.guest_joined)),
        ("created <= started", rises(created, session.started)),
        ("started <= ended", rises(session.started, session.ended)),
        ("ended <= closed", rises(session.ended, session.closed)),
        ("statuses without holes", session.statuses.windows(2).all(|pair| pair[0].to == Some(pair[1].from))),
        ("spans forwards", session.spans.iter().all(|span| rises(Some(span.from), span.to))),
        (
            "joined <= left <= concluded",
            session
                .operators
                .iter()
                .all(|operator| rises(Some(operator.joined), operator.left) && rises(operator.left, operator.concluded)),
        ),
        ("one entry an agent", {
            let agents: BTreeSet<_> = session.operators.iter().map(|operator| &operator.agent).collect();
            agents.len() == session.operators.len()
        }),
    ];
    if let Some((rule, _)) = must.iter().find(|(_, holds)| !holds) {
        return Err((*rule).to_owned());
    }
    let all = durations(session, at(100_000));
    if let (Some(active), Some(started), Some(ended)) = (all.active, session.started, session.ended)
        && active > ended.duration_since(started)
    {
        return Err("ACTIVE <= ended - started".to_owned());
    }
    if let (Some(closed), true) = (session.closed, session.status() == Status::Closed) {
        let whole = session.statuses.iter().filter_map(|period| Some(period.to?.duration_since(period.from)));
        if whole.fold(SignedDuration::ZERO, |a, b| a + b) != closed.duration_since(session.created) {
            return Err("the statuses fill the session".to_owned());
        }
    }
    Ok(())
}
