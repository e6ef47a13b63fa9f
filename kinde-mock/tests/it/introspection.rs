//! `POST /oauth2/introspect`: each answer, and the order of the checks.

use std::time::{Duration, UNIX_EPOCH};

use crate::support::{INTROSPECT, Raw};
use kinde_mock::{IntrospectAuth, MockTransport, NewToken, SelfIntrospection};

const JSON: Option<&str> = Some("application/json");
const ID: &str = "3b0b5c6c8fcc464fab397f4969b5f482";
const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
const INVALID_CLIENT: &str = r#"{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."}"#;

fn introspect(bearer: impl AsRef<str>, body: impl Into<String>) -> Raw {
    Raw::new("POST", INTROSPECT).bearer(bearer).form(body)
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
