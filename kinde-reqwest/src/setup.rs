//! How the options become a transport.

use std::sync::{Mutex, PoisonError};

use http::uri::Scheme;
use kinde_core::transport::{Backend, Pools, TransportOptions};
use kinde_core::{Domain, Error, TransportError, TransportErrorKind};

use crate::clients::{Clients, harden};
use crate::error::{NO_TLS, chain, invalid};
use crate::proxy::Via;
#[cfg(feature = "rustls")]
use crate::tls;
use crate::transport::ReqwestTransport;

impl Backend for ReqwestTransport {
    fn set_up(options: &TransportOptions, only: Option<&Domain>) -> Result<Self, Error> {
        let http = only.is_some_and(|domain| *domain.scheme() == Scheme::HTTP);
        if only.is_some() && !http && cfg!(not(feature = "rustls")) {
            return Err(Error::invalid_input("domain", NO_TLS));
        }
        let settings = Settings::new(options, http)?;
        let via = settings.via.clone();
        if let (Some(domain), Some(via)) = (only, &via) {
            via.of(&domain.uri("/")?).map_err(|why| Error::invalid_input("proxy", why))?;
        }
        // The first is made now: what is wrong with the settings is an error here.
        let first = Mutex::new(Some(settings.client().map_err(|error| invalid("transport", &error))?));
        let pools = Pools::new(move || {
            let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            first.map_or_else(|| settings.client(), Ok).map_err(|error| {
                let why = format!("another reqwest client can't be set up: {}", chain(&error));
                TransportError::new(TransportErrorKind::Other, error).because(why)
            })
        });
        Ok(Self::new_with(Clients::Many(pools), via))
    }
}

/// What a client is made of.
struct Settings {
    options: TransportOptions,
    via: Option<Via>,
    /// None where nothing is called by https. Made once: reading the platform's certificates takes time, and may fail.
    #[cfg(feature = "rustls")]
    tls: Option<rustls::ClientConfig>,
}

impl Settings {
    #[cfg(feature = "rustls")]
    fn new(options: &TransportOptions, without_tls: bool) -> Result<Self, Error> {
        let via = Via::new(&options.proxy)?;
        let tls = if without_tls { None } else { Some(tls::config(&options.root_certificates)?) };
        Ok(Self { options: options.clone(), via, tls })
    }

    #[cfg(not(feature = "rustls"))]
    fn new(options: &TransportOptions, _: bool) -> Result<Self, Error> {
        if !options.root_certificates.is_empty() {
            let why =
                "can't be used, since kinde-reqwest was built without TLS: turn its feature `rustls` on";
            return Err(Error::invalid_input("root certificate", why));
        }
        Ok(Self { options: options.clone(), via: Via::new(&options.proxy)? })
    }

    fn client(&self) -> reqwest::Result<reqwest::Client> {
        let Self { options, via, .. } = self;
        let client = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(options.pool_idle_timeout)
            .pool_max_idle_per_host(options.pool_max_idle_per_host)
            .http2_keep_alive_interval(options.http2_keep_alive_interval)
            .http2_keep_alive_timeout(options.http2_keep_alive_timeout)
            .http2_keep_alive_while_idle(options.http2_keep_alive_while_idle);
        let client = harden(via.iter().fold(client.no_proxy(), |client, via| via.install(client)));
        #[cfg(feature = "rustls")]
        let client = match &self.tls {
            None => client.tls_certs_only([]),
            Some(tls) => client.tls_backend_preconfigured(tls.clone()),
        };
        client.build()
    }
}
