//! Kinde's OAuth API over [reqwest](https://docs.rs/reqwest).
//!
//! ```no_run
//! # async fn run() -> Result<(), kinde::Error> {
//! use kinde::oauth::GetUserProfileV2;
//! use kinde::{AccessToken, Domain, OAuth};
//!
//! let kinde = kinde::reqwest::client(Domain::new("acme.kinde.com")?)?;
//! let bearer = AccessToken::new("eyJhbGciOi.eyJzdWIiOi.c2ln")?;
//! let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await?;
//! # let _ = user;
//! # Ok(())
//! # }
//! ```
//!
//! [`client`] is enough for most programs. [`ReqwestTransport::builder`] sets time-outs, the pool, extra
//! roots and the proxy; [`ReqwestTransport::from_builder`] takes a [`reqwest::ClientBuilder`] with whatever
//! else it was given, and makes it safe for bearers. There is no way to pass a finished `reqwest::Client`:
//! as shipped, it follows redirects, and a 307 replays the token and the client secret to another origin.
//!
//! Calls must run inside a tokio runtime; several may share one client, and each has connections of its own. reqwest
//! spawns a task per connection on it, nothing else.
//!
//! # TLS
//! The feature `rustls` (on by default) is TLS by rustls with aws-lc-rs and the platform's verifier, which
//! also reads `SSL_CERT_FILE` and `SSL_CERT_DIR`. It is chosen explicitly, whatever other crates switch on
//! in reqwest, and verification can't be turned off. Without the feature, only http on loopback is called.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod causes;
mod clients;
mod error;
mod proxy;
mod setup;
#[cfg(feature = "rustls")]
mod tls;
mod transport;
mod urls;

use kinde_core::{Domain, Error, RetryPolicy, TokioTimer};
pub use transport::ReqwestTransport;

/// Sets a [`ReqwestTransport`] up.
pub type ReqwestTransportBuilder = kinde_core::transport::TransportBuilder<ReqwestTransport>;

/// A [`kinde_core::Client`] over reqwest.
pub type Client = kinde_core::Client<ReqwestTransport>;

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
    let transport = ReqwestTransport::builder().build_for(&domain)?;
    let client = kinde_core::Client::builder(domain, transport);
    Ok(client.retry(RetryPolicy::standard(), TokioTimer).build())
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
