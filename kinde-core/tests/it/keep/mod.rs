//! What is kept: the store, one load for many, tokens that stay fresh. Clocks are tokio's, paused; calls are counted.

mod machine_tokens;
mod memory_store;
mod service;
mod single_flight;
mod store_key;
mod stores;
mod user_tokens;
