//! The fake beside mocks of your own.

use std::sync::Arc;

use wiremock::MockServer;

use super::{answer, limits};
use crate::fake::FakeKinde;
use crate::fake::door::{Door, DoorError};
use crate::script::fault::Fault;
use crate::script::plan::Plan;

/// Somebody else's server.
struct Mounted {
    home: String,
}

impl Door for Mounted {
    fn name(&self) -> &'static str {
        "a fake mounted on a wiremock server"
    }

    fn whole_name(&self) -> &'static str {
        "a wiremock server that it is mounted on"
    }

    fn home(&self) -> &str {
        &self.home
    }

    fn cannot(&self, plan: &Plan) -> Option<(Fault, &'static str)> {
        limits::cannot(plan)
    }

    fn refuse(&self, _: bool) -> Result<(), DoorError> {
        Err(DoorError::new(
            "a fake that is mounted on somebody else's server can't take its port away: MockTransport, MockKinde and \
             serve() can.",
        ))
    }
}

impl FakeKinde {
    /// Mounts the paths of [`endpoints`](crate::endpoints) on a wiremock server of yours, at wiremock's default
    /// priority and without expectations. Other paths stay yours. Your mocks keep working, those that are mounted
    /// before and after; as always in wiremock, of two that match the one of higher priority, then the older one,
    /// answers.
    ///
    /// wiremock reads a path before anybody sees it: `/a/%2e%2e/b` becomes `/b`, and `*`, of `OPTIONS *`, becomes `/`.
    ///
    /// What wiremock prints by itself is beyond this crate: when an expectation of *your* mocks fails, it
    /// prints the requests that your server received, **with their headers and bodies**. Build the server
    /// with `disable_request_recording` if tokens must not be in a test's output.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use kinde_mock::FakeKinde;
    /// use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};
    ///
    /// let server = MockServer::builder().start().await;
    /// Mock::given(path("/health")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    ///
    /// let kinde = FakeKinde::new();
    /// kinde.mount_on(&server).await;
    /// let user = kinde.sign_in();
    /// # drop(user);
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the fake has a door already, or a script that wiremock can't carry out;
    /// [`try_mount_on`](Self::try_mount_on) says so instead.
    pub async fn mount_on(&self, server: &MockServer) {
        mounted(self.try_mount_on(server).await);
    }

    /// As [`mount_on`](Self::mount_on).
    ///
    /// # Errors
    /// [`DoorError`].
    pub async fn try_mount_on(&self, server: &MockServer) -> Result<(), DoorError> {
        self.take_door(Arc::new(Mounted { home: server.uri() }))?;
        for mock in answer::known_paths(self) {
            server.register(mock).await;
        }
        Ok(())
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "a fake that can't be mounted is a mistake in the test")]
fn mounted(result: Result<(), DoorError>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}
