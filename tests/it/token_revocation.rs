//! Revoking a token, over every backend: what leaves, and what each documented answer becomes.

use std::time::Duration;

use crate::common::{Connect, answer_once, bearer, exchange};
use kinde::oauth::{TokenIntrospection, TokenRevocation, TokenTypeHint};
use kinde::{ClientSecret, Error, ErrorKind, Token};
use kinde_mock::{MockKinde, NewToken, TokenRevocationReply};

crate::common::over_every_backend!(
    by_a_frontend_application,
    by_a_backend_application,
    a_revoked_token_is_dead,
    credentials_that_are_not_accepted,
    each_documented_error,
    a_429_that_fits_is_tried_again,
);

const FRONTEND: &str = "\
POST /oauth2/revoke HTTP/1.1
accept: application/json
content-length: 56
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=abc.def";

const BACKEND: &str = "\
POST /oauth2/revoke HTTP/1.1
accept: application/json
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
content-length: 130
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=abc.def&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4&token_type_hint=access_token";

async fn by_a_frontend_application(connect: Connect) {
    let (domain, request) = answer_once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let revocation = TokenRevocation::new("3b0b5c6c8fcc464fab397f4969b5f482", Token::new("abc.def"));
    connect(domain).token_revocation(revocation).await.unwrap();
    assert_eq!(request.join().unwrap(), FRONTEND);
}

