//! One transport, used by two runtimes.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kinde_core::{CallContext, OperationKind, Proxy, Transport, TransportErrorKind};
use kinde_scripted::frames::{self, until, url};
use kinde_scripted::tls::Authority;
use tokio::runtime::{Builder, Runtime};

use super::tls::serve_h2;
use super::{Backend, KeepAlive, MIB, get};

const LONG: Duration = Duration::from_secs(20);
const CALLS: usize = 80;

fn current() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

async fn answered<T: Transport>(transport: &T, url: &str) {
    let call = CallContext::new(OperationKind::new("test"), LONG, MIB);
    let response = transport.send(get(url), call).await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(response.body(), "Bearer s3cret");
}

/// Two runtimes at once, each with calls at once; then one is dropped.
pub async fn two_runtimes_share_a_transport<B: Backend>() {
    let authority = Authority::new();
    let server = serve_h2(&authority, "127.0.0.1").await;
    let transport = Arc::new(B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap());
    let url = format!("https://{}/", server.address);
    let run = |runtime: Runtime| {
        let (transport, url) = (Arc::clone(&transport), url.clone());
        let calls = move || {
            runtime.block_on(async {
                // The first makes the connection, which the others then share.
                answered(&*transport, &url).await;
                let calls = (0..CALLS).map(|_| {
                    let (transport, url) = (Arc::clone(&transport), url.clone());
                    tokio::spawn(async move { answered(&*transport, &url).await })
                });
                for call in calls.collect::<Vec<_>>() {
                    call.await.unwrap();
                }
            });
            runtime
        };
        tokio::task::spawn_blocking(calls)
    };
    let (one, other) =
        (run(current()), run(Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert_eq!(server.connections(), 2, "one each");
    one.shutdown_background();
    run(other).await.unwrap().shutdown_background();
    assert_eq!(server.connections(), 2, "what is dropped takes only its own along");
    run(current()).await.unwrap().shutdown_background();
}

/// A runtime that is alive and isn't driven has a connection that nobody drives: others have their own.
pub async fn a_runtime_that_stands_still_keeps_nobody_waiting<B: Backend>() {
    let authority = Authority::new();
    let server = serve_h2(&authority, "127.0.0.1").await;
    let transport = Arc::new(B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap());
    let url = format!("https://{}/", server.address);
    let (ours, to) = (Arc::clone(&transport), url.clone());
    let still = tokio::task::spawn_blocking(move || {
        let runtime = current();
        runtime.block_on(answered(&*ours, &to));
        runtime
    });
    let still = still.await.unwrap();
    for _ in 0..3 {
        answered(&*transport, &url).await;
    }
    // And when it is driven again, it goes on.
    let (ours, to) = (Arc::clone(&transport), url.clone());
    let again = move || {
        still.block_on(answered(&*ours, &to));
        still.shutdown_background();
    };
    tokio::task::spawn_blocking(again).await.unwrap();
}

/// No panic: there is nothing to make a connection with.
pub async fn without_a_runtime_a_call_is_an_error<B: Backend>() {
    let transport = B::with_keep_alive(&Authority::new().pem, KeepAlive::NEVER).unwrap();
    let call = move || {
        let call = CallContext::new(OperationKind::new("test"), LONG, MIB);
        let mut sending = pin!(transport.send(get("https://127.0.0.1:9/"), call));
        match sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome.unwrap_err(),
            Poll::Pending => panic!("it waits for nothing"),
        }
    };
    let error = thread::spawn(call).join().unwrap();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert!(format!("{error:?}").contains("tokio runtime"), "{error:?}");
}

/// Unused connections are closed in time, also when the runtime that called first is gone.
pub async fn unused_connections_are_closed_without_the_first_runtime<B: Backend>() {
    let authority = Authority::new();
    // What stalls is told of when the client closes it; nothing else closes it, since no PING is sent.
    let server = frames::serve(&authority, |conn| frames::stalling(conn, "Bearer s3cret"));
    let pool = Some(Duration::from_millis(100));
    let transport = Arc::new(B::with_idle_time(&authority.pem, pool, KeepAlive::NEVER).unwrap());
    let (first, to) = (Arc::clone(&transport), url(&server));
    tokio::task::spawn_blocking(move || current().block_on(answered(&*first, &to))).await.unwrap();
    answered(&*transport, &url(&server)).await;
    until(&server, |record| record.hung_up == 2).await;
}
