//! An API that lets in whoever has a live token. Look at `guard`: absent or malformed, dead, and "Kinde can't be
//! asked" are three different answers, and none of them lets anyone in. The rest plays the callers.

use std::{error::Error, sync::Arc, time::Duration};

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Body, routing::get};
use kinde::{AccessToken, ActiveToken, OAuth, Token, TokenIntrospect, TokenIntrospection};
use kinde_mock::{MockTransport, TokenIntrospectionReply};
use tower::ServiceExt;

/// What asks Kinde, and the token that proves this API itself.
type Kinde = (Arc<dyn OAuth>, AccessToken);

async fn guard(State((kinde, us)): State<Kinde>, mut request: Request, next: Next) -> Response {
    // RFC 6750 §3: without credentials there is no error code.
    let Some(bearer) = bearer(request.headers()) else { return unauthorized("Bearer") };
    let Ok(bearer) = bearer else { return unauthorized(r#"Bearer error="invalid_request""#) };
    match kinde.token_introspection(TokenIntrospection::new(&us, Token::from(&bearer))).await {
        Ok(TokenIntrospect::Active(caller)) => {
            request.extensions_mut().insert(caller); // for the handlers
            next.run(request).await
        }
        Ok(TokenIntrospect::Inactive) => unauthorized(r#"Bearer error="invalid_token""#),
        Err(error) => {
            eprintln!("a caller was turned away: {error}"); // no token is in it
            let wait = error.retry_after().unwrap_or(Duration::from_secs(5)).as_secs().max(1);
            let headers = [(header::RETRY_AFTER, HeaderValue::from(wait))];
            (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
        }
    }
}

/// None if there is no Authorization header; an error unless there is one, and a bearer in it.
fn bearer(headers: &HeaderMap) -> Option<Result<AccessToken, ()>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, second) = (values.next()?, values.next());
    let parts = value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|_| second.is_none());
    let token = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token);
    Some(token.and_then(|token| AccessToken::new(token).ok()).ok_or(()))
}

fn unauthorized(challenge: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}

async fn orders(Extension(caller): Extension<ActiveToken>) -> String {
    format!("orders, for application {}", caller.client_id.unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockTransport::new(); // in production: kinde::reqwest::client(domain)?, and a machine's token
    let kinde: Kinde = (fake.oauth(), fake.machine_token());
    let api = Router::new().route("/orders", get(orders)).layer(from_fn_with_state(kinde, guard));
    let call = async |bearer: Option<&str>| -> Result<(u16, String), Box<dyn Error>> {
        let request =
            bearer.into_iter().fold(Request::get("/orders"), |it, value| it.header("authorization", value));
        let answer = api.clone().oneshot(request.body(Body::empty())?).await?;
        let told =
            answer.headers().get(header::WWW_AUTHENTICATE).or(answer.headers().get(header::RETRY_AFTER));
        Ok((answer.status().as_u16(), told.map_or("", |value| value.to_str().unwrap_or("?")).to_owned()))
    };
    let john = format!("Bearer {}", fake.sign_in().access_token.expose());
    assert_eq!(call(None).await?, (401, "Bearer".to_owned()));
    assert_eq!(call(Some("Bearer a b")).await?, (401, r#"Bearer error="invalid_request""#.to_owned()));
    assert_eq!(call(Some(&john)).await?, (200, String::new()));
    fake.on::<TokenIntrospection>().once(TokenIntrospectionReply::throttled(Duration::from_secs(60)));
    assert_eq!(call(Some(&john)).await?, (503, "60".to_owned()));
    fake.refuse_connections();
    assert_eq!(call(Some(&john)).await?, (503, "5".to_owned()));
    fake.accept_connections();
    fake.revoke(&john["Bearer ".len()..]);
    assert_eq!(call(Some(&john)).await?, (401, r#"Bearer error="invalid_token""#.to_owned()));
    Ok(())
}
