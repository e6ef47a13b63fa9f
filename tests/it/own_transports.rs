//! The conformance suite over transports that aren't this repository's backends: those of the examples, and
//! tower's stacks.
#![allow(dead_code, reason = "what else is in the examples")]

use kinde_conformance::check;

#[path = "../../examples/own_transport.rs"]
mod own_transport;
#[path = "../../examples/reqwest_middleware.rs"]
mod reqwest_middleware_example;

#[tokio::test]
async fn the_examples_ureq_conforms() {
    check(&own_transport::Ureq::new()).await.assert_passed();
}

#[tokio::test]
async fn the_examples_middleware_conforms() {
    use reqwest_middleware_example::{Announce, Shared, client};

    let client = reqwest_middleware::ClientBuilder::new(client().unwrap()).with(Announce).build();
    check(&Shared(client)).await.assert_passed();
}

#[cfg(all(feature = "tower", feature = "hyper"))]
#[tokio::test]
async fn a_stack_around_a_backend_conforms() {
    use kinde::TokioTimer;
    use kinde::transport::tower::{Body, ServiceTransport, TransportService};
    use tower::limit::ConcurrencyLimitLayer;

    let service = tower::ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(100))
        .service(TransportService::new(kinde::hyper::HyperTransport::new().unwrap()));
    check(&ServiceTransport::<_, Body>::new(service, TokioTimer)).await.assert_passed();
}

/// A service that is an HTTP client itself, where the adapter alone keeps the deadline and the limit.
#[cfg(feature = "tower")]
#[tokio::test]
async fn hyper_utils_client_conforms() {
    use http_body_util::Full;
    use hyper_util::client::legacy::Client;
    use kinde::transport::tower::ServiceTransport;
    use kinde::{TokioTimer, TransportError, TransportErrorKind};
    use tower::ServiceExt;

    let client = Client::builder(hyper_util::rt::TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let service = client.map_err(|error| {
        let connecting = error.is_connect();
        let kind = if connecting { TransportErrorKind::Connect } else { TransportErrorKind::Interrupted };
        TransportError::new(kind, error)
    });
    check(&ServiceTransport::new(service, TokioTimer)).await.assert_passed();
}
