//! Scopes: a tenant for each worker.

use std::io::ErrorKind;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::child::{Program, address, admin, profile};

#[test]
fn scopes_never_see_each_other() {
    let program = Program::start(&[]);
    let one = program.admin("POST", "/scopes", json!({ "name": "one" })).json();
    let other = program.admin("POST", "/scopes", Value::Null).json();
    assert_eq!((&one["scope"], &other["scope"]), (&"one".into(), &"1".into()));
    let tenants = [&program.ready, &one, &other];
    for (mine, tenant) in tenants.iter().enumerate() {
        for (index, ready) in tenants.iter().enumerate() {
            let token = ready["access_token"].as_str().unwrap();
            let expected = if index == mine { 200 } else { 403 };
            assert_eq!(profile(tenant, token).status, expected);
        }
    }
    // Clock, scripts, journal, limiter and connections.
    admin(&one, "PATCH", "/clock", json!({ "set": "2030-01-01T00:00:00Z", "frozen": true }));
    admin(&one, "PUT", "/rate-limit", json!({ "requests": 0, "seconds": 60 }));
    let forbidden =
        json!({ "operation": "get_user_profile_v2", "times": "always", "reply": { "answer": "forbidden" } });
    admin(&other, "POST", "/scripts", forbidden);
    admin(&program.ready, "PUT", "/connections", json!({ "accept": false }));
    let own = |ready: &Value| profile(ready, ready["access_token"].as_str().unwrap()).status;
    admin(&one, "POST", "/reset", Value::Null);
    assert_eq!((own(&one), own(&other)), (200, 403));
    assert_eq!(admin(&one, "GET", "/journal", Value::Null).json()["total"], 1);
    assert_eq!(admin(&other, "GET", "/journal", Value::Null).json()["total"], 4);
}

#[test]
fn a_scope_has_the_programs_seed_or_its_own() {
    let program = Program::start(&["--clock", "2026-01-02T03:04:05Z"]);
    let same = program.admin("POST", "/scopes", json!({})).json();
    assert_eq!(admin(&same, "GET", "/clock", Value::Null).json()["now"], "2026-01-02T03:04:05Z");
    let own = json!({ "seed": { "tokens": [{ "text": "mine" }] } });
    let own = program.admin("POST", "/scopes", own).json();
    assert_eq!(profile(&own, "mine").status, 200);
    // What the command line says goes over its seed, too.
    assert_eq!(admin(&own, "GET", "/clock", Value::Null).json()["now"], "2026-01-02T03:04:05Z");
    let wrong = program.admin("POST", "/scopes", json!({ "seed": { "tokens": [{ "user": "nobody" }] } }));
    assert_eq!(wrong.json()["error"]["path"], "seed.tokens[0].user");
    let wrong = program.admin("POST", "/scopes", json!({ "seed": { "tokens": [{ "usr": "nobody" }] } }));
    assert_eq!(wrong.json()["error"]["path"], "seed.tokens[0].usr");
}

#[test]
fn a_scope_ends_and_its_port_with_it() {
    let program = Program::start(&[]);
    let scope = program.admin("POST", "/scopes", json!({ "name": "short" })).json();
    assert_eq!(program.admin("POST", "/scopes", json!({ "name": "short" })).status, 409);
    assert_eq!(program.admin("POST", "/scopes", json!({ "name": "a/b" })).status, 400);
    assert_eq!(program.admin("DELETE", "/scopes/short", Value::Null).status, 204);
    let port = address(scope["base_url"].as_str().unwrap()).0;
    assert_eq!(TcpStream::connect(port).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(admin(&scope, "GET", "/clock", Value::Null).status, 404);
    assert_eq!(program.admin("DELETE", "/scopes/short", Value::Null).status, 404);
}

#[test]
fn there_are_at_most_256() {
    let program = Program::start(&[]);
    for n in 0..256 {
        let answer = program.admin("POST", "/scopes", Value::Null);
        assert_eq!(answer.status, 201, "scope {n}: {}", answer.body);
    }
    let last = program.admin("POST", "/scopes", Value::Null);
    assert_eq!((last.status, &last.json()["error"]["code"]), (409, &"too_many_scopes".into()));
    assert_eq!(program.admin("GET", "/scopes", Value::Null).json()["scopes"].as_array().unwrap().len(), 256);
    program.admin("DELETE", "/scopes/7", Value::Null);
    assert_eq!(program.admin("POST", "/scopes", Value::Null).json()["scope"], "7");
}
