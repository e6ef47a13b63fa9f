//! Making connections.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use tower_service::Service;

use crate::error::Unresolved;
use crate::proxy::Via;
use crate::stream::{Dialed, Stream, plain};

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Connects to an address: over TCP or through a proxy, with TLS where it is https.
///
/// A [`HyperTransportBuilder`](crate::HyperTransportBuilder) makes it; it can be used with hyper-util's
/// client, too.
#[derive(Clone)]
pub struct Connector(Arc<Ways>);

/// Behind one reference count: hyper-util clones its connector for each request, and for each connection.
struct Ways {
    #[cfg(feature = "rustls")]
    secure: Option<hyper_rustls::HttpsConnector<Dial>>,
    dial: Dial,
    timeout: Duration,
}

impl Connector {
    /// One that only knows http.
    pub(crate) fn plain(timeout: Duration, via: Option<Via>) -> Self {
        Self(Arc::new(Ways {
            #[cfg(feature = "rustls")]
            secure: None,
            dial: Dial { tcp: tcp(), via },
            timeout,
        }))
    }

    #[cfg(feature = "rustls")]
    pub(crate) fn with_tls(timeout: Duration, via: Option<Via>, config: rustls::ClientConfig) -> Self {
        let dial = Dial { tcp: tcp(), via };
        let secure = Some((dial.clone(), config).into());
        Self(Arc::new(Ways { secure, dial, timeout }))
    }
}

impl Ways {
    fn connect(&self, to: Uri) -> Connecting<Stream> {
        #[cfg(feature = "rustls")]
        if let Some(secure) = &self.secure {
            let connecting = secure.clone().call(to);
            return Box::pin(async { Ok(Stream::new(connecting.await?)) });
        }
        if to.scheme() != Some(&Scheme::HTTP) {
            return Box::pin(async { Err(io::Error::other("this connector has no TLS").into()) });
        }
        let connecting = self.dial.clone().call(to);
        Box::pin(async { Ok(Stream::new(plain(connecting.await?))) })
    }
}

type Tcp = HttpConnector<Resolver>;

fn tcp() -> Tcp {
    let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(KEEPALIVE));
    tcp.set_keepalive_interval(Some(KEEPALIVE));
    tcp.set_keepalive_retries(Some(3));
    // A connection whose other side is gone, with a request on it, is not kept for a quarter of an hour.
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    tcp.set_tcp_user_timeout(Some(2 * KEEPALIVE));
    tcp
}

/// How often a quiet connection is probed.
const KEEPALIVE: Duration = Duration::from_secs(15);

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting<Stream>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Connecting<Stream> {
        let connecting = tokio::time::timeout(self.0.timeout, self.0.connect(to));
        Box::pin(async {
            connecting.await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("timeout", &self.0.timeout).finish_non_exhaustive()
    }
}

/// TCP, and the proxy's part.
#[derive(Clone)]
pub(crate) struct Dial {
    tcp: Tcp,
    via: Option<Via>,
}

impl Service<Uri> for Dial {
    type Response = Dialed;
    type Error = BoxError;
    type Future = Connecting<Dialed>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Connecting<Dialed> {
        let mut tcp = self.tcp.clone();
        let proxy = match self.via.as_ref().map_or(Ok(None), |via| via.of(&to)) {
            Ok(proxy) => proxy,
            Err(why) => return Box::pin(async move { Err(format!("the proxy {why}").into()) }),
        };
        let Some(proxy) = proxy else {
            return Box::pin(async move { Ok(Dialed { tcp: tcp.call(to).await?, is_proxy: false }) });
        };
        if to.scheme() == Some(&Scheme::HTTP) {
            let to = proxy.uri().clone();
            return Box::pin(async move { Ok(Dialed { tcp: tcp.call(to).await?, is_proxy: true }) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
        if let Some(credentials) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        Box::pin(async move { Ok(Dialed { tcp: tunnel.call(to).await?, is_proxy: false }) })
    }
}

/// The system's, whose errors are known for what they are.
#[derive(Clone)]
pub(crate) struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = Unresolved;
    type Future = Pin<Box<dyn Future<Output = Result<GaiAddrs, Unresolved>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Unresolved>> {
        self.0.poll_ready(context).map_err(Unresolved)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.0.call(name);
        Box::pin(async { resolving.await.map_err(Unresolved) })
    }
}
