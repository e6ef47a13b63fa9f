//! What goes through a proxy, and what never does.

use std::env;
use std::process::Command;

use kinde_core::{Domain, ErrorKind, Proxy, Transport, TransportErrorKind};
use kinde_scripted::Server;
use kinde_scripted::server::{ok, saying, saying_once, tunnel_to};

use super::{Backend, get, post, send};

fn proxy(server: &Server) -> Proxy {
    Proxy::url(format!("http://user:pass@{}", server.address())).unwrap()
}

/// `user:pass` in Base64.
const CREDENTIALS: Option<&str> = Some("Basic dXNlcjpwYXNz");

pub async fn http_goes_through_in_absolute_form<B: Backend>() {
    let server = saying(ok("from the proxy"));
    let transport = B::with_proxy(proxy(&server)).unwrap();
    let response = send(&transport, get("http://acme.invalid/path?q=1")).await.unwrap();
    assert_eq!(response.body(), "from the proxy");
    let seen = server.requests().remove(0);
    assert_eq!(seen.line(), "GET http://acme.invalid/path?q=1 HTTP/1.1");
    assert_eq!(seen.value("proxy-authorization"), CREDENTIALS);
    assert_eq!(seen.value("host"), Some("acme.invalid"));
}

#[cfg(feature = "rustls")]
pub async fn https_goes_through_a_tunnel<B: Backend>() {
    let authority = kinde_scripted::tls::Authority::new();
    let server = tunnel_to(super::tls::serve(&authority, "acme.invalid").await);
    let transport = B::with_roots(&authority.pem, &authority.der, proxy(&server)).unwrap();
    let response = send(&transport, post("https://acme.invalid/", "token=t")).await.unwrap();
    assert_eq!(response.body(), "over tls");
    let seen = server.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line(), "CONNECT acme.invalid:443 HTTP/1.1");
    assert_eq!(seen[0].value("proxy-authorization"), CREDENTIALS);
    assert_eq!(seen[0].value("authorization"), None);
}

