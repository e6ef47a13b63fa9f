//! How a session gets new tokens: on one machine of many, once, and stored before anyone is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::{NotNow, SessionError};
use super::keeper::{Found, Keeper, Outcome};
use super::session::{Lock, Session};
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};
use crate::keep::key::StoreKey;
use crate::keep::lease::{CALL, LEASE, LOOK, LOOKING};
use crate::keep::patience::within;
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::token::{RefreshTokenGrant, TokenResponse};

/// What a refresh brings.
pub(super) type Refreshed = Result<AccessToken, SessionError>;

impl Keeper {
    /// Gets new tokens for a session that was seen in its turn `seen`. What someone else has refreshed meanwhile is as good.
    pub(super) async fn refresh(self: Arc<Self>, key: StoreKey, seen: u64) -> Refreshed {
        let mut start = self.timer.now();
        loop {
            let found = self.find(&key).await?.ok_or(SessionError::SignInAgain)?;
            if found.session.turn != seen && found.session.is_fresh() {
                return Ok(found.session.access_token);
            }
            if found.session.refresh_token.is_none() {
                return Err(SessionError::SignInAgain);
            }
            if let Some(found) = self.lock(&key, found).await? {
                if let Some(refreshed) = self.refresh_alone(&key, found).await? {
                    return Ok(refreshed);
                }
                start = self.timer.now();
                continue;
            }
            if self.since(start) >= LOOKING {
                return Err(SessionError::NotNow(NotNow::Busy));
            }
            self.timer.sleep(LOOK).await;
        }
    }

    fn since(&self, time: Instant) -> Duration {
        self.timer.now().saturating_duration_since(time)
    }

    /// Takes the session's lock, if nobody else has it; answers with the session as it then is.
    async fn lock(&self, key: &StoreKey, found: Found) -> Result<Option<Found>, SessionError> {
        let ours = |lock: &Lock| lock.owner == *self.owner.as_bytes();
        // One of our own was left by a call that failed: there is no more than one of us for each session.
        if found.session.lock.as_ref().is_some_and(|lock| !ours(lock)) {
            return Ok(None);
        }
        let lock = Lock { owner: self.owner.as_bytes().clone(), left: LEASE };
        let locked = Session { lock: Some(lock), ..found.session };
        let new = (locked.write(found.left), found.left);
        if !self.store.swap(key, Some(&found.version), Some(new)).await? {
            return Ok(None);
        }
        let found = self.find(key).await?;
        Ok(found.filter(|found| found.session.lock.as_ref().is_some_and(ours)))
    }

    /// With the lock in hand. `None` if the session changed all the same: the lock had ended.
    async fn refresh_alone(&self, key: &StoreKey, found: Found) -> Result<Option<AccessToken>, SessionError> {
        let Some(refresh_token) = &found.session.refresh_token else { return Err(SessionError::SignInAgain) };
        let sent = self.timer.now();
        let request = RefreshTokenGrant::new(&self.application, refresh_token);
        let answer = within(&*self.timer, CALL, self.service.refresh_token(request)).await;
        match answer.unwrap_or_else(|| Err(lost(TransportErrorKind::Timeout))) {
            Ok(tokens) => self.store_first(key, &found, tokens, self.since(sent)).await.map(Some),
            Err(error) if error.kind() == ErrorKind::GrantRejected => {
                // Only the one that was sent is over: what came in meanwhile stays.
                match self.store.swap(key, Some(&found.version), None).await? {
                    true => Err(SessionError::SignInAgain),
                    false => Ok(None),
                }
            }
            Err(error) => {
                self.unlock(key, found, self.since(sent)).await;
                Err(error.into())
            }
        }
    }

    /// Gives the lock back; if that fails, it ends by itself.
    async fn unlock(&self, key: &StoreKey, found: Found, took: Duration) {
        let left = found.left.saturating_sub(took);
        let session = Session { lock: None, ..found.session.after(took) };
        drop(self.store.swap(key, Some(&found.version), Some((session.write(left), left))).await);
    }

    /// Keeps what was brought before anyone is answered: the refresh token that was sent is spent.
    async fn store_first(
        &self,
        key: &StoreKey,
        found: &Found,
        tokens: TokenResponse,
        took: Duration,
    ) -> Refreshed {
        let session = found.session.renewed(tokens, took, &*self.timer);
        match self.write_over(key, &session, self.session_life, found.version.clone()).await {
            Ok(Outcome::Written) => Ok(session.access_token),
            // That wins.
            Ok(Outcome::SignedOut) => {
                self.revoke(&session).await.ok();
                Err(SessionError::SignInAgain)
            }
            Ok(Outcome::Theirs(theirs)) if theirs.is_alive() => Ok(theirs.access_token),
            Ok(Outcome::Theirs(_)) => Ok(session.access_token),
            Err(_) => {
                self.keep_here(key, &session, &found.version);
                Ok(session.access_token)
            }
        }
    }
}

pub(super) fn lost(kind: TransportErrorKind) -> Error {
    Error::from_transport(RefreshTokenGrant::KIND, TransportError::from(kind))
}
