//! When it is renewed, and who waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::keep::{MachineTokens, Spawn, TokioSpawn};
use kinde_core::token::TokenResponse;
use kinde_core::{AccessToken, ErrorKind, TokioTimer};
use tokio::time::{Instant, advance, sleep};

use super::{SECOND, get, machine, often, tokens_of_a_day};
use crate::keep::service::{DAY, HOUR, MINUTE, Service, application, domain, refused};

#[tokio::test(start_paused = true)]
async fn a_day_is_renewed_an_hour_ahead_and_nobody_waits() {
    let service = Service::issuing(DAY);
    let tokens = machine(&service);
    assert_eq!(get(&tokens).await, "access-1");
    advance(DAY - HOUR - 2 * SECOND).await;
    assert_eq!((often(&tokens, 100).await, service.asked()), ("access-1".into(), 1));
    // Those that began together don't renew together: it is due after a quarter of the hour at the latest.
    advance(HOUR / 4 + 2 * SECOND).await;
    let start = Instant::now();
    assert_eq!((often(&tokens, 100).await, service.asked()), ("access-1".into(), 2));
    assert_eq!(start.elapsed(), Duration::ZERO, "callers had the old one at once");
    sleep(SECOND).await;
    // The next one in passing takes the step that brings it.
    assert_eq!(get(&tokens).await, "access-1");
    assert_eq!((often(&tokens, 100).await, service.asked()), ("access-2".into(), 2));
}

