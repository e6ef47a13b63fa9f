//! The requests that the suite sends, and its plain answers.

use std::net::SocketAddr;

use bytes::Bytes;
use http::Request;

use super::observed::Found;
use crate::server::Server;

/// What the suite's requests carry, in the places where a client's secrets are.
pub(crate) const BEARER: &str = "conformance-bearer-4b1f0c";
pub(crate) const FORM: &str = "token=conformance-token-93ad27&client_secret=conformance-secret-e05c6b";

/// A request as the client's operations write it: a GET, or with a body a POST.
pub(crate) fn request(to: SocketAddr, target: &str, body: Option<Bytes>) -> Found<Request<Bytes>> {
    let mut request = Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(format!("http://{to}{target}"))
        .header("authorization", format!("Bearer {BEARER}"))
        .header("accept", "application/json")
        .header("user-agent", "conformance/1")
        .header("kinde-sdk", "Rust/1/1/rust");
    if body.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let mut request = request.body(body.unwrap_or_default())?;
    if let Some(bearer) = request.headers_mut().get_mut("authorization") {
        bearer.set_sensitive(true);
    }
    Ok(request)
}

pub(crate) fn get(server: &Server, target: &str) -> Found<Request<Bytes>> {
    request(server.address(), target, None)
}

pub(crate) fn post(server: &Server, target: &str) -> Found<Request<Bytes>> {
    request(server.address(), target, Some(Bytes::from_static(FORM.as_bytes())))
}

/// A plain answer.
pub(crate) fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
        .into()
}
