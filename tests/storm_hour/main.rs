//! Storms and faults for as long as one likes, over sockets and every backend: by chance, half of the answers
//! are honest and half are from the hostile suite's table. Nothing may be lost (each call ends, in time, in
//! its own caller's answer or in an error), nothing leak (errors and requests are looked at as in the
//! suite), nothing grow (memory, file descriptors, threads).
//!
//! Five seconds, unless told otherwise: `KINDE_STORM_SECONDS=3600 cargo test --release --all-features --test
//! storm_hour -- --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, dead_code)]
#![cfg(all(target_os = "linux", any(feature = "reqwest", feature = "hyper")))]

#[path = "../it/hostile/backend.rs"]
mod backend;
#[path = "../it/hostile/bodies.rs"]
mod bodies;
#[path = "../it/hostile/breaks.rs"]
mod breaks;
#[path = "../it/hostile/case.rs"]
mod case;
mod chaos;
#[path = "../it/hostile/framing.rs"]
mod framing;
#[path = "../it/hostile/gzip.rs"]
mod gzip;
mod process;
#[path = "../it/hostile/runner.rs"]
mod runner;
#[path = "../it/hostile/server.rs"]
mod server;
#[path = "../it/hostile/statuses.rs"]
mod statuses;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection};
use kinde::{AccessToken, ErrorKind, OAuth, Token};

use backend::{Connect, Settings};

/// So that hangs and drips cost little.
const DEADLINE: Duration = Duration::from_millis(500);
/// A busy machine.
const LATE: Duration = Duration::from_secs(10);
const CALLERS: usize = 16;
/// What the allocator, and threads of the server that wait for nobody, may keep.
const SLACK: u64 = 48 * 1024 * 1024;

#[derive(Default)]
struct Tally {
    begun: AtomicU64,
    answered: AtomicU64,
    ends: Mutex<BTreeMap<String, u64>>,
}

/// One caller, with a token and questions of its own.
async fn caller(name: String, kinde: Arc<dyn OAuth>, until: Instant, tally: Arc<Tally>) {
    let bearer = AccessToken::new(format!("{}-{name}", case::BEARER)).unwrap();
    while Instant::now() < until {
        tally.begun.fetch_add(1, Ordering::SeqCst);
        let start = Instant::now();
        let error = if fastrand::bool() {
            let outcome = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await;
            let answer = outcome.map(|user| user.sub);
            if let Ok(Some(sub)) = &answer {
                assert_eq!(sub, bearer.expose(), "someone else's profile");
                tally.answered.fetch_add(1, Ordering::SeqCst);
            }
            answer.err()
        } else {
            let token = format!("{}-{name}-{}", case::TOKEN, fastrand::u32(..));
            let request = TokenIntrospection::new(&bearer, Token::new(token.clone()));
            let answer = kinde.token_introspection(request).await;
            if let Ok(TokenIntrospect::Active(claims)) = &answer {
                assert_eq!(claims.client_id.as_deref(), Some(&*token), "the answer to another question");
                tally.answered.fetch_add(1, Ordering::SeqCst);
            }
            answer.err()
        };
        let took = start.elapsed();
        assert!(took < DEADLINE + LATE, "{took:?} is past the deadline");
        let end = match error {
            None => "an answer".to_owned(),
            Some(error) => {
                runner::clean(&error).unwrap();
                assert_ne!(error.kind(), ErrorKind::InvalidInput);
                error.kind().to_string()
            }
        };
        *tally.ends.lock().unwrap().entry(end).or_default() += 1;
    }
}

async fn storm(backends: &[Connect], time: Duration, tally: &Arc<Tally>) {
    let server = chaos::Server::start();
    let until = Instant::now() + time;
    let mut callers = Vec::new();
    for (number, connect) in backends.iter().enumerate() {
        let kinde = connect(server.domain(), Settings::new(DEADLINE));
        for caller_number in 0..CALLERS {
            let name = format!("{number}-{caller_number}");
            callers.push(tokio::spawn(caller(name, Arc::clone(&kinde), until, Arc::clone(tally))));
        }
    }
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(server.wrong(), Vec::<String>::new());
}

#[test]
fn storms_and_faults() {
    let seconds = std::env::var("KINDE_STORM_SECONDS").map_or(5, |text| text.parse().unwrap());
    let time = Duration::from_secs(seconds);
    let backends: &[Connect] = &[
        #[cfg(feature = "reqwest")]
        backend::over_reqwest,
        #[cfg(feature = "hyper")]
        backend::over_hyper,
    ];
    let tally = Arc::new(Tally::default());
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();

    // Some weather first, for what is set up once and kept.
    runtime().block_on(storm(
        backends,
        (time / 5).min(Duration::from_secs(60)) + Duration::from_secs(2),
        &tally,
    ));
    process::settle();
    let before = process::Size::now();
    runtime().block_on(storm(backends, time, &tally));
    process::settle();
    let after = process::Size::now();

    let ends = tally.ends.lock().unwrap();
    println!(
        "{} calls in {seconds} s: {ends:?}\nbefore: {before:?}\nafter:  {after:?}",
        ends.values().sum::<u64>()
    );
    assert_eq!(tally.begun.load(Ordering::SeqCst), ends.values().sum::<u64>(), "calls were lost");
    assert!(tally.answered.load(Ordering::SeqCst) > 0);
    assert!(ends.len() >= 6, "a calm storm: {ends:?}");
    assert!(after.resident <= before.resident + SLACK, "memory has grown");
    assert!(after.files <= before.files + 8, "file descriptors were left");
    assert!(after.threads <= before.threads + 8, "threads were left");
}
