//! The way back: what the browser brings, and whether it answers the sign-in that this browser began.

use std::collections::HashSet;
use std::fmt;
use std::time::SystemTime;

use super::authorize::SignIn;
use super::pending::{Nonce, Pending};
use super::reauth::ReauthState;
use crate::secret::AuthorizationCode;
use crate::token::AuthorizationCodeGrant;

/// More than any callback has: a limit on the work that a stranger's request can make.
const BYTES_AT_MOST: usize = 32 * 1024;
const PAIRS_AT_MOST: usize = 64;

/// What came back at the callback URL, as it is: nothing of it is trusted before [`SignIn::accept`].
///
/// `Debug` shows the names of its parameters alone.
#[derive(Clone)]
pub struct Callback {
    pairs: Vec<(String, String)>,
    /// What was wrong with it; told by `accept`.
    malformed: Option<CallbackError>,
}

impl Callback {
    /// Takes the whole URL that the browser asked for, absolute or from the path on.
    pub fn from_url(url: &str) -> Self {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        Self::from_query(query.split_once('#').map_or(query, |(query, _)| query))
    }

    /// Takes the URL's query: what follows the `?`.
    pub fn from_query(query: &str) -> Self {
        if query.len() > BYTES_AT_MOST {
            return Self { pairs: Vec::new(), malformed: Some(CallbackError::TooLong) };
        }
        Self::from_pairs(form_urlencoded::parse(query.as_bytes()))
    }

    /// Takes the query's parameters as a web framework has parsed and decoded them, duplicates included: a map that has
    /// dropped them can't tell any more.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut it = Self { pairs: Vec::new(), malformed: None };
        for (name, value) in pairs {
            if it.pairs.len() == PAIRS_AT_MOST {
                it.malformed = Some(CallbackError::TooLong);
                break;
            }
            it.pairs.push((name.into(), value.into()));
        }
        let mut names = HashSet::new();
        if !it.pairs.iter().all(|(name, _)| names.insert(name.as_str())) {
            it.malformed = it.malformed.or(Some(CallbackError::DuplicateParameter));
        }
        it
    }

    /// The state, of a callback that can be read at all.
    pub(super) fn state(&self) -> Result<&str, CallbackError> {
        if let Some(malformed) = &self.malformed {
            return Err(malformed.clone());
        }
        self.get("state").ok_or(CallbackError::NoState)
    }

    /// A parameter that is there and not empty.
    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

impl From<&http::Uri> for Callback {
    fn from(uri: &http::Uri) -> Self {
        Self::from_query(uri.query().unwrap_or_default())
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Names that a callback has; what else a stranger wrote is only counted.
        const KNOWN: [&str; 7] =
            ["code", "state", "scope", "iss", "error", "error_description", "reauth_state"];
        let known: Vec<_> = KNOWN.into_iter().filter(|name| self.get(name).is_some()).collect();
        f.debug_struct("Callback").field("parameters", &known).field("count", &self.pairs.len()).finish()
    }
}

/// A sign-in that came back to the browser that began it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// What redeems the code: [`TokenEndpoint::authorization_code`](crate::TokenEndpoint::authorization_code) takes it,
    /// once.
    pub grant: AuthorizationCodeGrant,
    /// What the ID token must repeat.
    pub nonce: Nonce,
    /// Where the user wanted to go, a path on your own site.
    pub return_to: Option<String>,
}

impl SignIn {
    /// Compares what came back with what this browser began, and gives the only thing that a code can be redeemed with.
    ///
    /// `pending` is the browser's own ([`SignIn::pending`] finds it), `now` the time of day. The state is compared in
    /// constant time, before anything else of the callback is looked at; then the sign-in's age, then `iss` where it is
    /// given (RFC 9207), then `error`, then the code.
    ///
    /// # Errors
    /// [`CallbackError`] says which it was, and what to do.
    pub fn accept(
        &self,
        pending: &Pending,
        callback: &Callback,
        now: SystemTime,
    ) -> Result<Accepted, CallbackError> {
        if !pending.answers(callback.state()?) {
            return Err(CallbackError::NoPendingSignIn);
        }
        if pending.is_over(now) {
            return Err(CallbackError::Expired);
        }
        if callback.get("iss").is_some_and(|issuer| issuer != pending.issuer()) {
            return Err(CallbackError::OtherIssuer);
        }
        if let Some(code) = callback.get("error") {
            return Err(refusal(code, callback));
        }
        let code = callback.get("code").ok_or(CallbackError::NoCode)?;
        let grant = AuthorizationCodeGrant::new(
            &self.application,
            AuthorizationCode::new(code),
            &*self.redirect_uri,
            pending.verifier(),
        );
        Ok(Accepted { grant, nonce: pending.nonce(), return_to: pending.return_to().map(str::to_owned) })
    }
}

