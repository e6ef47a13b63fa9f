//! Each example of the document, replayed against the live program.

use serde_json::{Value, json};

use crate::child::{Answer, Program, call, form};

/// A program in which everything is there that the examples name.
fn prepared() -> Program {
    let program = Program::start(&[]);
    let prepare = |path: &str, body: Value| assert_eq!(program.admin("POST", path, body).status, 201);
    prepare("/scopes", json!({ "name": "worker-1" }));
    prepare("/tokens", json!({ "text": "example-access-token" }));
    let gate = json!({ "faults": [{ "gate": "checkout" }] });
    prepare("/scripts", json!({ "operation": "token_revocation", "reply": gate }));
    let url = format!("{}/oauth2/v2/user_profile?token=a", program.text("base_url"));
    call("GET", &url, &[("Authorization", "Bearer example-access-token")], "");
    program
}

#[test]
fn every_example_is_true() {
    let document = Program::start(&[]).admin("GET", "/openapi.json", Value::Null).json();
    let mut replayed = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            replay(path, method, operation);
            replayed += 1;
        }
    }
    assert!(replayed >= 31, "{replayed}");
}

fn replay(path: &str, method: &str, operation: &Value) {
    let name = format!("{method} {path}");
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
        let example = match &parameter["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let parameter_name = parameter["name"].as_str().unwrap();
        match parameter["in"].as_str().unwrap() {
            "path" => path = path.replace(&format!("{{{parameter_name}}}"), &example),
            _ => query.push(format!("{parameter_name}={example}")),
        }
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
    assert_eq!(operation.get("requestBody").is_some(), !body.is_null(), "{name}");
    let program = prepared();
    let answer = match path.as_str() {
        // What can't be known before.
        "/devices" => {
            let waiting = "client_id=3b0b5c6c8fcc464fab397f4969b5f482\
                           &client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
            let waiting = form(&program.ready, "/oauth2/device/auth", "", waiting).json();
            let answer =
                program.admin("POST", &path, json!({ "user_code": waiting["user_code"], "approve": true }));
            let body = answer.body.replace(waiting["user_code"].as_str().unwrap(), "BCDFGHJK");
            Answer { body, ..answer }
        }
        "/keys/retire" => {
            let keys = program.admin("POST", "/keys/rotate", json!({ "overlap": 600 })).json();
            program.admin("POST", &path, json!({ "kid": keys["keys"][1] }))
        }
        _ => program.admin(&method.to_uppercase(), &path, body),
    };

    let (status, success) =
        operation["responses"].as_object().unwrap().iter().find(|(status, _)| *status != "default").unwrap();
    assert_eq!(answer.status.to_string(), *status, "{name}: {}", answer.body);
    match &success["content"]["application/json"]["example"] {
        Value::Null if status == "204" => assert_eq!(answer.body, "", "{name}"),
        Value::Null => assert_eq!(name, "get /openapi.json"),
        example => alike(&name, example, &answer.json()),
    }
}

/// The same keys with the same types, and the same values where they do not depend on the run.
fn alike(at: &str, example: &Value, real: &Value) {
    const OWN: [&str; 16] = [
        "base_url",
        "access_token",
        "refresh_token",
        "m2m_access_token",
        "admin_url",
        "admin_token",
        "token",
        "now",
        "at",
        "fingerprint",
        "bearer",
        "line",
        "calls",
        "issuer",
        "id_token",
        "callback",
    ];
    match (example, real) {
        (Value::Object(example), Value::Object(real)) => {
            let keys = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(example), keys(real), "{at}");
            for (key, value) in example {
                let at = format!("{at} {key}");
                match (value, &real[key]) {
                    (Value::String(_), Value::String(_)) if OWN.contains(&key.as_str()) => {}
                    (value, real) => alike(&at, value, real),
                }
            }
        }
        (Value::Array(example), Value::Array(real)) => {
            assert_eq!(example.len(), real.len(), "{at}");
            for (example, real) in example.iter().zip(real) {
                alike(at, example, real);
            }
        }
        (example, real) => assert_eq!(example, real, "{at}"),
    }
}
