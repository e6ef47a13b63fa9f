//! What the fake serves, as far as it can be said without saying how.

use std::fmt;
use std::time::Duration;

use super::row::Row;
use super::stray;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::text::seconds::rounded_up;

/// Something that the fake serves: where, what its answers are, and what is secret in it.
///
/// It is equal to itself alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its name; an operation's, as the SDK has it, where there is one.
    pub name: &'static str,
    /// Its methods and paths.
    pub routes: &'static [Route],
    /// Which requests are its own, where several endpoints share a route. Those that pass no test are the endpoint's
    /// that has none.
    pub form: Option<FormTest>,
    /// Every answer that it gives, in the ledger's order.
    pub rows: &'static [Row],
    /// What is secret in it.
    pub secrets: Secrets,
}

/// A parameter of the form, and the value that makes a request an endpoint's own: `grant_type`, say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FormTest {
    /// The parameter.
    pub parameter: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// The names of what is secret in a request and its answer: shown nowhere, or as a
/// [`Fingerprint`](crate::Fingerprint).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Secrets {
    /// Parameters of its form. In a query they have no place: URLs end up in logs.
    pub form: &'static [&'static str],
    /// Parameters of its query, where they are meant to be.
    pub query: &'static [&'static str],
    /// Cookies, by how their names begin.
    pub cookies: &'static [&'static str],
    /// Headers of its answers: `location`, whose query may be secret, and `set-cookie`.
    pub answer: &'static [&'static str],
}

impl Secrets {
    /// Nothing but the `Authorization` header, which is secret everywhere.
    pub(crate) const NONE: Self = Self { form: &[], query: &[], cookies: &[], answer: &[] };
}

impl Endpoint {
    /// Returns its answer of this name.
    pub fn row(&self, name: &str) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Whether it is about a token that is sent in its form.
    #[cfg(feature = "cli")]
    pub(crate) fn is_about_token(&self) -> bool {
        self.secrets.form.contains(&"token")
    }

    /// Whether a request with one of its routes may be its own.
    pub(crate) fn takes(&self, request: &Request) -> bool {
        self.form.is_none_or(|test| request.form(test.parameter) == Some(test.value))
    }

    /// Its answer to too many requests, which says when to come back: whole seconds, rounded up, at least 1.
    pub(crate) fn throttled(&self, reset_after: Duration) -> Answer {
        let mut answer = self.row("throttled").unwrap_or(&stray::THROTTLED).answer();
        answer.set("ratelimit-reset", &rounded_up(reset_after).max(1).to_string());
        answer
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Endpoint {}

/// With its first method and path.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.routes.first() {
            Some(route) => write!(f, "{}: {route}", self.name),
            None => f.write_str(self.name),
        }
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// An endpoint as a type, so that its replies can't be mistaken for another's: an operation of the SDK, where there is
/// one.
pub trait Scripted: sealed::Sealed {
    /// Which endpoint it is.
    const ENDPOINT: &'static Endpoint;
}

/// An endpoint about a token that is sent in its form.
pub trait AboutToken: Scripted {}
