//! How a request is written: what all operations' requests have, and the parts in which they differ.

use std::fmt;

use bytes::Bytes;
use form_urlencoded::byte_serialize;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use http::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::form::Form;
use crate::domain::Domain;
use crate::error::Error;
use crate::secret::AccessToken;

const KINDE_SDK: HeaderName = HeaderName::from_static("kinde-sdk");
const AGENT: &str = concat!("kinde-rust/", env!("CARGO_PKG_VERSION"));
/// `SDK/SDK version/language version/language`, the form that the official SDKs use.
const SDK: &str = concat!("Rust/", env!("CARGO_PKG_VERSION"), "/", env!("CARGO_PKG_RUST_VERSION"), "/rust");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// All but the unreserved characters of RFC 3986 §2.3.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes the request of an operation: the headers that all of them have (`User-Agent`, `Kinde-SDK`), and the parts in
/// which they differ.
///
/// ```
/// use kinde::{AccessToken, Domain};
/// use kinde::wire::Call;
///
/// let bearer = AccessToken::new("eyJhbGciOi")?;
/// let request = Call::get("/api/v1/users/{user_id}/sessions")
///     .segment("user_id", "kp_1/2")
///     .query("page_size", "50")
///     .query("next_token", None) // left out
///     .bearer(&bearer)
///     .encode(&Domain::new("acme.kinde.com")?)?;
/// assert_eq!(request.uri(), "https://acme.kinde.com/api/v1/users/kp_1%2F2/sessions?page_size=50");
/// assert_eq!(request.headers()["accept"], "application/json");
/// # Ok::<(), kinde::Error>(())
/// ```
#[must_use = "a call is nothing until it is encoded"]
pub struct Call<'a> {
    method: Method,
    /// What of the address is written; nothing, and so not allocated, as long as all of it is static.
    written: String,
    /// What is left of the path, `{segments}` included.
    path: &'static str,
    accept: HeaderValue,
    bearer: Option<&'a AccessToken>,
    form: Option<Form>,
    refused: Option<Error>,
}

impl<'a> Call<'a> {
    /// Creates a call of a path, which begins with `/`. Segments that differ from call to call are written as `{name}`
    /// and given by [`segment`](Self::segment).
    pub fn new(method: Method, path: &'static str) -> Self {
        let refused = (!path.starts_with('/') || path.contains(['?', '#']))
            .then(|| Error::invalid_input("path", "has to begin with `/` and to end before the `?` or `#`"));
        Self { method, written: String::new(), path, accept: JSON, bearer: None, form: None, refused }
    }

    /// Creates a `GET` of a path.
    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Creates a `POST` to a path.
    pub fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    /// Fills the next `{name}` of the path in. Whatever `value` holds stays one segment: all but letters, digits and
    /// `-._~` is percent-encoded.
    ///
    /// An empty value, `.` and `..` are refused by [`encode`](Self::encode): HTTP libraries take those out of a path,
    /// `%2e%2e` too, and would call another one. So are names in another order than the path's.
    pub fn segment(mut self, name: &'static str, value: &str) -> Self {
        let next = self.path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
        match next {
            Some((before, (it, after))) if it == name => {
                self.written.push_str(before);
                self.written.extend(utf8_percent_encode(value, &ESCAPED));
                self.path = after;
            }
            _ => return self.refuse(name, "is not the next segment of the path"),
        }
        match value {
            "" => self.refuse(name, "is empty, and would be another path"),
            "." | ".." => self.refuse(name, "is `.` or `..`, which would be another path"),
            _ => self,
        }
    }

    /// Adds a parameter to the query, unless it has no value. Comes after all segments.
    ///
    /// Don't put a token or a secret into a query: servers and proxies log it.
    pub fn query<'v>(mut self, name: &'static str, value: impl Into<Option<&'v str>>) -> Self {
        let Some(value) = value.into() else { return self };
        // The first one ends the path; a path's own `?` is refused, and a segment's is escaped.
        let mark = if self.written.contains('?') { '&' } else { '?' };
        self = self.end_path();
        self.written.push(mark);
        self.written.extend(byte_serialize(name.as_bytes()));
        self.written.push('=');
        self.written.extend(byte_serialize(value.as_bytes()));
        self
    }

    /// Sets what the `Accept` header says; `application/json` unless set.
    pub fn accept(self, accept: HeaderValue) -> Self {
        Self { accept, ..self }
    }

    /// Sets the token that proves who is calling.
    pub fn bearer(self, bearer: impl Into<Option<&'a AccessToken>>) -> Self {
        Self { bearer: bearer.into(), ..self }
    }

    /// Sets the body, and its `Content-Type`.
    pub fn form(self, form: Form) -> Self {
        Self { form: Some(form), ..self }
    }

    /// Writes what is left of the path.
    fn end_path(mut self) -> Self {
        self.written.push_str(self.path);
        match std::mem::take(&mut self.path).contains('{') {
            true => self.refuse("path", "has a segment that was not given"),
            false => self,
        }
    }

    fn refuse(mut self, name: &'static str, why: &'static str) -> Self {
        self.refused.get_or_insert_with(|| Error::invalid_input(name, why));
        self
    }

    /// Writes the request to a domain.
    ///
    /// `Debug` of the request hides the bearer and **prints the form**, which holds tokens and secrets. Don't log it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a path or a segment that can't be sent.
    pub fn encode(mut self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        if !self.written.is_empty() || self.path.contains('{') {
            self = self.end_path();
        }
        if let Some(error) = self.refused {
            return Err(error);
        }
        let path = if self.written.is_empty() {
            // Nothing differs from call to call, and nothing is allocated.
            Bytes::from_static(self.path.as_bytes())
        } else {
            Bytes::from(self.written)
        };
        let path = PathAndQuery::from_maybe_shared(path)
            .map_err(|_| Error::invalid_input("path", "has characters that no URI has, or is too long"))?;
        // Those below, and what every HTTP library adds: `Host`, and `Content-Length` to a form.
        let (bearer, form) = (usize::from(self.bearer.is_some()), usize::from(self.form.is_some()));
        let mut headers = HeaderMap::with_capacity(4 + bearer + 2 * form);
        if let Some(bearer) = self.bearer {
            headers.insert(AUTHORIZATION, bearer.to_header_value());
        }
        headers.insert(ACCEPT, self.accept);
        if self.form.is_some() {
            headers.insert(CONTENT_TYPE, FORM);
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(KINDE_SDK, HeaderValue::from_static(SDK));

        let mut request = Request::new(self.form.map_or_else(Bytes::new, Form::into_bytes));
        *request.method_mut() = self.method;
        *request.uri_mut() = domain.with_path(path)?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Shows neither path nor query, which may name a person, nor the bearer.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("method", &self.method).field("form", &self.form).finish_non_exhaustive()
    }
}
