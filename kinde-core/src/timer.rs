//! Time, for clients that wait between attempts.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
/// impl kinde_core::Timer for ThreadTimer {
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
    /// The time on this timer's clock.
    fn now(&self) -> Instant;

    /// Ready once `duration` has passed on this timer's clock. Dropping it cancels the wait.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

impl<T: Timer + ?Sized> Timer for Arc<T> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        (**self).sleep(duration)
    }
}

/// Tokio's clock; a paused one, too.
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
}
