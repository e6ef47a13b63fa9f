//! What holds for any input. The fuzz targets look for the same with a coverage-guided search.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation};
use kinde_core::{
    AccessToken, Domain, Error, ErrorKind, Operation, OperationKind, RetryPolicy, Token, TransportError,
    TransportErrorKind,
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

/// What a service may write where a delay belongs.
#[derive(Clone, Debug)]
enum Form {
    Seconds(u64),
    /// More than 64 bits hold.
    Huge(String),
    /// Negative, fractional, with a unit, a sign, an exponent, nothing at all.
    Garbage(String),
    /// So many seconds from the time of the answer, in one of HTTP's three styles.
    Date(i64, usize),
}

fn forms() -> impl Strategy<Value = Form> {
    let garbage = prop_oneof![
        (1..i64::MAX).prop_map(|number| (-number).to_string()),
        (0..100u32, 0..100u32).prop_map(|(whole, part)| format!("{whole}.{part}")),
        "\\+[0-9]{1,5}|[0-9]{1,3}e[0-9]|[0-9]{1,3} ?(s|sec|seconds|,[0-9])|0x[0-9a-f]{1,4}|[a-z ;=]{0,12}",
    ];
    prop_oneof![
        (0..100_000u64).prop_map(Form::Seconds),
        "[1-9][0-9]{20,40}".prop_map(Form::Huge),
        garbage.prop_map(Form::Garbage),
        (-1_000_000..1_000_000i64, 0..3usize).prop_map(|(offset, style)| Form::Date(offset, style)),
    ]
}

/// The three styles of RFC 9110 §5.6.7, made of the first one's parts.
fn http_date(seconds: i64, style: usize) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
    let fixed = httpdate::fmt_http_date(time);
    let [day, number, month, year, clock, _] = fixed.split(' ').collect::<Vec<_>>()[..] else {
        unreachable!()
    };
    let day = day.trim_end_matches(',');
    let long = match day {
        "Tue" => "Tuesday".to_owned(),
        "Wed" => "Wednesday".to_owned(),
        "Thu" => "Thursday".to_owned(),
        "Sat" => "Saturday".to_owned(),
        day => format!("{day}day"),
    };
    match style {
        0 => fixed,
        1 => format!("{long}, {number}-{month}-{} {clock} GMT", &year[2..]),
        _ => format!("{day} {month} {:>2} {clock} {year}", number.trim_start_matches('0')),
    }
}

impl Form {
    fn text(&self, now: i64) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Huge(text) | Self::Garbage(text) => text.clone(),
            Self::Date(offset, style) => http_date(now + offset, *style),
        }
    }

    /// What it asks for in `RateLimit-Reset`, or in `Retry-After` of an answer with a Date.
    fn asks(&self, dated: bool) -> Option<Duration> {
        match self {
            Self::Seconds(seconds) => Some(Duration::from_secs(*seconds)),
            Self::Huge(_) => Some(Duration::from_secs(u64::MAX)),
            Self::Garbage(_) => None,
            Self::Date(offset, _) => dated.then(|| Duration::from_secs((*offset).max(0).unsigned_abs())),
        }
    }
}

proptest! {
    /// Either header, both, repeated, in every form, with and without a Date: the largest delay that can be
    /// read, and nothing that can't.
    #[test]
    fn the_delay_is_the_largest_that_can_be_read(
        resets in prop::collection::vec(forms(), 0..3),
        afters in prop::collection::vec(forms(), 0..3),
        now in 100_000_000..2_000_000_000i64,
        date in prop::option::of(0..3usize),
        left in millis(),
        random in 0.0..1.0f64,
    ) {
        let mut response = Response::builder().status(429);
        for form in &resets {
            response = response.header("RateLimit-Reset", form.text(now));
        }
        for form in &afters {
            response = response.header("Retry-After", form.text(now));
        }
        if let Some(style) = date {
            response = response.header("Date", http_date(now, style));
        }
        let error = Error::from_response(READ, &response.body(Bytes::new()).unwrap());

        let resets = resets.iter().filter_map(|form| form.asks(false));
        let afters = afters.iter().filter_map(|form| form.asks(date.is_some()));
        let expected = resets.chain(afters).max();
        prop_assert_eq!(error.retry_after(), expected);
        // And a wait that is granted is never shorter.
        if let Some(delay) = RetryPolicy::standard().delay(&error, 1, left, random) {
            prop_assert!(delay >= expected.unwrap_or_default() && delay < left);
        } else {
            prop_assert!(expected.unwrap_or_default().saturating_add(Duration::from_millis(250)) >= left);
        }
    }

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
