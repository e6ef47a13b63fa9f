//! Answers that are none, and connections that aren't made.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use kinde_core::TransportError;
use kinde_core::TransportErrorKind::{Connect, Interrupted, Timeout};
use socket2::{Domain, Socket, Type};

use super::entry::{Entry, entry};
use super::messages::{BEARER, FORM, get, post, request};
use super::observed::{Found, Seen, failed};
use super::probe::{DEADLINE, PATIENCE, Probe, ROOMY, call};
use super::script::{first, next_call_works};
use crate::server::Conn;

pub(crate) const CASES: &[Entry] = &[
    entry("truncated-content-length", CUT, |probe| {
        Box::pin(interrupted(probe, End::Fin, &["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part"]))
    }),
    entry("truncated-chunked", CUT, |probe| Box::pin(truncated_chunked(probe))),
    entry("fin-before-head", NO_HEAD, |probe| Box::pin(interrupted(probe, End::Fin, &[""]))),
    entry("fin-in-head", NO_HEAD, |probe| Box::pin(fin_in_head(probe))),
    entry("rst-before-head", NO_HEAD, |probe| Box::pin(interrupted(probe, End::Rst, &[""]))),
    entry("rst-in-body", CUT, |probe| {
        Box::pin(interrupted(probe, End::Rst, &["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part"]))
    }),
    entry("garbage", "What is not HTTP is Interrupted, not an answer.", |probe| Box::pin(garbage(probe))),
    entry("garbage-chunk", "A chunk without a readable size is Interrupted.", |probe| {
        Box::pin(interrupted(
            probe,
            End::Fin,
            &["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nnonsense\r\n\r\n0\r\n\r\n"],
        ))
    }),
    entry(
        "garbage-length",
        "An answer with an unreadable Content-Length, or with two that differ, is Interrupted.",
        |probe| Box::pin(garbage_length(probe)),
    ),
    entry("many-headers", "A head of more than a hundred headers is Interrupted.", |probe| {
        Box::pin(many_headers(probe))
    }),
    entry("endless-head", "A head without an end is Interrupted or Timeout.", |probe| {
        Box::pin(endless_head(probe))
    }),
    entry("refused", "Where nobody listens, it is Connect: the request was certainly not sent.", |probe| {
        Box::pin(refused(probe))
    }),
    entry("rst-at-accept", "A connection reset as soon as it is made is Connect or Interrupted.", |probe| {
        Box::pin(reset_at_accept(probe))
    }),
    entry("error-secrets", "No error shows the bearer or the body, however it is printed.", |probe| {
        Box::pin(secrets(probe))
    }),
];

const CUT: &str =
    "A body that was cut short is Interrupted, never a shorter body, and it is not asked for again.";
const NO_HEAD: &str =
    "A connection that ends before the head of an answer is Interrupted, and nothing is sent again.";

#[derive(Clone, Copy)]
enum End {
    Fin,
    Rst,
}

async fn interrupted(probe: &Probe<'_>, end: End, start: &[&str]) -> Found {
    let answer = start.concat();
    let start = answer.clone();
    let server = probe.serve(first(move |mut conn: Conn| {
        conn.write(&start)?;
        match end {
            End::Fin => Ok(()),
            End::Rst => conn.reset(),
        }
    }))?;
    let observed = probe.send(post(&server, "/cut")?, call(PATIENCE, ROOMY)).await?;
    let sent = server.requests().len();
    if sent > 1 {
        return failed(format!("{sent} requests arrived for one call, which ended with {observed}"));
    }
    observed.error_of(&[Interrupted]).map_err(|miss| miss.after(&answer))?;
    next_call_works(probe, &server).await
}

async fn fin_in_head(probe: &Probe<'_>) -> Found {
    interrupted(probe, End::Fin, &["HTTP/1.1 200"]).await?;
    interrupted(probe, End::Fin, &["HTTP/1.1 200 OK\r\nContent-Le"]).await
}

async fn truncated_chunked(probe: &Probe<'_>) -> Found {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    // In a chunk; then after a whole one, where still the last is missing.
    interrupted(probe, End::Fin, &[HEAD, "9\r\npart"]).await?;
    interrupted(probe, End::Fin, &[HEAD, "4\r\npart\r\n"]).await
}

