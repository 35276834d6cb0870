//! The pair in virtual time: the test plays both servers and the network.

use std::collections::BTreeMap;

use bytes::BytesMut;
use tokio_util::codec::Decoder;

use super::*;
use crate::link::event::AttemptFailure;
use crate::link::settings::Times;
use crate::protocol::masks::ServiceMask;
use crate::protocol::message::{
    ActiveMaintenanceEventMsg, ActiveMaintenanceReqMsg, FailureConf, FailureEvent, HeartbeatConf, OpenConf, QueryAgentStateConf,
    QueryAgentStateReq, StandbyActiveEventMsg, SystemEvent,
};
use crate::protocol::values::SessionType;
use crate::protocol::{FrameCodec, ProtocolVersion};
use crate::time::Clock;

const ACTIVE: SessionType = SessionType::ACTIVE;
const STANDBY: SessionType = SessionType::STANDBY;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn version(number: u32) -> ProtocolVersion {
    ProtocolVersion::new(number).unwrap()
}

fn settings(highest: u32) -> Settings {
    let mut settings =
        Settings { side_b: Some("127.0.0.1:43027".parse().unwrap()), protocol_version: version(highest), ..Settings::default() };
    // So that every wait of these tests is a round number.
    settings.times.waits.first_up_to = Duration::ZERO;
    settings.times.waits.jitter_percent = 0;
    settings
}

struct Rig {
    pair: Pair,
    start: Now,
    now: Now,
    /// Attempts so far: when (milliseconds), which side.
    dials: Vec<(u64, Side)>,
    /// Connections asked for or standing, newest last, with the version of their OPEN_REQ.
    wires: BTreeMap<ConnectionId, (Side, ProtocolVersion)>,
    /// Messages sent, heartbeats left out.
    sent: Vec<(ConnectionId, RawFrame)>,
    heartbeats: Vec<(u64, ConnectionId, u32)>,
    events: Vec<Event>,
    notes: Vec<Note>,
    finished: bool,
    /// Heartbeats are answered at once.
    answers_heartbeats: bool,
}

impl Rig {
    fn new(settings: Settings) -> Self {
        let start = Clock::start().now();
        let pair = Pair::new(start, Arc::new(settings), 1);
        let mut rig = Self {
            pair,
            start,
            now: start,
            dials: Vec::new(),
            wires: BTreeMap::new(),
            sent: Vec::new(),
            heartbeats: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
            finished: false,
            answers_heartbeats: true,
        };
        rig.drain();
        rig
    }

    fn millis(&self) -> u64 {
        u64::try_from((self.now.mono - self.start.mono).as_millis()).unwrap()
    }

    fn drain(&mut self) {
        let mut beats = Vec::new();
        while let Some(output) = self.pair.poll_output() {
            match output {
                Output::Dial(id, side) => {
                    self.dials.push((self.millis(), side));
                    self.wires.insert(id, (side, version(9)));
                }
                Output::Send(id, bytes) => {
                    let mut bytes = BytesMut::from(&bytes[..]);
                    while let Some(frame) = FrameCodec::default().decode(&mut bytes).unwrap() {
                        if frame.number == 3 {
                            let asked = u32::from_be_bytes(frame.body[4..8].try_into().unwrap());
                            self.wires.get_mut(&id).unwrap().1 = version(asked);
                        }
                        if frame.number == 5 {
                            let invoke_id = u32::from_be_bytes(frame.body[..4].try_into().unwrap());
                            self.heartbeats.push((self.millis(), id, invoke_id));
                            beats.push((id, invoke_id));
                        } else {
                            self.sent.push((id, frame));
                        }
                    }
                }
                Output::Reset(id) => {
                    self.wires.remove(&id);
                }
                Output::Event(event) => self.events.push(event),
                Output::Note(note) => self.notes.push(note),
                Output::Finished => self.finished = true,
            }
        }
        if self.answers_heartbeats {
            for (id, invoke_id) in beats {
                if self.wires.contains_key(&id) {
                    self.feed(id, HeartbeatConf { invoke_id });
                }
            }
        }
    }

