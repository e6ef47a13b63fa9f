//! Tokens, as a test asks for them.

use std::fmt;
use std::time::{Duration, SystemTime};

use kinde_core::{AccessToken, IdToken, Token};
use serde::{Deserialize, Serialize};

use super::user::User;

/// What a sign-in gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// Who signed in.
    pub user: User,
    /// To which application.
    pub client_id: String,
    /// Proves the user to Kinde. Lives for a day.
    pub access_token: AccessToken,
    /// Two base64url parts joined by a dot, as Kinde's. Lives for 15 days.
    pub refresh_token: Token,
    /// Says who signed in. Lives for an hour.
    pub id_token: IdToken,
}

/// A token, or several, to be issued: for whom, to which application, for how long.
///
/// ```
/// use std::time::Duration;
/// use kinde_mock::{FakeKinde, NewToken};
///
/// let kinde = FakeKinde::new();
/// let frontend = kinde.frontend();
/// let short = NewToken::for_user(&kinde.user())
///     .application(&frontend.client_id)
///     .audience(["https://api.example.com/v1"])
///     .expires_in(Duration::from_secs(60));
/// let bearer = kinde.issue_access(short);
/// assert!(kinde.is_live(&bearer));
/// ```
#[derive(Clone)]
#[must_use = "it is issued by `issue_access`, `issue_refresh` or `sign_in_with`"]
pub struct NewToken {
    pub(crate) user: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) audience: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) organization: Option<String>,
    pub(crate) issued: Option<SystemTime>,
    pub(crate) expires: Option<Expiry>,
    pub(crate) revoked: bool,
    pub(crate) text: Option<Token>,
    pub(crate) same_grant: Option<Token>,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenKind {
    Access,
    Refresh,
}

#[derive(Clone, Copy)]
pub(crate) enum Expiry {
    In(Duration),
    At(SystemTime),
}

impl NewToken {
    fn for_holder(user: Option<String>) -> Self {
        Self {
            user,
            client_id: None,
            audience: Vec::new(),
            scopes: Vec::new(),
            organization: None,
            issued: None,
            expires: None,
            revoked: false,
            text: None,
            same_grant: None,
        }
    }

    /// One that proves a user. The user must be one of the fake's.
    pub fn for_user(user: &User) -> Self {
        Self::for_holder(Some(user.id.clone()))
    }

    /// One that proves an application itself (client credentials).
    pub fn for_machine() -> Self {
        Self::for_holder(None)
    }

    /// Sets the application it is issued to; the seeded backend application unless set.
    pub fn application(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets for whom it is meant (`aud`); nobody in particular unless set, which is what Kinde issues by default.
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the organization that it is for, by its code; the user's first unless set.
    pub fn organization(mut self, code: impl Into<String>) -> Self {
        self.organization = Some(code.into());
        self
    }

    /// Sets what it allows; for a user `openid`, `profile`, `email` and `offline` unless set, for a machine nothing.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets when it was issued, to the second; now, by the fake's clock, unless set.
    pub fn issued_at(mut self, time: SystemTime) -> Self {
        self.issued = Some(time);
        self
    }

    /// Sets how long after it was issued it expires, rounded up to seconds. Unless set, access tokens live for
    /// 24 hours and refresh tokens for 15 days, Kinde's defaults. In a sign-in it is the access token's.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expires = Some(Expiry::In(lifetime));
        self
    }

    /// Sets when it expires, to the second.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires = Some(Expiry::At(time));
        self
    }

    /// Issues it revoked.
    pub fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }

    /// Sets its own text, where a test needs a fixed one; random unless set. Not for a sign-in, which issues two.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(Token::new(text));
        self
    }

    /// Makes it part of the sign-in that another token came from, so that they are revoked together.
    pub fn same_sign_in_as(mut self, token: &(impl TokenText + ?Sized)) -> Self {
        self.same_grant = Some(Token::new(token.text()));
        self
    }
}

/// Shows neither the text nor the other token.
impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken")
            .field("user", &self.user)
            .field("audience", &self.audience)
            .field("scopes", &self.scopes)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for kinde_core::AccessToken {}
    impl Sealed for kinde_core::Token {}
    impl Sealed for str {}
    impl Sealed for String {}
}

/// A token in any form: [`AccessToken`], [`Token`] or text.
pub trait TokenText: sealed::Sealed {
    #[doc(hidden)]
    fn text(&self) -> &str;
}

impl TokenText for AccessToken {
    fn text(&self) -> &str {
        self.expose()
    }
}

impl TokenText for Token {
    fn text(&self) -> &str {
        self.expose()
    }
}

impl TokenText for str {
    fn text(&self) -> &str {
        self
    }
}

impl TokenText for String {
    fn text(&self) -> &str {
        self
    }
}

/// Why the fake could not be set up as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetupError {
    /// No such user: add them first.
    UnknownUser,
    /// No such application: add it first.
    UnknownApplication,
    /// The user is not a member of that organization.
    UnknownOrganization,
    /// No such token, or none any more, so its sign-in is unknown too.
    UnknownToken,
    /// A token of this text exists.
    TextTaken,
    /// A machine does not sign in: there is no user.
    NoUser,
    /// A sign-in issues two tokens, and was given one text for both.
    OneTextForTwo,
    /// A token of this text can't be sent: it is empty, or has a space, a line break or the like.
    UnusableText,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownUser => "the fake has no such user: add them with `add_user` first",
            Self::UnknownApplication => {
                "the fake has no such application: add it with `add_backend` or `add_frontend` first"
            }
            Self::UnknownOrganization => "the user is not a member of that organization",
            Self::UnknownToken => "the fake has issued no such token, or it has expired",
            Self::TextTaken => "a token of this text exists already",
            Self::NoUser => "a machine does not sign in: take `machine_token`, or `issue_access`",
            Self::OneTextForTwo => {
                "a sign-in issues two tokens, which can't have one text: take `issue_access` and `issue_refresh`"
            }
            Self::UnusableText => {
                "a token of this text can't be sent: take letters, digits and -._~+/ with optional = at the end"
            }
        })
    }
}

impl std::error::Error for SetupError {}
