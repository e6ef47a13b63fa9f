//! A client that sends bytes as they are written and reads what comes.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// For what must happen at once, on a machine that is busy with something else: longer than any of it takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One connection.
#[derive(Debug)]
pub struct Client(pub TcpStream);

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// With the blank line behind it.
    pub head: String,
    /// As many bytes as `Content-Length` says.
    pub body: Vec<u8>,
}

impl Client {
    /// Panics if nobody listens there.
    pub fn connect(address: impl ToSocketAddrs) -> Self {
        Self::try_connect(address, PATIENCE).unwrap()
    }

    /// No read waits longer than `patience`.
    pub fn try_connect(address: impl ToSocketAddrs, patience: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(patience))?;
        Ok(Self(stream))
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// The head, byte by byte, so that nothing of the body is taken.
    pub fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "the end, after {head:?}");
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// One whole answer; the connection stays open.
    pub fn answer(&mut self) -> Answer {
        let head = self.head();
        let mut body = vec![0; content_length(&head)];
        self.0.read_exact(&mut body).unwrap();
        Answer { head, body }
    }

    /// All bytes up to the end, and how it ended.
    pub fn rest(&mut self) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut rest = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => return (rest, None),
                Ok(count) => rest.extend_from_slice(&buffer[..count]),
                Err(error) => return (rest, Some(error.kind())),
            }
        }
    }
}

impl Answer {
    /// The status of its first line.
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// Sends a request that says `Connection: close`, and reads all that comes back before the connection ends.
pub fn exchange(address: impl ToSocketAddrs, patience: Duration, request: &str) -> io::Result<String> {
    let mut client = Client::try_connect(address, patience)?;
    client.0.write_all(request.as_bytes())?;
    let mut text = String::new();
    client.0.read_to_string(&mut text)?;
    Ok(text)
}

/// How long the body is.
pub fn content_length(head: &str) -> usize {
    header(head, "content-length").map_or(0, |value| value.parse().unwrap())
}

/// The first header of that name.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}
