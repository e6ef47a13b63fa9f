//! What is answered.

use bytes::Bytes;
#[cfg(feature = "cli")]
use http::header::CONTENT_TYPE;
use http::header::{DATE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
#[cfg(feature = "cli")]
use serde::Serialize;

use std::time::SystemTime;

use crate::text::seconds;

/// A status, headers and a body.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[cfg(feature = "cli")]
impl Answer {
    /// 200 with this, as JSON.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        Self::written(StatusCode::OK, body)
    }

    /// 201 with what there is now, as JSON.
    pub(crate) fn created(body: &impl Serialize) -> Self {
        Self::written(StatusCode::CREATED, body)
    }

    /// 200 with this text, which is JSON.
    pub(crate) fn json_text(text: &'static str) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { status: StatusCode::OK, headers, body: Bytes::from_static(text.as_bytes()) }
    }

    /// 204
    pub(crate) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Bytes::new() }
    }

    fn written(status: StatusCode, body: &impl Serialize) -> Self {
        // Our own types, which have text for keys: it can't fail. By way of a value, whose members are in order.
        let body = serde_json::to_value(body).unwrap_or_default().to_string().into();
        Self { status, body, ..Self::json_text("") }
    }
}

impl Answer {
    /// With a header of this value, in place of what it had. One that no header can have is left out.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
    }

    /// Says when it was given, unless it says so already.
    pub(crate) fn dated(&mut self, now: SystemTime) {
        if self.headers.contains_key(DATE) {
            return;
        }
        if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(expressible(now))) {
            self.headers.insert(DATE, date);
        }
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// The dates that the header can express: four-digit years from 1970 on.
fn expressible(now: SystemTime) -> SystemTime {
    now.clamp(SystemTime::UNIX_EPOCH, seconds::latest())
}
