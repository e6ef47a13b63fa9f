//! A blocking HTTP/1.1 client in the standard library alone, that keeps one connection. Right if it has no
//! bug, and wrong in one way if it has: the suite must tell.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use kinde_core::TransportErrorKind::{BodyTooLarge, Connect, Interrupted, Other, Timeout};
use kinde_core::{CallContext, Transport, TransportError};

use crate::bugs::Bug;

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
                Err(TransportError::new(error.kind(), format!("{plain:?}")))
            }
            Err(error) if self.has(Bug::RetriesByItself) && error.kind() == Interrupted => {
                self.call(plain, call)
            }
            Ok(answer) if self.has(Bug::StatusesAreErrors) && answer.status().as_u16() >= 400 => {
                Err(TransportError::new(Other, format!("status {}", answer.status())))
            }
            answer => answer,
        }
    }
}

impl Transport for OnThread {
    async fn send(&self, request: Request<Bytes>, call: CallContext) -> Answer {
        let (done, ended) = tokio::sync::oneshot::channel();
        let (done, tiny) = (Arc::new(Mutex::new(Some(done))), Arc::clone(&self.0));
        let end = move |done: &Mutex<Option<_>>, answer: Answer| {
            done.lock().unwrap().take().map(|done: tokio::sync::oneshot::Sender<_>| done.send(answer))
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

struct Exchange<'a> {
    tiny: &'a Tiny,
    stream: TcpStream,
    /// `None`: there is no deadline.
    deadline: Option<Instant>,
    ahead: Vec<u8>,
}

impl Tiny {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, kept: Mutex::new(None) }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn call(&self, request: Request<Bytes>, call: CallContext) -> Answer {
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
        connected.map_err(|error| {
            let kind = if error.kind() == ErrorKind::TimedOut { Timeout } else { Connect };
            TransportError::new(if self.has(Bug::RefusedIsInterrupted) { Interrupted } else { kind }, error)
        })
    }
}

fn host(request: &Request<Bytes>) -> Option<&str> {
    request.uri().authority().map(http::uri::Authority::as_str)
}

fn broken(why: &str) -> TransportError {
    TransportError::new(Interrupted, why)
}

impl Exchange<'_> {
    fn run(
        &mut self,
        request: &Request<Bytes>,
        limit: usize,
    ) -> Result<(Response<Bytes>, bool), TransportError> {
        self.write(&self.encode(request))?;
        loop {
            let (mut answer, version) = self.head()?;
            let status = answer.status();
            if !status.is_informational() || self.tiny.has(Bug::TakesInterimForAnswer) {
                let (body, has_end) = self.body(request.method().as_str(), &answer, limit)?;
                let closes = answer.headers().get("connection").is_some_and(|value| value == "close");
                *answer.body_mut() = body.into();
                if self.tiny.has(Bug::Inflates) && answer.headers_mut().remove("content-encoding").is_some() {
                    let gzip = answer.body();
                    *answer.body_mut() = gzip.slice(10..gzip.len() - 8);
                }
                return Ok((answer, has_end && !closes && version == "HTTP/1.1"));
            }
        }
    }

    fn encode(&self, request: &Request<Bytes>) -> Vec<u8> {
        let target = match request.uri().path_and_query() {
            _ if self.tiny.has(Bug::LosesQuery) => request.uri().path(),
            target => target.map_or("/", |target| target.as_str()),
        };
        let target =
            if self.tiny.has(Bug::DecodesPath) { target.replace("%20", "+") } else { target.to_owned() };
        let mut head =
            format!("{} {target} HTTP/1.1\r\nHost: {}\r\n", request.method(), host(request).unwrap());
        if self.tiny.has(Bug::AddsHeader) {
            head += "Accept-Encoding: gzip\r\n";
        }
        let mut head = head.into_bytes();
        for (name, value) in request.headers() {
            if !(self.tiny.has(Bug::DropsHeader) && name == "kinde-sdk") {
                head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
            }
        }
        let body: &[u8] = if self.tiny.has(Bug::DropsBody) { b"" } else { request.body() };
        if !body.is_empty() {
            head.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
        }
        [&head, &b"\r\n"[..], body].concat()
    }

