//! What must hold for any input: one function for each thing that reads bytes from outside.
//!
//! Each takes raw bytes and panics where a promise is broken. The fuzz targets call them under a
//! coverage-guided search; `tests/it/fuzz_twins.rs` of the root package includes this file and calls the same
//! functions, on every gate, with the committed corpora and with random changes to them.

pub mod bearer;
pub mod delay;
pub mod domain;
pub mod errors;
pub mod fake;
pub mod introspection;
pub mod jwt;
pub mod pairs;
pub mod profile;
pub mod revocation;
pub mod words;

/// A target by name, as the corpus folders and the fuzz binaries are called.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 11] = [
    ("profile", profile::check),
    ("introspection", introspection::check),
    ("revocation", revocation::check),
    ("errors", errors::check),
    ("delay", delay::check),
    ("domain", domain::check),
    ("bearer", bearer::check),
    ("fake", fake::check),
    ("token", jwt::token),
    ("claims", jwt::claims),
    ("key_set", jwt::key_set),
];
