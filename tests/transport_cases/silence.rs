//! A connection on which nothing is answered any more, while TCP acknowledges and new connections work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kinde_core::{CallContext, OperationKind, Transport, TransportErrorKind};
use kinde_scripted::Server;
use kinde_scripted::frames::{self, answer, until, url};
use kinde_scripted::server::{ok, serve};
use kinde_scripted::tls::Authority;
use tokio::sync::Barrier;

use super::{Backend, KeepAlive, MIB, get};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(20);

fn within(timeout: Duration) -> CallContext {
    CallContext::new(OperationKind::new("test"), timeout, MIB)
}

/// How a call ended: in this answer, or in such an error.
async fn end<T: Transport>(
    transport: &T,
    url: &str,
    timeout: Duration,
) -> Result<String, TransportErrorKind> {
    match transport.send(get(url), within(timeout)).await {
        Ok(response) => Ok(String::from_utf8(response.body().to_vec()).unwrap()),
        Err(error) => Err(error.kind()),
    }
}

fn hi() -> Result<String, TransportErrorKind> {
    Ok("hi".to_owned())
}

/// Answers once on its first connection, which then stalls; on others it answers on and on.
fn stalling(authority: &Authority) -> Server {
    frames::serve(authority, |conn| match conn.index() {
        0 => frames::stalling(conn, "hi"),
        _ => frames::answering(conn, "hi"),
    })
}

/// Without PINGs, one call is lost: the next takes another connection.
pub async fn one_call_is_lost_on_a_stalled_connection<B: Backend>() {
    let authority = Authority::new();
    let server = stalling(&authority);
    let transport = B::with_keep_alive(&authority.pem, KeepAlive::NEVER).unwrap();
    assert_eq!(end(&transport, &url(&server), LONG).await, hi());
    assert_eq!(end(&transport, &url(&server), SHORT).await, Err(TransportErrorKind::Timeout));
    for _ in 0..20 {
        assert_eq!(end(&transport, &url(&server), SHORT * 10).await, hi());
    }
    assert_eq!(server.record().accepted, 2);
}

/// With them, the call on it ends before its time is up, and the connection is closed.
pub async fn a_stalled_connection_answers_no_ping<B: Backend>() {
    let authority = Authority::new();
    let server = stalling(&authority);
    let keep_alive = KeepAlive { while_idle: false, ..KeepAlive::OFTEN };
    let transport = B::with_keep_alive(&authority.pem, keep_alive).unwrap();
    assert_eq!(end(&transport, &url(&server), LONG).await, hi());
    let start = Instant::now();
    let error = transport.send(get(url(&server)), within(LONG)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    assert!(format!("{error:?}").contains("PING"), "{error:?}");
    assert!(start.elapsed() < LONG / 2, "{:?}", start.elapsed());
    until(&server, |record| record.hung_up == 1).await;
    assert_eq!(end(&transport, &url(&server), LONG).await, hi());
    assert_eq!(server.record().accepted, 2);
}

/// A server that is gone is known to be so before anybody calls.
pub async fn pings_are_sent_while_idle<B: Backend>() {
    let authority = Authority::new();
    let server = stalling(&authority);
    let transport = B::with_keep_alive(&authority.pem, KeepAlive::OFTEN).unwrap();
    assert_eq!(end(&transport, &url(&server), LONG).await, hi());
    until(&server, |record| record.hung_up == 1).await;
    assert_eq!(end(&transport, &url(&server), LONG).await, hi());
    assert_eq!(server.record().accepted, 2);
}

/// A connection that answers others is not left because one call took too long.
pub async fn a_slow_answer_costs_no_connection_that_others_use<B: Backend>() {
    let authority = Authority::new();
    let server = frames::serve(&authority, |mut conn| {
        for nth in 0.. {
            let stream = conn.request()?;
            if nth == 1 {
                conn.release();
            } else {
                conn.write(answer(stream, "hi"))?;
            }
        }
        Ok(())
    });
    let transport = Arc::new(B::with_keep_alive(&authority.pem, KeepAlive::NEVER).unwrap());
    assert_eq!(end(&*transport, &url(&server), LONG).await, hi());
    let (ours, to) = (Arc::clone(&transport), url(&server));
    let slow = tokio::spawn(async move { end(&*ours, &to, SHORT * 3).await });
    until(&server, |record| record.released).await;
    loop {
        assert_eq!(end(&*transport, &url(&server), LONG).await, hi());
        if slow.is_finished() {
            break;
        }
    }
    assert_eq!(slow.await.unwrap(), Err(TransportErrorKind::Timeout));
    assert_eq!(end(&*transport, &url(&server), LONG).await, hi());
    assert_eq!(server.record().accepted, 1);
}

/// Over HTTP/1.1 there are as many connections as there were calls at once. When all of them are dead, one call is lost.
pub async fn one_call_is_lost_on_dead_connections_of_http1<B: Backend>() {
    const AT_ONCE: usize = 5;
    let dead = Arc::new(AtomicBool::new(false));
    let (is_dead, together) = (Arc::clone(&dead), std::sync::Barrier::new(AT_ONCE));
    let server = serve(move |mut conn| {
        loop {
            conn.request()?;
            if conn.index() < AT_ONCE {
                if is_dead.load(Ordering::SeqCst) {
                    return conn.hold();
                }
                // So that each of the first calls has a connection of its own.
                together.wait();
            }
            conn.write(ok("hi"))?;
        }
    });
    let transport = Arc::new(B::new().unwrap());
    let start = Arc::new(Barrier::new(AT_ONCE));
    let calls = (0..AT_ONCE).map(|_| {
        let (transport, url, start) = (Arc::clone(&transport), server.url("/"), Arc::clone(&start));
        tokio::spawn(async move {
            start.wait().await;
            end(&*transport, &url, LONG).await
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), hi());
    }
    dead.store(true, Ordering::SeqCst);
    assert_eq!(server.record().accepted, AT_ONCE);
    assert_eq!(end(&*transport, &server.url("/"), SHORT).await, Err(TransportErrorKind::Timeout));
    for _ in 0..20 {
        assert_eq!(end(&*transport, &server.url("/"), SHORT * 10).await, hi());
    }
    assert_eq!(server.record().accepted, AT_ONCE + 1);
}
