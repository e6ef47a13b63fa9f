//! Stores that fail, hang or keep count.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use kinde_core::TokioTimer;
use kinde_core::keep::{Entry, MemoryStore, Store, StoreError, StoreKey, Version};

/// Memory, which can be made to fail, and remembers the keys that were written.
pub(crate) struct Moody {
    inner: MemoryStore,
    pub(crate) reads_fail: AtomicBool,
    pub(crate) writes_fail: AtomicBool,
    /// Only writes to such keys.
    pub(crate) writes_fail_for: Mutex<Option<&'static str>>,
    pub(crate) hangs: AtomicBool,
    pub(crate) reads: AtomicUsize,
    pub(crate) keys: Mutex<Vec<StoreKey>>,
}

impl Moody {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: MemoryStore::new(10_000).timer(TokioTimer),
            reads_fail: AtomicBool::new(false),
            writes_fail: AtomicBool::new(false),
            writes_fail_for: Mutex::new(None),
            hangs: AtomicBool::new(false),
            reads: AtomicUsize::new(0),
            keys: Mutex::default(),
        })
    }

    async fn check(&self, key: &StoreKey, writes: bool) -> Result<(), StoreError> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let fails = if writes {
            let some = self.writes_fail_for.lock().unwrap().is_some_and(|kind| is(key, kind));
            self.writes_fail.load(Ordering::SeqCst) || some
        } else {
            self.reads.fetch_add(1, Ordering::SeqCst);
            self.reads_fail.load(Ordering::SeqCst)
        };
        match fails {
            true => Err(StoreError::unavailable("down, says the test")),
            false => Ok(()),
        }
    }

    /// The keys of that kind that were written.
    pub(crate) fn written(&self, kind: &str) -> Vec<StoreKey> {
        let mut keys = self.keys.lock().unwrap().clone();
        keys.retain(|key| is(key, kind));
        keys.dedup();
        keys
    }
}

fn is(key: &StoreKey, kind: &str) -> bool {
    key.as_str().contains(&format!(":{kind}:"))
}

#[async_trait::async_trait]
impl Store for Moody {
    async fn get(&self, key: &StoreKey) -> Result<Option<Entry>, StoreError> {
        self.check(key, false).await?;
        self.inner.get(key).await
    }

    async fn put(&self, key: &StoreKey, bytes: Bytes, life: Duration) -> Result<(), StoreError> {
        self.check(key, true).await?;
        self.keys.lock().unwrap().push(key.clone());
        self.inner.put(key, bytes, life).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError> {
        self.check(key, true).await?;
        if new.is_some() {
            self.keys.lock().unwrap().push(key.clone());
        }
        self.inner.swap(key, seen, new).await
    }

    async fn remove(&self, key: &StoreKey) -> Result<(), StoreError> {
        self.check(key, true).await?;
        self.inner.remove(key).await
    }
}
