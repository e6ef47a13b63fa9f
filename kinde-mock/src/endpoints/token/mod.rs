//! `POST /oauth2/token`, an endpoint for each grant: they share their answers and how an application is known. Every
//! failure has an `error`, since clients take a body without one for success.

mod admission;
pub(crate) mod authorization_code;
pub(crate) mod client_credentials;
pub(crate) mod device_authorization;
pub(crate) mod device_code;
pub(crate) mod other;
pub(crate) mod refresh_token;

use kinde_core::AccessToken;

use super::answering::{Answering, Commit};
use super::client::client;
use super::form;
#[cfg(feature = "cli")]
use super::keyed::{KeyedRow, token_error};
use super::table::Lints;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::ledger::endpoint::{FormTest, Scripted, Secrets};
use crate::ledger::row::Source::{Assumed, Documented, Seen};
use crate::ledger::row::{Body, Document, Header, Row, Source};
use crate::ledger::shapes::{INVALID_CLIENT as INVALID_CLIENT_BODY, TokenError};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::mint::{Minting, TokenSet};

pub(super) const ROUTE: Route = Route::new("POST", "/oauth2/token");

const SECRETS: Secrets = Secrets {
    form: &["client_secret", "code", "code_verifier", "device_code", "refresh_token"],
    ..Secrets::NONE
};

const fn grant(value: &'static str) -> Option<FormTest> {
    Some(FormTest { parameter: "grant_type", value })
}

/// RFC 6749 §5.1.
const NO_STORE: &[Header] = &[
    Header { name: "cache-control", value: Some("no-store") },
    Header { name: "pragma", value: Some("no-cache") },
];

#[derive(serde::Serialize)]
struct Example {
    access_token: &'static str,
    expires_in: u64,
    id_token: &'static str,
    refresh_token: &'static str,
    scope: &'static str,
    token_type: &'static str,
}

const TOKENS: Row = Row {
    name: "ok",
    status: 200,
    headers: NO_STORE,
    body: Body::Filled(Document(&Example {
        access_token: "",
        expires_in: 86_400,
        id_token: "",
        refresh_token: "",
        scope: "openid profile email offline",
        token_type: "bearer",
    })),
    source: Documented,
    when: "the grant is good",
    note: "`id_token` for the scope `openid`, `refresh_token` for `offline` (`offline_access` is passed over); neither \
           for a machine. `token_type` in lower case as seen in a fixture; Kinde's pages write it both ways. The access \
           token is a JWT with `aud`, `azp`, `exp`, `feature_flags`, `iat`, `iss`, `jti`, `org_code`, `org_name`, \
           `permissions`, `roles`, `scp`, `sub`, `user_properties` (`org_name`, `roles` and properties are settings at \
           Kinde and always there here; the letter of a flag that is an object is assumed), or a machine's with `aud`, \
           `azp`, `exp`, `gty`, `iat`, `iss`, `jti`, `scope`, `scp`, `v`. The ID token has `at_hash`, `aud`, \
           `auth_time`, `azp`, `exp`, `iat`, `iss`, `jti`, `nonce` if one was sent, `org_codes`, `organizations`, `rat`, \
           `sub`, and what is known of the user as far as `profile` and `email` were asked for.",
};

const fn refusal(
    name: &'static str,
    status: u16,
    source: Source,
    when: &'static str,
    note: &'static str,
    body: &'static TokenError<'static>,
) -> Row {
    Row { name, status, headers: NO_STORE, body: Body::Fixed(Document(body)), source, when, note }
}

const FOSITE: &str = "The code is documented; the status is RFC 6749's, and the sentence that of Ory fosite.";

