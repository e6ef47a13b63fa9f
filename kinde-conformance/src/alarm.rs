//! A timer that needs no runtime: the suite runs on any executor, and on none.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// A lock whose data is usable after a panic: a panicking transport must not take the suite along.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A future that is ready once its time is over. Dropping it ends its thread.
pub(crate) struct Alarm {
    bell: Arc<Bell>,
}

#[derive(Default)]
struct Bell {
    state: Mutex<State>,
    cancel: Condvar,
}

#[derive(Default)]
struct State {
    rung: bool,
    cancelled: bool,
    waker: Option<Waker>,
}

impl Alarm {
    /// Rings after `delay`; calls `first` before that, on the alarm's own thread, so that it runs even if the
    /// task's thread is blocked.
    pub(crate) fn after(delay: Duration, first: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let bell = Arc::new(Bell::default());
        let theirs = Arc::clone(&bell);
        thread::Builder::new().name("conformance-alarm".to_owned()).spawn(move || {
            let waiting =
                theirs.cancel.wait_timeout_while(lock(&theirs.state), delay, |state| !state.cancelled);
            let (mut state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
            if state.cancelled {
                return;
            }
            // Before `first` does what may end the call, so that nobody takes that end for one in time.
            state.rung = true;
            drop(state);
            first();
            let waker = lock(&theirs.state).waker.take();
            if let Some(waker) = waker {
                waker.wake();
            }
        })?;
        Ok(Self { bell })
    }

    /// Whether it has rung; if not, the task is woken when it does.
    pub(crate) fn poll_rung(&self, context: &Context<'_>) -> bool {
        let mut state = lock(&self.bell.state);
        if !state.rung {
            state.waker = Some(context.waker().clone());
        }
        state.rung
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.poll_rung(context) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        lock(&self.bell.state).cancelled = true;
        self.bell.cancel.notify_one();
    }
}
