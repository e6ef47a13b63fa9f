//! `serve`: seen by a TCP client that is written by hand, so that nothing is smoothed over.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod faults;
mod http2;
mod lifetime;
mod opening;
mod raw;
mod requests;
