//! Where the documentation is silent, a choice.

use serde::{Deserialize, Serialize};

/// Who may introspect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntrospectAuth {
    /// Whoever sends a live access token of the tenant, a user's or a machine's; as Kinde documents it.
    Bearer,
    /// A backend application, by HTTP Basic or by `client_id` and `client_secret` in the form; as RFC 7662
    /// has it and OpenID-certified clients do it.
    Client,
    /// Either of them.
    #[default]
    Either,
}

/// What access tokens are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessTokens {
    /// JWTs with Kinde's claims, as Kinde's are. Each costs a signature, about a millisecond.
    #[default]
    Jwt,
    /// Random text: for tests that issue very many.
    Opaque,
}

/// Whom an ID token is meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdTokenAud {
    /// The application: `["3b0b…"]`.
    #[default]
    Client,
    /// The application and the issuer, as a page of Kinde's shows it.
    ClientAndIssuer,
}

/// Whether a token may be used to ask about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SelfIntrospection {
    /// It may.
    #[default]
    Allow,
    /// It may not: 401, as servers built on the same engine as Kinde answer.
    Refuse,
}

/// How the fake behaves where Kinde's documentation leaves it open. The defaults are the best guess.
///
/// ```
/// use kinde_mock::{FakeKinde, SelfIntrospection};
///
/// let kinde = FakeKinde::new();
/// kinde.configure(|options| options.self_introspection = SelfIntrospection::Refuse);
/// assert_eq!(kinde.options().self_introspection, SelfIntrospection::Refuse);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Options {
    /// Who may introspect.
    pub introspect_auth: IntrospectAuth,
    /// Whether a token may be used to ask about itself.
    pub self_introspection: SelfIntrospection,
    /// Whether introspection's 200 and 401 say `application/json; charset=utf-8`, the second media type
    /// that is documented for them.
    pub introspect_charset: bool,
    /// Whether revocation needs a bearer. Kinde declares one, and its own clients send none.
    pub revoke_requires_bearer: bool,
    /// Whether revoking an access token ends its whole sign-in. Revoking a refresh token always does.
    pub revoking_access_ends_sign_in: bool,
    /// What access tokens are.
    pub access_tokens: AccessTokens,
    /// Whom ID tokens are meant for.
    pub id_token_aud: IdTokenAud,
    /// For how many seconds of the fake's clock a refresh token that was used is good for another answer. Kinde has
    /// such an overlap and doesn't say how long it is; 30 unless set.
    pub refresh_overlap: u64,
    /// Whether a refresh token that comes again after that ends its whole sign-in. Kinde doesn't say.
    pub refresh_reuse_ends_sign_in: bool,
    /// Whether a refresh answers with the same access token as long as that lives and says what is still true, as
    /// Kinde's documentation has it. Not for opaque ones.
    pub refresh_keeps_access_token: bool,
    /// How many seconds access and ID tokens live that are issued from now on, whatever the application's lifetimes
    /// are; none leaves it to those. SDKs judge expiry by a clock of their own, so that this is what makes a token
    /// expire for them.
    pub next_tokens_live: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            introspect_auth: IntrospectAuth::default(),
            self_introspection: SelfIntrospection::default(),
            introspect_charset: false,
            revoke_requires_bearer: false,
            revoking_access_ends_sign_in: false,
            access_tokens: AccessTokens::default(),
            id_token_aud: IdTokenAud::default(),
            refresh_overlap: 30,
            refresh_reuse_ends_sign_in: false,
            refresh_keeps_access_token: false,
            next_tokens_live: None,
        }
    }
}