    /// Lets time pass; the pair is woken exactly when it asks for it.
    fn pass(&mut self, by: Duration) {
        let end = self.now.later(by);
        let mut idle_turns = 0;
        while let Some(at) = self.pair.poll_timeout().filter(|at| *at <= end.mono) {
            idle_turns = if at <= self.now.mono { idle_turns + 1 } else { 0 };
            assert!(idle_turns < 5, "the pair wants to be woken for nothing");
            self.now = self.start.later(at.max(self.now.mono) - self.start.mono);
            self.pair.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn wire(&self, side: Side) -> ConnectionId {
        *self.wires.iter().rev().find(|(_, (of, _))| *of == side).unwrap_or_else(|| panic!("no connection to {side}")).0
    }

    fn has_wire(&self, side: Side) -> bool {
        self.wires.values().any(|(of, _)| *of == side)
    }

    fn feed(&mut self, id: ConnectionId, message: impl Into<Message<'static>>) {
        let bytes = message.into().to_bytes(self.wires[&id].1).unwrap();
        let frame = FrameCodec::default().decode(&mut BytesMut::from(&bytes[..])).unwrap().unwrap();
        self.pair.handle_frame(self.now, id, frame);
        self.drain();
    }

    fn connect(&mut self, side: Side) -> (ConnectionId, u32) {
        let id = self.wire(side);
        self.pair.handle_connected(self.now, id);
        self.drain();
        let (_, open) = self.sent.iter().rev().find(|(to, frame)| *to == id && frame.number == 3).expect("OPEN_REQ");
        (id, u32::from_be_bytes(open.body[..4].try_into().unwrap()))
    }

    fn open(&mut self, side: Side, session_type: SessionType) -> ConnectionId {
        let (id, invoke_id) = self.connect(side);
        let services_granted = ServiceMask::all();
        self.feed(id, OpenConf { invoke_id, services_granted, session_type, ..OpenConf::default() });
        id
    }

    fn refuse(&mut self, side: Side, status: StatusCode) {
        let (id, invoke_id) = self.connect(side);
        self.feed(id, FailureConf { invoke_id, status, ..FailureConf::default() });
        assert!(!self.wires.contains_key(&id), "a refused connection is reset");
    }

    fn unreachable(&mut self, side: Side) {
        let id = self.wire(side);
        self.wires.remove(&id);
        self.pair.handle_dial_failed(self.now, id, AttemptFailure::Connect("connection refused".into()));
        self.drain();
    }

    fn lose(&mut self, id: ConnectionId) {
        self.wires.remove(&id);
        self.pair.handle_lost(self.now, id, Loss::Closed);
        self.drain();
    }

    fn query(&mut self, token: Token) {
        let message = QueryAgentStateReq { peripheral_id: 5000, ..QueryAgentStateReq::default() }.into();
        self.pair.request(self.now, token, &message);
        self.drain();
    }

    /// InvokeID of the last request sent.
    fn last_request(&self) -> (ConnectionId, u32) {
        let (id, frame) = self.sent.iter().rev().find(|(_, frame)| frame.number == 36).expect("a request");
        (*id, u32::from_be_bytes(frame.body[..4].try_into().unwrap()))
    }

    /// What happened since the last call, in short.
    fn story(&mut self) -> Vec<String> {
        let tell = |event: Event| match event {
            Event::Up(up) => format!("up {}", up.side),
            Event::Down(down) => format!("down {} {}", down.side, down.reason.as_str()),
            Event::Frame { frame, .. } => format!("frame {}", frame.number),
            Event::Answer { token, result: Ok(frame), .. } => format!("answer {token} {}", frame.number),
            Event::Answer { token, result: Err(failure), .. } => format!("answer {token} {failure:?}"),
        };
        self.events.drain(..).map(tell).collect()
    }

    fn numbers_sent(&self, id: ConnectionId) -> Vec<u32> {
        self.sent.iter().filter(|(to, _)| *to == id).map(|(_, frame)| frame.number).collect()
    }
}

#[test]
fn the_other_side_is_dialled_first_after_a_loss_and_the_lost_one_in_parallel_after_half_a_second() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(10_000));
    assert_eq!(rig.dials, [(0, Side::A)], "below 24 nobody else is dialled while one side serves");
    rig.lose(a);
    rig.pass(ms(2_000));
    assert_eq!(rig.dials[1..], [(10_000, Side::B), (10_500, Side::A)]);
    rig.open(Side::A, ACTIVE);
    assert_eq!(rig.story(), ["up a", "down a closed", "up a"]);
    assert!(!rig.has_wire(Side::B), "the first open one stays, the other attempt is dropped");
}

/// B7
#[test]
fn a_side_that_says_it_is_not_active_sends_us_to_the_other_at_once_and_the_waits_are_those_of_the_guide() {
    for status in [StatusCode::CTI_SERVER_OFFLINE, StatusCode::SERVER_NOT_MASTER, StatusCode::INVALID_CLIENT_FOR_STANDBY] {
        let mut rig = Rig::new(settings(23));
        for _ in 0..400 {
            while let Some(side) = [Side::A, Side::B].into_iter().find(|side| rig.has_wire(*side)) {
                rig.refuse(side, status);
            }
            rig.pass(ms(1_000));
        }
        let times: Vec<u64> = rig.dials.iter().map(|(at, _)| *at).collect();
        // Two a round, the second round as soon as the limit of two a second allows.
        assert_eq!(times[..4], [0, 0, 1_000, 1_000]);
        let rounds: Vec<u64> = times.iter().skip(2).step_by(2).copied().collect();
        let waits: Vec<u64> = rounds.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(waits, [15_000, 30_000, 60_000, 120_000, 120_000], "{status}");
        assert!(rig.events.is_empty(), "nothing is told upwards while nothing changes");
    }
}

/// B7, B9
#[test]
fn no_second_sees_more_than_two_attempts_even_when_sessions_are_dropped_as_soon_as_they_open() {
    let mut rig = Rig::new(settings(23));
    for _ in 0..600 {
        while let Some(side) = [Side::A, Side::B].into_iter().find(|side| rig.has_wire(*side)) {
            let id = rig.open(side, ACTIVE);
            rig.lose(id);
        }
        rig.pass(ms(100));
    }
    for (at, _) in &rig.dials {
        let within = rig.dials.iter().filter(|(other, _)| (*at..at + 1_000).contains(other)).count();
        assert!(within <= 2, "{within} attempts in the second from {at} ms");
    }
    assert!(rig.dials.len() < 16, "sessions that never last do not shorten the waits: {:?}", rig.dials);
}

