//! The fake's time.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use crate::text::seconds::latest;

/// The clock of one fake. It decides when tokens are issued and expire, when the limiter's window ends, and
/// what `Date` says. It runs with the real time until it is set, moved or frozen, and belongs to one fake
/// alone. It ends with the year 9999: moved or set beyond, it stands at that year's last second, where whatever can expire
/// has expired.
///
/// It does not decide how long a delayed answer takes: delays run on the door's timer.
///
/// ```
/// use std::time::Duration;
/// use kinde_mock::FakeKinde;
///
/// let kinde = FakeKinde::new();
/// let user = kinde.sign_in();
/// assert!(kinde.is_live(&user.access_token));
///
/// kinde.clock().advance(Duration::from_secs(86_400)); // how long Kinde's access tokens live
/// assert!(!kinde.is_live(&user.access_token));
/// ```
pub struct Clock {
    hand: Mutex<Hand>,
    /// Told whenever it is set, moved, frozen or let run.
    moves: watch::Sender<()>,
}

struct Hand {
    /// The time when it was last set.
    base: SystemTime,
    /// What has passed since; nothing does for a frozen clock.
    since: Option<Mark>,
    source: TimeSource,
    /// As a clock that never goes back: an instant, and what this one showed then.
    forward: (Instant, SystemTime),
    /// The latest time it has shown before it was last set or moved, since somebody asked for that.
    latest: SystemTime,
}

#[derive(Clone, Copy)]
pub(crate) enum TimeSource {
    /// The system's time: for doors whose requests come from other threads.
    System,
    /// Tokio's, which may be paused: for the door that runs on the caller's runtime.
    Tokio,
}

enum Mark {
    System(Instant),
    Tokio(tokio::time::Instant),
}

impl TimeSource {
    fn mark(self) -> Mark {
        match self {
            Self::System => Mark::System(Instant::now()),
            Self::Tokio => Mark::Tokio(tokio::time::Instant::now()),
        }
    }
}

impl Clock {
    pub(crate) fn running(source: TimeSource) -> Self {
        let base = SystemTime::now();
        let hand =
            Hand { base, since: Some(source.mark()), source, forward: (Instant::now(), base), latest: base };
        Self { hand: Mutex::new(hand), moves: watch::Sender::new(()) }
    }

    /// Returns the time it shows.
    pub fn now(&self) -> SystemTime {
        self.hand().now()
    }

    /// Stops it where it is; [`set`](Self::set) and [`advance`](Self::advance) still move it.
    pub fn freeze(&self) {
        self.change(|hand| {
            hand.base = hand.now();
            hand.since = None;
        });
    }

    /// Stops it at `time`.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// let kinde = kinde_mock::FakeKinde::new();
    /// kinde.clock().freeze_at(UNIX_EPOCH + Duration::from_secs(1_612_345_678));
    /// assert_eq!(kinde.clock().now(), UNIX_EPOCH + Duration::from_secs(1_612_345_678));
    /// ```
    pub fn freeze_at(&self, time: SystemTime) {
        self.change(|hand| {
            hand.base = time.min(latest());
            hand.since = None;
        });
    }

    /// Lets it run again, from the time it shows.
    pub fn run(&self) {
        self.change(|hand| {
            hand.base = hand.now();
            hand.since = Some(hand.source.mark());
        });
    }

    /// Sets it, forwards or backwards. A running clock runs on from there. What has expired once, or was revoked, is
    /// not live again when it is set back.
    pub fn set(&self, time: SystemTime) {
        self.change(|hand| {
            hand.base = time.min(latest());
            if hand.since.is_some() {
                hand.since = Some(hand.source.mark());
            }
        });
    }

    /// Moves it forwards, whether it runs or not: up to the end of the year 9999, at which it stands still.
    pub fn advance(&self, duration: Duration) {
        self.change(|hand| hand.base = later(hand.base, duration));
    }

    /// Returns whether it is frozen.
    pub fn is_frozen(&self) -> bool {
        self.hand().since.is_none()
    }

    /// The time it shows as one that never goes back: while it shows less than it has shown already, that stands still.
    pub(crate) fn instant(&self) -> Instant {
        let mut hand = self.hand();
        let (instant, shown) = hand.forward;
        let now = hand.now();
        // Err: set back.
        let Ok(passed) = now.duration_since(shown) else { return instant };
        let instant = instant.checked_add(passed).unwrap_or(instant);
        hand.forward = (instant, now);
        instant
    }

    /// Ready when [`instant`](Self::instant) has come so far, or after this time on tokio's clock.
    pub(crate) async fn passes(&self, until: Instant, at_most: Duration) {
        let mut moves = self.moves.subscribe();
        let passed = async { while self.instant() < until && moves.changed().await.is_ok() {} };
        // Err is not a failure: the clock ran as long as that, or stands.
        let _ = tokio::time::timeout(at_most, passed).await;
    }

    pub(crate) fn reset(&self) {
        self.change(|hand| {
            hand.base = SystemTime::now();
            hand.since = Some(hand.source.mark());
        });
    }

    /// The latest time that it has shown since this was last asked for, whatever it shows by now.
    pub(crate) fn take_latest(&self) -> SystemTime {
        let mut hand = self.hand();
        let now = hand.now();
        std::mem::replace(&mut hand.latest, now).max(now)
    }

    fn change(&self, change: impl FnOnce(&mut Hand)) {
        let mut hand = self.hand();
        hand.latest = hand.latest.max(hand.now());
        change(&mut hand);
        drop(hand);
        self.moves.send_replace(());
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hand {
    fn now(&self) -> SystemTime {
        match &self.since {
            None => self.base,
            Some(Mark::System(mark)) => later(self.base, mark.elapsed()),
            Some(Mark::Tokio(mark)) => later(self.base, mark.elapsed()),
        }
    }
}

/// Never beyond the latest time that can be written: a clock that stood still instead would keep alive what has to expire.
fn later(time: SystemTime, duration: Duration) -> SystemTime {
    time.checked_add(duration).map_or_else(latest, |later| later.min(latest()))
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hand = self.hand();
        f.debug_struct("Clock").field("now", &hand.now()).field("frozen", &hand.since.is_none()).finish()
    }
}
