//! Seed files: what they do, and what is said of wrong ones.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::child::{PROGRAM, Program, form, profile};

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

const EVERYTHING: &str = r#"
clock = "2026-01-02T03:04:05Z"

[options]
introspect_auth = "either"
self_introspection = "refuse"
introspect_charset = true
revoke_requires_bearer = true
revoking_access_ends_sign_in = true

[rate_limit]
requests = 100
seconds = 60

[[applications]]
kind = "backend"
client_id = "shop"
client_secret = "shop-secret"

[[applications]]
kind = "frontend"
client_id = "app"

[[users]]
id = "kp_7"
given_name = "Arya"
family_name = "Stark"
email = "arya@example.com"

[[tokens]]
text = "arya"
user = "kp_7"
client_id = "shop"
audience = ["https://api.example.com/v1"]
issued_at = 2026-01-02T03:04:00Z
expires_in = 60

[[tokens]]
text = "aryas-refresh"
kind = "refresh"
user = "kp_7"
client_id = "shop"
same_sign_in_as = "arya"

[[tokens]]
text = "long-ago"
expires_at = 2026-01-01T00:00:00Z

[[tokens]]
text = "gone"
revoked = true

[[tokens]]
text = "shop-itself"
machine = true
client_id = "shop"

[[scripts]]
operation = "token_revocation"
token = "arya"
times = 2
reply = { answer = "throttled", reset_after = 1.5 }

[[scripts]]
operation = "get_user_profile_v2"
bearer = "shop-itself"
[[scripts.replies]]
answer = "ok"
user = "kp_7"
[[scripts.replies]]
answer = "undocumented"
status = 502
headers = { content-type = "text/html" }
body = "<h1>Bad gateway</h1>"
"#;

#[test]
fn every_key_has_its_effect_at_the_start_and_after_a_reset() {
    let seed = file("everything.toml", EVERYTHING);
    let program = Program::start(&["--seed", seed.to_str().unwrap()]);
    for _ in 0..2 {
        look(&program);
        assert_eq!(program.admin("POST", "/reset", Value::Null).json(), program.ready);
    }
}

