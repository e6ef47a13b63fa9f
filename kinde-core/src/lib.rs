//! The Kinde OAuth API without an HTTP library.
//!
//! ```text
//! request builder --encode--> http::Request<Bytes> --Transport--> http::Response<Bytes> --decode--> model | Error
//! ```
//!
//! [`GetUserProfileV2`], [`TokenIntrospection`] and [`TokenRevocation`] are the requests. A [`Client`] sends
//! them over a [`Transport`], and applications hold it as [`OAuth`]. Backends live in crates of their own
//! (`kinde-reqwest`, `kinde-hyper`), so that a major version of theirs never forces one of this crate; the crate `kinde`
//! puts them together.
//!
//! Nothing here spawns, keeps a global, reads the environment or needs a runtime.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod area;
mod client;
mod domain;
mod error;
mod form;
mod json;
mod oauth;
mod operation;
mod retry;
mod secret;
mod timer;
mod trace;
mod transport;

pub use client::{Client, ClientBuilder};
pub use domain::Domain;
pub use error::{Error, ErrorDetail, ErrorKind, ErrorResponse, TokenErrorResponse};
pub use oauth::{
    ActiveToken, GetUserProfileV2, OAuth, TokenIntrospect, TokenIntrospection, TokenRevocation,
    TokenTypeHint, UserProfileV2,
};
pub use operation::{Operation, OperationKind};
pub use retry::RetryPolicy;
pub use secret::{AccessToken, ClientSecret, Token};
pub use timer::Timer;
#[cfg(feature = "tokio")]
pub use timer::TokioTimer;
#[cfg(feature = "tower")]
pub use transport::tower;
pub use transport::{CallContext, Proxy, ProxyUrl, Transport, TransportError, TransportErrorKind, collect};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
