//! What happened, and the line that becomes of it.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use super::call::{Call, Client};
use super::redact;
use crate::endpoints::secrets;
use crate::http::request::{Authorization, Request};
use crate::http::route::Route;
use crate::ledger::endpoint::Endpoint;
use crate::script::fault::Wire;
use crate::script::outcome::Outcome;
use crate::text::fingerprint::Fingerprint;

/// Who decided an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    State,
    Script,
    Limiter,
    /// It was not a documented request.
    Shape,
}

/// A request, and what became of it.
pub(crate) struct Event<'a> {
    pub(crate) request: &'a Request,
    pub(crate) endpoint: Option<&'static Endpoint>,
    /// That of its path, whether it was one for the endpoint or not.
    pub(crate) route: Option<Route>,
    pub(crate) by: By,
    pub(crate) lints: Vec<&'static str>,
    pub(crate) at: SystemTime,
    /// Whether a client id is one of the fake's.
    pub(crate) is_application: &'a dyn Fn(&str) -> bool,
}

pub(super) fn summary(event: Event<'_>, outcome: &Outcome) -> Call {
    let request = event.request;
    let basic_id = match request.authorization() {
        Authorization::Basic { client_id, .. } => Some(client_id.as_str()),
        _ => None,
    };
    let client = |id: &str| {
        if (event.is_application)(id) {
            Client::Known(id.to_owned())
        } else {
            Client::Unknown(Fingerprint::of(id))
        }
    };
    let path = match event.route {
        Some(route) => Cow::Borrowed(route.path),
        None => Cow::Owned(redact::path(request.path())),
    };
    Call {
        number: 0,
        at: event.at,
        method: request.known_method(),
        path,
        endpoint: event.endpoint,
        bearer: request.bearer().map(Fingerprint::of),
        client: request.form("client_id").or(basic_id).map(client),
        secrets: secrets::of(request),
        status: outcome.answer.status,
        answered: event
            .endpoint
            .map_or_else(Vec::new, |endpoint| redact::answered(endpoint, &outcome.answer)),
        by: event.by,
        delivery: delivery(outcome),
        lints: event.lints,
    }
}

/// How the answer was sent, if not at once and whole.
fn delivery(outcome: &Outcome) -> Option<Cow<'static, str>> {
    let mut parts = Vec::new();
    if outcome.delay > Duration::ZERO {
        parts.push(format!("after {:?}", outcome.delay));
    }
    if outcome.gate.is_some() {
        parts.push("held at a gate".to_owned());
    }
    if outcome.wire != Wire::Whole {
        parts.push(outcome.wire.to_string());
    }
    (!parts.is_empty()).then(|| parts.join(", ").into())
}
