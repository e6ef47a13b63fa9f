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
    /// use kinde::{AccessToken, Token};
    ///
    /// let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
    /// let token = Token::from(&bearer); // the same text, now as the thing that is asked about
    /// assert_eq!(token.expose(), bearer.expose());
    /// # Ok::<(), kinde::Error>(())
    /// ```
    Token
}

secret_text! {
    /// The secret of a backend application (RFC 6749 §2.3.1).
    ///
    /// ```
    /// let secret = kinde::ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4");
    /// assert_eq!(format!("{secret:?}"), "ClientSecret([redacted])");
    /// ```
    ClientSecret
}

secret_text! {
    /// What new access tokens of a user are had with (RFC 6749 §1.5). Kinde's are opaque, and each is good for one use.
    ///
    /// ```
    /// use kinde::{RefreshToken, Token};
    ///
    /// let refresh_token = RefreshToken::new("c2hvcnQ.bGl2ZWQ");
    /// let token = Token::from(&refresh_token); // to ask about, or to revoke
    /// assert_eq!(token.expose(), refresh_token.expose());
    /// ```
    RefreshToken
}

secret_text! {
    /// What says who a user is (OpenID Connect Core §2): a JWT, to be verified before it is believed. It holds personal
    /// data, and so is kept like a secret.
    ///
    /// ```
    /// let id_token = kinde::IdToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln");
    /// assert_eq!(format!("{id_token:?}"), "IdToken([redacted])");
    /// ```
    IdToken
}

secret_text! {
    /// What a sign-in comes back with, to be redeemed once (RFC 6749 §1.3.1).
    ///
    /// ```
    /// let code = kinde::AuthorizationCode::new("c2hvcnQ.bGl2ZWQ");
    /// assert_eq!(format!("{code:?}"), "AuthorizationCode([redacted])");
    /// ```
    AuthorizationCode
}

secret_text! {
    /// What proves that a code is redeemed by the one who asked for it (PKCE, RFC 7636 §4.1).
    ///
    /// ```
    /// let verifier = kinde::CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    /// assert_eq!(format!("{verifier:?}"), "CodeVerifier([redacted])");
    /// ```
    CodeVerifier
}

secret_text! {
    /// What a device asks with whether its user has signed in (RFC 8628 §3.2).
    ///
    /// ```
    /// let code = kinde::DeviceCode::new("kinde_dc_c2hvcnQ");
    /// assert_eq!(format!("{code:?}"), "DeviceCode([redacted])");
    /// ```
    DeviceCode
}

impl From<&RefreshToken> for Token {
    fn from(token: &RefreshToken) -> Self {
        // The same text, shared.
        Self(std::sync::Arc::clone(&token.0))
    }
}

impl From<&AccessToken> for Token {
    fn from(token: &AccessToken) -> Self {
        Self::new(token.expose())
    }
}
