//! One session in virtual time: the test plays the server.

use bytes::BytesMut;
use tokio_util::codec::Decoder;

use super::*;
use crate::protocol::FrameCodec;
use crate::protocol::message::{
    CallDeliveredEvent, ConfigBeginEvent, QueryAgentStateConf, QueryAgentStateReq, SPECS, StartRecordingReq, SystemEvent,
};
use crate::time::Clock;

struct Rig {
    session: Session,
    start: Instant,
    now: Instant,
    /// Numbers of the messages sent and when, in milliseconds.
    sent: Vec<(u64, u32)>,
    last_invoke_id: u32,
    said: Vec<Output>,
}

impl Rig {
    fn new() -> Self {
        let start = Clock::start().now().mono;
        let session = Session::new(start, Arc::new(Settings::default()), ProtocolVersion::DEFAULT, 1);
        let mut rig = Self { session, start, now: start, sent: Vec::new(), last_invoke_id: 0, said: Vec::new() };
        rig.drain();
        rig
    }

    fn open() -> Self {
        let mut rig = Self::new();
        rig.feed(OpenConf { invoke_id: 1, ..OpenConf::default() });
        assert!(matches!(rig.said.pop(), Some(Output::Opened(_))));
        rig.sent.clear();
        rig
    }

    fn drain(&mut self) {
        let millis = u64::try_from((self.now - self.start).as_millis()).unwrap();
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Transmit(bytes) => {
                    let frame = FrameCodec::default().decode(&mut BytesMut::from(&bytes[..])).unwrap().unwrap();
                    self.sent.push((millis, frame.number));
                    self.last_invoke_id = invoke_id_of(&frame).unwrap_or(self.last_invoke_id);
                }
                other => self.said.push(other),
            }
        }
    }

    fn pass_to(&mut self, millis: u64) {
        let end = self.start + Duration::from_millis(millis);
        while let Some(at) = self.session.poll_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.session.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn frame(message: impl Into<Message<'static>>) -> RawFrame {
        let bytes = message.into().to_bytes(ProtocolVersion::DEFAULT).unwrap();
        FrameCodec::default().decode(&mut BytesMut::from(&bytes[..])).unwrap().unwrap()
    }

    fn feed(&mut self, message: impl Into<Message<'static>>) {
        self.session.handle_frame(self.now, Self::frame(message));
        self.drain();
    }

    fn request(&mut self, token: Token, message: impl Into<Message<'static>>) {
        self.session.request(self.now, token, &message.into());
        self.drain();
    }
}

fn query() -> QueryAgentStateReq<'static> {
    QueryAgentStateReq::default()
}

#[test]
fn a_heartbeat_is_sent_only_after_an_interval_without_any_other_message() {
    let mut rig = Rig::open();
    for second in 1..=4u64 {
        rig.pass_to(second * 4_000);
        rig.request(second, query());
        rig.feed(QueryAgentStateConf { invoke_id: rig.last_invoke_id, ..QueryAgentStateConf::default() });
    }
    assert!(rig.sent.iter().all(|(_, number)| *number == 36));
    rig.pass_to(20_999);
    assert_eq!(rig.sent.last(), Some(&(16_000, 36)));
    rig.pass_to(21_000);
    assert_eq!(rig.sent.last(), Some(&(21_000, 5)));
}

#[test]
fn three_heartbeats_may_stay_unanswered_and_the_next_interval_ends_the_session() {
    let mut rig = Rig::open();
    rig.pass_to(19_999);
    assert_eq!(rig.sent, [(5_000, 5), (10_000, 5), (15_000, 5)]);
    assert!(rig.said.is_empty());
    rig.pass_to(20_000);
    assert_eq!(rig.said, [Output::Lost(Loss::HeartbeatsUnanswered), Output::Over]);
    assert_eq!(rig.session.poll_timeout(), None);
}

#[test]
fn any_late_confirmation_of_a_heartbeat_shows_that_the_server_lives() {
    let mut rig = Rig::open();
    rig.pass_to(5_000);
    let first = rig.last_invoke_id;
    rig.pass_to(16_000);
    rig.feed(HeartbeatConf { invoke_id: first });
    rig.pass_to(34_900);
    assert!(rig.said.is_empty(), "{:?}", rig.said);
}

