//! What the fake serves, a file each: what its answers are and how that is known, what the state answers, what is odd
//! in a request, and the replies that can be scripted, in Rust and in writing.
//!
//! A new one is a file here and a line in the [table]; everything else reads the table.

pub(crate) mod account;
pub(crate) mod answering;
mod client;
pub(crate) mod find;
mod form;
#[cfg(feature = "cli")]
pub(crate) mod keyed;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod oauth;
mod refusal;
pub(crate) mod secrets;
pub(crate) mod table;
pub(crate) mod token;
