//! One load, and those who wait for it.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use super::sync::{Mutex, MutexGuard};

/// What is loaded, as a future that needs nobody.
pub(super) type Load<V> = Pin<Box<dyn Future<Output = V> + Send>>;

/// How a load ended, for all who waited.
pub(super) type End<V> = Result<Arc<V>, LoadPanicked>;

/// The load that was waited for panicked; what it would have brought is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadPanicked;

impl fmt::Display for LoadPanicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was waited for panicked")
    }
}

impl std::error::Error for LoadPanicked {}

/// A load that doesn't belong to any caller. Any waiter drives it: it rests here between two polls, and the next poll
/// may be anyone's. So a waiter who is dropped, or not polled any more, holds nobody up, and nothing is ever begun
/// again.
///
/// Nothing foreign runs while the lock is held: not the load, not a waker, no destructor.
pub(super) struct Flight<V> {
    state: Mutex<State<V>>,
    /// What the load is polled with, whoever polls.
    bell: Waker,
}

struct State<V> {
    stage: Stage<V>,
    /// The load has asked to be polled since it last was.
    rung: bool,
    /// Everyone who waits, with a waker from each one's last poll until it is used.
    seats: BTreeMap<u64, Option<Waker>>,
    next: u64,
}

enum Stage<V> {
    Resting(Load<V>),
    /// Someone polls it, outside the lock.
    Polled,
    Landed(End<V>),
}

impl<V> State<V> {
    fn wakers(&mut self) -> Vec<Waker> {
        self.seats.values_mut().filter_map(Option::take).collect()
    }
}

impl<V: Send + Sync + 'static> Flight<V> {
    pub(super) fn new(load: Load<V>) -> Arc<Self> {
        // Weak, or the load, which keeps its waker somewhere, would keep itself alive.
        Arc::new_cyclic(|flight| Self {
            state: Mutex::new(State {
                stage: Stage::Resting(load),
                rung: true,
                seats: BTreeMap::new(),
                next: 0,
            }),
            bell: Waker::from(Arc::new(Bell(Weak::clone(flight)))),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place among those who wait.
    pub(super) fn sit(&self) -> u64 {
        let mut state = self.lock();
        let seat = state.next;
        state.next += 1;
        state.seats.insert(seat, None);
        seat
    }

    /// Gives a place back; answers whether nobody waits any more for a load that hasn't ended.
    pub(super) fn leave(&self, seat: u64) -> bool {
        let mut state = self.lock();
        let waker = state.seats.remove(&seat);
        let last = state.seats.is_empty() && !matches!(state.stage, Stage::Landed(_));
        drop(state);
        drop(waker);
        last
    }

    /// How it ended, if it has; if not, `waker` is woken when there is something to do.
    pub(super) fn poll(&self, seat: u64, waker: &Waker) -> Poll<End<V>> {
        let waker = waker.clone();
        let mut state = self.lock();
        if let Stage::Landed(end) = &state.stage {
            return Poll::Ready(end.clone());
        }
        let before = state.seats.insert(seat, Some(waker));
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// Lets the load go on by one step, if it asked for it and nobody else sees to it. `landing` is called when it has
    /// ended, before anyone hears of it.
    pub(super) fn advance(&self, landing: impl FnOnce()) {
        let Some(mut load) = self.take() else { return };
        let step = AssertUnwindSafe(|| match load.as_mut().poll(&mut Context::from_waker(&self.bell)) {
            Poll::Pending => Err(load),
            Poll::Ready(value) => Ok(value),
        });
        let end = match catch_unwind(step) {
            Ok(Err(load)) => return self.rest(load),
            Ok(Ok(value)) => Ok(Arc::new(value)),
            Err(_) => Err(LoadPanicked),
        };
        landing();
        let mut state = self.lock();
        state.stage = Stage::Landed(end);
        let wakers = state.wakers();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn take(&self) -> Option<Load<V>> {
        let mut state = self.lock();
        if !state.rung || !matches!(state.stage, Stage::Resting(_)) {
            return None;
        }
        state.rung = false;
        match std::mem::replace(&mut state.stage, Stage::Polled) {
            Stage::Resting(load) => Some(load),
            other => {
                state.stage = other;
                None
            }
        }
    }

    fn rest(&self, load: Load<V>) {
        let mut state = self.lock();
        state.stage = Stage::Resting(load);
        // Rung while it was polled: nobody has been told yet.
        let wakers = if state.rung { state.wakers() } else { Vec::new() };
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// All who wait are told, since any one of them may never be polled again.
    fn ring(&self) {
        let mut state = self.lock();
        state.rung = true;
        let wakers = if matches!(state.stage, Stage::Resting(_)) { state.wakers() } else { Vec::new() };
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Wakes those who wait for a flight.
struct Bell<V>(Weak<Flight<V>>);

impl<V: Send + Sync + 'static> Wake for Bell<V> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(flight) = self.0.upgrade() {
            flight.ring();
        }
    }
}
