//! A server that never pauses keeps no call from its deadline, even where the runtime has one thread.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use kinde_core::{CallContext, OperationKind, Transport, TransportErrorKind};
use kinde_hyper::HyperTransport;
use kinde_scripted::server::serve;

const DEADLINE: Duration = Duration::from_millis(300);
/// A busy machine, and code that was not optimised.
const LATE: Duration = Duration::from_secs(5);

/// Times out, on a runtime of one thread that has other things to do, too.
fn times_out(transport: HyperTransport, url: String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let calls = async move {
        tokio::spawn(async {
            loop {
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(2) {}
                tokio::task::yield_now().await;
            }
        });
        for _ in 0..3 {
            let start = Instant::now();
            let call = CallContext::new(OperationKind::new("test"), DEADLINE, 1024);
            let error =
                transport.send(Request::get(&url).body(Bytes::new()).unwrap(), call).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
            let late = start.elapsed() - DEADLINE;
            assert!(late < LATE, "{late:?}");
        }
    };
    // On the worker, not on the thread that waits for it.
    runtime.block_on(async { tokio::spawn(calls).await }).unwrap();
    runtime.shutdown_background();
}

#[test]
fn endless_interim_answers() {
    let server = serve(|mut conn| {
        conn.request()?;
        let piece = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(4000);
        loop {
            conn.write(&piece)?;
        }
    });
    times_out(HyperTransport::new().unwrap(), server.url("/"));
}

#[cfg(feature = "rustls")]
#[test]
fn endless_frames() {
    use kinde_scripted::frames::{self, frame, url};
    use kinde_scripted::tls::Authority;

    let authority = Authority::new();
    let server = frames::serve(&authority, |mut conn| {
        conn.request()?;
        // WINDOW_UPDATE of the connection by a byte, again and again.
        let window = frame(8, 0, 0, &1u32.to_be_bytes()).repeat(1000);
        loop {
            conn.write(&window)?;
        }
    });
    let transport =
        HyperTransport::builder().root_certificates_pem(authority.pem.as_bytes()).build().unwrap();
    times_out(transport, url(&server));
}
