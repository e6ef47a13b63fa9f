//! How long an access token lives.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::json::{self, Members};
use crate::timer::Timer;
use crate::token::TokenResponse;

/// Where nothing is said.
const GUESS: Duration = Duration::from_secs(5 * 60);
/// More than any token lives, and not too much for a clock.
const LONGEST: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// More than any token has.
const PAYLOAD: usize = 64 * 1024;

/// How long a token lives that was just issued, and whether that is only a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) span: Duration,
    pub(super) guessed: bool,
}

impl Life {
    /// What the answer says; else what the token says of itself, which is a hint and unverified; else five minutes.
    pub(super) fn of(tokens: &TokenResponse, timer: &dyn Timer) -> Self {
        let told = tokens.expires_in.or_else(|| hint(tokens.access_token.expose(), timer));
        Self { span: told.unwrap_or(GUESS).min(LONGEST), guessed: told.is_none() }
    }
}

/// The time to a JWT's `exp`. One that is over already says more of the clocks than of a token that was just issued.
fn hint(token: &str, timer: &dyn Timer) -> Option<Duration> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || payload.len() > PAYLOAD {
        return None;
    }
    let payload = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload).ok()?);
    let exp = Members::parse(&["exp"], &payload).ok()?.take("exp", json::seconds).ok()??;
    Duration::from_secs(exp).checked_sub(timer.unix_time()).filter(|left| !left.is_zero())
}
