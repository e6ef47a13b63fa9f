//! Where the service is.

mod host;
mod idn;

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use host::Host;
pub(crate) use host::check_authority;

use crate::error::Error;

const FIELD: &str = "domain";

/// Where a Kinde business lives: an `https` origin, or an `http` one on loopback.
///
/// Accepted forms are `https://HOST[:PORT]`, a bare `HOST[:PORT]` (which means `https`), and, so that a
/// fake can be tested against, `http://HOST[:PORT]` where the host is `localhost` or a loopback address
/// (`127.0.0.0/8` or `[::1]`). HOST is a DNS name in ASCII with at least one dot, an IPv4 address or an IPv6
/// address in brackets.
///
/// A bearer token is sent to whatever this names, so nothing is guessed: a path (a trailing `/` too), a
/// query, user information, white space or an unreadable port is refused, and the authority is kept byte
/// for byte. What is accepted, every HTTP library reads as the same host. So an internationalized name
/// (`xn--bcher-kva.example`) is accepted if its punycode (RFC 3492) holds nothing but lower-case letters of
/// the Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic scripts, kana, Han and Hangul, digits and
/// hyphens.
///
/// ```
/// use kinde::Domain;
///
/// let domain = Domain::new("acme.kinde.com")?;
/// assert_eq!(domain.to_string(), "https://acme.kinde.com");
/// assert!(Domain::new("http://127.0.0.1:4455")?.is_loopback());
///
/// let error = Domain::new("http://acme.kinde.com").unwrap_err();
/// assert!(error.to_string().contains("https"));
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Domain {
    scheme: Scheme,
    authority: Authority,
    loopback: bool,
}

