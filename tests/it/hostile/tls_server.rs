//! TLS servers, and certificates that are wrong in one way each.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kinde_scripted::client::content_length;
use kinde_scripted::tls::{Identity, Protocol};
use rcgen::{CertificateParams, CrlDistributionPoint, ExtendedKeyUsagePurpose, SerialNumber, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

pub fn expired(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2015, 1, 1), date_time_ymd(2016, 1, 1));
}

pub fn not_yet_valid(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
}

/// Says where revoked certificates are listed: at an address that must not be called.
pub fn revoked_at(address: String) -> impl FnOnce(&mut CertificateParams) {
    move |params| {
        let uris = vec![format!("http://{address}/revoked.crl")];
        params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
    }
}

pub fn numbered(serial: u64) -> impl FnOnce(&mut CertificateParams) {
    move |params| params.serial_number = Some(SerialNumber::from(serial))
}

pub fn for_clients(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

/// Answers over TLS, as documented unless `raw` says otherwise; keeps what it has read in clear.
pub struct TlsServer {
    pub address: SocketAddr,
    server: kinde_scripted::tls::TlsServer,
    read: Arc<Mutex<Vec<u8>>>,
}

/// Bytes to answer with before the connection is dropped without a word of farewell.
pub type Raw = Option<&'static [u8]>;

impl TlsServer {
    pub async fn start(identity: Identity, raw: Raw) -> Self {
        let read = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&read);
        let serve = move |stream| {
            let read = Arc::clone(&theirs);
            async move {
                let _ = answer(stream, raw, &read).await;
            }
        };
        let server = kinde_scripted::tls::TlsServer::start(identity, Protocol::Http1, serve).await;
        Self { address: server.address, server, read }
    }

    /// Answers 403 and repeats every header and the body, in its own headers and as an error's code.
    pub async fn echo(identity: Identity, protocol: Protocol) -> Self {
        let serve = move |stream| async move {
            let stream = TokioIo::new(stream);
            match protocol {
                Protocol::Http1 => {
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(stream, service_fn(echo)).await;
                }
                Protocol::Http2 => {
                    let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(stream, service_fn(echo)).await;
                }
            }
        };
        let server = kinde_scripted::tls::TlsServer::start(identity, protocol, serve).await;
        Self { address: server.address, server, read: Arc::default() }
    }

    /// What came through, decrypted.
    pub fn read(&self) -> Vec<u8> {
        self.read.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.server.connections()
    }
}

/// Until the client is gone.
async fn answer(mut stream: TlsStream<TcpStream>, raw: Raw, kept: &Mutex<Vec<u8>>) -> io::Result<()> {
    loop {
        let request = request(&mut stream, kept).await?;
        if let Some(raw) = raw {
            stream.write_all(raw).await?;
            stream.flush().await?;
            // Below TLS: no close_notify.
            return stream.get_mut().0.shutdown().await;
        }
        let answer: &[u8] = match request.starts_with(b"GET") {
            true => b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}",
            false => b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}",
        };
        stream.write_all(answer).await?;
        stream.flush().await?;
    }
}

/// One request, with a `Content-Length` or none; what comes is kept as it comes, even if it is not a whole one.
async fn request(stream: &mut TlsStream<TcpStream>, kept: &Mutex<Vec<u8>>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        kept.lock().unwrap().extend_from_slice(&bytes[before..]);
        let text = String::from_utf8_lossy(&bytes);
        if text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= content_length(head)) {
            return Ok(bytes);
        }
    }
}

async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let mut response = Response::builder().status(403);
    for (name, value) in &parts.headers {
        let mut value = value.clone();
        value.set_sensitive(false);
        response = response.header(format!("x-{name}"), value);
    }
    let bearer = parts.headers["authorization"].to_str().unwrap().replace("Bearer ", "");
    let form = String::from_utf8(body.to_vec()).unwrap();
    let body = format!(r#"{{"error":"{bearer}","errors":[{{"code":"{bearer}","message":"{form}"}}]}}"#);
    Ok(response.body(Full::from(body)).unwrap())
}
