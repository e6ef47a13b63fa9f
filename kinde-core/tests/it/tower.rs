//! The adapters between transports and tower's services.

use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Pending, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::transport::tower::{Body, ServiceTransport, TransportService};
use kinde_core::{CallContext, OperationKind, TokioTimer, Transport, TransportError, TransportErrorKind};
use tower::limit::ConcurrencyLimitLayer;
use tower::{BoxError, Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_service::Service;

const TEST: OperationKind = OperationKind::new("test").repeatable();

fn call() -> CallContext {
    CallContext::new(TEST, Duration::from_secs(5), 100)
}

fn request() -> Request<Bytes> {
    Request::post("https://acme.kinde.com/x").header("x-in", "1").body(Bytes::from_static(b"in")).unwrap()
}

/// Answers with what it was sent, after a moment, and counts how many calls it has at once.
#[derive(Clone, Default)]
struct Echo {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Transport for Echo {
    async fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        let said =
            format!("{} {} {} {:?}", request.method(), call.operation(), call.attempt(), request.body());
        let mut response = Response::new(Bytes::from(said));
        *response.headers_mut() = request.headers().clone();
        Ok(response)
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_a_transport() {
    let service = ServiceBuilder::new()
        .map_request(|mut request: Request<Body>| {
            // What a layer may want to know.
            let call = *request.extensions().get::<CallContext>().unwrap();
            let attempt = call.attempt().to_string().parse().unwrap();
            request.headers_mut().insert("x-attempt", attempt);
            request
        })
        .service(TransportService::new(Echo::default()));
    let transport = ServiceTransport::new(service, TokioTimer);
    let response = transport.send(request(), call().with_attempt(3)).await.unwrap();
    assert_eq!(response.body(), "POST test 3 b\"in\"");
    assert_eq!(response.headers()["x-in"], "1");
    assert_eq!(response.headers()["x-attempt"], "3");
}

#[tokio::test(start_paused = true)]
async fn clones_share_a_limit() {
    let echo = Echo::default();
    let service = ConcurrencyLimitLayer::new(2).layer(TransportService::new(echo.clone()));
    let transport = Arc::new(ServiceTransport::<_, Body>::new(service, TokioTimer));
    let calls = (0..20).map(|_| {
        let transport = Arc::clone(&transport);
        tokio::spawn(async move { transport.send(request(), call()).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(echo.most.load(Ordering::SeqCst), 2);
}

/// Not ready at first, and a clone is not ready because its original was. Not `Sync` either.
#[derive(Default)]
struct Shy {
    asked: Cell<usize>,
}

impl Clone for Shy {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<Body>> for Shy {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() < 3 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert_eq!(self.asked.take(), 3, "called when it wasn't ready");
        std::future::ready(Ok(Response::default()))
    }
}

#[tokio::test]
async fn the_clone_that_is_called_is_ready() {
    let transport = ServiceTransport::new(Shy::default(), TokioTimer);
    for _ in 0..2 {
        transport.send(request(), call()).await.unwrap();
    }
}

#[tokio::test]
async fn a_boxed_service_will_do() {
    let service = service_fn(|_: Request<Body>| async { Ok::<_, BoxError>(Response::new(Body::default())) });
    let transport = ServiceTransport::new(service.boxed_clone(), TokioTimer);
    transport.send(request(), call()).await.unwrap();
}

/// A body that never comes.
struct Never;

impl http_body::Body for Never {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        Poll::Pending
    }
}

/// A service that is never ready.
#[derive(Clone)]
struct Busy;

impl Service<Request<Body>> for Busy {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pending<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Pending
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        pending()
    }
}

async fn times_out(transport: impl Transport) {
    let start = tokio::time::Instant::now();
    let error = transport.send(request(), call()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(start.elapsed(), call().timeout());
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_readiness_head_and_body() {
    times_out(ServiceTransport::new(Busy, TokioTimer)).await;
    let silent = service_fn(|_: Request<Body>| pending::<Result<Response<Body>, BoxError>>());
    times_out(ServiceTransport::new(silent, TokioTimer)).await;
    let stalled = service_fn(|_: Request<Body>| async { Ok::<_, BoxError>(Response::new(Never)) });
    times_out(ServiceTransport::new(stalled, TokioTimer)).await;
}

#[tokio::test]
async fn the_limit_holds() {
    let long = service_fn(|_: Request<Body>| async {
        Ok::<_, BoxError>(Response::new(Body::from(Bytes::from(vec![b'x'; 101]))))
    });
    let error = ServiceTransport::new(long, TokioTimer).send(request(), call()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
}

/// An error around another.
#[derive(Debug)]
struct Around(BoxError);

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer failed")
    }
}

impl StdError for Around {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

#[tokio::test]
async fn errors_keep_their_kind() {
    async fn kind_of(make: fn() -> BoxError) -> TransportErrorKind {
        let service = service_fn(move |_: Request<Body>| async move { Err::<Response<Body>, _>(make()) });
        ServiceTransport::new(service, TokioTimer).send(request(), call()).await.unwrap_err().kind()
    }
    let refused = || TransportError::from(TransportErrorKind::Connect).into();
    assert_eq!(kind_of(refused).await, TransportErrorKind::Connect);
    let wrapped = || Around(TransportError::from(TransportErrorKind::Interrupted).into()).into();
    assert_eq!(kind_of(wrapped).await, TransportErrorKind::Interrupted);
    assert_eq!(kind_of(|| Around("shed".into()).into()).await, TransportErrorKind::Other);
}

#[tokio::test]
async fn without_a_context_nothing_is_sent() {
    let echo = Echo::default();
    let service = TransportService::new(echo.clone());
    let error = service.oneshot(request().map(Body::from)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert!(format!("{error:?}").contains("CallContext"));
    assert_eq!(echo.most.load(Ordering::SeqCst), 0);
}

#[test]
fn a_body_is_not_printed() {
    let body = Body::from(Bytes::from_static(b"token=s3cret"));
    assert_eq!(format!("{body:?}"), "Body(12 bytes)");
}
