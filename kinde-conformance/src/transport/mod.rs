//! The suite for transports: its cases, and what runs them.

mod answers;
mod bodies;
mod broken;
mod connections;
mod entry;
#[cfg(feature = "http2")]
mod http2;
mod messages;
mod observed;
mod probe;
mod requests;
mod script;
mod timeouts;
mod tls;

use std::time::{Duration, Instant};

use kinde_core::Transport;

#[cfg(feature = "http2")]
use crate::authority::Authority;
use crate::report::{Case, Report, Verdict};
use entry::Entry;
use observed::Miss;
use probe::Probe;

const ROOMS: &[&[Entry]] = &[
    requests::CASES,
    answers::CASES,
    bodies::CASES,
    broken::CASES,
    timeouts::CASES,
    tls::CASES,
    connections::CASES,
];

/// Runs every case against `transport`, and reports on each.
///
/// It awaits in place, so run it where the transport works: inside a tokio runtime for one over reqwest or
/// hyper. Don't run it under a paused clock: the servers' time is real.
///
/// Dropping the future stops the servers; the transport can be judged again at any time.
///
/// ```
/// # async fn judge<T: kinde::Transport>(one: &T, other: &T) {
/// use kinde_conformance::check;
///
/// let (one, other) = (check(one).await, check(other).await);
/// one.assert_passed();
/// assert_eq!(one, other, "{one}\n{other}");
/// # }
/// ```
pub async fn check<T: Transport + ?Sized>(transport: &T) -> Report {
    check_only(transport, |_| true).await
}

/// Runs the cases that `wanted` picks by name, to fix one thing at a time.
///
/// ```
/// # async fn judge<T: kinde::Transport>(transport: &T) {
/// use kinde_conformance::check_only;
///
/// print!("{}", check_only(transport, |case| case.starts_with("timeout-")).await);
/// # }
/// ```
pub async fn check_only<T: Transport + ?Sized>(transport: &T, wanted: impl Fn(&str) -> bool) -> Report {
    let entries = ROOMS.iter().flat_map(|room| room.iter()).filter(|entry| wanted(entry.name));
    judge(entries.collect(), || Probe::new(transport)).await
}

/// Runs the cases over TLS and HTTP/2 (feature `http2`), for a transport that trusts `authority`.
///
/// ```
/// # use kinde::Transport;
/// # struct Mine;
/// # impl Mine { fn trusting(_: &str) -> Self { Self } }
/// # impl Transport for Mine {
/// #     async fn send(&self, _: http::Request<bytes::Bytes>, _: kinde::CallContext)
/// #         -> Result<http::Response<bytes::Bytes>, kinde::TransportError> { unimplemented!() }
/// # }
/// # async fn judge() -> std::io::Result<()> {
/// use kinde_conformance::{Authority, check_http2};
///
/// let authority = Authority::new()?;
/// check_http2(&Mine::trusting(authority.root_pem()), &authority).await.assert_passed();
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "http2")]
pub async fn check_http2<T: Transport + ?Sized>(transport: &T, authority: &Authority) -> Report {
    let probe = || Probe::new(transport).with_tls(authority.server());
    judge(http2::CASES.iter().collect(), probe).await
}

async fn judge<'a>(entries: Vec<&Entry>, probe: impl Fn() -> Probe<'a>) -> Report {
    let mut cases = Vec::new();
    let mut wasted = Duration::ZERO;
    for entry in entries {
        let start = Instant::now();
        let found = if wasted < ENOUGH {
            (entry.run)(&probe()).await
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
