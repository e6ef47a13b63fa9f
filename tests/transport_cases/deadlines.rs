//! The call's time.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use kinde_core::{CallContext, OperationKind, Transport, TransportErrorKind};

use super::server::{Server, ok};
use super::{Backend, MIB, get, send};

const TIME: Duration = Duration::from_millis(250);

fn call(timeout: Duration) -> CallContext {
    CallContext::new(OperationKind::new("test"), timeout, MIB)
}

async fn times_out<B: Backend>(server: &Server) {
    let transport = B::new().unwrap();
    let start = Instant::now();
    let error = transport.send(get(server.url("/")), call(TIME)).await.unwrap_err();
    let took = start.elapsed();
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
    assert!(took >= TIME && took < 8 * TIME, "{took:?}");
}

pub async fn covers_the_head<B: Backend>() {
    times_out::<B>(&Server::start(|_, _, _| true)).await;
}

pub async fn covers_the_body<B: Backend>() {
    // A byte at a time: no single read is slow.
    let drip = Server::start(|_, _, stream| {
        let mut write = |bytes: &[u8]| stream.write_all(bytes).is_ok();
        let mut going = write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while going {
            thread::sleep(Duration::from_millis(10));
            going = write(b"x");
        }
        false
    });
    times_out::<B>(&drip).await;
    let stalls = Server::start(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx").is_ok()
    });
    times_out::<B>(&stalls).await;
}

pub async fn none_left<B: Backend>() {
    let server = Server::saying(ok("late"));
    let transport = B::new().unwrap();
    let error = transport.send(get(server.url("/")), call(Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
    // A time that no clock can add to now.
    transport.send(get(server.url("/")), call(Duration::MAX)).await.unwrap();
    assert_eq!(server.log.connections(), 1, "with no time left, nothing was to be begun");
}

pub async fn a_dropped_call_leaves_the_transport_usable<B: Backend>() {
    let server = Server::start(|number, _, stream| {
        // The first connection is never answered.
        number == 0 || stream.write_all(ok("hi").as_bytes()).is_ok()
    });
    let transport = B::new().unwrap();
    let given_up = tokio::time::timeout(TIME, send(&transport, get(server.url("/")))).await;
    assert!(given_up.is_err());
    assert_eq!(send(&transport, get(server.url("/"))).await.unwrap().body(), "hi");
}
