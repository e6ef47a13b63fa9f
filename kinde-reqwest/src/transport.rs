//! The transport.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::BodyExt;
use kinde_core::transport::{Pooled, TransportBuilder, collect};
use kinde_core::{CallContext, Error, Transport, TransportError, TransportErrorKind};
use tokio::runtime::Handle;

use crate::clients::{AtFirstUse, Clients, harden};
use crate::error::{of_body, of_request, other};
use crate::proxy::Via;
use crate::urls::Urls;

/// Sends requests with reqwest.
///
/// No redirect is followed and nothing is sent twice; what wasn't asked for isn't inflated; loopback is
/// reached directly, whatever proxy the environment names. Connections are pooled. The client's deadline
/// covers the head and the body.
///
/// Two things are reqwest's own, and matter to an [`Operation`](kinde_core::Operation) of your own only: a
/// request without `Accept` gets `Accept: */*`, which means the same; and an address that reqwest would send
/// in other words (`/a/../b`, a `'` in the query) is an error of kind
/// [`Other`](kinde_core::TransportErrorKind::Other), with nothing sent.
///
/// Several tokio runtimes may share one: each has connections of its own, which its tasks drive. A connection that dies
/// without a word (a machine that is gone, a load balancer that forgot it) costs one call at most: over HTTP/2 it is known by
/// a PING that isn't answered, and after a call that timed out while nothing else was answered the next call makes another
/// connection.
///
/// Cancel-safe: dropping a call closes its connection (HTTP/1.1) or its stream (HTTP/2), and the next call
/// is not affected.
pub struct ReqwestTransport {
    clients: Clients,
    urls: Urls,
    via: Option<Via>,
}

impl ReqwestTransport {
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

    /// Creates a transport from a reqwest builder: for its resolver, client certificates, sockets, layers and
    /// whatever else reqwest has a word for.
    ///
    /// Forced: no redirects, no `Referer`, no decompression, no retries of reqwest's own, no verbose log of
    /// connections, and (with this crate's feature `rustls`) rustls with verification on. The proxies are
    /// kept but for loopback, which is reached directly.
    ///
    /// The rest is kept, and four things are worth knowing:
    /// - The client's deadline replaces `timeout`. A `read_timeout` or `connect_timeout` still applies.
    /// - `default_headers` and a cookie store apply to every call of every user. Put nothing there that
    ///   belongs to one of them: no `Authorization`, no `Cookie`. A header of the operation's own wins.
    /// - A TLS configuration that was passed whole (`tls_backend_preconfigured`) can't be looked into, so
    ///   rustls is set up anew, from the builder's roots, client certificate, revocation lists and versions.
    /// - It is one reqwest client, since a builder can't be cloned, and belongs to **one runtime**: a connection that
    ///   another runtime made answers only while that one runs. For the same reason a connection that died without a word
    ///   is left only when a PING isn't answered, which reqwest sends if `http2_keep_alive_interval` is set.
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
    /// use kinde::{Client, Domain};
    /// use kinde::reqwest::ReqwestTransport;
    ///
    /// let builder = reqwest::Client::builder().http1_only().tcp_nodelay(true);
    /// let kinde = Client::new(Domain::new("acme.kinde.com")?, ReqwestTransport::from_builder(builder)?);
    /// # let _ = kinde;
    /// # Ok::<(), kinde::Error>(())
    /// ```
    pub fn from_builder(builder: reqwest::ClientBuilder) -> Result<Self, Error> {
        Ok(Self::new_with(Clients::One(AtFirstUse::new(harden(builder))), None))
    }

    pub(crate) fn new_with(clients: Clients, via: Option<Via>) -> Self {
        Self { clients, urls: Urls::default(), via }
    }

    /// Whether a request to `uri` goes through a proxy, or why it can't.
    fn goes_through_proxy(&self, uri: &Uri) -> Result<bool, &'static str> {
        self.via.as_ref().map_or(Ok(false), |via| Ok(via.of(uri)?.is_some()))
    }

    /// The client for a call to this address. What has come on the connections that it keeps has been seen then.
    async fn pooled(&self, uri: &Uri) -> Result<Option<Pooled<reqwest::Client>>, TransportError> {
        let Clients::Many(pools) = &self.clients else {
            Handle::try_current().map_err(|_| other("a call must be made in a tokio runtime"))?;
            // What its connections speak is not known here.
            tokio::task::yield_now().await;
            return Ok(None);
        };
        let pooled = pools.of(uri)?;
        pooled.catch_up().await;
        Ok(Some(pooled))
    }

    /// The request on its way, and whether that is through a proxy; or why it can't be sent. Must be called in a runtime,
    /// as reqwest must.
    fn start(
        &self,
        request: Request<Bytes>,
        pooled: Option<&Pooled<reqwest::Client>>,
        timeout: Duration,
    ) -> Result<(impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, bool), TransportError>
    {
        let (parts, body) = request.into_parts();
        if cfg!(not(feature = "rustls")) && parts.uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return Err(other(format!("the address {}", crate::error::NO_TLS)));
        }
        let through_proxy =
            self.goes_through_proxy(&parts.uri).map_err(|why| other(format!("the proxy {why}")))?;

        let url = self.urls.of(&parts.uri)?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        // reqwest's total time-out: from here to the body's last byte.
        *request.timeout_mut() = Some(timeout);
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let client = match (&self.clients, pooled) {
            (Clients::One(client), _) => client.of(request.url())?,
            (Clients::Many(_), Some(pooled)) => pooled.client(),
            (Clients::Many(_), None) => return Err(other("there is no client for this call")),
        };
        Ok((client.execute(request), through_proxy))
    }

    /// The call had no answer in its time.
    fn timed_out(&self, pooled: Option<Pooled<reqwest::Client>>) {
        if let (Clients::Many(pools), Some(pooled)) = (&self.clients, pooled) {
            pools.timed_out(pooled);
        }
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        // Boxed, since the future has a place for what it was given until the answer is there.
        let request = Box::new(request);
        let (timeout, limit) = (call.timeout(), call.body_limit());
        async move {
            // A timer's tick is long enough for an answer from nearby.
            if timeout.is_zero() {
                return Err(TransportErrorKind::Timeout.into());
            }
            let mut pooled = self.pooled(request.uri()).await?;
            let (response, through_proxy) = self.start(*request, pooled.as_ref(), timeout)?;
            let outcome = match response.await {
                Ok(response) => {
                    let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
                    if let Some(pooled) = &mut pooled {
                        pooled.answered(parts.version);
                    }
                    let body = collect(body.map_err(of_body), limit).await;
                    body.map(|body| Response::from_parts(parts, body))
                }
                Err(error) => Err(of_request(error, through_proxy)),
            };
            if outcome.as_ref().is_err_and(|error| error.kind() == TransportErrorKind::Timeout) {
                self.timed_out(pooled);
            }
            outcome
        }
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest prints default headers, and those may be secret.
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}
