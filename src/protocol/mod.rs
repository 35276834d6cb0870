//! The CTI Server protocol (GED-188): frames, messages, values.
//!
//! Cisco's CTI Server speaks it beside a Peripheral Gateway of Unified CCE; we are its client, and our simulator is its
//! server. This module is written to be read as a reference too: every message type of the public guides is declared once,
//! as data, with what its fields mean, and the declaration yields the struct, decoding, encoding and the
//! [`schema::MessageSpec`] that tests hold against the guides' tables. Nothing here opens a socket, reads a clock or knows
//! what a call is.
//!
//! # Where to find what
//!
//! | question | module |
//! | --- | --- |
//! | How are messages cut out of the byte stream? | [`frame`] |
//! | What does message X hold? | [`message`], one file for each subject |
//! | What do the numbers mean? | [`values`], [`masks`] |
//! | What is tag N? | [`tag`] |
//! | How large may it be? | [`limits`] |
//! | What changes with the version? | [`version`], and `since` in every declaration |
//! | Any message, unknown ones too, without losing a byte? | [`generic`] |
//! | What may a server refuse, and with which status? | [`check`] |
//! | What is wrong with these bytes? | [`error`] |
//! | Where does an entry of a list begin? | [`list`] |
//! | How is it made? | [`schema`], [`wire`], [`reader`], [`writer`] and the macros `message!`, `group!`, `wire_enum!`, `wire_mask!` |
//!
//! # On the wire
//!
//! A message is a header of eight bytes, a fixed part and, for many types, floating fields; nothing is aligned and all
//! numbers are big-endian. The header's MessageLength does not count the header itself. What the fixed part holds depends on
//! the type and, by `since`, on the session's version: it only ever grew. Behind it every floating field is tag, length and
//! data, up to the end of the message. Tag and length take one byte each up to protocol 19 and two from 20 on.
//!
//! A field of type STRING ends with a zero byte that its length counts; both ends are known to leave it out, so it is always
//! written and never demanded. Floating fields may stand in any order, but members of one list entry follow each other in
//! theirs, and a counter elsewhere says how many entries there are. Counters are never members of our structs: writing
//! derives them.
//!
//! The version asked for in `OPEN_REQ` holds for every message of the session, `OPEN_REQ` included.
//!
//! # An example with bytes
//!
//! ```
//! use bytes::BytesMut;
//! use ctibridge::protocol::wire::Context;
//! use ctibridge::protocol::{FrameCodec, Message, ProtocolVersion};
//! use tokio_util::codec::Decoder;
//!
//! // A recorded question for the state of agent 1, protocol 15.
//! let wire = [
//!     0, 0, 0, 20, 0, 0, 0, 36, // header: 20 bytes follow, message 36
//!     0, 0, 0, 2, // InvokeID
//!     0, 0, 0x13, 0x88, // PeripheralID 5000
//!     0, 0, 0, 1, // MRDID
//!     0, 0, 0, 0, // ICMAgentID
//!     5, 2, b'1', 0, // AgentID: tag 5, two bytes, "1" and its zero
//! ];
//! let version = ProtocolVersion::new(15).ok_or("protocol versions are 9 to 25")?;
//! let frame = FrameCodec::default().decode(&mut BytesMut::from(&wire[..]))?.ok_or("not a whole frame")?;
//! let mut context = Context::new(version);
//! let Message::QueryAgentStateReq(question) = Message::decode(&frame, &mut context)? else { return Err("another message".into()) };
//! assert_eq!(question.peripheral_id, 5000);
//! assert_eq!(question.agent_id.as_deref(), Some("1"));
//!
//! // Writing gives the same bytes, and from protocol 20 on two bytes each for tag and length.
//! let message = Message::from(question);
//! assert_eq!(message.to_bytes(version)?[..], wire[..]);
//! let newer = message.to_bytes(ProtocolVersion::MAX)?;
//! assert_eq!(newer[24..], [0, 5, 0, 2, b'1', 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Lists
//!
//! A field of the fixed or of the floating part counts the entries of a list. Entries are values of one field each, packed
//! values back to back in one field, or groups of fields: [`list`] has the rule where an entry of a group begins. Decoded
//! lists stay in the frame and are read when they are asked for.
//!
//! # What a reader puts up with
//!
//! A client lives with servers of other releases and with gaps in the public guides, so [`Message::decode`] goes on where it
//! can and counts in [`wire::Context::skipped`] what it passed over; [`GenericMessage::for_each_defect`] names each with
//! message, field and place. Every kind of damage has one rule, and one test in `tests/damage.rs`:
//!
//! | met | typed message | generic view, `decode` | strict server | word |
//! | --- | --- | --- | --- | --- |
//! | length above the maximum | the stream cannot be followed any more | passed over; in a capture the next frame is searched | connection ends | `frame_too_long` |
//! | stream ends inside a frame | error | reported with what there is | | `frame_truncated` |
//! | body shorter than the fixed part of the session's version | message refused | the same, its bytes shown | 25 | `message_too_short` |
//! | floating field reaches behind the end | message refused | the same, its bytes shown | 25 | `field_past_end` |
//! | bytes left that are too few for a field | message refused | kept as rest | 25 | `bad_field_header` |
//! | widths of another version | never guessed: read as what they are in this version | the same | as what they are read | |
//! | unknown message type | [`Message::Unknown`], counted | kept | 48 | |
//! | message newer than the session | decoded | decoded | 48 | |
//! | tag that nothing has, or only other messages | field skipped, counted | kept | 3, 26 | |
//! | field newer than the session, or removed before it | decoded | decoded | 49 | |
//! | data that is no value of its type (a UINT of three bytes) | field skipped, counted | kept | 23, 25 | `bad_value` |
//! | packed values with bytes left over | whole values taken, counted | kept | 23 | `bad_value` |
//! | single field a second time | the first counts, counted | kept | 25 | `duplicate_field` |
//! | member of an entry a second time, or out of order | begins the next entry | the same | | |
//! | counter larger or smaller than its list | the list counts | kept | 77, 78, 39, else 25 | `list_mismatch` |
//! | list longer than printed (10, 16, 20, 40, 64, 99, 100) | taken whole | kept | 39, else 25 | `limit_exceeded` |
//! | field larger than printed; ECC name, value, all of them | taken whole | kept | 23; 23, 74, 73 | `limit_exceeded` |
//! | text without its zero | taken | kept, shown with its bytes | 25 | |
//! | text with bytes behind its zero | cut at the zero | the same | 25 | |
//! | text that is not UTF-8 | replacement characters, as many as fit into the size of the message | the same | | |
//! | text of length 0 | empty | the same | | |
//! | BOOL that is neither 0 nor 1 | true | the same | 25 | |
//! | required field missing | `None` | | 6, in both profiles | |
//! | a message without a printed layout that has a body | accepted | kept as rest | | |
//!
//! # Memory
//!
//! No input makes a decoder allocate more than it has itself: typed lists and the generic view borrow the frame, a header is
//! believed only up to the maximum, and text that is not UTF-8 may not outgrow its message. A message whose text is UTF-8 is
//! decoded without any allocation. `tests/allocation.rs` counts.
//!
//! # Not in public sources
//!
//! Nobody should believe these covered:
//!
//! - fields whose tag is printed nowhere, and which are therefore not declared: `UniqueInstanceID` of `OPEN_REQ`,
//!   `GreetingType` of `CALL_AGENT_GREETING_EVENT`, and `TotalAnswersSuggestion`, `NumPositiveAnswersSuggestions` and
//!   `NumNegativeAnswersSuggestions` of `SET_AGENT_SERVICE_DATA_REQ`;
//! - messages listed without a layout: the agent reporting messages (151–190, 208–210, 255–266 but for those declared), task
//!   messages (191–207), routing messages (211–215) and the others between 1 and 284 that [`message::SPECS`] lacks;
//! - layouts of `STANDBY_ACTIVE_EVENT_MSG` and `STOPPING_REQUESTS_TO_THIS_SIDE_IND`: an empty body is inferred;
//! - the value of `E_CTI_NO_SERVER_FOR_REQUEST`, and status codes 99 to 106;
//! - which strings must be digits only (status 24), and what exactly protocol 24 changed about `FAILURE_CONF`, of which two
//!   layouts are printed.
//!
//! Source of all tables: CTI Server Message Reference Guide (Protocol Version 25, release 15.0(1), and the older editions
//! named where they differ). What is inferred is marked so.

