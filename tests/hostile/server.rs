//! A server that plays a case to every request until it is told to behave.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::case::{Answer, ELSEWHERE, Play, Step};

/// No connection outlives its case by more than this.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

pub struct Shared {
    steps: Vec<Step>,
    anything: bool,
    tame: AtomicBool,
    written: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl Server {
    /// A server at a port of its own, which sends redirects and the like to `elsewhere`.
    pub fn start(play: &Play, elsewhere: &str) -> Self {
        Self::start_on(any_port(), play, elsewhere)
    }

    pub fn start_on(listener: TcpListener, play: &Play, elsewhere: &str) -> Self {
        let steps = match play {
            Play::Answer(answer) => vec![Step::Write(on_the_wire(answer))],
            Play::Wire(steps) => steps.clone(),
        };
        Self::start_with(listener, steps.into_iter().map(|step| point(step, elsewhere)).collect(), false)
    }

    fn start_with(listener: TcpListener, steps: Vec<Step>, anything: bool) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { anything, ..Shared::playing(steps) });
        let server = Self { address, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, stream) = (Arc::clone(&shared), stream.unwrap());
                thread::spawn(move || shared.serve(stream));
            }
        });
        server
    }

    /// A server that takes whatever comes first for a request: for what is no HTTP.
    pub fn speaking_first(steps: Vec<Step>) -> Self {
        Self::start_with(any_port(), steps, true)
    }

    /// From now on every request is answered as documented.
    pub fn behave(&self) {
        self.shared.tame.store(true, Ordering::SeqCst);
    }

    /// How many bytes the client, or the buffers on the way to it, took.
    pub fn written(&self) -> usize {
        self.shared.written.load(Ordering::SeqCst)
    }

    /// Everything that was read.
    pub fn read(&self) -> Vec<u8> {
        self.requests().concat().into_bytes()
    }

    /// The requests as they came.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }
}

fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

pub fn set_up(stream: &TcpStream) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
}

impl Shared {
    pub fn playing(steps: Vec<Step>) -> Self {
        Self {
            steps,
            anything: false,
            tame: AtomicBool::new(false),
            written: AtomicUsize::new(0),
            requests: Mutex::default(),
        }
    }

    pub fn resets(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Rst))
    }

    /// Whether it has very much to write.
    pub fn is_long(&self) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Flood(..) => true,
            Step::Write(bytes) => bytes.len() > 50_000,
            _ => false,
        })
    }

    /// `None` ends the connection.
    pub fn play_all(&self, stream: &mut TcpStream) -> Option<()> {
        self.steps.iter().try_for_each(|step| self.play(step, stream))
    }

    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        set_up(&stream);
        // To close with a reset, something has to be left unread.
        let unread = self.resets();
        loop {
            let request = read(&mut stream, unread, self.anything)?;
            self.requests.lock().unwrap().push(request.clone());
            if self.tame.load(Ordering::SeqCst) {
                if unread {
                    read(&mut stream, false, self.anything)?;
                }
                stream.write_all(documented(&request)).ok()?;
                continue;
            }
            self.play_all(&mut stream)?;
        }
    }

    /// `None` ends the connection.
    fn play(&self, step: &Step, stream: &mut TcpStream) -> Option<()> {
        match step {
            Step::Write(bytes) => self.write(stream, bytes),
            Step::Flood(bytes, total) => {
                let bytes = bytes.repeat((64 * 1024 / bytes.len()).max(1));
                (0..total.div_ceil(bytes.len())).try_for_each(|_| self.write(stream, &bytes))
            }
            Step::Drip(bytes, pace) => bytes.iter().cycle().try_for_each(|byte| {
                thread::sleep(*pace);
                self.write(stream, std::slice::from_ref(byte))
            }),
            Step::Hang => {
                let mut rest = [0; 1024];
                while matches!(stream.read(&mut rest), Ok(1..)) {}
                None
            }
            Step::Fin => {
                let _ = stream.shutdown(Shutdown::Write);
                // Until the client has closed too: dropped earlier, it could become a reset.
                self.play(&Step::Hang, stream)
            }
            Step::Rst => None,
        }
    }

    fn write(&self, stream: &mut TcpStream, mut bytes: &[u8]) -> Option<()> {
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(count @ 1..) => {
                    self.written.fetch_add(count, Ordering::SeqCst);
                    bytes = &bytes[count..];
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return None,
            }
        }
        Some(())
    }
}

/// Reads one request with a `Content-Length` or none (or anything at all); leaves it unread if asked to.
pub fn read(stream: &mut TcpStream, unread: bool, anything: bool) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        if unread {
            let count = stream.peek(&mut chunk).ok()?;
            bytes = chunk[..count].to_vec();
            if count == 0 {
                return None;
            }
        } else {
            match stream.read(&mut chunk).ok()? {
                0 => return None,
                count => bytes.extend_from_slice(&chunk[..count]),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if anything {
            return Some(text);
        }
        if is_whole(&text) {
            return Some(text);
        }
    }
}

/// Whether a request with a `Content-Length` or none is here to its end.
pub fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// The documented answers to good requests.
fn documented(request: &str) -> &'static [u8] {
    match request.split(' ').nth(1) {
        Some("/oauth2/introspect") => b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}",
        Some("/oauth2/revoke") => b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        _ => b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"sub\":\"tame\"}",
    }
}

pub fn on_the_wire(answer: &Answer) -> Vec<u8> {
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
