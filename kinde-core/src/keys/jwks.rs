//! The key set.

use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::error::Error;
use crate::json::{self, Members, Mismatch, Wrong};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::wire::answer::Answer;
use crate::wire::call::Call;

/// More than any key set needs; an answer that is longer is none.
const LONGEST: usize = 50 * 1024;

/// Reads the keys that tokens are signed with: `GET /.well-known/jwks`, without credentials. Kinde answers 403 to a request
/// that carries some.
#[derive(Clone, Debug, Default)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct GetJwks {
    path: JwksPath,
}

/// Where the keys are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwksPath {
    /// `/.well-known/jwks`, as the discovery document says.
    #[default]
    Jwks,
    /// `/.well-known/jwks.json`, as some of Kinde's pages and SDKs have it.
    JwksJson,
}

impl JwksPath {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Jwks => "/.well-known/jwks",
            Self::JwksJson => "/.well-known/jwks.json",
        }
    }
}

impl GetJwks {
    /// Reads the tenant's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the path.
    pub fn path(mut self, path: JwksPath) -> Self {
        self.path = path;
        self
    }

    /// Returns what [`path`](Self::path) set.
    pub fn get_path(&self) -> JwksPath {
        self.path
    }
}

impl Operation for GetJwks {
    type Output = JsonWebKeySet;

    // Sent once: a caller that reads keys over and over, such as `RemoteKeys`, has its own pace, which retries would
    // multiply.
    const KIND: OperationKind = OperationKind::new("jwks");

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        Call::get(self.path.as_str()).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<JsonWebKeySet, Error> {
        let answer = Answer::new(Self::KIND, &response, []);
        if answer.body()?.len() > LONGEST {
            return Err(answer.unexpected("it is longer than 50 KiB, which no key set is"));
        }
        answer.model(&SET, JsonWebKeySet::read)
    }
}

/// Keys as they are published (RFC 7517 §5). Nothing is verified by them here.
///
/// A member of `keys` that can't be read is left out (RFC 7517 §5), so that one odd key does not cost all the others.
///
/// ```
/// let text = r#"{"keys":[{"kty":"RSA","use":"sig","kid":"2a:e0","n":"AQAB","e":"AQAB"},"odd"]}"#;
/// let set: kinde::keys::JsonWebKeySet = serde_json::from_str(text)?;
/// assert_eq!(set.keys.len(), 1);
/// assert_eq!(set.keys[0].public_key_use.as_deref(), Some("sig"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JsonWebKeySet {
    /// The keys.
    pub keys: Vec<JsonWebKey>,
    /// Members that this version does not know, as they came.
    #[serde(flatten, serialize_with = "json::plain")]
    pub other: Map<String, Value>,
}

/// One key (RFC 7517 §4, RFC 7518 §6.3.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JsonWebKey {
    /// The family of algorithms: `RSA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kty: Option<String>,
    /// `use`: `sig` for a key that verifies signatures.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
    /// The algorithm: `RS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// By which name tokens refer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The modulus of an RSA key, in base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent of an RSA key, in base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Other members, as they came.
    #[serde(flatten, serialize_with = "json::plain")]
    pub other: Map<String, Value>,
}

const SET: [&str; 1] = ["keys"];
const KEY: [&str; 6] = ["kty", "use", "alg", "kid", "n", "e"];

impl JsonWebKeySet {
    fn read(members: &mut Members<1>) -> Result<Self, Wrong> {
        let keys = members.take("keys", |given| match given.value {
            Value::Array(keys) => {
                Ok(keys.into_iter().filter_map(|key| JsonWebKey::deserialize(key).ok()).collect())
            }
            value => Err(Mismatch::new(value, "a list")),
        })?;
        Ok(Self { keys: keys.ok_or_else(|| Wrong::new("`keys` is missing"))?, other: members.take_other() })
    }
}

impl JsonWebKey {
    fn read(members: &mut Members<6>) -> Result<Self, Wrong> {
        Ok(Self {
            kty: members.take("kty", json::text)?,
            public_key_use: members.take("use", json::text)?,
            alg: members.take("alg", json::text)?,
            kid: members.take("kid", json::text)?,
            n: members.take("n", json::text)?,
            e: members.take("e", json::text)?,
            other: members.take_other(),
        })
    }
}

impl<'de> Deserialize<'de> for JsonWebKeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&SET, deserializer, Self::read)
    }
}

impl<'de> Deserialize<'de> for JsonWebKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&KEY, deserializer, Self::read)
    }
}
