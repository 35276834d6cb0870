//! Moments as the contract writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

/// A moment: RFC 3339, UTC, milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = Offset::UTC.to_datetime(self.0);
        let text = digits(at);
        match std::str::from_utf8(&text) {
            Ok(text) if at.year() >= 0 => serializer.serialize_str(text),
            // Before our era a year has a sign and more digits.
            _ => serializer.collect_str(&format_args!("{:.3}", self.0)),
        }
    }
}

/// Every event tells a moment, and general formatting costs as much as the rest of the event.
fn digits(at: DateTime) -> [u8; 24] {
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let mut put = |end: usize, width: usize, number: u32| {
        let mut rest = number;
        for place in text[end - width..end].iter_mut().rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    };
    put(4, 4, u32::from(at.year().unsigned_abs()));
    for (end, number) in [(7, at.month()), (10, at.day()), (13, at.hour()), (16, at.minute()), (19, at.second())] {
        put(end, 2, u32::from(number.unsigned_abs()));
    }
    put(23, 3, at.subsec_nanosecond().unsigned_abs() / 1_000_000);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_milliseconds_and_utc() {
        let text = |nanos| serde_json::to_string(&Moment(Timestamp::from_nanosecond(nanos).unwrap())).unwrap();
        assert_eq!(text(1_770_106_502_120_000_000), "\"2026-02-03T08:15:02.120Z\"");
        assert_eq!(text(0), "\"1970-01-01T00:00:00.000Z\"");
    }

    #[test]
    fn every_moment_is_written_as_general_formatting_would() {
        let step = i128::from(Timestamp::MAX.as_second() - Timestamp::MIN.as_second()) * 1_000_000_000 / 9_973;
        let span = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
        for nanos in span.step_by(usize::try_from(step).unwrap()).chain([-1, 1, 999_999, 1_000_000, Timestamp::MAX.as_nanosecond()]) {
            let at = Timestamp::from_nanosecond(nanos).unwrap();
            assert_eq!(serde_json::to_string(&Moment(at)).unwrap(), format!("\"{at:.3}\""));
        }
    }
}
