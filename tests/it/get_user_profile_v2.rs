//! Reading a profile, over every backend: what leaves, and what each documented answer becomes.

use std::time::Duration;

use crate::common::{Connect, answer_once, bearer, exchange};
use kinde::oauth::{GetUserProfileV2, UserProfileV2};
use kinde::{Error, ErrorKind};
use kinde_mock::{MockKinde, UserProfileV2Reply};

crate::common::over_every_backend!(
    the_request_and_the_documented_answer,
    a_live_token,
    dead_and_wrong_tokens,
    a_scripted_403,
    a_429_that_fits_is_tried_again,
    a_429_that_does_not_fit_fails_at_once,
);

const REQUEST: &str = "\
GET /oauth2/v2/user_profile HTTP/1.1
accept: application/json
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

";

/// Kinde's API description, with its examples.
const JOHN_SNOW: &str = r#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","email_verified":true,"picture":"https://example.com/john_snow.jpg","preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#;

fn john_snow() -> UserProfileV2 {
    let text = |it: &str| Some(it.to_owned());
    let mut user = UserProfileV2::default();
    user.sub = text("kp_c3143a4b50ad43c88e541d9077681782");
    user.provided_id = text("some_external_id");
    user.name = text("John Snow");
    user.given_name = text("John");
    user.family_name = text("Snow");
    user.updated_at = Some(1_612_345_678);
    user.email = text("john.snow@example.com");
    user.email_verified = Some(true);
    user.picture = text("https://example.com/john_snow.jpg");
    user.preferred_username = text("john_snow");
    user.id = text("kp_c3143a4b50ad43c88e541d9077681782");
    user
}

async fn the_request_and_the_documented_answer(connect: Connect) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{JOHN_SNOW}",
        JOHN_SNOW.len(),
    );
    let (domain, request) = answer_once(answer.leak());
    let user = connect(domain).get_user_profile_v2(GetUserProfileV2::new(&bearer())).await.unwrap();
    assert_eq!(request.join().unwrap(), REQUEST);
    assert_eq!(user, john_snow());
}

fn profile_of(fake: &MockKinde, token: &str) -> String {
    let head = format!(
        "GET /oauth2/v2/user_profile HTTP/1.1\nAccept: application/json\nAuthorization: Bearer {token}"
    );
    exchange(&fake.base_url(), &head, "")
}

/// The fake's own bytes, without our client: 200, 403 and 429 as they are documented.
#[test]
fn the_fakes_answers_byte_for_byte() {
    let fake = MockKinde::start_blocking();
    let john = fake.sign_in();
    let ok = format!(
        "HTTP/1.1 200 OK\ncontent-length: {}\ncontent-type: application/json\n\n{JOHN_SNOW}",
        JOHN_SNOW.len()
    );
    assert_eq!(profile_of(&fake, john.access_token.expose()), ok);

    let forbidden = "HTTP/1.1 403 Forbidden\ncontent-length: 0\n\n";
    assert_eq!(profile_of(&fake, "unknown"), forbidden);
    assert_eq!(exchange(&fake.base_url(), "GET /oauth2/v2/user_profile HTTP/1.1", ""), forbidden);

    fake.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(Duration::from_millis(1_500)));
    let throttled = "HTTP/1.1 429 Too Many Requests\ncontent-length: 0\nratelimit-reset: 2\n\n";
    assert_eq!(profile_of(&fake, john.access_token.expose()), throttled);
    assert_eq!(profile_of(&fake, john.access_token.expose()), ok);
}

async fn a_live_token(connect: Connect) {
    let fake = MockKinde::start().await;
    let john = fake.sign_in();
    let user =
        connect(fake.domain()).get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await.unwrap();
    assert_eq!(user, john_snow());
    fake.assert_calls::<GetUserProfileV2>(1);
}

fn assert_forbidden(result: Result<UserProfileV2, Error>) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
    assert_eq!(error.status().unwrap(), 403);
    assert_eq!((error.code(), error.message(), error.retry_after()), (None, None, None));
    assert_eq!(error.to_string(), "get_user_profile_v2: 403 credentials rejected, attempt 1");
}

async fn dead_and_wrong_tokens(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let (revoked, expired, live) = (fake.sign_in(), fake.sign_in(), fake.sign_in());
    fake.revoke(&revoked.access_token);
    fake.expire(&expired.access_token);
    let refresh = kinde::AccessToken::new(live.refresh_token.expose()).unwrap();
    let machine = fake.machine_token();
    for bearer in [&revoked.access_token, &expired.access_token, &refresh, &machine, &bearer()] {
        assert_forbidden(kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await);
    }
    assert!(kinde.get_user_profile_v2(GetUserProfileV2::new(&live.access_token)).await.is_ok());
}

async fn a_scripted_403(connect: Connect) {
    let fake = MockKinde::start().await;
    let john = fake.sign_in();
    let kinde = connect(fake.domain());
    fake.on::<GetUserProfileV2>().once(UserProfileV2Reply::forbidden());
    assert_forbidden(kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await);
    assert!(kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await.is_ok());
}

async fn a_429_that_fits_is_tried_again(connect: Connect) {
    let fake = MockKinde::start().await;
    let john = fake.sign_in();
    fake.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(Duration::from_secs(1)));
    let started = std::time::Instant::now();
    let user =
        connect(fake.domain()).get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await.unwrap();
    assert_eq!(user.id, john_snow().id);
    assert!(started.elapsed() >= Duration::from_secs(1), "it came back before it was told to");
    fake.assert_calls::<GetUserProfileV2>(2);
}

async fn a_429_that_does_not_fit_fails_at_once(connect: Connect) {
    let fake = MockKinde::start().await;
    let john = fake.sign_in();
    fake.on::<GetUserProfileV2>().always(UserProfileV2Reply::throttled(Duration::from_secs(3_600)));
    let error = connect(fake.domain())
        .get_user_profile_v2(GetUserProfileV2::new(&john.access_token))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    assert_eq!(error.attempts(), 1);
    fake.assert_calls::<GetUserProfileV2>(1);
}