/// B11
#[test]
fn a_wrong_password_is_tried_again_after_thirty_seconds_on_that_side_and_not_before() {
    let mut rig = Rig::new(settings(23));
    rig.refuse(Side::A, StatusCode::INVALID_PASSWORD);
    for _ in 0..1_200 {
        if rig.has_wire(Side::B) {
            rig.unreachable(Side::B);
        }
        if rig.has_wire(Side::A) {
            rig.refuse(Side::A, StatusCode::INVALID_PASSWORD);
        }
        rig.pass(ms(100));
    }
    let of_a: Vec<u64> = rig.dials.iter().filter(|(_, side)| *side == Side::A).map(|(at, _)| *at / 1_000).collect();
    assert_eq!(of_a, [0, 30, 60, 90, 120]);
    let first = rig.notes.iter().find(|note| matches!(note, Note::AttemptFailed { side: Side::A, .. })).unwrap();
    let failure = AttemptFailure::Refused(StatusCode::INVALID_PASSWORD);
    assert_eq!(*first, Note::AttemptFailed { side: Side::A, failure, repeated: false, retry_in: Some(Duration::from_secs(30)) });
}

/// B11
#[test]
fn lasting_refusals_are_retried_slowly_one_by_one() {
    for status in [1, 5, 6, 10, 18, 19, 20, 21, 22, 36, 108, 109].map(StatusCode) {
        let mut simplex = settings(9);
        simplex.side_b = None;
        let mut rig = Rig::new(simplex);
        for _ in 0..100 {
            if rig.has_wire(Side::A) {
                rig.refuse(Side::A, status);
            }
            rig.pass(ms(1_000));
        }
        let times: Vec<u64> = rig.dials.iter().map(|(at, _)| *at / 1_000).collect();
        assert_eq!(times, [0, 30, 60, 90], "status {status}");
    }
}

/// A12, B11
#[test]
fn versions_fall_back_one_by_one_and_each_side_for_itself() {
    let mut rig = Rig::new(settings(24));
    for _ in 0..3 {
        rig.refuse(Side::A, StatusCode::INVALID_VERSION);
    }
    let a = rig.open(Side::A, ACTIVE);
    assert_eq!((rig.wires[&a].1, rig.millis()), (version(21), 0), "without any wait");
    rig.pass(ms(2_000));
    assert!(!rig.has_wire(Side::B), "below 24 there is nothing to hold open");
    rig.lose(a);
    let (b, _) = rig.connect(Side::B);
    assert_eq!(rig.wires[&b].1, version(24), "side B was never asked, so it is asked for the highest");
    rig.pass(ms(1_000));
    let (a, _) = rig.connect(Side::A);
    assert_eq!(rig.wires[&a].1, version(21), "what was learnt stays");
}

/// B10
#[test]
fn an_open_request_that_stays_unanswered_is_waited_for_while_the_other_side_is_tried() {
    let mut rig = Rig::new(settings(23));
    let (a, _) = rig.connect(Side::A);
    rig.pass(ms(500));
    rig.unreachable(Side::B);
    rig.pass(ms(24_000));
    assert!(rig.dials.iter().filter(|(_, side)| *side == Side::B).count() >= 3, "{:?}", rig.dials);
    assert!(rig.wires.contains_key(&a), "thirty seconds are given");
    rig.pass(ms(5_600));
    assert!(!rig.wires.contains_key(&a), "then the connection is reset");
}

/// B10
#[test]
fn an_answer_after_twenty_five_seconds_still_opens_and_a_second_one_is_ignored() {
    let mut rig = Rig::new(settings(23));
    let (a, invoke_id) = rig.connect(Side::A);
    rig.pass(ms(25_000));
    rig.feed(a, OpenConf { invoke_id, ..OpenConf::default() });
    rig.feed(a, OpenConf { invoke_id, ..OpenConf::default() });
    assert_eq!(rig.story(), ["up a"]);
    assert!(rig.notes.contains(&Note::StrayAnswer { side: Side::A }));
    assert!(!rig.has_wire(Side::B), "the attempt at the other side is given up");
}

#[test]
fn a_connection_that_hangs_is_given_up_after_the_connect_timeout() {
    let mut rig = Rig::new(settings(23));
    rig.pass(ms(2_999));
    assert!(rig.has_wire(Side::A) && rig.has_wire(Side::B), "both are tried in parallel");
    rig.pass(ms(1));
    assert!(!rig.wires.values().any(|(side, _)| *side == Side::A));
    assert!(rig.notes.iter().any(|note| matches!(note, Note::AttemptFailed { failure: AttemptFailure::ConnectTimeout, .. })));
}

/// B3
#[test]
fn a_dead_server_is_noticed_within_twenty_seconds_and_the_other_side_dialled_in_the_same_moment() {
    let mut rig = Rig::new(settings(23));
    rig.open(Side::A, ACTIVE);
    rig.pass(ms(7_000));
    rig.answers_heartbeats = false;
    rig.query(1);
    rig.pass(ms(20_000));
    assert_eq!(rig.story(), ["up a", "answer 1 TimedOut", "down a heartbeats_unanswered"]);
    let (at, side) = rig.dials[1];
    assert!(side == Side::B && at <= 27_000, "dialled {side} at {at} ms");
}

