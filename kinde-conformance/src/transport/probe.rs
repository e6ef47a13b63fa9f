//! How a case calls the transport.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{CallContext, OperationKind, Transport, TransportError};

use super::observed::{Found, Observed, Seen, failed};
use crate::alarm::{Alarm, lock};
use crate::server::{Conn, Record, Server};

/// For calls whose time is not what is judged. Long, since a loaded machine is not the transport's fault.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);
/// For calls whose time is judged: not before, and not after [`TIMES`] times.
pub(crate) const DEADLINE: Duration = Duration::from_millis(300);
pub(crate) const TIMES: u32 = 5;
/// For calls whose body is not what is judged.
pub(crate) const ROOMY: usize = 1024 * 1024;

/// What the calls of a case say about themselves.
pub(crate) fn call(timeout: Duration, body_limit: usize) -> CallContext {
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
pub(crate) struct Probe<'a> {
    subject: Box<dyn Subject + Send + 'a>,
    stops: Mutex<Vec<Arc<dyn Fn() + Send + Sync>>>,
    #[cfg(feature = "http2")]
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl<'a> Probe<'a> {
    pub(crate) fn new<T: Transport + ?Sized>(transport: &'a T) -> Self {
        Self {
            subject: Box::new(Judged(transport)),
            stops: Mutex::default(),
            #[cfg(feature = "http2")]
            tls: None,
        }
    }

    /// For servers over TLS.
    #[cfg(feature = "http2")]
    pub(crate) fn with_tls(self, config: Arc<rustls::ServerConfig>) -> Self {
        Self { tls: Some(config), ..self }
    }

    #[cfg(feature = "http2")]
    pub(crate) fn tls(&self) -> Option<&Arc<rustls::ServerConfig>> {
        self.tls.as_ref()
    }

    /// A server on 127.0.0.1 that serves each connection by `script`.
    pub(crate) fn serve(
        &self,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        self.serve_on(Ipv4Addr::LOCALHOST.into(), script)
    }

    pub(crate) fn serve_on(
        &self,
        host: IpAddr,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        Ok(self.watch(Server::start(host, script)?))
    }

    /// Has the watchdog stop a server of this case.
    pub(crate) fn watch(&self, server: Server) -> Server {
        let shared = server.shared();
        self.on_overdue(move || shared.stop());
        server
    }

    /// Has `stop` called when a call of this case is overdue. That is what ends a transport that blocks its
    /// thread: nothing else can.
    pub(crate) fn on_overdue(&self, stop: impl Fn() + Send + Sync + 'static) {
        lock(&self.stops).push(Arc::new(stop));
    }

    fn watchdog(&self, limit: Duration) -> io::Result<Alarm> {
        let stops = lock(&self.stops).clone();
        Alarm::after(limit, move || stops.iter().for_each(|stop| stop()))
    }

    /// Sends one request and sees what comes of it, within [`TIMES`] times its own deadline.
    pub(crate) async fn send(&self, request: Request<Bytes>, call: CallContext) -> Found<Observed> {
        self.send_within(request, call, limit(call)).await
    }

    /// The same, for deadlines that can't be multiplied.
    pub(crate) async fn send_within(
        &self,
        request: Request<Bytes>,
        call: CallContext,
        limit: Duration,
    ) -> Found<Observed> {
        let mut all = self.send_all(vec![request], call, limit).await?;
        all.pop().map_or_else(|| failed("nothing was sent"), Ok)
    }

    /// Sends all of them at once.
    pub(crate) async fn send_all(
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
                    let late = watchdog.poll_rung(context);
                    *end = Some(observed(if late { Seen::Overdue } else { seen }));
                }
            }
            if ends.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        Ok(ends.into_iter().flatten().collect())
    }

    /// Sends a request and drops the call's future as soon as `done`. What came of it, if it ended before.
    pub(crate) async fn send_and_drop(
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
            let seen = poll_caught(&mut sending, context);
            seen.map(|seen| Some(if watchdog.poll_rung(context) { Seen::Overdue } else { seen }))
        })
        .await;
        Ok(seen.map(|seen| Observed { seen, elapsed: start.elapsed(), call, limit }))
    }

    /// Waits until `done`, or for `longest`; whether it came to that.
    pub(crate) async fn until(
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
    pub(crate) async fn pause(&self, duration: Duration) -> Found {
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
