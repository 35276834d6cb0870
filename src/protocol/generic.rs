//! Any message as its declaration describes it, with nothing lost: names, types and the bytes as they came.
//!
//! [`Message`](super::Message) is for programs that know what they look for; [`GenericMessage`] is for those that show,
//! record or check whatever comes. [`GenericMessage::encode`] gives back the bytes that were decoded, unknown tags and
//! odd values included. What is wrong with a message that can still be taken apart is told by
//! [`GenericMessage::defects`].

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};

use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::frame::HEADER_LEN;
use super::limits;
use super::reader::Reader;
use super::schema::{Arity, FixedSpec, FloatingItem, FloatingSpec, MessageSpec, TWO_PART_FAILURE, WireType};
use super::version::ProtocolVersion;
use super::wire::{NamedVariable, text};

/// One message, field by field.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericMessage<'a> {
    /// MessageType.
    pub number: u32,
    /// The version whose layout the message has.
    pub version: ProtocolVersion,
    /// The declaration; `None` for a number that no table has. Such a message consists of [`Self::rest`] only.
    pub spec: Option<&'static MessageSpec>,
    /// The fixed part, in wire order.
    pub fixed: Vec<GenericFixed<'a>>,
    /// The floating part, in wire order.
    pub floating: Vec<GenericField<'a>>,
    /// Bytes behind the last field that are too few for another one; the body of an unknown message.
    pub rest: Cow<'a, [u8]>,
}

/// One field of the fixed part.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericFixed<'a> {
    /// Its declaration.
    pub spec: &'static FixedSpec,
    /// Its bytes.
    pub data: Cow<'a, [u8]>,
}

/// One field of the floating part.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericField<'a> {
    /// Its tag.
    pub tag: u16,
    /// Its declaration; `None` for a tag that the message does not have.
    pub spec: Option<&'static FloatingSpec>,
    /// Its bytes, without tag and length.
    pub data: Cow<'a, [u8]>,
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
    /// Reads exactly `data` as one value of type `wire`; `None` if it is none.
    pub fn read(wire: WireType, data: &'a [u8]) -> Option<Self> {
        Some(match wire {
            WireType::Bool => Self::Bool(integer(WireType::Ushort, data)? != 0),
            WireType::String => Self::Text(text(data)),
            WireType::Unspec => Self::Bytes(Cow::Borrowed(data)),
            WireType::NamedVariable => {
                let (name, value) = named(data)?;
                Self::NamedVariable { name, value }
            }
            WireType::NamedArray => {
                let (index, rest) = data.split_first()?;
                let (name, value) = named(rest)?;
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

fn named(data: &[u8]) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (name, value) = NamedVariable::split(data)?;
    Some((text(name), text(value)))
}

impl GenericFixed<'_> {
    /// What the bytes say; `None` if they are no value of the type.
    pub fn value(&self) -> Option<Value<'_>> {
        Value::read(self.spec.wire, &self.data)
    }
}

impl GenericField<'_> {
    /// What the bytes say; `None` for an unknown tag and for bytes that are no value of the type.
    pub fn value(&self) -> Option<Value<'_>> {
        let spec = self.spec?;
        if spec.arity == Arity::Packed {
            return Some(Value::read_list(spec.wire, &self.data));
        }
        Value::read(spec.wire, &self.data)
    }
}

