//! The fake by its library. The program has a test program of its own: starting one copies every open socket for a
//! moment, so a port that was closed here would still answer. So has the log, of which a process has one.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod account;
mod bad_tokens;
mod computed;
mod documentation;
mod edges;
mod form_post;
mod in_process;
mod introspection;
mod isolation;
mod journal;
mod leaks;
mod model;
mod profile;
mod revocation;
mod scripts;
#[cfg(feature = "server")]
mod serve;
mod setup;
mod sign_in;
#[cfg(feature = "wiremock")]
mod sockets;
mod support;
mod token_faults;
#[cfg(feature = "wiremock")]
mod wiremock_door;
