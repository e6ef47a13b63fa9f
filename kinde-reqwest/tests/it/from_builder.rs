//! What is left of a reqwest builder, and what is forced on it.

use std::time::Duration;

use kinde_core::{Transport, TransportErrorKind};
use kinde_reqwest::ReqwestTransport;
use kinde_scripted::Conn;
use kinde_scripted::server::{ok, saying, serve};

use crate::cases::{call, get, post, send};

fn from(builder: reqwest::ClientBuilder) -> ReqwestTransport {
    ReqwestTransport::from_builder(builder).unwrap()
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = saying(ok("stolen"));
    let location = elsewhere.url("/");
    let server = saying(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    ));
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(9)).referer(true);
    let response = send(&from(builder), post(server.url("/"), "client_secret=s")).await.unwrap();
    assert_eq!(response.status(), 307);
    assert_eq!(elsewhere.record().accepted, 0);
}

#[tokio::test]
async fn nothing_is_inflated() {
    let server = saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello");
    let response = send(&from(reqwest::Client::builder().gzip(true)), get(server.url("/"))).await.unwrap();
    assert_eq!(response.body(), "hello");
    assert_eq!(server.requests()[0].value("accept-encoding"), None);
}

#[tokio::test]
async fn an_answer_that_came_unseen_is_no_answer() {
    crate::cases::late::unseen(&from(reqwest::Client::builder())).await;
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let server = saying("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    let retry = reqwest::retry::for_host("127.0.0.1")
        .classify_fn(|attempt| match attempt.status() {
            Some(_) => attempt.retryable(),
            None => attempt.success(),
        })
        .no_budget();
    let builder = reqwest::Client::builder().retry(retry);
    assert_eq!(send(&from(builder), get(server.url("/"))).await.unwrap().status(), 503);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn its_proxies_leave_loopback_alone() {
    let server = saying(ok("direct"));
    let elsewhere = saying(ok("through the proxy"));
    let builder = || {
        let proxy = reqwest::Proxy::all(elsewhere.url("")).unwrap();
        reqwest::Client::builder().proxy(proxy)
    };
    let transport = from(builder());
    assert_eq!(send(&transport, get(server.url("/"))).await.unwrap().body(), "direct");
    assert_eq!(elsewhere.record().accepted, 0);
    // `Url` reads these as 127.0.0.1.
    for host in ["127.1", "0x7f.0.0.1", "2130706433"] {
        let transport = from(builder());
        let url = format!("http://{host}:{}/", server.address().port());
        assert_eq!(send(&transport, get(url)).await.unwrap().body(), "direct", "{host}");
    }
    // It has no proxies any more, so it won't go where it should use one.
    let error = send(&transport, get("http://acme.invalid/")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert!(format!("{error:?}").contains("loopback"), "{error:?}");

    let transport = from(builder());
    assert_eq!(send(&transport, get("http://acme.invalid/")).await.unwrap().body(), "through the proxy");
    let error = send(&transport, get(server.url("/"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert_eq!(elsewhere.record().accepted, 1);
}

#[tokio::test]
async fn the_calls_time_is_the_clients() {
    let server = serve(|mut conn| {
        loop {
            conn.request()?;
            conn.pause(Duration::from_millis(100))?;
            conn.write(ok("in time"))?;
        }
    });
    let short = reqwest::Client::builder().timeout(Duration::from_millis(1));
    assert_eq!(send(&from(short), get(server.url("/"))).await.unwrap().body(), "in time");
    let silent = serve(Conn::hold);
    let long = from(reqwest::Client::builder().timeout(Duration::from_secs(60)));
    let call = kinde_core::CallContext::new(call().operation(), Duration::from_millis(200), 10);
    let error = long.send(get(silent.url("/")), call).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
}

#[tokio::test]
async fn its_resolver_and_headers_are_kept() {
    let server = saying(ok("resolved"));
    let headers = [(http::HeaderName::from_static("x-team"), http::HeaderValue::from_static("identity"))];
    let builder = reqwest::Client::builder()
        .resolve("acme.invalid", server.address())
        .default_headers(headers.into_iter().collect())
        .no_proxy();
    let url = format!("http://acme.invalid:{}/", server.address().port());
    assert_eq!(send(&from(builder), get(url)).await.unwrap().body(), "resolved");
    assert_eq!(server.requests()[0].value("x-team"), Some("identity"));
    assert_eq!(server.requests()[0].value("authorization"), Some("Bearer s3cret"));
}

#[tokio::test]
async fn what_is_wrong_with_it_is_said() {
    let transport = from(reqwest::Client::builder().user_agent("line\nbreak"));
    for _ in 0..2 {
        let error = send(&transport, get("http://127.0.0.1:9/")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert!(format!("{error:?}").contains("header value"), "{error:?}");
    }
}

/// `Url` would turn these into other addresses.
#[tokio::test]
async fn no_other_address_is_asked_for() {
    let server = saying(ok("hi"));
    let transport = ReqwestTransport::new().unwrap();
    for path in ["/a/../b", "/a/%2e%2e/b", "/?q='x'", "/a|b/./c"] {
        let error = send(&transport, get(server.url(path))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Other, "{path}");
    }
    assert_eq!(server.record().accepted, 0);
}

#[cfg(feature = "rustls")]
mod tls {
    use kinde_core::{CallContext, OperationKind};
    use kinde_scripted::tls::Authority;

    use super::*;
    use crate::cases::tls::{serve, serve_h2};

    #[tokio::test]
    async fn its_roots_are_kept() {
        let authority = Authority::new();
        let address = serve(&authority, "127.0.0.1").await;
        let root = reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
        let builder = reqwest::Client::builder().tls_certs_merge([root]);
        let response = send(&from(builder), get(format!("https://{address}/"))).await.unwrap();
        assert_eq!(response.body(), "over tls");
    }

    /// What the documentation says of a second runtime: it is kept waiting over HTTP/2 while the first one stands still,
    /// and goes on once that is gone.
    #[tokio::test]
    async fn it_belongs_to_one_runtime() {
        use std::sync::Arc;

        let authority = Authority::new();
        let server = serve_h2(&authority, "127.0.0.1").await;
        let root = reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
        let transport = Arc::new(from(reqwest::Client::builder().tls_certs_merge([root])));
        let url = format!("https://{}/", server.address);
        let (first, to) = (Arc::clone(&transport), url.clone());
        let stands_still = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(send(&*first, get(to))).unwrap();
            runtime
        });
        let stands_still = stands_still.await.unwrap();
        let short = CallContext::new(OperationKind::new("test"), Duration::from_millis(300), 1024);
        let error = transport.send(get(&url), short).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
        tokio::task::spawn_blocking(move || drop(stands_still)).await.unwrap();
        assert_eq!(send(&*transport, get(&url)).await.unwrap().body(), "Bearer s3cret");
    }

    /// One client can't be replaced: without PINGs, a dead connection is used on.
    #[tokio::test]
    async fn the_suite_tells_what_one_client_can_not() {
        let authority = kinde_conformance::Authority::new().unwrap();
        let root = reqwest::Certificate::from_pem(authority.root_pem().as_bytes()).unwrap();
        let transport = from(reqwest::Client::builder().tls_certs_merge([root]));
        let report = kinde_conformance::check_http2(&transport, &authority).await;
        let failed: Vec<_> = report.failed().map(|case| case.name()).collect();
        assert_eq!(failed, ["http2-silent-connection"], "{report}");
    }

    #[tokio::test]
    async fn verification_stays_on() {
        let authority = Authority::new();
        let address = serve(&authority, "acme.invalid").await;
        let root = || reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
        let builder = reqwest::Client::builder;
        for builder in [
            builder().tls_danger_accept_invalid_certs(true),
            builder().tls_certs_only([root()]).tls_danger_accept_invalid_hostnames(true),
            builder().tls_backend_preconfigured(careless()),
        ] {
            let error = send(&from(builder), get(format!("https://{address}/"))).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
        }
    }

    /// A TLS configuration that takes any certificate.
    fn careless() -> rustls::ClientConfig {
        use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
        use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
        use rustls::{DigitallySignedStruct, Error, SignatureScheme};

        #[derive(Debug)]
        struct Anyone;

        impl ServerCertVerifier for Anyone {
            fn verify_server_cert(
                &self,
                _: &CertificateDer<'_>,
                _: &[CertificateDer<'_>],
                _: &ServerName<'_>,
                _: &[u8],
                _: UnixTime,
            ) -> Result<ServerCertVerified, Error> {
                Ok(ServerCertVerified::assertion())
            }

            fn verify_tls12_signature(
                &self,
                _: &[u8],
                _: &CertificateDer<'_>,
                _: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, Error> {
                Ok(HandshakeSignatureValid::assertion())
            }

            fn verify_tls13_signature(
                &self,
                _: &[u8],
                _: &CertificateDer<'_>,
                _: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, Error> {
                Ok(HandshakeSignatureValid::assertion())
            }

            fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
                vec![SignatureScheme::ED25519, SignatureScheme::ECDSA_NISTP256_SHA256]
            }
        }

        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(std::sync::Arc::new(Anyone))
            .with_no_client_auth()
    }
}
