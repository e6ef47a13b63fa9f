//! How a token is had: from the fleet's store, or else from Kinde.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::renewal::{Current, rest};
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};
use crate::keep::key::StoreKey;
use crate::keep::lease::{CALL, LOOK, LOOKING, Owner};
use crate::keep::life::Life;
use crate::keep::patience::{Patient, within};
use crate::keep::record;
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::timer::Timer;
use crate::token::{ClientCredentialsGrant, TokenEndpoint};

/// How long a refusal of the application is remembered: a wrong secret does not get better by being sent again.
const REFUSED: Duration = Duration::from_secs(10);
/// How often a token may be discarded.
const DISCARD: Duration = Duration::from_secs(30);

/// What a load brings: nothing if someone else of the fleet is at it, and there is time.
pub(super) type Loaded = Result<Option<AccessToken>, Error>;

pub(super) struct Loader {
    pub(super) endpoint: Box<dyn TokenEndpoint>,
    pub(super) request: ClientCredentialsGrant,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) fleet: Option<Fleet>,
    pub(super) state: Mutex<State>,
}

/// What is shared with other machines.
pub(super) struct Fleet {
    pub(super) store: Patient,
    pub(super) owner: Owner,
    pub(super) token: StoreKey,
    pub(super) lock: StoreKey,
}

#[derive(Default)]
pub(super) struct State {
    current: Option<Current>,
    /// What was given up, and when.
    discarded: Option<(AccessToken, Instant)>,
    /// A refusal of the application, and until when it counts.
    refused: Option<(Error, Instant)>,
    /// No renewal ahead before.
    rests: Option<Instant>,
}

/// What a caller must do.
pub(super) enum Verdict {
    Use(AccessToken),
    /// And have it renewed in passing.
    UseAndRenew(AccessToken),
    Fail(Error),
    Wait,
}

impl Loader {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn judge(&self) -> Verdict {
        let now = self.timer.now();
        let state = self.state();
        match &state.current {
            Some(current) if now < current.renew => Verdict::Use(current.token.clone()),
            Some(current) if now < current.wait => match state.rests {
                Some(until) if now < until => Verdict::Use(current.token.clone()),
                _ => Verdict::UseAndRenew(current.token.clone()),
            },
            _ => match &state.refused {
                Some((error, until)) if now < *until => Verdict::Fail(error.clone()),
                _ => Verdict::Wait,
            },
        }
    }

    /// Gives the current token up, if it is this one.
    pub(super) fn discard(&self, token: &AccessToken) {
        let now = self.timer.now();
        let mut state = self.state();
        let is_current = state.current.as_ref().is_some_and(|current| same(&current.token, token));
        let again =
            state.discarded.as_ref().is_some_and(|(_, when)| now.saturating_duration_since(*when) < DISCARD);
        if is_current && !again {
            state.current = None;
            state.discarded = Some((token.clone(), now));
        }
    }

    /// Gets the next token.
    pub(super) async fn load(self: Arc<Self>) -> Loaded {
        let Some(fleet) = &self.fleet else { return self.ask(None).await.map(Some) };
        if let Some(token) = self.adopt(fleet).await {
            return Ok(Some(token));
        }
        let start = self.timer.now();
        loop {
            match fleet.owner.take(&fleet.store, &fleet.lock).await {
                Ok(Some(lease)) => {
                    // Someone may have been faster.
                    let loaded = match self.adopt(fleet).await {
                        Some(token) => Ok(token),
                        None => self.ask(Some(fleet)).await,
                    };
                    lease.give_back(&fleet.store).await;
                    return loaded.map(Some);
                }
                Ok(None) if self.has_time() => {
                    self.rest_for(LOOKING);
                    return Ok(None);
                }
                // The holder of the lock may be gone. Two tokens are better than none.
                Ok(None) if self.timer.now().saturating_duration_since(start) >= LOOKING => {
                    return self.ask(Some(fleet)).await.map(Some);
                }
                Ok(None) => self.timer.sleep(LOOK).await,
                // Without the store each process is on its own.
                Err(_) => return self.ask(None).await.map(Some),
            }
            if let Some(token) = self.adopt(fleet).await {
                return Ok(Some(token));
            }
        }
    }

