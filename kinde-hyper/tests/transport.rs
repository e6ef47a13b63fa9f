//! What this backend owes its callers; the cases are those of every backend.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

#[cfg(feature = "rustls")]
use std::time::Duration;

use kinde_core::{Client, Domain, Error, Proxy};
use kinde_hyper::HyperTransport;

#[path = "../../tests/transport_cases/mod.rs"]
mod cases;

struct Hyper;

impl cases::Backend for Hyper {
    type Transport = HyperTransport;

    fn new() -> Result<HyperTransport, Error> {
        HyperTransport::new()
    }

    fn with_proxy(proxy: Proxy) -> Result<HyperTransport, Error> {
        HyperTransport::builder().proxy(proxy).build()
    }

    #[cfg(feature = "rustls")]
    fn with_roots(pem: &str, der: &[u8], proxy: Proxy) -> Result<HyperTransport, Error> {
        HyperTransport::builder().root_certificates_pem(pem).root_certificate_der(der).proxy(proxy).build()
    }

    #[cfg(feature = "rustls")]
    fn with_idle_time(
        pem: &str,
        idle: Option<Duration>,
        keep_alive: cases::KeepAlive,
    ) -> Result<HyperTransport, Error> {
        HyperTransport::builder()
            .root_certificates_pem(pem)
            .pool_idle_timeout(idle)
            .http2_keep_alive_interval(keep_alive.interval)
            .http2_keep_alive_timeout(keep_alive.timeout)
            .http2_keep_alive_while_idle(keep_alive.while_idle)
            .build()
    }

    fn client(domain: Domain) -> Result<Client<HyperTransport>, Error> {
        kinde_hyper::client(domain)
    }
}

transport_cases!(Hyper);
