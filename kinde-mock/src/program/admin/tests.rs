#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::Value;

use super::OPENAPI;
use super::routes::{ROUTES, find};
use crate::endpoints::table::endpoints;
use crate::http::route::Found;

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
        ROUTES.iter().map(|row| (row.route.method.to_owned(), row.route.path.to_owned())).collect();
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
    let at = |method: &str, path: &'static str| match find(method, path) {
        (scope, Found::At { route, segments, .. }) => {
            let parameter = segments.into_iter().next().map(|(_, value)| value);
            Some((route.path, scope.unwrap_or_default(), parameter.unwrap_or_default()))
        }
        _ => None,
    };
    let found = |path, scope, parameter: &str| Some((path, scope, parameter.to_owned()));
    assert_eq!(at("GET", "/health"), found("/health", "", ""));
    assert_eq!(at("DELETE", "/scopes/a"), found("/scopes/{scope}", "", "a"));
    assert_eq!(at("POST", "/scopes/a/tokens/revoke"), found("/tokens/revoke", "a", ""));
    assert_eq!(at("PUT", "/scopes/a/gates/b"), found("/gates/{gate}", "a", "b"));
    assert_eq!(at("GET", "/scripts/7"), found("/scripts/{script}", "", "7"));
    assert!(matches!(
        find("PUT", "/scripts").1,
        Found::OtherMethod { allowed, .. } if allowed == ["POST", "DELETE", "GET"]
    ));
    // What is not about one tenant is not there in a scope.
    for path in
        ["/", "", "/scopes/a/health", "/scopes/a/scopes", "/scopes/a/scopes/b", "/gates/", "/scripts/1/2"]
    {
        assert!(matches!(find("GET", path).1, Found::Nothing), "{path}");
    }
}
