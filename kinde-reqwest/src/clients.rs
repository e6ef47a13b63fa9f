//! The reqwest client for a destination.

use std::sync::{Mutex, OnceLock, PoisonError};

use kinde_core::transport::Pools;
use kinde_core::{Proxy, TransportError};
use reqwest::Url;

use crate::error::{chain, other};

/// Which reqwest client a call is made with.
#[derive(Debug)]
pub(crate) enum Clients {
    /// Made as they are needed. Their proxies leave loopback alone.
    Many(Pools<reqwest::Client>),
    /// Of a builder that came from outside.
    One(AtFirstUse),
}

/// reqwest settles on proxies when a client is built, and a builder can neither be cloned nor asked what
/// proxies it has. So one that came from outside is built at its first request, when it is known whether
/// the destination is loopback: without proxies if it is.
#[derive(Debug)]
pub(crate) struct AtFirstUse {
    builder: Mutex<Option<Box<reqwest::ClientBuilder>>>,
    built: OnceLock<Built>,
}

#[derive(Debug)]
struct Built {
    loopback: bool,
    client: Result<reqwest::Client, String>,
}

impl AtFirstUse {
    pub(crate) fn new(builder: reqwest::ClientBuilder) -> Self {
        Self { builder: Mutex::new(Some(Box::new(builder))), built: OnceLock::new() }
    }

    pub(crate) fn of(&self, url: &Url) -> Result<&reqwest::Client, TransportError> {
        let loopback = !url.host_str().is_some_and(Proxy::may_carry);
        let built = self.built.get_or_init(|| self.build(loopback));
        if built.loopback != loopback {
            return Err(other(
                "a transport from a reqwest builder reaches either loopback or the rest, as its first \
                 request decides: make another one",
            ));
        }
        built.client.as_ref().map_err(|why| other(why.clone()))
    }

    fn build(&self, loopback: bool) -> Built {
        let builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner).take();
        let builder = builder.map(|builder| if loopback { builder.no_proxy() } else { *builder });
        let client = builder.ok_or_else(|| "the builder was used before".to_owned());
        let client = client.and_then(|builder| builder.build().map_err(|error| chain(&error)));
        Built { loopback, client }
    }
}

/// Takes from a reqwest client what would carry a bearer or a secret elsewhere, or change an answer.
pub(crate) fn harden(client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let client = client
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        // It writes what is sent to the log, the bearer included.
        .connection_verbose(false);
    #[cfg(feature = "rustls")]
    let client = client
        .tls_backend_rustls()
        .tls_danger_accept_invalid_certs(false)
        .tls_danger_accept_invalid_hostnames(false);
    client
}
