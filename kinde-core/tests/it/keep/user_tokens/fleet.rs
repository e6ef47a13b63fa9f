//! Several machines over one store.

use std::sync::Arc;
use std::task::{Context, Waker};

use kinde_core::TokioTimer;
use kinde_core::keep::{MemoryStore, NotNow};
use tokio::time::{Instant, advance, sleep};

use super::{SECOND, cause, get, over, sent};
use crate::keep::service::{HOUR, MINUTE, Service, refused, tokens};
use crate::keep::stores::Moody;

/// The token is stored by the time that anyone is answered: another machine, which shares nothing but the store, has it.
#[tokio::test(start_paused = true)]
async fn stored_before_anyone_is_answered() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(MINUTE))).await.unwrap();
    assert_eq!(get(&users, &id).await, "access-1");
    drop(users);
    let other = over(&service, store);
    advance(HOUR).await;
    assert_eq!(get(&other, &id).await, "access-2");
    assert_eq!(sent(&service), ["refresh-0", "refresh-1"]);
}

#[tokio::test(start_paused = true)]
async fn two_machines_one_request() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let fleet: Vec<_> = (0..8).map(|_| over(&service, Arc::clone(&store))).collect();
    let id = fleet[0].sign_in(tokens(0, Some(HOUR))).await.unwrap();
    advance(HOUR).await;
    let callers: Vec<_> = (0..64)
        .map(|caller| {
            let (users, id) = (fleet[caller % 8].clone(), id.clone());
            tokio::spawn(async move { get(&users, &id).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "access-1");
    }
    assert_eq!(sent(&service), ["refresh-0"]);
    // What one has rotated, the others take over.
    advance(HOUR).await;
    assert_eq!(
        (get(&fleet[5], &id).await, get(&fleet[6], &id).await),
        ("access-2".into(), "access-2".into())
    );
    assert_eq!(sent(&service), ["refresh-0", "refresh-1"]);
}

/// The holder of the lock is gone: it ends by itself, and until then nobody sends the same refresh token.
#[tokio::test(start_paused = true)]
async fn a_lock_that_nobody_gives_back_is_waited_out() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let gone = over(&service, Arc::clone(&store));
    let id = gone.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    advance(HOUR - 50 * SECOND).await;
    let mut caller = Box::pin(gone.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(caller);
    drop(gone);

    let users = over(&service, store);
    let start = Instant::now();
    assert_eq!(get(&users, &id).await, "access-0", "it is good for another while");
    assert!((5 * SECOND..6 * SECOND).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert!(matches!(cause(users.refresh(&id).await), NotNow::Busy));
    assert_eq!(sent(&service), ["refresh-0"], "of the one that is gone");
    advance(36 * SECOND).await;
    assert_eq!(get(&users, &id).await, "access-2");
}

/// The lock has ended while its holder's request is under way, another machine has rotated, and then the holder hears
/// `invalid_grant`.
#[tokio::test(start_paused = true)]
async fn a_late_invalid_grant_is_harmless() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let (slow, quick) = (over(&service, Arc::clone(&store)), over(&service, Arc::clone(&store)));
    let id = slow.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    advance(HOUR).await;
    service.once(|_| Err(refused(400, "invalid_grant")));
    service.takes(100 * SECOND);
    let mut caller = Box::pin(slow.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    // Not driven: its own bound on the call has no say.
    service.takes(SECOND);
    sleep(50 * SECOND).await;
    assert_eq!(get(&quick, &id).await, "access-2");
    sleep(50 * SECOND).await;
    assert_eq!(caller.await.unwrap().expose(), "access-2", "it takes the other's over");
    assert_eq!(get(&quick, &id).await, "access-2", "and nobody is signed out");
    assert_eq!(sent(&service), ["refresh-0", "refresh-0"]);
}

/// The same, and the late answer is a success: the store's tokens are those that count.
#[tokio::test(start_paused = true)]
async fn a_late_success_does_not_write_over_anothers() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let (slow, quick) = (over(&service, Arc::clone(&store)), over(&service, Arc::clone(&store)));
    let id = slow.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    advance(HOUR).await;
    service.takes(100 * SECOND);
    let mut caller = Box::pin(slow.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    service.takes(SECOND);
    sleep(50 * SECOND).await;
    assert_eq!(get(&quick, &id).await, "access-2");
    sleep(50 * SECOND).await;
    assert_eq!(caller.await.unwrap().expose(), "access-2");
    assert_eq!(get(&slow, &id).await, "access-2");
    assert!(service.revoked().is_empty(), "revoking one could end all of the sign-in's tokens");
}

/// The same, but the other has only begun when the first answer comes: it is written, since what the other will hear is that
/// the token is spent.
#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_while_another_has_begun_is_written() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let (slow, quick) = (over(&service, Arc::clone(&store)), over(&service, Arc::clone(&store)));
    let id = slow.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    advance(HOUR).await;
    service.once(|_| Ok(tokens(1, Some(HOUR))));
    service.once(|_| Err(refused(400, "invalid_grant")));
    service.takes(60 * SECOND);
    let mut caller = Box::pin(slow.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    service.takes(30 * SECOND);
    sleep(50 * SECOND).await;
    let other = tokio::spawn({
        let (quick, id) = (quick.clone(), id.clone());
        async move { get(&quick, &id).await }
    });
    sleep(15 * SECOND).await;
    assert_eq!(caller.await.unwrap().expose(), "access-1");
    assert_eq!(other.await.unwrap(), "access-1");
    assert_eq!(get(&quick, &id).await, "access-1");
    assert_eq!(sent(&service), ["refresh-0", "refresh-0"]);
}
