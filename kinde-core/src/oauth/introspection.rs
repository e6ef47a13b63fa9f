//! Asking whether a token is live.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::error::{Credentials, Error};
use crate::json::{self, Members, Wrong};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::{AccessToken, Token};
use crate::wire::answer::Answer;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// As Kinde's reference has it.
const ACCEPT: HeaderValue = HeaderValue::from_static("application/json, application/json; charset=utf-8");

/// Asks whether a token is live, and what it is good for (Kinde's `tokenIntrospection`, RFC 7662).
///
/// Sends `POST /oauth2/introspect` with the form `token`, `token_type_hint`. Documented answers: 200
/// [`TokenIntrospect`], 401 [`TokenErrorResponse`](crate::error::TokenErrorResponse), 403, 429.
///
/// Before letting someone in by the answer, see [what it doesn't tell](TokenIntrospect#what-it-doesnt-tell).
///
/// ```
/// use kinde::oauth::{TokenIntrospect, TokenIntrospection, TokenTypeHint};
/// use kinde::{AccessToken, OAuth, Token};
///
/// async fn expiry(kinde: &dyn OAuth, bearer: &AccessToken, text: &str) -> Result<Option<u64>, kinde::Error> {
///     let request = TokenIntrospection::new(bearer, Token::new(text)).token_type_hint(TokenTypeHint::RefreshToken);
///     Ok(match kinde.token_introspection(request).await? {
///         TokenIntrospect::Active(token) => token.exp,
///         TokenIntrospect::Inactive => None,
///     })
/// }
/// ```
#[doc(alias = "introspect")]
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct TokenIntrospection {
    bearer: AccessToken,
    token: Token,
    token_type_hint: Option<TokenTypeHint>,
}

impl TokenIntrospection {
    /// Asks about `token`, as the caller whom `bearer` proves: a user's access token, or a machine's.
    ///
    /// They may be the same token where the service allows that. Kinde doesn't say; servers built on the
    /// same engine refuse it with 401.
    pub fn new(bearer: &AccessToken, token: Token) -> Self {
        Self { bearer: bearer.clone(), token, token_type_hint: None }
    }

    /// Sets where the service should look first. It finds a token of the other kind too.
    pub fn token_type_hint(mut self, hint: TokenTypeHint) -> Self {
        self.token_type_hint = Some(hint);
        self
    }

    /// Returns the token that proves who asks.
    pub fn bearer(&self) -> &AccessToken {
        &self.bearer
    }

    /// Returns the token that is asked about.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Returns what [`token_type_hint`](Self::token_type_hint) set.
    pub fn get_token_type_hint(&self) -> Option<TokenTypeHint> {
        self.token_type_hint
    }
}

impl Operation for TokenIntrospection {
    type Output = TokenIntrospect;

    const KIND: OperationKind = OperationKind::new("token_introspection").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let form = Form::new(&[
            Field::visible("token", self.token.expose()),
            Field::visible("token_type_hint", self.token_type_hint.map(TokenTypeHint::as_str)),
        ])?;
        Call::post("/oauth2/introspect").accept(ACCEPT).bearer(&self.bearer).form(form).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenIntrospect, Error> {
        let secrets = [Some(self.bearer.expose()), Some(self.token.expose())];
        // The asker's: a dead token that is asked about is not an error.
        Answer::new(Self::KIND, &response, secrets)
            .carrying(Credentials::Bearer)
            .model(&MEMBERS, TokenIntrospect::read)
    }
}

/// What kind of token a request is about; only a hint (RFC 7009 §2.1, RFC 7662 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

