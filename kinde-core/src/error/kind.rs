//! The causes.

use std::fmt;

use http::StatusCode;

use super::transport::TransportErrorKind;

/// Why a call gave no result, by cause alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was passed in can't be sent. Nothing was: fix the call.
    InvalidInput,
    /// No connection was made (DNS, TCP, proxy or TLS), so the request was never sent.
    Connect,
    /// The call's time ran out. The request may have arrived.
    Timeout,
    /// The connection broke, or what came was not HTTP, after the request may have arrived. Where the service said
    /// that it didn't process the request,
    /// [`may_have_been_processed`](crate::Error::may_have_been_processed) is false.
    Interrupted,
    /// The answer was longer than the client's body limit; the rest was not read.
    BodyTooLarge,
    /// The transport failed in a way it has no word for.
    Transport,
    /// 400: the service did not accept the parameters.
    BadRequest,
    /// 401 or 403: the bearer or the application's credentials were not accepted;
    /// [`credentials`](crate::Error::credentials) says whose. Kinde documents 403 and uses both.
    CredentialsRejected,
    /// The code, the refresh token or the device code is not, or no longer, accepted: the user signs in again. It is the
    /// answer `invalid_grant` of RFC 6749 §5.2, of requests for tokens only; for a device also `access_denied` and
    /// `expired_token` (RFC 8628 §3.5).
    GrantRejected,
    /// 429: throttled. [`retry_after`](crate::Error::retry_after) has the delay, if one was given.
    RateLimited,
    /// 500 to 599: the service failed.
    Server,
    /// 300 to 399. Redirects are never followed, since they would carry the bearer elsewhere: is the domain
    /// right?
    Redirect,
    /// Another status that is not documented, a 2xx other than 200 too: a firewall answers 202 with nothing.
    UnexpectedStatus,
    /// A 200 whose body is not what is documented: not a success, whatever it was.
    UnexpectedBody,
}

impl ErrorKind {
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::BadRequest,
            401 | 403 => Self::CredentialsRejected,
            429 => Self::RateLimited,
            300..=399 => Self::Redirect,
            500..=599 => Self::Server,
            _ => Self::UnexpectedStatus,
        }
    }

    pub(super) fn of_transport(kind: TransportErrorKind) -> Self {
        match kind {
            TransportErrorKind::Connect => Self::Connect,
            TransportErrorKind::Timeout => Self::Timeout,
            TransportErrorKind::Interrupted => Self::Interrupted,
            TransportErrorKind::BodyTooLarge => Self::BodyTooLarge,
            TransportErrorKind::Other => Self::Transport,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidInput => "invalid input",
            Self::Connect => "could not connect",
            Self::Timeout => "timed out",
            Self::Interrupted => "connection interrupted",
            Self::BodyTooLarge => "response body too large",
            Self::Transport => "transport failed",
            Self::BadRequest => "bad request",
            Self::CredentialsRejected => "credentials rejected",
            Self::GrantRejected => "grant rejected",
            Self::RateLimited => "rate limited",
            Self::Server => "server error",
            Self::Redirect => "redirect, not followed",
            Self::UnexpectedStatus => "unexpected status",
            Self::UnexpectedBody => "unexpected body",
        })
    }
}
