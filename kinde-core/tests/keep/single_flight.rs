//! One load for many: counted loads, dropped leaders, shared errors, under a paused clock.

use std::collections::BTreeSet;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kinde_core::keep::{LoadPanicked, SingleFlight, Spawn, TokioSpawn};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

type Flights = SingleFlight<&'static str, Result<u32, &'static str>>;

/// Counts the loads that were begun, and those that were polled to their end.
#[derive(Clone, Default)]
struct Loads {
    begun: Arc<AtomicU32>,
    ended: Arc<AtomicU32>,
}

impl Loads {
    /// Takes a second; answers with its number.
    fn second(&self) -> impl Future<Output = Result<u32, &'static str>> + Send + use<> {
        let (number, ended) = (self.begun.fetch_add(1, Ordering::SeqCst) + 1, Arc::clone(&self.ended));
        async move {
            sleep(SECOND).await;
            ended.fetch_add(1, Ordering::SeqCst);
            Ok(number)
        }
    }

    fn fails(&self) -> impl Future<Output = Result<u32, &'static str>> + Send + use<> {
        let load = self.second();
        async move {
            load.await?;
            Err("no luck")
        }
    }

    fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    fn ended(&self) -> u32 {
        self.ended.load(Ordering::SeqCst)
    }
}

/// Polls once, as a task does that is then forgotten.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

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