#[test]
fn requests_without_any_echo_do_not_hide_that_the_server_is_dead() {
    let mut rig = Rig::open();
    for step in 1..=25 {
        rig.pass_to(step * 1_000);
        if rig.session.is_open() {
            rig.request(step, query());
        }
    }
    assert!(rig.said.contains(&Output::Lost(Loss::HeartbeatsUnanswered)));
    assert_eq!(rig.sent.iter().filter(|(_, number)| *number == 5).map(|(at, _)| *at).collect::<Vec<_>>(), [5_000, 10_000, 15_000]);
}

#[test]
fn unanswered_heartbeats_beside_living_events_are_reported_and_not_decided_here() {
    let mut rig = Rig::open();
    for step in 1..=24 {
        rig.pass_to(step * 1_000);
        rig.feed(SystemEvent::default());
    }
    let reported = rig.said.iter().filter(|output| **output == Output::OnlyHeartbeatsUnanswered).count();
    assert_eq!((reported, rig.session.is_open()), (1, true));
    rig.session.give_up();
    rig.drain();
    assert!(rig.said.contains(&Output::Lost(Loss::HeartbeatsUnanswered)));
}

#[test]
fn in_a_flood_a_heartbeat_is_sent_but_nothing_is_decided() {
    let mut rig = Rig::open();
    rig.request(1, query());
    rig.now += Duration::from_secs(60);
    for _ in 0..3 {
        rig.session.keep_alive(rig.now);
        rig.drain();
        rig.now += Duration::from_secs(60);
    }
    assert_eq!(rig.sent, [(0, 36), (60_000, 5)]);
    assert!(rig.said.is_empty());
}

#[test]
fn each_request_times_out_for_itself() {
    let mut rig = Rig::open();
    rig.request(1, query());
    rig.pass_to(3_000);
    rig.request(2, query());
    let second = rig.last_invoke_id;
    rig.pass_to(4_000);
    rig.request(3, query());
    rig.feed(QueryAgentStateConf { invoke_id: second, ..QueryAgentStateConf::default() });
    rig.said.clear();
    rig.pass_to(10_000);
    assert_eq!(rig.said, [Output::Answer(1, Err(RequestFailure::TimedOut))]);
    rig.feed(SystemEvent::default());
    rig.pass_to(14_000);
    assert_eq!(rig.said.last(), Some(&Output::Answer(3, Err(RequestFailure::TimedOut))));
    assert_eq!(rig.session.requests_under_way(), 0);
}

#[test]
fn a_confirmation_of_another_kind_does_not_answer_a_request() {
    let mut rig = Rig::open();
    rig.request(1, query());
    let invoke_id = rig.last_invoke_id;
    rig.session.handle_frame(rig.now, RawFrame { number: 39, body: Bytes::copy_from_slice(&invoke_id.to_be_bytes()) });
    rig.drain();
    assert_eq!(rig.said, [Output::Stray]);
    rig.feed(FailureConf { invoke_id, status: StatusCode::TIMEOUT, ..FailureConf::default() });
    assert_eq!(rig.said.last(), Some(&Output::Answer(1, Err(RequestFailure::Failed(StatusCode::TIMEOUT)))));
}

#[test]
fn the_invoke_id_stands_first_in_what_is_sent_and_nowhere_else() {
    let mut rig = Rig::open();
    let request = QueryAgentStateReq { invoke_id: 0xffff_ffff, peripheral_id: 5000, ..query() };
    let plain = request.clone();
    rig.session.request(rig.now, 1, &request.into());
    let Some(Output::Transmit(bytes)) = rig.session.poll_output() else { panic!() };
    let expected = QueryAgentStateReq { invoke_id: 2, ..plain };
    assert_eq!(bytes, Message::from(expected).to_bytes(ProtocolVersion::DEFAULT).unwrap());
}

#[test]
fn configuration_is_asked_for_once_at_a_time_and_answered_by_its_end() {
    let mut rig = Rig::open();
    let ask = || ConfigRequestEvent { config_information: crate::protocol::masks::ConfigMsgMask::AGENT, ..ConfigRequestEvent::default() };
    rig.request(1, ask());
    rig.request(2, ask());
    assert_eq!(rig.said, [Output::Answer(2, Err(RequestFailure::NotSent(NotSent::NotPossible)))]);
    rig.said.clear();
    rig.feed(ConfigBeginEvent::default());
    rig.feed(ConfigEndEvent::default());
    rig.feed(ConfigEndEvent::default());
    let numbers = rig.said.iter().map(|output| match output {
        Output::Frame(frame) => (None, frame.number),
        Output::Answer(token, Ok(frame)) => (Some(*token), frame.number),
        other => panic!("{other:?}"),
    });
    assert_eq!(numbers.collect::<Vec<_>>(), [(None, 233), (Some(1), 234), (None, 234)]);
}

