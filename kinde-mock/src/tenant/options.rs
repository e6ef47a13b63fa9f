//! Where the documentation is silent, a choice.

use serde::{Deserialize, Serialize};

/// Who may introspect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntrospectAuth {
    /// Whoever sends a live access token of the tenant, a user's or a machine's; as Kinde documents it.
    #[default]
    Bearer,
    /// A backend application, by HTTP Basic or by `client_id` and `client_secret` in the form; as RFC 7662
    /// has it and OpenID-certified clients do it.
    Client,
    /// Either of them.
    Either,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
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
}
