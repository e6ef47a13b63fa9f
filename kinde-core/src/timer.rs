//! Time, for clients that wait between attempts.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock and a way to wait, so that this crate needs no runtime. Object-safe, like hyper's.
///
/// ```
/// use std::pin::Pin;
/// use std::time::{Duration, Instant};
///
/// /// Waits on a thread of its own: enough where retries are rare.
/// #[derive(Debug)]
/// struct ThreadTimer;
///
/// impl kinde::Timer for ThreadTimer {
///     fn now(&self) -> Instant {
///         Instant::now()
///     }
///
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         let (done, waited) = tokio::sync::oneshot::channel();
///         std::thread::spawn(move || {
///             std::thread::sleep(duration);
///             let _ = done.send(());
///         });
///         Box::pin(async { drop(waited.await) })
///     }
/// }
/// ```
pub trait Timer: Send + Sync + 'static {
    /// Returns the time on this timer's clock, which never goes back: for waits and for how long something lives.
    fn now(&self) -> Instant;

    /// Ready once `duration` has passed on this timer's clock. Dropping it cancels the wait.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Returns the time since 1970-01-01T00:00:00Z, against which the `exp` of a token is judged. The system's clock,
    /// unless a timer has another: a fake's, or one of a platform without [`SystemTime`].
    fn unix_time(&self) -> Duration {
        since_1970(SystemTime::now())
    }
}

/// A clock that is set to a time before 1970 is set to no time at all.
fn since_1970(now: SystemTime) -> Duration {
    now.duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl<T: Timer + ?Sized> Timer for Arc<T> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        (**self).sleep(duration)
    }

    fn unix_time(&self) -> Duration {
        (**self).unix_time()
    }
}

/// Tokio's clock; a paused one, too, by which [`unix_time`](Timer::unix_time) then stands still and is advanced.
///
/// # Panics
/// `sleep` panics outside a tokio runtime, and in one whose time is not enabled. A client's calls reach it
/// when they wait for a retry; a backend of tokio's world needs the runtime anyway.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
impl Timer for TokioTimer {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }

    /// A paused clock is as far from the system's as its instants are from those of `std`; otherwise they are the same.
    fn unix_time(&self) -> Duration {
        let (paused, real) = (self.now(), Instant::now());
        let system = since_1970(SystemTime::now());
        system
            .saturating_add(paused.saturating_duration_since(real))
            .saturating_sub(real.saturating_duration_since(paused))
    }
}
