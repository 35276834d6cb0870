//! The data types of the wire as Rust types, and how each stands in a fixed part, a floating field or a list.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::ops::Deref;

use super::error::{DecodeError, DecodeErrorKind};
use super::reader::{Fields, RawField, Reader};
use super::schema::{Arity, FixedSpec, FloatingItem, FloatingSpec, MessageSpec, ValueTable, WireType};
use super::version::ProtocolVersion;
use super::writer::Writer;

/// A value that can be read from its data bytes and written back.
pub trait Wire<'a>: Sized {
    /// The reference's type.
    const TYPE: WireType;
    /// Names of the values, if the reference gives any.
    const VALUES: Option<&'static ValueTable> = None;

    /// Reads the value from exactly its data; `None` if these bytes are no such value.
    fn read(data: &'a [u8]) -> Option<Self>;

    /// Reads the value of a floating field, for types that gain from what is known about its data.
    #[inline]
    fn read_field(field: RawField<'a>) -> Option<Self> {
        Self::read(field.data)
    }

    /// Appends the data.
    fn write(&self, writer: &mut Writer<'_>);
}

macro_rules! wire_integers {
    ($($type:ident = $wire:ident),*) => { $(
        impl<'a> Wire<'a> for $type {
            const TYPE: WireType = WireType::$wire;

            #[inline]
            fn read(data: &'a [u8]) -> Option<Self> {
                data.try_into().ok().map(Self::from_be_bytes)
            }

            fn write(&self, writer: &mut Writer<'_>) {
                writer.put(&self.to_be_bytes());
            }
        }
    )* };
}
wire_integers!(u8 = Uchar, u16 = Ushort, i16 = Short, u32 = Uint, i32 = Int);

/// BOOL: two bytes. Any value but zero is read as true (inferred; the reference knows only 0 and 1).
impl<'a> Wire<'a> for bool {
    const TYPE: WireType = WireType::Bool;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        u16::read(data).map(|word| word != 0)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        u16::from(*self).write(writer);
    }
}

/// TIME: seconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u32);

impl<'a> Wire<'a> for Time {
    const TYPE: WireType = WireType::Time;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        u32::read(data).map(Self)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.0.write(writer);
    }
}

/// STRING: text without its terminating zero byte, which is always written and need not be there when read. Read as
/// UTF-8 up to the first zero; bytes that are not UTF-8 become replacement characters.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, free of the frame it came from.
    pub fn into_owned(self) -> Text<'static> {
        Text(Cow::Owned(self.0.into_owned()))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// Everything before the first zero byte, or all of it.
pub(super) fn until_zero(data: &[u8]) -> &[u8] {
    CStr::from_bytes_until_nul(data).map_or(data, CStr::to_bytes)
}

/// Nearly every string is UTF-8 with one zero byte, at its end; for those this is all there is to do. What is not UTF-8 may
/// grow to `room` bytes.
#[inline]
pub(super) fn text(data: &[u8], room: usize) -> Cow<'_, str> {
    let plain = if let [text @ .., 0] = data { text } else { data };
    match std::str::from_utf8(plain) {
        Ok(text) if !has_zero(plain) => Cow::Borrowed(text),
        _ => odd_text(data, room),
    }
}

/// Looks at eight bytes at a time, the last eight once more instead of the remainder one by one: strings are short, and
/// what decides the speed is how few branches depend on their length.
#[inline]
fn has_zero(bytes: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        word.wrapping_sub(ONES) & !word & HIGHS
    };
    match bytes.last_chunk::<8>() {
        Some(last) => bytes.as_chunks::<8>().0.iter().fold(zeros(last), |found, word| found | zeros(word)) != 0,
        None => bytes.iter().fold(false, |found, byte| found | (*byte == 0)),
    }
}

/// Replacement characters are larger than what they stand for, so the text ends where it would outgrow `room`, the size of
/// the message that it came in: no input makes us allocate more than it has itself.
#[cold]
fn odd_text(data: &[u8], room: usize) -> Cow<'_, str> {
    let data = until_zero(data);
    if let Ok(text) = std::str::from_utf8(data) {
        return Cow::Borrowed(text);
    }
    let pieces = || data.utf8_chunks().flat_map(|chunk| [chunk.valid(), if chunk.invalid().is_empty() { "" } else { "\u{fffd}" }]);
    let mut text = String::with_capacity(pieces().map(str::len).sum::<usize>().min(room));
    for piece in pieces() {
        let fits = piece.floor_char_boundary(room - text.len());
        text.push_str(piece.get(..fits).unwrap_or_default());
        if fits < piece.len() {
            break;
        }
    }
    Cow::Owned(text)
}

