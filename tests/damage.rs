//! One test for each rule about damaged messages (the table in the documentation of `protocol`): what becomes of the
//! message, and which message, field and byte the report names.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use bytes::{Bytes, BytesMut};
use ctibridge::capture::cli::{DecodeOptions, decode};
use ctibridge::protocol::frame::{FrameCodec, FrameError, HEADER_LEN};
use ctibridge::protocol::message::{
    AgentStateEvent, BeginCallEvent, CallConferencedEvent, CallDeliveredEvent, ConnectedParty, FailureConf, ListAgentTeamConf,
    QueryAgentStateReq, RegisterVariablesReq, SetCallDataReq,
};
use ctibridge::protocol::values::StatusCode;
use ctibridge::protocol::wire::{Context, NamedVariable, Skipped};
use ctibridge::protocol::{DecodeError, DecodeErrorKind, EncodeError, GenericMessage, Message, ProtocolVersion, RawFrame};
use tokio_util::codec::Decoder;

fn version(number: u32) -> ProtocolVersion {
    ProtocolVersion::new(number).unwrap()
}

fn body_of(message: impl Into<Message<'static>>, version: ProtocolVersion) -> (u32, Vec<u8>) {
    let message = message.into();
    (message.number(), message.to_bytes(version).unwrap()[HEADER_LEN..].to_vec())
}

fn frame(number: u32, body: &[u8]) -> RawFrame {
    RawFrame { number, body: Bytes::copy_from_slice(body) }
}

fn with_field(body: &[u8], tag: u16, data: &[u8]) -> Vec<u8> {
    [body, &tag.to_be_bytes(), &(data.len() as u16).to_be_bytes(), data].concat()
}

/// The error of both decoders, which must agree.
fn refused(number: u32, body: &[u8], version: ProtocolVersion) -> (DecodeErrorKind, &'static str, &'static str, usize) {
    let generic = GenericMessage::decode(number, body, version).unwrap_err();
    let frame = frame(number, body);
    let typed = Message::decode(&frame, &mut Context::new(version)).unwrap_err();
    assert_eq!(typed, generic);
    (typed.kind, typed.message.unwrap(), typed.field, typed.offset)
}

/// The first defect that the generic view names, and what the typed decoder counted.
fn tolerated(number: u32, body: &[u8], version: ProtocolVersion) -> (Option<DecodeError>, Skipped) {
    let generic = GenericMessage::decode(number, body, version).unwrap();
    let frame = frame(number, body);
    let mut context = Context::new(version);
    Message::decode(&frame, &mut context).unwrap();
    (generic.first_defect(), context.skipped)
}

fn named(defect: Option<DecodeError>) -> Option<(DecodeErrorKind, &'static str, usize)> {
    defect.map(|defect| (defect.kind, defect.field, defect.offset))
}