#[macro_use]
mod macros;

pub mod check;
mod defects;
pub mod error;
pub mod frame;
pub mod generic;
pub mod limits;
pub mod list;
pub mod masks;
pub mod message;
pub mod reader;
pub mod schema;
pub mod tag;
pub mod values;
pub mod version;
pub mod wire;
pub mod writer;

use bytes::{Bytes, BytesMut};

pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use frame::{FrameCodec, FrameError, RawFrame};
pub use generic::GenericMessage;
pub use list::{List, Packed};
pub use message::Message;
pub use reader::{RawField, Reader};
pub use version::ProtocolVersion;
pub use wire::{Context, Text, Time};
pub use writer::Writer;

/// A message type: what [`message`]'s declarations implement.
pub trait Body<'a>: Default {
    /// What the declaration says.
    const SPEC: &'static schema::MessageSpec;

    /// Reads the body behind the header.
    ///
    /// # Errors
    /// [`DecodeError`] if the fixed part is not complete or a floating field points behind the end.
    fn decode(reader: &mut Reader<'a>, context: &mut Context) -> Result<Self, DecodeError> {
        let mut body = Self::default();
        body.fill(reader, context)?;
        Ok(body)
    }

    /// As [`Body::decode`], into a message that is empty so far.
    ///
    /// # Errors
    /// As [`Body::decode`]; what was read before the damage then stands in the message.
    #[inline]
    fn fill(&mut self, reader: &mut Reader<'a>, context: &mut Context) -> Result<(), DecodeError> {
        self.fill_fixed(reader, context)?;
        self.fill_floating(reader, context)
    }

    /// Reads the fixed part.
    ///
    /// # Errors
    /// As [`Body::decode`].
    fn fill_fixed(&mut self, reader: &mut Reader<'a>, context: &mut Context) -> Result<(), DecodeError>;

    /// Reads the floating part, which is all that `reader` has left.
    ///
    /// # Errors
    /// As [`Body::decode`].
    fn fill_floating(&mut self, reader: &mut Reader<'a>, context: &mut Context) -> Result<(), DecodeError>;

    /// Appends the body; the writer keeps a failure.
    fn encode(&self, writer: &mut Writer<'_>) {
        self.write_fixed(writer);
        self.write_floating(writer);
    }

    /// Appends the fixed part.
    fn write_fixed(&self, writer: &mut Writer<'_>);

    /// Appends the floating part.
    fn write_floating(&self, writer: &mut Writer<'_>);
}

impl<'a> Message<'a> {
    /// Decodes one frame. Unknown numbers give [`Message::Unknown`]; unknown tags are skipped and counted in `context`.
    ///
    /// # Errors
    /// [`DecodeError`] with message, field and offset; the frame should be dropped and counted, the session may stay.
    pub fn decode(frame: &'a RawFrame, context: &mut Context) -> Result<Self, DecodeError> {
        context.begin(frame.number, "");
        if is_two_part_failure(frame.number, &frame.body) {
            return message::FailureConf::read_two_part(&frame.body, context).map(Self::from);
        }
        Self::decode_body(frame.number, &frame.body, context)
    }

    /// Appends the whole message, header included.
    ///
    /// # Errors
    /// [`EncodeError`] if something does not fit; `buffer` is then unchanged.
    pub fn encode(&self, version: ProtocolVersion, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        let (number, name) = self.spec().map_or_else(|| (self.number(), "?"), |spec| (spec.number, spec.name));
        if let Some(spec) = self.spec()
            && !version.has(spec.since, 0)
        {
            return Err(EncodeError::NotInVersion { message: name, version: version.number() });
        }
        let mut writer = Writer::new(buffer, version, number, name);
        match self {
            Self::FailureConf(failure) => failure.write(&mut writer),
            other => other.encode_body(&mut writer),
        }
        writer.finish()
    }

    /// The whole message as bytes.
    ///
    /// # Errors
    /// As [`Message::encode`].
    pub fn to_bytes(&self, version: ProtocolVersion) -> Result<Bytes, EncodeError> {
        let mut buffer = BytesMut::with_capacity(256);
        self.encode(version, &mut buffer)?;
        Ok(buffer.freeze())
    }

    /// MessageType.
    pub fn number(&self) -> u32 {
        match self {
            Self::Unknown { number, .. } => *number,
            known => known.spec().map_or(0, |spec| spec.number),
        }
    }

    /// The reference's name, `None` for an unknown number.
    pub fn name(&self) -> Option<&'static str> {
        self.spec().map(|spec| spec.name)
    }
}

/// The specification of message `number`.
pub fn spec_of(number: u32) -> Option<&'static schema::MessageSpec> {
    message::SPECS.binary_search_by_key(&number, |spec| spec.number).ok().map(|at| message::SPECS[at])
}

/// The specification of the message with this name.
pub fn spec_named(name: &str) -> Option<&'static schema::MessageSpec> {
    message::SPECS.iter().find(|spec| spec.name == name).copied()
}

