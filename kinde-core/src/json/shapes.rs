//! What a known member must be.

use serde_json::Value;

use super::{Given, number::EXACT};

/// A value, and what it is not.
pub(crate) struct Mismatch {
    pub(super) value: Value,
    pub(super) wanted: &'static str,
}

impl Mismatch {
    /// `wanted` ends a sentence that begins with the member's name and "is not".
    pub(crate) fn new(value: Value, wanted: &'static str) -> Self {
        Self { value, wanted }
    }
}

pub(crate) fn text(given: Given) -> Result<String, Mismatch> {
    match given.value {
        Value::String(text) => Ok(text),
        value => Err(Mismatch { value, wanted: "a string" }),
    }
}

pub(crate) fn boolean(given: Given) -> Result<bool, Mismatch> {
    match given.value {
        Value::Bool(boolean) => Ok(boolean),
        value => Err(Mismatch { value, wanted: "true or false" }),
    }
}

/// Seconds since 1970: a whole number, also as `1e9`, `1.0` or in a string (an older description of the
/// service typed it so). Anything else is a doubt, and a doubt about an expiry is an error.
pub(crate) fn seconds(given: Given) -> Result<u64, Mismatch> {
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let written = || given.value.as_str().filter(digits).and_then(|text| text.parse().ok());
    match given.whole.or_else(written) {
        Some(seconds) => Ok(seconds),
        None => Err(Mismatch { value: given.value, wanted: "a whole number of seconds" }),
    }
}

/// The same where nothing depends on it: a fraction is cut off (OpenID Connect Core §5.1 allows any number).
pub(crate) fn rough_seconds(given: Given) -> Result<u64, Mismatch> {
    seconds(given).or_else(|mismatch| match mismatch.value.as_f64() {
        // In range, so the cast cuts off the fraction and nothing else.
        Some(float) if (0.0..EXACT).contains(&float) => Ok(float as u64),
        _ => Err(mismatch),
    })
}

/// A list of strings, or one string.
pub(crate) fn texts(given: Given) -> Result<Vec<String>, Mismatch> {
    match given.value {
        Value::String(one) => Ok(vec![one]),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let text = |item| if let Value::String(text) = item { Some(text) } else { None };
            Ok(list.into_iter().filter_map(text).collect())
        }
        value => Err(Mismatch { value, wanted: "a string or a list of strings" }),
    }
}
