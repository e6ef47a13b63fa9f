//! A local authority, and TLS servers with certificates that are wrong in one way each.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::server::is_whole;

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "local authority");
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A good certificate for `name`, but for what `change` does to it.
    pub fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { chain: vec![certificate.der().clone()], key }
    }

    /// The list, in PEM, of the certificates with this serial number.
    pub fn revoke(&self, serial: u64) -> String {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2090, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    /// One that a server's own certificate has signed, which is no authority.
    pub fn issue_by_a_server(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["server.invalid".to_owned()]).unwrap();
        params.is_ca = IsCa::ExplicitNoCa;
        params.distinguished_name.push(DnType::CommonName, "a server");
        let middle = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let server = Self { issuer: Issuer::new(params, key), pem: String::new() };
        let mut identity = server.issue(name, |_| {});
        identity.chain.push(middle);
        identity
    }
}

pub fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    Identity { chain: vec![certificate.der().clone()], key }
}

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
    read: Arc<Mutex<Vec<u8>>>,
    connections: Arc<AtomicUsize>,
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

/// One request; what comes is kept as it comes, if it is no whole one either.
async fn request(stream: &mut (impl AsyncRead + Unpin), kept: &Mutex<Vec<u8>>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        kept.lock().unwrap().extend_from_slice(&bytes[before..]);
        if is_whole(&String::from_utf8_lossy(&bytes)) {
            return Some(bytes);
        }
    }
}

/// Bytes to answer with before the connection is dropped without a word of farewell.
pub type Raw = Option<&'static [u8]>;

#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    Http1,
    Http2,
}

pub fn acceptor(identity: Identity, protocol: Protocol) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(identity.chain, key)
        .unwrap();
    config.alpn_protocols = match protocol {
        Protocol::Http1 => vec![b"http/1.1".to_vec()],
        Protocol::Http2 => vec![b"h2".to_vec()],
    };
    TlsAcceptor::from(Arc::new(config))
}

impl TlsServer {
    pub async fn start(identity: Identity, raw: Raw) -> Self {
        let acceptor = acceptor(identity, Protocol::Http1);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            read: Arc::default(),
            connections: Arc::default(),
        };
        let (read, connections) = (Arc::clone(&server.read), Arc::clone(&server.connections));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, read) = (acceptor.clone(), Arc::clone(&read));
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await.ok()?;
                    loop {
                        let request = request(&mut stream, &read).await?;
                        if let Some(raw) = raw {
                            stream.write_all(raw).await.ok()?;
                            stream.flush().await.ok()?;
                            // Below TLS: no close_notify.
                            stream.get_mut().0.shutdown().await.ok()?;
                            return None::<()>;
                        }
                        let answer: &[u8] = match request.starts_with(b"GET") {
                            true => b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}",
                            false => b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}",
                        };
                        stream.write_all(answer).await.ok()?;
                        stream.flush().await.ok()?;
                    }
                });
            }
        });
        server
    }

    /// Answers 403 and repeats every header and the body, in its own headers and as an error's code.
    pub async fn echo(identity: Identity, protocol: Protocol) -> Self {
        let acceptor = acceptor(identity, protocol);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            read: Arc::default(),
            connections: Arc::default(),
        };
        let connections = Arc::clone(&server.connections);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = TokioIo::new(acceptor.accept(stream).await.ok()?);
                    let echo = hyper::service::service_fn(echo);
                    match protocol {
                        Protocol::Http1 => hyper::server::conn::http1::Builder::new()
                            .serve_connection(stream, echo)
                            .await
                            .ok(),
                        Protocol::Http2 => {
                            let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                            server.serve_connection(stream, echo).await.ok()
                        }
                    }
                });
            }
        });
        server
    }

    /// What came through, decrypted.
    pub fn read(&self) -> Vec<u8> {
        self.read.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
