//! The admin API: everything that a test in Rust does by method, over HTTP.

mod calls;
mod handlers;
mod host;
pub(crate) mod http;
mod routes;
mod scopes;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ::http::StatusCode;
use kinde_core::ClientSecret;
use serde_json::{Value, json};

use scopes::Scopes;

use super::instance::{Instance, Ready, reachable};
use super::seed::read::ReadError;
use crate::text::key_error::KeyError;

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

    pub(crate) fn ready(&self) -> Ready {
        self.main.ready(None, Some((self.url.clone(), self.token.expose())))
    }

    fn ready_scope(&self, scope: &str, tenant: &Instance) -> Ready {
        let url = format!("{}/scopes/{scope}", self.url);
        tenant.ready(Some(scope.to_owned()), Some((url, self.token.expose())))
    }
}

/// What it answers.
struct Answer {
    status: StatusCode,
    body: Option<Value>,
    allow: Option<String>,
}

impl Answer {
    fn ok(body: impl serde::Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    fn with(status: StatusCode, body: impl serde::Serialize) -> Self {
        // These are our own types, which have text for keys.
        Self { status, body: Some(serde_json::to_value(body).unwrap_or(Value::Null)), allow: None }
    }

    fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, allow: None }
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
        Self { status: refusal.status, body: Some(json!({ "error": error })), allow: None }
    }
}