async fn garbage(probe: &Probe<'_>) -> Found {
    for start in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "220 mail.example.com ESMTP ready\r\n\r\n",
        "<html><body>Welcome</body></html>\r\n\r\n",
        "HTTP/1.1 two hundred\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon in this line\r\nContent-Length: 0\r\n\r\n",
        "\x15\x03\x03\0\x02\x02\x28\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
    ] {
        interrupted(probe, End::Fin, &[start]).await?;
    }
    Ok(())
}

async fn garbage_length(probe: &Probe<'_>) -> Found {
    for start in [
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nwhole",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nwhole",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nwhole",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nwhole",
    ] {
        interrupted(probe, End::Fin, &[start]).await?;
    }
    Ok(())
}

async fn many_headers(probe: &Probe<'_>) -> Found {
    let different: String = (0..200).map(|nth| format!("X-{nth}: {nth}\r\n")).collect();
    for headers in [different, "X-Same: 1\r\n".repeat(200)] {
        let server = probe.serve(first(move |mut conn| {
            conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{headers}\r\n"))?;
            conn.hold()
        }))?;
        probe.send(get(&server, "/many")?, call(PATIENCE, ROOMY)).await?.error_of(&[Interrupted])?;
        next_call_works(probe, &server).await?;
    }
    Ok(())
}

async fn endless_head(probe: &Probe<'_>) -> Found {
    let server = probe.serve(first(|mut conn| {
        conn.write("HTTP/1.1 200 OK\r\nX-Endless: ")?;
        // Endless as far as anyone may read; a transport without a limit must not eat the machine's memory.
        let piece = vec![b'e'; 64 * 1024];
        for _ in 0..1024 {
            conn.write(&piece)?;
        }
        conn.hold()
    }))?;
    probe.send(get(&server, "/endless")?, call(DEADLINE, ROOMY)).await?.error_of(&[Interrupted, Timeout])?;
    next_call_works(probe, &server).await
}

/// A port that is taken, so that nobody else gets it, and on which nobody listens.
fn closed_port() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket.local_addr()?.as_socket();
    let address = address.ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable))?;
    Ok((socket, address))
}

async fn refused(probe: &Probe<'_>) -> Found {
    let (_port, address) = closed_port()?;
    let request = request(address, "/refused", None)?;
    probe.send(request, call(PATIENCE, ROOMY)).await?.error_of(&[Connect])?;
    Ok(())
}

async fn reset_at_accept(probe: &Probe<'_>) -> Found {
    let server = probe.serve(Conn::reset)?;
    let observed = probe.send(post(&server, "/reset")?, call(PATIENCE, ROOMY)).await?;
    observed.error_of(&[Connect, Interrupted])?;
    Ok(())
}

async fn secrets(probe: &Probe<'_>) -> Found {
    type Script = fn(Conn) -> io::Result<()>;
    let scripts: [Script; 5] = [
        |mut conn| conn.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part"),
        |mut conn| conn.write("no HTTP\r\n\r\n"),
        |mut conn| conn.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
        Conn::hold,
        Conn::reset,
    ];
    let (_port, closed) = closed_port()?;
    let mut requests = vec![request(closed, "/secret", Some(FORM.into()))?];
    let mut servers = Vec::new();
    for script in scripts {
        let server = probe.serve(first(script))?;
        requests.push(post(&server, "/secret")?);
        servers.push(server);
    }
    for request in requests {
        let observed = probe.send(request, call(DEADLINE, 100)).await?;
        if let Seen::Error(error) = &observed.seen {
            shows_no_secret(error)?;
        }
    }
    Ok(())
}

pub(crate) fn shows_no_secret(error: &TransportError) -> Found {
    let mut printed = vec![format!("{error} {error:?} {error:#?}")];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        printed.push(format!("{error} {error:?} {error:#?}"));
        cause = error.source();
    }
    let printed = printed.concat();
    let form = FORM.split(['=', '&']).filter(|part| part.starts_with("conformance-"));
    for secret in form.chain([BEARER]) {
        // Debug of bytes may break them up, but not these letters and digits.
        if printed.contains(secret) {
            let what = if secret == BEARER { "bearer" } else { "body" };
            return failed(format!("an error of kind {:?} shows the {what} of the request", error.kind()));
        }
    }
    Ok(())
}
