//! What a token must say to be let in.

use std::time::Duration;

use kinde_core::sign_in::Nonce;
use kinde_core::{AccessToken, IdToken};
use serde_json::{Map, Value};

use crate::audience::{Audience, audiences};
use crate::claims::{AccessClaims, IdClaims};
use crate::compact::Compact;
use crate::error::VerifyError;
use crate::key_set::KeySet;

/// How far the issuer's clock and ours may be apart.
const SKEW: Duration = Duration::from_secs(30);

type Claims = Map<String, Value>;

/// What the tokens of one issuer must say to be let in. Pure: the keys and the time are handed in, so that it also serves
/// where nothing can be fetched. [`Verifier`](crate::Verifier) is it with keys that are kept fresh.
///
/// ```
/// use std::time::Duration;
/// use kinde::AccessToken;
/// use kinde::jwt::{Audience, KeySet, Policy, VerifyError};
///
/// # fn keys() -> KeySet {
/// #     let moduli = include_str!("../tests/it/keys/moduli.json");
/// #     let n = moduli.split('"').nth(3).unwrap();
/// #     let set = format!(r#"{{"keys":[{{"kty":"RSA","use":"sig","kid":"2a:e0","n":"{n}","e":"AQAB"}}]}}"#);
/// #     KeySet::parse(set.as_bytes()).unwrap()
/// # }
/// let policy = Policy::new("https://acme.kinde.com", Audience::any_of(["https://api.example"]));
/// let token = AccessToken::new("eyJhbGciOiJub25lIn0.e30.")?;
/// let now = Duration::from_secs(1_800_000_000); // since 1970
/// assert_eq!(policy.access_token(&keys(), &token, now), Err(VerifyError::Algorithm));
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    issuer: String,
    audience: Audience,
    client_id: Option<String>,
}

