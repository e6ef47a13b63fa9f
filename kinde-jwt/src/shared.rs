//! What every call reads and what changes every ten minutes: read without a lock.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::key_set::KeySet;

/// How many issuers a thread remembers the state of. With more, some calls take the lock for the time of a copy.
const REMEMBERED: usize = 8;

thread_local! {
    static LAST_SEEN: [Cell<Option<Seen>>; REMEMBERED] = const { [const { Cell::new(None) }; REMEMBERED] };
}

/// What is known of one issuer's keys.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) set: Option<Arc<KeySet>>,
    /// When the set was asked for.
    pub(crate) fetched: Option<Instant>,
    pub(crate) attempted: Option<Instant>,
    /// Whether the last attempt brought a set.
    pub(crate) succeeded: bool,
    /// An attempt has begun and has not ended.
    pub(crate) running: bool,
}

/// A copy of one thread's own.
struct Seen {
    of: usize,
    version: u64,
    state: State,
}

/// The state of one issuer's keys. A thread keeps a copy of what it last saw, which is the state as long as the version
/// is the same: callers write nothing that other callers read.
pub(crate) struct Shared {
    id: usize,
    /// Counts the changes. Changed under the lock only.
    version: AtomicU64,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        static CREATED: AtomicUsize = AtomicUsize::new(0);
        let id = CREATED.fetch_add(1, Ordering::Relaxed);
        Self { id, version: AtomicU64::new(0), state: Mutex::default() }
    }

    /// The state as it is.
    pub(crate) fn read(&self) -> State {
        let version = self.version.load(Ordering::Acquire);
        let seen = LAST_SEEN.try_with(|all| all[self.id % REMEMBERED].take()).ok().flatten();
        let seen = match seen {
            Some(seen) if seen.of == self.id && seen.version == version => seen,
            _ => self.copy(),
        };
        let state = seen.state.clone();
        // A thread that is ending has no place for it any more.
        let _ = LAST_SEEN.try_with(|all| all[self.id % REMEMBERED].set(Some(seen)));
        state
    }

    /// Changes the state, for everyone who reads it from now on.
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state);
        self.version.fetch_add(1, Ordering::Release);
        result
    }

    fn copy(&self) -> Seen {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Seen { of: self.id, version: self.version.load(Ordering::Relaxed), state: state.clone() }
    }
}
