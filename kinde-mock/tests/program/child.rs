//! The program in a process of its own, and calls to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use kinde_scripted::client::{PATIENCE, exchange};
use serde_json::Value;

const BUILT: &str = env!("CARGO_BIN_EXE_kinde-mock");

/// The program that was built with the tests, or the one at `KINDE_MOCK`.
pub(crate) static PROGRAM: LazyLock<String> =
    LazyLock::new(|| std::env::var("KINDE_MOCK").unwrap_or_else(|_| BUILT.to_owned()));

/// Killed when it is dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) ready: Value,
}

impl Program {
    /// `serve --listen 127.0.0.1:0 --json`, and what more is given.
    pub(crate) fn start(more: &[&str]) -> Self {
        let mut command = Command::new(&*PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--json"]).args(more);
        Self::start_as(command)
    }

    pub(crate) fn start_as(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        // The rest is not read; nothing more is printed.
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    /// A call to the admin API, with its token.
    pub(crate) fn admin(&self, method: &str, path: &str, body: Value) -> Answer {
        admin(&self.ready, method, path, body)
    }

    pub(crate) fn profile(&self) -> Answer {
        profile(&self.ready, self.text("access_token"))
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            std::thread::yield_now();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A call to the admin API of a program or a scope.
pub(crate) fn admin(ready: &Value, method: &str, path: &str, body: Value) -> Answer {
    let token = ready["admin_token"].as_str().unwrap();
    let authorization = format!("Bearer {token}");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let url = format!("{}{path}", ready["admin_url"].as_str().unwrap());
    call(method, &url, &[("Authorization", &authorization)], &body)
}

pub(crate) fn profile(ready: &Value, bearer: &str) -> Answer {
    let url = format!("{}/oauth2/v2/user_profile", ready["base_url"].as_str().unwrap());
    call("GET", &url, &[("Authorization", &format!("Bearer {bearer}"))], "")
}

pub(crate) fn form(ready: &Value, path: &str, bearer: &str, form: &str) -> Answer {
    let url = format!("{}{path}", ready["base_url"].as_str().unwrap());
    let headers = [
        ("Authorization", format!("Bearer {bearer}")),
        ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
    ];
    call("POST", &url, &headers.each_ref().map(|(name, value)| (*name, value.as_str())), form)
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

pub(crate) fn address(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

pub(crate) fn call(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    try_call(method, url, headers, body).unwrap()
}

pub(crate) fn try_call(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Answer> {
    let (host, path) = address(url);
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request.push_str(&format!("Host: {host}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    let text = exchange(host, PATIENCE, &request)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
}
