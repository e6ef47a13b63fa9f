//! Applications, users and tokens. Everything is found by hash, however much there is of it.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use kinde_core::ClientSecret;

use super::application::{BACKEND_ID, BACKEND_SECRET, FRONTEND_ID};
use super::token::{Expiry, NewToken, SetupError, TokenKind};
use super::user::User;
use crate::text::base64;
use crate::text::seconds::{rounded_up, since_1970};

/// Kinde's defaults.
const ACCESS_LIFETIME: Duration = Duration::from_secs(86_400);
const REFRESH_LIFETIME: Duration = Duration::from_secs(1_296_000);

pub(crate) enum Application {
    Backend(ClientSecret),
    Frontend,
}

pub(crate) struct Record {
    pub(crate) kind: TokenKind,
    /// None for a machine's.
    pub(crate) user: Option<String>,
    pub(crate) client_id: String,
    pub(crate) audience: Vec<String>,
    #[allow(dead_code, reason = "kept for the areas that will check it; no answer of these three shows it")]
    pub(crate) scopes: Vec<String>,
    /// Whole seconds, since that is what tokens carry: `exp` must not promise more than the fake keeps.
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    revoked: bool,
    grant: usize,
}

/// What came from one sign-in. Ending all of it is a flag, so that it costs the same for one token and for a
/// million.
#[derive(Clone, Copy, Default)]
struct Grant {
    ended: bool,
}

pub(crate) struct Store {
    applications: HashMap<String, Application>,
    users: HashMap<String, User>,
    tokens: HashMap<String, Record>,
    grants: Vec<Grant>,
    rng: fastrand::Rng,
}

impl Store {
    pub(crate) fn seeded() -> Self {
        let john = User::john_snow();
        Self {
            applications: HashMap::from([
                (BACKEND_ID.to_owned(), Application::Backend(ClientSecret::new(BACKEND_SECRET))),
                (FRONTEND_ID.to_owned(), Application::Frontend),
            ]),
            users: HashMap::from([(john.id.clone(), john)]),
            tokens: HashMap::new(),
            grants: Vec::new(),
            rng: fastrand::Rng::new(),
        }
    }

    pub(crate) fn add_application(&mut self, client_id: String, application: Application) {
        self.applications.insert(client_id, application);
    }

    pub(crate) fn application(&self, client_id: &str) -> Option<&Application> {
        self.applications.get(client_id)
    }

    #[cfg(feature = "cli")]
    pub(crate) fn applications(&self) -> impl Iterator<Item = (&str, &Application)> {
        self.applications.iter().map(|(id, application)| (id.as_str(), application))
    }

    #[cfg(feature = "cli")]
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    pub(crate) fn add_user(&mut self, user: User) {
        self.users.insert(user.id.clone(), user);
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    pub(crate) fn token(&self, text: &str) -> Option<&Record> {
        self.tokens.get(text)
    }

    /// The token, if it is good at `now`.
    pub(crate) fn live(&self, text: &str, now: SystemTime) -> Option<&Record> {
        self.tokens.get(text).filter(|record| since_1970(now) < record.expires && !self.is_revoked(record))
    }

    fn is_revoked(&self, record: &Record) -> bool {
        record.revoked || self.grants.get(record.grant).is_some_and(|grant| grant.ended)
    }

    /// Revokes a token for good. A refresh token ends its whole sign-in, and an access token does so too if
    /// `access_ends_all`. Unknown tokens are passed over.
    pub(crate) fn revoke(&mut self, text: &str, access_ends_all: bool) {
        let Some(record) = self.tokens.get_mut(text) else { return };
        record.revoked = true;
        if let (true, Some(grant)) =
            (record.kind == TokenKind::Refresh || access_ends_all, self.grants.get_mut(record.grant))
        {
            grant.ended = true;
        }
    }

    /// Ends a token's life at `now`; one that has ended already stays as it is.
    pub(crate) fn expire(&mut self, text: &str, now: SystemTime) {
        if let Some(record) = self.tokens.get_mut(text) {
            record.expires = record.expires.min(since_1970(now));
        }
    }

    /// Issues one token and answers its text.
    pub(crate) fn issue(
        &mut self,
        kind: TokenKind,
        new: NewToken,
        now: SystemTime,
    ) -> Result<String, SetupError> {
        let grant = match &new.same_grant {
            Some(other) => self.token(other.expose()).ok_or(SetupError::UnknownToken)?.grant,
            None => self.grants.len(),
        };
        let client_id = new.client_id.unwrap_or_else(|| BACKEND_ID.to_owned());
        if !self.applications.contains_key(&client_id) {
            return Err(SetupError::UnknownApplication);
        }
        if new.user.as_ref().is_some_and(|id| !self.users.contains_key(id)) {
            return Err(SetupError::UnknownUser);
        }
        let text = match new.text {
            Some(text) => text.expose().to_owned(),
            None => self.random(kind),
        };
        if self.tokens.contains_key(&text) {
            return Err(SetupError::TextTaken);
        }
        let issued = since_1970(new.issued.unwrap_or(now));
        let expires = match new.expires {
            Some(Expiry::At(time)) => since_1970(time),
            Some(Expiry::In(lifetime)) => issued.saturating_add(rounded_up(lifetime)),
            None if kind == TokenKind::Access => issued.saturating_add(ACCESS_LIFETIME.as_secs()),
            None => issued.saturating_add(REFRESH_LIFETIME.as_secs()),
        };
        let record = Record {
            kind,
            user: new.user,
            client_id,
            audience: new.audience,
            scopes: new.scopes,
            issued,
            expires,
            revoked: new.revoked,
            grant,
        };
        if grant == self.grants.len() {
            self.grants.push(Grant::default());
        }
        self.tokens.insert(text.clone(), record);
        Ok(text)
    }

    fn random(&mut self, kind: TokenKind) -> String {
        let part = base64::random(&mut self.rng);
        match kind {
            TokenKind::Access => part,
            TokenKind::Refresh => format!("{part}.{}", base64::random(&mut self.rng)),
        }
    }
}
