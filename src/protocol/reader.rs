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
    /// The data as text, where that is known already without looking at it.
    text: Option<&'a str>,
    /// Bytes of the whole body: what text may grow to where it is not UTF-8.
    room: usize,
}

impl<'a> RawField<'a> {
    /// The data as text, where it is known to be UTF-8; `None` says nothing.
    #[inline]
    pub(super) const fn known_text(&self) -> Option<&'a str> {
        self.text
    }

    /// Bytes of the whole body.
    #[inline]
    pub(super) const fn room(&self) -> usize {
        self.room
    }
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
        Ok(Some(RawField { tag, data, offset, text: None, room: self.bytes.len() }))
    }
}

/// Walks the floating part: stands on one field at a time, or behind the last.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    /// The whole floating part.
    all: &'a [u8],
    rest: &'a [u8],
    /// Where the floating part begins, in bytes from the start of the body.
    start: usize,
    is_wide: bool,
    /// Tag of the field stood on; no tag is that large behind the last.
    tag: u32,
    data: &'a [u8],
    offset: usize,
    /// The whole floating part, if it happens to be UTF-8 with tags, lengths and all, as that of most call events is. One
    /// look at it then spares one for each string.
    text: Option<&'a str>,
}

impl<'a> Fields<'a> {
    const NO_TAG: u32 = u32::MAX;

    /// Stands before the first field of what `reader` has left.
    pub(super) fn new(reader: &mut Reader<'a>, version: ProtocolVersion) -> Self {
        let start = reader.offset();
        let all = reader.rest();
        let text = std::str::from_utf8(all).ok();
        Self { all, rest: all, start, is_wide: version.has_wide_fields(), tag: Self::NO_TAG, data: &[], offset: 0, text }
    }

    /// Stands before the first field of `all`, a piece of a floating part that was walked before.
    pub(super) const fn again(all: &'a [u8], is_wide: bool) -> Self {
        Self { all, rest: all, start: 0, is_wide, tag: Self::NO_TAG, data: &[], offset: 0, text: None }
    }

    /// Goes to the next field.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<(), DecodeErrorKind> {
        self.offset = self.start + self.all.len() - self.rest.len();
        let (tag, length, behind) = match (self.is_wide, self.rest) {
            (true, [t1, t2, l1, l2, behind @ ..]) => (u16::from_be_bytes([*t1, *t2]), usize::from(u16::from_be_bytes([*l1, *l2])), behind),
            (false, [tag, length, behind @ ..]) => (u16::from(*tag), usize::from(*length), behind),
            (_, []) => {
                self.tag = Self::NO_TAG;
                return Ok(());
            }
            _ => {
                self.tag = Self::NO_TAG;
                return Err(DecodeErrorKind::BadFieldHeader);
            }
        };
        // The damaged field is the one stood on: an error names it.
        self.tag = u32::from(tag);
        (self.data, self.rest) = behind.split_at_checked(length).ok_or(DecodeErrorKind::FieldPastEnd)?;
        Ok(())
    }

    /// Whether it stands on a field with this tag.
    #[inline]
    pub(super) const fn is_at(&self, tag: u16) -> bool {
        self.tag == tag as u32
    }

    /// Where the field stood on begins, in bytes from the start of the body; where the broken one does after an error.
    pub(super) const fn offset(&self) -> usize {
        self.offset
    }

    /// The floating part from the field stood on to its end.
    pub(super) fn rest_from_here(&self) -> &'a [u8] {
        self.all.get(self.offset - self.start..).unwrap_or_default()
    }

    /// The floating part behind the field stood on.
    pub(super) const fn behind(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether tags and lengths take two bytes each.
    pub(super) const fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// The tag of the field stood on; after an error that of the broken one, if it could be read.
    pub(super) fn tag(&self) -> Option<u16> {
        u16::try_from(self.tag).ok()
    }

    /// The field stood on.
    #[inline]
    pub(super) fn field(&self) -> Option<RawField<'a>> {
        if self.tag == Self::NO_TAG { None } else { Some(self.here()) }
    }

    /// The field stood on, for callers that know that there is one.
    #[inline]
    pub(super) fn here(&self) -> RawField<'a> {
        let behind = self.all.len() - self.rest.len();
        let text = self.text.and_then(|text| text.get(behind - self.data.len()..behind));
        RawField { tag: self.tag as u16, data: self.data, offset: self.offset, text, room: self.start + self.all.len() }
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
