//! The ledger and the answers, held against the documentation in both directions.

mod answers;
mod ledger_page;
mod sign_ins;

use std::collections::BTreeSet;

use crate::support::Answer;
use answers::answers;
use kinde_mock::endpoints;
use kinde_mock::ledger::{Body, Endpoint, Row, Source, strays};
use serde_json::{Map, Value};

fn documentation() -> Value {
    serde_json::from_str(include_str!("../documentation.json")).unwrap()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

fn rows() -> impl Iterator<Item = (&'static Endpoint, &'static Row)> {
    endpoints().flat_map(|endpoint| endpoint.rows.iter().map(move |row| (endpoint, row)))
}

/// The member of a row's body that tells it from others of its status: `error`, or `code` of the one in `errors`.
fn code(row: &Row) -> Option<String> {
    let Body::Fixed(document) = row.body else { return None };
    let body: Value = serde_json::from_str(&document.to_json()).unwrap();
    let code = body["error"].as_str().or(body["errors"][0]["code"].as_str());
    code.map(str::to_owned)
}

/// Whether `body` has exactly the members of a schema, and each is of its type.
fn check(schemas: &Value, name: &str, body: &Value) {
    let schema = object(&schemas[name]);
    let body = object(body);
    for (member, value) in body {
        let rule = schema.get(member).unwrap_or_else(|| panic!("{name} has no member {member}"));
        if rule["nullable"] == true && value.is_null() {
            continue;
        }
        let fits = match rule["type"].as_str().unwrap() {
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "boolean" => value.is_boolean(),
            "any" => true,
            "strings" => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            "object" => {
                check(schemas, rule["schema"].as_str().unwrap(), value);
                true
            }
            "objects" => {
                let inner = rule["schema"].as_str().unwrap();
                let list = value.as_array().unwrap();
                list.iter().for_each(|item| check(schemas, inner, item));
                !list.is_empty()
            }
            other => panic!("no such type: {other}"),
        };
        assert!(fits, "{name}.{member} is {value}");
    }
    for (member, rule) in schema {
        // All that a scope stands for is there, or nothing of it.
        let without_scope = rule["of_scope"].is_string()
            && schema.iter().all(|(other, it)| {
                it["of_scope"] != rule["of_scope"] || it["if_available"] == true || !body.contains_key(other)
            });
        let may_lack = rule["if_available"] == true
            || without_scope
            || (rule["of_live_tokens"] == true && body["active"] == false);
        assert!(body.contains_key(member) || may_lack, "{name} lacks {member}: {body:?}");
        let is_dead = body.get("active") == Some(&Value::Bool(false));
        assert!(!(is_dead && may_lack && body.contains_key(member)), "{member} of a dead token");
    }
}

#[test]
fn each_row_is_documented_and_each_documented_answer_has_a_row() {
    let documentation = documentation();
    let operations = object(&documentation["operations"]);
    let mut covered = BTreeSet::new();
    for row in strays() {
        assert_eq!(row.source, Source::Assumed, "no documentation has a {}", row.status);
    }
    for (endpoint, row) in rows() {
        let operation = &operations[endpoint.name];
        let documented = match operation.get("routes") {
            Some(routes) => routes.as_array().unwrap().clone(),
            None => vec![serde_json::json!([operation["method"], operation["path"]])],
        };
        let routes = endpoint.routes.iter().map(|route| serde_json::json!([route.method, route.path]));
        assert_eq!(routes.collect::<Vec<_>>(), documented);
        let route = endpoint.routes[0];
        let status = row.status.to_string();
        // What no reference has may only be assumed.
        let assumed = operation["assumed"].get(&status).filter(|_| row.source == Source::Assumed);
        let content = operation["answers"].get(&status).or(assumed);
        let content = object(content.unwrap_or_else(|| panic!("{route} has no {}", row.status)));
        match row.media_type() {
            Some(media_type) => assert!(content.contains_key(media_type), "{route} {}", row.status),
            None => assert!(content.is_empty() && matches!(row.body, Body::Empty), "{route} {}", row.status),
        }
        assert!(!row.when.is_empty() && !row.note.is_empty());
        covered.insert((endpoint.name.to_owned(), row.status.to_string()));
    }
    for (name, operation) in operations {
        for status in object(&operation["answers"])
            .keys()
            .chain(operation["assumed"].as_object().into_iter().flatten().map(|(status, _)| status))
        {
            assert!(covered.contains(&(name.clone(), status.clone())), "no row for {name} {status}");
        }
    }
    let served: BTreeSet<&str> = endpoints().map(|endpoint| endpoint.name).collect();
    assert!(operations.keys().all(|name| served.contains(name.as_str())), "{served:?}");
}

/// Which of several answers without JSON it is: by where it leads, or what the page says.
fn is_named(row: &Row, answer: &Answer) -> bool {
    let location = answer.header("location").unwrap_or_default();
    let has_error = location.contains("error=");
    match row.name {
        "signed_in" => location.contains("code="),
        "login_required" => location.contains("error=login_required"),
        "refused" => has_error && !location.contains("error=login_required"),
        "form_post" => answer.body().contains("<h1>Back to the application</h1>"),
        "wrong_credentials" => answer.body().contains("role=\"alert\""),
        "sign_in" => answer.body().contains("<h1>Sign in</h1>") && !answer.body().contains("role=\"alert\""),
        "register" => answer.body().contains("p_first_name") && !answer.body().contains("role=\"alert\""),
        _ => true,
    }
}

#[tokio::test]
async fn what_is_sent_has_exactly_the_documented_members() {
    let documentation = documentation();
    let mut sent = BTreeSet::new();
    let mut sent_rows = BTreeSet::new();
    for (name, answer) in answers().await {
        let status = answer.status().to_string();
        let operation = &documentation["operations"][name];
        let content = operation["answers"].get(&status).or(operation["assumed"].get(&status));
        let content = object(content.unwrap_or_else(|| panic!("{name} {status}: {}", answer.body())));
        let media_type = answer.header("content-type").map(str::to_owned);
        match &media_type {
            Some(media_type) => {
                let schema = content[media_type].as_str().unwrap();
                if schema == "page" {
                    assert!(answer.body().starts_with("<!DOCTYPE html>"), "{name} {status}");
                } else {
                    check(&documentation["schemas"], schema, &serde_json::from_str(answer.body()).unwrap());
                }
            }
            None => assert!(content.is_empty() && answer.body().is_empty(), "{name} {status}"),
        }
        assert_eq!(answer.header("ratelimit-reset").is_some(), status == "429", "{name} {status}");
        let fits = rows().enumerate().filter(|(_, (endpoint, row))| {
            let same = endpoint.name == name && row.status == answer.status() && is_named(row, &answer);
            same && match (row.body, code(row)) {
                (Body::Empty, _) => answer.body().is_empty(),
                (Body::Page(_), _) => answer.body().starts_with("<!DOCTYPE html>"),
                (Body::Fixed(_), Some(code)) => answer.body().contains(&format!("\"{code}\"")),
                (Body::Fixed(document), None) => answer.body() == document.to_json(),
                (Body::Filled(_), _) => {
                    row.members().iter().any(|name| answer.body().contains(&format!("\"{name}\":")))
                        && !answer.body().contains("false}")
                }
                _ => false,
            }
        });
        // Of several, the one whose members it has.
        let apart = |row: &Row| {
            let body: serde_json::Value = serde_json::from_str(answer.body()).unwrap_or_default();
            let (members, sent) = (row.members(), body.as_object().cloned().unwrap_or_default());
            let missing = members.iter().filter(|name| !sent.contains_key(*name)).count();
            missing + sent.keys().filter(|name| !members.contains(name)).count()
        };
        sent_rows.extend(fits.min_by_key(|(_, (_, row))| apart(row)).map(|(index, _)| index));
        sent.insert((name.to_owned(), status, media_type));
    }
    for (name, operation) in object(&documentation["operations"]) {
        let assumed = operation["assumed"].as_object().into_iter().flatten();
        for (status, content) in object(&operation["answers"]).iter().chain(assumed) {
            let types: Vec<_> = match object(content) {
                none if none.is_empty() => vec![None],
                some => some.keys().cloned().map(Some).collect(),
            };
            for media_type in types {
                let wanted = (name.clone(), status.clone(), media_type);
                assert!(sent.contains(&wanted), "nothing sends {wanted:?}");
            }
        }
    }
    let unsent: Vec<_> = rows().enumerate().filter(|(index, _)| !sent_rows.contains(index)).collect();
    assert!(unsent.is_empty(), "rows that no answer came from: {unsent:?}");
}