/// B5
#[test]
fn a_server_that_sends_events_but_answers_no_heartbeat_is_left_at_most_once_a_minute() {
    let mut rig = Rig::new(settings(23));
    rig.answers_heartbeats = false;
    rig.open(Side::A, ACTIVE);
    let mut downs = Vec::new();
    for _ in 0..1_500 {
        for side in Side::BOTH {
            if rig.has_wire(side) {
                let id = rig.wire(side);
                if rig.pair.serving() == Some(side) {
                    rig.feed(id, SystemEvent::default());
                } else {
                    rig.open(side, ACTIVE);
                }
            }
        }
        rig.pass(ms(100));
        let now = rig.millis();
        downs.extend(rig.story().iter().filter(|line| line.starts_with("down")).map(|_| now));
    }
    assert!(!downs.is_empty() && downs.len() <= 3, "{downs:?}");
    assert!(downs.windows(2).all(|pair| pair[1] - pair[0] >= 60_000), "{downs:?}");
    assert!(rig.notes.contains(&Note::HeartbeatsUnansweredKept { side: Side::B }));
}

#[test]
fn every_request_under_way_is_lost_before_the_loss_is_told_and_later_ones_are_not_sent() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    for token in 1..=3 {
        rig.query(token);
    }
    let (_, invoke_id) = rig.last_request();
    rig.feed(a, QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() });
    rig.lose(a);
    rig.query(4);
    assert_eq!(rig.story(), ["up a", "answer 3 37", "answer 1 Lost", "answer 2 Lost", "down a closed", "answer 4 NotSent(Offline)"]);
}

/// A11, B14a
#[test]
fn an_answer_meant_for_an_earlier_session_answers_nothing() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.query(1);
    let (_, old_invoke_id) = rig.last_request();
    rig.pass(ms(2_000));
    rig.lose(a);
    let b = rig.open(Side::B, ACTIVE);
    rig.query(2);
    rig.story();
    rig.feed(b, QueryAgentStateConf { invoke_id: old_invoke_id, ..QueryAgentStateConf::default() });
    assert_eq!(rig.story(), [""; 0]);
}

#[test]
fn a_session_taken_over_by_another_client_is_not_fought_over() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(5_000));
    rig.feed(a, FailureEvent { status: StatusCode::NEW_SESSION_OPENED });
    rig.unreachable(Side::B);
    rig.pass(ms(29_000));
    assert!(rig.dials[1..].iter().all(|(_, side)| *side == Side::B), "{:?}", rig.dials);
    rig.pass(ms(2_000));
    assert_eq!(rig.dials.last().unwrap().1, Side::A);
}

#[test]
fn in_a_simplex_gateway_the_same_server_is_dialled_at_once() {
    let mut simplex = settings(23);
    simplex.side_b = None;
    let mut rig = Rig::new(simplex);
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(60_000));
    rig.lose(a);
    assert_eq!(rig.dials, [(0, Side::A), (60_000, Side::A)]);
    rig.open(Side::A, ACTIVE);
    assert_eq!(rig.story(), ["up a", "down a closed", "up a"]);
}

#[test]
fn the_standby_is_held_open_from_24_on_and_asked_again_every_five_seconds_when_it_refuses() {
    let mut rig = Rig::new(settings(24));
    rig.open(Side::A, ACTIVE);
    for _ in 0..20 {
        if rig.has_wire(Side::B) {
            rig.refuse(Side::B, StatusCode::INVALID_CLIENT_FOR_STANDBY);
        }
        rig.pass(ms(1_000));
    }
    let of_b: Vec<u64> = rig.dials.iter().filter(|(_, side)| *side == Side::B).map(|(at, _)| *at).collect();
    assert_eq!(of_b, [0, 5_000, 10_000, 15_000, 20_000]);
    rig.open(Side::B, STANDBY);
    assert_eq!(rig.story(), ["up a"]);
    assert!(rig.notes.iter().any(|note| matches!(note, Note::StandbyOpen { side: Side::B, .. })));
}