    fn head(&mut self) -> Result<(Response<Bytes>, String), TransportError> {
        let head = self.until(b"\r\n\r\n")?;
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let start = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let mut words = start.split(' ');
        let version = words.next().filter(|word| ["HTTP/1.0", "HTTP/1.1"].contains(word));
        let status = words.next().and_then(|word| StatusCode::from_bytes(word.as_bytes()).ok());
        let (Some(version), Some(status)) = (version, status) else { return Err(broken("no HTTP")) };
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = status;
        for line in lines.filter(|line| !line.is_empty()) {
            let colon = line.iter().position(|byte| *byte == b':').ok_or_else(|| broken("no header"))?;
            let name = HeaderName::from_bytes(&line[..colon]).map_err(|_| broken("no name"))?;
            let value =
                HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).map_err(|_| broken("no value"))?;
            if self.tiny.has(Bug::DropsRepeatedHeaders) {
                answer.headers_mut().insert(name, value);
            } else {
                answer.headers_mut().append(name, value);
            }
        }
        if answer.headers().len() > 100 && !self.tiny.has(Bug::AcceptsAnyHead) {
            return Err(broken("too many headers"));
        }
        Ok((answer, version.to_owned()))
    }

    /// The body, and whether it had an end of its own.
    fn body(
        &mut self,
        method: &str,
        answer: &Response<Bytes>,
        limit: usize,
    ) -> Result<(Vec<u8>, bool), TransportError> {
        let limit = match limit {
            _ if self.tiny.has(Bug::IgnoresCap) || self.tiny.has(Bug::ChecksCapAtTheEnd) => usize::MAX,
            limit if self.tiny.has(Bug::CapIsOneTooLow) => limit - 1,
            limit => limit,
        };
        let headers = answer.headers();
        let none = [204, 304].contains(&answer.status().as_u16()) && !self.tiny.has(Bug::WaitsForBodyOf204);
        if none || method == "HEAD" && !self.tiny.has(Bug::WaitsForBodyOfHead) {
            return Ok((Vec::new(), true));
        }
        let mut body = Vec::new();
        if headers.get("transfer-encoding").is_some_and(|value| value == "chunked") {
            loop {
                let line = match self.until(b"\r\n") {
                    Err(error) if error.kind() == Interrupted && self.tiny.has(Bug::AcceptsTruncatedBody) => {
                        return Ok((body, false));
                    }
                    line => line?,
                };
                let size = String::from_utf8_lossy(&line);
                let size = size.split(';').next().unwrap_or_default().trim();
                let size = usize::from_str_radix(size, 16).map_err(|_| broken("no size"))?;
                if size == 0 {
                    while self.until(b"\r\n")? != b"\r\n" {}
                    return Ok((body, true));
                }
                self.take(size, limit.saturating_sub(body.len()), &mut body)?;
                self.until(b"\r\n")?;
            }
        }
        let mut lengths = headers.get_all("content-length").iter().map(HeaderValue::as_bytes);
        if let Some(length) = lengths.next().filter(|_| !self.tiny.has(Bug::ReadsToClose)) {
            if lengths.any(|other| other != length) && !self.tiny.has(Bug::TakesFirstLength) {
                return Err(broken("two lengths"));
            }
            let length = std::str::from_utf8(length).ok().and_then(|length| length.parse().ok());
            let length = length.ok_or_else(|| broken("no length"))?;
            match self.take(length, limit, &mut body) {
                Err(error) if error.kind() == Interrupted && self.tiny.has(Bug::AcceptsTruncatedBody) => {
                    body.append(&mut self.ahead);
                }
                Err(error) if error.kind() == Timeout && self.tiny.has(Bug::AcceptsSlowPart) => {}
                result => result?,
            }
            return Ok((body, true));
        }
        loop {
            let ended = self.read()? == 0;
            if self.ahead.len() > limit {
                return Err(BodyTooLarge.into());
            }
            if ended {
                break;
            }
        }
        Ok((std::mem::take(&mut self.ahead), false))
    }

    fn take(&mut self, size: usize, limit: usize, body: &mut Vec<u8>) -> Result<(), TransportError> {
        if size > limit {
            return Err(BodyTooLarge.into());
        }
        while self.ahead.len() < size {
            self.some()?;
        }
        body.extend(self.ahead.drain(..size));
        if self.tiny.has(Bug::ChecksCapAtTheEnd) && body.len() > 64 * 1024 {
            return Err(BodyTooLarge.into());
        }
        Ok(())
    }

    fn until(&mut self, end: &[u8]) -> Result<Vec<u8>, TransportError> {
        loop {
            if let Some(at) = self.ahead.windows(end.len()).position(|window| window == end) {
                return Ok(self.ahead.drain(..at + end.len()).collect());
            }
            if self.ahead.len() > 64 * 1024 {
                return Err(broken("no end of the head"));
            }
            self.some()?;
        }
    }

    fn some(&mut self) -> Result<(), TransportError> {
        if self.read()? == 0 { Err(broken("cut short")) } else { Ok(()) }
    }

    fn left(&self) -> Result<Option<Duration>, TransportError> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let left = deadline.saturating_duration_since(Instant::now());
        match left {
            _ if self.tiny.has(Bug::TimeoutPerRead) => Ok(Some(Duration::from_millis(300))),
            Duration::ZERO => Err(Timeout.into()),
            left => Ok(Some(left)),
        }
    }

    fn read(&mut self) -> Result<usize, TransportError> {
        self.stream.set_read_timeout(self.left()?).unwrap();
        let mut buffer = vec![0; 64 * 1024];
        let count = self.stream.read(&mut buffer).map_err(failed)?;
        self.ahead.extend_from_slice(&buffer[..count]);
        Ok(count)
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<(), TransportError> {
        while !bytes.is_empty() {
            let left = self.left()?.filter(|_| !self.tiny.has(Bug::WritesWithoutDeadline));
            self.stream.set_write_timeout(left).unwrap();
            let count = self.stream.write(bytes).map_err(failed)?;
            bytes = &bytes[count..];
        }
        Ok(())
    }
}

fn failed(error: std::io::Error) -> TransportError {
    let late = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
    TransportError::new(if late { Timeout } else { Interrupted }, error)
}
