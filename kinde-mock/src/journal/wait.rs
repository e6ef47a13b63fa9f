//! Waiting for calls to come.

use std::fmt;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Journal;
use crate::ledger::endpoint::{Endpoint, Scripted};

impl Journal {
    /// Waits until `n` calls of the operation `O` have come, counted from the start.
    ///
    /// Behind a [`MockTransport`](crate::MockTransport) the time limit follows tokio's clock, a paused one
    /// too; behind the other doors it is real time, and no runtime of a certain kind is needed. Dropping
    /// the future gives up waiting.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::{Fault, Gate, MockTransport, UserProfileV2Reply};
    ///
    /// let kinde = MockTransport::new();
    /// let gate = Gate::new();
    /// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::gate(&gate)));
    ///
    /// let (oauth, user) = (kinde.oauth(), kinde.sign_in());
    /// let call = tokio::spawn(async move {
    ///     oauth.get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await
    /// });
    /// kinde.journal().wait_for::<GetUserProfileV2>(1, Duration::from_secs(5)).await?;
    /// assert!(!call.is_finished()); // it has arrived, and stands at the gate
    /// gate.open();
    /// call.await??;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TooFewCalls`], which lists those that came, if they did not within the time.
    pub async fn wait_for<O: Scripted>(&self, n: u64, within: Duration) -> Result<(), TooFewCalls> {
        let in_time = self.0.tokio_time && tokio::runtime::Handle::try_current().is_ok();
        let came = if in_time {
            tokio::time::timeout(within, self.come(O::ENDPOINT, n)).await.is_ok()
        } else {
            self.come_on_a_thread(O::ENDPOINT, n, within).await
        };
        if came { Ok(()) } else { Err(self.too_few(O::ENDPOINT, n, within)) }
    }

    /// As [`wait_for`](Self::wait_for), for tests without a runtime: blocks the thread, in real time.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for).
    pub fn wait_for_blocking<O: Scripted>(&self, n: u64, within: Duration) -> Result<(), TooFewCalls> {
        let never = AtomicBool::new(false);
        if self.block(O::ENDPOINT, n, within, &never) {
            Ok(())
        } else {
            Err(self.too_few(O::ENDPOINT, n, within))
        }
    }

    pub(crate) async fn come(&self, endpoint: &'static Endpoint, n: u64) {
        let mut news = self.0.news.subscribe();
        // It can't be closed: this value holds the sender.
        while self.pages().count(endpoint) < n && news.changed().await.is_ok() {}
    }

    /// Real time for a future on any runtime, or on none.
    async fn come_on_a_thread(&self, endpoint: &'static Endpoint, n: u64, within: Duration) -> bool {
        struct GiveUp(Journal, Arc<AtomicBool>);
        impl Drop for GiveUp {
            fn drop(&mut self) {
                self.1.store(true, Ordering::Relaxed);
                // Under the lock, or the thread could miss it between its look and its wait.
                drop(self.0.pages());
                self.0.0.turned.notify_all();
            }
        }
        let given_up = Arc::new(AtomicBool::new(false));
        let _give_up = GiveUp(self.clone(), Arc::clone(&given_up));
        let (done, waited) = oneshot::channel();
        let journal = self.clone();
        let thread = std::thread::Builder::new().name("kinde-mock wait".to_owned()).spawn(move || {
            let _ = done.send(journal.block(endpoint, n, within, &given_up));
        });
        thread.is_ok() && waited.await.unwrap_or(false)
    }

    fn block(&self, endpoint: &'static Endpoint, n: u64, within: Duration, given_up: &AtomicBool) -> bool {
        let start = Instant::now();
        let mut pages = self.pages();
        loop {
            if pages.count(endpoint) >= n {
                return true;
            }
            let left = within.saturating_sub(start.elapsed());
            if left.is_zero() || given_up.load(Ordering::Relaxed) {
                return false;
            }
            pages.waiting += 1;
            pages = self.0.turned.wait_timeout(pages, left).unwrap_or_else(PoisonError::into_inner).0;
            pages.waiting -= 1;
        }
    }

    pub(crate) fn too_few(&self, endpoint: &'static Endpoint, n: u64, within: Duration) -> TooFewCalls {
        TooFewCalls(self.report(endpoint, &format!("{n} awaited for {within:?}")))
    }
}

/// The calls that were waited for did not come in time. `Display` and `Debug` list those that did.
pub struct TooFewCalls(String);

impl fmt::Display for TooFewCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TooFewCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TooFewCalls {}