/// B14a
#[test]
fn the_standby_serves_when_it_says_that_it_is_active() {
    let mut rig = Rig::new(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    let b = rig.open(Side::B, STANDBY);
    rig.pass(ms(3_000));
    rig.lose(a);
    rig.query(1);
    rig.feed(b, StandbyActiveEventMsg::default());
    rig.query(2);
    assert_eq!(rig.last_request().0, b);
    assert_eq!(rig.story(), ["up a", "down a closed", "answer 1 NotSent(Offline)", "up b"]);
    // And the lost side is held as standby once it is back.
    rig.pass(ms(5_000));
    rig.open(Side::A, STANDBY);
    assert_eq!(rig.story(), ["answer 2 TimedOut"; 0]);
}

#[test]
fn what_a_standby_says_is_not_the_truth() {
    let mut rig = Rig::new(settings(24));
    rig.open(Side::A, ACTIVE);
    let b = rig.open(Side::B, STANDBY);
    rig.feed(b, SystemEvent::default());
    assert_eq!(rig.story(), ["up a"]);
}

/// B13
#[test]
fn when_both_sides_say_that_they_are_active_the_first_one_stays() {
    let mut rig = Rig::new(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    let b = rig.open(Side::B, ACTIVE);
    assert_eq!(rig.story(), ["up a"]);
    assert_eq!(rig.numbers_sent(b), [3, 7], "the second one is closed politely");
    rig.pass(ms(4_600));
    assert!(!rig.wires.contains_key(&b) && rig.wires.contains_key(&a));
    assert_eq!(rig.pair.serving(), Some(Side::A));
}

#[test]
fn a_side_that_was_standby_and_opens_as_active_takes_over_at_once() {
    let mut rig = Rig::new(settings(24));
    rig.open(Side::A, ACTIVE);
    rig.refuse(Side::B, StatusCode::INVALID_CLIENT_FOR_STANDBY);
    rig.pass(ms(5_000));
    rig.open(Side::B, ACTIVE);
    assert_eq!(rig.story(), ["up a", "down a switched_over", "up b"]);
}

/// B13
#[test]
fn a_silent_side_gives_way_to_one_that_claims_to_be_active_and_one_that_speaks_does_not() {
    let claimed = || {
        let mut rig = Rig::new(settings(24));
        let a = rig.open(Side::A, ACTIVE);
        rig.unreachable(Side::B);
        rig.pass(ms(5_000));
        let b = rig.open(Side::B, ACTIVE);
        rig.feed(b, SystemEvent::default());
        assert_eq!(rig.story(), ["up a"]);
        (rig, a, b)
    };
    let (mut rig, _, _) = claimed();
    rig.pass(ms(4_999));
    assert_eq!(rig.story(), [""; 0]);
    rig.pass(ms(1));
    assert_eq!(rig.story(), ["down a switched_over", "up b", "frame 31"]);
    // When the side that was left insists, both do: then nothing moves until one says that it is standby.
    for _ in 0..20 {
        rig.pass(ms(10_000));
        if rig.has_wire(Side::A) {
            rig.open(Side::A, ACTIVE);
        }
    }
    assert_eq!(rig.story(), [""; 0]);

    let (mut rig, a, b) = claimed();
    rig.query(1);
    let (to, invoke_id) = rig.last_request();
    assert_eq!(to, a, "the first one goes on serving");
    rig.feed(a, QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() });
    assert_eq!(rig.story(), ["answer 1 37"]);
    assert_eq!(rig.numbers_sent(b), [3, 7], "the claimant is closed");
    rig.pass(ms(29_999));
    assert!(!rig.has_wire(Side::B));
}

/// B8
#[test]
fn ten_minutes_of_refusals_are_told_once_and_end_with_the_next_attempt() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(10_000));
    rig.lose(a);
    let refuse_all = |rig: &mut Rig| {
        while let Some(side) = Side::BOTH.into_iter().find(|side| rig.has_wire(*side)) {
            rig.refuse(side, StatusCode::CTI_SERVER_OFFLINE);
        }
    };
    for _ in 0..600 {
        refuse_all(&mut rig);
        rig.pass(ms(1_000));
    }
    let returned = rig.millis();
    while rig.pair.serving().is_none() {
        if rig.has_wire(Side::B) {
            rig.refuse(Side::B, StatusCode::CTI_SERVER_OFFLINE);
        } else if rig.has_wire(Side::A) {
            rig.open(Side::A, ACTIVE);
        }
        rig.pass(ms(100));
    }
    assert!(rig.millis() - returned <= 121_000);
    assert_eq!(rig.story(), ["up a", "down a closed", "up a"]);
}

/// B9
#[test]
fn a_hundred_flaps_leave_nothing_behind_and_tell_one_change_each() {
    let mut rig = Rig::new(settings(24));
    for flap in 0..100 {
        let is_up = |rig: &Rig| rig.pair.serving().is_some();
        while !is_up(&rig) {
            if rig.has_wire(Side::B) {
                rig.refuse(Side::B, StatusCode::INVALID_CLIENT_FOR_STANDBY);
            } else if rig.has_wire(Side::A) {
                rig.open(Side::A, ACTIVE);
            } else {
                rig.pass(ms(100));
            }
        }
        for _ in 0..30 {
            if rig.has_wire(Side::B) {
                rig.refuse(Side::B, StatusCode::INVALID_CLIENT_FOR_STANDBY);
            }
            rig.pass(ms(100));
        }
        let a = rig.wire(Side::A);
        rig.lose(a);
        for _ in 0..30 {
            for side in Side::BOTH {
                if rig.has_wire(side) {
                    rig.unreachable(side);
                }
            }
            rig.pass(ms(100));
        }
        assert_eq!(rig.story(), ["up a", "down a closed"], "flap {flap}");
        assert!(rig.pair.leaving.is_empty() && rig.pair.outputs.is_empty() && rig.wires.len() <= 1);
    }
}

