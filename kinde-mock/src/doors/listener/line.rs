//! A connection's bytes on their way, and the scissors that cut it.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::script::fault::CutBy;

/// Shared by a connection's line and the answers on it. hyper flushes the line only when it has written
/// everything it had, so a line that is armed is cut at its next flush: after exactly what came before.
#[derive(Clone, Default)]
pub(super) struct Scissors(Arc<Mutex<Blades>>);

#[derive(Default)]
struct Blades {
    armed: Option<(CutBy, Duration)>,
    /// Of the task that drives the connection: on HTTP/2, answers are tasks of their own.
    connection: Option<Waker>,
}

impl Scissors {
    /// Cuts the line once everything before has been written, and `grace` has passed.
    pub(super) fn arm(&self, by: CutBy, grace: Duration) {
        let mut blades = self.blades();
        blades.armed.get_or_insert((by, grace));
        if let Some(waker) = blades.connection.take() {
            waker.wake();
        }
    }

    fn armed(&self, cx: &Context<'_>) -> Option<(CutBy, Duration)> {
        let mut blades = self.blades();
        if blades.armed.is_none() && !blades.connection.as_ref().is_some_and(|it| it.will_wake(cx.waker())) {
            blades.connection = Some(cx.waker().clone());
        }
        blades.armed
    }

    fn blades(&self) -> MutexGuard<'_, Blades> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A `TcpStream` that can be cut.
pub(super) struct Line {
    /// None once it is cut.
    stream: Option<TcpStream>,
    scissors: Scissors,
    grace: Option<Pin<Box<Sleep>>>,
    /// None once it is known which HTTP is spoken.
    opening: Option<Opening>,
}

/// The first bytes, until they tell HTTP/1 from HTTP/2: hyper-util looks at them with all the time in the world.
struct Opening {
    seen: usize,
    end: Pin<Box<Sleep>>,
}

impl Opening {
    /// Whether it is still open which HTTP it is, once these bytes have come too.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let expected = &PREFACE[self.seen..];
        self.seen += bytes.len();
        bytes.len() < expected.len() && expected.starts_with(bytes)
    }
}

impl Line {
    pub(super) fn new(stream: TcpStream, scissors: Scissors, read_timeout: Duration) -> Self {
        let opening = Opening { seen: 0, end: Box::pin(tokio::time::sleep(read_timeout)) };
        Self { stream: Some(stream), scissors, grace: None, opening: Some(opening) }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(cut)
    }

    fn poll_cut(&mut self, by: CutBy, grace: Duration, cx: &mut Context<'_>) -> Poll<()> {
        if !grace.is_zero() {
            let sleep = self.grace.get_or_insert_with(|| Box::pin(tokio::time::sleep(grace)));
            ready!(sleep.as_mut().poll(cx));
        }
        let Some(stream) = self.stream.take() else { return Poll::Ready(()) };
        match by {
            // With nothing to linger for, closing it is a reset.
            CutBy::Rst => drop(set_zero_linger(&stream)),
            CutBy::Fin => drop(tokio::spawn(finish(stream))),
        }
        Poll::Ready(())
    }
}

#[allow(deprecated, reason = "what replaces it is newer than the tokio we ask for; zero never blocks")]
fn set_zero_linger(stream: &TcpStream) -> io::Result<()> {
    stream.set_linger(Some(Duration::ZERO))
}

/// Closes our side and reads on for a while: to close with unread bytes would be a reset.
async fn finish(mut stream: TcpStream) {
    const PATIENCE: Duration = Duration::from_secs(2);
    let rest = async {
        stream.shutdown().await?;
        let mut sink = [0; 4096];
        while stream.read(&mut sink).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(PATIENCE, rest).await;
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "cut off, as scripted")
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = self.stream()?.poll_read(cx, buf);
        let Some(opening) = &mut self.opening else { return read };
        if read.is_pending() {
            ready!(opening.end.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        // It is gone before anybody knew what it speaks: hyper-util would wait for the rest.
        if buf.filled().len() == before && buf.remaining() > 0 {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        if !opening.goes_on(&buf.filled()[before..]) {
            self.opening = None;
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some((by, grace)) = self.scissors.armed(cx) {
            ready!(self.poll_cut(by, grace, cx));
        }
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }
}
