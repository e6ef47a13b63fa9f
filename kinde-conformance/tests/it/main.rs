//! The suite passes a right client, and tells each wrong one what is wrong with it.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod bugs;
mod exchange;
mod stores;
mod tiny;
mod wrong_store;

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use bugs::Bug;
use kinde_conformance::{Report, Verdict, check_only};
use tiny::{OnThread, Tiny};

/// As little of a runtime as there can be.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn failed(report: &Report) -> Vec<&str> {
    report.failed().map(|case| case.name()).collect()
}

#[test]
fn a_right_client_that_blocks_its_thread_passes_without_a_runtime() {
    let report = block_on(kinde_conformance::check(&Tiny::new(None)));
    report.assert_passed();
    let skipped: Vec<_> = report.skipped().map(|case| case.name()).collect();
    assert_eq!(skipped, ["tls-refused", "tls-silent", "drop-before-head", "drop-in-body"], "{report}");
}

#[test]
fn the_same_client_on_threads_of_its_own_can_be_dropped_too() {
    let report = block_on(kinde_conformance::check(&OnThread(Arc::new(Tiny::new(None)))));
    report.assert_passed();
    let skipped: Vec<_> = report.skipped().map(|case| case.name()).collect();
    assert_eq!(skipped, ["tls-refused", "tls-silent"], "{report}");
}

#[test]
fn a_report_prints_as_a_table_and_can_be_read_by_a_program() {
    fn sendable<F: Future + Send>(future: F) -> F {
        future
    }
    let wanted = |name: &str| ["request-get", "request-target", "tls-silent"].contains(&name);
    let report = block_on(sendable(check_only(&Tiny::new(Some(Bug::LosesQuery)), wanted)));
    assert_eq!(
        report.to_string(),
        "1 passed, 1 failed, 1 skipped\n\
         passed   request-get     A GET arrives as it was given, with nothing added but Host.\n\
         FAILED   request-target  Path and query arrive byte for byte: nothing is decoded or encoded.\n                         \
         seen: the target /query?a=1&a=2&b=&c&d=x+y%20z%26=%3D?/:@ arrived as /query\n\
         skipped  tls-silent      The deadline holds while TLS is set up, too: Timeout or Connect.\n                         \
         why: the transport has no TLS, and says so before it sends anything\n"
    );
    assert!(!report.is_passed() && report.cases().len() == 3);
    assert!(report.case("request-get").is_some_and(|case| *case.verdict() == Verdict::Passed));
    assert!(report.case("tls-silent").is_some_and(|case| case.is_skipped() && !case.is_failed()));

    let right = block_on(check_only(&Tiny::new(None), wanted));
    assert_ne!(report, right);
    assert_eq!(right, block_on(check_only(&Tiny::new(None), wanted)));

    let panic = std::panic::catch_unwind(|| report.assert_passed()).unwrap_err();
    assert!(panic.downcast_ref::<String>().is_some_and(|text| text.ends_with(&report.to_string())));
    // A suite that judges nothing has not passed.
    let nothing = block_on(check_only(&Tiny::new(None), |_| false));
    assert!(!nothing.is_passed());
    let panic = std::panic::catch_unwind(|| nothing.assert_passed()).unwrap_err();
    assert!(panic.downcast_ref::<&str>().is_some_and(|text| text.contains("filter that picks none")));
}

#[test]
fn each_bug_is_caught_by_the_case_that_names_its_duty() {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    // Most of the time goes by in waiting.
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let (report, expected) = (judge(bug), bug.caught_by());
                    let found = failed(&report);
                    let fits = match expected.split_last() {
                        Some((&"..", cases)) => cases.iter().all(|case| found.contains(case)),
                        _ => found == expected,
                    };
                    if !fits {
                        wrong.lock().unwrap().push(format!("{bug:?}: {expected:?}, but {found:?}\n{report}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_call_that_never_ends_does_not_hang_the_suite() {
    let report = block_on(kinde_conformance::check(&Tiny::new(Some(Bug::NeverEnds))));
    let (first, last) = (report.cases().first().unwrap(), report.cases().last().unwrap());
    assert!(matches!(first.verdict(), Verdict::Failed(seen) if seen.contains("no end")), "{report}");
    assert!(matches!(last.verdict(), Verdict::Skipped(why) if why.contains("not run")), "{report}");
}

fn judge(bug: Bug) -> Report {
    let tiny = Tiny::new(Some(bug));
    // These fail nearly everything, slowly or loudly.
    let all = ![Bug::NeverEnds, Bug::Panics, Bug::ReadsToClose].contains(&bug);
    let wanted = |name: &str| all || bug.caught_by().contains(&name);
    if bug == Bug::KeepsDroppedCalls {
        block_on(kinde_conformance::check_only(&OnThread(Arc::new(tiny)), wanted))
    } else {
        block_on(kinde_conformance::check_only(&tiny, wanted))
    }
}
