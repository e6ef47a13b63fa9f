//! The policy as a table, and the delays it reads.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::{Error, OperationKind, RetryPolicy, TransportError, TransportErrorKind};

const READ: OperationKind = OperationKind::new("read").repeatable();
const REDEEM: OperationKind = OperationKind::new("redeem");

type Headers = &'static [(&'static str, &'static str)];

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn answered(operation: OperationKind, status: u16, headers: &[(&str, &str)]) -> Error {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Error::from_response(operation, &response.body(Bytes::new()).unwrap())
}

fn broken(operation: OperationKind, kind: TransportErrorKind) -> Error {
    Error::from_transport(operation, kind.into())
}

#[test]
fn what_is_tried_again() {
    use TransportErrorKind::*;
    // (error, tried again if repeatable, tried again if not)
    let cases = [
        (429, true, false),
        (500, true, false),
        (502, true, false),
        (503, true, false),
        (504, true, false),
        (501, false, false),
        (505, false, false),
        (200, false, false),
        (202, false, false),
        (307, false, false),
        (400, false, false),
        (401, false, false),
        (403, false, false),
        (404, false, false),
        (408, false, false),
        (418, false, false),
    ];
    let policy = RetryPolicy::standard();
    let retried = |error: &Error| policy.delay(error, 1, ms(30_000), 0.5).is_some();
    for (status, repeatable, not) in cases {
        for (operation, expected) in [(READ, repeatable), (REDEEM, not)] {
            let error = answered(operation, status, &[]);
            assert_eq!(retried(&error), expected, "{operation} {status}");
            assert_eq!(error.is_retryable(), expected, "{operation} {status}");
        }
    }
    let transport = [
        (Connect, true, true),
        (Timeout, true, false),
        (Interrupted, true, false),
        (BodyTooLarge, false, false),
        (Other, false, false),
    ];
    for (kind, repeatable, not) in transport {
        for (operation, expected) in [(READ, repeatable), (REDEEM, not)] {
            assert_eq!(retried(&broken(operation, kind)), expected, "{operation} {kind:?}");
        }
    }
    assert!(!retried(&Error::invalid_input("token", "is empty")));
}

#[test]
fn how_often_and_how_long() {
    let error = answered(READ, 503, &[]);
    let long = ms(1_000_000);
    let standard = RetryPolicy::standard();
    // (policy, attempt that failed, random, wait)
    let cases = [
        (standard.clone(), 1, 0.0, Some(ms(0))),
        (standard.clone(), 1, 0.5, Some(ms(125))),
        (standard.clone(), 1, 1.0, Some(ms(250))),
        (standard.clone(), 2, 1.0, Some(ms(500))),
        (standard.clone(), 3, 0.0, None),
        (standard.clone(), u32::MAX, 0.0, None),
        (RetryPolicy::none(), 1, 0.0, None),
        (RetryPolicy::default(), 2, 1.0, Some(ms(500))),
        (standard.clone().max_retries(100), 5, 1.0, Some(ms(4_000))),
        (standard.clone().max_retries(100), 6, 1.0, Some(ms(5_000))),
        (standard.clone().max_retries(100), 100, 1.0, Some(ms(5_000))),
        (standard.clone().max_retries(u32::MAX), u32::MAX, 1.0, Some(ms(5_000))),
        (standard.clone().backoff(ms(100), ms(150)), 2, 1.0, Some(ms(150))),
        (standard.clone().backoff(ms(0), ms(0)), 1, 1.0, Some(ms(0))),
        // Random numbers that are none can't make a wait longer than its bound.
        (standard.clone(), 1, f64::NAN, Some(ms(250))),
        (standard.clone(), 1, f64::INFINITY, Some(ms(250))),
        (standard.clone(), 1, -7.0, Some(ms(0))),
        (standard, 1, 7.0, Some(ms(250))),
    ];
    for (policy, attempt, random, wait) in cases {
        assert_eq!(policy.delay(&error, attempt, long, random), wait, "{policy:?} {attempt} {random}");
    }
}

#[test]
fn the_services_delay_is_a_floor_and_must_fit() {
    let policy = RetryPolicy::standard();
    let error = answered(READ, 429, &[("RateLimit-Reset", "2")]);
    // (left, random, wait)
    let cases = [
        (ms(30_000), 0.0, Some(ms(2_000))),
        (ms(30_000), 1.0, Some(ms(2_250))),
        (ms(2_250), 1.0, None),
        (ms(2_251), 1.0, Some(ms(2_250))),
        (ms(2_000), 0.0, None),
        (ms(2_001), 0.0, Some(ms(2_000))),
        (ms(0), 0.0, None),
    ];
    for (left, random, wait) in cases {
        assert_eq!(policy.delay(&error, 1, left, random), wait, "{left:?} {random}");
    }
    let timeout = broken(READ, TransportErrorKind::Timeout);
    assert_eq!(policy.delay(&timeout, 1, ms(0), 0.0), None);
    let never = answered(READ, 429, &[("RateLimit-Reset", "99999999999999999999999")]);
    assert_eq!(policy.delay(&never, 1, Duration::from_secs(u64::MAX), 1.0), None);
    assert_eq!(never.retry_after(), Some(Duration::from_secs(u64::MAX)));
}

