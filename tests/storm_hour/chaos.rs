//! A server that is honest to every other request, and plays a hostile case to the rest.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use kinde::Domain;

use super::case::{Case, End, Play, Step};
use super::server::{Shared, on_the_wire, read};
use super::{bodies, breaks, case, framing, statuses};

pub struct Server {
    address: SocketAddr,
    weather: Arc<Weather>,
}

struct Weather {
    plays: Vec<Shared>,
    stop: AtomicBool,
    wrong: Mutex<Vec<String>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let weather = Weather { plays: plays(), stop: AtomicBool::new(false), wrong: Mutex::default() };
        let weather = Arc::new(weather);
        let server = Self { address, weather: Arc::clone(&weather) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if weather.stop.load(Ordering::SeqCst) {
                    return;
                }
                let (weather, stream) = (Arc::clone(&weather), stream.unwrap());
                std::thread::spawn(move || weather.serve(stream));
            }
        });
        server
    }

    pub fn domain(&self) -> Domain {
        Domain::new(format!("http://{}", self.address)).unwrap()
    }

    /// Requests that were not as they should be.
    pub fn wrong(&self) -> Vec<String> {
        self.weather.wrong.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.weather.stop.store(true, Ordering::SeqCst);
        // So that the listener looks.
        drop(TcpStream::connect(self.address));
    }
}

/// The cases that must fail, but for those that take long to write: each of these one time in fifty.
fn plays() -> Vec<Shared> {
    let cases = [bodies::cases(), statuses::cases(), framing::cases(), breaks::cases()].concat();
    // A word-like code that repeats what this caller never sent can't be known for a secret.
    let fails = |case: &Case| matches!(case.end, End::Failed(_)) && !case.name.ends_with("like a code");
    let steps = cases.into_iter().filter(fails).map(|case| match case.play {
        Play::Answer(answer) => vec![Step::Write(on_the_wire(&answer))],
        Play::Wire(steps) => steps,
    });
    steps.map(Shared::playing).collect()
}

impl Weather {
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        super::server::set_up(&stream);
        loop {
            // One that resets has to leave something unread, so it is chosen first.
            let play = fastrand::bool().then(|| &self.plays[fastrand::usize(..self.plays.len())]);
            let play = play.filter(|play| !play.is_long() || fastrand::u8(..50) == 0);
            let request = read(&mut stream, play.is_some_and(Shared::resets), false)?;
            if let Err(what) = in_place(&request) {
                self.wrong.lock().unwrap().push(what);
            }
            match play {
                Some(play) => play.play_all(&mut stream)?,
                None => Shared::playing(vec![Step::Write(honest(&request))]).play_all(&mut stream)?,
            }
        }
    }
}

/// What is after `authorization: Bearer ` and after `token=`.
fn secrets(request: &str) -> (&str, &str) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let bearer = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let bearer = bearer.map_or("", |(_, value)| value.trim_start_matches("Bearer "));
    (bearer, body.strip_prefix("token=").unwrap_or(""))
}

/// An answer that names its caller, or its question.
fn honest(request: &str) -> Vec<u8> {
    let (bearer, token) = secrets(request);
    let body = match request.starts_with("GET ") {
        true => format!(r#"{{"sub":"{bearer}"}}"#),
        false => format!(r#"{{"active":true,"client_id":"{token}"}}"#),
    };
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// One bearer in its header, one token in the form, nothing else.
fn in_place(request: &str) -> Result<(), String> {
    let (bearer, token) = secrets(request);
    let count = |text: &str| request.matches(text).count();
    let good = count(case::BEARER) == 1
        && bearer.starts_with(case::BEARER)
        && count(case::TOKEN) == usize::from(request.starts_with("POST "))
        && (token.is_empty() || token.starts_with(case::TOKEN))
        && count("cookie:") == 0;
    if good { Ok(()) } else { Err(request.to_owned()) }
}
