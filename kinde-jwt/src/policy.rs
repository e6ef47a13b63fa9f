//! What a token must say to be let in: pure, over verified claims and a time that is handed in.

use std::time::Duration;

use kinde_core::sign_in::Nonce;
use serde_json::{Map, Value};

use crate::audience::{Audience, audiences};
use crate::claims::{AccessClaims, IdClaims};
use crate::compact::Compact;
use crate::error::VerifyError;
use crate::key_set::KeySet;

/// How far the issuer's clock and ours may be apart.
const SKEW: Duration = Duration::from_secs(30);

type Claims = Map<String, Value>;

/// The checks of one issuer's tokens, without a key and without a clock.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) issuer: String,
    pub(crate) audience: Audience,
    pub(crate) client_id: Option<String>,
}

impl Policy {
    pub(crate) fn access_token(
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

    pub(crate) fn id_token(
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

    /// OpenID Connect Core §12.2: the same user of the same issuer at the same client.
    pub(crate) fn refreshed_id_token(
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
        // Kinde documents `[client id, issuer]`. Whoever else is named is not trusted.
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
