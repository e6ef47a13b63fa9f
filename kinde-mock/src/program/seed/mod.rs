//! What a fake begins with, as the seed file and the admin API write it. These are the only types of both:
//! a key means the same in TOML and in JSON, and an unknown one is an error in both.

pub(crate) mod apply;
mod fault;
pub(crate) mod read;
mod reply;
pub(crate) mod script;

use serde::{Deserialize, Serialize};

use crate::tenant::token::TokenKind;
use crate::text::values::{Moment, Seconds};
use script::ScriptSpec;

/// A whole seed file.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Seed {
    /// Frozen at this time; it runs unless set.
    pub(crate) clock: Option<Moment>,
    pub(crate) options: OptionsSpec,
    pub(crate) rate_limit: Option<RateLimitSpec>,
    pub(crate) applications: Vec<ApplicationSpec>,
    pub(crate) users: Vec<UserSpec>,
    pub(crate) tokens: Vec<TokenSpec>,
    pub(crate) scripts: Vec<ScriptSpec>,
}

/// Options that are left out stay as they are.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OptionsSpec {
    pub(crate) introspect_auth: Option<IntrospectAuthSpec>,
    pub(crate) self_introspection: Option<SelfIntrospectionSpec>,
    pub(crate) introspect_charset: Option<bool>,
    pub(crate) revoke_requires_bearer: Option<bool>,
    pub(crate) revoking_access_ends_sign_in: Option<bool>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IntrospectAuthSpec {
    Bearer,
    Client,
    Either,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SelfIntrospectionSpec {
    Allow,
    Refuse,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimitSpec {
    pub(crate) requests: u64,
    pub(crate) seconds: Seconds,
}

/// A backend application has a secret, a frontend one has none.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationSpec {
    pub(crate) kind: ApplicationKind,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApplicationKind {
    Backend,
    Frontend,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserSpec {
    pub(crate) id: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    /// Both names unless set.
    pub(crate) name: Option<String>,
    pub(crate) provided_id: Option<String>,
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) email_verified: bool,
    pub(crate) updated_at: Option<u64>,
    pub(crate) picture: Option<String>,
    pub(crate) preferred_username: Option<String>,
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
            issued_at: None,
            expires_in: None,
            expires_at: None,
            revoked: false,
            same_sign_in_as: None,
        }
    }
}
