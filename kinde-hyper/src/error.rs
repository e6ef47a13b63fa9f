//! What hyper-util's errors mean here.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::{fmt, io};

use hyper_util::client::legacy;
use kinde_core::{TransportError, TransportErrorKind as Kind};

use crate::causes::{explained, was_refused};

/// An exchange that failed before the head of its answer had come. What failed while a connection was made was never
/// sent, and what failed after that may have been.
pub(crate) fn of_request(error: legacy::Error, through_proxy: bool) -> TransportError {
    let kind = if error.is_connect() { Kind::Connect } else { Kind::Interrupted };
    let error = explained(TransportError::new(kind, error));
    match kind {
        Kind::Connect if error.find_library_error::<Unresolved>().is_some() => {
            error.because("the host was not found")
        }
        Kind::Connect if through_proxy && error.source().is_none() => {
            error.because("the proxy made no tunnel")
        }
        Kind::Interrupted if was_refused(&error) => error.not_processed(),
        _ => error,
    }
}

/// An answer's body that broke off.
pub(crate) fn of_body(error: hyper::Error) -> TransportError {
    explained(TransportError::new(Kind::Interrupted, error))
}

pub(crate) fn other(why: impl Into<Cow<'static, str>>) -> TransportError {
    TransportError::from(Kind::Other).because(why)
}

/// The system could not say where a host is.
#[derive(Debug)]
pub(crate) struct Unresolved(pub(crate) io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host was not resolved")
    }
}

impl StdError for Unresolved {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}
