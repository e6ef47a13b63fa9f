//! One token for many processes, and what becomes of it without the store.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use kinde_core::TokioTimer;
use kinde_core::keep::{MachineTokens, MemoryStore, Store};
use kinde_core::token::Application;
use tokio::time::{Instant, advance, sleep};

use super::{SECOND, get, member, often};
use crate::keep::service::{DAY, HOUR, Service, application, domain};
use crate::keep::stores::Moody;

#[tokio::test(start_paused = true)]
async fn a_fleet_asks_once_and_renews_once() {
    let (service, store) = (Service::issuing(DAY), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let fleet: Vec<_> = (0..100).map(|_| member(&service, Arc::clone(&store))).collect();
    let starts: Vec<_> =
        fleet.iter().cloned().map(|member| tokio::spawn(async move { get(&member).await })).collect();
    for start in starts {
        assert_eq!(start.await.unwrap(), "access-1");
    }
    assert_eq!(service.asked(), 1);
    // One that joins later waits for nobody.
    let late = member(&service, Arc::clone(&store));
    let start = Instant::now();
    assert_eq!((get(&late).await, start.elapsed()), ("access-1".into(), Duration::ZERO));

    advance(DAY - HOUR).await;
    for _ in 0..20 * 60 {
        sleep(SECOND).await;
        for member in &fleet {
            assert!(get(member).await.starts_with("access-"));
        }
    }
    assert_eq!(service.asked(), 2);
    for member in &fleet {
        assert_eq!(get(member).await, "access-2");
    }
}

#[tokio::test(start_paused = true)]
async fn one_discards_and_the_fleet_gets_one_new_token() {
    let (service, store) = (Service::issuing(DAY), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let fleet: Vec<_> = (0..10).map(|_| member(&service, Arc::clone(&store))).collect();
    for member in &fleet {
        let token = member.access_token().await.unwrap();
        assert_eq!(token.expose(), "access-1");
    }
    // It was revoked: each of them is told so where it uses it.
    for member in &fleet {
        let token = member.access_token().await.unwrap();
        member.discard(&token);
        assert_eq!(get(member).await, "access-2", "not the store's, which is the one that was given up");
    }
    assert_eq!(service.asked(), 2);
}

/// The load has read the store, and the token there is given up before the load is over.
#[tokio::test(start_paused = true)]
async fn given_up_during_the_load() {
    let service = Service::issuing(DAY);
    let store = Moody::new();
    let first = member(&service, Arc::clone(&store));
    let token = first.access_token().await.unwrap();
    // The renewal ahead is under way when the token is refused somewhere.
    advance(DAY - HOUR / 2).await;
    assert_eq!(get(&first).await, "access-1");
    first.discard(&token);
    assert_eq!((get(&first).await, service.asked()), ("access-2".into(), 2), "one request serves both");
    assert_eq!(get(&member(&service, store)).await, "access-2");
}

#[tokio::test(start_paused = true)]
async fn audiences_scopes_and_applications_do_not_mix() {
    let (service, store) = (Service::issuing(DAY), Arc::new(MemoryStore::new(100).timer(TokioTimer)));
    let with = |application: &Application, audiences: &[&str], scopes: &[&str]| {
        let builder = MachineTokens::builder(Arc::clone(&service), &domain(), application, TokioTimer);
        let builder = audiences.iter().fold(builder, |builder, audience| builder.audience(*audience));
        let builder = scopes.iter().fold(builder, |builder, scope| builder.scope(*scope));
        builder.store(Arc::clone(&store)).build().unwrap()
    };
    let (us, them) = (application(), Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa"));
    let mut seen = Vec::new();
    for tokens in [
        with(&us, &[], &[]),
        with(&us, &["a"], &[]),
        with(&us, &["b"], &[]),
        with(&us, &["a", "b"], &[]),
        with(&us, &["a"], &["b"]),
        with(&us, &["ab"], &[]),
        with(&us, &[], &["a"]),
        with(&them, &["a"], &[]),
    ] {
        seen.push(get(&tokens).await);
    }
    assert_eq!(service.asked(), 8);
    assert_eq!(get(&with(&us, &["b", "a"], &[])).await, seen[3], "in another order it is the same");
    assert_eq!(get(&with(&us, &["a", "a"], &[])).await, seen[1], "twice is once");
    assert_eq!(service.asked(), 8);
}

#[tokio::test(start_paused = true)]
async fn without_the_store_each_is_on_its_own() {
    let (service, store) = (Service::issuing(DAY), Moody::new());
    store.reads_fail.store(true, Ordering::SeqCst);
    store.writes_fail.store(true, Ordering::SeqCst);
    let (one, other) = (member(&service, Arc::clone(&store)), member(&service, Arc::clone(&store)));
    let start = Instant::now();
    assert_eq!((get(&one).await, get(&other).await), ("access-1".into(), "access-2".into()));
    assert_eq!(start.elapsed(), 2 * SECOND, "a store that is down costs no time");
    assert_eq!((often(&one, 100).await, service.asked()), ("access-1".into(), 2));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_given_up() {
    let (service, store) = (Service::issuing(DAY), Moody::new());
    store.hangs.store(true, Ordering::SeqCst);
    let start = Instant::now();
    assert_eq!(get(&member(&service, store)).await, "access-1");
    assert!(start.elapsed() <= 20 * SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_in_the_store_is_none() {
    let (service, store) = (Service::issuing(DAY), Moody::new());
    assert_eq!(get(&member(&service, Arc::clone(&store))).await, "access-1");
    let [key] = &store.written("machine_token")[..] else { panic!("one token") };
    for garbage in [&b""[..], b"x", b"\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\x03a b", b"\xff\xff\xff\xff"] {
        store.put(key, Bytes::copy_from_slice(garbage), DAY).await.unwrap();
        let before = service.asked();
        get(&member(&service, Arc::clone(&store))).await;
        assert_eq!(service.asked(), before + 1);
    }
}

/// The holder of the lock is gone, and left it.
#[tokio::test(start_paused = true)]
async fn a_lock_that_nobody_gives_back_delays_a_start_by_seconds() {
    let (service, store) = (Service::issuing(DAY), Moody::new());
    let gone = member(&service, Arc::clone(&store));
    let mut wait = Box::pin(gone.access_token());
    assert!(matches!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    drop(wait);
    drop(gone);
    let start = Instant::now();
    get(&member(&service, Arc::clone(&store))).await;
    assert!(start.elapsed() >= 5 * SECOND && start.elapsed() <= 7 * SECOND, "{:?}", start.elapsed());
    assert_eq!(service.asked(), 2);
}

/// Someone else renews: a process with a good token goes on with it, and takes the new one over a little later.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_someone_else_makes_is_taken_over() {
    let (service, store) = (Service::issuing(DAY), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let (one, other) = (member(&service, Arc::clone(&store)), member(&service, Arc::clone(&store)));
    assert_eq!((get(&one).await, get(&other).await), ("access-1".into(), "access-1".into()));
    advance(DAY - HOUR / 2).await;
    service.takes(3 * SECOND);
    assert_eq!((get(&one).await, get(&other).await), ("access-1".into(), "access-1".into()));
    for _ in 0..12 {
        sleep(SECOND).await;
        get(&one).await;
        get(&other).await;
    }
    assert_eq!((get(&one).await, get(&other).await), ("access-2".into(), "access-2".into()));
    assert_eq!(service.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn neither_keys_nor_debug_show_a_token_or_the_secret() {
    let (service, store) = (Service::issuing(DAY), Moody::new());
    let tokens = member(&service, Arc::clone(&store));
    let token = get(&tokens).await;
    let keys = format!("{:?}", store.keys.lock().unwrap());
    let builder = MachineTokens::builder(service, &domain(), &application(), TokioTimer);
    for shown in [keys, format!("{tokens:?}"), format!("{builder:?}")] {
        assert!(!shown.contains(&token) && !shown.contains("rrkYRaz8z96sAiOxPt6IzO"), "{shown}");
    }
}
