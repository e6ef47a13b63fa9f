//! The delay a service asks for: digits, or a date against the answer's own; anything else says nothing.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Response};
use kinde::{Error, OperationKind, RetryPolicy};

const READ: OperationKind = OperationKind::new("read").repeatable();
const NAMES: [&str; 3] = ["ratelimit-reset", "retry-after", "date"];

fn asked(headers: HeaderMap) -> Error {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
    *response.headers_mut() = headers;
    Error::from_response(READ, &response)
}

/// Each line is a header: its first byte chooses which of the three, the rest is the value.
pub fn check(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(16) {
        let Some((first, value)) = line.split_first() else { continue };
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        headers.append(HeaderName::from_static(NAMES[usize::from(*first) % 3]), value);
    }
    let error = asked(headers.clone());

    // The whole is the largest of its parts, each read alone beside the first Date.
    let date = headers.get("date").cloned();
    let mut largest = None;
    for (name, value) in headers.iter().filter(|(name, _)| *name != "date") {
        let mut alone = HeaderMap::new();
        alone.insert(name.clone(), value.clone());
        if let Some(date) = &date {
            alone.insert("date", date.clone());
        }
        let delay = asked(alone).retry_after();
        let expected = digits(value);
        if expected.is_some() || name == "ratelimit-reset" || date.is_none() {
            assert_eq!(delay, expected, "{name}: {value:?}");
        }
        largest = largest.max(delay);
    }
    assert_eq!(error.retry_after(), largest);

    // Whatever it is, it is never undercut, and a wait always fits.
    for (left, random) in
        [(Duration::from_secs(30), 0.0), (Duration::from_secs(30), 1.0), (Duration::MAX, 0.5)]
    {
        if let Some(delay) = RetryPolicy::standard().delay(&error, 1, left, random) {
            assert!(delay >= error.retry_after().unwrap_or_default() && delay < left);
        }
    }
}

/// As many seconds as are written, all of them digits.
fn digits(value: &HeaderValue) -> Option<Duration> {
    let text = std::str::from_utf8(value.as_bytes()).ok()?.trim_matches([' ', '\t']);
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Saturating, digit by digit.
    let add = |sum: u64, byte: u8| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
    all.then(|| Duration::from_secs(text.bytes().fold(0, add)))
}
