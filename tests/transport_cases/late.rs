//! What comes while the runtime can't look: its thread is busy, or blocked.

use kinde_core::Transport;
use kinde_scripted::server::{ok, serve};

use super::{Backend, get, send};

pub async fn an_answer_that_came_unseen_is_no_answer<B: Backend>() {
    for _ in 0..20 {
        unseen(&B::new().unwrap()).await;
    }
}

/// HTTP/1.1 has no number for an answer. One that nobody asked for, and that comes while the runtime's only thread is
/// blocked, is there when the next call begins: it is not taken for that call's answer.
pub async fn unseen<T: Transport>(transport: &T) {
    let server = serve(|mut conn| {
        loop {
            conn.request()?;
            conn.write(ok("asked for"))?;
            if conn.index() == 0 {
                conn.until_released(None)?;
                conn.write(ok("not asked for"))?;
            }
        }
    });
    assert_eq!(send(transport, get(server.url("/"))).await.unwrap().body(), "asked for");
    server.release();
    // This blocks the runtime until the bytes are in the kernel's hands.
    let both = ok("asked for").len() + ok("not asked for").len();
    server.wait(|record| record.written >= both);
    assert_eq!(send(transport, get(server.url("/"))).await.unwrap().body(), "asked for");
    assert_eq!(server.record().accepted, 2);
}
