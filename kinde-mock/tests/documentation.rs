//! The ledger and the answers, held against the documentation in both directions.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use kinde_mock::ledger::{Body, Endpoint, Row, Source, strays};
use kinde_mock::{IntrospectAuth, MockTransport, NewToken, SelfIntrospection, User, endpoints};
use serde_json::{Map, Value};
use support::{Answer, INTROSPECT, PROFILE, REVOKE, Raw};

fn documentation() -> Value {
    serde_json::from_str(include_str!("documentation.json")).unwrap()
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
        let may_lack =
            rule["if_available"] == true || (rule["of_live_tokens"] == true && body["active"] == false);
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
        let Some(operation) = operations.get(endpoint.name) else {
            assert_ne!(row.source, Source::Documented, "{endpoint} is not in documentation.json");
            continue;
        };
        let [route] = endpoint.routes else { panic!("{endpoint} has several routes") };
        assert_eq!((&operation["method"], &operation["path"]), (&route.method.into(), &route.path.into()));
        let answers = object(&operation["answers"]);
        let content = answers.get(&row.status.to_string());
        let content = object(content.unwrap_or_else(|| panic!("{route} has no {}", row.status)));
        match row.media_type() {
            Some(media_type) => assert!(content.contains_key(media_type), "{route} {}", row.status),
            None => assert!(content.is_empty() && matches!(row.body, Body::Empty), "{route} {}", row.status),
        }
        assert!(!row.when.is_empty() && !row.note.is_empty());
        covered.insert((endpoint.name.to_owned(), row.status.to_string()));
    }
    for (name, operation) in operations {
        for status in object(&operation["answers"]).keys() {
            assert!(covered.contains(&(name.clone(), status.clone())), "no row for {name} {status}");
        }
    }
    let served: BTreeSet<&str> = endpoints().map(|endpoint| endpoint.name).collect();
    assert!(operations.keys().all(|name| served.contains(name.as_str())), "{served:?}");
}

/// Everything the fake can be made to answer by its state.
async fn answers() -> Vec<(&'static str, Answer)> {
    let kinde = MockTransport::new();
    let (user, bare) = (kinde.sign_in(), kinde.add_user(User::new("kp_1", "Bran", "Stark")));
    let bare = kinde.issue_access(NewToken::for_user(&bare));
    let bearer = user.access_token.expose();
    let app = kinde.backend();
    let credentials = format!("client_id={}&client_secret={}", app.client_id, app.client_secret.expose());
    let other = kinde.add_frontend("other");
    let theirs = kinde.issue_refresh(NewToken::for_user(&kinde.user()).application(other.client_id));
    let profile = |bearer: &str| Raw::new("GET", PROFILE).bearer(bearer);
    let introspect = |bearer: &str, form: &str| Raw::new("POST", INTROSPECT).bearer(bearer).form(form);
    let revoke = |form: String| Raw::new("POST", REVOKE).form(form);

    let mut answers = Vec::new();
    let mut keep = async |name, request: Raw| answers.push((name, request.send(&kinde).await));
    keep("get_user_profile_v2", profile(bearer)).await;
    keep("get_user_profile_v2", profile(bare.expose())).await;
    keep("get_user_profile_v2", profile("x")).await;
    for charset in [false, true] {
        kinde.configure(|options| options.introspect_charset = charset);
        keep("token_introspection", introspect(bearer, &format!("token={}", user.refresh_token.expose())))
            .await;
        keep("token_introspection", introspect(bearer, "token=x")).await;
        keep("token_introspection", introspect(bearer, "")).await;
        kinde.configure(|options| options.self_introspection = SelfIntrospection::Refuse);
        keep("token_introspection", introspect(bearer, &format!("token={bearer}"))).await;
        kinde.configure(|options| options.introspect_auth = IntrospectAuth::Client);
        keep("token_introspection", Raw::new("POST", INTROSPECT).form("client_id=x&client_secret=y&token=z"))
            .await;
        kinde.configure(|options| options.introspect_auth = IntrospectAuth::Bearer);
        keep("token_introspection", introspect("x", "token=x")).await;
    }
    keep("token_revocation", revoke(format!("{credentials}&token=x"))).await;
    keep("token_revocation", revoke(credentials.clone())).await;
    keep("token_revocation", revoke("client_id=x&token=y".to_owned())).await;
    keep("token_revocation", revoke(format!("{credentials}&token={}", theirs.expose()))).await;
    kinde.rate_limit(0, Duration::from_secs(9));
    keep("get_user_profile_v2", profile(bearer)).await;
    keep("token_introspection", introspect(bearer, "token=x")).await;
    keep("token_revocation", revoke(credentials)).await;
    answers
}

