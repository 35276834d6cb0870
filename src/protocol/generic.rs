//! Any message as its declaration describes it, with nothing lost: names, types and the bytes as they came.
//!
//! [`Message`](super::Message) is for programs that know what they look for; [`GenericMessage`] is for those that show,
//! record or check whatever comes. [`GenericMessage::encode`] gives back the bytes that were decoded, unknown tags and
//! odd values included. What is wrong with a message that can still be taken apart is told by
//! [`GenericMessage::for_each_defect`].

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};

use super::defects;
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::frame::HEADER_LEN;
use super::reader::{RawField, Reader};
use super::schema::{Arity, FixedSpec, FloatingSpec, MessageSpec, TWO_PART_FAILURE, WireType};
use super::version::ProtocolVersion;
use super::wire::{NamedVariable, text};

/// One message, field by field: a view of its bytes, which it keeps. Taking a message apart allocates nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericMessage<'a> {
    number: u32,
    version: ProtocolVersion,
    spec: Option<&'static MessageSpec>,
    layout: &'static [FixedSpec],
    body: Cow<'a, [u8]>,
    /// Where the floating part begins in the body, and where it ends.
    floating: (usize, usize),
}

/// One field of the fixed part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GenericFixed<'m> {
    /// Its declaration.
    pub spec: &'static FixedSpec,
    /// Its bytes.
    pub data: &'m [u8],
    /// Where it stands, in bytes from the start of the body.
    pub offset: usize,
}

/// One field of the floating part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GenericField<'m> {
    /// Its tag.
    pub tag: u16,
    /// Its declaration; `None` for a tag that the message does not have.
    pub spec: Option<&'static FloatingSpec>,
    /// Its bytes, without tag and length.
    pub data: &'m [u8],
    /// Where its tag stands, in bytes from the start of the body.
    pub offset: usize,
    room: usize,
}

/// What the bytes of a field say.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Any of the integer types and TIME.
    Number(i64),
    /// BOOL.
    Bool(bool),
    /// STRING, without terminator.
    Text(Cow<'a, str>),
    /// UNSPEC.
    Bytes(Cow<'a, [u8]>),
    /// NAMEDVAR.
    NamedVariable {
        /// Name of the variable.
        name: Cow<'a, str>,
        /// Its value.
        value: Cow<'a, str>,
    },
    /// NAMEDARRAY.
    NamedArray {
        /// Index of the element.
        index: u8,
        /// Name of the array.
        name: Cow<'a, str>,
        /// Value of the element.
        value: Cow<'a, str>,
    },
    /// Values of one type back to back.
    List(Vec<i64>),
}

impl<'a> Value<'a> {
    /// Reads exactly `data` as one value of type `wire`; `None` if it is none. Text that is not UTF-8 gets replacement
    /// characters and ends before it outgrows `room` bytes.
    pub fn read(wire: WireType, data: &'a [u8], room: usize) -> Option<Self> {
        Some(match wire {
            WireType::Bool => Self::Bool(integer(WireType::Ushort, data)? != 0),
            WireType::String => Self::Text(text(data, room)),
            WireType::Unspec => Self::Bytes(Cow::Borrowed(data)),
            WireType::NamedVariable => {
                let (name, value) = named(data, room)?;
                Self::NamedVariable { name, value }
            }
            WireType::NamedArray => {
                let (index, rest) = data.split_first()?;
                let (name, value) = named(rest, room)?;
                Self::NamedArray { index: *index, name, value }
            }
            number => Self::Number(integer(number, data)?),
        })
    }

    /// Reads `data` as values of type `wire` back to back. A remainder too short for one more value is left out.
    pub fn read_list(wire: WireType, data: &[u8]) -> Self {
        let width = wire.width().unwrap_or(1);
        Self::List(data.chunks_exact(width).filter_map(|chunk| integer(wire, chunk)).collect())
    }

    /// Appends the bytes that every sender should write for this value.
    ///
    /// # Errors
    /// A reason if the value does not fit the type.
    pub fn write(&self, wire: WireType, out: &mut Vec<u8>) -> Result<(), &'static str> {
        match (self, wire) {
            (Self::Bool(value), WireType::Bool) => put_integer(WireType::Ushort, i64::from(*value), out),
            (Self::Text(text), WireType::String) => put_text(text, out),
            (Self::Bytes(bytes), WireType::Unspec) => {
                out.extend_from_slice(bytes);
                Ok(())
            }
            (Self::NamedVariable { name, value }, WireType::NamedVariable) => {
                put_text(name, out)?;
                put_text(value, out)
            }
            (Self::NamedArray { index, name, value }, WireType::NamedArray) => {
                out.push(*index);
                put_text(name, out)?;
                put_text(value, out)
            }
            (Self::Number(number), wire) => put_integer(wire, *number, out),
            (Self::List(numbers), wire) => numbers.iter().try_for_each(|number| put_integer(wire, *number, out)),
            _ => Err("the value is of another type than the field"),
        }
    }
}

