//! Why a transport has no answer.

use std::error::Error as StdError;
use std::fmt;

/// Why a transport has no answer.
///
/// ```
/// use kinde_core::{TransportError, TransportErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, refused);
/// assert_eq!(error.to_string(), "no connection was made");
/// ```
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The cases that a client tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made (DNS, TCP, proxy, TLS): the request was certainly not sent.
    Connect,
    /// The time was up.
    Timeout,
    /// The connection broke, or what came was no HTTP, after the request may have been sent.
    Interrupted,
    /// The body was longer than allowed.
    BodyTooLarge,
    /// Anything else; never tried again.
    Other,
}

impl TransportError {
    /// An error with its cause. The cause may be printed: it must not hold a token, a header or a body.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// Which case it is.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection was made",
            TransportErrorKind::Timeout => "the time was up before the answer was whole",
            TransportErrorKind::Interrupted => "the connection broke before the answer was whole",
            TransportErrorKind::BodyTooLarge => "the body is longer than the client's limit",
            TransportErrorKind::Other => "the transport failed",
        })
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("TransportError");
        out.field("kind", &self.kind);
        let mut causes = Vec::new();
        let mut cause = self.source();
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        out.field("causes", &causes).finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
