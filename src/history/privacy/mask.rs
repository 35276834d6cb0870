//! Sessions for readers who may not see numbers: every digit but the last two becomes an asterisk, wherever a customer's number
//! can be: in its own fields, in the call's data, in notes and names of files.

use super::super::model::{Direction, Session};

/// Digits of a text in a row that could be somebody's number.
const NUMBER: usize = 5;

/// Digits that stay.
const SHOWN: usize = 2;

/// What stands between the digits of one number.
fn is_separator(sign: char) -> bool {
    matches!(sign, ' ' | '-' | '/' | '.' | '(' | ')' | '+')
}

/// Hides a field that is a number.
pub fn number(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    hide(text, digits.saturating_sub(SHOWN))
}

/// The first so many digits become asterisks.
fn hide(text: &str, mut count: usize) -> String {
    let hidden = text.chars().map(|sign| {
        if sign.is_ascii_digit() && count > 0 {
            count -= 1;
            '*'
        } else {
            sign
        }
    });
    hidden.collect()
}

/// Hides the numbers in a text; short ones, such as amounts and years, stay.
pub fn text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, masked: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        masked.push_str(&if digits >= NUMBER { number(run) } else { std::mem::take(run) });
        run.clear();
    };
    for sign in text.chars() {
        let belongs = sign.is_ascii_digit() || (is_separator(sign) && !run.is_empty());
        if belongs {
            run.push(sign);
        } else {
            flush(&mut run, &mut masked);
            masked.push(sign);
        }
    }
    flush(&mut run, &mut masked);
    masked
}

/// Hides all numbers of a session that can be a customer's.
pub fn session(session: &mut Session) {
    let hide_in = |place: &mut Option<String>| {
        if let Some(found) = place {
            *found = number(found);
        }
    };
    hide_in(&mut session.client_number);
    // The number that was called is the centre's own only where the customer called.
    let is_outgoing = session.direction != Direction::Inbound;
    if is_outgoing {
        hide_in(&mut session.direct_call_number);
    }
    for (name, value) in session.call_params.iter_mut().chain(&mut session.own_params) {
        *value = match name.as_str() {
            "ANI" | "CallerEnteredDigits" => number(value),
            "DNIS" | "DialedNumber" if is_outgoing => number(value),
            "DNIS" | "DialedNumber" => std::mem::take(value),
            _ => text(value),
        };
    }
    session.routing.iter_mut().for_each(|entry| hide_in(&mut entry.phone));
    session.activities.iter_mut().for_each(|activity| hide_in(&mut activity.to_phone));
    for note in session.operators.iter_mut().filter_map(|operator| operator.note.as_mut()) {
        *note = text(note);
    }
    session.tags.iter_mut().for_each(|tag| *tag = text(tag));
    session.files.iter_mut().for_each(|file| file.name = text(&file.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_last_two_digits() {
        assert_eq!(number("+41791112233"), "+*********33");
        assert_eq!(number("0041 79 111 22 33"), "**** ** *** ** 33");
        assert_eq!(number("12"), "12");
        assert_eq!(number(""), "");
    }

    #[test]
    fn numbers_in_a_text_are_hidden_and_amounts_are_not() {
        assert_eq!(
            text("ring back on +41 (79) 111-22-33, it is 250 CHF of 2024"),
            "ring back on +** (**) ***-**-33, it is 250 CHF of 2024"
        );
        assert_eq!(text("41791112233"), "*********33");
        assert_eq!(text("Zoë 1234é"), "Zoë 1234é");
    }
}
