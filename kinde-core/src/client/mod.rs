//! The one loop.

pub(crate) mod implement;
mod retry;
mod trace;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;

pub use retry::RetryPolicy;

use retry::Budget;
use trace::Trace;

use crate::domain::Domain;
use crate::error::{Error, TransportError};
use crate::operation::Operation;
use crate::timer::Timer;
use crate::transport::{CallContext, Transport};

const TIMEOUT: Duration = Duration::from_secs(30);
const BODY_LIMIT: usize = 1024 * 1024;

/// Calls the service over a transport: encodes, sends, decodes, and tries again where that may help.
///
/// It holds nothing about a user, since the bearer is part of each request: one client serves all of them.
/// A clone is a reference count and shares the retry budget; so is one [with other limits](Self::with_limits). It spawns
/// nothing.
///
/// Applications usually hold it as `Arc<dyn `[`OAuth`](crate::OAuth)`>` and get it from a backend's
/// `client(domain)`.
pub struct Client<T> {
    shared: Arc<Shared<T>>,
    limits: Limits,
}

/// What a client and its clones have in common.
struct Shared<T> {
    domain: Domain,
    transport: T,
    body_limit: usize,
    retry: Option<Retry>,
}

struct Retry {
    policy: RetryPolicy,
    timer: Box<dyn Timer>,
    budget: Budget,
}

#[derive(Clone, Copy)]
struct Limits {
    timeout: Duration,
    /// Other than the policy's.
    max_retries: Option<u32>,
}

impl<T: Transport> Client<T> {
    /// Creates a client with the default limits and no retries: without a [`Timer`] it can't wait.
    pub fn new(domain: Domain, transport: T) -> Self {
        Self::builder(domain, transport).build()
    }

    /// Creates the builder of a client with your own limits or retries.
    ///
    /// ```
    /// # async fn send(_: http::Request<bytes::Bytes>, _: kinde::CallContext) {}
    /// use std::time::Duration;
    /// use kinde::{Client, Domain, RetryPolicy, TokioTimer, Transport};
    ///
    /// fn patient<T: Transport>(domain: Domain, transport: T) -> Client<T> {
    ///     Client::builder(domain, transport)
    ///         .timeout(Duration::from_secs(60))
    ///         .retry(RetryPolicy::standard().max_retries(4), TokioTimer)
    ///         .build()
    /// }
    /// ```
    pub fn builder(domain: Domain, transport: T) -> ClientBuilder<T> {
        ClientBuilder {
            shared: Shared { domain, transport, body_limit: BODY_LIMIT, retry: None },
            timeout: TIMEOUT,
        }
    }

    /// Returns a clone with other limits: a call may take `timeout` in all, and is tried again at most `retries` times.
    /// Transport, connections, retry policy and retry budget are shared with this client.
    ///
    /// A client that was made without [`retry`](ClientBuilder::retry) has no way to wait, and still makes no retries.
    ///
    /// ```
    /// # async fn guard<T: kinde::Transport>(kinde: kinde::Client<T>) {
    /// use std::time::Duration;
    ///
    /// // For a check in front of a request of someone who waits: quickly or not at all.
    /// let hurried = kinde.with_limits(Duration::from_secs(3), 0);
    /// # let _ = hurried;
    /// # }
    /// ```
    #[must_use]
    pub fn with_limits(&self, timeout: Duration, retries: u32) -> Self {
        let limits = Limits { timeout, max_retries: Some(retries) };
        Self { shared: Arc::clone(&self.shared), limits }
    }

    /// Returns where the service is.
    pub fn domain(&self) -> &Domain {
        &self.shared.domain
    }

    /// Returns the transport.
    pub fn transport(&self) -> &T {
        &self.shared.transport
    }

    /// Carries out an operation: one of the three, or one of your own.
    ///
    /// Cancel-safe: the future may be dropped at any time. Whether a request that was on its way was then
    /// carried out is not known; for the three operations, repeating it does no harm.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind). When a retry was still allowed but its delay did not fit the
    /// time left, the error is that of the last attempt, with [`retry_after`](Error::retry_after) set if
    /// the service asked for the delay.
    pub async fn execute<O: Operation>(&self, operation: &O) -> Result<O::Output, Error> {
        let trace = Trace::of(O::KIND, &self.shared.domain);
        trace.over(self.attempts(operation, &trace)).await.inspect_err(|error| trace.gave_up(error))
    }

