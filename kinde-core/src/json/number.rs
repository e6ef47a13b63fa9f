//! A number by its text: what it is does not depend on how precisely others want floats to be read.

use serde_json::Number;

/// Beyond this a float does not hold every whole number (RFC 7493 §2.2).
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number's text, as RFC 8259 §6 has it; none if more or less is there. For numbers that come without a reader.
pub(super) fn checked(text: &str) -> Option<&str> {
    (length(text.as_bytes()).ok()? == text.len()).then_some(text)
}

/// How many bytes at the beginning are a number; or, if there is none, at which byte it ceases to be one.
pub(super) fn length(bytes: &[u8]) -> Result<usize, usize> {
    let at = |place: usize| bytes.get(place).copied();
    let digits = |from: usize| match bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => Err(from),
        some => Ok(from + some),
    };
    let start = usize::from(at(0) == Some(b'-'));
    let mut end = if at(start) == Some(b'0') { start + 1 } else { digits(start)? };
    if at(end) == Some(b'.') {
        end = digits(end + 1)?;
    }
    if matches!(at(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(at(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Ok(end)
}

/// The number as serde_json has it without features: 64 bits if it is written as a whole number that fits, else the
/// nearest float; none if no float is near.
pub(super) fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    match text.parse::<i64>() {
        // Of zero only a float has a negative one.
        Ok(negative @ ..=-1) => Some(negative.into()),
        _ => Number::from_f64(text.parse().ok()?),
    }
}

/// The whole number that a number's text means to its last digit, also as `1.0` or `1e9`; none for any other, and
/// none for one that is not written in digits alone and is too large for a float to be sure of.
pub(super) fn whole(text: &str) -> Option<u64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let float: f64 = text.parse().ok()?;
    if !(0.0..=EXACT).contains(&float) || float.fract() != 0.0 {
        return None;
    }
    // In range and without a fraction, so the cast is exact; but the float may be a neighbour of what is written.
    let whole = float as u64;
    let mantissa = text.split(['e', 'E']).next()?;
    significant(mantissa).eq(significant(&whole.to_string())).then_some(whole)
}

/// The digits of a number without those that only give its size.
fn significant(mantissa: &str) -> impl Iterator<Item = u8> {
    let trimmed = mantissa.trim_start_matches(['-', '0', '.']).trim_end_matches(['0', '.']);
    trimmed.bytes().filter(|byte| *byte != b'.')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn whole_to_the_last_digit() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0e5", 0),
            ("0e999999999999999999999", 0),
            ("18446744073709551615", u64::MAX),
            ("1.0", 1),
            ("10.50e1", 105),
            ("1e9", 1_000_000_000),
            ("1.612345678e9", 1_612_345_678),
            ("0.0000000001E+10", 1),
            ("16123456780000000000000e-13", 1_612_345_678),
            ("9007199254740992.0", 1 << 53),
        ] {
            assert_eq!(whole(text), Some(expected), "{text}");
        }
        for text in [
            "-1",
            "1.5",
            "0.5",
            "1612345678.00000001",
            "1612345677.99999999999",
            "9007199254740993.0",
            "9007199254740991.5",
            "18446744073709551616",
            "1e16",
            "1e300",
            "1e999",
            "1e-999",
            "0.0000000000000000000000001",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn the_grammar_and_nothing_else() {
        for text in ["0", "-0", "10", "1.5", "1e5", "1E+5", "-1.5e-5", "0.0"] {
            assert_eq!(checked(text), Some(text));
        }
        for text in [
            "", "-", "+1", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "0x1", "1_0", " 1", "1 ", "NaN",
            "inf",
        ] {
            assert_eq!(checked(text), None, "{text}");
        }
    }

    #[test]
    fn what_serde_json_makes_of_it() {
        assert_eq!(number("18446744073709551615"), Some(u64::MAX.into()));
        assert_eq!(number("-9223372036854775808"), Some(i64::MIN.into()));
        assert!(number("18446744073709551616").unwrap().is_f64());
        assert!(number("-0").unwrap().is_f64());
        assert_eq!(number("1e999"), None);
        // The nearest float, always: serde_json is one off here unless someone switches on `float_roundtrip`.
        assert_eq!(number("122.416294033786585").unwrap().as_f64(), Some(122.416_294_033_786_58));
    }
}
