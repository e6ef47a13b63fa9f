//! A request as text.

use bytes::Bytes;
use http::Request;

/// As HTTP/1.1 would carry it, without what the HTTP library adds; headers sorted by name.
pub(crate) fn on_the_wire(request: &Request<Bytes>) -> String {
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = std::str::from_utf8(request.body()).unwrap();
    format!("{} {}\n{}\n\n{body}", request.method(), request.uri(), headers.join("\n"))
}
