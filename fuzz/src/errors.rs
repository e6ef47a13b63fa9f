//! Any status with any body: the cause is the status's, and what is printed is one line of ours.

use bytes::Bytes;
use http::{Response, StatusCode};
use kinde::{Error, ErrorKind, OperationKind};

const READ: OperationKind = OperationKind::new("read").repeatable();

/// The first two bytes are the status, the rest is the body.
pub fn check(data: &[u8]) {
    let Some((status, body)) = data.split_at_checked(2) else { return };
    let status = 100 + u16::from_le_bytes([status[0], status[1]]) % 900;
    let status = StatusCode::from_u16(status).expect("from 100 to 999");
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = status;
    let error = Error::from_response(READ, &response);

    assert_eq!(error.status(), Some(status));
    assert_eq!(error.kind(), kind(status.as_u16()));
    assert_eq!(error.is_retryable(), matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504));
    for detail in error.errors() {
        assert!(detail.code.is_some() || detail.message.is_some(), "a detail that says nothing");
    }

    // The line, word for word.
    let plain = |code: &&str| {
        (1..=64).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    let code = error.code().filter(plain);
    let shown = code.map(|code| format!(" ({code})")).unwrap_or_default();
    assert_eq!(error.to_string(), format!("read: {} {}{shown}, attempt 1", status.as_u16(), error.kind()));

    // Words of the service are for those who ask: neither form prints them.
    let debug = format!("{error:?} {:?}", error.errors());
    assert!(debug.is_ascii(), "{debug}");
    for detail in error.errors() {
        let message = detail.message.as_deref().unwrap_or_default();
        // Shorter ones may stand among our own words by chance, as may those made of a printable code.
        if message.len() > 24 && !shown_as_code(&error, message) {
            assert!(!debug.contains(message), "{debug}");
        }
    }
}

fn shown_as_code(error: &Error, message: &str) -> bool {
    error.errors().iter().any(|detail| detail.code.as_deref().is_some_and(|code| code.contains(message)))
}

fn kind(status: u16) -> ErrorKind {
    match status {
        300..=399 => ErrorKind::Redirect,
        400 => ErrorKind::BadRequest,
        401 | 403 => ErrorKind::CredentialsRejected,
        429 => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::UnexpectedStatus,
    }
}
