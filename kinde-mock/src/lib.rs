//! A fake Kinde to test against: it remembers what it issued, revoked and let expire, and answers as Kinde
//! documents it, with no account and no network.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), kinde_core::Error> {
//! use kinde_core::{ErrorKind, GetUserProfileV2, OAuth};
//! use kinde_mock::MockTransport;
//!
//! let kinde = MockTransport::new();
//! let oauth = kinde.oauth(); // what the application holds: Arc<dyn OAuth>
//! let user = kinde.sign_in();
//! let profile = oauth.get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await?;
//! assert_eq!(profile.name.as_deref(), Some("John Snow"));
//!
//! kinde.revoke(&user.refresh_token); // and all else that came from this sign-in
//! let error = oauth.get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
//! # Ok(())
//! # }
//! ```
//!
//! [`FakeKinde`] is the fake itself: applications, users and tokens, [scripts](On) that lie over them, a
//! [clock](Clock) and a [journal](Journal). It is reached through one door:
//!
//! | door | feature | what it is |
//! |---|---|---|
//! | [`MockTransport`] | | no sockets: a `Transport` straight into the fake; every fault; follows a paused tokio clock |
//! | `MockKinde` | `wiremock` (default) | a wiremock server on 127.0.0.1, for whatever takes a base URL |
//! | `FakeKinde::mount_on` | `wiremock` (default) | the three documented paths on a wiremock server of yours |
//! | `serve` | `server` | a listener of our own: every fault, to the byte, and no growth |
//!
//! The program `kinde-mock` (feature `cli`) is that last one for other languages, with a seed file and an
//! admin API.
//!
//! Everything it answers is in one table, [`documented`], with its source: documented by Kinde, seen, or
//! assumed. Where a guess decides, [`Options`] or a scripted [`Reply`] has the other choice.
//!
//! Fakes share nothing, there is no global state, and no token or secret is ever printed: in the journal they
//! are [`Fingerprint`]s.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "cli")]
mod admin;
mod application;
mod base64;
mod clock;
pub mod documented;
mod door;
mod engine;
mod fake;
mod fingerprint;
#[cfg(feature = "cli")]
mod gates;
#[cfg(any(feature = "server", feature = "wiremock"))]
mod held_port;
mod journal;
mod limiter;
#[cfg(feature = "wiremock")]
mod mock_kinde;
mod operations;
mod options;
mod outcome;
#[cfg(feature = "cli")]
mod program;
mod request;
#[cfg(feature = "cli")]
mod rfc3339;
mod script;
#[cfg(feature = "cli")]
mod seed;
#[cfg(feature = "server")]
mod server;
mod store;
#[cfg(feature = "cli")]
mod tenant;
mod token;
mod transport;
mod user;

pub use application::{Backend, Frontend};
pub use clock::Clock;
pub use door::DoorError;
pub use fake::FakeKinde;
pub use fingerprint::Fingerprint;
pub use journal::{Call, Journal, Lint, TooFewCalls};
#[cfg(feature = "wiremock")]
pub use mock_kinde::MockKinde;
pub use operations::{
    AboutToken, ActiveClaims, Scripted, TokenIntrospectionReply, TokenRevocationReply, UserProfileV2Reply,
};
pub use options::{IntrospectAuth, Options, SelfIntrospection};
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use program::run as run_program;
pub use request::Request;
pub use script::{CutAt, CutBy, Fault, Gate, On, Reply, Script};
#[cfg(feature = "server")]
pub use server::{Serve, Server, serve};
pub use token::{NewToken, SetupError, SignedIn, TokenText};
pub use transport::MockTransport;
pub use user::User;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
