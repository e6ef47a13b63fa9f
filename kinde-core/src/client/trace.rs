//! What a call tells `tracing`, where the feature is on: one span, and one event for each attempt. And what a client tells
//! that is made for tests alone.
//!
//! Names are those of OpenTelemetry's HTTP client conventions. Neither headers, query, body nor model is
//! recorded, and of an error only what its `Display` would show.

#[cfg(feature = "tracing")]
pub(crate) use on::Trace;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::Trace;

#[cfg(feature = "tracing")]
mod on {
    use http::Request;
    use tracing::field::{Empty, display};
    use tracing::{Instrument, Span};

    use crate::domain::Domain;
    use crate::error::Error;
    use crate::kind::OperationKind;

    #[derive(Clone)]
    pub(crate) struct Trace(Span);

    impl Trace {
        pub(crate) fn client_made(domain: &Domain) {
            if domain.is_insecure() {
                tracing::event!(
                    target: "kinde",
                    tracing::Level::WARN,
                    server.address = domain.host(),
                    "INSECURE: this client sends tokens and secrets to {domain} in clear text, as \
                     `Domain::insecure_http_for_tests` allowed"
                );
            }
        }

        pub(crate) fn of(operation: OperationKind, domain: &Domain) -> Self {
            Self(tracing::info_span!(
                target: "kinde",
                "kinde",
                otel.kind = "client",
                otel.name = Empty,
                kinde.operation = operation.name(),
                http.request.method = Empty,
                server.address = domain.host(),
                server.port = domain.port().unwrap_or(if domain.scheme() == &http::uri::Scheme::HTTPS { 443 } else { 80 }),
                url.full = Empty,
                http.response.status_code = Empty,
                http.request.resend_count = Empty,
                error.type = Empty,
            ))
        }

        pub(crate) fn over<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
            call.instrument(self.0.clone())
        }

        pub(crate) fn sending<B>(&self, request: &Request<B>, attempt: u32) {
            let path = request.uri().path();
            if attempt > 1 {
                self.0.record("http.request.resend_count", attempt - 1);
                return;
            }
            self.0.record("otel.name", display(format_args!("{} {path}", request.method())));
            self.0.record("http.request.method", request.method().as_str());
            let origin = (request.uri().scheme_str(), request.uri().authority());
            if let (Some(scheme), Some(authority)) = origin {
                self.0.record("url.full", display(format_args!("{scheme}://{authority}{path}")));
            }
        }

        pub(crate) fn succeeded(&self, attempt: u32) {
            self.0.record("http.response.status_code", 200);
            tracing::debug!(target: "kinde", parent: &self.0, attempt, "succeeded");
        }

        pub(crate) fn failed(&self, error: &Error, attempt: u32) {
            tracing::debug!(target: "kinde", parent: &self.0, attempt, error = %error, "failed");
        }

        pub(crate) fn gave_up(&self, error: &Error) {
            match error.status() {
                Some(status) => {
                    self.0.record("http.response.status_code", status.as_u16());
                    self.0.record("error.type", status.as_str());
                }
                None => {
                    self.0.record("error.type", display(error.kind()));
                }
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use http::Request;

    use crate::domain::Domain;
    use crate::error::Error;
    use crate::kind::OperationKind;

    pub(crate) struct Trace;

    impl Trace {
        pub(crate) fn client_made(_: &Domain) {}

        pub(crate) fn of(_: OperationKind, _: &Domain) -> Self {
            Self
        }

        pub(crate) fn over<F: Future>(&self, call: F) -> F {
            call
        }

        pub(crate) fn sending<B>(&self, _: &Request<B>, _: u32) {}

        pub(crate) fn succeeded(&self, _: u32) {}

        pub(crate) fn failed(&self, _: &Error, _: u32) {}

        pub(crate) fn gave_up(&self, _: &Error) {}
    }
}
