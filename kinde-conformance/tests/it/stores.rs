//! The suite for stores passes a right one, and tells each wrong one what is wrong with it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kinde_conformance::{Report, Verdict, store, store_only};
use kinde_core::keep::MemoryStore;

use crate::wrong_store::{Bug, Wrong};
use crate::{block_on, failed};

#[test]
fn a_right_store_passes_without_a_runtime() {
    let right = block_on(store(&Wrong::new(None)));
    right.assert_passed();
    assert!(right.cases().len() >= 25, "{right}");
    assert_eq!(right.skipped().count(), 0);
}

#[test]
fn the_embedded_store_passes_as_a_cache_and_as_a_store() {
    let cache = MemoryStore::cache(100);
    let report = block_on(store(&cache));
    report.assert_passed();
    assert!(cache.is_empty(), "the suite leaves nothing behind");
    let sessions: std::sync::Arc<dyn kinde_core::keep::Store> = std::sync::Arc::new(MemoryStore::new(100));
    assert_eq!(block_on(store(&sessions)), report);
}

#[test]
fn each_wrong_store_is_caught_by_the_case_that_names_its_duty() {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    // Most of the time goes by in waiting.
    thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let report = block_on(store(&Wrong::new(Some(bug))));
                    let (found, expected) = (failed(&report), bug.caught_by());
                    let fits = match expected.split_last() {
                        Some((&"..", cases)) => cases.iter().all(|case| found.contains(case)),
                        _ => found == expected,
                    };
                    if !fits {
                        wrong.lock().unwrap().push(format!("{bug:?}: {:?}\n{report}", bug.caught_by()));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No case is there for nothing: each is what some wrong store fails.
#[test]
fn each_case_has_a_store_that_fails_it() {
    let caught: Vec<&str> = Bug::ALL.iter().flat_map(|bug| bug.caught_by()).copied().collect();
    let report = block_on(store_only(&Wrong::new(None), |_| true));
    for case in report.cases() {
        assert!(caught.contains(&case.name()), "no wrong store fails {}", case.name());
    }
}

fn only(bug: Bug, name: &str) -> Report {
    block_on(store_only(&Wrong::new(Some(bug)), |case| case == name))
}

#[test]
fn what_was_seen_is_said() {
    let seen = |report: &Report| match report.cases() {
        [case] => match case.verdict() {
            Verdict::Failed(seen) => seen.clone(),
            other => panic!("{other:?}"),
        },
        cases => panic!("{} cases", cases.len()),
    };
    let lossy = only(Bug::KeepsTextAlone, "value-empty");
    lossy.assert_passed();
    assert_eq!(
        seen(&only(Bug::CutsValues, "value-long")),
        "after the put, 16384 bytes are there, not 65536 bytes"
    );
    assert_eq!(seen(&only(Bug::SwapsInTwoSteps, "race-absent")), "16 of 16 swaps at once acted");
    assert_eq!(
        seen(&only(Bug::FailsToRemoveWhatIsAbsent, "remove-absent")),
        "remove failed: the store can't be reached"
    );
    assert_eq!(seen(&only(Bug::Panics, "value")), "a panic: not today");
    assert_eq!(seen(&only(Bug::NeverAnswers, "value")), "no end after 10s");
}
