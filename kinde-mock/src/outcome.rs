//! What a door is to do with a request.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;

use crate::clock::rounded_up;
use crate::documented::{Body, Row};
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
        let body: Cow<'static, str> = match row.body {
            Body::Empty => "".into(),
            Body::Fixed(text) => text.into(),
            Body::TokenError { error, error_description } => token_error(error, error_description).into(),
            Body::Errors { code, message } => errors(code, message).into(),
            Body::Members(names) => object(names, |_| Some(Value::Null)).into(),
        };
        let body = match body {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        Self::with_body(row, body)
    }

    /// An answer whose members are filled in by name; those without a value are left out.
    pub(crate) fn filled(row: &Row, member: impl Fn(&str) -> Option<Value>) -> Self {
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
    pub(crate) fn reset_after(mut self, left: Duration) -> Self {
        self.headers.insert(RATELIMIT_RESET, HeaderValue::from(rounded_up(left).max(1)));
        self
    }

    pub(crate) fn hint(mut self, text: &'static str) -> Self {
        self.headers.insert(X_KINDE_MOCK, HeaderValue::from_static(text));
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

/// Written by hand, so that members keep the table's order.
fn object(names: &[&str], member: impl Fn(&str) -> Option<Value>) -> String {
    let mut text = String::with_capacity(512);
    for name in names {
        if let Some(value) = member(name) {
            text.push(if text.is_empty() { '{' } else { ',' });
            text.push_str(&quoted(name));
            text.push(':');
            text.push_str(&value.to_string());
        }
    }
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    text
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
