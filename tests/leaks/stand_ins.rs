//! What stands in for a transport, a backend and an answer.

use bytes::Bytes;
use http::Response;
use kinde::transport::{Backend, TransportOptions};
use kinde::{CallContext, ClientSecret, Domain, Error, Transport, TransportError, TransportErrorKind};

/// A transport that holds a secret of its own, and derives no Debug.
pub(super) struct Mine(#[allow(dead_code)] pub(super) ClientSecret);

impl Transport for Mine {
    async fn send(&self, _: http::Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Err(TransportErrorKind::Other.into())
    }
}

/// A backend that keeps what it was told.
pub(super) struct Nowhere(pub(super) TransportOptions);

impl Backend for Nowhere {
    fn set_up(options: &TransportOptions, _: Option<&Domain>) -> Result<Self, Error> {
        Ok(Self(options.clone()))
    }
}

pub(super) fn response(status: u16, body: String) -> Response<Bytes> {
    let response = Response::builder().status(status).header("www-authenticate", &body);
    response.header("retry-after", &body).body(Bytes::from(body)).unwrap()
}
