//! The conformance suite over what is built on other libraries: the examples' transports and a tower stack.
#![allow(clippy::panic, clippy::unwrap_used, dead_code, missing_docs)]

#[path = "../examples/own_transport.rs"]
mod own_transport;
#[path = "../examples/reqwest_middleware.rs"]
mod reqwest_middleware_example;

use kinde_mock::conformance::{Report, check};

fn skipped(report: &Report) -> Vec<&str> {
    report.skipped().map(|case| case.name()).filter(|name| *name != "request-ipv6").collect()
}

#[tokio::test]
async fn ureq_on_a_blocking_thread_conforms() {
    let report = check(&own_transport::Ureq::new()).await;
    report.assert_passed();
    // The example's ureq is without TLS.
    assert_eq!(skipped(&report), ["tls-refused", "tls-silent"], "{report}");
}

#[tokio::test]
async fn reqwest_with_middleware_conforms() {
    use reqwest_middleware_example::{Announce, Shared, client};

    let client = reqwest_middleware::ClientBuilder::new(client().unwrap()).with(Announce).build();
    check(&Shared(client)).await.assert_passed();
}

#[cfg(all(feature = "reqwest", feature = "tower"))]
#[tokio::test]
async fn a_tower_stack_conforms() {
    use kinde::TokioTimer;
    use kinde::tower::{ServiceTransport, TransportService};
    use tower::ServiceBuilder;
    use tower::limit::ConcurrencyLimitLayer;

    let transport = kinde::reqwest::ReqwestTransport::new().unwrap();
    let service = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(8))
        .map_response(|response| response)
        .service(TransportService::new(transport));
    check(&ServiceTransport::new(service, TokioTimer)).await.assert_passed();
}

/// A layer that does what the page on tower warns of is caught.
#[cfg(all(feature = "reqwest", feature = "tower"))]
#[tokio::test]
async fn a_layer_that_adds_a_header_does_not_conform() {
    use kinde::TokioTimer;
    use kinde::tower::{ServiceTransport, TransportService};
    use tower::ServiceBuilder;
    use tower_http::ServiceBuilderExt;
    use tower_http::request_id::MakeRequestUuid;

    let transport = kinde::reqwest::ReqwestTransport::new().unwrap();
    let service = ServiceBuilder::new()
        .set_request_id(http::HeaderName::from_static("x-request-id"), MakeRequestUuid)
        .service(TransportService::new(transport));
    let transport = ServiceTransport::new(service, TokioTimer);
    let report =
        kinde_mock::conformance::check_only(&transport, |name| ["request-get", "statuses"].contains(&name))
            .await;
    let failed: Vec<_> = report.failed().map(|case| case.name()).collect();
    assert_eq!(failed, ["request-get"], "{report}");
}
