//! An accepted domain is one origin, the same to everyone who reads it.

use kinde::{Domain, ErrorKind};
use url::Url;

/// Reads `data` as a domain. What is accepted must name the host that is written, to us and to the parser of
/// the WHATWG, which HTTP libraries use.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let domain = match Domain::new(text) {
        Ok(domain) => domain,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().starts_with("invalid input: domain "));
            // Nothing of the input is repeated: whatever it was, the refusal is one of a few sentences.
            assert!(error.to_string().is_ascii() && error.to_string().len() < 160);
            return;
        }
    };
    let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (scheme, written) = (domain.scheme().as_str(), domain.to_string());
    assert_eq!(written, format!("{scheme}://{authority}"));
    assert_eq!(Domain::new(&written).expect("what was accepted once"), domain);
    let uri = domain.uri("/oauth2/revoke").expect("a path of ours");
    assert_eq!(uri.to_string(), format!("{written}/oauth2/revoke"));

    // The opt-in takes what is taken without it.
    assert_eq!(Domain::insecure_http_for_tests(text).expect("what was accepted without it"), domain);
    assert!(!domain.is_insecure());

    // Another reader sees the same host and port.
    {
        let url = Url::parse(&uri.to_string()).expect("what is accepted is a host to every reader");
        assert_eq!(url.scheme(), scheme);
        assert_eq!(url.path(), "/oauth2/revoke");
        assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none());
        let host = url.host_str().expect("an origin has a host");
        let address = |text: &str| text.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok();
        match address(host) {
            Some(seen) => assert_eq!(Some(seen), address(domain.host()), "{text}"),
            None => assert!(host.eq_ignore_ascii_case(domain.host()), "{host} is not {}", domain.host()),
        }
        let default = if scheme == "https" { 443 } else { 80 };
        assert_eq!(url.port_or_known_default(), Some(domain.port().unwrap_or(default)));
        let loopback = address(host).map_or(host == "localhost", |address| address.is_loopback());
        assert_eq!(domain.is_loopback(), loopback, "{text}");
    }
    if scheme == "http" {
        assert!(domain.is_loopback(), "a bearer would go out in clear text");
    }
}
