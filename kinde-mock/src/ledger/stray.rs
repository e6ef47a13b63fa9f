//! The answers to a request that no endpoint takes, or that no endpoint of its own has an answer for.

use std::fmt;

use serde::Serialize;

use super::row::{Body, Document, Header, Row, Source};
use super::shapes::{ErrorItem, TokenError};
use crate::http::answer::Answer;

/// The Management API's shape of an error: one, and no list.
#[derive(Serialize)]
struct ManagementError {
    errors: ErrorItem<'static>,
}

const X_KINDE_MOCK: &str = "x-kinde-mock";

const fn stray(
    name: &'static str,
    status: u16,
    headers: &'static [Header],
    body: Body,
    when: &'static str,
    note: &'static str,
) -> Row {
    Row { name, when, status, headers, body, source: Source::Assumed, note }
}

pub(crate) const NO_ROUTE: Row = stray(
    "no_route",
    404,
    &[Header::filled(X_KINDE_MOCK)],
    Body::Fixed(Document(&ManagementError {
        errors: ErrorItem { code: "ROUTE_NOT_FOUND", message: "The requested API route does not exist" },
    })),
    "a path that is none of the documented",
    "The body is the Management API's. `x-kinde-mock` names the nearest route.",
);
pub(crate) const WRONG_METHOD: Row = stray(
    "wrong_method",
    405,
    &[Header::filled("allow"), Header::filled(X_KINDE_MOCK)],
    Body::Empty,
    "another method than the documented one",
    "With `Allow`, and `x-kinde-mock`.",
);
pub(crate) const WRONG_MEDIA_TYPE: Row = stray(
    "wrong_media_type",
    415,
    &[Header::filled(X_KINDE_MOCK)],
    Body::Empty,
    "a body that is not application/x-www-form-urlencoded, where a form is documented",
    "With `x-kinde-mock`.",
);
pub(crate) const TOO_LARGE: Row = stray(
    "too_large",
    413,
    &[Header::filled(X_KINDE_MOCK)],
    Body::Empty,
    "a body over 64 KiB",
    "With `x-kinde-mock`. The limit is ours.",
);
/// What clients of the token endpoint read whatever its status.
const TOKEN_ERROR: Body = Body::Fixed(Document(&TokenError {
    error: "invalid_request",
    error_description: "The request is missing a required parameter, includes an invalid parameter value, \
                        includes a parameter more than once, or is otherwise malformed.",
}));
const NO_STORE: Header = Header { name: "cache-control", value: Some("no-store") };
pub(crate) const WRONG_METHOD_FOR_TOKENS: Row = stray(
    "wrong_method_for_tokens",
    405,
    &[Header::filled("allow"), NO_STORE, Header::filled(X_KINDE_MOCK)],
    TOKEN_ERROR,
    "another method than POST at `/oauth2/token`",
    "With `Allow`, and `x-kinde-mock`. It has an `error`, since clients take a body without one for success.",
);
pub(crate) const TOO_LARGE_FOR_TOKENS: Row = stray(
    "too_large_for_tokens",
    413,
    &[NO_STORE, Header::filled(X_KINDE_MOCK)],
    TOKEN_ERROR,
    "a body over 64 KiB at `/oauth2/token`",
    "With `x-kinde-mock`, and an `error` as above.",
);
pub(crate) const IMPOSSIBLE: Row = stray(
    "impossible",
    500,
    &[Header::filled(X_KINDE_MOCK)],
    Body::Empty,
    "a script computed a reply that can't be delivered",
    "With `x-kinde-mock`. Only in Rust, behind MockKinde or mounted.",
);
/// For an endpoint whose documentation has no 429.
pub(crate) const THROTTLED: Row = stray(
    "throttled",
    429,
    &[Header::filled("ratelimit-reset")],
    Body::Empty,
    "too many requests, where the endpoint's documentation has no answer to that",
    "RateLimit-Reset, in seconds, is what Kinde's page on rate limits names.",
);

/// Lists the answers to requests that no endpoint takes.
pub fn strays() -> &'static [Row] {
    &[
        NO_ROUTE,
        WRONG_METHOD,
        WRONG_METHOD_FOR_TOKENS,
        WRONG_MEDIA_TYPE,
        TOO_LARGE,
        TOO_LARGE_FOR_TOKENS,
        IMPOSSIBLE,
    ]
}

/// Says in one sentence what would have been right, and where.
pub(crate) fn hint(answer: &mut Answer, place: &dyn fmt::Display, text: &str) {
    answer.set(X_KINDE_MOCK, &format!("{place}: {text}"));
}
