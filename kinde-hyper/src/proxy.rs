//! The proxy, for every destination but loopback.

use std::env;
use std::sync::{Arc, OnceLock};

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use kinde_core::transport::{ProxyRules, ProxyUrl};
use kinde_core::{Error, Proxy};

/// A proxy by destination.
#[derive(Clone, Debug)]
pub(crate) struct Via(Arc<Ways>);

#[derive(Debug)]
struct Ways {
    rules: ProxyRules,
    /// The proxies that the rules name, for http and for https, as hyper-util has them.
    named: [OnceLock<Option<Intercept>>; 2],
    /// What macOS and Windows have settings for, where the environment says nothing.
    system: Option<Matcher>,
}

impl Via {
    pub(crate) fn new(proxy: &Proxy) -> Result<Self, Error> {
        let rules = proxy.rules(|name| env::var_os(name))?;
        let has_settings = cfg!(any(target_os = "macos", windows));
        let system = (has_settings && matches!(proxy, Proxy::System)).then(Matcher::from_system);
        Ok(Self(Arc::new(Ways { rules, named: Default::default(), system })))
    }

    /// The proxy for `uri`, or that it can't be used.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<Intercept>, &'static str> {
        let Ways { rules, named: [http, https], system } = &*self.0;
        if let Some(url) = rules.of(uri)? {
            let named = if uri.scheme() == Some(&Scheme::HTTP) { http } else { https };
            let proxy = named.get_or_init(|| intercept(url)).as_ref();
            return proxy.cloned().map(Some).ok_or("has an address that hyper-util can't read");
        }
        match system.as_ref().filter(|_| rules.leave_to_system(uri)).and_then(|system| system.intercept(uri))
        {
            Some(proxy) if proxy.uri().scheme() != Some(&Scheme::HTTP) => Err(ProxyRules::UNSUPPORTED),
            proxy => Ok(proxy),
        }
    }
}

/// The proxy's place, and how to sign in to it.
fn intercept(url: &ProxyUrl) -> Option<Intercept> {
    let anywhere = Uri::from_static("http://elsewhere.invalid/");
    Matcher::builder().all(url.expose()).build().intercept(&anywhere)
}
