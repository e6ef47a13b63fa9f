//! A TCP client, and a server in a runtime of its own.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Deref;
use std::time::Duration;

use kinde_mock::{Serve, Server, serve};

/// For what must happen at once, on a machine that is busy with something else: longer than any of it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A server whose runtime is not the test's thread, so that a blocking client can talk to it.
pub(crate) struct Served {
    server: Option<Server>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::start_with(|serve| serve)
    }

    pub(crate) fn start_with(set: impl FnOnce(Serve) -> Serve) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = {
            let _context = runtime.enter();
            set(serve(listener)).start().unwrap()
        };
        Self { server: Some(server), runtime: Some(runtime) }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    pub(crate) fn profile_request(&self) -> String {
        let token = self.sign_in().access_token;
        format!(
            "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            token.expose()
        )
    }

    pub(crate) fn shutdown(mut self) {
        let (server, runtime) = (self.server.take().unwrap(), self.runtime.take().unwrap());
        runtime.block_on(server.shutdown());
    }

    pub(crate) fn drop_server(&mut self) {
        self.server = None;
    }
}

impl Deref for Served {
    type Target = Server;

    fn deref(&self) -> &Server {
        self.server.as_ref().unwrap()
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// The head, byte by byte, so that nothing of the body is taken.
    pub(crate) fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "the end, after {head:?}");
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// One whole answer; the connection stays open.
    pub(crate) fn answer(&mut self) -> Answer {
        let head = self.head();
        let mut body = vec![0; content_length(&head)];
        self.0.read_exact(&mut body).unwrap();
        Answer { head, body }
    }

    /// All bytes up to the end, and how it ended.
    pub(crate) fn rest(&mut self) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut rest = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => return (rest, None),
                Ok(n) => rest.extend_from_slice(&buffer[..n]),
                Err(error) => return (rest, Some(error.kind())),
            }
        }
    }
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

pub(crate) fn content_length(head: &str) -> usize {
    header(head, "content-length").map_or(0, |value| value.parse().unwrap())
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}