fn refusal(code: &str, callback: &Callback) -> CallbackError {
    if code == "login_link_expired" {
        let state = callback.get("reauth_state").map(ReauthState::new);
        return CallbackError::LoginLinkExpired { reauth_state: state };
    }
    let description = callback.get("error_description").map(str::to_owned);
    CallbackError::Refused(Refused { code: code.to_owned(), description })
}

/// What Kinde says when it gives no code (RFC 6749 §4.1.2.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Refused {
    code: String,
    description: Option<String>,
}

impl Refused {
    /// Returns the code: `access_denied`, `login_required`, … Anyone can write it into a URL, but only into that of a
    /// browser whose state they know.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns Kinde's description of it in words, which are not printed and must not be trusted.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Returns whether the user said no, or may not sign in.
    pub fn is_access_denied(&self) -> bool {
        self.code == "access_denied"
    }

    /// Returns whether no session exists and [`Prompt::None`](super::Prompt::None) forbade asking: begin a sign-in that
    /// may show a page.
    pub fn is_login_required(&self) -> bool {
        self.code == "login_required"
    }

    /// The code if it looks like one.
    fn printable(&self) -> &str {
        let looks = self.code.len() <= 64
            && self.code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if looks { &self.code } else { "(a code that is none)" }
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused").field("code", &self.printable()).finish_non_exhaustive()
    }
}

/// Why a callback is not the end of a sign-in that this browser began. Nobody is signed in by it, and nobody signed out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The callback has no `state`: it does not come from a sign-in of this application.
    NoState,
    /// No sign-in with the callback's state is pending in this browser.
    NoPendingSignIn,
    /// The sign-in was begun more than ten minutes ago.
    Expired,
    /// `iss` names another issuer than the one the browser was sent to (RFC 9207 §2.4).
    OtherIssuer,
    /// A parameter is there more than once (RFC 6749 §3.1).
    DuplicateParameter,
    /// It has more than 64 parameters or is longer than 32 KiB.
    TooLong,
    /// It has neither a code nor an error.
    NoCode,
    /// Kinde, or the user, refused: `access_denied`, `login_required` and others.
    Refused(Refused),
    /// The link in an e-mail had expired. Begin the sign-in again with [`SignIn::reauth`].
    #[non_exhaustive]
    LoginLinkExpired {
        /// What the sign-in was asked with, if Kinde sent it back.
        reauth_state: Option<ReauthState>,
    },
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoState => "the callback has no state: it doesn't come from a sign-in that was begun here; sign in again",
            Self::NoPendingSignIn => {
                "no sign-in with this state is pending in this browser: the cookie is missing or belongs to another \
                 sign-in. Likely: the sign-in was begun on another host name (localhost and 127.0.0.1 are two), it has been \
                 finished already (a reload, the back button), the browser blocks cookies, the link was opened in \
                 another browser, or more than four tabs are signing in. Sign in again"
            }
            Self::Expired => "the sign-in was begun more than ten minutes ago: sign in again",
            Self::OtherIssuer => "the callback comes from another issuer than the one the browser was sent to: sign in again",
            Self::DuplicateParameter => "the callback has a parameter more than once: sign in again",
            Self::TooLong => "the callback is longer than any that Kinde sends: sign in again",
            Self::NoCode => "the callback has neither a code nor an error: sign in again",
            Self::Refused(refused) => return write!(f, "the sign-in was refused: {}", refused.printable()),
            Self::LoginLinkExpired { .. } => "the link had expired: begin the sign-in again",
        })
    }
}

impl std::error::Error for CallbackError {}
