//! What a server has seen, and where its threads and the case wait for each other.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::task::Waker;

use crate::alarm::lock;

/// What arrived, before any library has tidied it up.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Which connection it came on, counted from 0.
    pub(crate) connection: usize,
    /// Which request of the server it is, counted from 0.
    pub(crate) nth: usize,
    pub(crate) method: String,
    pub(crate) target: String,
    /// In the order of arrival, names in lower case.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Vec<&[u8]> {
        self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_slice()).collect()
    }
}

/// What the server's threads and the case both see.
#[derive(Default)]
pub(crate) struct Shared {
    record: Mutex<Record>,
    pub(crate) changed: Condvar,
}

#[derive(Default)]
pub(crate) struct Record {
    pub(crate) stopped: bool,
    pub(crate) released: bool,
    /// Connections accepted, those that are over, and those that the other side closed while held.
    pub(crate) accepted: usize,
    pub(crate) ended: usize,
    pub(crate) hung_up: usize,
    /// Bytes handed to the system.
    pub(crate) written: usize,
    pub(crate) requests: Vec<Received>,
    /// What came first, where that is no request.
    pub(crate) heard: Vec<u8>,
    /// Why a script gave up on what it read.
    pub(crate) unreadable: Option<String>,
    pub(crate) open: BTreeMap<usize, TcpStream>,
    pub(crate) wakers: Vec<Waker>,
}

impl Shared {
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }

    /// Changes the record and wakes everyone who waits for a change.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Record) -> R) -> R {
        let mut record = self.record();
        let result = change(&mut record);
        let wakers = std::mem::take(&mut record.wakers);
        drop(record);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
        result
    }

    /// Closes every connection and accepts no more. Any thread may call it, at any time.
    pub(crate) fn stop(&self) {
        self.change(|record| {
            record.stopped = true;
            record.open.values().for_each(shut);
        });
    }
}

pub(crate) fn shut(stream: &TcpStream) {
    // Fails where the connection is gone already, which is what is wanted.
    let _ = stream.shutdown(Shutdown::Both);
}
