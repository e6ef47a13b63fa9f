//! A server that follows a script, on threads of its own, and sees a request before any library has tidied it up.

mod conn;
#[cfg(feature = "http2")]
pub mod http2;
mod record;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use conn::Conn;
pub use record::{Received, Record, Shared, shut};

/// Serves every connection by one script until it is dropped or stopped.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// After a connection that could not be accepted: it was gone already, or the process has no more sockets.
const PAUSE: Duration = Duration::from_millis(1);

impl Server {
    pub fn start(
        host: IpAddr,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::on(TcpListener::bind((host, 0))?, script)
    }

    /// Starts a server that takes in so little that a sender whom it doesn't read from has to wait.
    pub fn narrow(script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // Connections inherit it. Set on each once it is there, it would come too late.
        socket2::SockRef::from(&listener).set_recv_buffer_size(16 * 1024)?;
        Self::on(listener, script)
    }

    /// Starts a server on a listener that is there already.
    pub fn on(
        listener: TcpListener,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = Arc::new(listener);
        let shared = Arc::new(Shared::new(Arc::clone(&listener))?);
        let theirs = Arc::clone(&shared);
        let script = Arc::new(script);
        let thread = thread::Builder::new().name("conformance-server".to_owned()).spawn(move || {
            let mut threads = Vec::new();
            loop {
                let accepted = listener.accept();
                if theirs.record().stopped {
                    break;
                }
                match accepted {
                    Ok((stream, _)) => {
                        threads.retain(|thread: &JoinHandle<()>| !thread.is_finished());
                        threads.extend(serve(stream, &theirs, Arc::clone(&script)));
                    }
                    Err(_) => thread::sleep(PAUSE),
                }
            }
            drop(listener);
            for thread in threads {
                // A script that panicked has failed its case: the transport got no answer.
                let _ = thread.join();
            }
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.shared.address()
    }

    /// Returns where `path` is on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.shared.record()
    }

    pub fn requests(&self) -> Vec<Received> {
        self.record().requests.clone()
    }

    /// Waits until `done`, however long that takes.
    pub fn wait(&self, done: impl Fn(&Record) -> bool) {
        let mut record = self.record();
        while !done(&record) {
            let waited = self.shared.changed.wait(record);
            record = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Opens the gate of scripts that wait for it.
    pub fn release(&self) {
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
    // Small writes must leave one by one.
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
