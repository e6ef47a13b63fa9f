//! When a token is renewed.

use std::time::{Duration, Instant};

use crate::keep::life::Life;
use crate::secret::AccessToken;

const MINUTE: Duration = Duration::from_secs(60);

/// A token, and what its holder has to do by when.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) token: AccessToken,
    /// How long it lived when it was issued.
    pub(super) span: Duration,
    /// From here on it is renewed while it is used.
    pub(super) renew: Instant,
    /// From here on callers wait for the next one.
    pub(super) wait: Instant,
    pub(super) end: Instant,
}

impl Current {
    /// A token that lives `span` in all and `left` from `from` on. `random`, from 0 up to 1, spreads those who renew over the
    /// first quarter of the time that they have for it.
    pub(super) fn new(
        token: AccessToken,
        span: Duration,
        from: Instant,
        left: Duration,
        random: f64,
    ) -> Self {
        let end = from.checked_add(left).unwrap_or(from);
        let ahead = ahead(span);
        let ahead = ahead - (ahead / 4).mul_f64(random.clamp(0.0, 1.0));
        let before = |time| end.checked_sub(time).unwrap_or(from);
        Self { token, span, renew: before(ahead), wait: before(last_minute(span)), end }
    }

    /// One that was issued to a request sent at `sent`.
    pub(super) fn issued(token: AccessToken, life: Life, sent: Instant, random: f64) -> Self {
        Self::new(token, life.span, sent, life.span, random)
    }
}

/// How long before its end a token is renewed: the rule that AWS has settled on for its SDKs. Of a short life it is half at
/// most, or every call would renew.
fn ahead(span: Duration) -> Duration {
    match span {
        span if span >= 90 * MINUTE => 60 * MINUTE,
        span if span >= 20 * MINUTE => 15 * MINUTE,
        span => (5 * MINUTE).min(span / 2),
    }
}

/// How long before its end nobody is given it any more: it may end before it arrives. Of a short life it is a quarter.
fn last_minute(span: Duration) -> Duration {
    MINUTE.min(span / 4)
}

/// How long a renewal ahead rests after one that failed: a twelfth to a sixth of the time there is for it.
pub(super) fn rest(span: Duration, random: f64) -> Duration {
    (ahead(span) / 12).mul_f64(1.0 + random.clamp(0.0, 1.0))
}