fn integer(wire: WireType, data: &[u8]) -> Option<i64> {
    Some(match wire {
        WireType::Uchar => i64::from(u8::from_be_bytes(data.try_into().ok()?)),
        WireType::Ushort => i64::from(u16::from_be_bytes(data.try_into().ok()?)),
        WireType::Short => i64::from(i16::from_be_bytes(data.try_into().ok()?)),
        WireType::Uint | WireType::Time => i64::from(u32::from_be_bytes(data.try_into().ok()?)),
        WireType::Int => i64::from(i32::from_be_bytes(data.try_into().ok()?)),
        WireType::Bool | WireType::String | WireType::Unspec | WireType::NamedVariable | WireType::NamedArray => return None,
    })
}

fn put_integer(wire: WireType, number: i64, out: &mut Vec<u8>) -> Result<(), &'static str> {
    const RANGE: &str = "the number does not fit the field";
    match wire {
        WireType::Uchar => out.push(u8::try_from(number).map_err(|_| RANGE)?),
        WireType::Ushort => out.extend(u16::try_from(number).map_err(|_| RANGE)?.to_be_bytes()),
        WireType::Short => out.extend(i16::try_from(number).map_err(|_| RANGE)?.to_be_bytes()),
        WireType::Uint | WireType::Time => out.extend(u32::try_from(number).map_err(|_| RANGE)?.to_be_bytes()),
        WireType::Int => out.extend(i32::try_from(number).map_err(|_| RANGE)?.to_be_bytes()),
        _ => return Err("a number where the field holds something else"),
    }
    Ok(())
}

fn put_text(text: &str, out: &mut Vec<u8>) -> Result<(), &'static str> {
    if text.bytes().any(|byte| byte == 0) {
        return Err("a text cannot hold a zero byte");
    }
    out.extend_from_slice(text.as_bytes());
    out.push(0);
    Ok(())
}

fn named(data: &[u8], room: usize) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (name, value) = NamedVariable::split(data)?;
    Some((text(name, room), text(value, room)))
}

impl<'m> GenericFixed<'m> {
    /// What the bytes say; `None` if they are no value of the type.
    pub fn value(&self) -> Option<Value<'m>> {
        Value::read(self.spec.wire, self.data, self.data.len())
    }
}

impl<'m> GenericField<'m> {
    /// What the bytes say; `None` for an unknown tag and for bytes that are no value of the type.
    pub fn value(&self) -> Option<Value<'m>> {
        let spec = self.spec?;
        if spec.arity == Arity::Packed {
            return Some(Value::read_list(spec.wire, self.data));
        }
        Value::read(spec.wire, self.data, self.room)
    }
}

/// The fields of a floating part that was walked before.
#[derive(Clone, Debug)]
pub struct GenericFields<'m> {
    reader: Reader<'m>,
    spec: Option<&'static MessageSpec>,
    version: ProtocolVersion,
}

impl<'m> Iterator for GenericFields<'m> {
    type Item = GenericField<'m>;

