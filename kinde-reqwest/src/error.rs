//! What reqwest's errors mean here.

use std::error::Error as StdError;

use kinde_core::{Error, TransportError, TransportErrorKind};

pub(crate) const NO_TLS: &str =
    "is https, and kinde-reqwest was built without TLS: turn its feature `rustls` on";

/// By cause: what failed while a connection was made was never sent, and what failed after may have been.
pub(crate) fn from_reqwest(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}

pub(crate) fn other(why: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Other, why)
}

pub(crate) fn invalid(field: &'static str, error: &reqwest::Error) -> Error {
    Error::invalid_input(field, format!("can't be set up: {}", chain(error)))
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
