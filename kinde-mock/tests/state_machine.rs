//! Each answer of the state machine, and the order in which its checks are made.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::time::{Duration, UNIX_EPOCH};

use kinde_core::{ClientSecret, Token};
use kinde_mock::{IntrospectAuth, MockTransport, NewToken, SelfIntrospection, User};
use support::{Answer, INTROSPECT, PROFILE, REVOKE, Raw};

const JSON: Option<&str> = Some("application/json");
const ID: &str = "3b0b5c6c8fcc464fab397f4969b5f482";
const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

const INVALID_CLIENT: &str = r#"{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."}"#;
const INVALID_REQUEST: &str = r#"{"errors":[{"code":"INVALID_REQUEST","message":"Invalid request."}]}"#;
const INVALID_CREDENTIALS: &str =
    r#"{"errors":[{"code":"INVALID_CREDENTIALS","message":"Unauthorized - invalid credentials."}]}"#;

fn profile(bearer: impl AsRef<str>) -> Raw {
    Raw::new("GET", PROFILE).bearer(bearer)
}

fn introspect(bearer: impl AsRef<str>, body: impl Into<String>) -> Raw {
    Raw::new("POST", INTROSPECT).bearer(bearer).form(body)
}

fn revoke(body: impl Into<String>) -> Raw {
    Raw::new("POST", REVOKE).form(body)
}

fn credentials() -> String {
    format!("client_id={ID}&client_secret={SECRET}")
}

/// The form of a revocation by the backend application.
fn revocation(token: &Token) -> String {
    format!("{}&token={}", credentials(), token.expose())
}

#[tokio::test]
async fn profile_of_the_documentations_user_is_the_documentations() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let answer = profile(user.access_token.expose()).send(&kinde).await;
    answer.assert(
        200,
        JSON,
        concat!(
            r#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","#,
            r#""given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","#,
            r#""email_verified":true,"picture":"https://example.com/john_snow.jpg","#,
            r#""preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#
        ),
    );
}

