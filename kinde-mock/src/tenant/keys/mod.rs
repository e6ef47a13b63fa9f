//! The keys that tokens are signed with.

pub(crate) mod signing;

use std::sync::{Arc, LazyLock};

use signing::SigningKey;

/// Published with the sources, so that a token's signature and its `kid` are the same after a restart. They protect
/// nothing and must not.
static EMBEDDED: [LazyLock<Arc<SigningKey>>; 3] = [
    LazyLock::new(|| embedded(include_bytes!("test-key-1.der"))),
    LazyLock::new(|| embedded(include_bytes!("test-key-2.der"))),
    LazyLock::new(|| embedded(include_bytes!("test-key-3.der"))),
];

#[allow(clippy::expect_used, reason = "a constant, which every test would notice")]
fn embedded(der: &[u8]) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_pkcs8(der).expect("the embedded keys are in order"))
}

/// The one that signs, and those that are still published.
pub(crate) struct KeyRing {
    current: Arc<SigningKey>,
    /// With the second at which each is withdrawn.
    retiring: Vec<(Arc<SigningKey>, u64)>,
    /// How many of the embedded ones were taken.
    taken: usize,
}

impl KeyRing {
    pub(crate) fn embedded() -> Self {
        Self { current: Arc::clone(&EMBEDDED[0]), retiring: Vec::new(), taken: 1 }
    }

    pub(crate) fn current(&self) -> &Arc<SigningKey> {
        &self.current
    }

    /// Those that are published at `now`, the one that signs first.
    pub(crate) fn published(&self, now: u64) -> impl Iterator<Item = &SigningKey> {
        let retiring = self.retiring.iter().filter(move |(_, until)| now < *until);
        std::iter::once(&*self.current).chain(retiring.map(|(key, _)| &**key))
    }

    /// The next embedded one, if one is left.
    pub(crate) fn spare(&mut self) -> Option<Arc<SigningKey>> {
        let spare = EMBEDDED.get(self.taken)?;
        self.taken += 1;
        Some(Arc::clone(spare))
    }

    /// Signs with `next` from now on; the last one is published until then.
    pub(crate) fn rotate(&mut self, next: Arc<SigningKey>, until: u64, now: u64) {
        self.retiring.retain(|(_, until)| now < *until);
        let last = std::mem::replace(&mut self.current, next);
        self.retiring.push((last, until));
    }

    /// Withdraws one that doesn't sign any more; whether it was there.
    pub(crate) fn retire(&mut self, kid: &str) -> bool {
        let before = self.retiring.len();
        self.retiring.retain(|(key, _)| key.kid() != kid);
        self.retiring.len() < before
    }

    /// Signs with this one, and publishes no other.
    pub(crate) fn replace(&mut self, key: Arc<SigningKey>) {
        self.current = key;
        self.retiring.clear();
    }
}

/// A key that no tenant publishes: for tokens that must be refused.
pub(crate) fn foreign() -> Arc<SigningKey> {
    Arc::clone(&EMBEDDED[2])
}
