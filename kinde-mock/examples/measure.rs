//! Measures the program: how soon it is ready, how large it is, how many requests a second it answers beside a
//! plain wiremock server, and whether a million requests make it grow.
//!
//! ```text
//! cargo build --release -p kinde-mock --features cli
//! cargo run --release -p kinde-mock --features cli --example measure
//! ```
//!
//! Both servers are processes of their own and get the same load in turns, so that a busy machine is equally busy
//! for both: the ratio is what counts.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const MANY: u64 = 1_000_000;

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

    fn wiremock() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("wiremock");
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
    if std::env::args().any(|argument| argument == "wiremock") {
        return plain_wiremock().await;
    }
    let mut ready: Vec<Duration> = (0..11).map(|_| Process::program().after).collect();
    ready.sort();
    println!("ready after {:?} (median of 11; {:?} to {:?})", ready[5], ready[0], ready[10]);

    let (program, wiremock) = (Process::program(), Process::wiremock());
    println!("resident when ready: {} KiB", program.resident());
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let (a, b) = (rate(&program).await, rate(&wiremock).await);
        println!(
            "round {round}: {a:.0} requests/s, wiremock {b:.0}, ratio {:.2}; resident {} KiB, wiremock {} KiB",
            a / b,
            program.resident(),
            wiremock.resident()
        );
        ours.push(a);
        theirs.push(b);
        ratios.push(a / b);
    }
    let median = |rates: &mut Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    };
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    println!("{CONNECTIONS} connections: {ours:.0} requests/s, plain wiremock {theirs:.0}");
    println!(
        "ratio {:.2} (median of {ROUNDS} rounds; {:.2} to {:.2})",
        median(&mut ratios),
        ratios[0],
        ratios[ROUNDS - 1]
    );
    drop(wiremock);

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
    let body = json!({
        "sub": "kp_c3143a4b50ad43c88e541d9077681782", "provided_id": "some_external_id", "name": "John Snow",
        "given_name": "John", "family_name": "Snow", "updated_at": 1612345678, "email": "john.snow@example.com",
        "email_verified": true, "picture": "https://example.com/john_snow.jpg", "preferred_username": "john_snow",
        "id": "kp_c3143a4b50ad43c88e541d9077681782",
    });
    for (verb, route) in
        [("GET", "/oauth2/v2/user_profile"), ("POST", "/oauth2/introspect"), ("POST", "/oauth2/revoke")]
    {
        let answer = ResponseTemplate::new(200).set_body_json(&body);
        Mock::given(method(verb)).and(path(route)).respond_with(answer).mount(&server).await;
    }
    println!("{}", json!({ "base_url": server.uri() }));
    std::future::pending().await
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
