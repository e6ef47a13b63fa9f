//! The suite for stores: its cases, and what runs them.

mod lives;
mod probe;
mod races;
mod swaps;
mod values;

use std::time::Duration;

use kinde_core::keep::Store;

use crate::report::{Case, Report, Verdict};
use probe::{Entry, Probe, judged};

const ROOMS: &[&[Entry]] = &[values::CASES, lives::CASES, swaps::CASES, races::CASES];

/// Runs every case against a [`Store`], and reports on each.
///
/// It awaits in place, so run it where the store works, and not under a paused clock: entries' lives are real here. A store
/// that is right takes some seconds, mostly lives of less than one that it lets pass. The entries are under keys of their own,
/// live a minute at most and are removed at the end, so a store with other things in it can be judged, too; it must have room
/// for a hundred more.
///
/// Dropping the future stops it; the store can be judged again at any time.
///
/// ```
/// use kinde::keep::MemoryStore;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// kinde_conformance::store(&MemoryStore::new(1_000)).await.assert_passed();
/// # });
/// ```
///
/// What it can't judge: other processes that share the store, what it does when it is full, down or slow, and what it logs.
pub async fn store<S: Store + ?Sized>(store: &S) -> Report {
    store_only(store, |_| true).await
}

/// Runs the cases that `wanted` picks by name, to fix one thing at a time.
///
/// ```
/// # async fn judge<S: kinde::keep::Store>(store: &S) {
/// print!("{}", kinde_conformance::store_only(store, |case| case.starts_with("swap-")).await);
/// # }
/// ```
pub async fn store_only<S: Store + ?Sized>(store: &S, wanted: impl Fn(&str) -> bool) -> Report {
    let mut cases = Vec::new();
    let mut unanswered = 0;
    for entry in ROOMS.iter().flat_map(|room| room.iter()).filter(|entry| wanted(entry.name)) {
        let verdict = if unanswered < ENOUGH {
            let probe = Probe::new(&store, entry.name);
            let found = judged((entry.run)(&probe)).await;
            drop(judged(probe.clean_up()).await);
            unanswered += usize::from(found.is_none());
            match found {
                Some(Ok(())) => Verdict::Passed,
                Some(Err(seen)) => Verdict::Failed(seen),
                None => Verdict::Failed(format!("no end after {PATIENCE:?}")),
            }
        } else {
            Verdict::Skipped(format!("it was not run, since {ENOUGH} cases had no end"))
        };
        cases.push(Case::new(entry.name, entry.duty, verdict));
    }
    Report::new(cases)
}

/// How long a case may take. Long, since a loaded machine is not the store's fault.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store that never answers would keep the suite busy for minutes.
const ENOUGH: usize = 3;
