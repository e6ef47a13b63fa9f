//! How a call ended, and what a case may conclude from it.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::{CallContext, TransportError, TransportErrorKind};

/// The system's clocks tick: a socket's own timeout may end up to a tick early.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// A case's end, or how it goes on.
pub(crate) type Found<T = ()> = Result<T, Miss>;

/// Why a case was not passed.
pub(crate) enum Miss {
    Failed(String),
    Skipped(String),
}

impl Miss {
    /// With what the server had sent, where a case sends several things.
    pub(crate) fn after(self, sent: &str) -> Self {
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

pub(crate) fn failed<T>(seen: impl Into<String>) -> Found<T> {
    Err(Miss::Failed(seen.into()))
}

pub(crate) fn skipped<T>(why: impl Into<String>) -> Found<T> {
    Err(Miss::Skipped(why.into()))
}

/// How a call ended.
pub(crate) enum Seen {
    Answer(Response<Bytes>),
    Error(TransportError),
    Panic(String),
    /// It had not ended when the watchdog did its work.
    Overdue,
}

/// How a call ended, and when.
pub(crate) struct Observed {
    pub(crate) seen: Seen,
    pub(crate) elapsed: Duration,
    pub(crate) call: CallContext,
    /// When the watchdog comes.
    pub(crate) limit: Duration,
}

impl Observed {
    /// There must be an answer.
    pub(crate) fn answer(self) -> Found<Response<Bytes>> {
        match self.seen {
            Seen::Answer(response) => Ok(response),
            _ => failed(format!("an answer was due, but there was {self}")),
        }
    }

    /// There must be an answer with this body.
    pub(crate) fn answer_of(self, status: u16, body: &[u8]) -> Found<Response<Bytes>> {
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

    pub(crate) fn is_error_of(&self, kind: TransportErrorKind) -> bool {
        matches!(&self.seen, Seen::Error(error) if error.kind() == kind)
    }

    /// There must be an error of one of these kinds.
    pub(crate) fn error_of(self, kinds: &[TransportErrorKind]) -> Found<TransportError> {
        match self.seen {
            Seen::Error(error) if kinds.contains(&error.kind()) => Ok(error),
            _ => {
                let names: Vec<_> = kinds.iter().map(|kind| format!("{kind:?}")).collect();
                failed(format!("{} was due, but there was {self}", names.join(" or ")))
            }
        }
    }

    /// It must have ended with `Timeout`, not before its deadline. (Not long after: that is `Overdue`.)
    pub(crate) fn timed_out(self) -> Found {
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
pub(crate) fn excerpt(body: &[u8]) -> String {
    match body {
        [] => "no body".to_owned(),
        [..] if body.len() <= 40 => format!("the body \"{}\"", body.escape_ascii()),
        [..] => format!("a body of {} bytes", body.len()),
    }
}
