//! What a door is to do with a request.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::clock::rounded_up;
use crate::documented::{Body, Route, Row};
use crate::script::{Gate, Wire};

/// What the fake sends: a status, headers and a body.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer, and how it is to be delivered.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    /// Waits first, on the door's timer,
    pub(crate) delay: Duration,
    /// then until this is opened,
    pub(crate) gate: Option<Gate>,
    /// then sends it so.
    pub(crate) wire: Wire,
}

pub(crate) const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
pub(crate) const X_KINDE_MOCK: HeaderName = HeaderName::from_static("x-kinde-mock");

impl Answer {
    /// An answer whose body is the same every time.
    pub(crate) fn of(row: &Row) -> Self {
        let body = match row.body {
            Body::Empty => Bytes::new(),
            Body::Fixed(text) => Bytes::from_static(text.as_bytes()),
            Body::TokenError { error, error_description } => token_error(error, error_description).into(),
            Body::Errors { code, message } => errors(code, message).into(),
            Body::Members(names) => object(names, |_| Some(Member::Text(None))).into(),
        };
        Self::with_body(row, body)
    }

    /// The operation's answer to too many requests.
    pub(crate) fn throttled(route: Route, reset_after: Duration) -> Self {
        Self::of(route.facts().throttled).reset_after(reset_after)
    }

    /// An answer whose members are filled in by name; those without a value are left out.
    pub(crate) fn filled<'a>(row: &Row, member: impl Fn(&str) -> Option<Member<'a>>) -> Self {
        let Body::Members(names) = row.body else { return Self::of(row) };
        Self::with_body(row, Bytes::from(object(names, member)))
    }

    /// An answer with another body than the table's, in the same form.
    pub(crate) fn with_body(row: &Row, body: Bytes) -> Self {
        let mut headers = HeaderMap::with_capacity(4);
        if let Some(media_type) = row.media_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, headers, body }
    }

    /// Says when to come back: whole seconds, rounded up, at least 1.
    fn reset_after(mut self, left: Duration) -> Self {
        self.headers.insert(RATELIMIT_RESET, HeaderValue::from(rounded_up(left).max(1)));
        self
    }

    /// Says what would have been right, in one sentence that names the route.
    pub(crate) fn hint(mut self, route: Route, text: &'static str) -> Self {
        if let Ok(value) = HeaderValue::try_from(format!("{route}: {text}")) {
            self.headers.insert(X_KINDE_MOCK, value);
        }
        self
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { answer, delay: Duration::ZERO, gate: None, wire: Wire::Whole }
    }
}

pub(crate) fn token_error(error: &str, description: &str) -> String {
    format!(r#"{{"error":{},"error_description":{}}}"#, quoted(error), quoted(description))
}

pub(crate) fn errors(code: &str, message: &str) -> String {
    format!(r#"{{"errors":[{{"code":{},"message":{}}}]}}"#, quoted(code), quoted(message))
}

/// The value of a member.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Member<'a> {
    Text(Option<&'a str>),
    Texts(&'a [String]),
    Number(u64),
    Flag(bool),
}

impl<'a> From<&'a str> for Member<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

/// Written by hand, so that members keep the table's order.
fn object<'a>(names: &[&str], member: impl Fn(&str) -> Option<Member<'a>>) -> Vec<u8> {
    let mut text = Vec::with_capacity(512);
    for name in names {
        if let Some(value) = member(name) {
            text.extend_from_slice(if text.is_empty() { b"{\"" } else { b",\"" });
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b"\":");
            // Neither writing to memory nor these types can fail.
            let _ = serde_json::to_writer(&mut text, &value);
        }
    }
    if text.is_empty() {
        text.push(b'{');
    }
    text.push(b'}');
    text
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