#[test]
fn delay_headers() {
    const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let cases: &[(Headers, Option<u64>)] = &[
        (&[], None),
        (&[("ratelimit-reset", "30")], Some(30)),
        (&[("RateLimit-Reset", " 30 ")], Some(30)),
        (&[("ratelimit-reset", "0")], Some(0)),
        (&[("ratelimit-reset", "007")], Some(7)),
        (&[("ratelimit-reset", "18446744073709551615")], Some(u64::MAX)),
        (&[("ratelimit-reset", "18446744073709551616")], Some(u64::MAX)),
        (&[("ratelimit-reset", "-1")], None),
        (&[("ratelimit-reset", "+1")], None),
        (&[("ratelimit-reset", "1.5")], None),
        (&[("ratelimit-reset", "")], None),
        (&[("ratelimit-reset", "soon")], None),
        (&[("ratelimit-reset", "1e3")], None),
        (&[("ratelimit-reset", "0x10")], None),
        (&[("ratelimit-reset", "5 seconds")], None),
        // A date is not a form of RateLimit-Reset.
        (&[DATE, ("ratelimit-reset", "Sun, 06 Nov 1994 08:49:47 GMT")], None),
        (&[("retry-after", "120")], Some(120)),
        (&[("retry-after", "-120")], None),
        (&[("retry-after", "garbage")], None),
        (&[DATE, ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")], Some(10)),
        (&[DATE, ("retry-after", "Sunday, 06-Nov-94 08:49:47 GMT")], Some(10)),
        (&[DATE, ("retry-after", "Sun Nov  6 08:49:47 1994")], Some(10)),
        (&[DATE, ("retry-after", "Sun, 06 Nov 1994 08:49:30 GMT")], Some(0)),
        (&[DATE, ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], Some(252_618_189_022)),
        (&[("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")], None),
        (&[("date", "now"), ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")], None),
        (&[("ratelimit-reset", "5"), ("retry-after", "9")], Some(9)),
        (&[("ratelimit-reset", "9"), ("retry-after", "5")], Some(9)),
        (&[("ratelimit-reset", "x"), ("retry-after", "5")], Some(5)),
        (&[("ratelimit-reset", "5"), ("retry-after", "x")], Some(5)),
        (&[("ratelimit-reset", "3"), ("ratelimit-reset", "8"), ("ratelimit-reset", "x")], Some(8)),
        (&[("retry-after", "3"), DATE, ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")], Some(10)),
        // What other services write says something else.
        (&[("x-ratelimit-reset", "30")], None),
    ];
    for (headers, seconds) in cases {
        let error = answered(READ, 429, headers);
        assert_eq!(error.retry_after(), seconds.map(Duration::from_secs), "{headers:?}");
    }
    let response =
        Response::builder().status(503).header("retry-after", b"\xff".as_slice()).body(Bytes::new()).unwrap();
    assert_eq!(Error::from_response(READ, &response).retry_after(), None);
}

/// A delay counts on the answers that turn a call away and say for how long; elsewhere it is about a quota.
#[test]
fn a_delay_belongs_to_its_status() {
    let both = [("ratelimit-reset", "45"), ("retry-after", "30")];
    for status in 100..1000 {
        let asked = match status {
            429 => Some(45),
            503 => Some(30),
            _ => None,
        };
        let error = answered(READ, status, &both);
        assert_eq!(error.retry_after(), asked.map(Duration::from_secs), "{status}");
    }
    // A quota that starts anew in 45 s doesn't keep a 503 from being tried again at once.
    let error = answered(READ, 503, &both[..1]);
    assert_eq!(error.retry_after(), None);
    assert_eq!(RetryPolicy::standard().delay(&error, 1, ms(30_000), 1.0), Some(ms(250)));
}

#[test]
fn a_transport_errors_cause_is_kept_apart() {
    // By its kind: words that a library put into it could be the server's.
    let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let error = Error::from_transport(READ, TransportError::new(TransportErrorKind::Connect, refused));
    assert_eq!(error.to_string(), "read: could not connect, attempt 1");
    let transport = std::error::Error::source(&error).unwrap();
    assert_eq!(transport.to_string(), "no connection was made");
    assert_eq!(transport.source().unwrap().to_string(), "connection refused");
}
