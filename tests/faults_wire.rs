//! Damaged, odd and hostile messages of a CTI Server: what the decoder, the link and the daemon make of them. The mark
//! above each test is the number of the fault in our list; A13, mutated frames by the thousand million, is `tests/fuzz`.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

#[path = "common/hand.rs"]
mod hand;
#[path = "common/peer.rs"]
mod peer;

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use ctibridge::engine::model::AgentId;
use ctibridge::engine::{Engine, Input, LinkChange, Output, Settings as EngineSettings};
use ctibridge::link::{AttemptFailure, Note};
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::{
    AgentPreCallEvent, AgentStateEvent, BeginCallEvent, CallConferencedEvent, CallDeliveredEvent, ConnectedParty, FailureConf,
    QueryAgentStateConf, SPECS, SystemEvent,
};
use ctibridge::protocol::values::{AgentState, CallType, DispositionCode, LocalConnectionState, StatusCode};
use ctibridge::protocol::wire::{NamedArray, NamedVariable};
use ctibridge::protocol::{Context, DecodeErrorKind, FrameCodec, FrameError, Message, ProtocolVersion, RawFrame, Text};
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;
use hand::Daemon;
use peer::Server;
use tokio_util::codec::Decoder;

const MAX_FRAME: usize = 16 * 1024;

fn version(number: u32) -> ProtocolVersion {
    ProtocolVersion::new(number).unwrap()
}

fn newest() -> ProtocolVersion {
    version(25)
}

/// A message as bytes of the wire.
fn wire(message: impl Into<Message<'static>>) -> Vec<u8> {
    message.into().to_bytes(newest()).unwrap().to_vec()
}

fn frame_of(bytes: &[u8]) -> RawFrame {
    FrameCodec::new(MAX_FRAME).decode(&mut BytesMut::from(bytes)).unwrap().unwrap()
}

/// A floating field in the layout of protocol 20 and later.
fn field(tag: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    bytes.put_u16(tag);
    bytes.put_u16(u16::try_from(data.len()).unwrap());
    bytes.put_slice(data);
    bytes.to_vec()
}

/// The message with more bytes behind it.
fn and(message: impl Into<Message<'static>>, more: &[Vec<u8>]) -> RawFrame {
    let frame = frame_of(&wire(message));
    RawFrame { number: frame.number, body: Bytes::from([&frame.body[..], &more.concat()[..]].concat()) }
}

fn delivered() -> CallDeliveredEvent<'static> {
    CallDeliveredEvent {
        peripheral_id: 5000,
        connection_call_id: 16_777_216,
        connection_device_id: Some(Text::from("3001")),
        ani: Some(Text::from("+41445550123")),
        ..CallDeliveredEvent::default()
    }
}

fn decode<'f>(frame: &'f RawFrame, context: &mut Context) -> Result<Message<'f>, DecodeErrorKind> {
    Message::decode(frame, context).map_err(|error| error.kind)
}

/// The call event in it, and what was passed over.
fn tolerated(frame: &RawFrame) -> (CallDeliveredEvent<'_>, ctibridge::protocol::wire::Skipped) {
    let mut context = Context::new(newest());
    match decode(frame, &mut context).unwrap() {
        Message::CallDeliveredEvent(event) => (event, context.skipped),
        other => panic!("{other:?}"),
    }
}

/// A1
#[test]
fn a_stream_cut_anywhere_gives_the_same_messages_and_costs_little_more() {
    let names: Vec<NamedVariable<'static>> = (0..10)
        .map(|n| NamedVariable { name: format!("user.Variable{n}").into(), value: "a value of some length".to_owned().into() })
        .collect();
    let begin = BeginCallEvent { connection_call_id: 1, named_variables: names.into(), ..BeginCallEvent::default() };
    let mut stream = Vec::new();
    for number in 0..40 {
        stream.extend(wire(begin.clone()));
        stream.extend(wire(CallDeliveredEvent { connection_call_id: number, ..delivered() }));
        stream.extend(wire(SystemEvent::default()));
    }
    let clock = Clock::start();
    let run = |portion: usize| {
        let (mut codec, mut input, mut context) = (FrameCodec::new(MAX_FRAME), BytesMut::new(), Context::new(newest()));
        let mut told = Vec::new();
        let began = clock.now().mono;
        for part in stream.chunks(portion) {
            input.extend_from_slice(part);
            while let Some(frame) = codec.decode(&mut input).unwrap() {
                told.push(format!("{:?}", Message::decode(&frame, &mut context).unwrap()));
            }
        }
        assert!(input.is_empty());
        (clock.now().mono - began, told)
    };
    let (_, whole) = run(stream.len());
    assert_eq!(whole.len(), 120);
    for portion in 1..120 {
        assert!(run(portion).1 == whole, "in portions of {portion}");
    }
    let least = |portion| (0..5).map(|_| run(portion).0).min().unwrap();
    let (at_once, one_by_one) = (least(stream.len()), least(1));
    println!("{at_once:?} at once, {one_by_one:?} byte by byte");
    assert!(one_by_one < at_once * 20 + Duration::from_millis(1));
    // And cut off at every byte of one frame: nothing comes of it, and nothing breaks.
    let one = wire(delivered());
    for cut in 0..one.len() {
        assert_eq!(FrameCodec::new(MAX_FRAME).decode(&mut BytesMut::from(&one[..cut])).unwrap(), None);
    }
}

