//! What must hold in every order.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::sync::Mutex;
use loom::thread;

use crate::keep::SingleFlight;

type Flights = SingleFlight<u8, u32>;

/// Something outside that a load waits for, as for bytes from a socket.
#[derive(Clone, Default)]
struct Signal(Arc<Mutex<(bool, Option<Waker>)>>);

impl Signal {
    fn give(&self) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.0 = true;
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Signal {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Counts loads, and sees whether two run at once. Its counters are not part of the model: loom orders what the locks
/// order.
#[derive(Clone, Default)]
struct Loads {
    begun: Arc<AtomicU32>,
    running: Arc<AtomicU32>,
}

impl Loads {
    /// Waits for the signal, and answers with the load's number.
    fn after(&self, signal: &Signal) -> impl Future<Output = u32> + Send + use<> {
        let (loads, signal) = (self.clone(), signal.clone());
        async move {
            assert_eq!(loads.running.fetch_add(1, SeqCst), 0, "two at once");
            let number = loads.begun.fetch_add(1, SeqCst) + 1;
            signal.await;
            loads.running.fetch_sub(1, SeqCst);
            number
        }
    }

    fn begun(&self) -> u32 {
        self.begun.load(SeqCst)
    }
}

fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// A load that panicked would be told as `Err`: so a failed assertion in it is one here.
fn load(flights: &Flights, loads: &Loads, signal: &Signal) -> u32 {
    block_on(flights.load(&0, || loads.after(signal))).unwrap()
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn two_wait_and_one_load_answers_both() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        let waiter = thread::spawn({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            move || load(&flights, &loads, &signal)
        });
        let giver = thread::spawn({
            let signal = signal.clone();
            move || signal.give()
        });
        let (ours, theirs) = (load(&flights, &loads, &signal), waiter.join().unwrap());
        giver.join().unwrap();
        // One after the other they are two loads; at once they are one. Never more, and never two of one.
        assert!(loads.begun() == 1 && ours == 1 && theirs == 1 || loads.begun() == 2 && ours + theirs == 3);
    });
}

#[test]
fn a_leader_that_is_dropped_hands_its_load_on() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        // Begun, and polled once, before anything else.
        let mut leader = Box::pin({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            async move { flights.load(&0, || loads.after(&signal)).await }
        });
        assert!(poll_once(leader.as_mut()).is_pending());
        let follower = thread::spawn({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            move || load(&flights, &loads, &signal)
        });
        let giver = thread::spawn(move || signal.give());
        drop(leader);
        assert_eq!(follower.join().unwrap(), 1);
        giver.join().unwrap();
        assert_eq!(loads.begun(), 1);
    });
}

/// Polled by one thread while another wakes it: nobody may be left waiting.
#[test]
fn a_load_that_is_woken_while_it_is_polled_goes_on() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        let giver = thread::spawn({
            let signal = signal.clone();
            move || signal.give()
        });
        assert_eq!(load(&flights, &loads, &signal), 1);
        giver.join().unwrap();
    });
}

#[test]
fn a_step_in_passing_takes_nothing_from_those_who_wait() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        flights.load_in_passing(&0, || loads.after(&signal));
        let passer = thread::spawn({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            move || {
                signal.give();
                flights.load_in_passing(&0, || loads.after(&signal));
            }
        });
        let ours = load(&flights, &loads, &signal);
        passer.join().unwrap();
        assert!(ours == 1 || ours == 2, "{ours}");
        assert_eq!(loads.running.load(SeqCst), 0);
    });
}

/// A caller who asks after an invalidation is answered by a load that began after it.
#[test]
fn what_was_invalidated_answers_nobody_who_comes_later() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        let mut before = Box::pin({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            async move { flights.load(&0, || loads.after(&signal)).await }
        });
        assert!(poll_once(before.as_mut()).is_pending());
        let giver = thread::spawn({
            let signal = signal.clone();
            move || signal.give()
        });
        flights.invalidate(&0);
        let after = load(&flights, &loads, &signal);
        giver.join().unwrap();
        assert_eq!(after, 2);
        assert!(matches!(poll_once(before.as_mut()), Poll::Ready(Ok(1))));
    });
}

/// Two leave at the same time, in any order with the end of the load; the next call finds it or begins another.
#[test]
fn all_leave_at_once_and_the_next_call_is_answered() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        let waiting = |flights: &Flights| {
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            let mut waiter = Box::pin(async move { flights.load(&0, || loads.after(&signal)).await });
            assert!(poll_once(waiter.as_mut()).is_pending());
            waiter
        };
        let (one, other) = (waiting(&flights), waiting(&flights));
        let leaver = thread::spawn(move || drop(one));
        let giver = thread::spawn({
            let signal = signal.clone();
            move || signal.give()
        });
        drop(other);
        let answer = load(&flights, &loads, &signal);
        leaver.join().unwrap();
        giver.join().unwrap();
        assert_eq!((answer, loads.begun()), (1, 1));
    });
}

/// Who was answered and asks again is not given the same answer.
#[test]
fn an_answer_is_not_given_twice() {
    check(|| {
        let (flights, loads, signal) = (Flights::new(), Loads::default(), Signal::default());
        let waiter = thread::spawn({
            let (flights, loads, signal) = (flights.clone(), loads.clone(), signal.clone());
            move || load(&flights, &loads, &signal)
        });
        signal.give();
        let first = load(&flights, &loads, &signal);
        let second = load(&flights, &loads, &signal);
        assert!(second > first, "{first}, then {second}");
        waiter.join().unwrap();
    });
}