impl<'a> GenericMessage<'a> {
    /// Takes the body of a message apart.
    ///
    /// Damage that leaves the message readable is kept and told by [`Self::defects`].
    ///
    /// # Errors
    /// [`DecodeError`] of kind `message_too_short` or `field_past_end`: then no reading of the fields can be trusted.
    pub fn decode(number: u32, body: &'a [u8], version: ProtocolVersion) -> Result<Self, DecodeError> {
        let Some(spec) = super::spec_of(number) else {
            return Ok(Self { number, version, spec: None, fixed: Vec::new(), floating: Vec::new(), rest: Cow::Borrowed(body) });
        };
        let mut message = Self { number, version, spec: Some(spec), fixed: Vec::new(), floating: Vec::new(), rest: Cow::default() };
        let mut reader = Reader::new(body);
        for field in fixed_layout(spec, body).iter().filter(|field| version.has(field.since, 0)) {
            let offset = reader.offset();
            let data = field.wire.width().and_then(|width| reader.take(width));
            let data = data.ok_or_else(|| error(spec, field.name, offset, DecodeErrorKind::MessageTooShort))?;
            message.fixed.push(GenericFixed { spec: field, data: Cow::Borrowed(data) });
        }
        loop {
            let offset = reader.offset();
            match reader.field(version) {
                Ok(Some(field)) => message.floating.push(GenericField {
                    tag: field.tag,
                    spec: spec.floating_field(field.tag),
                    data: Cow::Borrowed(field.data),
                }),
                Ok(None) => return Ok(message),
                // The reference prints no layout for some messages: whatever they hold is kept and ignored.
                Err(_) if spec.has_no_fields() => {
                    message.floating.clear();
                    message.rest = Cow::Borrowed(body);
                    return Ok(message);
                }
                Err(DecodeErrorKind::BadFieldHeader) => {
                    message.rest = Cow::Borrowed(reader.rest());
                    return Ok(message);
                }
                Err(kind) => return Err(error(spec, next_field_name(&reader, spec, version), offset, kind)),
            }
        }
    }

    /// Appends the whole message, header included, as it came or as it was put together.
    ///
    /// # Errors
    /// [`EncodeError`] if a field is too long for the version's layout or has a tag that the layout cannot carry;
    /// `buffer` is then unchanged.
    pub fn encode(&self, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        let start = buffer.len();
        buffer.put_u32(0);
        buffer.put_u32(self.number);
        let result = self.encode_body(buffer);
        match result {
            Ok(()) => {
                let length = (buffer.len() - start - HEADER_LEN) as u32;
                if let Some(header) = buffer.get_mut(start..start + 4) {
                    header.copy_from_slice(&length.to_be_bytes());
                }
            }
            Err(_) => buffer.truncate(start),
        }
        result
    }

    fn encode_body(&self, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        for field in &self.fixed {
            buffer.put_slice(&field.data);
        }
        for field in &self.floating {
            let (message, max) = (self.name().unwrap_or("?"), self.version.max_field_len());
            if field.tag > 0xff && !self.version.has_wide_fields() {
                return Err(EncodeError::TagTooLarge { message, tag: field.tag, version: self.version.number() });
            }
            if field.data.len() > max {
                let name = field.spec.map_or("?", |spec| spec.name);
                return Err(EncodeError::FieldTooLong { message, field: name, length: field.data.len(), max });
            }
            if self.version.has_wide_fields() {
                buffer.put_u16(field.tag);
                buffer.put_u16(field.data.len() as u16);
            } else {
                buffer.put_u8(field.tag as u8);
                buffer.put_u8(field.data.len() as u8);
            }
            buffer.put_slice(&field.data);
        }
        buffer.put_slice(&self.rest);
        Ok(())
    }

