//! What the token endpoint takes, from whom, and how often.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinde_core::ClientSecret;
use kinde_mock::MockTransport;
use serde_json::{Value, json};

use super::{
    CALLBACK, PKCE, VERIFIER, auth, code, credentials, parameter, redeem, refresh, refused, token, verified,
};
use crate::support::{INTROSPECT, PROFILE, Raw};

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_for_its_own_application_callback_and_challenge() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let other = kinde.add_backend("other", ClientSecret::new("other-secret"));
    let verifier = format!("&code_verifier={VERIFIER}");

    let with = code(&kinde, PKCE);
    let theirs = format!(
        "client_id={}&client_secret=other-secret&grant_type=authorization_code&redirect_uri={CALLBACK}&code={with}{verifier}",
        other.client_id
    );
    refused(&token(&kinde, &theirs).await, 400, "invalid_grant");
    let elsewhere = format!(
        "{}&grant_type=authorization_code&redirect_uri={CALLBACK}/&code={with}{verifier}",
        credentials(&kinde)
    );
    refused(&token(&kinde, &elsewhere).await, 400, "invalid_grant");
    refused(&redeem(&kinde, &with, "").await, 400, "invalid_grant");
    refused(
        &redeem(&kinde, &with, &format!("&code_verifier={}", VERIFIER.replace('d', "e"))).await,
        400,
        "invalid_grant",
    );
    refused(&redeem(&kinde, &code(&kinde, ""), &verifier).await, 400, "invalid_grant");
    assert_eq!(redeem(&kinde, &code(&kinde, ""), "").await.0, 200, "a backend may leave PKCE out");

    let (status, tokens) = redeem(&kinde, &with, &verifier).await;
    assert_eq!(status, 200);
    let access = tokens["access_token"].as_str().unwrap();
    assert!(kinde.is_live(access));
    refused(&redeem(&kinde, &with, &verifier).await, 400, "invalid_grant");
    assert!(!kinde.is_live(access), "the replay ends what it was redeemed for");
    refused(&refresh(&kinde, tokens["refresh_token"].as_str().unwrap()).await, 400, "invalid_grant");

    let (early, late) = (code(&kinde, ""), code(&kinde, ""));
    kinde.clock().advance(Duration::from_secs(599));
    assert_eq!(redeem(&kinde, &early, "").await.0, 200);
    kinde.clock().advance(Duration::from_secs(1));
    refused(&redeem(&kinde, &late, "").await, 400, "invalid_grant");
    kinde.clock().set(kinde.clock().now() - Duration::from_secs(60));
    refused(&redeem(&kinde, &late, "").await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_rotates_with_an_overlap_by_the_fakes_clock() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let first = kinde.sign_in();
    let (status, second) = refresh(&kinde, first.refresh_token.expose()).await;
    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], first.refresh_token.expose());
    assert_ne!(second["access_token"], first.access_token.expose());
    let (_, id) = verified(&kinde, second["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!((&id["sub"], id.get("nonce")), (&json!(first.user.id), None));

    kinde.clock().advance(Duration::from_secs(29));
    assert_eq!(refresh(&kinde, first.refresh_token.expose()).await.0, 200);
    kinde.clock().advance(Duration::from_secs(1));
    refused(&refresh(&kinde, first.refresh_token.expose()).await, 400, "invalid_grant");
    let successor = second["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&kinde, successor).await.0, 200, "late reuse ends nothing unless told so");
    kinde.configure(|options| options.refresh_reuse_ends_sign_in = true);
    refused(&refresh(&kinde, first.refresh_token.expose()).await, 400, "invalid_grant");
    assert!(!kinde.is_live(successor));
    assert!(!kinde.is_live(&first.access_token));

    kinde.configure(|options| options.refresh_overlap = 0);
    let again = kinde.sign_in();
    assert_eq!(refresh(&kinde, again.refresh_token.expose()).await.0, 200);
    refused(&refresh(&kinde, again.refresh_token.expose()).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_may_answer_with_the_same_access_token_while_it_is_true() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    kinde.configure(|options| options.refresh_keeps_access_token = true);
    let first = kinde.sign_in();
    kinde.clock().advance(Duration::from_secs(100));
    let (_, second) = refresh(&kinde, first.refresh_token.expose()).await;
    assert_eq!(second["access_token"], first.access_token.expose());
    assert_eq!(second["expires_in"], 86_300);

    let mut john = kinde.user();
    john.permissions.push("write:todos".to_owned());
    kinde.add_user(john);
    let (_, third) = refresh(&kinde, second["refresh_token"].as_str().unwrap()).await;
    assert_ne!(third["access_token"], second["access_token"], "what it says is not true any more");
    let third_access = third["access_token"].as_str().unwrap();
    let (_, claims) = verified(&kinde, third_access).await.unwrap();
    assert_eq!(claims["permissions"], json!(["read:todos", "write:todos"]));
    kinde.revoke(third_access);
    let (_, fourth) = refresh(&kinde, third["refresh_token"].as_str().unwrap()).await;
    assert_ne!(fourth["access_token"], third["access_token"]);
}

#[tokio::test]
async fn a_machine_gets_a_token_that_names_no_user() {
    let kinde = MockTransport::new();
    let form = format!(
        "{}&grant_type=client_credentials&audience=https://a.example/api&scope=read",
        credentials(&kinde)
    );
    let (status, tokens) = token(&kinde, &form).await;
    assert_eq!(status, 200);
    assert_eq!((tokens.get("id_token"), tokens.get("refresh_token")), (None, None));
    let access = tokens["access_token"].as_str().unwrap();
    let (_, claims) = verified(&kinde, access).await.unwrap();
    assert_eq!(claims["gty"], json!(["client_credentials"]));
    assert_eq!(
        (&claims["aud"], &claims["scope"], &claims["scp"]),
        (&json!(["https://a.example/api"]), &json!("read"), &json!(["read"]))
    );
    assert_eq!((&claims["v"], claims.get("sub")), (&json!("2"), None));
    assert_eq!(Raw::new("GET", PROFILE).bearer(access).send(&kinde).await.status(), 403);
    let asked =
        Raw::new("POST", INTROSPECT).bearer(access).form(format!("token={access}")).send(&kinde).await;
    assert!(asked.body().starts_with(r#"{"active":true,"aud":["https://a.example/api"]"#));
}

#[tokio::test]
async fn an_application_proves_itself_by_form_or_basic_and_a_frontend_by_pkce() {
    let kinde = MockTransport::new();
    let app = kinde.backend();
    let basic = STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret.expose()));
    let form = format!("grant_type=authorization_code&redirect_uri={CALLBACK}&code={}", code(&kinde, ""));
    let by_basic =
        Raw::new("POST", "/oauth2/token").header("authorization", &format!("Basic {basic}")).form(&form);
    assert_eq!(by_basic.send(&kinde).await.status(), 200);
    // As Kinde's TypeScript SDK names the type.
    let machine = format!("{}&grant_type=client_credentials", credentials(&kinde));
    let charset = "application/x-www-form-urlencoded;charset=UTF-8";
    let with_charset = Raw::new("POST", "/oauth2/token").header("content-type", charset).body(machine);
    assert_eq!(with_charset.send(&kinde).await.status(), 200);

    for wrong in ["", "&client_secret=x"] {
        let form = format!("client_id={}{wrong}&grant_type=client_credentials", app.client_id);
        refused(&token(&kinde, &form).await, 401, "invalid_client");
    }
    refused(&token(&kinde, "grant_type=client_credentials").await, 401, "invalid_client");
    refused(&token(&kinde, "client_id=nobody&grant_type=client_credentials").await, 401, "invalid_client");

    let frontend = kinde.frontend().client_id;
    let url = auth(&kinde, PKCE).replace(&app.client_id, &frontend);
    let code = parameter(&kinde.authorize(&url, &kinde.user()), "code").unwrap();
    let form = format!(
        "client_id={frontend}&grant_type=authorization_code&redirect_uri={CALLBACK}&code={code}&code_verifier={VERIFIER}"
    );
    let (status, tokens) = token(&kinde, &form).await;
    assert_eq!(status, 200, "{tokens}");
    let bare = auth(&kinde, "").replace(&app.client_id, &frontend);
    let back = kinde.authorize(&bare, &kinde.user());
    assert_eq!(parameter(&back, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn every_failure_of_the_token_endpoint_has_an_error() {
    let kinde = MockTransport::new();
    let all = [
        Raw::new("POST", "/oauth2/token"),
        Raw::new("POST", "/oauth2/token").form(""),
        Raw::new("POST", "/oauth2/token").form("grant_type=password"),
        Raw::new("POST", "/oauth2/token").header("content-type", "application/json").body("{}"),
        Raw::new("POST", "/oauth2/token").form("grant_type=refresh_token&grant_type=refresh_token"),
        Raw::new("POST", "/oauth2/token?client_secret=x").form("grant_type=refresh_token"),
    ];
    for request in all {
        let answer = request.send(&kinde).await;
        let body: Value = serde_json::from_str(answer.body()).unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        assert!(body["error"].is_string(), "{body}");
    }
    kinde.rate_limit(0, Duration::from_secs(5));
    let form = format!("{}&grant_type=client_credentials", credentials(&kinde));
    refused(&token(&kinde, &form).await, 429, "too_many_requests");
}
