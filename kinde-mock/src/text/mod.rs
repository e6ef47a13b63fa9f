//! Text: digests, dates, base64, names that are near each other, and what is written in files. Knows neither HTTP
//! nor Kinde.

pub(crate) mod base64;
#[cfg(feature = "cli")]
pub(crate) mod date;
pub(crate) mod digest;
pub(crate) mod fingerprint;
#[cfg(feature = "cli")]
pub(crate) mod key_error;
pub(crate) mod members;
pub(crate) mod nearest;
pub(crate) mod random;
pub(crate) mod seconds;
#[cfg(feature = "cli")]
pub(crate) mod values;
