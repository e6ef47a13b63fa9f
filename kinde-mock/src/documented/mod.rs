//! The ledger: every answer the fake gives, and what is known of it.
//!
//! Its rows are the only place where they are written down, each operation's in its own file. The engine and the
//! constructors of typed replies answer from them, a test holds them against a schema of the documentation, and
//! the ledger page of the docs lists them.

mod stray;

use std::fmt;

pub use crate::operations::Route;
pub(crate) use stray::{NO_ROUTE, TOO_LARGE, WRONG_MEDIA_TYPE, WRONG_METHOD};

/// The whole ledger: each operation's rows, and those for a request that is no call at all.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    Route::ALL.iter().flat_map(|route| route.facts().rows).chain(stray::ROWS)
}

/// How an answer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Kinde's documentation says so.
    Documented,
    /// Quoted by someone who got it from a real server.
    Seen,
    /// Nobody says; the best guess.
    Assumed,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Seen => "seen",
            Self::Assumed => "assumed",
        })
    }
}

/// What an answer's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// No bytes.
    Empty,
    /// A JSON object with these members, in this order, filled from the fake's state.
    Members(&'static [&'static str]),
    /// Always these bytes.
    Fixed(&'static str),
    /// `{"error":"…","error_description":"…"}`
    TokenError {
        /// The code.
        error: &'static str,
        /// The sentence.
        error_description: &'static str,
    },
    /// `{"errors":[{"code":"…","message":"…"}]}`
    Errors {
        /// The code.
        code: &'static str,
        /// The sentence.
        message: &'static str,
    },
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The call it answers; none for a request that is no call at all.
    pub route: Option<Route>,
    /// When it is given.
    pub when: &'static str,
    /// Its status.
    pub status: u16,
    /// Its media type; none means that there is no `Content-Type`.
    pub media_type: Option<&'static str>,
    /// Its body.
    pub body: Body,
    /// How it is known.
    pub source: Source,
    /// What exactly is known and what is not.
    pub note: &'static str,
}

/// A row of an operation.
pub(crate) const fn row(
    route: Route,
    status: u16,
    body: Body,
    source: Source,
    when: &'static str,
    note: &'static str,
) -> Row {
    let media_type = match body {
        Body::Empty => None,
        _ => Some(JSON),
    };
    Row { route: Some(route), when, status, media_type, body, source, note }
}

pub(crate) const JSON: &str = "application/json";
/// The second media type that is documented for introspection's 200 and 401.
pub(crate) const JSON_UTF8: &str = "application/json; charset=utf-8";

// What several operations have in common.
pub(crate) const NO_CONTENT: &str =
    "The status is documented, without content: none is sent, and no Content-Type.";
pub(crate) const THROTTLED_EMPTY: &str = "The status is documented, without content. RateLimit-Reset, in \
                                          seconds, is what Kinde's page on rate limits names.";
pub(crate) const INVALID_CLIENT: Body = Body::TokenError {
    error: "invalid_client",
    error_description: "Client authentication failed (e.g., unknown client, no client authentication \
                        included, or unsupported authentication method).",
};
