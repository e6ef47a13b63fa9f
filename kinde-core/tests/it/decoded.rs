//! What each operation makes of an answer: a status and a body.

use bytes::Bytes;
use http::Response;
use kinde_core::oauth::{
    GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, UserProfileV2,
};
use kinde_core::{AccessToken, Error, Operation, Token};

pub(crate) fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).body(body.into()).unwrap()
}

pub(crate) fn bearer() -> AccessToken {
    AccessToken::new("eyJhbGciOi").unwrap()
}

pub(crate) fn profile(status: u16, body: impl Into<Bytes>) -> Result<UserProfileV2, Error> {
    GetUserProfileV2::new(&bearer()).decode(response(status, body))
}

pub(crate) fn introspection(status: u16, body: impl Into<Bytes>) -> Result<TokenIntrospect, Error> {
    TokenIntrospection::new(&bearer(), Token::new("t")).decode(response(status, body))
}

pub(crate) fn revocation(status: u16, body: impl Into<Bytes>) -> Result<(), Error> {
    TokenRevocation::new("id", Token::new("t")).decode(response(status, body))
}
