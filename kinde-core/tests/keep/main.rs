//! What is kept: the store, one load for many, tokens that stay fresh. Clocks are tokio's, paused; calls are counted.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod memory_store;
mod single_flight;
mod store_key;
