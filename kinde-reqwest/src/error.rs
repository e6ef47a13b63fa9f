//! What reqwest's errors mean here.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use kinde_core::{Error, TransportError, TransportErrorKind as Kind};

use crate::causes::{explained, was_refused, was_silent};

pub(crate) const NO_TLS: &str =
    "is https, and kinde-reqwest was built without TLS: turn its feature `rustls` on";

/// An exchange that failed before the head of its answer had come. What failed while a connection was made was never
/// sent, and what failed after that may have been.
pub(crate) fn of_request(error: reqwest::Error, through_proxy: bool) -> TransportError {
    let not_found = error.is_dns();
    let error = of_reqwest(error);
    match error.kind() {
        Kind::Connect if not_found => error.because("the host was not found"),
        Kind::Connect if through_proxy && error.source().is_none() => {
            error.because("the proxy made no tunnel")
        }
        Kind::Interrupted if was_refused(&error) => error.not_processed(),
        _ => error,
    }
}

/// An answer's body that broke off.
pub(crate) fn of_body(error: reqwest::Error) -> TransportError {
    of_reqwest(error)
}

fn of_reqwest(error: reqwest::Error) -> TransportError {
    let (connecting, building, late) = (error.is_connect(), error.is_builder(), error.is_timeout());
    let kind = if connecting {
        Kind::Connect
    } else if building {
        Kind::Other
    } else {
        Kind::Interrupted
    };
    let error = TransportError::new(kind, error.without_url());
    match kind {
        Kind::Connect if late && error.source().is_none() => {
            error.because("making the connection took too long")
        }
        Kind::Interrupted if late && !is_about_the_connection(&error) => Kind::Timeout.into(),
        _ => explained(error),
    }
}

/// A PING that was not answered, or TCP's own patience: time-outs to reqwest, and no end of the call's time.
fn is_about_the_connection(error: &TransportError) -> bool {
    let tcp = error.find_library_error::<io::Error>();
    was_silent(error) || tcp.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

pub(crate) fn other(why: impl Into<Cow<'static, str>>) -> TransportError {
    TransportError::from(Kind::Other).because(why)
}

pub(crate) fn invalid(field: &'static str, error: &reqwest::Error) -> Error {
    Error::invalid_input(field, format!("can't be set up: {}", chain(error)))
}

/// An error of this machine's making, and its causes, in one line.
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
