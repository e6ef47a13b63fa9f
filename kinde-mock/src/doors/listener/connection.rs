//! One connection, from its first byte to its last.

use std::pin::pin;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
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

pub(super) async fn run(
    fake: FakeKinde,
    stream: TcpStream,
    read_timeout: Duration,
    mut orders: watch::Receiver<Orders>,
) {
    let began = orders.borrow().cuts;
    // Told before it came to its turn: nothing was asked, so there is nothing to finish.
    if orders.has_changed().unwrap_or(true) {
        return;
    }
    // Pieces of a dripping body must not be gathered. It fails only on a connection that is gone.
    let _ = stream.set_nodelay(true);
    let scissors = Scissors::default();
    let io = TokioIo::new(Line::new(stream, scissors.clone(), read_timeout));
    let service = service_fn(move |request| answer(fake.clone(), scissors.clone(), request, read_timeout));
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(read_timeout);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(read_timeout)
        .keep_alive_timeout(read_timeout);
    let mut connection = pin!(server.serve_connection(io, service));
    loop {
        tokio::select! {
            biased;
            changed = orders.changed() => {
                let now = *orders.borrow_and_update();
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
}