/// A2
#[test]
fn an_absurd_length_is_refused_before_anything_is_allocated() {
    for length in [0xffff_ffff_u32, 0x8000_0000, MAX_FRAME as u32 - 7] {
        let mut input = BytesMut::with_capacity(8);
        input.put_u32(length);
        input.put_u32(31);
        let capacity = input.capacity();
        let refused = FrameCodec::new(MAX_FRAME).decode(&mut input);
        assert!(matches!(refused, Err(FrameError::TooLong { length: told, .. }) if told == u64::from(length) + 8), "{refused:?}");
        assert_eq!(input.capacity(), capacity, "nothing was reserved for it");
    }
    let mut longest = BytesMut::new();
    longest.put_u32(MAX_FRAME as u32 - 8);
    longest.put_u32(31);
    longest.resize(MAX_FRAME, 0);
    assert_eq!(FrameCodec::new(MAX_FRAME).decode(&mut longest).unwrap().unwrap().wire_len(), MAX_FRAME);
}

/// A3
#[test]
fn a_body_shorter_than_the_fixed_part_is_refused_in_every_message_and_version() {
    for number in 9..=25 {
        let version = version(number);
        for spec in SPECS.iter().filter(|spec| version.has(spec.since, 0)) {
            let fixed = spec.fixed_len(version);
            for length in 0..fixed {
                let frame = RawFrame { number: spec.number, body: Bytes::from(vec![0; length]) };
                let result = Message::decode(&frame, &mut Context::new(version));
                // FAILURE_CONF is known in two layouts, a shorter and a longer one.
                let is_other_layout = spec.name == "FAILURE_CONF" && result.is_ok();
                assert!(
                    is_other_layout || result.as_ref().is_err_and(|error| error.kind == DecodeErrorKind::MessageTooShort),
                    "{} with {length} of {fixed} bytes in version {number}: {result:?}",
                    spec.name
                );
            }
        }
    }
}

/// A4
#[test]
fn an_unknown_message_is_passed_over_by_its_length_and_counted() {
    let mut context = Context::new(newest());
    let mut input = BytesMut::new();
    for number in [0, 999, 0x7fff_ffff, u32::MAX] {
        input.put_u32(3);
        input.put_u32(number);
        input.put_slice(&[1, 2, 3]);
        input.extend_from_slice(&wire(delivered()));
    }
    let mut codec = FrameCodec::new(MAX_FRAME);
    let mut known = 0;
    while let Some(frame) = codec.decode(&mut input).unwrap() {
        known += u32::from(matches!(decode(&frame, &mut context), Ok(Message::CallDeliveredEvent(_))));
    }
    assert_eq!((known, context.skipped.unknown_messages), (4, 4));
}

/// A5
#[test]
fn unknown_and_misplaced_tags_are_passed_over_and_the_rest_is_used() {
    // 9999 is no tag at all, 165 belongs to messages of agents' teams.
    for tag in [9999, 165] {
        let frame = and(delivered(), &[field(tag, b"whatever"), field(10, b"8001\0")]);
        let (event, skipped) = tolerated(&frame);
        assert_eq!((event.dnis.as_deref(), event.ani.as_deref()), (Some("8001"), Some("+41445550123")), "tag {tag}");
        assert_eq!(skipped.unknown_tags, 1, "tag {tag}");
    }
}

