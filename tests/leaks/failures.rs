//! Failures over the backends: what they say while they happen, and what they leave in the error.

use std::error::Error as _;
use std::net::SocketAddr;
use std::time::Duration;

use kinde::{Domain, Error, ErrorKind, OAuth, Proxy};
use tokio::net::TcpSocket;

use super::backend::{Connect, Settings};
use super::capture;
use super::case::{BEARER, CANARIES, Call, End, Play, SECRET, Step, TOKEN};
use super::server::Server;

const USER: &str = "canary-proxy-user";
const PASSWORD: &str = "canary-proxy-password";
/// `canary-proxy-user:canary-proxy-password`, as Basic writes it.
const BASIC: &str = "Y2FuYXJ5LXByb3h5LXVzZXI6Y2FuYXJ5LXByb3h5LXBhc3N3b3Jk";
const LONG: Duration = Duration::from_secs(20);

fn clean(text: &str, what: &str) {
    for canary in CANARIES.iter().chain(&[USER, PASSWORD, BASIC]) {
        let line = text.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{what}: {line:?}");
    }
}

fn printed(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n{:?}", error.errors());
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n{error}\n{error:?}\n{error:#?}"));
        cause = error.source();
    }
    text
}

/// A port that refuses, and that nobody else is given: bound, and not listening.
fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// Makes every call; whatever comes of it, nothing is said.
async fn call_all(kinde: &dyn OAuth, what: &str, kind: Option<ErrorKind>) {
    for call in [Call::Profile, Call::Introspection, Call::Revocation] {
        let (end, error) = call.make(kinde).await;
        match kind {
            Some(kind) => assert_eq!(end, End::Failed(kind), "{what}: {error:?}"),
            None => assert!(error.is_none(), "{what}: {error:?}"),
        }
        if let Some(error) = error {
            clean(&printed(&error), what);
        }
    }
    clean(&capture::said(), what);
}