#[cfg(not(feature = "rustls"))]
pub async fn https_goes_through_a_tunnel<B: Backend>() {
    let server = tunnel_to(([127, 0, 0, 1], 9).into());
    let transport = B::with_proxy(proxy(&server)).unwrap();
    let error = send(&transport, post("https://acme.invalid/", "token=t")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert!(format!("{error:?}").contains("`rustls`"), "{error:?}");
    assert_eq!(server.record().accepted, 0);
}

pub async fn a_refusing_proxy_is_connect<B: Backend>() {
    if cfg!(not(feature = "rustls")) {
        return;
    }
    for answer in [
        "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
        "garbage\r\n\r\n",
        "",
    ] {
        let server = saying_once(answer);
        let transport = B::with_proxy(proxy(&server)).unwrap();
        let error = send(&transport, get("https://acme.invalid/")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{answer:?}: {error:?}");
    }
}

pub async fn loopback_is_reached_directly<B: Backend>() {
    let server = saying(ok("direct"));
    let elsewhere = saying(ok("through the proxy"));
    let transport = B::with_proxy(proxy(&elsewhere)).unwrap();
    let port = server.address().port();
    for host in ["127.0.0.1", "localhost"] {
        let response = send(&transport, get(format!("http://{host}:{port}/"))).await.unwrap();
        assert_eq!(response.body(), "direct", "{host}");
        assert_eq!(server.requests()[0].line(), "GET / HTTP/1.1");
        // There is no TLS on that port: that it fails is as it should be.
        let _ = send(&transport, get(format!("https://{host}:{port}/"))).await;
    }
    let _ = send(&transport, get(format!("http://[::1]:{port}/"))).await;
    let _ = send(&transport, get(format!("http://127.8.7.6:{port}/"))).await;
    assert_eq!(elsewhere.record().accepted, 0);
}

const TARGET: &str = "KINDE_TEST_TARGET";
const EXPECTED: &str = "KINDE_TEST_EXPECTED";
/// Set where the transport is told to use no proxy.
const NONE: &str = "KINDE_TEST_NO_PROXY";

/// An address that reaches the server and is not a loopback address, so that no name has to be looked up.
fn unspecified(server: &Server) -> String {
    format!("http://0.0.0.0:{}/", server.address().port())
}

/// Calls `target` in a process (this one again, where the cases are the module `transport`) whose environment has only these variables besides.
fn run_child(target: &str, expected: &str, variables: &[(&str, String)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "transport::child", "--nocapture"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
    let output = command.env(TARGET, target).env(EXPECTED, expected).envs(variables).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The other side of `run_child`.
pub async fn child<B: Backend>() {
    let (Ok(target), Ok(expected)) = (env::var(TARGET), env::var(EXPECTED)) else { return };
    let told = env::var_os(NONE).is_some();
    let seen = match if told { B::with_proxy(Proxy::None) } else { B::new() } {
        Ok(transport) => outcome(&transport, &target).await,
        Err(error) => format!("{:?}", error.kind()),
    };
    assert_eq!(seen, expected, "{target}");

    let target_domain = target.trim_end_matches('/');
    if target_domain.starts_with("http://0.0.0.0:") {
        // The client of a fake that is elsewhere goes through no proxy, whatever the environment says.
        let client = B::client(Domain::insecure_http_for_tests(target_domain).unwrap()).unwrap();
        assert_eq!(outcome(client.transport(), &target).await, "direct");
    }
    let Ok(domain) = Domain::new(target_domain) else { return };
    match (B::client(domain), &*expected) {
        // A domain that can't be reached is refused at once.
        (Err(error), "Other") => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let said = error.to_string();
            assert!(said.contains(if cfg!(feature = "rustls") { "socks" } else { "`rustls`" }), "{said}");
        }
        (Err(error), "InvalidInput") => {
            let said = format!("{error} {error:?}");
            assert!(said.contains("HTTPS_PROXY") && !said.contains("s3cret"), "{said}");
        }
        // Loopback needs neither a proxy nor roots.
        (Ok(client), "InvalidInput") => assert_eq!(outcome(client.transport(), &target).await, "direct"),
        (Ok(client), _) => assert_eq!(outcome(client.transport(), &target).await, expected),
        (Err(error), _) => panic!("{error}"),
    }
}

async fn outcome<T: Transport>(transport: &T, target: &str) -> String {
    match send(transport, get(target)).await {
        Ok(response) => String::from_utf8(response.body().to_vec()).unwrap(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

pub async fn the_environment_is_read<B: Backend>() {
    let server = saying(ok("direct"));
    let elsewhere = saying(ok("through the proxy"));
    let url = elsewhere.url("");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        run_child(&server.url("/"), "direct", &[(name, url.clone())]);
        assert_eq!(elsewhere.record().accepted, 0, "{name} applied to loopback");
    }
    run_child(
        &format!("https://{}/", server.address()),
        if cfg!(feature = "rustls") { "Connect" } else { "Other" },
        &[("HTTPS_PROXY", url.clone())],
    );
    assert_eq!(elsewhere.record().accepted, 0, "HTTPS_PROXY applied to loopback");

    // A fake is reached on a machine without root certificates.
    let no_roots = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, "/nonexistent".to_owned()));
    run_child(&server.url("/"), if cfg!(feature = "rustls") { "InvalidInput" } else { "direct" }, &no_roots);

    run_child("http://acme.invalid/", "through the proxy", &[("HTTP_PROXY", url.clone())]);
    run_child(&unspecified(&server), "through the proxy", &[("ALL_PROXY", url.clone())]);
    for (name, value) in [("NO_PROXY", "0.0.0.0"), ("no_proxy", "10.0.0.0/8, 0.0.0.0/8"), (NONE, "")] {
        let direct = [("HTTP_PROXY", url.clone()), (name, value.to_owned())];
        run_child(&unspecified(&server), "direct", &direct);
    }
    assert_eq!(elsewhere.requests().len(), 2);
    if cfg!(feature = "rustls") {
        run_child("https://acme.invalid/", "Connect", &[("ALL_PROXY", url)]);
        assert!(elsewhere.requests()[2].line().starts_with("CONNECT acme.invalid:443"));
    }
}

pub async fn the_environment_is_read_as_curl_reads_it<B: Backend>() {
    let server = saying(ok("direct"));
    let elsewhere = saying(ok("through the proxy"));
    let proxy = ("http_proxy", format!("http://{}", elsewhere.address()));
    let without = |exceptions: &str| [proxy.clone(), ("no_proxy", exceptions.to_owned())];
    run_child(&unspecified(&server), "direct", &without("*"));
    // It is not found.
    run_child("http://acme.invalid/", "Connect", &without("acme.invalid."));
    run_child("http://acme.invalid/", "Connect", &without("x .invalid"));
    assert_eq!(elsewhere.record().accepted, 0);
    run_child("http://acme.invalid/", "through the proxy", &without("*,x"));
    run_child(
        "http://acme.invalid/",
        "through the proxy",
        &[proxy.clone(), ("HTTP_PROXY", "socks5://x".to_owned())],
    );

    for malformed in
        ["not a url s3cret", "ftp://user:s3cret@proxy.invalid", "http://user:s3cret@proxy.invalid:x"]
    {
        let malformed = [("HTTPS_PROXY", malformed.to_owned())];
        let target = if cfg!(feature = "rustls") { "https://acme.invalid/" } else { "http://acme.invalid/" };
        run_child(target, "InvalidInput", &malformed);
        // A client for loopback goes through none, whatever is said.
        run_child(&server.url("/"), "InvalidInput", &malformed);
    }
}

pub async fn kinds_that_are_not_supported<B: Backend>() {
    let server = saying(ok("direct"));
    for url in ["socks5://127.0.0.1:9", "socks5h://127.0.0.1:9", "https://127.0.0.1:9"] {
        assert_eq!(Proxy::url(url).unwrap_err().kind(), ErrorKind::InvalidInput);
        run_child("https://acme.invalid/", "Other", &[("ALL_PROXY", url.to_owned())]);
        run_child(&server.url("/"), "direct", &[("ALL_PROXY", url.to_owned())]);
    }
    let transport = B::with_proxy(Proxy::None).unwrap();
    assert_eq!(send(&transport, get(unspecified(&server))).await.unwrap().body(), "direct");
}
