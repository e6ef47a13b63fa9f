//! How a case uses the store.

use std::collections::hash_map::RandomState;
use std::future::poll_fn;
use std::hash::{BuildHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use kinde_core::Domain;
use kinde_core::keep::{Entry as Kept, Store, StoreKey, Version};

use super::PATIENCE;
use crate::alarm::{Alarm, lock};

/// What a case found: nothing, or what was wrong.
pub(super) type Found = Result<(), String>;

pub(super) type Judging<'a> = Pin<Box<dyn Future<Output = Found> + Send + 'a>>;

/// A case: its name, the duty behind it, and what judges it.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) duty: &'static str,
    pub(super) run: for<'a> fn(&'a Probe<'a>) -> Judging<'a>,
}

pub(super) const fn entry(
    name: &'static str,
    duty: &'static str,
    run: for<'a> fn(&'a Probe<'a>) -> Judging<'a>,
) -> Entry {
    Entry { name, duty, run }
}

/// Long enough for a case.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// The store, and keys of the case's own.
pub(super) struct Probe<'a> {
    store: &'a dyn Store,
    case: &'static str,
    /// Different each time, so that nothing is found that an earlier run left.
    run: [u8; 8],
    used: Mutex<Vec<StoreKey>>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(store: &'a dyn Store, case: &'static str) -> Self {
        let run = RandomState::new().build_hasher().finish().to_be_bytes();
        Self { store, case, run, used: Mutex::default() }
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.store
    }

    /// A key of the case's own.
    pub(super) fn key(&self, name: &str) -> Result<StoreKey, String> {
        self.key_of("conformance.example", name)
    }

    pub(super) fn key_of(&self, tenant: &str, name: &str) -> Result<StoreKey, String> {
        let tenant = Domain::new(tenant).map_err(|error| error.to_string())?;
        let parts = [&self.run[..], self.case.as_bytes(), name.as_bytes()];
        let key = StoreKey::new(&tenant, "conformance", &parts);
        lock(&self.used).push(key.clone());
        Ok(key)
    }

    pub(super) async fn get(&self, key: &StoreKey) -> Result<Option<Kept>, String> {
        self.store.get(key).await.map_err(|error| format!("get failed: {error}"))
    }

    pub(super) async fn put(&self, key: &StoreKey, bytes: &[u8], life: Duration) -> Found {
        let bytes = Bytes::copy_from_slice(bytes);
        self.store.put(key, bytes, life).await.map_err(|error| format!("put failed: {error}"))
    }

    pub(super) async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(&[u8], Duration)>,
    ) -> Result<bool, String> {
        let new = new.map(|(bytes, life)| (Bytes::copy_from_slice(bytes), life));
        self.store.swap(key, seen, new).await.map_err(|error| format!("swap failed: {error}"))
    }

    pub(super) async fn remove(&self, key: &StoreKey) -> Found {
        self.store.remove(key).await.map_err(|error| format!("remove failed: {error}"))
    }

    /// The entry that has to be there, with these bytes.
    pub(super) async fn expect(&self, key: &StoreKey, bytes: &[u8], when: &str) -> Result<Kept, String> {
        let Some(entry) = self.get(key).await? else {
            return Err(format!("{when}, the entry is absent"));
        };
        match entry.bytes == bytes {
            true => Ok(entry),
            false => Err(format!("{when}, {} are there, not {}", shown(&entry.bytes), shown(bytes))),
        }
    }

    pub(super) async fn expect_absent(&self, key: &StoreKey, when: &str) -> Found {
        match self.get(key).await? {
            None => Ok(()),
            Some(entry) => Err(format!("{when}, there is an entry, {}", shown(&entry.bytes))),
        }
    }

    /// Removes what the case has left.
    pub(super) async fn clean_up(&self) -> Found {
        let keys = std::mem::take(&mut *lock(&self.used));
        for key in keys {
            self.remove(&key).await?;
        }
        Ok(())
    }
}

/// The bytes are the suite's own.
fn shown(bytes: &[u8]) -> String {
    match bytes.len() {
        0 => "no bytes".to_owned(),
        1..=40 => format!("the bytes {:?}", bytes.escape_ascii().to_string()),
        many => format!("{many} bytes"),
    }
}

/// Fails unless `is`.
pub(super) fn ensure(is: bool, otherwise: &str) -> Found {
    if is { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// Lets real time pass, without a runtime.
pub(super) async fn pause(time: Duration) -> Found {
    Alarm::after(time, || {}).map_err(|error| format!("the suite has no thread to wait on: {error}"))?.await;
    Ok(())
}

/// Runs one case; `None` if it has no end. A panic fails it.
pub(super) async fn judged(case: impl Future<Output = Found>) -> Option<Found> {
    let mut case = pin!(case);
    let mut alarm = match Alarm::after(PATIENCE, || {}) {
        Ok(alarm) => alarm,
        Err(error) => return Some(Err(format!("the suite has no thread to wait on: {error}"))),
    };
    poll_fn(|cx| match poll_caught(case.as_mut(), cx) {
        Poll::Ready(found) => Poll::Ready(Some(found)),
        Poll::Pending => Pin::new(&mut alarm).poll(cx).map(|()| None),
    })
    .await
}

fn poll_caught<F: Future<Output = Found>>(case: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<Found> {
    match catch_unwind(AssertUnwindSafe(|| case.poll(cx))) {
        Ok(poll) => poll,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Poll::Ready(Err(format!("a panic: {}", text.unwrap_or_default())))
        }
    }
}

/// Drives all of them, one after the other in each round, and answers with what each came to.
pub(super) async fn all<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(Some).collect();
    let mut ended: Vec<Option<T>> = running.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut waits = false;
        for (running, ended) in running.iter_mut().zip(&mut ended) {
            let Some(future) = running else { continue };
            match future.as_mut().poll(cx) {
                Poll::Ready(output) => (*running, *ended) = (None, Some(output)),
                Poll::Pending => waits = true,
            }
        }
        if waits { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    ended.into_iter().flatten().collect()
}
