//! The transport.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::BodyExt;
use kinde_core::{CallContext, Error, Transport, TransportError, TransportErrorKind, collect};

use crate::builder::{ReqwestTransportBuilder, harden};
use crate::clients::Clients;
use crate::error::{from_reqwest, other};
use crate::proxy::Via;
use crate::urls::Urls;

/// Sends requests with reqwest.
///
/// No redirect is followed and nothing is sent twice; what wasn't asked for isn't inflated; loopback is
/// reached directly, whatever proxy the environment names. Connections are pooled. The client's deadline
/// covers the head and the body.
///
/// Two things are reqwest's own, and matter to an [`Operation`](kinde_core::Operation) of one's own only: a
/// request without `Accept` gets `Accept: */*`, which means the same; and an address that reqwest would send
/// in other words (`/a/../b`, a `'` in the query) is an error of kind
/// [`Other`](kinde_core::TransportErrorKind::Other), with nothing sent.
///
/// Cancel-safe: dropping a call closes its connection (HTTP/1.1) or its stream (HTTP/2), and the next call
/// is not affected.
pub struct ReqwestTransport {
    clients: Clients,
    urls: Urls,
    via: Option<Via>,
}

impl ReqwestTransport {
    /// A transport with the builder's defaults.
    ///
    /// # Errors
    /// [`InvalidInput`](kinde_core::ErrorKind::InvalidInput) if the platform has no root certificates.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport with time-outs, a pool, extra roots or a proxy of one's own.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }

    /// A transport from a reqwest builder: for its resolver, client certificates, sockets, layers and
    /// whatever else reqwest has a word for.
    ///
    /// Forced: no redirects, no `Referer`, no decompression, no retries of reqwest's own, no verbose log of
    /// connections, and (with this crate's feature `rustls`) rustls with verification on. The proxies are
    /// kept but for loopback, which is reached directly.
    ///
    /// The rest is kept, and three things are worth knowing:
    /// - The client's deadline replaces `timeout`. A `read_timeout` or `connect_timeout` still applies.
    /// - `default_headers` and a cookie store apply to every call of every user. Put nothing there that
    ///   belongs to one of them: no `Authorization`, no `Cookie`. A header of the operation's own wins.
    /// - A TLS configuration that was passed whole (`tls_backend_preconfigured`) can't be looked into, so
    ///   rustls is set up anew, from the builder's roots, client certificate, revocation lists and versions.
    ///
    /// The reqwest client is built at the first request, since only then it is known whether it is for
    /// loopback. From then on the transport reaches either loopback or everything else; the other is an
    /// error of kind [`Other`](kinde_core::TransportErrorKind::Other).
    ///
    /// # Errors
    /// None now: what is wrong with the builder is an error of the first request, of kind
    /// [`Other`](kinde_core::TransportErrorKind::Other).
    ///
    /// ```
    /// use kinde_core::{Client, Domain};
    /// use kinde_reqwest::ReqwestTransport;
    ///
    /// let builder = reqwest::Client::builder().http1_only().tcp_nodelay(true);
    /// let kinde = Client::new(Domain::new("acme.kinde.com")?, ReqwestTransport::from_builder(builder)?);
    /// # let _ = kinde;
    /// # Ok::<(), kinde_core::Error>(())
    /// ```
    pub fn from_builder(builder: reqwest::ClientBuilder) -> Result<Self, Error> {
        Ok(Self::new_with(Clients::at_first_use(harden(builder)), None))
    }

    pub(crate) fn new_with(clients: Clients, via: Option<Via>) -> Self {
        Self { clients, urls: Urls::default(), via }
    }

    /// Whether there is a way to `uri`, or why not.
    pub(crate) fn reaches(&self, uri: &Uri) -> Result<(), &'static str> {
        match &self.via {
            Some(via) if via.is_unsupported_for(uri) => {
                Err("of the system has a scheme other than http, and neither https nor socks proxies are \
                 supported: name another one, or none")
            }
            _ => Ok(()),
        }
    }
}

impl ReqwestTransport {
    /// The request on its way, or why it can't be sent. Must be called in a runtime, as reqwest must.
    fn start(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, TransportError> {
        let (parts, body) = request.into_parts();
        if cfg!(not(feature = "rustls")) && parts.uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return Err(other(format!("the address {}", crate::error::NO_TLS)));
        }
        self.reaches(&parts.uri).map_err(|why| other(format!("the proxy {why}")))?;

        // A timer's tick is long enough for an answer from nearby.
        if timeout.is_zero() {
            return Err(TransportErrorKind::Timeout.into());
        }
        let url = self.urls.of(&parts.uri)?;
        let client = self.clients.of(&url)?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        // reqwest's total time-out: from here to the body's last byte.
        *request.timeout_mut() = Some(timeout);
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        Ok(client.execute(request))
    }
}

impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        let response = self.start(request, call.timeout())?.await.map_err(from_reqwest)?;
        let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
        let body = collect(body.map_err(from_reqwest), call.body_limit()).await?;
        Ok(Response::from_parts(parts, body))
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest prints default headers, and those may be secret.
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}
