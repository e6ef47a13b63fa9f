//! The backends, set up as a case needs them: a deadline, the standard policy with short waits, extra roots.

use std::sync::Arc;
use std::time::Duration;

use kinde::transport::{Backend, TransportBuilder};
use kinde::{Domain, OAuth, Proxy, RetryPolicy, Transport};

#[derive(Clone, Debug)]
pub struct Settings {
    pub deadline: Duration,
    /// A root certificate to trust, in PEM.
    pub root: Option<String>,
    pub proxy: Option<Proxy>,
    pub body_limit: usize,
}

impl Settings {
    pub fn new(deadline: Duration) -> Self {
        Self { deadline, root: None, proxy: None, body_limit: 1024 * 1024 }
    }
}

/// Makes a backend's client.
pub type Connect = fn(Domain, Settings) -> Arc<dyn OAuth>;

/// At most this many attempts: what the backends' `client()` makes too.
pub const ATTEMPTS: usize = 3;

fn policy() -> RetryPolicy {
    RetryPolicy::standard().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

/// Over any backend: their builder is one.
#[cfg(any(feature = "reqwest", feature = "hyper"))]
fn over<T: Backend + Transport + 'static>(domain: Domain, settings: Settings) -> Arc<dyn OAuth> {
    let mut transport = TransportBuilder::<T>::default();
    #[cfg(feature = "rustls")]
    if let Some(root) = settings.root {
        transport = transport.root_certificates_pem(root);
    }
    if let Some(proxy) = settings.proxy {
        transport = transport.proxy(proxy);
    }
    let client = kinde::Client::builder(domain, transport.build().unwrap());
    let client = client.timeout(settings.deadline).body_limit(settings.body_limit);
    Arc::new(client.retry(policy(), kinde::TokioTimer).build())
}

#[cfg(feature = "reqwest")]
pub fn over_reqwest(domain: Domain, settings: Settings) -> Arc<dyn OAuth> {
    over::<kinde::reqwest::ReqwestTransport>(domain, settings)
}

#[cfg(feature = "hyper")]
pub fn over_hyper(domain: Domain, settings: Settings) -> Arc<dyn OAuth> {
    over::<kinde::hyper::HyperTransport>(domain, settings)
}

/// Runs each `async fn(Connect)` over every backend that is built in, in modules of these names.
#[allow(unused_macros, reason = "the storm has no tests of this sort")]
macro_rules! over_every_backend {
    ($reqwest:ident, $hyper:ident: $($test:ident),+ $(,)?) => {
        #[cfg(feature = "reqwest")]
        mod $reqwest {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::backend::over_reqwest).await;
            })+
        }

        #[cfg(feature = "hyper")]
        mod $hyper {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::backend::over_hyper).await;
            })+
        }
    };
}

#[allow(unused_imports, reason = "the same")]
pub(crate) use over_every_backend;
