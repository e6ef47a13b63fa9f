//! The tokens of users, kept and refreshed.

mod error;
mod id;
mod keeper;
mod refresh;
mod session;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "sign-in")]
use zeroize::Zeroizing;

pub use error::{NotNow, SessionError};
pub use id::SessionId;

use keeper::{Found, Keeper, UNSAVED};
use refresh::{Refreshed, lost};
use session::Session;

use super::key::StoreKey;
use super::lease::Owner;
use super::memory::MemoryStore;
use super::patience::Patient;
use super::single_flight::SingleFlight;
use super::spawn::Spawn;
use super::store::Store;
use crate::application::Application;
use crate::domain::Domain;
use crate::error::TransportErrorKind;
use crate::oauth::OAuth;
#[cfg(feature = "sign-in")]
use crate::random;
use crate::secret::{AccessToken, IdToken};
use crate::timer::Timer;
use crate::token::{TokenEndpoint, TokenResponse};

/// As long as Kinde's refresh tokens live.
const SESSION_LIFE: Duration = Duration::from_secs(15 * 24 * 60 * 60);

/// Keeps the tokens of signed-in users in a [`Store`], and refreshes them when they are asked for.
///
/// Make one for the application, at start-up; a clone is a reference count. A browser holds the [`SessionId`], the store
/// everything else: with [`MemoryStore`](super::MemoryStore) for one process, with a store that several machines share for a
/// fleet, whose machines then need nothing of each other.
///
/// ```
/// use std::sync::Arc;
/// use kinde::keep::{MemoryStore, SessionError, SessionId, UserTokens};
/// use kinde::token::{Application, TokenResponse};
/// use kinde::{AccessToken, Domain, Kinde, TokioTimer};
///
/// fn sessions(kinde: Arc<dyn Kinde>, domain: &Domain, us: &Application) -> UserTokens {
///     let store = MemoryStore::new(100_000).timer(TokioTimer);
///     UserTokens::builder(kinde, domain, us, store, TokioTimer).build()
/// }
///
/// /// A request comes in with a cookie.
/// async fn bearer(sessions: &UserTokens, cookie: &str) -> Result<AccessToken, SessionError> {
///     let id = SessionId::from_cookie(cookie).ok_or(SessionError::SignInAgain)?;
///     sessions.access_token(&id).await // refreshed first, if it is about to end
/// }
/// ```
///
/// # When it is refreshed
/// When less than a minute of its life is left (less than a quarter, if what a refresh brings lives so short). All who ask for the same session wait for one request; a lock keeps the other
/// machines of a fleet from sending the same refresh token. A caller who gets the lock reads the store again, and takes
/// what another has refreshed meanwhile. If the refresh can't be done now, a token that still has more than five
/// seconds is used.
///
/// Kinde may answer with the *same* access token as long as that one is good: it is then used until five seconds before its
/// end, and no refresh is tried before. Without an `expires_in`, the token's own `exp` counts, as a hint that nobody has
/// verified, or else five minutes. An answer without a refresh token or an ID token leaves the old ones. A life counts from
/// before the request for it was sent; for what [`sign_in`](Self::sign_in) is given, from that call.
///
/// # What can't be lost
/// A refresh token is sent once, and new tokens are stored before anyone is answered. The request belongs to the session, not
/// to who asked: callers may be dropped at any time, and the next one to ask drives it on. If nobody may come for a
/// while, let [`spawn`](UserTokensBuilder::spawn) drive it; that is recommended.
///
/// If the store takes the new tokens not in, they stay in this process, the caller is served, and the next call writes them.
/// A machine that dies between Kinde's answer and the store loses the tokens of the sessions that it was refreshing: Kinde
/// accepts the old refresh token for a short while after, and then the user signs in again.
///
/// Only [`SessionError::SignInAgain`] says that a user is signed out; a late `invalid_grant` says so only if the refresh token
/// that was sent is still the one that is kept.
#[derive(Clone)]
pub struct UserTokens {
    keeper: Arc<Keeper>,
    flights: SingleFlight<StoreKey, Refreshed>,
}

impl UserTokens {
    /// Sets one up, which asks `service` as `application`, at the tenant `domain`, and keeps the tokens in `store`.
    pub fn builder(
        service: impl OAuth + TokenEndpoint + 'static,
        domain: &Domain,
        application: &Application,
        store: impl Store + 'static,
        timer: impl Timer,
    ) -> UserTokensBuilder {
        let timer: Arc<dyn Timer> = Arc::new(timer);
        let keeper = Keeper {
            service: Box::new(service),
            domain: domain.clone(),
            application: application.clone(),
            store: Patient::new(store, Arc::clone(&timer)),
            owner: Owner::new(&*timer),
            session_life: SESSION_LIFE,
            unsaved: MemoryStore::cache(UNSAVED).timer(Arc::clone(&timer)),
            timer,
        };
        UserTokensBuilder { keeper, flights: SingleFlight::new() }
    }

    /// Begins a session with the tokens of a sign-in, under a new name. Verify its ID token first.
    ///
    /// A browser that has a session already signs out of it: it must not go on under the old name.
    ///
    /// # Errors
    /// [`NotNow`](SessionError::NotNow) if the store takes nothing in: there is then no session.
    #[cfg(feature = "sign-in")]
    pub async fn sign_in(&self, tokens: TokenResponse) -> Result<SessionId, SessionError> {
        let random = random::seed().map_err(|_| SessionError::NotNow(NotNow::NoRandomness))?;
        self.sign_in_with(&Zeroizing::new(random), tokens).await
    }

