//! Whether the listener answers, for those who start it. No call: nothing of it is counted, limited or written down.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response};

use super::body::{AnswerBody, Delivery};

/// The answer to `GET /health` and `HEAD /health`; anything else is for the fake.
pub(super) fn answer<B>(request: &Request<B>) -> Option<Response<AnswerBody>> {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    if !asks || request.uri().path() != "/health" {
        return None;
    }
    let mut response = Response::new(AnswerBody::new(r#"{"status":"ok"}"#.into(), Delivery::Whole));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}
