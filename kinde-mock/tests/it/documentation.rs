//! The ledger and the answers, held against the documentation in both directions.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::{Answer, INTROSPECT, PROFILE, REVOKE, Raw};
use kinde_core::ClientSecret;
use kinde_mock::ledger::{Body, Endpoint, Row, Source, strays};
use kinde_mock::{
    Application, GrantType, IntrospectAuth, MockTransport, NewToken, SelfIntrospection, User, endpoints,
};
use serde_json::{Map, Value};

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
    let narrow = kinde.issue_access(NewToken::for_user(&kinde.user()).scopes(["openid"]));
    keep("get_user_profile_v2", profile(narrow.expose())).await;
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
    answers.extend(sign_ins().await);
    answers
}

/// What comes of signing in and out.
async fn sign_ins() -> Vec<(&'static str, Answer)> {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let app = kinde.backend();
    let client = format!("client_id={}&client_secret={}", app.client_id, app.client_secret.expose());
    kinde
        .add_application(Application::frontend("narrow").grant(GrantType::AuthorizationCode).scope("openid"));
    kinde.add_application(Application::frontend("app").scope("openid"));
    kinde.add_application(Application::backend("machine", ClientSecret::new("secret")).scope("read"));
    kinde.add_application(
        Application::backend("user", ClientSecret::new("secret")).grant(GrantType::AuthorizationCode),
    );
    kinde.add_application(Application::frontend("code").grant(GrantType::RefreshToken));
    let get = |path: String| Raw::new("GET", &path);
    let post = |path: &str, form: String| Raw::new("POST", path).form(form);
    let token = |form: String| post("/oauth2/token", form);
    let auth = |more: &str| {
        format!(
            "/oauth2/auth?client_id={}&redirect_uri=http://localhost:3000&response_type=code&scope=openid+offline\
             &code_challenge={CHALLENGE}&code_challenge_method=S256&state=12345678{more}",
            app.client_id
        )
    };
    let code = |redirect: &str| redirect.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut answers = Vec::new();
    let mut keep = async |name, request: Raw| {
        let answer = request.send(&kinde).await;
        let body = answer.body().to_owned();
        answers.push((name, answer));
        body
    };
    keep("openid_configuration", get("/.well-known/openid-configuration".into())).await;
    keep("jwks", get("/.well-known/jwks".into())).await;
    keep("jwks", get("/.well-known/jwks".into()).bearer("x")).await;

    let page = keep("authorize", get(auth(""))).await;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    keep("authorize", get(auth("&prompt=create"))).await;
    keep("authorize", get(auth("&prompt=none"))).await;
    keep("authorize", get(auth("&response_type=token"))).await;
    keep("authorize", get("/oauth2/auth?client_id=x".into())).await;
    keep(
        "authorize",
        post(&auth(""), format!("p_email=john.snow@example.com&p_password=password&csrf={csrf}")),
    )
    .await;
    let shown = get(auth("")).send(&kinde).await;
    let cookie = shown.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let csrf =
        shown.body().split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("p_email=john.snow@example.com&p_password=password&csrf={csrf}");
    keep("authorize", post(&auth(""), form).header("cookie", &cookie)).await;

    let redeem = |code: &str, verifier: &str| {
        let form = format!(
            "{client}&grant_type=authorization_code&redirect_uri=http://localhost:3000&code={code}&code_verifier={verifier}"
        );
        token(form)
    };
    let good = code(&kinde.authorize(&auth(""), &kinde.user()));
    let tokens = keep("authorization_code", redeem(&good, VERIFIER)).await;
    keep("authorization_code", redeem(&good, VERIFIER)).await;
    keep("authorization_code", token(format!("{client}&grant_type=authorization_code"))).await;
    keep("authorization_code", token("client_id=x&grant_type=authorization_code".into())).await;
    keep("authorization_code", token("client_id=code&grant_type=authorization_code".into())).await;
    let dead: Value = serde_json::from_str(&tokens).unwrap();
    let live = kinde.sign_in();
    let refresh =
        |token: &str, more: &str| format!("{client}&grant_type=refresh_token&refresh_token={token}{more}");
    keep("refresh_token", token(refresh(live.refresh_token.expose(), ""))).await;
    keep("refresh_token", token(refresh(live.refresh_token.expose(), "&scope=everything"))).await;
    keep("refresh_token", token(refresh(dead["refresh_token"].as_str().unwrap(), ""))).await;
    keep("refresh_token", token(format!("{client}&grant_type=refresh_token"))).await;
    keep("refresh_token", token("client_id=x&grant_type=refresh_token".into())).await;
    keep("refresh_token", token("client_id=narrow&grant_type=refresh_token".into())).await;
    keep("client_credentials", token(format!("{client}&grant_type=client_credentials"))).await;
    keep("client_credentials", token(format!("{client}&grant_type=client_credentials&client_id=x"))).await;
    keep("client_credentials", token("client_id=x&grant_type=client_credentials".into())).await;
    keep("client_credentials", token("client_id=app&grant_type=client_credentials".into())).await;
    let machine = "client_id=machine&client_secret=secret&grant_type=client_credentials&scope=write";
    keep("client_credentials", token(machine.into())).await;

    keep("device_authorization", post("/oauth2/device/auth", client.clone())).await;
    keep("device_authorization", post("/oauth2/device/auth", format!("{client}&scope=a&scope=b"))).await;
    keep("device_authorization", post("/oauth2/device/auth", "client_id=x".into())).await;
    keep("device_authorization", post("/oauth2/device/auth", "client_id=narrow".into())).await;
    keep("device_authorization", post("/oauth2/device/auth", "client_id=app&scope=email".into())).await;
    let poll =
        |more: &str| token(format!("{client}&grant_type=urn:ietf:params:oauth:grant-type:device_code{more}"));
    let begin = async || {
        let begun = post("/oauth2/device/auth", format!("{client}&scope=openid")).send(&kinde).await;
        serde_json::from_str::<Value>(begun.body()).unwrap()
    };
    let (first, second, third) = (begin().await, begin().await, begin().await);
    let device = |begun: &Value| format!("&device_code={}", begun["device_code"].as_str().unwrap());
    keep("device_code", poll(&device(&first))).await;
    keep("device_code", poll(&device(&first))).await;
    assert!(kinde.approve_device(second["user_code"].as_str().unwrap(), &kinde.user()));
    keep("device_code", poll(&device(&second))).await;
    keep("device_code", poll(&device(&second))).await;
    assert!(kinde.refuse_device(third["user_code"].as_str().unwrap()));
    keep("device_code", poll(&device(&third))).await;
    kinde.clock().advance(Duration::from_secs(601));
    keep("device_code", poll(&device(&first))).await;
    keep("device_code", poll("")).await;
    let device_grant = "grant_type=urn:ietf:params:oauth:grant-type:device_code";
    keep("device_code", token(format!("client_id=x&{device_grant}"))).await;
    keep("device_code", token(format!("client_id=narrow&{device_grant}"))).await;

    keep("token", token(client.clone())).await;
    keep("token", token(format!("{client}&grant_type=password"))).await;
    let john = kinde.sign_in();
    let account = [
        ("get_entitlements", "entitlements"),
        ("get_entitlement", "entitlement?key=base_price"),
        ("get_entitlement", "entitlement/nothing"),
        ("get_feature_flags", "feature_flags"),
        ("get_user_permissions", "permissions"),
        ("get_user_permission", "permission/read%3Atodos"),
        ("get_user_properties", "properties"),
        ("get_user_roles", "roles"),
        ("get_portal_link", "portal_link"),
    ];
    for (name, path) in account {
        let path = format!("/account_api/v1/{path}");
        keep(name, get(path.clone()).bearer(john.access_token.expose())).await;
        keep(name, get(path).bearer(john.refresh_token.expose())).await;
    }
    keep("logout", get("/logout?redirect=http://localhost:3000".into())).await;
    keep("logout", get("/logout".into())).await;
    keep("logout", get("/logout?redirect=https://elsewhere.example".into())).await;
    kinde.rate_limit(0, Duration::from_secs(9));
    let grants = ["authorization_code", "refresh_token", "client_credentials"];
    for grant in grants {
        keep(grant, token(format!("{client}&grant_type={grant}"))).await;
    }
    keep("device_code", poll("")).await;
    keep("token", token(client.clone())).await;
    keep("device_authorization", post("/oauth2/device/auth", client.clone())).await;
    for (name, path) in account {
        keep(name, get(format!("/account_api/v1/{path}"))).await;
    }
    answers
}

