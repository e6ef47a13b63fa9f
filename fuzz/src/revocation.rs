//! A revocation's 200 is empty or one JSON object that is not an error: nothing else came from the service.

use bytes::Bytes;
use http::Response;
use kinde::oauth::TokenRevocation;
use kinde::{Operation, Token};

use super::pairs::Pairs;
use super::words;

/// Reads `body` as a 200 of the revocation, and again by other code: both must agree.
pub fn check(body: &[u8]) {
    let read =
        TokenRevocation::new("id", Token::new("t")).decode(Response::new(Bytes::copy_from_slice(body)));
    // White space alone is not a documented answer.
    let documented = body.is_empty() || Pairs::read(body).is_some_and(|pairs| !pairs.is_error());
    match read {
        Ok(()) => assert!(documented, "no answer of the service's"),
        Err(error) => {
            assert!(!documented, "a documented answer was refused: {error}");
            words::only_ours(&error);
        }
    }
}
