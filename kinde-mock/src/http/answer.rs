//! What is answered.

use bytes::Bytes;
use http::header::{DATE, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

use std::time::{Duration, SystemTime};

use crate::text::seconds;

/// A status, headers and a body.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
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
    const LAST: u64 = 253_402_300_799;
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds::since_1970(now).min(LAST))
}