/// Which of several answers without JSON it is: by where it leads, or what the page says.
fn is_named(row: &Row, answer: &Answer) -> bool {
    let location = answer.header("location").unwrap_or_default();
    let has_error = location.contains("error=");
    match row.name {
        "signed_in" => location.contains("code="),
        "login_required" => location.contains("error=login_required"),
        "refused" => has_error && !location.contains("error=login_required"),
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
- Unless told otherwise, access tokens live for 24 hours, ID tokens for one and refresh tokens for 15 days (documented
  defaults). Access tokens are JWTs (option `access_tokens`), and codes and refresh tokens two base64url parts joined by
  a dot (seen).
- A refresh token is rotated when it is used (documented), and the old one is good for 30 seconds more: that there is such
  an overlap is documented, its length isn't (options `refresh_overlap`, `refresh_reuse_ends_sign_in`). A refresh answers
  with a new access token, though Kinde's page says that it may be the same one (option `refresh_keeps_access_token`).
- `aud` of an ID token is the application's id (option `id_token_aud`: and the issuer, as a page of Kinde's has it).
- A sign-in that asks for no organization is to the user's first; Kinde has a page to choose among several.
- Answers to a request with an `Origin` let its script read them, with credentials; preflights are answered for
  `authorization`, `content-type` and `kinde-sdk`, and are no calls. What Kinde's headers are isn't known.
- A live user's or machine's access token may introspect any token of the tenant, itself included, and so may a backend
  application by its credentials, as certified clients do (assumed; options
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
