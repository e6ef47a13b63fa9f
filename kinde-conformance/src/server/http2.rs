//! HTTP/2 by hand, over TLS: a server can say what no library would, or nothing any more.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, Stream};

use super::Conn;

/// A connection in the hands of a script, once TLS is set up.
pub struct Http2 {
    tls: ServerConnection,
    conn: Conn,
}

impl Http2 {
    /// Sets TLS up, and HTTP/2 on it.
    pub fn accept(conn: Conn, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        let mut it = Self { tls, conn };
        let mut preface = [0; 24];
        it.read(&mut preface)?;
        it.write(frame(SETTINGS, 0, 0, &[]))?;
        Ok(it)
    }

    /// Returns which connection it is, counted from 0.
    pub fn index(&self) -> usize {
        self.conn.index()
    }

    /// Reads on to the end of a request, and answers what comes before it; the request's stream.
    pub fn request(&mut self) -> io::Result<u32> {
        loop {
            let mut head = [0; 9];
            self.read(&mut head)?;
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.read(&mut payload)?;
            match kind {
                SETTINGS if flags & ACK == 0 => self.write(frame(SETTINGS, ACK, 0, &[]))?,
                PING if flags & ACK == 0 => self.write(frame(PING, ACK, 0, &payload))?,
                HEADERS | DATA if flags & END_STREAM != 0 => return Ok(u32::from_be_bytes(stream)),
                _ => {}
            }
        }
    }

    /// Sends frames as they are.
    pub fn write(&mut self, frames: impl AsRef<[u8]>) -> io::Result<()> {
        let mut tcp = self.conn.stream()?;
        let mut stream = Stream::new(&mut self.tls, &mut tcp);
        stream.write_all(frames.as_ref())?;
        stream.flush()
    }

    /// Opens the gate that scripts and the case may wait at.
    pub fn release(&self) {
        self.conn.release();
    }

    /// Reads no frame again, while TCP acknowledges whatever comes; until the other side has closed the connection.
    pub fn stall(self) -> io::Result<()> {
        self.conn.hold()
    }

    /// Says in TLS that nothing more comes, and waits until the other side has closed the connection.
    pub fn close(mut self) -> io::Result<()> {
        self.tls.send_close_notify();
        let mut tcp = self.conn.stream()?;
        Stream::new(&mut self.tls, &mut tcp).flush()?;
        self.conn.finish()
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let mut tcp = self.conn.stream()?;
        Stream::new(&mut self.tls, &mut tcp).read_exact(bytes)
    }
}

impl fmt::Debug for Http2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http2").field("conn", &self.conn).finish_non_exhaustive()
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// Returns a frame of this type, with these flags.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // Three bytes: no payload of a script is longer.
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Returns a 200 with this body.
pub fn answer(stream: u32, body: &str) -> Vec<u8> {
    [head(stream), frame(DATA, END_STREAM, stream, body.as_bytes())].concat()
}

/// Returns the head of a 200, by HPACK's table.
pub fn head(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &[0x88])
}

/// Returns an RST_STREAM frame.
pub fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

/// Returns a GOAWAY frame, with the last stream that may have been processed, and a reason in words.
pub fn go_away(last: u32, code: u32, said: &str) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[&last.to_be_bytes(), &code.to_be_bytes(), said.as_bytes()].concat())
}
