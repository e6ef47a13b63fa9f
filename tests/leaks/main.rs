//! No token, secret or proxy password in anything that is printed, logged or serialised: every public type,
//! and every kind of failure over every backend, with `tracing` and `log` at TRACE.
//!
//! Two things are left out, by name. An encoded request prints its form (`Operation::encode` says so). And
//! the two models of error bodies serialise what the service wrote in words, which is what they are for;
//! their `Debug` hides it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, dead_code)]

#[path = "../it/hostile/backend.rs"]
mod backend;
mod capture;
#[path = "../it/hostile/case.rs"]
mod case;
mod failures;
mod prints;
mod rooms;
#[path = "../it/hostile/server.rs"]
mod server;
mod stand_ins;
#[cfg(feature = "rustls")]
#[path = "../it/hostile/tls_server.rs"]
mod tls_server;
mod traits;
mod types;

use backend::Connect;

async fn failures(connect: Connect) {
    failures::all(connect).await;
}

#[cfg(feature = "rustls")]
async fn tls(connect: Connect) {
    failures::tls(connect).await;
}

backend::over_every_backend!(over_reqwest, over_hyper: failures);
#[cfg(feature = "rustls")]
backend::over_every_backend!(tls_over_reqwest, tls_over_hyper: tls);

#[cfg(any(feature = "reqwest", feature = "hyper"))]
use failures::proxies;
backend::over_every_backend!(proxied_over_reqwest, proxied_over_hyper: proxies);
