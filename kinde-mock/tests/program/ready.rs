//! The first line, and the words for people.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[cfg(unix)]
use kinde_scripted::client::PATIENCE;
use serde_json::Value;

use crate::child::{PROGRAM, Program, call, form, profile};

#[test]
fn one_json_object_with_all_that_a_client_needs() {
    let program = Program::start(&[]);
    let keys: Vec<&str> = program.ready.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "base_url",
        "client_id",
        "client_secret",
        "frontend_client_id",
        "issuer",
        "user_email",
        "user_password",
        "access_token",
        "refresh_token",
        "m2m_access_token",
        "admin_url",
        "admin_token",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);

    let ready = &program.ready;
    assert_eq!(profile(ready, program.text("access_token")).json()["name"], "John Snow");
    assert_eq!(profile(ready, program.text("m2m_access_token")).status, 403);
    for token in ["access_token", "refresh_token", "m2m_access_token"] {
        let asked = format!("token={}", program.text(token));
        let answer = form(ready, "/oauth2/introspect", program.text("m2m_access_token"), &asked);
        assert_eq!(answer.json()["active"], true, "{token}");
    }
    let revoke = |client: &str, secret: &str, token: &str| {
        let parameters = format!("client_id={client}{secret}&token={token}");
        form(ready, "/oauth2/revoke", program.text("access_token"), &parameters).status
    };
    let secret = format!("&client_secret={}", program.text("client_secret"));
    assert_eq!(revoke(program.text("frontend_client_id"), "", "unknown"), 200);
    assert_eq!(revoke(program.text("client_id"), "", "unknown"), 401);
    assert_eq!(revoke(program.text("client_id"), &secret, program.text("access_token")), 200);
    assert_eq!(program.profile().status, 403);
    assert_eq!(program.admin("GET", "/health", Value::Null).json()["status"], "ok");
}

#[test]
fn without_an_admin_api() {
    let program = Program::start(&["--admin", "off"]);
    assert_eq!(program.ready["admin_url"], Value::Null);
    assert_eq!(program.ready["admin_token"], Value::Null);
    assert_eq!(program.profile().status, 200);
}

#[test]
fn the_text_has_a_curl_call_that_works() {
    let mut child = Command::new(&*PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--admin-token", "my-own"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let curl = lines.find(|line| line.trim_start().starts_with("curl ")).unwrap();
    let words: Vec<&str> = curl.split(['\'', ' ']).filter(|word| !word.is_empty()).collect();
    let ["curl", "-H", "Authorization:", "Bearer", token, url] = words[..] else { panic!("{curl}") };
    assert_eq!(call("GET", url, &[("Authorization", &format!("Bearer {token}"))], "").status, 200);
    assert!(lines.any(|line| line.starts_with("admin token") && line.ends_with(" my-own")));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A socket of datagrams hands each write over by itself: a line that were written in pieces would come in pieces, to
/// this test and to whoever reads a pipe on a busy machine.
#[cfg(unix)]
#[test]
fn a_line_is_one_write() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixDatagram;

    let (ours, theirs) = UnixDatagram::pair().unwrap();
    ours.set_read_timeout(Some(PATIENCE)).unwrap();
    let next = || {
        let mut write = vec![0; 16 * 1024];
        let length = ours.recv(&mut write).unwrap();
        String::from_utf8(write[..length].to_vec()).unwrap()
    };
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&*PROGRAM);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let there = || Stdio::from(OwnedFd::from(theirs.try_clone().unwrap()));
    let status = command(&["serve", "--clock", "yesterday"]).stderr(there()).status().unwrap();
    assert_eq!(status.code(), Some(2));
    let expected = "real, or a time like 2026-01-02T03:04:05Z";
    assert_eq!(next(), format!("kinde-mock: --clock: expected {expected}\nTry `kinde-mock --help`.\n"));

    let mut serving =
        command(&["serve", "--listen", "127.0.0.1:0", "--json"]).stdout(there()).spawn().unwrap();
    let line = next();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(line.ends_with("}\n"), "{line}");
    assert!(serde_json::from_str::<Value>(&line).unwrap().is_object());
}

#[test]
fn what_the_command_line_sets() {
    let program = Program::start(&[
        "--clock=2026-01-02T03:04:05Z",
        "--rate-limit=1/60",
        "--introspect-auth=either",
        "--journal=2",
        "--admin-token=abc",
    ]);
    assert_eq!(program.text("admin_token"), "abc");
    let clock = program.admin("GET", "/clock", Value::Null).json();
    assert_eq!(clock["now"], "2026-01-02T03:04:05Z");
    assert_eq!(clock["frozen"], true);
    assert_eq!(program.admin("GET", "/options", Value::Null).json()["introspect_auth"], "either");
    assert_eq!(program.profile().status, 200);
    let throttled = program.profile();
    assert_eq!(throttled.status, 429);
    assert!(throttled.head.contains("ratelimit-reset: 60"), "{}", throttled.head);
    program.profile();
    let journal = program.admin("GET", "/journal", Value::Null).json();
    assert_eq!(journal["total"], 3);
    assert_eq!(journal["calls"].as_array().unwrap().len(), 2);
}

#[test]
fn a_journal_that_is_off_still_counts() {
    let program = Program::start(&["--journal", "off"]);
    program.profile();
    let journal = program.admin("GET", "/journal", Value::Null).json();
    assert_eq!((&journal["total"], &journal["calls"]), (&1.into(), &serde_json::json!([])));
    let wait = program.admin("GET", "/journal/wait?operation=get_user_profile_v2", Value::Null);
    assert_eq!(wait.json()["calls"], 1);
}
