//! What a choice of proxy means for an address, once the environment was read. As curl does it, where we know
//! better for no reason that is ours.

use std::ffi::OsString;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::proxy::{Proxy, ProxyUrl};
use crate::error::Error;

/// Which proxy a request goes through. A [`Proxy`] is what was asked for, and this is what that means where the program
/// runs; [`Proxy::rules`] makes it. For backends.
#[derive(Clone, Debug, Default)]
pub struct ProxyRules {
    http: Option<Found>,
    https: Option<Found>,
    exceptions: Exceptions,
    /// Whether what isn't said here may be said by the system's settings, where it has some.
    system: bool,
}

/// A proxy that was named.
#[derive(Clone, Debug)]
enum Found {
    Usable(ProxyUrl),
    /// Spoken to over TLS or SOCKS.
    Unsupported,
}

impl Proxy {
    /// Returns the rules that follow from this, given the environment's variables as [`std::env::var_os`] has them.
    /// They are asked for by [`Proxy::System`] alone.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a variable whose value isn't a proxy, by the variable's
    /// name and without its value, which may hold a password.
    ///
    /// ```
    /// use kinde::Proxy;
    ///
    /// let rules = Proxy::System.rules(|name| match name {
    ///     "HTTPS_PROXY" => Some("proxy.example:3128".into()),
    ///     "NO_PROXY" => Some("internal.example".into()),
    ///     _ => None,
    /// })?;
    /// let proxy = rules.of(&"https://acme.kinde.com/".parse().unwrap()).unwrap();
    /// assert_eq!(proxy.unwrap().expose(), "http://proxy.example:3128");
    /// assert!(rules.of(&"https://id.internal.example/".parse().unwrap()).unwrap().is_none());
    ///
    /// let error = Proxy::System.rules(|name| (name == "HTTPS_PROXY").then(|| "not a url".into())).unwrap_err();
    /// assert_eq!(error.to_string(), "invalid input: HTTPS_PROXY is not a URL: write `http://HOST:PORT`");
    /// # Ok::<(), kinde::Error>(())
    /// ```
    pub fn rules(&self, variable: impl Fn(&str) -> Option<OsString>) -> Result<ProxyRules, Error> {
        match self {
            Self::System => ProxyRules::of_environment(&variable),
            Self::None => Ok(ProxyRules::default()),
            Self::Url(url) => {
                let found = Some(Found::Usable(url.clone()));
                Ok(ProxyRules { http: found.clone(), https: found, ..ProxyRules::default() })
            }
        }
    }
}

impl ProxyRules {
    fn of_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let first = |names: &[&'static str]| {
            let set = names.iter().filter_map(|name| Some((*name, variable(name)?)));
            set.into_iter().find(|(_, value)| !value.is_empty())
        };
        // A server that runs programs by CGI makes HTTP_PROXY of a request's header `Proxy`.
        let by_cgi = variable("REQUEST_METHOD").is_some();
        let http: &[_] = if by_cgi { &["http_proxy"] } else { &["http_proxy", "HTTP_PROXY"] };
        let proxy = |names| first(names).map(|(name, value)| Found::read(name, value)).transpose();

        let all = proxy(&["all_proxy", "ALL_PROXY"])?;
        Ok(Self {
            http: proxy(http)?.or_else(|| all.clone()),
            https: proxy(&["https_proxy", "HTTPS_PROXY"])?.or(all),
            exceptions: match first(&["no_proxy", "NO_PROXY"]) {
                Some((name, value)) => Exceptions::read(&text(name, value)?),
                None => Exceptions::default(),
            },
            system: true,
        })
    }

    /// Returns whether nothing goes through a proxy, unless by the system's settings.
    pub fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// Returns the proxy that a request to `uri` goes through, if any; or, as the end of a sentence that begins with
    /// "the proxy", why it can't.
    ///
    /// # Errors
    /// If that proxy is one that is spoken to over TLS or SOCKS.
    pub fn of(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, &'static str> {
        match self.named(uri) {
            _ if !self.may_apply(uri) => Ok(None),
            Some(Found::Unsupported) => Err(Self::UNSUPPORTED),
            Some(Found::Usable(url)) => Ok(Some(url)),
            None => Ok(None),
        }
    }

    /// Why a proxy that was named can't be used.
    pub const UNSUPPORTED: &str = "of the system has a scheme other than http, and neither https nor socks proxies are \
         supported: name another one, or none";

    /// Returns whether the system's own settings, which macOS and Windows have, decide how `uri` is reached: where no
    /// variable of the environment does.
    pub fn leave_to_system(&self, uri: &Uri) -> bool {
        self.system && self.named(uri).is_none() && self.may_apply(uri)
    }

    fn named(&self, uri: &Uri) -> Option<&Found> {
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => self.http.as_ref(),
            Some(scheme) if *scheme == Scheme::HTTPS => self.https.as_ref(),
            _ => None,
        }
    }

    fn may_apply(&self, uri: &Uri) -> bool {
        uri.host().is_some_and(|host| Proxy::may_carry(host) && !self.exceptions.hold(host))
    }
}

