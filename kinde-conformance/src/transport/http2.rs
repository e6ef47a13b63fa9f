//! HTTP/2, over TLS: for a transport that trusts the suite's authority.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use kinde_core::TransportErrorKind::{Interrupted, Timeout};
use rustls::ServerConfig;

use super::broken::shows_no_secret;
use super::entry::{Entry, entry};
use super::messages::{BEARER, request};
use super::observed::{Found, Seen, failed, skipped};
use super::probe::{DEADLINE, PATIENCE, Probe, ROOMY, call};
use crate::server::Server;
use crate::server::http2::{Http2, answer, go_away, head, reset};

pub(crate) const CASES: &[Entry] = &[
    entry("http2-answer", "Over HTTP/2 calls are answered, one after the other.", |probe| {
        Box::pin(answers(probe))
    }),
    entry(
        "http2-silent-connection",
        "An HTTP/2 connection on which nothing is answered any more costs one call: the next makes another one.",
        |probe| Box::pin(silent(probe)),
    ),
    entry(
        "http2-refused-stream",
        "A request whose stream was refused was not processed, and the error says so.",
        |probe| Box::pin(refused(probe)),
    ),
    entry(
        "http2-go-away",
        "What a server says when it closes an HTTP/2 connection is in no error: it may repeat the bearer.",
        |probe| Box::pin(going_away(probe)),
    ),
];

const HELLO: &str = "hello";
const PROTOCOL_ERROR: u32 = 1;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

fn serve(
    probe: &Probe<'_>,
    script: impl Fn(Http2) -> io::Result<()> + Send + Sync + 'static,
) -> Found<Server> {
    let Some(config) = probe.tls() else { return skipped("there is no authority for it") };
    let config: Arc<ServerConfig> = Arc::clone(config);
    Ok(probe.serve(move |conn| script(Http2::accept(conn, &config)?))?)
}

fn get(server: &Server) -> Found<Request<Bytes>> {
    let mut request = request(server.address(), "/http2", None)?;
    *request.uri_mut() = format!("https://{}/http2", server.address()).parse().map_err(http::Error::from)?;
    Ok(request)
}

fn answering(mut conn: Http2) -> io::Result<()> {
    loop {
        let stream = conn.request()?;
        conn.write(answer(stream, HELLO))?;
    }
}

async fn answers(probe: &Probe<'_>) -> Found {
    let server = serve(probe, answering)?;
    for _ in 0..3 {
        probe.send(get(&server)?, call(PATIENCE, ROOMY)).await?.answer_of(200, HELLO.as_bytes())?;
    }
    Ok(())
}

async fn silent(probe: &Probe<'_>) -> Found {
    let server = serve(probe, |mut conn| {
        if conn.index() > 0 {
            return answering(conn);
        }
        let stream = conn.request()?;
        conn.write(answer(stream, HELLO))?;
        conn.stall()
    })?;
    probe.send(get(&server)?, call(PATIENCE, ROOMY)).await?.answer_of(200, HELLO.as_bytes())?;
    let observed = probe.send(get(&server)?, call(DEADLINE, ROOMY)).await?;
    match observed.seen {
        Seen::Answer(_) => return skipped("every call came on a connection of its own, which is allowed"),
        // A PING may have told it before the time was up.
        _ => drop(observed.error_of(&[Timeout, Interrupted])?),
    }
    for _ in 0..3 {
        probe.send(get(&server)?, call(PATIENCE, ROOMY)).await?.answer_of(200, HELLO.as_bytes())?;
    }
    Ok(())
}

async fn refused(probe: &Probe<'_>) -> Found {
    let server = serve(probe, |mut conn| {
        loop {
            let stream = conn.request()?;
            conn.write(reset(stream, REFUSED_STREAM))?;
        }
    })?;
    let observed = probe.send(get(&server)?, call(PATIENCE, ROOMY)).await?;
    if observed.error_of(&[Interrupted])?.may_have_been_processed() {
        return failed("the error says that the request may have been processed");
    }
    Ok(())
}

async fn going_away(probe: &Probe<'_>) -> Found {
    type Said = fn(u32) -> Vec<u8>;
    let all: [Said; 3] = [
        |_| go_away(0, ENHANCE_YOUR_CALM, BEARER),
        |stream| go_away(stream, PROTOCOL_ERROR, BEARER),
        |stream| [head(stream), go_away(stream, PROTOCOL_ERROR, BEARER)].concat(),
    ];
    for said in all {
        let server = serve(probe, move |mut conn| {
            let stream = conn.request()?;
            conn.write(said(stream))?;
            conn.close()
        })?;
        let observed = probe.send(get(&server)?, call(PATIENCE, ROOMY)).await?;
        shows_no_secret(&observed.error_of(&[Interrupted])?)?;
    }
    Ok(())
}
