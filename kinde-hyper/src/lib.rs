//! Kinde's OAuth API over [hyper](https://docs.rs/hyper) and [rustls](https://docs.rs/rustls): the light
//! backend, with some 30 crates fewer than reqwest's.
//!
//! ```no_run
//! # async fn run() -> Result<(), kinde::Error> {
//! use kinde::oauth::GetUserProfileV2;
//! use kinde::{AccessToken, Domain, OAuth};
//!
//! let kinde = kinde::hyper::client(Domain::new("acme.kinde.com")?)?;
//! let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
//! let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await?;
//! # let _ = user;
//! # Ok(())
//! # }
//! ```
//!
//! [`client`] is enough for most programs. [`HyperTransport::builder`] sets time-outs, the pool, extra
//! roots and the proxy, in the words of the crate `kinde-reqwest`; [`HyperTransport::from_connector`] takes
//! a connector of your own, to a Unix socket, say.
//!
//! Calls must run inside a tokio runtime; several may share one client, and each has connections of its own. hyper
//! spawns a task per connection on it, nothing else.
//!
//! # TLS
//! The feature `rustls` (on by default) is TLS by rustls with aws-lc-rs and the platform's verifier, which
//! also reads `SSL_CERT_FILE` and `SSL_CERT_DIR`. The crypto provider is passed explicitly, so none has to
//! be installed, and one that is doesn't matter. Verification can't be turned off. Without the feature,
//! only http on loopback is called.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod causes;
mod clients;
mod connector;
mod error;
mod proxy;
mod setup;
mod stream;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

pub use connector::Connector;
use kinde_core::{Domain, Error, RetryPolicy, TokioTimer};
pub use stream::Stream;
pub use transport::HyperTransport;

/// Sets a [`HyperTransport`] up.
pub type HyperTransportBuilder = kinde_core::transport::TransportBuilder<HyperTransport>;

/// A [`kinde_core::Client`] over hyper.
pub type Client = kinde_core::Client<HyperTransport>;

/// Creates a client with this crate's defaults: [`RetryPolicy::standard`] on tokio's clock, the system's proxy.
///
/// It may be made once and used by any number of tokio runtimes: each has connections of its own.
///
/// For other limits, retries or a transport of your own making there is
/// [`Client::builder`](kinde_core::Client::builder).
///
/// # Errors
/// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) if the domain is https and this crate was built
/// without its feature `rustls`, if the platform has no root certificates, if the system's proxy for
/// this domain is of a kind that isn't supported (neither https nor socks is), or if a variable of the environment, such as
/// `HTTPS_PROXY`, has a value that isn't a proxy, unless the domain is loopback.
pub fn client(domain: Domain) -> Result<Client, Error> {
    let transport = HyperTransport::builder().build_for(&domain)?;
    let client = kinde_core::Client::builder(domain, transport);
    Ok(client.retry(RetryPolicy::standard(), TokioTimer).build())
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
