//! The bearer of a call.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use crate::error::Error;

const SCHEME: &str = "Bearer ";

/// An access token that proves who is calling; sent as `Authorization: Bearer …` (RFC 6750 §2.1).
///
/// A clone is a reference count. The bytes are wiped when the last clone is dropped; what HTTP and TLS
/// libraries copied into their buffers can't be. `Debug` shows nothing of it, and it has no `Display`,
/// `Serialize` or `Eq`: [`expose`](Self::expose) is the one way to read it.
///
/// ```
/// use kinde::AccessToken;
///
/// let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
/// assert_eq!(format!("{bearer:?}"), "AccessToken([redacted])");
/// assert!(AccessToken::new("two words").is_err());
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone)]
pub struct AccessToken {
    /// `Bearer <token>`, marked sensitive.
    header: HeaderValue,
}

impl AccessToken {
    /// Takes a token as the authorization server issued it: letters, digits and `-._~+/`, then any `=`
    /// (`b64token` of RFC 6750 §2.1). JWTs and opaque tokens both fit.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything else: an empty text, white space (a
    /// line break from a file, say), quotes, or a `Bearer ` that was left in front.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        let token = Zeroizing::new(token.into());
        let invalid = |why| Error::invalid_input("access token", why);
        if token.is_empty() {
            return Err(invalid("is empty"));
        }
        if token.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME)) {
            return Err(invalid("begins with `Bearer `: pass the token alone"));
        }
        if !is_b64token(&token) {
            return Err(invalid(
                "has a character that no bearer token has (a space, a line break or a quote?): \
                 pass letters, digits and -._~+/ with optional = at the end",
            ));
        }
        let mut line = Zeroizing::new(Vec::with_capacity(SCHEME.len() + token.len()));
        line.extend_from_slice(SCHEME.as_bytes());
        line.extend_from_slice(token.as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(line))
            .map_err(|_| invalid("has a character that an HTTP header can't hold"))?;
        header.set_sensitive(true);
        Ok(Self { header })
    }

    /// Reads the bearer of a request to you from its headers: `Authorization: Bearer …`, the scheme in any case
    /// (RFC 9110 §11.1).
    ///
    /// The outcomes are those that a protected API tells apart (RFC 6750 §3.1): `Ok(None)`, where there is no such
    /// header, is 401 with `WWW-Authenticate: Bearer`; an error is 401 with `error="invalid_request"`. What is in no
    /// `Authorization` header, a query say, is not looked at.
    ///
    /// ```
    /// use http::header::{AUTHORIZATION, HeaderMap};
    /// use kinde::AccessToken;
    ///
    /// let mut headers = HeaderMap::new();
    /// assert!(AccessToken::from_authorization(&headers)?.is_none());
    ///
    /// headers.append(AUTHORIZATION, "bearer eyJhbGciOi".try_into()?);
    /// let bearer = AccessToken::from_authorization(&headers)?;
    /// assert_eq!(bearer.as_ref().map(AccessToken::expose), Some("eyJhbGciOi"));
    ///
    /// headers.append(AUTHORIZATION, "Bearer eyJhbGciOi".try_into()?);
    /// assert!(AccessToken::from_authorization(&headers).is_err(), "which of the two is meant?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for more than one such header, another scheme than `Bearer`, and
    /// what can't be a bearer token: see [`new`](Self::new). It never repeats the header.
    pub fn from_authorization(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let invalid = |why| Error::invalid_input("Authorization header", why);
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(invalid("is there more than once"));
        }
        // Spaces, one or more, between scheme and token (RFC 6750 §2.1).
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME.trim_end()))
            .map(|(_, token)| token.trim_start_matches(' '))
            .ok_or_else(|| invalid("is not `Bearer` and a token"))?;
        Self::new(token).map(Some).map_err(|_| invalid("has no well-formed token after `Bearer`"))
    }

    /// Returns the token itself. Take care where it goes.
    pub fn expose(&self) -> &str {
        self.header.to_str().ok().and_then(|line| line.strip_prefix(SCHEME)).unwrap_or_default()
    }

    /// Returns the value of an `Authorization` header, marked sensitive; for an
    /// [`Operation`](crate::Operation) of your own.
    pub fn to_header_value(&self) -> HeaderValue {
        self.header.clone()
    }
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

impl FromStr for AccessToken {
    type Err = Error;

    fn from_str(token: &str) -> Result<Self, Error> {
        Self::new(token)
    }
}

impl TryFrom<&str> for AccessToken {
    type Error = Error;

    fn try_from(token: &str) -> Result<Self, Error> {
        Self::new(token)
    }
}

impl TryFrom<String> for AccessToken {
    type Error = Error;

    fn try_from(token: String) -> Result<Self, Error> {
        Self::new(token)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}
