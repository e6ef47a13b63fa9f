//! Secrets that are kept as text.

use super::access_token::AccessToken;

/// Declares a secret that is kept as text, unchecked until a request is written: clones are a reference count, `Debug`
/// hides it, the last drop wipes it, and `expose` is the one way to read it.
macro_rules! secret_text {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        ///
        /// A clone is a reference count. The text is wiped when the last clone is dropped; `Debug` shows nothing of it,
        /// and it has no `Display`, `Serialize` or `Eq`. It is checked when a request is encoded: an empty one, or one
        /// with a space, a line break or a character outside ASCII, is refused before anything is sent.
        #[derive(Clone)]
        pub struct $name(std::sync::Arc<zeroize::Zeroizing<String>>);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(std::sync::Arc::new(zeroize::Zeroizing::new(text.into())))
            }

            /// Returns the text itself. Take care where it goes.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

secret_text! {
    /// The token that a request is about, of any kind: an access token or a refresh token.
    ///
    /// ```
    /// use kinde_core::{AccessToken, Token};
    ///
    /// let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
    /// let token = Token::from(&bearer); // the same text, now as the thing that is asked about
    /// assert_eq!(token.expose(), bearer.expose());
    /// # Ok::<(), kinde_core::Error>(())
    /// ```
    Token
}

secret_text! {
    /// The secret of a backend application (RFC 6749 §2.3.1).
    ///
    /// ```
    /// let secret = kinde_core::ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4");
    /// assert_eq!(format!("{secret:?}"), "ClientSecret([redacted])");
    /// ```
    ClientSecret
}

impl From<&AccessToken> for Token {
    fn from(token: &AccessToken) -> Self {
        Self::new(token.expose())
    }
}
