//! Servers that speak TLS.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kinde_scripted::server::ok;
use kinde_scripted::tls::{Authority, Protocol, TlsServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Starts a server whose certificate is for `name`, over HTTP/1.1 only; it answers 200 once.
pub async fn serve(authority: &Authority, name: &str) -> SocketAddr {
    let server = TlsServer::start(authority.issue(name, |_| {}), Protocol::Http1, |mut stream| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        let _ = stream.write_all(ok("over tls").as_bytes()).await;
        let _ = stream.shutdown().await;
    });
    server.await.address
}

/// Starts one over HTTP/2 only, which answers with the request's `Authorization`.
pub async fn serve_h2(authority: &Authority, name: &str) -> TlsServer {
    let answer = service_fn(|request: http::Request<Incoming>| async move {
        let said = request.headers()["authorization"].as_bytes().to_vec();
        Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from(said))))
    });
    TlsServer::start(authority.issue(name, |_| {}), Protocol::Http2, move |stream| async move {
        let server = http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(TokioIo::new(stream), answer).await;
    })
    .await
}
