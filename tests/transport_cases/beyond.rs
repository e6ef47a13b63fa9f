//! What the backends keep to though the suite asks it of nobody: other transports may do otherwise.

use std::time::Duration;

use kinde_core::{CallContext, ErrorKind, OperationKind, Transport, TransportErrorKind};
use kinde_scripted::server::{ok, saying, saying_once};

use super::{Backend, MIB, get, post, send};

/// The suite lets others send `Connection`, and frame a body by chunks.
pub async fn host_and_length_are_all_that_is_added<B: Backend>() {
    let server = saying(ok("hi"));
    send(&B::new().unwrap(), post(server.url("/"), "token=t%2Bt")).await.unwrap();
    let seen = server.requests().remove(0);
    let mut names: Vec<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    // reqwest adds an Accept of its own where there is none; every operation has one.
    let added = names.iter().filter(|name| **name != "accept");
    assert!(added.eq(["authorization", "content-length", "content-type", "host"].iter()), "{names:?}");
    assert_eq!(seen.body, b"token=t%2Bt");
}

/// With TLS a certificate is read when the transport is made; without it none is taken and then ignored.
pub async fn root_certificates_need_tls<B: Backend>() {
    let error = B::builder().root_certificate_der("not a certificate").build().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.starts_with("invalid input: root certificate can't be "), "{text}");
    assert_eq!(text.contains("`rustls`"), cfg!(not(feature = "rustls")), "{text}");
}

/// The suite asks that no secret is in an error. Here there is no address either.
pub async fn an_error_names_no_address<B: Backend>() {
    let transport = B::new().unwrap();
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-more: 1\r\n".repeat(300));
    for answer in [
        "",
        "HTTP/1.1 200",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno number\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
        &many,
    ] {
        let server = saying_once(answer);
        let error = send(&transport, post(server.url("/"), "token=t")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{answer:?}: {error:?}");
        assert!(!format!("{error:?}").contains("127.0.0.1"), "{error:?}");
    }
}

/// The suite lets others use a connection for each call.
pub async fn calls_in_a_row_share_a_connection<B: Backend>() {
    let server = saying(ok("again"));
    let transport = B::new().unwrap();
    for _ in 0..3 {
        assert_eq!(send(&transport, get(server.url("/"))).await.unwrap().body(), "again");
    }
    assert_eq!(server.record().accepted, 1);
}

/// The suite waits until the connection is closed. Here the next call may come before that, or at the same
/// moment.
pub async fn a_connection_closed_while_idle_is_no_failure<B: Backend>() {
    // Closes each connection after one answer that promised to keep it.
    let server = saying_once(ok("bye"));
    let transport = B::new().unwrap();
    for _ in 0..20 {
        match send(&transport, get(server.url("/"))).await {
            Ok(response) => assert_eq!(response.body(), "bye"),
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::Interrupted),
        }
    }
}

/// The suite is content with Timeout.
pub async fn with_no_time_left_nothing_is_begun<B: Backend>() {
    let server = saying(ok("late"));
    let transport = B::new().unwrap();
    let none = CallContext::new(OperationKind::new("test"), Duration::ZERO, MIB);
    let error = transport.send(get(server.url("/")), none).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
    // By now a connection of the first call would have been accepted.
    send(&transport, get(server.url("/"))).await.unwrap();
    assert_eq!(server.record().accepted, 1, "with no time left, nothing was to be begun");
}
