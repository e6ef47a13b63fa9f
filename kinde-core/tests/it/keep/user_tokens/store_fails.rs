//! A store that fails, hangs or is full.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use kinde_core::keep::{MemoryStore, NotNow, Store, StoreError};
use kinde_core::{IdToken, TokioTimer};
use tokio::time::{Instant, advance};

use super::{SECOND, assert_signed_out, cause, get, over, sent};
use crate::keep::service::{HOUR, MINUTE, Service, tokens};
use crate::keep::stores::Moody;

#[tokio::test(start_paused = true)]
async fn if_the_store_fails_after_a_refresh_nobody_is_signed_out() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(MINUTE))).await.unwrap();
    let other = users.sign_in(tokens(50, Some(HOUR))).await.unwrap();
    // As Kinde answers, the store goes down.
    let failing = Arc::clone(&store);
    service.once(move |number| {
        *failing.writes_fail_for.lock().unwrap() = Some("session");
        Ok(tokens(number, Some(HOUR)))
    });
    assert_eq!(get(&users, &id).await, "access-1", "the caller is served");
    for _ in 0..10 {
        advance(MINUTE).await;
        assert_eq!(get(&users, &id).await, "access-1", "by this process, as long as the store fails");
    }
    assert_eq!(get(&users, &other).await, "access-50");
    *store.writes_fail_for.lock().unwrap() = None;
    assert_eq!(get(&users, &id).await, "access-1", "the next call writes it");
    let elsewhere = over(&service, Arc::clone(&store));
    assert_eq!(get(&elsewhere, &id).await, "access-1");
    // Its life went on while it was kept here: it ends when it ends.
    advance(HOUR - 11 * MINUTE - 2 * SECOND).await;
    assert_eq!(get(&elsewhere, &id).await, "access-1");
    advance(2 * SECOND).await;
    assert_eq!(get(&elsewhere, &id).await, "access-2");
    assert_eq!(sent(&service), ["refresh-0", "refresh-1"]);
}

#[tokio::test(start_paused = true)]
async fn while_the_store_fails_nothing_is_refreshed_and_nobody_signed_out() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    store.reads_fail.store(true, Ordering::SeqCst);
    assert!(matches!(cause(users.access_token(&id).await), NotNow::Store(StoreError::Unavailable(_))));
    assert!(matches!(cause(users.sign_out(&id).await), NotNow::Store(_)));
    store.reads_fail.store(false, Ordering::SeqCst);
    assert_eq!(get(&users, &id).await, "access-0", "nothing was revoked");
    // It reads, but takes nothing in: without a lock nothing is sent.
    store.writes_fail.store(true, Ordering::SeqCst);
    advance(HOUR).await;
    assert!(matches!(cause(users.access_token(&id).await), NotNow::Store(_)));
    assert!(matches!(cause(users.sign_in(tokens(9, None)).await), NotNow::Store(_)));
    assert_eq!(service.calls().len(), 0);
    store.writes_fail.store(false, Ordering::SeqCst);
    assert_eq!(get(&users, &id).await, "access-1");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_down() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    store.hangs.store(true, Ordering::SeqCst);
    let start = Instant::now();
    assert!(matches!(cause(users.access_token(&id).await), NotNow::Store(StoreError::Unavailable(_))));
    assert_eq!(start.elapsed(), 5 * SECOND);
}

/// What waited for the store is signed out elsewhere meanwhile: it is revoked, not written back.
#[tokio::test(start_paused = true)]
async fn what_waits_for_the_store_does_not_revive_a_session() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let (users, elsewhere) = (over(&service, Arc::clone(&store)), over(&service, Arc::clone(&store)));
    let id = users.sign_in(tokens(0, Some(MINUTE))).await.unwrap();
    let failing = Arc::clone(&store);
    service.always(move |number| {
        *failing.writes_fail_for.lock().unwrap() = Some("session");
        Ok(tokens(number, Some(HOUR)))
    });
    assert_eq!(get(&users, &id).await, "access-1");
    *store.writes_fail_for.lock().unwrap() = None;
    elsewhere.sign_out(&id).await.unwrap();
    assert_eq!(service.revoked(), ["refresh-0", "access-0"]);
    assert_signed_out(users.access_token(&id).await);
    assert_eq!(service.revoked()[2..], ["refresh-1", "access-1"]);
    assert_signed_out(users.access_token(&id).await);
    assert_eq!(service.revoked().len(), 4);
    // And signed out here, all of it goes at once.
    let id = users.sign_in(tokens(7, Some(MINUTE))).await.unwrap();
    let token = get(&users, &id).await;
    *store.writes_fail_for.lock().unwrap() = None;
    users.sign_out(&id).await.unwrap();
    assert!(service.revoked().contains(&token) && service.revoked().contains(&"access-7".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_can_t_be_read_is_an_error_and_can_be_signed_out() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    let [key] = &store.written("session")[..] else { panic!("one session") };
    for garbage in ["", "x", "\0\0\0\u{8}12345678", "a longer text that is not a session"] {
        store.put(key, garbage.into(), HOUR).await.unwrap();
        assert!(matches!(cause(users.access_token(&id).await), NotNow::Store(StoreError::Unreadable)));
    }
    users.sign_out(&id).await.unwrap();
    assert_signed_out(users.access_token(&id).await);
}

#[tokio::test(start_paused = true)]
async fn a_full_store_begins_no_session_and_ends_none() {
    let service = Service::issuing(HOUR);
    let users = over(&service, MemoryStore::new(2).timer(TokioTimer));
    let first = users.sign_in(tokens(0, Some(HOUR))).await.unwrap();
    let second = users.sign_in(tokens(50, Some(HOUR))).await.unwrap();
    assert!(matches!(cause(users.sign_in(tokens(60, None)).await), NotNow::Store(StoreError::Full)));
    assert_eq!(
        (get(&users, &first).await, get(&users, &second).await),
        ("access-0".into(), "access-50".into())
    );
}

/// However an entry was cut or changed, nothing panics; what can be read is a session, and the rest an error.
#[tokio::test(start_paused = true)]
async fn no_damage_to_an_entry_panics() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(HOUR)).id_token(IdToken::new("id-0"))).await.unwrap();
    let [key] = &store.written("session")[..] else { panic!("one session") };
    let whole = store.get(key).await.unwrap().unwrap().bytes;
    for length in 0..whole.len() {
        store.put(key, whole.slice(..length), HOUR).await.unwrap();
        assert!(
            matches!(cause(users.access_token(&id).await), NotNow::Store(StoreError::Unreadable)),
            "{length}"
        );
    }
    for (place, bit) in (0..whole.len()).flat_map(|place| (0..8).map(move |bit| (place, bit))) {
        let mut changed = whole.to_vec();
        changed[place] ^= 1 << bit;
        store.put(key, changed.into(), HOUR).await.unwrap();
        drop(users.access_token(&id).await);
    }
}
