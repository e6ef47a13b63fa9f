//! docs/testing-with-kinde-mock.md, the last of its four files: an axum service, asked as its users ask it.
#![allow(clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use axum::{Router, http::StatusCode, routing::get};
use kinde::error::Credentials;
use kinde::oauth::GetUserProfileV2;
use kinde::{AccessToken, OAuth};
use kinde_mock::{MockTransport, UserProfileV2Reply};
use tower::ServiceExt; // `oneshot`

/// The service: greets the user who is signed in.
fn service(kinde: Arc<dyn OAuth>) -> Router {
    Router::new().route("/", get(hello)).with_state(kinde)
}

async fn hello(State(kinde): State<Arc<dyn OAuth>>, request: Request) -> Response {
    let refused = |why| (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, why)]).into_response();
    let bearer = match AccessToken::from_authorization(request.headers()) {
        Ok(Some(bearer)) => bearer,
        Ok(None) => return refused("Bearer"),
        Err(_) => return refused(r#"Bearer error="invalid_request""#),
    };
    match kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await {
        Ok(user) => format!("hello, {}", user.given_name.unwrap_or_default()).into_response(),
        Err(error) if error.credentials() == Some(Credentials::Bearer) => {
            refused(r#"Bearer error="invalid_token""#)
        }
        // Kinde could not be asked: that says nothing about the user.
        Err(error) => {
            let seconds = error.retry_after().unwrap_or(Duration::from_secs(5)).as_secs();
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, seconds.to_string())]).into_response()
        }
    }
}

/// What the service answers to this bearer: the status, and its text or the header that says what to do.
async fn visit(kinde: &MockTransport, bearer: &AccessToken) -> (u16, String) {
    let request = Request::get("/").header(AUTHORIZATION, bearer.to_header_value()).body(Body::empty());
    let answer = service(kinde.oauth()).oneshot(request.expect("a request")).await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers());
    let header = headers.get(WWW_AUTHENTICATE).or(headers.get(RETRY_AFTER)).cloned();
    let body = to_bytes(answer.into_body(), 1024).await.expect("a short body");
    let text = header.map_or(body, |value| value.as_bytes().to_vec().into());
    (status, String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test]
async fn signed_in() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in(); // the documentation's John Snow
    assert_eq!(visit(&kinde, &user.access_token).await, (200, "hello, John".to_owned()));
}

#[tokio::test]
async fn expired() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.clock().advance(Duration::from_secs(24 * 60 * 60)); // nobody waits for a day
    assert_eq!(visit(&kinde, &user.access_token).await.0, 401);
}

#[tokio::test]
async fn revoked() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.revoke(&user.access_token);
    let refused = (401, r#"Bearer error="invalid_token""#.to_owned());
    assert_eq!(visit(&kinde, &user.access_token).await, refused);
}

#[tokio::test]
async fn throttled() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(Duration::from_secs(7)));
    assert_eq!(visit(&kinde, &user.access_token).await, (503, "7".to_owned()));
    assert_eq!(visit(&kinde, &user.access_token).await.0, 200);
}

#[tokio::test]
async fn kinde_down() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.refuse_connections();
    assert_eq!(visit(&kinde, &user.access_token).await, (503, "5".to_owned()));
}
