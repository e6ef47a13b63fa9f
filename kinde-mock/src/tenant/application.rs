//! Applications: who is let in.

use std::time::Duration;

use kinde_core::ClientSecret;
use serde::{Deserialize, Serialize};

/// An application that runs on a server and keeps a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Backend {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: ClientSecret,
}

/// An application that runs with the user (a browser, a phone) and can't keep a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frontend {
    /// Its id.
    pub client_id: String,
}

/// What an application may get its tokens by (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantType {
    /// A user's sign-in.
    AuthorizationCode,
    /// A refresh token.
    RefreshToken,
    /// Its own secret.
    ClientCredentials,
    /// A user's sign-in on another device.
    DeviceCode,
}

/// An application with its settings, to be added by [`add_application`](crate::FakeKinde::add_application). Lists that
/// are left empty restrict nothing.
///
/// ```
/// use std::time::Duration;
/// use kinde::ClientSecret;
/// use kinde_mock::{Application, FakeKinde, GrantType};
///
/// let kinde = FakeKinde::new();
/// kinde.add_application(
///     Application::backend("shop", ClientSecret::new("a-secret-for-tests"))
///         .callback("https://shop.example/callback")
///         .logout_redirect("https://shop.example")
///         .grant(GrantType::AuthorizationCode)
///         .grant(GrantType::RefreshToken)
///         .access_token_lifetime(Duration::from_secs(60)),
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is added by `add_application`"]
pub struct Application {
    pub(crate) client_id: String,
    pub(crate) secret: Option<ClientSecret>,
    pub(crate) callbacks: Vec<String>,
    pub(crate) logout_redirects: Vec<String>,
    pub(crate) grants: Vec<GrantType>,
    pub(crate) scopes: Vec<String>,
    pub(crate) lifetimes: Lifetimes,
}

/// How long an application's tokens live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) access: Duration,
    pub(crate) id: Duration,
    pub(crate) refresh: Duration,
}

impl Default for Lifetimes {
    /// Kinde's.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { access: seconds(86_400), id: seconds(3_600), refresh: seconds(1_296_000) }
    }
}

impl Application {
    fn of(client_id: String, secret: Option<ClientSecret>) -> Self {
        Self {
            client_id,
            secret,
            callbacks: Vec::new(),
            logout_redirects: Vec::new(),
            grants: Vec::new(),
            scopes: Vec::new(),
            lifetimes: Lifetimes::default(),
        }
    }

    /// One that runs on a server and keeps a secret.
    pub fn backend(client_id: impl Into<String>, client_secret: ClientSecret) -> Self {
        Self::of(client_id.into(), Some(client_secret))
    }

    /// One that runs with the user and proves itself by PKCE alone.
    pub fn frontend(client_id: impl Into<String>) -> Self {
        Self::of(client_id.into(), None)
    }

    /// Adds a URL that users may be sent back to: exactly this one, or one in which the leftmost part of the host is
    /// any, if it is `*`. An application without such a list takes every http URL on this machine.
    pub fn callback(mut self, url: impl Into<String>) -> Self {
        self.callbacks.push(url.into());
        self
    }

    /// Adds a URL that users may be sent to after they have signed out.
    pub fn logout_redirect(mut self, url: impl Into<String>) -> Self {
        self.logout_redirects.push(url.into());
        self
    }

    /// Adds a grant that it may use.
    pub fn grant(mut self, grant: GrantType) -> Self {
        self.grants.push(grant);
        self
    }

    /// Adds a scope that it may ask for.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets how long its access tokens live; 24 hours unless set.
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.access = lifetime;
        self
    }

    /// Sets how long its ID tokens live; an hour unless set.
    pub fn id_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.id = lifetime;
        self
    }

    /// Sets how long its refresh tokens live; 15 days unless set.
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.refresh = lifetime;
        self
    }

    pub(crate) fn is_backend(&self) -> bool {
        self.secret.is_some()
    }

    pub(crate) fn may_use(&self, grant: GrantType) -> bool {
        self.grants.is_empty() || self.grants.contains(&grant)
    }

    /// The first of these scopes that it may not ask for.
    pub(crate) fn forbidden_scope<'a>(&self, scopes: &'a [String]) -> Option<&'a str> {
        let allowed = |scope: &&String| self.scopes.is_empty() || self.scopes.contains(scope);
        scopes.iter().find(|scope| !allowed(scope)).map(String::as_str)
    }
}

/// The documentation's example, so that what is copied from there works here.
pub(crate) const BACKEND_ID: &str = "3b0b5c6c8fcc464fab397f4969b5f482";
pub(crate) const BACKEND_SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
/// Made up in the same form.
pub(crate) const FRONTEND_ID: &str = "f2a06c4e1d7b4b7f9c35a1e08d64b2c9";
