//! The loop, over a transport that plays a script, under tokio's paused clock.

mod script;
mod unix_time;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection};
use kinde_core::{
    AccessToken, Client, Domain, Error, ErrorKind, OAuth, Operation, OperationKind, RetryPolicy, Token,
    TokioTimer, TransportError, TransportErrorKind,
};
use script::Script;
use tokio::time::Instant;

const USER: &str = r#"{"sub":"kp_1"}"#;

fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

fn profile() -> GetUserProfileV2 {
    GetUserProfileV2::new(&AccessToken::new("abc").unwrap())
}

fn client(script: Script, policy: RetryPolicy) -> (Arc<Script>, Client<Arc<Script>>) {
    let script = Arc::new(script);
    let client = Client::builder(domain(), Arc::clone(&script)).retry(policy, TokioTimer).build();
    (script, client)
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_waits_as_told_and_succeeds() {
    let script = Script::default().status(429, &[("ratelimit-reset", "3")], "").status(200, &[], USER);
    let (script, client) = client(script, RetryPolicy::standard());
    let user = client.execute(&profile()).await.unwrap();
    assert_eq!(user.sub.as_deref(), Some("kp_1"));
    let calls = script.calls();
    assert_eq!(calls.len(), 2);
    let waited = calls[1].0 - calls[0].0;
    assert!(waited >= Duration::from_secs(3) && waited <= Duration::from_millis(3_251), "{waited:?}");
    assert_eq!((calls[0].1.attempt(), calls[1].1.attempt()), (1, 2));
    assert_eq!(calls[0].1.timeout(), Duration::from_secs(30));
    assert_eq!(calls[1].1.timeout(), Duration::from_secs(30) - waited);
    assert_eq!(calls[0].1.body_limit(), 1024 * 1024);
    assert_eq!(calls[0].1.operation().name(), "get_user_profile_v2");
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_does_not_fit_fails_at_once() {
    let script = Script::default().status(429, &[("ratelimit-reset", "30")], "");
    let (script, client) = client(script, RetryPolicy::standard());
    let start = Instant::now();
    let error = client.execute(&profile()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.to_string(), "get_user_profile_v2: 429 rate limited, retry after 30s, attempt 1");
    assert_eq!(script.calls().len(), 1);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// A firewall's quota of 45 s, beside a 503 that passes at once.
#[tokio::test(start_paused = true)]
async fn a_503_is_tried_again_whatever_its_ratelimit_reset() {
    let script = Script::default().status(503, &[("ratelimit-reset", "45")], "").status(200, &[], USER);
    let (script, client) = client(script, RetryPolicy::standard());
    client.execute(&profile()).await.unwrap();
    let calls = script.calls();
    assert!(calls[1].0 - calls[0].0 <= Duration::from_millis(251), "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_the_policys_attempts_with_the_last_error() {
    let script =
        Script::default().broken(TransportErrorKind::Connect).status(503, &[], "").status(500, &[], "");
    let (script, client) = client(script, RetryPolicy::standard());
    let error = client.execute(&profile()).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (500, 3));
    assert_eq!(script.calls().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn without_a_timer_there_is_one_attempt() {
    let script = Arc::new(Script::default().status(503, &[], ""));
    let client = Client::new(domain(), Arc::clone(&script));
    assert_eq!(client.execute(&profile()).await.unwrap_err().attempts(), 1);
    assert_eq!(script.calls()[0].1.timeout(), Duration::from_secs(30));
}

/// A transport may be lent to a client, and used beside it.
#[tokio::test(start_paused = true)]
async fn a_transport_that_is_lent_stays_its_owners() {
    let script = Script::default().status(200, &[], USER);
    let (first, second) = (Client::new(domain(), &script), Client::new(domain(), &script));
    assert!(first.execute(&profile()).await.is_ok() && second.execute(&profile()).await.is_ok());
    assert_eq!(script.calls().len(), 2);
}

/// The deadline is over all attempts and waits: a slow failure leaves less for the next, and none starts
/// when the time is up.
#[tokio::test(start_paused = true)]
async fn the_deadline_is_over_all_attempts() {
    let slow = || Err(TransportErrorKind::Interrupted);
    let script = Arc::new(Script::default().then(Duration::from_secs(4), slow));
    let client = Client::builder(domain(), Arc::clone(&script))
        .timeout(Duration::from_secs(10))
        .retry(RetryPolicy::standard().max_retries(50), TokioTimer)
        .build();
    let start = Instant::now();
    let error = client.execute(&profile()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    // This transport ignores its timeout, so that the third attempt ends late; a fourth is never made.
    assert_eq!(script.calls().len(), 3);
    assert!(start.elapsed() <= Duration::from_secs(14));
    for (at, call) in script.calls() {
        assert_eq!(call.timeout(), Duration::from_secs(10).saturating_sub(at - start));
    }
}

/// With the service down a client makes 100 retries in all; successes earn new ones.
#[tokio::test(start_paused = true)]
async fn clones_share_a_budget_of_retries() {
    let (script, client) = client(Script::default().status(503, &[], ""), RetryPolicy::standard());
    let calls = (0..300).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.execute(&profile()).await.unwrap_err() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().kind(), ErrorKind::Server);
    }
    assert_eq!(script.calls().len(), 300 + 100);

    script.play(Script::default().status(200, &[], USER));
    for _ in 0..10 {
        client.execute(&profile()).await.unwrap();
    }
    script.calls.lock().unwrap().clear();
    script.play(Script::default().status(503, &[], ""));
    for _ in 0..10 {
        client.execute(&profile()).await.unwrap_err();
    }
    assert_eq!(script.calls().len(), 10 + 2, "ten successes pay for two retries");
}

/// Other limits over the same transport and the same budget; the client itself keeps its own.
#[tokio::test(start_paused = true)]
async fn other_limits_share_transport_and_budget() {
    let down = || Script::default().status(503, &[], "");
    let (script, client) = client(down(), RetryPolicy::standard());
    let (hurried, patient) = (
        client.with_limits(Duration::from_secs(3), 0),
        client.with_limits(Duration::from_secs(60), 5).clone(),
    );
    for (client, seconds, attempts) in [(&hurried, 3, 1), (&patient, 60, 6), (&client, 30, 3)] {
        script.calls.lock().unwrap().clear();
        let error = client.execute(&profile()).await.unwrap_err();
        assert_eq!(error.attempts(), attempts);
        assert_eq!(script.calls().len(), attempts as usize);
        assert_eq!(script.calls()[0].1.timeout(), Duration::from_secs(seconds));
        assert_eq!(client.domain(), &domain());
    }
    let printed = format!("{hurried:?} {patient:?} {client:?}");
    for (timeout, retries) in [("3s", 0), ("60s", 5), ("30s", 2)] {
        assert!(printed.contains(&format!("timeout: {timeout}")), "{printed}");
        assert!(printed.contains(&format!("max_retries: {retries}")), "{printed}");
    }

    // 5 and 2 retries are spent of 100: no matter who makes them, 93 are left.
    script.calls.lock().unwrap().clear();
    for _ in 0..50 {
        patient.execute(&profile()).await.unwrap_err();
    }
    client.execute(&profile()).await.unwrap_err();
    assert_eq!(script.calls().len(), 51 + 93);

    // Without a timer nothing can wait, whatever is asked for.
    let script = Arc::new(down());
    let client = Client::new(domain(), Arc::clone(&script)).with_limits(Duration::from_secs(3), 5);
    assert_eq!(client.execute(&profile()).await.unwrap_err().attempts(), 1);
    assert_eq!(script.calls()[0].1.timeout(), Duration::from_secs(3));
}

/// A call that is dropped while it waits gives its share of the budget back, and leaves the client usable.
#[tokio::test(start_paused = true)]
async fn dropping_a_call_costs_nothing() {
    let script = Arc::new(Script::default().status(503, &[("retry-after", "60")], ""));
    let client = Client::builder(domain(), Arc::clone(&script))
        .timeout(Duration::from_secs(600))
        .retry(RetryPolicy::standard(), TokioTimer)
        .build();
    for _ in 0..200 {
        // Long enough for the first attempt, too short for the wait before the second.
        let call = tokio::time::timeout(Duration::from_secs(1), client.execute(&profile())).await;
        assert!(call.is_err(), "the call did not wait");
    }
    assert_eq!(script.calls().len(), 200);
    script.play(Script::default().status(503, &[], "").status(200, &[], USER));
    client.execute(&profile()).await.unwrap();
    assert_eq!(script.calls().len(), 202);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_sent_is_not() {
    let (script, client) = client(Script::default().status(200, &[], "{}"), RetryPolicy::standard());
    let bearer = AccessToken::new("abc").unwrap();
    let error = client.execute(&TokenIntrospection::new(&bearer, Token::new("a b"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.operation().unwrap().name(), "token_introspection");
    assert_eq!(error.attempts(), 0);
    assert!(error.to_string().starts_with("token_introspection: invalid input: token "), "{error}");
    assert!(script.calls().is_empty());
}

/// A user's own operation can't take the bearer to another origin.
#[tokio::test(start_paused = true)]
async fn an_operation_stays_on_the_clients_domain() {
    struct Elsewhere(&'static str);
    impl Operation for Elsewhere {
        type Output = ();
        const KIND: OperationKind = OperationKind::new("elsewhere");
        fn encode(&self, _: &Domain) -> Result<Request<Bytes>, Error> {
            Ok(Request::get(self.0).body(Bytes::new()).unwrap())
        }
        fn decode(&self, _: Response<Bytes>) -> Result<(), Error> {
            Ok(())
        }
    }
    let (script, client) = client(Script::default().status(200, &[], ""), RetryPolicy::standard());
    for uri in ["https://evil.com/x", "http://acme.kinde.com/x", "https://acme.kinde.com:8443/x", "/x"] {
        let error = client.execute(&Elsewhere(uri)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{uri}");
    }
    assert!(script.calls().is_empty());
    client.execute(&Elsewhere("https://acme.kinde.com/x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn every_pointer_to_an_oauth_is_one() {
    async fn sub(kinde: impl OAuth) -> Option<String> {
        kinde.get_user_profile_v2(profile()).await.unwrap().sub
    }
    let (_, client) = client(Script::default().status(200, &[], USER), RetryPolicy::none());
    let shared: Arc<dyn OAuth> = Arc::new(client.clone());
    let boxed: Box<dyn OAuth> = Box::new(client.clone());
    for got in
        [sub(&client).await, sub(&shared).await, sub(shared).await, sub(boxed).await, sub(client).await]
    {
        assert_eq!(got.as_deref(), Some("kp_1"));
    }
}

/// All who wait for one call can have its error, and none sees what another makes of it.
#[tokio::test(start_paused = true)]
async fn an_error_is_shared() {
    /// An operation whose decode keeps a clone of the error that it returns, as a user's own cache might.
    struct Kept(Mutex<Option<Error>>);
    impl Operation for Kept {
        type Output = ();
        const KIND: OperationKind = OperationKind::new("kept").repeatable();
        fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
            profile().encode(domain)
        }
        fn decode(&self, _: Response<Bytes>) -> Result<(), Error> {
            let cause = TransportError::from(TransportErrorKind::Connect).because("a cause");
            let error = Error::from_transport(OperationKind::new("before"), cause);
            *self.0.lock().unwrap() = Some(error.clone());
            Err(error)
        }
    }
    let (_, client) = client(Script::default().status(200, &[], ""), RetryPolicy::standard());
    let operation = Kept(Mutex::default());
    let error = client.execute(&operation).await.unwrap_err();
    let kept = operation.0.into_inner().unwrap().unwrap();
    assert_eq!((error.attempts(), kept.attempts()), (3, 1));
    assert_eq!(error.to_string(), "kept: could not connect, attempt 3");
    assert_eq!(kept.to_string(), "before: could not connect, attempt 1");
    for error in [&error, &error.clone(), &kept] {
        assert_eq!(error.kind(), ErrorKind::Connect);
        let cause = std::error::Error::source(error).unwrap();
        let cause = cause.downcast_ref::<TransportError>().unwrap();
        assert_eq!(std::error::Error::source(cause).unwrap().to_string(), "a cause");
        assert!(format!("{error:?}").contains("a cause"));
    }
}

#[test]
fn types_cross_threads_and_errors_are_one_word() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    crosses::<Client<Script>>();
    crosses::<Arc<dyn OAuth>>();
    crosses::<TokenIntrospection>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}
