//! `POST /oauth2/revoke`

use std::time::SystemTime;

use kinde_core::TokenRevocation;

use super::{AboutToken, Facts, Route};
use crate::Reply;
use crate::documented::Source::{Documented, Seen};
use crate::documented::{Body, INVALID_CLIENT, Row, row};
use crate::engine::{Engine, Lints, Refusal, check_media_type};
use crate::outcome::{Answer, errors, token_error};
use crate::request::{Authorization, Request};
#[cfg(feature = "cli")]
use crate::seed::{AnswerName, Written};
use crate::store::Application;

pub(super) const FACTS: Facts = Facts {
    method: "POST",
    path: "/oauth2/revoke",
    rows: &[OK, INVALID, CLIENT, FORBIDDEN, THROTTLED],
    throttled: &THROTTLED,
    answer,
    lint,
    #[cfg(feature = "cli")]
    about_token: true,
    #[cfg(feature = "cli")]
    written: WRITTEN,
};

impl AboutToken for TokenRevocation {}

const CODES: &str = "Status and shape are documented; code and message are made up.";

const OK: Row = row(
    Route::Revocation,
    200,
    Body::Empty,
    Documented,
    "revoked; or the token is unknown or dead already",
    "Documented with no body. That an unknown token is a success too is RFC 7009's.",
);
const INVALID: Row = row(
    Route::Revocation,
    400,
    Body::Errors { code: "INVALID_REQUEST", message: "Invalid request." },
    Documented,
    "a parameter is repeated or in the query; `client_id` or `token` is absent or empty; Basic and form disagree",
    CODES,
);
const CLIENT: Row = row(
    Route::Revocation,
    401,
    INVALID_CLIENT,
    Seen,
    "the application is unknown, its secret is wrong, or it is a backend one and sent none",
    "Status and shape are documented; the code and the sentence were seen at the token endpoint.",
);
const FORBIDDEN: Row = row(
    Route::Revocation,
    403,
    Body::Errors { code: "INVALID_CREDENTIALS", message: "Unauthorized - invalid credentials." },
    Documented,
    "a bearer was sent and is not live; or the token is another application's",
    CODES,
);
const THROTTLED: Row = row(
    Route::Revocation,
    429,
    Body::Errors { code: "TOO_MANY_REQUESTS", message: "Too many requests. Request was throttled." },
    Documented,
    "too many requests",
    "Status and shape are documented; code and message are made up. RateLimit-Reset, in seconds, is what \
     Kinde's page on rate limits names.",
);

fn answer(engine: &mut Engine, request: &Request, now: SystemTime) -> Answer {
    match revocable(engine, request, now) {
        Err(refusal) => refusal.answer(Route::Revocation),
        // Unknown and dead ones too: the caller must not be able to tell.
        Ok(token) => {
            engine.store.revoke(&token, engine.options.revoking_access_ends_sign_in);
            Answer::of(&OK)
        }
    }
}

/// The token to revoke, once everything else is in order.
fn revocable(engine: &Engine, request: &Request, now: SystemTime) -> Result<String, Refusal> {
    let invalid = || Refusal::from(&INVALID);
    let forbidden = || Refusal::from(&FORBIDDEN);
    check_media_type(request)?;
    if request.secret_in_query() {
        return Err(Refusal::because(&INVALID, "the parameters go into the form body, never into the query"));
    }
    if request.repeats(None) {
        return Err(invalid());
    }
    let (client_id, secret) = client(request).ok_or_else(invalid)?;
    if !engine.authenticates(&client_id, secret.as_deref()) {
        return Err((&CLIENT).into());
    }
    let token = request.form("token").ok_or_else(invalid)?;
    match request.authorization() {
        Authorization::Bearer(bearer) => drop(engine.bearer(bearer, now).ok_or_else(forbidden)?),
        Authorization::Unreadable => return Err(forbidden()),
        _ if engine.options.revoke_requires_bearer => return Err(forbidden()),
        Authorization::Absent | Authorization::Basic { .. } => {}
    }
    if engine.store.token(token).is_some_and(|record| record.client_id != client_id) {
        return Err(forbidden());
    }
    Ok(token.to_owned())
}

/// The application's id and secret, from the form and from Basic; none if there is no id, or if the two
/// disagree.
fn client(request: &Request) -> Option<(String, Option<String>)> {
    let form = |name| request.form(name).map(str::to_owned);
    let Authorization::Basic { client_id, client_secret } = request.authorization() else {
        return Some((form("client_id")?, form("client_secret")));
    };
    let basic_secret = Some(client_secret).filter(|secret| !secret.is_empty());
    let same_id = form("client_id").is_none_or(|id| id == client_id);
    let same_secret = match (form("client_secret"), &basic_secret) {
        (Some(form), Some(basic)) => form == *basic,
        _ => true,
    };
    if client_id.is_empty() || !same_id || !same_secret {
        return None;
    }
    Some((client_id, basic_secret.or_else(|| form("client_secret"))))
}

fn lint(engine: &Engine, request: &Request, lints: &mut Lints) {
    engine.lint_form(request, lints);
    let authorization = request.authorization();
    let (basic_id, basic_secret) = match &authorization {
        Authorization::Basic { client_id, client_secret } => {
            (Some(client_id.as_str()), !client_secret.is_empty())
        }
        _ => (None, false),
    };
    let client_id = request.form("client_id").or(basic_id);
    let secret = basic_secret || request.form("client_secret").is_some();
    let frontend = client_id.and_then(|id| engine.store.application(id));
    if secret && matches!(frontend, Some(Application::Frontend)) {
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
/// use kinde_core::TokenRevocation;
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

    /// 400 with a code and a message of one's own.
    pub fn bad_request_with(code: &str, message: &str) -> Self {
        Self::bodied(&INVALID, errors(code, message))
    }

    /// 401 with `invalid_client`.
    pub fn unauthorized() -> Self {
        Self::row(&CLIENT)
    }

    /// 401 with a code and a sentence of one's own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::bodied(&CLIENT, token_error(error, description))
    }

    /// 403 with an error body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }

    /// 403 with a code and a message of one's own.
    pub fn forbidden_with(code: &str, message: &str) -> Self {
        Self::bodied(&FORBIDDEN, errors(code, message))
    }
}

#[cfg(feature = "cli")]
const WRITTEN: &[Written] = &[
    Written { answer: AnswerName::Ok, keys: &[], plan: |_, _| Ok(TokenRevocationReply::ok().plan) },
    Written {
        answer: AnswerName::BadRequest,
        keys: &["code", "message"],
        plan: |reply, _| {
            let own = |(code, message): (&str, &str)| TokenRevocationReply::bad_request_with(code, message);
            Ok(reply.code().map_or_else(TokenRevocationReply::bad_request, own).plan)
        },
    },
    Written {
        answer: AnswerName::Unauthorized,
        keys: &["error", "error_description"],
        plan: |reply, _| {
            let own = |(error, description): (&str, &str)| {
                TokenRevocationReply::unauthorized_with(error, description)
            };
            Ok(reply.error().map_or_else(TokenRevocationReply::unauthorized, own).plan)
        },
    },
    Written {
        answer: AnswerName::Forbidden,
        keys: &["code", "message"],
        plan: |reply, _| {
            let own = |(code, message): (&str, &str)| TokenRevocationReply::forbidden_with(code, message);
            Ok(reply.code().map_or_else(TokenRevocationReply::forbidden, own).plan)
        },
    },
];