/// Bytes of the fixed part of `FAILURE_CONF` in its other layout.
const TWO_PART_LEN: usize = 10;

/// Whether this is a `FAILURE_CONF` in the layout that only the 12.6(1) guide prints: InvokeID UINT, FailureCode USHORT,
/// PeripheralErrorCode UINT. Told from the usual one by the word behind InvokeID, which as a status is always below
/// 0x10000 (inferred).
fn is_two_part_failure(number: u32, body: &[u8]) -> bool {
    number == message::FailureConf::NUMBER && body.len() >= TWO_PART_LEN && body.get(4..6).is_some_and(|upper| upper != [0, 0])
}

impl<'a> message::FailureConf<'a> {
    /// Reads the other layout.
    fn read_two_part(body: &'a [u8], context: &mut Context) -> Result<Self, DecodeError> {
        context.begin(Self::NUMBER, Self::SPEC.name);
        let mut reader = Reader::new(body);
        let [invoke_id, failure_code, peripheral_error_code] = &schema::TWO_PART_FAILURE;
        let mut failure = Self { invoke_id: context.fixed(&mut reader, invoke_id)?, ..Self::default() };
        failure.status = values::StatusCode(u32::from(context.fixed::<u16>(&mut reader, failure_code)?));
        failure.peripheral_error_code = Some(context.fixed(&mut reader, peripheral_error_code)?);
        failure.fill_floating(&mut reader, context)?;
        Ok(failure)
    }

