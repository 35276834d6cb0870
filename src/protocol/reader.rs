//! A reader over one message body that cannot run past its end.

use super::error::DecodeErrorKind;
use super::version::ProtocolVersion;

/// One floating field as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawField<'a> {
    /// The tag.
    pub tag: u16,
    /// The data bytes, without tag and length.
    pub data: &'a [u8],
    /// Where the field's header starts, in bytes from the start of the body.
    pub offset: usize,
}

/// Hands out only bytes it has.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Bytes that are left.
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Whether everything has been read.
    pub const fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// The next `length` bytes, or `None` (and nothing consumed) if there are fewer.
    pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let slice = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(slice)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        let slice = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        slice
    }

    /// The next floating field; `None` at the end of the message.
    ///
    /// # Errors
    /// [`DecodeErrorKind::BadFieldHeader`] if fewer bytes are left than a header needs, [`DecodeErrorKind::FieldPastEnd`]
    /// if the length points behind the end. Nothing is consumed in either case.
    #[inline]
    pub fn field(&mut self, version: ProtocolVersion) -> Result<Option<RawField<'a>>, DecodeErrorKind> {
        let offset = self.at;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (tag, length, header) = match (version.has_wide_fields(), rest) {
            (_, []) => return Ok(None),
            (false, [tag, length, ..]) => (u16::from(*tag), usize::from(*length), 2),
            (true, [t1, t2, l1, l2, ..]) => (u16::from_be_bytes([*t1, *t2]), usize::from(u16::from_be_bytes([*l1, *l2])), 4),
            _ => return Err(DecodeErrorKind::BadFieldHeader),
        };
        let data = rest.get(header..header + length).ok_or(DecodeErrorKind::FieldPastEnd)?;
        self.at = offset + header + length;
        Ok(Some(RawField { tag, data, offset }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_lies_about_its_length_is_refused_and_consumes_nothing() {
        let mut reader = Reader::new(&[25, 9, b'x']);
        assert_eq!(reader.field(ProtocolVersion::MIN), Err(DecodeErrorKind::FieldPastEnd));
        assert_eq!(reader.offset(), 0);
    }

    #[test]
    fn widths_change_at_version_20() {
        let narrow = ProtocolVersion::new(19).unwrap();
        let wide = ProtocolVersion::new(20).unwrap();
        assert_eq!(Reader::new(&[25, 1, b'x']).field(narrow).unwrap().unwrap().data, b"x");
        assert_eq!(Reader::new(&[0, 25, 0, 1, b'x']).field(wide).unwrap().unwrap().data, b"x");
        assert_eq!(Reader::new(&[0, 25, 0]).field(wide), Err(DecodeErrorKind::BadFieldHeader));
    }
}
