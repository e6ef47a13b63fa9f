//! An access token's claims.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::flag::{FlagError, FlagValue, flag};
use super::{Grant, either};
use crate::error::VerifyError;

/// Who calls: a user, or an application for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A user, by their id (`kp_…`).
    User(String),
    /// An application that got the token with its own credentials (RFC 6749 §4.4): no user is behind it.
    Machine,
}

impl Subject {
    /// Returns the user's id, if it is a user.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::User(id) => Some(id),
            Self::Machine => None,
        }
    }
}

/// What a verified access token says. Source: Kinde, "About access tokens" and "Token structure and claims for M2M
/// applications".
///
/// `Debug` shows who it is about and leaves out the other claims, which may hold personal data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AccessClaims {
    /// `iss`.
    pub issuer: String,
    /// `sub`, or that no user is behind it.
    pub subject: Subject,
    /// `azp`: the application it was issued to.
    pub client_id: Option<String>,
    /// `aud`: the APIs it is for. Often empty.
    pub audience: Vec<String>,
    /// `scp`: what it allows.
    pub scopes: Vec<String>,
    /// `exp`, in seconds since 1970.
    pub expires_at: u64,
    /// `iat`, in seconds since 1970.
    pub issued_at: Option<u64>,
    /// `jti`: its own name.
    pub token_id: Option<String>,
    /// Every claim, under the name it has in the token.
    pub claims: Map<String, Value>,
}

impl AccessClaims {
    pub(crate) fn read(claims: Map<String, Value>, audience: Vec<String>) -> Result<Self, VerifyError> {
        let text = |name: &'static str| match claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(VerifyError::Claim(name)),
        };
        let subject = match (text("sub")?, claims.get("gty")) {
            (Some(user), None) if !user.is_empty() => Subject::User(user),
            // Both, or another grant: neither of Kinde's two kinds.
            (None, Some(Value::Array(grants))) if *grants == ["client_credentials"] => Subject::Machine,
            (None, None) => return Err(VerifyError::Subject),
            _ => return Err(VerifyError::Kind),
        };
        let scopes = texts(claims.get("scp")).ok_or(VerifyError::Claim("scp"))?;
        Ok(Self {
            issuer: text("iss")?.unwrap_or_default(),
            subject,
            client_id: text("azp")?,
            audience,
            scopes,
            expires_at: claims.get("exp").and_then(Value::as_u64).unwrap_or_default(),
            issued_at: claims.get("iat").and_then(Value::as_u64),
            token_id: text("jti")?,
            claims,
        })
    }

    /// Returns when it expires.
    pub fn expires(&self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at)).unwrap_or(UNIX_EPOCH)
    }

    /// Returns whether the user has a permission, by its key (`read:todos`), in the token's organization. API scopes
    /// that a role grants are among them.
    pub fn permission(&self, key: &str) -> Grant {
        match self.either("permissions") {
            None => Grant::NoClaim,
            claim => texts(claim)
                .map_or(Grant::Unreadable, |keys| Grant::of(keys.iter().any(|known| known == key))),
        }
    }

    /// Returns whether the user has a role, by its key. Roles are in tokens only if Kinde is set up so.
    pub fn role(&self, key: &str) -> Grant {
        match self.either("roles") {
            None => Grant::NoClaim,
            Some(Value::Array(roles)) => {
                let keys: Option<Vec<&str>> = roles.iter().map(|role| role.get("key")?.as_str()).collect();
                keys.map_or(Grant::Unreadable, |keys| Grant::of(keys.contains(&key)))
            }
            Some(_) => Grant::Unreadable,
        }
    }

    /// Returns whether the token has a scope: one of your own API's, or `openid` and its like.
    pub fn scope(&self, scope: &str) -> Grant {
        Grant::of(self.scopes.iter().any(|known| known == scope))
    }

    /// Returns a feature flag's value, by its key: `flag::<bool>("dark_mode")`, `flag::<i32>(..)`, `flag::<&str>(..)`.
    ///
    /// # Errors
    /// [`FlagError`]: the token has no flags, doesn't have this one, or has it with another type. None of these is
    /// "off".
    pub fn flag<'a, T: FlagValue<'a>>(&'a self, key: &str) -> Result<T, FlagError> {
        flag(self.either("feature_flags"), key)
    }

    /// Returns the organization it was issued for (`org_…`): none for a user without one.
    pub fn organization(&self) -> Option<&str> {
        self.either("org_code")?.as_str()
    }

    fn either(&self, name: &str) -> Option<&Value> {
        either(&self.claims, name)
    }
}

fn texts(claim: Option<&Value>) -> Option<Vec<String>> {
    claim?.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

impl fmt::Debug for AccessClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessClaims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("client_id", &self.client_id)
            .field("audience", &self.audience)
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
