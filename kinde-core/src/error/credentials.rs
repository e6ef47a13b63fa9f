//! Whose credentials an answer refuses.

use super::Error;
use super::body::ErrorDetail;
use super::kind::ErrorKind;

/// Whose credentials were refused, as [`Error::credentials`] says it.
///
/// "Sign in again" follows for a user only from a refusal of that user's own token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credentials {
    /// The access token that the request carried as its bearer: the user's for a profile, the asker's for an
    /// introspection.
    Bearer,
    /// The application's: its client id, its secret, or its claim to the token that the request was about.
    Application,
    /// The answer doesn't say: the request carried both, the request itself was at fault, or the answer is a
    /// page, as a firewall's.
    Unknown,
}

impl Error {
    /// Returns whose credentials were refused; `None` unless the kind is
    /// [`CredentialsRejected`](ErrorKind::CredentialsRejected).
    ///
    /// The service's code decides where there is one that RFC 6749 or RFC 6750 defines: `invalid_token` and
    /// `insufficient_scope` are about the bearer, `invalid_client` and `unauthorized_client` about the
    /// application, `invalid_request` about neither. An HTML page is about nobody: it comes from a firewall, a
    /// proxy or a captive portal. Otherwise it is the one that the request named, if it named only one:
    ///
    /// | operation | it carried | a refusal without such a code |
    /// |---|---|---|
    /// | `get_user_profile_v2` | the user's token | [`Bearer`](Credentials::Bearer): the user signs in again |
    /// | `token_introspection` | the *asker's* token | [`Bearer`](Credentials::Bearer): the asker gets a new one; the token that was asked about was not judged |
    /// | `token_revocation` | the application's id and secret | [`Application`](Credentials::Application): its set-up is wrong, or the token is another application's |
    /// | `token_revocation` with a bearer | both | [`Unknown`](Credentials::Unknown) |
    /// | those of the token endpoint | the application's id and secret | [`Application`](Credentials::Application); a refused grant is [`GrantRejected`](ErrorKind::GrantRejected) |
    /// | an [`Operation`](crate::Operation) of your own | what [`Answer::carrying`](crate::wire::Answer::carrying) says | [`Unknown`](Credentials::Unknown), unless it says it |
    ///
    /// ```
    /// use kinde::error::Credentials;
    /// use kinde::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
    /// use kinde::{AccessToken, Operation, Token};
    ///
    /// let refused = || http::Response::builder().status(403).body(bytes::Bytes::new());
    /// let (users, ours) = (AccessToken::new("the-users")?, AccessToken::new("a-machines")?);
    ///
    /// // The user's token is not good: the user signs in again.
    /// let error = GetUserProfileV2::new(&users).decode(refused()?).unwrap_err();
    /// assert_eq!(error.credentials(), Some(Credentials::Bearer));
    /// // Ours is not good, and nothing is known of the user's.
    /// let error = TokenIntrospection::new(&ours, Token::from(&users)).decode(refused()?).unwrap_err();
    /// assert_eq!(error.credentials(), Some(Credentials::Bearer));
    /// // Our client id or secret is wrong, or the token was issued to somebody else.
    /// let error = TokenRevocation::new("our-client-id", Token::from(&users)).decode(refused()?).unwrap_err();
    /// assert_eq!(error.credentials(), Some(Credentials::Application));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn credentials(&self) -> Option<Credentials> {
        let said = self.0.credentials.unwrap_or(Credentials::Unknown);
        (self.0.kind == ErrorKind::CredentialsRejected).then_some(said)
    }

    /// Says that the request carried these credentials and no others, so that a refusal that names nobody is
    /// about them. For the `decode` of an [`Operation`](crate::Operation) of your own that doesn't read its answer by
    /// [`Answer`](crate::wire::Answer), which has the same method.
    ///
    /// ```
    /// use kinde::error::Credentials;
    /// use kinde::{Error, OperationKind};
    ///
    /// const ROLES: OperationKind = OperationKind::new("get_user_roles").repeatable();
    /// let response = http::Response::builder().status(403).body(bytes::Bytes::new())?;
    /// let error = Error::from_response(ROLES, &response).carrying(Credentials::Bearer);
    /// assert_eq!(error.credentials(), Some(Credentials::Bearer));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn carrying(self, credentials: Credentials) -> Self {
        self.with(|inner| inner.credentials = inner.credentials.or(Some(credentials)))
    }
}

/// Whose credentials an answer refuses, if it says so by itself: by the first code that it lists, or by being a page.
pub(super) fn named(errors: &[ErrorDetail], body: &[u8]) -> Option<Credentials> {
    match errors.iter().find_map(|error| error.code.as_deref()) {
        Some("invalid_token" | "insufficient_scope") => Some(Credentials::Bearer),
        Some("invalid_client" | "unauthorized_client") => Some(Credentials::Application),
        Some("invalid_request") => Some(Credentials::Unknown),
        // Markup, whatever its Content-Type says.
        _ => body.trim_ascii_start().starts_with(b"<").then_some(Credentials::Unknown),
    }
}
