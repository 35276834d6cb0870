//! What a server may refuse about a message of its client, and with which status.
//!
//! A client tolerates: it skips what it does not know and counts it ([`Context`](super::Context)). A server may be strict;
//! then each mistake has its status code (chapter "Constants and Status Codes", and what its meanings imply). Only what one
//! message shows by itself is checked here: whether a session is open, a service granted, a variable configured or a
//! device real is for the server to know.

use super::error::DecodeErrorKind;
use super::frame::RawFrame;
use super::generic::{GenericField, GenericFixed, GenericMessage, Value};
use super::limits;
use super::masks;
use super::message::OpenReq;
use super::schema::{Arity, FloatingItem, FloatingSpec, MessageSpec, Sender, ValueTable, WireType};
use super::tag::tag_of;
use super::values::{self, StatusCode};
use super::version::ProtocolVersion;
use super::wire::NamedVariable;

/// How much a server puts up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// As servers in the field do: malformed messages and missing required fields are refused, all else is taken as it
    /// comes. Unknown bits in masks are for the caller to drop and to count.
    #[default]
    Field,
    /// Every mistake that has a status is answered with it.
    Strict,
}

/// Why a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What `FAILURE_CONF` says.
    pub status: StatusCode,
    /// The field at fault; empty where none can be named.
    pub field: &'static str,
}

/// Checks a frame that a client of a session in `version` has sent.
///
/// In the order of the checks: message type unknown or too new 48, a server's message 25; malformed 25; then, under
/// [`Profile::Strict`], field by field: unknown tag 3, tag of another message 26, tag of another version 49, wrong width or
/// too long 23, ECC value too long 74, a field twice or a string without its zero 25, a value that its table does not have
/// (its own status), reserved fields not zero 22, unknown mask bits 19, 20, 21, 95, text where digits belong 24, an index
/// that no array has 61, too much ECC data 73, counters that lie 77, 78, 39, else 25, an array as a scalar 75, a
/// scalar as an array 76; at last required fields missing 6, in both profiles.
///
/// # Errors
/// The first [`Refusal`] in that order.
pub fn client_frame(frame: &RawFrame, version: ProtocolVersion, profile: Profile) -> Result<(), Refusal> {
    const BAD_FORMAT: Refusal = refusal(StatusCode::BAD_MESSAGE_FORMAT, "");
    let is_strict = profile == Profile::Strict;
    let spec = match super::spec_of(frame.number) {
        Some(spec) if version.has(spec.since, 0) || !is_strict => spec,
        _ => return Err(refusal(StatusCode::INVALID_MSG_TYPE_FOR_VERSION, "")),
    };
    if spec.from == Sender::Server {
        return Err(BAD_FORMAT); // inferred: no status says "not yours to send"
    }
    let message =
        GenericMessage::decode(frame.number, &frame.body, version).map_err(|error| refusal(StatusCode::BAD_MESSAGE_FORMAT, error.field))?;
    if !message.rest().is_empty() && !spec.has_no_fields() {
        return Err(BAD_FORMAT);
    }
    if is_strict {
        message.fixed().try_for_each(|field| fixed_field(&field, version))?;
        message.floating().try_for_each(|field| floating_field(&field, version))?;
        lists(&message)?;
        kinds(&message)?;
    }
    required(spec, &message)?;
    if frame.number == OpenReq::NUMBER { open_request(&message) } else { Ok(()) }
}

const fn refusal(status: StatusCode, field: &'static str) -> Refusal {
    Refusal { status, field }
}

fn fixed_field(field: &GenericFixed<'_>, version: ProtocolVersion) -> Result<(), Refusal> {
    let name = field.spec.name;
    if name.starts_with("Reserved") && field.data.iter().any(|byte| *byte != 0) {
        return Err(refusal(StatusCode::INVALID_RESERVED_FIELD, name));
    }
    known_value(name, field.spec.wire, field.spec.values, field.data, version)
}

