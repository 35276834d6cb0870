//! The CTI Server protocol (GED-188): frames, messages, values.
//!
//! A message is an 8-byte header ([`frame`]), a fixed part and, for many types, floating fields. What each message
//! holds is declared as data in [`message`]; the declaration yields a struct, decoding, encoding and a
//! [`schema::MessageSpec`]. Nothing here opens a socket, reads a clock or knows what a call is.
//!
//! Source of all tables: CTI Server Message Reference Guide (Protocol Version 25, release 15.0(1), and the older editions
//! named where they differ). What is inferred is marked so.

#[macro_use]
mod macros;

pub mod check;
pub mod error;
pub mod frame;
pub mod generic;
pub mod limits;
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
    fn fill(&mut self, reader: &mut Reader<'a>, context: &mut Context) -> Result<(), DecodeError>;

    /// Appends the body; the writer keeps a failure.
    fn encode(&self, writer: &mut Writer<'_>);
}

impl<'a> Message<'a> {
    /// Decodes one frame. Unknown numbers give [`Message::Unknown`]; unknown tags are skipped and counted in `context`.
    ///
    /// # Errors
    /// [`DecodeError`] with message, field and offset; the frame should be dropped and counted, the session may stay.
    pub fn decode(frame: &'a RawFrame, context: &mut Context) -> Result<Self, DecodeError> {
        context.begin(frame.number, "");
        if let Some(failure) = two_part_failure(frame) {
            return Ok(failure.into());
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
        self.encode_body(&mut writer);
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

/// Whether this is a `FAILURE_CONF` in the layout that only the 12.6(1) guide prints: InvokeID UINT, FailureCode USHORT,
/// PeripheralErrorCode UINT. Told from the usual one by the word behind InvokeID, which as a status is always below
/// 0x10000 (inferred).
fn is_two_part_failure(number: u32, body: &[u8]) -> bool {
    number == message::FailureConf::NUMBER && body.len() >= 10 && body.get(4..6).is_some_and(|upper| upper != [0, 0])
}

fn two_part_failure(frame: &RawFrame) -> Option<message::FailureConf<'static>> {
    if !is_two_part_failure(frame.number, &frame.body) {
        return None;
    }
    let mut reader = Reader::new(&frame.body);
    let (invoke_id, code) = (reader.array()?, reader.array()?);
    Some(message::FailureConf {
        invoke_id: u32::from_be_bytes(invoke_id),
        status: values::StatusCode(u32::from(u16::from_be_bytes(code))),
        ..Default::default()
    })
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
