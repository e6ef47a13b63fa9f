//! How long is waited for what may never come.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;

use super::key::StoreKey;
use super::store::{Entry, Store, StoreError, Version};
use crate::timer::Timer;

/// A store must answer within a bound of its own. One that doesn't would hold every caller up.
const PATIENCE: Duration = Duration::from_secs(5);

/// A store that answers within [`PATIENCE`], or is as good as down.
pub(super) struct Patient {
    store: Box<dyn Store>,
    timer: Arc<dyn Timer>,
}

impl Patient {
    pub(super) fn new(store: impl Store + 'static, timer: Arc<dyn Timer>) -> Self {
        Self { store: Box::new(store), timer }
    }

    pub(super) async fn get(&self, key: &StoreKey) -> Result<Option<Entry>, StoreError> {
        self.wait(self.store.get(key)).await
    }

    pub(super) async fn put(&self, key: &StoreKey, bytes: Bytes, life: Duration) -> Result<(), StoreError> {
        self.wait(self.store.put(key, bytes, life)).await
    }

    pub(super) async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError> {
        self.wait(self.store.swap(key, seen, new)).await
    }

    async fn wait<T>(&self, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let answer = within(&*self.timer, PATIENCE, answer).await;
        answer.unwrap_or_else(|| Err(StoreError::unavailable("it gave no answer within five seconds")))
    }
}

/// What `future` comes to, if it does so within `limit`. One that is ready at once sets no timer.
pub(super) async fn within<F: Future>(timer: &dyn Timer, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut sleep = None;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        sleep.get_or_insert_with(|| timer.sleep(limit)).as_mut().poll(cx).map(|()| None)
    })
    .await
}
