//! The token endpoint: what an application gets tokens with, a file for each grant.

mod authorization_code;
mod client_credentials;
mod device_authorization;
mod device_code;
mod device_polling;
mod refresh_token;
mod response;

pub use authorization_code::AuthorizationCodeGrant;
pub use client_credentials::ClientCredentialsGrant;
pub use device_authorization::{DeviceAuthorization, DeviceAuthorizationPath, DeviceAuthorizationResponse};
pub use device_code::DeviceCodeGrant;
pub use device_polling::DevicePolling;
pub use refresh_token::RefreshTokenGrant;
pub use response::TokenResponse;

pub use crate::application::Application;

crate::client::implement::for_client_and_pointers! {
    /// Where tokens come from: `POST /oauth2/token`, and the endpoint at which a device begins.
    ///
    /// [`Client`](crate::Client) implements it over any [`Transport`](crate::Transport), and so do `Arc`, `Box` and `&` of
    /// an implementation.
    ///
    /// A code, a refresh token and a device code are good for one use. Their requests are sent once, whatever breaks, and
    /// tried again only if no connection was made. After a [`Timeout`](crate::ErrorKind::Timeout) or an
    /// [`Interrupted`](crate::ErrorKind::Interrupted) the answer may be lost with what it brought; dropping a call's
    /// future may lose it, too. [`UserTokens`](crate::keep::UserTokens) sees to that for refresh tokens.
    ///
    /// An error says that there are no new tokens. That the user has to sign in again is said by
    /// [`GrantRejected`](crate::ErrorKind::GrantRejected) alone; every other kind means "not now".
    ///
    /// ```
    /// use kinde::token::{Application, RefreshTokenGrant, TokenEndpoint, TokenResponse};
    /// use kinde::{Error, ErrorKind, RefreshToken};
    ///
    /// /// New tokens, or `None` if the user has to sign in again.
    /// async fn renew(
    ///     kinde: &dyn TokenEndpoint,
    ///     application: &Application,
    ///     refresh_token: &RefreshToken,
    /// ) -> Result<Option<TokenResponse>, Error> {
    ///     match kinde.refresh_token(RefreshTokenGrant::new(application, refresh_token)).await {
    ///         Ok(tokens) => Ok(Some(tokens)),
    ///         Err(error) if error.kind() == ErrorKind::GrantRejected => Ok(None),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    pub trait TokenEndpoint: Send + Sync {
        /// Redeems the code that a sign-in came back with (RFC 6749 §4.1.3, RFC 7636 §4.5). It is sent once.
        ///
        /// # Errors
        /// [`GrantRejected`](crate::ErrorKind::GrantRejected) if the code is not good, or was redeemed before: the user
        /// starts again, as after a [`Timeout`](crate::ErrorKind::Timeout).
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the application is not accepted, and the rest
        /// of [`ErrorKind`](crate::ErrorKind).
        #[doc(alias = "exchange_code")]
        async fn authorization_code(&self, request: AuthorizationCodeGrant) -> Result<TokenResponse, Error>;

        /// Gets new tokens for a user by a refresh token (RFC 6749 §6). It is sent once, and the token is then spent: keep
        /// the one that comes with the answer before anything else is done.
        ///
        /// # Errors
        /// [`GrantRejected`](crate::ErrorKind::GrantRejected) if the refresh token is not good any more: the user signs in
        /// again. [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the application is not accepted, and
        /// the rest of [`ErrorKind`](crate::ErrorKind), which sign nobody out.
        #[doc(alias = "refresh")]
        async fn refresh_token(&self, request: RefreshTokenGrant) -> Result<TokenResponse, Error>;

        /// Gets a token for the application itself (RFC 6749 §4.4). Kinde counts those that it issues: keep it until it
        /// ends, or let [`MachineTokens`](crate::keep::MachineTokens) do so.
        ///
        /// # Errors
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the application is not accepted, or is not
        /// authorized for an audience; [`BadRequest`](crate::ErrorKind::BadRequest),
        /// [`RateLimited`](crate::ErrorKind::RateLimited), and the rest of [`ErrorKind`](crate::ErrorKind).
        #[doc(alias = "machine_to_machine")]
        async fn client_credentials(&self, request: ClientCredentialsGrant) -> Result<TokenResponse, Error>;

        /// Begins a sign-in on a device that has no browser of its own (RFC 8628 §3.1).
        ///
        /// # Errors
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the application is not accepted, and the rest
        /// of [`ErrorKind`](crate::ErrorKind).
        async fn device_authorization(&self, request: DeviceAuthorization) -> Result<DeviceAuthorizationResponse, Error>;

        /// Asks once whether the device's user has signed in (RFC 8628 §3.4). [`DevicePolling`] asks again and again.
        ///
        /// # Errors
        /// [`BadRequest`](crate::ErrorKind::BadRequest) with the [`code`](crate::Error::code) `authorization_pending` or
        /// `slow_down` if it must be asked again, [`GrantRejected`](crate::ErrorKind::GrantRejected) if the user refused
        /// or the time is up, and the rest of [`ErrorKind`](crate::ErrorKind).
        async fn device_code(&self, request: DeviceCodeGrant) -> Result<TokenResponse, Error>;
    }
}

/// The path of all grants.
const PATH: &str = "/oauth2/token";

/// What says that a grant is not good, or no longer (RFC 6749 §5.2).
const INVALID_GRANT: &str = "invalid_grant";
