//! What the session history makes of the simulator's own events: link, engine and ledger over real sockets, where supervisors
//! listen, colleagues call each other and queues, and customers leave conferences.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that panics says what it wants to say

#[path = "common/bridge.rs"]
mod bridge;

use std::collections::BTreeMap;
use std::time::Duration;

use bridge::{Bridge, Plan};
use ctibridge::engine::command::{Command, Supervision};
use ctibridge::engine::model::AgentId;
use ctibridge::engine::record::Moment;
use ctibridge::history::ledger::{Ledger, Output, Settings};
use ctibridge::history::model::*;
use ctibridge::simulator::{Command as Control, FarEnd, PhoneAction};

/// A bridge with agents of whom some wait for calls.
struct Floor {
    bridge: Bridge,
}

impl Floor {
    async fn start(agents: &[&str], ready: &[&str]) -> Self {
        let mut bridge = Bridge::start(Plan { agents: 4, ..Plan::default() }).await;
        bridge.sign_in(agents).await;
        for agent in ready {
            bridge.does(agent, Command::Ready).await;
        }
        bridge.agree(agents).await;
        Self { bridge }
    }

    /// Every record of the engine's so far, played into a ledger.
    fn history(&self) -> (Vec<Session>, Vec<AgentPeriod>) {
        let mut ledger = Ledger::new(Settings::default(), 1, Vec::new(), Vec::new(), None);
        let (mut sessions, mut periods) = (BTreeMap::new(), BTreeMap::new());
        for record in &self.bridge.records {
            ledger.handle(record);
            while let Some(output) = ledger.poll_output() {
                match output {
                    Output::Session(session) => drop(sessions.insert(session.id, *session)),
                    Output::Period(period) => drop(periods.insert((period.agent.clone(), period.from), period)),
                    _ => {}
                }
            }
        }
        (sessions.into_values().collect(), periods.into_values().collect())
    }

    /// The one record of the one contact.
    fn session(&self) -> Session {
        let (mut sessions, _) = self.history();
        assert_eq!(sessions.len(), 1, "one contact, one record: {sessions:#?}\n{}", self.bridge.story());
        sessions.remove(0)
    }

    async fn until(&mut self, what: &str, is_so: impl Fn(&Session) -> bool) -> Session {
        let deadline = self.bridge.clock.now().mono + bridge::PATIENCE;
        loop {
            if let [session] = &self.history().0[..]
                && is_so(session)
            {
                return session.clone();
            }
            let in_time = self.bridge.step(deadline).await;
            assert!(in_time, "not {what}: {:#?}\n{}", self.history().0, self.bridge.story());
        }
    }

    async fn phone(&self, extension: &str, action: PhoneAction) {
        self.bridge.control(Control::Phone(extension.to_owned(), action)).await;
    }

    /// A customer talks to the agent.
    async fn customer(&mut self, agent: &str, extension: &str) -> u32 {
        let call = self.bridge.call(agent).await;
        self.until("ringing", |session| session.legs.iter().any(|leg| leg.agent == agent && leg.doing == Doing::Ring)).await;
        self.phone(extension, PhoneAction::Answer).await;
        self.until("talking", |session| session.status() == Status::Active).await;
        call
    }

    /// Lets what is still on its way come.
    async fn settle(&mut self) {
        self.bridge.pass(Duration::from_millis(300)).await;
    }
}

fn agents(session: &Session) -> Vec<&str> {
    session.operators.iter().map(|operator| operator.agent.as_str()).collect()
}