    /// Does what `sign_in` does (feature `sign-in`), with 32 random bytes of your own, for a platform whose randomness
    /// this crate can't reach. They must be new each time, and unpredictable: anyone who can guess them is signed in.
    ///
    /// # Errors
    /// [`NotNow`](SessionError::NotNow) if the store takes nothing in: there is then no session.
    pub async fn sign_in_with(
        &self,
        random: &[u8; 32],
        tokens: TokenResponse,
    ) -> Result<SessionId, SessionError> {
        let id = SessionId::new(random);
        let (key, life) = (self.keeper.session_key(&id), self.keeper.session_life);
        let session = Session::begin(tokens, &*self.keeper.timer);
        match self.keeper.store.swap(&key, None, Some((session.write(life), life))).await? {
            true => Ok(id),
            // Bytes that were used before: nobody gets into a session that is there.
            false => Err(SessionError::NotNow(NotNow::NoRandomness)),
        }
    }

    /// Returns a token of a session's user that is good for a while, refreshed first if it has to be.
    ///
    /// Cancel-safe: dropping it abandons the wait, not the refresh.
    ///
    /// # Errors
    /// [`SignInAgain`](SessionError::SignInAgain) if there is no such session, or none any more;
    /// [`NotNow`](SessionError::NotNow) if it can't be known or done now.
    pub async fn access_token(&self, id: &SessionId) -> Result<AccessToken, SessionError> {
        let key = self.keeper.session_key(id);
        let asked = self.keeper.timer.now();
        let found = self.find(&key).await?;
        if found.session.is_fresh() {
            return Ok(found.session.access_token);
        }
        let mut session = found.session.clone();
        let refreshed = match session.refresh_token {
            Some(_) => self.fly(&key, found).await,
            None => Err(SessionError::SignInAgain),
        };
        let waited = self.keeper.timer.now().saturating_duration_since(asked);
        session.left = session.left.saturating_sub(waited);
        match refreshed {
            // Better than nothing, and it is good.
            Err(SessionError::NotNow(_)) if session.is_alive() => Ok(session.access_token),
            Err(SessionError::SignInAgain) if session.refresh_token.is_none() && session.is_alive() => {
                Ok(session.access_token)
            }
            refreshed => refreshed,
        }
    }

    /// Gets new tokens for a session although the old ones are good: after its user was given another role, say. Kinde may
    /// answer with the same access token.
    ///
    /// Who asks while a refresh is under way gets what that one brings.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token); [`SignInAgain`](SessionError::SignInAgain) also if there is no refresh token.
    pub async fn refresh(&self, id: &SessionId) -> Result<AccessToken, SessionError> {
        let key = self.keeper.session_key(id);
        let found = self.find(&key).await?;
        self.fly(&key, found).await
    }

    /// Returns the ID token that a session's user signed in with, or the last refresh brought; `None` without one.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub async fn id_token(&self, id: &SessionId) -> Result<Option<IdToken>, SessionError> {
        Ok(self.find(&self.keeper.session_key(id)).await?.session.id_token)
    }

    /// Ends a session, and revokes its tokens: the refresh token first, then the access token. A session that isn't there
    /// has ended.
    ///
    /// A refresh that is under way on any machine finds the session gone, revokes what it got, and answers "signed out".
    ///
    /// # Errors
    /// [`NotNow`](SessionError::NotNow) with [`Store`](NotNow::Store) if the store can't be reached: the session is then
    /// still there. With [`Kinde`](NotNow::Kinde) it has ended here, and its tokens may live on until they expire.
    pub async fn sign_out(&self, id: &SessionId) -> Result<(), SessionError> {
        let key = self.keeper.session_key(id);
        let taken = self.keeper.take(&key).await?;
        // Driven to its end, or nobody would revoke what it brings.
        self.flights.settle(&key).await;
        let mut outcome = Ok(());
        for session in taken.into_iter().chain(self.keeper.take_here(&key)) {
            let revoked = self.keeper.revoke(&session).await;
            outcome = outcome.and(revoked);
        }
        outcome
    }

    async fn find(&self, key: &StoreKey) -> Result<Found, SessionError> {
        self.keeper.find(key).await?.ok_or(SessionError::SignInAgain)
    }

    async fn fly(&self, key: &StoreKey, found: Found) -> Refreshed {
        let seen = found.session.turn;
        let refresh = || Arc::clone(&self.keeper).refresh(key.clone(), seen);
        let refreshed = self.flights.load(key, refresh).await;
        // A load that panicked.
        refreshed.unwrap_or_else(|_| Err(lost(TransportErrorKind::Other).into()))
    }
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").field("application", &self.keeper.application).finish_non_exhaustive()
    }
}

/// Sets [`UserTokens`] up.
#[must_use = "a builder does nothing until `build` is called"]
pub struct UserTokensBuilder {
    keeper: Keeper,
    flights: SingleFlight<StoreKey, Refreshed>,
}

impl UserTokensBuilder {
    /// Sets how long a session lives after its sign-in or its last refresh; 15 days unless set, as Kinde's refresh tokens do.
    pub fn session_life(mut self, life: Duration) -> Self {
        self.keeper.session_life = life;
        self
    }

    /// Has a refresh driven to its end in the background if everyone who waited for it was dropped. Recommended.
    pub fn spawn(mut self, spawn: impl Spawn) -> Self {
        self.flights = SingleFlight::spawning(spawn);
        self
    }

    /// Returns what was set up. Nothing is asked yet.
    pub fn build(self) -> UserTokens {
        UserTokens { keeper: Arc::new(self.keeper), flights: self.flights }
    }
}

impl fmt::Debug for UserTokensBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokensBuilder")
            .field("application", &self.keeper.application)
            .finish_non_exhaustive()
    }
}
