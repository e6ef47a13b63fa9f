//! A listener at work: it accepts, can be told to refuse, and to stop.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::connection::{self, Orders};
use super::port::Port;
use crate::fake::FakeKinde;
use crate::fake::door::{Door, DoorError};

pub(crate) struct ListenerOptions {
    pub(crate) read_timeout: Duration,
    pub(crate) on_accept_error: Arc<dyn Fn(&io::Error) + Send + Sync>,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        Self { read_timeout: Duration::from_secs(30), on_accept_error: Arc::new(|_| {}) }
    }
}

/// Closes the port and cuts what is open when it is dropped.
pub(crate) struct Running(Arc<Shared>);

/// The door. It owns nothing: the fake may outlive its server.
struct Listener {
    home: String,
    shared: Weak<Shared>,
    runtime: Handle,
}

impl Door for Listener {
    fn name(&self) -> &'static str {
        "serve()"
    }

    fn home(&self) -> &str {
        &self.home
    }

    fn refuse(&self, refuse: bool) -> Result<(), DoorError> {
        let stopped = || DoorError::port(io::Error::other("the server is stopped"));
        let shared = self.shared.upgrade().ok_or_else(stopped)?;
        let _context = self.runtime.enter();
        shared.refuse(refuse).map_err(DoorError::port)
    }
}

struct Shared {
    port: Port,
    orders: watch::Sender<Orders>,
}

impl Running {
    /// Takes the fake's door. `home` is where it is to be found.
    pub(crate) fn start(
        fake: FakeKinde,
        listener: TcpListener,
        home: String,
        options: ListenerOptions,
    ) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let shared = Arc::new(Shared { port: Port::new(listener)?, orders: watch::Sender::default() });
        let door = Listener { home, shared: Arc::downgrade(&shared), runtime: runtime.clone() };
        fake.take_door(Arc::new(door)).map_err(io::Error::other)?;
        runtime.spawn(accept(Closing(Arc::clone(&shared)), fake, options));
        Ok(Self(shared))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.port.address()
    }

    /// Closes the port, and cuts what is open.
    pub(crate) fn stop(&self) {
        self.0.port.close();
        self.0.cut();
    }

    pub(crate) async fn shutdown(&self, grace: Duration) {
        self.0.port.close();
        self.0.orders.send_modify(|orders| orders.finish = true);
        if tokio::time::timeout(grace, self.0.orders.closed()).await.is_err() {
            self.0.cut();
            self.0.orders.closed().await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn refuse(&self, refuse: bool) -> io::Result<()> {
        self.port.refuse(refuse)?;
        if refuse {
            self.cut();
        }
        Ok(())
    }

    fn cut(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }
}

async fn accept(closing: Closing, fake: FakeKinde, options: ListenerOptions) {
    /// Long enough not to spin while descriptors are short, and short enough to be there when they aren't.
    const PAUSE: Duration = Duration::from_millis(100);
    let shared = &closing.0;
    while let Some(accepted) = poll_fn(|cx| shared.port.poll_accept(cx)).await {
        match accepted {
            Ok(stream) => {
                let orders = shared.orders.subscribe();
                tokio::spawn(connection::run(fake.clone(), stream, options.read_timeout, orders));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                (options.on_accept_error)(&error);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The port is closed with the task that accepts: with its runtime, at the latest, since nobody would answer then.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.port.close();
    }
}

/// A client that was gone before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
