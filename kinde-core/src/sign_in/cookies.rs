//! Where pending sign-ins are kept: four cookies of the visitor's own browser.
//!
//! One for each attempt would pile up until a server refuses the request; a single one would make the second of two tabs
//! end the first. Which of the four a sign-in takes follows from its state, so the callback names its cookie.

use std::fmt::Write as _;
#[cfg(feature = "sign-in")]
use std::time::SystemTime;

use http::header::{COOKIE, HeaderMap, HeaderValue};

use super::absolute_url::is_this_machine;
use super::authorize::SignIn;
use super::callback::{Callback, CallbackError};
use super::pending::{LIFE, Pending, slot};
#[cfg(feature = "sign-in")]
use crate::domain::Domain;
#[cfg(feature = "sign-in")]
use crate::error::Error;

pub(super) const SLOTS: u8 = 4;
const NAME: &str = "kinde-sign-in-";

impl SignIn {
    /// Does what [`start`](Self::start) does, beside what the browser already has pending: the first of the four
    /// cookies that is free, else the next in turn. `headers` are those of the visitor's request.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    #[cfg(feature = "sign-in")]
    pub fn start_beside(
        &self,
        headers: &HeaderMap,
        domain: &Domain,
        now: SystemTime,
    ) -> Result<(String, Pending), Error> {
        let turn = self.next_slot.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let free = |slot: &u8| self.kept(headers, slot % SLOTS).is_none_or(|pending| pending.is_over(now));
        let slot = (0..SLOTS).map(|step| turn.wrapping_add(step)).find(free).unwrap_or(turn);
        self.start_in(slot, domain, now)
    }

    /// Returns the `Set-Cookie` value that keeps a pending sign-in in its browser for ten minutes: `HttpOnly`,
    /// `SameSite=Lax` (`Strict` would not come back from Kinde's page), `Secure` and `__Host-` unless the callback is
    /// http on loopback.
    pub fn set_cookie(&self, pending: &Pending) -> HeaderValue {
        self.cookie(pending.slot(), &pending.to_cookie(), LIFE.as_secs())
    }

    /// Returns the `Set-Cookie` value that ends a pending sign-in: send it once the sign-in has been accepted, and the
    /// code exchanged.
    pub fn clear_cookie(&self, pending: &Pending) -> HeaderValue {
        self.cookie(pending.slot(), "", 0)
    }

    /// Returns the `Set-Cookie` values that end every pending sign-in of a browser: for signing out.
    pub fn clear_cookies(&self) -> [HeaderValue; SLOTS as usize] {
        [0, 1, 2, 3].map(|slot| self.cookie(slot, "", 0))
    }

    /// Returns the pending sign-in that a callback belongs to, out of the request's cookies.
    ///
    /// # Errors
    /// [`CallbackError::NoPendingSignIn`] if this browser has none with the callback's state.
    pub fn pending(&self, headers: &HeaderMap, callback: &Callback) -> Result<Pending, CallbackError> {
        let state = callback.state()?;
        let kept = self.kept(headers, slot(state)).filter(|pending| pending.answers(state));
        kept.ok_or(CallbackError::NoPendingSignIn)
    }

    /// What is kept in a slot. A second cookie of the name (set for another path or domain) is a doubt: there is none.
    fn kept(&self, headers: &HeaderMap, slot: u8) -> Option<Pending> {
        let name = self.name(slot);
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(name.as_str())?.strip_prefix('='));
        let value = found.next()?;
        if found.any(|other| other != value) {
            return None;
        }
        Pending::from_cookie(value)
    }

    fn name(&self, slot: u8) -> String {
        let prefix = if self.is_over_https() { "__Host-" } else { "" };
        format!("{prefix}{NAME}{slot}")
    }

    fn cookie(&self, slot: u8, value: &str, seconds: u64) -> HeaderValue {
        let mut line =
            format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax", self.name(slot));
        if self.is_over_https() {
            let _ = line.write_str("; Secure");
        }
        // What is written above is visible ASCII and spaces.
        let mut header = HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }

    /// Browsers keep a `Secure` cookie of an http site on loopback only sometimes (Safari doesn't).
    fn is_over_https(&self) -> bool {
        let loopback =
            self.redirect_uri.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
                && is_this_machine(self.redirect_uri[7..].split(['/', '?']).next().unwrap_or_default());
        !loopback
    }
}
