//! The transport.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::{self, ResponseFuture, connect::Connect};
use hyper_util::client::proxy::matcher::Intercept;
use kinde_core::{CallContext, Error, Transport, TransportError, TransportErrorKind, collect};

use crate::builder::HyperTransportBuilder;
use crate::connector::Connector;
use crate::proxy::Via;

#[cfg(feature = "rustls")]
pub(crate) const FOR_HTTP: &str = "is https, and this transport was made for a domain that is http";
pub(crate) const NO_TLS: &str =
    "is https, and kinde-hyper was built without TLS: turn its feature `rustls` on";

/// Sends requests with hyper: HTTP/2 where the service has it (by ALPN), HTTP/1.1 elsewhere.
///
/// No redirect is followed and nothing is sent twice; nothing is inflated; loopback is reached directly,
/// whatever proxy the environment names. Connections are pooled. The client's deadline covers the head and
/// the body.
///
/// Cancel-safe: dropping a call closes its connection (HTTP/1.1) or its stream (HTTP/2), and the next call
/// is not affected.
pub struct HyperTransport<C = Connector> {
    client: legacy::Client<C, Full<Bytes>>,
    via: Option<Via>,
    /// Why https can't be called, where it can't.
    no_tls: Option<&'static str>,
}

impl HyperTransport {
    /// A transport with the builder's defaults.
    ///
    /// # Errors
    /// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) if the platform has no root certificates.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport with time-outs, a pool, extra roots or a proxy of one's own.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::default()
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> HyperTransport<C> {
    /// A transport over a connector of one's own: to a Unix socket, through a tunnel, with a resolver.
    ///
    /// The connector is called with the scheme, host and port of a request, and everything between here and
    /// there is its business: **for https it must do TLS itself**, and verify whom it talks to. The crate
    /// hyper-rustls puts TLS over any connector. No proxy is used but what it uses itself.
    ///
    /// ```
    /// # #[cfg(unix)]
    /// # fn run() -> Result<(), kinde_core::Error> {
    /// use std::{future::Future, io, pin::Pin, task::{Context, Poll}};
    ///
    /// use hyper_util::rt::TokioIo;
    /// use kinde_core::{Client, Domain};
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
    /// let transport = kinde_hyper::HyperTransport::from_connector(Sidecar);
    /// let kinde = Client::new(Domain::new("http://localhost")?, transport);
    /// # let _ = kinde;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_connector(connector: C) -> Self {
        Self::new_with(HyperTransportBuilder::default().client().build(connector), None, None)
    }
}

impl<C> HyperTransport<C> {
    pub(crate) fn new_with(
        client: legacy::Client<C, Full<Bytes>>,
        via: Option<Via>,
        no_tls: Option<&'static str>,
    ) -> Self {
        Self { client, via, no_tls }
    }

    pub(crate) fn proxy_of(&self, uri: &Uri) -> Result<Option<Intercept>, &'static str> {
        self.via.as_ref().map_or(Ok(None), |via| via.of(uri))
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> HyperTransport<C> {
    /// The request on its way once the future is polled, or why it can't be sent.
    fn start(&self, request: Request<Bytes>) -> Result<ResponseFuture, TransportError> {
        let mut request = request.map(Full::new);
        let is_http = match request.uri().scheme() {
            Some(scheme) => *scheme == Scheme::HTTP,
            None => return Err(other("the request has no absolute URI")),
        };
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
        Ok(self.client.request(request))
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Transport for HyperTransport<C> {
    /// Not an `async fn`: the request would have a place in its future until the answer is there.
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        let response = self.start(request);
        let (timeout, limit) = (call.timeout(), call.body_limit());
        async move {
            let answer = whole(response?, limit);
            // A timer's tick is long enough for an answer from nearby.
            if timeout.is_zero() {
                return Err(TransportErrorKind::Timeout.into());
            }
            match tokio::time::timeout(timeout, answer).await {
                Ok(outcome) => outcome,
                Err(_) => Err(TransportErrorKind::Timeout.into()),
            }
        }
    }
}

async fn whole(response: ResponseFuture, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let response = response.await.map_err(|error| {
        // What failed while a connection was made was never sent, and what failed after may have been.
        let connecting = error.is_connect();
        let kind = if connecting { TransportErrorKind::Connect } else { TransportErrorKind::Interrupted };
        TransportError::new(kind, error)
    })?;
    let (parts, body) = response.into_parts();
    Ok(Response::from_parts(parts, collect(body, limit).await?))
}

fn other(why: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Other, why)
}

impl<C> fmt::Debug for HyperTransport<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}