impl TokenTypeHint {
    /// Returns the text that is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl fmt::Display for TokenTypeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the service knows of a token.
///
/// Claims are in [`Active`](Self::Active) alone, so none can be read from a dead token. There is no third
/// state (RFC 7662 §2.2), so a match needs no arm for one. In JSON it is one object with a member `active`;
/// an object without it, or with one that is not a boolean, is an error.
///
/// # What it doesn't tell
/// "Active" is not "may enter":
/// - **Who the token is for**, unless you compare [`aud`](ActiveToken::aud) with the name of your API: the token
///   of another application, for another API, is just as active.
/// - **What kind it is**: a refresh token is active too, and may have the same `aud`. Kinde's access tokens are
///   JWTs (three parts joined by dots) and its refresh tokens are not, so a bearer of another shape can be refused
///   before anyone is asked.
/// - **Who the user is**, nor what the user may do: Kinde documents neither a subject nor scopes here. What else
///   it sends is in [`other`](ActiveToken::other).
///
/// ```
/// use kinde::oauth::TokenIntrospect;
/// # let answer: TokenIntrospect = serde_json::from_str(r#"{"active":true,"aud":["https://api.example.com"]}"#)?;
/// # let bearer = "eyJhbGciOi.eyJzdWIiOi.c2ln";
///
/// let is_jwt = bearer.split('.').count() == 3;
/// let is_for_us = answer.active().is_some_and(|token| token.aud.iter().any(|aud| aud == "https://api.example.com"));
/// let may_enter = is_jwt && is_for_us;
/// # assert!(may_enter);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// What is read from JSON:
///
/// ```
/// use kinde::oauth::TokenIntrospect;
///
/// let dead: TokenIntrospect = serde_json::from_str(r#"{"active":false}"#)?;
/// assert_eq!(dead, TokenIntrospect::Inactive);
/// assert!(serde_json::from_str::<TokenIntrospect>(r#"{"active":"true"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(into = "Wire")]
pub enum TokenIntrospect {
    /// Revoked, expired, unknown, or not for this caller to know: the service doesn't say which.
    #[default]
    Inactive,
    /// Live: an access or a refresh token, for you or for another API.
    Active(ActiveToken),
}

impl TokenIntrospect {
    /// Returns whether the token is live; [not whether it may enter](Self#what-it-doesnt-tell).
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active(_))
    }

    /// Returns the live token's claims.
    pub const fn active(&self) -> Option<&ActiveToken> {
        match self {
            Self::Active(token) => Some(token),
            Self::Inactive => None,
        }
    }
}

/// The claims of a live token.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ActiveToken {
    /// For whom it is meant; empty if no audience was asked for. The service may write a list or one string.
    /// A token is for you only if your API's name is in it.
    pub aud: Vec<String>,
    /// The application to which it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<u64>,
    /// When it was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<u64>,
    /// Members that this version does not know, as they came.
    #[serde(flatten, serialize_with = "json::plain")]
    pub other: Map<String, Value>,
}

/// The one object of the wire, for writing.
#[derive(Serialize)]
struct Wire {
    active: bool,
    #[serde(flatten)]
    token: Option<ActiveToken>,
}

impl From<TokenIntrospect> for Wire {
    fn from(it: TokenIntrospect) -> Self {
        match it {
            TokenIntrospect::Inactive => Self { active: false, token: None },
            TokenIntrospect::Active(token) => Self { active: true, token: Some(token) },
        }
    }
}

const MEMBERS: [&str; 5] = ["active", "aud", "client_id", "exp", "iat"];

/// `active`, where it is given, and the claims. They are read for a dead token too: an answer that
/// contradicts its documentation is trusted in nothing.
fn read(members: &mut Members<5>) -> Result<(Option<bool>, ActiveToken), Wrong> {
    let active = members.take("active", json::boolean)?;
    let token = ActiveToken {
        aud: members.take("aud", json::texts)?.unwrap_or_default(),
        client_id: members.take("client_id", json::text)?,
        exp: members.take("exp", json::seconds)?,
        iat: members.take("iat", json::seconds)?,
        other: members.take_other(),
    };
    Ok((active, token))
}

impl TokenIntrospect {
    fn read(members: &mut Members<5>) -> Result<Self, Wrong> {
        match read(members)? {
            (Some(true), token) => Ok(Self::Active(token)),
            (Some(false), _) => Ok(Self::Inactive),
            (None, _) => Err(Wrong::new("`active` is missing")),
        }
    }
}

impl ActiveToken {
    fn read(members: &mut Members<5>) -> Result<Self, Wrong> {
        match read(members)? {
            (Some(false), _) => {
                Err(Wrong::new("`active` is false: these are not the claims of a live token"))
            }
            (_, token) => Ok(token),
        }
    }
}

impl<'de> Deserialize<'de> for TokenIntrospect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&MEMBERS, deserializer, Self::read)
    }
}

/// Reads what `Serialize` writes, which has no member `active`; an object that says `false` is refused.
impl<'de> Deserialize<'de> for ActiveToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&MEMBERS, deserializer, Self::read)
    }
}
