//! `POST /oauth2/introspect`

use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use kinde_core::TokenIntrospection;

use super::{AboutToken, Facts, Route};
use crate::application::BACKEND_ID;
use crate::clock::{rounded_up, seconds};
use crate::documented::Source::{Assumed, Documented};
use crate::documented::{Body, INVALID_CLIENT, JSON_UTF8, NO_CONTENT, Row, THROTTLED_EMPTY, row};
use crate::engine::{Engine, Refusal, check_media_type};
use crate::outcome::{Answer, Member, token_error};
use crate::request::{Authorization, Request};
#[cfg(feature = "cli")]
use crate::seed::{AnswerName, Written};
use crate::store::Application;
use crate::{IntrospectAuth, Reply, SelfIntrospection};

pub(super) const FACTS: Facts = Facts {
    method: "POST",
    path: "/oauth2/introspect",
    rows: &[ACTIVE, INACTIVE, INVALID, SELF, CLIENT, FORBIDDEN, THROTTLED],
    throttled: &THROTTLED,
    answer,
    lint: |engine, request, lints| engine.lint_form(request, lints),
    #[cfg(feature = "cli")]
    about_token: true,
    #[cfg(feature = "cli")]
    written: WRITTEN,
};

impl AboutToken for TokenIntrospection {}

const ACTIVE: Row = row(
    Route::Introspection,
    200,
    Body::Members(&["active", "aud", "client_id", "exp", "iat"]),
    Documented,
    "the token is live",
    "Exactly the documented members. The real service may send more.",
);
const INACTIVE: Row = row(
    Route::Introspection,
    200,
    Body::Fixed(r#"{"active":false}"#),
    Assumed,
    "the token is unknown, expired or revoked",
    "The status and the member are documented; that a dead token gives this and nothing more is RFC 7662's.",
);
const INVALID: Row = row(
    Route::Introspection,
    401,
    Body::TokenError {
        error: "invalid_request",
        error_description: "The request is missing a required parameter, includes an invalid parameter value, \
                            includes a parameter more than once, or is otherwise malformed.",
    },
    Assumed,
    "`token` is absent, empty, repeated or in the query",
    "Status and shape are documented as \"Bad request\", and there is no 400; the case, code and sentence are assumed.",
);
const SELF: Row = row(
    Route::Introspection,
    401,
    Body::TokenError {
        error: "request_unauthorized",
        error_description: "The request could not be authorized.",
    },
    Assumed,
    "the token is the bearer itself, and the option refuses that",
    "As servers built on Ory fosite answer. Off by default.",
);
const CLIENT: Row = row(
    Route::Introspection,
    401,
    INVALID_CLIENT,
    Assumed,
    "an application's credentials are wrong, where the option accepts them",
    "Status and shape are documented; the sentence was seen at the token endpoint. Off by default.",
);
const FORBIDDEN: Row = row(
    Route::Introspection,
    403,
    Body::Empty,
    Documented,
    "no bearer, or one that is unknown, expired, revoked or a refresh token",
    NO_CONTENT,
);
const THROTTLED: Row =
    row(Route::Introspection, 429, Body::Empty, Documented, "too many requests", THROTTLED_EMPTY);

fn answer(engine: &mut Engine, request: &Request, now: SystemTime) -> Answer {
    let mut answer =
        introspect(engine, request, now).unwrap_or_else(|refusal| refusal.answer(Route::Introspection));
    let has_second_type = matches!(answer.status, StatusCode::OK | StatusCode::UNAUTHORIZED);
    if engine.options.introspect_charset && has_second_type {
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON_UTF8));
    }
    answer
}

