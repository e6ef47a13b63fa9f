//! This backend, seen from outside: what every backend owes its callers, and what is its own.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

#[path = "../../../tests/transport_cases/mod.rs"]
mod cases;
mod fairness;
#[cfg(unix)]
mod from_connector;
mod transport;
