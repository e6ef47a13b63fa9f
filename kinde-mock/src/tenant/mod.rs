//! One tenant of Kinde: what it holds, and by which options, clock and limit it goes. Knows no HTTP.

pub(crate) mod application;
pub(crate) mod bad_tokens;
pub(crate) mod callback;
pub(crate) mod claims;
pub(crate) mod clock;
pub(crate) mod code;
pub(crate) mod device;
pub(crate) mod expiring;
pub(crate) mod keys;
pub(crate) mod limiter;
pub(crate) mod mint;
pub(crate) mod options;
pub(crate) mod session;
pub(crate) mod store;
pub(crate) mod token;
pub(crate) mod tokens;
pub(crate) mod user;

use std::time::SystemTime;

use keys::KeyRing;
use limiter::Limiter;
use options::Options;
use store::Store;
use token::TokenKind;
use tokens::Record;

pub(crate) struct Tenant {
    pub(crate) store: Store,
    pub(crate) options: Options,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) keys: KeyRing,
}

impl Tenant {
    /// With the applications and the user of the documentation's examples.
    pub(crate) fn seeded() -> Self {
        Self { store: Store::seeded(), options: Options::default(), limiter: None, keys: KeyRing::embedded() }
    }

    /// The token that a bearer is, if it proves anyone: a live access token, a user's or a machine's.
    pub(crate) fn bearer(&self, bearer: &str, now: SystemTime) -> Option<&Record> {
        self.store.tokens.live(bearer, now).filter(|record| record.kind == TokenKind::Access)
    }

    /// Whether these are an application's credentials: a backend one's secret must be right, and a frontend
    /// one has none to check.
    pub(crate) fn authenticates(&self, client_id: &str, secret: Option<&str>) -> bool {
        let Some(application) = self.store.application(client_id) else { return false };
        application.secret.as_ref().is_none_or(|expected| secret == Some(expected.expose()))
    }
}
