//! `POST /oauth2/revoke`: each answer, and the order of the checks.

use crate::support::{Answer, REVOKE, Raw};
use kinde_core::{ClientSecret, Token};
use kinde_mock::{MockTransport, NewToken};

const JSON: Option<&str> = Some("application/json");
const ID: &str = "3b0b5c6c8fcc464fab397f4969b5f482";
const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
const INVALID_CLIENT: &str = r#"{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."}"#;
const INVALID_REQUEST: &str = r#"{"errors":[{"code":"INVALID_REQUEST","message":"Invalid request."}]}"#;
const INVALID_CREDENTIALS: &str =
    r#"{"errors":[{"code":"INVALID_CREDENTIALS","message":"Unauthorized - invalid credentials."}]}"#;

fn revoke(body: impl Into<String>) -> Raw {
    Raw::new("POST", REVOKE).form(body)
}

fn credentials() -> String {
    format!("client_id={ID}&client_secret={SECRET}")
}

/// The form of a revocation by the backend application.
fn revocation(token: &Token) -> String {
    format!("{}&token={}", credentials(), token.expose())
}

#[tokio::test]
async fn revocation_ends_a_token_and_says_the_same_of_a_dead_one() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let body = revocation(&Token::from(&user.access_token));
    assert!(kinde.is_live(&user.access_token));
    let first = revoke(&body).send(&kinde).await;
    first.assert(200, None, "");
    assert!(!kinde.is_live(&user.access_token));
    // An access token does not take the refresh token with it.
    assert!(kinde.is_live(&user.refresh_token));

    let head = |answer: &Answer| {
        let mut headers = answer.0.headers().clone();
        headers.remove("date");
        headers
    };
    for dead in [body, revocation(&Token::new("unknown"))] {
        let again = revoke(dead).send(&kinde).await;
        again.assert(200, None, "");
        assert_eq!(head(&again), head(&first));
    }
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_its_sign_in_and_no_other() {
    let kinde = MockTransport::new();
    let (user, other) = (kinde.sign_in(), kinde.sign_in());
    let late = kinde.issue_access(NewToken::for_user(&user.user).same_sign_in_as(&user.refresh_token));
    assert_eq!(revoke(revocation(&user.refresh_token)).send(&kinde).await.status(), 200);
    assert!(
        !kinde.is_live(&user.refresh_token) && !kinde.is_live(&user.access_token) && !kinde.is_live(&late)
    );
    assert!(kinde.is_live(&other.refresh_token) && kinde.is_live(&other.access_token));

    kinde.configure(|options| options.revoking_access_ends_sign_in = true);
    assert_eq!(revoke(revocation(&Token::from(&other.access_token))).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&other.refresh_token));
}

#[tokio::test]
async fn revocation_checks_in_the_designs_order() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let other = kinde.add_backend("other", ClientSecret::new("s3cret"));
    let theirs =
        kinde.issue_access(NewToken::for_user(&user.user).application(&other.client_id)).expose().to_owned();
    let mine = user.refresh_token.expose();
    let ok = credentials();
    let bearer = |raw: Raw| raw.bearer("not-live");

    // Each row is wrong in its own way and in all ways below it, as far as that can be.
    let rows: Vec<(Raw, u16, Option<&str>, &str)> = vec![
        (Raw::new("POST", REVOKE).header("content-type", "text/plain").body("x"), 415, None, ""),
        (Raw::new("POST", REVOKE).body("token=x"), 415, None, ""),
        (bearer(revoke("client_id=a&client_id=a&token=")), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token={mine}&x=1&x=2"))), 400, JSON, INVALID_REQUEST),
        (bearer(Raw::new("POST", &format!("{REVOKE}?token=x")).form(&ok)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_secret=wrong&token=")), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_id=&client_secret=wrong")), 400, JSON, INVALID_REQUEST),
        (bearer(Raw::new("POST", REVOKE)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_id=nobody&token=")), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(format!("client_id={ID}&client_secret=wrong"))), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(format!("client_id={ID}"))), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(&ok)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token="))), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token={theirs}"))), 403, JSON, INVALID_CREDENTIALS),
        (revoke(format!("{ok}&token={mine}")).bearer(mine), 403, JSON, INVALID_CREDENTIALS),
        (revoke(format!("{ok}&token={theirs}")), 403, JSON, INVALID_CREDENTIALS),
    ];
    for (index, (request, status, media_type, body)) in rows.into_iter().enumerate() {
        let answer = request.send(&kinde).await;
        assert_eq!(
            (index, answer.status(), answer.header("content-type"), answer.body()),
            (index, status, media_type, body)
        );
    }
    assert!(kinde.is_live(&theirs) && kinde.is_live(mine));

    let by_user = revoke(format!("{ok}&token={mine}")).bearer(user.access_token.expose());
    assert_eq!(by_user.send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn revocation_by_basic_and_by_a_frontend_application() {
    let kinde = MockTransport::new();
    let basic = "Basic M2IwYjVjNmM4ZmNjNDY0ZmFiMzk3ZjQ5NjliNWY0ODI6cnJrWVJhejh6OTZzQWlPeFB0Nkl6T0NvZWxGRlQ0dWpXSU0yWE5aZ1pzbVgyWnUzaW1aMVc=";
    let by_basic = |body: String| revoke(body).header("authorization", basic);
    let token = kinde.sign_in().refresh_token;
    let token_only = format!("token={}", token.expose());
    let disagree = [format!("{token_only}&client_id=other"), format!("{token_only}&client_secret=other")];
    for body in disagree {
        by_basic(body).send(&kinde).await.assert(400, JSON, INVALID_REQUEST);
    }
    assert!(kinde.is_live(&token));
    assert_eq!(by_basic(token_only).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&token));

    let frontend = kinde.frontend().client_id;
    let token = kinde.issue_refresh(NewToken::for_user(&kinde.user()).application(&frontend));
    let by_frontend = format!("client_id={frontend}&token={}", token.expose());
    assert_eq!(revoke(by_frontend).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&token));
}

#[tokio::test]
async fn revocation_may_require_a_bearer() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.configure(|options| options.revoke_requires_bearer = true);
    let body = revocation(&user.refresh_token);
    revoke(&body).send(&kinde).await.assert(403, JSON, INVALID_CREDENTIALS);
    assert_eq!(revoke(&body).bearer(kinde.machine_token().expose()).send(&kinde).await.status(), 200);
}
