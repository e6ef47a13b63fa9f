//! Bodies as they were sent, up to the limit and no further.

use std::io;
use std::time::Duration;

use http::header::HeaderValue;
use kinde_core::TransportErrorKind::BodyTooLarge;

use super::entry::{Entry, entry};
use super::messages::get;
use super::observed::{Found, failed};
use super::probe::{PATIENCE, Probe, ROOMY, call};
use super::script::{first, next_call_works, replying};
use crate::server::{Conn, Server};

pub(crate) const CASES: &[Entry] = &[
    entry("body-empty", "An empty body is a whole body.", |probe| {
        Box::pin(whole(probe, &["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"], b"", Then::Keep))
    }),
    entry(
        "body-content-length",
        "A body ends where Content-Length says, though the connection stays open.",
        |probe| {
            Box::pin(whole(
                probe,
                &["HTTP/1.1 200 OK\r\ncOnTent-lenGth: 5\r\n\r\nwhole"],
                b"whole",
                Then::Keep,
            ))
        },
    ),
    entry(
        "body-chunked",
        "A chunked body is put together; extensions and trailers are not part of it.",
        |probe| Box::pin(whole(probe, CHUNKED, b"whole\0body with 26 bytes\r\n!", Then::Keep)),
    ),
    entry("body-many-writes", "A body may come in many pieces, and so may the head.", |probe| {
        Box::pin(many_writes(probe))
    }),
    entry(
        "body-until-close",
        "Without a length, the body is whole when the connection is closed.",
        |probe| {
            Box::pin(whole(probe, &["HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nwh", "ole"], b"whole", Then::Close))
        },
    ),
    entry("body-http-1.0", "A server may speak HTTP/1.0.", |probe| {
        Box::pin(whole(probe, &["HTTP/1.0 200 OK\r\n\r\nwhole"], b"whole", Then::Close))
    }),
    entry("body-gzip", "A body that is gzip without having been asked for is handed on as it is.", |probe| {
        Box::pin(gzip(probe))
    }),
    entry("limit-exact", "A body of exactly `body_limit` bytes is accepted.", |probe| {
        Box::pin(exact(probe, 0))
    }),
    entry("limit-by-one", "One byte over `body_limit` is BodyTooLarge.", |probe| Box::pin(exact(probe, 1))),
    entry("limit-content-length", STOPS, |probe| Box::pin(flood(probe, Framing::Length))),
    entry("limit-chunked", STOPS, |probe| Box::pin(flood(probe, Framing::Chunked))),
    entry("limit-until-close", STOPS, |probe| Box::pin(flood(probe, Framing::Close))),
];

const STOPS: &str = "A body over `body_limit` is BodyTooLarge, it is not read to its end, and the next call gets its own answer.";

const CHUNKED: &[&str] = &[
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n",
    "5\r\nwhole\r\n1;name=\"value\"\r\n\0\r\n1",
    "4\r\nbody with 26 bytes\r\n\r\n1\r\n!\r\n0\r\nX-Trailer: no part of the body\r\n\r\n",
];

/// What the server does with the connection after its answer.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Keep,
    Close,
}

async fn whole(probe: &Probe<'_>, pieces: &'static [&'static str], body: &[u8], then: Then) -> Found {
    let server = probe.serve(move |mut conn: Conn| {
        loop {
            conn.request()?;
            for piece in pieces {
                conn.write(piece)?;
            }
            if then == Then::Close {
                return Ok(());
            }
        }
    })?;
    // Twice: on a connection that is kept, nothing of the first may be left over for the second.
    for _ in 0..2 {
        probe.send(get(&server, "/body")?, call(PATIENCE, ROOMY)).await?.answer_of(200, body)?;
    }
    Ok(())
}

async fn many_writes(probe: &Probe<'_>) -> Found {
    const BODY: &[u8] = &[b'm'; 50];
    let server = probe.serve(|mut conn: Conn| {
        conn.request()?;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY.len());
        for byte in [head.as_bytes(), BODY].concat() {
            conn.write([byte])?;
            conn.pause(Duration::from_millis(1))?;
        }
        conn.hold()
    })?;
    probe.send(get(&server, "/pieces")?, call(PATIENCE, ROOMY)).await?.answer_of(200, BODY)?;
    Ok(())
}