/// A6
#[test]
fn a_field_that_runs_past_the_end_spoils_its_message_and_no_other() {
    let past_end = and(delivered(), &[vec![0, 10, 0, 9, b'8']]);
    let half_header = and(delivered(), &[vec![0, 10, 0]]);
    let mut context = Context::new(newest());
    assert_eq!(decode(&past_end, &mut context).unwrap_err(), DecodeErrorKind::FieldPastEnd);
    assert_eq!(decode(&half_header, &mut context).unwrap_err(), DecodeErrorKind::BadFieldHeader);
    assert!(decode(&frame_of(&wire(delivered())), &mut context).is_ok());
}

/// A7
#[test]
fn of_a_field_that_stands_twice_the_first_counts_and_no_list_is_longer_than_its_frame() {
    let (twice, ours) = (and(delivered(), &[field(8, b"second\0"), field(10, b"8001\0"), field(10, b"8002\0")]), Some("+41445550123"));
    let (event, skipped) = tolerated(&twice);
    assert_eq!((event.ani.as_deref(), event.dnis.as_deref(), skipped.duplicate_fields), (ours, Some("8001"), 2));

    // More entries than the counter says, fewer, and far more than any list has.
    let party = || ConnectedParty { connected_party_call_id: Some(7), ..ConnectedParty::default() };
    let conference = |entries: usize| CallConferencedEvent {
        primary_device_id: Some(Text::from("3001")),
        secondary_device_id: Some(Text::from("3002")),
        connected_parties: std::iter::repeat_with(party).take(entries).collect(),
        ..CallConferencedEvent::default()
    };
    for (counted, more) in [(2_usize, 3_usize), (4, 0), (0, 1_500)] {
        let frame = and(conference(counted), &vec![field(39, &7_u32.to_be_bytes()); more]);
        assert!(frame.wire_len() <= MAX_FRAME);
        let mut context = Context::new(newest());
        let Message::CallConferencedEvent(event) = decode(&frame, &mut context).unwrap() else { panic!() };
        // The fields are what counts; entries are read where they lie, and nothing is made of them.
        assert_eq!(event.connected_parties.iter().count(), counted + more);
        assert_eq!(event.connected_parties.len(), counted + more);
    }
    let mut lying = frame_of(&wire(conference(2))).body.to_vec();
    let place = lying.windows(2).position(|pair| pair == [0, 2]).expect("the counter");
    lying[place..place + 2].copy_from_slice(&[0xff, 0xff]);
    let lying = RawFrame { number: 17, body: lying.into() };
    let Message::CallConferencedEvent(event) = decode(&lying, &mut Context::new(newest())).unwrap() else { panic!() };
    assert_eq!(event.connected_parties.iter().count(), 2);
}