impl Domain {
    /// Reads a domain.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything but the accepted forms; the message
    /// says which rule was broken and what to write instead. It never repeats the input, since what was
    /// pasted by mistake may be a secret.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Error> {
        let domain = Self::parse(text.as_ref()).and_then(|(domain, host)| {
            if domain.is_insecure() {
                return Err("is http, which would send tokens in clear text: write https (http is for loopback \
                     only; tests have `Domain::insecure_http_for_tests`)");
            }
            if domain.scheme == Scheme::HTTP && domain.host().bytes().any(|byte| byte.is_ascii_uppercase()) {
                return Err("is http, whose clear text goes to loopback alone: write `http://localhost`, in lower case");
            }
            match host {
                Host::Label => Err("has a host without a dot, as no public service has: write \
                     `https://YOUR_SUBDOMAIN.kinde.com` or your custom domain"),
                Host::Loopback | Host::Address | Host::Name => Ok(domain),
            }
        });
        domain.map_err(|why| Error::invalid_input(FIELD, why))
    }

    /// Reads a domain that is plain http somewhere else than on this machine: a fake in another container.
    /// **For tests. Anyone on the network path can read every token and secret.**
    ///
    /// It takes what [`new`](Self::new) takes, and besides `http://HOST[:PORT]` for any host but Kinde's own, and names
    /// without a dot, as containers have: `http://kinde-mock:4455`, `http://host.docker.internal:4455`,
    /// `http://app.localhost:4455`. Without a scheme it is https, here as there.
    ///
    /// Call it in a test's configuration, in place of `new`; nothing else switches it on, no environment variable
    /// either. What it lets through [says so](Self::is_insecure), in `Debug` of the domain and of its client too, and
    /// with the feature `tracing` making a client for it is an event at level WARN. Everything else holds: no redirect
    /// is followed, and the bearer goes to this origin alone. A backend's `client(domain)` goes through no proxy, whatever
    /// the environment says; give a transport that you build yourself [`Proxy::None`](crate::Proxy::None).
    ///
    /// ```
    /// use kinde::Domain;
    ///
    /// assert!(Domain::new("http://kinde-mock:4455").is_err());
    /// let domain = Domain::insecure_http_for_tests("http://kinde-mock:4455")?;
    /// assert!(domain.is_insecure());
    /// assert_eq!(format!("{domain:?}"), "Domain(http://kinde-mock:4455, INSECURE: tokens in clear text)");
    /// # Ok::<(), kinde::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), as [`new`](Self::new), and for `http://` with a host of
    /// kinde.com: the tokens there are real.
    pub fn insecure_http_for_tests(text: impl AsRef<str>) -> Result<Self, Error> {
        let domain = Self::parse(text.as_ref()).and_then(|(domain, _)| {
            let host = domain.host().to_ascii_lowercase();
            if domain.is_insecure() && (host == "kinde.com" || host.ends_with(".kinde.com")) {
                return Err("is Kinde itself, which is never called over http: write https");
            }
            Ok(domain)
        });
        domain.map_err(|why| Error::invalid_input(FIELD, why))
    }

    /// Reads what any domain may be, and says what its host is.
    fn parse(text: &str) -> Result<(Self, Host), &'static str> {
        if text.is_empty() {
            return Err("is empty: write `https://YOUR_SUBDOMAIN.kinde.com` or your custom domain");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "has a space, a line break or a character outside ASCII: write the host alone, in punycode",
            );
        }
        let (scheme, authority) = match text.split_once("://") {
            None => (Scheme::HTTPS, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::HTTPS, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::HTTP, rest),
            Some(_) => return Err("has a scheme other than https: write `https://HOST`"),
        };
        let host = check_authority(authority)?;
        let parsed =
            Authority::from_str(authority).map_err(|_| "is not a host name: write `https://HOST`")?;
        if parsed.as_str() != authority {
            return Err("is not a host name: write `https://HOST`");
        }
        Ok((Self { scheme, authority: parsed, loopback: host == Host::Loopback }, host))
    }

    /// Returns the scheme: `https`, or `http` on loopback and where it [is insecure](Self::is_insecure).
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Returns the host, without a port; an IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Returns the port, where one was written.
    pub fn port(&self) -> Option<u16> {
        self.authority.port_u16()
    }

    /// Returns the name that Kinde's tokens of this domain have as their `iss`, byte for byte: scheme and host in lower
    /// case, no default port, no slash at the end.
    ///
    /// ```
    /// let domain = kinde::Domain::new("https://Acme.kinde.com:443")?;
    /// assert_eq!(domain.issuer(), "https://acme.kinde.com");
    /// # Ok::<(), kinde::Error>(())
    /// ```
    pub fn issuer(&self) -> String {
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let host = self.host().to_ascii_lowercase();
        match self.port().filter(|port| *port != default) {
            Some(port) => format!("{}://{host}:{port}", self.scheme),
            None => format!("{}://{host}", self.scheme),
        }
    }

    /// Returns whether this is the machine itself: `localhost`, in any case, or a loopback address. Backends never use
    /// a proxy for these.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Returns whether tokens for this domain leave the machine in clear text: it is http and not loopback, as only
    /// [`insecure_http_for_tests`](Self::insecure_http_for_tests) allows.
    pub fn is_insecure(&self) -> bool {
        self.scheme == Scheme::HTTP && !self.loopback
    }

    /// Host and port, as they were written.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Returns the address of a path on this domain, for an [`Operation`](crate::Operation) of your own.
    ///
    /// ```
    /// # let domain = kinde::Domain::new("acme.kinde.com")?;
    /// assert_eq!(domain.uri("/account_api/v1/roles?page_size=50")?, "https://acme.kinde.com/account_api/v1/roles?page_size=50");
    /// # Ok::<(), kinde::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `path_and_query` does not begin with `/`, has a
    /// `#`, or has characters that a URI can't hold.
    pub fn uri(&self, path_and_query: &str) -> Result<Uri, Error> {
        let bad = |why| Error::invalid_input("path", why);
        if !path_and_query.starts_with('/') {
            return Err(bad("does not begin with `/`"));
        }
        // `http` would drop it and all that follows, and so call another path.
        if path_and_query.contains('#') {
            return Err(bad("has a `#`, where a path or query ends: write it as %23"));
        }
        let path = PathAndQuery::from_str(path_and_query)
            .map_err(|_| bad("has characters that a URI can't hold: percent-encode them"))?;
        self.with_path(path)
    }

    /// As [`uri`](Self::uri), for a path known at compile time: nothing is allocated.
    pub(crate) fn with_path(&self, path: PathAndQuery) -> Result<Uri, Error> {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| Error::invalid_input("path", "makes no URI with this domain"))
    }

    /// Whether `uri` is on this origin.
    pub(crate) fn holds(&self, uri: &Uri) -> bool {
        // An address made of this domain shares its text, which is quickly seen.
        let mine =
            |it: &Authority| std::ptr::eq(it.as_str(), self.authority.as_str()) || *it == self.authority;
        uri.scheme() == Some(&self.scheme) && uri.authority().is_some_and(mine)
    }
}

impl FromStr for Domain {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Domain {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Domain {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.is_insecure() { ", INSECURE: tokens in clear text" } else { "" };
        write!(f, "Domain({self}{warning})")
    }
}