/// What `decode` prints about a binary stream.
fn printed(stream: &[u8]) -> Vec<serde_json::Value> {
    let mut output = Vec::new();
    decode(&DecodeOptions::default(), stream, &mut output).unwrap();
    output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn heartbeat() -> [u8; 12] {
    [0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 7]
}

fn query() -> (u32, Vec<u8>) {
    body_of(QueryAgentStateReq { invoke_id: 2, peripheral_id: 5000, mrd_id: 1, ..Default::default() }, version(24))
}

#[test]
fn frame_too_long_ends_a_session_and_is_passed_over_in_a_recording() {
    let mut stream = [0, 0, 0x40, 0, 0, 0, 0, 5].to_vec();
    let socket = FrameCodec::default().decode(&mut BytesMut::from(&stream[..]));
    assert!(matches!(socket, Err(FrameError::TooLong { length: 0x4008, max: 0x4000 })));
    stream.extend([0; 0x4000]);
    stream.extend(heartbeat());
    let lines = printed(&stream);
    let error = &lines[0]["error"];
    assert_eq!(
        (error["kind"].as_str(), error["message"].as_str(), error["offset"].as_u64()),
        (Some("frame_too_long"), Some("HEARTBEAT_REQ"), Some(0))
    );
    assert_eq!(lines[1]["name"], "HEARTBEAT_REQ");
}

#[test]
fn frame_truncated_is_reported_with_what_there_is_of_it() {
    let stream = [&heartbeat()[..], &heartbeat()[..9]].concat();
    let mut source = BytesMut::from(&stream[..]);
    let mut codec = FrameCodec::default();
    assert!(codec.decode_eof(&mut source).unwrap().is_some());
    assert!(matches!(codec.decode_eof(&mut source), Err(FrameError::Truncated { have: 9 })));
    let error = &printed(&stream)[1]["error"];
    assert_eq!(
        (error["kind"].as_str(), error["offset"].as_u64(), error["bytes"].as_str()),
        (Some("frame_truncated"), Some(12), Some("000000040000000500"))
    );
}

#[test]
fn message_too_short_names_the_first_field_that_is_not_whole() {
    let (number, body) = query();
    for length in 0..body.len() {
        let (kind, message, field, offset) = refused(number, &body[..length], version(24));
        let expected = ["InvokeID", "PeripheralID", "MRDID", "ICMAgentID"][length / 4];
        assert_eq!(
            (kind, message, field, offset),
            (DecodeErrorKind::MessageTooShort, "QUERY_AGENT_STATE_REQ", expected, 8 + length / 4 * 4)
        );
    }
}

#[test]
fn a_fixed_part_is_as_long_as_the_session_s_version_says() {
    // OPEN_CONF grew by DepartmentID at 19 and SessionType at 24.
    let (number, mut body) = body_of(ctibridge::protocol::message::OpenConf::default(), version(18));
    body.truncate(26); // the fixed part
    assert_eq!(tolerated(number, &body, version(18)), (None, Skipped::default()));
    assert_eq!(refused(number, &body, version(19)), (DecodeErrorKind::MessageTooShort, "OPEN_CONF", "DepartmentID", 8 + body.len()));
}

#[test]
fn field_past_end_names_the_field_whose_length_lies() {
    let (number, body) = query();
    for length in [1u16, 2, 0xffff] {
        let body = [&with_field(&body, 4, b"3001\0")[..], &5u16.to_be_bytes(), &length.to_be_bytes()].concat();
        assert_eq!(refused(number, &body, version(24)), (DecodeErrorKind::FieldPastEnd, "QUERY_AGENT_STATE_REQ", "AgentID", 8 + 16 + 9));
    }
    let foreign = [&body[..], &[0x7f, 0xff, 0, 1]].concat();
    assert_eq!(refused(number, &foreign, version(24)), (DecodeErrorKind::FieldPastEnd, "QUERY_AGENT_STATE_REQ", "", 8 + 16));
}

#[test]
fn bad_field_header_refuses_a_typed_message_and_stays_as_rest_in_the_generic_view() {
    let (number, body) = query();
    for left in 1..4 {
        let body = [&body[..], &[0, 5, 0][..left]].concat();
        let frame = frame(number, &body);
        let error = Message::decode(&frame, &mut Context::new(version(24))).unwrap_err();
        assert_eq!((error.kind, error.field, error.offset), (DecodeErrorKind::BadFieldHeader, "", 8 + 16));
        let generic = GenericMessage::decode(number, &body, version(24)).unwrap();
        assert_eq!(named(generic.first_defect()), Some((DecodeErrorKind::BadFieldHeader, "", 8 + 16)));
        assert_eq!(generic.rest().len(), left);
    }
}

#[test]
fn an_unknown_message_is_kept_and_counted() {
    let (defect, skipped) = tolerated(999, &[1, 2, 3], version(24));
    assert_eq!((defect, skipped), (None, Skipped { unknown_messages: 1, ..Default::default() }));
}

#[test]
fn an_unknown_tag_is_skipped_counted_and_kept_by_the_generic_view() {
    let (number, body) = query();
    let body = with_field(&body, 0x7fff, b"?");
    assert_eq!(tolerated(number, &body, version(24)), (None, Skipped { unknown_tags: 1, ..Default::default() }));
    let generic = GenericMessage::decode(number, &body, version(24)).unwrap();
    let field = generic.floating().next().unwrap();
    assert_eq!((field.tag, field.spec, field.data, field.offset), (0x7fff, None, &b"?"[..], 16));
}

#[test]
fn bad_value_skips_the_field_alone() {
    let (number, body) = body_of(CallDeliveredEvent::default(), version(24));
    let at = body.len();
    // A UINT of three bytes, a variable without the zero that ends its name, and a good field behind them.
    let body = with_field(&with_field(&with_field(&body, 121, &[0, 0, 7]), 82, b"user.x"), 8, b"2006\0");
    let (defect, skipped) = tolerated(number, &body, version(24));
    assert_eq!(named(defect), Some((DecodeErrorKind::BadValue, "TrunkNumber", 8 + at)));
    assert_eq!(skipped, Skipped { bad_values: 2, ..Default::default() });
    let frame = frame(number, &body);
    let Message::CallDeliveredEvent(event) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
    assert_eq!((event.trunk_number, event.named_variables.len(), event.ani.as_deref()), (None, 0, Some("2006")));
}

#[test]
fn bad_value_of_packed_values_keeps_the_whole_ones() {
    use ctibridge::protocol::values::AgentServiceType;
    let services = vec![AgentServiceType(1), AgentServiceType(2)].into();
    let (number, body) =
        body_of(ctibridge::protocol::message::SnapshotCallConf { flt_enabled_services: services, ..Default::default() }, version(24));
    let at = body.windows(4).position(|window| window == [1, 53, 0, 4]).unwrap();
    let body = [&body[..at + 3], &[5], &body[at + 4..at + 8], &[0], &body[at + 8..]].concat();
    let (defect, skipped) = tolerated(number, &body, version(24));
    assert_eq!(named(defect), Some((DecodeErrorKind::BadValue, "FltEnabledServices", 8 + at)));
    assert_eq!(skipped.bad_values, 1);
    let frame = frame(number, &body);
    let Message::SnapshotCallConf(conf) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
    assert_eq!(conf.flt_enabled_services.len(), 2);
}

#[test]
fn duplicate_field_the_first_counts() {
    let (number, body) = query();
    let body = with_field(&with_field(&body, 5, b"1001\0"), 5, b"1002\0");
    let (defect, skipped) = tolerated(number, &body, version(24));
    assert_eq!(named(defect), Some((DecodeErrorKind::DuplicateField, "AgentID", 8 + 16 + 9)));
    assert_eq!(skipped, Skipped { duplicate_fields: 1, ..Default::default() });
    let frame = frame(number, &body);
    let Message::QueryAgentStateReq(request) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
    assert_eq!(request.agent_id.as_deref(), Some("1001"));
}

/// LIST_AGENT_TEAM_CONF with so many teams, whose counter says so.
fn teams(announced: u16, have: u32) -> (u32, Vec<u8>) {
    let (number, mut body) = body_of(ListAgentTeamConf { team_ids: (0..have).collect(), ..Default::default() }, version(24));
    body[4..6].copy_from_slice(&announced.to_be_bytes());
    (number, body)
}

#[test]
fn list_mismatch_the_list_counts_whether_it_is_longer_or_shorter_than_its_counter() {
    for (announced, have) in [(3, 2), (2, 3), (0, 1), (0xffff, 0)] {
        let (number, body) = teams(announced, have);
        let (defect, skipped) = tolerated(number, &body, version(24));
        assert_eq!(named(defect), Some((DecodeErrorKind::ListMismatch, "NumberOfAgentTeams", 8 + 4)), "{announced} for {have}");
        assert_eq!(skipped, Skipped::default());
        let frame = frame(number, &body);
        let Message::ListAgentTeamConf(conf) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
        assert!(conf.team_ids.iter().eq(0..have));
    }
}

#[test]
fn list_mismatch_of_a_floating_counter_is_named_where_it_stands() {
    use ctibridge::protocol::message::{OpenConf, OpenedPeripheral};
    let peripherals = vec![OpenedPeripheral { flt_peripheral_id: Some(5000), multiline_agent_control: None }].into();
    let (number, body) = body_of(OpenConf { peripherals, ..Default::default() }, version(24));
    let at = body.windows(6).position(|window| window == [0, 228, 0, 2, 0, 1]).unwrap();
    let lying = [&body[..at + 5], &[9], &body[at + 6..]].concat();
    assert_eq!(named(tolerated(number, &lying, version(24)).0), Some((DecodeErrorKind::ListMismatch, "NumPeripherals", 8 + at)));
}

#[test]
fn limit_exceeded_every_printed_list_length_has_its_place() {
    let version = version(24);
    let party = |id| ConnectedParty { connected_party_call_id: Some(id), ..Default::default() };
    let conferenced = |count| CallConferencedEvent {
        primary_device_id: Some("1".into()),
        secondary_device_id: Some("2".into()),
        connected_parties: (0..count).map(party).collect(),
        ..Default::default()
    };
    let group = |number| ctibridge::protocol::message::FltSkillGroup { flt_skill_group_number: Some(number), ..Default::default() };
    let state = |count| AgentStateEvent { flt_skill_groups: (0..count).map(group).collect(), ..Default::default() };
    let client = |_| ctibridge::protocol::message::CtiClient { cti_client_signature: Some("x".into()), ..Default::default() };
    let update = |count: u32| ctibridge::protocol::message::CallDataUpdateEvent {
        cti_clients: (0..count).map(client).collect(),
        ..Default::default()
    };
    let device = |id| ctibridge::protocol::message::CallDevice { call_connection_call_id: Some(id), ..Default::default() };
    let snapshot =
        |count| ctibridge::protocol::message::SnapshotCallConf { call_devices: (0..count).map(device).collect(), ..Default::default() };
    let call = |id| ctibridge::protocol::message::DeviceCall { call_connection_call_id: Some(id), ..Default::default() };
    let calls = |count| ctibridge::protocol::message::SnapshotDeviceConf { calls: (0..count).map(call).collect(), ..Default::default() };
    let queued = |number| ctibridge::protocol::message::QueuedSkillGroup { skill_group_number: Some(number), ..Default::default() };
    let queue =
        |count| ctibridge::protocol::message::CallQueuedEvent { skill_groups: (0..count).map(queued).collect(), ..Default::default() };
    let wanted = |number| ctibridge::protocol::message::RequestedSkillGroup { skill_group_number: Some(number), ..Default::default() };
    let set =
        |count| ctibridge::protocol::message::SetAgentStateReq { skill_groups: (0..count).map(wanted).collect(), ..Default::default() };
    let line = |handle| ctibridge::protocol::message::DeviceLine { line_handle: Some(handle), ..Default::default() };
    let lines = |count| ctibridge::protocol::message::QueryDeviceInfoConf { lines: (0..count).map(line).collect(), ..Default::default() };
    let member = |_| ctibridge::protocol::message::TeamMember { atc_agent_id: Some("1".into()), ..Default::default() };
    let team =
        |count: u32| ctibridge::protocol::message::AgentTeamConfigEvent { members: (0..count).map(member).collect(), ..Default::default() };
    let list = |count: u32| ListAgentTeamConf { team_ids: (0..count).collect(), ..Default::default() };
    let cases: [(&str, [Message<'static>; 2]); 10] = [
        ("NumParties", [conferenced(16).into(), conferenced(17).into()]),
        ("NumFltSkillGroups", [state(99).into(), state(100).into()]),
        ("NumCTIClients", [update(16).into(), update(17).into()]),
        ("NumCallDevices", [snapshot(16).into(), snapshot(17).into()]),
        ("NumCalls", [calls(16).into(), calls(17).into()]),
        ("NumSkillGroups", [queue(20).into(), queue(21).into()]),
        ("NumSkillGroups", [set(10).into(), set(11).into()]),
        ("NumLines", [lines(10).into(), lines(11).into()]),
        ("NumberOfAgents", [team(64).into(), team(65).into()]),
        ("NumberOfAgentTeams", [list(64).into(), list(65).into()]),
    ];
    for (counter, [largest, larger]) in cases {
        let (number, body) = body_of(largest, version);
        assert_eq!(tolerated(number, &body, version), (None, Skipped::default()), "{counter}");
        let (number, body) = body_of(larger, version);
        let (defect, skipped) = tolerated(number, &body, version);
        assert_eq!(named(defect).map(|(kind, field, _)| (kind, field)), Some((DecodeErrorKind::LimitExceeded, counter)));
        assert_eq!(skipped, Skipped::default(), "a longer list is taken as it is");
    }
}

#[test]
fn limit_exceeded_a_field_larger_than_printed_is_taken_whole() {
    let (number, body) = body_of(BeginCallEvent { connection_device_id: Some("1".into()), ..Default::default() }, version(24));
    let at = body.len();
    let long = [&[b'x'; 41][..], b"\0"].concat();
    let body = with_field(&body, 13, &long);
    let (defect, skipped) = tolerated(number, &body, version(24));
    assert_eq!((named(defect), skipped), (Some((DecodeErrorKind::LimitExceeded, "CallVariable1", 8 + at)), Skipped::default()));
    let frame = frame(number, &body);
    let Message::BeginCallEvent(event) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
    assert_eq!(event.call_variable1.map(|text| text.len()), Some(41));
}

#[test]
fn limit_exceeded_ecc_names_values_and_all_of_them_together() {
    let defect = |named_variables: Vec<NamedVariable<'static>>| {
        let (number, body) = body_of(RegisterVariablesReq { named_variables: named_variables.into(), ..Default::default() }, version(24));
        named(tolerated(number, &body, version(24)).0)
    };
    let variable = |name: usize, value: usize| NamedVariable { name: "n".repeat(name).into(), value: "v".repeat(value).into() };
    // With their zeros, names have at most 33 bytes, values 211, one variable 251 and all together 2000.
    assert_eq!(defect(vec![variable(32, 210)]), None);
    assert_eq!(defect(vec![variable(33, 1)]), Some((DecodeErrorKind::LimitExceeded, "NamedVariable", 8 + 10)));
    assert_eq!(defect(vec![variable(1, 211)]), Some((DecodeErrorKind::LimitExceeded, "NamedVariable", 8 + 10)));
    let nearly = || (0..10).map(|_| variable(8, 190)).collect::<Vec<_>>(); // ten times 200 bytes
    assert_eq!(defect(nearly()), None);
    let too_much = [nearly(), vec![variable(1, 1)]].concat();
    assert_eq!(defect(too_much), Some((DecodeErrorKind::LimitExceeded, "NamedVariable", 8 + 10 + 10 * 204)));
}

#[test]
fn field_widths_follow_the_version_and_are_never_guessed() {
    let request = || QueryAgentStateReq { agent_id: Some("1001".into()), ..Default::default() };
    let (number, narrow) = body_of(request(), version(19));
    let (_, wide) = body_of(request(), version(20));
    assert_eq!((narrow.len(), wide.len()), (16 + 7, 16 + 9));
    assert_eq!(tolerated(number, &narrow, version(19)), (None, Skipped::default()));
    assert_eq!(tolerated(number, &wide, version(20)), (None, Skipped::default()));
    // 05 05 '1' '0' is tag 1285 with a length of 12592; 00 05 00 05 31 … is tag 0 with five bytes, and so on.
    assert_eq!(refused(number, &narrow, version(20)), (DecodeErrorKind::FieldPastEnd, "QUERY_AGENT_STATE_REQ", "", 8 + 16));
    assert!(
        GenericMessage::decode(number, &wide, version(19)).map_or(true, |message| message.floating().all(|field| field.spec.is_none()))
    );
}

#[test]
fn an_entry_begins_where_the_documented_order_begins_anew() {
    let version = version(15);
    let hex = include_str!("../fixtures/protocol/fuzz-joined-entries.v15.hex");
    let (mut reader, mut bytes) = (ctibridge::capture::hex::HexText::default(), Vec::new());
    reader.read(hex.as_bytes(), &mut bytes).unwrap();
    let read = frame(17, &bytes[HEADER_LEN..]);
    let mut context = Context::new(version);
    let Message::CallConferencedEvent(event) = Message::decode(&read, &mut context).unwrap() else { panic!() };
    let parties = |event: &CallConferencedEvent<'_>| -> Vec<_> {
        let entry = |party: ConnectedParty<'_>| {
            (
                party.connected_party_call_id,
                party.connected_party_device_id_type.map(|kind| kind.0),
                party.connected_party_device_id.map(|id| id.to_string()),
            )
        };
        event.connected_parties.iter().map(entry).collect()
    };
    let expected = [(None, None, Some("a".to_owned())), (None, Some(0), Some("b".to_owned())), (Some(9), None, None)];
    assert_eq!(parties(&event), expected);
    // The entries keep their borders when they are written and read again.
    let bytes = Message::from(event).to_bytes(version).unwrap();
    let again = frame(17, &bytes[HEADER_LEN..]);
    let Message::CallConferencedEvent(event) = Message::decode(&again, &mut context).unwrap() else { panic!() };
    assert_eq!((parties(&event), context.skipped), (expected.to_vec(), Skipped::default()));
    assert_eq!(Message::from(event).to_bytes(version).unwrap(), bytes);
}

