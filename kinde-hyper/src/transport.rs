//! The transport.

use std::fmt;

use bytes::Bytes;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{ResponseFuture, connect::Connect};
use hyper_util::client::proxy::matcher::Intercept;
use kinde_core::transport::{Pooled, Pools, TransportBuilder, TransportOptions, collect};
use kinde_core::{CallContext, Error, Transport, TransportError, TransportErrorKind};

use crate::clients::{Client, pools};
use crate::connector::Connector;
use crate::error::{self, other};
use crate::proxy::Via;

/// Sends requests with hyper: HTTP/2 where the service has it (by ALPN), HTTP/1.1 elsewhere.
///
/// No redirect is followed and nothing is sent twice; nothing is inflated; loopback is reached directly,
/// whatever proxy the environment names. Connections are pooled. The client's deadline covers the head and
/// the body.
///
/// Several tokio runtimes may share one: each has connections of its own, which its tasks drive. A connection that dies
/// without a word (a machine that is gone, a load balancer that forgot it) costs one call at most: over HTTP/2 it is known by
/// a PING that isn't answered, and after a call that timed out while nothing else was answered the next call makes another
/// connection.
///
/// Cancel-safe: dropping a call closes its connection (HTTP/1.1) or its stream (HTTP/2), and the next call
/// is not affected.
pub struct HyperTransport<C = Connector> {
    pools: Pools<Client<C>>,
    via: Option<Via>,
    /// Why https can't be called, where it can't.
    no_tls: Option<&'static str>,
}

impl HyperTransport {
    /// Creates a transport with the builder's defaults.
    ///
    /// # Errors
    /// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) if the platform has no root certificates.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Creates the builder of a transport with time-outs, a pool, extra roots or a proxy of your own.
    pub fn builder() -> TransportBuilder<Self> {
        TransportBuilder::default()
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> HyperTransport<C> {
    /// Creates a transport over a connector of your own: to a Unix socket, through a tunnel, with a resolver.
    ///
    /// The connector is called with the scheme, host and port of a request, and everything between here and
    /// there is its business: **for https it must do TLS itself**, and verify whom it talks to. The crate
    /// hyper-rustls puts TLS over any connector. No proxy is used but what it uses itself.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # fn run() -> Result<(), kinde::Error> {
    /// use std::{future::Future, io, pin::Pin, task::{Context, Poll}};
    ///
    /// use hyper_util::rt::TokioIo;
    /// use kinde::{Client, Domain};
    /// use tokio::net::UnixStream;
    ///
    /// /// Reaches a sidecar, which talks TLS to Kinde, on a Unix socket.
    /// #[derive(Clone)]
    /// struct Sidecar;
    ///
    /// impl tower_service::Service<http::Uri> for Sidecar {
    ///     type Response = TokioIo<UnixStream>;
    ///     type Error = io::Error;
    ///     type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;
    ///
    ///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
    ///         Poll::Ready(Ok(()))
    ///     }
    ///
    ///     fn call(&mut self, _: http::Uri) -> Self::Future {
    ///         Box::pin(async { Ok(TokioIo::new(UnixStream::connect("/run/kinde.sock").await?)) })
    ///     }
    /// }
    ///
    /// let transport = kinde::hyper::HyperTransport::from_connector(Sidecar);
    /// let kinde = Client::new(Domain::new("http://localhost")?, transport);
    /// # let _ = kinde;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_connector(connector: C) -> Self {
        Self::new_with(pools(&TransportOptions::default(), connector), None, None)
    }
}

impl<C> HyperTransport<C> {
    pub(crate) fn new_with(pools: Pools<Client<C>>, via: Option<Via>, no_tls: Option<&'static str>) -> Self {
        Self { pools, via, no_tls }
    }

    pub(crate) fn proxy_of(&self, uri: &Uri) -> Result<Option<Intercept>, &'static str> {
        self.via.as_ref().map_or(Ok(None), |via| via.of(uri))
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> HyperTransport<C> {
    /// The request on its way once the future is polled, and whether that is through a proxy; or why it can't be sent.
    fn start(
        &self,
        request: Request<Bytes>,
        pooled: &Pooled<Client<C>>,
    ) -> Result<(ResponseFuture, bool), TransportError> {
        let mut request = request.map(Full::new);
        let is_http = request.uri().scheme() == Some(&Scheme::HTTP);
        match self.no_tls {
            Some(why) if !is_http => return Err(other(format!("the address {why}"))),
            _ => {}
        }
        let proxy = self.proxy_of(request.uri()).map_err(|why| other(format!("the proxy {why}")))?;
        // For https they are sent when the tunnel is made.
        let credentials = proxy.as_ref().filter(|_| is_http).and_then(Intercept::basic_auth);
        if let Some(credentials) = credentials {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        Ok((pooled.client().request(request), proxy.is_some()))
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Transport for HyperTransport<C> {
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        // Boxed, since the future has a place for what it was given until the answer is there. And not begun yet: which
        // runtime it is in is known once it is polled.
        let request = Box::new(request);
        let (timeout, limit) = (call.timeout(), call.body_limit());
        async move {
            // A timer's tick is long enough for an answer from nearby.
            if timeout.is_zero() {
                return Err(TransportErrorKind::Timeout.into());
            }
            let mut pooled = self.pools.of(request.uri())?;
            let answer = async {
                pooled.catch_up().await;
                let (response, through_proxy) = self.start(*request, &pooled)?;
                let response = response.await.map_err(|why| error::of_request(why, through_proxy))?;
                let (parts, body) = response.into_parts();
                pooled.answered(parts.version);
                let body = collect(body.map_err(error::of_body), limit).await?;
                Ok(Response::from_parts(parts, body))
            };
            match tokio::time::timeout(timeout, answer).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    self.pools.timed_out(pooled);
                    Err(TransportErrorKind::Timeout.into())
                }
            }
        }
    }
}

impl<C> fmt::Debug for HyperTransport<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}
