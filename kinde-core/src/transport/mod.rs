//! How a request travels: the seam between this crate and HTTP libraries.

mod body;
mod builder;
mod options;
#[cfg(feature = "tokio")]
mod pools;
mod proxy;
mod proxy_rules;
#[cfg(feature = "tower")]
pub mod tower;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

pub use body::collect;
pub use builder::{Backend, TransportBuilder};
pub use options::{RootCertificate, TransportOptions};
#[cfg(feature = "tokio")]
pub use pools::{Pooled, Pools};
pub use proxy::{Proxy, ProxyUrl};
pub use proxy_rules::ProxyRules;

use crate::error::TransportError;
use crate::kind::OperationKind;

/// Carries one request to the service and its answer back.
///
/// An implementation writes a plain `async fn send`. It owes its caller this:
///
/// - **Everything arrives as it was given**: method, URI, headers, body. It adds `Host` and what frames the
///   body, nothing else.
/// - **Every status is an answer**, a 404 and a 503 too: `Err` is for no answer at all. The body is whole
///   (one cut short is [`Interrupted`](crate::TransportErrorKind::Interrupted)), as it was sent (nothing is
///   inflated that wasn't asked for), and repeated headers are all there.
/// - **No redirect is followed**, and no request is sent twice: both could carry the bearer or a secret
///   where it wasn't meant to go.
/// - **An answer that breaks HTTP is none**: one with two lengths that differ, with a head that ends too early
///   or, over HTTP/1.1, with more than a hundred headers is [`Interrupted`](crate::TransportErrorKind::Interrupted).
/// - **It ends within [`call.timeout()`](CallContext::timeout)**, reading the body included, with
///   [`Timeout`](crate::TransportErrorKind::Timeout). The client has no way to stop a transport that ignores this.
/// - **It stops reading after [`call.body_limit()`](CallContext::body_limit) bytes** with
///   [`BodyTooLarge`](crate::TransportErrorKind::BodyTooLarge).
/// - **Dropping the future gives up** and leaves the transport usable.
/// - It logs neither the `Authorization` header nor the body: `Debug` of a request prints the body, and
///   that holds tokens and secrets.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use kinde::{CallContext, Client, Domain, OAuth, Transport, TransportError};
///
/// /// Answers every request alike, for a test.
/// struct Canned(&'static str);
///
/// impl Transport for Canned {
///     async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
///         Ok(Response::new(Bytes::from_static(self.0.as_bytes())))
///     }
/// }
///
/// let kinde = Client::new(Domain::new("acme.kinde.com")?, Canned(r#"{"active":false}"#));
/// # let _: &dyn OAuth = &kinde;
/// # Ok::<(), kinde::Error>(())
/// ```
pub trait Transport: Send + Sync {
    /// Sends `request` and reads the answer, whatever its status.
    ///
    /// # Errors
    /// A [`TransportError`] if there is no whole answer; its kind decides whether the client tries again.
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send;
}

/// To lend one: a client over `&transport` leaves it to its owner.
impl<T: Transport + ?Sized> Transport for &T {
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        (**self).send(request, call)
    }
}

/// To share one between clients: for several domains, or with other limits.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        (**self).send(request, call)
    }
}

/// What a transport needs to know of the call that a request belongs to.
#[derive(Clone, Copy, Debug)]
pub struct CallContext {
    operation: OperationKind,
    attempt: u32,
    timeout: Duration,
    body_limit: usize,
}

impl CallContext {
    /// Creates the context of the first attempt at `operation`, with `timeout` left and bodies of at most `body_limit`
    /// bytes. Clients make it; this is for those who test a transport.
    pub const fn new(operation: OperationKind, timeout: Duration, body_limit: usize) -> Self {
        Self { operation, attempt: 1, timeout, body_limit }
    }

    /// Returns the same, as attempt number `attempt`, counted from 1.
    #[must_use]
    pub const fn with_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// Returns the operation that is called.
    pub const fn operation(&self) -> OperationKind {
        self.operation
    }

    /// Returns which attempt this is, counted from 1.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns how long the transport may take, from `send` to the last byte of the body.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the longest body to accept, in bytes.
    pub const fn body_limit(&self) -> usize {
        self.body_limit
    }
}