#[test]
fn entries_that_would_be_read_as_one_are_not_written() {
    let call = || ConnectedParty { connected_party_call_id: Some(9), ..Default::default() };
    let device = || ConnectedParty { connected_party_device_id: Some("a".into()), ..Default::default() };
    let refusal = |parties: Vec<ConnectedParty<'static>>| {
        Message::from(CallConferencedEvent { connected_parties: parties.into(), ..Default::default() }).to_bytes(version(24)).err()
    };
    let join = |field| Some(EncodeError::EntriesJoin { message: "CALL_CONFERENCED_EVENT", field });
    assert_eq!(refusal(vec![call(), device()]), join("ConnectedPartyDeviceID"));
    assert_eq!(refusal(vec![device(), ConnectedParty::default()]), join("ConnectedPartyCallID"));
    assert_eq!(refusal(vec![device(), call(), call(), device()].split_off(1).into_iter().take(2).collect()), None);
    assert_eq!(refusal(vec![device(), device(), call()]), None);
}

#[test]
fn text_is_cut_at_its_zero_and_never_outgrows_its_message() {
    let (number, body) = query();
    let text = |data: &[u8]| {
        let body = with_field(&body, 5, data);
        let frame = frame(number, &body);
        let mut context = Context::new(version(24));
        let Message::QueryAgentStateReq(request) = Message::decode(&frame, &mut context).unwrap() else { panic!() };
        assert_eq!(context.skipped, Skipped::default());
        (request.agent_id.unwrap().to_string(), body.len())
    };
    assert_eq!(text(b"").0, "");
    assert_eq!(text(b"1001").0, "1001");
    assert_eq!(text(b"10\x0001\0").0, "10");
    assert_eq!(text(b"M\xfcller\0").0, "M\u{fffd}ller");
    let (long, room) = text(&[0xff; 200]);
    assert!(long.len() <= room && long.len() > room - 3 && long.chars().all(|character| character == '\u{fffd}'));
}

