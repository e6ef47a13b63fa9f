//! The door over a socket: a wiremock server.

mod answer;
mod inside;
mod keeper;
mod limits;
mod mount;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::mpsc;

use kinde_core::Domain;
use tokio::sync::oneshot;

use crate::fake::FakeKinde;
use keeper::Keeper;

/// A fake Kinde that listens on a port of 127.0.0.1, by wiremock. Derefs to [`FakeKinde`].
///
/// Each has a server, a port and two threads of its own, never a server of wiremock's pool, and lives until it is dropped.
/// The drop neither blocks nor panics; the port refuses connections some milliseconds later, and
/// [`shutdown`](Self::shutdown) waits for that. It works in sync and async tests, on tokio's runtimes and
/// on none.
///
/// **Memory grows with every request**, by some 8 KiB: wiremock keeps what it matched for as long as the
/// server lives. For load tests take [`MockTransport`](crate::MockTransport) or a server of our own
/// (`serve`), which don't.
///
/// wiremock can't reset a connection, cut one inside a body, drip or hold an answer: a script that asks for
/// that is refused when it is added; see [`Fault`](crate::Fault). And it reads paths by itself: `/a/%2e%2e/b` becomes `/b`,
/// `*` becomes `/`.
///
/// wiremock carries a request out under a lock of its own: a filter or a computed reply may use the fake, but not
/// refuse or accept connections, which is a [`DoorError`](crate::DoorError) there.
///
/// Don't pause tokio's clock over it: a paused clock jumps ahead while it waits for a socket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use kinde_mock::MockKinde;
///
/// let kinde = MockKinde::start().await;
/// let user = kinde.sign_in();
/// // Point the application under test at it, with this user's tokens:
/// let url: String = kinde.base_url(); // http://127.0.0.1:PORT
/// # drop((user, url));
/// # }
/// ```
pub struct MockKinde {
    fake: FakeKinde,
    keeper: Keeper,
    address: SocketAddr,
    domain: Domain,
}

impl MockKinde {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// If there is no port or thread to be had; [`try_start`](Self::try_start) says so instead.
    pub async fn start() -> Self {
        started(Self::try_start().await)
    }

    /// As [`start`](Self::start), for tests that aren't async; in async ones it blocks the thread for some
    /// milliseconds.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_blocking() -> Self {
        started(listen().and_then(Self::start_on_blocking))
    }

    /// As [`start`](Self::start).
    ///
    /// # Errors
    /// Of the operating system.
    pub async fn try_start() -> io::Result<Self> {
        Self::start_on(listen()?).await
    }

    /// Starts one on a listener of yours: on a fixed port, say, or on `[::1]`.
    ///
    /// # Errors
    /// Of the operating system, and [`InvalidInput`](io::ErrorKind::InvalidInput) if the listener is not on
    /// a loopback address.
    pub async fn start_on(listener: TcpListener) -> io::Result<Self> {
        let (sender, receiver) = oneshot::channel();
        let starting = Starting::begin(listener, move |result| drop(sender.send(result)))?;
        starting.finish(receiver.await.unwrap_or_else(|_| Err(gone())))
    }

    /// As [`start_on`](Self::start_on), for tests that aren't async.
    ///
    /// # Errors
    /// As [`start_on`](Self::start_on).
    pub fn start_on_blocking(listener: TcpListener) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let starting = Starting::begin(listener, move |result| drop(sender.send(result)))?;
        starting.finish(receiver.recv().unwrap_or_else(|_| Err(gone())))
    }

    /// Returns where it is, for a client: `http://127.0.0.1:PORT`.
    pub fn domain(&self) -> Domain {
        self.domain.clone()
    }

    /// Returns where it is, as a URL without a trailing slash.
    pub fn base_url(&self) -> String {
        self.domain.to_string()
    }

    /// Returns its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it, and waits until its port is free.
    pub async fn shutdown(self) {
        let (done, stopped) = oneshot::channel();
        self.keeper.stop(move || {
            let _ = done.send(());
        });
        // An error means that the keeper is gone, and the server with it.
        let _ = stopped.await;
    }

    /// As [`shutdown`](Self::shutdown), for tests that aren't async.
    pub fn shutdown_blocking(self) {
        let (done, stopped) = mpsc::channel();
        self.keeper.stop(move || {
            let _ = done.send(());
        });
        let _ = stopped.recv();
    }
}

struct Starting {
    fake: FakeKinde,
    keeper: Keeper,
    address: SocketAddr,
    domain: Domain,
}

impl Starting {
    fn begin(
        listener: TcpListener,
        started: impl FnOnce(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let domain = Domain::new(format!("http://{address}"))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let fake = FakeKinde::new();
        let keeper = Keeper::spawn(fake.clone(), listener, Box::new(started))?;
        Ok(Self { fake, keeper, address, domain })
    }

    fn finish(self, started: io::Result<()>) -> io::Result<MockKinde> {
        started?;
        let Self { fake, keeper, address, domain } = self;
        fake.take_door(keeper.door(domain.to_string())).map_err(io::Error::other)?;
        Ok(MockKinde { fake, keeper, address, domain })
    }
}

fn listen() -> io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0))
}

fn gone() -> io::Error {
    io::Error::other("the thread that keeps the wiremock server ended before it had started")
}

#[track_caller]
#[allow(clippy::panic, reason = "a test that can't start its fake has failed")]
fn started(result: io::Result<MockKinde>) -> MockKinde {
    match result {
        Ok(kinde) => kinde,
        Err(error) => panic!("the fake could not be started: {error}"),
    }
}

impl Deref for MockKinde {
    type Target = FakeKinde;

    fn deref(&self) -> &FakeKinde {
        &self.fake
    }
}

impl fmt::Debug for MockKinde {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockKinde").field("address", &self.address).field("fake", &self.fake).finish()
    }
}
