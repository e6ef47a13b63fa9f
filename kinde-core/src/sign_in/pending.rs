//! What one browser keeps between leaving for the sign-in page and coming back.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::cookies::SLOTS;
use super::return_to::ReturnTo;
use crate::secret::CodeVerifier;

/// How long a sign-in may take.
pub(super) const LIFE: Duration = Duration::from_secs(600);
/// How far another machine's clock may be ahead that began it.
const SKEW: Duration = Duration::from_secs(60);
const FORMAT: &str = "1";

/// A sign-in that has begun, of one browser: 32 random bytes, when it began and where, and where the user wanted to go.
///
/// State, nonce and PKCE verifier are derived from the bytes. It holds no secret of the application's, so it may be kept
/// in the visitor's own cookie: [`SignIn::set_cookie`](super::SignIn::set_cookie), or [`to_cookie`](Self::to_cookie) for
/// a cookie of your own. It is a secret of that browser's: `Debug` hides it, and it is wiped when dropped.
#[derive(Clone)]
pub struct Pending {
    seed: Zeroizing<[u8; 32]>,
    /// In seconds since 1970.
    born: u64,
    issuer: String,
    return_to: Option<ReturnTo>,
}

impl Pending {
    pub(super) fn new(seed: [u8; 32], now: SystemTime, issuer: String, return_to: Option<ReturnTo>) -> Self {
        let born = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { seed: Zeroizing::new(seed), born, issuer, return_to }
    }

    /// Returns it as text that a cookie can hold (RFC 6265 §4.1.1), less than 1,000 bytes. Keep it `HttpOnly` and
    /// `Secure`.
    pub fn to_cookie(&self) -> String {
        let seed = Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.seed));
        let return_to = self.return_to.as_ref().map(ReturnTo::to_cookie).unwrap_or_default();
        format!("{FORMAT}|{}|{}|{}|{return_to}", *seed, self.born, self.issuer)
    }

    /// Reads [`to_cookie`](Self::to_cookie) back. `None` for whatever that did not write: there is then no pending
    /// sign-in.
    pub fn from_cookie(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '|');
        if parts.next() != Some(FORMAT) {
            return None;
        }
        let seed = Zeroizing::new(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
        let born = parts.next()?;
        if born.is_empty() || !born.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let issuer = parts.next().filter(|issuer| !issuer.is_empty())?.to_owned();
        let return_to = match parts.next()? {
            "" => None,
            path => Some(ReturnTo::from_cookie(path)?),
        };
        let seed = Zeroizing::new(<[u8; 32]>::try_from(seed.as_slice()).ok()?);
        Some(Self { seed, born: born.parse().ok()?, issuer, return_to })
    }

    /// Returns the issuer that the browser was sent to.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns where the user wanted to go: a path on your own site.
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_ref().map(ReturnTo::as_str)
    }

    pub(super) fn is_over(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let born = Duration::from_secs(self.born);
        born > now + SKEW || now.saturating_sub(born) >= LIFE
    }

    /// `state` (RFC 6749 §10.12).
    pub(super) fn state(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derive("state"))
    }

    /// Whether a callback with this state belongs to it. Compared in a time that depends on the lengths alone.
    pub(super) fn answers(&self, state: &str) -> bool {
        let own = self.state();
        let differences = state.bytes().zip(own.bytes()).fold(0, |all, (a, b)| black_box(all | (a ^ b)));
        state.len() == own.len() && black_box(differences) == 0
    }

    /// `nonce` (OpenID Connect Core §3.1.2.1).
    pub(super) fn nonce(&self) -> Nonce {
        Nonce(URL_SAFE_NO_PAD.encode(self.derive("nonce")))
    }

    /// `code_verifier` (RFC 7636 §4.1): 43 characters.
    pub(super) fn verifier(&self) -> CodeVerifier {
        CodeVerifier::new(URL_SAFE_NO_PAD.encode(self.derive("code_verifier")))
    }

    /// Which of the four cookies it is kept in.
    pub(super) fn slot(&self) -> u8 {
        slot(&self.state())
    }

    /// One value of the seed for each purpose. Seed and names have fixed lengths, so a digest over both is as good as a
    /// key derivation (RFC 7636 §7.1 asks for 256 bits, which the seed has).
    fn derive(&self, purpose: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(*self.seed)
            .chain_update("kinde sign-in ")
            .chain_update(purpose)
            .finalize()
            .into()
    }
}

/// Which of the four cookies the sign-in with this state is kept in.
pub(super) fn slot(state: &str) -> u8 {
    Sha256::digest(state)[0] % SLOTS
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("issuer", &self.issuer)
            .field("born", &self.born)
            .finish_non_exhaustive()
    }
}

/// What an ID token must repeat, so that it is known to answer this sign-in (OpenID Connect Core §3.1.2.1).
///
/// `Debug` hides it.
#[derive(Clone)]
pub struct Nonce(String);

impl Nonce {
    /// Creates a nonce that other code sent.
    pub fn new(nonce: impl Into<String>) -> Self {
        Self(nonce.into())
    }

    /// Returns the text that was sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce([redacted])")
    }
}
