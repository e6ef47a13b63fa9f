//! Values at their ends, ids that never were, and what a program announces.

use std::net::TcpListener;

use kinde_scripted::client::PATIENCE;
use serde_json::{Value, json};

use crate::child::{PROGRAM, Program, admin, form, profile};

#[test]
fn a_clock_is_not_moved_beyond_the_year_9999() {
    let program = Program::start(&[]);
    let start = std::time::Instant::now();
    for seconds in [json!(1e18), json!(9e18), json!(u64::MAX), json!(300_000_000_000_u64)] {
        let answer = program.admin("PATCH", "/clock", json!({ "advance": seconds }));
        assert_eq!((answer.status, &answer.json()["error"]["path"]), (400, &"advance".into()), "{seconds}");
    }
    let both = json!({ "set": "9999-12-31T23:59:00Z", "advance": 60, "frozen": true });
    assert_eq!(program.admin("PATCH", "/clock", both).status, 400);
    assert_eq!(program.admin("GET", "/clock", Value::Null).json()["frozen"], false, "nothing was moved");
    assert_eq!(program.profile().status, 200);
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn the_secret_that_is_announced_is_the_one_that_is_good() {
    let file = std::env::temp_dir().join(format!("kinde-mock-secret-{}.toml", std::process::id()));
    let client_id = Program::start(&[]).text("client_id").to_owned();
    let seed = format!(
        "[[applications]]\nkind = \"backend\"\nclient_id = \"{client_id}\"\nclient_secret = \"changed\"\n"
    );
    std::fs::write(&file, seed).unwrap();
    let program = Program::start(&["--seed", file.to_str().unwrap()]);
    let scope = program.admin("POST", "/scopes", Value::Null).json();
    let again = program.admin("POST", "/reset", Value::Null).json();
    for ready in [&program.ready, &scope, &again] {
        let secret = ready["client_secret"].as_str().unwrap();
        assert_eq!(secret, "changed");
        let grant = format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}");
        assert_eq!(form(ready, "/oauth2/token", "", &grant).status, 200);
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_scope_with_a_seed_of_its_own_keeps_what_the_command_line_says() {
    let program = Program::start(&["--clock", "2026-01-02T03:04:05Z", "--rate-limit", "1/60"]);
    let seed = json!({ "seed": { "tokens": [{ "text": "mine" }] } });
    let scope = program.admin("POST", "/scopes", seed).json();
    assert_eq!(admin(&scope, "GET", "/clock", Value::Null).json()["now"], "2026-01-02T03:04:05Z");
    assert_eq!((profile(&scope, "mine").status, profile(&scope, "mine").status), (200, 429));
}

#[test]
fn a_script_that_never_was_is_not_found() {
    let program = Program::start(&[]);
    let script = json!({ "operation": "get_user_profile_v2", "reply": { "answer": "forbidden" } });
    program.admin("POST", "/scripts", script);
    let status = |method: &str, path: &str| program.admin(method, path, Value::Null).status;
    assert_eq!((status("GET", "/scripts/77"), status("DELETE", "/scripts/77")), (404, 404));
    assert_eq!((status("GET", "/scripts/1"), status("DELETE", "/scripts/1")), (200, 204));
    assert_eq!(
        (status("GET", "/scripts/1"), status("DELETE", "/scripts/1")),
        (200, 204),
        "it was there once"
    );
}

#[test]
fn where_the_next_port_is_taken_the_admin_api_takes_another() {
    // Two neighbours of which the first is free.
    let (port, _taken) = (0..200)
        .find_map(|_| {
            let first = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            Some((first, TcpListener::bind(("127.0.0.1", first.checked_add(1)?)).ok()?))
        })
        .unwrap();
    let mut command = std::process::Command::new(&*PROGRAM);
    command.args(["serve", "--json", "--listen", &format!("127.0.0.1:{port}")]);
    let program = Program::start_as(command);
    assert_eq!(program.admin("GET", "/health", Value::Null).status, 200);
}
