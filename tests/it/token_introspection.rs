//! Introspecting a token, over every backend: what leaves, and what each documented answer becomes.

use std::time::Duration;

use crate::common::{Connect, answer_once, bearer, exchange};
use kinde::oauth::{TokenIntrospect, TokenIntrospection, TokenTypeHint};
use kinde::{ErrorKind, Token};
use kinde_mock::{MockKinde, NewToken, TokenIntrospectionReply};

crate::common::over_every_backend!(
    an_active_token,
    a_dead_token,
    what_the_fake_knows_of_a_token,
    a_caller_who_is_not_accepted,
    a_401,
    a_429,
);

const REQUEST: &str = "\
POST /oauth2/introspect HTTP/1.1
accept: application/json, application/json; charset=utf-8
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
content-length: 59
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

token=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

const HINTED: &str = "\
POST /oauth2/introspect HTTP/1.1
accept: application/json, application/json; charset=utf-8
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
content-length: 53
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

token=a%2Bb.c%2Fd%3D%3D&token_type_hint=refresh_token";

async fn an_active_token(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 133\r\n\r\n\
         {\"active\":true,\"aud\":[\"https://api.example.com/v1\"],\
         \"client_id\":\"3b0b5c6c8fcc464fab397f4969b5f482\",\"exp\":1612345678,\"iat\":1612345678}",
    );
    let question = TokenIntrospection::new(
        &bearer(),
        Token::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W"),
    );
    let answer = connect(domain).token_introspection(question).await.unwrap();
    assert_eq!(request.join().unwrap(), REQUEST);
    let TokenIntrospect::Active(token) = answer else { panic!("{answer:?}") };
    assert_eq!(token.aud, ["https://api.example.com/v1"]);
    assert_eq!(token.client_id.as_deref(), Some("3b0b5c6c8fcc464fab397f4969b5f482"));
    assert_eq!((token.exp, token.iat), (Some(1_612_345_678), Some(1_612_345_678)));
}

async fn a_dead_token(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"active\":false}",
    );
    let question = TokenIntrospection::new(&bearer(), Token::new("a+b.c/d=="))
        .token_type_hint(TokenTypeHint::RefreshToken);
    let answer = connect(domain).token_introspection(question).await.unwrap();
    assert_eq!(request.join().unwrap(), HINTED);
    assert_eq!(answer, TokenIntrospect::Inactive);
}

fn ask(fake: &MockKinde, bearer: &str, form: &str) -> String {
    let head = format!(
        "POST /oauth2/introspect HTTP/1.1\nAuthorization: Bearer {bearer}\n\
         Content-Type: application/x-www-form-urlencoded"
    );
    exchange(&fake.base_url(), &head, form)
}

/// The fake's own bytes, without our client: 200, 401, 403 and 429 as they are documented.
#[test]
fn the_fakes_answers_byte_for_byte() {
    let fake = MockKinde::start_blocking();
    let time = |seconds| std::time::UNIX_EPOCH + Duration::from_secs(seconds);
    fake.clock().freeze_at(time(1_612_345_678));
    let token = fake.issue_access(
        NewToken::for_user(&fake.user())
            .audience(["https://api.example.com/v1"])
            .issued_at(time(1_612_345_678))
            .expires_at(time(1_612_432_078)),
    );
    let machine = fake.machine_token();
    let form = format!("token={}", token.expose());
    let active = "HTTP/1.1 200 OK\ncontent-length: 133\ncontent-type: application/json\n\n\
        {\"active\":true,\"aud\":[\"https://api.example.com/v1\"],\
        \"client_id\":\"3b0b5c6c8fcc464fab397f4969b5f482\",\"exp\":1612432078,\"iat\":1612345678}";
    assert_eq!(ask(&fake, machine.expose(), &form), active);

    let inactive =
        "HTTP/1.1 200 OK\ncontent-length: 16\ncontent-type: application/json\n\n{\"active\":false}";
    assert_eq!(ask(&fake, machine.expose(), "token=unknown"), inactive);

    let missing = ask(&fake, machine.expose(), "token_type_hint=access_token");
    assert!(missing.starts_with("HTTP/1.1 401 Unauthorized\n"), "{missing}");
    assert!(missing.contains("\ncontent-type: application/json\n"), "{missing}");
    assert!(missing.contains("\n\n{\"error\":\"invalid_request\",\"error_description\":\""), "{missing}");

    let forbidden = "HTTP/1.1 403 Forbidden\ncontent-length: 0\n\n";
    assert_eq!(ask(&fake, "unknown", &form), forbidden);

    fake.on::<TokenIntrospection>().once(TokenIntrospectionReply::throttled(Duration::from_secs(7)));
    let throttled = "HTTP/1.1 429 Too Many Requests\ncontent-length: 0\nratelimit-reset: 7\n\n";
    assert_eq!(ask(&fake, machine.expose(), &form), throttled);
}

