//! Writes one message: header first, lengths patched afterwards, no second buffer.

use bytes::{BufMut, BytesMut};

use super::error::EncodeError;
use super::frame::HEADER_LEN;
use super::version::ProtocolVersion;

/// Appends one message to a buffer. The first failure is kept; [`Writer::finish`] then removes what was written.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut BytesMut,
    start: usize,
    version: ProtocolVersion,
    message: &'static str,
    failure: Option<EncodeError>,
}

impl<'b> Writer<'b> {
    /// Starts a message of type `number` at the end of `buffer`.
    pub fn new(buffer: &'b mut BytesMut, version: ProtocolVersion, number: u32, message: &'static str) -> Self {
        let start = buffer.len();
        buffer.put_u32(0);
        buffer.put_u32(number);
        Self { buffer, start, version, message, failure: None }
    }

    /// The version whose layout is written.
    pub const fn version(&self) -> ProtocolVersion {
        self.version
    }

    /// Name of the message.
    pub(super) const fn message(&self) -> &'static str {
        self.message
    }

    /// Bytes in the buffer.
    pub(super) fn written(&self) -> usize {
        self.buffer.len()
    }

    /// Keeps a failure, if it is the first.
    pub(super) fn refuse(&mut self, error: EncodeError) {
        self.failure.get_or_insert(error);
    }

    /// Appends bytes as they are.
    pub fn put(&mut self, bytes: &[u8]) {
        self.buffer.put_slice(bytes);
    }

    /// Writes one floating field whose data `data` appends; `max` is the documented data size, 0 for none. A field whose tag
    /// needs two bytes is left out where the version has one.
    pub fn field(&mut self, tag: u16, name: &'static str, max: usize, data: impl FnOnce(&mut Self)) {
        let wide = self.version.has_wide_fields();
        if wide {
            self.buffer.put_u16(tag);
            self.buffer.put_u16(0);
        } else {
            // A field whose tag does not fit the layout cannot exist in this version, whether or not a table says since when.
            let Ok(tag) = u8::try_from(tag) else { return };
            self.buffer.put_u8(tag);
            self.buffer.put_u8(0);
        }
        let from = self.buffer.len();
        data(self);
        let length = self.buffer.len() - from;
        let max = if max == 0 { self.version.max_field_len() } else { max.min(self.version.max_field_len()) };
        if length > max {
            let message = self.message;
            self.refuse(EncodeError::FieldTooLong { message, field: name, length, max });
            return;
        }
        if wide {
            self.buffer[from - 2..from].copy_from_slice(&(length as u16).to_be_bytes());
        } else {
            self.buffer[from - 1] = length as u8;
        }
    }

    /// Patches the header's length.
    ///
    /// # Errors
    /// The first [`EncodeError`] met; the buffer then holds what it held before.
    pub fn finish(self) -> Result<(), EncodeError> {
        if let Some(failure) = self.failure {
            self.buffer.truncate(self.start);
            return Err(failure);
        }
        let length = (self.buffer.len() - self.start - HEADER_LEN) as u32;
        self.buffer[self.start..self.start + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }
}