fn introspect(engine: &Engine, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    check_caller(engine, request, now)?;
    check_media_type(request)?;
    if request.secret_in_query() {
        return Err(Refusal::because(&INVALID, "the token goes into the form body, never into the query"));
    }
    let token = request.form("token").filter(|_| !request.repeats(Some("token"))).ok_or(&INVALID)?;
    if engine.options.self_introspection == SelfIntrospection::Refuse && request.bearer() == Some(token) {
        return Err((&SELF).into());
    }
    // The hint would only order a search, and there is but one place to look.
    let Some(record) = engine.store.live(token, now) else {
        return Ok(Answer::of(&INACTIVE));
    };
    Ok(active(&record.audience, &record.client_id, record.expires, record.issued))
}

fn check_caller(engine: &Engine, request: &Request, now: SystemTime) -> Result<(), Refusal> {
    let forbidden = || Refusal::from(&FORBIDDEN);
    let authorization = request.authorization();
    let auth = engine.options.introspect_auth;
    if let (Authorization::Bearer(token), IntrospectAuth::Bearer | IntrospectAuth::Either) =
        (&authorization, auth)
    {
        return engine.bearer(token, now).map(drop).ok_or_else(forbidden);
    }
    if auth == IntrospectAuth::Bearer {
        return Err(forbidden());
    }
    let (id, secret) = match &authorization {
        Authorization::Basic { client_id, client_secret } => (client_id.as_str(), client_secret.as_str()),
        _ => match (request.form("client_id"), request.form("client_secret")) {
            (None, None) => return Err(forbidden()),
            (id, secret) => (id.unwrap_or_default(), secret.unwrap_or_default()),
        },
    };
    // A frontend application proves nothing by its name.
    let is_backend = matches!(engine.store.application(id), Some(Application::Backend(_)));
    if is_backend && engine.authenticates(id, Some(secret)) {
        return Ok(());
    }
    Err((&CLIENT).into())
}

fn active(audience: &[String], client_id: &str, expires: u64, issued: u64) -> Answer {
    Answer::filled(&ACTIVE, |member| {
        Some(match member {
            "active" => Member::Flag(true),
            "aud" => Member::Texts(audience),
            "client_id" => client_id.into(),
            "exp" => Member::Number(expires),
            "iat" => Member::Number(issued),
            _ => return None,
        })
    })
}

/// Answers to `token_introspection`: 200 (active or not), 401, 403, 429.
///
/// ```
/// use kinde_core::TokenIntrospection;
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
            let issued = seconds(claims.issued_at.unwrap_or(now));
            let expires = seconds(now).saturating_add(rounded_up(claims.expires_in));
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

    /// 401 with a code and a sentence of one's own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::bodied(&INVALID, token_error(error, description))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }
}

#[cfg(feature = "cli")]
const WRITTEN: &[Written] = &[
    Written {
        answer: AnswerName::Active,
        keys: &["audience", "client_id", "expires_in", "issued_at"],
        plan: |reply, _| {
            let usual = ActiveClaims::default();
            let claims = ActiveClaims {
                audience: reply.audience.clone().unwrap_or_default(),
                client_id: reply.client_id.clone().unwrap_or(usual.client_id),
                expires_in: reply.expires_in.map_or(usual.expires_in, |it| it.0),
                issued_at: reply.issued_at.map(|it| it.0),
            };
            Ok(TokenIntrospectionReply::active(claims).plan)
        },
    },
    Written {
        answer: AnswerName::Inactive,
        keys: &[],
        plan: |_, _| Ok(TokenIntrospectionReply::inactive().plan),
    },
    Written {
        answer: AnswerName::Unauthorized,
        keys: &["error", "error_description"],
        plan: |reply, _| {
            let own = |(error, description): (&str, &str)| {
                TokenIntrospectionReply::unauthorized_with(error, description)
            };
            Ok(reply.error().map_or_else(TokenIntrospectionReply::unauthorized, own).plan)
        },
    },
    Written {
        answer: AnswerName::Forbidden,
        keys: &[],
        plan: |_, _| Ok(TokenIntrospectionReply::forbidden().plan),
    },
];
