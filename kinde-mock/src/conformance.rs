//! One suite that judges any [`Transport`].
mod alarm;
mod answers;
mod bodies;
mod broken;
mod connections;
mod probe;
mod report;
mod requests;
mod script;
mod server;
mod timeouts;
mod wire;

use std::pin::Pin;
use std::time::{Duration, Instant};

use kinde_core::Transport;

pub use self::report::{Case, Report, Verdict};
use probe::{Found, Miss, Probe};

/// A case: its name, the duty behind it, and what judges it.
struct Entry {
    name: &'static str,
    duty: &'static str,
    run: Run,
}

type Run = for<'a> fn(&'a Probe<'a>) -> Pin<Box<dyn Future<Output = Found> + Send + 'a>>;

const fn entry(name: &'static str, duty: &'static str, run: Run) -> Entry {
    Entry { name, duty, run }
}

const ROOMS: &[&[Entry]] =
    &[requests::CASES, answers::CASES, bodies::CASES, broken::CASES, timeouts::CASES, connections::CASES];

/// Runs every case against `transport`.
pub async fn check<T: Transport + ?Sized>(transport: &T) -> Report {
    check_only(transport, |_| true).await
}

/// Runs the cases whose name `wanted` picks.
pub async fn check_only<T: Transport + ?Sized>(transport: &T, wanted: impl Fn(&str) -> bool) -> Report {
    let mut cases = Vec::new();
    let mut wasted = Duration::ZERO;
    for entry in ROOMS.iter().copied().flatten().filter(|entry| wanted(entry.name)) {
        let start = Instant::now();
        let found = if wasted < ENOUGH {
            (entry.run)(&Probe::new(transport)).await
        } else {
            Err(Miss::Skipped(format!("it was not run, since the cases that failed took {ENOUGH:?}")))
        };
        let verdict = match found {
            Ok(()) => Verdict::Passed,
            Err(Miss::Failed(seen)) => {
                wasted += start.elapsed();
                Verdict::Failed(seen)
            }
            Err(Miss::Skipped(why)) => Verdict::Skipped(why),
        };
        cases.push(Case::new(entry.name, entry.duty, verdict));
    }
    Report::new(cases)
}

/// A transport that waits wherever it can would keep the suite busy for minutes.
const ENOUGH: Duration = Duration::from_secs(30);
