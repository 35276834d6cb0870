//! Protocol versions and the one layout rule that depends on them: the width of a floating field's header.

use std::fmt;

/// A version of the CTI Server protocol that this crate speaks, 9 to 25.
///
/// The version asked for in `OPEN_REQ` is the version of every message of the session
/// (CTI Server Message Reference Guide, chapter "Session Management").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolVersion(u8);

impl ProtocolVersion {
    /// The oldest version spoken.
    pub const MIN: Self = Self(9);
    /// The newest version spoken (Unified CCE release 15.0).
    pub const MAX: Self = Self(25);
    /// The version assumed where nothing tells it.
    pub const DEFAULT: Self = Self(24);

    /// Checks a version number as it stands in `OPEN_REQ`; `None` outside 9…25.
    pub const fn new(number: u32) -> Option<Self> {
        if number >= Self::MIN.0 as u32 && number <= Self::MAX.0 as u32 { Some(Self(number as u8)) } else { None }
    }

    /// The version as a number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether floating fields carry two-byte tags and lengths. They do from version 20 on; before that it is one byte
    /// each (Protocol Version 24 guide, chapter "Changes and Additions"; recorded bytes of versions 14, 15 and 24 agree).
    pub const fn has_wide_fields(self) -> bool {
        self.0 >= 20
    }

    /// Bytes of a floating field's header: tag and length.
    pub const fn field_header_len(self) -> usize {
        if self.has_wide_fields() { 4 } else { 2 }
    }

    /// The most data bytes that one floating field can carry.
    pub const fn max_field_len(self) -> usize {
        if self.has_wide_fields() { u16::MAX as usize } else { u8::MAX as usize }
    }

    /// The next lower version, for a client that was refused with status 1.
    pub const fn lower(self) -> Option<Self> {
        Self::new(self.0 as u32 - 1)
    }

    /// Whether something introduced by `since` and removed after `until` exists in this version (0 = no bound).
    pub const fn has(self, since: u8, until: u8) -> bool {
        self.0 >= since && (until == 0 || self.0 <= until)
    }
}

impl Default for ProtocolVersion {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for ProtocolVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| format!("protocol versions are {} to {}", Self::MIN, Self::MAX))
    }
}
