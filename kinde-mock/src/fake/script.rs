//! Scripts that were added.

use std::fmt;
use std::sync::atomic::Ordering;

use super::FakeKinde;
use crate::ledger::endpoint::Endpoint;
use crate::script::set::Counted;

/// A script that was added. Dropping it changes nothing.
#[derive(Clone)]
pub struct Script {
    pub(super) fake: FakeKinde,
    pub(super) script: Counted,
}

impl Script {
    /// Takes the script away.
    ///
    /// ```
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::{FakeKinde, UserProfileV2Reply};
    ///
    /// let kinde = FakeKinde::new();
    /// let outage = kinde.on::<GetUserProfileV2>().always(UserProfileV2Reply::forbidden());
    /// assert!(outage.is_live());
    /// outage.remove();
    /// assert!(!outage.is_live());
    /// ```
    pub fn remove(&self) {
        self.fake.0.scripts.remove(self.script.number);
    }

    /// Returns whether it still has something to say.
    pub fn is_live(&self) -> bool {
        self.fake.0.scripts.is_live(self.script.number)
    }

    /// Returns how many calls it has answered.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::{MockTransport, UserProfileV2Reply};
    ///
    /// let kinde = MockTransport::new();
    /// let user = kinde.sign_in();
    /// let outage = kinde.on::<GetUserProfileV2>().times(3, UserProfileV2Reply::forbidden());
    /// let call = kinde.oauth().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await;
    /// assert!(call.is_err() && outage.calls() == 1);
    /// # }
    /// ```
    pub fn calls(&self) -> u64 {
        self.script.calls.load(Ordering::Relaxed)
    }

    /// Returns the endpoint that it is for.
    pub fn endpoint(&self) -> &'static Endpoint {
        self.script.endpoint
    }

    /// Counted from 1 in its fake.
    #[cfg(feature = "cli")]
    pub(crate) fn number(&self) -> u64 {
        self.script.number
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("endpoint", &self.endpoint().name)
            .field("live", &self.is_live())
            .field("calls", &self.calls())
            .finish_non_exhaustive()
    }
}

impl FakeKinde {
    /// Lists the scripts that still have something to say, oldest first.
    pub fn scripts(&self) -> Vec<Script> {
        let script = |script| Script { fake: self.clone(), script };
        self.0.scripts.live().into_iter().map(script).collect()
    }

    /// How many there ever were: their numbers count up to it.
    #[cfg(feature = "cli")]
    pub(crate) fn scripts_ever(&self) -> u64 {
        self.0.scripts.count()
    }

    /// The one of this number, if it is remembered.
    #[cfg(feature = "cli")]
    pub(crate) fn script(&self, number: u64) -> Option<Script> {
        Some(Script { fake: self.clone(), script: self.0.scripts.find(number)? })
    }
}
