//! Between [`Transport`] and [tower](https://docs.rs/tower)'s services (feature `tower`).
//!
//! [`TransportService`] makes a service of a transport, so that layers can be put around it.
//! [`ServiceTransport`] makes a transport of a service: of what the layers gave, or of any HTTP client that
//! is one.
//!
//! ```
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use kinde::{CallContext, Transport, TransportError};
//! use kinde::transport::tower::{ServiceTransport, TransportService};
//! use kinde::{Client, Domain, TokioTimer};
//! use tower::{ServiceBuilder, limit::ConcurrencyLimitLayer};
//!
//! # struct Canned;
//! # impl Transport for Canned {
//! #     async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
//! #         Ok(Response::new(Bytes::new()))
//! #     }
//! # }
//! # let transport = Canned;
//! let service = ServiceBuilder::new()
//!     .layer(ConcurrencyLimitLayer::new(8)) // clones of it share the eight places
//!     .service(TransportService::new(transport));
//! let kinde = Client::new(Domain::new("acme.kinde.com")?, ServiceTransport::new(service, TokioTimer));
//! # let _: &dyn kinde::OAuth = &kinde;
//! # Ok::<(), kinde::Error>(())
//! ```
//!
//! # What a layer sees
//! A request whose extensions hold the [`CallContext`]: the operation, the attempt, the time and the bytes
//! that are left. A layer must hand the extensions on, since [`TransportService`] needs them.
//!
//! # Which layers fit
//! Each attempt of a call passes through the layers, and they spend the call's time. Judge a stack with
//! `kinde_conformance::check`.
//!
//! | Layer | |
//! |---|---|
//! | tower: `ConcurrencyLimit`, `GlobalConcurrencyLimit`, `LoadShed` | fit; waiting for a place counts as the call's time |
//! | tower: `MapRequest`, `MapErr`, `AndThen`, `util::BoxCloneService` | fit |
//! | tower-http: `Trace`, `SetSensitiveHeaders` | fit; `Trace` prints no body, and the bearer is marked sensitive |
//! | tower-http: `SetRequestId`, `PropagateRequestId`, `InFlightRequests` | fit |
//! | tower-http: `SetRequestHeader` | fits for what all users share, never for `Authorization`: the bearer is the call's |
//! | tower-http: `Timeout` | **doesn't**: it answers 408, or what it was told, and that would be read as the service's answer. The client has a [`timeout`](crate::ClientBuilder::timeout) |
//! | tower: `Timeout` | no use: its error is [`Other`](TransportErrorKind::Other). The client's timeout does it better |
//! | tower: `RateLimit` | **doesn't**: it isn't `Clone`. `Buffer` would make it so, with a task and a queue that outlive the call |
//! | tower: `Retry`, `Hedge` | **don't**: they send again past the client's policy, budget and idea of what may be repeated |
//! | tower-http: `FollowRedirect` | **doesn't**: it takes tokens to other origins |
//! | tower-http: `Decompression` | inflates what wasn't asked for, which a transport must not; what comes out still counts against the body limit |
//! | tower-http: `AddAuthorization`, `ValidateRequest`, `Cors`, `Compression`, `CatchPanic` | **don't**: they are for servers, or run every call under one identity |

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::iter;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tower_service::Service;

