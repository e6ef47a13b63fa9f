//! docs/testing-with-kinde-mock.md, the third of its four files: an application that knows a URL only.
#![cfg(feature = "reqwest")]
#![allow(clippy::expect_used)]

use std::time::Duration;

use kinde::error::Credentials;
use kinde::oauth::GetUserProfileV2;
use kinde::{AccessToken, Domain, Error, ErrorKind, OAuth};
use kinde_mock::{MockKinde, UserProfileV2Reply};

/// The application: greets the user who is signed in. It is told where Kinde is, and no more.
struct App {
    kinde: kinde::reqwest::Client,
}

#[derive(Debug, PartialEq)]
enum Page {
    Hello(String),
    PleaseSignIn,
    ComeBackIn(Duration),
    OutOfOrder,
}

impl App {
    fn new(url: &str) -> Result<Self, Error> {
        Ok(Self { kinde: kinde::reqwest::client(Domain::new(url)?)? })
    }

    async fn page(&self, bearer: &AccessToken) -> Page {
        match self.kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await {
            Ok(user) => Page::Hello(user.name.unwrap_or_default()),
            Err(error) if error.credentials() == Some(Credentials::Bearer) => Page::PleaseSignIn,
            Err(error) => match error.kind() {
                ErrorKind::RateLimited => Page::ComeBackIn(error.retry_after().unwrap_or_default()),
                _ => Page::OutOfOrder,
            },
        }
    }
}

/// A fake Kinde on a port of 127.0.0.1, and the application configured for it.
async fn setup() -> (MockKinde, App) {
    let kinde = MockKinde::start().await;
    let app = App::new(&kinde.base_url()).expect("a URL that works"); // http://127.0.0.1:PORT
    (kinde, app)
}

#[tokio::test]
async fn signed_in() {
    let (kinde, app) = setup().await;
    let user = kinde.sign_in(); // the documentation's John Snow
    assert_eq!(app.page(&user.access_token).await, Page::Hello("John Snow".to_owned()));
    kinde.assert_calls::<GetUserProfileV2>(1);
}

#[tokio::test]
async fn expired() {
    let (kinde, app) = setup().await;
    let user = kinde.sign_in();
    kinde.clock().advance(Duration::from_secs(24 * 60 * 60)); // nobody waits for a day
    assert_eq!(app.page(&user.access_token).await, Page::PleaseSignIn);
}

#[tokio::test]
async fn revoked() {
    let (kinde, app) = setup().await;
    let user = kinde.sign_in();
    kinde.revoke(&user.refresh_token); // and with it the access token of the same sign-in
    assert_eq!(app.page(&user.access_token).await, Page::PleaseSignIn);
}

#[tokio::test]
async fn throttled() {
    let (kinde, app) = setup().await;
    let user = kinde.sign_in();
    let minute = Duration::from_secs(60);
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(minute));
    assert_eq!(app.page(&user.access_token).await, Page::ComeBackIn(minute));
    assert_eq!(app.page(&user.access_token).await, Page::Hello("John Snow".to_owned()));
}

#[tokio::test]
async fn kinde_down() {
    let (kinde, app) = setup().await;
    let user = kinde.sign_in();
    kinde.refuse_connections();
    assert_eq!(app.page(&user.access_token).await, Page::OutOfOrder);
    kinde.accept_connections();
    assert_eq!(app.page(&user.access_token).await, Page::Hello("John Snow".to_owned()));
}
