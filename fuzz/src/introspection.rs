//! "Active" is read from one `active` that is `true` and from nothing else.

use bytes::Bytes;
use http::Response;
use kinde::{AccessToken, Operation, Token, TokenIntrospect, TokenIntrospection};
use serde_json::Value;

use super::pairs::{Pairs, whole};
use super::words;

fn decode(body: &[u8]) -> Result<TokenIntrospect, kinde::Error> {
    let bearer = AccessToken::new("bearer").expect("a bearer");
    let call = TokenIntrospection::new(&bearer, Token::new("token"));
    call.decode(Response::new(Bytes::copy_from_slice(body)))
}

/// Reads `body` as a 200 of the introspection, and again by other code: both must agree.
pub fn check(body: &[u8]) {
    let read = decode(body);
    let pairs = Pairs::read(body);
    let active = match &pairs {
        Some(pairs) if well_typed(pairs) => pairs.one("active").ok().flatten().and_then(Value::as_bool),
        _ => None,
    };
    match (read, active) {
        (Ok(TokenIntrospect::Active(token)), Some(true)) => {
            let claim = |name| pairs.as_ref().and_then(|pairs| pairs.one(name).ok().flatten());
            assert_eq!(token.exp, claim("exp").and_then(whole));
            assert_eq!(token.iat, claim("iat").and_then(whole));
            assert_eq!(token.client_id.as_deref(), claim("client_id").and_then(Value::as_str));
            let aud: Vec<&str> = match claim("aud") {
                Some(Value::String(one)) => vec![one],
                Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            assert_eq!(token.aud, aud);
            for known in ["active", "aud", "client_id", "exp", "iat"] {
                assert!(!token.other.contains_key(known), "a known member among the unknown");
            }
            // What we write, we read back (floats among the unknown aside, whose last digit may move).
            let written =
                serde_json::to_vec(&TokenIntrospect::Active(token.clone())).expect("a model is JSON");
            let again = decode(&written).expect("what we wrote");
            let again = again.active().expect("still active");
            assert_eq!((&again.aud, &again.client_id), (&token.aud, &token.client_id));
            assert_eq!((again.exp, again.iat), (token.exp, token.iat));
        }
        (Ok(TokenIntrospect::Inactive), Some(false)) => {}
        (Err(error), None) => words::only_ours(&error),
        (read, active) => panic!("read {read:?} where `active` is {active:?}"),
    }
}

fn well_typed(pairs: &Pairs) -> bool {
    pairs.fits("active", Value::is_boolean)
        && pairs.fits("aud", |value| match value {
            Value::Array(list) => list.iter().all(Value::is_string),
            one => one.is_string(),
        })
        && pairs.fits("client_id", Value::is_string)
        && pairs.fits("exp", |value| whole(value).is_some())
        && pairs.fits("iat", |value| whole(value).is_some())
}
