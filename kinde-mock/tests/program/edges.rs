//! Values at their ends, ids that never were, and what a program announces.

use kinde_scripted::client::PATIENCE;
use serde_json::{Value, json};

use crate::child::{Program, admin, form, profile};

#[test]
fn a_clock_is_not_moved_beyond_the_year_9999() {
    let program = Program::start(&[]);
    let start = std::time::Instant::now();
    let far = [json!(1e18), json!(9e18), json!(u64::MAX), json!(300_000_000_000_u64)];
    let far = far.map(|seconds| json!({ "advance": seconds, "frozen": true }));
    let set = [("9999-12-31T23:59:00Z", 60), ("9999-12-31T23:59:59Z", 1)];
    let set = set.map(|(set, advance)| json!({ "set": set, "advance": advance, "frozen": true }));
    for to in far.into_iter().chain(set) {
        let answer = program.admin("PATCH", "/clock", to.clone());
        assert_eq!((answer.status, &answer.json()["error"]["path"]), (400, &"advance".into()), "{to}");
        assert!(answer.body.contains("year 9999"), "{}", answer.body);
    }
    assert_eq!(program.admin("GET", "/clock", Value::Null).json()["frozen"], false, "nothing was moved");
    assert_eq!(program.profile().status, 200);
    assert!(start.elapsed() < PATIENCE);
    program.admin("PATCH", "/clock", json!({ "set": "9999-12-31T23:59:58Z", "advance": 1 }));
    assert_eq!(program.profile().status, 403);

    // A frozen clock shows that to the second.
    let program = Program::start(&["--clock", "2026-01-02T03:04:05Z"]);
    assert_eq!(program.admin("PATCH", "/clock", json!({ "advance": 1e18 })).status, 400);
    let now = json!({ "now": "2026-01-02T03:04:05Z", "frozen": true });
    assert_eq!(program.admin("GET", "/clock", Value::Null).json(), now);
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
