//! Typed replies: for each operation, the answers that are documented for it.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use kinde_core::{GetUserProfileV2, TokenIntrospection, TokenRevocation};

use super::plan::{Base, Plan};
use super::{Fault, Scripted};
use crate::User;
use crate::application::BACKEND_ID;
use crate::documented::{
    INTROSPECT_FORBIDDEN, INTROSPECT_INACTIVE, INTROSPECT_INVALID, PROFILE_FORBIDDEN, REVOKE_CLIENT,
    REVOKE_FORBIDDEN, REVOKE_INVALID, REVOKE_OK, Row,
};
use crate::engine::{profile, throttled};
use crate::outcome::{Answer, errors, token_error};

/// A scripted answer to the operation `O`. Its constructors are the answers that are documented for the
/// operation: another status, or another operation's reply, does not compile.
///
/// ```compile_fail,E0599
/// // No 400 is documented for the profile.
/// let reply = kinde_mock::UserProfileV2Reply::bad_request();
/// ```
/// ```compile_fail,E0308
/// use kinde_core::TokenRevocation;
/// use kinde_mock::{FakeKinde, UserProfileV2Reply};
///
/// // A revocation is not answered like a profile.
/// FakeKinde::new().on::<TokenRevocation>().once(UserProfileV2Reply::forbidden());
/// ```
pub struct Reply<O> {
    pub(crate) plan: Plan,
    operation: PhantomData<fn() -> O>,
}

/// Answers to `get_user_profile_v2`: 200, 403, 429.
///
/// ```
/// use kinde_core::GetUserProfileV2;
/// use kinde_mock::{FakeKinde, User, UserProfileV2Reply};
///
/// let kinde = FakeKinde::new();
/// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::ok(&User::new("kp_7", "Arya", "Stark")));
/// ```
pub type UserProfileV2Reply = Reply<GetUserProfileV2>;

/// Answers to `token_introspection`: 200 (active or not), 401, 403, 429.
///
/// ```
/// use kinde_core::TokenIntrospection;
/// use kinde_mock::{ActiveClaims, FakeKinde, TokenIntrospectionReply};
///
/// let mut claims = ActiveClaims::default();
/// claims.audience = vec!["https://api.example.com/v1".to_owned()];
/// let kinde = FakeKinde::new();
/// kinde.on::<TokenIntrospection>().always(TokenIntrospectionReply::active(claims));
/// ```
pub type TokenIntrospectionReply = Reply<TokenIntrospection>;

/// Answers to `token_revocation`: 200, 400, 401, 403, 429.
///
/// ```
/// use std::time::Duration;
/// use kinde_core::TokenRevocation;
/// use kinde_mock::{FakeKinde, TokenRevocationReply};
///
/// let kinde = FakeKinde::new();
/// kinde.on::<TokenRevocation>().times(2, TokenRevocationReply::throttled(Duration::from_secs(1)));
/// ```
pub type TokenRevocationReply = Reply<TokenRevocation>;

/// The claims of a live token in a scripted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveClaims {
    /// `aud`
    pub audience: Vec<String>,
    /// `client_id`; the seeded backend application's unless set.
    pub client_id: String,
    /// `exp`, counted from when the answer is sent; a day unless set.
    pub expires_in: Duration,
    /// `iat`; when the answer is sent unless set.
    pub issued_at: Option<SystemTime>,
}

impl Default for ActiveClaims {
    fn default() -> Self {
        Self {
            audience: Vec::new(),
            client_id: BACKEND_ID.to_owned(),
            expires_in: Duration::from_secs(86_400),
            issued_at: None,
        }
    }
}

impl UserProfileV2Reply {
    /// 200 with this user's profile, whoever asks.
    pub fn ok(user: &User) -> Self {
        Self::fixed(profile(user))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&PROFILE_FORBIDDEN)
    }
}

