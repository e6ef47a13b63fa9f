//! The keys that the fake's tokens are signed with.

use std::sync::Arc;
use std::time::Duration;

use super::FakeKinde;
use crate::tenant::keys::signing::SigningKey;
use crate::text::seconds::{rounded_up, since_1970};

impl FakeKinde {
    /// Returns the ids of the keys that are published, the one that signs first.
    pub fn key_ids(&self) -> Vec<String> {
        let now = since_1970(self.0.clock.now());
        self.tenant().keys.published(now).map(|key| key.kid().to_owned()).collect()
    }

    /// Signs with another key from now on, and answers its id. The last one stays in the key set for `overlap` of the
    /// fake's clock.
    ///
    /// The first two times it takes a key that is embedded; after that it makes one, which takes a tenth of a second.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let kinde = kinde_mock::FakeKinde::new();
    /// let first = kinde.key_ids();
    /// let second = kinde.rotate_key(Duration::from_secs(600));
    /// assert_eq!(kinde.key_ids(), [second.clone(), first[0].clone()]);
    /// kinde.clock().advance(Duration::from_secs(600));
    /// assert_eq!(kinde.key_ids(), [second]);
    /// ```
    pub fn rotate_key(&self, overlap: Duration) -> String {
        let spare = self.tenant().keys.spare();
        // Without the state, since it takes long. A system without randomness keeps its key.
        let Some(key) = spare.or_else(|| SigningKey::generate().map(Arc::new)) else {
            return self.tenant().keys.current().kid().to_owned();
        };
        let kid = key.kid().to_owned();
        let now = since_1970(self.0.clock.now());
        self.tenant().keys.rotate(key, now.saturating_add(rounded_up(overlap)), now);
        kid
    }

    /// Withdraws a key that doesn't sign any more before its time, and answers whether it was there.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let kinde = kinde_mock::FakeKinde::new();
    /// let first = kinde.key_ids().remove(0);
    /// kinde.rotate_key(Duration::from_secs(600));
    /// assert!(kinde.retire_key(&first));
    /// assert_eq!(kinde.key_ids().len(), 1);
    /// ```
    pub fn retire_key(&self, kid: &str) -> bool {
        self.tenant().keys.retire(kid)
    }

    /// Signs with a key of yours: PKCS#8 in DER, RSA of 2048 bits or more. No other is published.
    ///
    /// # Errors
    /// If it is not such a key.
    pub fn use_key(&self, pkcs8: &[u8]) -> Result<String, KeyRejected> {
        let key = Arc::new(SigningKey::from_pkcs8(pkcs8).ok_or(KeyRejected(()))?);
        let kid = key.kid().to_owned();
        self.tenant().keys.replace(key);
        Ok(kid)
    }
}

/// A key that tokens can't be signed with: it is not PKCS#8 in DER, or no RSA key of 2048 bits or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRejected(());

impl std::fmt::Display for KeyRejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an RSA key of 2048 bits or more in PKCS#8, DER")
    }
}

impl std::error::Error for KeyRejected {}