#[tokio::test(start_paused = true)]
async fn shorter_lives_are_renewed_later() {
    // A life, and how long before its end it is not yet, and surely, renewed.
    for (life, early, late) in [
        (90 * MINUTE, 61 * MINUTE, 45 * MINUTE),
        (89 * MINUTE, 16 * MINUTE, 11 * MINUTE),
        (20 * MINUTE, 16 * MINUTE, 11 * MINUTE),
        (19 * MINUTE, 6 * MINUTE, 3 * MINUTE + 45 * SECOND),
        (MINUTE, 31 * SECOND, 22 * SECOND),
    ] {
        let service = Service::issuing(life);
        service.takes(Duration::ZERO);
        let tokens = machine(&service);
        get(&tokens).await;
        advance(life - early).await;
        assert_eq!((often(&tokens, 5).await, service.asked()), ("access-1".into(), 1), "{life:?}");
        advance(early - late).await;
        assert_eq!((often(&tokens, 1).await, service.asked()), ("access-1".into(), 2), "{life:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_spawn_drives_the_renewal() {
    let service = Service::issuing(DAY);
    let builder = MachineTokens::builder(Arc::clone(&service), &domain(), &application(), TokioTimer);
    let tokens = builder.spawn(TokioSpawn).build().unwrap();
    get(&tokens).await;
    advance(DAY - HOUR / 2).await;
    assert_eq!(get(&tokens).await, "access-1");
    sleep(SECOND * 2).await;
    assert_eq!((get(&tokens).await, service.asked()), ("access-2".into(), 2));
}

/// A `Spawn` of a program without tokio.
#[tokio::test(start_paused = true)]
async fn a_spawn_of_ones_own() {
    struct Counts(Arc<std::sync::atomic::AtomicUsize>);
    impl Spawn for Counts {
        fn spawn(&self, task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) {
            self.0.fetch_add(1, Ordering::SeqCst);
            drop(tokio::spawn(task));
        }
    }
    let (service, spawned) = (Service::issuing(DAY), Arc::default());
    let builder = MachineTokens::builder(Arc::clone(&service), &domain(), &application(), TokioTimer);
    let tokens = builder.spawn(Counts(Arc::clone(&spawned))).build().unwrap();
    get(&tokens).await;
    assert_eq!(spawned.load(Ordering::SeqCst), 0, "a waiter drives");
    advance(DAY - HOUR / 2).await;
    often(&tokens, 10).await;
    assert_eq!(spawned.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_keeps_the_old_one_and_rests() {
    let service = Service::issuing(DAY);
    let tokens = machine(&service);
    get(&tokens).await;
    service.always(|_| Err(refused(503, "temporarily_unavailable")));
    service.takes(Duration::ZERO);
    advance(DAY - HOUR / 2).await;
    // For 29 minutes, every second, by ten callers: between five and ten minutes from one attempt to the next.
    for _ in 0..29 * 60 - 1 {
        assert_eq!(often(&tokens, 10).await, "access-1");
        advance(SECOND).await;
    }
    let asked = service.asked();
    assert!((4..=7).contains(&asked), "{asked} requests");
    let times: Vec<_> = service.calls().iter().map(|call| call.at).collect();
    for pair in times[1..].windows(2) {
        let between = pair[1] - pair[0];
        assert!(between >= 5 * MINUTE && between <= 10 * MINUTE + 2 * SECOND, "{between:?}");
    }
    // In the last minute it fails, and says why.
    advance(SECOND).await;
    let error = tokens.access_token().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Server, 503));
    // And when the service is back, so is the token.
    service.always(|number| Ok(tokens_of_a_day(number)));
    assert!(get(&tokens).await.starts_with("access-"));
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_the_service_asks_for_is_kept() {
    let service = Service::issuing(MINUTE * 10);
    let tokens = machine(&service);
    get(&tokens).await;
    service.takes(Duration::ZERO);
    service.once(|_| {
        let response = Response::builder().status(429).header("ratelimit-reset", "100").body(Bytes::new());
        Err(kinde_core::Error::from_response(kinde_core::OperationKind::new("any"), &response.unwrap()))
    });
    advance(MINUTE * 6 + MINUTE / 2).await;
    get(&tokens).await;
    for _ in 0..99 {
        assert_eq!((get(&tokens).await, service.asked()), ("access-1".into(), 2));
        advance(SECOND).await;
    }
    advance(SECOND).await;
    get(&tokens).await;
    assert_eq!(service.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn in_the_last_minute_all_wait_for_one_request() {
    let service = Service::issuing(DAY);
    let tokens = machine(&service);
    get(&tokens).await;
    advance(DAY - 30 * SECOND).await;
    let start = Instant::now();
    let waiters: Vec<_> = (0..10_000)
        .map(|_| {
            let tokens = tokens.clone();
            tokio::spawn(async move { get(&tokens).await })
        })
        .collect();
    for waiter in waiters {
        assert_eq!(waiter.await.unwrap(), "access-2");
    }
    assert_eq!((service.asked(), start.elapsed()), (2, SECOND));
}

#[tokio::test(start_paused = true)]
async fn a_life_of_nothing_is_an_error() {
    let service = Service::issuing(Duration::ZERO);
    let tokens = machine(&service);
    let error = tokens.access_token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedBody);
    assert!(error.to_string().contains("`expires_in` is 0"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn without_expires_in_it_lives_five_minutes() {
    let service = Service::issuing(None);
    service.takes(Duration::ZERO);
    let tokens = machine(&service);
    get(&tokens).await;
    advance(2 * MINUTE).await;
    assert_eq!((often(&tokens, 5).await, service.asked()), ("access-1".into(), 1));
    advance(3 * MINUTE).await;
    assert_eq!((get(&tokens).await, service.asked()), ("access-2".into(), 2));
}

/// A JWT says when it ends: `{"exp":N}`, by the timer's clock.
#[tokio::test(start_paused = true)]
async fn without_expires_in_the_tokens_own_exp_is_a_hint() {
    use base64::Engine as _;
    use kinde_core::Timer as _;
    let jwt = |exp: String| {
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{exp}}}"#));
        AccessToken::new(format!("eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln")).unwrap()
    };
    // What the token says, by what time it is, and after how many minutes callers have to wait for another.
    type Exp = fn(i64) -> String;
    let cases: [(Exp, u32); 6] = [
        (|now| (now + 3_600).to_string(), 59),
        (|now| (now + 86_400).to_string(), 24 * 60 - 1),
        // Nothing that could be meant: five minutes.
        (|now| (now - 10).to_string(), 4),
        (|_| "-1".to_owned(), 4),
        (|_| "1e300".to_owned(), 4),
        (|_| "\"soon\"".to_owned(), 4),
    ];
    for (exp, minutes) in cases {
        let exp = exp(TokioTimer.unix_time().as_secs().try_into().unwrap());
        let service = Service::issuing(None);
        service.takes(Duration::ZERO);
        let first = jwt(exp.clone());
        service.once(move |_| Ok(TokenResponse::new(first.clone())));
        let tokens = machine(&service);
        get(&tokens).await;
        service.always(|_| Err(refused(503, "down")));
        advance(minutes * MINUTE - 2 * SECOND).await;
        assert!(get(&tokens).await.starts_with("eyJ"), "{exp}");
        advance(4 * SECOND).await;
        assert!(tokens.access_token().await.is_err(), "{exp}");
    }
}

/// 500 processes that started together, each with a token of its own, on a service that is used once a second.
#[tokio::test(start_paused = true)]
async fn five_hundred_processes_renew_spread_out() {
    let service = Service::issuing(DAY);
    service.takes(Duration::ZERO);
    let processes: Vec<_> = (0..500).map(|_| machine(&service)).collect();
    for process in &processes {
        get(process).await;
    }
    advance(DAY - HOUR - SECOND).await;
    let start = Instant::now();
    for _ in 0..16 * 60 {
        advance(SECOND).await;
        for process in &processes {
            get(process).await;
        }
    }
    let renewals: Vec<_> = service.calls()[500..].iter().map(|call| (call.at - start).as_secs()).collect();
    assert_eq!(renewals.len(), 500);
    // Evenly over 15 minutes that is 33 in each; a hundred in one will not happen by chance.
    for minute in 0..15 {
        let count = renewals.iter().filter(|second| *second / 60 == minute).count();
        assert!((5..100).contains(&count), "{count} renewals in minute {minute}");
    }
}
