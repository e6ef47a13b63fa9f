//! An ID token's claims.

use std::fmt;

use serde_json::{Map, Value};

use super::either;
use crate::error::VerifyError;

/// What a verified ID token says. Source: Kinde, "About ID tokens"; OpenID Connect Core §2 and §5.1.
///
/// What only describes a person is read leniently: a claim of another type stays in [`claims`](Self::claims). `Debug` shows
/// the id and none of the personal data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct IdClaims {
    /// `iss`.
    pub issuer: String,
    /// `sub`: the user's id (`kp_…`).
    pub subject: String,
    /// `aud`: the application's client id, the issuer beside it if Kinde writes it so.
    pub audience: Vec<String>,
    /// `exp`, in seconds since 1970.
    pub expires_at: u64,
    /// `iat`, in seconds since 1970.
    pub issued_at: Option<u64>,
    /// `auth_time`: when the user signed in, in seconds since 1970.
    pub auth_time: Option<u64>,
    /// `nonce`, for [`refreshed_id_token`](crate::Verifier::refreshed_id_token).
    pub nonce: Option<String>,
    /// `name`.
    pub name: Option<String>,
    /// `given_name`.
    pub given_name: Option<String>,
    /// `family_name`.
    pub family_name: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`.
    pub email_verified: Option<bool>,
    /// `picture`.
    pub picture: Option<String>,
    /// Every claim, under the name it has in the token.
    pub claims: Map<String, Value>,
}

/// An organization that a user belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organization<'a> {
    /// Its code (`org_…`).
    pub code: &'a str,
    /// Its name, where the token has it.
    pub name: Option<&'a str>,
}

impl IdClaims {
    pub(crate) fn read(claims: Map<String, Value>) -> Result<Self, VerifyError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let subject = text("sub").filter(|subject| !subject.is_empty()).ok_or(VerifyError::Subject)?;
        Ok(Self {
            issuer: text("iss").ok_or(VerifyError::Issuer)?,
            subject,
            audience: crate::audience::audiences(claims.get("aud"))?,
            expires_at: claims.get("exp").and_then(Value::as_u64).ok_or(VerifyError::Expired)?,
            issued_at: claims.get("iat").and_then(Value::as_u64),
            auth_time: claims.get("auth_time").and_then(Value::as_u64),
            nonce: text("nonce"),
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            email: text("email"),
            email_verified: claims.get("email_verified").and_then(Value::as_bool),
            picture: text("picture"),
            claims,
        })
    }

    /// Returns the organizations the user belongs to: `organizations`, or `org_codes` where names are not in the token.
    /// `None` if the token says nothing about it.
    pub fn organizations(&self) -> Option<Vec<Organization<'_>>> {
        let list = |name| either(&self.claims, name)?.as_array();
        if let Some(organizations) = list("organizations") {
            return organizations
                .iter()
                .map(|item| {
                    let code = item.get("id").and_then(Value::as_str)?;
                    Some(Organization { code, name: item.get("name").and_then(Value::as_str) })
                })
                .collect();
        }
        list("org_codes")?
            .iter()
            .map(|code| Some(Organization { code: code.as_str()?, name: None }))
            .collect()
    }
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdClaims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
