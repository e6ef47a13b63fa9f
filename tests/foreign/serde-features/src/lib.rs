//! A program that depends on kinde-core, and on crates that switch on features of serde_json: see `tests/`.
