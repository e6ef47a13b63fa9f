//! For this repository's tests alone: a server and a client over plain sockets, that say what no HTTP library would.
//! The server is the conformance suite's own.
#![allow(clippy::unwrap_used, clippy::panic)]

pub mod client;
#[cfg(feature = "tls")]
pub mod frames;
pub mod server;
#[cfg(feature = "tls")]
pub mod tls;

pub use client::Client;
pub use kinde_conformance::server::{Conn, Received, Server};
