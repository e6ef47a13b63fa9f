//! The admin API: everything that a test in Rust does by method, over HTTP.

mod calls;
mod host;
mod http;
mod routes;
mod scopes;
mod tenant;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ::http::StatusCode;
use kinde_core::ClientSecret;
use serde_json::{Value, json};

pub(crate) use http::listen;
use scopes::Scopes;

use crate::seed::{ReadError, Wrong};
use crate::tenant::{Ready, Tenant};

/// The document that describes it, written by hand.
const OPENAPI: &str = include_str!("openapi.json");

pub(crate) struct Admin {
    pub(crate) main: Arc<Tenant>,
    scopes: Scopes,
    token: ClientSecret,
    url: String,
    /// Whether it can be reached from other machines.
    exposed: bool,
}

impl Admin {
    /// `address` is its own; scopes listen on `ip`.
    pub(crate) fn new(main: Tenant, token: ClientSecret, address: SocketAddr, ip: IpAddr) -> Self {
        let url = format!("http://{}", crate::tenant::reachable(address));
        let exposed = !address.ip().is_loopback();
        Self { main: Arc::new(main), scopes: Scopes::new(ip), token, url, exposed }
    }

    pub(crate) fn ready(&self) -> Ready {
        self.main.ready(None, Some((self.url.clone(), self.token.expose())))
    }

    fn ready_scope(&self, scope: &str, tenant: &Tenant) -> Ready {
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
    wrong: Wrong,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, why: impl Into<String>) -> Self {
        Self { status, code, wrong: Wrong::new("", why) }
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    fn because(wrong: Wrong) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", wrong }
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        Self::because(wrong)
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::because(error.wrong)
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let mut error = json!({ "code": refusal.code, "message": refusal.wrong.why });
        if !refusal.wrong.path.is_empty() {
            error["path"] = refusal.wrong.path.into();
        }
        Self { status: refusal.status, body: Some(json!({ "error": error })), allow: None }
    }
}
