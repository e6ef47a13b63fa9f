//! Which client of an HTTP library a call is made with.

use std::sync::atomic::{AtomicU32, Ordering};

use http::Version;
use kinde_core::transport::Pools;
use kinde_core::{TransportError, TransportErrorKind};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// Clients are numbered from 1.
fn pools() -> Pools<u32> {
    let made = AtomicU32::new(0);
    Pools::new(move || Ok(made.fetch_add(1, Ordering::SeqCst) + 1))
}

fn client(pools: &Pools<u32>, uri: &str) -> u32 {
    *pools.of(&uri.parse().unwrap()).unwrap().client()
}

#[test]
fn one_for_each_runtime_and_origin() {
    let (pools, one, other) = (pools(), runtime(), runtime());
    let ours = one.enter();
    assert_eq!(client(&pools, "https://a.example/x"), 1);
    assert_eq!(client(&pools, "https://A.example/y?z"), 1);
    assert_eq!(client(&pools, "http://a.example/"), 2);
    assert_eq!(client(&pools, "https://a.example:8443/"), 3);
    drop(ours);
    let theirs = other.enter();
    assert_eq!(client(&pools, "https://a.example/"), 4);
    drop(theirs);
    let _ours = one.enter();
    assert_eq!(client(&pools, "https://a.example/"), 1);
}

#[test]
fn one_that_answers_no_more_is_replaced() {
    let (pools, runtime) = (pools(), runtime());
    let _in = runtime.enter();
    let of = || pools.of(&"https://a.example/".parse().unwrap()).unwrap();
    // A call that made the first connection may have had no time left for its answer. Once.
    pools.timed_out(of());
    assert_eq!(*of().client(), 1);
    pools.timed_out(of());
    assert_eq!(*of().client(), 2);

    let mut answered = of();
    answered.answered(Version::HTTP_2);
    // Others that began before were not alone.
    let (before, early) = (of(), of());
    of().answered(Version::HTTP_2);
    pools.timed_out(before);
    assert_eq!(*of().client(), 2);
    let after = of();
    // Two that time out together replace it once.
    let together = of();
    pools.timed_out(after);
    pools.timed_out(together);
    assert_eq!(*of().client(), 3);
    pools.timed_out(early);
    assert_eq!(*of().client(), 3);

    // One whose own answer had begun, and nothing since.
    let mut begun = of();
    begun.answered(Version::HTTP_2);
    pools.timed_out(begun);
    assert_eq!(*of().client(), 4);
}

#[test]
fn others_are_not_touched() {
    let (pools, runtime) = (pools(), runtime());
    let _in = runtime.enter();
    let of = |uri: &str| pools.of(&uri.parse().unwrap()).unwrap();
    of("https://a.example/").answered(Version::HTTP_2);
    of("https://b.example/").answered(Version::HTTP_2);
    pools.timed_out(of("https://a.example/"));
    assert_eq!(*of("https://b.example/").client(), 2);
    assert_eq!(*of("https://a.example/").client(), 3);
}

#[test]
fn many_are_not_kept() {
    let (pools, runtime) = (pools(), runtime());
    let _in = runtime.enter();
    for number in 0..65 {
        assert_eq!(client(&pools, &format!("https://a{number}.example/")), number + 1);
    }
    assert_eq!(client(&pools, "https://a64.example/"), 65);
    assert_eq!(client(&pools, "https://a1.example/"), 2);
    assert_eq!(client(&pools, "https://a0.example/"), 66);
}

#[test]
fn what_can_not_be_called() {
    let pools = pools();
    let uri = "https://a.example/".parse().unwrap();
    let outside = pools.of(&uri).unwrap_err();
    assert_eq!(outside.kind(), TransportErrorKind::Other);
    assert!(format!("{outside:?}").contains("tokio runtime"), "{outside:?}");
    let runtime = runtime();
    let _in = runtime.enter();
    assert_eq!(pools.of(&"/path".parse().unwrap()).unwrap_err().kind(), TransportErrorKind::Other);
    let none = Pools::<u32>::new(|| Err(TransportErrorKind::Other.into()));
    let error: TransportError = none.of(&uri).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
}
