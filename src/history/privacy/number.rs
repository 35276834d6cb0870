//! Whether a text holds somebody's number, however it is written.

use super::super::model::Session;

/// Fewest digits of a number that records can be erased by: shorter ones are extensions and amounts.
pub const FEWEST: usize = 5;
/// Most digits (E.164 has 15; international prefixes come before).
pub const MOST: usize = 20;
/// Longest text of a number, separators included.
pub const LONGEST: usize = 64;

/// A number without everything that is only a way of writing it: separators, `+` and the international prefix `00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Reads a number; none: it is not one that could be somebody's.
    pub fn read(text: &str) -> Option<Self> {
        let is_number = text.chars().all(|sign| sign.is_ascii_digit() || " -/.()+".contains(sign)) && text.len() <= LONGEST;
        let count = text.bytes().filter(u8::is_ascii_digit).count();
        (is_number && (FEWEST..=MOST).contains(&count)).then(|| Self(digits_of(text)))
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether the text is the number, or has it in it.
    pub fn is_in(&self, text: &str) -> bool {
        let (mut run, mut signs) = (String::new(), text.chars());
        loop {
            let sign = signs.next();
            match sign {
                Some(sign) if sign.is_ascii_digit() || (" -/.()+".contains(sign) && !run.is_empty()) || sign == '+' => run.push(sign),
                _ => {
                    if self.is_run(&run) {
                        return true;
                    }
                    run.clear();
                    if sign.is_none() {
                        return false;
                    }
                }
            }
        }
    }

    /// Digits with separators: the number as a whole, or several of them beside each other.
    fn is_run(&self, run: &str) -> bool {
        if run.len() < FEWEST {
            return false;
        }
        // Words that follow each other may be one number written with blanks, or several numbers.
        let words: Vec<&str> = run.split_whitespace().collect();
        (0..words.len())
            .any(|from| (from + 1..=words.len()).any(|to| words.get(from..to).is_some_and(|part| digits_of(&part.concat()) == self.0)))
    }

    /// Whether a session has it anywhere.
    pub fn is_in_session(&self, session: &Session) -> bool {
        let named = [&session.client_number, &session.direct_call_number].into_iter().flatten();
        let params = session.call_params.values().chain(session.own_params.values());
        let phones = session.routing.iter().filter_map(|entry| entry.phone.as_ref());
        let phones = phones.chain(session.activities.iter().filter_map(|activity| activity.to_phone.as_ref()));
        let notes = session.operators.iter().filter_map(|operator| operator.note.as_ref());
        let files = session.files.iter().map(|file| &file.name);
        named.chain(params).chain(phones).chain(notes).chain(&session.tags).chain(files).any(|text| self.is_in(text))
    }
}

fn digits_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_international = !text.trim_start().starts_with('+') && digits.starts_with("00");
    // What is too short behind the prefix to be somebody's number has none: 00123 is a number of five digits.
    let behind = digits.trim_start_matches('0');
    if is_international && behind.len() >= FEWEST { behind.to_owned() } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let number = Number::read("+41 79 111 22 33").unwrap();
        assert_eq!(number.digits(), "41791112233");
        for text in
            ["41791112233", "0041791112233", "+41 (79) 111-22-33", "call +41.79.111.22.33!", "0791112200 41791112233", "x41791112233y"]
        {
            assert!(number.is_in(text), "{text}");
        }
        for text in ["", "417911122334", "1141791112233", "41791112", "41 79 111 22", "2026-01-31T10:00:00Z"] {
            assert!(!number.is_in(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "1234", "abc", "4179111223x", "123456789012345678901", "%", "+ + +"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
        assert!(Number::read("12345").is_some());
    }

    /// Whoever makes requests from the document gets no refusal that it does not tell.
    #[test]
    fn five_to_twenty_digits_are_a_number_whatever_they_are() {
        for (text, digits) in [
            ("00000", "00000"),
            ("00123", "00123"),
            ("0012345", "12345"),
            ("+00123", "00123"),
            ("(0)01-2 3", "00123"),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(Number::read(text).map(|number| number.0).as_deref(), Some(digits), "{text}");
        }
        let number = Number::read("00123").unwrap();
        assert!(number.is_in("room 00123, please") && !number.is_in("room 123"));
        for text in ["0000", "000000000000000000000", &format!("{}12345", " ".repeat(60))] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }
}
