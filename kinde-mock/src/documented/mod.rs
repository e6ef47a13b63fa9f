//! The ledger: every answer the fake gives, and what is known of it.
//!
//! This table is the only place where they are written down. The engine and the constructors of typed
//! replies answer from it, a test holds it against a schema of the documentation, and the ledger page of
//! the docs lists it.

mod rows;

use std::fmt;

pub use rows::ROWS;
pub(crate) use rows::*;

/// One of the three documented calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Route {
    /// `GET /oauth2/v2/user_profile`
    UserProfile,
    /// `POST /oauth2/introspect`
    Introspection,
    /// `POST /oauth2/revoke`
    Revocation,
}

/// Where a call is: its operation's name, its method, its path.
struct Address {
    operation: &'static str,
    method: &'static str,
    path: &'static str,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::UserProfile, Self::Introspection, Self::Revocation];

    const fn address(self) -> Address {
        let (operation, method, path) = match self {
            Self::UserProfile => ("get_user_profile_v2", "GET", "/oauth2/v2/user_profile"),
            Self::Introspection => ("token_introspection", "POST", "/oauth2/introspect"),
            Self::Revocation => ("token_revocation", "POST", "/oauth2/revoke"),
        };
        Address { operation, method, path }
    }

    /// The operation's name, as the SDK has it.
    pub const fn operation(self) -> &'static str {
        self.address().operation
    }

    /// The method that is documented for it.
    pub const fn method(self) -> &'static str {
        self.address().method
    }

    /// Its path.
    pub const fn path(self) -> &'static str {
        self.address().path
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
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
