//! Scripts and faults that are added over HTTP, and what a client then gets.

use std::io::ErrorKind;
use std::net::TcpStream;

use kinde_scripted::Client;
use serde_json::{Value, json};

use crate::child::{Program, address, form};

#[track_caller]
fn script(program: &Program, operation: &str, rest: Value) {
    let mut script = rest;
    script["operation"] = operation.into();
    let answer = program.admin("POST", "/scripts", script);
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// Sends a profile request by hand, and reads to the end.
fn raw_profile(program: &Program) -> (Vec<u8>, Option<ErrorKind>) {
    let token = program.text("access_token");
    let request = format!(
        "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    Client::connect(address(program.text("base_url")).0).send(request).rest()
}

#[test]
fn every_documented_answer_can_be_scripted() {
    let program = Program::start(&[]);
    let ready = &program.ready;
    let bearer = program.text("m2m_access_token");
    let cases = [
        ("get_user_profile_v2", "ok", 200),
        ("get_user_profile_v2", "live", 200),
        ("get_user_profile_v2", "forbidden", 403),
        ("get_user_profile_v2", "throttled", 429),
        ("token_introspection", "active", 200),
        ("token_introspection", "inactive", 200),
        ("token_introspection", "unauthorized", 401),
        ("token_introspection", "forbidden", 403),
        ("token_introspection", "throttled", 429),
        ("token_revocation", "ok", 200),
        ("token_revocation", "bad_request", 400),
        ("token_revocation", "unauthorized", 401),
        ("token_revocation", "forbidden", 403),
        ("token_revocation", "throttled", 429),
    ];
    for (operation, answer, status) in cases {
        script(&program, operation, json!({ "reply": { "answer": answer } }));
        let got = match operation {
            "get_user_profile_v2" => program.profile(),
            "token_introspection" => form(ready, "/oauth2/introspect", bearer, "token=unknown"),
            _ => form(ready, "/oauth2/revoke", bearer, "nothing=right"),
        };
        assert_eq!(got.status, status, "{operation} {answer}");
    }
}

#[test]
fn errors_with_words_of_ones_own() {
    let program = Program::start(&[]);
    let bearer = program.text("m2m_access_token");
    script(
        &program,
        "token_introspection",
        json!({ "reply": {
        "answer": "unauthorized", "error": "e", "error_description": "d",
    } }),
    );
    let introspected = form(&program.ready, "/oauth2/introspect", bearer, "token=a");
    assert_eq!(introspected.body, r#"{"error":"e","error_description":"d"}"#);
    script(
        &program,
        "token_revocation",
        json!({ "replies": [
        { "answer": "bad_request", "code": "C", "message": "m" },
        { "answer": "forbidden", "code": "C", "message": "m" },
    ] }),
    );
    for status in [400, 403] {
        let revoked = form(&program.ready, "/oauth2/revoke", bearer, "token=a");
        assert_eq!(
            (revoked.status, revoked.body.as_str()),
            (status, r#"{"errors":[{"code":"C","message":"m"}]}"#)
        );
    }
}

#[test]
fn faults_reach_the_socket() {
    let program = Program::start(&[]);
    let faulty = |fault: Value| {
        script(&program, "get_user_profile_v2", json!({ "reply": { "faults": [fault] } }));
        raw_profile(&program)
    };
    let body = |bytes: &[u8]| {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        bytes.len() - end - 4
    };
    assert_eq!(faulty(json!({ "cut": { "by": "rst" } })), (vec![], Some(ErrorKind::ConnectionReset)));
    assert_eq!(faulty(json!({ "cut": { "by": "fin" } })), (vec![], None));
    let (bytes, end) = faulty(json!({ "cut": { "by": "rst", "after_body": 10 } }));
    assert_eq!((body(&bytes), end), (10, Some(ErrorKind::ConnectionReset)));
    let (bytes, end) = faulty(json!({ "cut": { "by": "fin", "after_body": 11 } }));
    assert_eq!((body(&bytes), end), (11, None));

    script(
        &program,
        "get_user_profile_v2",
        json!({ "replies": [
        { "faults": ["malformed_json"] },
        { "faults": ["wrong_content_type", { "drip": { "bytes": 100, "every": 0.01 } }] },
    ] }),
    );
    assert!(serde_json::from_str::<Value>(&program.profile().body).is_err());
    let html = program.profile();
    assert!(html.head.contains("content-type: text/html"));
    assert_eq!(html.json()["name"], "John Snow");
}

#[test]
fn a_gate_holds_a_call_until_it_is_opened() {
    let program = Program::start(&[]);
    script(&program, "get_user_profile_v2", json!({ "reply": { "faults": [{ "gate": "checkout" }] } }));
    std::thread::scope(|threads| {
        let call = threads.spawn(|| program.profile());
        let wait = "/journal/wait?operation=get_user_profile_v2&calls=1&within=10";
        assert_eq!(program.admin("GET", wait, Value::Null).status, 200);
        let other = program.profile();
        assert_eq!(other.status, 200);
        assert!(!call.is_finished());
        let opened = program.admin("PUT", "/gates/checkout", json!({ "open": true }));
        assert_eq!(opened.json()["open"], true);
        assert_eq!(call.join().unwrap().status, 200);
    });
    assert_eq!(program.admin("PUT", "/gates/another", json!({ "open": true })).status, 404);
}

#[test]
fn connections_are_refused_and_accepted_again() {
    let program = Program::start(&[]);
    let port = address(program.text("base_url")).0.to_owned();
    for _ in 0..2 {
        assert_eq!(program.admin("PUT", "/connections", json!({ "accept": false })).status, 200);
        assert_eq!(TcpStream::connect(&port).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        assert_eq!(program.admin("PUT", "/connections", json!({ "accept": true })).status, 200);
        assert_eq!(program.profile().status, 200);
    }
    program.admin("PUT", "/connections", json!({ "accept": false }));
    assert_eq!(program.admin("POST", "/reset", Value::Null).status, 200);
    assert_eq!(program.profile().status, 200);
}

#[test]
fn scripts_end_are_filtered_and_are_taken_away() {
    let program = Program::start(&[]);
    script(&program, "get_user_profile_v2", json!({ "times": "always", "reply": { "answer": "forbidden" } }));
    script(&program, "get_user_profile_v2", json!({ "bearer": "other", "reply": { "answer": "ok" } }));
    assert_eq!(program.profile().status, 403);
    let state = |n: u64| program.admin("GET", &format!("/scripts/{n}"), Value::Null).json()["live"].clone();
    assert_eq!((state(1), state(2)), (true.into(), true.into()));
    assert_eq!(program.admin("GET", "/scripts/3", Value::Null).status, 404, "it never was");
    assert_eq!(program.admin("DELETE", "/scripts/1", Value::Null).status, 204);
    assert_eq!(program.profile().status, 200);
    assert_eq!(program.admin("DELETE", "/scripts", Value::Null).status, 204);
    assert_eq!(state(2), false);
}
