//! Where sessions are: in the store, or, if it took one not in, here for a while.

use std::sync::Arc;
use std::time::Duration;

use super::error::SessionError;
use super::id::SessionId;
use super::session::Session;
use crate::application::Application;
use crate::domain::Domain;
use crate::keep::key::StoreKey;
use crate::keep::lease::Owner;
use crate::keep::memory::MemoryStore;
use crate::keep::patience::Patient;
use crate::keep::record;
use crate::keep::store::{Entry, StoreError, Version};
use crate::oauth::{OAuth, TokenRevocation, TokenTypeHint};
use crate::secret::Token;
use crate::timer::Timer;
use crate::token::TokenEndpoint;

/// How many sessions wait here for a store that fails.
pub(super) const UNSAVED: usize = 65_536;

/// Who is asked for new tokens, and to revoke old ones.
pub(super) trait Service: OAuth + TokenEndpoint {}

impl<S: OAuth + TokenEndpoint> Service for S {}

pub(super) struct Keeper {
    pub(super) service: Box<dyn Service>,
    pub(super) domain: Domain,
    pub(super) application: Application,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) store: Patient,
    pub(super) owner: Owner,
    pub(super) session_life: Duration,
    /// What the store did not take in: the version that it must follow, and the session.
    pub(super) unsaved: MemoryStore,
}

/// A session as it was found.
pub(super) struct Found {
    pub(super) session: Session,
    /// How long it lives if it is not refreshed.
    pub(super) left: Duration,
    /// Of the entry in the store, also where what was found waits to be written over it.
    pub(super) version: Version,
}

/// What became of a session that was written.
pub(super) enum Outcome {
    Written,
    SignedOut,
    /// Someone else has refreshed it as often, or more: theirs are the tokens that will be refreshed next.
    Theirs(Session),
}

impl Found {
    fn new(entry: Entry) -> Result<Self, SessionError> {
        Ok(Self { session: Session::read(&entry)?, left: entry.left, version: entry.version })
    }
}

impl Keeper {
    pub(super) fn session_key(&self, id: &SessionId) -> StoreKey {
        let client = self.application.client_id().as_bytes();
        StoreKey::new(&self.domain, "session", &[client, id.expose().as_bytes()])
    }

    /// The session, if there is one.
    pub(super) async fn find(&self, key: &StoreKey) -> Result<Option<Found>, SessionError> {
        if let Some(found) = self.save(key).await? {
            return Ok(Some(found));
        }
        self.store.get(key).await?.map(Found::new).transpose()
    }

    /// Keeps what was refreshed until the store takes it in.
    pub(super) fn keep_here(&self, key: &StoreKey, session: &Session, follows: &Version) {
        let bytes = record::write(&[follows.as_bytes(), &session.write(self.session_life)]);
        // It has room for all of them, or drops the one that would end first.
        drop(self.unsaved.write(key, |_| true, Some((bytes, self.session_life))));
    }

    /// What is kept here, if anything is.
    fn kept_here(&self, key: &StoreKey) -> Option<(Entry, Version)> {
        let kept = self.unsaved.read(key)?;
        let [follows, bytes] = record::read(&kept.bytes)?;
        let entry = Entry::new(kept.bytes.slice_ref(bytes), kept.left, kept.version);
        Some((entry, Version::new(bytes::Bytes::copy_from_slice(follows))))
    }

    fn forget(&self, key: &StoreKey, entry: &Entry) {
        drop(self.unsaved.write(key, |kept| kept.is_some_and(|kept| kept.is(&entry.version)), None));
    }

    /// Writes what is kept here; answers with it if the store still doesn't take it in.
    async fn save(&self, key: &StoreKey) -> Result<Option<Found>, SessionError> {
        let Some((entry, follows)) = self.kept_here(key) else { return Ok(None) };
        let session = Session::read(&entry)?;
        match self.write_over(key, &session, entry.left, follows.clone()).await {
            Ok(Outcome::SignedOut) => self.revoke(&session).await.ok(),
            Ok(Outcome::Written | Outcome::Theirs(_)) => None,
            Err(_) => return Ok(Some(Found { session, left: entry.left, version: follows })),
        };
        self.forget(key, &entry);
        Ok(None)
    }

    /// Writes a session over the entry that it `follows`, and over whatever else is less new: someone may have taken the lock
    /// when ours had ended, and not refreshed yet.
    pub(super) async fn write_over(
        &self,
        key: &StoreKey,
        session: &Session,
        life: Duration,
        mut follows: Version,
    ) -> Result<Outcome, StoreError> {
        loop {
            if self.store.swap(key, Some(&follows), Some((session.write(life), life))).await? {
                return Ok(Outcome::Written);
            }
            let Some(entry) = self.store.get(key).await? else { return Ok(Outcome::SignedOut) };
            let theirs = Session::read(&entry)?;
            if theirs.turn >= session.turn {
                return Ok(Outcome::Theirs(theirs));
            }
            follows = entry.version;
        }
    }

    /// Takes a session away; answers with the tokens that it had.
    pub(super) async fn take(&self, key: &StoreKey) -> Result<Option<Session>, SessionError> {
        while let Some(entry) = self.store.get(key).await? {
            if self.store.swap(key, Some(&entry.version), None).await? {
                // One that can't be read has none that could be revoked.
                return Ok(Session::read(&entry).ok());
            }
        }
        Ok(None)
    }

    /// Takes away what is kept here.
    pub(super) fn take_here(&self, key: &StoreKey) -> Option<Session> {
        let (entry, _) = self.kept_here(key)?;
        self.forget(key, &entry);
        Session::read(&entry).ok()
    }

    /// Revokes the tokens of a session: the refresh token first, since others can be had with it.
    pub(super) async fn revoke(&self, session: &Session) -> Result<(), SessionError> {
        let mut outcome = Ok(());
        let refresh =
            session.refresh_token.as_ref().map(|token| (Token::from(token), TokenTypeHint::RefreshToken));
        let access = (Token::from(&session.access_token), TokenTypeHint::AccessToken);
        for (token, hint) in refresh.into_iter().chain([access]) {
            let request = TokenRevocation::of(&self.application, token).token_type_hint(hint);
            let revoked = self.service.token_revocation(request).await;
            outcome = outcome.and(revoked);
        }
        outcome.map_err(SessionError::from)
    }
}
