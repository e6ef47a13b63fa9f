//! What a tenant publishes about itself: the discovery document and the keys that its tokens are signed with.

mod configuration;
mod jwks;

pub use configuration::{GetOpenidConfiguration, OpenidConfiguration};
pub use jwks::{GetJwks, JsonWebKey, JsonWebKeySet, JwksPath};

crate::client::implement::for_client_and_pointers! {
    /// What a tenant publishes for everyone: `/.well-known/…`. No request carries credentials.
    ///
    /// [`Client`](crate::Client) implements it over any [`Transport`](crate::Transport), and so do `Arc`, `Box` and `&` of
    /// an implementation.
    ///
    /// ```
    /// use kinde::keys::{GetJwks, WellKnown};
    ///
    /// async fn key_ids(kinde: &dyn WellKnown) -> Result<Vec<String>, kinde::Error> {
    ///     let keys = kinde.jwks(GetJwks::new()).await?.keys;
    ///     Ok(keys.into_iter().filter_map(|key| key.kid).collect())
    /// }
    /// ```
    pub trait WellKnown: Send + Sync {
        /// Reads the discovery document (OpenID Connect Discovery §4): `GET /.well-known/openid-configuration`.
        ///
        /// # Errors
        /// Whatever can go wrong with a call: [`ErrorKind`](crate::ErrorKind) lists it.
        #[doc(alias = "discovery")]
        async fn openid_configuration(&self, request: GetOpenidConfiguration) -> Result<OpenidConfiguration, Error>;

        /// Reads the keys that tokens are signed with (RFC 7517 §5): `GET /.well-known/jwks`.
        ///
        /// # Errors
        /// [`CredentialsRejected`](crate::ErrorKind::CredentialsRejected) for Kinde's 403 of a wrong domain or a blocked
        /// address, and whatever else can go wrong with a call: [`ErrorKind`](crate::ErrorKind) lists it.
        async fn jwks(&self, request: GetJwks) -> Result<JsonWebKeySet, Error>;
    }
}
