//! The Kinde OAuth API without an HTTP library.
//!
//! ```text
//! request builder --encode--> http::Request<Bytes> --Transport--> http::Response<Bytes> --decode--> model | Error
//! ```
//!
//! [`oauth::GetUserProfileV2`], [`oauth::TokenIntrospection`] and [`oauth::TokenRevocation`] are the requests. A [`Client`] sends
//! them over a [`Transport`], and applications hold it as [`OAuth`]. Backends live in crates of their own
//! (`kinde-reqwest`, `kinde-hyper`), so that a major version of theirs never forces one of this crate; the crate `kinde`
//! puts them together.
//!
//! Nothing here spawns, keeps a global or reads the environment, and only what the feature `tokio` adds needs a runtime.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Imports go one way: kind, json, error, timer, domain, secret, wire, application, transport, operation, client, oauth,
// token, keys, kinde, random, sign_in, keep. Each imports from those before it only, and from where a thing is defined,
// never through the names below.
mod application;
mod client;
mod domain;
pub mod error;
mod json;
pub mod keep;
pub mod keys;
mod kind;
mod kinde;
pub mod oauth;
mod operation;
#[cfg(feature = "sign-in")]
mod random;
mod secret;
pub mod sign_in;
mod timer;
pub mod token;
pub mod transport;
pub mod wire;

pub use client::{Client, ClientBuilder, RetryPolicy};
pub use domain::Domain;
pub use error::{Error, ErrorKind, TransportError, TransportErrorKind};
pub use keys::WellKnown;
pub use kind::OperationKind;
pub use kinde::Kinde;
pub use oauth::OAuth;
pub use operation::Operation;
pub use secret::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, IdToken, RefreshToken, Token,
};
pub use timer::Timer;
#[cfg(feature = "tokio")]
pub use timer::TokioTimer;
pub use token::TokenEndpoint;
pub use transport::{CallContext, Proxy, Transport};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