#[test]
fn a_server_that_knows_no_roles_is_the_only_one() {
    let nothing = SessionType::default();
    for (services_granted, session_type) in [(ServiceMask::ALL_EVENTS, ACTIVE), (ServiceMask::all(), nothing)] {
        let mut rig = Rig::new(settings(24));
        rig.pass(ms(500));
        let (a, invoke_id) = rig.connect(Side::A);
        rig.feed(a, OpenConf { invoke_id, services_granted, session_type, ..OpenConf::default() });
        assert!(!rig.has_wire(Side::B), "the attempt at the other side is given up");
        rig.pass(ms(120_000));
        assert_eq!(rig.dials, [(0, Side::A), (500, Side::B)]);
        assert_eq!(rig.story(), ["up a"]);
    }
}

#[test]
fn a_side_that_is_given_up_from_above_is_closed_and_the_other_one_sought() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(2_000));
    rig.query(1);
    rig.pair.leave_side(rig.now);
    rig.drain();
    assert_eq!(rig.story(), ["up a", "answer 1 Lost", "down a given_up"]);
    let (to, close) = rig.sent.last().unwrap();
    assert_eq!((*to, close.number, close.body[7]), (a, 7, 16), "CLOSE_REQ: the server did not answer");
    assert_eq!(rig.dials[1], (2_000, Side::B));
}

