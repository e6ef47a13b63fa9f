//! `POST /oauth2/introspect`

use std::time::{Duration, SystemTime};

use http::StatusCode;
use kinde_core::oauth::TokenIntrospection;
use serde::Serialize;

use crate::endpoints::answering::Answering;
use crate::endpoints::form::{self, check_media_type};
#[cfg(feature = "cli")]
use crate::endpoints::keyed::{KeyedRow, Keys, token_error};
use crate::endpoints::refusal::Refusal;
use crate::endpoints::secrets;
use crate::endpoints::table::{Lints, Served};
use crate::http::answer::Answer;
use crate::http::request::{Authorization, Request};
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{AboutToken, Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::{Assumed, Documented};
use crate::ledger::row::{Body, Document, Row};
use crate::ledger::shapes::{INVALID_CLIENT, NO_CONTENT, THROTTLED, TokenError};
#[cfg(feature = "cli")]
use crate::script::plan::Base;
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::application::BACKEND_ID;
use crate::tenant::options::{IntrospectAuth, SelfIntrospection};
#[cfg(feature = "cli")]
use crate::text::key_error::KeyError;
use crate::text::seconds::{rounded_up, since_1970};
#[cfg(feature = "cli")]
use crate::text::values::{Moment, Seconds};

const ROUTE: Route = Route::new("POST", "/oauth2/introspect");

static ENDPOINT: Endpoint = Endpoint {
    name: "token_introspection",
    routes: &[ROUTE],
    form: None,
    rows: &[ACTIVE, INACTIVE, INVALID, SELF, CLIENT, FORBIDDEN, THROTTLED],
    secrets: Secrets { form: &["client_secret", "token"], ..Secrets::NONE },
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint,
    #[cfg(feature = "cli")]
    keyed: &[
        KeyedRow { row: &ACTIVE, base: keyed_active },
        KeyedRow { row: &INVALID, base: token_error },
        KeyedRow { row: &SELF, base: token_error },
        KeyedRow { row: &CLIENT, base: token_error },
    ],
};

/// RFC 7662 has a resource server ask with credentials of its own.
fn lint(_: &Tenant, request: &Request, lints: &mut Lints) {
    form::lint(request, lints);
    if request.bearer().is_some_and(|bearer| request.form("token") == Some(bearer)) {
        lints.push("a token that asks about itself: servers of Kinde's engine may answer 401");
    }
}

impl sealed::Sealed for TokenIntrospection {}

impl Scripted for TokenIntrospection {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AboutToken for TokenIntrospection {}

/// What is documented of a live token, in the documentation's order.
#[derive(Serialize)]
struct Active<'a> {
    active: bool,
    aud: &'a [String],
    client_id: &'a str,
    exp: u64,
    iat: u64,
}

/// And of a dead one.
#[derive(Serialize)]
struct Inactive {
    active: bool,
}

const ACTIVE: Row = Row {
    name: "active",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&Active { active: true, aud: &[], client_id: BACKEND_ID, exp: 0, iat: 0 })),
    source: Documented,
    when: "the token is live",
    note: "Exactly the documented members. The real service may send more.",
};
const INACTIVE: Row = Row {
    name: "inactive",
    status: 200,
    headers: &[],
    body: Body::Fixed(Document(&Inactive { active: false })),
    source: Assumed,
    when: "the token is unknown, expired or revoked",
    note: "The status and the member are documented; that a dead token gives this and nothing more is RFC 7662's.",
};
const INVALID: Row = Row {
    name: "unauthorized",
    status: 401,
    headers: &[],
    body: Body::Fixed(Document(&TokenError {
        error: "invalid_request",
        error_description: "The request is missing a required parameter, includes an invalid parameter value, \
                            includes a parameter more than once, or is otherwise malformed.",
    })),
    source: Assumed,
    when: "`token` is absent, empty, repeated or in the query",
    note: "Status and shape are documented as \"Bad request\", and there is no 400; the case, code and sentence are \
           assumed.",
};
const SELF: Row = Row {
    name: "self_introspection",
    status: 401,
    headers: &[],
    body: Body::Fixed(Document(&TokenError {
        error: "request_unauthorized",
        error_description: "The request could not be authorized.",
    })),
    source: Assumed,
    when: "the token is the bearer itself, and the option refuses that",
    note: "As servers built on Ory fosite answer. Off by default.",
};
const CLIENT: Row = Row {
    name: "invalid_client",
    status: 401,
    headers: &[],
    body: Body::Fixed(Document(&INVALID_CLIENT)),
    source: Assumed,
    when: "an application's credentials are wrong, where the option accepts them",
    note: "Status and shape are documented; the sentence was seen at the token endpoint.",
};
const FORBIDDEN: Row = Row {
    name: "forbidden",
    status: 403,
    headers: &[],
    body: Body::Empty,
    source: Documented,
    when: "no bearer, or one that is unknown, expired, revoked or a refresh token",
    note: NO_CONTENT,
};

