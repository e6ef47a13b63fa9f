//! The Rust SDK for [Kinde](https://kinde.com)'s OAuth API: read a signed-in user's profile, introspect a
//! token, revoke a token.
//!
//! ```no_run
//! # #[cfg(feature = "reqwest")]
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
//! | to | see |
//! |---|---|
//! | read a profile, introspect or revoke a token | [`OAuth`], and its requests in [`oauth`] |
//! | sign users in | [`sign_in`] |
//! | get tokens for a code, a refresh token, a machine, a device | [`TokenEndpoint`], and its requests in [`token`] |
//! | keep users signed in, and a token for the service itself | [`keep`] |
//! | read a tenant's configuration and keys | [`WellKnown`], and its requests in [`keys`] |
//! | hold all of it as one value | [`Kinde`] |
//! | know what failed | [`Error`], [`ErrorKind`], and what a service said in [`error`] |
//! | set limits and retries | [`Client::builder`], [`RetryPolicy`] |
//! | bring an HTTP client | [`Transport`], and what helps to write one in [`transport`] |
//! | call what isn't covered yet | [`Operation`], [`Client::execute`], and what writes one in [`wire`] |
//! | test without the service | the crate `kinde-mock` |
//!
//! # Features
//!
//! All of them add, none changes what another means, and any combination builds.
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `reqwest` | yes | `kinde::reqwest`: a transport over reqwest |
//! | `hyper` | | `kinde::hyper`: a transport over hyper-util, with fewer dependencies |
//! | `rustls` | yes | TLS for the backends that are on: rustls with aws-lc-rs and the platform's verifier. Without it they call http on loopback only, and say so |
//! | `sign-in` | yes | begins sign-ins and sessions with the system's randomness: `SignIn::start`, `UserTokens::sign_in` |
//! | `jwt` | | `kinde::jwt`: access and ID tokens verified locally, by aws-lc-rs |
//! | `tokio` | by a backend | [`TokioTimer`], with which a transport of your own can retry |
//! | `tower` | | `kinde::transport::tower`: adapters from and to `tower::Service` |
//! | `tracing` | | one span per call, by OpenTelemetry's HTTP client conventions, and one event per attempt |
//!
//! With none of them there is everything but a backend and a timer: implement [`Transport`], or use [`Operation`]
//! alone.
//!
//! # What it does behind your back
//!
//! It spawns nothing and keeps no global. The HTTP library spawns its connections' tasks on the runtime of
//! the call. The environment is read for proxies (`HTTPS_PROXY` and its like; can be turned off) and, by the
//! platform's verifier, for `SSL_CERT_FILE` and `SSL_CERT_DIR`. Tokens are never logged.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "tokio")]
pub use kinde_core::TokioTimer;
pub use kinde_core::{
    AccessToken, AuthorizationCode, CallContext, Client, ClientBuilder, ClientSecret, CodeVerifier,
    DeviceCode, Domain, Error, ErrorKind, IdToken, Kinde, OAuth, Operation, OperationKind, Proxy,
    RefreshToken, RetryPolicy, Timer, Token, TokenEndpoint, Transport, TransportError, TransportErrorKind,
    WellKnown,
};
#[doc(inline)]
pub use kinde_core::{error, keep, keys, oauth, sign_in, token, transport, wire};
#[cfg(feature = "hyper")]
#[doc(inline)]
pub use kinde_hyper as hyper;
#[cfg(feature = "jwt")]
#[doc(inline)]
pub use kinde_jwt as jwt;
#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use kinde_reqwest as reqwest;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/errors.md")]
struct ErrorsPage;

#[cfg(doctest)]
#[doc = include_str!("../docs/guide.md")]
struct Guide;

#[cfg(doctest)]
#[doc = include_str!("../docs/testing-with-kinde-mock.md")]
struct TestingPage;

#[cfg(doctest)]
#[doc = include_str!("../docs/kinde-mock-program.md")]
struct ProgramPage;

#[cfg(doctest)]
#[doc = include_str!("../docs/writing-a-transport.md")]
struct WritingATransport;
