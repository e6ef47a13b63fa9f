//! 429 from three sides: the client waits and succeeds, the wait does not fit the deadline, the client gives up. Look
//! at `retry_after`: it is set whenever the service said when to come back. The clock is paused, so nothing waits.

use std::error::Error;
use std::time::Duration;

use kinde::oauth::GetUserProfileV2;
use kinde::{Client, ErrorKind, OAuth, RetryPolicy, TokioTimer};
use kinde_mock::{MockTransport, UserProfileV2Reply};
use tokio::time::Instant;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockTransport::new();
    let client = |timeout, policy| {
        Client::builder(fake.domain(), fake.clone()).timeout(timeout).retry(policy, TokioTimer).build()
    };
    let john = fake.sign_in();
    let profile = GetUserProfileV2::new(&john.access_token);
    let throttle = |seconds| UserProfileV2Reply::throttled(Duration::from_secs(seconds));

    // What a backend's `client(domain)` does: two retries at most, never before the service allows it.
    let patient = client(Duration::from_secs(30), RetryPolicy::standard());
    fake.on::<GetUserProfileV2>().times(2, throttle(3));
    let started = Instant::now();
    patient.get_user_profile_v2(profile.clone()).await?;
    println!("answered after {:.0?}, at the third attempt", started.elapsed());
    fake.assert_calls::<GetUserProfileV2>(3);

    // A minute is asked for and 30 seconds are left: it fails at once instead of waiting in vain.
    fake.on::<GetUserProfileV2>().once(throttle(60));
    let started = Instant::now();
    let error = patient.get_user_profile_v2(profile.clone()).await.err().ok_or("a 429 was a success")?;
    println!("{error}");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60))); // for your own queue, or your own 503
    assert_eq!(started.elapsed(), Duration::ZERO);

    // Without retries the error is there after the first answer.
    let hasty = client(Duration::from_secs(30), RetryPolicy::none());
    fake.on::<GetUserProfileV2>().once(throttle(1));
    let error = hasty.get_user_profile_v2(profile).await.err().ok_or("a 429 was a success")?;
    println!("{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    Ok(())
}
