//! Why a session gives no token.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::keep::store::StoreError;

/// Why there is no token for a session now. The two are never mixed up: what can't be known now signs nobody out.
///
/// ```
/// use kinde::keep::SessionError;
///
/// /// What a web service answers: a redirect to the sign-in page, or 503.
/// fn status(error: &SessionError) -> u16 {
///     match error {
///         SessionError::SignInAgain => 302,
///         SessionError::NotNow(_) => 503,
///     }
/// }
/// # assert_eq!(status(&SessionError::SignInAgain), 302);
/// ```
#[derive(Clone, Debug)]
pub enum SessionError {
    /// There is no such session, or none any more: it was never begun here, was signed out, is too old, or Kinde does not
    /// accept its refresh token. The user signs in again.
    SignInAgain,
    /// It can't be known, or can't be done, at the moment. Nobody is signed out by it: try again later.
    NotNow(NotNow),
}

/// What keeps a session from giving a token at the moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NotNow {
    /// Kinde gave no new tokens, for a reason that has nothing to do with this user.
    Kinde(Error),
    /// The store gave no answer, or took nothing in.
    Store(StoreError),
    /// Another machine is at it, and is taking its time.
    Busy,
    /// The system has no random numbers.
    NoRandomness,
}

impl SessionError {
    /// Returns how long Kinde asked to wait before the next call, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotNow(NotNow::Kinde(error)) => error.retry_after(),
            _ => None,
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInAgain => f.write_str("the user has to sign in again"),
            Self::NotNow(_) => f.write_str("there is no token for this session now"),
        }
    }
}

impl fmt::Display for NotNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kinde(_) => "Kinde gave no new tokens",
            Self::Store(_) => "the store gave no answer, or took nothing in",
            Self::Busy => "another machine is refreshing this session, and takes its time",
            Self::NoRandomness => "the system has no random numbers",
        })
    }
}

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::SignInAgain => None,
            Self::NotNow(cause) => Some(cause),
        }
    }
}

impl StdError for NotNow {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Kinde(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Busy | Self::NoRandomness => None,
        }
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        Self::NotNow(NotNow::Store(error))
    }
}

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        Self::NotNow(NotNow::Kinde(error))
    }
}
