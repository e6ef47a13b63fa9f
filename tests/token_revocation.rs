//! Revoking a token, over every backend: what leaves, and what each documented answer becomes.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use common::{Connect, answer_once, bearer};
use kinde::{ClientSecret, Token, TokenRevocation, TokenTypeHint};

over_every_backend!(by_a_frontend_application, by_a_backend_application);

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
