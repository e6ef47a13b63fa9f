//! The store of a single process.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::key::StoreKey;
use super::store::{Entry, Store, StoreError, Version};
use crate::timer::Timer;

/// Keeps a bounded number of entries in this process; nothing outlives it, and other processes see nothing of it.
///
/// It takes memory for what it holds, and the bytes are shared, not copied. An entry whose life is over is dropped by the
/// next write at the latest. Nothing runs in the background.
///
/// ```
/// use kinde::keep::{MemoryStore, Store, StoreError, StoreKey};
/// use kinde::{Domain, TokioTimer};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let domain = Domain::new("acme.kinde.com")?;
/// let key = |name: &str| StoreKey::new(&domain, "example", &[name.as_bytes()]);
/// let minute = Duration::from_secs(60);
///
/// let sessions = MemoryStore::new(1).timer(TokioTimer);
/// sessions.put(&key("john"), "his".into(), minute).await?;
/// let refused = sessions.put(&key("ygritte"), "hers".into(), minute).await;
/// assert!(matches!(refused, Err(StoreError::Full)));
///
/// let cache = MemoryStore::cache(1).timer(TokioTimer);
/// cache.put(&key("john"), "his".into(), minute).await?;
/// cache.put(&key("ygritte"), "hers".into(), minute).await?;
/// assert!(cache.get(&key("john")).await?.is_none());
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    shelf: Mutex<Shelf>,
    room: usize,
    evicts: bool,
    /// The system's monotonic clock unless one is set.
    timer: Option<Box<dyn Timer>>,
}

#[derive(Default)]
struct Shelf {
    entries: HashMap<StoreKey, Kept>,
    /// In the order in which they end; two that end together, in the order in which they were written.
    ends: BTreeMap<(Instant, u64), StoreKey>,
    writes: u64,
}

pub(super) struct Kept {
    bytes: Bytes,
    end: Instant,
    /// The number of the write that made it.
    write: u64,
}

impl Kept {
    fn version(&self) -> Version {
        Version::new(Bytes::copy_from_slice(&self.write.to_be_bytes()))
    }

    pub(super) fn is(&self, seen: &Version) -> bool {
        seen.as_bytes() == self.write.to_be_bytes()
    }
}

impl MemoryStore {
    /// Holds at most `entries` and refuses more with [`StoreError::Full`]: for what must not vanish, as sessions.
    pub fn new(entries: usize) -> Self {
        Self { shelf: Mutex::default(), room: entries, evicts: false, timer: None }
    }

    /// Holds at most `entries` and makes room for more by dropping the one that would end first: for what can be had
    /// again, as cached answers.
    pub fn cache(entries: usize) -> Self {
        Self { evicts: true, ..Self::new(entries) }
    }

    /// Sets the clock by which lives pass; the system's monotonic one unless set, which some platforms of wasm don't have. It
    /// is only asked for the time.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Some(Box::new(timer));
        self
    }

    /// Returns how many entries are there.
    pub fn len(&self) -> usize {
        let now = self.now();
        let mut shelf = self.shelf();
        let _ended = shelf.end(now);
        let count = shelf.entries.len();
        drop(shelf);
        count
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> Instant {
        self.timer.as_ref().map_or_else(Instant::now, |timer| timer.now())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read(&self, key: &StoreKey) -> Option<Entry> {
        let now = self.now();
        let shelf = self.shelf();
        let kept = shelf.entries.get(key)?;
        let left = kept.end.checked_duration_since(now).filter(|left| !left.is_zero())?;
        Some(Entry::new(kept.bytes.clone(), left, kept.version()))
    }

    /// Writes if the entry that is there is as `expected`; answers whether it was. What goes is dropped after the lock:
    /// bytes may have an owner who does something then.
    pub(super) fn write(
        &self,
        key: &StoreKey,
        expected: impl FnOnce(Option<&Kept>) -> bool,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let mut shelf = self.shelf();
        let mut gone = shelf.end(now);
        let there = shelf.entries.get(key);
        if !expected(there) {
            drop(shelf);
            return Ok(false);
        }
        let more = usize::from(there.is_none());
        match new.filter(|(_, life)| !life.is_zero()) {
            None => gone.extend(shelf.remove(key)),
            Some(_) if shelf.entries.len() + more > self.room && !self.evicts => {
                drop(shelf);
                return Err(StoreError::Full);
            }
            Some((bytes, life)) => {
                gone.extend(shelf.remove(key));
                while shelf.entries.len() >= self.room.max(1) {
                    gone.extend(shelf.pop());
                }
                if self.room > 0 {
                    shelf.insert(key, bytes, after(now, life));
                }
            }
        }
        drop(shelf);
        Ok(true)
    }
}

impl Shelf {
    fn insert(&mut self, key: &StoreKey, bytes: Bytes, end: Instant) {
        self.writes += 1;
        self.ends.insert((end, self.writes), key.clone());
        self.entries.insert(key.clone(), Kept { bytes, end, write: self.writes });
    }

    fn remove(&mut self, key: &StoreKey) -> Option<Kept> {
        let kept = self.entries.remove(key)?;
        self.ends.remove(&(kept.end, kept.write));
        Some(kept)
    }

    /// Takes out the entry that ends first.
    fn pop(&mut self) -> Option<Kept> {
        let (_, key) = self.ends.pop_first()?;
        self.entries.remove(&key)
    }

    /// Takes out every entry whose life is over.
    fn end(&mut self, now: Instant) -> Vec<Kept> {
        let mut ended = Vec::new();
        while self.ends.first_key_value().is_some_and(|((end, _), _)| *end <= now) {
            ended.extend(self.pop());
        }
        ended
    }
}

/// A life beyond this is as good as endless, and does not overflow a clock.
const ENDLESS: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

fn after(now: Instant, life: Duration) -> Instant {
    now.checked_add(life.min(ENDLESS)).unwrap_or(now)
}

#[async_trait::async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &StoreKey) -> Result<Option<Entry>, StoreError> {
        Ok(self.read(key))
    }

    async fn put(&self, key: &StoreKey, bytes: Bytes, life: Duration) -> Result<(), StoreError> {
        self.write(key, |_| true, Some((bytes, life))).map(drop)
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError> {
        let as_seen = |there: Option<&Kept>| match (there, seen) {
            (None, None) => true,
            (Some(kept), Some(seen)) => kept.is(seen),
            _ => false,
        };
        self.write(key, as_seen, new)
    }

    async fn remove(&self, key: &StoreKey) -> Result<(), StoreError> {
        self.write(key, |_| true, None).map(drop)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.evicts { "MemoryStore::cache" } else { "MemoryStore::new" };
        f.debug_struct(name).field("room", &self.room).finish_non_exhaustive()
    }
}
