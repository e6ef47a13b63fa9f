//! A fake Kinde to test against.
//!
//! [`FakeKinde`] is the fake: applications, users and tokens that behave, scripts that lie over them, a
//! clock and a journal. It is reached through a door: [`MockTransport`] in the same process, or `MockKinde`
//! over a socket.
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
mod journal;
mod limiter;
#[cfg(feature = "wiremock")]
mod mock_kinde;
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
pub use options::{IntrospectAuth, Options, SelfIntrospection};
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use program::run as run_program;
pub use request::Request;
pub use script::{
    AboutToken, ActiveClaims, CutAt, CutBy, Fault, Gate, On, Reply, Script, Scripted,
    TokenIntrospectionReply, TokenRevocationReply, UserProfileV2Reply,
};
#[cfg(feature = "server")]
pub use server::{Serve, Server, serve};
pub use token::{NewToken, SetupError, SignedIn, TokenText};
pub use transport::MockTransport;
pub use user::User;
