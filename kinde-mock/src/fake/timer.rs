//! The fake's clock, for what waits and judges time outside of it.

use std::pin::Pin;
use std::time::{Duration, Instant, UNIX_EPOCH};

use kinde_core::Timer;

use super::FakeKinde;

/// The clock of a fake as a [`Timer`]: for whatever keeps the fake's tokens, so that both agree on when one expires.
/// Made by [`FakeKinde::timer`].
///
/// [`unix_time`](Timer::unix_time) is what the clock shows. [`now`](Timer::now) goes with it and never back: while the
/// clock is set back it stands still. [`sleep`](Timer::sleep) is over when the clock has been moved that far, and at the
/// latest when so much time has passed on tokio's clock, so that a frozen clock makes nobody wait for ever.
///
/// ```
/// use std::time::Duration;
/// use kinde::Timer;
/// use kinde_mock::FakeKinde;
///
/// let kinde = FakeKinde::new();
/// kinde.clock().freeze();
/// let timer = kinde.timer();
/// let (time, instant) = (timer.unix_time(), timer.now());
/// kinde.clock().advance(Duration::from_secs(60));
/// assert_eq!(timer.unix_time() - time, Duration::from_secs(60));
/// assert_eq!(timer.now() - instant, Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct FakeTimer(FakeKinde);

impl FakeTimer {
    pub(super) fn new(fake: FakeKinde) -> Self {
        Self(fake)
    }
}

impl Timer for FakeTimer {
    fn now(&self) -> Instant {
        self.0.clock().instant()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (fake, now) = (self.0.clone(), self.now());
        Box::pin(async move {
            match now.checked_add(duration) {
                Some(until) => fake.clock().passes(until, duration).await,
                None => std::future::pending().await,
            }
        })
    }

    fn unix_time(&self) -> Duration {
        self.0.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}