fn floating_field(field: &GenericField<'_>, version: ProtocolVersion) -> Result<(), Refusal> {
    let Some(spec) = field.spec else {
        return Err(match tag_of(field.tag) {
            None => refusal(StatusCode::INVALID_FIELD_TAG, ""),
            Some(tag) if !version.has(tag.since, tag.until) => refusal(StatusCode::INVALID_TAG_FOR_VERSION, tag.field),
            Some(tag) => refusal(StatusCode::INVALID_TAG_FOR_MSG_TYPE, tag.field),
        });
    };
    if !version.has(spec.since, spec.until) {
        return Err(refusal(StatusCode::INVALID_TAG_FOR_VERSION, spec.name));
    }
    let data = field.data;
    match spec.wire {
        WireType::String => {
            if data.len() > usize::from(spec.max) && spec.max > 0 {
                return Err(refusal(StatusCode::INVALID_FIELD_LENGTH, spec.name));
            }
            // Inferred: the reference defines no status for a string without its zero byte or with one inside.
            if data.iter().position(|byte| *byte == 0) != data.len().checked_sub(1) {
                return Err(refusal(StatusCode::BAD_MESSAGE_FORMAT, spec.name));
            }
            digits(spec.name, data)
        }
        WireType::NamedVariable => named(spec.name, data),
        WireType::NamedArray => {
            named(spec.name, data.get(1..).unwrap_or_default())?;
            // An array has at most 255 elements (inferred from the type of the index).
            if data.first() == Some(&u8::MAX) { Err(refusal(StatusCode::INVALID_ARRAY_INDEX, spec.name)) } else { Ok(()) }
        }
        WireType::Unspec if spec.max > 0 && data.len() > usize::from(spec.max) => Err(refusal(StatusCode::INVALID_FIELD_LENGTH, spec.name)),
        WireType::Unspec => Ok(()),
        wire => {
            let width = wire.width().unwrap_or(1);
            let fits = if spec.arity == Arity::Packed { data.len().is_multiple_of(width) } else { data.len() == width };
            if !fits {
                return Err(refusal(StatusCode::INVALID_FIELD_LENGTH, spec.name));
            }
            data.chunks_exact(width).try_for_each(|value| known_value(spec.name, wire, spec.values, value, version))
        }
    }
}

/// Which strings must be digits is not printed; these two are inferred from their use.
fn digits(field: &'static str, data: &[u8]) -> Result<(), Refusal> {
    let is_digit: fn(&u8) -> bool = match field {
        "DTMFString" => |byte| matches!(byte, b'0'..=b'9' | b'*' | b'#' | b'A'..=b'D' | b'a'..=b'd'),
        "DialedNumber" => |byte| matches!(byte, b'0'..=b'9' | b'*' | b'#' | b'+' | b',' | b'A'..=b'D' | b'a'..=b'd'),
        _ => return Ok(()),
    };
    let is_clean = data.iter().take_while(|byte| **byte != 0).all(is_digit);
    if is_clean { Ok(()) } else { Err(refusal(StatusCode::INVALID_DIGITS, field)) }
}

fn named(field: &'static str, data: &[u8]) -> Result<(), Refusal> {
    let Some((name, value)) = NamedVariable::split(data) else {
        return Err(refusal(StatusCode::BAD_MESSAGE_FORMAT, field));
    };
    if value.iter().position(|byte| *byte == 0) != value.len().checked_sub(1) {
        return Err(refusal(StatusCode::BAD_MESSAGE_FORMAT, field));
    }
    if name.is_empty() || name.len() + 1 > limits::VARIABLE_NAME {
        return Err(refusal(StatusCode::INVALID_FIELD_LENGTH, field));
    }
    if value.len() > limits::VARIABLE_VALUE {
        return Err(refusal(StatusCode::VALUE_TOO_LONG, field));
    }
    Ok(())
}

/// Values that their table does not have. All ones is the NULL value of every number, not of a mask; zero as "not given" is
/// inferred (recorded clients and servers send it where the tables begin at 1).
fn known_value(
    field: &'static str,
    wire: WireType,
    table: Option<&'static ValueTable>,
    data: &[u8],
    version: ProtocolVersion,
) -> Result<(), Refusal> {
    let Some(Value::Number(number)) = Value::read(wire, data, data.len()) else {
        let is_boolean = wire != WireType::Bool || matches!(data, [0, 0 | 1]);
        return if is_boolean { Ok(()) } else { Err(refusal(StatusCode::BAD_MESSAGE_FORMAT, field)) };
    };
    let (Some(table), Ok(number)) = (table, u32::try_from(number)) else { return Ok(()) };
    let Some(status) = status_of(table) else { return Ok(()) };
    let is_known = if table.is_mask {
        let named = table.values.iter().fold(0, |known, (bit, _)| known | bit);
        number & (!named | newer_bits(table, version)) == 0
    } else {
        table.name_of(number).is_some() || number == 0 || data.iter().all(|byte| *byte == 0xff)
    };
    if is_known { Ok(()) } else { Err(refusal(status, field)) }
}