pub async fn all(connect: Connect) {
    capture::listen();
    let said = format!("{BEARER} {TOKEN} {SECRET}");
    let echo = |status: u16| {
        let body =
            format!(r#"{{"error":"{BEARER}","error_description":"{said}","errors":[{{"code":"{said}"}}]}}"#);
        let head =
            format!("HTTP/1.1 {status} {said}\r\nx-echo: {said}\r\ncontent-length: {}\r\n\r\n", body.len());
        vec![Step::Write((head + &body).into_bytes())]
    };
    let cases: Vec<(&str, Vec<Step>, ErrorKind, Duration)> = vec![
        ("echo of a 400", echo(400), ErrorKind::BadRequest, LONG),
        ("echo of a 401", echo(401), ErrorKind::CredentialsRejected, LONG),
        ("echo of a 429", echo(429), ErrorKind::RateLimited, LONG),
        ("echo of a 500", echo(500), ErrorKind::Server, LONG),
        ("echo of a 202", echo(202), ErrorKind::UnexpectedStatus, LONG),
        ("echo instead of HTTP", vec![Step::Write(said.clone().into_bytes()), Step::Fin], ErrorKind::Interrupted, LONG),
        (
            "echo in a broken head",
            vec![Step::Write(format!("HTTP/1.1 200 OK\r\n{said}\r\n\r\n").into_bytes()), Step::Fin],
            ErrorKind::Interrupted,
            LONG,
        ),
        (
            "echo as a length",
            vec![Step::Write(format!("HTTP/1.1 200 OK\r\ncontent-length: {TOKEN}\r\n\r\n").into_bytes()), Step::Fin],
            ErrorKind::Interrupted,
            LONG,
        ),
        (
            "echo as a chunk size",
            vec![Step::Write(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{TOKEN}\r\n").into_bytes()), Step::Fin],
            ErrorKind::Interrupted,
            LONG,
        ),
        (
            "echo in a redirect",
            vec![Step::Write(format!("HTTP/1.1 302 Away\r\nlocation: https://{TOKEN}/{SECRET}?{BEARER}\r\ncontent-length: 0\r\n\r\n").into_bytes())],
            ErrorKind::Redirect,
            LONG,
        ),
        ("reset", vec![Step::Rst], ErrorKind::Interrupted, LONG),
        ("hang", vec![Step::Hang], ErrorKind::Timeout, Duration::from_millis(300)),
        (
            "too large",
            vec![Step::Write(format!("HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n{said}").into_bytes()), Step::Fin],
            ErrorKind::BodyTooLarge,
            LONG,
        ),
    ];
    for (what, steps, kind, deadline) in cases {
        let server = Server::start(&Play::Wire(steps), "");
        let kinde =
            connect(Domain::new(format!("http://{}", server.address)).unwrap(), Settings::new(deadline));
        call_all(&*kinde, what, Some(kind)).await;
        server.behave();
        if deadline == LONG {
            call_all(&*kinde, what, None).await;
        }
    }

    let (_held, address) = closed_port();
    let refused = Domain::new(format!("http://{address}")).unwrap();
    call_all(&*connect(refused, Settings::new(LONG)), "refused", Some(ErrorKind::Connect)).await;
    assert_listening("kinde");
}

/// A listener must have heard something, or silence shows nothing.
fn assert_listening(target: &str) {
    if cfg!(feature = "tracing") {
        assert!(capture::said().contains(target), "nothing of {target} was said");
    }
}

/// A proxy with a user and a password: refused, refusing, repeating, broken.
pub async fn proxies(connect: Connect) {
    capture::listen();
    let said = format!("{USER} {PASSWORD} {BASIC} {BEARER}");
    let body = format!(
        "HTTP/1.1 407 {said}\r\nproxy-authenticate: Basic realm=\"{said}\"\r\ncontent-length: {}\r\n\r\n{said}",
        said.len()
    );
    let cases: Vec<(&str, Vec<Step>)> = vec![
        ("a proxy that refuses", vec![Step::Write(body.into_bytes()), Step::Fin]),
        ("a proxy that is none", vec![Step::Write(said.clone().into_bytes()), Step::Fin]),
        ("a proxy that hangs up", vec![Step::Fin]),
        ("a proxy that resets", vec![Step::Rst]),
        (
            "a proxy that tunnels to nowhere",
            vec![Step::Write(b"HTTP/1.1 200 OK\r\n\r\nno TLS".to_vec()), Step::Fin],
        ),
    ];
    for (what, steps) in cases {
        let server = Server::speaking_first(steps);
        let proxy = Proxy::url(format!("http://{USER}:{PASSWORD}@{}", server.address)).unwrap();
        let settings = Settings { proxy: Some(proxy), ..Settings::new(LONG) };
        let kinde = connect(Domain::new("acme.kinde.invalid").unwrap(), settings);
        call_all(&*kinde, what, Some(ErrorKind::Connect)).await;
        // The proxy was signed in to, and saw nothing that was not for it.
        let read = String::from_utf8_lossy(&server.heard()).into_owned();
        assert!(read.starts_with("CONNECT acme.kinde.invalid:443 "), "{what}: {read}");
        assert!(read.contains(BASIC), "{what}: {read}");
        assert!(!CANARIES.iter().any(|canary| read.contains(canary)), "{what}: {read}");
    }
    let (_held, address) = closed_port();
    let proxy = Proxy::url(format!("http://{USER}:{PASSWORD}@{address}")).unwrap();
    let settings = Settings { proxy: Some(proxy), ..Settings::new(LONG) };
    let kinde = connect(Domain::new("acme.kinde.invalid").unwrap(), settings);
    call_all(&*kinde, "a proxy that is not there", Some(ErrorKind::Connect)).await;
}

#[cfg(feature = "rustls")]
pub async fn tls(connect: Connect) {
    use kinde_scripted::tls::{Authority, Protocol};

    use super::tls_server::{TlsServer, expired};

    capture::listen();
    let authority = Authority::new();
    for (what, identity, kind) in [
        ("an expired certificate", authority.issue("127.0.0.1", expired), Some(ErrorKind::Connect)),
        ("another name", authority.issue("acme.kinde.com", |_| {}), Some(ErrorKind::Connect)),
        ("an unknown authority", Authority::new().issue("127.0.0.1", |_| {}), Some(ErrorKind::Connect)),
    ] {
        let server = TlsServer::start(identity, None).await;
        let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(LONG) };
        let kinde = connect(Domain::new(format!("https://{}", server.address)).unwrap(), settings);
        call_all(&*kinde, what, kind).await;
    }
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let server = TlsServer::echo(authority.issue("127.0.0.1", |_| {}), protocol).await;
        let settings = Settings { root: Some(authority.pem.clone()), ..Settings::new(LONG) };
        let kinde = connect(Domain::new(format!("https://{}", server.address)).unwrap(), settings);
        call_all(&*kinde, "an echo over TLS", Some(ErrorKind::CredentialsRejected)).await;
        // Over HTTP/1.1 a call that comes before the last one's connection is free makes another.
        let most = if matches!(protocol, Protocol::Http2) { 1 } else { 3 };
        let connections = server.connections();
        assert!((1..=most).contains(&connections), "{protocol:?}: {connections}");
    }
    // HTTP/2 says most of all about itself.
    assert!(capture::said().contains("h2::"), "nothing of h2 was said");
}
