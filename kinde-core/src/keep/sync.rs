//! The one primitive that single flight is built on, in a place of its own: the model in `loom/` compiles the same sources
//! with loom's in its stead.

pub(super) use std::sync::{Mutex, MutexGuard};