#[tokio::test]
async fn profile_writes_null_where_the_documentation_allows_it_and_follows_changes() {
    let kinde = MockTransport::new();
    let mut arya = kinde.add_user(User::new("kp_7", "Arya", "Stark"));
    let token = kinde.issue_access(NewToken::for_user(&arya));
    profile(token.expose()).send(&kinde).await.assert(
        200,
        JSON,
        concat!(
            r#"{"sub":"kp_7","provided_id":null,"name":"Arya Stark","given_name":"Arya","family_name":"Stark","#,
            r#""updated_at":1612345678,"email_verified":false,"picture":null,"preferred_username":null,"id":"kp_7"}"#
        ),
    );
    arya.name = "No \"One\"".to_owned();
    kinde.add_user(arya);
    assert!(profile(token.expose()).send(&kinde).await.body().contains(r#""name":"No \"One\"","#));
}

#[tokio::test]
async fn profile_refuses_everything_but_a_users_live_access_token() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let (revoked, expired) = (kinde.sign_in(), kinde.sign_in());
    kinde.revoke(&revoked.access_token);
    kinde.expire(&expired.access_token);
    let refused = [
        Raw::new("GET", PROFILE),
        profile("unknown"),
        profile(""),
        profile(revoked.access_token.expose()),
        profile(expired.access_token.expose()),
        profile(user.refresh_token.expose()),
        profile(kinde.machine_token().expose()),
        Raw::new("GET", PROFILE).header("authorization", user.access_token.expose()),
        profile(user.access_token.expose()).bearer(user.access_token.expose()),
        Raw::new("GET", &format!("{PROFILE}?access_token={}", user.access_token.expose())),
    ];
    for (index, request) in refused.into_iter().enumerate() {
        let answer = request.send(&kinde).await;
        assert_eq!((index, answer.status(), answer.header("content-type")), (index, 403, None));
        assert_eq!(answer.body(), "");
    }
    // The scheme is no matter of case (RFC 9110 §11.1).
    let shouted = format!("BEARER {}", user.access_token.expose());
    assert_eq!(Raw::new("GET", PROFILE).header("authorization", &shouted).send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn introspection_tells_the_documented_members_of_a_live_token_and_nothing_of_a_dead_one() {
    let kinde = MockTransport::new();
    kinde.clock().freeze_at(UNIX_EPOCH + Duration::from_millis(1_612_345_678_900));
    let machine = kinde.machine_token();
    let user = kinde.sign_in_with(
        NewToken::for_user(&kinde.user())
            .audience(["https://api.example.com/v1", "b"])
            .application(kinde.frontend().client_id),
    );
    let ask = |token: &str| introspect(machine.expose(), format!("token={token}"));
    ask(user.access_token.expose()).send(&kinde).await.assert(
        200,
        JSON,
        r#"{"active":true,"aud":["https://api.example.com/v1","b"],"client_id":"f2a06c4e1d7b4b7f9c35a1e08d64b2c9","exp":1612432078,"iat":1612345678}"#,
    );
    let refresh = user.refresh_token.expose();
    for hint in ["", "&token_type_hint=refresh_token", "&token_type_hint=access_token", "&token_type_hint=x"]
    {
        introspect(machine.expose(), format!("token={refresh}{hint}")).send(&kinde).await.assert(
            200,
            JSON,
            r#"{"active":true,"aud":["https://api.example.com/v1","b"],"client_id":"f2a06c4e1d7b4b7f9c35a1e08d64b2c9","exp":1613641678,"iat":1612345678}"#,
        );
    }
    ask(machine.expose()).send(&kinde).await.assert(
        200,
        JSON,
        r#"{"active":true,"aud":[],"client_id":"3b0b5c6c8fcc464fab397f4969b5f482","exp":1612432078,"iat":1612345678}"#,
    );

    let (revoked, expired) = (kinde.sign_in().refresh_token, kinde.sign_in().refresh_token);
    kinde.revoke(&revoked);
    kinde.expire(&expired);
    for dead in [revoked.expose(), expired.expose(), "unknown", "a.b.c"] {
        ask(dead).send(&kinde).await.assert(200, JSON, r#"{"active":false}"#);
    }
}

#[tokio::test]
async fn introspection_looks_at_the_bearer_first() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let (revoked, expired) = (kinde.sign_in().access_token, kinde.sign_in().access_token);
    kinde.revoke(&revoked);
    kinde.expire(&expired);
    let bad = ["unknown", "", revoked.expose(), expired.expose(), user.refresh_token.expose()];
    for bearer in bad {
        // Even where the parameters are wrong too.
        for body in ["", "token=x&token=y"] {
            introspect(bearer, body).send(&kinde).await.assert(403, None, "");
        }
    }
    Raw::new("POST", INTROSPECT).form("token=x").send(&kinde).await.assert(403, None, "");
    Raw::new("POST", INTROSPECT)
        .header("content-type", "application/json")
        .body("{}")
        .send(&kinde)
        .await
        .assert(403, None, "");
}

#[tokio::test]
async fn introspection_without_one_token_is_a_bad_request_which_kinde_documents_as_401() {
    let kinde = MockTransport::new();
    let machine = kinde.machine_token();
    for body in ["", "token=", "token_type_hint=access_token", "token=a&token=b", "token=&token=b", "Token=a"]
    {
        let answer = introspect(machine.expose(), body).send(&kinde).await;
        assert_eq!((body, answer.status(), answer.header("content-type")), (body, 401, JSON));
        assert!(
            answer.body().starts_with(r#"{"error":"invalid_request","error_description":"The request is"#)
        );
    }
    // In the query, whatever the form says.
    let path = format!("{INTROSPECT}?token=x");
    let answer = Raw::new("POST", &path).bearer(machine.expose()).form("token=x").send(&kinde).await;
    assert_eq!(answer.status(), 401);
    assert!(answer.header("x-kinde-mock").unwrap().contains("form"));
    // A repeated hint says nothing about the token.
    let body = "token=x&token_type_hint=access_token&token_type_hint=refresh_token";
    assert_eq!(introspect(machine.expose(), body).send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn introspection_options() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let itself = user.access_token.expose();
    assert_eq!(introspect(itself, format!("token={itself}")).send(&kinde).await.status(), 200);

    kinde.configure(|options| {
        options.self_introspection = SelfIntrospection::Refuse;
        options.introspect_charset = true;
    });
    const UTF8: Option<&str> = Some("application/json; charset=utf-8");
    introspect(itself, format!("token={itself}")).send(&kinde).await.assert(
        401,
        UTF8,
        r#"{"error":"request_unauthorized","error_description":"The request could not be authorized."}"#,
    );
    introspect(itself, "token=x").send(&kinde).await.assert(200, UTF8, r#"{"active":false}"#);
    introspect("x", "token=x").send(&kinde).await.assert(403, None, "");
}

#[tokio::test]
async fn introspection_by_a_client() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let token = format!("token={}", user.access_token.expose());
    let basic = |credentials: &str| Raw::new("POST", INTROSPECT).header("authorization", credentials);
    // base64 of ID:SECRET
    let right = "Basic M2IwYjVjNmM4ZmNjNDY0ZmFiMzk3ZjQ5NjliNWY0ODI6cnJrWVJhejh6OTZzQWlPeFB0Nkl6T0NvZWxGRlQ0dWpXSU0yWE5aZ1pzbVgyWnUzaW1aMVc=";
    let by_bearer = || introspect(user.access_token.expose(), &token);
    let by_form = |secret: &str| {
        Raw::new("POST", INTROSPECT).form(format!("{token}&client_id={ID}&client_secret={secret}"))
    };

    for auth in [IntrospectAuth::Bearer, IntrospectAuth::Client, IntrospectAuth::Either] {
        kinde.configure(|options| options.introspect_auth = auth);
        let statuses = [
            by_bearer().send(&kinde).await.status(),
            basic(right).form(&token).send(&kinde).await.status(),
            by_form(SECRET).send(&kinde).await.status(),
            by_form("wrong").send(&kinde).await.status(),
            basic("Basic !").form(&token).send(&kinde).await.status(),
        ];
        let expected = match auth {
            IntrospectAuth::Bearer => [200, 403, 403, 403, 403],
            IntrospectAuth::Client => [403, 200, 200, 401, 403],
            _ => [200, 200, 200, 401, 403],
        };
        assert_eq!(statuses, expected, "{auth:?}");
    }
    by_form("wrong").send(&kinde).await.assert(401, JSON, INVALID_CLIENT);
    let frontend = format!("{token}&client_id={}", kinde.frontend().client_id);
    Raw::new("POST", INTROSPECT).form(frontend).send(&kinde).await.assert(401, JSON, INVALID_CLIENT);
}

#[tokio::test]
async fn revocation_ends_a_token_and_says_the_same_of_a_dead_one() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let body = revocation(&Token::from(&user.access_token));
    assert!(kinde.is_live(&user.access_token));
    let first = revoke(&body).send(&kinde).await;
    first.assert(200, None, "");
    assert!(!kinde.is_live(&user.access_token));
    // An access token does not take the refresh token with it.
    assert!(kinde.is_live(&user.refresh_token));

    let head = |answer: &Answer| {
        let mut headers = answer.0.headers().clone();
        headers.remove("date");
        headers
    };
    for dead in [body, revocation(&Token::new("unknown"))] {
        let again = revoke(dead).send(&kinde).await;
        again.assert(200, None, "");
        assert_eq!(head(&again), head(&first));
    }
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_its_sign_in_and_no_other() {
    let kinde = MockTransport::new();
    let (user, other) = (kinde.sign_in(), kinde.sign_in());
    let late = kinde.issue_access(NewToken::for_user(&user.user).same_sign_in_as(&user.refresh_token));
    assert_eq!(revoke(revocation(&user.refresh_token)).send(&kinde).await.status(), 200);
    assert!(
        !kinde.is_live(&user.refresh_token) && !kinde.is_live(&user.access_token) && !kinde.is_live(&late)
    );
    assert!(kinde.is_live(&other.refresh_token) && kinde.is_live(&other.access_token));

    kinde.configure(|options| options.revoking_access_ends_sign_in = true);
    assert_eq!(revoke(revocation(&Token::from(&other.access_token))).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&other.refresh_token));
}

#[tokio::test]
async fn revocation_checks_in_the_designs_order() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let other = kinde.add_backend("other", ClientSecret::new("s3cret"));
    let theirs =
        kinde.issue_access(NewToken::for_user(&user.user).application(&other.client_id)).expose().to_owned();
    let mine = user.refresh_token.expose();
    let ok = credentials();
    let bearer = |raw: Raw| raw.bearer("not-live");

    // Each row is wrong in its own way and in all ways below it, as far as that can be.
    let rows: Vec<(Raw, u16, Option<&str>, &str)> = vec![
        (Raw::new("POST", REVOKE).header("content-type", "text/plain").body("x"), 415, None, ""),
        (Raw::new("POST", REVOKE).body("token=x"), 415, None, ""),
        (bearer(revoke("client_id=a&client_id=a&token=")), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token={mine}&x=1&x=2"))), 400, JSON, INVALID_REQUEST),
        (bearer(Raw::new("POST", &format!("{REVOKE}?token=x")).form(&ok)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_secret=wrong&token=")), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_id=&client_secret=wrong")), 400, JSON, INVALID_REQUEST),
        (bearer(Raw::new("POST", REVOKE)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke("client_id=nobody&token=")), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(format!("client_id={ID}&client_secret=wrong"))), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(format!("client_id={ID}"))), 401, JSON, INVALID_CLIENT),
        (bearer(revoke(&ok)), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token="))), 400, JSON, INVALID_REQUEST),
        (bearer(revoke(format!("{ok}&token={theirs}"))), 403, JSON, INVALID_CREDENTIALS),
        (revoke(format!("{ok}&token={mine}")).bearer(mine), 403, JSON, INVALID_CREDENTIALS),
        (revoke(format!("{ok}&token={theirs}")), 403, JSON, INVALID_CREDENTIALS),
    ];
    for (index, (request, status, media_type, body)) in rows.into_iter().enumerate() {
        let answer = request.send(&kinde).await;
        assert_eq!(
            (index, answer.status(), answer.header("content-type"), answer.body()),
            (index, status, media_type, body)
        );
    }
    assert!(kinde.is_live(&theirs) && kinde.is_live(mine));

    let by_user = revoke(format!("{ok}&token={mine}")).bearer(user.access_token.expose());
    assert_eq!(by_user.send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn revocation_by_basic_and_by_a_frontend_application() {
    let kinde = MockTransport::new();
    let basic = "Basic M2IwYjVjNmM4ZmNjNDY0ZmFiMzk3ZjQ5NjliNWY0ODI6cnJrWVJhejh6OTZzQWlPeFB0Nkl6T0NvZWxGRlQ0dWpXSU0yWE5aZ1pzbVgyWnUzaW1aMVc=";
    let by_basic = |body: String| revoke(body).header("authorization", basic);
    let token = kinde.sign_in().refresh_token;
    let token_only = format!("token={}", token.expose());
    let disagree = [format!("{token_only}&client_id=other"), format!("{token_only}&client_secret=other")];
    for body in disagree {
        by_basic(body).send(&kinde).await.assert(400, JSON, INVALID_REQUEST);
    }
    assert!(kinde.is_live(&token));
    assert_eq!(by_basic(token_only).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&token));

    let frontend = kinde.frontend().client_id;
    let token = kinde.issue_refresh(NewToken::for_user(&kinde.user()).application(&frontend));
    let by_frontend = format!("client_id={frontend}&token={}", token.expose());
    assert_eq!(revoke(by_frontend).send(&kinde).await.status(), 200);
    assert!(!kinde.is_live(&token));
}

#[tokio::test]
async fn revocation_may_require_a_bearer() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.configure(|options| options.revoke_requires_bearer = true);
    let body = revocation(&user.refresh_token);
    revoke(&body).send(&kinde).await.assert(403, JSON, INVALID_CREDENTIALS);
    assert_eq!(revoke(&body).bearer(kinde.machine_token().expose()).send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn what_no_documentation_has_is_told_what_is_nearest() {
    let kinde = MockTransport::new();
    let bearer = kinde.machine_token();
    let cases = [
        ("POST", "/oauth2/introspection", 404, None, "POST /oauth2/introspect"),
        ("GET", "/oauth2/user_profile", 404, None, "GET /oauth2/v2/user_profile"),
        ("POST", "/oauth/revoke", 404, None, "POST /oauth2/revoke"),
        ("POST", "/oauth2/revoke/", 404, None, "POST /oauth2/revoke"),
        ("GET", "/", 404, None, "the nearest is"),
        ("POST", PROFILE, 405, Some("GET"), "GET /oauth2/v2/user_profile"),
        ("GET", INTROSPECT, 405, Some("POST"), "POST /oauth2/introspect"),
        ("PUT", REVOKE, 405, Some("POST"), "POST /oauth2/revoke"),
    ];
    for (method, path, status, allow, hint) in cases {
        let answer = Raw::new(method, path).bearer(bearer.expose()).send(&kinde).await;
        assert_eq!((path, answer.status(), answer.header("allow")), (path, status, allow));
        assert!(answer.header("x-kinde-mock").unwrap().contains(hint), "{path}");
        if status == 404 {
            answer.assert(
                404,
                JSON,
                r#"{"errors":{"code":"ROUTE_NOT_FOUND","message":"The requested API route does not exist"}}"#,
            );
        }
    }
    let large = format!("token={}", "x".repeat(64 * 1024));
    let answer = introspect(bearer.expose(), large).send(&kinde).await;
    answer.assert(413, None, "");
    let just = format!("token={}", "x".repeat(64 * 1024 - 6));
    assert_eq!(introspect(bearer.expose(), just).send(&kinde).await.status(), 200);
    let json =
        Raw::new("POST", INTROSPECT).bearer(bearer.expose()).header("content-type", "application/json");
    let answer = json.body("{\"token\":\"x\"}").send(&kinde).await;
    answer.assert(415, None, "");
    assert!(answer.header("x-kinde-mock").unwrap().contains("application/x-www-form-urlencoded"));
    let charset = Raw::new("POST", INTROSPECT)
        .bearer(bearer.expose())
        .header("content-type", "Application/X-WWW-form-urlencoded; charset=UTF-8");
    assert_eq!(charset.body("token=x").send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn tokens_have_kindes_form_and_lifetimes() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let user = kinde.sign_in();
    let parts: Vec<&str> = user.refresh_token.expose().split('.').collect();
    assert_eq!(parts.len(), 2);
    let base64url = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    assert!(parts.iter().all(|part| part.len() == 43 && base64url(part)));

    kinde.clock().advance(Duration::from_secs(86_399));
    assert!(kinde.is_live(&user.access_token));
    kinde.clock().advance(Duration::from_secs(1));
    assert!(!kinde.is_live(&user.access_token) && kinde.is_live(&user.refresh_token));
    kinde.clock().advance(Duration::from_secs(1_296_000 - 86_400));
    assert!(!kinde.is_live(&user.refresh_token));
}
