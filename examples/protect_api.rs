//! An API that lets in anyone who has a live access token for it. Look at `guard` and `ask`: absent or malformed,
//! refused, and "Kinde can't be asked" are three answers, and none of them lets anyone in. The rest plays the callers.

use std::{error::Error, sync::Arc, time::Duration};

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Body, routing::get};
use kinde::oauth::{ActiveToken, TokenIntrospect, TokenIntrospection};
use kinde::{AccessToken, OAuth, Token, error::Credentials, keep::MachineTokens, token::Application};
use kinde_mock::{MockTransport, NewToken, TokenIntrospectionReply};
use tower::ServiceExt;

type Kinde = (Arc<dyn OAuth>, MachineTokens); // what asks Kinde, and what proves this API itself as long as it runs
const AUDIENCE: &str = "https://api.example.com"; // this API, as it is registered at Kinde

async fn guard(State(kinde): State<Kinde>, mut request: Request, next: Next) -> Response {
    let refuse = |it: &'static str| (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, it)]).into_response();
    let bearer = match AccessToken::from_authorization(request.headers()) {
        Ok(Some(bearer)) => bearer,
        Ok(None) => return refuse("Bearer"), // RFC 6750 §3: no code
        Err(_) => return refuse(r#"Bearer error="invalid_request""#),
    };
    let is_jwt = bearer.expose().split('.').count() == 3; // to introspection a refresh token is as active
    match ask(&kinde, &bearer).await {
        Ok(TokenIntrospect::Active(caller)) if is_jwt && caller.aud.iter().any(|aud| aud == AUDIENCE) => {
            request.extensions_mut().insert(caller); // for the handlers
            next.run(request).await
        }
        Ok(_) => refuse(r#"Bearer error="invalid_token""#), // dead, for another API, or not an access token
        Err(error) => {
            let wait = error.retry_after().unwrap_or(Duration::from_secs(5)).as_secs().max(1);
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, wait.to_string())]).into_response()
        }
    }
}

async fn ask((kinde, ours): &Kinde, bearer: &AccessToken) -> Result<TokenIntrospect, kinde::Error> {
    let us = ours.access_token().await?; // kept, and renewed before it ends
    let answer = kinde.token_introspection(TokenIntrospection::new(&us, Token::from(bearer))).await;
    if answer.as_ref().is_err_and(|error| error.credentials() == Some(Credentials::Bearer)) {
        ours.discard(&us); // ours was refused, revoked say: the next question carries another
    }
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockTransport::new(); // in production: kinde::reqwest::client(domain)?, and TokioTimer
    let us = Application::backend(fake.backend().client_id, fake.backend().client_secret);
    let ours = MachineTokens::builder(fake.client(), &fake.domain(), &us, fake.timer()).build()?;
    let orders = async |Extension(caller): Extension<ActiveToken>| caller.client_id.unwrap_or_default();
    let api = Router::new().route("/", get(orders)).layer(from_fn_with_state((fake.oauth(), ours), guard));
    let call = async |token: Option<&str>| -> Result<String, Box<dyn Error>> {
        let value = token.map(|token| format!("Bearer {token}"));
        let request = value.iter().fold(Request::get("/"), |it, value| it.header("authorization", value));
        let (head, _) = api.clone().oneshot(request.body(Body::empty())?).await?.into_parts();
        let told = head.headers.get(WWW_AUTHENTICATE).or(head.headers.get(RETRY_AFTER));
        Ok(format!("{} {}", head.status.as_u16(), told.map_or("", |value| value.to_str().unwrap_or("?"))))
    };
    let new = |audience| NewToken::for_user(&fake.user()).audience([audience]);
    let other = fake.issue_access(new("https://other.example.com").text("eyJ0eXAiOi.eyJhdWQiOi.c2ln"));
    let refresh = fake.issue_refresh(new(AUDIENCE)); // live too, for us, and not an access token
    assert_eq!(call(None).await?, "401 Bearer");
    assert_eq!(call(Some("a b")).await?, r#"401 Bearer error="invalid_request""#);
    assert_eq!(call(Some(other.expose())).await?, r#"401 Bearer error="invalid_token""#);
    assert_eq!(call(Some(refresh.expose())).await?, r#"401 Bearer error="invalid_token""#);
    fake.clock().advance(Duration::from_secs(25 * 3_600)); // a token of our own from the start would have ended
    let john = fake.issue_access(new(AUDIENCE).text("eyJhbGciOi.eyJzdWIiOi.c2ln"));
    assert_eq!(call(Some(john.expose())).await?, "200 ");
    fake.on::<TokenIntrospection>().once(TokenIntrospectionReply::throttled(Duration::from_secs(60)));
    assert_eq!(call(Some(john.expose())).await?, "503 60");
    fake.refuse_connections();
    assert_eq!(call(Some(john.expose())).await?, "503 5");
    Ok(())
}