const INVALID_REQUEST: Row = refusal(
    "invalid_request",
    400,
    Documented,
    "no form; a parameter is missing, repeated or in the query; Basic and form disagree",
    FOSITE,
    &TokenError {
        error: "invalid_request",
        error_description: "The request is missing a required parameter, includes an invalid parameter value, \
                            includes a parameter more than once, or is otherwise malformed.",
    },
);
const INVALID_CLIENT: Row = refusal(
    "invalid_client",
    401,
    Seen,
    "the application is unknown, its secret is wrong, or it is a backend one and sent none",
    "The body was seen twice; the status is documented.",
    &INVALID_CLIENT_BODY,
);
const INVALID_GRANT: Row = refusal(
    "invalid_grant",
    400,
    Documented,
    "what was to be redeemed is unknown, expired, used or revoked, or was given to another application, callback or \
     challenge",
    FOSITE,
    &TokenError {
        error: "invalid_grant",
        error_description: "The provided authorization grant (e.g., authorization code, resource owner credentials) \
                            or refresh token is invalid, expired, revoked, does not match the redirection URI used in \
                            the authorization request, or was issued to another client.",
    },
);
const UNAUTHORIZED_CLIENT: Row = refusal(
    "unauthorized_client",
    400,
    Documented,
    "the application may not use this grant",
    FOSITE,
    &TokenError {
        error: "unauthorized_client",
        error_description: "The client is not authorized to request a token using this method.",
    },
);
const INVALID_SCOPE: Row = refusal(
    "invalid_scope",
    400,
    Documented,
    "a scope that the application may not ask for, or that was not granted",
    FOSITE,
    &TokenError {
        error: "invalid_scope",
        error_description: "The requested scope is invalid, unknown, or malformed.",
    },
);
const THROTTLED: Row = Row {
    name: "throttled",
    status: 429,
    headers: &[Header::filled("ratelimit-reset")],
    body: Body::Fixed(Document(&TokenError {
        error: "too_many_requests",
        error_description: "Too many requests. Request was throttled.",
    })),
    source: Assumed,
    when: "too many requests",
    note: "No body is documented here. Code and sentence are made up, in this endpoint's shape, since clients take a body \
           without `error` for success. RateLimit-Reset, in seconds, is what Kinde's page on rate limits names.",
};

/// The refusals that take `error` and `error_description`.
#[cfg(feature = "cli")]
const KEYED: &[KeyedRow] = &[
    KeyedRow { row: &INVALID_REQUEST, base: token_error },
    KeyedRow { row: &INVALID_CLIENT, base: token_error },
    KeyedRow { row: &INVALID_GRANT, base: token_error },
    KeyedRow { row: &UNAUTHORIZED_CLIENT, base: token_error },
    KeyedRow { row: &INVALID_SCOPE, base: token_error },
];

/// Words between spaces, each once.
pub(super) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in texts.into_iter().flat_map(str::split_whitespace) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The audiences of a form: several, or several in one.
fn audience(request: &Request) -> Vec<String> {
    words(request.parameters().iter().filter(|(name, _)| name == "audience").map(|(_, value)| value.as_str()))
}

/// The scopes that were asked for. `offline_access` is none of Kinde's and passed over.
pub(super) fn scopes(text: Option<&str>) -> Vec<String> {
    let mut scopes = words(text);
    scopes.retain(|scope| scope != "offline_access");
    scopes
}

/// Signs without the state; then the tokens are kept, unless the sign-in has ended meanwhile.
fn outside(minting: Minting, now: u64) -> Answering {
    Answering::Outside(Box::new(move || {
        let minted = minting.sign();
        let commit: Commit = Box::new(move |tenant| match tenant.keep_all(minted, now) {
            Some(tokens) => TOKENS.filled(&tokens),
            None => INVALID_GRANT.answer(),
        });
        commit
    }))
}

fn lint(tenant: &Tenant, request: &Request, lints: &mut Lints) {
    form::lint(request, lints);
    let application =
        client(request).and_then(|(id, secret)| Some((tenant.store.application(&id)?, secret?)));
    if application.is_some_and(|(application, _)| !application.is_backend()) {
        lints.push("a client_secret from a frontend application, which can't keep one");
    }
}

/// An endpoint that answers with tokens.
pub trait AnswersTokens: Scripted {}

impl<O: AnswersTokens> Reply<O> {
    /// 200 with this access token and nothing else that is optional.
    pub fn tokens(access_token: &AccessToken) -> Self {
        Self::fixed(TOKENS.filled(&TokenSet {
            access_token: access_token.expose().to_owned(),
            expires_in: 86_400,
            id_token: None,
            refresh_token: None,
            scope: String::new(),
            token_type: "bearer",
        }))
    }

    /// 400 with `invalid_grant`: what was to be redeemed is not good, or no longer.
    ///
    /// ```
    /// use kinde::token::RefreshTokenGrant;
    /// use kinde_mock::{FakeKinde, RefreshTokenReply};
    ///
    /// FakeKinde::new().on::<RefreshTokenGrant>().once(RefreshTokenReply::invalid_grant());
    /// ```
    pub fn invalid_grant() -> Self {
        Self::row(&INVALID_GRANT)
    }

    /// 401 with `invalid_client`.
    pub fn invalid_client() -> Self {
        Self::row(&INVALID_CLIENT)
    }

    /// 400 with a code and a sentence of your own.
    pub fn refused_with(error: &str, description: &str) -> Self {
        Self::fixed(INVALID_REQUEST.filled(&TokenError { error, error_description: description }))
    }
}
