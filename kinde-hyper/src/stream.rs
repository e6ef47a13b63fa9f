//! Connections.

use std::fmt;
use std::io;
use std::pin::Pin;
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
pub struct Stream(pub(crate) Inner);

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
        self.0.connected()
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

/// Reads and writes through to a field.
macro_rules! through {
    ($outer:ty, $field:tt) => {
        impl Read for $outer {
            fn poll_read(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: ReadBufCursor<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.get_mut().$field).poll_read(context, buffer)
            }
        }

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

through!(Dialed, tcp);
through!(Stream, 0);
