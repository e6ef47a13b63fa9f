//! An issuer's keys as they change: fetched, renewed, and kept through outages.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use kinde_core::keep::{SingleFlight, Spawn};
use kinde_core::keys::{GetJwks, WellKnown};
use kinde_core::{Domain, Timer};

use crate::error::VerifyError;
use crate::key_set::KeySet;
use crate::shared::{Shared, State};
use crate::signature::SignatureVerifier;

/// How long a set is used before it is fetched again, without anyone waiting for it.
const FRESH: Duration = Duration::from_secs(600);
/// How long after an attempt, whatever came of it, the next may follow.
const PAUSE: Duration = Duration::from_secs(30);
const ATTEMPT_AT_MOST: Duration = Duration::from_secs(5);
const STALE_FOR: Duration = Duration::from_secs(3600);
const STALE_AT_MOST: Duration = Duration::from_secs(24 * 3600);

/// The key set of one issuer, fetched when it is first needed. A clone shares it.
///
/// | what happens | what it does |
/// |---|---|
/// | the first call, and all that come meanwhile | one request; they wait for it |
/// | ten minutes later | the next caller begins another one and waits for nothing: the keys known serve until it is there |
/// | a token with a `kid` that isn't known | at most one request in 30 s, counted from the last attempt, whatever came of it |
/// | a bad signature | no request |
/// | a set that is unreadable, empty or longer than 50 KiB | the one that is known stays |
/// | the endpoint fails | the set that is known serves for one hour ([`serve_stale_for`](Self::serve_stale_for)); then [`Unavailable`](VerifyError::Unavailable) |
///
/// A request takes at most five seconds and is never repeated; no `Authorization` header goes with it (Kinde answers that
/// with 403). Without a [`Spawn`] a renewal goes on only while calls come in: [`spawn`](Self::spawn) has it driven.
#[derive(Clone)]
pub struct RemoteKeys {
    pub(crate) issuer: String,
    source: Arc<Source>,
    state: Arc<Shared>,
    flights: SingleFlight<(), ()>,
    stale_for: Duration,
}

struct Source {
    well_known: Box<dyn WellKnown>,
    timer: Box<dyn Timer>,
    signatures: Box<dyn SignatureVerifier>,
}

impl RemoteKeys {
    /// Creates the keys of `domain`, by its key set. `timer` is the clock for their age and for tokens' `exp`.
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(well_known: impl WellKnown + 'static, domain: &Domain, timer: impl Timer) -> Self {
        Self::with_signatures(well_known, domain, timer, crate::signature::AwsLcRs)
    }

    /// Does what [`new`](Self::new) does, with signatures checked by something else than aws-lc-rs.
    pub fn with_signatures(
        well_known: impl WellKnown + 'static,
        domain: &Domain,
        timer: impl Timer,
        signatures: impl SignatureVerifier + 'static,
    ) -> Self {
        Self {
            issuer: domain.issuer(),
            source: Arc::new(Source {
                well_known: Box::new(well_known),
                timer: Box::new(timer),
                signatures: Box::new(signatures),
            }),
            state: Arc::new(Shared::new()),
            flights: SingleFlight::new(),
            stale_for: STALE_FOR,
        }
    }

    /// Has renewals driven to their end although nobody waits for them: recommended where calls are rare.
    #[must_use]
    pub fn spawn(self, spawn: impl Spawn) -> Self {
        Self { flights: SingleFlight::spawning(spawn), ..self }
    }

    /// Sets how long the last set serves while the endpoint fails, counted from when it was fetched: an hour unless
    /// set, a day at most, ten minutes at least. Longer keeps users in through an outage of Kinde's, and a key that was
    /// withdrawn during it.
    #[must_use]
    pub fn serve_stale_for(self, life: Duration) -> Self {
        Self { stale_for: life.clamp(FRESH, STALE_AT_MOST), ..self }
    }

    /// The time of day by the clock that was passed.
    pub(crate) fn unix_time(&self) -> Duration {
        self.source.timer.unix_time()
    }

