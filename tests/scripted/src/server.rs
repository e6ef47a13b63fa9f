//! Scripts that many tests share. A server ends when it is dropped.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::thread;

use crate::{Conn, Received, Server};

/// Hands each connection to `script`, on 127.0.0.1.
pub fn serve(script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static) -> Server {
    Server::start(Ipv4Addr::LOCALHOST.into(), script).unwrap()
}

/// Answers every request as `reply` has it, and keeps the connection.
pub fn replying<B: AsRef<[u8]>>(reply: impl Fn(&Received) -> B + Send + Sync + 'static) -> Server {
    serve(move |mut conn| {
        loop {
            let received = conn.request()?;
            conn.write(reply(&received))?;
        }
    })
}

/// Answers every request alike.
pub fn saying(answer: impl Into<Vec<u8>>) -> Server {
    let answer = answer.into();
    replying(move |_| answer.clone())
}

/// Answers the first request of each connection, then closes it.
pub fn saying_once(answer: impl Into<Vec<u8>>) -> Server {
    let answer = answer.into();
    serve(move |mut conn| {
        conn.request()?;
        conn.write(&answer)
    })
}

/// A server that nobody should call: its `accepted` tells.
pub fn closing() -> Server {
    serve(|_| Ok(()))
}

/// A proxy that tunnels every `CONNECT` to `target`, whatever host was asked for.
pub fn tunnel_to(target: SocketAddr) -> Server {
    serve(move |mut conn| {
        if conn.request()?.method != "CONNECT" {
            return conn.write("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n");
        }
        let mut server = TcpStream::connect(target)?;
        conn.write("HTTP/1.1 200 OK\r\n\r\n")?;
        let (mut client, mut to_server) = (conn.stream()?.try_clone()?, server.try_clone()?);
        let forth = thread::spawn(move || {
            let _ = io::copy(&mut client, &mut to_server);
            let _ = to_server.shutdown(Shutdown::Write);
        });
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = server.read(&mut buffer) {
            conn.stream()?.write_all(&buffer[..count])?;
        }
        conn.stream()?.shutdown(Shutdown::Both)?;
        forth.join().map_err(|_| io::Error::other("a panic"))
    })
}

/// A `200` with a `Content-Length`.
pub fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
