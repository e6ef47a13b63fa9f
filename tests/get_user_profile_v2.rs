//! Reading a profile, over every backend: what leaves, and what each documented answer becomes.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Connect, answer_once, bearer, exchange};
use kinde::{ErrorKind, GetUserProfileV2, UserProfileV2};

over_every_backend!(the_request_and_the_documented_answer);

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
