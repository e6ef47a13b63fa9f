//! `fake.on::<Operation>()…`

use std::fmt;
use std::marker::PhantomData;

use kinde_core::AccessToken;

use super::FakeKinde;
use super::door::DoorError;
use super::script::Script;
use crate::http::request::Request;
use crate::ledger::endpoint::{AboutToken, Scripted};
use crate::script::reply::Reply;
use crate::script::set::{Filter, Replies};
use crate::tenant::token::TokenText;

/// A script under construction: first for which requests, then what they are answered.
///
/// Scripts lie over the fake's state. Of those whose filters match, the newest answers; one that has said
/// all it had is gone, and what it covered shows again.
///
/// ```
/// use std::time::Duration;
/// use kinde::oauth::GetUserProfileV2;
/// use kinde_mock::{Fault, MockTransport, UserProfileV2Reply};
///
/// let kinde = MockTransport::new();
/// let user = kinde.sign_in();
///
/// // Throttled once, then broken, then slow; and true to the state again.
/// kinde.on::<GetUserProfileV2>().sequence([
///     UserProfileV2Reply::throttled(Duration::from_secs(1)),
///     UserProfileV2Reply::live().fault(Fault::malformed_json()),
///     UserProfileV2Reply::live().after(Duration::from_secs(5)),
/// ]);
///
/// // One user only.
/// kinde.on::<GetUserProfileV2>().when_bearer(&user.access_token).always(UserProfileV2Reply::forbidden());
/// ```
#[must_use = "a script is added by `once`, `times`, `always` or `sequence`"]
pub struct On<O> {
    fake: FakeKinde,
    filters: Vec<Filter>,
    operation: PhantomData<fn() -> O>,
}

impl<O: Scripted> On<O> {
    pub(crate) fn new(fake: FakeKinde) -> Self {
        Self { fake, filters: Vec::new(), operation: PhantomData }
    }

    /// Answers only requests of which `filter` says so. Several filters must all say so.
    ///
    /// ```
    /// use kinde::oauth::TokenRevocation;
    /// use kinde_mock::{FakeKinde, TokenRevocationReply};
    ///
    /// FakeKinde::new()
    ///     .on::<TokenRevocation>()
    ///     .when(|request| request.form("client_secret").is_some())
    ///     .once(TokenRevocationReply::unauthorized());
    /// ```
    pub fn when(mut self, filter: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        self.filters.push(Box::new(filter));
        self
    }

    /// Answers only requests that this bearer proves.
    pub fn when_bearer(self, bearer: &AccessToken) -> Self {
        let bearer = bearer.clone();
        self.when(move |request| request.bearer() == Some(bearer.expose()))
    }

    /// Answers only requests about this token.
    ///
    /// ```
    /// use kinde::oauth::TokenIntrospection;
    /// use kinde_mock::{FakeKinde, TokenIntrospectionReply};
    ///
    /// let kinde = FakeKinde::new();
    /// let user = kinde.sign_in();
    /// kinde
    ///     .on::<TokenIntrospection>()
    ///     .when_token(&user.refresh_token)
    ///     .once(TokenIntrospectionReply::inactive());
    /// ```
    ///
    /// A profile's request has no such token:
    ///
    /// ```compile_fail,E0277
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::FakeKinde;
    ///
    /// let _ = FakeKinde::new().on::<GetUserProfileV2>().when_token("x");
    /// ```
    pub fn when_token(self, token: &(impl TokenText + ?Sized)) -> Self
    where
        O: AboutToken,
    {
        let token = kinde_core::Token::new(token.text());
        self.when(move |request| request.form("token") == Some(token.expose()))
    }

    /// Answers the next such request.
    ///
    /// # Panics
    /// If the fake's door can't do what the reply asks for; [`try_once`](Self::try_once) says so instead.
    #[track_caller]
    pub fn once(self, reply: Reply<O>) -> Script {
        self.times(1, reply)
    }

    /// Answers the next `n` such requests.
    ///
    /// # Panics
    /// As [`once`](Self::once).
    #[track_caller]
    pub fn times(self, n: u64, reply: Reply<O>) -> Script {
        added(self.try_times(n, reply))
    }

    /// Answers all such requests, until the script is removed or a newer one covers it.
    ///
    /// # Panics
    /// As [`once`](Self::once).
    #[track_caller]
    pub fn always(self, reply: Reply<O>) -> Script {
        added(self.try_always(reply))
    }

    /// Answers such requests with these replies, one after the other.
    ///
    /// # Panics
    /// As [`once`](Self::once).
    #[track_caller]
    pub fn sequence(self, replies: impl IntoIterator<Item = Reply<O>>) -> Script {
        added(self.try_sequence(replies))
    }

    /// As [`once`](Self::once).
    ///
    /// # Errors
    /// [`DoorError`] if the fake's door can't do what the reply asks for.
    pub fn try_once(self, reply: Reply<O>) -> Result<Script, DoorError> {
        self.try_times(1, reply)
    }

    /// As [`times`](Self::times).
    ///
    /// # Errors
    /// As [`try_once`](Self::try_once).
    pub fn try_times(self, n: u64, reply: Reply<O>) -> Result<Script, DoorError> {
        self.add(Replies::Times(n, reply.plan))
    }

    /// As [`always`](Self::always).
    ///
    /// # Errors
    /// As [`try_once`](Self::try_once).
    pub fn try_always(self, reply: Reply<O>) -> Result<Script, DoorError> {
        self.add(Replies::Always(reply.plan))
    }

    /// As [`sequence`](Self::sequence).
    ///
    /// # Errors
    /// As [`try_once`](Self::try_once).
    pub fn try_sequence(self, replies: impl IntoIterator<Item = Reply<O>>) -> Result<Script, DoorError> {
        self.add(Replies::Sequence(replies.into_iter().map(|reply| reply.plan).collect()))
    }

    fn add(self, replies: Replies) -> Result<Script, DoorError> {
        let script = self.fake.add_script(O::ENDPOINT, self.filters, replies)?;
        Ok(Script { fake: self.fake, script })
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "a script that can't work is a mistake in the test, told where it is made")]
fn added(script: Result<Script, DoorError>) -> Script {
    match script {
        Ok(script) => script,
        Err(error) => panic!("{error}"),
    }
}

/// Shows no filter: they are closures.
impl<O: Scripted> fmt::Debug for On<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters = self.filters.len();
        f.debug_struct("On").field("operation", &O::ENDPOINT.name).field("filters", &filters).finish()
    }
}