    fn next(&mut self) -> Option<GenericField<'m>> {
        let RawField { tag, data, offset, .. } = self.reader.field(self.version).ok().flatten()?;
        let spec = self.spec.and_then(|spec| spec.floating_field(tag));
        Some(GenericField { tag, spec, data, offset, room: self.reader.offset() + self.reader.remaining() })
    }
}

impl<'a> GenericMessage<'a> {
    /// Takes the body of a message apart.
    ///
    /// Damage that leaves the message readable is kept and told by [`Self::for_each_defect`].
    ///
    /// # Errors
    /// [`DecodeError`] of kind `message_too_short` or `field_past_end`: then no reading of the fields can be trusted.
    pub fn decode(number: u32, body: &'a [u8], version: ProtocolVersion) -> Result<Self, DecodeError> {
        let mut message = Self { number, version, spec: super::spec_of(number), layout: &[], body: Cow::Borrowed(body), floating: (0, 0) };
        let Some(spec) = message.spec else { return Ok(message) };
        message.layout = fixed_layout(spec, body);
        let mut reader = Reader::new(body);
        for field in message.layout.iter().filter(|field| version.has(field.since, 0)) {
            let offset = reader.offset();
            let data = field.wire.width().and_then(|width| reader.take(width));
            data.ok_or_else(|| error(spec, field.name, offset, DecodeErrorKind::MessageTooShort))?;
        }
        message.floating.0 = reader.offset();
        loop {
            let offset = reader.offset();
            message.floating.1 = offset;
            match reader.field(version) {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(message),
                // The reference prints no layout for some messages: whatever they hold is kept and ignored.
                Err(_) if spec.has_no_fields() => {
                    message.floating = (0, 0);
                    return Ok(message);
                }
                Err(DecodeErrorKind::BadFieldHeader) => return Ok(message),
                Err(kind) => return Err(error(spec, next_field_name(&reader, spec, version), offset, kind)),
            }
        }
    }

    /// Appends the whole message, header included, as it came or as it was put together.
    pub fn encode(&self, buffer: &mut BytesMut) {
        buffer.put_u32(self.body.len() as u32);
        buffer.put_u32(self.number);
        buffer.put_slice(&self.body);
    }

    /// MessageType.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The version whose layout the message has.
    pub const fn version(&self) -> ProtocolVersion {
        self.version
    }

    /// The declaration; `None` for a number that no table has. Such a message consists of [`Self::rest`] only.
    pub const fn spec(&self) -> Option<&'static MessageSpec> {
        self.spec
    }

    /// The reference's name, `None` for an unknown number.
    pub fn name(&self) -> Option<&'static str> {
        self.spec.map(|spec| spec.name)
    }

    /// Everything behind the header.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The fixed part, in wire order.
    pub fn fixed(&self) -> impl Iterator<Item = GenericFixed<'_>> {
        let mut reader = Reader::new(&self.body);
        let present = self.layout.iter().filter(|field| self.version.has(field.since, 0));
        present.map_while(move |spec| {
            let offset = reader.offset();
            Some(GenericFixed { spec, data: reader.take(spec.wire.width()?)?, offset })
        })
    }

    /// The floating part, in wire order.
    pub fn floating(&self) -> GenericFields<'_> {
        let (start, end) = self.floating;
        let mut reader = Reader::new(self.body.get(..end).unwrap_or_default());
        let _ = reader.take(start);
        GenericFields { reader, spec: self.spec, version: self.version }
    }

    /// Bytes behind the last field that are too few for another one; the body of an unknown message.
    pub fn rest(&self) -> &[u8] {
        self.body.get(self.floating.1..).unwrap_or_default()
    }

    /// The number in the fixed field called `name`.
    pub fn fixed_number(&self, name: &str) -> Option<i64> {
        match self.fixed().find(|field| field.spec.name == name)?.value()? {
            Value::Number(number) => Some(number),
            Value::Bool(value) => Some(i64::from(value)),
            _ => None,
        }
    }

    /// Tells everything that is wrong with the message although it could be taken apart, in the order of the bytes: fields
    /// that are no value of their type, single fields that stand twice, printed sizes and list lengths that are exceeded,
    /// lists that are not as long as their counter says, and bytes left over at the end.
    pub fn for_each_defect(&self, mut each: impl FnMut(DecodeError)) {
        if let Some(spec) = self.spec {
            defects::of(self, spec, &mut each);
        }
    }

    /// The first of the defects.
    pub fn first_defect(&self) -> Option<DecodeError> {
        let mut first = None;
        self.for_each_defect(|defect| {
            first.get_or_insert(defect);
        });
        first
    }
}

