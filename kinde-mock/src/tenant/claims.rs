//! What tokens say, with Kinde's claims, in alphabetical order as Kinde's are.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::options::IdTokenAud;
use super::tokens::Holder;
use super::user::{Organization, User};
use crate::text::base64;
use crate::text::digest::digest;
use crate::text::random::uuid;

/// When and by whom.
pub(crate) struct Issue<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    pub(crate) jti: [u8; 16],
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum AccessClaims {
    User(Box<UserClaims>),
    Machine(MachineClaims),
}

#[derive(Serialize)]
pub(crate) struct UserClaims {
    aud: Vec<String>,
    azp: String,
    exp: u64,
    feature_flags: BTreeMap<String, Flag>,
    iat: u64,
    iss: String,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<String>,
    permissions: Vec<String>,
    roles: Vec<Role>,
    scp: Vec<String>,
    sub: String,
    user_properties: BTreeMap<String, Property>,
}

#[derive(Serialize)]
pub(crate) struct MachineClaims {
    aud: Vec<String>,
    azp: String,
    exp: u64,
    gty: [&'static str; 1],
    iat: u64,
    iss: String,
    jti: String,
    scope: String,
    scp: Vec<String>,
    v: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Flag {
    t: &'static str,
    v: Value,
}

#[derive(Serialize)]
pub(crate) struct Role {
    id: String,
    key: String,
    name: String,
}

#[derive(Serialize)]
pub(crate) struct Property {
    v: Value,
}

#[derive(Serialize)]
pub(crate) struct IdClaims {
    pub(crate) at_hash: String,
    aud: Vec<String>,
    auth_time: u64,
    azp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    iat: u64,
    iss: String,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    org_codes: Vec<String>,
    organizations: Vec<Member>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provided_id: Option<String>,
    rat: u64,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct Member {
    id: String,
    name: String,
}

/// Of a user's access token, or a machine's if there is no user.
pub(crate) fn access(holder: &Holder, user: Option<&User>, issue: &Issue<'_>) -> AccessClaims {
    let (aud, azp, iss, jti) =
        (holder.audience.clone(), holder.client_id.clone(), issue.issuer.to_owned(), uuid(issue.jti));
    let (exp, iat) = (issue.expires, issue.issued);
    let Some(user) = user else {
        let (scope, scp) = (holder.scopes.join(" "), holder.scopes.clone());
        let gty = ["client_credentials"];
        return AccessClaims::Machine(MachineClaims {
            aud,
            azp,
            exp,
            gty,
            iat,
            iss,
            jti,
            scope,
            scp,
            v: "2",
        });
    };
    let organization = organization(user, holder.organization.as_deref());
    let role = |key: &String| Role { id: id("role", key), key: key.clone(), name: key.clone() };
    AccessClaims::User(Box::new(UserClaims {
        aud,
        azp,
        exp,
        feature_flags: user.feature_flags.iter().map(|(key, value)| (key.clone(), flag(value))).collect(),
        iat,
        iss,
        jti,
        org_code: organization.map(|it| it.code.clone()),
        org_name: organization.map(|it| it.name.clone()),
        permissions: user.permissions.clone(),
        roles: user.roles.iter().map(role).collect(),
        scp: holder.scopes.clone(),
        sub: user.id.clone(),
        user_properties: user
            .properties
            .iter()
            .map(|(key, value)| (key.clone(), Property { v: value.clone() }))
            .collect(),
    }))
}

/// The organization of this code, or the user's first.
pub(crate) fn organization<'a>(user: &'a User, code: Option<&str>) -> Option<&'a Organization> {
    match code {
        Some(code) => user.organizations.iter().find(|it| it.code == code),
        None => user.organizations.first(),
    }
}

/// The type's letter is Kinde's; that of an object is not documented.
fn flag(value: &Value) -> Flag {
    let t = match value {
        Value::Bool(_) => "b",
        Value::Number(_) => "i",
        Value::Object(_) | Value::Array(_) => "j",
        _ => "s",
    };
    Flag { t, v: value.clone() }
}

/// An id in Kinde's form, the same for the same key.
pub(crate) fn id(kind: &str, key: &str) -> String {
    let digits: String =
        digest(format!("{kind} {key}"))[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}_{digits}")
}

/// What is said of the user as the scopes allow. `at_hash` is filled in when there is an access token.
pub(crate) fn id_token(
    holder: &Holder,
    user: &User,
    issue: &Issue<'_>,
    aud: IdTokenAud,
    nonce: Option<String>,
    auth_time: u64,
) -> IdClaims {
    let has = |scope: &str| holder.scopes.iter().any(|it| it == scope);
    let (profile, email) = (has("profile"), user.email.clone().filter(|_| has("email")));
    let issuer = issue.issuer.to_owned();
    let of_profile = |text: &String| profile.then(|| text.clone());
    IdClaims {
        at_hash: String::new(),
        aud: match aud {
            IdTokenAud::Client => vec![holder.client_id.clone()],
            IdTokenAud::ClientAndIssuer => vec![holder.client_id.clone(), issuer.clone()],
        },
        auth_time,
        azp: holder.client_id.clone(),
        email_verified: email.is_some().then_some(user.email_verified),
        email,
        exp: issue.expires,
        family_name: of_profile(&user.family_name),
        given_name: of_profile(&user.given_name),
        iat: issue.issued,
        iss: issuer,
        jti: uuid(issue.jti),
        name: of_profile(&user.name),
        nonce,
        org_codes: user.organizations.iter().map(|it| it.code.clone()).collect(),
        organizations: user
            .organizations
            .iter()
            .map(|it| Member { id: it.code.clone(), name: it.name.clone() })
            .collect(),
        picture: user.picture.as_ref().and_then(of_profile),
        preferred_username: user.preferred_username.as_ref().and_then(of_profile),
        provided_id: user.provided_id.as_ref().and_then(of_profile),
        rat: auth_time,
        sub: user.id.clone(),
        updated_at: profile.then_some(user.updated_at),
    }
}

/// The left half of its SHA-256 (OpenID Connect Core §3.1.3.6).
pub(crate) fn at_hash(access_token: &str) -> String {
    base64::url(&digest(access_token)[..16])
}
