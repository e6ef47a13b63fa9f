//! Setting the transport of a backend up.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::uri::Scheme;

use super::options::{RootCertificate, TransportOptions};
use super::proxy::Proxy;
use crate::domain::Domain;
use crate::error::Error;

/// A transport that a [`TransportBuilder`] sets up: what a backend implements, and then has a builder with the words of all
/// others.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use kinde::transport::{Backend, TransportBuilder, TransportOptions};
/// use kinde::{CallContext, Domain, Error, Transport, TransportError, TransportErrorKind};
///
/// struct MyTransport {/* the HTTP library's client */}
///
/// impl MyTransport {
///     pub fn builder() -> TransportBuilder<Self> {
///         TransportBuilder::default()
///     }
/// }
///
/// impl Backend for MyTransport {
///     fn set_up(options: &TransportOptions, only: Option<&Domain>) -> Result<Self, Error> {
///         // What the HTTP library can't do is an error, never ignored.
///         if !options.root_certificates.is_empty() {
///             return Err(Error::invalid_input("root certificate", "can't be used: this transport has no TLS"));
///         }
///         let _ = (options.connect_timeout, only);
///         Ok(Self {})
///     }
/// }
///
/// impl Transport for MyTransport {
///     async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
///         Err(TransportErrorKind::Connect.into())
///     }
/// }
///
/// let transport = MyTransport::builder().connect_timeout(std::time::Duration::from_secs(3)).build()?;
/// # let _ = transport;
/// # Ok::<(), Error>(())
/// ```
pub trait Backend: Sized {
    /// Makes the transport.
    ///
    /// `only` is the domain if no other one will be called: what can't be reached is then refused here and now, and for an
    /// http domain no root certificates are read, so that a fake is reached where there are none. The proxy is
    /// [`Proxy::None`] already where the domain is reached directly.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what the options ask for and can't be had.
    fn set_up(options: &TransportOptions, only: Option<&Domain>) -> Result<Self, Error>;
}

/// Sets a transport up, in the same words for every backend. How long a call may take and how long its answer may be is
/// the client's business: see [`Client::builder`](crate::Client::builder).
///
/// ```
/// # #[cfg(feature = "reqwest")] {
/// use std::time::Duration;
/// use kinde::Proxy;
/// use kinde::reqwest::ReqwestTransport;
///
/// let transport = ReqwestTransport::builder()
///     .connect_timeout(Duration::from_secs(3))
///     .proxy(Proxy::url("http://proxy.example:3128")?)
///     .build()?;
/// # let _ = transport;
/// # }
/// # Ok::<(), kinde::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct TransportBuilder<T> {
    options: TransportOptions,
    transport: PhantomData<fn() -> T>,
}

impl<T> TransportBuilder<T> {
    /// Sets how long making a connection may take (DNS, TCP, proxy and TLS together); 10 seconds unless set.
    /// It only ever shortens what a call has left.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = timeout;
        self
    }

    /// Sets how long an unused connection is kept; 50 seconds unless set, `None` for as long as the service
    /// keeps it.
    pub fn pool_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.options.pool_idle_timeout = timeout.into();
        self
    }

    /// Sets how many unused connections are kept per origin; no limit unless set. With HTTP/2 one is enough.
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.options.pool_max_idle_per_host = connections;
        self
    }

    /// Sets how long an HTTP/2 connection may be silent until the service is sent a PING; 10 seconds unless set, `None` for
    /// never. A service that answers no PING is not there any more, whatever TCP says
    /// ([RFC 9113, section 6.7](https://www.rfc-editor.org/rfc/rfc9113#section-6.7)): the connection is closed, calls on
    /// it are [`Interrupted`](crate::TransportErrorKind::Interrupted), and the next call makes another one. HTTP/1.1
    /// has no PING.
    ///
    /// With the defaults that is known after 20 seconds, in time for the client to try again within its 30. Even without
    /// it, no more than one call in a row is lost: see the transport.
    pub fn http2_keep_alive_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.options.http2_keep_alive_interval = interval.into();
        self
    }

    /// Sets how long the service may take to answer a PING; 10 seconds unless set.
    pub fn http2_keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.options.http2_keep_alive_timeout = timeout;
        self
    }

    /// Sets whether a connection is sent PINGs when no call is under way, too; yes unless set. It is then known to be dead
    /// before the next call takes it, at the price of a few bytes every ten seconds until it is closed as
    /// [unused](Self::pool_idle_timeout).
    pub fn http2_keep_alive_while_idle(mut self, enabled: bool) -> Self {
        self.options.http2_keep_alive_while_idle = enabled;
        self
    }

    /// Sets which proxy to go through; the system's unless set. Loopback is always reached directly.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.options.proxy = proxy;
        self
    }

    /// Trusts these certificates too, besides those that the platform trusts: one or more in PEM. A backend that was built
    /// without TLS refuses them.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.options.root_certificates.push(RootCertificate::Pem(pem.into()));
        self
    }

    /// Trusts this certificate too, besides those that the platform trusts, in DER. A backend that was built without TLS
    /// refuses it.
    pub fn root_certificate_der(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.options.root_certificates.push(RootCertificate::Der(der.into()));
        self
    }
}

impl<T: Backend> TransportBuilder<T> {
    /// Builds the transport.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a root that is not a certificate, if the platform has no
    /// root certificates and none was given, and for a variable of the environment, such as `HTTPS_PROXY`, whose value
    /// is not a proxy.
    pub fn build(self) -> Result<T, Error> {
        T::set_up(&self.options, None)
    }

    /// Builds the transport of a client that calls this domain only: what it can't reach is refused here and now,
    /// and for http no root certificates are read, so that a fake is reached where there are none.
    ///
    /// # Errors
    /// As [`build`](Self::build), and if the domain is https and the backend was built without TLS, or its proxy is of a kind
    /// that isn't supported (neither https nor socks is). No variable of the environment is read for a domain that is
    /// reached directly.
    pub fn build_for(mut self, domain: &Domain) -> Result<T, Error> {
        // Plain http is for this machine, or for a fake in the same network: a proxy would look for it elsewhere. Where none
        // is used, nothing that says which is read.
        if *domain.scheme() == Scheme::HTTP || !Proxy::may_carry(domain.host()) {
            self.options.proxy = Proxy::None;
        }
        T::set_up(&self.options, Some(domain))
    }
}

impl<T> Default for TransportBuilder<T> {
    fn default() -> Self {
        Self { options: TransportOptions::default(), transport: PhantomData }
    }
}

impl<T> Clone for TransportBuilder<T> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone(), transport: PhantomData }
    }
}

impl<T> fmt::Debug for TransportBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransportBuilder").field(&self.options).finish()
    }
}
