//! Callers who go before the answer is there.

use std::sync::Arc;
use std::task::{Context, Waker};

use kinde_core::keep::{NotNow, TokioSpawn, UserTokens};
use kinde_core::{ErrorKind, TokioTimer};
use tokio::time::{Instant, advance, sleep};

use super::{SECOND, cause, get, over, sent, signed_in};
use crate::keep::service::{HOUR, MINUTE, Service, application, domain, tokens};
use crate::keep::stores::Moody;

#[tokio::test(start_paused = true)]
async fn a_dropped_leader_hands_the_refresh_on() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    let mut leader = Box::pin(users.access_token(&id));
    assert!(leader.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let follower = tokio::spawn({
        let (users, id) = (users.clone(), id.clone());
        async move { get(&users, &id).await }
    });
    tokio::task::yield_now().await;
    drop(leader);
    assert_eq!(follower.await.unwrap(), "access-1");
    assert_eq!(sent(&service), ["refresh-0"]);
}

#[tokio::test(start_paused = true)]
async fn all_dropped_and_the_next_call_drives_the_same_request_on() {
    // Within the call's deadline, and long after.
    for pause in [SECOND / 2, 10 * SECOND, HOUR / 2] {
        let service = Service::issuing(HOUR);
        let (users, id) = signed_in(&service).await;
        advance(HOUR).await;
        for _ in 0..3 {
            let mut caller = Box::pin(users.access_token(&id));
            assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        sleep(pause).await;
        assert_eq!(get(&users, &id).await, "access-1");
        assert_eq!(sent(&service), ["refresh-0"], "never a second one");
    }
}

#[tokio::test(start_paused = true)]
async fn all_dropped_and_a_spawn_drives_it_into_the_store() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let builder =
        UserTokens::builder(Arc::clone(&service), &domain(), &application(), Arc::clone(&store), TokioTimer);
    let users = builder.spawn(TokioSpawn).build();
    let id = users.sign_in(tokens(0, Some(MINUTE))).await.unwrap();
    let mut caller = Box::pin(users.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(caller);
    sleep(2 * SECOND).await;
    // Another machine, which would have to send the spent one otherwise.
    assert_eq!(get(&over(&service, store), &id).await, "access-1");
    assert_eq!(sent(&service), ["refresh-0"]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_panics_is_not_now_and_over() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    service.once(|_| panic!("a service of this test panics: that is what is tested"));
    assert!(
        matches!(cause(users.access_token(&id).await), NotNow::Kinde(error) if error.kind() == ErrorKind::Transport)
    );
    // The lock was left; it is our own, and so no hindrance.
    let start = Instant::now();
    assert_eq!(get(&users, &id).await, "access-2");
    assert_eq!(start.elapsed(), SECOND);
}
