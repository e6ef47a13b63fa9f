//! Who is let in, and the calls that no example covers.

use serde_json::{Value, json};

use crate::child::{Program, call, form, profile};

#[test]
fn only_with_the_token_and_a_name_of_this_machine() {
    let program = Program::start(&[]);
    let url = format!("{}/health", program.text("admin_url"));
    let token = format!("Bearer {}", program.text("admin_token"));
    let status = |headers: &[(&str, &str)]| call("GET", &url, headers, "").status;
    assert_eq!(status(&[("Authorization", &token)]), 200);
    assert_eq!(status(&[("Authorization", &token.replace("Bearer", "bearer"))]), 200);
    for wrong in
        ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", &format!("{token}x"), &token[..token.len() - 1]]
    {
        assert_eq!(status(&[("Authorization", wrong)]), 401, "{wrong}");
    }
    assert_eq!(status(&[]), 401);
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        assert_eq!(status(&[("Authorization", &token), ("Host", host)]), 421, "{host}");
    }
    for host in ["localhost", "localhost:1", "[::1]:4456"] {
        assert_eq!(status(&[("Authorization", &token), ("Host", host)]), 200, "{host}");
    }
    // The fake's own port knows nothing of it.
    let there = format!("{}/journal", program.text("base_url"));
    assert_eq!(call("GET", &there, &[("Authorization", &token)], "").status, 404);
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let program = Program::start(&[]);
    let refused = |method: &str, path: &str, body: Value, status: u16, code: &str, at: Option<&str>| {
        let answer = program.admin(method, path, body);
        let error = answer.json()["error"].clone();
        assert_eq!((answer.status, &error["code"]), (status, &code.into()), "{method} {path} {error}");
        assert_eq!(error["path"].as_str(), at, "{method} {path} {error}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
    };
    let invalid = "invalid_request";
    refused("GET", "/nowhere", Value::Null, 404, "no_such_path", None);
    refused("GET", "/scopes/none/clock", Value::Null, 404, "not_found", None);
    refused("PUT", "/health", Value::Null, 405, "method_not_allowed", None);
    refused("POST", "/users", json!([]), 400, invalid, None);
    refused("POST", "/users", json!({ "id": "a", "naem": "b" }), 400, invalid, Some("naem"));
    refused("POST", "/tokens", json!({ "user": "kp_9" }), 400, invalid, Some("user"));
    refused("POST", "/tokens", json!({ "expires_in": "soon" }), 400, invalid, Some("expires_in"));
    refused("POST", "/tokens/revoke", json!({ "token": "unknown" }), 404, "not_found", None);
    refused("POST", "/sign-ins", json!({ "text": "a" }), 400, invalid, Some("text"));
    refused("GET", "/journal?sinc=1", Value::Null, 400, invalid, None);
    refused("GET", "/journal?since=x", Value::Null, 400, invalid, Some("since"));
    refused("GET", "/journal/wait", Value::Null, 400, invalid, Some("operation"));
    refused(
        "GET",
        "/journal/wait?operation=token_revocation&within=61",
        Value::Null,
        400,
        invalid,
        Some("within"),
    );
    refused(
        "GET",
        "/journal/wait?operation=token_revocation&within=0.05",
        Value::Null,
        409,
        "too_few_calls",
        None,
    );
    refused("PUT", "/rate-limit", json!({ "requests": 1, "seconds": 0 }), 400, invalid, Some("seconds"));
    let script =
        json!({ "operation": "token_revocation", "replies": [{ "faults": [{ "cut": { "by": "axe" } }] }] });
    refused("POST", "/scripts", script, 400, invalid, Some("replies[0].faults[0].cut.by"));
    let allow = program.admin("PUT", "/scripts", Value::Null).head;
    assert!(allow.contains("allow: post, delete"), "{allow}");
}

