//! What a fake begins with, as the seed file and the admin API write it: a key means the same in TOML and in JSON,
//! and an unknown one is an error in both. Where Rust has a type for it, it is that type.

pub(crate) mod apply;
mod fault;
pub(crate) mod read;
mod reply;
pub(crate) mod script;

use serde::{Deserialize, Serialize};

use crate::tenant::application::GrantType;
use crate::tenant::options::{IntrospectAuth, Options};
use crate::tenant::token::TokenKind;
use crate::tenant::user::User;
use crate::text::values::{Moment, Seconds};
use script::ScriptSpec;

/// A whole seed file.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Seed {
    /// Frozen at this time; it runs unless set.
    pub(crate) clock: Option<Moment>,
    /// Makes what is random the same each time; unpredictable unless set.
    pub(crate) random: Option<u64>,
    pub(crate) options: Options,
    pub(crate) rate_limit: Option<RateLimitSpec>,
    pub(crate) applications: Vec<ApplicationSpec>,
    pub(crate) users: Vec<User>,
    pub(crate) tokens: Vec<TokenSpec>,
    pub(crate) scripts: Vec<ScriptSpec>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimitSpec {
    pub(crate) requests: u64,
    pub(crate) seconds: Seconds,
}

/// What the command line says goes over what a seed says, a scope's own too.
#[derive(Clone, Copy, Default)]
pub(crate) struct Overrides {
    pub(crate) rate_limit: Option<RateLimitSpec>,
    /// None within: it runs.
    pub(crate) clock: Option<Option<Moment>>,
    pub(crate) introspect_auth: Option<IntrospectAuth>,
}

impl Overrides {
    pub(crate) fn put_over(self, seed: &mut Seed) {
        seed.rate_limit = self.rate_limit.or(seed.rate_limit);
        seed.clock = self.clock.unwrap_or(seed.clock);
        seed.options.introspect_auth = self.introspect_auth.unwrap_or(seed.options.introspect_auth);
    }
}

/// A backend application has a secret, a frontend one has none.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationSpec {
    pub(crate) kind: ApplicationKind,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    /// Any http URL on this machine unless set.
    #[serde(default)]
    pub(crate) callbacks: Vec<String>,
    #[serde(default)]
    pub(crate) logout_redirects: Vec<String>,
    /// All unless set.
    #[serde(default)]
    pub(crate) grants: Vec<GrantType>,
    /// All unless set.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// Kinde's unless set.
    pub(crate) access_token_lifetime: Option<Seconds>,
    pub(crate) id_token_lifetime: Option<Seconds>,
    pub(crate) refresh_token_lifetime: Option<Seconds>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApplicationKind {
    Backend,
    Frontend,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TokenSpec {
    pub(crate) kind: TokenKind,
    /// Random unless set.
    pub(crate) text: Option<String>,
    /// John Snow unless set.
    pub(crate) user: Option<String>,
    /// An application's own (client credentials).
    pub(crate) machine: bool,
    /// The backend application that is always there, unless set.
    pub(crate) client_id: Option<String>,
    pub(crate) audience: Vec<String>,
    pub(crate) scopes: Vec<String>,
    /// The user's first unless set.
    pub(crate) organization: Option<String>,
    pub(crate) issued_at: Option<Moment>,
    pub(crate) expires_in: Option<Seconds>,
    pub(crate) expires_at: Option<Moment>,
    pub(crate) revoked: bool,
    /// The text of another token of the same sign-in.
    pub(crate) same_sign_in_as: Option<String>,
}

impl Default for TokenSpec {
    fn default() -> Self {
        Self {
            kind: TokenKind::Access,
            text: None,
            user: None,
            machine: false,
            client_id: None,
            audience: Vec::new(),
            scopes: Vec::new(),
            organization: None,
            issued_at: None,
            expires_in: None,
            expires_at: None,
            revoked: false,
            same_sign_in_as: None,
        }
    }
}
