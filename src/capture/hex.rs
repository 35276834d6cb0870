//! Hex text: digits in pairs, with blanks, `|` and `#` comments between them as people like to write them.
//!
//! A comment before the first digit may say which protocol version the bytes have, where no `OPEN_REQ` among them does:
//! `# protocol-version: 15`.

/// Lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0xf] {
            text.push(char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'?')));
        }
    }
    text
}

/// The bytes of plain hex, pairs of digits and nothing else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).map(|value| value as u8)
}

/// Something in hex text that is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHex {
    /// Where it stands, in characters (bytes) of the text.
    pub position: u64,
}

/// Reads hex text piece by piece.
#[derive(Debug, Default)]
pub struct HexText {
    position: u64,
    is_comment: bool,
    high: Option<u8>,
    has_digits: bool,
    comment: Vec<u8>,
    version: Option<u32>,
}

/// What a comment begins with that tells the version.
const VERSION: &str = "protocol-version:";

/// More of a comment than this is not kept.
const COMMENT: usize = 64;

impl HexText {
    /// Takes the next piece of text and appends its bytes to `out`.
    ///
    /// # Errors
    /// [`NotHex`] at the first character that does not belong; the reader cannot go on then.
    pub fn read(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NotHex> {
        for character in text {
            let position = self.position;
            self.position += 1;
            match character {
                b'\n' => self.end_comment(),
                _ if self.is_comment => {
                    if !self.has_digits && self.comment.len() < COMMENT {
                        self.comment.push(*character);
                    }
                }
                b'#' => self.is_comment = true,
                character if is_blank(*character) => {}
                character => {
                    let value = digit(*character).ok_or(NotHex { position })?;
                    self.has_digits = true;
                    match self.high.take() {
                        Some(high) => out.push(high << 4 | value),
                        None => self.high = Some(value),
                    }
                }
            }
        }
        Ok(())
    }

    fn end_comment(&mut self) {
        self.is_comment = false;
        let told = std::str::from_utf8(&self.comment).ok().and_then(|comment| comment.trim().strip_prefix(VERSION));
        self.version = self.version.or_else(|| told?.trim().parse().ok());
        self.comment.clear();
    }

    /// The protocol version that a comment before the first digit told.
    pub const fn version(&self) -> Option<u32> {
        self.version
    }

    /// Ends the text.
    ///
    /// # Errors
    /// [`NotHex`] if one digit was left over.
    pub const fn finish(&self) -> Result<(), NotHex> {
        if self.high.is_some() { Err(NotHex { position: self.position }) } else { Ok(()) }
    }
}

const fn is_blank(character: u8) -> bool {
    matches!(character, b' ' | b'\t' | b'\r' | b'\n' | b'|')
}

/// Whether a piece from the start of the input looks like hex text: at least one digit or comment, nothing foreign.
pub fn looks_like_hex(start: &[u8]) -> bool {
    let mut text = HexText::default();
    let is_clean = text.read(start, &mut Vec::new()).is_ok();
    is_clean && start.iter().any(|character| !is_blank(*character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_text_may_be_split_anywhere() {
        let text = b"00 01|0\n2 # zwei \xc3\xa9 03\nff";
        for at in 0..text.len() {
            let (mut reader, mut out) = (HexText::default(), Vec::new());
            reader.read(&text[..at], &mut out).unwrap();
            reader.read(&text[at..], &mut out).unwrap();
            reader.finish().unwrap();
            assert_eq!(out, [0, 1, 2, 0xff]);
        }
    }

    #[test]
    fn a_comment_before_the_bytes_may_tell_the_version() {
        for (text, version) in [
            ("# made by hand\n#  protocol-version: 15 \n00", Some(15)),
            ("00 # protocol-version: 15\n00", None),
            ("# protocol-version: fifteen\n00", None),
        ] {
            for at in 0..text.len() {
                let (mut reader, mut out) = (HexText::default(), Vec::new());
                reader.read(&text.as_bytes()[..at], &mut out).unwrap();
                reader.read(&text.as_bytes()[at..], &mut out).unwrap();
                assert_eq!(reader.version(), version, "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_hex_is_named_by_its_place() {
        assert_eq!(HexText::default().read(b"00 x", &mut Vec::new()), Err(NotHex { position: 3 }));
        let mut odd = HexText::default();
        odd.read(b"000", &mut Vec::new()).unwrap();
        assert_eq!(odd.finish(), Err(NotHex { position: 3 }));
        assert!(!looks_like_hex(b"\0\0\0\x04"));
        assert!(!looks_like_hex(b" \n"));
    }
}
