//! The OAuth area: three operations and the trait that an application holds.

mod introspection;
mod revocation;
mod user_profile;

pub use introspection::{ActiveToken, TokenIntrospect, TokenIntrospection, TokenTypeHint};
pub use revocation::TokenRevocation;
pub use user_profile::{GetUserProfileV2, UserProfileV2};

crate::client::implement::for_client_and_pointers! {
    /// The service's OAuth API, as an application holds it: `Arc<dyn OAuth>`.
    ///
    /// [`Client`](crate::Client) implements it over any [`Transport`](crate::Transport); `Arc`, `Box` and `&` of an
    /// implementation are implementations too. The bearer is part of each request, so one value serves all users.
    ///
    /// Dropping a call's future abandons the call and is always allowed; a revocation that was on its way may
    /// then have been carried out or not, and can simply be made again.
    ///
    /// New areas of the service will be new traits: this one gains no required method.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use kinde::oauth::{TokenIntrospect, TokenIntrospection};
    /// use kinde::{AccessToken, Error, OAuth, Token};
    ///
    /// struct App {
    ///     kinde: Arc<dyn OAuth>,
    /// }
    ///
    /// impl App {
    ///     /// Not whether it may enter: see `TokenIntrospect`.
    ///     async fn is_live(&self, us: &AccessToken, token: &AccessToken) -> Result<bool, Error> {
    ///         let question = TokenIntrospection::new(us, Token::from(token));
    ///         Ok(matches!(self.kinde.token_introspection(question).await?, TokenIntrospect::Active(_)))
    ///     }
    /// }
    /// ```
    ///
    /// # A stub by hand
    /// A test that wants no fake at all implements it, with the macro of the crate `async-trait`:
    ///
    /// ```
    /// use kinde::oauth::{
    ///     GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, UserProfileV2,
    /// };
    /// use kinde::{Error, OAuth};
    ///
    /// /// Knows nobody.
    /// struct Nobody;
    ///
    /// #[async_trait::async_trait]
    /// impl OAuth for Nobody {
    ///     async fn get_user_profile_v2(&self, _: GetUserProfileV2) -> Result<UserProfileV2, Error> {
    ///         Ok(UserProfileV2::default())
    ///     }
    ///
    ///     async fn token_introspection(&self, _: TokenIntrospection) -> Result<TokenIntrospect, Error> {
    ///         Ok(TokenIntrospect::Inactive)
    ///     }
    ///
    ///     async fn token_revocation(&self, _: TokenRevocation) -> Result<(), Error> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let kinde: std::sync::Arc<dyn OAuth> = std::sync::Arc::new(Nobody);
    /// # let _ = kinde;
    /// ```
    pub trait OAuth: Send + Sync {
        /// Reads the profile of the user to whom an access token belongs:
        /// `GET /oauth2/v2/user_profile`.
        ///
        /// # Errors
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the token is not a live token of a
        /// user: with [`Credentials::Bearer`](crate::error::Credentials::Bearer), the user signs in again.
        /// [`RateLimited`](crate::ErrorKind::RateLimited), and whatever else can go wrong with a call:
        /// [`ErrorKind`](crate::ErrorKind) lists it.
        #[doc(alias = "userinfo")]
        #[doc(alias = "user_info")]
        async fn get_user_profile_v2(&self, request: GetUserProfileV2) -> Result<UserProfileV2, Error>;

        /// Asks whether a token is live, and what it is good for: `POST /oauth2/introspect` (RFC 7662). What kind of
        /// token it is, and whether it is for you, it [doesn't tell](TokenIntrospect#what-it-doesnt-tell).
        ///
        /// # Errors
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the *asker's* token, the request's
        /// bearer, is not accepted ([`Credentials::Bearer`](crate::error::Credentials::Bearer)): the asker gets a new
        /// one, and nobody is signed out. [`RateLimited`](crate::ErrorKind::RateLimited), and the rest of
        /// [`ErrorKind`](crate::ErrorKind). A dead token is not an error but [`TokenIntrospect::Inactive`]; an
        /// error says nothing about the token, and must be read neither as "active" nor as "inactive".
        #[doc(alias = "introspect")]
        async fn token_introspection(&self, request: TokenIntrospection) -> Result<TokenIntrospect, Error>;

        /// Revokes an access or refresh token: `POST /oauth2/revoke` (RFC 7009). A token that was dead already,
        /// or never existed, counts as revoked.
        ///
        /// # Errors
        /// [`BadRequest`](crate::ErrorKind::BadRequest),
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) if the application's credentials are
        /// not accepted or the token is another application's
        /// ([`Credentials::Application`](crate::error::Credentials::Application): its set-up is wrong), or if the
        /// bearer, where one is sent, is not accepted; [`BadRequest`](crate::ErrorKind::BadRequest),
        /// [`RateLimited`](crate::ErrorKind::RateLimited), and the rest of [`ErrorKind`](crate::ErrorKind).
        /// After an error the token may still be live.
        #[doc(alias = "revoke")]
        async fn token_revocation(&self, request: TokenRevocation) -> Result<(), Error>;
    }
}
