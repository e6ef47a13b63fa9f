//! Typed replies: for each operation, the answers that are documented for it.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::fault::Fault;
use super::plan::{Base, Compute, Plan};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::ledger::endpoint::Scripted;
use crate::ledger::row::Row;

/// A scripted answer to the operation `O`. Its constructors are the answers that are documented for the
/// operation: another status, or another operation's reply, does not compile.
///
/// ```compile_fail,E0599
/// // No 400 is documented for the profile.
/// let reply = kinde_mock::UserProfileV2Reply::bad_request();
/// ```
/// ```compile_fail,E0308
/// use kinde::oauth::TokenRevocation;
/// use kinde_mock::{FakeKinde, UserProfileV2Reply};
///
/// // A revocation is not answered like a profile.
/// FakeKinde::new().on::<TokenRevocation>().once(UserProfileV2Reply::forbidden());
/// ```
pub struct Reply<O> {
    pub(crate) plan: Plan,
    operation: PhantomData<fn() -> O>,
}

impl<O: Scripted> Reply<O> {
    /// 429 with `RateLimit-Reset`: whole seconds, rounded up, at least 1. All operations document it;
    /// a revocation's has a body.
    pub fn throttled(reset_after: Duration) -> Self {
        Self::fixed(O::ENDPOINT.throttled(reset_after))
    }

    /// Whatever the fake's state says, with the effect it has there: for a delay or a fault over a true
    /// answer.
    pub fn live() -> Self {
        Self::new(Base::Live)
    }

    /// An answer that no documentation has: a 500, a 502 with a page from a proxy, a 202 from a firewall. How its
    /// body is framed is the door's own: `Content-Length` and `Transfer-Encoding` are passed over, and a body that
    /// ends early is a [`Fault::cut`].
    ///
    /// ```
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::{FakeKinde, UserProfileV2Reply};
    ///
    /// let response = http::Response::builder().status(503).body("try later").unwrap();
    /// FakeKinde::new().on::<GetUserProfileV2>().once(UserProfileV2Reply::undocumented(response));
    /// ```
    pub fn undocumented(response: Response<impl Into<Bytes>>) -> Self {
        let (parts, body) = response.into_parts();
        Self::fixed(Answer { status: parts.status, headers: parts.headers, body: body.into() })
    }

    /// Whatever `reply` makes of the request: another reply to the same endpoint, with its delay and faults. It runs
    /// when a call comes, without a lock, so it may use the fake.
    ///
    /// A door says when a script is added what it can't do, and of a computed reply it can't know that yet: a call
    /// is answered 500 then, with a sentence in `x-kinde-mock`.
    ///
    /// ```
    /// use kinde::oauth::TokenIntrospection;
    /// use kinde_mock::{FakeKinde, Reply, TokenIntrospectionReply};
    ///
    /// let kinde = FakeKinde::new();
    /// kinde.on::<TokenIntrospection>().always(Reply::with(|request| match request.form("token") {
    ///     Some(token) if token.starts_with("test_") => TokenIntrospectionReply::active(Default::default()),
    ///     _ => TokenIntrospectionReply::live(),
    /// }));
    /// ```
    pub fn with(reply: impl Fn(&Request) -> Self + Send + Sync + 'static) -> Self {
        let compute: Box<Compute> = Box::new(move |request| reply(request).plan);
        Self::new(Base::Computed(Arc::new(AssertUnwindSafe(compute))))
    }

    /// Waits this long before answering, on the door's timer. The state is asked on arrival, not after.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.plan.delay = delay;
        self
    }

    /// Lets something go wrong on the way. A gate, a broken body and a broken connection add up; a second
    /// one of the same sort replaces the first.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.plan.fault(fault);
        self
    }

    /// Sets a header, over the answer's own. Which ones Kinde sends beside those of the ledger isn't known:
    /// `Retry-After`, for example, is not documented.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::header::{HeaderValue, RETRY_AFTER};
    /// use kinde_mock::UserProfileV2Reply;
    ///
    /// let reply = UserProfileV2Reply::throttled(Duration::from_secs(1))
    ///     .header(RETRY_AFTER, HeaderValue::from_static("5"));
    /// ```
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.plan.headers.insert(name, value);
        self
    }

    fn status(&self) -> Option<StatusCode> {
        match &self.plan.base {
            Base::Live | Base::Computed(_) => None,
            Base::Fixed(answer) => Some(answer.status),
            Base::Timed(answer) => Some(answer(SystemTime::UNIX_EPOCH).status),
        }
    }
}

/// For the constructors of each operation.
impl<O> Reply<O> {
    fn new(base: Base) -> Self {
        Self { plan: Plan::new(base), operation: PhantomData }
    }

    pub(crate) fn fixed(answer: Answer) -> Self {
        Self::new(Base::Fixed(answer))
    }

    pub(crate) fn row(row: &Row) -> Self {
        Self::fixed(row.answer())
    }

    pub(crate) fn timed(
        answer: impl Fn(SystemTime) -> Answer + Send + Sync + UnwindSafe + RefUnwindSafe + 'static,
    ) -> Self {
        Self::new(Base::Timed(Arc::new(answer)))
    }
}

impl<O> Clone for Reply<O> {
    fn clone(&self) -> Self {
        Self { plan: self.plan.clone(), operation: PhantomData }
    }
}

/// Shows the status and the faults, not the body, which may hold a token.
impl<O: Scripted> fmt::Debug for Reply<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("operation", &O::ENDPOINT.name)
            .field("status", &self.status())
            .field("after", &self.plan.delay)
            .field("faults", &self.plan.faults().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
