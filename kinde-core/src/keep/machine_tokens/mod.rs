//! A token for the application itself that stays fresh.

mod load;
mod renewal;

use std::fmt;
use std::sync::{Arc, Mutex};

use load::{Fleet, Loaded, Loader, State, Verdict, lost};

use super::key::StoreKey;
use super::lease::Owner;
use super::patience::Patient;
use super::single_flight::SingleFlight;
use super::spawn::Spawn;
use super::store::Store;
use crate::application::Application;
use crate::domain::Domain;
use crate::error::{Error, TransportErrorKind};
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::timer::Timer;
use crate::token::{ClientCredentialsGrant, TokenEndpoint};

/// Keeps a token for the application itself (client credentials), and renews it before it ends.
///
/// Make one for each set of audiences and scopes, at start-up; a clone is a reference count. Ask it for the token each time
/// one is needed: a good one is had at once, without a request.
///
/// ```
/// use std::sync::Arc;
/// use kinde::keep::MachineTokens;
/// use kinde::token::Application;
/// use kinde::oauth::TokenIntrospection;
/// use kinde::{Domain, Error, Kinde, OAuth, Token, TokioTimer};
///
/// fn ours(kinde: Arc<dyn Kinde>, domain: &Domain, us: &Application) -> Result<MachineTokens, Error> {
///     MachineTokens::builder(kinde, domain, us, TokioTimer).audience("https://acme.kinde.com/api").build()
/// }
///
/// async fn is_live(kinde: &dyn OAuth, ours: &MachineTokens, token: Token) -> Result<bool, Error> {
///     let bearer = ours.access_token().await?;
///     let answer = kinde.token_introspection(TokenIntrospection::new(&bearer, token)).await;
///     if answer.as_ref().is_err_and(|error| error.credentials() == Some(kinde::error::Credentials::Bearer)) {
///         ours.discard(&bearer); // it was revoked, say; the next call gets another
///     }
///     Ok(answer?.is_active())
/// }
/// ```
///
/// # When it is renewed
/// Ahead: 60 minutes before its end if it lives 90 or more, 15 if it lives 20 or more, 5 below that (half of its life, if it
/// lives less than ten), later by a random part of a quarter of that, so that processes that began together don't renew
/// together.
/// Callers then get the old one at once. One renewal is under way at a time; it goes on a step with each call, or is
/// driven by [`spawn`](MachineTokensBuilder::spawn). If it fails, the old token stays, and the next renewal comes after a
/// random rest.
///
/// Only in the last minute (or quarter) of its life, or if there is none, do callers wait for the next: all for one request,
/// whose error they share. An answer that refuses the application is remembered for ten seconds. Without an `expires_in`, the
/// token's own `exp` counts, or else it lives five minutes.
///
/// # A fleet
/// With a [`store`](MachineTokensBuilder::store) that several machines share, one token serves all of them, and is asked for
/// once. The store can only help: if it is down, each process asks for a token of its own. Kinde counts the tokens of a
/// month.
#[derive(Clone)]
pub struct MachineTokens {
    loader: Arc<Loader>,
    flights: SingleFlight<(), Loaded>,
}

impl MachineTokens {
    /// Sets one up, which asks `endpoint` as `application`, at the tenant `domain`.
    pub fn builder(
        endpoint: impl TokenEndpoint + 'static,
        domain: &Domain,
        application: &Application,
        timer: impl Timer,
    ) -> MachineTokensBuilder {
        MachineTokensBuilder {
            endpoint: Box::new(endpoint),
            domain: domain.clone(),
            request: ClientCredentialsGrant::new(application),
            timer: Arc::new(timer),
            store: None,
            flights: SingleFlight::new(),
        }
    }

    /// Returns a token that is good for a while.
    ///
    /// Cancel-safe: dropping it abandons the wait, not the request.
    ///
    /// # Errors
    /// Those of [`client_credentials`](TokenEndpoint::client_credentials), if there is no token, or only one in its last
    /// minute, and none could be had.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        loop {
            match self.loader.judge() {
                Verdict::Use(token) => return Ok(token),
                Verdict::UseAndRenew(token) => {
                    self.flights.load_in_passing(&(), || Arc::clone(&self.loader).load());
                    return Ok(token);
                }
                Verdict::Fail(error) => return Err(error),
                Verdict::Wait => {
                    let loaded = self.flights.load(&(), || Arc::clone(&self.loader).load()).await;
                    // A load that panicked.
                    let loaded = loaded.unwrap_or_else(|_| Err(lost(TransportErrorKind::Other)));
                    if let Some(token) = loaded? {
                        return Ok(token);
                    }
                }
            }
        }
    }

    /// Gives up a token that was refused where it was used, if it is still the current one. The next call gets another.
    ///
    /// It does so at most once in 30 seconds: an API that refuses every token must not cost a new one with each call.
    pub fn discard(&self, token: &AccessToken) {
        self.loader.discard(token);
    }
}

impl fmt::Debug for MachineTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineTokens").field("request", &self.loader.request).finish_non_exhaustive()
    }
}

/// Sets [`MachineTokens`] up.
#[must_use = "a builder does nothing until `build` is called"]
pub struct MachineTokensBuilder {
    endpoint: Box<dyn TokenEndpoint>,
    domain: Domain,
    request: ClientCredentialsGrant,
    timer: Arc<dyn Timer>,
    store: Option<Patient>,
    flights: SingleFlight<(), Loaded>,
}

impl MachineTokensBuilder {
    /// Adds an API that the token must be good for, by the audience that it is registered with.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.request = self.request.audience(audience);
        self
    }

    /// Adds a scope; without any, the token has those that the application is granted.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.request = self.request.scope(scope);
        self
    }

    /// Shares the token with everyone who shares `store`. The key is made of the tenant, the client id, the audiences
    /// and the scopes, in whatever order they were added.
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Some(Patient::new(store, Arc::clone(&self.timer)));
        self
    }

    /// Has renewals driven in the background, rather than by those who ask for the token.
    pub fn spawn(mut self, spawn: impl Spawn) -> Self {
        self.flights = SingleFlight::spawning(spawn);
        self
    }

    /// Returns what was set up. Nothing is asked yet.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the client id, the secret, an audience or a scope can't be sent.
    pub fn build(self) -> Result<MachineTokens, Error> {
        let Self { endpoint, domain, request, timer, store, flights } = self;
        request.encode(&domain)?;
        let fleet = store.map(|store| Fleet {
            store,
            owner: Owner::new(&*timer),
            token: key(&domain, "machine_token", &request),
            lock: key(&domain, "machine_token_lock", &request),
        });
        let state = Mutex::new(State::default());
        let loader = Arc::new(Loader { endpoint, request, timer, fleet, state });
        Ok(MachineTokens { loader, flights })
    }
}

/// Everything that changes the answer.
fn key(domain: &Domain, kind: &'static str, request: &ClientCredentialsGrant) -> StoreKey {
    let sorted = |texts: &[String]| {
        let mut sorted = texts.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    };
    let (audiences, scopes) = (sorted(request.audiences()), sorted(request.scopes()));
    // So that no audience can pass for a scope.
    let count = (audiences.len() as u64).to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![request.application().client_id().as_bytes(), &count];
    parts.extend(audiences.iter().chain(&scopes).map(String::as_bytes));
    StoreKey::new(domain, kind, &parts)
}

impl fmt::Debug for MachineTokensBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineTokensBuilder").field("request", &self.request).finish_non_exhaustive()
    }
}
