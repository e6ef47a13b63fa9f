//! The admin API: everything that a test in Rust does by method, over HTTP.

mod behaviour;
mod host;
pub(crate) mod http;
mod journal;
mod program;
mod request;
mod routes;
mod scopes;
mod scripts;
mod setup;
mod sign_in;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ::http::StatusCode;
use kinde_core::ClientSecret;
use serde_json::json;

use super::instance::{Instance, Ready, reachable};
use super::seed::read::ReadError;
use crate::http::answer::Answer;
use crate::text::key_error::KeyError;
use scopes::Scopes;

/// The document that describes it, written by hand.
const OPENAPI: &str = include_str!("openapi.json");

pub(crate) struct Admin {
    pub(crate) main: Arc<Instance>,
    scopes: Scopes,
    token: ClientSecret,
    url: String,
    /// Whether it can be reached from other machines.
    exposed: bool,
}

impl Admin {
    /// `address` is its own; scopes listen on `ip`.
    pub(crate) fn new(main: Instance, token: ClientSecret, address: SocketAddr, ip: IpAddr) -> Self {
        let url = format!("http://{}", reachable(address));
        let exposed = !address.ip().is_loopback();
        Self { main: Arc::new(main), scopes: Scopes::new(ip), token, url, exposed }
    }

    /// What a client of the program's own instance needs to know, or of a scope's.
    fn ready(&self, scope: Option<&str>, instance: &Instance) -> Ready {
        let url = match scope {
            Some(scope) => format!("{}/scopes/{scope}", self.url),
            None => self.url.clone(),
        };
        instance.ready(scope.map(str::to_owned), Some((url, self.token.expose())))
    }

    /// The same, for the program's first line.
    pub(crate) fn ready_main(&self) -> Ready {
        self.ready(None, &self.main)
    }
}

/// Why it can't.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    error: KeyError,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, why: impl Into<String>) -> Self {
        Self { status, code, error: KeyError::new("", why) }
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    fn because(error: KeyError) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", error }
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self::because(error)
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::because(error.key)
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let mut error = json!({ "code": refusal.code, "message": refusal.error.why });
        if !refusal.error.path.is_empty() {
            error["path"] = refusal.error.path.into();
        }
        Self { status: refusal.status, ..Self::json(&json!({ "error": error })) }
    }
}
