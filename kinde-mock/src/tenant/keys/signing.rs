//! One key: RSA with SHA-256, as all of Kinde's.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

use crate::text::base64;
use crate::text::digest::digest;

pub(crate) struct SigningKey {
    kid: String,
    n: String,
    e: String,
    /// The first part of its tokens.
    header: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// From PKCS#8, DER; none if it is not an RSA key of 2048 to 8192 bits.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        Self::of(RsaKeyPair::from_pkcs8(der).ok()?)
    }

    /// A new one. That takes a tenth of a second: not with a lock.
    pub(crate) fn generate() -> Option<Self> {
        Self::of(RsaKeyPair::generate(KeySize::Rsa2048).ok()?)
    }

    fn of(pair: RsaKeyPair) -> Option<Self> {
        let public = pair.public_key().as_ref();
        let (n, e) = modulus_and_exponent(public)?;
        let (n, e) = (base64::url(n), base64::url(e));
        // Kinde's form: bytes in hexadecimal with colons between. That has no `>`, `?` or `~`, so base64url writes
        // it without `-` and `_`, which some clients can't read in a header.
        let kid = digest(public)[..16].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
        let header = base64::url(format!(r#"{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}"#));
        Some(Self { kid, n, e, header, pair })
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The modulus, in base64url.
    pub(crate) fn n(&self) -> &str {
        &self.n
    }

    /// The exponent, in base64url.
    pub(crate) fn e(&self) -> &str {
        &self.e
    }

    /// A JWT with these claims: half a millisecond, so not with a lock.
    pub(crate) fn sign(&self, claims: &[u8]) -> String {
        self.sign_as(&self.header, claims)
    }

    /// A JWT with another header.
    pub(crate) fn sign_as(&self, header: &str, claims: &[u8]) -> String {
        let mut token = format!("{header}.{}", base64::url(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // The padding is deterministic, and the length is right: it can't fail.
        let _ = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature);
        token.push('.');
        token.push_str(&base64::url(signature));
        token
    }

    /// What it says of itself in its tokens, in base64url.
    pub(crate) fn header(&self) -> &str {
        &self.header
    }

    /// The public key, PKCS#1 in DER.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

/// From PKCS#1, DER: a sequence of two integers (RFC 8017 A.1.1), without the zero that keeps them positive.
fn modulus_and_exponent(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (n, rest) = element(sequence, 0x02)?;
    let (e, _) = element(rest, 0x02)?;
    let positive = |bytes: &'_ [u8]| bytes.iter().position(|byte| *byte != 0);
    Some((&n[positive(n)?..], &e[positive(e)?..]))
}

/// What an element of this tag holds, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (bytes.iter().fold(0usize, |all, byte| all << 8 | usize::from(*byte)), rest)
        }
    };
    (*first == tag).then(|| rest.split_at_checked(length))?
}