/// Puts a message together, fixed part first, then field by field.
#[derive(Debug)]
pub struct GenericBuilder {
    message: GenericMessage<'static>,
}

impl GenericBuilder {
    /// An empty message of type `number`.
    pub fn new(number: u32, version: ProtocolVersion) -> Self {
        let spec = super::spec_of(number);
        let layout = spec.map_or(&[][..], |spec| spec.fixed);
        Self { message: GenericMessage { number, version, spec, layout, body: Cow::Owned(Vec::new()), floating: (0, 0) } }
    }

    /// Sets the fixed part: all fields that the version has, back to back. `layout` is the message's own, but for the other
    /// layout of `FAILURE_CONF`.
    #[must_use]
    pub fn fixed(mut self, layout: &'static [FixedSpec], data: &[u8]) -> Self {
        self.message.layout = layout;
        self.message.body = Cow::Owned(data.to_vec());
        self.message.floating = (data.len(), data.len());
        self
    }

    /// Appends a floating field.
    ///
    /// # Errors
    /// [`EncodeError`] if the field is too long for the version's layout or has a tag that the layout cannot carry.
    pub fn field(&mut self, tag: u16, data: &[u8]) -> Result<(), EncodeError> {
        let GenericMessage { version, spec, body, floating, .. } = &mut self.message;
        let (message, max) = (spec.map_or("?", |spec| spec.name), version.max_field_len());
        if tag > 0xff && !version.has_wide_fields() {
            return Err(EncodeError::TagTooLarge { message, tag, version: version.number() });
        }
        if data.len() > max {
            let name = spec.and_then(|spec| spec.floating_field(tag)).map_or("?", |field| field.name);
            return Err(EncodeError::FieldTooLong { message, field: name, length: data.len(), max });
        }
        let body = body.to_mut();
        if version.has_wide_fields() {
            body.put_u16(tag);
            body.put_u16(data.len() as u16);
        } else {
            body.put_u8(tag as u8);
            body.put_u8(data.len() as u8);
        }
        body.put_slice(data);
        floating.1 = body.len();
        Ok(())
    }

    /// The message, with `rest` behind its last field.
    pub fn finish(mut self, rest: &[u8]) -> GenericMessage<'static> {
        self.message.body.to_mut().extend_from_slice(rest);
        self.message
    }
}

/// The fixed part's layout: `FAILURE_CONF` has two.
fn fixed_layout(spec: &'static MessageSpec, body: &[u8]) -> &'static [FixedSpec] {
    if super::is_two_part_failure(spec.number, body) { &TWO_PART_FAILURE } else { spec.fixed }
}

/// `offset` counts from the start of the body, the error's from the start of the message.
pub(super) const fn error(spec: &'static MessageSpec, field: &'static str, offset: usize, kind: DecodeErrorKind) -> DecodeError {
    DecodeError { message: Some(spec.name), number: spec.number, field, offset: offset + HEADER_LEN, kind }
}

/// Whose header the reader stands before, if the message has such a field.
fn next_field_name(reader: &Reader<'_>, spec: &'static MessageSpec, version: ProtocolVersion) -> &'static str {
    let mut ahead = reader.clone();
    let tag = if version.has_wide_fields() { ahead.array().map(u16::from_be_bytes) } else { ahead.array().map(|[tag]| u16::from(tag)) };
    tag.and_then(|tag| spec.floating_field(tag)).map_or("", |field| field.name)
}
