//! When to try again, and how long to wait before.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;

/// When a call is tried again. Pure: it has no clock and no random numbers of its own.
///
/// What is tried again is [`Error::is_retryable`]. The wait is a random part of a bound that doubles with
/// each attempt (exponential backoff with full jitter). A delay that the service asked for
/// ([`Error::retry_after`]) is added below it: the wait is never shorter, and callers who were turned away
/// together don't come back together.
///
/// ```
/// use std::time::Duration;
/// use kinde::RetryPolicy;
///
/// let patient = RetryPolicy::standard().max_retries(5).backoff(Duration::from_millis(500), Duration::from_secs(20));
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    first: Duration,
    longest: Duration,
}

impl RetryPolicy {
    /// Returns the standard policy: two retries; the first waits up to 250 ms, the second up to 500 ms.
    pub const fn standard() -> Self {
        Self { max_retries: 2, first: Duration::from_millis(250), longest: Duration::from_secs(5) }
    }

    /// Returns the policy without retries.
    pub const fn none() -> Self {
        Self { max_retries: 0, ..Self::standard() }
    }

    /// Sets how often a call is tried again at most; it is sent once more than that.
    #[must_use]
    pub const fn max_retries(self, max_retries: u32) -> Self {
        Self { max_retries, ..self }
    }

    /// Sets the bound of the first wait, which doubles with each retry, and the bound that it never exceeds.
    #[must_use]
    pub const fn backoff(self, first: Duration, longest: Duration) -> Self {
        Self { first, longest, ..self }
    }

    /// Returns how long to wait before the next attempt, or `None` to give up.
    ///
    /// `attempt` is the number of the attempt that failed with `error`, counted from 1; `left` is what is
    /// left of the call's time, which the wait must be shorter than; `random` is from 0 up to 1.
    pub fn delay(&self, error: &Error, attempt: u32, left: Duration, random: f64) -> Option<Duration> {
        if attempt > self.max_retries || !error.is_retryable() {
            return None;
        }
        let doubled = 2u32.saturating_pow(attempt.saturating_sub(1));
        let bound = self.first.saturating_mul(doubled).min(self.longest);
        let part = if random.is_finite() { random.clamp(0.0, 1.0) } else { 1.0 };
        // Never past the float's own precision: a product with a part of at most 1 fits a Duration.
        let jitter = Duration::try_from_secs_f64(bound.as_secs_f64() * part).unwrap_or(bound).min(bound);
        let delay = error.retry_after().unwrap_or_default().saturating_add(jitter);
        (delay < left).then_some(delay)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

/// What keeps a failing service from being multiplied: a retry costs 5 of 500 tokens, a success returns 1.
/// With the service down, a client and its clones make 100 retries and then only first attempts, until
/// calls succeed again.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const RETRY: u32 = 5;
    const SUCCESS: u32 = 1;

    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    pub(crate) fn deposit(&self) {
        self.put_back(Self::SUCCESS);
    }

    /// Sets the price of a retry aside; `None` if the budget is spent.
    pub(crate) fn reserve(&self) -> Option<Reserved<'_>> {
        let take = |tokens: u32| tokens.checked_sub(Self::RETRY);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        Some(Reserved { budget: self })
    }

    fn put_back(&self, tokens: u32) {
        let add = |held: u32| (held < Self::FULL).then(|| (held + tokens).min(Self::FULL));
        // Err means that it is full already.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

/// The price of one retry. Given back if the call is dropped before the retry is made.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    budget: &'a Budget,
}

impl Reserved<'_> {
    pub(crate) fn spend(self) {
        std::mem::forget(self);
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.budget.put_back(Budget::RETRY);
    }
}