impl<'a> Wire<'a> for Text<'a> {
    const TYPE: WireType = WireType::String;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        Some(Self(text(data, data.len())))
    }

    #[inline]
    fn read_field(field: RawField<'a>) -> Option<Self> {
        let known = field.known_text().map(|text| text.strip_suffix('\0').unwrap_or(text));
        Some(match known {
            Some(text) if !has_zero(text.as_bytes()) => Self(Cow::Borrowed(text)),
            _ => Self(text(field.data, field.room())),
        })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.put(self.0.as_bytes());
        writer.put(&[0]);
    }
}

/// UNSPEC: raw bytes.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Unspec<'a>(pub Cow<'a, [u8]>);

impl fmt::Debug for Unspec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Passwords travel in this type, so only the length is shown.
        write!(f, "Unspec({} bytes)", self.0.len())
    }
}

impl<'a> From<&'a [u8]> for Unspec<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Unspec<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }
}

impl<'a> Wire<'a> for Unspec<'a> {
    const TYPE: WireType = WireType::Unspec;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        Some(Self(Cow::Borrowed(data)))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.put(&self.0);
    }
}

/// NAMEDVAR: an ECC variable, name and value (33 and 211 bytes at most, zeros counted).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NamedVariable<'a> {
    /// Name as configured in Unified CCE, usually beginning with `user.`.
    pub name: Text<'a>,
    /// Value.
    pub value: Text<'a>,
}

impl<'a> NamedVariable<'a> {
    /// Parts the data into name (without its zero byte) and what follows it.
    pub(super) fn split(data: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let name = CStr::from_bytes_until_nul(data).ok()?.to_bytes();
        Some((name, data.get(name.len() + 1..)?))
    }

    /// Reads name and value, each of which may grow to `room` bytes where it is not UTF-8.
    fn within(data: &'a [u8], room: usize) -> Option<Self> {
        let (name, value) = Self::split(data)?;
        Some(Self { name: Text(text(name, room)), value: Text(text(value, room)) })
    }
}

impl<'a> Wire<'a> for NamedVariable<'a> {
    const TYPE: WireType = WireType::NamedVariable;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        Self::within(data, data.len())
    }

    #[inline]
    fn read_field(field: RawField<'a>) -> Option<Self> {
        let Some((name, value)) = field.known_text().and_then(|text| text.split_once('\0')) else {
            return Self::within(field.data, field.room());
        };
        let value = value.strip_suffix('\0').unwrap_or(value);
        if has_zero(value.as_bytes()) {
            return Self::within(field.data, field.room());
        }
        Some(Self { name: Text(Cow::Borrowed(name)), value: Text(Cow::Borrowed(value)) })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.name.write(writer);
        self.value.write(writer);
    }
}

/// NAMEDARRAY: one element of an ECC array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NamedArray<'a> {
    /// Index, from 0.
    pub index: u8,
    /// Name as configured in Unified CCE.
    pub name: Text<'a>,
    /// Value of this element.
    pub value: Text<'a>,
}

impl<'a> NamedArray<'a> {
    fn within(data: &'a [u8], room: usize) -> Option<Self> {
        let (index, rest) = data.split_first()?;
        let NamedVariable { name, value } = NamedVariable::within(rest, room)?;
        Some(Self { index: *index, name, value })
    }
}

impl<'a> Wire<'a> for NamedArray<'a> {
    const TYPE: WireType = WireType::NamedArray;

    #[inline]
    fn read(data: &'a [u8]) -> Option<Self> {
        Self::within(data, data.len())
    }

    #[inline]
    fn read_field(field: RawField<'a>) -> Option<Self> {
        Self::within(field.data, field.room())
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.put(&[self.index]);
        self.name.write(writer);
        self.value.write(writer);
    }
}

/// What one decoder tolerates and what it met on the way.
#[derive(Clone, Debug)]
pub struct Context {
    /// Version of the session.
    pub version: ProtocolVersion,
    /// What was tolerated so far.
    pub skipped: Skipped,
    message: &'static str,
    number: u32,
}

/// Things a tolerant decoder passed over, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Messages with a number that no table has.
    pub unknown_messages: u64,
    /// Floating fields with a tag that the message does not have.
    pub unknown_tags: u64,
    /// Floating fields whose data is no value of their type.
    pub bad_values: u64,
    /// Single fields that stood a second time; the first counts.
    pub duplicate_fields: u64,
}

impl Context {
    /// A context for sessions of `version`.
    pub const fn new(version: ProtocolVersion) -> Self {
        Self {
            version,
            skipped: Skipped { unknown_messages: 0, unknown_tags: 0, bad_values: 0, duplicate_fields: 0 },
            message: "",
            number: 0,
        }
    }

    #[inline]
    pub(super) const fn begin(&mut self, number: u32, message: &'static str) {
        self.number = number;
        self.message = message;
    }

    /// An error in the message now being decoded; `offset` counts from the start of the body.
    pub fn error(&self, field: &'static str, offset: usize, kind: DecodeErrorKind) -> DecodeError {
        let message = if self.message.is_empty() { None } else { Some(self.message) };
        DecodeError { message, number: self.number, field, offset: offset + super::frame::HEADER_LEN, kind }
    }

