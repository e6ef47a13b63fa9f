//! The proxy, for every destination but loopback.

use std::env;
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::Matcher;
use kinde_core::transport::ProxyRules;
use kinde_core::{Error, Proxy};
use reqwest::Url;

/// A proxy by destination. reqwest would read the environment by itself, but then sends to loopback through
/// a proxy too.
#[derive(Clone, Debug)]
pub(crate) struct Via(Arc<Ways>);

#[derive(Debug)]
struct Ways {
    rules: ProxyRules,
    /// What macOS and Windows have settings for, where the environment says nothing.
    system: Option<Matcher>,
}

impl Via {
    /// None if nothing goes through a proxy.
    pub(crate) fn new(proxy: &Proxy) -> Result<Option<Self>, Error> {
        let rules = proxy.rules(|name| env::var_os(name))?;
        let has_settings = cfg!(any(target_os = "macos", windows));
        let system = (has_settings && matches!(proxy, Proxy::System)).then(Matcher::from_system);
        let none = rules.is_empty() && system.is_none();
        Ok((!none).then(|| Self(Arc::new(Ways { rules, system }))))
    }

    pub(crate) fn install(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        let via = self.clone();
        client.proxy(reqwest::Proxy::custom(move |url| via.of(&url.as_str().parse().ok()?).ok()?))
    }

    /// The proxy for `uri`, or that it can't be used.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<Url>, &'static str> {
        let Ways { rules, system } = &*self.0;
        // Who asks reqwest for a proxy that it can't read gets none, so that has to be seen before.
        let read =
            |url: &str| Url::parse(url).map(Some).map_err(|_| "has an address that reqwest can't read");
        if let Some(url) = rules.of(uri)? {
            return read(url.expose());
        }
        match system.as_ref().filter(|_| rules.leave_to_system(uri)).and_then(|system| system.intercept(uri))
        {
            Some(proxy) if proxy.uri().scheme() != Some(&Scheme::HTTP) => Err(ProxyRules::UNSUPPORTED),
            Some(proxy) => read(&proxy.uri().to_string()),
            None => Ok(None),
        }
    }
}
