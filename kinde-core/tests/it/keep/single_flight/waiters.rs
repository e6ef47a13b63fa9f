//! What those who wait get.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use kinde_core::keep::{LoadPanicked, SingleFlight};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::{Flights, Loads, SECOND, poll_once};

#[tokio::test(start_paused = true)]
async fn ten_thousand_waiters_make_one_load() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let waiters: Vec<_> = (0..10_000)
        .map(|_| {
            let (flights, loads) = (flights.clone(), loads.clone());
            tokio::spawn(async move { flights.load(&"key", || loads.second()).await })
        })
        .collect();
    for waiter in waiters {
        assert_eq!(waiter.await.unwrap(), Ok(Ok(1)));
    }
    assert_eq!((loads.begun(), loads.ended()), (1, 1));
}

#[test]
fn ten_thousand_waiters_on_four_threads_make_one_load() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    runtime.block_on(async {
        let (flights, loads) = (Flights::new(), Loads::default());
        let gate = Arc::new(Notify::new());
        let arrived = Arc::new(AtomicU32::new(0));
        let waiters: Vec<_> = (0..10_000)
            .map(|_| {
                let (flights, loads, gate) = (flights.clone(), loads.clone(), Arc::clone(&gate));
                let arrived = Arc::clone(&arrived);
                tokio::spawn(async move {
                    let load = || {
                        let number = loads.begun.fetch_add(1, Ordering::SeqCst) + 1;
                        async move {
                            gate.notified().await;
                            Ok(number)
                        }
                    };
                    let mut wait = pin!(flights.load(&"key", load));
                    let first = std::future::poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx))).await;
                    arrived.fetch_add(1, Ordering::SeqCst);
                    match first {
                        Poll::Ready(end) => end,
                        Poll::Pending => wait.await,
                    }
                })
            })
            .collect();
        while arrived.load(Ordering::SeqCst) < 10_000 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
        for waiter in waiters {
            assert_eq!(waiter.await.unwrap(), Ok(Ok(1)));
        }
        assert_eq!(loads.begun(), 1);
    });
}

#[tokio::test(start_paused = true)]
async fn a_failed_load_is_shared_and_not_kept() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let (one, other) =
        tokio::join!(flights.load(&"key", || loads.fails()), flights.load(&"key", || loads.second()));
    assert_eq!((one, other), (Ok(Err("no luck")), Ok(Err("no luck"))));
    assert_eq!(loads.begun(), 1);
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(2)));
}

#[tokio::test(start_paused = true)]
async fn keys_do_not_wait_for_each_other() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let mut slow = Box::pin(flights.load(&"slow", std::future::pending::<Result<u32, &str>>));
    assert!(poll_once(slow.as_mut()).is_pending());
    let start = Instant::now();
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(1)));
    assert_eq!(start.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn what_was_invalidated_meanwhile_answers_nobody_who_comes_later() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let mut before = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(before.as_mut()).is_pending());
    sleep(SECOND / 2).await;
    flights.invalidate(&"key");
    let after = tokio::spawn({
        let (flights, loads) = (flights.clone(), loads.clone());
        async move { flights.load(&"key", || loads.second()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(loads.begun(), 1, "the first is never abandoned, and no second one runs beside it");
    assert_eq!(before.await, Ok(Ok(1)));
    assert_eq!(after.await.unwrap(), Ok(Ok(2)));
    // What is not being loaded is not touched.
    flights.invalidate(&"other");
    assert_eq!(flights.load(&"other", || loads.second()).await, Ok(Ok(3)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_after_an_invalidation_drives_the_old_load_to_its_end_itself() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let mut before = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(before.as_mut()).is_pending());
    drop(before);
    flights.invalidate(&"key");
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(2)));
    assert_eq!(loads.ended(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_load_that_panics_is_told_to_all_and_over() {
    let (flights, loads) = (Flights::new(), Loads::default());
    let panics = || async {
        sleep(SECOND).await;
        panic!("a load of this test panics: that is what is tested")
    };
    let (one, other) = tokio::join!(flights.load(&"key", panics), flights.load(&"key", || loads.second()));
    assert_eq!((one, other), (Err(LoadPanicked), Err(LoadPanicked)));
    assert_eq!(flights.load(&"key", || loads.second()).await, Ok(Ok(1)));
    assert_eq!(LoadPanicked.to_string(), "what was waited for panicked");
}

#[tokio::test(start_paused = true)]
async fn settle_waits_for_what_is_under_way_and_begins_nothing() {
    let (flights, loads) = (Flights::new(), Loads::default());
    flights.settle(&"key").await;
    let mut waiter = Box::pin(flights.load(&"key", || loads.second()));
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(waiter);
    flights.settle(&"key").await;
    assert_eq!((loads.begun(), loads.ended()), (1, 1));
}

/// Everyone is told, in any order of threads, and each load's number is seen by those who shared it.
#[test]
fn threads_that_come_and_go_never_see_two_loads_at_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let flights = SingleFlight::<u32, u32>::new();
    let (running, number) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..64_u32)
            .map(|task| {
                let (flights, running, number) = (flights.clone(), Arc::clone(&running), Arc::clone(&number));
                tokio::spawn(async move {
                    let mut seen = BTreeSet::new();
                    for round in 0..200_u32 {
                        let load = || {
                            let (running, number) = (Arc::clone(&running), Arc::clone(&number));
                            async move {
                                assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                                tokio::task::yield_now().await;
                                running.fetch_sub(1, Ordering::SeqCst);
                                number.fetch_add(1, Ordering::SeqCst)
                            }
                        };
                        let mut wait = Box::pin(flights.load(&0, load));
                        if (task + round) % 3 == 0 {
                            if let Poll::Ready(end) = poll_once(wait.as_mut()) {
                                seen.insert(end.unwrap());
                            }
                            continue; // and gone
                        }
                        seen.insert(wait.await.unwrap());
                    }
                    seen.len()
                })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap() > 0);
        }
    });
}
