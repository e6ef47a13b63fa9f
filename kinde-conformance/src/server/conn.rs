//! One accepted connection: requests are read here, and answers written byte by byte.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::record::{Received, Record, Shared};

/// A connection in the hands of a script. Dropping it closes it (FIN).
#[derive(Debug)]
pub struct Conn {
    stream: Option<TcpStream>,
    index: usize,
    shared: Arc<Shared>,
    /// Read, but not used yet.
    ahead: Vec<u8>,
}

/// No request is larger: the suite's own are at most 16 MiB, and those are not read.
const LONGEST: usize = 8 * 1024 * 1024;

impl Conn {
    pub fn new(stream: TcpStream, index: usize, shared: Arc<Shared>) -> Self {
        Self { stream: Some(stream), index, shared, ahead: Vec::new() }
    }

    /// Returns which connection it is, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    pub fn stream(&self) -> io::Result<&TcpStream> {
        self.stream.as_ref().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))
    }

    /// Reads one request to its end and records it.
    pub fn request(&mut self) -> io::Result<Received> {
        let mut received = self.read_request()?;
        self.shared.change(|record| {
            received.nth = record.requests.len();
            record.requests.push(received.clone());
        });
        Ok(received)
    }

    /// Reads one request to its end and leaves no trace of it, for a server that has many to read.
    pub fn read_request(&mut self) -> io::Result<Received> {
        if self.ahead.is_empty() {
            self.fill()?;
        }
        // What is not HTTP, such as the start of TLS, may never have a blank line.
        if !self.ahead.first().is_some_and(u8::is_ascii_alphabetic) {
            return Err(malformed("the start"));
        }
        let head = self.take_until(b"\r\n\r\n")?;
        let mut lines = head.split(|byte| *byte == b'\n');
        let start = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let mut start = start.trim_end().splitn(3, ' ');
        let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0")) =
            (start.next(), start.next(), start.next())
        else {
            return Err(malformed("the first line"));
        };
        let mut headers = Vec::new();
        for line in lines {
            let line = line.trim_ascii();
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
            headers.push((name, line[colon + 1..].trim_ascii().to_vec()));
        }
        let mut received = Received {
            connection: self.index,
            nth: 0,
            head: head.clone(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
        };
        received.body = self.body(&received)?;
        Ok(received)
    }

    fn body(&mut self, received: &Received) -> io::Result<Vec<u8>> {
        let chunked = received.header("transfer-encoding");
        if chunked.iter().any(|coding| coding.eq_ignore_ascii_case(b"chunked")) {
            let mut body = Vec::new();
            loop {
                let size = self.take_until(b"\r\n")?;
                let size = String::from_utf8_lossy(&size).trim().to_owned();
                let size = usize::from_str_radix(&size, 16).map_err(|_| malformed("a chunk's size"))?;
                body.extend(self.take(size)?);
                if self.take(2)? != b"\r\n" {
                    return Err(malformed("a chunk's end"));
                }
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let Some(length) = received.header("content-length").first().copied() else { return Ok(Vec::new()) };
        let length = std::str::from_utf8(length).ok().and_then(|length| length.parse().ok());
        self.take(length.ok_or_else(|| malformed("Content-Length"))?)
    }

    fn take_until(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        let mut searched = 0;
        loop {
            let found = self.ahead[searched..].windows(end.len()).position(|window| window == end);
            if let Some(at) = found {
                return self.take(searched + at + end.len());
            }
            searched = self.ahead.len().saturating_sub(end.len() - 1);
            self.fill()?;
        }
    }

    fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        if count > LONGEST {
            return Err(malformed("the length"));
        }
        while self.ahead.len() < count {
            self.fill()?;
        }
        let rest = self.ahead.split_off(count);
        Ok(std::mem::replace(&mut self.ahead, rest))
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let count = self.stream()?.read(&mut buffer)?;
        if count == 0 || self.ahead.len() > LONGEST {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.ahead.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    /// Reads whatever comes first, and records it.
    pub fn listen(&mut self) -> io::Result<()> {
        self.fill()?;
        self.shared.change(|record| record.heard.push(self.ahead.clone()));
        Ok(())
    }

    /// Sends bytes as they are.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let mut bytes = bytes.as_ref();
        while !bytes.is_empty() {
            let count = self.stream()?.write(bytes)?;
            self.shared.change(|record| record.written += count);
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Waits, unless the server is stopped.
    pub fn pause(&self, duration: Duration) -> io::Result<()> {
        self.wait(Some(duration), |_| false)
    }

    /// Waits until the case says [`release`](super::Server::release), or for `longest`.
    pub fn until_released(&self, longest: Option<Duration>) -> io::Result<()> {
        self.wait(longest, |record| record.released)
    }

    /// Waits until `done`, or for `longest`; an error if the server is stopped.
    pub fn wait(&self, longest: Option<Duration>, done: impl Fn(&Record) -> bool) -> io::Result<()> {
        let end = longest.map(|longest| Instant::now() + longest);
        let mut record = self.shared.record();
        loop {
            if record.stopped {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if done(&record) || left.is_some_and(|left| left.is_zero()) {
                return Ok(());
            }
            let left = left.unwrap_or(Duration::from_secs(60));
            let waited = self.shared.changed.wait_timeout(record, left);
            record = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Keeps the connection open without answering until the other side closes it.
    pub fn hold(mut self) -> io::Result<()> {
        while self.fill().is_ok() {
            self.ahead.clear();
        }
        self.shared.change(|record| record.hung_up += 1);
        Ok(())
    }

    /// Records whether the other side has closed it.
    pub fn note_hang_up(&self) -> io::Result<()> {
        let stream = self.stream()?;
        stream.set_nonblocking(true)?;
        let open = matches!(stream.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        if !open {
            self.shared.change(|record| record.hung_up += 1);
        }
        stream.set_nonblocking(false)
    }

    /// Opens the gate that scripts and the case may wait at.
    pub fn release(&self) {
        self.shared.change(|record| record.released = true);
    }

    /// Says that nothing more comes, and waits until the other side has closed it too: closed at once, with something
    /// unread on it, it could end with RST.
    pub fn finish(self) -> io::Result<()> {
        self.stream()?.shutdown(Shutdown::Write)?;
        self.hold()
    }

    /// Closes it with RST instead of FIN.
    pub fn reset(self) -> io::Result<()> {
        socket2::SockRef::from(self.stream()?).set_linger(Some(Duration::ZERO))
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        // The server's copy goes first: a socket is closed when its last handle is.
        let copy = self.shared.record().open.remove(&self.index);
        drop(copy);
        drop(self.stream.take());
        self.shared.change(|record| record.ended += 1);
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} of the request can't be read"))
}
