//! "Active" is read from one `active` that is `true` and from nothing else.

use bytes::Bytes;
use http::Response;
use kinde::oauth::{TokenIntrospect, TokenIntrospection};
use kinde::{AccessToken, Operation, Token};

use super::pairs::{Pairs, boolean, text, texts, whole};
use super::words;

fn decode(body: &[u8]) -> Result<TokenIntrospect, kinde::Error> {
    let bearer = AccessToken::new("bearer").expect("a bearer");
    let call = TokenIntrospection::new(&bearer, Token::new("token"));
    call.decode(Response::new(Bytes::copy_from_slice(body)))
}

/// Reads `body` as a 200 of the introspection, and again by other code: both must agree.
pub fn check(body: &[u8]) {
    let read = decode(body);
    let pairs = Pairs::read(body).filter(|pairs| well_typed(pairs) && !pairs.is_error());
    let active = pairs.as_ref().and_then(|pairs| pairs.get("active", boolean));
    match (read, &pairs, active) {
        (Ok(TokenIntrospect::Active(token)), Some(pairs), Some(true)) => {
            assert_eq!(token.exp, pairs.get("exp", whole));
            assert_eq!(token.iat, pairs.get("iat", whole));
            assert_eq!(token.client_id, pairs.get("client_id", text));
            assert_eq!(token.aud, pairs.get("aud", texts).unwrap_or_default());
            for known in ["active", "aud", "client_id", "exp", "iat"] {
                assert!(!token.other.contains_key(known), "a known member among the unknown");
            }
            // What we write, we read back.
            let active = TokenIntrospect::Active(token);
            let written = serde_json::to_vec(&active).expect("a model is JSON");
            assert_eq!(decode(&written).expect("what we wrote"), active);
        }
        (Ok(TokenIntrospect::Inactive), _, Some(false)) => {}
        (Err(error), _, None) => words::only_ours(&error),
        (read, ..) => panic!("read {read:?} where `active` is {active:?}"),
    }
}

fn well_typed(pairs: &Pairs) -> bool {
    pairs.fits("active", boolean)
        && pairs.fits("aud", texts)
        && pairs.fits("client_id", text)
        && pairs.fits("exp", whole)
        && pairs.fits("iat", whole)
}
