//! The discovery document.

use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::error::Error;
use crate::json::{self, Members, Wrong};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::wire::answer::Answer;
use crate::wire::call::Call;

/// Reads the discovery document: `GET /.well-known/openid-configuration`, without credentials.
#[derive(Clone, Debug, Default)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct GetOpenidConfiguration {}

impl GetOpenidConfiguration {
    /// Reads the tenant's own.
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for GetOpenidConfiguration {
    type Output = OpenidConfiguration;

    const KIND: OperationKind = OperationKind::new("openid_configuration").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        Call::get("/.well-known/openid-configuration").encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<OpenidConfiguration, Error> {
        Answer::new(Self::KIND, &response, []).model(&MEMBERS, OpenidConfiguration::read)
    }
}

/// What a tenant says about itself (OpenID Connect Discovery §3). Only the issuer is promised.
///
/// It describes, and this crate follows none of it: where requests go is the client's [`Domain`](crate::Domain).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OpenidConfiguration {
    /// What tokens have as their `iss`.
    pub issuer: String,
    /// Where the keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where browsers are sent to sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// Where tokens come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// Where the profile is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// Where tokens are asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// Where tokens are revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// Where browsers are sent to sign out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// The claims that tokens may have.
    pub claims_supported: Vec<String>,
    /// The scopes that may be asked for.
    pub scopes_supported: Vec<String>,
    /// How subjects are named.
    pub subject_types_supported: Vec<String>,
    /// How a sign-in may come back.
    pub response_modes_supported: Vec<String>,
    /// What a sign-in may bring.
    pub response_types_supported: Vec<String>,
    /// Whether the parameters of a sign-in may be given by reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri_parameter_supported: Option<bool>,
    /// The PKCE methods.
    pub code_challenge_methods_supported: Vec<String>,
    /// How ID tokens are signed.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How applications may prove themselves to the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Members that this version does not know, as they came.
    #[serde(flatten, serialize_with = "json::plain")]
    pub other: Map<String, Value>,
}

const MEMBERS: [&str; 17] = [
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
    "claims_supported",
    "scopes_supported",
    "subject_types_supported",
    "response_modes_supported",
    "response_types_supported",
    "request_uri_parameter_supported",
    "code_challenge_methods_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
];

impl OpenidConfiguration {
    fn read(members: &mut Members<17>) -> Result<Self, Wrong> {
        let mut list = |name| members.take(name, json::texts).map(Option::unwrap_or_default);
        Ok(Self {
            claims_supported: list("claims_supported")?,
            scopes_supported: list("scopes_supported")?,
            subject_types_supported: list("subject_types_supported")?,
            response_modes_supported: list("response_modes_supported")?,
            response_types_supported: list("response_types_supported")?,
            code_challenge_methods_supported: list("code_challenge_methods_supported")?,
            id_token_signing_alg_values_supported: list("id_token_signing_alg_values_supported")?,
            token_endpoint_auth_methods_supported: list("token_endpoint_auth_methods_supported")?,
            issuer: members.take("issuer", json::text)?.ok_or_else(|| Wrong::new("`issuer` is missing"))?,
            jwks_uri: members.take("jwks_uri", json::text)?,
            authorization_endpoint: members.take("authorization_endpoint", json::text)?,
            token_endpoint: members.take("token_endpoint", json::text)?,
            userinfo_endpoint: members.take("userinfo_endpoint", json::text)?,
            introspection_endpoint: members.take("introspection_endpoint", json::text)?,
            revocation_endpoint: members.take("revocation_endpoint", json::text)?,
            end_session_endpoint: members.take("end_session_endpoint", json::text)?,
            request_uri_parameter_supported: members
                .take("request_uri_parameter_supported", json::boolean)?,
            other: members.take_other(),
        })
    }
}

impl<'de> Deserialize<'de> for OpenidConfiguration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&MEMBERS, deserializer, Self::read)
    }
}
