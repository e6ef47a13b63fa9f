//! Whose certificates are accepted, and what is spoken over TLS.

use std::sync::Arc;

use http::Version;
use kinde_core::{ErrorKind, Proxy, TransportErrorKind};
use kinde_scripted::tls::Authority;

use super::tls::{serve, serve_h2};
use super::{Backend, get, post, send};

pub async fn an_unknown_authority_is_refused<B: Backend>() {
    let address = serve(&Authority::new(), "127.0.0.1").await;
    let error = send(&B::new().unwrap(), post(format!("https://{address}/"), "token=t")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert!(format!("{error:?}").contains("certificate"), "{error:?}");
}

pub async fn an_extra_root_is_trusted<B: Backend>() {
    let (one, other) = (Authority::new(), Authority::new());
    let transport = B::with_roots(&one.pem, &other.der, Proxy::None).unwrap();
    for authority in [one, other] {
        let address = serve(&authority, "127.0.0.1").await;
        let response = send(&transport, post(format!("https://{address}/"), "token=t")).await.unwrap();
        assert_eq!(response.body(), "over tls");
    }
}

pub async fn another_name_is_refused<B: Backend>() {
    let authority = Authority::new();
    let transport = B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap();
    let address = serve(&authority, "acme.invalid").await;
    let error = send(&transport, post(format!("https://{address}/"), "token=t")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
}

pub async fn what_is_no_certificate_is_refused<B: Backend>() {
    let good = Authority::new();
    for (pem, der) in [("", good.der.as_slice()), ("no PEM", &good.der), (&good.pem, b"no DER")] {
        let error = B::with_roots(pem, der, Proxy::None).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

pub async fn http2_is_spoken_where_it_is_known<B: Backend>() {
    let authority = Authority::new();
    let server = serve_h2(&authority, "127.0.0.1").await;
    let transport = Arc::new(B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap());
    let url = format!("https://{}/", server.address);
    let response = send(&transport, get(&url)).await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    let calls = (0..64).map(|number| {
        let (transport, mut request) = (Arc::clone(&transport), get(&url));
        let bearer = format!("Bearer {number}");
        request.headers_mut().insert("authorization", bearer.parse().unwrap());
        tokio::spawn(async move { assert_eq!(send(&transport, request).await.unwrap().body(), &bearer) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}
