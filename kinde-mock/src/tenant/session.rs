//! Whom a browser is signed in as.

/// How long it lasts, by the fake's clock, in seconds: a day.
pub(crate) const LIFE: u64 = 86_400;

#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) user: String,
    pub(crate) auth_time: u64,
}