    /// Appends the body in the layout that it needs, unless a reader would take it for the other one.
    fn write(&self, writer: &mut Writer<'_>) {
        let refusal = EncodeError::FailureStatus { status: self.status.0 };
        let from = writer.written();
        match (self.peripheral_error_code, u16::try_from(self.status.0)) {
            (Some(code), Ok(status @ 1..)) => {
                writer.put(&self.invoke_id.to_be_bytes());
                writer.put(&status.to_be_bytes());
                writer.put(&code.to_be_bytes());
                self.write_floating(writer);
            }
            (Some(_), _) => writer.refuse(refusal),
            (None, status) => {
                self.encode(writer);
                if status.is_err() && writer.written() - from >= TWO_PART_LEN {
                    writer.refuse(refusal);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// A trace of Unified CCX, one-byte tags and lengths.
    const BEGIN_CALL: &[u8] = &[
        0, 0, 0, 0, 0, 0, 0, 1, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0x10, 0, 0, 8, 5, b'2', b'0', b'0', b'6', 0, 0x0b, 5, b'7',
        b'0', b'0', b'0', 0, 0x19, 5, b'9', b'0', b'2', b'6', 0, 0x0a, 5, b'7', b'0', b'0', b'0', 0,
    ];

    #[test]
    fn a_recorded_begin_call_event_says_what_it_says() {
        let frame = RawFrame { number: 23, body: Bytes::from_static(BEGIN_CALL) };
        let version = ProtocolVersion::new(15).unwrap();
        let mut context = Context::new(version);
        let message = Message::decode(&frame, &mut context).unwrap();
        let Message::BeginCallEvent(event) = &message else { panic!("{message:?}") };
        assert_eq!(event.connection_call_id, 16_777_488);
        assert_eq!(event.ani.as_deref(), Some("2006"));
        assert_eq!(event.dialed_number.as_deref(), Some("7000"));
        assert_eq!(event.connection_device_id.as_deref(), Some("9026"));
        assert_eq!(context.skipped, wire::Skipped::default());
        assert_eq!(message.to_bytes(version).unwrap().len(), BEGIN_CALL.len() + frame::HEADER_LEN);
    }

    #[test]
    fn both_layouts_of_failure_conf_are_told_apart() {
        let mut context = Context::new(ProtocolVersion::MAX);
        let plain = RawFrame { number: 1, body: Bytes::from_static(&[0, 0, 0, 9, 0, 0, 0, 15]) };
        let split = RawFrame { number: 1, body: Bytes::from_static(&[0, 0, 0, 9, 0, 15, 0, 0, 0, 7]) };
        for frame in [plain, split] {
            let Message::FailureConf(failure) = Message::decode(&frame, &mut context).unwrap() else { panic!() };
            assert_eq!((failure.invoke_id, failure.status), (9, values::StatusCode::CTI_SERVER_OFFLINE));
        }
    }

    #[test]
    fn specs_are_in_the_order_of_their_numbers() {
        assert!(message::SPECS.windows(2).all(|pair| pair[0].number < pair[1].number));
        assert_eq!(message::SPECS.len(), 163);
    }
}
