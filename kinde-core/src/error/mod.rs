//! What went wrong, by cause.

mod answer;
mod body;
mod code;
mod credentials;
mod delay;
mod kind;
mod print;
mod transport;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::uri::Authority;

pub use body::{ErrorDetail, ErrorResponse, TokenErrorResponse};
pub use credentials::Credentials;
pub use kind::ErrorKind;
pub use transport::{TransportError, TransportErrorKind};

use crate::kind::OperationKind;

/// Why a call gave no result.
///
/// [`kind`](Self::kind) is the cause, and what to decide on. `Display` is one line for an operator: the
/// operation, the status or the cause, the host that could not be connected to, the service's code, the delay
/// it asked for, the attempts made.
/// Neither it nor `Debug` ever holds a body, a token or what the service wrote in words, since a service
/// may repeat a token there: that is behind [`message`](Self::message), for those who ask.
///
/// One word in size. A clone is a reference count, so that all who wait for one call can have its error.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<OperationKind>,
    status: Option<StatusCode>,
    /// What could not be connected to.
    host: Option<Authority>,
    /// The field that was refused, for invalid input.
    field: Option<&'static str>,
    /// What was wrong, in words that are ours.
    detail: Option<Cow<'static, str>>,
    errors: Vec<ErrorDetail>,
    /// Whose were refused, where the answer or the request leaves no doubt.
    credentials: Option<Credentials>,
    retry_after: Option<Duration>,
    attempts: u32,
    source: Option<Source>,
}

/// Where a cause is kept.
enum Source {
    Own(TransportError),
    /// The error that this one was made of while others held that one as well: a cause can't be cloned.
    Shared(Error),
}

impl Inner {
    fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            operation: None,
            status: None,
            host: None,
            field: None,
            detail: None,
            errors: Vec::new(),
            credentials: None,
            retry_after: None,
            attempts: 0,
            source: None,
        }
    }
}

impl Error {
    fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// This error with a change, which those who hold clones of it don't see.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
            return self;
        }
        let it = &*self.0;
        let mut inner = Inner {
            kind: it.kind,
            operation: it.operation,
            status: it.status,
            host: it.host.clone(),
            field: it.field,
            detail: it.detail.clone(),
            errors: it.errors.clone(),
            credentials: it.credentials,
            retry_after: it.retry_after,
            attempts: it.attempts,
            source: it.source.as_ref().map(|_| Source::Shared(self.clone())),
        };
        change(&mut inner);
        Self::new(inner)
    }

    fn transport_error(&self) -> Option<&TransportError> {
        match self.0.source.as_ref()? {
            Source::Own(error) => Some(error),
            Source::Shared(error) => error.transport_error(),
        }
    }

    /// Creates the error for input that can't be sent: `field` is what it is for, `why` says what is wrong with it and
    /// what to do, as the end of a sentence that begins with the field. Don't repeat the input in it: it may be secret.
    ///
    /// ```
    /// let error = kinde::Error::invalid_input("page_size", "is more than 500: ask for less");
    /// assert_eq!(error.to_string(), "invalid input: page_size is more than 500: ask for less");
    /// ```
    pub fn invalid_input(field: &'static str, why: impl Into<Cow<'static, str>>) -> Self {
        let inner = Inner::new(ErrorKind::InvalidInput);
        Self::new(Inner { field: Some(field), detail: Some(why.into()), ..inner })
    }

    /// Creates the error for what a transport could not do.
    pub fn from_transport(operation: OperationKind, error: TransportError) -> Self {
        let inner = Inner::new(ErrorKind::of_transport(error.kind()));
        let (operation, source) = (Some(operation), Some(Source::Own(error)));
        Self::new(Inner { operation, source, attempts: 1, ..inner })
    }

    /// Returns the cause.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed; none for input refused before there was one.
    pub fn operation(&self) -> Option<OperationKind> {
        self.0.operation
    }

    /// Returns the status of the last answer, where there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the service's error code: `error` of a [`TokenErrorResponse`], or the first `code` of an
    /// [`ErrorResponse`]. It is the service's text: printable only if it is a plain word, which `Display`
    /// checks. One that repeats the request's token or secret is left out.
    pub fn code(&self) -> Option<&str> {
        self.0.errors.iter().find_map(|error| error.code.as_deref())
    }

    /// Returns what the service wrote in words: `error_description`, or the first `message`. It may repeat a token
    /// or a user's data, so it is never printed by this crate: log it only where those may go.
    pub fn message(&self) -> Option<&str> {
        self.0.errors.iter().find_map(|error| error.message.as_deref())
    }

    /// Returns everything the service listed; an RFC 6749 body counts as a list of one.
    pub fn errors(&self) -> &[ErrorDetail] {
        &self.0.errors
    }

    /// Returns how long the service asked to wait before the next call: with 429 the larger of `RateLimit-Reset` and
    /// `Retry-After`, with 503 `Retry-After` alone, with any other answer none. It is there also when the
    /// client gave up because the delay did not fit its deadline.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns how many times the request was handed to the transport; 0 if it was refused before.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns whether the service may have carried the request out: not if it was refused before it was sent, if no
    /// connection was made, or if the service said that it did not process it (HTTP/2's `REFUSED_STREAM`).
    pub fn may_have_been_processed(&self) -> bool {
        match (self.transport_error(), self.0.kind) {
            (Some(error), _) => error.may_have_been_processed(),
            (None, kind) => !matches!(kind, ErrorKind::InvalidInput | ErrorKind::Connect),
        }
    }

    /// Returns whether the same call may succeed later, and making it again does no harm: throttling, 500, 502,
    /// 503 and 504, a broken connection and a time-out of a repeatable operation, and of any operation a
    /// connection that was never made or a request that was [not processed](Self::may_have_been_processed).
    pub fn is_retryable(&self) -> bool {
        let repeatable = self.0.operation.is_some_and(OperationKind::is_repeatable);
        match self.0.kind {
            ErrorKind::Connect => true,
            ErrorKind::Interrupted if !self.may_have_been_processed() => true,
            ErrorKind::RateLimited | ErrorKind::Interrupted | ErrorKind::Timeout => repeatable,
            ErrorKind::Server => repeatable && self.0.status.is_some_and(is_passing),
            _ => false,
        }
    }

    /// The device's time is up, by its own clock.
    pub(crate) fn expired(operation: OperationKind) -> Self {
        let inner = Inner::new(ErrorKind::GrantRejected);
        Self::new(Inner {
            operation: Some(operation),
            detail: Some("the device code has expired".into()),
            ..inner
        })
    }

    /// The error of a call to `host`, which is named where no connection was made: nothing in it is secret.
    pub(crate) fn calling(self, host: &Authority) -> Self {
        match self.0.kind {
            ErrorKind::Connect => self.with(|inner| inner.host = Some(host.clone())),
            _ => self,
        }
    }

    /// The error as it was after `attempts` attempts at `operation`.
    pub(crate) fn after(self, operation: OperationKind, attempts: u32) -> Self {
        self.with(|inner| {
            inner.operation = Some(operation);
            inner.attempts = attempts;
        })
    }
}

/// The server errors that pass by themselves.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 502 | 503 | 504)
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.transport_error().map(|source| source as _)
    }
}
