//! `MockTransport`: what a call sees of delays, gates, hangs, cuts and limits, on a paused clock.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{CALL, PROFILE, Raw};
use kinde_core::oauth::GetUserProfileV2;
use kinde_core::{
    CallContext, Client, ErrorKind, OAuth, OperationKind, RetryPolicy, Timer, Transport, TransportErrorKind,
};
use kinde_mock::{
    CutAt, CutBy, Fault, Gate, MockTransport, NewToken, SignedIn, UserProfileV2Reply as Profile,
};
use tokio::time::Instant;

/// Tokio's clock, which the tests pause; kinde-core has one behind a feature that this crate need not have.
struct Tokio;

impl Timer for Tokio {
    fn now(&self) -> std::time::Instant {
        Instant::now().into_std()
    }

    fn sleep(&self, duration: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn call(timeout: Duration, body_limit: usize) -> CallContext {
    CallContext::new(OperationKind::new("raw"), timeout, body_limit)
}

fn request(user: &SignedIn) -> Raw {
    Raw::new("GET", PROFILE).bearer(user.access_token.expose())
}

#[tokio::test(start_paused = true)]
async fn delays_and_drips_take_their_time_on_the_paused_clock() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let start = Instant::now();
    kinde.on::<GetUserProfileV2>().once(Profile::live().after(Duration::from_secs(29)));
    assert_eq!(request(&user).send(&kinde).await.status(), 200);
    assert_eq!(start.elapsed(), Duration::from_secs(29));

    let whole = request(&user).send(&kinde).await;
    let pieces = u32::try_from(whole.body().len().div_ceil(100)).unwrap();
    let start = Instant::now();
    kinde.on::<GetUserProfileV2>().once(Profile::live().fault(Fault::drip(100, Duration::from_secs(1))));
    assert_eq!(request(&user).send(&kinde).await.body(), whole.body());
    assert_eq!(start.elapsed(), Duration::from_secs(1) * pieces);
}

#[tokio::test(start_paused = true)]
async fn whatever_waits_ends_at_the_calls_deadline() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let gate = Gate::new();
    let endless = [
        Profile::live().fault(Fault::hang()),
        Profile::live().after(Duration::from_secs(6)),
        Profile::live().fault(Fault::gate(&gate)),
        Profile::live().fault(Fault::drip(1, Duration::from_secs(1))),
        Profile::forbidden().after(Duration::from_secs(3)).fault(Fault::gate(&gate)),
    ];
    for reply in endless {
        let start = Instant::now();
        kinde.on::<GetUserProfileV2>().once(reply);
        let error = request(&user).fail(&kinde, call(Duration::from_secs(5), 1 << 20)).await;
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }
    assert_eq!(gate.held(), 0, "a call that was given up does not stand at the gate");
    let error = request(&user).fail(&kinde, call(Duration::ZERO, 1 << 20)).await;
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn a_gate_holds_answers_until_it_is_opened() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let gate = Gate::new();
    kinde.on::<GetUserProfileV2>().always(Profile::live().fault(Fault::gate(&gate)));
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let (kinde, request) = (kinde.clone(), request(&user).build());
            tokio::spawn(async move { kinde.send(request, CALL).await.unwrap().status() })
        })
        .collect();
    kinde.journal().wait_for::<GetUserProfileV2>(3, Duration::from_secs(1)).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(gate.held(), 3);
    assert!(calls.iter().all(|call| !call.is_finished()));
    gate.open();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    // It stays open until it is shut.
    assert_eq!(request(&user).send(&kinde).await.status(), 200);
    gate.shut();
    let error = request(&user).fail(&kinde, CALL).await;
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
}

#[tokio::test]
async fn cuts_and_limits_become_the_matching_errors() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let length = request(&user).send(&kinde).await.body().len();
    let cut = |by, at| Profile::live().fault(Fault::cut(by, at));
    let broken = [
        cut(CutBy::Fin, CutAt::BeforeHead),
        cut(CutBy::Rst, CutAt::BeforeHead),
        cut(CutBy::Fin, CutAt::AfterBody(0)),
        cut(CutBy::Rst, CutAt::AfterBody(length - 1)),
    ];
    for reply in broken {
        kinde.on::<GetUserProfileV2>().once(reply);
        assert_eq!(request(&user).fail(&kinde, CALL).await.kind(), TransportErrorKind::Interrupted);
    }
    kinde.on::<GetUserProfileV2>().once(cut(CutBy::Fin, CutAt::AfterBody(length)));
    assert_eq!(request(&user).send(&kinde).await.body().len(), length, "all of it came before the cut");

    let limit = |bytes| call(Duration::from_secs(5), bytes);
    assert_eq!(request(&user).fail(&kinde, limit(length - 1)).await.kind(), TransportErrorKind::BodyTooLarge);
    assert!(kinde.send(request(&user).build(), limit(length)).await.is_ok());
    // Whichever comes first.
    kinde.on::<GetUserProfileV2>().times(2, cut(CutBy::Fin, CutAt::AfterBody(100)));
    assert_eq!(request(&user).fail(&kinde, limit(99)).await.kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!(request(&user).fail(&kinde, limit(100)).await.kind(), TransportErrorKind::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_drip_over_the_limit_is_not_read_to_its_end() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let start = Instant::now();
    kinde.on::<GetUserProfileV2>().once(Profile::live().fault(Fault::drip(10, Duration::from_secs(1))));
    let error = request(&user).fail(&kinde, call(Duration::from_secs(60), 25)).await;
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test]
async fn a_service_that_is_down_refuses_until_it_is_back_and_hears_nothing() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.refuse_connections();
    assert_eq!(request(&user).fail(&kinde, CALL).await.kind(), TransportErrorKind::Connect);
    kinde.assert_calls::<GetUserProfileV2>(0);
    kinde.accept_connections();
    assert_eq!(request(&user).send(&kinde).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_client_with_retries_waits_out_the_limiter_on_the_same_clock() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let oauth: Arc<dyn OAuth> = Arc::new(
        Client::builder(kinde.domain(), kinde.clone()).retry(RetryPolicy::standard(), Tokio).build(),
    );
    kinde.rate_limit(1, Duration::from_secs(5));
    let profile = || oauth.get_user_profile_v2(GetUserProfileV2::new(&user.access_token));
    let start = Instant::now();
    profile().await.unwrap();
    profile().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(5), "{:?}", start.elapsed());
    kinde.assert_calls::<GetUserProfileV2>(3);
}

