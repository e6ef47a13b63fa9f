//! What crosses crates: each operation over each backend against the fake, servers that are hostile or broken, many users
//! at once, pages that say what is so. What is logged (`leaks`) and storms that last (`storm_hour`) have programs of their
//! own: a process has one log, and what it holds is looked at as a whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod auto_traits;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod common;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod conformance;
mod errors_page;
#[cfg(all(feature = "hyper", feature = "reqwest", target_pointer_width = "64"))]
mod future_sizes;
mod fuzz_twins;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod get_user_profile_v2;
mod hostile;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod insecure_http;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod many_users;
#[cfg(all(feature = "jwt", feature = "reqwest", feature = "sign-in"))]
mod oidc_provider;
mod own_transports;
#[cfg(all(any(feature = "hyper", feature = "reqwest"), feature = "sign-in"))]
mod sign_in;
mod storm;
mod testing_a_web_service;
mod testing_by_url;
mod testing_in_process;
mod testing_over_a_socket;
mod testing_page;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod token_endpoint;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod token_introspection;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod token_revocation;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod well_known;
