//! What holds for any input. The fuzz targets look for the same with a coverage-guided search.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response};
use kinde_core::{
    AccessToken, Domain, Error, ErrorKind, GetUserProfileV2, Operation, OperationKind, RetryPolicy, Token,
    TokenIntrospect, TokenIntrospection, TokenRevocation, TransportError, TransportErrorKind,
};
use proptest::prelude::*;
use serde_json::Value;

const READ: OperationKind = OperationKind::new("read").repeatable();

fn bearer() -> AccessToken {
    AccessToken::new("abc").unwrap()
}

fn millis() -> impl Strategy<Value = Duration> {
    prop_oneof![0..100_000u64, Just(u64::MAX)].prop_map(Duration::from_millis)
}

fn error() -> impl Strategy<Value = Error> {
    use TransportErrorKind::*;
    let kinds = prop::sample::select(vec![Connect, Timeout, Interrupted, BodyTooLarge, Other]);
    let delay = prop::option::of(prop_oneof![Just(u64::MAX), 0..200u64]);
    prop_oneof![
        kinds.prop_map(|kind| Error::from_transport(READ, TransportError::from(kind))),
        (100u16..1000, delay).prop_map(|(status, delay)| {
            let mut response = Response::builder().status(status);
            if let Some(delay) = delay {
                response = response.header("RateLimit-Reset", delay);
            }
            Error::from_response(READ, &response.body(Bytes::new()).unwrap())
        }),
    ]
}

/// JSON that looks like an introspection's answer, with values of every type in every place.
fn answers() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "true", "false", "null", "1", "0", "-1", "1.5", "1e3", "\"true\"", "\"7\"", "\"\"", "[]", "{}",
        "[\"a\"]", "[1]",
    ]);
    let name = prop::sample::select(vec!["active", "aud", "client_id", "exp", "iat", "scope", "Active"]);
    prop::collection::vec((name, scalar), 0..7).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #[test]
    fn a_wait_keeps_every_bound(
        error in error(),
        attempt in prop_oneof![1..6u32, Just(u32::MAX)],
        retries in 0..5u32,
        first in millis(),
        longest in millis(),
        left in millis(),
        random in prop_oneof![0.0..1.0f64, any::<f64>()],
    ) {
        let policy = RetryPolicy::standard().max_retries(retries).backoff(first, longest);
        if let Some(delay) = policy.delay(&error, attempt, left, random) {
            prop_assert!(error.is_retryable());
            prop_assert!(attempt <= retries, "one attempt too many");
            prop_assert!(delay < left, "past the deadline");
            let floor = error.retry_after().unwrap_or_default();
            prop_assert!(delay >= floor, "the server's delay is undercut");
            let bound = first.saturating_mul(2u32.saturating_pow(attempt - 1)).min(longest);
            prop_assert!(delay - floor <= bound, "jitter beyond its bound");
        }
    }

    #[test]
    fn a_delay_header_is_digits_or_nothing(values in prop::collection::vec(any::<Vec<u8>>(), 0..3)) {
        let mut response = Response::builder().status(429);
        let mut largest = None;
        for value in values {
            let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
            let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
                largest = largest.max(Some(text.parse().unwrap_or(u64::MAX)));
            }
            response = response.header("RateLimit-Reset", value);
        }
        let error = Error::from_response(READ, &response.body(Bytes::new()).unwrap());
        prop_assert_eq!(error.retry_after(), largest.map(Duration::from_secs));
    }

    /// Decoding ends, in a value or in an error that repeats nothing of the body.
    #[test]
    fn any_bytes_decode_to_something(status in 100u16..1000, body in any::<Vec<u8>>()) {
        let response = || Response::builder().status(status).body(Bytes::from(body.clone())).unwrap();
        let profile = GetUserProfileV2::new(&bearer()).decode(response()).err();
        let introspection = TokenIntrospection::new(&bearer(), Token::new("t")).decode(response()).err();
        let revocation = TokenRevocation::new("id", Token::new("t")).decode(response()).err();
        for error in [profile, introspection, revocation].into_iter().flatten() {
            prop_assert_ne!(error.kind(), ErrorKind::InvalidInput);
            prop_assert!(error.to_string().is_ascii());
        }
    }

    /// "Active" is read only from one `active` that is `true`, whatever stands around it.
    #[test]
    fn active_is_never_a_guess(body in answers()) {
        let response = Response::new(Bytes::from(body.clone()));
        let active = body.matches("\"active\":").count() == 1 && body.contains("\"active\":true");
        match TokenIntrospection::new(&bearer(), Token::new("t")).decode(response) {
            Ok(TokenIntrospect::Active(token)) => {
                prop_assert!(active, "{}", body);
                let raw: Value = serde_json::from_str(&body).unwrap();
                if let Some(exp) = token.exp {
                    let said = &raw["exp"];
                    let number = said.as_f64().or_else(|| said.as_str()?.parse().ok());
                    prop_assert_eq!(number, Some(exp as f64), "{}", body);
                }
            }
            Ok(TokenIntrospect::Inactive) => prop_assert!(body.contains("\"active\":false"), "{}", body),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::UnexpectedBody),
        }
    }

    /// What is accepted as a bearer is sent as it is; what isn't can't split a header.
    #[test]
    fn an_accepted_bearer_is_a_b64token(text in prop_oneof!["[a-zA-Z0-9._~+/=-]{0,20}", ".*"]) {
        let body = text.trim_end_matches('=');
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let good = !body.is_empty() && body.chars().all(allowed);
        match AccessToken::new(text.clone()) {
            Ok(token) => {
                prop_assert!(good);
                prop_assert_eq!(token.expose(), &text);
            }
            Err(error) => {
                prop_assert!(!good);
                prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
            }
        }
    }

    /// An accepted domain is used byte for byte, and http leads nowhere but to this machine.
    #[test]
    fn an_accepted_domain_is_an_origin(text in prop_oneof![
        "(https?://)?[a-z0-9.@:/\\[\\]-]{1,24}",
        "(https?://)(localhost|127\\.[0-9.]{1,9}|\\[[0-9a-f:]{1,9}\\])[:@./a-z0-9]{0,8}",
        ".*",
    ]) {
        if let Ok(domain) = Domain::new(&text) {
            let written = domain.to_string();
            let authority = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
            prop_assert_eq!(written.split_once("://").unwrap().1, authority);
            let uri = domain.uri("/x").unwrap();
            prop_assert_eq!(uri.authority().unwrap().as_str(), authority);
            prop_assert!(!authority.contains(['@', '/', '?', '#', '\\', ' ']));
            if domain.scheme().as_str() == "http" {
                let host = domain.host().trim_matches(['[', ']']);
                let address = host.parse::<std::net::IpAddr>();
                prop_assert!(host == "localhost" || address.is_ok_and(|address| address.is_loopback()), "{}", text);
            }
        }
    }
}