/// A8
#[test]
fn every_text_becomes_valid_unicode_and_none_is_taken_for_more_than_text() {
    let long = "x".repeat(5_000);
    let texts: [(&[u8], &str); 9] = [
        (b"no zero byte", "no zero byte"),
        (b"in\0side\0", "in"),
        (b"", ""),
        (b"\0", ""),
        (long.as_bytes(), &long),
        (b"\xff\xfe\0", "\u{fffd}\u{fffd}"),
        (b"\xed\xa0\x80\0", "\u{fffd}\u{fffd}\u{fffd}"),
        ("\u{202e}<b>&amp;</b>\0".as_bytes(), "\u{202e}<b>&amp;</b>"),
        (b"\x01\x02\x1f\0", "\u{1}\u{2}\u{1f}"),
    ];
    for (bytes, text) in texts {
        let frame = and(CallDeliveredEvent { ani: None, ..delivered() }, &[field(8, bytes)]);
        let (event, _) = tolerated(&frame);
        let ani = event.ani.unwrap();
        assert_eq!(&*ani, text, "{bytes:?}");
        let json = serde_json::to_string(&*ani).unwrap();
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}

/// A9
#[test]
fn damaged_ecc_variables_are_passed_over_and_counted() {
    let variable = |name: &str, value: &str| [name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat();
    let array = |index: u8, name: &str| [&[index][..], name.as_bytes(), b"\0v\0"].concat();
    let frame = and(
        delivered(),
        &[
            field(82, b"no end of the name"),
            field(82, b""),
            field(82, &variable("user.twice", "first")),
            field(82, &variable("user.twice", "second")),
            field(83, &array(255, "user.array")),
            field(83, b""),
        ],
    );
    let (event, skipped) = tolerated(&frame);
    let named = |NamedVariable { name, value }: NamedVariable<'_>| (name.to_string(), value.to_string());
    let twice = |value: &str| ("user.twice".to_owned(), value.to_owned());
    let good: Vec<_> = event.named_variables.iter().map(named).filter(|(name, _)| name == "user.twice").collect();
    assert_eq!(good, [twice("first"), twice("second")], "both are kept in order: which one counts is not for the decoder to say");
    assert!(event.named_arrays.iter().any(|NamedArray { index, .. }| index == 255));
    assert!(skipped.bad_values >= 2, "{skipped:?}");
}

/// A10
#[test]
fn numbers_that_mean_nothing_are_shown_as_absent() {
    let clock = Clock::start();
    let mut engine = Engine::new(EngineSettings { peripheral_id: Some(5000), ..EngineSettings::default() }, 1, clock.now());
    let mut told = String::new();
    let mut feed = |input: Input<'_>| {
        engine.handle(clock.now(), input);
        while let Some(output) = engine.poll_output() {
            if matches!(output, Output::Event(..) | Output::Reply(..)) {
                told.push_str(&format!("{output:?}\n"));
            }
        }
    };
    feed(Input::Link(LinkChange::Up { version: newest(), services: ServiceMask::all() }));
    let none = u32::MAX;
    let state = |agent_state| AgentStateEvent {
        peripheral_id: 5000,
        session_id: none,
        skill_group_number: none,
        skill_group_id: none,
        skill_group_priority: u16::MAX,
        state_duration: none,
        icm_agent_id: -1,
        agent_state,
        event_reason_code: 0,
        agent_id: Some(Text::from("1001")),
        agent_extension: Some(Text::from("3001")),
        agent_instrument: Some(Text::from("3001")),
        ..AgentStateEvent::default()
    };
    feed(Input::Event(state(AgentState::LOGIN).into()));
    feed(Input::Event(state(AgentState::AVAILABLE).into()));
    let begin = BeginCallEvent {
        peripheral_id: 5000,
        connection_call_id: 77,
        call_type: CallType::ACD_IN,
        called_party_disposition: DispositionCode(u16::MAX),
        ani: Some(Text::from("+41445550123")),
        ..BeginCallEvent::default()
    };
    feed(Input::Event(begin.into()));
    feed(Input::Event(
        AgentPreCallEvent {
            service_number: none,
            service_id: none,
            skill_group_number: none,
            skill_group_id: none,
            ..AgentPreCallEvent::default()
        }
        .into(),
    ));
    let event = CallDeliveredEvent {
        connection_call_id: 77,
        service_number: none,
        service_id: none,
        skill_group_number: none,
        skill_group_id: none,
        skill_group_priority: u16::MAX,
        line_handle: u16::MAX,
        trunk_number: Some(none),
        trunk_group_number: Some(none),
        local_connection_state: LocalConnectionState::ALERTING,
        alerting_device_id: Some(Text::from("3001")),
        calling_device_id: Some(Text::from("+41445550123")),
        called_device_id: Some(Text::from("3001")),
        ..delivered()
    };
    feed(Input::Event(event.into()));
    assert!(told.contains("3001") && told.contains("+41445550123"), "the contact is shown: {told}");
    assert!(!told.contains("since: 1"), "a duration that is not known moves no time into the past: {told}");
    for nothing in ["4294967295", "65535", "(-1)"] {
        assert!(!told.contains(nothing), "{nothing} in {told}");
    }
    assert!(engine.any_agent().is_some_and(|(id, _)| *id == AgentId("1001".into())));
}

/// The daemon and its one CTI Server.
async fn house() -> (Daemon, Server) {
    let server = Server::bind().await;
    (Daemon::start(&format!("side_a = {:?}", server.address())).await, server)
}

/// A3–A7, A11: over a real socket into a real daemon. Every damaged message is dropped and counted under its name, the
/// session stays, and what comes behind it is used.
#[tokio::test]
async fn the_daemon_drops_what_it_cannot_read_counts_it_and_goes_on() {
    let (house, server) = house().await;
    let mut peer = server.open().await;
    house.until_metric("ctibridge_link_in_service{side=\"a\"}", 1).await;
    let state = |id: &'static str| AgentStateEvent {
        peripheral_id: 5000,
        agent_state: AgentState::NOT_READY,
        agent_id: Some(Text::from(id)),
        agent_extension: Some(Text::from("3001")),
        ..AgentStateEvent::default()
    };
    let frames = [
        RawFrame { number: 9, body: Bytes::from_static(&[0; 3]) },
        RawFrame { number: 9, body: Bytes::new() },
        and(delivered(), &[vec![0, 10, 0, 9, b'8']]),
        and(delivered(), &[vec![0]]),
        RawFrame { number: 999, body: Bytes::from_static(b"what is this") },
        and(state("1001"), &[field(9999, b"?"), field(5, b"another\0")]),
        // Answers to nothing: never asked, asked of nobody, and too short to say.
        frame_of(&wire(QueryAgentStateConf { invoke_id: 0xdead_beef, ..QueryAgentStateConf::default() })),
        frame_of(&wire(FailureConf { invoke_id: 0xdead_beef, status: StatusCode::INVALID_AGENT_DATA, ..FailureConf::default() })),
        RawFrame { number: 37, body: Bytes::from_static(&[1]) },
    ];
    for frame in frames.into_iter().chain([frame_of(&wire(state("1002")))]) {
        peer.send_frame(frame.number, &frame.body).await;
    }
    house.until_metric("ctibridge_agents", 2).await;
    for (line, count) in [
        ("ctibridge_link_malformed_messages_total{kind=\"message_too_short\"}", 2),
        ("ctibridge_link_malformed_messages_total{kind=\"field_past_end\"}", 1),
        ("ctibridge_link_malformed_messages_total{kind=\"bad_field_header\"}", 1),
        ("ctibridge_link_malformed_messages_total{kind=\"out_of_place\"}", 1),
        ("ctibridge_link_skipped_total{kind=\"unknown_message\"}", 1),
        ("ctibridge_link_skipped_total{kind=\"unknown_tag\"}", 1),
        ("ctibridge_link_skipped_total{kind=\"duplicate_field\"}", 1),
        ("ctibridge_link_stray_answers_total{side=\"a\"}", 2),
        ("ctibridge_link_in_service{side=\"a\"}", 1),
    ] {
        assert_eq!(house.metric(line), count, "{line}");
    }
    house.running.shutdown().await;
}

