//! HTTP/2 by hand, over TLS. It is the conformance suite's, too.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use kinde_conformance::server::Record;
pub use kinde_conformance::server::http2::{Http2, answer, frame, go_away, head, reset};

use crate::Server;
use crate::tls::{Authority, Protocol, config};

/// Hands each connection to `script`, on 127.0.0.1.
pub fn serve(
    authority: &Authority,
    script: impl Fn(Http2) -> io::Result<()> + Send + Sync + 'static,
) -> Server {
    let config = config(authority.issue("127.0.0.1", |_| {}), Protocol::Http2);
    crate::server::serve(move |conn| script(Http2::accept(conn, &config)?))
}

/// Answers every request alike.
pub fn answering(mut conn: Http2, body: &str) -> io::Result<()> {
    loop {
        let stream = conn.request()?;
        conn.write(answer(stream, body))?;
    }
}

/// Answers one request, and then reads no frame again.
pub fn stalling(mut conn: Http2, body: &str) -> io::Result<()> {
    let stream = conn.request()?;
    conn.write(answer(stream, body))?;
    conn.stall()
}

/// The server's root.
pub fn url(server: &Server) -> String {
    format!("https://{}/", server.address())
}

/// Ready once `done`.
pub async fn until(server: &Server, done: impl Fn(&Record) -> bool) {
    poll_fn(|context| {
        let mut record = server.record();
        if done(&record) {
            return Poll::Ready(());
        }
        record.wakers.push(context.waker().clone());
        Poll::Pending
    })
    .await;
}
