//! By what a browser and its tokens are told apart.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::keep::key::Hex;

/// Names a session: 256 random bits, made by [`UserTokens`](super::UserTokens). Anyone who has it is signed in.
///
/// Keep it in an `HttpOnly`, `Secure` cookie. It is kept like a secret: `Debug` hides it, it has no `Display` or `Eq`, the
/// last drop wipes it. A store sees a digest of it.
///
/// ```
/// use kinde::keep::SessionId;
///
/// let cookie = "5f3c".repeat(16); // 64 lower-case hexadecimal digits
/// let id = SessionId::from_cookie(&cookie).unwrap();
/// assert_eq!(id.expose(), cookie);
/// assert_eq!(format!("{id:?}"), "SessionId([redacted])");
/// assert!(SessionId::from_cookie("made up").is_none());
/// ```
#[derive(Clone)]
pub struct SessionId(Arc<Zeroizing<String>>);

/// Two digits for each byte.
const DIGITS: usize = 64;

impl SessionId {
    pub(super) fn new(random: &[u8; 32]) -> Self {
        Self(Arc::new(Zeroizing::new(Hex(random).to_string())))
    }

    /// Reads back what [`expose`](Self::expose) gave; `None` for anything else: there is then no session.
    pub fn from_cookie(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_id = text.len() == DIGITS && text.bytes().all(digit);
        is_id.then(|| Self(Arc::new(Zeroizing::new(text.to_owned()))))
    }

    /// Returns it as text that a cookie can hold: 64 hexadecimal digits. Take care where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId([redacted])")
    }
}