impl TokenIntrospectionReply {
    /// 200 with the claims of a live token.
    pub fn active(claims: ActiveClaims) -> Self {
        Self::new(Base::Active(claims))
    }

    /// 200 `{"active":false}`.
    pub fn inactive() -> Self {
        Self::row(&INTROSPECT_INACTIVE)
    }

    /// 401 with `invalid_request`. Kinde calls it "Bad request".
    pub fn unauthorized() -> Self {
        Self::row(&INTROSPECT_INVALID)
    }

    /// 401 with a code and a sentence of one's own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::bodied(&INTROSPECT_INVALID, token_error(error, description))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&INTROSPECT_FORBIDDEN)
    }
}

impl TokenRevocationReply {
    /// 200, without a body. The token is *not* revoked: for that, leave the answer to the state with
    /// [`live`](Self::live).
    pub fn ok() -> Self {
        Self::row(&REVOKE_OK)
    }

    /// 400 with an error body.
    pub fn bad_request() -> Self {
        Self::row(&REVOKE_INVALID)
    }

    /// 400 with a code and a message of one's own.
    pub fn bad_request_with(code: &str, message: &str) -> Self {
        Self::bodied(&REVOKE_INVALID, errors(code, message))
    }

    /// 401 with `invalid_client`.
    pub fn unauthorized() -> Self {
        Self::row(&REVOKE_CLIENT)
    }

    /// 401 with a code and a sentence of one's own.
    pub fn unauthorized_with(error: &str, description: &str) -> Self {
        Self::bodied(&REVOKE_CLIENT, token_error(error, description))
    }

    /// 403 with an error body.
    pub fn forbidden() -> Self {
        Self::row(&REVOKE_FORBIDDEN)
    }

    /// 403 with a code and a message of one's own.
    pub fn forbidden_with(code: &str, message: &str) -> Self {
        Self::bodied(&REVOKE_FORBIDDEN, errors(code, message))
    }
}

impl<O: Scripted> Reply<O> {
    /// 429 with `RateLimit-Reset`: whole seconds, rounded up, at least 1. All three operations document it;
    /// a revocation's has a body.
    pub fn throttled(reset_after: Duration) -> Self {
        Self::fixed(Answer::of(throttled(O::ROUTE)).reset_after(reset_after))
    }

    /// Whatever the fake's state says, with the effect it has there: for a delay or a fault over a true
    /// answer.
    pub fn live() -> Self {
        Self::new(Base::Live)
    }

    /// An answer that no documentation has: a 500, a 502 with a page from a proxy, a 202 from a firewall.
    ///
    /// ```
    /// use kinde_core::GetUserProfileV2;
    /// use kinde_mock::{FakeKinde, UserProfileV2Reply};
    ///
    /// let response = http::Response::builder().status(503).body("try later").unwrap();
    /// FakeKinde::new().on::<GetUserProfileV2>().once(UserProfileV2Reply::undocumented(response));
    /// ```
    pub fn undocumented(response: Response<impl Into<Bytes>>) -> Self {
        let (parts, body) = response.into_parts();
        Self::fixed(Answer { status: parts.status, headers: parts.headers, body: body.into() })
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

    fn new(base: Base) -> Self {
        Self { plan: Plan::new(base), operation: PhantomData }
    }

    fn fixed(answer: Answer) -> Self {
        Self::new(Base::Fixed(answer))
    }

    fn row(row: &Row) -> Self {
        Self::fixed(Answer::of(row))
    }

    fn bodied(row: &Row, body: String) -> Self {
        Self::fixed(Answer::with_body(row, body.into()))
    }

    fn status(&self) -> Option<StatusCode> {
        match &self.plan.base {
            Base::Live => None,
            Base::Fixed(answer) => Some(answer.status),
            Base::Active(_) => Some(StatusCode::OK),
        }
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
            .field("operation", &O::ROUTE.operation())
            .field("status", &self.status())
            .field("after", &self.plan.delay)
            .field("faults", &self.plan.faults().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
