//! What can be wrong with bytes, said exactly: which message, which field, which byte, what kind.

use std::fmt;

use thiserror::Error;

/// The kinds of damage a decoder can meet. The words are those that `ctibridge decode` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The header announces more bytes than the receiver accepts.
    FrameTooLong,
    /// The input ends inside a frame.
    FrameTruncated,
    /// The body is shorter than the fixed part that the session's version demands.
    MessageTooShort,
    /// A floating field's length points behind the end of the message.
    FieldPastEnd,
    /// Bytes are left over that are too few for a field header.
    BadFieldHeader,
    /// A counter in the message and the number of list entries differ.
    ListMismatch,
    /// A documented maximum (field size, list length) is exceeded.
    LimitExceeded,
    /// A field that may stand once stands twice.
    DuplicateField,
    /// A value that cannot be read as its type.
    BadValue,
}

impl DecodeErrorKind {
    /// The stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FrameTooLong => "frame_too_long",
            Self::FrameTruncated => "frame_truncated",
            Self::MessageTooShort => "message_too_short",
            Self::FieldPastEnd => "field_past_end",
            Self::BadFieldHeader => "bad_field_header",
            Self::ListMismatch => "list_mismatch",
            Self::LimitExceeded => "limit_exceeded",
            Self::DuplicateField => "duplicate_field",
            Self::BadValue => "bad_value",
        }
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message that could not be decoded. Cheap to build and to copy: nothing allocates in order to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind} in {} field {field:?} at byte {offset} of the message", message_label(*.message, *.number))]
pub struct DecodeError {
    /// Name of the message as in the reference, `None` for an unknown number.
    pub message: Option<&'static str>,
    /// Number of the message.
    pub number: u32,
    /// Name of the field as in the reference; empty where no field can be named.
    pub field: &'static str,
    /// Bytes from the start of the message, header included.
    pub offset: usize,
    /// What is wrong.
    pub kind: DecodeErrorKind,
}

fn message_label(name: Option<&'static str>, number: u32) -> String {
    name.map_or_else(|| format!("message {number}"), str::to_owned)
}

/// A message of ours that cannot be put on the wire; always our mistake or the caller's, never the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The text or data does not fit the field of this protocol version.
    #[error("field {field} of {message} holds {length} bytes, at most {max} fit")]
    FieldTooLong {
        /// Name of the message.
        message: &'static str,
        /// Name of the field.
        field: &'static str,
        /// Bytes that were to be written, terminator included.
        length: usize,
        /// Bytes that fit.
        max: usize,
    },
    /// The tag needs two bytes and the version's layout has one (generic encoding only: declared fields have a `since`).
    #[error("{message} in protocol version {version} cannot carry tag {tag}")]
    TagTooLarge {
        /// Name of the message.
        message: &'static str,
        /// The tag.
        tag: u16,
        /// The session's version.
        version: u8,
    },
    /// An entry of a list lacks the members that tell where it begins: it would be read as part of the entry before it, or
    /// not at all.
    #[error("an entry in {message} begins with {field} or is empty; it would be lost in the entry before it")]
    EntriesJoin {
        /// Name of the message.
        message: &'static str,
        /// The first member that the entry has, or should have.
        field: &'static str,
    },
    /// A `FAILURE_CONF` whose status would be read as something else: the layout with a PeripheralErrorCode needs one from 1
    /// to 65535, the other one below 65536 or nothing behind it.
    #[error("FAILURE_CONF cannot carry status {status} here")]
    FailureStatus {
        /// The status.
        status: u32,
    },
    /// The message does not exist in the session's protocol version.
    #[error("{message} does not exist in protocol version {version}")]
    NotInVersion {
        /// Name of the message.
        message: &'static str,
        /// The session's version.
        version: u8,
    },
}