/// Bits of the masks of `OPEN_REQ` that only versions after this one have.
fn newer_bits(table: &'static ValueTable, version: ProtocolVersion) -> u32 {
    let since: &[(u8, u32)] = match table {
        table if table == masks::ServiceMask::TABLE => &[
            (10, 0x1c_a000), // AGENT_STATE_CONTROL_ONLY, DEVICE_STATE_CONTROL, CONFIG_EVENTS, UPDATE_EVENTS, IGNORE_DUPLICATE_AGENT_EVENTS
            (14, masks::ServiceMask::IGNORE_CONF.bits() | masks::ServiceMask::ACD_LINE_ONLY.bits()),
            (24, masks::ServiceMask::ACTIVE_STANDBY.bits()),
        ],
        table if table == masks::CallMsgMask::TABLE => &[
            (15, masks::CallMsgMask::CALL_AGENT_GREETING.bits()),
            (23, 0xf000_0000), // the four of network recording
        ],
        table if table == masks::ConfigMsgMask::TABLE => &[
            (20, masks::ConfigMsgMask::MEDIA_ROUTING_DOMAIN.bits()),
            (22, masks::ConfigMsgMask::PERIPHERAL.bits() | masks::ConfigMsgMask::AGENT_DESK_SETTINGS.bits()),
            (24, masks::ConfigMsgMask::AGENT_SERVICES.bits()),
        ],
        _ => &[],
    };
    since.iter().filter(|(since, _)| !version.has(*since, 0)).fold(0, |newer, (_, bits)| newer | bits)
}

