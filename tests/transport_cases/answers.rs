//! What is sent, and what comes back.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kinde_core::{CallContext, OperationKind, Transport, TransportErrorKind};

use super::server::{Server, ok};
use super::{Backend, KIB, MIB, call, get, post, send};

pub async fn arrives_as_given<B: Backend>() {
    let server =
        Server::saying("HTTP/1.1 418 Teapot\r\ncontent-length: 2\r\nx-twice: 1\r\nx-twice: 2\r\n\r\nhi");
    let transport = B::new().unwrap();
    let response = send(&transport, post(server.url("/a/b%20c?x=%27&y="), "token=t%2Bt")).await.unwrap();
    assert_eq!(response.status(), 418);
    assert_eq!(response.body(), "hi");
    assert_eq!(response.headers().get_all("x-twice").iter().count(), 2);

    let seen = &server.log.requests()[0];
    assert_eq!(seen.line(), "POST /a/b%20c?x=%27&y= HTTP/1.1");
    assert_eq!(seen.body, b"token=t%2Bt");
    let mut names: Vec<_> = seen.head.lines().skip(1).map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    let names: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    // reqwest adds an Accept of its own where there is none; every operation has one.
    let added = names.iter().filter(|name| *name != "accept");
    assert!(added.eq(["authorization", "content-length", "content-type", "host"].iter()), "{names:?}");
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret"));
}

pub async fn redirects_are_answers<B: Backend>() {
    let transport = B::new().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::saying(ok("stolen"));
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            elsewhere.url("/oauth2/introspect"),
        );
        let server = Server::saying(answer);
        for request in [get(server.url("/")), post(server.url("/"), "token=t&client_secret=s")] {
            assert_eq!(send(&transport, request).await.unwrap().status(), status);
        }
        assert_eq!(elsewhere.log.connections(), 0, "{status} was followed");
    }
}

pub async fn a_body_at_the_limit_is_read<B: Backend>() {
    let transport = B::new().unwrap();
    let body = "x".repeat(64 * KIB);
    let call = CallContext::new(OperationKind::new("test"), call().timeout(), body.len());
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    for server in [Server::saying(ok(&body)), Server::saying(chunked)] {
        let response = transport.send(get(server.url("/")), call).await.unwrap();
        assert_eq!(response.body().len(), body.len());
    }
}

/// Writes 64 MiB if it is let; counts what it could write.
fn endless(head: &'static str, chunked: bool) -> (Server, Arc<AtomicUsize>) {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let server = Server::start(move |_, _, stream| {
        let block = vec![b'x'; 64 * KIB];
        stream.write_all(head.as_bytes()).unwrap();
        for _ in 0..64 * MIB / block.len() {
            let before = if chunked { stream.write_all(b"10000\r\n") } else { Ok(()) };
            let after = if chunked { "\r\n" } else { "" };
            if before.and_then(|()| stream.write_all(&block)).is_err() {
                return false;
            }
            count.fetch_add(block.len(), Ordering::SeqCst);
            if stream.write_all(after.as_bytes()).is_err() {
                return false;
            }
        }
        false
    });
    (server, written)
}

async fn is_left<B: Backend>(head: &'static str, chunked: bool) {
    let (server, written) = endless(head, chunked);
    let transport = B::new().unwrap();
    let error = send(&transport, get(server.url("/"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    // The kernel's buffers take some; the connection is closed, so the rest can't be written.
    assert!(written.load(Ordering::SeqCst) < 17 * MIB, "{written:?} bytes");
}

pub async fn a_chunked_body_over_the_limit_is_left<B: Backend>() {
    is_left::<B>("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", true).await;
}

pub async fn a_long_body_over_the_limit_is_left<B: Backend>() {
    is_left::<B>("HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n", false).await;
}

/// `hello` by gzip.
const GZIP: [u8; 25] = [
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0,
    0,
];

pub async fn nothing_is_inflated<B: Backend>() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", GZIP.len());
    let server = Server::saying([head.as_bytes(), &GZIP].concat());
    let response = send(&B::new().unwrap(), get(server.url("/"))).await.unwrap();
    assert_eq!(response.body()[..], GZIP);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(server.log.requests()[0].header("accept-encoding"), None);
}

pub async fn broken_answers_are_interrupted<B: Backend>() {
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
        let server = Server::saying_once(answer);
        let error = send(&transport, post(server.url("/"), "token=t")).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{answer:?}: {error:?}");
        assert_eq!(server.log.requests().len(), 1, "{answer:?} was answered with another request");
        assert!(!format!("{error:?}").contains("127.0.0.1"), "{error:?}");
    }
}

pub async fn refused_is_connect<B: Backend>() {
    // Bound and not listening, so that the port stays closed.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let error = send(&B::new().unwrap(), get(url)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
}

pub async fn connections_are_reused<B: Backend>() {
    let server = Server::saying(ok("again"));
    let transport = B::new().unwrap();
    for _ in 0..3 {
        assert_eq!(send(&transport, get(server.url("/"))).await.unwrap().body(), "again");
    }
    assert_eq!(server.log.connections(), 1);
}

pub async fn a_connection_closed_while_idle_is_no_failure<B: Backend>() {
    // Closes each connection after one answer that promised to keep it.
    let server = Server::saying_once(ok("bye"));
    let transport = B::new().unwrap();
    for _ in 0..20 {
        match send(&transport, get(server.url("/"))).await {
            Ok(response) => assert_eq!(response.body(), "bye"),
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::Interrupted),
        }
    }
}