    /// The reference's name, `None` for an unknown number.
    pub fn name(&self) -> Option<&'static str> {
        self.spec.map(|spec| spec.name)
    }

    /// The number in the fixed field called `name`.
    pub fn fixed_number(&self, name: &str) -> Option<i64> {
        match self.fixed.iter().find(|field| field.spec.name == name)?.value()? {
            Value::Number(number) => Some(number),
            Value::Bool(value) => Some(i64::from(value)),
            _ => None,
        }
    }

    /// Everything that is wrong with the message although it could be taken apart, in the order of the bytes: fields that
    /// are no value of their type, single fields that stand twice, printed sizes and list lengths that are exceeded,
    /// lists that are not as long as their counter says, and bytes left over at the end.
    pub fn defects(&self) -> Vec<DecodeError> {
        let Some(spec) = self.spec else { return Vec::new() };
        let mut defects = Defects { message: spec, found: Vec::new() };
        let mut offset = self.fixed.iter().map(|field| field.data.len()).sum::<usize>();
        let mut lists = Lists::new(spec);
        let mut named_data = 0;
        for field in &self.floating {
            if let Some(field_spec) = field.spec {
                defects.value(field_spec, &field.data, offset);
                if matches!(field_spec.wire, WireType::NamedVariable | WireType::NamedArray) {
                    let before = named_data;
                    named_data += field.data.len();
                    if before <= limits::NAMED_DATA_TOTAL && named_data > limits::NAMED_DATA_TOTAL {
                        defects.add(field_spec.name, offset, DecodeErrorKind::LimitExceeded);
                    }
                }
                if lists.add(field_spec, &field.data, offset, &mut defects) == Seen::Twice {
                    defects.add(field_spec.name, offset, DecodeErrorKind::DuplicateField);
                }
            }
            offset += self.version.field_header_len() + field.data.len();
        }
        lists.close_entry(&mut defects);
        if !self.rest.is_empty() && !spec.has_no_fields() {
            defects.add("", offset, DecodeErrorKind::BadFieldHeader);
        }
        let mut at = 0;
        for field in &self.fixed {
            if let (true, Some(Value::Number(announced))) = (field.spec.is_counter, field.value()) {
                lists.compare(field.spec.name, field.spec.counts, announced, at, &mut defects);
            }
            at += field.data.len();
        }
        for field in &self.floating {
            if let (Some(counter), Some(Value::Number(announced))) = (field.spec, field.value())
                && lists.is_counter_of_message(counter)
            {
                lists.compare(counter.name, counter.counts, announced, at, &mut defects);
            }
            at += self.version.field_header_len() + field.data.len();
        }
        defects.found.sort_by_key(|defect| defect.offset);
        defects.found
    }
}

/// The fixed part's layout: `FAILURE_CONF` has two.
fn fixed_layout(spec: &'static MessageSpec, body: &[u8]) -> &'static [FixedSpec] {
    if super::is_two_part_failure(spec.number, body) { &TWO_PART_FAILURE } else { spec.fixed }
}

/// `offset` counts from the start of the body, the error's from the start of the message.
const fn error(spec: &'static MessageSpec, field: &'static str, offset: usize, kind: DecodeErrorKind) -> DecodeError {
    DecodeError { message: Some(spec.name), number: spec.number, field, offset: offset + HEADER_LEN, kind }
}

/// Whose header the reader stands before, if the message has such a field.
fn next_field_name(reader: &Reader<'_>, spec: &'static MessageSpec, version: ProtocolVersion) -> &'static str {
    let mut ahead = reader.clone();
    let tag = if version.has_wide_fields() { ahead.array().map(u16::from_be_bytes) } else { ahead.array().map(|[tag]| u16::from(tag)) };
    tag.and_then(|tag| spec.floating_field(tag)).map_or("", |field| field.name)
}

struct Defects {
    message: &'static MessageSpec,
    found: Vec<DecodeError>,
}

impl Defects {
    /// `offset` counts from the start of the body.
    fn add(&mut self, field: &'static str, offset: usize, kind: DecodeErrorKind) {
        self.found.push(error(self.message, field, offset, kind));
    }

    fn value(&mut self, spec: &FloatingSpec, data: &[u8], offset: usize) {
        let readable = match spec.arity {
            Arity::Packed => data.len().is_multiple_of(spec.wire.width().unwrap_or(1)),
            Arity::One | Arity::List => Value::read(spec.wire, data).is_some(),
        };
        if !readable {
            self.add(spec.name, offset, DecodeErrorKind::BadValue);
        } else if spec.arity != Arity::Packed && is_over_limit(spec, data) {
            self.add(spec.name, offset, DecodeErrorKind::LimitExceeded);
        }
    }
}

/// Whether the data is larger than printed. For ECC variables name and value have limits of their own.
pub(super) fn is_over_limit(spec: &FloatingSpec, data: &[u8]) -> bool {
    let variable = match spec.wire {
        WireType::NamedVariable => NamedVariable::split(data),
        WireType::NamedArray => data.get(1..).and_then(NamedVariable::split),
        _ => None,
    };
    let is_variable_too_long =
        variable.is_some_and(|(name, value)| name.len() + 1 > limits::VARIABLE_NAME || text(value).len() + 1 > limits::VARIABLE_VALUE);
    is_variable_too_long || (spec.max > 0 && data.len() > usize::from(spec.max))
}

#[derive(PartialEq, Eq)]
enum Seen {
    Once,
    Twice,
}