/// The status for a value that `table` does not have; `None` where the reference has none for this table.
pub fn status_of(table: &'static ValueTable) -> Option<StatusCode> {
    let statuses: &[(&'static ValueTable, StatusCode)] = &[
        (masks::ServiceMask::TABLE, StatusCode::INVALID_SERVICE_MASK),
        (masks::CallMsgMask::TABLE, StatusCode::INVALID_CALL_MSG_MASK),
        (masks::AgentStateMask::TABLE, StatusCode::INVALID_AGENT_STATE_MASK),
        (masks::ConfigMsgMask::TABLE, StatusCode::E_INVALID_CONFIG_MSG_MASK),
        (masks::CallVariableMask::TABLE, StatusCode::INVALID_CALL_VARIABLE_MASK),
        (values::DeviceIdType::TABLE, StatusCode::INVALID_DEVICE_ID_TYPE),
        (values::ConnectionDeviceIdType::TABLE, StatusCode::INVALID_CONNECTION_ID_TYPE),
        (values::CallType::TABLE, StatusCode::INVALID_CALL_TYPE),
        (values::AllocationState::TABLE, StatusCode::INVALID_ALLOCATION_STATE),
        (values::AnsweringMachine::TABLE, StatusCode::INVALID_ANSWERING_MACHINE),
        (values::CallMannerType::TABLE, StatusCode::INVALID_CALL_MANNER_TYPE),
        (values::CallPlacementType::TABLE, StatusCode::INVALID_CALL_PLACEMENT_TYPE),
        (values::ConsultType::TABLE, StatusCode::INVALID_CONSULT_TYPE),
        (values::FacilityType::TABLE, StatusCode::INVALID_FACILITY_TYPE),
        (values::AgentWorkMode::TABLE, StatusCode::INVALID_AGENT_WORK_MODE),
        (values::CallOption::TABLE, StatusCode::INVALID_CALL_OPTION),
        (values::DestinationCountry::TABLE, StatusCode::INVALID_DESTINATION_COUNTRY),
        (values::AnswerDetectMode::TABLE, StatusCode::INVALID_ANSWER_DETECT_MODE),
        (values::MessageDistribution::TABLE, StatusCode::INVALID_DISTRIBUTION_TYPE),
        (values::RtpDirection::TABLE, StatusCode::INVALID_RTP_DIRECTION),
        (values::RtpType::TABLE, StatusCode::INVALID_RTP_TYPE),
        (values::DispositionCode::TABLE, StatusCode::CALLED_PARTY_DISPOSITION),
        (values::SupervisoryAction::TABLE, StatusCode::INVALID_SUPERVISORY_ACTION),
    ];
    statuses.iter().find(|(known, _)| std::ptr::eq(*known, table) || *known == table).map(|(_, status)| *status)
}

/// What several fields say together.
fn lists(message: &GenericMessage<'_>) -> Result<(), Refusal> {
    if let Some(defect) = message.first_defect() {
        let spec = message.floating().find_map(|field| field.spec.filter(|spec| spec.name == defect.field));
        let is_named = spec.is_some_and(|spec| matches!(spec.wire, WireType::NamedVariable | WireType::NamedArray));
        let status = match (defect.kind, defect.field) {
            (DecodeErrorKind::LimitExceeded, _) if is_named => StatusCode::TOO_MUCH_DATA,
            (_, "NumNamedVariables") => StatusCode::INVALID_NUM_NAMED_VARIABLES,
            (_, "NumNamedArrays") => StatusCode::INVALID_NUM_NAMED_ARRAYS,
            (_, "NumSkillGroups") => StatusCode::INVALID_NUM_SKILL_GROUPS,
            _ => StatusCode::BAD_MESSAGE_FORMAT,
        };
        return Err(refusal(status, defect.field));
    }
    Ok(())
}

/// A variable is a scalar or an array: whichever it stands as first in the message, it must not stand as the other too.
/// What is configured is for the server to know.
fn kinds(message: &GenericMessage<'_>) -> Result<(), Refusal> {
    let named = || {
        message.floating().filter_map(|field| match field.spec.map(|spec| (spec.wire, spec.name)) {
            Some((WireType::NamedVariable, tag)) => Some((false, NamedVariable::split(field.data)?.0, tag)),
            Some((WireType::NamedArray, tag)) => Some((true, NamedVariable::split(field.data.get(1..)?)?.0, tag)),
            _ => None,
        })
    };
    for (at, (is_array, name, field)) in named().enumerate() {
        if named().take(at).any(|(was_array, known, _)| known == name && was_array != is_array) {
            let status = if is_array { StatusCode::ARRAY_FUNCTION_ON_SCALAR } else { StatusCode::SCALAR_FUNCTION_ON_ARRAY };
            return Err(refusal(status, field));
        }
    }
    Ok(())
}

/// Required fields stand outside of lists: a member of an entry is only missed where there is an entry.
fn required(spec: &'static MessageSpec, message: &GenericMessage<'_>) -> Result<(), Refusal> {
    let needed = spec.floating.iter().filter_map(|item| match item {
        FloatingItem::Field(field) if field.is_required && field.exists_in(message.version()) => Some(field),
        FloatingItem::Field(_) | FloatingItem::Group(_) => None,
    });
    let missing = |field: &&FloatingSpec| !message.floating().any(|present| present.tag == field.tag);
    match { needed }.find(missing) {
        Some(field) => Err(refusal(StatusCode::REQUIRED_DATA_MISSING, field.name)),
        None => Ok(()),
    }
}

/// Rules of `OPEN_REQ` that need nothing but the message: the shortest idle timeout, and who the agent of a Client Events
/// session is.
fn open_request(message: &GenericMessage<'_>) -> Result<(), Refusal> {
    const SHORTEST_IDLE_TIMEOUT: i64 = 20; // seconds
    const CLIENT_EVENTS: i64 = masks::ServiceMask::CLIENT_EVENTS.bits() as i64;
    if message.fixed_number("IdleTimeout").is_some_and(|seconds| seconds < SHORTEST_IDLE_TIMEOUT) {
        return Err(refusal(StatusCode::INVALID_TIMEOUT, "IdleTimeout"));
    }
    let services = message.fixed_number("ServicesRequested").unwrap_or(0);
    let names_agent = message.floating().any(|field| {
        matches!(field.spec.map(|spec| spec.name), Some("AgentExtension" | "AgentID" | "AgentInstrument")) || field.tag == AGENT_ID_LONG
    });
    if services & CLIENT_EVENTS != 0 && !names_agent {
        return Err(refusal(StatusCode::REQUIRED_DATA_MISSING, "AgentExtension"));
    }
    Ok(())
}

/// `AgentIDLong`, which the tag table allows in `OPEN_REQ` though the message's own table lacks it.
const AGENT_ID_LONG: u16 = 194;

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::protocol::message::{AnswerCallReq, MakeCallReq, OpenReq, SendDtmfSignalReq, SetAgentStateReq, SetCallDataReq};
    use crate::protocol::wire::{NamedVariable, Unspec};
    use crate::protocol::{Message, frame::HEADER_LEN};

    /// NULL_CALLTYPE: not to be changed.
    const NO_CALL_TYPE: values::CallType = values::CallType(0xffff);

    fn version(number: u32) -> ProtocolVersion {
        ProtocolVersion::new(number).unwrap()
    }

    fn frame(message: impl Into<Message<'static>>) -> RawFrame {
        let message = message.into();
        let bytes = message.to_bytes(version(24)).unwrap();
        RawFrame { number: message.number(), body: bytes.slice(HEADER_LEN..) }
    }

    fn with_field(frame: &RawFrame, tag: u16, data: &[u8]) -> RawFrame {
        let mut body = frame.body.to_vec();
        body.extend(tag.to_be_bytes());
        body.extend((data.len() as u16).to_be_bytes());
        body.extend(data);
        RawFrame { number: frame.number, body: body.into() }
    }

    fn with_fixed(frame: &RawFrame, at: usize, bytes: &[u8]) -> RawFrame {
        let mut body = frame.body.to_vec();
        body[at..at + bytes.len()].copy_from_slice(bytes);
        RawFrame { number: frame.number, body: body.into() }
    }

    fn open() -> RawFrame {
        frame(OpenReq {
            version_number: 24,
            idle_timeout: 20,
            client_id: Some("ctibridge".into()),
            client_password: Some(Unspec::default()),
            ..Default::default()
        })
    }

    fn answer() -> RawFrame {
        frame(AnswerCallReq { connection_device_id: Some("3001".into()), agent_instrument: Some("3001".into()), ..Default::default() })
    }

    fn call_data() -> RawFrame {
        frame(SetCallDataReq { call_type: NO_CALL_TYPE, connection_device_id: Some("3001".into()), ..Default::default() })
    }

    fn strict(frame: &RawFrame) -> u32 {
        client_frame(frame, version(24), Profile::Strict).map_or_else(|refusal| refusal.status.0, |()| 0)
    }

    fn field(frame: &RawFrame) -> u32 {
        client_frame(frame, version(24), Profile::Field).map_or_else(|refusal| refusal.status.0, |()| 0)
    }

    #[test]
    fn well_formed_messages_pass_both_profiles() {
        for frame in [open(), answer(), call_data()] {
            assert_eq!((field(&frame), strict(&frame)), (0, 0), "{frame:?}");
        }
    }

    #[test]
    fn every_mistake_has_its_status() {
        let variable = |name: &str, value: String| NamedVariable { name: name.to_owned().into(), value: value.into() };
        let too_much = SetCallDataReq {
            call_type: NO_CALL_TYPE,
            connection_device_id: Some("3001".into()),
            named_variables: (0..11).map(|at| variable(&format!("user.{at}"), "x".repeat(200))).collect(),
            ..Default::default()
        };
        let cases: &[(u32, u32, RawFrame)] = &[
            // (status under strict, status under field, message)
            (3, 0, with_field(&answer(), 999, b"x")),
            (26, 0, with_field(&answer(), 8, b"3001\0")),
            (49, 0, with_field(&answer(), 226, b"::1\0")),
            (23, 0, with_field(&call_data(), 13, &[b'x'; 42])),
            (22, 0, with_fixed(&open(), 32, &[0, 0, 0, 1])),
            (19, 0, with_fixed(&open(), 16, &[0, 0, 0x42, 0x10])),
            (95, 0, with_fixed(&open(), 28, &[0x80, 0, 0, 0])),
            (21, 0, with_fixed(&open(), 24, &[0x80, 0, 0, 0])),
            (39, 0, with_fixed(&frame(SetAgentStateReq { agent_instrument: Some("3001".into()), ..Default::default() }), 12, &[0, 1])),
            (33, 0, with_fixed(&answer(), 12, &[0, 9])),
            (25, 0, with_field(&call_data(), 13, b"no zero")),
            (25, 0, with_field(&answer(), 25, b"3002\0")),
            (
                24,
                0,
                frame(SendDtmfSignalReq {
                    connection_device_id: Some("3001".into()),
                    agent_instrument: Some("3001".into()),
                    dtmf_string: Some("12x".into()),
                    ..Default::default()
                }),
            ),
            (73, 0, frame(too_much)),
            (74, 0, with_field(&with_fixed(&call_data(), 14, &[0, 1]), 82, &[&b"user.x\0"[..], &[b'v'; 211], b"\0"].concat())),
            (61, 0, with_field(&with_fixed(&call_data(), 16, &[0, 1]), 83, b"\xffuser.x\0v\0")),
            (76, 0, with_field(&with_field(&with_fixed(&call_data(), 14, &[0, 1, 0, 1]), 82, b"user.x\0v\0"), 83, b"\x01user.x\0v\0")),
            (75, 0, with_field(&with_field(&with_fixed(&call_data(), 14, &[0, 1, 0, 1]), 83, b"\x01user.x\0v\0"), 82, b"user.x\0v\0")),
            (77, 0, with_fixed(&call_data(), 14, &[0, 1])),
            (78, 0, with_fixed(&call_data(), 16, &[0, 1])),
            (6, 6, frame(AnswerCallReq::default())),
            (25, 25, RawFrame { number: 36, body: Bytes::from_static(&[0, 0]) }),
            (25, 25, with_field(&RawFrame { number: 5, body: Bytes::from_static(&[0, 0, 0, 1, 0, 5, 0, 9]) }, 0, b"")),
            (48, 48, RawFrame { number: 9999, body: Bytes::new() }),
            (25, 25, frame(crate::protocol::message::HeartbeatConf::default())),
            (18, 18, with_fixed(&open(), 8, &[0, 0, 0, 19])),
            (6, 6, with_fixed(&open(), 16, &[0, 0, 0, 1])),
        ];
        for (strict_status, field_status, frame) in cases {
            assert_eq!((strict(frame), field(frame)), (*strict_status, *field_status), "{frame:?}");
        }
    }

    #[test]
    fn bits_that_the_session_s_version_does_not_have_are_refused_by_strict_servers() {
        let open = |number: u8, services: masks::ServiceMask, calls: masks::CallMsgMask, config: masks::ConfigMsgMask| {
            let message = Message::from(OpenReq {
                version_number: number.into(),
                idle_timeout: 20,
                services_requested: services,
                call_msg_mask: calls,
                config_msg_mask: config,
                client_id: Some("ctibridge".into()),
                client_password: Some(Unspec::default()),
                ..Default::default()
            });
            let bytes = message.to_bytes(version(number.into())).unwrap();
            let frame = RawFrame { number: 3, body: bytes.slice(HEADER_LEN..) };
            client_frame(&frame, version(number.into()), Profile::Strict).map_or_else(|refusal| refusal.status.0, |()| 0)
        };
        let (services, calls, config) = (masks::ServiceMask::empty(), masks::CallMsgMask::empty(), masks::ConfigMsgMask::empty());
        for (since, bits) in [(14, masks::ServiceMask::IGNORE_CONF), (24, masks::ServiceMask::ACTIVE_STANDBY)] {
            assert_eq!((open(since - 1, bits, calls, config), open(since, bits, calls, config)), (19, 0));
        }
        for (since, bits) in [(15, masks::CallMsgMask::CALL_AGENT_GREETING), (23, masks::CallMsgMask::NETWORK_RECORDING_ENDED)] {
            assert_eq!((open(since - 1, services, bits, config), open(since, services, bits, config)), (20, 0));
        }
        for (since, bits) in [(20, masks::ConfigMsgMask::MEDIA_ROUTING_DOMAIN), (24, masks::ConfigMsgMask::AGENT_SERVICES)] {
            assert_eq!((open(since - 1, services, calls, bits), open(since, services, calls, bits)), (95, 0));
        }
    }

    #[test]
    fn a_message_newer_than_the_session_is_refused_by_strict_servers() {
        let stopping = RawFrame { number: 281, body: Bytes::new() };
        assert_eq!(client_frame(&stopping, version(23), Profile::Strict).map_err(|refusal| refusal.status.0), Err(48));
        assert_eq!(client_frame(&stopping, version(24), Profile::Strict), Ok(()));
    }

    #[test]
    fn a_required_field_of_a_make_call_is_missed() {
        let refusal = client_frame(&frame(MakeCallReq::default()), version(24), Profile::Field).unwrap_err();
        assert_eq!((refusal.status, refusal.field), (StatusCode::REQUIRED_DATA_MISSING, "AgentInstrument"));
    }
}
