//! The program `kinde-mock`, as a process: what it prints, how it ends, what its admin API does.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod admin;
mod child;
mod docs;
mod edges;
mod endings;
mod health;
mod openapi;
mod ready;
mod robust;
mod scopes;
mod scripts;
mod seed;
mod written;