#[test]
fn a_server_that_refuses_a_request_because_it_is_not_active_is_left() {
    let mut rig = Rig::new(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.query(1);
    rig.query(2);
    let (_, invoke_id) = rig.last_request();
    rig.feed(a, FailureConf { invoke_id, status: StatusCode::SERVER_NOT_MASTER, ..FailureConf::default() });
    let failed = "answer 2 Failed(E_CTI_SERVER_NOT_MASTER)";
    assert_eq!(rig.story(), ["up a", failed, "answer 1 Lost", "down a ended_by_server"]);
    assert_eq!(rig.dials[1], (0, Side::B));
}

/// Both sides open and a maintenance accepted and decided.
fn in_maintenance() -> (Rig, ConnectionId, ConnectionId) {
    let mut rig = Rig::new(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    let b = rig.open(Side::B, STANDBY);
    rig.pass(ms(1_000));
    rig.feed(a, ActiveMaintenanceReqMsg { invoke_id: 9 });
    let (_, response) = rig.sent.last().unwrap();
    assert_eq!((response.number, &response.body[..]), (279, &[0, 0, 0, 9, 0, 1][..]));
    rig.feed(a, ActiveMaintenanceEventMsg { maintenance_mode_continue: true });
    rig.story();
    (rig, a, b)
}

/// B14
#[test]
fn a_planned_switch_waits_for_answers_of_the_old_side_and_tells_events_of_the_new_one_after_up() {
    let (mut rig, a, b) = in_maintenance();
    rig.query(1);
    let (_, invoke_id) = rig.last_request();
    rig.feed(b, StandbyActiveEventMsg::default());
    rig.feed(b, SystemEvent::default());
    rig.query(2);
    assert_eq!(rig.story(), ["answer 2 NotSent(Switching)"]);
    rig.feed(a, QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() });
    assert_eq!(rig.story(), ["answer 1 37", "down a switched_over", "up b", "frame 31"]);
    assert_eq!(rig.numbers_sent(a).last(), Some(&281));
    rig.pass(ms(4_400));
    assert!(rig.wires.contains_key(&a), "the old server is given time to hang up");
    rig.pass(ms(200));
    assert!(!rig.wires.contains_key(&a));
}

#[test]
fn a_planned_switch_waits_for_answers_half_a_second_at_most() {
    let (mut rig, _, b) = in_maintenance();
    rig.query(1);
    rig.feed(b, StandbyActiveEventMsg::default());
    rig.pass(ms(499));
    assert_eq!(rig.story(), [""; 0]);
    rig.pass(ms(1));
    assert_eq!(rig.story(), ["answer 1 Lost", "down a switched_over", "up b"]);
}

#[test]
fn an_idle_link_switches_at_once() {
    let (mut rig, _, b) = in_maintenance();
    rig.feed(b, StandbyActiveEventMsg::default());
    assert_eq!(rig.story(), ["down a switched_over", "up b"]);
}

/// B14
#[test]
fn the_old_side_may_die_while_it_is_drained_and_so_may_the_new_one() {
    let (mut rig, a, b) = in_maintenance();
    rig.query(1);
    rig.feed(b, StandbyActiveEventMsg::default());
    rig.feed(b, SystemEvent::default());
    rig.lose(a);
    assert_eq!(rig.story(), ["answer 1 Lost", "down a closed", "up b", "frame 31"]);

    let (mut rig, _, b) = in_maintenance();
    rig.query(1);
    rig.feed(b, StandbyActiveEventMsg::default());
    rig.lose(b);
    rig.query(2);
    rig.pass(ms(1_000));
    assert_eq!(rig.story(), [""; 0], "the old side goes on");
    assert_eq!(rig.pair.serving(), Some(Side::A));
}

/// B14
#[test]
fn maintenance_is_refused_without_a_standby_session_and_a_cancelled_one_changes_nothing() {
    let mut rig = Rig::new(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    rig.unreachable(Side::B);
    rig.feed(a, ActiveMaintenanceReqMsg { invoke_id: 3 });
    let (_, response) = rig.sent.last().unwrap();
    assert_eq!((response.number, &response.body[..]), (279, &[0, 0, 0, 3, 0, 0][..]));

    let (mut rig, a, b) = in_maintenance();
    rig.feed(a, ActiveMaintenanceEventMsg { maintenance_mode_continue: false });
    rig.pass(ms(60_000));
    assert_eq!(rig.story(), [""; 0]);
    // An unplanned switch afterwards is closed in the ordinary way.
    rig.feed(b, StandbyActiveEventMsg::default());
    assert_eq!(rig.numbers_sent(a).last(), Some(&7));
    assert_eq!(rig.story(), ["down a switched_over", "up b"]);
}

#[test]
fn a_shutdown_waits_for_every_close_but_not_for_ever() {
    let mut rig = Rig::new(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    let b = rig.open(Side::B, STANDBY);
    rig.query(1);
    rig.pair.shut_down(rig.now);
    rig.drain();
    assert_eq!(rig.story(), ["up a", "answer 1 Lost", "down a shutdown"]);
    assert_eq!((rig.numbers_sent(a).last(), rig.numbers_sent(b).last()), (Some(&7), Some(&7)));
    rig.lose(b);
    assert!(!rig.finished);
    rig.pass(ms(4_500));
    assert!(rig.finished && rig.wires.is_empty());
    rig.query(2);
    rig.pass(ms(600_000));
    assert_eq!(rig.story(), ["answer 2 NotSent(Offline)"]);
    assert_eq!(rig.dials.len(), 2, "nobody is dialled any more");
}

fn with_question(settings: Settings) -> Rig {
    let mut rig = Rig::new(settings);
    let question = QueryAgentStateReq { peripheral_id: 5000, ..QueryAgentStateReq::default() };
    rig.pair.probe_with(rig.now, question.into());
    rig.drain();
    rig
}

fn questions(rig: &Rig) -> usize {
    rig.sent.iter().filter(|(_, frame)| frame.number == 36).count()
}

/// B4
#[test]
fn a_server_that_answers_heartbeats_only_is_asked_once_a_minute_and_reported_after_ten_seconds() {
    let mut rig = with_question(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    rig.pass(ms(59_000));
    assert_eq!(questions(&rig), 0);
    rig.pass(ms(1_500));
    assert_eq!(questions(&rig), 1);
    rig.pass(ms(9_000));
    assert!(!rig.notes.iter().any(|note| matches!(note, Note::Stuck { .. })));
    rig.pass(ms(600));
    let silent_for = Duration::from_secs(70);
    assert!(rig.notes.contains(&Note::Stuck { side: Side::A, silent_for, leaves: false }), "{:?}", rig.notes);
    // It is asked again and again, reported once, and kept.
    rig.pass(ms(600_000));
    assert!((10..=11).contains(&(questions(&rig) - 1)), "{}", questions(&rig));
    assert_eq!(rig.notes.iter().filter(|note| matches!(note, Note::Stuck { .. })).count(), 1);
    assert!(!rig.notes.contains(&Note::RequestTimedOut), "the question is no request of anybody");
    assert_eq!(rig.story(), ["up a"]);
    // One event, and all is well.
    rig.feed(a, SystemEvent::default());
    assert!(rig.notes.contains(&Note::NoLongerStuck { side: Side::A }));
    rig.pass(ms(59_000));
    let asked = questions(&rig);
    rig.pass(ms(1_500));
    assert_eq!(questions(&rig), asked + 1);
}

/// B4
#[test]
fn events_answers_and_refusals_prove_that_a_server_is_not_stuck_and_stay_below() {
    let mut rig = with_question(settings(23));
    let a = rig.open(Side::A, ACTIVE);
    for _ in 0..10 {
        rig.pass(ms(50_000));
        rig.feed(a, SystemEvent::default());
    }
    assert_eq!(questions(&rig), 0, "a server that speaks is not asked");
    rig.pass(ms(60_500));
    let (_, invoke_id) = rig.last_request();
    rig.feed(a, QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() });
    rig.pass(ms(60_500));
    let (_, invoke_id) = rig.last_request();
    rig.feed(a, FailureConf { invoke_id, status: StatusCode::INVALID_AGENT_DATA, ..FailureConf::default() });
    assert_eq!(questions(&rig), 2);
    rig.pass(ms(59_000));
    assert!(!rig.notes.iter().any(|note| matches!(note, Note::Stuck { .. })));
    assert!(rig.story().iter().all(|line| !line.starts_with("answer")), "nobody asked, so nobody is answered");
}

/// B4
#[test]
fn a_stuck_side_is_left_where_the_operator_wants_it_and_not_more_than_once_a_minute() {
    let mut rig = with_question(Settings { switch_when_stuck: true, ..settings(23) });
    let a = rig.open(Side::A, ACTIVE);
    rig.query(1);
    rig.pass(ms(70_100));
    assert_eq!(rig.story(), ["up a", "answer 1 TimedOut", "down a given_up"]);
    assert_eq!(rig.sent.iter().rfind(|(to, _)| *to == a).unwrap().1.number, 7, "CLOSE_REQ");
    rig.open(Side::B, ACTIVE);
    let since = rig.millis();
    rig.pass(ms(100_000));
    assert_eq!(rig.story(), ["up b", "down b given_up"]);
    let (at, _) = *rig.dials.last().unwrap();
    assert!(at - since >= 60_000, "{at} after {since}");
}

/// B4
#[test]
fn a_standby_side_and_a_link_without_a_question_are_not_probed() {
    let mut rig = Rig::new(settings(24));
    rig.open(Side::A, ACTIVE);
    rig.open(Side::B, STANDBY);
    rig.pass(ms(300_000));
    assert_eq!(questions(&rig), 0);
    let mut rig = with_question(settings(24));
    let a = rig.open(Side::A, ACTIVE);
    rig.open(Side::B, STANDBY);
    rig.pass(ms(300_000));
    assert!(rig.sent.iter().filter(|(_, frame)| frame.number == 36).all(|(to, _)| *to == a));
}

/// B7: the standby that refused becomes active 250 ms later.
#[test]
fn below_24_a_standby_that_becomes_active_after_a_loss_serves_within_a_second() {
    for seed in 0..200 {
        let mut settings = settings(23);
        settings.times.waits = Times::default().waits;
        let mut rig = Rig::new(settings.clone());
        rig.pair = Pair::new(rig.now, Arc::new(settings), seed);
        rig.drain();
        let a = rig.open(Side::A, ACTIVE);
        rig.pass(ms(5_000));
        rig.lose(a);
        rig.refuse(Side::B, StatusCode::CTI_SERVER_OFFLINE);
        rig.unreachable(Side::A);
        while !rig.has_wire(Side::B) {
            rig.pass(ms(1));
            assert!(rig.millis() < 6_000, "seed {seed}");
        }
        assert!(rig.millis() >= 5_450, "the standby has had time to become active: seed {seed}");
        rig.open(Side::B, ACTIVE);
        assert_eq!(rig.story(), ["up a", "down a closed", "up b"]);
    }
}

/// B11: what is said about each refusal, and how soon it is tried again.
#[test]
fn every_refusal_has_its_own_word_or_advice_and_its_own_patience() {
    let lasting = [
        StatusCode::INVALID_VERSION,
        StatusCode::SESSION_ALREADY_OPEN,
        StatusCode::REQUIRED_DATA_MISSING,
        StatusCode::DEVICE_IN_USE,
        StatusCode::INVALID_TIMEOUT,
        StatusCode::INVALID_SERVICE_MASK,
        StatusCode::INVALID_CALL_MSG_MASK,
        StatusCode::INVALID_AGENT_STATE_MASK,
        StatusCode::INVALID_RESERVED_FIELD,
        StatusCode::INVALID_PASSWORD,
        StatusCode::INVALID_UNIQUE_INSTANCE_ID,
        StatusCode::DUPLICATE_UNIQUE_INSTANCE_ID,
    ];
    let passing = [
        StatusCode::CTI_SERVER_OFFLINE,
        StatusCode::SERVER_NOT_MASTER,
        StatusCode::INVALID_CLIENT_FOR_STANDBY,
        StatusCode::SERVER_IN_MAINTENANCE_MODE,
    ];
    for status in lasting {
        assert!(is_lasting(&AttemptFailure::Refused(status)), "{status}");
    }
    for status in passing {
        let failure = AttemptFailure::Refused(status);
        assert!(!is_lasting(&failure), "{status}");
        let mut rig = Rig::new(settings(23));
        rig.refuse(Side::A, status);
        assert_eq!(rig.dials, [(0, Side::A), (0, Side::B)], "{status}: the other side at once");
    }
    let texts: std::collections::BTreeSet<_> = lasting.iter().map(|status| AttemptFailure::Refused(*status).to_string()).collect();
    assert_eq!(texts.len(), lasting.len(), "{texts:?}");
    assert!(is_lasting(&AttemptFailure::Tls(String::new())));
}

/// B13: two sides claim to be active, and it has happened before, so that silence alone decides nothing any more.
#[test]
fn a_claim_is_settled_by_asking_the_side_that_serves() {
    let claimed = || {
        let mut rig = with_question(settings(24));
        let a = rig.open(Side::A, ACTIVE);
        rig.pair.contested = true;
        rig.pass(ms(10_000));
        let b = rig.open(Side::B, ACTIVE);
        assert_eq!(questions(&rig), 1, "asked at once");
        let (to, invoke_id) = rig.last_request();
        assert_eq!(to, a);
        rig.story();
        (rig, a, b, invoke_id)
    };
    let (mut rig, a, b, invoke_id) = claimed();
    rig.feed(a, QueryAgentStateConf { invoke_id, ..QueryAgentStateConf::default() });
    assert_eq!((rig.story(), rig.pair.serving()), (Vec::new(), Some(Side::A)));
    assert_eq!(rig.sent.iter().rfind(|(to, _)| *to == b).unwrap().1.number, 7, "the claimant is closed");
    let (mut rig, a, _, invoke_id) = claimed();
    rig.feed(a, FailureConf { invoke_id, status: StatusCode::SERVER_NOT_MASTER, ..FailureConf::default() });
    assert_eq!(rig.story(), ["down a ended_by_server", "up b"]);
    let (mut rig, ..) = claimed();
    rig.pass(ms(5_100));
    assert_eq!(rig.story(), ["down a switched_over", "up b"]);
}
