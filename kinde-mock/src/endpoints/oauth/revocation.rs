//! `POST /oauth2/revoke`

use std::time::SystemTime;

use kinde_core::oauth::TokenRevocation;

use crate::endpoints::answering::Answering;
use crate::endpoints::client::client;
use crate::endpoints::form::{self, check_media_type};
#[cfg(feature = "cli")]
use crate::endpoints::keyed::{KeyedRow, errors, token_error};
use crate::endpoints::refusal::Refusal;
use crate::endpoints::secrets;
use crate::endpoints::table::{Lints, Served};
use crate::http::request::{Authorization, Request};
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{AboutToken, Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::{Documented, Seen};
use crate::ledger::row::{Body, Document, Header, Row};
use crate::ledger::shapes::{Errors, INVALID_CLIENT, TokenError};
use crate::script::reply::Reply;
use crate::tenant::Tenant;

const ROUTE: Route = Route::new("POST", "/oauth2/revoke");

static ENDPOINT: Endpoint = Endpoint {
    name: "token_revocation",
    routes: &[ROUTE],
    form: None,
    rows: &[OK, INVALID, CLIENT, FORBIDDEN, THROTTLED],
    secrets: Secrets { form: &["client_secret", "token"], ..Secrets::NONE },
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint,
    #[cfg(feature = "cli")]
    keyed: &[
        KeyedRow { row: &INVALID, base: errors },
        KeyedRow { row: &CLIENT, base: token_error },
        KeyedRow { row: &FORBIDDEN, base: errors },
    ],
};

impl sealed::Sealed for TokenRevocation {}

impl Scripted for TokenRevocation {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AboutToken for TokenRevocation {}

const CODES: &str = "Status and shape are documented; code and message are made up.";

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Empty,
    source: Documented,
    when: "revoked; or the token is unknown or dead already",
    note: "Documented with no body. That an unknown token is a success too is RFC 7009's.",
};
const INVALID: Row = Row {
    name: "bad_request",
    status: 400,
    headers: &[],
    body: Body::Fixed(Document(&Errors::one("INVALID_REQUEST", "Invalid request."))),
    source: Documented,
    when: "a parameter is repeated or in the query; `client_id` or `token` is absent or empty; Basic and form disagree",
    note: CODES,
};
const CLIENT: Row = Row {
    name: "unauthorized",
    status: 401,
    headers: &[],
    body: Body::Fixed(Document(&INVALID_CLIENT)),
    source: Seen,
    when: "the application is unknown, its secret is wrong, or it is a backend one and sent none",
    note: "Status and shape are documented; the code and the sentence were seen at the token endpoint.",
};
const FORBIDDEN: Row = Row {
    name: "forbidden",
    status: 403,
    headers: &[],
    body: Body::Fixed(Document(&Errors::one("INVALID_CREDENTIALS", "Unauthorized - invalid credentials."))),
    source: Documented,
    when: "a bearer was sent and is not live; or the token is another application's",
    note: CODES,
};
const THROTTLED: Row = Row {
    name: "throttled",
    status: 429,
    headers: &[Header::filled("ratelimit-reset")],
    body: Body::Fixed(Document(&Errors::one(
        "TOO_MANY_REQUESTS",
        "Too many requests. Request was throttled.",
    ))),
    source: Documented,
    when: "too many requests",
    note: "Status and shape are documented; code and message are made up. RateLimit-Reset, in seconds, is what \
           Kinde's page on rate limits names.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    match revocable(tenant, request, now) {
        Err(refusal) => refusal.answer(ROUTE).into(),
        // Unknown and dead ones too: the caller must not be able to tell.
        Ok(token) => {
            tenant.store.tokens.revoke(&token, tenant.options.revoking_access_ends_sign_in);
            OK.answer().into()
        }
    }
}

/// The token to revoke, once everything else is in order.
fn revocable(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<String, Refusal> {
    let invalid = || Refusal::from(&INVALID);
    let forbidden = || Refusal::from(&FORBIDDEN);
    check_media_type(request)?;
    if secrets::is_in_query(&ENDPOINT, request) {
        return Err(Refusal::because(&INVALID, "the parameters go into the form body, never into the query"));
    }
    if request.repeats(None) {
        return Err(invalid());
    }
    let (client_id, secret) = client(request).ok_or_else(invalid)?;
    if !tenant.authenticates(&client_id, secret.as_deref()) {
        return Err((&CLIENT).into());
    }
    let token = request.form("token").ok_or_else(invalid)?;
    match request.authorization() {
        Authorization::Bearer(bearer) => drop(tenant.bearer(bearer, now).ok_or_else(forbidden)?),
        Authorization::Unreadable => return Err(forbidden()),
        _ if tenant.options.revoke_requires_bearer => return Err(forbidden()),
        Authorization::Absent | Authorization::Basic { .. } => {}
    }
    if tenant.store.tokens.get(token).is_some_and(|record| record.holder.client_id != client_id) {
        return Err(forbidden());
    }
    Ok(token.to_owned())
}

fn lint(tenant: &Tenant, request: &Request, lints: &mut Lints) {
    form::lint(request, lints);
    let (basic_id, basic_secret) = match request.authorization() {
        Authorization::Basic { client_id, client_secret } => {
            (Some(client_id.as_str()), !client_secret.is_empty())
        }
        _ => (None, false),
    };
    let client_id = request.form("client_id").or(basic_id);
    let secret = basic_secret || request.form("client_secret").is_some();
    let application = client_id.and_then(|id| tenant.store.application(id));
    if secret && application.is_some_and(|it| !it.is_backend()) {
        lints.push("a client_secret from a frontend application, which can't keep one");
    }
    if basic_id.is_some() && request.form("client_secret").is_some() {
        lints.push("client credentials both by Basic and in the form");
    }
}

/// Answers to `token_revocation`: 200, 400, 401, 403, 429.
///
/// ```
/// use std::time::Duration;
/// use kinde::oauth::TokenRevocation;
/// use kinde_mock::{FakeKinde, TokenRevocationReply};
///
/// let kinde = FakeKinde::new();
/// kinde.on::<TokenRevocation>().times(2, TokenRevocationReply::throttled(Duration::from_secs(1)));
/// ```
pub type TokenRevocationReply = Reply<TokenRevocation>;

impl TokenRevocationReply {
    /// 200, without a body. The token is *not* revoked: for that, leave the answer to the state with
    /// [`live`](Self::live).
    pub fn ok() -> Self {
        Self::row(&OK)
    }

    /// 400 with an error body.
    pub fn bad_request() -> Self {
        Self::row(&INVALID)
    }

    /// 400 with a code and a message of your own.
    pub fn bad_request_with(code: &str, message: &str) -> Self {
        Self::fixed(INVALID.filled(&Errors::one(code, message)))
    }

    /// 401 with `invalid_client`.
    pub fn unauthorized() -> Self {
        Self::row(&CLIENT)
    }

    /// 401 with a code and a sentence of your own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::fixed(CLIENT.filled(&TokenError { error, error_description: description }))
    }

    /// 403 with an error body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }

    /// 403 with a code and a message of your own.
    pub fn forbidden_with(code: &str, message: &str) -> Self {
        Self::fixed(FORBIDDEN.filled(&Errors::one(code, message)))
    }
}
