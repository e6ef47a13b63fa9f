//! An HTTP/2 server by hand, over TLS: it answers what no library would, or stops reading.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;

use crate::tls::{Authority, Protocol, TlsServer};

/// Makes frames for a request's stream.
pub type Frames = Box<dyn Fn(u32) -> Vec<u8> + Send>;

/// What the server does about a request.
pub enum Act {
    /// A 200 with this body.
    Answer(&'static str),
    /// These frames, which are told the request's stream.
    Frames(Frames),
    /// The same, again and again for as long as they are taken.
    Endless(Frames),
    /// Nothing. Other requests are read on, and PINGs answered.
    Leave,
    /// The same, and then no frame is read from this connection again, while TCP acknowledges whatever comes.
    AnswerAndStall(&'static str),
    /// These frames, then the connection is closed.
    Close(Frames),
}

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Act").finish_non_exhaustive()
    }
}

/// The server.
#[derive(Debug)]
pub struct Http2 {
    /// Where it listens.
    pub tls: TlsServer,
    /// The numbers of connections that stalled and that the client has closed since.
    pub given_up: mpsc::UnboundedReceiver<usize>,
}

impl Http2 {
    /// Its root.
    pub fn url(&self) -> String {
        format!("https://{}/", self.tls.address)
    }
}

/// A frame of this type, with these flags.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
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

/// RST_STREAM.
pub fn reset(code: u32) -> impl Fn(u32) -> Vec<u8> {
    move |stream| frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

/// GOAWAY, with the last stream that was or might be processed.
pub fn go_away(last: u32, code: u32, said: &str) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[&last.to_be_bytes(), &code.to_be_bytes(), said.as_bytes()].concat())
}

/// A 200 with this body.
pub fn answer(stream: u32, body: &str) -> Vec<u8> {
    // `:status: 200`, by HPACK's table.
    let mut frames = frame(HEADERS, END_HEADERS, stream, &[0x88]);
    frames.extend(frame(DATA, END_STREAM, stream, body.as_bytes()));
    frames
}

/// Starts a server for 127.0.0.1 that does what `act` says about each request: told the number of its connection, and its
/// own on that, both from 0.
pub async fn serve(
    authority: &Authority,
    act: impl Fn(usize, usize) -> Act + Send + Sync + 'static,
) -> Http2 {
    let (gone, given_up) = mpsc::unbounded_channel();
    let (numbers, act) = (AtomicUsize::new(0), Arc::new(act));
    let identity = authority.issue("127.0.0.1", |_| {});
    let tls = TlsServer::start(identity, Protocol::Http2, move |stream| {
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        let (act, gone) = (Arc::clone(&act), gone.clone());
        async move {
            let Some(mut tcp) = speak(stream, |nth| act(number, nth)).await else { return };
            while tcp.read(&mut [0; 1024]).await.is_ok_and(|bytes| bytes > 0) {}
            let _ = gone.send(number);
        }
    });
    Http2 { tls: tls.await, given_up }
}

/// The connection, if it stalls.
async fn speak(mut stream: TlsStream<TcpStream>, act: impl Fn(usize) -> Act) -> Option<TcpStream> {
    stream.read_exact(&mut [0; 24]).await.ok()?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.ok()?;
    let mut requests = 0;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.ok()?;
        match (head[3], head[4]) {
            (SETTINGS, 0) => stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await.ok()?,
            (PING, 0) => stream.write_all(&frame(PING, ACK, 0, &payload)).await.ok()?,
            (HEADERS | DATA, flags) if flags & END_STREAM != 0 => {
                let nth = requests;
                requests += 1;
                match act(nth) {
                    Act::Answer(body) => stream.write_all(&answer(id, body)).await.ok()?,
                    Act::Frames(frames) => stream.write_all(&frames(id)).await.ok()?,
                    Act::Endless(frames) => loop {
                        stream.write_all(&frames(id)).await.ok()?;
                    },
                    Act::Leave => {}
                    Act::AnswerAndStall(body) => {
                        stream.write_all(&answer(id, body)).await.ok()?;
                        stream.flush().await.ok()?;
                        return Some(stream.into_inner().0);
                    }
                    Act::Close(frames) => {
                        stream.write_all(&frames(id)).await.ok()?;
                        stream.shutdown().await.ok()?;
                        // Until the other side has closed: dropped earlier, it could become a reset.
                        while stream.read(&mut [0; 1024]).await.is_ok_and(|bytes| bytes > 0) {}
                        return None;
                    }
                }
                stream.flush().await.ok()?;
            }
            _ => {}
        }
    }
}