async fn by_a_backend_application(connect: Connect) {
    let (domain, request) = answer_once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let revocation = TokenRevocation::new("3b0b5c6c8fcc464fab397f4969b5f482", Token::new("abc.def"))
        .client_secret(ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4"))
        .token_type_hint(TokenTypeHint::AccessToken)
        .bearer(&bearer());
    connect(domain).token_revocation(revocation).await.unwrap();
    assert_eq!(request.join().unwrap(), BACKEND);
}

fn revoke(fake: &MockKinde, headers: &str, form: &str) -> String {
    let head =
        format!("POST /oauth2/revoke HTTP/1.1\n{headers}Content-Type: application/x-www-form-urlencoded");
    exchange(&fake.base_url(), &head, form)
}

/// The fake's own bytes, without our client: 200, 400, 401, 403 and 429 as they are documented. The codes and
/// sentences of 400, 403 and 429 are made up, so only their shape is fixed here.
#[test]
fn the_fakes_answers_byte_for_byte() {
    let fake = MockKinde::start_blocking();
    let john = fake.sign_in();
    let backend = "client_id=3b0b5c6c8fcc464fab397f4969b5f482&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

    let ok = "HTTP/1.1 200 OK\ncontent-length: 0\n\n";
    assert_eq!(revoke(&fake, "", &format!("{backend}&token={}", john.access_token.expose())), ok);
    assert_eq!(revoke(&fake, "", &format!("{backend}&token={}", john.access_token.expose())), ok, "again");
    assert_eq!(revoke(&fake, "", &format!("{backend}&token=never-issued")), ok, "unknown");

    let unauthorized = "HTTP/1.1 401 Unauthorized\ncontent-length: 174\ncontent-type: application/json\n\n\
        {\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed (e.g., unknown client, \
        no client authentication included, or unsupported authentication method).\"}";
    assert_eq!(revoke(&fake, "", "client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=t"), unauthorized);
    assert_eq!(revoke(&fake, "", "client_id=unknown&token=t"), unauthorized);

    let shape = |answer: String, line: &str| {
        assert!(answer.starts_with(&format!("{line}\ncontent-length: ")), "{answer}");
        assert!(answer.contains("\ncontent-type: application/json\n"), "{answer}");
        assert!(answer.contains("\n\n{\"errors\":[{\"code\":\""), "{answer}");
        assert!(answer.contains("\",\"message\":\"") && answer.ends_with("\"}]}"), "{answer}");
        answer
    };
    shape(revoke(&fake, "", backend), "HTTP/1.1 400 Bad Request");
    shape(revoke(&fake, "", "token=t"), "HTTP/1.1 400 Bad Request");
    shape(
        revoke(&fake, "Authorization: Bearer dead\n", &format!("{backend}&token=t")),
        "HTTP/1.1 403 Forbidden",
    );
    fake.on::<TokenRevocation>().once(TokenRevocationReply::throttled(Duration::from_secs(30)));
    let throttled = shape(revoke(&fake, "", &format!("{backend}&token=t")), "HTTP/1.1 429 Too Many Requests");
    assert!(throttled.contains("\nratelimit-reset: 30\n"), "{throttled}");
}

fn revocation(fake: &MockKinde, token: Token) -> TokenRevocation {
    let application = fake.backend();
    TokenRevocation::new(application.client_id, token).client_secret(application.client_secret)
}

async fn a_revoked_token_is_dead(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let machine = fake.machine_token();
    let john = fake.sign_in();
    let access = Token::from(&john.access_token);
    let is_active = async |token: &Token| {
        kinde.token_introspection(TokenIntrospection::new(&machine, token.clone())).await.unwrap().is_active()
    };

    kinde.token_revocation(revocation(&fake, access.clone()).bearer(&machine)).await.unwrap();
    assert!(!is_active(&access).await);
    assert!(is_active(&john.refresh_token).await, "revoking an access token leaves the grant alone");
    kinde.token_revocation(revocation(&fake, access)).await.unwrap();

    let john = fake.sign_in();
    let hinted = revocation(&fake, john.refresh_token.clone()).token_type_hint(TokenTypeHint::AccessToken);
    kinde.token_revocation(hinted).await.unwrap();
    assert!(!is_active(&john.refresh_token).await, "a wrong hint hides nothing");
    assert!(!is_active(&Token::from(&john.access_token)).await, "the grant's access token ends with it");
}

fn assert_refused(result: Result<(), Error>, line: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
    assert!(error.to_string().starts_with(line), "{error}");
}

async fn credentials_that_are_not_accepted(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let john = fake.sign_in();
    let access = Token::from(&john.access_token);
    let backend = fake.backend();

    let refused = "token_revocation: 401 credentials rejected (invalid_client), attempt 1";
    let no_secret = TokenRevocation::new(&backend.client_id, access.clone());
    assert_refused(kinde.token_revocation(no_secret.clone()).await, refused);
    let wrong_secret = no_secret.client_secret(ClientSecret::new("wrong"));
    assert_refused(kinde.token_revocation(wrong_secret).await, refused);
    assert_refused(kinde.token_revocation(TokenRevocation::new("unknown", access.clone())).await, refused);

    let dead_bearer = revocation(&fake, access.clone()).bearer(&bearer());
    assert_refused(kinde.token_revocation(dead_bearer).await, "token_revocation: 403 credentials rejected (");
    let frontend = fake.frontend();
    let another_clients = TokenRevocation::new(&frontend.client_id, access.clone());
    assert_refused(
        kinde.token_revocation(another_clients).await,
        "token_revocation: 403 credentials rejected (",
    );
    assert!(fake.is_live(&john.access_token), "none of these touched the token");

    let theirs = fake.sign_in_with(NewToken::for_user(&fake.user()).application(&frontend.client_id));
    let revoked = TokenRevocation::new(frontend.client_id, Token::from(&theirs.access_token));
    kinde.token_revocation(revoked).await.unwrap();
    assert!(!fake.is_live(&theirs.access_token), "a frontend application needs no secret");
}

async fn each_documented_error(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let cases = [
        (TokenRevocationReply::bad_request_with("NO_TOKEN", "m"), ErrorKind::BadRequest, 400, "NO_TOKEN"),
        (
            TokenRevocationReply::unauthorized_with("invalid_client", "m"),
            ErrorKind::CredentialsRejected,
            401,
            "invalid_client",
        ),
        (
            TokenRevocationReply::forbidden_with("NOT_YOURS", "m"),
            ErrorKind::CredentialsRejected,
            403,
            "NOT_YOURS",
        ),
    ];
    for (reply, kind, status, code) in cases {
        fake.on::<TokenRevocation>().once(reply);
        let error = kinde.token_revocation(revocation(&fake, Token::new("t"))).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (kind, status));
        assert_eq!((error.code(), error.message()), (Some(code), Some("m")));
        assert_eq!(error.attempts(), 1);
    }
    fake.on::<TokenRevocation>().once(TokenRevocationReply::throttled(Duration::from_secs(60)));
    let error = kinde.token_revocation(revocation(&fake, Token::new("t"))).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(Duration::from_secs(60))));
    assert!(error.code().is_some(), "this 429 has a body");
}

async fn a_429_that_fits_is_tried_again(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let john = fake.sign_in();
    fake.on::<TokenRevocation>().once(TokenRevocationReply::throttled(Duration::from_secs(1)));
    kinde.token_revocation(revocation(&fake, Token::from(&john.access_token))).await.unwrap();
    fake.assert_calls::<TokenRevocation>(2);
    assert!(!fake.is_live(&john.access_token));
}
