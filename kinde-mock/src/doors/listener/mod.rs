//! The door over sockets of our own: a plain hyper listener.

pub(crate) mod body;
mod connection;
mod health;
mod line;
mod port;
pub(crate) mod running;
pub(crate) mod service;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use kinde_core::Domain;

use crate::fake::FakeKinde;
use running::{ListenerOptions, Running};

/// Serves a fake on `listener`, over HTTP/1.1 and HTTP/2 without TLS (by prior knowledge).
///
/// This door can do every [`Fault`](crate::Fault), to the byte, and its memory does not grow with requests;
/// `MockKinde` can't say either of itself.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::net::TcpListener;
/// use kinde::oauth::GetUserProfileV2;
/// use kinde_mock::{CutAt, CutBy, Fault, UserProfileV2Reply, serve};
///
/// let kinde = serve(TcpListener::bind("127.0.0.1:0")?).start()?;
/// let url: String = kinde.base_url(); // http://127.0.0.1:PORT
/// let reset = Fault::cut(CutBy::Rst, CutAt::AfterBody(10));
/// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(reset));
/// // …
/// kinde.shutdown().await;
/// # drop(url);
/// # Ok(())
/// # }
/// ```
pub fn serve(listener: TcpListener) -> Serve {
    Serve { listener, options: ListenerOptions::default(), public_url: None }
}

/// A server about to start; see [`serve`].
#[must_use = "it listens when `start` is called"]
pub struct Serve {
    listener: TcpListener,
    options: ListenerOptions,
    public_url: Option<String>,
}

impl Serve {
    /// Sets what it calls itself: the issuer of its tokens, and where browsers are sent to sign in. A URL without
    /// a slash at the end; where it listens unless set.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Sets how long a client may take to send a request's head, and then its body. Connections that send
    /// nothing for so long are closed, those between two requests as well. 30 seconds unless set.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        // As good as for ever, and no more than timers can count.
        const YEAR: Duration = Duration::from_secs(365 * 86_400);
        self.options.read_timeout = timeout.clamp(Duration::from_millis(1), YEAR);
        self
    }

    /// Sets what is told when a connection could not be accepted: when there are no file descriptors left, say. The
    /// server goes on, and tries again ten times a second.
    pub fn on_accept_error(mut self, tell: impl Fn(&io::Error) + Send + Sync + 'static) -> Self {
        self.options.on_accept_error = Arc::new(tell);
        self
    }

    /// Starts it, on the tokio runtime that this is called in.
    ///
    /// # Errors
    /// Of the operating system; [`InvalidInput`](io::ErrorKind::InvalidInput) if the listener is not on a
    /// loopback address, [`Other`](io::ErrorKind::Other) outside of a tokio runtime.
    pub fn start(self) -> io::Result<Server> {
        let address = self.listener.local_addr()?;
        let domain = Domain::new(format!("http://{address}"))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let fake = FakeKinde::new();
        self.public_url.into_iter().for_each(|url| fake.call_itself(url));
        let running = Running::start(fake.clone(), self.listener, domain.to_string(), self.options)?;
        Ok(Server { fake, running, domain })
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("listener", &self.listener).finish_non_exhaustive()
    }
}

/// A fake Kinde that listens on a port of its own. Derefs to [`FakeKinde`]. Dropping it closes the port and
/// cuts what is open; [`shutdown`](Self::shutdown) lets calls finish first.
pub struct Server {
    fake: FakeKinde,
    running: Running,
    domain: Domain,
}

impl Server {
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
        self.running.address()
    }

    /// Stops accepting at once, lets open calls finish for up to two seconds (one that is held at a gate
    /// would never), then cuts what is left.
    pub async fn shutdown(self) {
        self.running.shutdown(Duration::from_secs(2)).await;
    }
}

impl Deref for Server {
    type Target = FakeKinde;

    fn deref(&self) -> &FakeKinde {
        &self.fake
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address()).field("fake", &self.fake).finish()
    }
}