/// Counts list entries the way the typed decoder builds them: an entry of a group ends where a member comes again.
struct Lists {
    message: &'static MessageSpec,
    /// How often each tag of the message level stood, packed values counted singly.
    counts: Vec<(u16, usize)>,
    /// The group whose entry is being read, and what stands in it.
    group: Option<&'static [FloatingSpec]>,
    entry: Vec<(u16, usize)>,
    /// Counters that stand inside the entry: what they announced, and where.
    announced: Vec<(&'static FloatingSpec, i64, usize)>,
    /// Entries of each group, by the tag of its first member.
    entries: Vec<(u16, usize)>,
}

fn bump(counts: &mut Vec<(u16, usize)>, tag: u16, by: usize) -> usize {
    match counts.iter_mut().find(|(known, _)| *known == tag) {
        Some((_, count)) => {
            *count += by;
            *count
        }
        None => {
            counts.push((tag, by));
            by
        }
    }
}

fn count_of(counts: &[(u16, usize)], tag: u16) -> usize {
    counts.iter().find(|(known, _)| *known == tag).map_or(0, |(_, count)| *count)
}

impl Lists {
    const fn new(message: &'static MessageSpec) -> Self {
        Self { message, counts: Vec::new(), group: None, entry: Vec::new(), announced: Vec::new(), entries: Vec::new() }
    }

    fn group_of(&self, tag: u16) -> Option<&'static [FloatingSpec]> {
        self.message.floating.iter().find_map(|item| match item {
            FloatingItem::Group(members) if members.iter().any(|member| member.tag == tag) => Some(*members),
            _ => None,
        })
    }

    fn is_counter_of_message(&self, spec: &FloatingSpec) -> bool {
        spec.is_counter && self.group_of(spec.tag).is_none()
    }

    fn add(&mut self, spec: &'static FloatingSpec, data: &[u8], offset: usize, defects: &mut Defects) -> Seen {
        let values = match spec.arity {
            Arity::Packed => data.len() / spec.wire.width().unwrap_or(1),
            Arity::One | Arity::List => 1,
        };
        let Some(group) = self.group_of(spec.tag) else {
            let count = bump(&mut self.counts, spec.tag, values);
            return if spec.arity == Arity::One && count > 1 { Seen::Twice } else { Seen::Once };
        };
        let is_other_group = self.group.is_some_and(|open| open.first().map(|m| m.tag) != group.first().map(|m| m.tag));
        let is_taken = spec.arity == Arity::One && !spec.is_counter && count_of(&self.entry, spec.tag) > 0;
        if self.group.is_none() || is_other_group || is_taken {
            self.close_entry(defects);
            self.group = Some(group);
            if let Some(first) = group.first() {
                bump(&mut self.entries, first.tag, 1);
            }
        }
        bump(&mut self.entry, spec.tag, values);
        if let (true, Some(Value::Number(number))) = (spec.is_counter, Value::read(spec.wire, data)) {
            self.announced.push((spec, number, offset));
        }
        Seen::Once
    }

    /// Ends the entry of a group: its own counters must fit its own lists.
    fn close_entry(&mut self, defects: &mut Defects) {
        for (counter, announced, at) in std::mem::take(&mut self.announced) {
            let have = counter.counts.first().map_or(0, |tag| count_of(&self.entry, *tag));
            check_count(counter.name, announced, have, at, defects);
        }
        self.entry.clear();
        self.group = None;
    }

    fn compare(&self, counter: &'static str, counts: &[u16], announced: i64, at: usize, defects: &mut Defects) {
        let Some(first) = counts.first() else { return };
        let have = match self.group_of(*first) {
            Some(_) => count_of(&self.entries, *first),
            None => count_of(&self.counts, *first),
        };
        check_count(counter, announced, have, at, defects);
    }
}

fn check_count(counter: &'static str, announced: i64, have: usize, at: usize, defects: &mut Defects) {
    if usize::try_from(announced) != Ok(have) {
        defects.add(counter, at, DecodeErrorKind::ListMismatch);
    } else if limits::list_maximum(defects.message.name, counter).is_some_and(|most| have > most) {
        defects.add(counter, at, DecodeErrorKind::LimitExceeded);
    }
}
