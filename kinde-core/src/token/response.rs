//! What the token endpoint answers.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value};

use crate::error::{Credentials, Error};
use crate::json::{self, Given, Members, Mismatch, Wrong};
use crate::kind::OperationKind;
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::wire::answer::Answer;

/// Tokens, as they were issued (RFC 6749 §5.1).
///
/// `Debug` shows none of them, nor what is in `other`; it can't be serialised. A stub in a test builds one:
///
/// ```
/// use std::time::Duration;
/// use kinde::token::TokenResponse;
/// use kinde::{AccessToken, RefreshToken};
///
/// let tokens = TokenResponse::new(AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?)
///     .expires_in(Duration::from_secs(86_400))
///     .refresh_token(RefreshToken::new("c2hvcnQ.bGl2ZWQ"));
/// assert_eq!(tokens.expires_in, Some(Duration::from_secs(86_400)));
/// assert!(tokens.id_token.is_none());
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenResponse {
    /// What opens the API.
    pub access_token: AccessToken,
    /// How long the access token lives, counted from when it was issued. Kinde's page on refreshing leaves it out.
    pub expires_in: Option<Duration>,
    /// What the tokens allow, separated by spaces; without it, what was asked for. It may be empty.
    pub scope: Option<String>,
    /// Who signed in, if `openid` was asked for.
    pub id_token: Option<IdToken>,
    /// What new tokens are had with, if `offline` was asked for.
    pub refresh_token: Option<RefreshToken>,
    /// Members that this version does not know, as they came.
    pub other: Map<String, Value>,
}

impl TokenResponse {
    /// Creates an answer with an access token and nothing else.
    pub fn new(access_token: AccessToken) -> Self {
        Self {
            access_token,
            expires_in: None,
            scope: None,
            id_token: None,
            refresh_token: None,
            other: Map::new(),
        }
    }

    /// Sets how long the access token lives.
    #[must_use]
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.expires_in = Some(life);
        self
    }

    /// Sets what the tokens allow, separated by spaces.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets who signed in.
    #[must_use]
    pub fn id_token(mut self, id_token: IdToken) -> Self {
        self.id_token = Some(id_token);
        self
    }

    /// Sets what new tokens are had with.
    #[must_use]
    pub fn refresh_token(mut self, refresh_token: RefreshToken) -> Self {
        self.refresh_token = Some(refresh_token);
        self
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("access_token", &self.access_token)
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .field("id_token", &self.id_token)
            .field("refresh_token", &self.refresh_token)
            .finish_non_exhaustive()
    }
}

/// Reads the answer to a request that held `secrets`, and the application's own credentials beside them.
pub(super) fn read<const N: usize>(
    operation: OperationKind,
    response: &Response<Bytes>,
    secrets: [Option<&str>; N],
    grant_is_over: &[&str],
) -> Result<TokenResponse, Error> {
    let answer = Answer::new(operation, response, secrets).carrying(Credentials::Application);
    answer.model(&MEMBERS, tokens).map_err(|error| error.of_grant(grant_is_over))
}

const MEMBERS: [&str; 6] = ["access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"];

fn tokens(members: &mut Members<6>) -> Result<TokenResponse, Wrong> {
    let access_token = members.take("access_token", access_token)?;
    members.take("token_type", bearer)?;
    let expires_in = members.take("expires_in", json::seconds)?;
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (scope, id_token, refresh_token) = (
        members.take("scope", json::text)?,
        filled(members.take("id_token", json::text)?),
        filled(members.take("refresh_token", json::text)?),
    );
    Ok(TokenResponse {
        access_token: access_token.ok_or_else(|| Wrong::new("`access_token` is missing"))?,
        expires_in: expires_in.map(Duration::from_secs),
        scope,
        id_token: id_token.map(IdToken::new),
        refresh_token: refresh_token.map(RefreshToken::new),
        other: members.take_other(),
    })
}

fn access_token(given: Given) -> Result<AccessToken, Mismatch> {
    let token = json::text(given).ok().and_then(|text| AccessToken::new(text).ok());
    token.ok_or_else(|| Mismatch::new(Value::Null, "a bearer token"))
}

/// A token of another type proves its holder in another way, and would not be accepted as a bearer (RFC 6749 §7.1).
fn bearer(given: Given) -> Result<(), Mismatch> {
    let is_bearer = given.value.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    if is_bearer { Ok(()) } else { Err(Mismatch::new(given.value, "bearer")) }
}
