//! A port that is bound and does not listen: connections are refused, and nobody else can take it meanwhile.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpSocket};

/// Binds the port without listening, as soon as whoever had it has let go of it, or gives up after `patience`.
pub(crate) fn hold(address: SocketAddr, patience: Duration) -> io::Result<TcpSocket> {
    let start = Instant::now();
    loop {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // Needed to bind beside connections that linger; taken back at once, so that nobody binds beside us.
        socket.set_reuseaddr(true)?;
        match socket.bind(address) {
            Ok(()) => {
                socket.set_reuseaddr(false)?;
                return Ok(socket);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && start.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Listens on a port that was held. Must be called in a runtime.
pub(crate) fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    socket.set_reuseaddr(true)?;
    socket.listen(1024)
}
