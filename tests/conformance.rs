//! The conformance suite over this repository's backends: each passes whole, and no difference shows.
#![allow(clippy::panic, missing_docs)]

use kinde_mock::conformance::{Report, check};

/// Nothing of the suite may be left out for a backend of ours, on a machine that has [::1].
fn assert_whole(report: &Report) {
    report.assert_passed();
    let skipped: Vec<_> =
        report.skipped().map(|case| case.name()).filter(|name| *name != "request-ipv6").collect();
    assert!(skipped.is_empty() || !cfg!(target_os = "linux"), "{report}");
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn reqwest_conforms() {
    let transport = kinde::reqwest::ReqwestTransport::new().unwrap_or_else(|error| panic!("{error}"));
    assert_whole(&check(&transport).await);
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn hyper_conforms() {
    let transport = kinde::hyper::HyperTransport::new().unwrap_or_else(|error| panic!("{error}"));
    assert_whole(&check(&transport).await);
}

/// The same on a runtime of several threads, where the libraries' own tasks run beside the caller's.
#[cfg(all(feature = "reqwest", feature = "hyper"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_backends_have_the_same_report() {
    let reqwest = kinde::reqwest::ReqwestTransport::new().unwrap_or_else(|error| panic!("{error}"));
    let hyper = kinde::hyper::HyperTransport::new().unwrap_or_else(|error| panic!("{error}"));
    let (reqwest, hyper) = (check(&reqwest).await, check(&hyper).await);
    assert_eq!(reqwest, hyper, "reqwest: {reqwest}\nhyper: {hyper}");
    assert_eq!(reqwest.to_string(), hyper.to_string());
}