fn has_leg(session: &Session, agent: &str, doing: Doing) -> bool {
    session.legs.iter().any(|leg| leg.agent == agent && leg.doing == doing)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_is_in_no_record_until_joining_in_and_taking_over() {
    let mut floor = Floor::start(&["1001", "1002"], &["1002"]).await;
    let call = floor.customer("1002", "3002").await;
    let supervise = |action| Command::Supervise { action, agent: AgentId::from("1002"), call_id: None };
    floor.bridge.does("1001", supervise(Supervision::Monitor)).await;
    floor.settle().await;
    assert_eq!(agents(&floor.session()), ["1002"]);
    floor.bridge.does("1001", supervise(Supervision::BargeIn)).await;
    let session = floor.until("joined", |session| session.operators.len() == 2).await;
    assert!(session.activities.iter().all(|activity| activity.kind != ActivityKind::OperatorKicked));
    floor.bridge.does("1001", supervise(Supervision::Intercept)).await;
    let session = floor.until("taken over", |session| session.operator("1002").is_some_and(|one| one.left.is_some())).await;
    assert_eq!((session.ended, session.status()), (None, Status::Active));
    let kicked = session.activities.iter().find(|one| one.kind == ActivityKind::OperatorKicked).unwrap();
    assert_eq!((kicked.agent.as_deref(), kicked.to_agent.as_deref()), (Some("1001"), Some("1002")));
    floor.bridge.control(Control::FarEnd(call, FarEnd::Hangup)).await;
    let session = floor.until("over", |session| session.ended.is_some()).await;
    assert_eq!((session.termination, agents(&session)), (Some(TerminationReason::GuestLeft), vec!["1002", "1001"]));
    floor.settle().await;
    floor.session();
    floor.bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_who_is_not_waited_for_leaves_no_open_record() {
    let mut floor = Floor::start(&["1001", "1002"], &["1002"]).await;
    floor.phone("3001", PhoneAction::Dial("3002".to_owned())).await;
    floor.until("ringing", |session| has_leg(session, "1002", Doing::Ring)).await;
    floor.phone("3001", PhoneAction::Hangup).await;
    let session = floor.until("over", |session| session.ended.is_some()).await;
    assert_eq!((session.dial_result, agents(&session)), (Some(DialResult::CancelledByUser), vec!["1001"]));
    floor.bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_to_a_queue_is_one_contact_whether_it_is_answered_or_given_up() {
    for is_answered in [false, true] {
        let mut floor = Floor::start(&["1001", "1002"], &["1002"]).await;
        floor.phone("3001", PhoneAction::Dial("8001".to_owned())).await;
        floor.until("ringing", |session| has_leg(session, "1002", Doing::Ring)).await;
        if is_answered {
            floor.phone("3002", PhoneAction::Answer).await;
            floor.until("talking", |session| session.operators.len() == 2).await;
        }
        floor.phone("3001", PhoneAction::Hangup).await;
        let session = floor.until("over", |session| session.ended.is_some()).await;
        let has = |kind| session.routing.iter().any(|entry| entry.kind == kind);
        assert!(has(RoutingKind::AssignedToOperator) && has(RoutingKind::RoutingEnded), "{:#?}", session.routing);
        assert_eq!((has(RoutingKind::AcceptedByOperator), session.direction), (is_answered, Direction::Internal));
        floor.bridge.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_a_queue_for_a_colleague_leaves_the_contact_active() {
    let mut floor = Floor::start(&["1001", "1002"], &["1001", "1002"]).await;
    floor.customer("1001", "3001").await;
    floor.phone("3001", PhoneAction::Consult("8001".to_owned())).await;
    let session = floor.until("ringing at the colleague", |session| has_leg(session, "1002", Doing::Ring)).await;
    assert_eq!(session.status(), Status::Active);
    floor.phone("3002", PhoneAction::Answer).await;
    floor.until("asking", |session| has_leg(session, "1002", Doing::Talk)).await;
    floor.phone("3001", PhoneAction::Transfer).await;
    let session = floor.until("handed over", |session| session.operator("1001").is_some_and(|one| one.left.is_some())).await;
    let active = session.statuses.iter().position(|period| period.status == Status::Active).unwrap();
    assert_eq!(session.statuses.len(), active + 1, "{:?}", session.statuses);
    floor.bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_who_talk_on_without_the_customer_are_not_with_the_customer() {
    let mut floor = Floor::start(&["1001", "1002"], &["1001", "1002"]).await;
    let call = floor.customer("1001", "3001").await;
    floor.phone("3001", PhoneAction::Consult("3002".to_owned())).await;
    floor.until("ringing at the colleague", |session| has_leg(session, "1002", Doing::Ring)).await;
    floor.phone("3002", PhoneAction::Answer).await;
    floor.until("asking", |session| has_leg(session, "1001", Doing::Talk) && has_leg(session, "1002", Doing::Talk)).await;
    floor.phone("3001", PhoneAction::Conference).await;
    floor.until("together", |session| session.legs.iter().all(|leg| !leg.is_consult)).await;
    floor.bridge.control(Control::FarEnd(call, FarEnd::Hangup)).await;
    let session = floor.until("without the customer", |session| session.guest_gone.is_some()).await;
    assert_eq!(session.ended, None, "the agents talk on");
    floor.settle().await;
    floor.phone("3001", PhoneAction::Hangup).await;
    let session = floor.until("over", |session| session.ended.is_some()).await;
    assert!(session.guest_gone < session.ended);
    assert_eq!((session.termination, session.guest_left), (Some(TerminationReason::GuestLeft), Some(GuestLeft::LeftSession)));
    floor.bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_of_a_peripheral_that_is_off_line_are_disconnected() {
    let mut floor = Floor::start(&["1001"], &["1001"]).await;
    for is_online in [false, true] {
        floor.bridge.control(Control::Peripheral(5000, is_online, false)).await;
        let wanted = if is_online { Moment::PeripheralUp } else { Moment::PeripheralDown };
        floor.bridge.until_bridge("told", |bridge| bridge.records.iter().any(|record| record.moment == wanted)).await;
    }
    let (_, periods) = floor.history();
    let kinds: Vec<_> = periods.iter().filter(|period| period.agent == "1001").map(|period| period.kind).collect();
    assert!(kinds.ends_with(&[StateKind::Online, StateKind::Disconnected, StateKind::Online]), "{kinds:?}");
    floor.bridge.stop().await;
}
