//! Whether this thread is carrying a request out. wiremock does so under a lock without which its server can't be
//! stopped: who would wait for that from inside would wait for ever.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

pub(super) struct Inside(());

pub(super) fn enter() -> Inside {
    DEPTH.set(DEPTH.get().saturating_add(1));
    Inside(())
}

pub(super) fn is_inside() -> bool {
    DEPTH.get() > 0
}

/// By a panic of a test's own code, too.
impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}
