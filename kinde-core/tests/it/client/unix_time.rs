//! The time of day of a timer.

use std::sync::Arc;
use std::time::Duration;

use kinde_core::{Timer, TokioTimer};

/// The time against which an `exp` is judged stands still on a paused clock, and is advanced with it.
#[tokio::test(start_paused = true)]
async fn unix_time_is_that_of_a_paused_clock() {
    let hour = Duration::from_secs(3_600);
    let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
    let before = timer.unix_time();
    tokio::time::advance(100 * hour).await;
    let passed = timer.unix_time() - before;
    assert!(passed.abs_diff(100 * hour) < Duration::from_secs(60), "{passed:?}");
}

#[tokio::test]
async fn unix_time_is_the_systems_otherwise() {
    /// A timer as they were before there was `unix_time`.
    struct Plain;
    impl Timer for Plain {
        fn now(&self) -> std::time::Instant {
            std::time::Instant::now()
        }
        fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(std::future::ready(()))
        }
    }
    let system = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let timers: [Arc<dyn Timer>; 3] = [Arc::new(Plain), Arc::new(TokioTimer), Arc::new(Arc::new(Plain))];
    for timer in timers {
        assert!(timer.unix_time().abs_diff(system()) < Duration::from_secs(60));
    }
}
