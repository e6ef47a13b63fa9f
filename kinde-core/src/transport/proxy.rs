//! Which proxy a backend uses. Here so that every backend takes the same words and refuses the same ones.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use zeroize::Zeroizing;

use crate::domain::check_authority;
use crate::error::Error;

const FIELD: &str = "proxy";

/// The proxy that a backend goes through to reach the service. Loopback is always reached directly.
///
/// ```
/// use kinde::Proxy;
///
/// let company = Proxy::url("http://user:password@proxy.example:3128")?;
/// assert_eq!(format!("{company:?}"), "Url(http://[redacted]@proxy.example:3128)");
/// assert!(Proxy::url("socks5://127.0.0.1:9050").is_err());
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// What the environment says (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`, else the same in capitals) or,
    /// on macOS and Windows, the system's settings. Read once, when the transport is built.
    ///
    /// The values are read as curl reads them: `[http://][USER:PASSWORD@]HOST[:PORT]`, the port being 80 unless it is
    /// written; one that is empty is not set, and one that isn't a proxy is an error. `no_proxy` is a `*` alone, for
    /// every host, or has entries with commas or blanks between them: a name, which covers the names below it too, with
    /// or without a dot before and after it; an IP address; or a block of them (`10.0.0.0/8`). As in Go and in
    /// hyper-util, and other than in curl, `HTTP_PROXY` in capitals counts, except in a program that was called by CGI.
    #[default]
    System,
    /// None, whatever the environment says.
    None,
    /// This one, whatever the environment says.
    Url(ProxyUrl),
}

impl Proxy {
    /// Sends through a proxy at `http://[USER:PASSWORD@]HOST[:PORT]`. Requests to https go through a `CONNECT` tunnel,
    /// so it sees where they go and nothing of what they hold.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything else: proxies that are spoken to over
    /// TLS (`https://`) or SOCKS are not supported.
    pub fn url(url: impl Into<String>) -> Result<Self, Error> {
        ProxyUrl::new(url.into()).map(Self::Url).map_err(|why| Error::invalid_input(FIELD, why))
    }

    /// Returns whether a proxy may carry a request to `host` at all: never to loopback (`localhost` and the names below
    /// it, `127.0.0.0/8`, `[::1]`), since the proxy would look for it on its own machine, and read it if it is http;
    /// nor to a name without a dot, which means something in this network alone.
    ///
    /// `host` is as [`Uri::host`] has it, an IPv6 address in brackets or not.
    pub fn may_carry(host: &str) -> bool {
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        match address.parse::<IpAddr>() {
            Ok(address) => !address.to_canonical().is_loopback(),
            // `app.localhost` is this machine too (RFC 6761 §6.3).
            Err(_) => host.rsplit_once('.').is_some_and(|(_, last)| !last.eq_ignore_ascii_case("localhost")),
        }
    }
}

/// Where a proxy is, and how to sign in to it. Made by [`Proxy::url`]; `Debug` hides user and password.
#[derive(Clone)]
pub struct ProxyUrl(Arc<Zeroizing<String>>);

impl ProxyUrl {
    pub(super) fn new(url: String) -> Result<Self, &'static str> {
        let url = Zeroizing::new(url);
        // A URI ends here, so a password with a `#` would make `user` the host: `http://user:12#34@proxy`.
        if url.contains('#') {
            return Err("has a `#`: in a user name or password write it as %23");
        }
        let uri: Uri = url.parse().map_err(|_| "is not a URL: write `http://HOST:PORT`")?;
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err("has a scheme other than http: write `http://HOST:PORT` (neither https nor socks \
                 proxies are supported)");
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err("has a path: remove everything from the `/` after the host on");
        }
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, rest)| rest);
        check_authority(host_and_port)?;
        Ok(Self(Arc::new(url)))
    }

    /// Returns the URL, user and password included. Take care where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.rsplit_once('@') {
            Some((_, place)) => write!(f, "http://[redacted]@{place}"),
            None => f.write_str(&self.0),
        }
    }
}
