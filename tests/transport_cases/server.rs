//! Servers of a few lines, on threads, that can answer what no HTTP library would.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Request line and headers, each ended by `\r\n`.
    pub head: String,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What a server has seen.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<(usize, Vec<Seen>)>>);

impl Log {
    pub fn connections(&self) -> usize {
        self.0.lock().unwrap().0
    }

    pub fn requests(&self) -> Vec<Seen> {
        self.0.lock().unwrap().1.clone()
    }
}

pub struct Server {
    pub address: SocketAddr,
    pub log: Log,
}

impl Server {
    /// Calls `answer` for each request, with the number of its connection, until it returns false.
    pub fn start(answer: impl Fn(usize, &Seen, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log = Log::default();
        let answer = Arc::new(answer);
        let shared = log.clone();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (log, answer, mut stream) = (shared.clone(), Arc::clone(&answer), stream.unwrap());
                log.0.lock().unwrap().0 += 1;
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    while let Some(seen) = read(&mut reader) {
                        log.0.lock().unwrap().1.push(seen.clone());
                        if !answer(number, &seen, &mut stream) {
                            break;
                        }
                    }
                });
            }
        });
        Self { address, log }
    }

    /// Answers every request alike.
    pub fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_, _, stream| stream.write_all(&answer).is_ok())
    }

    /// Answers the first request of each connection, then closes it.
    pub fn saying_once(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_, _, stream| {
            let _ = stream.write_all(&answer);
            false
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Reads a request with a `Content-Length` or none.
fn read(reader: &mut impl BufRead) -> Option<Seen> {
    let mut head = String::new();
    loop {
        let start = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if &head[start..] == "\r\n" {
            head.truncate(start);
            break;
        }
    }
    let seen = Seen { head, body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { body, ..seen })
}

/// A `200` with a `Content-Length`.
pub fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A proxy that tunnels every `CONNECT` to `target`, whatever host was asked for.
pub fn tunnel_to(target: SocketAddr) -> Server {
    Server::start(move |_, seen, client| {
        if !seen.line().starts_with("CONNECT ") {
            let _ = client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n");
            return false;
        }
        let mut server = TcpStream::connect(target).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
        let _ = std::io::copy(&mut server, client);
        false
    })
}
