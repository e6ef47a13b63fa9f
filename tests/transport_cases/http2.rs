//! The conformance suite's cases over TLS and HTTP/2.

use super::{Backend, KeepAlive};

pub async fn conforms_over_http2<B: Backend>() {
    let authority = kinde_conformance::Authority::new().unwrap();
    // Without PINGs, which would only make it easier.
    let transport = B::with_keep_alive(authority.root_pem(), KeepAlive::NEVER).unwrap();
    let report = kinde_conformance::check_http2(&transport, &authority).await;
    report.assert_passed();
    assert_eq!(report.skipped().count(), 0, "{report}");
}
