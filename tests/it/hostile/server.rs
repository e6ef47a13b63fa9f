//! A server that plays a case to every request until it is told to behave.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kinde_scripted::{Conn, Received};

use super::case::{Answer, ELSEWHERE, Play, Step};

pub struct Server {
    pub address: SocketAddr,
    server: kinde_scripted::Server,
    tame: Arc<AtomicBool>,
}

impl Server {
    /// A server at a port of its own, which sends redirects and the like to `elsewhere`.
    pub fn start(play: &Play, elsewhere: &str) -> Self {
        Self::start_on(any_port(), play, elsewhere)
    }

    pub fn start_on(listener: TcpListener, play: &Play, elsewhere: &str) -> Self {
        let steps: Vec<_> = steps(play).into_iter().map(|step| point(step, elsewhere)).collect();
        Self::start_with(listener, move |mut conn, tame| {
            loop {
                let request = conn.request()?;
                if tame.load(Ordering::SeqCst) {
                    conn.write(documented(&request))?;
                } else if let Some(still) = play_all(conn, &steps)? {
                    conn = still;
                } else {
                    return Ok(());
                }
            }
        })
    }

    /// A server that takes whatever comes first for a request: for what is not HTTP.
    pub fn speaking_first(steps: Vec<Step>) -> Self {
        Self::start_with(any_port(), move |mut conn, _| {
            conn.listen()?;
            play_all(conn, &steps).map(|_| ())
        })
    }

    fn start_with(
        listener: TcpListener,
        script: impl Fn(Conn, &AtomicBool) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let tame = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&tame);
        let server = kinde_scripted::Server::on(listener, move |conn| script(conn, &theirs)).unwrap();
        Self { address: server.address(), server, tame }
    }

    /// From now on every request is answered as documented.
    pub fn behave(&self) {
        self.tame.store(true, Ordering::SeqCst);
    }

    /// How many bytes the client, or the buffers on the way to it, took.
    pub fn written(&self) -> usize {
        self.server.record().written
    }

    /// What came first on each connection, where it was not a request.
    pub fn heard(&self) -> Vec<u8> {
        self.server.record().heard.concat()
    }

    /// The requests as they came.
    pub fn requests(&self) -> Vec<String> {
        self.server.requests().iter().map(Received::text).collect()
    }
}

fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

pub fn steps(play: &Play) -> Vec<Step> {
    match play {
        Play::Answer(answer) => vec![Step::Write(on_the_wire(answer))],
        Play::Wire(steps) => steps.clone(),
    }
}

/// The connection, unless a step has ended it.
pub fn play_all(mut conn: Conn, steps: &[Step]) -> io::Result<Option<Conn>> {
    for step in steps {
        match step {
            Step::Write(bytes) => conn.write(bytes)?,
            Step::Flood(bytes, total) => {
                let bytes = bytes.repeat((64 * 1024 / bytes.len()).max(1));
                for _ in 0..total.div_ceil(bytes.len()) {
                    conn.write(&bytes)?;
                }
            }
            Step::Drip(bytes, pace) => {
                for byte in bytes.iter().cycle() {
                    conn.pause(*pace)?;
                    conn.write([*byte])?;
                }
            }
            Step::Hang => return conn.hold().map(|()| None),
            Step::Fin => return conn.finish().map(|()| None),
            Step::Rst => return conn.reset().map(|()| None),
        }
    }
    Ok(Some(conn))
}

/// The documented answers to good requests.
fn documented(request: &Received) -> &'static [u8] {
    match request.target.as_str() {
        "/oauth2/introspect" => b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}",
        "/oauth2/revoke" => b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        _ => b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}",
    }
}

fn on_the_wire(answer: &Answer) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} Whatever\r\n", answer.status).into_bytes();
    for (name, value) in &answer.headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", answer.body.len()).as_bytes());
    bytes.extend_from_slice(&answer.body);
    bytes
}

fn point(step: Step, elsewhere: &str) -> Step {
    match step {
        Step::Write(bytes) if bytes.len() < 10_000 => match String::from_utf8(bytes) {
            Ok(text) => Step::Write(text.replace(ELSEWHERE, elsewhere).into_bytes()),
            Err(error) => Step::Write(error.into_bytes()),
        },
        step => step,
    }
}
