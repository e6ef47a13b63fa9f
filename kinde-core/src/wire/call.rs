//! How a request is written: what all operations' requests have, and the parts in which they differ.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use http::{Method, Request};

use super::form::Form;
use crate::domain::Domain;
use crate::error::Error;
use crate::secret::AccessToken;

const KINDE_SDK: HeaderName = HeaderName::from_static("kinde-sdk");
const AGENT: &str = concat!("kinde-rust/", env!("CARGO_PKG_VERSION"));
/// `SDK/SDK version/language version/language`, the form that the official SDKs use.
const SDK: &str = concat!("Rust/", env!("CARGO_PKG_VERSION"), "/", env!("CARGO_PKG_RUST_VERSION"), "/rust");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The parts in which the operations' requests differ.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) bearer: Option<&'a AccessToken>,
    pub(crate) form: Option<Form<'a>>,
}

impl Call<'_> {
    pub(crate) fn encode(self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        // Those below, and what every HTTP library adds: `Host`, and `Content-Length` to a form.
        let (bearer, form) = (usize::from(self.bearer.is_some()), usize::from(self.form.is_some()));
        let mut headers = HeaderMap::with_capacity(4 + bearer + 2 * form);
        if let Some(bearer) = self.bearer {
            headers.insert(AUTHORIZATION, bearer.to_header_value());
        }
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if self.form.is_some() {
            headers.insert(CONTENT_TYPE, FORM);
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(KINDE_SDK, HeaderValue::from_static(SDK));

        let mut request = Request::new(self.form.map_or_else(Bytes::new, |form| form.encode()));
        *request.method_mut() = self.method;
        *request.uri_mut() = domain.with_path(PathAndQuery::from_static(self.path))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}
