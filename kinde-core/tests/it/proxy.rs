//! Which proxies are taken, and what they may carry.

use kinde_core::{ErrorKind, Proxy};

#[test]
fn only_http_proxies_are_taken() {
    for url in
        ["http://proxy.example", "http://proxy.example:3128/", "http://u:p@[::1]:3128", "HTTP://10.0.0.1"]
    {
        assert!(matches!(Proxy::url(url).unwrap(), Proxy::Url(it) if it.expose() == url));
    }
    for url in [
        "",
        "proxy.example:3128",
        "https://proxy.example",
        "socks4://proxy.example",
        "socks5://proxy.example:1080",
        "socks5h://proxy.example:1080",
        "ftp://proxy.example",
        "http://",
        "http://proxy.example/path",
        "http://proxy.example/?q",
        "http://proxy.example:99999",
        "http://proxy example",
        "http://secret@",
        "http://:3128",
        "http://proxy.example:3128#secret",
        "http://user:12#secret@proxy.example:3128",
    ] {
        let error = Proxy::url(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn credentials_are_not_printed() {
    let proxy = Proxy::url("http://us%40er:pa%40ss@proxy.example:3128").unwrap();
    assert_eq!(format!("{proxy:?}"), "Url(http://[redacted]@proxy.example:3128)");
}

#[test]
fn loopback_is_never_carried() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.255.3.4", "[::1]", "::1", "[::ffff:127.0.0.1]"] {
        assert!(!Proxy::may_carry(host), "{host}");
    }
    for host in ["acme.kinde.com", "localhost.example", "128.0.0.1", "10.0.0.1", "[::2]", "0.0.0.0"] {
        assert!(Proxy::may_carry(host), "{host}");
    }
}
