//! A server that follows a script, on threads of its own.

mod conn;
mod record;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub(crate) use conn::Conn;
pub(crate) use record::{Received, Record, Shared, shut};

/// Serves every connection by one script until it is dropped or stopped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// How often the listener looks for a connection, and whether it is stopped.
const TICK: Duration = Duration::from_millis(1);

impl Server {
    pub(crate) fn start(
        host: IpAddr,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::listen(TcpListener::bind((host, 0))?, script)
    }

    /// A server that takes in so little that a sender whom it doesn't read from has to wait.
    pub(crate) fn narrow(
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // Connections inherit it. Set on each once it is there, it would come too late.
        socket2::SockRef::from(&listener).set_recv_buffer_size(16 * 1024)?;
        Self::listen(listener, script)
    }

    fn listen(
        listener: TcpListener,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let script = Arc::new(script);
        let thread = thread::Builder::new().name("conformance-server".to_owned()).spawn(move || {
            let mut threads = Vec::new();
            while !theirs.record().stopped {
                match listener.accept() {
                    Ok((stream, _)) => threads.extend(serve(stream, &theirs, Arc::clone(&script))),
                    // Nobody there, or a connection that was gone before it was accepted.
                    Err(_) => thread::sleep(TICK),
                }
            }
            drop(listener);
            for thread in threads {
                // A script that panicked has failed its case: the transport got no answer.
                let _ = thread.join();
            }
        })?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.shared.record()
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.record().requests.clone()
    }

    /// Opens the gate of scripts that wait for it.
    pub(crate) fn release(&self) {
        self.shared.change(|record| record.released = true);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve<S>(stream: TcpStream, shared: &Arc<Shared>, script: Arc<S>) -> Option<JoinHandle<()>>
where
    S: Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
{
    // Some systems hand the listener's mode on; small writes must leave one by one.
    stream.set_nonblocking(false).ok()?;
    stream.set_nodelay(true).ok()?;
    let copy = stream.try_clone().ok()?;
    let index = shared.change(|record| {
        let index = record.accepted;
        record.accepted += 1;
        if record.stopped {
            shut(&copy);
        }
        record.open.insert(index, copy);
        index
    });
    let conn = Conn::new(stream, index, Arc::clone(shared));
    let theirs = Arc::clone(shared);
    let thread = thread::Builder::new().name("conformance-conn".to_owned()).spawn(move || {
        if let Err(error) = script(conn) {
            if error.kind() == io::ErrorKind::InvalidData {
                theirs.change(|record| record.unreadable = Some(error.to_string()));
            }
        }
    });
    thread.ok()
}
