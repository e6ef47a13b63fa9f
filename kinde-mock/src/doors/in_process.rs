//! The door without sockets.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request as HttpRequest, Response};
use kinde_core::{
    CallContext, Client, Domain, OAuth, RetryPolicy, TokioTimer, Transport, TransportError,
    TransportErrorKind,
};

use crate::fake::FakeKinde;
use crate::fake::door::{Door, DoorError};
use crate::http::request::Request;
use crate::script::fault::{CutAt, Wire};
use crate::script::outcome::Outcome;

/// A fake Kinde behind a [`Transport`]: no sockets, no threads, under 5 µs a call. Derefs to [`FakeKinde`];
/// a clone is the same one.
///
/// Delays, drips, gates and hangs wait on tokio's clock, a paused one too, and end at the call's deadline
/// as [`Timeout`](TransportErrorKind::Timeout). As long as the fake's own clock runs, it follows tokio's as
/// well. Without a tokio runtime everything works that need not wait; what must wait fails with
/// [`Other`](TransportErrorKind::Other).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), kinde::Error> {
/// use std::sync::Arc;
/// use kinde::oauth::TokenIntrospection;
/// use kinde::OAuth;
/// use kinde_mock::MockTransport;
///
/// let kinde = MockTransport::new();
/// let oauth: Arc<dyn OAuth> = kinde.oauth();
///
/// let user = kinde.sign_in();
/// let asked = TokenIntrospection::new(&kinde.machine_token(), user.refresh_token.clone());
/// assert!(oauth.token_introspection(asked).await?.is_active());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MockTransport {
    fake: FakeKinde,
    door: Arc<InProcess>,
    domain: Domain,
}

/// It has no port, but can refuse as if it had.
struct InProcess {
    home: String,
    refusing: AtomicBool,
}

impl Door for InProcess {
    fn name(&self) -> &'static str {
        "MockTransport"
    }

    fn home(&self) -> &str {
        &self.home
    }

    fn refuse(&self, refuse: bool) -> Result<(), DoorError> {
        self.refusing.store(refuse, Ordering::Relaxed);
        Ok(())
    }
}

impl MockTransport {
    /// Makes a fake of its own.
    pub fn new() -> Self {
        let domain = nowhere();
        let door = Arc::new(InProcess { home: domain.to_string(), refusing: AtomicBool::new(false) });
        Self { fake: FakeKinde::behind(Arc::clone(&door) as _), door, domain }
    }

    /// Returns what an application holds. Unlike a backend's client it does not retry, so that a test sees every
    /// answer; [`client_with_retries`](Self::client_with_retries) does.
    pub fn oauth(&self) -> Arc<dyn OAuth> {
        Arc::new(self.client())
    }

    /// Returns a client without retries.
    pub fn client(&self) -> Client<Self> {
        Client::new(self.domain.clone(), self.clone())
    }

    /// Returns a client that retries as those of the backends do, on tokio's clock: under a paused one its waits take no
    /// time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), kinde::Error> {
    /// use std::time::Duration;
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde::OAuth;
    /// use kinde_mock::{MockTransport, UserProfileV2Reply};
    ///
    /// let kinde = MockTransport::new();
    /// let user = kinde.sign_in();
    /// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(Duration::from_secs(20)));
    /// kinde.client_with_retries().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await?;
    /// kinde.assert_calls::<GetUserProfileV2>(2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_with_retries(&self) -> Client<Self> {
        Client::builder(self.domain.clone(), self.clone()).retry(RetryPolicy::standard(), TokioTimer).build()
    }

    /// Returns a domain for clients over this transport: `https://kinde-mock.invalid`, which no resolver knows. Any
    /// other will do.
    pub fn domain(&self) -> Domain {
        self.domain.clone()
    }
}

#[allow(clippy::expect_used, reason = "a constant, which every test would notice")]
fn nowhere() -> Domain {
    Domain::new("https://kinde-mock.invalid").expect("the name is well-formed")
}

impl Transport for MockTransport {
    async fn send(
        &self,
        request: HttpRequest<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        if self.door.refusing.load(Ordering::Relaxed) {
            return Err(TransportErrorKind::Connect.into());
        }
        let (parts, body) = request.into_parts();
        let is_head = parts.method == Method::HEAD;
        let mut outcome = self.fake.handle(Request::new(parts.method, parts.uri, parts.headers, body));
        if is_head {
            outcome.answer.body = Bytes::new();
        }
        if waits(&outcome) {
            if tokio::runtime::Handle::try_current().is_err() {
                let why =
                    "the fake was told to wait, and MockTransport waits on tokio's clock: run this in tokio";
                return Err(TransportError::from(TransportErrorKind::Other).because(why));
            }
            return match tokio::time::timeout(call.timeout(), deliver(outcome, call.body_limit())).await {
                Ok(result) => result,
                Err(_) => Err(TransportErrorKind::Timeout.into()),
            };
        }
        if call.timeout().is_zero() {
            return Err(TransportErrorKind::Timeout.into());
        }
        finish(outcome, call.body_limit())
    }
}

fn waits(outcome: &Outcome) -> bool {
    let waits = match outcome.wire {
        Wire::Hang | Wire::Drip { .. } => true,
        Wire::Whole | Wire::Cut { .. } => false,
    };
    waits || outcome.delay > Duration::ZERO || outcome.gate.is_some()
}

async fn deliver(outcome: Outcome, limit: usize) -> Result<Response<Bytes>, TransportError> {
    if outcome.delay > Duration::ZERO {
        tokio::time::sleep(outcome.delay).await;
    }
    if let Some(gate) = &outcome.gate {
        gate.opened().await;
    }
    match outcome.wire {
        Wire::Hang => std::future::pending().await,
        Wire::Drip { bytes, every } => {
            let mut arrived = 0;
            while arrived < outcome.answer.body.len() {
                tokio::time::sleep(every).await;
                arrived = arrived.saturating_add(bytes);
                if arrived > limit {
                    break;
                }
            }
        }
        Wire::Whole | Wire::Cut { .. } => {}
    }
    finish(outcome, limit)
}

/// What is left once the waiting is over.
fn finish(outcome: Outcome, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let length = outcome.answer.body.len();
    match outcome.wire {
        Wire::Cut { at: CutAt::BeforeHead, .. } => return Err(TransportErrorKind::Interrupted.into()),
        // The client stops reading at its limit if the cut has not come by then.
        Wire::Cut { at: CutAt::AfterBody(bytes), .. } if bytes < length && bytes <= limit => {
            return Err(TransportErrorKind::Interrupted.into());
        }
        Wire::Whole | Wire::Cut { .. } | Wire::Drip { .. } | Wire::Hang => {}
    }
    if length > limit {
        return Err(TransportErrorKind::BodyTooLarge.into());
    }
    Ok(outcome.answer.into_response())
}

impl Default for MockTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for MockTransport {
    type Target = FakeKinde;

    fn deref(&self) -> &FakeKinde {
        &self.fake
    }
}

impl fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockTransport").field("fake", &self.fake).finish_non_exhaustive()
    }
}