fn look(program: &Program) {
    let ready = &program.ready;
    assert_eq!(program.admin("GET", "/clock", Value::Null).json()["now"], "2026-01-02T03:04:05Z");
    let options = json!({
        "introspect_auth": "either",
        "self_introspection": "refuse",
        "introspect_charset": true,
        "revoke_requires_bearer": true,
        "revoking_access_ends_sign_in": true,
        "access_tokens": "jwt",
        "id_token_aud": "client",
        "refresh_overlap": 30,
        "refresh_reuse_ends_sign_in": false,
        "refresh_keeps_access_token": false,
        "next_tokens_live": null,
    });
    assert_eq!(program.admin("GET", "/options", Value::Null).json(), options);

    let arya = profile(ready, "arya").json();
    assert_eq!((&arya["sub"], &arya["email"]), (&"kp_7".into(), &"arya@example.com".into()));
    for dead in ["long-ago", "gone", "aryas-refresh"] {
        assert_eq!(profile(ready, dead).status, 403, "{dead}");
    }
    let introspect =
        |token: &str| form(ready, "/oauth2/introspect", "shop-itself", &format!("token={token}"));
    let expected = r#"{"active":true,"aud":["https://api.example.com/v1"],"client_id":"shop","exp":1767323100,"iat":1767323040}"#;
    assert_eq!(introspect("arya").body, expected);
    assert_eq!(introspect("long-ago").body, r#"{"active":false}"#);

    let revocation = "client_id=shop&client_secret=shop-secret&token=arya";
    let revoke = || form(ready, "/oauth2/revoke", "shop-itself", revocation);
    for _ in 0..2 {
        let throttled = revoke();
        assert_eq!(throttled.status, 429);
        assert!(throttled.head.contains("ratelimit-reset: 2"), "{}", throttled.head);
    }
    assert_eq!(introspect("aryas-refresh").json()["active"], true);
    assert_eq!(revoke().status, 200);
    assert_eq!(introspect("aryas-refresh").json()["active"], false);

    assert_eq!(profile(ready, "shop-itself").json()["name"], "Arya Stark");
    let gateway = profile(ready, "shop-itself");
    assert_eq!((gateway.status, gateway.body.as_str()), (502, "<h1>Bad gateway</h1>"));
    assert_eq!(profile(ready, "shop-itself").status, 403);
}

/// What `check` says of a file, after the file's name.
#[track_caller]
fn wrong(text: &str, said: &str) {
    // Tests run side by side: each its own file.
    let place = std::panic::Location::caller().line();
    let path = file(&format!("wrong-{place}-{}.toml", text.len()), text);
    let output = Command::new(&*PROGRAM).arg("check").arg(&path).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let expected = format!("kinde-mock: {}: {said}", path.display());
    assert!(stderr.starts_with(&expected), "{stderr}\nnot\n{expected}");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn syntax_and_types_are_told_by_line_and_key() {
    wrong("[[tokens]\n", "line 1, column 10: ");
    wrong("\nclocks = 1", "line 2, column 1: clocks: unknown field `clocks`, expected one of `clock`, ");
    wrong("[options]\nfoo = 1", "line 2, column 1: options.foo: unknown field");
    wrong("[[tokens]]\n\n[[tokens]]\ntext = 5", "line 4, column 8: tokens[1].text: invalid type: integer");
    wrong("[[users]]\nid = \"a\"", "line 1, column 1: users[0]: missing field `given_name`");
    wrong("[[tokens]]\nexpires_in = -1", "line 2, column 14: tokens[0].expires_in: ");
    wrong("clock = \"tomorrow\"", "line 1, column 9: clock: invalid value: text, expected a time like 2026-");
    let fault = "[[scripts]]\noperation = \"token_revocation\"\nreply.faults = [{ cut = { by = \"rts\" } }]";
    wrong(fault, "line 3, column 32: scripts[0].reply.faults[0].cut.by: unknown variant `rts`");
}

#[test]
fn what_can_not_be_meant_is_told_by_key() {
    let script = |rest: &str| format!("[[scripts]]\noperation = \"get_user_profile_v2\"\n{rest}");
    let wrong_script = |rest: &str, said: &str| wrong(&script(rest), &format!("scripts[0]{said}"));
    wrong("[[tokens]]\nuser = \"kp_9\"", "tokens[0].user: there is no such user");
    wrong("[[tokens]]\nclient_id = \"x\"", "tokens[0].client_id: there is no such application");
    wrong(
        "[[tokens]]\ntext = \"a\"\n[[tokens]]\ntext = \"a\"",
        "tokens[1].text: a token of this text exists",
    );
    wrong("[[tokens]]\ntext = \"a b\"", "tokens[0].text: can't be sent");
    wrong("[[tokens]]\nmachine = true\nkind = \"refresh\"", "tokens[0].kind: a machine has no refresh token");
    wrong("[[tokens]]\nexpires_in = 1\nexpires_at = 2026-01-01T00:00:00Z", "tokens[0].expires_at: ");
    wrong("[[tokens]]\nsame_sign_in_as = \"x\"", "tokens[0].same_sign_in_as: there is no such token");
    wrong("[[applications]]\nkind = \"backend\"\nclient_id = \"x\"", "applications[0].client_secret: ");
    wrong("[rate_limit]\nrequests = 1\nseconds = 0", "rate_limit.seconds: must be more than 0");
    wrong_script("", ": give either one `reply` or a list of `replies`");
    wrong_script(
        "reply.answer = \"bad_request\"",
        ".reply.answer: is not documented for get_user_profile_v2",
    );
    wrong_script("reply = { answer = \"ok\", reset_after = 1 }", ".reply.reset_after: has no effect");
    wrong_script("reply = { answer = \"undocumented\" }", ".reply.status: an undocumented answer needs one");
    wrong_script("reply = { answer = \"undocumented\", status = 99 }", ".reply.status: a number from 200");
    wrong_script("token = \"a\"\nreply = {}", ".token: get_user_profile_v2 is about its bearer");
    wrong_script("times = 2\nreplies = [{}]", ".times: goes with `reply`");
    wrong_script("reply.headers = { \"a b\" = \"c\" }", ".reply.headers.a b: no header can have this name");
    wrong_script("replies = [{}, { answer = \"active\" }]", ".replies[1].answer: is not documented");
}