/// A2: garbage ends its session only, under a name, and the next session is a good one.
#[tokio::test]
async fn a_length_beyond_the_limit_ends_the_session_with_a_named_reason_and_the_next_one_is_good() {
    let (house, server) = house().await;
    let mut peer = server.open().await;
    house.until_metric("ctibridge_link_in_service{side=\"a\"}", 1).await;
    peer.send_bytes(&[0xff; 64]).await;
    house.until_metric("ctibridge_link_losses_total{side=\"a\",reason=\"frame_too_long\"}", 1).await;
    let _again = server.open().await;
    house.until_metric("ctibridge_link_in_service{side=\"a\"}", 1).await;
    house.running.shutdown().await;
}

/// A12
#[test]
fn fields_of_a_newer_version_do_no_harm_in_an_older_session() {
    let older = version(9);
    let mut body = delivered_in(older);
    // ANI_II came with version 11, tag 254 has no meaning in this message in any version.
    body.extend([215, 2, b'0', 0, 254, 3, 1, 2, 3, 10, 5, b'8', b'0', b'0', b'1', 0]);
    let frame = RawFrame { number: 9, body: body.into() };
    let mut context = Context::new(older);
    let Ok(Message::CallDeliveredEvent(event)) = Message::decode(&frame, &mut context) else { panic!() };
    assert_eq!((event.ani.as_deref(), event.dnis.as_deref()), (Some("+41445550123"), Some("8001")));
    assert_eq!(context.skipped.unknown_tags, 1);
}

fn delivered_in(version: ProtocolVersion) -> Vec<u8> {
    let bytes = Message::from(delivered()).to_bytes(version).unwrap();
    bytes[8..].to_vec()
}

/// A12
#[test]
fn a_server_that_speaks_none_of_our_versions_is_named_to_the_operator() {
    let failure = AttemptFailure::Refused(StatusCode::INVALID_VERSION);
    assert_eq!(failure.as_str(), "version");
    assert_eq!(failure.advice(), "it speaks none of our protocol versions");
    // The link says it through this note, after it has asked for every version down to 9: see the tests of the pair.
    let note = Note::AttemptFailed { side: ctibridge::link::Side::A, failure, repeated: false, retry_in: Some(Duration::from_secs(30)) };
    let telemetry = Telemetry::new();
    note.tell(&telemetry.link);
    assert!(telemetry.render().contains("ctibridge_link_failed_attempts_total{side=\"a\",reason=\"version\"} 1\n"));
}
