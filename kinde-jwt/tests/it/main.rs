//! Verification from outside: each line of the list of known attacks on JWT libraries is a test by its name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod algorithms;
mod claims;
mod encoding;
mod helpers;
mod key_sets;
mod keys_under_stress;
mod kinds;
mod properties;
mod support;
mod tenants;
mod wycheproof;