    /// An error at the floating field that `fields` stands on.
    #[cold]
    pub(super) fn field_error(&self, fields: &Fields<'_>, spec: &'static MessageSpec, kind: DecodeErrorKind) -> DecodeError {
        let field = fields.tag().and_then(|tag| spec.floating_field(tag)).map_or("", |field| field.name);
        self.error(field, fields.offset(), kind)
    }

    pub(super) fn fixed<'a, T: Wire<'a>>(&self, reader: &mut Reader<'a>, spec: &FixedSpec) -> Result<T, DecodeError> {
        let offset = reader.offset();
        let width = const { width_of::<T>() };
        let data = reader.take(width).ok_or_else(|| self.error(spec.name, offset, DecodeErrorKind::MessageTooShort))?;
        T::read(data).ok_or_else(|| self.error(spec.name, offset, DecodeErrorKind::BadValue))
    }
}

pub(super) const fn width_of<'a, T: Wire<'a>>() -> usize {
    match T::TYPE.width() {
        Some(width) => width,
        None => panic!("a type without a width cannot stand in a fixed part"),
    }
}

/// A member of a message struct that stands in the floating part.
pub trait Floating<'a>: Default {
    /// Type of the data.
    const TYPE: WireType;
    /// Names of the values.
    const VALUES: Option<&'static ValueTable>;
    /// How often it may stand.
    const ARITY: Arity;
    /// For list entries of several fields: these.
    const GROUP: Option<&'static [FloatingSpec]> = None;

    /// Takes the field that `fields` stands on.
    fn accept(&mut self, fields: &Fields<'a>, context: &mut Context);

    /// Writes what is there.
    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem);
}

pub(super) fn emit_one<'a, T: Wire<'a>>(value: &T, writer: &mut Writer<'_>, spec: &FloatingSpec) {
    writer.field(spec.tag, spec.name, usize::from(spec.max), |writer| value.write(writer));
}

impl<'a, T: Wire<'a>> Floating<'a> for Option<T> {
    const TYPE: WireType = T::TYPE;
    const VALUES: Option<&'static ValueTable> = T::VALUES;
    const ARITY: Arity = Arity::One;

    #[inline]
    fn accept(&mut self, fields: &Fields<'a>, context: &mut Context) {
        if self.is_some() {
            context.skipped.duplicate_fields += 1;
            return;
        }
        *self = T::read_field(fields.here());
        if self.is_none() {
            context.skipped.bad_values += 1;
        }
    }

    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem) {
        if let (Some(value), FloatingItem::Field(spec)) = (self, item)
            && writer.version().has(spec.since, spec.until)
        {
            emit_one(value, writer, spec);
        }
    }
}

/// The part of a floating field's specification that its Rust type does not tell.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// The reference's name.
    pub name: &'static str,
    /// Its tag.
    pub tag: u16,
    /// Most data bytes, 0 = none printed.
    pub max: u16,
    /// First version, 0 = all.
    pub since: u8,
    /// Last version, 0 = all.
    pub until: u8,
    /// Whether the reference demands it.
    pub is_required: bool,
}

/// Joins what the declaration and the type say.
pub const fn field_spec<'a, F: Floating<'a>>(declared: Declared) -> FloatingSpec {
    let Declared { name, tag, max, since, until, is_required } = declared;
    FloatingSpec {
        name,
        tag,
        wire: F::TYPE,
        max,
        values: F::VALUES,
        arity: F::ARITY,
        is_required,
        since,
        until,
        is_counter: false,
        counts: &[],
    }
}

/// As [`field_spec`], a group if the type is a list of groups.
pub const fn floating_item<'a, F: Floating<'a>>(declared: Declared) -> FloatingItem {
    match F::GROUP {
        Some(group) => FloatingItem::Group(group),
        None => FloatingItem::Field(field_spec::<F>(declared)),
    }
}

/// A counter of the floating part; `counts` are the tags of its list.
pub const fn counter_spec<'a, T: Wire<'a>>(name: &'static str, tag: u16, since: u8, counts: &'static [u16]) -> FloatingSpec {
    FloatingSpec {
        name,
        tag,
        wire: T::TYPE,
        max: 0,
        values: None,
        arity: Arity::One,
        is_required: false,
        since,
        until: 0,
        is_counter: true,
        counts,
    }
}

/// A field of the fixed part.
pub const fn fixed_spec<'a, T: Wire<'a>>(name: &'static str, since: u8) -> FixedSpec {
    FixedSpec { name, wire: T::TYPE, values: T::VALUES, since, is_counter: false, counts: &[] }
}

/// A counter of the fixed part; `counts` are the tags of its list.
pub const fn fixed_counter_spec<'a, T: Wire<'a>>(name: &'static str, since: u8, counts: &'static [u16]) -> FixedSpec {
    FixedSpec { name, wire: T::TYPE, values: T::VALUES, since, is_counter: true, counts }
}
