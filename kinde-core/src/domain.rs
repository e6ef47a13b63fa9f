//! Where the service is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use crate::error::Error;

const FIELD: &str = "domain";

/// Where a Kinde business lives: an `https` origin, or an `http` one on loopback.
///
/// Accepted forms are `https://HOST[:PORT]`, a bare `HOST[:PORT]` (which means `https`), and, so that a
/// fake can be tested against, `http://HOST[:PORT]` where the host is `localhost` or a loopback address
/// (`127.0.0.0/8` or `[::1]`). HOST is a DNS name in ASCII, an IPv4 address or an IPv6 address in brackets.
///
/// A bearer token is sent to whatever this names, so nothing is guessed: a path (a trailing `/` too), a
/// query, user information, white space or an unreadable port is refused, and the authority is kept byte
/// for byte.
///
/// ```
/// use kinde_core::Domain;
///
/// let domain = Domain::new("acme.kinde.com")?;
/// assert_eq!(domain.to_string(), "https://acme.kinde.com");
/// assert!(Domain::new("http://127.0.0.1:4455")?.is_loopback());
///
/// let error = Domain::new("http://acme.kinde.com").unwrap_err();
/// assert!(error.to_string().contains("https"));
/// # Ok::<(), kinde_core::Error>(())
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
        Self::parse(text.as_ref()).map_err(|why| Error::invalid_input(FIELD, why))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
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
        let loopback = check_authority(authority)?;
        if scheme == Scheme::HTTP && !loopback {
            return Err(
                "is http, which would send tokens in clear text: write https (http is for loopback only)",
            );
        }
        let parsed = Authority::from_str(authority).map_err(|_| "is no host name: write `https://HOST`")?;
        if parsed.as_str() != authority {
            return Err("is no host name: write `https://HOST`");
        }
        Ok(Self { scheme, authority: parsed, loopback })
    }

    /// The scheme: `https`, or `http` on loopback.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The host, without a port; an IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The port, where one was written.
    pub fn port(&self) -> Option<u16> {
        self.authority.port_u16()
    }

    /// Whether this is the machine itself: `localhost` or a loopback address. Backends never use a proxy
    /// for these.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address of a path on this domain, for an [`Operation`](crate::Operation) of one's own.
    ///
    /// ```
    /// # let domain = kinde_core::Domain::new("acme.kinde.com")?;
    /// assert_eq!(domain.uri("/account_api/v1/roles?page_size=50")?, "https://acme.kinde.com/account_api/v1/roles?page_size=50");
    /// # Ok::<(), kinde_core::Error>(())
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

/// Checks `HOST[:PORT]`; answers whether the host is this machine.
pub(crate) fn check_authority(authority: &str) -> Result<bool, &'static str> {
    if authority.contains('@') {
        return Err("has user information before an `@`: write the host alone");
    }
    if authority.contains(['/', '\\']) {
        return Err("has a path: remove everything from the `/` after the host on");
    }
    if authority.contains(['?', '#']) {
        return Err("has a query or a fragment: write the host alone");
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) =
            rest.split_once(']').ok_or("has an IPv6 address whose bracket is not closed: write `[::1]`")?;
        let address: Ipv6Addr = address.parse().map_err(|_| "has brackets around what is no IPv6 address")?;
        match port.strip_prefix(':') {
            Some(port) => check_port(port)?,
            None if port.is_empty() => {}
            None => return Err("has something other than a port after the IPv6 address"),
        }
        return Ok(IpAddr::V6(address).is_loopback());
    }
    let host = match authority.split_once(':') {
        Some((host, port)) => {
            check_port(port)?;
            host
        }
        None => authority,
    };
    check_host(host)
}

/// A DNS name or an IPv4 address; answers whether it is this machine.
fn check_host(host: &str) -> Result<bool, &'static str> {
    if host.is_empty() {
        return Err("has no host: write `https://HOST`");
    }
    if host.len() > 253 {
        return Err("has a host of more than 253 characters");
    }
    let well_formed = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !host.split('.').all(well_formed) {
        return Err(
            "has a host that is no DNS name: labels of letters, digits and hyphens, joined by single dots",
        );
    }
    // HTTP libraries read `127.1`, `0x7f.1` and `2130706433` as addresses; a name never ends in a number.
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal = last.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"))
        && last.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit()) {
        let address: Ipv4Addr =
            host.parse().map_err(|_| "has a number where a name or a full IPv4 address belongs")?;
        return Ok(address.is_loopback());
    }
    Ok(host == "localhost")
}

fn check_port(port: &str) -> Result<(), &'static str> {
    let written_plainly =
        !port.is_empty() && !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
    if written_plainly && port.parse::<u16>().is_ok() {
        return Ok(());
    }
    Err("has a port that is no number from 1 to 65535")
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
        write!(f, "Domain({self})")
    }
}
