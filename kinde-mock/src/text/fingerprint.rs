//! How tokens and secrets are named where they must not be shown.

use std::fmt;

use sha2::{Digest, Sha256};

/// The first eight hexadecimal digits of a text's SHA-256: what the journal shows in place of a token or a
/// secret.
///
/// ```
/// use kinde_mock::Fingerprint;
///
/// assert_eq!(Fingerprint::of("abc").to_string(), "ba7816bf");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 4]);

impl Fingerprint {
    /// Takes the fingerprint of `text`.
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let mut first = [0; 4];
        first.copy_from_slice(&digest[..4]);
        Self(first)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
