//! A web service with many users. Look at `App`: one client serves all of them, and holds nothing about any; each
//! request brings its own bearer, so no call can run under another user's. (A sketch in its answers: `protect_api` has the
//! full 401 and 503, docs/errors.md what to answer to every other failure.)

use std::{error::Error, sync::Arc};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header::AUTHORIZATION};
use axum::{Router, body::Body, body::to_bytes, routing::get};
use kinde::error::Credentials;
use kinde::oauth::GetUserProfileV2;
use kinde::{AccessToken, OAuth};
use kinde_mock::{MockKinde, NewToken, User};
use tower::ServiceExt;

#[derive(Clone)]
struct App {
    kinde: Arc<dyn OAuth>,
}

async fn hello(State(app): State<App>, request: Request) -> Result<String, StatusCode> {
    let bearer = AccessToken::from_authorization(request.headers()).ok().flatten();
    let bearer = bearer.ok_or(StatusCode::UNAUTHORIZED)?;
    let user = app.kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await;
    let user = user.map_err(|error| match error.credentials() {
        Some(Credentials::Bearer) => StatusCode::UNAUTHORIZED,
        _ => StatusCode::SERVICE_UNAVAILABLE, // Kinde could not be asked: that says nothing about the user
    })?;
    Ok(format!("hello, {}", user.given_name.unwrap_or_default()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;
    let app = App { kinde: Arc::new(kinde::reqwest::client(fake.domain())?) };
    let service = Router::new().route("/", get(hello)).with_state(app);

    // A hundred users at once, each with a token of their own.
    let mut visits = Vec::new();
    for number in 0..100 {
        let user = User::new(format!("kp_{number}"), &format!("User{number}"), "Example");
        fake.add_user(user.clone());
        let bearer = fake.issue_access(NewToken::for_user(&user));
        let request = Request::get("/").header(AUTHORIZATION, bearer.to_header_value()).body(Body::empty())?;
        visits.push((number, tokio::spawn(service.clone().oneshot(request))));
    }
    for (number, visit) in visits {
        let body = to_bytes(visit.await??.into_body(), 1024).await?;
        if body != format!("hello, User{number}") {
            return Err(format!("user {number} was mistaken for another").into());
        }
    }
    println!("a hundred users were greeted by their own names, over one client");

    let stranger = Request::get("/").header(AUTHORIZATION, "Bearer unknown").body(Body::empty())?;
    let status = service.oneshot(stranger).await?.status();
    println!("a stranger gets {status}");
    (status == StatusCode::UNAUTHORIZED).then_some(()).ok_or_else(|| "a stranger was let in".into())
}
