//! One transport, many calls: kept connections, dropped futures, calls at once.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use kinde_core::TransportErrorKind::Interrupted;

use super::entry::{Entry, entry};
use super::messages::{answer, get, request};
use super::observed::{Found, Seen, failed, skipped};
use super::probe::{DEADLINE, PATIENCE, Probe, ROOMY, TIMES, call};
use super::script::{first, next_call_works, replying};
use crate::server::Conn;

pub(crate) const CASES: &[Entry] = &[
    entry("keep-alive", "Calls that share a connection each get their own answer.", |probe| {
        Box::pin(keep_alive(probe))
    }),
    entry(
        "close-after-answer",
        "After `Connection: close` the next call is answered on a new connection.",
        |probe| Box::pin(close_after_answer(probe)),
    ),
    entry(
        "silent-connection",
        "A kept connection on which nothing is answered any more costs one call: the next is answered.",
        |probe| Box::pin(silent(probe)),
    ),
    entry("idle-close", IDLE, |probe| Box::pin(idle(probe, |_| Ok(())))),
    entry("idle-reset", IDLE, |probe| Box::pin(idle(probe, Conn::reset))),
    entry(
        "no-resend",
        "A request that was sent on a kept connection and not answered is not sent again.",
        |probe| Box::pin(no_resend(probe)),
    ),
    entry(
        "stray-answer",
        "Bytes that come unasked on a kept connection are never taken for the answer to the next call.",
        |probe| Box::pin(stray(probe)),
    ),
    entry("drop-before-head", DROP, |probe| Box::pin(dropped(probe, false))),
    entry("drop-in-body", DROP, |probe| Box::pin(dropped(probe, true))),
    entry("at-once", "64 calls at once each get their own answer.", |probe| Box::pin(at_once(probe))),
];

const IDLE: &str =
    "A kept connection that the server has closed fails no call with more than Interrupted, and only one.";
const DROP: &str =
    "A dropped call's connection is closed before its deadline is long over, and the next call works.";

/// Calls until one has come on a connection that was used before: a library may take a moment to put it back.
const TRIES: usize = 10;
const MOMENT: Duration = Duration::from_millis(20);
const NOT_KEPT: &str = "every call came on a connection of its own, which is allowed";

async fn keep_alive(probe: &Probe<'_>) -> Found {
    let server = probe.serve(replying(|received| answer(200, &received.target)))?;
    for nth in 0..TRIES {
        let target = format!("/call/{nth}");
        let observed = probe.send(get(&server, &target)?, call(PATIENCE, ROOMY)).await?;
        observed.answer_of(200, target.as_bytes())?;
        let connections: BTreeSet<_> = server.requests().iter().map(|received| received.connection).collect();
        if connections.len() <= nth {
            return Ok(());
        }
        probe.pause(MOMENT).await?;
    }
    skipped(NOT_KEPT)
}

async fn close_after_answer(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        let target = conn.request()?.target;
        let length = target.len();
        conn.write(format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{target}"
        ))?;
        // The answer has an end of its own; the close comes when the other side has closed.
        conn.hold()
    })?;
    for nth in 0..3 {
        let target = format!("/call/{nth}");
        let observed = probe.send(get(&server, &target)?, call(PATIENCE, ROOMY)).await?;
        observed.answer_of(200, target.as_bytes())?;
    }
    Ok(())
}

async fn silent(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        if conn.index() > 0 {
            return replying(|received| answer(200, &received.target))(conn);
        }
        let target = conn.request()?.target;
        conn.write(answer(200, &target))?;
        conn.hold()
    })?;
    probe.send(get(&server, "/kept")?, call(PATIENCE, ROOMY)).await?.answer_of(200, b"/kept")?;
    // A library that keeps the connection has put it back by then.
    probe.pause(MOMENT).await?;
    let observed = probe.send(get(&server, "/silent")?, call(DEADLINE, ROOMY)).await?;
    if let Seen::Answer(_) = observed.seen {
        observed.answer_of(200, b"/silent")?;
        return skipped(NOT_KEPT);
    }
    observed.timed_out()?;
    for _ in 0..3 {
        probe.send(get(&server, "/after")?, call(PATIENCE, ROOMY)).await?.answer_of(200, b"/after")?;
    }
    Ok(())
}

