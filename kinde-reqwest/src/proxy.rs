//! The proxy, for every destination but loopback.

use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use kinde_core::Proxy;

/// A proxy by destination. reqwest would read the environment by itself, but then sends to loopback through
/// a proxy too.
#[derive(Clone, Debug)]
pub(crate) struct Via(Arc<Matcher>);

impl Via {
    /// None if nothing goes through a proxy.
    pub(crate) fn new(proxy: &Proxy) -> Option<Self> {
        let matcher = match proxy {
            Proxy::System => Matcher::from_system(),
            Proxy::Url(url) => Matcher::builder().all(url.expose()).build(),
            _ => return None,
        };
        let via = Self(Arc::new(matcher));
        (!via.by_scheme().is_empty()).then_some(via)
    }

    /// The proxies for http and https destinations.
    fn by_scheme(&self) -> Vec<(Scheme, Intercept)> {
        // A name that nobody has, so that no exception for a host applies.
        let elsewhere = [
            (Scheme::HTTP, Uri::from_static("http://elsewhere.invalid/")),
            (Scheme::HTTPS, Uri::from_static("https://elsewhere.invalid/")),
        ];
        let found = elsewhere.into_iter().map(|(scheme, uri)| (scheme, self.0.intercept(&uri)));
        found.filter_map(|(scheme, intercept)| Some((scheme, intercept?))).collect()
    }

    pub(crate) fn install(&self, mut client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        for (scheme, intercept) in self.by_scheme() {
            let via = self.clone();
            let proxy = reqwest::Proxy::custom(move |url| {
                let uri: Uri = url.as_str().parse().ok()?;
                (uri.scheme() == Some(&scheme)).then_some(())?;
                via.proxy_of(&uri)
            });
            let proxy = match intercept.basic_auth() {
                Some(credentials) => proxy.custom_http_auth(credentials.clone()),
                None => proxy,
            };
            client = client.proxy(proxy);
        }
        client
    }

    /// Whether the proxy for `uri` is one that is spoken to over TLS or SOCKS.
    pub(crate) fn is_unsupported_for(&self, uri: &Uri) -> bool {
        let scheme = |intercept: Intercept| intercept.uri().scheme().cloned();
        uri.host().is_some_and(Proxy::may_carry)
            && self.0.intercept(uri).is_some_and(|intercept| scheme(intercept) != Some(Scheme::HTTP))
    }

    fn proxy_of(&self, uri: &Uri) -> Option<String> {
        if !Proxy::may_carry(uri.host()?) {
            return None;
        }
        Some(self.0.intercept(uri)?.uri().to_string())
    }
}
