//! An issuer's keys (RFC 7517 §5).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_core::keys::{JsonWebKey, JsonWebKeySet};
use serde_json::{Map, Value};

use crate::compact::Compact;
use crate::error::VerifyError;
use crate::signature::{PublicKey, SignatureVerifier};

/// A key set has one key, two while one takes over from the other.
const BYTES_AT_MOST: usize = 50 * 1024;
const KEYS_AT_MOST: usize = 100;

/// Keys that tokens are verified with: pure data, without I/O or a clock. [`RemoteKeys`](crate::RemoteKeys) fetches it.
///
/// A member that is not an RSA key for RS256 signatures is skipped, as RFC 7517 §5 asks; so is one under 2,048 bits,
/// with an exponent under 3, without a `kid`, or with private parts in it.
pub struct KeySet {
    keys: Vec<(String, Box<dyn PublicKey>)>,
}

impl KeySet {
    /// Reads a key set as JSON, with aws-lc-rs for the signatures.
    ///
    /// # Errors
    /// [`KeySetError`], which says why there is no key in it.
    #[cfg(feature = "aws-lc-rs")]
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        Self::parse_with(json, &crate::signature::AwsLcRs)
    }

    /// Does what [`KeySet::parse`] does, with signatures checked by something else than aws-lc-rs.
    ///
    /// # Errors
    /// [`KeySetError`], which says why there is no key in it.
    pub fn parse_with(json: &[u8], signatures: &dyn SignatureVerifier) -> Result<Self, KeySetError> {
        if json.len() > BYTES_AT_MOST {
            return Err(KeySetError::TooLarge);
        }
        let published = serde_json::from_slice(json).map_err(|_| KeySetError::Unreadable)?;
        Self::with_signatures(&published, signatures)
    }

    /// Takes what [`jwks`](kinde_core::WellKnown::jwks) answered, with aws-lc-rs for the signatures.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(published: &JsonWebKeySet) -> Result<Self, KeySetError> {
        Self::with_signatures(published, &crate::signature::AwsLcRs)
    }

    /// Does what [`KeySet::new`] does, with signatures checked by something else than aws-lc-rs.
    ///
    /// # Errors
    /// [`KeySetError`], which says why there is no key in it.
    pub fn with_signatures(
        published: &JsonWebKeySet,
        signatures: &dyn SignatureVerifier,
    ) -> Result<Self, KeySetError> {
        if published.keys.len() > KEYS_AT_MOST {
            return Err(KeySetError::TooLarge);
        }
        let mut keys: Vec<(String, Box<dyn PublicKey>)> = Vec::new();
        let mut twice = Vec::new();
        for (kid, key) in published.keys.iter().filter_map(|key| read(key, signatures)) {
            if keys.iter().any(|(known, _)| *known == kid) {
                twice.push(kid);
            } else {
                keys.push((kid, key));
            }
        }
        // Two keys of one name: which of them is meant is a doubt.
        keys.retain(|(kid, _)| !twice.contains(kid));
        if keys.is_empty() { Err(KeySetError::NoKey) } else { Ok(Self { keys }) }
    }

    /// Returns how many keys are in it: at least one.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Always false: a set without a key is an error.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns whether it has a key of this `kid`.
    pub fn contains(&self, kid: &str) -> bool {
        self.key(kid).is_some()
    }

    fn key(&self, kid: &str) -> Option<&dyn PublicKey> {
        self.keys.iter().find(|(known, _)| known == kid).map(|(_, key)| &**key)
    }

    /// The claims of a token whose signature is that of the key it names. Nothing of them has been checked.
    pub(crate) fn verify(&self, token: &Compact<'_>) -> Result<Map<String, Value>, VerifyError> {
        let key = self.key(&token.kid).ok_or(VerifyError::UnknownKey)?;
        if !key.verify(token.signed, &token.signature) {
            return Err(VerifyError::Signature);
        }
        token.claims()
    }
}

fn read(key: &JsonWebKey, signatures: &dyn SignatureVerifier) -> Option<(String, Box<dyn PublicKey>)> {
    let is = |given: &Option<String>, wanted: &str| given.as_deref().is_none_or(|given| given == wanted);
    let private =
        ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| key.other.contains_key(*name));
    let may_verify = key.other.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|all| all.iter().any(|operation| operation == "verify"))
    });
    let is_rsa = key.kty.as_deref() == Some("RSA");
    // A set that gives private parts away has been published by mistake: anyone can sign with that key.
    if private || !is_rsa || !is(&key.public_key_use, "sig") || !is(&key.alg, "RS256") || !may_verify {
        return None;
    }
    let kid = key.kid.as_ref().filter(|kid| !kid.is_empty())?.clone();
    let number = |text: &Option<String>| Some(without_zeros(URL_SAFE_NO_PAD.decode(text.as_ref()?).ok()?));
    let (modulus, exponent) = (number(&key.n)?, number(&key.e)?);
    // aws-lc-rs parses both and refuses them at each signature: better at once.
    if bits(&modulus) < 2048 || bits(&modulus) > 8192 || !odd(&modulus) || exponent.len() > 8 {
        return None;
    }
    if !odd(&exponent) || bits(&exponent) < 2 {
        return None;
    }
    Some((kid, signatures.key(&modulus, &exponent)?))
}

fn without_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last & 1 == 1)
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.iter().map(|(kid, _)| kid)).finish()
    }
}

/// Why a text is not a key set to verify with. A set that was good stays in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeySetError {
    /// It is longer than 50 KiB, or has more than 100 keys.
    TooLarge,
    /// It is not a JSON object with a list `keys`.
    Unreadable,
    /// No member of it is a key that signatures may be verified with.
    NoKey,
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the key set is longer than 50 KiB, or has more than 100 keys",
            Self::Unreadable => "the key set is not a JSON object with a list of keys",
            Self::NoKey => "the key set has no RSA key of 2,048 bits or more for signatures",
        })
    }
}

impl std::error::Error for KeySetError {}
