//! One request and its answer on a connection: HTTP/1.1 by hand, with room for mistakes.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use kinde_core::TransportError;
use kinde_core::TransportErrorKind::{BodyTooLarge, Interrupted, Timeout};

use crate::bugs::Bug;
use crate::tiny::Tiny;

pub(crate) struct Exchange<'a> {
    pub(crate) tiny: &'a Tiny,
    pub(crate) stream: TcpStream,
    /// `None`: there is no deadline.
    pub(crate) deadline: Option<Instant>,
    pub(crate) ahead: Vec<u8>,
}

pub(crate) fn host(request: &Request<Bytes>) -> Option<&str> {
    request.uri().authority().map(http::uri::Authority::as_str)
}

fn broken(why: &str) -> TransportError {
    TransportError::new(Interrupted, why)
}

impl Exchange<'_> {
    pub(crate) fn run(
        &mut self,
        request: &Request<Bytes>,
        limit: usize,
    ) -> Result<(Response<Bytes>, bool), TransportError> {
        self.write(&self.encode(request))?;
        if !self.tiny.has(Bug::DropsBody) {
            self.write(request.body())?;
        }
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
        if !request.body().is_empty() && !self.tiny.has(Bug::DropsBody) {
            head.extend(format!("Content-Length: {}\r\n", request.body().len()).bytes());
        }
        [&head, &b"\r\n"[..]].concat()
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
