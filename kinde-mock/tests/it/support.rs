//! Requests as any client could write them, for a fake without sockets.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{CallContext, OperationKind, Transport, TransportError};
use kinde_mock::MockTransport;

pub(crate) const CALL: CallContext =
    CallContext::new(OperationKind::new("raw"), Duration::from_secs(30), 1024 * 1024);

pub(crate) const PROFILE: &str = "/oauth2/v2/user_profile";
pub(crate) const INTROSPECT: &str = "/oauth2/introspect";
pub(crate) const REVOKE: &str = "/oauth2/revoke";

/// A request under construction.
pub(crate) struct Raw(http::request::Builder, String);

impl Raw {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self(Request::builder().method(method).uri(format!("https://acme.kinde.com{path}")), String::new())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.0 = self.0.header(name, value);
        self
    }

    pub(crate) fn bearer(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", &format!("Bearer {}", token.as_ref()))
    }

    /// A form, written as given.
    pub(crate) fn form(self, body: impl Into<String>) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn body(mut self, body: impl Into<String>) -> Self {
        self.1 = body.into();
        self
    }

    pub(crate) fn build(self) -> Request<Bytes> {
        self.0.body(Bytes::from(self.1)).unwrap()
    }

    pub(crate) async fn send(self, kinde: &MockTransport) -> Answer {
        Answer(kinde.send(self.build(), CALL).await.unwrap())
    }

    pub(crate) async fn fail(self, kinde: &MockTransport, call: CallContext) -> TransportError {
        kinde.send(self.build(), call).await.unwrap_err()
    }
}

pub(crate) struct Answer(pub(crate) Response<Bytes>);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(crate) fn body(&self) -> &str {
        std::str::from_utf8(self.0.body()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn assert(&self, status: u16, media_type: Option<&str>, body: &str) {
        assert_eq!((self.status(), self.header("content-type"), self.body()), (status, media_type, body));
    }
}
