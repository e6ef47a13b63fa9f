//! What a page of another origin may read.

use std::time::Duration;

use kinde_mock::MockTransport;

use crate::support::{PROFILE, Raw};

#[tokio::test]
async fn answers_carry_the_exact_origin_and_preflights_are_no_calls() {
    let kinde = MockTransport::new();
    let origin = "http://localhost:5173";
    let asks = [
        Raw::new("GET", "/.well-known/jwks"),
        Raw::new("POST", "/oauth2/token"),
        Raw::new("GET", "/nowhere"),
        Raw::new("DELETE", PROFILE),
    ];
    for ask in asks {
        let answer = ask.header("origin", origin).send(&kinde).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    kinde.rate_limit(0, Duration::from_secs(60));
    let before = kinde.journal().total();
    let preflight = Raw::new("OPTIONS", "/oauth2/token")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "kinde-sdk")
        .send(&kinde)
        .await;
    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.header("access-control-allow-origin"), Some(origin));
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("authorization, content-type, kinde-sdk")
    );
    assert_eq!(kinde.journal().total(), before);
    let plain = Raw::new("GET", "/.well-known/jwks").send(&kinde).await;
    assert_eq!(plain.header("access-control-allow-origin"), None);
}
