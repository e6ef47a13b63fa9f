//! A fake Kinde to test against: it remembers what it issued, revoked and let expire, and answers as Kinde
//! documents it, with no account and no network.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), kinde::Error> {
//! use kinde::oauth::GetUserProfileV2;
//! use kinde::{ErrorKind, OAuth};
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
//! | `FakeKinde::mount_on` | `wiremock` (default) | the paths of [`endpoints`] on a wiremock server of yours |
//! | `serve` | `server` | a listener of our own: every fault, to the byte, and no growth |
//!
//! The program `kinde-mock` (feature `cli`) is that last one for other languages, with a seed file and an
//! admin API.
//!
//! Everything it answers is in one [`ledger`], with its source: documented by Kinde, seen, or
//! assumed. Where a guess decides, [`Options`] or a scripted [`Reply`] has the other choice.
//!
//! Fakes share nothing, there is no global state, and no token or secret is ever printed: in the journal they
//! are [`Fingerprint`]s.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod doors;
mod endpoints;
mod fake;
mod http;
mod journal;
pub mod ledger;
#[cfg(feature = "cli")]
mod program;
mod script;
mod tenant;
mod text;

pub use doors::in_process::MockTransport;
#[cfg(feature = "server")]
pub use doors::listener::{Serve, Server, serve};
#[cfg(feature = "wiremock")]
pub use doors::wiremock::MockKinde;
pub use endpoints::keys::configuration::OpenidConfigurationReply;
pub use endpoints::keys::jwks::JwksReply;
pub use endpoints::login::authorize::{Authorize, AuthorizeReply};
pub use endpoints::login::logout::{Logout, LogoutReply};
pub use endpoints::oauth::introspection::{ActiveClaims, TokenIntrospectionReply};
pub use endpoints::oauth::revocation::TokenRevocationReply;
pub use endpoints::oauth::user_profile::UserProfileV2Reply;
pub use endpoints::table::endpoints;
pub use endpoints::token::AnswersTokens;
pub use endpoints::token::authorization_code::AuthorizationCodeReply;
pub use endpoints::token::client_credentials::ClientCredentialsReply;
pub use endpoints::token::device_authorization::DeviceAuthorizationReply;
pub use endpoints::token::device_code::DeviceCodeReply;
pub use endpoints::token::refresh_token::RefreshTokenReply;
pub use fake::FakeKinde;
pub use fake::bad_tokens::BadToken;
pub use fake::door::DoorError;
pub use fake::keys::KeyRejected;
pub use fake::on::On;
pub use fake::script::Script;
pub use fake::sign_in::AuthorizeError;
pub use fake::timer::FakeTimer;
pub use http::request::Request;
pub use journal::Journal;
pub use journal::call::{Call, Lint};
pub use journal::wait::TooFewCalls;
pub use ledger::endpoint::{AboutToken, Scripted};
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use program::run as run_program;
pub use script::fault::{CutAt, CutBy, Fault};
pub use script::gate::Gate;
pub use script::reply::Reply;
pub use tenant::application::{Application, Backend, Frontend, GrantType};
pub use tenant::clock::Clock;
pub use tenant::options::{AccessTokens, IdTokenAud, IntrospectAuth, Options, SelfIntrospection};
pub use tenant::token::{NewToken, SetupError, SignedIn, TokenText};
pub use tenant::user::{Entitlement, Organization, Password, Plan, User};
pub use text::fingerprint::Fingerprint;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
