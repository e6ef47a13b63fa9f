//! The same over HTTP/2, where a broken answer need not break the connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kinde::{Domain, ErrorKind};
use kinde_scripted::tls::{Authority, Protocol, TlsServer};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::server::TlsStream;

use super::backend::{ATTEMPTS, Connect, Settings};
use super::case::{Call, End, failed};
use super::runner::{Elsewhere, IN_BUFFERS, clean, well};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(500);
const HUGE: usize = 200 * 1024 * 1024;

/// What the server does to each request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Documented,
    /// Says after each answer that it is leaving.
    Leaving,
    Status(u16),
    Redirect,
    BigHeader,
    ManyHeaders,
    Silent,
    NoAnswer,
    Body(Rest),
    /// The same, with a `Content-Length` of that many bytes.
    Sized(Rest, usize),
    /// Answers, and drops the connection in the body.
    Gone,
}

/// How a body goes on after its first bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rest {
    Ends,
    Floods,
    Hangs,
    Breaks,
}

struct Odd {
    first: Option<Bytes>,
    rest: Rest,
    written: Arc<AtomicUsize>,
}

impl Body for Odd {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        const PIECE: &[u8] = &[b' '; 16 * 1024];
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        match self.rest {
            Rest::Ends => Poll::Ready(None),
            Rest::Hangs => Poll::Pending,
            Rest::Breaks => Poll::Ready(Some(Err(std::io::Error::other("broken")))),
            Rest::Floods if self.written.fetch_add(PIECE.len(), Ordering::SeqCst) < HUGE => {
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(PIECE)))))
            }
            Rest::Floods => Poll::Ready(None),
        }
    }
}

struct Server {
    address: SocketAddr,
    server: TlsServer,
    shared: Shared,
}

/// What the server's connections and the test both see.
#[derive(Clone)]
struct Shared {
    mode: Arc<Mutex<Mode>>,
    written: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(authority: &Authority, mode: Mode, elsewhere: &str) -> Self {
        let shared =
            Shared { mode: Arc::new(Mutex::new(mode)), written: Arc::default(), requests: Arc::default() };
        let (theirs, elsewhere) = (shared.clone(), elsewhere.to_owned());
        let serve = move |stream| serve(stream, theirs.clone(), elsewhere.clone());
        let identity = authority.issue("127.0.0.1", |_| {});
        let server = TlsServer::start(identity, Protocol::Http2, serve).await;
        Self { address: server.address, server, shared }
    }
}

async fn serve(stream: TlsStream<TcpStream>, shared: Shared, elsewhere: String) {
    let (leave, gone) = (Notify::new(), Notify::new());
    let service = service_fn(|request: Request<Incoming>| {
        let mode = *shared.mode.lock().unwrap();
        shared.requests.fetch_add(1, Ordering::SeqCst);
        match mode {
            Mode::Leaving => leave.notify_one(),
            Mode::Gone => gone.notify_one(),
            _ => {}
        }
        answer(mode, request, Arc::clone(&shared.written), elsewhere.clone())
    });
    let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    let mut connection = pin!(server.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = leave.notified() => connection.as_mut().graceful_shutdown(),
            () = gone.notified() => {
                let _ = tokio::time::timeout(SHORT / 10, connection.as_mut()).await;
                return;
            }
        }
    }
}

