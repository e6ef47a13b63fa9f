//! One line of the journal.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use http::StatusCode;

use super::event::By;
use crate::ledger::endpoint::Endpoint;
use crate::text::fingerprint::Fingerprint;

/// A request that came, and what became of it: a summary in which tokens and secrets are
/// [`Fingerprint`]s, and of which nothing is longer than a line.
///
/// `Display` is that line.
#[derive(Clone)]
pub struct Call {
    pub(crate) number: u64,
    pub(crate) at: SystemTime,
    pub(crate) method: &'static str,
    pub(crate) path: Cow<'static, str>,
    pub(crate) endpoint: Option<&'static Endpoint>,
    pub(crate) bearer: Option<Fingerprint>,
    pub(crate) client: Option<Client>,
    /// What was secret in it, by the names of the parameters and cookies.
    pub(crate) secrets: Vec<(&'static str, Fingerprint)>,
    pub(crate) status: StatusCode,
    /// What was in the headers of its answer that an endpoint declares, without what is secret in it.
    pub(crate) answered: Vec<(&'static str, String)>,
    pub(crate) by: By,
    pub(crate) delivery: Option<Cow<'static, str>>,
    pub(crate) lints: Vec<&'static str>,
}

/// An application's id, if it is one of the fake's: another text in its place may be anything.
#[derive(Clone)]
pub(crate) enum Client {
    Known(String),
    Unknown(Fingerprint),
}

impl Call {
    /// Returns its number, counted from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns when it came, by the fake's clock.
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// Returns which endpoint it was for; none for a request that was for none.
    pub fn endpoint(&self) -> Option<&'static Endpoint> {
        self.endpoint
    }

    /// Returns the bearer, if there was one.
    pub fn bearer(&self) -> Option<Fingerprint> {
        self.bearer
    }

    /// Returns the token that it was about, if there was one.
    pub fn token(&self) -> Option<Fingerprint> {
        self.secret("token")
    }

    /// Returns what was secret in the request under this name: a parameter that an [endpoint](Endpoint) declares.
    pub fn secret(&self, name: &str) -> Option<Fingerprint> {
        self.secrets.iter().find(|(known, _)| *known == name).map(|(_, secret)| *secret)
    }

    /// Returns the status it was answered with, whether or not the answer arrived.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns whether a script answered.
    pub fn is_scripted(&self) -> bool {
        self.by == By::Script
    }

    /// Returns what the documentation does not allow in it.
    pub fn lints(&self) -> &[&'static str] {
        &self.lints
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} {}", self.number, self.method, self.path)?;
        if let Some(bearer) = self.bearer {
            write!(f, " bearer={bearer}")?;
        }
        match &self.client {
            Some(Client::Known(id)) => write!(f, " client_id={id:.64}")?,
            Some(Client::Unknown(id)) => write!(f, " client_id=({id})")?,
            None => {}
        }
        self.secrets.iter().try_for_each(|(name, secret)| write!(f, " {name}={secret}"))?;
        write!(f, " -> {}", self.status.as_u16())?;
        self.answered.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))?;
        match self.by {
            By::State => {}
            By::Script => f.write_str(" by script")?,
            By::Limiter => f.write_str(" by the limiter")?,
            By::Shape => f.write_str(" as no documented request")?,
        }
        if let Some(delivery) = &self.delivery {
            write!(f, ", {delivery}")?;
        }
        self.lints.iter().try_for_each(|lint| write!(f, "; lint: {lint}"))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({self})")
    }
}

/// Something that the documentation does not allow, whether or not it worked here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// The call's number.
    pub call: u64,
    /// The request's method and path.
    pub request: String,
    /// What it had.
    pub what: &'static str,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {}: {}", self.call, self.request, self.what)
    }
}
