//! Scripts that several cases share.

use std::io;
use std::time::Duration;

use super::messages::{answer, get};
use super::observed::Found;
use super::probe::{PATIENCE, Probe, ROOMY, call};
use crate::server::{Conn, Received, Server};

/// Answers every request by `reply` and keeps the connection for more.
pub(crate) fn replying<F>(reply: F) -> impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static
where
    F: Fn(&Received) -> Vec<u8> + Send + Sync + 'static,
{
    move |mut conn| {
        loop {
            let received = conn.request()?;
            conn.write(reply(&received))?;
        }
    }
}

const NEXT: &str = "the next call";

/// Hands the connection of the server's first request to `script` once the request is read, and answers
/// every later request as [`next_call_works`] wants it.
pub(crate) fn first<F>(script: F) -> impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static
where
    F: Fn(Conn) -> io::Result<()> + Send + Sync + 'static,
{
    move |mut conn| {
        loop {
            if conn.request()?.nth == 0 {
                return script(conn);
            }
            conn.write(answer(200, NEXT))?;
        }
    }
}

/// Whatever became of the call before, one that follows on the same transport is answered, by its own
/// answer.
pub(crate) async fn next_call_works(probe: &Probe<'_>, server: &Server) -> Found {
    let observed = probe.send(get(server, "/next")?, call(PATIENCE, ROOMY)).await?;
    observed.answer_of(200, NEXT.as_bytes())?;
    Ok(())
}

/// Sends `start`, then a byte at a time, without an end.
pub(crate) fn drip(mut conn: Conn, start: &str) -> io::Result<()> {
    conn.write(start)?;
    loop {
        conn.pause(Duration::from_millis(10))?;
        conn.write("x")?;
    }
}
