//! A revocation's 200 is empty or one JSON object: nothing else came from the service.

use bytes::Bytes;
use http::Response;
use kinde::{Operation, Token, TokenRevocation};

use super::pairs::Pairs;
use super::words;

/// Reads `body` as a 200 of the revocation.
pub fn check(body: &[u8]) {
    let read =
        TokenRevocation::new("id", Token::new("t")).decode(Response::new(Bytes::copy_from_slice(body)));
    match read {
        Ok(()) => {
            let text = body.trim_ascii();
            // Not `text.is_empty()`: white space alone is no documented answer.
            assert!(body.is_empty() || (text.starts_with(b"{") && text.ends_with(b"}")), "no object");
        }
        Err(error) => {
            assert!(
                !body.is_empty() && Pairs::read(body).is_none(),
                "a documented answer was refused: {error}"
            );
            words::only_ours(&error);
        }
    }
}
