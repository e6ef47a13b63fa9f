//! One connection, from its first byte to its last.

use std::io;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::line::{Line, Scissors};
use super::service::answer;
use crate::fake::FakeKinde;

/// What all connections are told.
#[derive(Clone, Copy, Default)]
pub(super) struct Orders {
    /// Finish what you have, and take no more.
    pub(super) finish: bool,
    /// End at once, if this number is higher than when you began.
    pub(super) cuts: u64,
}

/// Runs a hyper connection and keeps an eye on the orders.
macro_rules! drive {
    ($connection:expr, $orders:expr) => {{
        let mut connection = pin!($connection);
        let began = $orders.borrow_and_update().cuts;
        loop {
            tokio::select! {
                biased;
                changed = $orders.changed() => {
                    let now = *$orders.borrow_and_update();
                    if changed.is_err() || now.cuts > began {
                        break;
                    }
                    if now.finish {
                        connection.as_mut().graceful_shutdown();
                    }
                }
                // An error is the client's own doing, or a cut.
                _ = connection.as_mut() => break,
            }
        }
    }};
}

pub(super) async fn run(
    fake: FakeKinde,
    stream: TcpStream,
    read_timeout: Duration,
    mut orders: watch::Receiver<Orders>,
) {
    // Pieces of a dripping body must not be gathered. It fails only on a connection that is gone.
    let _ = stream.set_nodelay(true);
    let version = tokio::select! {
        version = tokio::time::timeout(read_timeout, speaks(&stream)) => version,
        // Nothing was asked, so there is nothing to finish.
        _ = orders.changed() => return,
    };
    let Ok(Ok(version)) = version else { return };
    let scissors = Scissors::default();
    let io = TokioIo::new(Line::new(stream, scissors.clone()));
    let service = service_fn(move |request| answer(fake.clone(), scissors.clone(), request, read_timeout));
    match version {
        Speaks::Http1 => {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(read_timeout)
                .serve_connection(io, service);
            drive!(connection, orders);
        }
        Speaks::Http2 => {
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .keep_alive_interval(read_timeout)
                .keep_alive_timeout(read_timeout)
                .serve_connection(io, service);
            drive!(connection, orders);
        }
    }
}

enum Speaks {
    Http1,
    Http2,
}

/// Looks at the first bytes without taking them.
async fn speaks(stream: &TcpStream) -> io::Result<Speaks> {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let mut first = [0; PREFACE.len()];
    loop {
        let seen = stream.peek(&mut first).await?;
        if seen == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !PREFACE.starts_with(&first[..seen]) {
            return Ok(Speaks::Http1);
        }
        if seen == PREFACE.len() {
            return Ok(Speaks::Http2);
        }
        // Part of the preface: what is there already would be seen again at once.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
