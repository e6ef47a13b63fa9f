//! So many requests per window, on the fake's clock.

use std::time::{Duration, SystemTime};

#[derive(Debug)]
pub(crate) struct Limiter {
    requests: u64,
    window: Duration,
    /// When the current window began, and how many requests came since.
    current: Option<(SystemTime, u64)>,
}

impl Limiter {
    pub(crate) fn new(requests: u64, window: Duration) -> Self {
        Self { requests, window, current: None }
    }

    /// Counts a request; `Err` is how long the window still lasts.
    pub(crate) fn admit(&mut self, now: SystemTime) -> Result<(), Duration> {
        let (began, count) = match self.current {
            // A clock that was set back starts a new window: it would have to be waited for otherwise.
            Some((began, count)) if now.duration_since(began).is_ok_and(|passed| passed < self.window) => {
                (began, count)
            }
            _ => (now, 0),
        };
        if count < self.requests {
            self.current = Some((began, count + 1));
            return Ok(());
        }
        self.current = Some((began, count));
        Err(self.window.saturating_sub(now.duration_since(began).unwrap_or_default()))
    }
}
