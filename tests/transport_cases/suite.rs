//! The conformance suite, whole.

use super::Backend;

/// Nothing of the suite may be left out for a backend of ours, but what this machine or this build can't do.
pub async fn conforms<B: Backend>() {
    let report = kinde_conformance::check(&B::new().unwrap()).await;
    report.assert_passed();
    let excused = |name: &str| match name {
        "request-ipv6" => true,
        "tls-refused" | "tls-silent" => !cfg!(feature = "rustls"),
        "timeout-connect" => !cfg!(target_os = "linux"),
        _ => false,
    };
    let skipped: Vec<_> = report.skipped().filter(|case| !excused(case.name())).collect();
    assert!(skipped.is_empty(), "{report}");
}
