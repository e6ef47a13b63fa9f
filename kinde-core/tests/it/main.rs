//! What this crate does, seen from outside. What a process has only one of (its allocator, its memory, its subscriber)
//! is looked at by programs of their own.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod answers;
mod body;
#[cfg(feature = "tokio")]
mod client;
mod decoded;
mod domain;
mod failures;
mod international;
mod introspection_answers;
mod json;
#[cfg(all(feature = "sign-in", feature = "tokio"))]
mod keep;
mod on_the_wire;
#[cfg(feature = "tokio")]
mod pools;
mod properties;
mod proxy;
mod proxy_rules;
mod requests;
mod retry_policy;
mod secrets;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(all(feature = "tokio", target_pointer_width = "64"))]
mod sizes;
#[cfg(feature = "tokio")]
mod token;
#[cfg(feature = "tower")]
mod tower;
mod wire;