async fn answer(
    mode: Mode,
    request: Request<Incoming>,
    written: Arc<AtomicUsize>,
    elsewhere: String,
) -> Result<Response<Odd>, Box<dyn std::error::Error + Send + Sync>> {
    let documented: &'static [u8] = match request.uri().path() {
        "/oauth2/introspect" => br#"{"active":false}"#,
        "/oauth2/revoke" => b"",
        _ => br#"{"sub":"tame"}"#,
    };
    let of = |first: &'static [u8], rest| Odd { first: Some(Bytes::from_static(first)), rest, written };
    let response = Response::builder();
    Ok(match mode {
        Mode::Documented | Mode::Leaving => response.body(of(documented, Rest::Ends))?,
        Mode::Status(status) => response.status(status).body(of(br#"{"active":true}"#, Rest::Ends))?,
        Mode::Redirect => response
            .status(307)
            .header("location", format!("https://{elsewhere}/"))
            .body(of(b"", Rest::Ends))?,
        Mode::BigHeader => response.header("x", "y".repeat(1 << 20)).body(of(documented, Rest::Ends))?,
        Mode::ManyHeaders => (0..10_000)
            .fold(response, |response, number| response.header(format!("x-{number}"), "y"))
            .body(of(documented, Rest::Ends))?,
        Mode::Silent => std::future::pending::<Result<_, Infallible>>().await?,
        Mode::NoAnswer => return Err("no answer".into()),
        Mode::Body(rest) => response.body(of(br#"{"active":"#, rest))?,
        Mode::Sized(rest, length) => {
            response.header("content-length", length).body(of(br#"{"active":true}"#, rest))?
        }
        Mode::Gone => response.body(of(br#"{"active":"#, Rest::Hangs))?,
    })
}

pub async fn http2(connect: Connect) {
    use ErrorKind::{BodyTooLarge, Interrupted, Redirect, Timeout, UnexpectedBody, UnexpectedStatus};
    let (authority, elsewhere) = (Authority::new(), Elsewhere::start());
    let cases = [
        (Mode::Documented, End::Inactive),
        (Mode::Leaving, End::Inactive),
        (Mode::Status(202), failed(UnexpectedStatus)),
        (Mode::Status(204), failed(UnexpectedStatus)),
        (Mode::Redirect, failed(Redirect)),
        (Mode::BigHeader, failed(Interrupted)),
        (Mode::ManyHeaders, failed(Interrupted)),
        (Mode::Silent, failed(Timeout)),
        (Mode::NoAnswer, failed(Interrupted)),
        (Mode::Body(Rest::Ends), failed(UnexpectedBody)),
        (Mode::Body(Rest::Floods), failed(BodyTooLarge)),
        (Mode::Body(Rest::Hangs), failed(Timeout)),
        (Mode::Body(Rest::Breaks), failed(Interrupted)),
        (Mode::Sized(Rest::Ends, 15), End::Active { exp: None, aud: 0 }),
        (Mode::Sized(Rest::Ends, 99), failed(Interrupted)),
        (Mode::Sized(Rest::Ends, 9), failed(Interrupted)),
        (Mode::Sized(Rest::Floods, HUGE), failed(BodyTooLarge)),
        (Mode::Gone, failed(Interrupted)),
    ];
    for (mode, expected) in cases {
        let server = Server::start(&authority, mode, &elsewhere.address).await;
        let deadline = if expected == failed(Timeout) { SHORT } else { LONG };
        let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(deadline) };
        let kinde = connect(Domain::new(format!("https://{}", server.address)).unwrap(), settings);
        // Again and again: what one answer leaves behind must not spoil the next.
        for _ in 0..3 {
            let (end, error) = Call::Introspection.make(&*kinde).await;
            assert_eq!(end, expected, "{mode:?}: {error:?}");
            error.iter().try_for_each(clean).unwrap();
        }
        *server.shared.mode.lock().unwrap() = Mode::Documented;
        well(&*kinde).await.unwrap_or_else(|what| panic!("{mode:?}: {what}"));
        let written = server.shared.written.load(Ordering::SeqCst);
        assert!(written <= 3 * ATTEMPTS * IN_BUFFERS, "{mode:?}: {written} bytes were written");
        let connections = server.server.connections();
        if expected == failed(Timeout) {
            // Nothing else was heard while they waited, so the connection may be dead: the next call doesn't try.
            assert!((2..=4).contains(&connections), "{mode:?}: {connections} connections");
        } else if !matches!(
            mode,
            Mode::Leaving | Mode::Gone | Mode::BigHeader | Mode::ManyHeaders | Mode::Sized(..)
        ) {
            assert_eq!(connections, 1, "{mode:?} cost the connection");
        }
    }
    assert_eq!(elsewhere.calls(), 0);
}

/// Many calls at once share a connection, and one that hangs keeps nobody waiting.
pub async fn a_stream_that_hangs_blocks_no_other(connect: Connect) {
    let authority = Authority::new();
    let server = Server::start(&authority, Mode::Body(Rest::Hangs), "").await;
    let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(LONG) };
    let kinde = connect(Domain::new(format!("https://{}", server.address)).unwrap(), settings);
    const HANGING: usize = 50;
    let hanging: Vec<_> = (0..HANGING)
        .map(|_| {
            let kinde = Arc::clone(&kinde);
            tokio::spawn(async move { Call::Introspection.make(&*kinde).await.0 })
        })
        .collect();
    let all_hang = async {
        while server.shared.requests.load(Ordering::SeqCst) < HANGING {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(LONG, all_hang).await.unwrap();
    *server.shared.mode.lock().unwrap() = Mode::Documented;
    well(&*kinde).await.unwrap();
    hanging.iter().for_each(|call| call.abort());
    // Dropped calls give their streams back.
    for _ in 0..100 {
        let call = Call::Introspection.make(&*kinde);
        let _ = tokio::time::timeout(Duration::from_micros(200), call).await;
    }
    well(&*kinde).await.unwrap();
}