/// The second media type that is documented for 200 and 401.
const JSON_UTF8: &str = "application/json; charset=utf-8";

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    let mut answer = introspect(tenant, request, now).unwrap_or_else(|refusal| refusal.answer(ROUTE));
    let has_second_type = matches!(answer.status, StatusCode::OK | StatusCode::UNAUTHORIZED);
    if tenant.options.introspect_charset && has_second_type {
        answer.set("content-type", JSON_UTF8);
    }
    answer.into()
}

fn introspect(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    check_caller(tenant, request, now)?;
    check_media_type(request)?;
    if secrets::is_in_query(&ENDPOINT, request) {
        return Err(Refusal::because(&INVALID, "the token goes into the form body, never into the query"));
    }
    let token = request.form("token").filter(|_| !request.repeats(Some("token"))).ok_or(&INVALID)?;
    if tenant.options.self_introspection == SelfIntrospection::Refuse && request.bearer() == Some(token) {
        return Err((&SELF).into());
    }
    // The hint would only order a search, and there is but one place to look.
    let Some(record) = tenant.store.tokens.live(token, now) else {
        return Ok(INACTIVE.answer());
    };
    Ok(active(&record.holder.audience, &record.holder.client_id, record.expires, record.issued))
}

fn check_caller(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<(), Refusal> {
    let forbidden = || Refusal::from(&FORBIDDEN);
    let authorization = request.authorization();
    let auth = tenant.options.introspect_auth;
    if let (Authorization::Bearer(token), IntrospectAuth::Bearer | IntrospectAuth::Either) =
        (authorization, auth)
    {
        return tenant.bearer(token, now).map(drop).ok_or_else(forbidden);
    }
    if auth == IntrospectAuth::Bearer {
        return Err(forbidden());
    }
    let (id, secret) = match authorization {
        Authorization::Basic { client_id, client_secret } => (client_id.as_str(), client_secret.as_str()),
        _ => match (request.form("client_id"), request.form("client_secret")) {
            (None, None) => return Err(forbidden()),
            (id, secret) => (id.unwrap_or_default(), secret.unwrap_or_default()),
        },
    };
    // A frontend application proves nothing by its name.
    let is_backend = tenant.store.application(id).is_some_and(|it| it.is_backend());
    if is_backend && tenant.authenticates(id, Some(secret)) {
        return Ok(());
    }
    Err((&CLIENT).into())
}

fn active(audience: &[String], client_id: &str, expires: u64, issued: u64) -> Answer {
    ACTIVE.filled(&Active { active: true, aud: audience, client_id, exp: expires, iat: issued })
}

/// Answers to `token_introspection`: 200 (active or not), 401, 403, 429.
///
/// ```
/// use kinde::oauth::TokenIntrospection;
/// use kinde_mock::{ActiveClaims, FakeKinde, TokenIntrospectionReply};
///
/// let mut claims = ActiveClaims::default();
/// claims.audience = vec!["https://api.example.com/v1".to_owned()];
/// let kinde = FakeKinde::new();
/// kinde.on::<TokenIntrospection>().always(TokenIntrospectionReply::active(claims));
/// ```
pub type TokenIntrospectionReply = Reply<TokenIntrospection>;

/// The claims of a live token in a scripted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveClaims {
    /// `aud`
    pub audience: Vec<String>,
    /// `client_id`; the seeded backend application's unless set.
    pub client_id: String,
    /// `exp`, counted from when the answer is sent; a day unless set.
    pub expires_in: Duration,
    /// `iat`; when the answer is sent unless set.
    pub issued_at: Option<SystemTime>,
}

impl Default for ActiveClaims {
    fn default() -> Self {
        Self {
            audience: Vec::new(),
            client_id: BACKEND_ID.to_owned(),
            expires_in: Duration::from_secs(86_400),
            issued_at: None,
        }
    }
}

impl TokenIntrospectionReply {
    /// 200 with the claims of a live token.
    pub fn active(claims: ActiveClaims) -> Self {
        Self::timed(move |now| {
            let issued = since_1970(claims.issued_at.unwrap_or(now));
            let expires = since_1970(now).saturating_add(rounded_up(claims.expires_in));
            active(&claims.audience, &claims.client_id, expires, issued)
        })
    }

    /// 200 `{"active":false}`.
    pub fn inactive() -> Self {
        Self::row(&INACTIVE)
    }

    /// 401 with `invalid_request`. Kinde calls it "Bad request".
    pub fn unauthorized() -> Self {
        Self::row(&INVALID)
    }

    /// 401 with a code and a sentence of your own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::fixed(INVALID.filled(&TokenError { error, error_description: description }))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }
}

#[cfg(feature = "cli")]
fn keyed_active(_: &'static Row, keys: &mut Keys, _: &Tenant) -> Result<Base, KeyError> {
    let usual = ActiveClaims::default();
    let claims = ActiveClaims {
        audience: keys.take("audience")?.unwrap_or_default(),
        client_id: keys.take("client_id")?.unwrap_or(usual.client_id),
        expires_in: keys.take::<Seconds>("expires_in")?.map_or(usual.expires_in, |it| it.0),
        issued_at: keys.take::<Moment>("issued_at")?.map(|it| it.0),
    };
    Ok(TokenIntrospectionReply::active(claims).plan.base)
}
