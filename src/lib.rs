//! Rust SDK for Kinde's OAuth API.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use kinde_core::*;
#[cfg(feature = "hyper")]
pub use kinde_hyper as hyper;
#[cfg(feature = "reqwest")]
pub use kinde_reqwest as reqwest;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/errors.md")]
struct ErrorsPage;
