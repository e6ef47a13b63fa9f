//! Replies in writing: rows by name, and members laid over them.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::child::{Program, form, profile};

fn introspected(program: &Program, reply: Value) -> String {
    let script = json!({ "operation": "token_introspection", "reply": reply });
    let added = program.admin("POST", "/scripts", script);
    assert_eq!(added.status, 201, "{}", added.body);
    form(&program.ready, "/oauth2/introspect", program.text("m2m_access_token"), "token=a").body
}

#[test]
fn members_are_laid_over_a_row_in_their_places() {
    let program = Program::start(&["--clock", "2026-01-02T03:04:05Z"]);
    let with = json!({ "exp": "soon", "aud": ["https://api.example.com"] });
    let body = introspected(&program, json!({ "answer": "active", "client_id": "shop", "with": with }));
    let expected = r#"{"active":true,"aud":["https://api.example.com"],"client_id":"shop","exp":"soon","iat":1767323045}"#;
    assert_eq!(body, expected);
    let body = introspected(&program, json!({ "answer": "inactive", "with": { "active": null } }));
    assert_eq!(body, r#"{"active":null}"#);
    let body = introspected(&program, json!({ "answer": "invalid_client", "with": { "error": "e" } }));
    assert!(body.starts_with(r#"{"error":"e","error_description":"Client authentication failed"#), "{body}");

    let reply = json!({ "answer": "ok", "with": { "email": null, "name": "Nobody" } });
    program.admin("POST", "/scripts", json!({ "operation": "get_user_profile_v2", "reply": reply }));
    let body = profile(&program.ready, "x").body;
    assert!(
        body.contains(r#""name":"Nobody","given_name":"John""#) && body.contains(r#""email":null"#),
        "{body}"
    );

    let reply = json!({ "answer": "throttled", "reset_after": 7, "with": { "errors": [] } });
    program.admin("POST", "/scripts", json!({ "operation": "token_revocation", "reply": reply }));
    let throttled = form(&program.ready, "/oauth2/revoke", "x", "");
    assert_eq!((throttled.status, throttled.body.as_str()), (429, r#"{"errors":[]}"#));
    assert!(throttled.head.contains("ratelimit-reset: 7"), "{}", throttled.head);
}

#[test]
fn what_can_not_be_meant_names_the_nearest() {
    let program = Program::start(&[]);
    let refused = |operation: &str, reply: Value| {
        let answer = program.admin("POST", "/scripts", json!({ "operation": operation, "reply": reply }));
        assert_eq!(answer.status, 400, "{}", answer.body);
        let error = answer.json()["error"].clone();
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        (text("path"), text("message"))
    };
    let (path, message) =
        refused("token_introspection", json!({ "answer": "active", "with": { "clientid": 1 } }));
    assert_eq!(path, "reply.with.clientid");
    assert!(
        message.ends_with("which has active, aud, client_id, exp, iat; did you mean `client_id`?"),
        "{message}"
    );
    let (path, message) = refused("token_introspection", json!({ "answer": "actve" }));
    assert_eq!(path, "reply.answer");
    assert!(message.ends_with("did you mean active?"), "{message}");
    let (path, message) = refused("get_user_profile_v2", json!({ "anwser": "ok" }));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("reply.anwser", "has no effect on this answer; did you mean `answer`?")
    );
    for reply in [
        json!({ "answer": "forbidden", "with": { "error": "e" } }),
        json!({ "with": { "name": "x" } }),
        json!({ "answer": "undocumented", "status": 500, "with": { "name": "x" } }),
    ] {
        assert_eq!(refused("get_user_profile_v2", reply).0, "reply.with");
    }
    let (path, message) = refused("token_introspection", json!({ "answer": "active", "expires_in": "x" }));
    assert_eq!(path, "reply.expires_in");
    assert!(message.contains("a number of seconds"), "{message}");
}

#[test]
fn a_seed_file_writes_them_too() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("written.toml");
    let seed = r#"
clock = 2026-01-02T03:04:05Z
[[scripts]]
operation = "token_introspection"
reply = { answer = "active", issued_at = 2026-01-02T03:00:00Z, expires_in = 60.5, with = { aud = ["a"] } }
"#;
    fs::write(&path, seed).unwrap();
    let program = Program::start(&["--seed", path.to_str().unwrap()]);
    let body = form(&program.ready, "/oauth2/introspect", "x", "token=a").body;
    assert!(body.starts_with(r#"{"active":true,"aud":["a"],"#), "{body}");
    assert!(body.ends_with(r#""exp":1767323106,"iat":1767322800}"#), "{body}");
}

#[test]
fn scripts_are_listed_with_their_calls() {
    let program = Program::start(&[]);
    let script = |operation: &str, times: u64| {
        let script = json!({ "operation": operation, "times": times, "reply": { "answer": "forbidden" } });
        program.admin("POST", "/scripts", script);
    };
    script("get_user_profile_v2", 1);
    script("token_revocation", 5);
    script("get_user_profile_v2", 2);
    program.profile();
    program.profile();
    program.profile();
    let scripts = program.admin("GET", "/scripts", Value::Null).json();
    let revocation = json!({ "script": 2, "operation": "token_revocation", "live": true, "calls": 0 });
    assert_eq!(scripts, json!({ "scripts": [revocation] }));
    let state = |number: u64| program.admin("GET", &format!("/scripts/{number}"), Value::Null).json();
    assert_eq!((&state(1)["calls"], &state(1)["live"]), (&json!(1), &json!(false)));
    assert_eq!((&state(3)["calls"], &state(3)["live"]), (&json!(2), &json!(false)));
}

#[test]
fn a_gate_of_any_name_can_be_opened() {
    let program = Program::start(&[]);
    let reply = json!({ "faults": [{ "gate": "check out/1%" }] });
    program.admin("POST", "/scripts", json!({ "operation": "get_user_profile_v2", "reply": reply }));
    let opened = program.admin("PUT", "/gates/check%20out%2F1%25", json!({ "open": true }));
    assert_eq!(opened.json(), json!({ "gate": "check out/1%", "open": true, "held": 0 }));
    assert_eq!(program.profile().status, 200);
}
