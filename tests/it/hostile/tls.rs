//! TLS that can't be trusted, by a local authority made on the spot.

use std::time::{Duration, Instant};

use kinde::{Domain, ErrorKind};
use kinde_scripted::tls::{Authority, Identity, self_signed};

use super::backend::{Connect, Settings};
use super::case::{CANARIES, Call, End, Step, failed};
use super::runner::{Elsewhere, clean};
use super::server::Server;
use super::tls_server::{TlsServer, expired, for_clients, not_yet_valid, revoked_at};

const HERE: &str = "127.0.0.1";
const LONG: Duration = Duration::from_secs(20);

fn tame() -> End {
    End::Profile(Some("tame".to_owned()))
}

fn domain(address: std::net::SocketAddr) -> Domain {
    Domain::new(format!("https://{address}")).unwrap()
}

pub async fn certificates(connect: Connect) {
    let (authority, unknown, elsewhere) = (Authority::new(), Authority::new(), Elsewhere::start());
    let refused = || failed(ErrorKind::Connect);
    let cases: Vec<(&str, Identity, End)> = vec![
        ("good", authority.issue(HERE, |_| {}), tame()),
        ("expired", authority.issue(HERE, expired), refused()),
        ("not yet valid", authority.issue(HERE, not_yet_valid), refused()),
        ("self-signed", self_signed(HERE), refused()),
        ("of an unknown authority", unknown.issue(HERE, |_| {}), refused()),
        ("for another name", authority.issue("acme.kinde.com", |_| {}), refused()),
        ("for another address", authority.issue("127.0.0.2", |_| {}), refused()),
        ("for a name that looks like it", authority.issue("127.0.0.1.example.com", |_| {}), refused()),
        ("for clients only", authority.issue(HERE, for_clients), refused()),
        ("signed by a server", authority.issue_by_a_server(HERE), refused()),
        // It names a list of revoked certificates that nobody serves. We ask nobody about revocation: see
        // SECURITY.md. Not asking also means that the address is not called.
        ("revoked-looking", authority.issue(HERE, revoked_at(elsewhere.address.clone())), tame()),
    ];
    for (name, identity, expected) in cases {
        let server = TlsServer::start(identity, None).await;
        let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(LONG) };
        let kinde = connect(domain(server.address), settings);
        let (end, error) = Call::Profile.make(&*kinde).await;
        assert_eq!(end, expected, "a certificate {name}: {error:?}");
        assert!(server.connections() > 0, "{name}");
        if let Some(error) = error {
            clean(&error).unwrap();
            assert_eq!(server.read(), b"", "{name}: something was sent");
            // An operator must be able to see what it was.
            assert!(format!("{error:?}").contains("certificate"), "{name}: {error:?}");
        }
    }
    assert_eq!(elsewhere.calls(), 0, "the list of revoked certificates was asked for");
}

