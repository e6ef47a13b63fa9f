//! Who drives a load, and when it is polled.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use kinde_core::keep::{SingleFlight, Spawn, TokioSpawn};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::{Flights, Loads, SECOND, poll_once};

#[tokio::test(start_paused = true)]
async fn a_dropped_leader_hands_the_same_load_on() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let mut leader = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(leader.as_mut()).is_pending());
    let follower = tokio::spawn({
        let (flights, loads) = (flights.clone(), loads.clone());
        async move { flights.load(&"key", || loads.second()).await }
    });
    tokio::task::yield_now().await;
    drop(leader);
    let start = Instant::now();
    assert_eq!(follower.await.unwrap(), Ok(Ok(1)));
    assert_eq!((loads.begun(), loads.ended(), start.elapsed()), (1, 1, SECOND));
}

/// A leader that lives but is never polled again, as one behind a `select!` may be.
#[tokio::test(start_paused = true)]
async fn a_leader_that_is_not_polled_holds_nobody_up() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let mut leader = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(leader.as_mut()).is_pending());
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(1)));
    assert_eq!(leader.await, Ok(Ok(1)));
    assert_eq!(loads.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_dropped_and_the_next_call_drives_the_same_load_on() {
    for pause in [SECOND / 2, SECOND * 100] {
        let (flights, loads) = (Flights::new(), Loads::default());
        let mut waiters: Vec<_> = (0..3).map(|_| Box::pin(flights.load(&"key", || loads.second()))).collect();
        for waiter in &mut waiters {
            assert!(poll_once(waiter.as_mut()).is_pending());
        }
        drop(waiters);
        sleep(pause).await;
        assert_eq!((loads.begun(), loads.ended()), (1, 0), "nobody drives it, and it is still there");
        assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(1)));
        assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(2)));
    }
}

#[tokio::test(start_paused = true)]
async fn all_dropped_and_a_spawn_drives_it() {
    let (flights, loads) = (Flights::spawning(TokioSpawn), Loads::default());
    let mut waiter = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(waiter);
    sleep(SECOND * 2).await;
    assert_eq!((loads.begun(), loads.ended()), (1, 1));
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(2)));
}

/// Drops its tasks, as a runtime does that is shutting down.
struct Refuses;

impl Spawn for Refuses {
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
        drop(task);
    }
}

#[tokio::test(start_paused = true)]
async fn a_spawn_that_refuses_loses_nothing() {
    let (flights, loads) = (Flights::spawning(Refuses), Loads::default());
    let mut waiter = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(waiter);
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(1)));
    assert_eq!(loads.begun(), 1);
}

/// Nobody comes back for them: other keys' loads help them to their end, so that they don't pile up.
#[tokio::test(start_paused = true)]
async fn loads_that_nobody_waits_for_do_not_pile_up() {
    let flights = SingleFlight::<u32, Result<u32, &str>>::new();
    let loads = Loads::default();
    for key in 0..1_000 {
        let mut waiter = Box::pin(flights.load(&key, || loads.second()));
        assert!(poll_once(waiter.as_mut()).is_pending());
        drop(waiter);
        sleep(SECOND / 10).await;
    }
    // Each takes a second, and ten begin in one: those that are still due are all that is left.
    assert_eq!(loads.begun(), 1_000);
    assert!(loads.ended() > 950, "{} of 1,000 were driven to their end", loads.ended());
}

#[tokio::test(start_paused = true)]
async fn in_passing_nobody_waits() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let start = Instant::now();
    for _ in 0..10 {
        flights.load_in_passing(&"key", || loads.second());
    }
    assert_eq!((loads.begun(), loads.ended(), start.elapsed()), (1, 0, Duration::ZERO));
    sleep(SECOND).await;
    flights.load_in_passing(&"key", || loads.second());
    assert_eq!((loads.begun(), loads.ended()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn in_passing_a_spawn_drives_it() {
    let (flights, loads) = (Flights::spawning(TokioSpawn), Loads::default());
    flights.load_in_passing(&"key", || loads.second());
    sleep(SECOND * 2).await;
    assert_eq!((loads.begun(), loads.ended()), (1, 1));
}

/// The load is polled when it asks to be, not by each waiter who comes or is polled.
#[tokio::test(start_paused = true)]
async fn a_load_is_polled_only_when_it_rings() {
    let flights = SingleFlight::<(), u32>::new();
    let polls = Arc::new(AtomicU32::new(0));
    let (done, mut waited) = oneshot::channel();
    let load = {
        let polls = Arc::clone(&polls);
        move || {
            std::future::poll_fn(move |cx| {
                polls.fetch_add(1, Ordering::SeqCst);
                Pin::new(&mut waited).poll(cx).map(|number| number.unwrap())
            })
        }
    };
    let mut first = Box::pin(flights.load(&(), load));
    let mut others: Vec<_> =
        (0..100).map(|_| Box::pin(flights.load(&(), std::future::pending::<u32>))).collect();
    for _ in 0..3 {
        assert!(poll_once(first.as_mut()).is_pending());
        for other in &mut others {
            assert!(poll_once(other.as_mut()).is_pending());
        }
    }
    assert_eq!(polls.load(Ordering::SeqCst), 1);
    done.send(7).unwrap();
    let (last, rest) = others.split_last_mut().unwrap();
    assert_eq!(last.await, Ok(7));
    for other in rest {
        assert_eq!(other.await, Ok(7));
    }
    assert_eq!((first.await, polls.load(Ordering::SeqCst)), (Ok(7), 2));
}

/// Wakes itself while it is polled: nobody was told then, so the one who polled has to come again.
#[tokio::test(start_paused = true)]
async fn a_load_that_rings_while_it_is_polled_goes_on() {
    let flights = SingleFlight::<(), u32>::new();
    let mut steps = 0;
    let load = || {
        std::future::poll_fn(move |cx| {
            steps += 1;
            cx.waker().wake_by_ref();
            if steps == 50 { Poll::Ready(steps) } else { Poll::Pending }
        })
    };
    assert_eq!(flights.load(&(), load).await, Ok(50));
}

/// The last handle goes: what was never finished goes too, although its waker points back at it.
#[tokio::test(start_paused = true)]
async fn what_is_unfinished_goes_with_the_last_handle() {
    let flights = SingleFlight::<(), u32>::new();
    let held = Arc::new(());
    let kept = Arc::new(Mutex::new(None));
    let load = {
        let (held, kept) = (Arc::clone(&held), Arc::clone(&kept));
        move || {
            std::future::poll_fn(move |cx| {
                let _ = &held;
                *kept.lock().unwrap() = Some(cx.waker().clone());
                Poll::<u32>::Pending
            })
        }
    };
    let mut waiter = Box::pin(flights.load(&(), load));
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(waiter);
    assert_eq!(Arc::strong_count(&held), 2);
    drop(flights);
    assert_eq!(Arc::strong_count(&held), 1);
    kept.lock().unwrap().take().unwrap().wake();
}
