//! How a case calls the transport, and what it may conclude.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{CallContext, OperationKind, Transport, TransportError, TransportErrorKind};

use super::alarm::{Alarm, lock};
use super::server::{Record, Server};
use super::wire::Conn;

/// A case's end, or how it goes on.
pub(super) type Found<T = ()> = Result<T, Miss>;

/// Why a case was not passed.
pub(super) enum Miss {
    Failed(String),
    Skipped(String),
}

impl From<io::Error> for Miss {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("the suite itself could not go on: {error}"))
    }
}

impl From<http::Error> for Miss {
    fn from(error: http::Error) -> Self {
        Self::Failed(format!("the suite itself could not go on: {error}"))
    }
}

pub(super) fn failed<T>(seen: impl Into<String>) -> Found<T> {
    Err(Miss::Failed(seen.into()))
}

pub(super) fn skipped<T>(why: impl Into<String>) -> Found<T> {
    Err(Miss::Skipped(why.into()))
}

/// For calls whose time is not what is judged. Long, since a loaded machine is no fault of the transport.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// For calls whose time is judged: not before, and not after [`TIMES`] times.
pub(super) const DEADLINE: Duration = Duration::from_millis(300);
pub(super) const TIMES: u32 = 5;
/// The system's clocks tick: a socket's own timeout may end up to a tick early.
const TICK: Duration = Duration::from_millis(20);
/// For calls whose body is not what is judged.
pub(super) const ROOMY: usize = 1024 * 1024;

/// What the calls of a case say about themselves.
pub(super) fn call(timeout: Duration, body_limit: usize) -> CallContext {
    CallContext::new(OperationKind::new("conformance"), timeout, body_limit)
}

/// When a call is overdue.
fn limit(call: CallContext) -> Duration {
    if call.timeout() < PATIENCE { call.timeout() * TIMES } else { PATIENCE * 2 }
}

type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// A transport behind one type, so that the cases are compiled once.
trait Subject: Sync {
    fn send(&self, request: Request<Bytes>, call: CallContext) -> Sending<'_>;
}

struct Judged<'a, T: ?Sized>(&'a T);

impl<T: Transport + ?Sized> Subject for Judged<'_, T> {
    fn send(&self, request: Request<Bytes>, call: CallContext) -> Sending<'_> {
        // Inside the future: a `send` that works before it returns is timed and caught like the rest.
        Box::pin(async move { self.0.send(request, call).await })
    }
}

/// The transport in the hands of one case, with the servers of that case.
pub(super) struct Probe<'a> {
    subject: Box<dyn Subject + Send + 'a>,
    stops: Mutex<Vec<Arc<dyn Fn() + Send + Sync>>>,
}

impl<'a> Probe<'a> {
    pub(super) fn new<T: Transport + ?Sized>(transport: &'a T) -> Self {
        Self { subject: Box::new(Judged(transport)), stops: Mutex::default() }
    }

    /// A server on 127.0.0.1 that serves each connection by `script`.
    pub(super) fn serve(
        &self,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        self.serve_on(Ipv4Addr::LOCALHOST.into(), script)
    }

    pub(super) fn serve_on(
        &self,
        host: IpAddr,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let server = Server::start(host, script)?;
        let shared = server.shared();
        self.on_overdue(move || shared.stop());
        Ok(server)
    }

    /// Has `stop` called when a call of this case is overdue. That is what ends a transport that blocks its
    /// thread: nothing else can.
    pub(super) fn on_overdue(&self, stop: impl Fn() + Send + Sync + 'static) {
        lock(&self.stops).push(Arc::new(stop));
    }

    fn watchdog(&self, limit: Duration) -> io::Result<Alarm> {
        let stops = lock(&self.stops).clone();
        Alarm::after(limit, move || stops.iter().for_each(|stop| stop()))
    }

    /// Sends one request and sees what comes of it, within [`TIMES`] times its own deadline.
    pub(super) async fn send(&self, request: Request<Bytes>, call: CallContext) -> Found<Observed> {
        self.send_within(request, call, limit(call)).await
    }

