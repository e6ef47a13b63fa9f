//! The seam for whatever several machines share.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::key::StoreKey;

/// Keeps bytes under a key for a while, for everyone who shares it: one process, or a fleet.
///
/// [`MemoryStore`](super::MemoryStore) is built in; a store over something else is these four methods, and
/// `kinde_conformance::store` judges it. An implementation owes its callers this:
///
/// - **One entry has one history.** A write that has returned is seen by every later call of anyone who shares the
///   store, and a [`swap`](Self::swap) is one step: of several with the same `seen`, at most one acts.
/// - **Every write makes a new [`Version`]**, one with the same bytes too.
/// - **An entry ends when its life is over**: it is then absent to all four methods. Lives are durations, since no two
///   machines' clocks need agree; a life of zero keeps nothing.
/// - **Values are opaque**: any bytes, none too, come back as they were. They hold tokens: keep them where only your own
///   service reads, seal them if others can, and log neither them nor what failed with them.
/// - **What isn't known is an error, never "absent"**: a store that can't be reached says so. It answers or fails within a
///   bound of its own.
/// - **Dropping a call's future** is allowed at any time; whether the write was made is then not known.
///
/// ```
/// use std::time::Duration;
/// use kinde::Domain;
/// use kinde::keep::{MemoryStore, Store, StoreKey};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new(1_000);
/// let key = StoreKey::new(&Domain::new("acme.kinde.com")?, "lock", &[b"nightly report"]);
///
/// // A lock is an entry that only one of several can make.
/// assert!(store.swap(&key, None, Some(("machine 1".into(), Duration::from_secs(30)))).await?);
/// assert!(!store.swap(&key, None, Some(("machine 2".into(), Duration::from_secs(30)))).await?);
///
/// // Only the current holder gives it back.
/// let held = store.get(&key).await?.ok_or("the lease is over")?;
/// assert_eq!(held.bytes, "machine 1");
/// assert!(store.swap(&key, Some(&held.version), None).await?);
/// # Ok(())
/// # }
/// ```
#[async_trait::async_trait]
pub trait Store: Send + Sync {
    /// The entry, if there is one whose life isn't over.
    ///
    /// # Errors
    /// [`StoreError`] if that can't be known now.
    async fn get(&self, key: &StoreKey) -> Result<Option<Entry>, StoreError>;

    /// Writes an entry over whatever is there, for `life` from now on.
    ///
    /// # Errors
    /// [`StoreError`]; what was there before may then be there still.
    async fn put(&self, key: &StoreKey, bytes: Bytes, life: Duration) -> Result<(), StoreError>;

    /// Acts only if the entry is still as it was `seen` (`None`: absent): writes the bytes of `new` for its life, or
    /// removes the entry if there is no `new`. Answers whether it acted.
    ///
    /// # Errors
    /// [`StoreError`]; it may then have acted or not.
    async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError>;

    /// Removes the entry, whatever it is; none is a success too.
    ///
    /// # Errors
    /// [`StoreError`]; the entry may then be there still.
    async fn remove(&self, key: &StoreKey) -> Result<(), StoreError>;
}

/// What `async_trait` makes of the methods above.
type Answer<'f, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'f>>;

/// A pointer hands the pointee's future on as it is, and so costs no allocation.
macro_rules! by_pointer {
    ($($pointer:ty),+) => {
        $(impl<S: Store + ?Sized> Store for $pointer {
            fn get<'s, 'k, 'f>(&'s self, key: &'k StoreKey) -> Answer<'f, Option<Entry>>
            where
                's: 'f,
                'k: 'f,
                Self: 'f,
            {
                (**self).get(key)
            }

            fn put<'s, 'k, 'f>(&'s self, key: &'k StoreKey, bytes: Bytes, life: Duration) -> Answer<'f, ()>
            where
                's: 'f,
                'k: 'f,
                Self: 'f,
            {
                (**self).put(key, bytes, life)
            }

            fn swap<'s, 'k, 'v, 'f>(
                &'s self,
                key: &'k StoreKey,
                seen: Option<&'v Version>,
                new: Option<(Bytes, Duration)>,
            ) -> Answer<'f, bool>
            where
                's: 'f,
                'k: 'f,
                'v: 'f,
                Self: 'f,
            {
                (**self).swap(key, seen, new)
            }

            fn remove<'s, 'k, 'f>(&'s self, key: &'k StoreKey) -> Answer<'f, ()>
            where
                's: 'f,
                'k: 'f,
                Self: 'f,
            {
                (**self).remove(key)
            }
        })+
    };
}

by_pointer!(&S, Arc<S>, Box<S>);

/// What is kept under a key. `Debug` hides the bytes, which hold tokens.
#[derive(Clone)]
#[non_exhaustive]
pub struct Entry {
    /// What was written.
    pub bytes: Bytes,
    /// How long it will still be there: more than nothing, and never more than the life it was written with.
    pub left: Duration,
    /// What [`Store::swap`] tells it from any other write by.
    pub version: Version,
}

impl Entry {
    /// Creates an entry, for implementations of [`Store`].
    pub fn new(bytes: Bytes, left: Duration, version: Version) -> Self {
        Self { bytes, left, version }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("left", &self.left).finish_non_exhaustive()
    }
}

/// Which write of an entry was seen: a number, or the sealed bytes themselves. Only the store that made it reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Version(Bytes);

impl Version {
    /// Creates a version, for implementations of [`Store`]: whatever tells one write from all others of the same key.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Returns what it was made of.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Version(..)")
    }
}

/// Why a store gave no answer. It says nothing about the entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room for another entry; those that are there stay.
    Full,
    /// The store can't be reached, or did not answer in time.
    Unavailable(Arc<dyn StdError + Send + Sync>),
    /// There is an entry that can't be read: it was cut, moved or forged, or is sealed by a key that isn't known here.
    Unreadable,
}

impl StoreError {
    /// Creates the error of a store that can't be reached, because of `cause`: for implementations of [`Store`]. The
    /// cause may be printed: it must not hold a password, an entry's bytes or a token.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into().into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the store is full",
            Self::Unavailable(_) => "the store can't be reached",
            Self::Unreadable => "the store holds an entry that can't be read",
        })
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unavailable(cause) => Some(&**cause),
            Self::Full | Self::Unreadable => None,
        }
    }
}
