//! Setting a transport up.

use std::time::Duration;

use http::uri::Scheme;
use hyper_util::client::legacy::{self, connect::Connect};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kinde_core::transport::Pools;
use kinde_core::{Domain, Error, Proxy};

use crate::connector::Connector;
use crate::proxy::Via;
#[cfg(feature = "rustls")]
use crate::tls::{self, Root};
#[cfg(feature = "rustls")]
use crate::transport::FOR_HTTP;
use crate::transport::{Client, HyperTransport, NO_TLS};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Below the 60 seconds after which common load balancers close a connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Together below the 30 seconds of a call, so that one on a dead connection can be made again on another one.
const HTTP2_KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
const HTTP2_KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Sets a [`HyperTransport`] up. How long a call may take and how long its answer may be is the client's
/// business: see [`kinde_core::Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use kinde::Proxy;
/// use kinde::hyper::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .connect_timeout(Duration::from_secs(3))
///     .proxy(Proxy::url("http://proxy.example:3128")?)
///     .build()?;
/// # let _ = transport;
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HyperTransportBuilder {
    connect_timeout: Duration,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle_per_host: usize,
    http2_keep_alive_interval: Option<Duration>,
    http2_keep_alive_timeout: Duration,
    http2_keep_alive_while_idle: bool,
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
            http2_keep_alive_interval: Some(HTTP2_KEEP_ALIVE_INTERVAL),
            http2_keep_alive_timeout: HTTP2_KEEP_ALIVE_TIMEOUT,
            http2_keep_alive_while_idle: true,
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

    /// How long an HTTP/2 connection may be silent until the service is sent a PING; 10 seconds unless set, `None` for
    /// never. A service that answers no PING is not there any more, whatever TCP says
    /// ([RFC 9113, section 6.7](https://www.rfc-editor.org/rfc/rfc9113#section-6.7)): the connection is closed, calls on
    /// it are [`Interrupted`](kinde_core::TransportErrorKind::Interrupted), and the next call makes another one. HTTP/1.1
    /// has no PING.
    ///
    /// With the defaults that is known after 20 seconds, in time for the client to try again within its 30. Even without
    /// it, no more than one call in a row is lost: see [`HyperTransport`].
    pub fn http2_keep_alive_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.http2_keep_alive_interval = interval.into();
        self
    }

    /// How long the service may take to answer a PING; 10 seconds unless set.
    pub fn http2_keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.http2_keep_alive_timeout = timeout;
        self
    }

    /// Whether a connection is sent PINGs when no call is under way, too; yes unless set. It is then known to be dead
    /// before the next call takes it, at the price of a few bytes every ten seconds until it is closed as
    /// [unused](Self::pool_idle_timeout).
    pub fn http2_keep_alive_while_idle(mut self, enabled: bool) -> Self {
        self.http2_keep_alive_while_idle = enabled;
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
    /// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) for a root that is no certificate, if the platform has no
    /// root certificates and none was given, and for a variable of the environment, such as `HTTPS_PROXY`, whose value
    /// is no proxy.
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
        let transport = self.proxy_for(domain).build_with(http)?;
        transport.proxy_of(&domain.uri("/")?).map_err(|why| Error::invalid_input("proxy", why))?;
        Ok(transport)
    }

    /// Plain http is for this machine, or for a fake in the same network: a proxy would look for it elsewhere. Where none is
    /// used, nothing that says which is read.
    fn proxy_for(self, domain: &Domain) -> Self {
        let direct = *domain.scheme() == Scheme::HTTP || !Proxy::may_carry(domain.host());
        if direct { self.proxy(Proxy::None) } else { self }
    }

    fn build_with(
        self,
        #[cfg_attr(not(feature = "rustls"), allow(unused))] without_tls: bool,
    ) -> Result<HyperTransport, Error> {
        let via = Some(Via::new(&self.proxy)?);
        let (timeout, through) = (self.connect_timeout, via.clone());
        #[cfg(not(feature = "rustls"))]
        let (connector, no_tls) = (Connector::plain(timeout, through), Some(NO_TLS));
        #[cfg(feature = "rustls")]
        let (connector, no_tls) = match without_tls {
            true => (Connector::plain(timeout, through), Some(FOR_HTTP)),
            false => (Connector::with_tls(timeout, through, tls::config(&self.roots)?), None),
        };
        Ok(HyperTransport::new_with(self.pools(connector), via, no_tls))
    }

    /// Clients over this connector.
    pub(crate) fn pools<C>(&self, connector: C) -> Pools<Client<C>>
    where
        C: Connect + Clone + Send + Sync + 'static,
    {
        let builder = self.client();
        Pools::new(move || Ok(builder.build(connector.clone())))
    }

    /// hyper-util's client. It sends a request again only if the connection it was handed to closed before
    /// a byte of it was taken: nothing is sent twice, and a connection that the service closed while it was
    /// idle fails no call.
    fn client(&self) -> legacy::Builder {
        let mut client = legacy::Client::builder(TokioExecutor::new());
        client
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.pool_idle_timeout)
            .pool_max_idle_per_host(self.pool_max_idle_per_host)
            .http2_keep_alive_interval(self.http2_keep_alive_interval)
            .http2_keep_alive_timeout(self.http2_keep_alive_timeout)
            .http2_keep_alive_while_idle(self.http2_keep_alive_while_idle)
            .retry_canceled_requests(true);
        client
    }
}