    /// Whether the current token is good enough not to wait for another.
    fn has_time(&self) -> bool {
        let now = self.timer.now();
        self.state().current.as_ref().is_some_and(|current| now < current.wait)
    }

    fn rest_for(&self, time: Duration) {
        let until = self.timer.now().checked_add(time.mul_f64(1.0 + fastrand::f64()));
        self.state().rests = until;
    }

    /// Takes over the fleet's token, if it is another than ours and good for longer.
    async fn adopt(&self, fleet: &Fleet) -> Option<AccessToken> {
        let asked = self.timer.now();
        // A store that is down has no token for us, nor has one that holds something else.
        let entry = fleet.store.get(&fleet.token).await.ok()??;
        let [span, token] = record::read(&entry.bytes)?;
        let span = Duration::from_millis(u64::from_be_bytes(span.try_into().ok()?));
        let token = AccessToken::new(std::str::from_utf8(token).ok()?).ok()?;
        let theirs = Current::new(token, span, asked, entry.left, fastrand::f64());
        let mut state = self.state();
        let given_up = state.discarded.as_ref().is_some_and(|(token, _)| same(token, &theirs.token));
        let newer = state
            .current
            .as_ref()
            .is_none_or(|ours| !same(&ours.token, &theirs.token) && ours.end < theirs.end);
        if given_up || !newer || theirs.wait <= asked {
            return None;
        }
        let token = theirs.token.clone();
        state.install(theirs);
        Some(token)
    }

    /// Asks Kinde, and tells the fleet.
    async fn ask(&self, fleet: Option<&Fleet>) -> Result<AccessToken, Error> {
        let sent = self.timer.now();
        let answer = within(&*self.timer, CALL, self.endpoint.client_credentials(self.request.clone())).await;
        let answer = answer.unwrap_or_else(|| Err(lost(TransportErrorKind::Timeout)));
        let answer = answer.and_then(|tokens| {
            let life = Life::of(&tokens, &*self.timer);
            if life.span.is_zero() {
                return Err(Error::unexpected_body(
                    ClientCredentialsGrant::KIND,
                    http::StatusCode::OK,
                    "`expires_in` is 0: a token that has ended is of no use",
                ));
            }
            Ok(Current::issued(tokens.access_token, life, sent, fastrand::f64()))
        });
        let now = self.timer.now();
        let current = match answer {
            Ok(current) => current,
            Err(error) => {
                self.state().failed(&error, now);
                return Err(error);
            }
        };
        self.state().install(current.clone());
        if let Some(fleet) = fleet {
            let span = u64::try_from(current.span.as_millis()).unwrap_or(u64::MAX).to_be_bytes();
            let bytes = record::write(&[&span, current.token.expose().as_bytes()]);
            // If that fails, the others ask for one of their own.
            let left = current.end.saturating_duration_since(now);
            drop(fleet.store.put(&fleet.token, bytes, left).await);
        }
        Ok(current.token)
    }
}

impl State {
    fn install(&mut self, current: Current) {
        let discarded = self.discarded.take();
        *self = Self { current: Some(current), discarded, ..Self::default() };
    }

    /// A renewal that failed keeps the token that is there.
    fn failed(&mut self, error: &Error, now: Instant) {
        if is_about_us(error) {
            self.refused = now.checked_add(REFUSED).map(|until| (error.clone(), until));
        }
        if let Some(current) = &self.current {
            let rest = rest(current.span, fastrand::f64()).max(error.retry_after().unwrap_or_default());
            self.rests = now.checked_add(rest);
        }
    }
}

/// The application is refused, or may not have what it asks for.
fn is_about_us(error: &Error) -> bool {
    error.kind() == ErrorKind::CredentialsRejected
        || matches!(error.code(), Some("invalid_client" | "unauthorized_client"))
}

pub(super) fn lost(kind: TransportErrorKind) -> Error {
    Error::from_transport(ClientCredentialsGrant::KIND, TransportError::from(kind))
}

fn same(one: &AccessToken, other: &AccessToken) -> bool {
    one.expose() == other.expose()
}
