//! How long the service asks to wait.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

/// In seconds: the header that Kinde documents.
const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The largest delay that `RateLimit-Reset` (seconds) and `Retry-After` (seconds, or a date: RFC 9110
/// §10.2.3) ask for, repeated ones included. Anything else is ignored.
///
/// Each is read where it says when to come back: `Retry-After` with 429 (RFC 6585 §4) and 503 (RFC 9110
/// §15.6.4), `RateLimit-Reset` with 429. On any other answer it is the state of a quota that didn't turn the
/// call away.
///
/// A date is read against the answer's own `Date`, so that the two clocks need not agree; without one it
/// says nothing. A date in the past asks for no wait.
pub(super) fn requested_delay(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    let throttled = status == StatusCode::TOO_MANY_REQUESTS;
    if !throttled && status != StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    let reset = headers.get_all(RATELIMIT_RESET).iter().filter(|_| throttled).filter_map(seconds);
    let now = headers.get(DATE).and_then(date);
    let until = |value| Some(date(value)?.duration_since(now?).unwrap_or_default());
    let after =
        headers.get_all(RETRY_AFTER).iter().filter_map(|value| seconds(value).or_else(|| until(value)));
    reset.chain(after).max()
}

/// Digits alone; more than fits is as long as can be.
fn seconds(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

fn date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?.trim()).ok()
}
