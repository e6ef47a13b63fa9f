//! Introspecting a token, over every backend: what leaves, and what each documented answer becomes.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Connect, answer_once, bearer};
use kinde::{Token, TokenIntrospect, TokenIntrospection, TokenTypeHint};

over_every_backend!(an_active_token, a_dead_token);

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
