//! Who checks a signature.

use std::fmt;

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2; `RS256` of RFC 7518 §3.3), by a library of your choice.
///
/// [`AwsLcRs`] is the one for every target that has it. For others (wasm32, say) implement it over what is there.
pub trait SignatureVerifier: Send + Sync {
    /// Takes a public key: modulus and exponent, big-endian, without leading zeros. `None` if it is not a key that may be
    /// used; a modulus under 2,048 bits and an exponent under 3 never get here.
    fn key(&self, modulus: &[u8], exponent: &[u8]) -> Option<Box<dyn PublicKey>>;
}

/// One key, ready to verify with.
pub trait PublicKey: Send + Sync {
    /// Whether `signature` is this key's for `message`.
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
}

impl fmt::Debug for dyn PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey")
    }
}

/// Signatures by aws-lc-rs, the library that rustls uses here.
#[cfg(feature = "aws-lc-rs")]
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsLcRs;

#[cfg(feature = "aws-lc-rs")]
mod aws_lc {
    use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    use super::{AwsLcRs, PublicKey, SignatureVerifier};

    impl SignatureVerifier for AwsLcRs {
        fn key(&self, modulus: &[u8], exponent: &[u8]) -> Option<Box<dyn PublicKey>> {
            let components = RsaPublicKeyComponents { n: modulus, e: exponent };
            let key = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
            Some(Box::new(Key(key)))
        }
    }

    struct Key(ParsedPublicKey);

    impl PublicKey for Key {
        fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
            self.0.verify_sig(message, signature).is_ok()
        }
    }
}
