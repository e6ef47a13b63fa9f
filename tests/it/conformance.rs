//! The conformance suite over both backends: no difference shows.

#[cfg(all(feature = "reqwest", feature = "hyper"))]
use kinde_conformance::check;

/// Each backend's own tests have it pass whole (`tests/transport_cases/suite.rs`); here on a runtime of several
/// threads, where the libraries' own tasks run beside the caller's.
#[cfg(all(feature = "reqwest", feature = "hyper"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_backends_have_the_same_report() {
    let reqwest = kinde::reqwest::ReqwestTransport::new().unwrap_or_else(|error| panic!("{error}"));
    let hyper = kinde::hyper::HyperTransport::new().unwrap_or_else(|error| panic!("{error}"));
    let (reqwest, hyper) = (check(&reqwest).await, check(&hyper).await);
    assert_eq!(reqwest, hyper, "reqwest: {reqwest}\nhyper: {hyper}");
    assert_eq!(reqwest.to_string(), hyper.to_string());
}

/// A layer that does more than a transport may is told so, by the case that names the duty.
#[cfg(all(feature = "reqwest", feature = "tower"))]
#[tokio::test]
async fn a_layer_that_adds_a_header_does_not_conform() {
    use kinde::TokioTimer;
    use kinde::transport::tower::{ServiceTransport, TransportService};
    use tower_http::ServiceBuilderExt;
    use tower_http::request_id::MakeRequestUuid;

    let transport = kinde::reqwest::ReqwestTransport::new().unwrap_or_else(|error| panic!("{error}"));
    let service = tower::ServiceBuilder::new()
        .set_request_id(http::HeaderName::from_static("x-request-id"), MakeRequestUuid)
        .service(TransportService::new(transport));
    let transport = ServiceTransport::new(service, TokioTimer);
    let wanted = |name: &str| ["request-get", "statuses"].contains(&name);
    let report = kinde_conformance::check_only(&transport, wanted).await;
    let failed: Vec<_> = report.failed().map(|case| case.name()).collect();
    assert_eq!(failed, ["request-get"], "{report}");
}
