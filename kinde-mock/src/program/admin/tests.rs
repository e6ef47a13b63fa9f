#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::Value;

use super::OPENAPI;
use super::routes::{Act, Found, ROUTES, find};
use crate::endpoints::table::endpoints;

#[test]
fn the_document_and_the_table_list_the_same() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> =
        ROUTES.iter().map(|row| (row.method.to_owned(), row.path.to_owned())).collect();
    assert_eq!(documented, routed);
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_document_names_the_operations_that_there_are() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let names: Vec<&str> = endpoints().map(|endpoint| endpoint.name).collect();
    assert_eq!(document["components"]["schemas"]["Operation"]["enum"], serde_json::json!(names));
}

#[test]
fn every_operation_has_an_example_of_its_success() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let (status, success) = operation["responses"].as_object().unwrap().iter().next().unwrap();
            let example = &success["content"]["application/json"]["example"];
            let has_one = example.is_object() || status == "204" || path == "/openapi.json";
            assert!(has_one, "{method} {path}");
        }
    }
}

#[test]
fn paths_are_found() {
    let act = |act, scope, parameter| Found::Act { act, scope, parameter };
    assert_eq!(find("GET", "/health"), act(Act::Health, None, None));
    assert_eq!(find("DELETE", "/scopes/a"), act(Act::EndScope, None, Some("a")));
    assert_eq!(find("POST", "/scopes/a/tokens/revoke"), act(Act::RevokeToken, Some("a"), None));
    assert_eq!(find("PUT", "/scopes/a/gates/b"), act(Act::MoveGate, Some("a"), Some("b")));
    assert_eq!(find("GET", "/scripts/7"), act(Act::ReadScript, None, Some("7")));
    assert_eq!(find("PUT", "/scripts"), Found::OtherMethod(vec!["POST", "DELETE"]));
    // What is not about one tenant is not there in a scope.
    for path in
        ["/", "", "/scopes/a/health", "/scopes/a/scopes", "/scopes/a/scopes/b", "/gates/", "/scripts/1/2"]
    {
        assert_eq!(find("GET", path), Found::Nothing, "{path}");
    }
}
