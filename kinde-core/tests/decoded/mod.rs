//! What each operation makes of an answer: a status and a body.
#![allow(clippy::unwrap_used, unreachable_pub, dead_code)]

use bytes::Bytes;
use http::Response;
use kinde_core::oauth::{
    GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, UserProfileV2,
};
use kinde_core::{AccessToken, Error, Operation, Token};

pub fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).body(body.into()).unwrap()
}

pub fn bearer() -> AccessToken {
    AccessToken::new("eyJhbGciOi").unwrap()
}

pub fn profile(status: u16, body: impl Into<Bytes>) -> Result<UserProfileV2, Error> {
    GetUserProfileV2::new(&bearer()).decode(response(status, body))
}

pub fn introspection(status: u16, body: impl Into<Bytes>) -> Result<TokenIntrospect, Error> {
    TokenIntrospection::new(&bearer(), Token::new("t")).decode(response(status, body))
}

pub fn revocation(status: u16, body: impl Into<Bytes>) -> Result<(), Error> {
    TokenRevocation::new("id", Token::new("t")).decode(response(status, body))
}
