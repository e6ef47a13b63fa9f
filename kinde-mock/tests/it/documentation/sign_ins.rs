//! The answers to who signs in and out.

use std::time::Duration;

use kinde_core::ClientSecret;
use kinde_mock::{Application, GrantType, MockTransport};
use serde_json::Value;

use crate::support::{Answer, Raw};

/// What comes of signing in and out.
pub(super) async fn sign_ins() -> Vec<(&'static str, Answer)> {
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
    keep("authorize", get(auth("&prompt=none&response_mode=form_post"))).await;
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
