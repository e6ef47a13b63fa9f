//! Measures the program: how soon it is ready, how large it is, how many requests a second it answers beside a
//! plain wiremock server, and whether a million requests make it grow.
//!
//! ```text
//! cargo build --release -p kinde-mock --features cli
//! cargo run --release -p kinde-mock --features cli --example measure
//! ```
//!
//! The servers are processes of their own and get the same load in turns, so that a busy machine is equally busy
//! for all: the ratio is what counts. The third one is hyper with an answer that is there already: what is left of
//! the ratio when a server does nothing, since on two cores the client's own work is half of a request.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const MANY: u64 = 1_000_000;
const PROFILE: &[u8] = br#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","email_verified":true,"picture":"https://example.com/john_snow.jpg","preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#;

struct Process {
    child: Child,
    ready: Value,
    after: Duration,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(mut command: Command) -> Self {
        let start = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let after = start.elapsed();
        Self { child, ready: serde_json::from_str(&line).unwrap(), after }
    }

    fn program() -> Self {
        let beside =
            || std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("kinde-mock");
        let program = std::env::var_os("KINDE_MOCK").map_or_else(beside, Into::into);
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--json"]);
        Self::start(command)
    }

    /// This example itself, as one of the others.
    fn peer(name: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(name);
        Self::start(command)
    }

    fn host(&self) -> &str {
        self.ready["base_url"].as_str().unwrap().strip_prefix("http://").unwrap()
    }

    fn request(&self) -> String {
        let token = self.ready["access_token"].as_str().unwrap_or("any");
        format!("GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n")
    }

    /// Resident, in KiB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("wiremock") => return plain_wiremock().await,
        Some("hyper") => return tokio::task::spawn_blocking(bare_hyper).await.unwrap(),
        _ => {}
    }
    let mut ready: Vec<Duration> = (0..11).map(|_| Process::program().after).collect();
    ready.sort();
    println!("ready after {:?} (median of 11; {:?} to {:?})", ready[5], ready[0], ready[10]);

    let (program, wiremock, bare) = (Process::program(), Process::peer("wiremock"), Process::peer("hyper"));
    println!("resident when ready: {} KiB", program.resident());
    let (mut rates, mut ratios, mut limits) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let (ours, theirs, most) = (rate(&program).await, rate(&wiremock).await, rate(&bare).await);
        println!(
            "round {round}: {ours:.0} requests/s, wiremock {theirs:.0}, ratio {:.2}; bare hyper {most:.0}, ratio {:.2}; \
             resident {} KiB, wiremock {} KiB",
            ours / theirs,
            most / theirs,
            program.resident(),
            wiremock.resident()
        );
        rates.push(ours);
        ratios.push(ours / theirs);
        limits.push(most / theirs);
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[ROUNDS / 2]
    };
    println!(
        "{CONNECTIONS} connections, medians of {ROUNDS} rounds: {:.0} requests/s, {:.2} of wiremock's; bare hyper {:.2}",
        median(&mut rates),
        median(&mut ratios),
        median(&mut limits)
    );
    drop((wiremock, bare));

    let program = Process::program();
    for part in 1..=4 {
        pipelined(&program, MANY / 4).await;
        println!("resident after {} requests: {} KiB", part * MANY / 4, program.resident());
    }
}

/// The same three paths, with answers that never change, from a server as its documentation starts one. It keeps
/// what it was asked, so it slows down as it grows: each round is printed for that.
async fn plain_wiremock() {
    let server = MockServer::builder().start().await;
    for (verb, route) in
        [("GET", "/oauth2/v2/user_profile"), ("POST", "/oauth2/introspect"), ("POST", "/oauth2/revoke")]
    {
        let answer = ResponseTemplate::new(200).set_body_raw(PROFILE, "application/json");
        Mock::given(method(verb)).and(path(route)).respond_with(answer).mount(&server).await;
    }
    println!("{}", json!({ "base_url": server.uri() }));
    std::future::pending().await
}

/// No fake at all: each request gets the same bytes. On one thread, as the program.
fn bare_hyper() {
    let answer = async |_: Request<Incoming>| {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(PROFILE))))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", json!({ "base_url": format!("http://{}", listener.local_addr().unwrap()) }));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    })
}

/// Requests a second, each connection waiting for its answer.
async fn rate(process: &Process) -> f64 {
    let until = Instant::now() + ROUND;
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (host, request) = (process.host().to_owned(), process.request());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(host).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (mut count, mut buffer) = (0_u32, [0; 4096]);
                while Instant::now() < until {
                    stream.write_all(request.as_bytes()).await.unwrap();
                    let mut got = Vec::new();
                    // The profile ends its JSON object, and nothing else in it does.
                    while !got.ends_with(b"}") {
                        let n = stream.read(&mut buffer).await.unwrap();
                        assert!(n > 0);
                        got.extend_from_slice(&buffer[..n]);
                    }
                    assert!(got.starts_with(b"HTTP/1.1 200"));
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0.0;
    for worker in workers {
        count += f64::from(worker.await.unwrap());
    }
    count / ROUND.as_secs_f64()
}

/// So many requests over one connection, a hundred at a time.
async fn pipelined(process: &Process, requests: u64) {
    const BATCH: u64 = 100;
    let mut stream = TcpStream::connect(process.host()).await.unwrap();
    let batch = process.request().repeat(usize::try_from(BATCH).unwrap());
    let mut buffer = vec![0; 65_536];
    for _ in 0..requests / BATCH {
        stream.write_all(batch.as_bytes()).await.unwrap();
        let mut answers = 0;
        while answers < BATCH {
            let n = stream.read(&mut buffer).await.unwrap();
            assert!(n > 0);
            answers += u64::try_from(buffer[..n].iter().filter(|byte| **byte == b'}').count()).unwrap();
        }
    }
}
