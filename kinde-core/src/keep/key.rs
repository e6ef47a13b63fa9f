//! Under which name something is kept.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::Domain;

/// Raised when the bytes that are kept change their form: what an older version wrote is then absent, not misread.
const FORMAT: u8 = 1;

/// The name of an entry in a [`Store`](super::Store): `kinde:FORMAT:TENANT:KIND:DIGEST`.
///
/// What identifies the entry (a token, a session, a client id and its audiences) goes into a SHA-256 digest, so a key
/// gives nothing away to those who can list them. In front of it stand the format's version, the tenant's host and what
/// kind of thing is kept, so that several tenants and versions can share one store.
///
/// ```
/// use kinde::Domain;
/// use kinde::keep::StoreKey;
///
/// let domain = Domain::new("acme.kinde.com")?;
/// let key = StoreKey::new(&domain, "answer", &[b"a token", b"who asks"]);
/// assert!(key.as_str().starts_with("kinde:1:acme.kinde.com:answer:"));
/// assert_ne!(key, StoreKey::new(&domain, "answer", &[b"a tokenwho", b" asks"])); // where a part ends counts
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey(Arc<str>);

impl StoreKey {
    /// Creates the key of what `parts` identify together, at one tenant. `kind` is a plain word of the program's own.
    ///
    /// The scheme is not part of it, and the host counts without regard to case.
    pub fn new(domain: &Domain, kind: &'static str, parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let (host, digest) = (domain.host().to_ascii_lowercase(), Hex(&digest.finalize()).to_string());
        Self(match domain.port() {
            Some(port) => format!("kinde:{FORMAT}:{host}:{port}:{kind}:{digest}").into(),
            None => format!("kinde:{FORMAT}:{host}:{kind}:{digest}").into(),
        })
    }

    /// Returns the key as text: printable ASCII without spaces, less than 400 bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({})", self.0)
    }
}

/// Bytes in lower-case hexadecimal digits.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