#[test]
fn both_layouts_of_failure_conf_keep_all_that_they_hold() {
    let plain = FailureConf { invoke_id: 9, status: StatusCode::CTI_SERVER_OFFLINE, text: Some("gone".into()), ..Default::default() };
    let split = FailureConf { peripheral_error_code: Some(0x0102_0304), ..plain.clone() };
    for failure in [plain.clone(), split.clone()] {
        for version in (9..=25).map(version) {
            let bytes = Message::from(failure.clone()).to_bytes(version).unwrap();
            let frame = frame(1, &bytes[HEADER_LEN..]);
            let mut context = Context::new(version);
            assert_eq!(Message::decode(&frame, &mut context), Ok(failure.clone().into()));
            assert_eq!(context.skipped, Skipped::default());
        }
    }
    // What would be read as the other layout is not written.
    let status = |failure: FailureConf<'static>, status| {
        Message::from(FailureConf { status: StatusCode(status), ..failure }).to_bytes(version(24)).err()
    };
    assert_eq!(status(split.clone(), 0), Some(EncodeError::FailureStatus { status: 0 }));
    assert_eq!(status(split, 0x1_0000), Some(EncodeError::FailureStatus { status: 0x1_0000 }));
    assert_eq!(status(plain.clone(), 0x1_0000), Some(EncodeError::FailureStatus { status: 0x1_0000 }));
    assert_eq!(status(FailureConf { text: None, ..plain }, 0x1_0000), None);
}

#[test]
fn a_variable_that_is_not_utf8_is_read_as_far_as_it_is() {
    let request = SetCallDataReq { connection_device_id: Some("1".into()), ..Default::default() };
    let (number, body) = body_of(request, version(24));
    let body = with_field(&body, 82, b"user.x\0M\xfcller\0");
    let frame = frame(number, &body);
    let Message::SetCallDataReq(request) = Message::decode(&frame, &mut Context::new(version(24))).unwrap() else { panic!() };
    let variable = request.named_variables.first().unwrap();
    assert_eq!((&*variable.name, &*variable.value), ("user.x", "M\u{fffd}ller"));
}
