//! A server that is honest to every other request, and plays a hostile case to the rest.

use std::io;
use std::sync::{Arc, Mutex};

use kinde::Domain;
use kinde_scripted::Conn;
use kinde_scripted::server::{ok, serve};

use super::case::{Case, End, Step};
use super::server::{play_all, steps};
use super::{bodies, breaks, case, framing, statuses};

pub struct Server {
    server: kinde_scripted::Server,
    wrong: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start() -> Self {
        let wrong = Arc::new(Mutex::new(Vec::new()));
        let (plays, theirs) = (plays(), Arc::clone(&wrong));
        Self { server: serve(move |conn| storm(conn, &plays, &theirs)), wrong }
    }

    pub fn domain(&self) -> Domain {
        Domain::new(self.server.url("")).unwrap()
    }

    /// Requests that were not as they should be.
    pub fn wrong(&self) -> Vec<String> {
        self.wrong.lock().unwrap().clone()
    }
}

/// The cases that must fail, but for those that take long to write: each of these one time in fifty.
fn plays() -> Vec<Vec<Step>> {
    let cases = [bodies::cases(), statuses::cases(), framing::cases(), breaks::cases()].concat();
    // A word-like code that repeats what this caller never sent can't be known for a secret.
    let fails = |case: &Case| matches!(case.end, End::Failed(_)) && !case.name.ends_with("like a code");
    cases.iter().filter(|case| fails(case)).map(|case| steps(&case.play)).collect()
}

/// Whether it has very much to write.
fn is_long(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Flood(..) => true,
        Step::Write(bytes) => bytes.len() > 50_000,
        _ => false,
    })
}

fn storm(mut conn: Conn, plays: &[Vec<Step>], wrong: &Mutex<Vec<String>>) -> io::Result<()> {
    loop {
        // What is kept of a request would be memory that grows.
        let request = conn.read_request()?.text();
        if let Err(what) = in_place(&request) {
            wrong.lock().unwrap().push(what);
        }
        let play = fastrand::bool().then(|| &plays[fastrand::usize(..plays.len())]);
        match play.filter(|play| !is_long(play) || fastrand::u8(..50) == 0) {
            None => conn.write(honest(&request))?,
            Some(play) => match play_all(conn, play)? {
                Some(still) => conn = still,
                None => return Ok(()),
            },
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
fn honest(request: &str) -> String {
    let (bearer, token) = secrets(request);
    let body = match request.starts_with("GET ") {
        true => format!(r#"{{"sub":"{bearer}"}}"#),
        false => format!(r#"{{"active":true,"client_id":"{token}"}}"#),
    };
    ok(&body)
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