/// `{"active":false}`
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xabVJL.\xc9,KU\xb2JK\xcc)N\xad\x05\0o\x86\x1e\xd6\x10\0\0\0";

async fn gzip(probe: &Probe<'_>) -> Found {
    let server = probe.serve(replying(|_| {
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", GZIP.len());
        [head.as_bytes(), GZIP].concat()
    }))?;
    let observed = probe.send(get(&server, "/gzip")?, call(PATIENCE, ROOMY)).await?;
    let response = observed.answer_of(200, GZIP)?;
    if response.headers().get("content-encoding") != Some(&HeaderValue::from_static("gzip")) {
        return failed("the header Content-Encoding is gone, so the body can't be told from plain text");
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Framing {
    Length,
    Chunked,
    Close,
}

impl Framing {
    fn head(self, length: usize) -> String {
        match self {
            Self::Length => format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"),
            Self::Chunked => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
            Self::Close => "HTTP/1.1 200 OK\r\n\r\n".to_owned(),
        }
    }

    fn piece(self, piece: &[u8]) -> Vec<u8> {
        match self {
            Self::Chunked => [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat(),
            Self::Length | Self::Close => piece.to_vec(),
        }
    }

    fn end(self) -> &'static str {
        if matches!(self, Self::Chunked) { "0\r\n\r\n" } else { "" }
    }
}

async fn exact(probe: &Probe<'_>, over: usize) -> Found {
    const LENGTH: usize = 20_000;
    for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
        let server = probe.serve(first(move |mut conn| {
            conn.write(framing.head(LENGTH))?;
            for piece in [b'e'; LENGTH].chunks(7_000) {
                conn.write(framing.piece(piece))?;
            }
            conn.write(framing.end())
        }))?;
        let observed = probe.send(get(&server, "/exact")?, call(PATIENCE, LENGTH - over)).await?;
        if over == 0 {
            observed.answer_of(200, &[b'e'; LENGTH])?;
        } else {
            observed.error_of(&[BodyTooLarge])?;
        }
    }
    Ok(())
}

const MIB: usize = 1024 * 1024;
const FLOOD: usize = 64 * MIB;
const LIMIT: usize = 64 * 1024;
/// What the system's buffers on both sides, and the library's, may take in unasked.
const BUFFERS: usize = 16 * MIB;

async fn flood(probe: &Probe<'_>, framing: Framing) -> Found {
    let server = probe.serve(first(move |conn| pour(conn, framing)))?;
    let observed = probe.send(get(&server, "/flood")?, call(PATIENCE, LIMIT)).await?;
    let observed = observed.error_of(&[BodyTooLarge]);
    let written = settled(probe, &server).await?;
    if written >= LIMIT + BUFFERS {
        return failed(format!(
            "of {} MiB the transport took {} MiB, though its limit was {} KiB",
            FLOOD / MIB,
            written / MIB,
            LIMIT / 1024
        ));
    }
    observed?;
    next_call_works(probe, &server).await
}

fn pour(mut conn: Conn, framing: Framing) -> io::Result<()> {
    conn.write(framing.head(FLOOD))?;
    let piece = framing.piece(&vec![b'f'; LIMIT]);
    for _ in 0..FLOOD / LIMIT {
        conn.write(&piece)?;
    }
    conn.write(framing.end())
}

/// How much was written, once no more is: a transport may go on reading after it has given its result.
async fn settled(probe: &Probe<'_>, server: &Server) -> Found<usize> {
    let mut written = server.record().written;
    for _ in 0..20 {
        probe.pause(Duration::from_millis(30)).await?;
        let now = server.record().written;
        if now == written {
            break;
        }
        written = now;
    }
    Ok(written)
}
