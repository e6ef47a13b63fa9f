//! What can be told of TLS without speaking it: nothing goes out in the clear, and where it fails.

use std::time::Duration;

use kinde_core::TransportErrorKind::{Connect, Other};

use super::entry::{Entry, entry};
use super::messages::post;
use super::observed::{Found, Observed, failed, skipped};
use super::probe::{DEADLINE, PATIENCE, Probe, ROOMY, call};
use crate::server::{Conn, Server};

pub(crate) const CASES: &[Entry] = &[
    entry(
        "tls-refused",
        "Where TLS is due and the server speaks none, it is Connect, and nothing is sent in the clear.",
        |probe| Box::pin(refused(probe)),
    ),
    entry("tls-silent", "The deadline holds while TLS is set up, too: Timeout or Connect.", |probe| {
        Box::pin(silent(probe))
    }),
];

async fn refused(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        conn.listen()?;
        conn.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    })?;
    let observed = send(probe, &server, PATIENCE).await?;
    observed.error_of(&[Connect])?;
    Ok(())
}

async fn silent(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        conn.listen()?;
        conn.hold()
    })?;
    let observed = send(probe, &server, DEADLINE).await?;
    // A transport may have a shorter limit of its own for connecting.
    if observed.is_error_of(Connect) { Ok(()) } else { observed.timed_out() }
}

/// Sends a request to https, where there is no TLS, and sees to it that nothing of it is readable.
async fn send(probe: &Probe<'_>, server: &Server, timeout: Duration) -> Found<Observed> {
    let mut request = post(server, "/secret")?;
    *request.uri_mut() = format!("https://{}/secret", server.address()).parse().map_err(http::Error::from)?;
    let observed = probe.send(request, call(timeout, ROOMY)).await?;
    let heard = server.record().heard.clone();
    // A TLS record that holds a handshake, or nothing yet.
    if heard.iter().any(|heard| heard.first() != Some(&0x16)) {
        return failed("the request was sent in the clear, though its address is https");
    }
    if heard.is_empty() && observed.is_error_of(Other) {
        return skipped("the transport has no TLS, and says so before it sends anything");
    }
    Ok(observed)
}