    /// The same, for deadlines that can't be multiplied.
    pub(super) async fn send_within(
        &self,
        request: Request<Bytes>,
        call: CallContext,
        limit: Duration,
    ) -> Found<Observed> {
        let mut all = self.send_all(vec![request], call, limit).await?;
        all.pop().map_or_else(|| failed("nothing was sent"), Ok)
    }

    /// Sends all of them at once.
    pub(super) async fn send_all(
        &self,
        requests: Vec<Request<Bytes>>,
        call: CallContext,
        limit: Duration,
    ) -> Found<Vec<Observed>> {
        let watchdog = self.watchdog(limit)?;
        let start = Instant::now();
        let observed = |seen| Observed { seen, elapsed: start.elapsed(), call, limit };
        let mut futures: Vec<_> =
            requests.into_iter().map(|request| Some(self.subject.send(request, call))).collect();
        let mut ends: Vec<Option<Observed>> = futures.iter().map(|_| None).collect();
        poll_fn(|context| {
            let overdue = watchdog.poll_rung(context);
            for (future, end) in futures.iter_mut().zip(&mut ends) {
                let Some(sending) = future else { continue };
                let seen = if overdue { Poll::Ready(Seen::Overdue) } else { poll_caught(sending, context) };
                if let Poll::Ready(seen) = seen {
                    *future = None;
                    // A transport that blocks ends its poll only after the watchdog has closed the socket.
                    let late = start.elapsed() > limit;
                    *end = Some(observed(if late { Seen::Overdue } else { seen }));
                }
            }
            if ends.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        Ok(ends.into_iter().flatten().collect())
    }

    /// Sends a request and drops the call's future as soon as `done`. What came of it, if it ended before.
    pub(super) async fn send_and_drop(
        &self,
        server: &Server,
        request: Request<Bytes>,
        call: CallContext,
        done: impl Fn(&Record) -> bool,
    ) -> Found<Option<Observed>> {
        let limit = limit(call);
        let watchdog = self.watchdog(limit)?;
        let start = Instant::now();
        let mut sending = self.subject.send(request, call);
        let seen = poll_fn(|context| {
            if watchdog.poll_rung(context) {
                return Poll::Ready(Some(Seen::Overdue));
            }
            if poll_record(server, context, &done) {
                return Poll::Ready(None);
            }
            poll_caught(&mut sending, context).map(Some)
        })
        .await;
        let elapsed = start.elapsed();
        let late = elapsed > limit;
        Ok(seen.map(|seen| Observed { seen: if late { Seen::Overdue } else { seen }, elapsed, call, limit }))
    }

    /// Waits until `done`, or for `longest`; whether it came to that.
    pub(super) async fn until(
        &self,
        server: &Server,
        longest: Duration,
        done: impl Fn(&Record) -> bool,
    ) -> Found<bool> {
        let alarm = Alarm::after(longest, || {})?;
        let poll = |context: &mut Context<'_>| {
            let reached = poll_record(server, context, &done);
            if reached || alarm.poll_rung(context) { Poll::Ready(reached) } else { Poll::Pending }
        };
        Ok(poll_fn(poll).await)
    }

    /// Gives the transport's own tasks time to notice what the server did.
    pub(super) async fn pause(&self, duration: Duration) -> Found {
        Alarm::after(duration, || {})?.await;
        Ok(())
    }
}

fn poll_record(server: &Server, context: &Context<'_>, done: &impl Fn(&Record) -> bool) -> bool {
    let mut record = server.record();
    let reached = done(&record);
    if !reached {
        record.wakers.push(context.waker().clone());
    }
    reached
}

fn poll_caught(sending: &mut Sending<'_>, context: &mut Context<'_>) -> Poll<Seen> {
    match catch_unwind(AssertUnwindSafe(|| sending.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(Ok(response))) => Poll::Ready(Seen::Answer(response)),
        Ok(Poll::Ready(Err(error))) => Poll::Ready(Seen::Error(error)),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Poll::Ready(Seen::Panic(text.unwrap_or_default()))
        }
    }
}

/// How a call ended.
pub(super) enum Seen {
    Answer(Response<Bytes>),
    Error(TransportError),
    Panic(String),
    /// It had not ended when the watchdog did its work.
    Overdue,
}

/// How a call ended, and when.
pub(super) struct Observed {
    pub(super) seen: Seen,
    pub(super) elapsed: Duration,
    call: CallContext,
    limit: Duration,
}

