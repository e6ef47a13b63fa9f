//! Keys and policy together: what an application asks.

use kinde_core::sign_in::Nonce;
use kinde_core::{AccessToken, IdToken};

use crate::audience::Audience;
use crate::claims::{AccessClaims, IdClaims};
use crate::compact::{Compact, unverified_issuer};
use crate::error::VerifyError;
use crate::policy::Policy;
use crate::remote::RemoteKeys;

/// Verifies the tokens of one issuer. A clone shares the keys.
///
/// The order of checks: the text, its header (RS256 alone, no extension), the key it names among *this* issuer's, the
/// signature; only then `iss`, `exp`, `nbf` and `iat` (30 s of skew), `aud`, `azp`, and the kind of token. No address is
/// ever taken from a token.
///
/// It says that Kinde issued the token and that it has not expired. It can't say whether it was revoked since: for that,
/// ask by [`token_introspection`](kinde_core::OAuth::token_introspection).
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: RemoteKeys,
    policy: Policy,
}

impl Verifier {
    /// Sets a verifier up over an issuer's keys. The audience is the one thing that must be said next.
    #[must_use]
    pub fn builder(keys: RemoteKeys) -> NeedsAudience {
        NeedsAudience { keys }
    }

    /// Verifies an access token: of a user, or of an application for itself.
    ///
    /// Cancel-safe. Most calls wait for nothing: only an unknown key or the very first call does, five seconds at most.
    ///
    /// # Errors
    /// [`VerifyError`]: [`Unavailable`](VerifyError::Unavailable) says nothing about the token (503), any other refuses it
    /// (401).
    pub async fn access_token(&self, token: &AccessToken) -> Result<AccessClaims, VerifyError> {
        let token = Compact::read(token.expose())?;
        let keys = self.keys.with_key(&token.kid).await?;
        self.policy.access(&keys, &token, self.keys.unix_time())
    }

    /// Verifies the ID token that came with a code: for this application, and in answer to this sign-in
    /// ([`Accepted::nonce`](kinde_core::sign_in::Accepted::nonce)).
    ///
    /// Cancel-safe.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token). Nobody is signed in by a token that was refused.
    pub async fn id_token(&self, token: &IdToken, nonce: &Nonce) -> Result<IdClaims, VerifyError> {
        let token = Compact::read(token.expose())?;
        let keys = self.keys.with_key(&token.kid).await?;
        self.policy.id(&keys, &token, nonce, self.keys.unix_time())
    }

    /// Verifies the ID token that came with a refresh, beside the one before (OpenID Connect Core §12.2): the same issuer,
    /// user and audience; the nonce may be left out, and is the same if it is there.
    ///
    /// Cancel-safe.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub async fn refreshed_id_token(&self, token: &IdToken, old: &IdClaims) -> Result<IdClaims, VerifyError> {
        let token = Compact::read(token.expose())?;
        let keys = self.keys.with_key(&token.kid).await?;
        self.policy.refreshed(&keys, &token, old, self.keys.unix_time())
    }

    /// Returns the issuer whose tokens it verifies.
    pub fn issuer(&self) -> &str {
        self.policy.get_issuer()
    }
}

/// A verifier that lacks its audience.
#[derive(Debug)]
pub struct NeedsAudience {
    keys: RemoteKeys,
}

impl NeedsAudience {
    /// Says for whom access tokens must be.
    ///
    pub fn audience(self, audience: Audience) -> VerifierBuilder {
        let policy = Policy::new(&*self.keys.issuer, audience);
        VerifierBuilder { verifier: Verifier { keys: self.keys, policy } }
    }
}

/// Sets a [`Verifier`] up.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct VerifierBuilder {
    verifier: Verifier,
}

impl VerifierBuilder {
    /// Sets the application that ID tokens must be for. Needed for these alone.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.verifier.policy = self.verifier.policy.client_id(client_id);
        self
    }

    /// Sets an issuer other than the domain that the keys come from: `iss` must be this, byte for byte. Kinde writes
    /// the custom domain into tokens where one is used.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.verifier.policy = self.verifier.policy.issuer(issuer.into());
        self
    }

    /// Builds the verifier.
    pub fn build(self) -> Verifier {
        self.verifier
    }
}

/// Verifiers of several issuers, side by side: each token goes to the one that is configured for its `iss`, with that
/// issuer's keys alone.
#[derive(Clone, Debug)]
pub struct Verifiers {
    all: Vec<Verifier>,
}

impl Verifiers {
    /// Puts verifiers together. Of two for the same issuer, the first is asked.
    pub fn new(verifiers: impl IntoIterator<Item = Verifier>) -> Self {
        Self { all: verifiers.into_iter().collect() }
    }

    /// Returns the verifier for a token, chosen by the `iss` that it claims. Whether that is true is for the verifier
    /// to find out.
    ///
    /// # Errors
    /// [`VerifyError::Issuer`] if none is configured for it, or it claims none; [`VerifyError::Malformed`].
    pub fn for_token(&self, token: &str) -> Result<&Verifier, VerifyError> {
        let issuer = unverified_issuer(token)?;
        self.all.iter().find(|verifier| verifier.issuer() == issuer).ok_or(VerifyError::Issuer)
    }

    /// Verifies an access token with the verifier for its issuer: see [`Verifier::access_token`].
    ///
    /// # Errors
    /// As [`for_token`](Self::for_token) and [`Verifier::access_token`].
    pub async fn access_token(&self, token: &AccessToken) -> Result<AccessClaims, VerifyError> {
        self.for_token(token.expose())?.access_token(token).await
    }
}
