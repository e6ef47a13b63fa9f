//! Storms under the paused clock: many callers, one client, a service that throttles, fails or is down.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde::oauth::GetUserProfileV2;
use kinde::{
    AccessToken, CallContext, Client, Error, ErrorKind, OAuth, RetryPolicy, TokioTimer, Transport,
    TransportError, TransportErrorKind,
};
use kinde_mock::{MockTransport, NewToken, User};
use tokio::time::Instant;

const CALLERS: usize = 1_000;
/// A full budget buys this many retries, and this many successes buy one more.
const RETRIES: usize = 100;
const SUCCESSES_A_RETRY: usize = 5;
const DEADLINE: Duration = Duration::from_secs(30);
/// The first wait's bound, by the standard policy.
const JITTER: Duration = Duration::from_millis(250);

/// The fake, and bad weather before it. Remembers what arrived when.
struct Weather {
    fake: MockTransport,
    /// Breaks, fails or delays most requests, by chance.
    rough: AtomicBool,
    arrivals: Mutex<Vec<(Instant, u32)>>,
}

impl Transport for Weather {
    async fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        self.arrivals.lock().unwrap().push((Instant::now(), call.attempt()));
        if self.rough.load(Ordering::Relaxed) {
            let answer = |status| Response::builder().status(status);
            match fastrand::u32(0..10) {
                0 => return Err(TransportErrorKind::Connect.into()),
                1 => return Err(TransportErrorKind::Interrupted.into()),
                2 => {
                    tokio::time::sleep(call.timeout()).await;
                    return Err(TransportErrorKind::Timeout.into());
                }
                3 => return Ok(answer(503).body(Bytes::from("<html>busy</html>")).unwrap()),
                4 => return Ok(answer(429).header("ratelimit-reset", "3").body(Bytes::new()).unwrap()),
                5 => return Ok(answer(429).header("retry-after", "3600").body(Bytes::new()).unwrap()),
                6 => return Ok(answer(200).body(Bytes::from(r#"{"sub":"kp"#)).unwrap()),
                7 => tokio::time::sleep(Duration::from_millis(fastrand::u64(0..5_000))).await,
                _ => {}
            }
        }
        self.fake.send(request, call).await
    }
}

struct Storm {
    kinde: Client<Arc<Weather>>,
    weather: Arc<Weather>,
    /// Who calls, and the token that proves it.
    callers: Vec<(String, AccessToken)>,
}

type Outcome = Result<Option<String>, Error>;

impl Storm {
    fn new() -> Self {
        let fake = MockTransport::new();
        let callers = (0..CALLERS).map(|number| {
            let id = format!("kp_{number}");
            let user = fake.add_user(User::new(id.clone(), "Caller", "One"));
            (id, fake.issue_access(NewToken::for_user(&user)))
        });
        let callers = callers.collect();
        let domain = fake.domain();
        let weather = Arc::new(Weather { fake, rough: AtomicBool::new(false), arrivals: Mutex::default() });
        let kinde = Client::builder(domain, Arc::clone(&weather))
            .timeout(DEADLINE)
            .retry(RetryPolicy::standard(), TokioTimer)
            .build();
        Self { kinde, weather, callers }
    }

    /// Everyone calls at once. Each outcome is for the one who asked, and none is late.
    async fn break_out(&self) -> Vec<Outcome> {
        let start = Instant::now();
        let calls: Vec<_> = self
            .callers
            .iter()
            .map(|(id, bearer)| {
                let (kinde, id, bearer) = (self.kinde.clone(), id.clone(), bearer.clone());
                tokio::spawn(async move {
                    let outcome = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await;
                    let took = start.elapsed();
                    assert!(took <= DEADLINE, "{took:?} is past the deadline");
                    outcome.map(|user| {
                        assert_eq!(user.sub.as_deref(), Some(&*id), "someone else's profile");
                        user.sub
                    })
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for call in calls {
            outcomes.push(call.await.unwrap());
        }
        outcomes
    }

    fn arrivals(&self) -> Vec<(Instant, u32)> {
        std::mem::take(&mut *self.weather.arrivals.lock().unwrap())
    }
}

fn successes(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

/// A line that an operator can act on.
fn check_line(error: &Error) {
    let line = error.to_string();
    assert!(line.starts_with("get_user_profile_v2: "), "{line}");
    assert!(line.contains(&format!("attempt {}", error.attempts())), "{line}");
    assert!((1..=3).contains(&error.attempts()), "{line}");
}

#[tokio::test(start_paused = true)]
async fn a_throttling_service_is_not_multiplied_and_retries_spread() {
    let storm = Storm::new();
    storm.weather.fake.rate_limit(100, Duration::from_secs(2));
    let start = Instant::now();
    let outcomes = storm.break_out().await;
    let arrivals = storm.arrivals();

    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(error.retry_after().is_some_and(|delay| delay <= Duration::from_secs(2)), "{error}");
        check_line(error);
    }
    let good = successes(&outcomes);
    assert!(good > 100, "nobody got through by trying again: {good}");
    assert!(
        arrivals.len() <= CALLERS + RETRIES + good.div_ceil(SUCCESSES_A_RETRY),
        "{} requests",
        arrivals.len()
    );
    assert!(arrivals.len() >= CALLERS + RETRIES, "the budget was not used: {} requests", arrivals.len());

    // The first retries, after the window of two seconds: never before it, and spread over the jitter.
    let mut buckets: HashMap<u128, usize> = HashMap::new();
    let mut retries = 0;
    for (at, _) in arrivals.iter().filter(|(_, attempt)| *attempt == 2) {
        let late =
            (*at - start).checked_sub(Duration::from_secs(2)).expect("the service's delay was undercut");
        assert!(late <= JITTER + Duration::from_millis(2), "{late:?} is beyond the jitter");
        *buckets.entry(late.as_millis() / 25).or_default() += 1;
        retries += 1;
    }
    assert!(retries >= RETRIES);
    let most = buckets.values().max().unwrap();
    assert!(buckets.len() >= 8, "retries come in {} of 10 spans: {buckets:?}", buckets.len());
    assert!(*most <= retries * 3 / 10, "{most} of {retries} retries arrive together: {buckets:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_down_costs_the_budget_and_no_more() {
    let storm = Storm::new();
    storm.weather.fake.refuse_connections();
    let outcomes = storm.break_out().await;
    for outcome in &outcomes {
        let error = outcome.as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        check_line(error);
    }
    assert_eq!(storm.arrivals().len(), CALLERS + RETRIES);

    // As long as it is down, a call is a request.
    for _ in 0..3 {
        assert_eq!(successes(&storm.break_out().await), 0);
        assert_eq!(storm.arrivals().len(), CALLERS);
    }

    // Successes fill the budget again, up to where it was and no further.
    storm.weather.fake.accept_connections();
    for _ in 0..3 {
        assert_eq!(successes(&storm.break_out().await), CALLERS);
        assert_eq!(storm.arrivals().len(), CALLERS);
    }
    storm.weather.fake.refuse_connections();
    storm.break_out().await;
    assert_eq!(storm.arrivals().len(), CALLERS + RETRIES);
}

/// Everything that can go wrong, by chance, again and again: every call ends in its own answer or in a clear
/// error, within its deadline, and the service sees no more than the policy and the budget allow.
#[tokio::test(start_paused = true)]
async fn rough_weather() {
    let storm = Storm::new();
    storm.weather.rough.store(true, Ordering::Relaxed);
    let mut requests = 0;
    let mut good = 0;
    let mut kinds: HashMap<ErrorKind, usize> = HashMap::new();
    const ROUNDS: usize = 10;
    for _ in 0..ROUNDS {
        let outcomes = storm.break_out().await;
        assert_eq!(outcomes.len(), CALLERS);
        good += successes(&outcomes);
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            check_line(error);
            *kinds.entry(error.kind()).or_default() += 1;
        }
        let arrivals = storm.arrivals();
        assert!(arrivals.iter().all(|(_, attempt)| (1..=3).contains(attempt)));
        requests += arrivals.len();
    }
    assert!(good > CALLERS, "{good} of {} succeeded", ROUNDS * CALLERS);
    assert!(
        requests <= ROUNDS * CALLERS + RETRIES + good.div_ceil(SUCCESSES_A_RETRY),
        "{requests} requests, {good} successes"
    );
    use ErrorKind::{Connect, Interrupted, RateLimited, Server, Timeout, UnexpectedBody};
    for kind in [Connect, Interrupted, RateLimited, Server, Timeout, UnexpectedBody] {
        assert!(kinds.remove(&kind).is_some_and(|count| count > 0), "{kind}");
    }
    assert!(kinds.is_empty(), "{kinds:?}");

    // And then the sun comes out.
    storm.weather.rough.store(false, Ordering::Relaxed);
    assert_eq!(successes(&storm.break_out().await), CALLERS);
}