async fn what_the_fake_knows_of_a_token(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let machine = fake.machine_token();
    let john = fake.sign_in();
    let ask = |token: &Token| kinde.token_introspection(TokenIntrospection::new(&machine, token.clone()));

    let access = Token::from(&john.access_token);
    let TokenIntrospect::Active(claims) = ask(&access).await.unwrap() else { panic!("inactive") };
    assert_eq!(claims.client_id.as_deref(), Some("3b0b5c6c8fcc464fab397f4969b5f482"));
    assert_eq!(claims.exp.unwrap() - claims.iat.unwrap(), 86_400);
    assert!(claims.aud.is_empty() && claims.other.is_empty());
    assert!(ask(&john.refresh_token).await.unwrap().is_active());
    // A wrong hint hides nothing.
    let hinted =
        TokenIntrospection::new(&machine, access.clone()).token_type_hint(TokenTypeHint::RefreshToken);
    assert!(kinde.token_introspection(hinted).await.unwrap().is_active());

    fake.revoke(&john.refresh_token);
    assert_eq!(ask(&john.refresh_token).await.unwrap(), TokenIntrospect::Inactive);
    assert_eq!(
        ask(&access).await.unwrap(),
        TokenIntrospect::Inactive,
        "the grant's access token ends with it"
    );
    let expired = fake.sign_in();
    fake.expire(&expired.access_token);
    assert_eq!(ask(&Token::from(&expired.access_token)).await.unwrap(), TokenIntrospect::Inactive);
    assert_eq!(ask(&Token::new("never-issued")).await.unwrap(), TokenIntrospect::Inactive);
}

async fn a_caller_who_is_not_accepted(connect: Connect) {
    let fake = MockKinde::start().await;
    let john = fake.sign_in();
    let question = TokenIntrospection::new(&bearer(), Token::from(&john.access_token));
    let error = connect(fake.domain()).token_introspection(question).await.unwrap_err();
    assert_eq!(error.to_string(), "token_introspection: 403 credentials rejected, attempt 1");
    assert_eq!(error.errors(), []);
}

async fn a_401(connect: Connect) {
    let fake = MockKinde::start().await;
    let machine = fake.machine_token();
    fake.on::<TokenIntrospection>()
        .once(TokenIntrospectionReply::unauthorized_with("invalid_request", "The token is missing"));
    let question = TokenIntrospection::new(&machine, Token::new("t"));
    let error = connect(fake.domain()).token_introspection(question).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!((error.code(), error.message()), (Some("invalid_request"), Some("The token is missing")));
    assert_eq!(
        error.to_string(),
        "token_introspection: 401 credentials rejected (invalid_request), attempt 1"
    );
}

async fn a_429(connect: Connect) {
    let fake = MockKinde::start().await;
    let machine = fake.machine_token();
    let kinde = connect(fake.domain());
    let ask = || kinde.token_introspection(TokenIntrospection::new(&machine, Token::from(&machine)));
    fake.on::<TokenIntrospection>().once(TokenIntrospectionReply::throttled(Duration::from_secs(1)));
    assert!(ask().await.unwrap().is_active());
    fake.assert_calls::<TokenIntrospection>(2);

    fake.on::<TokenIntrospection>().always(TokenIntrospectionReply::throttled(Duration::from_secs(60)));
    let error = ask().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    fake.assert_calls::<TokenIntrospection>(3);
}