impl Policy {
    /// Accepts tokens of `issuer`, which is compared byte for byte, for `audience`.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audience: Audience) -> Self {
        Self { issuer: issuer.into(), audience, client_id: None }
    }

    /// Sets the application that ID tokens must be for. Needed for these alone.
    #[must_use]
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets another issuer.
    pub(crate) fn issuer(mut self, issuer: String) -> Self {
        self.issuer = issuer;
        self
    }

    /// Returns the issuer.
    pub fn get_issuer(&self) -> &str {
        &self.issuer
    }

    /// Verifies an access token with `keys`, at `now`, the time since 1970.
    ///
    /// # Errors
    /// [`VerifyError`], never [`Unavailable`](VerifyError::Unavailable).
    pub fn access_token(
        &self,
        keys: &KeySet,
        token: &AccessToken,
        now: Duration,
    ) -> Result<AccessClaims, VerifyError> {
        self.access(keys, &Compact::read(token.expose())?, now)
    }

    /// Verifies the ID token that came with a code, in answer to the sign-in that sent `nonce`.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn id_token(
        &self,
        keys: &KeySet,
        token: &IdToken,
        nonce: &Nonce,
        now: Duration,
    ) -> Result<IdClaims, VerifyError> {
        self.id(keys, &Compact::read(token.expose())?, nonce, now)
    }

    /// Verifies the ID token that came with a refresh, beside the one before (OpenID Connect Core §12.2).
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn refreshed_id_token(
        &self,
        keys: &KeySet,
        token: &IdToken,
        old: &IdClaims,
        now: Duration,
    ) -> Result<IdClaims, VerifyError> {
        self.refreshed(keys, &Compact::read(token.expose())?, old, now)
    }

    pub(crate) fn access(
        &self,
        keys: &KeySet,
        token: &Compact<'_>,
        now: Duration,
    ) -> Result<AccessClaims, VerifyError> {
        let claims = keys.verify(token)?;
        self.issued_and_alive(&claims, now)?;
        let audience = audiences(claims.get("aud"))?;
        let azp = optional_text(&claims, "azp")?;
        self.audience.check(&audience, azp)?;
        is_access_token(&claims)?;
        AccessClaims::read(claims, audience)
    }

    pub(crate) fn id(
        &self,
        keys: &KeySet,
        token: &Compact<'_>,
        nonce: &Nonce,
        now: Duration,
    ) -> Result<IdClaims, VerifyError> {
        let claims = self.id_claims(keys, token, now)?;
        match claims.get("nonce") {
            Some(Value::String(given)) if !given.is_empty() && given == nonce.expose() => {}
            _ => return Err(VerifyError::Nonce),
        }
        IdClaims::read(claims)
    }

    /// The same user of the same issuer at the same client.
    pub(crate) fn refreshed(
        &self,
        keys: &KeySet,
        token: &Compact<'_>,
        old: &IdClaims,
        now: Duration,
    ) -> Result<IdClaims, VerifyError> {
        let claims = self.id_claims(keys, token, now)?;
        if claims.get("nonce").is_some_and(|nonce| nonce.as_str() != old.nonce.as_deref()) {
            return Err(VerifyError::Nonce);
        }
        let new = IdClaims::read(claims)?;
        if new.issuer != old.issuer {
            return Err(VerifyError::Issuer);
        }
        if new.subject != old.subject {
            return Err(VerifyError::Subject);
        }
        if !same_members(&new.audience, &old.audience) {
            return Err(VerifyError::Audience);
        }
        Ok(new)
    }

    /// All that an ID token must be but for its nonce (OpenID Connect Core §3.1.3.7).
    fn id_claims(&self, keys: &KeySet, token: &Compact<'_>, now: Duration) -> Result<Claims, VerifyError> {
        let client_id = self.client_id.as_deref().ok_or(VerifyError::NoClientId)?;
        let claims = keys.verify(token)?;
        self.issued_and_alive(&claims, now)?;
        let audience = audiences(claims.get("aud"))?;
        if !audience.iter().any(|named| named == client_id) {
            return Err(VerifyError::Audience);
        }
        // Kinde documents `[client id, issuer]`. Anyone else who is named is not trusted.
        if !audience.iter().all(|named| named == client_id || *named == self.issuer) {
            return Err(VerifyError::Audience);
        }
        match optional_text(&claims, "azp")? {
            Some(azp) if azp == client_id => {}
            None if audience.len() == 1 => {}
            _ => return Err(VerifyError::AuthorizedParty),
        }
        is_id_token(&claims)?;
        Ok(claims)
    }

    fn issued_and_alive(&self, claims: &Claims, now: Duration) -> Result<(), VerifyError> {
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(VerifyError::Issuer);
        }
        let expires = claims.get("exp").and_then(Value::as_u64).ok_or(VerifyError::Expired)?;
        // RFC 7519 §4.1.4: on or after `exp` it must not be accepted.
        if now >= Duration::from_secs(expires).saturating_add(SKEW) {
            return Err(VerifyError::Expired);
        }
        for name in ["nbf", "iat"] {
            let Some(value) = claims.get(name) else { continue };
            let from = value.as_u64().ok_or(VerifyError::NotYetValid)?;
            if Duration::from_secs(from) > now.saturating_add(SKEW) {
                return Err(VerifyError::NotYetValid);
            }
        }
        Ok(())
    }
}

/// Nothing in a header of Kinde's tells the kind. Custom claims may imitate names, so that presences *and* absences are
/// required: a workflow can't add `scp` to an access token nor `auth_time` or `rat` to an ID token, and can't take them.
fn is_access_token(claims: &Claims) -> Result<(), VerifyError> {
    let of_an_id_token =
        ["auth_time", "rat", "at_hash", "nonce"].iter().any(|name| claims.contains_key(*name));
    if !claims.contains_key("scp") || of_an_id_token {
        return Err(VerifyError::Kind);
    }
    Ok(())
}

fn is_id_token(claims: &Claims) -> Result<(), VerifyError> {
    let of_an_access_token = ["scp", "gty"].iter().any(|name| claims.contains_key(*name));
    let of_an_id_token =
        ["auth_time", "rat", "at_hash", "nonce"].iter().any(|name| claims.contains_key(*name));
    if of_an_access_token || !of_an_id_token {
        return Err(VerifyError::Kind);
    }
    Ok(())
}

fn optional_text<'a>(claims: &'a Claims, name: &'static str) -> Result<Option<&'a str>, VerifyError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(VerifyError::Claim(name)),
    }
}

fn same_members(a: &[String], b: &[String]) -> bool {
    a.iter().all(|one| b.contains(one)) && b.iter().all(|one| a.contains(one))
}
