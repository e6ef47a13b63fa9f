//! Connections.

use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// TCP to the service, a tunnel to it, or TCP to a proxy that passes requests on.
pub(crate) struct Dialed {
    pub(crate) tcp: TokioIo<TcpStream>,
    /// The other side is a proxy, which wants the whole address in each request.
    pub(crate) is_proxy: bool,
}

impl Connection for Dialed {
    fn connected(&self) -> Connected {
        self.tcp.connected().proxy(self.is_proxy)
    }
}

/// A connection that a [`Connector`](crate::Connector) made, with TLS where the address is https.
///
/// After some reads in a row that did not have to wait it gives the runtime a turn: a server that never pauses, with
/// endless interim answers or frames, keeps no call from its deadline, even where the runtime has one thread.
pub struct Stream {
    inner: Inner,
    reads: u8,
}

/// So many reads in a row, which an answer of ordinary size doesn't need.
const TURN: u8 = 4;

impl Stream {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner, reads: 0 }
    }
}

impl Read for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.reads == TURN {
            this.reads = 0;
            // Woken once the runtime has looked at its clock and its sockets; awake at once, the task would go on before.
            let _ = pin!(tokio::task::yield_now()).poll(context);
            return Poll::Pending;
        }
        let read = Pin::new(&mut this.inner).poll_read(context, buffer);
        this.reads = if read.is_ready() { this.reads + 1 } else { 0 };
        read
    }
}

#[cfg(feature = "rustls")]
pub(crate) type Inner = hyper_rustls::MaybeHttpsStream<Dialed>;
#[cfg(not(feature = "rustls"))]
pub(crate) type Inner = Dialed;

pub(crate) fn plain(dialed: Dialed) -> Inner {
    #[cfg(feature = "rustls")]
    return Inner::Http(dialed);
    #[cfg(not(feature = "rustls"))]
    dialed
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Read for Dialed {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_read(context, buffer)
    }
}

/// Writes through to a field.
macro_rules! write_through {
    ($outer:ty, $field:tt) => {
        impl Write for $outer {
            fn poll_write(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                data: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.get_mut().$field).poll_write(context, data)
            }

            fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.get_mut().$field).poll_flush(context)
            }

            fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.get_mut().$field).poll_shutdown(context)
            }

            fn is_write_vectored(&self) -> bool {
                self.$field.is_write_vectored()
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                data: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.get_mut().$field).poll_write_vectored(context, data)
            }
        }
    };
}

write_through!(Dialed, tcp);
write_through!(Stream, inner);