async fn idle(probe: &Probe<'_>, end: fn(Conn) -> io::Result<()>) -> Found {
    let server = probe.serve(move |mut conn: Conn| {
        if conn.index() > 0 {
            return replying(|received| answer(200, &received.target))(conn);
        }
        let target = conn.request()?.target;
        conn.write(answer(200, &target))?;
        conn.until_released(None)?;
        conn.note_hang_up()?;
        end(conn)
    })?;
    let observed = probe.send(get(&server, "/kept")?, call(PATIENCE, ROOMY)).await?;
    observed.answer_of(200, b"/kept")?;
    // A library that keeps the connection has it idle by then.
    probe.pause(MOMENT).await?;
    server.release();
    probe.until(&server, PATIENCE, |record| record.ended > 0).await?;
    if server.record().hung_up > 0 {
        return skipped("the transport had closed the connection itself, which is allowed");
    }
    let observed = probe.send(get(&server, "/idle")?, call(PATIENCE, ROOMY)).await?;
    if !observed.is_error_of(Interrupted) {
        observed.answer_of(200, b"/idle")?;
    }
    probe.send(get(&server, "/after")?, call(PATIENCE, ROOMY)).await?.answer_of(200, b"/after")?;
    Ok(())
}

async fn no_resend(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        let target = conn.request()?.target;
        conn.write(answer(200, &target))?;
        // The second on a connection is read, and never answered.
        conn.request().map(|_| ())
    })?;
    for nth in 0..TRIES {
        let target = format!("/call/{nth}");
        let observed = probe.send(get(&server, &target)?, call(PATIENCE, ROOMY)).await?;
        let requests = server.requests();
        let arrived: Vec<_> = requests.iter().filter(|received| received.target == target).collect();
        let earlier = |connection| {
            requests.iter().any(|received| received.connection == connection && received.target != target)
        };
        match arrived.as_slice() {
            [received] if earlier(received.connection) => {
                observed.error_of(&[Interrupted])?;
                return Ok(());
            }
            [_] => drop(observed.answer_of(200, target.as_bytes())?),
            _ => return failed(format!("{} requests arrived for one call", arrived.len())),
        }
        probe.pause(MOMENT).await?;
    }
    skipped(NOT_KEPT)
}

async fn stray(probe: &Probe<'_>) -> Found {
    for apart in [false, true] {
        let server = probe.serve(move |mut conn: Conn| {
            if conn.index() == 0 {
                let target = conn.request()?.target;
                if apart {
                    conn.write(answer(200, &target))?;
                    conn.pause(MOMENT)?;
                    conn.write(answer(200, "stray"))?;
                } else {
                    conn.write([answer(200, &target), answer(200, "stray")].concat())?;
                }
                conn.release();
            }
            replying(|received| answer(200, &received.target))(conn)
        })?;
        for nth in 0..3 {
            let target = format!("/call/{nth}");
            let observed = probe.send(get(&server, &target)?, call(PATIENCE, ROOMY)).await?;
            if !observed.is_error_of(Interrupted) {
                observed.answer_of(200, target.as_bytes())?;
            }
            probe.until(&server, PATIENCE, |record| record.released).await?;
            // What is there when the next call starts, the transport can have noticed.
            probe.pause(MOMENT * 3).await?;
        }
    }
    Ok(())
}

async fn dropped(probe: &Probe<'_>, in_body: bool) -> Found {
    let server = probe.serve(first(move |mut conn: Conn| {
        if in_body {
            conn.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part")?;
            // Until the case has dropped the call, so that it does so with a part of the body read.
            conn.pause(Duration::from_millis(50))?;
        }
        conn.release();
        conn.hold()
    }))?;
    let request = get(&server, "/dropped")?;
    let limits = call(DEADLINE, ROOMY);
    let ended = probe.send_and_drop(&server, request, limits, |record| record.released).await?;
    if let Some(observed) = ended {
        observed.timed_out()?;
        return skipped("`send` blocked its thread until its deadline, so there was no moment to drop it");
    }
    if !probe.until(&server, DEADLINE * TIMES, |record| record.hung_up > 0).await? {
        let times = DEADLINE.as_millis() * u128::from(TIMES);
        return failed(format!("{times} ms after the call was dropped its connection was still open"));
    }
    next_call_works(probe, &server).await
}

const CALLS: usize = 64;

async fn at_once(probe: &Probe<'_>) -> Found {
    let server = probe.serve(|mut conn: Conn| {
        loop {
            let received = conn.request()?;
            // All are kept waiting until the last is there, as far as the transport sends them at once.
            conn.wait(Some(DEADLINE), |record| record.requests.len() >= CALLS || record.released)?;
            conn.release();
            conn.write(answer(200, &String::from_utf8_lossy(&received.body)))?;
        }
    })?;
    let bodies: Vec<String> = (0..CALLS).map(|nth| format!("token=conformance-{nth}")).collect();
    let mut requests = Vec::new();
    for body in &bodies {
        requests.push(request(server.address(), "/at-once", Some(Bytes::from(body.clone())))?);
    }
    let all = probe.send_all(requests, call(PATIENCE, ROOMY), PATIENCE * 2).await?;
    for (observed, body) in all.into_iter().zip(&bodies) {
        observed.answer_of(200, body.as_bytes())?;
    }
    Ok(())
}