/// What does not even get as far as a certificate.
pub async fn handshakes(connect: Connect) {
    let record = |version: [u8; 2], hello: &[u8]| {
        let mut bytes = vec![0x16, version[0], version[1]];
        bytes.extend_from_slice(&u16::try_from(hello.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(hello);
        bytes
    };
    // ServerHello: its version, 32 random bytes, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
    let hello = |minor: u8| {
        let mut body = vec![3, minor];
        body.extend_from_slice(&[7; 32]);
        body.extend_from_slice(&[0, 0, 0x2f, 0]);
        let mut hello = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
        hello.extend_from_slice(&body);
        hello
    };
    let connect_error = || failed(ErrorKind::Connect);
    let cases: Vec<(&str, Vec<Step>, End)> = vec![
        ("SSL 3.0", vec![Step::Write(record([3, 0], &hello(0))), Step::Fin], connect_error()),
        ("TLS 1.0", vec![Step::Write(record([3, 1], &hello(1))), Step::Fin], connect_error()),
        ("TLS 1.1", vec![Step::Write(record([3, 2], &hello(2))), Step::Fin], connect_error()),
        (
            "TLS 1.2 without forward secrecy",
            vec![Step::Write(record([3, 3], &hello(3))), Step::Fin],
            connect_error(),
        ),
        (
            "an alert: protocol version",
            vec![Step::Write(b"\x15\x03\x01\0\x02\x02\x46".to_vec()), Step::Fin],
            connect_error(),
        ),
        (
            "an alert: internal error",
            vec![Step::Write(b"\x15\x03\x03\0\x02\x02\x50".to_vec()), Step::Fin],
            connect_error(),
        ),
        (
            "HTTP in clear",
            vec![
                Step::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}".to_vec()),
                Step::Fin,
            ],
            connect_error(),
        ),
        (
            "a record that never ends",
            vec![Step::Flood(record([3, 3], &[0; 16_000]), 200 << 20), Step::Fin],
            connect_error(),
        ),
        ("FIN", vec![Step::Fin], connect_error()),
        ("RST", vec![Step::Rst], connect_error()),
        ("hang", vec![Step::Hang], failed(ErrorKind::Timeout)),
        (
            "hang in a record",
            vec![Step::Write(record([3, 3], &hello(3))[..20].to_vec()), Step::Hang],
            failed(ErrorKind::Timeout),
        ),
    ];
    for (name, steps, expected) in cases {
        let server = Server::speaking_first(steps);
        let deadline = if expected == failed(ErrorKind::Timeout) { Duration::from_millis(300) } else { LONG };
        let kinde = connect(domain(server.address), Settings::new(deadline));
        let start = Instant::now();
        let (end, error) = Call::Revocation.make(&*kinde).await;
        assert_eq!(end, expected, "{name}: {error:?}");
        assert!(start.elapsed() < deadline + Duration::from_secs(5), "{name}");
        clean(&error.unwrap()).unwrap();
        let read = String::from_utf8_lossy(&server.heard()).into_owned();
        assert!(!CANARIES.iter().any(|canary| read.contains(canary)), "{name}: in clear text");
        assert!(server.written() < 48 << 20, "{name}: {} bytes were written", server.written());
    }
}

/// Closed below TLS, an answer may have been cut by anyone on the way: where only the close ends it, it is
/// no answer, however whole it looks.
pub async fn cut_without_notice(connect: Connect) {
    let authority = Authority::new();
    let cases: [(&str, &'static [u8], End); 3] = [
        ("ended by closing", b"HTTP/1.1 200 OK\r\n\r\n{\"sub\":\"tame\"}", failed(ErrorKind::Interrupted)),
        (
            "short of its length",
            b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"sub\":\"tame\"}",
            failed(ErrorKind::Interrupted),
        ),
        ("with its length", b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}", tame()),
    ];
    for (name, answer, expected) in cases {
        let server = TlsServer::start(authority.issue(HERE, |_| {}), Some(answer)).await;
        let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(LONG) };
        let kinde = connect(domain(server.address), settings);
        let (end, error) = Call::Profile.make(&*kinde).await;
        assert_eq!(end, expected, "{name}: {error:?}");
    }
}

/// A list of revoked certificates can be passed through reqwest's builder.
#[cfg(feature = "reqwest")]
#[tokio::test]
async fn a_list_of_revoked_certificates_is_kept() {
    use kinde::Client;
    use kinde::reqwest::ReqwestTransport;

    use super::tls_server::numbered;

    let authority = Authority::new();
    for (serial, expected) in [(7, failed(ErrorKind::Connect)), (8, tame())] {
        let server = TlsServer::start(authority.issue(HERE, numbered(serial)), None).await;
        let root = reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
        let list = reqwest::tls::CertificateRevocationList::from_pem(authority.revoke(7).as_bytes()).unwrap();
        // Lists are for roots that are passed too: the platform's verifier takes none.
        let builder = reqwest::Client::builder().tls_certs_only([root]).tls_crls_only([list]);
        let kinde = Client::new(domain(server.address), ReqwestTransport::from_builder(builder).unwrap());
        let (end, error) = Call::Profile.make(&kinde).await;
        assert_eq!(end, expected, "serial {serial}: {error:?}");
        if let Some(error) = error {
            assert!(format!("{error:?}").contains("Revoked"), "{error:?}");
        }
    }
}
