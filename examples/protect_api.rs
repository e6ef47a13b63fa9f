//! An API that lets in whoever has a live access token for it. Look at `guard`: absent or malformed, refused, and
//! "Kinde can't be asked" are three different answers, and none of them lets anyone in. The rest plays the callers.

use std::{error::Error, sync::Arc, time::Duration};

use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Body, routing::get};
use kinde::oauth::{ActiveToken, TokenIntrospect, TokenIntrospection};
use kinde::{AccessToken, OAuth, Token};
use kinde_mock::{MockTransport, NewToken, TokenIntrospectionReply};
use tower::ServiceExt;

type Kinde = (Arc<dyn OAuth>, AccessToken); // what asks Kinde, and the token that proves this API itself
const AUDIENCE: &str = "https://api.example.com"; // this API, as it is registered at Kinde

async fn guard(State((kinde, us)): State<Kinde>, mut request: Request, next: Next) -> Response {
    let bearer = match AccessToken::from_authorization(request.headers()) {
        Ok(Some(bearer)) => bearer,
        Ok(None) => return unauthorized("Bearer"), // RFC 6750 §3: no code
        Err(_) => return unauthorized(r#"Bearer error="invalid_request""#),
    };
    // To introspection a refresh token is as active. Kinde's access tokens are JWTs, its refresh tokens are not.
    let is_jwt = bearer.expose().split('.').count() == 3;
    match kinde.token_introspection(TokenIntrospection::new(&us, Token::from(&bearer))).await {
        Ok(TokenIntrospect::Active(caller)) if is_jwt && caller.aud.iter().any(|aud| aud == AUDIENCE) => {
            request.extensions_mut().insert(caller); // for the handlers
            next.run(request).await
        }
        Ok(_) => unauthorized(r#"Bearer error="invalid_token""#), // dead, for another API, or not an access token
        Err(error) => {
            eprintln!("a caller was turned away: {error}"); // no token is in it
            let wait = error.retry_after().unwrap_or(Duration::from_secs(5)).as_secs().max(1);
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, wait.to_string())]).into_response()
        }
    }
}

fn unauthorized(challenge: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockTransport::new(); // in production: kinde::reqwest::client(domain)?, and a machine's token
    let guard = from_fn_with_state((fake.oauth(), fake.machine_token()), guard);
    let orders = async |Extension(caller): Extension<ActiveToken>| caller.client_id.unwrap_or_default();
    let api = Router::new().route("/", get(orders)).layer(guard);
    let call = async |token: Option<&str>| -> Result<String, Box<dyn Error>> {
        let value = token.map(|token| format!("Bearer {token}"));
        let request = value.iter().fold(Request::get("/"), |it, value| it.header("authorization", value));
        let (head, _) = api.clone().oneshot(request.body(Body::empty())?).await?.into_parts();
        let told = head.headers.get(header::WWW_AUTHENTICATE).or(head.headers.get(header::RETRY_AFTER));
        Ok(format!("{} {}", head.status.as_u16(), told.map_or("", |value| value.to_str().unwrap_or("?"))))
    };
    let new = |audience| NewToken::for_user(&fake.user()).audience([audience]);
    let john = fake.issue_access(new(AUDIENCE).text("eyJhbGciOi.eyJzdWIiOi.c2ln"));
    let other = fake.issue_access(new("https://other.example.com").text("eyJ0eXAiOi.eyJhdWQiOi.c2ln"));
    let refresh = fake.issue_refresh(new(AUDIENCE)); // live too, for us, and not an access token
    assert_eq!(call(None).await?, "401 Bearer");
    assert_eq!(call(Some("a b")).await?, r#"401 Bearer error="invalid_request""#);
    assert_eq!(call(Some(john.expose())).await?, "200 ");
    assert_eq!(call(Some(other.expose())).await?, r#"401 Bearer error="invalid_token""#);
    assert_eq!(call(Some(refresh.expose())).await?, r#"401 Bearer error="invalid_token""#);
    fake.on::<TokenIntrospection>().once(TokenIntrospectionReply::throttled(Duration::from_secs(60)));
    assert_eq!(call(Some(john.expose())).await?, "503 60");
    fake.revoke(&john);
    assert_eq!(call(Some(john.expose())).await?, r#"401 Bearer error="invalid_token""#);
    fake.refuse_connections();
    assert_eq!(call(Some(john.expose())).await?, "503 5");
    Ok(())
}