#[tokio::test]
async fn what_is_sent_has_exactly_the_documented_members() {
    let documentation = documentation();
    let mut sent = BTreeSet::new();
    let mut sent_rows = BTreeSet::new();
    for (name, answer) in answers().await {
        let status = answer.status().to_string();
        let content = object(&documentation["operations"][name]["answers"][&status]);
        let media_type = answer.header("content-type").map(str::to_owned);
        match &media_type {
            Some(media_type) => {
                let schema = content[media_type].as_str().unwrap();
                check(&documentation["schemas"], schema, &serde_json::from_str(answer.body()).unwrap());
            }
            None => assert!(content.is_empty() && answer.body().is_empty(), "{name} {status}"),
        }
        assert_eq!(answer.header("ratelimit-reset").is_some(), status == "429", "{name} {status}");
        sent_rows.extend(rows().position(|(endpoint, row)| {
            let same = endpoint.name == name && row.status == answer.status();
            same && match (row.body, code(row)) {
                (Body::Empty, _) => answer.body().is_empty(),
                (Body::Fixed(_), Some(code)) => answer.body().contains(&format!("\"{code}\"")),
                (Body::Fixed(document), None) => answer.body() == document.to_json(),
                (Body::Filled(_), _) => {
                    row.members().iter().any(|name| answer.body().contains(&format!("\"{name}\":")))
                        && !answer.body().contains("false}")
                }
                _ => false,
            }
        }));
        sent.insert((name.to_owned(), status, media_type));
    }
    for (name, operation) in object(&documentation["operations"]) {
        for (status, content) in object(&operation["answers"]) {
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

/// The ledger page is this table, written out.
#[test]
fn the_ledger_page_is_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fake-kinde-ledger.md");
    let expected = page_of_the_ledger();
    if std::env::var_os("WRITE_LEDGER").is_some() {
        std::fs::write(page, &expected).unwrap();
    }
    let found = std::fs::read_to_string(page).unwrap_or_default();
    assert!(found == expected, "docs/fake-kinde-ledger.md is out of date: run this test with WRITE_LEDGER=1");
}

fn page_of_the_ledger() -> String {
    let mut page = "\
# What the fake answers, and how that is known

Kinde's documentation leaves things open. This is every answer that `kinde-mock` gives, with its source:

- **documented**: Kinde's reference has this status (and body, where there is one) for this operation;
- **seen**: quoted by someone who got it from a real server;
- **assumed**: nobody says; the best guess, from the RFCs and from servers built on the same engine.

Where a guess decides, there is an option or a scripted reply for the other choice. Nothing here was tried on a
live Kinde tenant. The page is written from the tables that the fake answers from (`kinde-mock/src/endpoints/`), and a
test keeps the two the same.
"
    .to_owned();
    let header = "| status | when | body | source | what is known |\n|---|---|---|---|---|\n";
    for endpoint in endpoints() {
        let routes: Vec<String> = endpoint.routes.iter().map(ToString::to_string).collect();
        page += &format!("\n## `{}`: {}\n\n{header}", endpoint.name, routes.join(", "));
        endpoint.rows.iter().for_each(|row| page += &line(row));
    }
    page += &format!("\n## Requests that no documentation has\n\n{header}");
    strays().iter().for_each(|row| page += &line(row));
    page += "
## Beside the table

- Every answer has a `Date`, by the fake's clock. Answers to requests that no documentation has also carry
  `x-kinde-mock`, one sentence about what would have been right.
- Introspection's 200 and 401 say `application/json; charset=utf-8` if the option `introspect_charset` is on: Kinde
  documents both.
- Unless told otherwise, access tokens live for 24 hours and refresh tokens for 15 days (documented defaults), are
  opaque (Kinde's access tokens are JWTs), and refresh tokens are two base64url parts joined by a dot (seen).
- A live user's or machine's access token may introspect any token of the tenant, itself included (assumed; options
  `introspect_auth` and `self_introspection`).
- A revocation needs no bearer (Kinde's own clients send none, its reference declares one; option
  `revoke_requires_bearer`), and client credentials may come by HTTP Basic, as in Kinde's .NET guide.
- Revoking a refresh token ends its whole sign-in (RFC 7009), and an access token only itself (assumed; option
  `revoking_access_ends_sign_in`).
";
    page
}

fn line(row: &Row) -> String {
    let body = match (row.body, code(row)) {
        (Body::Empty, _) => "none".to_owned(),
        (Body::Filled(_), _) => format!("`{}`", row.members().join("`, `")),
        (Body::Fixed(_), Some(code)) if row.members() == ["errors"] => {
            format!("`errors`: `code` = `{code}`, `message`")
        }
        (Body::Fixed(_), Some(error)) => format!("`error` = `{error}`, `error_description`"),
        (Body::Fixed(document), None) => format!("`{}`", document.to_json()),
        (Body::Page(what), _) => format!("a page: {what}"),
        _ => panic!("a body that the page can't write"),
    };
    format!("| {} | {} | {body} | {} | {} |\n", row.status, row.when, row.source, row.note)
}
