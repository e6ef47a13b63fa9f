//! What came to a fake: bounded, and without a secret in it.

pub(crate) mod call;
pub(crate) mod event;
mod redact;
pub(crate) mod wait;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::ledger::endpoint::{Endpoint, Scripted};
use crate::script::outcome::Outcome;
use call::{Call, Lint};
use event::{By, Event};

const KEPT: usize = 1_000;

/// The requests that a fake got: the last 1,000 of them as summaries, and counters of all.
///
/// Tokens and secrets are in it as [`Fingerprint`](crate::Fingerprint)s only, and what is not a word of Kinde's own
/// paths is left out of a path, so it can be printed anywhere.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), kinde::Error> {
/// use kinde::oauth::GetUserProfileV2;
/// use kinde_mock::{Fingerprint, MockTransport};
///
/// let kinde = MockTransport::new();
/// let user = kinde.sign_in();
/// kinde.oauth().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await?;
///
/// kinde.assert_calls::<GetUserProfileV2>(1);
/// let call = &kinde.journal().calls()[0];
/// assert_eq!(call.bearer(), Some(Fingerprint::of(user.access_token.expose())));
/// assert_eq!(call.status(), 200);
/// assert!(kinde.journal().lint().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    kept: AtomicUsize,
    pages: Mutex<Pages>,
    turned: Condvar,
    /// The same news for those who wait without a thread: how many calls there were.
    news: watch::Sender<u64>,
    /// Whether deadlines are on tokio's clock, which may be paused, since the calls are too.
    tokio_time: bool,
}

#[derive(Default)]
struct Pages {
    calls: VecDeque<Call>,
    total: u64,
    /// By the endpoints' names.
    counts: BTreeMap<&'static str, u64>,
    /// How many threads wait for the next call.
    waiting: usize,
}

impl Pages {
    fn count(&self, endpoint: &Endpoint) -> u64 {
        self.counts.get(endpoint.name).copied().unwrap_or(0)
    }
}

impl Journal {
    pub(crate) fn new(tokio_time: bool) -> Self {
        Self(Arc::new(Shared {
            kept: AtomicUsize::new(KEPT),
            pages: Mutex::default(),
            turned: Condvar::new(),
            news: watch::Sender::new(0),
            tokio_time,
        }))
    }

    /// Returns the last 1,000 requests, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.pages().calls.iter().cloned().collect()
    }

    /// Returns how many requests came, of any sort.
    pub fn total(&self) -> u64 {
        self.pages().total
    }

    /// Returns how many calls of the operation `O` came, whatever they were answered.
    pub fn count<O: Scripted>(&self) -> u64 {
        self.pages().count(O::ENDPOINT)
    }

    /// Asserts that exactly `n` calls of the operation `O` came.
    ///
    /// # Panics
    /// If not, with the calls that did.
    #[track_caller]
    #[allow(clippy::panic, reason = "it is an assertion")]
    pub fn assert_calls<O: Scripted>(&self, n: u64) {
        let count = self.count::<O>();
        if count != n {
            panic!("{}", self.report(O::ENDPOINT, &format!("{n} expected")));
        }
    }

    /// Returns the requests that were no documented call: another path, method or media type, or too large.
    pub fn unmatched(&self) -> Vec<Call> {
        self.pages().calls.iter().filter(|call| call.by == By::Shape).cloned().collect()
    }

    /// Returns what the documentation does not allow in the requests that came, whether it worked here or not: for
    /// the author of a client.
    ///
    /// ```
    /// use kinde_mock::MockTransport;
    ///
    /// let kinde = MockTransport::new();
    /// // … calls …
    /// for line in kinde.journal().lint() {
    ///     println!("{line}"); // #3 POST /oauth2/revoke: a parameter that is given more than once
    /// }
    /// ```
    pub fn lint(&self) -> Vec<Lint> {
        let pages = self.pages();
        let lines = |call: &Call| {
            let (number, request) = (call.number, format!("{} {}", call.method, call.path));
            let line = move |what: &&'static str| Lint { call: number, request: request.clone(), what };
            call.lints.iter().map(line).collect::<Vec<_>>()
        };
        pages.calls.iter().flat_map(lines).collect()
    }

    /// Forgets everything, the counters too.
    pub fn clear(&self) {
        let mut pages = self.pages();
        *pages = Pages { waiting: pages.waiting, ..Pages::default() };
    }

    /// Keeps the last `calls` of them from now on; the counters count all of them in any case.
    #[cfg(feature = "cli")]
    pub(crate) fn keep(&self, calls: usize) {
        self.0.kept.store(calls, Ordering::Relaxed);
    }

    /// How many calls of this endpoint came.
    #[cfg(feature = "cli")]
    pub(crate) fn count_of(&self, endpoint: &Endpoint) -> u64 {
        self.pages().count(endpoint)
    }

    /// Told before anybody else hears of the outcome.
    pub(crate) fn record(&self, event: Event<'_>, outcome: &Outcome) {
        let endpoint = event.endpoint;
        let mut call = event::summary(event, outcome);
        let (total, waiting) = {
            let mut pages = self.pages();
            pages.total += 1;
            call.number = pages.total;
            if let Some(endpoint) = endpoint {
                *pages.counts.entry(endpoint.name).or_default() += 1;
            }
            pages.calls.push_back(call);
            let kept = self.0.kept.load(Ordering::Relaxed);
            while pages.calls.len() > kept {
                pages.calls.pop_front();
            }
            (pages.total, pages.waiting)
        };
        // Each would cost as much as the rest of the call, for nobody. Who comes later looks before waiting.
        if waiting > 0 {
            self.0.turned.notify_all();
        }
        if self.0.news.receiver_count() > 0 {
            self.0.news.send_replace(total);
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was expected, what was, and the last calls, for people.
    fn report(&self, endpoint: &Endpoint, expected: &str) -> String {
        const SHOWN: usize = 20;
        let pages = self.pages();
        let (name, came) = (endpoint.name, pages.count(endpoint));
        let mut text = format!("calls of {name}: {expected}, {came} came.");
        if pages.calls.is_empty() {
            text.push_str(" No request of any sort did.");
            return text;
        }
        let skipped = pages.calls.len().saturating_sub(SHOWN);
        text.push_str(" All requests");
        if skipped > 0 {
            text.push_str(&format!(" (the last {SHOWN} of {})", pages.total));
        }
        text.push(':');
        for call in pages.calls.iter().skip(skipped) {
            text.push_str(&format!("\n  {call}"));
        }
        text
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.pages();
        f.debug_struct("Journal").field("total", &pages.total).field("calls", &pages.calls).finish()
    }
}
