//! A blocking HTTP/1.1 client in the standard library alone, that keeps one connection. Right if it has no
//! bug, and wrong in one way if it has: the suite must tell.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::TransportErrorKind::{BodyTooLarge, Connect, Interrupted, Other, Timeout};
use kinde_core::{CallContext, Transport, TransportError};
use tokio::sync::oneshot::{self, Sender};

use crate::bugs::Bug;
use crate::exchange::{Exchange, host};

type Answer = Result<Response<Bytes>, TransportError>;

/// Runs in place: `send` blocks the thread that polls it.
pub(crate) struct Tiny {
    pub(crate) bug: Option<Bug>,
    kept: Mutex<Option<TcpStream>>,
}

/// Runs on a thread of its own for each call, so that its future can be dropped.
pub(crate) struct OnThread(pub(crate) Arc<Tiny>);

impl Transport for Tiny {
    async fn send(&self, request: Request<Bytes>, call: CallContext) -> Answer {
        assert!(!self.has(Bug::Panics), "the transport gave up");
        if self.has(Bug::NeverEnds) {
            std::future::pending::<()>().await;
        }
        let plain = request.clone();
        match self.call(request, call) {
            Err(_) if self.has(Bug::CallsEverythingOther) => Err(Other.into()),
            Err(error) if self.has(Bug::PrintsRequestInErrors) => {
                Err(TransportError::from(error.kind()).because(format!("{plain:?}")))
            }
            Err(error) if self.has(Bug::RetriesByItself) && error.kind() == Interrupted => {
                self.call(plain, call)
            }
            Ok(answer) if self.has(Bug::StatusesAreErrors) && answer.status().as_u16() >= 400 => {
                Err(TransportError::from(Other).because(format!("status {}", answer.status())))
            }
            answer => answer,
        }
    }
}

impl Transport for OnThread {
    async fn send(&self, request: Request<Bytes>, call: CallContext) -> Answer {
        let (done, ended) = oneshot::channel();
        let (done, tiny) = (Arc::new(Mutex::new(Some(done))), Arc::clone(&self.0));
        let end = move |done: &Mutex<Option<Sender<Answer>>>, answer| {
            let done = done.lock().unwrap().take();
            done.map(|done| done.send(answer).is_ok())
        };
        let limits = if tiny.has(Bug::KeepsDroppedCalls) {
            // It gives its caller a result in time, and goes on behind its back.
            let (done, timeout) = (Arc::clone(&done), call.timeout().min(Duration::from_secs(10)));
            std::thread::spawn(move || {
                std::thread::sleep(timeout);
                end(&done, Err(Timeout.into()))
            });
            CallContext::new(call.operation(), Duration::MAX, call.body_limit())
        } else {
            call
        };
        std::thread::spawn(move || end(&done, tiny.call(request, limits)));
        ended.await.unwrap_or_else(|_| Err(Other.into()))
    }
}

impl Tiny {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, kept: Mutex::new(None) }
    }

    pub(crate) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn call(&self, request: Request<Bytes>, call: CallContext) -> Answer {
        if request.uri().scheme_str() == Some("https") && !self.has(Bug::SpeaksPlainToHttps) {
            return Err(TransportError::from(Other).because("it has no TLS"));
        }
        let deadline = match call.timeout() {
            _ if self.has(Bug::IgnoresTimeout) => None,
            timeout if self.has(Bug::TimesOutEarly) => Instant::now().checked_add(timeout / 2),
            timeout if self.has(Bug::OverflowsDeadline) => Some(Instant::now() + timeout),
            timeout => Instant::now().checked_add(timeout),
        };
        let answer = self.exchange(&request, call, deadline)?;
        if self.has(Bug::FollowsRedirects) && answer.status().is_redirection() {
            let location = answer.headers().get("location").and_then(|to| to.to_str().ok());
            if let Some(Ok(to)) = location.map(|to| to.parse::<http::Uri>()) {
                let mut parts = request.uri().clone().into_parts();
                parts.authority = to.authority().cloned().or(parts.authority);
                parts.path_and_query = to.path_and_query().cloned();
                let mut request = request;
                *request.uri_mut() = http::Uri::from_parts(parts).unwrap();
                return self.exchange(&request, call, deadline);
            }
        }
        Ok(answer)
    }

    fn exchange(&self, request: &Request<Bytes>, call: CallContext, deadline: Option<Instant>) -> Answer {
        let kept = self.kept.lock().unwrap().take().filter(|stream| {
            stream.set_nonblocking(true).unwrap();
            let quiet = matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
            stream.set_nonblocking(false).unwrap();
            let peer = stream.peer_addr().is_ok_and(|peer| Some(&*peer.to_string()) == host(request));
            (quiet || self.has(Bug::TrustsKeptConnections) || self.has(Bug::KeepsHalfReadConnections)) && peer
        });
        let was_kept = kept.is_some();
        let stream = match kept {
            Some(stream) => stream,
            None => self.connect(request, deadline)?,
        };
        let mut exchange = Exchange { tiny: self, stream, deadline, ahead: Vec::new() };
        let answer = exchange.run(request, call.body_limit());
        match answer {
            Err(_) if was_kept && self.has(Bug::ResendsOnKept) => self.exchange(request, call, deadline),
            Err(_) if was_kept && self.has(Bug::BlamesKept) => Err(Other.into()),
            Err(error) if error.kind() == BodyTooLarge && self.has(Bug::KeepsHalfReadConnections) => {
                *self.kept.lock().unwrap() = Some(exchange.stream);
                Err(error)
            }
            Err(error) if error.kind() == Timeout && self.has(Bug::KeepsSilentConnections) => {
                *self.kept.lock().unwrap() = Some(exchange.stream);
                Err(error)
            }
            Ok((answer, keep)) => {
                let quiet = exchange.ahead.is_empty() || self.has(Bug::TrustsKeptConnections);
                *self.kept.lock().unwrap() = Some(exchange.stream).filter(|_| keep && quiet);
                Ok(answer)
            }
            Err(error) => Err(error),
        }
    }

    fn connect(
        &self,
        request: &Request<Bytes>,
        deadline: Option<Instant>,
    ) -> Result<TcpStream, TransportError> {
        let address = host(request).unwrap().parse().map_err(|error| TransportError::new(Connect, error))?;
        let connected = match deadline.filter(|_| !self.has(Bug::ConnectsWithoutDeadline)) {
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(Timeout.into());
                }
                TcpStream::connect_timeout(&address, left)
            }
            None => TcpStream::connect(address),
        };
        let stream = connected.map_err(|error| {
            let kind = if error.kind() == ErrorKind::TimedOut { Timeout } else { Connect };
            TransportError::new(if self.has(Bug::RefusedIsInterrupted) { Interrupted } else { kind }, error)
        })?;
        // Head and body are written apart.
        stream.set_nodelay(true).unwrap();
        Ok(stream)
    }
}
