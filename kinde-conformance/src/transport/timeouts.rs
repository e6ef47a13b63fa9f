//! The deadline: not before, and not after five times.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use kinde_core::TransportErrorKind::{Connect, Timeout};
use socket2::{Domain, Socket, Type};

use super::entry::{Entry, entry};
use super::messages::{answer, get, request};
use super::observed::{Found, skipped};
use super::probe::{DEADLINE, PATIENCE, Probe, ROOMY, call};
use super::script::{drip, first, next_call_works, replying};
use crate::alarm::lock;
use crate::server::{Conn, Server};

pub(crate) const CASES: &[Entry] = &[
    entry("timeout-no-answer", TIMEOUT, |probe| Box::pin(ends(probe, Conn::hold))),
    entry("timeout-in-head", TIMEOUT, |probe| {
        Box::pin(ends(probe, |mut conn| {
            conn.write("HTTP/1.1 200 OK\r\nContent-Le")?;
            conn.hold()
        }))
    }),
    entry("timeout-in-body", IN_BODY, |probe| {
        Box::pin(ends(probe, |mut conn| {
            conn.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part")?;
            conn.hold()
        }))
    }),
    entry("timeout-drip-head", DRIP, |probe| {
        Box::pin(ends(probe, |conn| drip(conn, "HTTP/1.1 200 OK\r\nX-Drip: ")))
    }),
    entry("timeout-drip-body", DRIP, |probe| {
        Box::pin(ends(probe, |conn| drip(conn, "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n")))
    }),
    entry("timeout-upload", "The deadline holds while the request is written, too.", |probe| {
        Box::pin(upload(probe))
    }),
    entry(
        "timeout-connect",
        "The deadline holds while the connection is made, too: Timeout or Connect.",
        |probe| Box::pin(connect(probe)),
    ),
    entry("timeout-zero", "Where no time is left, it is Timeout.", |probe| Box::pin(zero(probe))),
    entry(
        "largest-limits",
        "`Duration::MAX` and `usize::MAX` mean no limit, and overflow nothing.",
        |probe| Box::pin(largest(probe)),
    ),
];

const TIMEOUT: &str = "Without an answer it ends with Timeout when `timeout` is over.";
const IN_BODY: &str = "The deadline covers the body: one that stops in the middle is Timeout.";
const DRIP: &str =
    "The deadline is for the whole call, not for each read: a byte now and then doesn't put it off.";

async fn ends(probe: &Probe<'_>, script: fn(Conn) -> io::Result<()>) -> Found {
    let server = probe.serve(first(script))?;
    probe.send(get(&server, "/slow")?, call(DEADLINE, ROOMY)).await?.timed_out()?;
    next_call_works(probe, &server).await
}

async fn upload(probe: &Probe<'_>) -> Found {
    let server = probe.watch(Server::narrow(|conn: Conn| conn.until_released(None))?);
    // More than the sender's own buffer takes in.
    let body = Bytes::from(vec![0; 8 * 1024 * 1024]);
    let request = request(server.address(), "/upload", Some(body))?;
    probe.send(request, call(DEADLINE, ROOMY)).await?.timed_out()
}

async fn connect(probe: &Probe<'_>) -> Found {
    let Some((full, address)) = full_backlog()? else {
        return skipped("on this system a connection can't be kept waiting for its acceptance");
    };
    let full = Arc::new(Mutex::new(Some(full)));
    let theirs = Arc::clone(&full);
    // Then the system refuses the connection when it is next asked for.
    probe.on_overdue(move || drop(lock(&theirs).take()));
    let observed = probe.send(request(address, "/connect", None)?, call(DEADLINE, ROOMY)).await?;
    drop(lock(&full).take());
    // A transport may have a shorter limit of its own for connecting.
    if observed.is_error_of(Connect) { Ok(()) } else { observed.timed_out() }
}

/// A listener that accepts nothing, and as many connections as the system makes without its doing.
type Full = (Socket, Vec<TcpStream>);

fn full_backlog() -> io::Result<Option<(Full, SocketAddr)>> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    listener.listen(1)?;
    let Some(address) = listener.local_addr()?.as_socket() else { return Ok(None) };
    let mut made = Vec::new();
    while made.len() < 16 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            Ok(stream) => made.push(stream),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Ok(Some(((listener, made), address)));
            }
            // Other systems refuse at once.
            Err(_) => break,
        }
    }
    Ok(None)
}

async fn zero(probe: &Probe<'_>) -> Found {
    let server = probe.serve(first(Conn::hold))?;
    let observed = probe.send_within(get(&server, "/zero")?, call(Duration::ZERO, ROOMY), PATIENCE).await?;
    observed.error_of(&[Timeout])?;
    Ok(())
}

async fn largest(probe: &Probe<'_>) -> Found {
    let server = probe.serve(replying(|_| answer(200, "in time")))?;
    let limits = call(Duration::MAX, usize::MAX);
    probe.send_within(get(&server, "/largest")?, limits, PATIENCE).await?.answer_of(200, b"in time")?;
    Ok(())
}
