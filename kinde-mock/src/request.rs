//! A request as the engine sees it: plain data, whichever door it came through.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use bytes::Bytes;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};

use crate::base64;

/// Longer bodies are refused, and doors need not read on.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A request that came to the fake; what the filter of a script is given.
///
/// `Debug` shows the method and nothing else: the rest may hold tokens.
pub struct Request {
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
    form: OnceLock<Vec<(String, String)>>,
}

/// What the `Authorization` header holds.
pub(crate) enum Authorization<'a> {
    Absent,
    Bearer(&'a str),
    Basic {
        client_id: String,
        client_secret: String,
    },
    /// Several of them, another scheme, or one that can't be read.
    Unreadable,
}

impl Request {
    pub(crate) fn new(
        method: Method,
        path: String,
        query: Option<String>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self { method, path, query, headers, body, form: OnceLock::new() }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, as it came.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stood after the `?`.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A header's value, if it is there and readable; the first one if it is repeated.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The bearer token.
    pub fn bearer(&self) -> Option<&str> {
        match self.authorization() {
            Authorization::Bearer(token) => Some(token),
            _ => None,
        }
    }

    /// A parameter of the form body. One without a value counts as absent (RFC 6749 §3.2).
    ///
    /// ```
    /// use kinde_core::{GetUserProfileV2, TokenIntrospection};
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

    /// The form's parameters in their order; none if the body is no form.
    pub fn parameters(&self) -> &[(String, String)] {
        self.form.get_or_init(|| {
            if self.is_form() {
                form_urlencoded::parse(&self.body).into_owned().collect()
            } else {
                Vec::new()
            }
        })
    }

    /// The media type without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next()?.trim().to_ascii_lowercase())
    }

    pub(crate) fn is_form(&self) -> bool {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            let essence = value.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    }

    /// Whether any parameter of the form, or that one alone, is there more than once.
    pub(crate) fn repeats(&self, name: Option<&str>) -> bool {
        let mut seen = HashSet::new();
        let mut names = self.parameters().iter().map(|(key, _)| key.as_str());
        names.any(|key| name.is_none_or(|name| key == name) && !seen.insert(key))
    }

    /// A name in the query that holds what belongs into a header or a form.
    pub(crate) fn secret_in_query(&self) -> bool {
        const SECRETS: [&str; 4] = ["token", "access_token", "refresh_token", "client_secret"];
        self.query.as_deref().is_some_and(|query| {
            form_urlencoded::parse(query.as_bytes()).any(|(name, _)| SECRETS.contains(&&*name))
        })
    }

    pub(crate) fn authorization(&self) -> Authorization<'_> {
        let mut values = self.headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Authorization::Absent };
        let Some((scheme, rest)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
            return Authorization::Unreadable;
        };
        if values.next().is_some() {
            return Authorization::Unreadable;
        }
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Authorization::Bearer(rest);
        }
        if scheme.eq_ignore_ascii_case("basic") {
            let decoded = base64::decode(rest).and_then(|bytes| String::from_utf8(bytes).ok());
            if let Some((id, secret)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
                let (client_id, client_secret) = (unescape(id), unescape(secret));
                return Authorization::Basic { client_id, client_secret };
            }
        }
        Authorization::Unreadable
    }
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
        let known = crate::journal::known_method(&self.method);
        f.debug_struct("Request").field("method", &known).finish_non_exhaustive()
    }
}