    async fn attempts<O: Operation>(&self, operation: &O, trace: &Trace) -> Result<O::Output, Error> {
        let timeout = self.limits.timeout;
        let retry = self.shared.retry.as_ref();
        let clock = retry.map(|retry| (retry, retry.timer.now()));
        // Without a clock there is one attempt, and all the time is left for it.
        let left =
            || clock.map_or(timeout, |(retry, start)| timeout.saturating_sub(retry.timer.now() - start));

        let mut attempt = 1;
        loop {
            // The first one follows at once: the clock need not be asked again.
            let time = if attempt == 1 { timeout } else { left() };
            // In a statement of its own: in the `match`, the future would be held twice.
            let sending = self.attempt(operation, attempt, time, trace)?;
            let outcome = match sending.await {
                Ok(response) => operation.decode(response),
                Err(error) => {
                    Err(Error::from_transport(O::KIND, error).calling(self.shared.domain.authority()))
                }
            };
            let error = match outcome {
                Ok(output) => {
                    trace.succeeded(attempt);
                    if let Some(retry) = retry {
                        retry.budget.deposit();
                    }
                    return Ok(output);
                }
                Err(error) => error.after(O::KIND, attempt),
            };
            trace.failed(&error, attempt);
            let Some(retry) = retry else { return Err(error) };
            let policy = self.limits.of(&retry.policy);
            let Some(delay) = policy.delay(&error, attempt, left(), fastrand::f64()) else {
                return Err(error);
            };
            let Some(reserved) = retry.budget.reserve() else { return Err(error) };
            retry.timer.sleep(delay).await;
            if left().is_zero() {
                return Err(error);
            }
            reserved.spend();
            attempt += 1;
        }
    }

    /// One request on its way. Not an `async fn`, whose future would keep room for the request as long as it waits
    /// for the answer.
    fn attempt<O: Operation>(
        &self,
        operation: &O,
        attempt: u32,
        timeout: Duration,
        trace: &Trace,
    ) -> Result<impl Future<Output = Result<Response<Bytes>, TransportError>> + Send, Error> {
        let Shared { domain, transport, body_limit, .. } = &*self.shared;
        let request = operation.encode(domain).and_then(|request| stay_on(domain, request));
        let request = request.map_err(|error| error.after(O::KIND, attempt - 1))?;
        trace.sending(&request, attempt);
        let call = CallContext::new(O::KIND, timeout, *body_limit).with_attempt(attempt);
        Ok(transport.send(request, call))
    }
}

/// A user's own operation may name any address; the bearer goes to the client's domain only.
fn stay_on<B>(domain: &Domain, request: http::Request<B>) -> Result<http::Request<B>, Error> {
    if domain.holds(request.uri()) {
        return Ok(request);
    }
    Err(Error::invalid_input("operation", "encodes a request to another origin than the client's domain"))
}

impl Limits {
    /// The policy, with these limits in place of its own.
    fn of(self, policy: &RetryPolicy) -> RetryPolicy {
        let policy = policy.clone();
        match self.max_retries {
            Some(retries) => policy.max_retries(retries),
            None => policy,
        }
    }
}

impl<T> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), limits: self.limits }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.debug(f, "Client", self.limits)
    }
}

impl<T> Shared<T> {
    fn debug(&self, f: &mut fmt::Formatter<'_>, name: &str, limits: Limits) -> fmt::Result {
        f.debug_struct(name)
            .field("domain", &self.domain)
            .field("timeout", &limits.timeout)
            .field("body_limit", &self.body_limit)
            .field("retry", &self.retry.as_ref().map(|retry| limits.of(&retry.policy)))
            .finish_non_exhaustive()
    }
}

/// Sets a [`Client`] up.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<T> {
    shared: Shared<T>,
    timeout: Duration,
}

impl<T: Transport> ClientBuilder<T> {
    /// Sets how long a call may take, over all its attempts and the waits between them; 30 seconds unless set.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets the longest response body to accept, in bytes; 1 MiB unless set.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.shared.body_limit = bytes;
        self
    }

    /// Tries again by `policy`, waiting on `timer`. Clones of the client share a budget of retries, so that
    /// a service that fails is not called many times as often: a retry costs 5 of 500, a success returns 1.
    pub fn retry(mut self, policy: RetryPolicy, timer: impl Timer) -> Self {
        self.shared.retry = Some(Retry { policy, timer: Box::new(timer), budget: Budget::full() });
        self
    }

    /// Builds the client. For a domain that [is insecure](Domain::is_insecure) that is an event at level WARN, with the
    /// feature `tracing`.
    pub fn build(self) -> Client<T> {
        Trace::client_made(&self.shared.domain);
        let limits = Limits { timeout: self.timeout, max_retries: None };
        Client { shared: Arc::new(self.shared), limits }
    }
}

impl<T> fmt::Debug for ClientBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limits = Limits { timeout: self.timeout, max_retries: None };
        self.shared.debug(f, "ClientBuilder", limits)
    }
}
