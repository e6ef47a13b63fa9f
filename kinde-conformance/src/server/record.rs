//! What a server has seen, and where its threads and the case wait for each other.

use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;

use crate::alarm::lock;

/// What arrived, before any library has tidied it up.
#[derive(Clone, Debug)]
pub struct Received {
    /// Which connection it came on, counted from 0.
    pub connection: usize,
    /// Which request of the server it is, counted from 0.
    pub nth: usize,
    /// The first line and the headers, byte for byte, with the blank line behind them.
    pub head: Vec<u8>,
    pub method: String,
    pub target: String,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Vec<&[u8]> {
        self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_slice()).collect()
    }

    /// Returns the header of that name as text, if there is one and no more.
    pub fn value(&self, name: &str) -> Option<&str> {
        let values = self.header(name);
        values.first().filter(|_| values.len() == 1).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Returns the first line.
    pub fn line(&self) -> String {
        let line = self.head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }

    /// Returns all of it, as it came, except for a body in chunks, which is put together.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&[self.head.as_slice(), &self.body].concat()).into_owned()
    }
}

/// What the server's threads and the case both see.
#[derive(Debug)]
pub struct Shared {
    address: SocketAddr,
    record: Mutex<Record>,
    pub changed: Condvar,
}

#[derive(Debug, Default)]
pub struct Record {
    /// Until it is stopped.
    pub listener: Option<Arc<TcpListener>>,
    pub stopped: bool,
    pub released: bool,
    /// Connections accepted, those that are over, and those that the other side closed while held.
    pub accepted: usize,
    pub ended: usize,
    pub hung_up: usize,
    /// Bytes handed to the system.
    pub written: usize,
    pub requests: Vec<Received>,
    /// What came first on each connection, where that is not a request.
    pub heard: Vec<Vec<u8>>,
    /// Why a script gave up on what it read.
    pub unreadable: Option<String>,
    pub open: BTreeMap<usize, TcpStream>,
    pub wakers: Vec<Waker>,
}

impl Shared {
    pub fn new(listener: Arc<TcpListener>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let record = Record { listener: Some(listener), ..Record::default() };
        Ok(Self { address, record: Mutex::new(record), changed: Condvar::new() })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }

    /// Changes the record and wakes everyone who waits for a change.
    pub fn change<R>(&self, change: impl FnOnce(&mut Record) -> R) -> R {
        let mut record = self.record();
        let result = change(&mut record);
        let wakers = std::mem::take(&mut record.wakers);
        drop(record);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
        result
    }

    /// Closes every connection and accepts no more. Any thread may call it, at any time.
    pub fn stop(&self) {
        let listener = self.change(|record| {
            record.stopped = true;
            record.open.values().for_each(shut);
            record.listener.take()
        });
        // Its thread waits for a connection, and sees from this one that it is over. As long as the listener is held
        // here, nobody else can have its port.
        if listener.is_some() {
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(100));
        }
    }
}

pub fn shut(stream: &TcpStream) {
    // Fails where the connection is gone already, which is what is wanted.
    let _ = stream.shutdown(Shutdown::Both);
}
