//! A token's text, taken apart: no key and no claim has been looked at yet (RFC 7515 §5.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::error::{Malformed, VerifyError};

/// Kinde's tokens have about 1.1 kB; with many permissions some more.
const BYTES_AT_MOST: usize = 16 * 1024;

/// A token whose header may be acted on.
#[derive(Debug)]
pub(crate) struct Compact<'a> {
    /// What is signed: header and claims as they were written.
    pub(crate) signed: &'a [u8],
    pub(crate) signature: Vec<u8>,
    /// Which key the header names.
    pub(crate) kid: String,
    claims: &'a str,
}

impl<'a> Compact<'a> {
    pub(crate) fn read(token: &'a str) -> Result<Self, VerifyError> {
        let (header, claims, signature) = parts(token)?;
        let header = object(header)?;
        let signature = decode(signature)?;
        // Before any key is looked up: the header may choose among our keys, never how they are used.
        if header.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Err(VerifyError::Algorithm);
        }
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(VerifyError::Extension);
        }
        // `jku`, `jwk`, `x5u` and `x5c` bring keys of the sender's: nobody reads them.
        match header.get("typ") {
            None => {}
            Some(Value::String(name)) if name.eq_ignore_ascii_case("jwt") => {}
            Some(_) => return Err(VerifyError::Type),
        }
        let Some(Value::String(kid)) = header.get("kid") else { return Err(VerifyError::NoKeyId) };
        let signed = &token.as_bytes()[..token.len() - signature_length(token)];
        Ok(Self { signed, signature, kid: kid.clone(), claims })
    }

    /// The claims. Only those of a verified token may be asked for.
    pub(crate) fn claims(&self) -> Result<Map<String, Value>, VerifyError> {
        object(self.claims)
    }
}

/// The issuer that an unverified token names: good for choosing among verifiers that were configured, and nothing else.
pub(crate) fn unverified_issuer(token: &str) -> Result<String, VerifyError> {
    let (_, claims, _) = parts(token)?;
    match object(claims)?.remove("iss") {
        Some(Value::String(issuer)) => Ok(issuer),
        _ => Err(VerifyError::Issuer),
    }
}

fn parts(token: &str) -> Result<(&str, &str, &str), VerifyError> {
    if token.len() > BYTES_AT_MOST {
        return Err(VerifyError::Malformed(Malformed::TooLong));
    }
    let mut parts = token.splitn(4, '.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(claims), Some(signature), None) => Ok((header, claims, signature)),
        _ => Err(VerifyError::Malformed(Malformed::Parts)),
    }
}

/// The last dot and what follows it.
fn signature_length(token: &str) -> usize {
    token.rfind('.').map_or(0, |dot| token.len() - dot)
}

/// Canonical alone: with other last bits or padding, one token would have several texts.
fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed(Malformed::Encoding))
}

fn object(part: &str) -> Result<Map<String, Value>, VerifyError> {
    kinde_core::wire::unique_object(&decode(part)?).map_err(|_| VerifyError::Malformed(Malformed::Json))
}
