//! Why a transport has no answer.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::{fmt, io, iter};

/// Why a transport has no answer.
///
/// `Display`, `Debug` and [`source`](StdError::source) are made of words that this crate or the transport chose:
/// nothing that a server sent can be in them. What the transport's library said is kept apart, behind
/// [`library_error`](Self::library_error).
///
/// ```
/// use std::error::Error;
/// use std::io;
/// use kinde::{TransportError, TransportErrorKind};
///
/// let error = TransportError::new(TransportErrorKind::Connect, io::Error::from(io::ErrorKind::ConnectionRefused));
/// assert_eq!(error.to_string(), "no connection was made");
/// assert_eq!(error.source().unwrap().to_string(), "connection refused");
///
/// let error = TransportError::from(TransportErrorKind::Other).because("the request has no absolute URI");
/// assert_eq!(error.source().unwrap().to_string(), "the request has no absolute URI");
/// ```
pub struct TransportError {
    kind: TransportErrorKind,
    not_processed: bool,
    cause: Option<Cause>,
    library_error: Option<Box<dyn StdError + Send + Sync>>,
}

/// The cases that a client tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made (DNS, TCP, proxy, TLS): the request was certainly not sent.
    Connect,
    /// The time was up.
    Timeout,
    /// The connection broke, or what came was not HTTP, after the request may have been sent.
    Interrupted,
    /// The body was longer than allowed.
    BodyTooLarge,
    /// Anything else; never tried again.
    Other,
}

impl TransportError {
    /// Creates an error with the error of a library, which may hold anything: what the server sent, an address, a
    /// header. It is printed nowhere, and [`source`](StdError::source) doesn't lead to it. Of an [`io::Error`] in it,
    /// the kind is told in words; [`because`](Self::because) says more.
    pub fn new(kind: TransportErrorKind, library_error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let library_error = library_error.into();
        let cause = io_cause(&*library_error);
        Self { kind, not_processed: false, cause, library_error: Some(library_error) }
    }

    /// Says why, in place of what was said before. It is printed, so choose the words by the error's type or code;
    /// don't quote the error, whose text may repeat what the server sent.
    #[must_use]
    pub fn because(self, why: impl Into<Cow<'static, str>>) -> Self {
        Self { cause: Some(Cause(why.into())), ..self }
    }

    /// Says that the server itself has said that it didn't process the request, as HTTP/2's `REFUSED_STREAM` does
    /// ([RFC 9113, section 8.7](https://www.rfc-editor.org/rfc/rfc9113#section-8.7)): it may be sent again whatever it
    /// asks for.
    #[must_use]
    pub fn not_processed(self) -> Self {
        Self { not_processed: true, ..self }
    }

    /// Returns which case it is.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether the server may have carried the request out: yes, unless no connection was made or the server
    /// said that it [did not](Self::not_processed).
    pub const fn may_have_been_processed(&self) -> bool {
        !self.not_processed && !matches!(self.kind, TransportErrorKind::Connect)
    }

    /// Returns what the transport's library said, where the transport kept it.
    ///
    /// **Don't log it, and don't print its causes.** They may repeat what the server sent: a server that is broken, or
    /// hostile, puts the bearer it was sent into HTTP/2's GOAWAY, and what it likes into its certificate.
    pub fn library_error(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.library_error.as_deref()
    }

    /// Returns the first error of this type in [`library_error`](Self::library_error) and its causes, those inside an
    /// [`io::Error`] too. To tell cases apart by type; the warning there holds here, too.
    ///
    /// ```
    /// use std::io;
    /// use kinde::{TransportError, TransportErrorKind};
    ///
    /// let error = TransportError::new(TransportErrorKind::Connect, io::Error::from(io::ErrorKind::TimedOut));
    /// assert!(error.find_library_error::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut));
    /// ```
    pub fn find_library_error<E: StdError + 'static>(&self) -> Option<&E> {
        causes(self.library_error.as_deref()?).find_map(|error| error.downcast_ref())
    }

    /// What is told of it.
    #[cfg(feature = "tower")]
    pub(crate) fn without_library_error(&self) -> Self {
        Self {
            kind: self.kind,
            not_processed: self.not_processed,
            cause: self.cause.clone(),
            library_error: None,
        }
    }

    /// The same case, found within this error.
    #[cfg(feature = "tower")]
    pub(crate) fn within(self, library_error: Box<dyn StdError + Send + Sync>) -> Self {
        Self { library_error: Some(library_error), ..self }
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, not_processed: false, cause: None, library_error: None }
    }
}

/// An error and its causes, with what is inside of an `io::Error`, which its `source` passes over.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

/// What the innermost I/O error is, by its number or its kind. Its own text may be anyone's.
fn io_cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
    let innermost = causes(error).filter_map(|error| error.downcast_ref::<io::Error>()).last()?;
    let words = match (innermost.raw_os_error(), innermost.kind()) {
        (Some(number), _) => io::Error::from_raw_os_error(number).to_string(),
        (None, io::ErrorKind::Other) => return None,
        (None, kind) => kind.to_string(),
    };
    Some(Cause(words.into()))
}

/// Words that are ours, as an error's cause.
#[derive(Clone)]
struct Cause(Cow<'static, str>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl StdError for Cause {}

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
        if self.not_processed {
            out.field("not_processed", &true);
        }
        if let Some(cause) = &self.cause {
            out.field("cause", cause);
        }
        out.finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
