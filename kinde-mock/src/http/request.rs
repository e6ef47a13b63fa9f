//! What was asked: plain data, whichever door it came through, of which each part is read once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap};
use http::{Method, Uri};

use crate::http::route::Segments;
use crate::text::base64;

/// Longer bodies are refused, and doors need not read on.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A request that came to the fake; what the filter of a script is given.
///
/// `Debug` shows the method and nothing else: the rest may hold tokens.
pub struct Request {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    authorization: Authorization,
    is_form: bool,
    form: OnceLock<Vec<(String, String)>>,
    segments: Segments,
}

/// What the `Authorization` header holds.
pub(crate) enum Authorization {
    Absent,
    Bearer(String),
    Basic {
        client_id: String,
        client_secret: String,
    },
    /// Several of them, another scheme, or one that can't be read.
    Unreadable,
}

impl Request {
    pub(crate) fn new(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Self {
        let (authorization, is_form) = (authorization(&headers), is_form(&headers));
        Self {
            method,
            uri,
            headers,
            body,
            authorization,
            is_form,
            form: OnceLock::new(),
            segments: Vec::new(),
        }
    }

    /// With what stood in place of the braces of its route.
    pub(crate) fn set_segments(&mut self, segments: Segments) {
        self.segments = segments;
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path, as it came.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns what stood after the `?`.
    pub fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// Returns what stands in the path in place of a route's braces, decoded: `key` of `/entitlement/{key}`.
    pub fn segment(&self, name: &str) -> Option<&str> {
        self.segments.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The host and port that were asked for.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.uri.authority().map(http::uri::Authority::as_str).or_else(|| self.header(HOST.as_str()))
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns a header's value, if it is there and readable; the first one if it is repeated.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the bearer token.
    pub fn bearer(&self) -> Option<&str> {
        match &self.authorization {
            Authorization::Bearer(token) => Some(token),
            _ => None,
        }
    }

    /// Returns a parameter of the form body. One without a value counts as absent (RFC 6749 §3.2).
    ///
    /// ```
    /// use kinde::oauth::{GetUserProfileV2, TokenIntrospection};
    /// use kinde_mock::{FakeKinde, TokenIntrospectionReply};
    ///
    /// let kinde = FakeKinde::new();
    /// kinde
    ///     .on::<TokenIntrospection>()
    ///     .when(|request| request.form("token_type_hint").is_none())
    ///     .always(TokenIntrospectionReply::unauthorized());
    /// ```
    pub fn form(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters().iter().find(|(key, value)| key == name && !value.is_empty())?;
        Some(value)
    }

    /// Returns the form's parameters in their order; none if the body is not a form.
    pub fn parameters(&self) -> &[(String, String)] {
        self.form.get_or_init(|| {
            if self.is_form() {
                form_urlencoded::parse(&self.body).into_owned().collect()
            } else {
                Vec::new()
            }
        })
    }

    /// The method, if it is one of HTTP's own: another word may be anything.
    pub(crate) fn known_method(&self) -> &'static str {
        const KNOWN: [&str; 9] =
            ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
        let known = KNOWN.into_iter().find(|known| self.method == *known);
        known.unwrap_or("(another method)")
    }

    /// The media type without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next()?.trim().to_ascii_lowercase())
    }

    pub(crate) fn is_form(&self) -> bool {
        self.is_form
    }

    /// Whether any parameter of the form, or that one alone, is there more than once.
    pub(crate) fn repeats(&self, name: Option<&str>) -> bool {
        let mut seen = HashSet::new();
        let mut names = self.parameters().iter().map(|(key, _)| key.as_str());
        names.any(|key| name.is_none_or(|name| key == name) && !seen.insert(key))
    }

    /// The query's parameters, in their order.
    pub(crate) fn query_parameters(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.query().unwrap_or_default().as_bytes())
    }

    /// The cookies, with their names.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        headers.flat_map(|header| header.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
    }

    pub(crate) fn authorization(&self) -> &Authorization {
        &self.authorization
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

fn authorization(headers: &HeaderMap) -> Authorization {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Authorization::Absent };
    let Some((scheme, rest)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
        return Authorization::Unreadable;
    };
    if values.next().is_some() {
        return Authorization::Unreadable;
    }
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Authorization::Bearer(rest.to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = base64::decode(rest).and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((id, secret)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
            return Authorization::Basic { client_id: unescape(id), client_secret: unescape(secret) };
        }
    }
    Authorization::Unreadable
}

/// Both halves of Basic are form-encoded first (RFC 6749 §2.3.1).
fn unescape(text: &str) -> String {
    let guarded: Cow<'_, str> = if text.contains(['&', '=']) {
        text.replace('&', "%26").replace('=', "%3D").into()
    } else {
        text.into()
    };
    form_urlencoded::parse(guarded.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.known_method()).finish_non_exhaustive()
    }
}
