//! The fake itself, whichever door it is reached through.

#[cfg(feature = "cli")]
mod listing;
mod tenant;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Source;
use crate::documented::Route;
use crate::door::{Door, DoorError};
use crate::engine::{Engine, Routed, route};
use crate::limiter::Limiter;
use crate::operations::Scripted;
use crate::outcome::Outcome;
use crate::request::Request;
use crate::script::{Filter, On, Replies, Scripts};
use crate::{Clock, Journal, Options};

/// A fake Kinde: one tenant with its applications, users and tokens, its own clock, scripts and journal.
///
/// A clone is the same fake. It is reached through one door: [`MockTransport`](crate::MockTransport) in the
/// same process, `MockKinde` or `serve` over a socket, or `mount_on` a wiremock server of yours; all but the
/// last deref to it. Two fakes share nothing.
///
/// It begins with the backend and the frontend application and the user of the documentation's examples.
#[derive(Clone)]
pub struct FakeKinde(Arc<Inner>);

struct Inner {
    engine: Mutex<Engine>,
    scripts: Scripts,
    clock: Clock,
    journal: Journal,
    door: Mutex<Door>,
}

impl FakeKinde {
    /// A fake without a door, to be mounted on a wiremock server of yours.
    pub fn new() -> Self {
        Self::build(Source::System, Door::Open)
    }

    pub(crate) fn in_process() -> Self {
        Self::build(Source::Tokio, Door::InProcess { refusing: false })
    }

    fn build(source: Source, door: Door) -> Self {
        Self(Arc::new(Inner {
            engine: Mutex::new(Engine::seeded()),
            scripts: Scripts::default(),
            clock: Clock::running(source),
            journal: Journal::new(matches!(source, Source::Tokio)),
            door: Mutex::new(door),
        }))
    }

    /// Carries out one request: the way in for every door.
    pub(crate) fn handle(&self, request: &Request) -> Outcome {
        let now = self.0.clock.now();
        let routed = route(request);
        let (called, plan) = match routed {
            Routed::Call(route) => (Some(route), self.0.scripts.pick(route, request)),
            _ => (None, None),
        };
        let mut engine = self.engine();
        let step = engine.step(request, routed, plan, now);
        // Before the lock is given back, so that the journal has the order in which the state changed.
        let known = |id: &str| engine.store.application(id).is_some();
        self.0.journal.record(request, called, &step, now, &known);
        step.outcome
    }

    /// Whether connections are refused right now, for the door that has none to refuse.
    pub(crate) fn is_refusing(&self) -> bool {
        matches!(*self.door(), Door::InProcess { refusing: true })
    }

    /// Scripts the operation `O`; see [`On`].
    pub fn on<O: Scripted>(&self) -> On<O> {
        On::new(self.clone())
    }

    /// Takes all scripts away, so that the state shows again.
    pub fn clear_scripts(&self) {
        self.0.scripts.clear();
    }

    pub(crate) fn scripts(&self) -> &Scripts {
        &self.0.scripts
    }

    pub(crate) fn add_script(
        &self,
        route: Route,
        filters: Vec<Filter>,
        replies: Replies,
    ) -> Result<u64, DoorError> {
        let door = self.door();
        replies.plans().try_for_each(|plan| door.check(plan))?;
        Ok(self.0.scripts.add(route, filters, replies))
    }

    /// The fake's time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What came.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// Asserts that exactly `n` calls of the operation `O` came.
    ///
    /// # Panics
    /// If not, with the calls that did.
    #[track_caller]
    pub fn assert_calls<O: Scripted>(&self, n: u64) {
        self.0.journal.assert_calls::<O>(n);
    }

    /// The options as they are.
    pub fn options(&self) -> Options {
        self.engine().options.clone()
    }

    /// Changes options.
    pub fn configure(&self, change: impl FnOnce(&mut Options)) {
        // Without the lock while the test's code runs.
        let mut options = self.options();
        change(&mut options);
        self.engine().options = options;
    }

    /// Allows `requests` of the documented calls per `window` of the fake's clock, and answers 429 with the
    /// right `RateLimit-Reset` to more. What a script answers is not counted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), kinde_core::Error> {
    /// use std::time::Duration;
    /// use kinde_core::{ErrorKind, GetUserProfileV2};
    ///
    /// let kinde = kinde_mock::MockTransport::new();
    /// kinde.clock().freeze();
    /// kinde.rate_limit(1, Duration::from_secs(60));
    ///
    /// let (oauth, user) = (kinde.oauth(), kinde.sign_in());
    /// let profile = || oauth.get_user_profile_v2(GetUserProfileV2::new(&user.access_token));
    /// profile().await?;
    /// let error = profile().await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::RateLimited);
    /// assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    ///
    /// kinde.clock().advance(Duration::from_secs(60));
    /// profile().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(&self, requests: u64, window: Duration) {
        self.engine().limiter = Some(Limiter::new(requests, window));
    }

    /// Takes the limit away.
    pub fn no_rate_limit(&self) {
        self.engine().limiter = None;
    }

    /// Takes the service away: connections are refused from now on, and those that are open are cut. Over a
    /// socket it returns when that is so, after some milliseconds.
    ///
    /// # Panics
    /// If the fake's door can't do that; [`try_refuse_connections`](Self::try_refuse_connections) says so
    /// instead.
    #[track_caller]
    pub fn refuse_connections(&self) {
        able(self.try_refuse_connections());
    }

    /// As [`refuse_connections`](Self::refuse_connections).
    ///
    /// # Errors
    /// [`DoorError`].
    pub fn try_refuse_connections(&self) -> Result<(), DoorError> {
        self.door().refuse(true)
    }

    /// Brings the service back, at the same address.
    ///
    /// # Panics
    /// As [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn accept_connections(&self) {
        able(self.try_accept_connections());
    }

    /// As [`accept_connections`](Self::accept_connections).
    ///
    /// # Errors
    /// [`DoorError`].
    pub fn try_accept_connections(&self) -> Result<(), DoorError> {
        self.door().refuse(false)
    }

    /// Begins anew: applications, users, tokens, options, limiter, scripts, journal and clock are as in a new
    /// fake, and connections are accepted. The door stays.
    pub fn reset(&self) {
        *self.engine() = Engine::seeded();
        self.clear_scripts();
        self.0.clock.reset();
        self.0.journal.clear();
        // A door that can't refuse accepts already.
        let _ = self.try_accept_connections();
    }

    /// Gives the fake its door, if it has none and the door can do what is scripted already.
    #[cfg_attr(
        not(any(feature = "wiremock", feature = "server")),
        allow(dead_code, reason = "the doors with sockets are features")
    )]
    pub(crate) fn take_door(&self, door: Door) -> Result<(), DoorError> {
        self.0.scripts.check(|plan| door.check(plan))?;
        self.door().take(door)
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.0.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.0.door.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "asking a door for what it can't do is a mistake in the test")]
fn able(result: Result<(), DoorError>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}

impl Default for FakeKinde {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the clock and the journal, in which there are no secrets.
impl fmt::Debug for FakeKinde {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeKinde")
            .field("clock", &self.0.clock)
            .field("journal", &self.0.journal)
            .finish_non_exhaustive()
    }
}
