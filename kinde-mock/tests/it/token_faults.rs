//! What goes wrong around tokens: at their endpoint another method or a long body, and three bad days by script.

use std::time::Duration;

use kinde_core::TransportErrorKind;
use kinde_core::keys::GetJwks;
use kinde_core::token::{AuthorizationCodeGrant, RefreshTokenGrant};
use kinde_mock::{AuthorizationCodeReply, CutAt, CutBy, Fault, JwksReply, MockTransport, RefreshTokenReply};
use serde_json::Value;

use crate::support::{Answer, CALL, Raw};

const CALLBACK: &str = "http://localhost:3000/callback";

fn grant(kinde: &MockTransport, name: &str, more: &str) -> Raw {
    let app = kinde.backend();
    Raw::new("POST", "/oauth2/token").form(format!(
        "grant_type={name}&client_id={}&client_secret={}{more}",
        app.client_id,
        app.client_secret.expose()
    ))
}

fn error(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(answer.body()).unwrap();
    assert!(body["error_description"].is_string(), "{body}");
    body["error"].as_str().unwrap().to_owned()
}

/// Kinde's TypeScript SDK takes a body without `error` for tokens, whatever the status.
#[tokio::test]
async fn another_method_and_a_long_body_are_told_in_an_error_too() {
    let kinde = MockTransport::new();
    for (request, status) in [
        (Raw::new("GET", "/oauth2/token"), 405),
        (Raw::new("PUT", "/oauth2/token").form("grant_type=refresh_token"), 405),
        (Raw::new("POST", "/oauth2/token").form("x".repeat(70_000)), 413),
    ] {
        let answer = request.send(&kinde).await;
        assert_eq!((answer.status(), error(&answer).as_str()), (status, "invalid_request"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("allow"), (status == 405).then_some("POST"));
    }
}

#[tokio::test]
async fn a_throttled_refresh_leaves_the_refresh_token_as_it_was() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.on::<RefreshTokenGrant>().once(RefreshTokenReply::throttled(Duration::from_secs(7)));
    let refresh =
        || grant(&kinde, "refresh_token", &format!("&refresh_token={}", user.refresh_token.expose()));
    let throttled = refresh().send(&kinde).await;
    assert_eq!((throttled.status(), throttled.header("ratelimit-reset")), (429, Some("7")));
    assert_eq!(error(&throttled), "too_many_requests");
    assert_eq!(refresh().send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn a_key_set_is_down_while_tokens_go_on() {
    let kinde = MockTransport::new();
    kinde.on::<GetJwks>().times(2, JwksReply::live().fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead)));
    for path in ["/.well-known/jwks", "/.well-known/jwks.json"] {
        let failed = Raw::new("GET", path).fail(&kinde, CALL).await;
        assert_eq!(failed.kind(), TransportErrorKind::Interrupted);
    }
    assert_eq!(grant(&kinde, "client_credentials", "").send(&kinde).await.status(), 200);
    assert_eq!(Raw::new("GET", "/.well-known/jwks").send(&kinde).await.status(), 200);
}

/// As RFC 6749 §4.1.2 has it: a code is used up though nobody heard of it, and who tries again ends the grant.
#[tokio::test]
async fn a_code_whose_answer_was_lost_is_used_up() {
    let kinde = MockTransport::new();
    let id = kinde.backend().client_id;
    let url = format!(
        "/oauth2/auth?client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid&state=abcdefgh"
    );
    let callback = kinde.authorize(&url, &kinde.user());
    let code = callback.split("?code=").nth(1).unwrap().split('&').next().unwrap();
    let redeem = || grant(&kinde, "authorization_code", &format!("&redirect_uri={CALLBACK}&code={code}"));
    let lost = AuthorizationCodeReply::live().fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead));
    kinde.on::<AuthorizationCodeGrant>().once(lost);
    assert_eq!(redeem().fail(&kinde, CALL).await.kind(), TransportErrorKind::Interrupted);
    let again = redeem().send(&kinde).await;
    assert_eq!((again.status(), error(&again).as_str()), (400, "invalid_grant"));
}
