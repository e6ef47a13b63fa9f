//! A port that can be taken away and put back.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::doors::held_port::{self, listen};

/// The listener lies behind a lock and is never lent out, so that taking it away is done when the call
/// returns, from whatever thread it comes.
pub(super) struct Port {
    address: SocketAddr,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    /// Of the task that accepts: it must look again when the listener is another one.
    accepting: Option<Waker>,
}

enum State {
    Listening(TcpListener),
    /// Bound and not listening: connections are refused, and nobody else can take the port meanwhile.
    Held(TcpSocket),
    /// Lost on the way from one to the other.
    Lost,
    Closed,
}

impl Port {
    /// Must be called in a runtime.
    pub(super) fn new(listener: StdListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = State::Listening(TcpListener::from_std(listener)?);
        Ok(Self { address, inner: Mutex::new(Inner { state, accepting: None }) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection; none when the port is closed for good.
    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<Option<io::Result<TcpStream>>> {
        let mut inner = self.inner();
        match &inner.state {
            State::Listening(listener) => {
                if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                    return Poll::Ready(Some(accepted.map(|(stream, _)| stream)));
                }
            }
            State::Held(_) | State::Lost => {}
            State::Closed => return Poll::Ready(None),
        }
        inner.accepting = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Refuses connections from now on, or listens again. Must be called in a runtime's context.
    pub(super) fn refuse(&self, refuse: bool) -> io::Result<()> {
        let mut inner = self.inner();
        if let State::Closed = inner.state {
            return Err(io::Error::other("the server is stopped"));
        }
        let next = match (std::mem::replace(&mut inner.state, State::Lost), refuse) {
            (State::Listening(listener), true) => {
                drop(listener);
                hold(self.address).map(State::Held)
            }
            (State::Held(socket), false) => listen(socket).map(State::Listening),
            (State::Lost, true) => hold(self.address).map(State::Held),
            (State::Lost, false) => hold(self.address).and_then(listen).map(State::Listening),
            (as_it_should_be, _) => Ok(as_it_should_be),
        };
        inner.state = next?;
        inner.wake();
        Ok(())
    }

    pub(super) fn close(&self) {
        let mut inner = self.inner();
        inner.state = State::Closed;
        inner.wake();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn wake(&mut self) {
        if let Some(waker) = self.accepting.take() {
            waker.wake();
        }
    }
}

fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    held_port::hold(address, Duration::from_millis(200))
}
