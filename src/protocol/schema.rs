//! The tables behind the messages: what every declaration says about itself, for generic decoding, tests and documents.

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// The CTI client, that is: we, or any desktop.
    Client,
    /// The CTI Server.
    Server,
    /// Either one (the recording messages are forwarded by the server).
    Both,
}

/// The data types of the reference (chapter "Messaging Conventions").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WireType {
    /// One unsigned byte.
    Uchar,
    /// Two bytes, unsigned.
    Ushort,
    /// Two bytes, signed.
    Short,
    /// Four bytes, unsigned.
    Uint,
    /// Four bytes, signed.
    Int,
    /// Two bytes, 0 or 1.
    Bool,
    /// Four bytes, seconds since 1970-01-01 UTC.
    Time,
    /// Text with a terminating zero byte that counts.
    String,
    /// Raw bytes.
    Unspec,
    /// Name, zero, value, zero: one ECC variable.
    NamedVariable,
    /// Index byte, name, zero, value, zero: one element of an ECC array.
    NamedArray,
}

impl WireType {
    /// Bytes of the type, `None` where the field's length tells.
    pub const fn width(self) -> Option<usize> {
        match self {
            Self::Uchar => Some(1),
            Self::Ushort | Self::Short | Self::Bool => Some(2),
            Self::Uint | Self::Int | Self::Time => Some(4),
            Self::String | Self::Unspec | Self::NamedVariable | Self::NamedArray => None,
        }
    }

    /// The reference's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uchar => "UCHAR",
            Self::Ushort => "USHORT",
            Self::Short => "SHORT",
            Self::Uint => "UINT",
            Self::Int => "INT",
            Self::Bool => "BOOL",
            Self::Time => "TIME",
            Self::String => "STRING",
            Self::Unspec => "UNSPEC",
            Self::NamedVariable => "NAMEDVAR",
            Self::NamedArray => "NAMEDARRAY",
        }
    }
}

/// A table of values or bits with the reference's names.
#[derive(Debug, PartialEq, Eq)]
pub struct ValueTable {
    /// Name of the table.
    pub name: &'static str,
    /// Whether the values are bits of a mask.
    pub is_mask: bool,
    /// Values and their names, in the order of the reference.
    pub values: &'static [(u32, &'static str)],
}

impl ValueTable {
    /// The reference's name of `value`.
    pub fn name_of(&self, value: u32) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == value).map(|(_, name)| *name)
    }
}

/// How often a floating field stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arity {
    /// At most once.
    One,
    /// As often as its counter says.
    List,
    /// Once, its data holding several values of the type back to back; repeated fields are read too.
    Packed,
}

/// A field of the fixed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedSpec {
    /// The reference's name.
    pub name: &'static str,
    /// Its type.
    pub wire: WireType,
    /// Names for its values.
    pub values: Option<&'static ValueTable>,
    /// First version that has it, 0 = all.
    pub since: u8,
    /// Whether it counts a list of the floating part.
    pub is_counter: bool,
    /// Tags of the list that it counts; empty for every other field.
    pub counts: &'static [u16],
}

/// A field of the floating part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatingSpec {
    /// The reference's name.
    pub name: &'static str,
    /// Its tag.
    pub tag: u16,
    /// Its type.
    pub wire: WireType,
    /// Most data bytes, terminating zero included; 0 = none printed.
    pub max: u16,
    /// Names for its values.
    pub values: Option<&'static ValueTable>,
    /// How often it may stand.
    pub arity: Arity,
    /// Whether the reference demands it.
    pub is_required: bool,
    /// First version that has it, 0 = all.
    pub since: u8,
    /// Last version that has it, 0 = all.
    pub until: u8,
    /// Whether it counts a list.
    pub is_counter: bool,
    /// Tags of the list that it counts; empty for every other field.
    pub counts: &'static [u16],
}

impl FloatingSpec {
    /// Whether the field exists in `version`: by its own bounds, and because a tag above 255 needs the two-byte layout.
    pub const fn exists_in(&self, version: super::ProtocolVersion) -> bool {
        version.has(self.since, self.until) && (self.tag <= 0xff || version.has_wide_fields())
    }
}

/// A floating field, or a group of them that repeats as one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatingItem {
    /// A field of its own.
    Field(FloatingSpec),
    /// The members of one list entry, which follow each other in this order.
    Group(&'static [FloatingSpec]),
}

impl FloatingItem {
    /// The fields of the item, one or several.
    pub const fn fields(&self) -> &[FloatingSpec] {
        match self {
            Self::Field(field) => std::slice::from_ref(field),
            Self::Group(fields) => fields,
        }
    }
}

/// What a message declaration says.
#[derive(Debug, PartialEq, Eq)]
pub struct MessageSpec {
    /// MessageType.
    pub number: u32,
    /// The reference's name.
    pub name: &'static str,
    /// Who sends it.
    pub from: Sender,
    /// First version that has it, 0 = all.
    pub since: u8,
    /// The fixed part, in wire order.
    pub fixed: &'static [FixedSpec],
    /// The floating part, in documented order.
    pub floating: &'static [FloatingItem],
}

impl MessageSpec {
    /// All floating fields, groups flattened.
    pub fn floating_fields(&self) -> impl Iterator<Item = &FloatingSpec> {
        self.floating.iter().flat_map(FloatingItem::fields)
    }

    /// The floating field with this tag.
    pub fn floating_field(&self, tag: u16) -> Option<&FloatingSpec> {
        self.floating_fields().find(|field| field.tag == tag)
    }

    /// Whether the message is declared without any field. The reference prints no layout for such messages; an empty body
    /// is inferred and any other one is accepted.
    pub const fn has_no_fields(&self) -> bool {
        self.fixed.is_empty() && self.floating.is_empty()
    }

    /// Bytes of the fixed part in `version`.
    pub fn fixed_len(&self, version: super::ProtocolVersion) -> usize {
        self.fixed.iter().filter(|f| version.has(f.since, 0)).filter_map(|f| f.wire.width()).sum()
    }
}

/// The fixed part of `FAILURE_CONF` as the guide of protocol 24 (release 12.6(1)) alone prints it. All other guides print
/// InvokeID and Status; which one a server sends is told from the bytes.
pub const TWO_PART_FAILURE: [FixedSpec; 3] = [
    FixedSpec { name: "InvokeID", wire: WireType::Uint, values: None, since: 0, is_counter: false, counts: &[] },
    FixedSpec {
        name: "FailureCode",
        wire: WireType::Ushort,
        values: Some(super::values::StatusCode::TABLE),
        since: 0,
        is_counter: false,
        counts: &[],
    },
    FixedSpec { name: "PeripheralErrorCode", wire: WireType::Uint, values: None, since: 0, is_counter: false, counts: &[] },
];