use super::body::collect;
use super::{CallContext, Transport};
use crate::error::{TransportError, TransportErrorKind};
use crate::timer::Timer;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A [`Transport`] made of a [`tower_service::Service`] that can be cloned: a stack of layers, hyper-util's
/// client, a router in the same process.
///
/// Every call clones the service, waits until that clone is ready, and calls it: there is no queue and no
/// task. The deadline covers all of it and the reading of the body; the body limit holds, too. The request's
/// extensions have the [`CallContext`].
///
/// `B` is the request's body, which is made of [`Bytes`]. It is inferred where the service takes one type
/// only; where it takes any, name one: `ServiceTransport::<_, Body>::new(service, timer)`.
///
/// An error that is a [`TransportError`], or was caused by one, keeps its kind; any other is
/// [`Other`](TransportErrorKind::Other), which is never tried again. A service that speaks HTTP itself has
/// to say what failed, with tower's `MapErr`:
///
/// ```
/// use http_body_util::Full;
/// use hyper_util::client::legacy::Client;
/// use kinde::transport::tower::ServiceTransport;
/// use kinde::{TokioTimer, TransportError, TransportErrorKind};
/// use tower::ServiceExt;
///
/// let client = Client::builder(hyper_util::rt::TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
/// let service = client.map_err(|error| {
///     let connecting = error.is_connect();
///     let kind = if connecting { TransportErrorKind::Connect } else { TransportErrorKind::Interrupted };
///     TransportError::new(kind, error)
/// });
/// let transport = ServiceTransport::new(service, TokioTimer);
/// # fn is_transport(_: impl kinde::Transport) {}
/// # is_transport(transport);
/// ```
pub struct ServiceTransport<S, B = Body> {
    /// Locked for as long as a clone takes, so that a service need not be `Sync`.
    service: Mutex<S>,
    timer: Box<dyn Timer>,
    body: PhantomData<fn() -> B>,
}

impl<S, B> ServiceTransport<S, B> {
    /// Creates a transport that calls clones of `service`, and gives up by `timer`.
    pub fn new(service: S, timer: impl Timer) -> Self {
        Self { service: Mutex::new(service), timer: Box::new(timer), body: PhantomData }
    }
}

impl<S, B, R> Transport for ServiceTransport<S, B>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: From<Bytes> + Send,
    R: http_body::Body + Send,
    R::Data: Send,
    R::Error: Into<BoxError>,
{
    async fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut request = request.map(B::from);
        request.extensions_mut().insert(call);
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let exchange = async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(failed)?;
            let (parts, body) = service.call(request).await.map_err(failed)?.into_parts();
            Ok(Response::from_parts(parts, collect(body, call.body_limit()).await?))
        };
        let mut exchange = pin!(exchange);
        let mut deadline = self.timer.sleep(call.timeout());
        poll_fn(|context| match exchange.as_mut().poll(context) {
            Poll::Pending => {
                deadline.as_mut().poll(context).map(|()| Err(TransportErrorKind::Timeout.into()))
            }
            outcome => outcome,
        })
        .await
    }
}

/// A layer may have wrapped the transport's error.
fn failed(error: impl Into<BoxError>) -> TransportError {
    let error = match error.into().downcast::<TransportError>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    let wrapped = iter::successors(error.source(), |cause| (*cause).source())
        .find_map(|cause| cause.downcast_ref::<TransportError>())
        .map(TransportError::without_library_error);
    match wrapped {
        Some(wrapped) => wrapped.within(error),
        None => TransportError::new(TransportErrorKind::Other, error),
    }
}

impl<S, B> fmt::Debug for ServiceTransport<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTransport").finish_non_exhaustive()
    }
}

/// A [`tower_service::Service`] made of a [`Transport`], for layers to be put around it. A clone is a
/// reference count, and it is always ready.
///
/// It wants the [`CallContext`] in the request's extensions, where [`ServiceTransport`] puts it; without
/// one the call fails.
#[derive(Debug)]
pub struct TransportService<T>(Arc<T>);

impl<T: Transport> TransportService<T> {
    /// Creates a service that sends with `transport`.
    pub fn new(transport: T) -> Self {
        Self(Arc::new(transport))
    }
}

impl<T> Clone for TransportService<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Transport + 'static> Service<Request<Body>> for TransportService<T> {
    type Response = Response<Body>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let transport = Arc::clone(&self.0);
        Box::pin(async move {
            let Some(&call) = request.extensions().get::<CallContext>() else {
                let why = "the request's extensions have no CallContext: a layer must hand them on";
                return Err(TransportError::from(TransportErrorKind::Other).because(why));
            };
            Ok(transport.send(request.map(Body::into_bytes), call).await?.map(Body::from))
        })
    }
}

/// A body that is there already, as an [`http_body::Body`].
#[derive(Clone, Default)]
pub struct Body(Bytes);

impl Body {
    /// Returns all of it, or what is left of it.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let bytes = std::mem::take(&mut self.get_mut().0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// Shows the length alone: bodies hold tokens and secrets.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}
