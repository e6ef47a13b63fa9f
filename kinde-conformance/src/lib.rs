//! Two suites: one judges any [`Transport`](kinde_core::Transport), the other any [`Store`](kinde_core::keep::Store). Does it
//! keep what it owes its caller?
//!
//! [`check`] calls the transport some 500 times in some 60 cases, each against a server of its own that says
//! what no HTTP library would. What comes back is a [`Report`]: put [`assert_passed`](Report::assert_passed)
//! into one of your tests, and read from a case that fails what to fix.
//!
//! ```no_run
//! # struct MyTransport;
//! # impl kinde::Transport for MyTransport {
//! #     async fn send(&self, _: http::Request<bytes::Bytes>, _: kinde::CallContext)
//! #         -> Result<http::Response<bytes::Bytes>, kinde::TransportError> { unimplemented!() }
//! # }
//! # impl MyTransport { fn new() -> Self { Self } }
//! #[tokio::test]
//! async fn my_transport_conforms() {
//!     kinde_conformance::check(&MyTransport::new()).await.assert_passed();
//! }
//! ```
//!
//! [`store`](fn@store) does the same for a store.
//!
//! `docs/writing-a-transport.md` in this crate's repository has a complete transport, and for each group of
//! cases what usually is behind a failure.
//!
//! # Reading a failing case
//! Here is a transport that answers everything alike, without sending anything. It is wrong, for one, where
//! nobody listens:
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use kinde::{CallContext, Transport, TransportError};
//! use kinde_conformance::{Verdict, check_only};
//!
//! struct Canned;
//!
//! impl Transport for Canned {
//!     async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
//!         Ok(Response::new(Bytes::from("hello")))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let report = check_only(&Canned, |case| case == "refused").await;
//! assert!(!report.is_passed());
//!
//! let case = report.case("refused").unwrap();
//! assert_eq!(case.duty(), "Where nobody listens, it is Connect: the request was certainly not sent.");
//! let seen = "Connect was due, but there was an answer, 200 with the body \"hello\"";
//! assert_eq!(case.verdict(), &Verdict::Failed(seen.to_owned()));
//!
//! // For people, the report is a table.
//! assert!(report.to_string().starts_with("0 passed, 1 failed, 0 skipped\nFAILED   refused"));
//! # });
//! ```
//!
//! # How it works
//! - It listens on 127.0.0.1 and `[::1]` and speaks plain HTTP/1.1, on threads of its own. It needs no
//!   runtime and runs on any: the transport is polled where `check` is, one case at a time. A transport that
//!   is right takes about four seconds, mostly deadlines of 300 ms that it lets pass.
//! - Deadline and limit of each call are in its [`CallContext`](kinde_core::CallContext). Where time is
//!   judged, an end before the deadline fails, and one after five times; nothing closer, so a busy machine
//!   does no harm.
//! - A call that doesn't end fails its case: a watchdog stops the server, which frees a thread that is
//!   blocked on the connection, and the future is dropped. (A thread that is blocked on something else
//!   can't be freed by anyone: `loop {}` in a transport hangs the suite.) When the failed cases have taken
//!   half a minute, the rest is skipped. A panic fails the case it happens in.
//! - A case is skipped, with the reason, if there is nothing to judge: where every call makes its own
//!   connection, none is reused.
//!
//! # HTTP/2
//! Four cases more are over TLS and HTTP/2 (feature `http2`): `check_http2`, for a transport that trusts the suite's
//! `Authority`. They are about connections that die without a word, and about what a server says on HTTP/2 alone.
//!
//! # What it can't judge
//! Certificates, the rest of HTTP/2, DNS and proxies; what the transport logs; whether it uses more memory or threads than it
//! should.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod alarm;
#[cfg(feature = "http2")]
mod authority;
mod report;
// Not for users: the repository's own tests script servers, too.
#[doc(hidden)]
pub mod server;
mod store;
mod transport;

#[cfg(feature = "http2")]
pub use authority::Authority;
pub use report::{Case, Report, Verdict};
pub use store::{store, store_only};
#[cfg(feature = "http2")]
pub use transport::check_http2;
pub use transport::{check, check_only};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
