//! What lets a browser's script read an answer from another origin (Fetch §3.2): its exact origin, with credentials.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

use super::answer::Answer;
use super::request::Request;

/// The answer to a browser that asks whether it may ask.
pub(crate) fn preflight(request: &Request) -> Option<Answer> {
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !asks {
        return None;
    }
    let mut headers = HeaderMap::new();
    let fixed = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, kinde-sdk"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    let mut answer = Answer { status: StatusCode::NO_CONTENT, headers, body: bytes::Bytes::new() };
    admit(request, &mut answer);
    Some(answer)
}

/// Lets the script that asked read the answer.
pub(crate) fn admit(request: &Request, answer: &mut Answer) {
    let Some(origin) = request.headers().get(ORIGIN) else { return };
    let headers = &mut answer.headers;
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ratelimit-reset, x-kinde-mock"));
    headers.append(VARY, HeaderValue::from_static("Origin"));
}
