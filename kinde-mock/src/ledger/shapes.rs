//! Bodies, notes and a row that several endpoints have in common.

use serde::Serialize;

use super::row::{Body, Header, Row, Source};

/// Kinde's `token_error_response`.
#[derive(Serialize)]
pub(crate) struct TokenError<'a> {
    pub(crate) error: &'a str,
    pub(crate) error_description: &'a str,
}

/// Kinde's `error_response`.
#[derive(Serialize)]
pub(crate) struct Errors<'a> {
    pub(crate) errors: [ErrorItem<'a>; 1],
}

#[derive(Serialize)]
pub(crate) struct ErrorItem<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
}

impl<'a> Errors<'a> {
    pub(crate) const fn one(code: &'a str, message: &'a str) -> Self {
        Self { errors: [ErrorItem { code, message }] }
    }
}

pub(crate) const INVALID_CLIENT: TokenError<'static> = TokenError {
    error: "invalid_client",
    error_description: "Client authentication failed (e.g., unknown client, no client authentication \
                        included, or unsupported authentication method).",
};

pub(crate) const NO_CONTENT: &str =
    "The status is documented, without content: none is sent, and no Content-Type.";

/// The 429 of endpoints that document it without content.
pub(crate) const THROTTLED: Row = Row {
    name: "throttled",
    status: 429,
    headers: &[Header::filled("ratelimit-reset")],
    body: Body::Empty,
    source: Source::Documented,
    when: "too many requests",
    note: "The status is documented, without content. RateLimit-Reset, in seconds, is what Kinde's page on rate limits \
           names.",
};
