//! The fake itself, whichever door it is reached through.

pub(crate) mod bad_tokens;
pub(crate) mod door;
mod handle;
pub(crate) mod keys;
#[cfg(feature = "cli")]
mod listing;
pub(crate) mod on;
pub(crate) mod script;
mod setup;
pub(crate) mod sign_in;
pub(crate) mod timer;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::journal::Journal;
use crate::ledger::endpoint::{Endpoint, Scripted};
use crate::script::set::{Counted, Filter, Replies, Scripts};
use crate::tenant::Tenant;
use crate::tenant::clock::{Clock, TimeSource};
use crate::tenant::limiter::Limiter;
use crate::tenant::options::Options;
use crate::text::seconds::since_1970;
use door::{Door, DoorError};
use on::On;
use timer::FakeTimer;

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
    tenant: Mutex<Tenant>,
    scripts: Scripts,
    clock: Clock,
    journal: Journal,
    door: OnceLock<Arc<dyn Door>>,
    /// What it calls itself, if that is not where its door is.
    public_url: OnceLock<String>,
    /// Held while a script or a door is added, so that each sees the other.
    adding: Mutex<()>,
}

impl FakeKinde {
    /// Makes a fake without a door, to be mounted on a wiremock server of yours.
    pub fn new() -> Self {
        Self::build(TimeSource::System, OnceLock::new())
    }

    /// A fake whose door runs on the caller's runtime.
    pub(crate) fn behind(door: Arc<dyn Door>) -> Self {
        Self::build(TimeSource::Tokio, OnceLock::from(door))
    }

    fn build(source: TimeSource, door: OnceLock<Arc<dyn Door>>) -> Self {
        Self(Arc::new(Inner {
            tenant: Mutex::new(Tenant::seeded()),
            scripts: Scripts::default(),
            clock: Clock::running(source),
            journal: Journal::new(matches!(source, TimeSource::Tokio)),
            door,
            public_url: OnceLock::new(),
            adding: Mutex::default(),
        }))
    }

    /// Scripts the operation `O`; see [`On`].
    pub fn on<O: Scripted>(&self) -> On<O> {
        On::new(self.clone())
    }

    /// Takes all scripts away, so that the state shows again.
    pub fn clear_scripts(&self) {
        self.0.scripts.clear();
    }

    pub(crate) fn add_script(
        &self,
        endpoint: &'static Endpoint,
        filters: Vec<Filter>,
        replies: Replies,
    ) -> Result<Counted, DoorError> {
        let _adding = self.adding();
        if let Some(door) = self.0.door.get() {
            replies.plans().try_for_each(|plan| door::check(&**door, plan))?;
        }
        Ok(self.0.scripts.add(endpoint, filters, replies))
    }

    /// Returns the fake's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Returns its clock as a timer: for whatever keeps its tokens outside of it.
    pub fn timer(&self) -> FakeTimer {
        FakeTimer::new(self.clone())
    }

    /// Returns the journal of what came.
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

    /// Returns the options as they are.
    pub fn options(&self) -> Options {
        self.tenant().options.clone()
    }

    /// Changes options.
    pub fn configure(&self, change: impl FnOnce(&mut Options)) {
        // Without the lock while the test's code runs.
        let mut options = self.options();
        change(&mut options);
        self.tenant().options = options;
    }

    /// Allows `requests` of the documented calls per `window` of the fake's clock, and answers 429 with the
    /// right `RateLimit-Reset` to more. What a script answers is not counted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), kinde::Error> {
    /// use std::time::Duration;
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde::ErrorKind;
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
        self.tenant().limiter = Some(Limiter::new(requests, window));
    }

    /// Takes the limit away.
    pub fn no_rate_limit(&self) {
        self.tenant().limiter = None;
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
        self.refuse(true)
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
        self.refuse(false)
    }

    /// Begins anew: applications, users, tokens, options, limiter, scripts, journal and clock are as in a new
    /// fake, and connections are accepted. The door stays.
    pub fn reset(&self) {
        *self.tenant() = Tenant::seeded();
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
    pub(crate) fn take_door(&self, door: Arc<dyn Door>) -> Result<(), DoorError> {
        let _adding = self.adding();
        self.0.scripts.check(|plan| door::check(&*door, plan))?;
        self.0.door.set(door).map_err(|_| {
            let taken = self.0.door.get().map_or("another door", |door| door.whole_name());
            DoorError::new(format!(
                "this fake is reached through {taken} already, and a fake has one door: mount another one"
            ))
        })
    }

    fn refuse(&self, refuse: bool) -> Result<(), DoorError> {
        let no_door = || DoorError::new("this fake has no door yet, so there is nothing to connect to");
        self.0.door.get().ok_or_else(no_door)?.refuse(refuse)
    }

    /// The state, without what has expired.
    fn tenant(&self) -> MutexGuard<'_, Tenant> {
        let mut tenant = self.0.tenant.lock().unwrap_or_else(PoisonError::into_inner);
        tenant.store.forget_expired(since_1970(self.0.clock.take_latest()));
        tenant
    }

    #[cfg(feature = "server")]
    /// Calls itself so, whatever its door is: before its first token, since those say it. Once.
    pub(crate) fn call_itself(&self, url: String) {
        // It is the first time: doors are started once.
        let _ = self.0.public_url.set(url);
    }

    /// What it calls itself.
    pub(crate) fn home(&self) -> &str {
        let door = || self.0.door.get().map_or("http://localhost", |door| door.home());
        self.0.public_url.get().map_or_else(door, String::as_str)
    }

    fn adding(&self) -> MutexGuard<'_, ()> {
        self.0.adding.lock().unwrap_or_else(PoisonError::into_inner)
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
