//! kinde-core's single flight, the same sources, over loom's mutex: loom runs each test of `model.rs` in every order in which
//! its threads can take turns at the locks.
//!
//! It is a package of its own, since `--cfg loom` would reach kinde-core's dependencies, too, some of which then don't build.
#![cfg(test)]
#![allow(dead_code, unused_imports, unreachable_pub)]

mod keep;
mod model;
