//! One load for all callers who want the same thing at the same time.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::air::Air;
use super::flight::{Load, LoadPanicked};
use super::spawn::Spawn;

/// Makes one load of all that are wanted for the same key at the same time. Clones share it.
///
/// - The load belongs to the key, not to a caller. It is a future of its own that any waiter drives on; callers who are
///   dropped lose nothing, and while it is unfinished it is never begun again. If all are dropped, it waits for the next
///   caller, or is driven by a [`Spawn`].
/// - Everyone who waited gets the same value, an error too, and nothing is kept: the next call loads anew.
/// - Keys are independent, and no lock is held while a load runs.
/// - A load that panics is [`LoadPanicked`] for all who waited.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use kinde::keep::SingleFlight;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), kinde::keep::LoadPanicked> {
/// let flights = SingleFlight::<&str, u32>::new();
/// let loads = Arc::new(AtomicU32::new(0));
/// let load = || {
///     let loads = Arc::clone(&loads);
///     async move {
///         tokio::task::yield_now().await;
///         loads.fetch_add(1, Ordering::Relaxed) + 1
///     }
/// };
/// let (one, other) = tokio::join!(flights.load(&"key", load), flights.load(&"key", load));
/// assert_eq!((one?, other?), (1, 1));
/// assert_eq!(flights.load(&"key", load).await?, 2);
/// # Ok(())
/// # }
/// ```
pub struct SingleFlight<K, V> {
    air: Arc<Air<K, V>>,
}

impl<K, V> SingleFlight<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Creates one without a [`Spawn`]: a load that nobody waits for rests until the next caller comes, for its key or,
    /// a few at a time, for any other.
    pub fn new() -> Self {
        Self::over(None)
    }

    /// Creates one whose loads are driven to their end by `spawn` when nobody waits for them.
    pub fn spawning(spawn: impl Spawn) -> Self {
        Self::over(Some(Box::new(spawn)))
    }

    fn over(spawn: Option<Box<dyn Spawn>>) -> Self {
        Self { air: Arc::new(Air::new(spawn)) }
    }

    /// Waits for the load of `key` that is under way, or begins one with `load`.
    ///
    /// Cancel-safe: dropping it abandons the wait, never the load. A load must not wait for its own key.
    ///
    /// # Errors
    /// [`LoadPanicked`]. What else can go wrong is part of `V`.
    pub async fn load<F>(&self, key: &K, load: impl FnOnce() -> F) -> Result<V, LoadPanicked>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut make = Some(load);
        let mut made = None;
        loop {
            let (seat, stale) = match self.air.seat(key) {
                Some(found) => found,
                None => {
                    // Made outside the lock, and kept if someone else was faster.
                    made = made.or_else(|| make.take().map(|make| Box::pin(make()) as Load<V>));
                    match self.air.begin(key, &mut made) {
                        Some(seat) => (seat, false),
                        None => continue,
                    }
                }
            };
            let end = seat.await;
            if !stale {
                return end.map(|value| V::clone(&value));
            }
        }
    }

    /// Lets the load of `key` go on by one step, or begins one, without waiting for it.
    pub fn load_in_passing<F>(&self, key: &K, load: impl FnOnce() -> F)
    where
        F: Future<Output = V> + Send + 'static,
    {
        let seat = match self.air.seat(key) {
            Some((seat, _)) => Some(seat),
            None => self.air.begin(key, &mut Some(Box::pin(load()))),
        };
        if let Some(seat) = seat {
            seat.advance();
        }
    }

    /// Says that what is loaded for `key` has changed. A call from now on is not answered by a load that began
    /// before: they wait for its end, since it is never abandoned, and a new one begins.
    pub fn invalidate(&self, key: &K) {
        self.air.invalidate(key);
    }

    /// Waits for the load of `key` that is under way, if there is one.
    pub async fn settle(&self, key: &K) {
        if let Some((seat, _)) = self.air.seat(key) {
            drop(seat.await);
        }
    }
}

impl<K, V> Clone for SingleFlight<K, V> {
    fn clone(&self) -> Self {
        Self { air: Arc::clone(&self.air) }
    }
}

impl<K, V> Default for SingleFlight<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for SingleFlight<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}
