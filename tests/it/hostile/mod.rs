//! Hostile and broken servers, over every backend and, where no socket is needed, in-process.
//!
//! Each case is one whole call through a client. It must end as the table says and within its deadline; the
//! server must not have been able to write without bound; the bearer, the token and the secret must have
//! been in their one place on the wire and nowhere in the error; nobody else may have been called; and the
//! same client must work at once when the server does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, dead_code)]

mod backend;
mod bodies;
mod breaks;
mod case;
mod framing;
mod gzip;
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
mod http2;
mod in_process;
mod pool;
mod runner;
mod server;
mod statuses;
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
mod tls;
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
mod tls_server;

use backend::Connect;
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
use http2::{a_stream_that_hangs_blocks_no_other, http2};
#[cfg(any(feature = "reqwest", feature = "hyper"))]
use pool::{
    a_dropped_call, an_unasked_answer_is_no_answer, closed_on_accept, closed_on_the_second_request,
    closed_while_idle, never_accepted, odd_limits, refused_then_listening,
};
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
use tls::{certificates, cut_without_notice, handshakes};

async fn bodies(connect: Connect) {
    runner::run_all(bodies::cases(), connect).await;
}

async fn statuses(connect: Connect) {
    runner::run_all(statuses::cases(), connect).await;
}

async fn framing(connect: Connect) {
    runner::run_all(framing::cases(), connect).await;
}

async fn breaks(connect: Connect) {
    runner::run_all(breaks::cases(), connect).await;
}

backend::over_every_backend! {
    over_reqwest, over_hyper:
    bodies, statuses, framing, breaks,
    refused_then_listening, never_accepted, closed_on_accept, an_unasked_answer_is_no_answer, closed_while_idle,
    closed_on_the_second_request, a_dropped_call, odd_limits,
}

#[cfg(feature = "rustls")]
backend::over_every_backend! {
    tls_over_reqwest, tls_over_hyper:
    certificates, handshakes, cut_without_notice, http2, a_stream_that_hangs_blocks_no_other,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_process() {
    in_process::run_all([bodies::cases(), statuses::cases(), framing::cases()].concat()).await;
}

/// The table keeps its size, and names are names.
#[test]
fn the_table_is_whole() {
    let cases = [bodies::cases(), statuses::cases(), framing::cases(), breaks::cases()].concat();
    let names: std::collections::HashSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "two cases of one name");
    assert!(cases.len() >= 200, "only {} cases", cases.len());
}

/// Two files are in both backends, since neither is built on the other. They stay the same.
#[test]
fn the_backends_read_errors_and_certificates_alike() {
    assert_eq!(
        include_str!("../../../kinde-hyper/src/causes.rs"),
        include_str!("../../../kinde-reqwest/src/causes.rs")
    );
    assert_eq!(
        include_str!("../../../kinde-hyper/src/tls.rs"),
        include_str!("../../../kinde-reqwest/src/tls.rs")
    );
}
