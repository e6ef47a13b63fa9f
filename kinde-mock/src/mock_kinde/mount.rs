//! The fake beside somebody's own mocks.

use wiremock::MockServer;

use super::answer;
use crate::FakeKinde;
use crate::door::{Door, DoorError, Socket};

impl FakeKinde {
    /// Mounts the three documented paths on a wiremock server of yours, at wiremock's default priority and
    /// without expectations. Your other mocks keep working, those that are mounted before and after; as
    /// always in wiremock, of two that match the one of higher priority, then the older one, answers.
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
        self.take_door(Door::Socket { kind: Socket::Mounted, switch: None })?;
        for mock in answer::documented(self) {
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
