//! How a call ended, and what a case may conclude from it.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::{CallContext, TransportError, TransportErrorKind};

use super::probe::TICK;

/// A case's end, or how it goes on.
pub(super) type Found<T = ()> = Result<T, Miss>;

/// Why a case was not passed.
pub(super) enum Miss {
    Failed(String),
    Skipped(String),
}

impl Miss {
    /// With what the server had sent, where a case sends several things.
    pub(super) fn after(self, sent: &str) -> Self {
        match self {
            Self::Failed(seen) => {
                Self::Failed(format!("{seen}; the server had sent \"{}\"", sent.escape_default()))
            }
            skipped @ Self::Skipped(_) => skipped,
        }
    }
}

impl From<io::Error> for Miss {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("the suite itself could not go on: {error}"))
    }
}

impl From<http::Error> for Miss {
    fn from(error: http::Error) -> Self {
        Self::Failed(format!("the suite itself could not go on: {error}"))
    }
}

pub(super) fn failed<T>(seen: impl Into<String>) -> Found<T> {
    Err(Miss::Failed(seen.into()))
}

pub(super) fn skipped<T>(why: impl Into<String>) -> Found<T> {
    Err(Miss::Skipped(why.into()))
}

/// How a call ended.
pub(super) enum Seen {
    Answer(Response<Bytes>),
    Error(TransportError),
    Panic(String),
    /// It had not ended when the watchdog did its work.
    Overdue,
}

/// How a call ended, and when.
pub(super) struct Observed {
    pub(super) seen: Seen,
    pub(super) elapsed: Duration,
    pub(super) call: CallContext,
    /// When the watchdog comes.
    pub(super) limit: Duration,
}

impl Observed {
    /// There must be an answer.
    pub(super) fn answer(self) -> Found<Response<Bytes>> {
        match self.seen {
            Seen::Answer(response) => Ok(response),
            _ => failed(format!("an answer was due, but there was {self}")),
        }
    }

    /// There must be an answer with this body.
    pub(super) fn answer_of(self, status: u16, body: &[u8]) -> Found<Response<Bytes>> {
        let response = self.answer()?;
        if response.status() != status || response.body() != body {
            return failed(format!(
                "{status} with {} was due, but there was {} with {}",
                excerpt(body),
                response.status().as_u16(),
                excerpt(response.body())
            ));
        }
        Ok(response)
    }

    pub(super) fn is_error_of(&self, kind: TransportErrorKind) -> bool {
        matches!(&self.seen, Seen::Error(error) if error.kind() == kind)
    }

    /// There must be an error of one of these kinds.
    pub(super) fn error_of(self, kinds: &[TransportErrorKind]) -> Found<TransportError> {
        match self.seen {
            Seen::Error(error) if kinds.contains(&error.kind()) => Ok(error),
            _ => {
                let names: Vec<_> = kinds.iter().map(|kind| format!("{kind:?}")).collect();
                failed(format!("{} was due, but there was {self}", names.join(" or ")))
            }
        }
    }

    /// It must have ended with `Timeout`, not before its deadline. (Not long after: that is `Overdue`.)
    pub(super) fn timed_out(self) -> Found {
        let (elapsed, deadline) = (self.elapsed, self.call.timeout());
        self.error_of(&[TransportErrorKind::Timeout])?;
        if elapsed + TICK < deadline {
            return failed(format!(
                "Timeout came after {} ms, before the deadline of {} ms",
                elapsed.as_millis(),
                deadline.as_millis()
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seen {
            Seen::Answer(response) => {
                write!(f, "an answer, {} with {}", response.status().as_u16(), excerpt(response.body()))
            }
            Seen::Error(error) => {
                write!(f, "an error of kind {:?}", error.kind())?;
                let mut cause = std::error::Error::source(error);
                while let Some(error) = cause {
                    write!(f, ": {error}")?;
                    cause = error.source();
                }
                Ok(())
            }
            Seen::Panic(text) => write!(f, "a panic: {text}"),
            Seen::Overdue => write!(
                f,
                "no end: after {} ms the server closed the connection, and `timeout` was {:?}",
                self.limit.as_millis(),
                self.call.timeout()
            ),
        }
    }
}

/// A body in a report: what it starts with, or how long it is.
pub(super) fn excerpt(body: &[u8]) -> String {
    match body {
        [] => "no body".to_owned(),
        [..] if body.len() <= 40 => format!("the body \"{}\"", body.escape_ascii()),
        [..] => format!("a body of {} bytes", body.len()),
    }
}
