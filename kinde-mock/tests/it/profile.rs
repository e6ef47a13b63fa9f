//! `GET /oauth2/v2/user_profile`, and requests that no documentation has.

use std::time::Duration;

use crate::support::{INTROSPECT, PROFILE, REVOKE, Raw};
use kinde_mock::{MockTransport, NewToken, User};

const JSON: Option<&str> = Some("application/json");

fn profile(bearer: impl AsRef<str>) -> Raw {
    Raw::new("GET", PROFILE).bearer(bearer)
}

fn introspect(bearer: impl AsRef<str>, body: impl Into<String>) -> Raw {
    Raw::new("POST", INTROSPECT).bearer(bearer).form(body)
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
async fn what_no_documentation_has_is_told_what_is_nearest() {
    let kinde = MockTransport::new();
    let bearer = kinde.machine_token();
    let cases = [
        ("POST", "/oauth2/introspection", 404, None, "POST /oauth2/introspect"),
        ("GET", "/oauth2/user_profile", 404, None, "GET /oauth2/v2/user_profile"),
        ("POST", "/oauth/revoke", 404, None, "POST /oauth2/revoke"),
        ("POST", "/oauth2/revoke/", 404, None, "POST /oauth2/revoke"),
        ("GET", "/oauth2/userinfo", 404, None, "GET /oauth2/v2/user_profile"),
        ("GET", "/userinfo", 404, None, "GET /oauth2/v2/user_profile"),
        ("POST", "/oauth2/revocation", 404, None, "POST /oauth2/revoke"),
        ("GET", "//oauth2/v2/user_profile", 404, None, "GET /oauth2/v2/user_profile"),
        ("GET", "/", 404, None, "the route nearest to"),
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
