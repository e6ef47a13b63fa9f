//! What must never be printed.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
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
/// use kinde_core::AccessToken;
///
/// let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
/// assert_eq!(format!("{bearer:?}"), "AccessToken([redacted])");
/// assert!(AccessToken::new("two words").is_err());
/// # Ok::<(), kinde_core::Error>(())
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

    /// The token itself. Take care where it goes.
    pub fn expose(&self) -> &str {
        self.header.to_str().ok().and_then(|line| line.strip_prefix(SCHEME)).unwrap_or_default()
    }

    /// The value of an `Authorization` header, marked sensitive; for an
    /// [`Operation`](crate::Operation) of one's own.
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

/// The token that a request is about, of any kind: an access token or a refresh token.
///
/// It is checked when a request is encoded: an empty one, or one with a space, a line break or a
/// character outside ASCII, is refused before anything is sent. Kept like an [`AccessToken`]: clones
/// share it, `Debug` hides it, the last drop wipes it.
///
/// ```
/// use kinde_core::{AccessToken, Token};
///
/// let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
/// let token = Token::from(&bearer); // the same text, now as the thing that is asked about
/// assert_eq!(token.expose(), bearer.expose());
/// # Ok::<(), kinde_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Token(Arc<Zeroizing<String>>);

impl Token {
    /// Takes a token's text as it is.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(token.into())))
    }

    /// The token itself. Take care where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&AccessToken> for Token {
    fn from(token: &AccessToken) -> Self {
        Self::new(token.expose())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// The secret of a backend application (RFC 6749 §2.3.1). Kept and checked like a [`Token`].
///
/// ```
/// let secret = kinde_core::ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4");
/// assert_eq!(format!("{secret:?}"), "ClientSecret([redacted])");
/// ```
#[derive(Clone)]
pub struct ClientSecret(Arc<Zeroizing<String>>);

impl ClientSecret {
    /// Takes a secret's text as it is.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(secret.into())))
    }

    /// The secret itself. Take care where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret([redacted])")
    }
}