/// In the words of the page, not of the libraries.
#[test]
fn messages_are_about_what_was_sent() {
    let program = Program::start(&[]);
    let url = |path: &str| format!("{}{path}", program.text("admin_url"));
    let ask = |bearer: &str, path: &str, body: &str| {
        let answer = call("POST", &url(path), &[("Authorization", &format!("Bearer {bearer}"))], body);
        let error = answer.json()["error"].clone();
        (error["message"].as_str().unwrap().to_owned(), error["path"].as_str().map(str::to_owned))
    };
    let token = program.text("admin_token");
    assert!(ask("guess", "/tokens", "{}").0.starts_with("that is not the admin token"));
    assert!(ask("", "/tokens", "{}").0.starts_with("send the admin token"));
    for half in [r#"{"text": "a"#, r#"{"text""#, "nonsense", "{} {}"] {
        let (message, path) = ask(token, "/tokens", half);
        assert!(
            message.starts_with("this is no JSON: ") && message.contains(" at line 1 column "),
            "{message}"
        );
        assert_eq!(path, None);
    }
    let fault = |fault: &str| {
        let script = format!(r#"{{"operation":"token_revocation","reply":{{"faults":[{fault}]}}}}"#);
        let (message, path) = ask(token, "/scripts", &script);
        assert!(path.unwrap().starts_with("reply.faults[0]"), "{message}");
        message
    };
    assert!(fault(r#""cut""#).contains(r#"as in {"cut": {"by": "rst"}}"#));
    assert!(fault("7").contains(r#"as in {"cut": {"by": "rst"}}"#));
    assert!(fault("{}").contains(r#"as in {"cut": {"by": "rst"}}"#));
    assert!(fault(r#""hnag""#).contains("unknown variant `hnag`, expected one of `hang`"));
    assert!(fault(r#"{"hang": true}"#).contains("`hang` takes nothing: write it as a string"));
    assert!(fault(r#"{"crop": {}}"#).contains("unknown field `crop`, expected one of `cut`, `drip`, `gate`"));
    assert!(fault(r#"{"gate": "a", "cut": {"by": "rst"}}"#).contains("one fault is one object"));
}

#[test]
fn tokens_are_minted_revoked_and_expired() {
    let program = Program::start(&[]);
    let ready = &program.ready;
    let mint =
        |spec: Value| program.admin("POST", "/tokens", spec).json()["token"].as_str().unwrap().to_owned();
    let short = mint(json!({ "expires_in": 60 }));
    assert_eq!(profile(ready, &short).status, 200);
    program.admin("PATCH", "/clock", json!({ "advance": 60 }));
    assert_eq!(profile(ready, &short).status, 403);

    let signed_in = program.admin("POST", "/sign-ins", Value::Null).json();
    let (access, refresh) = (&signed_in["access_token"], &signed_in["refresh_token"]);
    assert_eq!(profile(ready, access.as_str().unwrap()).status, 200);
    let revoked = program.admin("POST", "/tokens/revoke", json!({ "token": refresh }));
    assert_eq!(revoked.json()["live"], false);
    assert!(!revoked.body.contains(refresh.as_str().unwrap()));
    assert_eq!(profile(ready, access.as_str().unwrap()).status, 403);

    let other = mint(json!({}));
    program.admin("POST", "/tokens/expire", json!({ "token": other }));
    assert_eq!(profile(ready, &other).status, 403);
}

#[test]
fn applications_and_users_are_added() {
    let program = Program::start(&[]);
    let application = json!({ "kind": "backend", "client_id": "shop", "client_secret": "s" });
    assert_eq!(program.admin("POST", "/applications", application).status, 201);
    let user = json!({ "id": "kp_7", "given_name": "Arya", "family_name": "Stark" });
    assert_eq!(program.admin("POST", "/users", user).status, 201);
    let token = json!({ "user": "kp_7", "client_id": "shop", "text": "arya" });
    assert_eq!(program.admin("POST", "/tokens", token).status, 201);
    assert_eq!(profile(&program.ready, "arya").json()["name"], "Arya Stark");
    let revoked = form(&program.ready, "/oauth2/revoke", "arya", "client_id=shop&client_secret=s&token=arya");
    assert_eq!(revoked.status, 200);
    assert!(!program.admin("GET", "/applications", Value::Null).body.contains("secret"));
}

#[test]
fn the_clock_is_set_moved_and_stopped() {
    let program = Program::start(&[]);
    let moved = |to: Value| program.admin("PATCH", "/clock", to).json();
    let frozen = moved(json!({ "set": "2026-01-02T03:04:05Z", "advance": 1.5, "frozen": true }));
    assert_eq!(frozen, json!({ "now": "2026-01-02T03:04:06.500Z", "frozen": true }));
    assert_eq!(moved(json!({ "advance": 86400 }))["now"], "2026-01-03T03:04:06.500Z");
    assert_eq!(moved(json!({ "frozen": false }))["frozen"], false);
}

#[test]
fn the_journal_is_read_from_where_one_was_and_holds_no_secret() {
    let program = Program::start(&[]);
    let secrets = ["access_token", "client_secret", "m2m_access_token"].map(|key| program.text(key));
    let revocation =
        format!("client_id={}&client_secret={}&token={}", program.text("client_id"), secrets[1], secrets[0]);
    for _ in 0..3 {
        program.profile();
        form(&program.ready, "/oauth2/revoke", secrets[2], &revocation);
    }
    let journal = program.admin("GET", "/journal?since=4", Value::Null);
    let numbers: Vec<u64> =
        journal.json()["calls"].as_array().unwrap().iter().map(|it| it["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [5, 6]);
    let all =
        program.admin("GET", "/journal", Value::Null).body + &program.admin("GET", "/lint", Value::Null).body;
    assert!(secrets.iter().all(|secret| !all.contains(secret)), "{all}");
    assert_eq!(program.admin("DELETE", "/journal", Value::Null).status, 204);
    assert_eq!(program.admin("GET", "/journal", Value::Null).json()["total"], 0);
}
