//! The end of a session wins, wherever it is said.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::{Context, Waker};

use kinde_core::TokioTimer;
use kinde_core::keep::{MemoryStore, TokioSpawn, UserTokens};
use tokio::time::{advance, sleep};

use super::{SECOND, assert_signed_out, over, signed_in};
use crate::keep::service::{HOUR, MINUTE, Service, application, domain, tokens};

#[tokio::test(start_paused = true)]
async fn sign_out_revokes_the_refresh_token_first() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    users.sign_out(&id).await.unwrap();
    assert_eq!(service.revoked(), ["refresh-0", "access-0"]);
    assert_signed_out(users.access_token(&id).await);
    assert_signed_out(users.refresh(&id).await);
    assert_signed_out(users.id_token(&id).await);
    users.sign_out(&id).await.unwrap();
    assert_eq!(service.revoked().len(), 2, "there is nothing to revoke twice");
}

#[tokio::test(start_paused = true)]
async fn sign_out_during_a_refresh_wins() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    service.takes(10 * SECOND);
    let caller = tokio::spawn({
        let (users, id) = (users.clone(), id.clone());
        async move { users.access_token(&id).await }
    });
    sleep(SECOND).await;
    users.sign_out(&id).await.unwrap();
    assert_signed_out(caller.await.unwrap());
    assert_signed_out(users.access_token(&id).await);
    let revoked: BTreeSet<_> = service.revoked().into_iter().collect();
    let all = ["access-0", "access-1", "refresh-0", "refresh-1"].map(str::to_owned);
    assert_eq!(revoked, BTreeSet::from(all), "what the refresh brought, too");
}

/// On another machine, which knows nothing of the refresh; and the caller who asked for it is gone.
#[tokio::test(start_paused = true)]
async fn sign_out_elsewhere_during_a_refresh_wins() {
    let (service, store) = (Service::issuing(HOUR), Arc::new(MemoryStore::new(10).timer(TokioTimer)));
    let builder =
        UserTokens::builder(Arc::clone(&service), &domain(), &application(), Arc::clone(&store), TokioTimer);
    let (here, elsewhere) = (builder.spawn(TokioSpawn).build(), over(&service, store));
    let id = here.sign_in(tokens(0, Some(MINUTE))).await.unwrap();
    service.takes(10 * SECOND);
    let mut caller = Box::pin(here.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(caller);
    elsewhere.sign_out(&id).await.unwrap();
    sleep(20 * SECOND).await;
    assert_eq!(service.revoked(), ["refresh-0", "access-0", "refresh-1", "access-1"]);
    assert_signed_out(here.access_token(&id).await);
}

/// A refresh that nobody drives any more is driven by the sign-out, or nobody would revoke what it brings.
#[tokio::test(start_paused = true)]
async fn sign_out_drives_an_abandoned_refresh_to_its_end() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    let mut caller = Box::pin(users.access_token(&id));
    assert!(caller.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(caller);
    users.sign_out(&id).await.unwrap();
    assert!(service.revoked().contains(&"refresh-1".to_owned()), "{:?}", service.revoked());
}
