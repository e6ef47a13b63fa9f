//! One load for many: counted loads, dropped leaders, shared errors, under a paused clock.

mod driving;
mod waiters;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kinde_core::keep::SingleFlight;
use tokio::time::sleep;

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) type Flights = SingleFlight<&'static str, Result<u32, &'static str>>;

/// Counts the loads that were begun, and those that were polled to their end.
#[derive(Clone, Default)]
pub(super) struct Loads {
    begun: Arc<AtomicU32>,
    ended: Arc<AtomicU32>,
}

impl Loads {
    /// Takes a second; answers with its number.
    pub(super) fn second(&self) -> impl Future<Output = Result<u32, &'static str>> + Send + use<> {
        let (number, ended) = (self.begun.fetch_add(1, Ordering::SeqCst) + 1, Arc::clone(&self.ended));
        async move {
            sleep(SECOND).await;
            ended.fetch_add(1, Ordering::SeqCst);
            Ok(number)
        }
    }

    pub(super) fn fails(&self) -> impl Future<Output = Result<u32, &'static str>> + Send + use<> {
        let load = self.second();
        async move {
            load.await?;
            Err("no luck")
        }
    }

    pub(super) fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    pub(super) fn ended(&self) -> u32 {
        self.ended.load(Ordering::SeqCst)
    }
}

/// Polls once, as a task does that is then forgotten.
pub(super) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