#[test]
fn what_is_no_request_is_not_sent() {
    let mut rig = Rig::open();
    rig.request(1, CallDeliveredEvent::default());
    rig.request(2, CloseConf { invoke_id: 1 });
    rig.request(3, StoppingRequestsToThisSideInd::default());
    rig.request(4, Message::Unknown { number: 9999, body: b"" });
    let refused = |token| Output::Answer(token, Err(RequestFailure::NotSent(NotSent::NotPossible)));
    assert_eq!(rig.said, [refused(1), refused(2), refused(3), refused(4)]);
    let long = "x".repeat(500);
    rig.said.clear();
    rig.request(5, QueryAgentStateReq { agent_id: Some(long.into()), ..query() });
    assert_eq!(rig.said, [Output::Answer(5, Err(RequestFailure::NotSent(NotSent::Unencodable)))]);
    assert!(rig.sent.is_empty());
}

#[test]
fn requests_forwarded_from_other_clients_are_no_answers() {
    let mut rig = Rig::open();
    rig.request(1, query());
    rig.feed(StartRecordingReq { invoke_id: rig.last_invoke_id, ..StartRecordingReq::default() });
    assert!(matches!(&rig.said[..], [Output::Frame(frame)] if frame.number == 147));
}

#[test]
fn every_request_with_an_invoke_id_is_numbered_one_below_its_confirmation() {
    for spec in SPECS.iter().filter(|spec| spec.name.ends_with("_REQ") && spec.from != Sender::Server) {
        let conf = spec.name.replace("_REQ", "_CONF");
        let Some(conf) = crate::protocol::spec_named(&conf) else { panic!("{} has no confirmation", spec.name) };
        assert_eq!(conf.number, spec.number + 1, "{}", spec.name);
        assert!(is_confirmation(conf.number), "{}", conf.name);
    }
}

#[test]
fn failure_events_that_do_not_end_the_session_go_up() {
    let mut rig = Rig::open();
    rig.feed(FailureEvent { status: StatusCode::MONITOR_TERMINATED });
    rig.feed(FailureEvent { status: StatusCode(4711) });
    assert!(rig.session.is_open());
    assert!(rig.said.iter().all(|output| matches!(output, Output::Frame(frame) if frame.number == 2)));
}

#[test]
fn a_refusal_counts_whatever_its_invoke_id_and_so_does_a_failure_event() {
    for message in [
        Message::from(FailureConf { invoke_id: 0, status: StatusCode::INVALID_PASSWORD, ..FailureConf::default() }),
        Message::from(FailureEvent { status: StatusCode::INVALID_PASSWORD }),
    ] {
        let mut rig = Rig::new();
        rig.feed(message);
        assert_eq!(rig.said, [Output::AttemptFailed(AttemptFailure::Refused(StatusCode::INVALID_PASSWORD))]);
    }
}

#[test]
fn an_open_conf_that_cannot_be_read_fails_the_attempt() {
    let mut rig = Rig::new();
    rig.session.handle_frame(rig.now, RawFrame { number: 4, body: Bytes::from_static(&[0, 0, 0, 1, 0]) });
    rig.drain();
    assert_eq!(rig.said, [Output::AttemptFailed(AttemptFailure::BadOpenConf)]);
}

#[test]
fn settings_that_fit_no_open_request_are_named() {
    let settings = Settings { client_id: "x".repeat(64), ..Settings::default() };
    let mut session = Session::new(Clock::start().now().mono, Arc::new(settings), ProtocolVersion::DEFAULT, 1);
    assert_eq!(session.poll_output(), Some(Output::AttemptFailed(AttemptFailure::BadSettings)));
    assert_eq!(session.poll_output(), None);
}

#[test]
fn no_body_of_any_message_makes_the_session_panic() {
    for number in (0..300).chain([u32::MAX]) {
        for length in [0, 1, 3, 4, 5, 8, 12, 40] {
            for byte in [0, 1, 0xff] {
                for mut rig in [Rig::new(), Rig::open()] {
                    rig.request(1, query());
                    rig.session.handle_frame(rig.now, RawFrame { number, body: Bytes::from(vec![byte; length]) });
                    rig.drain();
                }
            }
        }
    }
}
