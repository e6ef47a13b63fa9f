//! A lock that many machines share: an entry that one of them makes. (A session's lock is part of its own entry.)

use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::key::StoreKey;
use super::patience::Patient;
use super::store::StoreError;
use crate::timer::Timer;

/// How long a lock is held at most: as long as a client's call takes (30 seconds unless set), and some more.
pub(super) const LEASE: Duration = Duration::from_secs(45);

/// What a call may take while the lock is held, whatever its client allows: the lock must not end before it.
pub(super) const CALL: Duration = Duration::from_secs(40);

/// How often someone who didn't get the lock looks again, and for how long.
pub(super) const LOOK: Duration = Duration::from_millis(100);
pub(super) const LOOKING: Duration = Duration::from_secs(5);

/// Who takes locks: different in each process.
pub(super) struct Owner(Bytes);

impl Owner {
    pub(super) fn new(timer: &dyn Timer) -> Self {
        // Where the system gives no randomness, as on some platforms of wasm, the time tells two apart.
        let (random, time) = (fastrand::u128(..), timer.unix_time().as_nanos());
        let digest =
            Sha256::new().chain_update(random.to_be_bytes()).chain_update(time.to_be_bytes()).finalize();
        Self(Bytes::copy_from_slice(&digest))
    }

    pub(super) fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Takes the lock; `None` if someone else has it.
    pub(super) async fn take(&self, store: &Patient, key: &StoreKey) -> Result<Option<Lease>, StoreError> {
        let mine = || Some((self.0.clone(), LEASE));
        let lease = || Some(Lease { key: key.clone(), owner: self.0.clone() });
        if store.swap(key, None, mine()).await? {
            return Ok(lease());
        }
        // It may be one of our own, taken by a call that seemed to fail. There is no more than one of us for each key.
        match store.get(key).await? {
            Some(held) if held.bytes == self.0 => {
                Ok(store.swap(key, Some(&held.version), mine()).await?.then(lease).flatten())
            }
            _ => Ok(None),
        }
    }
}

/// A lock that is held. Forgotten, it ends by itself.
pub(super) struct Lease {
    key: StoreKey,
    owner: Bytes,
}

impl Lease {
    /// Gives it back, if it is still held. If that fails it ends by itself.
    pub(super) async fn give_back(self, store: &Patient) {
        if let Ok(Some(held)) = store.get(&self.key).await {
            if held.bytes == self.owner {
                drop(store.swap(&self.key, Some(&held.version), None).await);
            }
        }
    }
}
