//! Setting a transport up.

use std::time::Duration;

use http::uri::Scheme;
use kinde_core::{Domain, Error, Proxy};

use crate::clients::Clients;
use crate::error::invalid;
use crate::proxy::Via;
use crate::transport::ReqwestTransport;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Below the 60 seconds after which common load balancers close a connection.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// Sets a [`ReqwestTransport`] up. How long a call may take and how long its answer may be is the client's
/// business: see [`kinde_core::Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use kinde_core::Proxy;
/// use kinde_reqwest::ReqwestTransport;
///
/// let transport = ReqwestTransport::builder()
///     .connect_timeout(Duration::from_secs(3))
///     .proxy(Proxy::url("http://proxy.example:3128")?)
///     .build()?;
/// # let _ = transport;
/// # Ok::<(), kinde_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ReqwestTransportBuilder {
    connect_timeout: Duration,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle_per_host: usize,
    proxy: Proxy,
    #[cfg(feature = "rustls")]
    roots: Vec<Root>,
}

#[cfg(feature = "rustls")]
#[derive(Clone)]
enum Root {
    Pem(Vec<u8>),
    Der(Vec<u8>),
}

#[cfg(feature = "rustls")]
impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Pem(bytes) | Self::Der(bytes)) = self;
        write!(f, "{} bytes", bytes.len())
    }
}

impl Default for ReqwestTransportBuilder {
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

impl ReqwestTransportBuilder {
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
    pub fn build(self) -> Result<ReqwestTransport, Error> {
        self.build_with(false)
    }

    /// The transport of a client that calls this domain only: what it can't reach is refused here and now,
    /// and for http no root certificates are read, so that a fake is reached where there are none.
    pub(crate) fn build_for(self, domain: &Domain) -> Result<ReqwestTransport, Error> {
        let http = *domain.scheme() == Scheme::HTTP;
        if !http && cfg!(not(feature = "rustls")) {
            return Err(Error::invalid_input("domain", crate::error::NO_TLS));
        }
        // Plain http is for this machine, or for a fake in the same network: a proxy would look for it elsewhere.
        let builder = if http { self.proxy(Proxy::None) } else { self };
        let transport = builder.build_with(http)?;
        transport.reaches(&domain.uri("/")?).map_err(|why| Error::invalid_input("proxy", why))?;
        Ok(transport)
    }

    fn build_with(self, without_roots: bool) -> Result<ReqwestTransport, Error> {
        let via = Via::new(&self.proxy);
        let client = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.pool_idle_timeout)
            .pool_max_idle_per_host(self.pool_max_idle_per_host);
        let client = via.iter().fold(client.no_proxy(), |client, via| via.install(client));
        #[cfg(feature = "rustls")]
        let client = match without_roots {
            true => client.tls_certs_only([]),
            false => client.tls_certs_merge(certificates(&self.roots)?),
        };
        #[cfg(not(feature = "rustls"))]
        let _ = without_roots;
        let client = harden(client).build().map_err(|error| invalid("transport", &error))?;
        Ok(ReqwestTransport::new_with(Clients::Ready(client), via))
    }
}

#[cfg(feature = "rustls")]
fn certificates(roots: &[Root]) -> Result<Vec<reqwest::Certificate>, Error> {
    let refused = |why: String| Error::invalid_input("root certificate", why);
    let mut certificates = Vec::new();
    for root in roots {
        let read = match root {
            Root::Pem(pem) => reqwest::Certificate::from_pem_bundle(pem),
            Root::Der(der) => reqwest::Certificate::from_der(der).map(|certificate| vec![certificate]),
        };
        let mut read =
            read.map_err(|error| refused(format!("can't be read: {}", crate::error::chain(&error))))?;
        if read.is_empty() {
            return Err(refused("has no `-----BEGIN CERTIFICATE-----` in it: pass PEM".to_owned()));
        }
        certificates.append(&mut read);
    }
    Ok(certificates)
}

/// Takes from a reqwest client what would carry a bearer or a secret elsewhere, or change an answer.
pub(crate) fn harden(client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let client = client
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        // It writes what is sent to the log, the bearer included.
        .connection_verbose(false);
    #[cfg(feature = "rustls")]
    let client = client
        .tls_backend_rustls()
        .tls_danger_accept_invalid_certs(false)
        .tls_danger_accept_invalid_hostnames(false);
    client
}
