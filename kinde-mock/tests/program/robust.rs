//! What plain wiremock does not survive.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use kinde_scripted::client::PATIENCE;

use crate::child::{PROGRAM, Program, address, profile, try_call};

#[test]
fn running_out_of_descriptors_is_survived_and_told() {
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 64; exec \"$0\" serve --listen 127.0.0.1:0 --json", &PROGRAM])
        .stderr(std::process::Stdio::piped());
    let mut program = Program::start_as(command);
    let host = address(program.text("base_url")).0.to_owned();
    // More than it can take: the rest wait in the backlog.
    let crowd: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&host).unwrap()).collect();
    // It has said so before the crowd leaves.
    let mut stderr = BufReader::new(program.child.stderr.take().unwrap());
    let mut said = String::new();
    stderr.read_line(&mut said).unwrap();
    assert!(said.starts_with("kinde-mock: a connection could not be accepted (1 so far): "), "{said}");
    drop(crowd);

    let start = Instant::now();
    let token = format!("Bearer {}", program.text("access_token"));
    let url = format!("http://{host}/oauth2/v2/user_profile");
    while try_call("GET", &url, &[("Authorization", &token)], "").is_err() {
        assert!(start.elapsed() < PATIENCE, "it does not come back");
    }
    for _ in 0..20 {
        assert_eq!(program.profile().status, 200);
    }
}

/// Resident, in KiB.
fn resident(program: &Program) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Several at once, so that most of the time is the program's.
struct Batch {
    stream: TcpStream,
    requests: Vec<u8>,
    answers: Vec<u8>,
}

const BATCH: u64 = 100;

impl Batch {
    fn new(program: &Program) -> Self {
        let token = program.text("access_token");
        let form = format!("token={token}");
        let kinds = [
            format!(
                "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
            ),
            format!(
                "POST /oauth2/introspect HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
                form.len()
            ),
            "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n".to_owned(),
            "GET /favicon.ico HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        ];
        let stream = TcpStream::connect(address(program.text("base_url")).0).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let requests = kinds.concat().repeat(usize::try_from(BATCH).unwrap() / kinds.len()).into_bytes();
        // The clock stands still, so all batches are answered with the same bytes; how many is seen once.
        let mut first = Self { stream, requests, answers: Vec::new() };
        first.stream.write_all(&first.requests).unwrap();
        let mut buffer = [0; 65536];
        while first.answers.windows(9).filter(|it| *it == b"HTTP/1.1 ").count() < 100
            || !first.answers.ends_with(b"does not exist\"}}")
        {
            let n = first.stream.read(&mut buffer).unwrap();
            assert!(n > 0);
            first.answers.extend_from_slice(&buffer[..n]);
        }
        first
    }

    fn send(&mut self, times: u64) {
        let mut answers = vec![0; self.answers.len()];
        for _ in 0..times {
            self.stream.write_all(&self.requests).unwrap();
            self.stream.read_exact(&mut answers).unwrap();
            assert!(answers == self.answers);
        }
    }
}

#[test]
#[ignore = "takes a minute without optimisation: .ci/kinde-mock-memory runs it, optimised"]
fn two_hundred_thousand_requests_leave_it_as_it_was() {
    let program = Program::start(&["--clock", "2026-01-02T03:04:05Z"]);
    let mut batch = Batch::new(&program);
    batch.send(50_000 / BATCH - 1);
    let early = resident(&program);
    batch.send(150_000 / BATCH);
    let late = resident(&program);
    assert!(late < early + 2 * 1024, "{early} KiB after 50,000 requests, {late} KiB after 200,000");
    let journal = program.admin("GET", "/journal", serde_json::Value::Null).json();
    assert_eq!(journal["total"], 200_000);
    assert_eq!(journal["calls"].as_array().unwrap().len(), 1_000);
    assert_eq!(profile(&program.ready, program.text("access_token")).status, 200);
}
