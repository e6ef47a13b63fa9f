//! The proxy, for every destination but loopback.

use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use kinde_core::Proxy;

/// A proxy by destination.
#[derive(Clone, Debug)]
pub(crate) struct Via(Arc<Matcher>);

impl Via {
    pub(crate) fn new(proxy: &Proxy) -> Option<Self> {
        let matcher = match proxy {
            Proxy::System => Matcher::from_system(),
            Proxy::Url(url) => Matcher::builder().all(url.expose()).build(),
            _ => return None,
        };
        Some(Self(Arc::new(matcher)))
    }

    /// The proxy for `uri`, or that it can't be used.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<Intercept>, &'static str> {
        if !uri.host().is_some_and(Proxy::may_carry) {
            return Ok(None);
        }
        match self.0.intercept(uri) {
            Some(proxy) if proxy.uri().scheme() != Some(&Scheme::HTTP) => {
                Err("of the system has a scheme other than http, and neither https nor socks proxies are \
                 supported: name another one, or none")
            }
            proxy => Ok(proxy),
        }
    }
}
