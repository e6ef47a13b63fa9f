//! Setting a transport up.

use std::time::Duration;

use http::uri::Scheme;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kinde_core::{Domain, Error, Proxy};

use crate::connector::Connector;
use crate::proxy::Via;
#[cfg(feature = "rustls")]
use crate::tls::{self, Root};
#[cfg(feature = "rustls")]
use crate::transport::FOR_HTTP;
use crate::transport::{HyperTransport, NO_TLS};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Below the 60 seconds after which common load balancers close a connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// Sets a [`HyperTransport`] up. How long a call may take and how long its answer may be is the client's
/// business: see [`kinde_core::Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use kinde_core::Proxy;
/// use kinde_hyper::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .connect_timeout(Duration::from_secs(3))
///     .proxy(Proxy::url("http://proxy.example:3128")?)
///     .build()?;
/// # let _ = transport;
/// # Ok::<(), kinde_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HyperTransportBuilder {
    connect_timeout: Duration,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle_per_host: usize,
    proxy: Proxy,
    #[cfg(feature = "rustls")]
    roots: Vec<Root>,
}

impl Default for HyperTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            pool_idle_timeout: Some(POOL_IDLE_TIMEOUT),
            pool_max_idle_per_host: usize::MAX,
            proxy: Proxy::System,
            #[cfg(feature = "rustls")]
            roots: Vec::new(),
        }
    }
}

impl HyperTransportBuilder {
    /// How long making a connection may take (DNS, TCP, proxy and TLS together); 10 seconds unless set.
    /// It only ever shortens what a call has left.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept; 50 seconds unless set, `None` for as long as the service
    /// keeps it.
    pub fn pool_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.pool_idle_timeout = timeout.into();
        self
    }

    /// How many unused connections are kept per origin; no limit unless set. With HTTP/2 one is enough.
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.pool_max_idle_per_host = connections;
        self
    }

    /// Which proxy to go through; the system's unless set. Loopback is always reached directly.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Trusts these certificates too, besides those that the platform trusts: one or more in PEM.
    #[cfg(feature = "rustls")]
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(Root::Pem(pem.into()));
        self
    }

    /// Trusts this certificate too, besides those that the platform trusts, in DER.
    #[cfg(feature = "rustls")]
    pub fn root_certificate_der(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.roots.push(Root::Der(der.into()));
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) for a root that is no certificate, and if the
    /// platform has no root certificates and none was given.
    pub fn build(self) -> Result<HyperTransport, Error> {
        self.build_with(false)
    }

    /// The transport of a client that calls this domain only: what it can't reach is refused here and now,
    /// and for http no root certificates are read, so that a fake is reached where there are none.
    pub(crate) fn build_for(self, domain: &Domain) -> Result<HyperTransport, Error> {
        let http = *domain.scheme() == Scheme::HTTP;
        if !http && cfg!(not(feature = "rustls")) {
            return Err(Error::invalid_input("domain", NO_TLS));
        }
        // Plain http is for this machine, or for a fake in the same network: a proxy would look for it elsewhere.
        let builder = if http { self.proxy(Proxy::None) } else { self };
        let transport = builder.build_with(http)?;
        transport.proxy_of(&domain.uri("/")?).map_err(|why| Error::invalid_input("proxy", why))?;
        Ok(transport)
    }

    fn build_with(
        self,
        #[cfg_attr(not(feature = "rustls"), allow(unused))] without_tls: bool,
    ) -> Result<HyperTransport, Error> {
        let via = Via::new(&self.proxy);
        let (timeout, through) = (self.connect_timeout, via.clone());
        #[cfg(not(feature = "rustls"))]
        let (connector, no_tls) = (Connector::plain(timeout, through), Some(NO_TLS));
        #[cfg(feature = "rustls")]
        let (connector, no_tls) = match without_tls {
            true => (Connector::plain(timeout, through), Some(FOR_HTTP)),
            false => (Connector::with_tls(timeout, through, tls::config(&self.roots)?), None),
        };
        Ok(HyperTransport::new_with(self.client().build(connector), via, no_tls))
    }

    /// hyper-util's client. It sends a request again only if the connection it was handed to closed before
    /// a byte of it was taken: nothing is sent twice, and a connection that the service closed while it was
    /// idle fails no call.
    pub(crate) fn client(&self) -> legacy::Builder {
        let mut client = legacy::Client::builder(TokioExecutor::new());
        client
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.pool_idle_timeout)
            .pool_max_idle_per_host(self.pool_max_idle_per_host)
            .retry_canceled_requests(true);
        client
    }
}