#[tokio::test(start_paused = true)]
async fn the_running_clock_follows_tokios_and_the_frozen_one_does_not() {
    let kinde = MockTransport::new();
    let short = || NewToken::for_user(&kinde.user()).expires_in(Duration::from_secs(60));
    let token = kinde.issue_access(short());
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(!kinde.is_live(&token));
    kinde.clock().run();
    assert!(!kinde.is_live(&token), "a running clock runs on");
    let token = kinde.issue_access(short());
    kinde.clock().freeze();
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(kinde.is_live(&token));
    kinde.clock().run();
    assert!(kinde.is_live(&token), "it goes on from where it stood");
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(!kinde.is_live(&token));
}

/// A runtime of the poorest sort: it polls once.
fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

#[test]
fn works_without_tokio_as_long_as_nothing_waits() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let client = kinde.client();
    let profile = || poll_once(client.execute(&GetUserProfileV2::new(&user.access_token))).unwrap();
    assert_eq!(profile().unwrap().given_name.as_deref(), Some("John"));
    kinde.on::<GetUserProfileV2>().once(Profile::live().after(Duration::from_secs(1)));
    let error = profile().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let why = std::error::Error::source(std::error::Error::source(&error).unwrap()).unwrap().to_string();
    assert!(why.contains("run this in tokio"), "{why}");
}

/// What keeps the fake's tokens goes by the fake's clock, however that is moved.
#[tokio::test(start_paused = true)]
async fn the_fakes_clock_is_a_timer() {
    let kinde = MockTransport::new();
    let (timer, clock) = (kinde.timer(), kinde.clock());
    let hour = Duration::from_secs(3_600);
    assert_eq!(timer.unix_time(), clock.now().duration_since(UNIX_EPOCH).unwrap());

    // It runs with tokio's time, jumps with the clock, and stands with it.
    let (instant, time) = (timer.now(), timer.unix_time());
    tokio::time::advance(hour).await;
    clock.advance(hour);
    assert_eq!((timer.now() - instant, timer.unix_time() - time), (2 * hour, 2 * hour));
    clock.freeze();
    tokio::time::advance(hour).await;
    assert_eq!((timer.now() - instant, timer.unix_time() - time), (2 * hour, 2 * hour));

    // Set back, the time of day is less; an instant never is, and goes on where the clock has been.
    let now = clock.now();
    clock.set(now - hour);
    assert_eq!((timer.now() - instant, timer.unix_time() - time), (2 * hour, hour));
    clock.advance(hour / 2);
    assert_eq!(timer.now() - instant, 2 * hour);
    clock.advance(hour);
    assert_eq!(timer.now() - instant, hour * 5 / 2);
    assert_eq!(kinde.timer().now(), timer.now());
}

#[tokio::test(start_paused = true)]
async fn a_sleep_on_the_fakes_clock_ends_when_it_is_moved_and_never_hangs() {
    let kinde = MockTransport::new();
    let (timer, clock) = (kinde.timer(), kinde.clock());
    let (hour, start) = (Duration::from_secs(3_600), tokio::time::Instant::now());
    clock.freeze();

    let mut sleep = polled(timer.sleep(hour));
    clock.advance(hour / 2);
    assert!(!sleep().is_ready());
    clock.advance(hour / 2);
    assert!(sleep().is_ready());
    assert_eq!(start.elapsed(), Duration::ZERO);

    // A frozen clock that nobody moves: as long as it was asked for, by tokio's.
    timer.sleep(hour).await;
    assert_eq!(start.elapsed().as_secs(), hour.as_secs());
    clock.run();
    timer.sleep(hour).await;
    assert_eq!(start.elapsed().as_secs(), 2 * hour.as_secs());
}

/// Polls a future once at each call, the first time now.
fn polled(
    mut future: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
) -> impl FnMut() -> std::task::Poll<()> {
    let mut poll =
        move || future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(poll().is_pending());
    poll
}
