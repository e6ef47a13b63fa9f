//! SHA-256, under which secrets are kept.

use sha2::{Digest as _, Sha256};

pub(crate) type Digest = [u8; 32];

pub(crate) fn digest(text: impl AsRef<[u8]>) -> Digest {
    Sha256::digest(text.as_ref()).into()
}