    /// A set with the key `kid`.
    pub(crate) async fn with_key(&self, kid: &str) -> Result<Arc<KeySet>, VerifyError> {
        let now = self.source.timer.now();
        let state = self.state.read();
        if let Some(set) = self.usable(&state, now).filter(|set| set.contains(kid)) {
            if older(state.fetched, now, FRESH) {
                self.renew_in_passing(&state, now);
            }
            return Ok(set);
        }
        // Nobody here can be answered: the request that is under way is waited for, or one is made.
        if older(state.attempted, now, PAUSE) {
            self.fetch().await;
        } else {
            self.flights.settle(&()).await;
        }
        let state = self.state.read();
        match self.usable(&state, self.source.timer.now()) {
            Some(set) if set.contains(kid) => Ok(set),
            // All that the issuer has is known, and this isn't among it.
            Some(_) if state.succeeded => Err(VerifyError::UnknownKey),
            _ => Err(VerifyError::Unavailable),
        }
    }

    fn usable(&self, state: &State, now: Instant) -> Option<Arc<KeySet>> {
        state.set.clone().filter(|_| !older(state.fetched, now, self.stale_for))
    }

    fn renew_in_passing(&self, state: &State, now: Instant) {
        // A renewal that is under way is helped on; a new one may begin only after the pause.
        if state.running || older(state.attempted, now, PAUSE) {
            self.flights.load_in_passing(&(), || attempt(Arc::clone(&self.source), Arc::clone(&self.state)));
        }
    }

    async fn fetch(&self) {
        // A panic of the caller's own transport is not a set; nothing else can be the cause.
        let _ = self.flights.load(&(), || attempt(Arc::clone(&self.source), Arc::clone(&self.state))).await;
    }
}

/// One request for the key set, and what it brought into the state. It needs nobody: any waiter drives it.
async fn attempt(source: Arc<Source>, state: Arc<Shared>) {
    let begun = source.timer.now();
    // The caller who asked for this one may have looked at the clock before the last one ended.
    let too_early = state.write(|state| {
        let too_early = !older(state.attempted, begun, PAUSE);
        if !too_early {
            (state.attempted, state.succeeded, state.running) = (Some(begun), false, true);
        }
        too_early
    });
    if too_early {
        return;
    }
    // Also if the caller's own transport panics.
    let _running = Running(&state);
    let set = source.read().await.map(Arc::new);
    #[cfg(feature = "tracing")]
    match &set {
        Ok(set) => tracing::debug!(keys = set.len(), "fetched the issuer's keys"),
        Err(why) => {
            tracing::warn!(why = %why, "the issuer's keys could not be fetched: those that are known serve on")
        }
    }
    if let Ok(set) = set {
        // The former set is dropped after it: its keys may be of the caller's own types.
        let _former = state.write(|state| {
            (state.fetched, state.succeeded) = (Some(begun), true);
            state.set.replace(set)
        });
    }
}

struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.write(|state| state.running = false);
    }
}

impl Source {
    async fn read(&self) -> Result<KeySet, Box<dyn std::error::Error + Send + Sync>> {
        let request = self.well_known.jwks(GetJwks::new());
        let answer =
            within(self.timer.sleep(ATTEMPT_AT_MOST), request).await.ok_or("no answer within 5 s")??;
        Ok(KeySet::with_signatures(&answer, &*self.signatures)?)
    }
}

/// What a future gives, unless `over` is over first.
async fn within<T>(
    mut over: Pin<Box<dyn Future<Output = ()> + Send>>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => over.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// Whether something happened `age` ago or longer, or never.
fn older(since: Option<Instant>, now: Instant, age: Duration) -> bool {
    since.is_none_or(|since| now.saturating_duration_since(since) >= age)
}

/// Shows the issuer and which keys are known.
impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys")
            .field("issuer", &self.issuer)
            .field("keys", &self.state.read().set)
            .field("stale_for", &self.stale_for)
            .finish_non_exhaustive()
    }
}
