//! A server that follows a script, on threads of its own.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::Waker;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::alarm::lock;
use super::wire::{Conn, Received, shut};

/// Serves every connection by one script until it is dropped or stopped.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the server's threads and the case both see.
#[derive(Default)]
pub(super) struct Shared {
    record: Mutex<Record>,
    pub(super) changed: Condvar,
}

#[derive(Default)]
pub(super) struct Record {
    pub(super) stopped: bool,
    pub(super) released: bool,
    /// Connections accepted, those that are over, and those that the other side closed while held.
    pub(super) accepted: usize,
    pub(super) ended: usize,
    pub(super) hung_up: usize,
    /// Bytes handed to the system.
    pub(super) written: usize,
    pub(super) requests: Vec<Received>,
    /// What came first, where that is no request.
    pub(super) heard: Vec<u8>,
    /// Why a script gave up on what it read.
    pub(super) unreadable: Option<String>,
    pub(super) open: BTreeMap<usize, TcpStream>,
    pub(super) wakers: Vec<Waker>,
}

impl Shared {
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }

    /// Changes the record and wakes everyone who waits for a change.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Record) -> R) -> R {
        let mut record = self.record();
        let result = change(&mut record);
        let wakers = std::mem::take(&mut record.wakers);
        drop(record);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
        result
    }

    /// Closes every connection and accepts no more. Any thread may call it, at any time.
    pub(super) fn stop(&self) {
        self.change(|record| {
            record.stopped = true;
            record.open.values().for_each(shut);
        });
    }
}

/// How often the listener looks for a connection, and whether it is stopped.
const TICK: Duration = Duration::from_millis(1);

impl Server {
    pub(super) fn start(
        host: IpAddr,
        script: impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::listen(TcpListener::bind((host, 0))?, script)
    }

    /// A server that takes in so little that a sender whom it doesn't read from has to wait.
    pub(super) fn narrow(
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

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.shared.record()
    }

    pub(super) fn requests(&self) -> Vec<Received> {
        self.record().requests.clone()
    }

    /// Opens the gate of scripts that wait for it.
    pub(super) fn release(&self) {
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
