//! The embedded store: bounded, by the timer's clock, and shared without copies.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kinde_core::keep::{MemoryStore, Store, StoreError, StoreKey};
use kinde_core::{Domain, TokioTimer};
use tokio::time::advance;

const MINUTE: Duration = Duration::from_secs(60);

fn key(name: &str) -> StoreKey {
    StoreKey::new(&Domain::new("acme.kinde.com").unwrap(), "test", &[name.as_bytes()])
}

async fn there(store: &MemoryStore, name: &str) -> Option<Bytes> {
    store.get(&key(name)).await.unwrap().map(|entry| entry.bytes)
}

#[tokio::test(start_paused = true)]
async fn a_full_store_refuses_and_keeps_what_it_has() {
    let store = MemoryStore::new(2).timer(TokioTimer);
    store.put(&key("a"), "1".into(), MINUTE).await.unwrap();
    store.put(&key("b"), "2".into(), MINUTE * 2).await.unwrap();
    assert!(matches!(store.put(&key("c"), "3".into(), MINUTE).await, Err(StoreError::Full)));
    let refused = store.swap(&key("c"), None, Some(("3".into(), MINUTE))).await;
    assert!(matches!(refused, Err(StoreError::Full)));
    // Another write of an entry that is there needs no room.
    store.put(&key("a"), "4".into(), MINUTE).await.unwrap();
    assert_eq!(there(&store, "a").await.unwrap(), "4");
    assert_eq!(there(&store, "b").await.unwrap(), "2");
    assert_eq!((there(&store, "c").await, store.len()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_makes_room() {
    let store = MemoryStore::new(2).timer(TokioTimer);
    store.put(&key("a"), "1".into(), MINUTE).await.unwrap();
    store.put(&key("b"), "2".into(), MINUTE * 2).await.unwrap();
    advance(MINUTE).await;
    store.put(&key("c"), "3".into(), MINUTE).await.unwrap();
    assert_eq!((there(&store, "a").await, store.len()), (None, 2));
    advance(MINUTE).await;
    assert_eq!((store.len(), store.is_empty()), (0, true));
}

#[tokio::test(start_paused = true)]
async fn a_cache_drops_what_would_end_first() {
    let store = MemoryStore::cache(2).timer(TokioTimer);
    store.put(&key("long"), "1".into(), MINUTE * 3).await.unwrap();
    store.put(&key("short"), "2".into(), MINUTE).await.unwrap();
    assert!(store.swap(&key("new"), None, Some(("3".into(), MINUTE * 2))).await.unwrap());
    assert_eq!(there(&store, "short").await, None);
    assert_eq!(
        (there(&store, "long").await.unwrap(), there(&store, "new").await.unwrap()),
        ("1".into(), "3".into())
    );
    // Written again it ends later, and so is no longer the first to go.
    store.put(&key("new"), "4".into(), MINUTE * 9).await.unwrap();
    store.put(&key("last"), "5".into(), MINUTE).await.unwrap();
    assert_eq!((there(&store, "long").await, store.len()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn many_writes_leave_as_many_entries_as_there_is_room_for() {
    let store = MemoryStore::cache(1_000).timer(TokioTimer);
    let keys: Vec<_> = (0..3_000).map(|number| key(&number.to_string())).collect();
    for (key, number) in keys.iter().cycle().zip(0..60_000) {
        store.put(key, Bytes::new(), Duration::from_secs(number % 77 + 1)).await.unwrap();
        if number % 1_000 == 0 {
            advance(Duration::from_secs(1)).await;
        }
    }
    assert!((900..=1_000).contains(&store.len()), "{} entries", store.len());
    advance(MINUTE * 2).await;
    assert_eq!(store.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_room_at_all_is_full_or_forgetful() {
    let full = MemoryStore::new(0).timer(TokioTimer);
    assert!(matches!(full.put(&key("a"), "1".into(), MINUTE).await, Err(StoreError::Full)));
    let forgetful = MemoryStore::cache(0).timer(TokioTimer);
    forgetful.put(&key("a"), "1".into(), MINUTE).await.unwrap();
    assert_eq!((there(&forgetful, "a").await, forgetful.len()), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_life_without_end_does_not_overflow_the_clock() {
    let store = MemoryStore::new(1).timer(TokioTimer);
    store.put(&key("a"), "1".into(), Duration::MAX).await.unwrap();
    let left = store.get(&key("a")).await.unwrap().unwrap().left;
    assert!(left > MINUTE * 60 * 24 * 365 * 99, "{left:?}");
}

#[tokio::test]
async fn without_a_timer_the_systems_clock_counts() {
    let store = MemoryStore::new(1);
    store.put(&key("a"), "1".into(), MINUTE).await.unwrap();
    let left = store.get(&key("a")).await.unwrap().unwrap().left;
    assert!(left <= MINUTE && left > Duration::ZERO, "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn bytes_are_shared_and_go_with_the_entry() {
    let owner = Arc::new(*b"a token");
    #[derive(Clone)]
    struct Owned(Arc<[u8; 7]>);
    impl AsRef<[u8]> for Owned {
        fn as_ref(&self) -> &[u8] {
            &*self.0
        }
    }
    let store = MemoryStore::new(1).timer(TokioTimer);
    store.put(&key("a"), Bytes::from_owner(Owned(Arc::clone(&owner))), MINUTE).await.unwrap();
    drop(store.get(&key("a")).await.unwrap().unwrap());
    assert_eq!(Arc::strong_count(&owner), 2);
    store.remove(&key("a")).await.unwrap();
    assert_eq!(Arc::strong_count(&owner), 1);
}

#[tokio::test(start_paused = true)]
async fn debug_shows_no_bytes() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(1).timer(TokioTimer));
    store.put(&key("a"), "eyJhbGciOi".into(), MINUTE).await.unwrap();
    let entry = store.get(&key("a")).await.unwrap().unwrap();
    assert_eq!(format!("{entry:?}"), "Entry { left: 60s, .. }");
    assert_eq!(format!("{:?}", entry.version), "Version(..)");
    assert_eq!(format!("{:?}", MemoryStore::cache(7)), "MemoryStore::cache { room: 7, .. }");
}

#[tokio::test]
async fn an_error_says_what_failed_and_keeps_its_cause() {
    let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let error = StoreError::unavailable(refused);
    assert_eq!(error.to_string(), "the store can't be reached");
    let shared = error.clone();
    assert_eq!(std::error::Error::source(&shared).unwrap().to_string(), "connection refused");
    assert_eq!(StoreError::Full.to_string(), "the store is full");
    assert_eq!(StoreError::Unreadable.to_string(), "the store holds an entry that can't be read");
}
