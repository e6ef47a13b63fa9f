//! How a team tests its own service against the fake: a happy day, a 429, a revoked token, Kinde down. Look at the
//! tests; `cargo test --example mock_in_tests` runs them, and so does `cargo run`. No sockets, and the clock is paused.

use std::sync::Arc;

use kinde::{AccessToken, OAuth, error::Credentials, oauth::GetUserProfileV2};

/// The service under test: it knows `OAuth`, and not what is behind it.
struct Greeter {
    kinde: Arc<dyn OAuth>,
}

#[derive(Debug, PartialEq)]
enum Page {
    Hello(String),
    SignIn,
    TryLater { seconds: u64 },
}

impl Greeter {
    async fn page(&self, bearer: &AccessToken) -> Page {
        match self.kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await {
            Ok(user) => Page::Hello(user.given_name.unwrap_or_default()),
            Err(error) if error.credentials() == Some(Credentials::Bearer) => Page::SignIn,
            Err(error) => Page::TryLater { seconds: error.retry_after().map_or(5, |wait| wait.as_secs()) },
        }
    }
}

mod tests {
    use std::time::Duration;

    use kinde_mock::{MockTransport, UserProfileV2Reply};

    use super::*;

    fn setup() -> (MockTransport, Greeter) {
        let fake = MockTransport::new();
        (fake.clone(), Greeter { kinde: fake.oauth() })
    }

    #[cfg_attr(test, tokio::test(start_paused = true))]
    pub(crate) async fn signed_in() {
        let (fake, greeter) = setup();
        assert_eq!(greeter.page(&fake.sign_in().access_token).await, Page::Hello("John".to_owned()));
    }

    #[cfg_attr(test, tokio::test(start_paused = true))]
    pub(crate) async fn throttled() {
        let (fake, greeter) = setup();
        fake.on::<GetUserProfileV2>().always(UserProfileV2Reply::throttled(Duration::from_secs(90)));
        assert_eq!(greeter.page(&fake.sign_in().access_token).await, Page::TryLater { seconds: 90 });
    }

    #[cfg_attr(test, tokio::test(start_paused = true))]
    pub(crate) async fn revoked() {
        let (fake, greeter) = setup();
        let john = fake.sign_in();
        fake.revoke(&john.access_token);
        assert_eq!(greeter.page(&john.access_token).await, Page::SignIn);
    }

    #[cfg_attr(test, tokio::test(start_paused = true))]
    pub(crate) async fn kinde_down() {
        let (fake, greeter) = setup();
        fake.refuse_connections();
        assert_eq!(greeter.page(&fake.sign_in().access_token).await, Page::TryLater { seconds: 5 });
    }
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    tests::signed_in().await;
    tests::throttled().await;
    tests::revoked().await;
    tests::kinde_down().await;
    println!("signed in, throttled, revoked, Kinde down: all as expected");
}