impl Found {
    /// `[SCHEME://][USER:PASSWORD@]HOST[:PORT][/...]`, as curl reads it.
    fn read(name: &'static str, value: OsString) -> Result<Self, Error> {
        const OTHERS: [&str; 6] = ["https", "socks", "socks4", "socks4a", "socks5", "socks5h"];
        let value = text(name, value)?;
        let (scheme, rest) = value.split_once("://").unwrap_or(("http", &value));
        if OTHERS.iter().any(|other| scheme.eq_ignore_ascii_case(other)) {
            return Ok(Self::Unsupported);
        }
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(Error::invalid_input(
                name,
                "has a scheme that no proxy has: write `http://HOST:PORT`",
            ));
        }
        let place = rest.split_once(['/', '?']).map_or(rest, |(place, _)| place);
        ProxyUrl::new(format!("http://{place}"))
            .map(Self::Usable)
            .map_err(|why| Error::invalid_input(name, why))
    }
}

fn text(name: &'static str, value: OsString) -> Result<String, Error> {
    value.into_string().map_err(|_| Error::invalid_input(name, "is not UTF-8"))
}

/// Which hosts are reached directly.
#[derive(Clone, Debug, Default)]
enum Exceptions {
    #[default]
    None,
    All,
    These(Vec<Exception>),
}

#[derive(Clone, Debug)]
enum Exception {
    /// It, and every name that ends in a dot and it.
    Name(String),
    /// Addresses that begin with these bits of this one.
    Addresses(IpAddr, u32),
}

impl Exceptions {
    /// `NO_PROXY`: a `*` alone, or entries with commas or blanks between them.
    fn read(value: &str) -> Self {
        if value.trim() == "*" {
            return Self::All;
        }
        let entries = value.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
        Self::These(entries.map(Exception::read).collect())
    }

    fn hold(&self, host: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::These(exceptions) => {
                let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
                match address.parse() {
                    Ok(address) => exceptions.iter().any(|exception| exception.holds_address(address)),
                    Err(_) => exceptions.iter().any(|exception| exception.holds_name(host)),
                }
            }
        }
    }
}

impl Exception {
    fn read(entry: &str) -> Self {
        let (address, bits) =
            entry.split_once('/').map_or((entry, None), |(address, bits)| (address, Some(bits)));
        let address = address.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(address);
        if let Ok(address) = address.parse::<IpAddr>() {
            let all = if address.is_ipv4() { 32 } else { 128 };
            // No bits are all of them, as curl has it; too many match nothing.
            match bits.map_or(Ok(0), str::parse) {
                Ok(0) => return Self::Addresses(address, all),
                Ok(bits) if bits <= all => return Self::Addresses(address, bits),
                _ => {}
            }
        }
        let name = entry.strip_suffix('.').unwrap_or(entry);
        Self::Name(name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase())
    }

    fn holds_name(&self, host: &str) -> bool {
        let Self::Name(name) = self else { return false };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        host.strip_suffix(name.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            && !name.is_empty()
    }

    fn holds_address(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Addresses(IpAddr::V4(network), bits), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= *bits
            }
            (Self::Addresses(IpAddr::V6(network), bits), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= *bits
            }
            _ => false,
        }
    }
}