impl Observed {
    /// There must be an answer.
    pub(super) fn answer(self) -> Found<Response<Bytes>> {
        match self.seen {
            Seen::Answer(response) => Ok(response),
            _ => failed(format!("an answer was due, but there was {self}")),
        }
    }

    /// There must be an answer with this body.
    pub(super) fn answer_of(self, status: u16, body: &[u8]) -> Found<Response<Bytes>> {
        let response = self.answer()?;
        if response.status() != status || response.body() != body {
            return failed(format!(
                "{status} with {} was due, but there was {} with {}",
                excerpt(body),
                response.status().as_u16(),
                excerpt(response.body())
            ));
        }
        Ok(response)
    }

    pub(super) fn is_error_of(&self, kind: TransportErrorKind) -> bool {
        matches!(&self.seen, Seen::Error(error) if error.kind() == kind)
    }

    /// There must be an error of one of these kinds.
    pub(super) fn error_of(self, kinds: &[TransportErrorKind]) -> Found<TransportError> {
        match self.seen {
            Seen::Error(error) if kinds.contains(&error.kind()) => Ok(error),
            _ => {
                let names: Vec<_> = kinds.iter().map(|kind| format!("{kind:?}")).collect();
                failed(format!("{} was due, but there was {self}", names.join(" or ")))
            }
        }
    }

    /// It must have ended with `Timeout`, not before its deadline. (Not long after: that is `Overdue`.)
    pub(super) fn timed_out(self) -> Found {
        let (elapsed, deadline) = (self.elapsed, self.call.timeout());
        self.error_of(&[TransportErrorKind::Timeout])?;
        if elapsed + TICK < deadline {
            return failed(format!(
                "Timeout came after {} ms, before the deadline of {} ms",
                elapsed.as_millis(),
                deadline.as_millis()
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seen {
            Seen::Answer(response) => {
                write!(f, "an answer, {} with {}", response.status().as_u16(), excerpt(response.body()))
            }
            Seen::Error(error) => {
                write!(f, "an error of kind {:?}", error.kind())?;
                let mut cause = std::error::Error::source(error);
                while let Some(error) = cause {
                    write!(f, ": {error}")?;
                    cause = error.source();
                }
                Ok(())
            }
            Seen::Panic(text) => write!(f, "a panic: {text}"),
            Seen::Overdue => write!(
                f,
                "no end: after {} ms the server closed the connection, and `timeout` was {:?}",
                self.limit.as_millis(),
                self.call.timeout()
            ),
        }
    }
}

/// A body in a report: what it starts with, or how long it is.
pub(super) fn excerpt(body: &[u8]) -> String {
    match body {
        [] => "no body".to_owned(),
        [..] if body.len() <= 40 => format!("the body \"{}\"", body.escape_ascii()),
        [..] => format!("a body of {} bytes", body.len()),
    }
}

/// What the suite's requests carry, in the places where a client's secrets are.
pub(super) const BEARER: &str = "conformance-bearer-4b1f0c";
pub(super) const FORM: &str = "token=conformance-token-93ad27&client_secret=conformance-secret-e05c6b";

/// A request as the client's operations write it: a GET, or with a body a POST.
pub(super) fn request(to: SocketAddr, target: &str, body: Option<Bytes>) -> Found<Request<Bytes>> {
    let mut request = Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(format!("http://{to}{target}"))
        .header("authorization", format!("Bearer {BEARER}"))
        .header("accept", "application/json")
        .header("user-agent", "conformance/1")
        .header("kinde-sdk", "Rust/1/1/rust");
    if body.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let mut request = request.body(body.unwrap_or_default())?;
    if let Some(bearer) = request.headers_mut().get_mut("authorization") {
        bearer.set_sensitive(true);
    }
    Ok(request)
}

pub(super) fn get(server: &Server, target: &str) -> Found<Request<Bytes>> {
    request(server.address(), target, None)
}

pub(super) fn post(server: &Server, target: &str) -> Found<Request<Bytes>> {
    request(server.address(), target, Some(Bytes::from_static(FORM.as_bytes())))
}

/// A plain answer.
pub(super) fn answer(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
        .into()
}
