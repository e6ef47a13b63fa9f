//! Signing in from the authorize URL to tokens, and what those say. Signatures are checked by aws-lc-rs from the
//! published key, and claims read from the JWT itself.

use std::time::Duration;

use crate::support::{Answer, INTROSPECT, PROFILE, REVOKE, Raw};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kinde_core::ClientSecret;
use kinde_mock::{AccessTokens, Application, GrantType, IdTokenAud, MockTransport, NewToken, User};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PKCE: &str = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const CALLBACK: &str = "http://localhost:3000/callback";

fn credentials(kinde: &MockTransport) -> String {
    let app = kinde.backend();
    format!("client_id={}&client_secret={}", app.client_id, app.client_secret.expose())
}

fn auth(kinde: &MockTransport, more: &str) -> String {
    let id = kinde.backend().client_id;
    format!(
        "/oauth2/auth?client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid%20profile%20email%20offline\
         &state=abcdefgh{more}"
    )
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once(['?', '#'])?.1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

fn code(kinde: &MockTransport, more: &str) -> String {
    parameter(&kinde.authorize(&auth(kinde, more), &kinde.user()), "code").unwrap()
}

async fn token(kinde: &MockTransport, form: &str) -> (u16, Value) {
    let answer = Raw::new("POST", "/oauth2/token").form(form).send(kinde).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), (answer.status() != 429).then_some("no-store"));
    (answer.status(), serde_json::from_str(answer.body()).unwrap())
}

async fn redeem(kinde: &MockTransport, code: &str, more: &str) -> (u16, Value) {
    let credentials = credentials(kinde);
    let form =
        format!("{credentials}&grant_type=authorization_code&redirect_uri={CALLBACK}&code={code}{more}");
    token(kinde, &form).await
}

async fn refresh(kinde: &MockTransport, refresh_token: &str) -> (u16, Value) {
    let credentials = credentials(kinde);
    token(kinde, &format!("{credentials}&grant_type=refresh_token&refresh_token={refresh_token}")).await
}

#[track_caller]
fn refused(answer: &(u16, Value), status: u16, error: &str) {
    assert_eq!((answer.0, answer.1["error"].as_str()), (status, Some(error)), "{}", answer.1);
    assert!(answer.1["error_description"].is_string());
}

/// Header and claims, if a published key signed it.
async fn verified(kinde: &MockTransport, token: &str) -> Option<(Value, Value)> {
    let keys = Raw::new("GET", "/.well-known/jwks").send(kinde).await;
    let keys: Value = serde_json::from_str(keys.body()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { return None };
    let read = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&read(header)).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"])?;
    let part = |name: &str| read(key[name].as_str().unwrap());
    let message = token.rsplit_once('.').unwrap().0;
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &read(signature)).ok()?;
    Some((header, serde_json::from_slice(&read(claims)).unwrap()))
}

#[tokio::test]
async fn a_code_with_pkce_brings_signed_tokens_with_kindes_claims() {
    let kinde = MockTransport::new();
    kinde.clock().freeze_at(std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let more = format!(
        "{PKCE}&nonce=n-0S6_WzA2Mj&audience=https://a.example&audience=https://b.example%20https://c.example"
    );
    let callback = kinde.authorize(&auth(&kinde, &more), &kinde.user());
    assert!(callback.starts_with(&format!("{CALLBACK}?code=")), "{callback}");
    assert!(callback.ends_with("&scope=openid+profile+email+offline&state=abcdefgh"), "{callback}");
    let code = parameter(&callback, "code").unwrap();
    assert_eq!(code.split('.').map(str::len).collect::<Vec<_>>(), [43, 43]);

    let (status, tokens) = redeem(&kinde, &code, &format!("&code_verifier={VERIFIER}")).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(86_400), &json!("bearer")));
    assert_eq!(tokens["scope"], "openid profile email offline");
    let access_token = tokens["access_token"].as_str().unwrap();
    let (header, mut access) = verified(&kinde, access_token).await.unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let uuid = access["jti"].take();
    assert_eq!(uuid.as_str().unwrap().len(), 36);
    let john = kinde.user().id;
    let role = access["roles"][0]["id"].take();
    assert!(role.as_str().unwrap().starts_with("role_"));
    let expected = json!({
        "aud": ["https://a.example", "https://b.example", "https://c.example"],
        "azp": kinde.backend().client_id,
        "exp": 1_800_086_400,
        "feature_flags": {
            "theme": { "t": "s", "v": "dark" },
            "is_dark_mode": { "t": "b", "v": true },
            "competitions_limit": { "t": "i", "v": 5 },
            "layout": { "t": "j", "v": { "columns": 2 } },
        },
        "iat": 1_800_000_000,
        "iss": "https://kinde-mock.invalid",
        "jti": null,
        "org_code": "org_1a2b3c4d5e6f",
        "org_name": "Night's Watch",
        "permissions": ["read:todos"],
        "roles": [{ "id": null, "key": "admin", "name": "admin" }],
        "scp": ["openid", "profile", "email", "offline"],
        "sub": john,
        "user_properties": { "kp_usr_city": { "v": "Winterfell" } },
    });
    assert_eq!(access, expected);

    let (_, mut id) = verified(&kinde, tokens["id_token"].as_str().unwrap()).await.unwrap();
    let half = URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]);
    assert!(id["jti"].take().is_string());
    let expected = json!({
        "at_hash": half,
        "aud": [kinde.backend().client_id],
        "auth_time": 1_800_000_000,
        "azp": kinde.backend().client_id,
        "email": "john.snow@example.com",
        "email_verified": true,
        "exp": 1_800_003_600,
        "family_name": "Snow",
        "given_name": "John",
        "iat": 1_800_000_000,
        "iss": "https://kinde-mock.invalid",
        "jti": null,
        "name": "John Snow",
        "nonce": "n-0S6_WzA2Mj",
        "org_codes": ["org_1a2b3c4d5e6f"],
        "organizations": [{ "id": "org_1a2b3c4d5e6f", "name": "Night's Watch" }],
        "picture": "https://example.com/john_snow.jpg",
        "preferred_username": "john_snow",
        "provided_id": "some_external_id",
        "rat": 1_800_000_000,
        "sub": john,
        "updated_at": 1_612_345_678,
    });
    assert_eq!(id, expected);

    // The three operations know them.
    let profile = Raw::new("GET", PROFILE).bearer(access_token).send(&kinde).await;
    assert_eq!(profile.status(), 200);
    let asked = Raw::new("POST", INTROSPECT).form(format!("{}&token={access_token}", credentials(&kinde)));
    assert!(asked.send(&kinde).await.body().starts_with(r#"{"active":true"#));
    let revoked = Raw::new("POST", REVOKE).form(format!("{}&token={access_token}", credentials(&kinde)));
    assert_eq!(revoked.send(&kinde).await.status(), 200);
    assert_eq!(Raw::new("GET", PROFILE).bearer(access_token).send(&kinde).await.status(), 403);
}

#[tokio::test]
async fn the_key_is_one_at_both_paths_and_its_id_can_be_read_by_plain_base64() {
    let kinde = MockTransport::new();
    let [one, other] = ["/.well-known/jwks", "/.well-known/jwks.json"].map(|path| Raw::new("GET", path));
    let (one, other) = (one.send(&kinde).await, other.send(&kinde).await);
    assert_eq!(one.body(), other.body());
    let keys: Value = serde_json::from_str(one.body()).unwrap();
    let [key] = &keys["keys"].as_array().unwrap()[..] else { panic!("one key") };
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"], &key["e"]),
        (&json!("RSA"), &json!("RS256"), &json!("sig"), &json!("AQAB"))
    );
    let kid = key["kid"].as_str().unwrap();
    assert!(kid.split(':').count() == 16 && kid.split(':').all(|byte| u8::from_str_radix(byte, 16).is_ok()));
    assert_eq!(kid, MockTransport::new().key_ids()[0], "the same for every fake, so after a restart");
    let header = kinde.sign_in().access_token.expose().split('.').next().unwrap().to_owned();
    let padded = format!("{header}{}", "=".repeat((4 - header.len() % 4) % 4));
    assert!(STANDARD.decode(padded).is_ok());
}

#[tokio::test]
async fn discovery_says_where_it_calls_itself_and_where_it_was_asked() {
    let kinde = MockTransport::new();
    let asked = Raw::new("GET", "/.well-known/openid-configuration").send(&kinde).await;
    let also = Raw::new("GET", "/.well-known/oauth-authorization-server").send(&kinde).await;
    assert_eq!(asked.body(), also.body());
    let found: Value = serde_json::from_str(asked.body()).unwrap();
    assert_eq!(found["issuer"], "https://kinde-mock.invalid");
    assert_eq!(found["authorization_endpoint"], "https://kinde-mock.invalid/oauth2/auth");
    assert_eq!(found["end_session_endpoint"], "https://kinde-mock.invalid/logout");
    assert_eq!(found["token_endpoint"], "https://acme.kinde.com/oauth2/token");
    assert_eq!(found["jwks_uri"], "https://acme.kinde.com/.well-known/jwks");
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
}

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

#[tokio::test]
async fn what_is_wrong_with_a_sign_in_goes_back_unless_nobody_knows_where() {
    let kinde = MockTransport::new();
    let listed =
        Application::frontend("listed").callback("https://app.example/cb").grant(GrantType::RefreshToken);
    kinde.add_application(listed);
    kinde.add_application(Application::backend("narrow", ClientSecret::new("x")).scope("openid"));
    let error = |url: &str| parameter(&kinde.authorize(url, &kinde.user()), "error").unwrap_or_default();
    let changed = |from: &str, to: &str| auth(&kinde, "").replace(from, to);
    assert_eq!(error(&changed("state=abcdefgh", "state=abcdefg")), "invalid_state");
    assert_eq!(error(&changed("response_type=code", "response_type=token")), "unsupported_response_type");
    assert_eq!(error(&auth(&kinde, &format!("&code_challenge={CHALLENGE}"))), "invalid_request");
    let plain = format!("&code_challenge={VERIFIER}&code_challenge_method=plain");
    assert_eq!(error(&auth(&kinde, &plain)), "invalid_request");
    assert_eq!(error(&auth(&kinde, "&state=12345678")), "invalid_request");
    assert_eq!(error(&auth(&kinde, "&prompt=none%20login")), "invalid_request");
    assert_eq!(error(&auth(&kinde, "&org_code=org_other")), "access_denied");
    assert_eq!(error(&changed(&kinde.backend().client_id, "narrow")), "invalid_scope");
    let only_refresh = "/oauth2/auth?client_id=listed&redirect_uri=https://app.example/cb";
    assert_eq!(error(only_refresh), "unauthorized_client");
    // Extra parameters are nothing.
    let extra = auth(
        &kinde,
        "&lang=en&connection_id=conn_1&supports_reauth=true&audience=&post_login_redirect_url=x",
    );
    assert_eq!(error(&extra), "");

    let here = [
        changed(&kinde.backend().client_id, "nobody"),
        changed("redirect_uri=", "x="),
        changed(CALLBACK, "https://evil.example/callback"),
        "/oauth2/auth?client_id=listed&redirect_uri=http://localhost:3000".to_owned(),
        auth(&kinde, "&redirect_uri=http://localhost:1"),
    ];
    for url in here {
        assert!(kinde.try_authorize(&url, &kinde.user()).is_err(), "{url}");
        let page = Raw::new("GET", &url).send(&kinde).await;
        assert_eq!((page.status(), page.header("location")), (400, None), "{url}");
    }
}

/// A browser's form, and the cookie it came with.
struct Shown {
    cookie: String,
    csrf: String,
    action: String,
    body: String,
}

fn shown(answer: &Answer) -> Shown {
    let between = |from: &str| {
        let rest = answer.body().split(from).nth(1).unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    assert_eq!(answer.body().matches("<button type=\"submit\">").count(), 1);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"));
    Shown {
        cookie: answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned(),
        csrf: between("name=\"csrf\" value=\""),
        action: between("action=\""),
        body: answer.body().to_owned(),
    }
}

#[tokio::test]
async fn a_browser_signs_in_by_the_form_and_is_known_until_it_signs_out() {
    let kinde = MockTransport::new();
    let page = Raw::new("GET", &auth(&kinde, "&login_hint=john.snow@example.com")).send(&kinde).await;
    let form = shown(&page);
    assert!(form.body.contains("value=\"john.snow@example.com\""));
    assert!(page.header("set-cookie").unwrap().ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
    let post = |password: &str, csrf: &str| {
        Raw::new("POST", &form.action)
            .header("cookie", &form.cookie)
            .form(format!("p_email=John.Snow%40example.com&p_password={password}&csrf={csrf}"))
    };
    for (password, csrf) in [("wrong", form.csrf.as_str()), ("password", "x"), ("", &form.csrf)] {
        let again = post(password, csrf).send(&kinde).await;
        assert_eq!((again.status(), again.body().contains("role=\"alert\"")), (200, true));
    }
    let signed_in = post("password", &form.csrf).send(&kinde).await;
    assert_eq!(signed_in.status(), 302);
    let callback = signed_in.header("location").unwrap();
    assert!(callback.starts_with(&format!("{CALLBACK}?code=")), "{callback}");
    assert_eq!(redeem(&kinde, &parameter(callback, "code").unwrap(), "").await.0, 200);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(cookie, form.cookie, "a cookie that somebody put there is worth nothing");
    let ask = |more: &str| Raw::new("GET", &auth(&kinde, more)).header("cookie", &cookie);
    for more in ["", "&prompt=none", "&prompt=none&org_code=org_1a2b3c4d5e6f"] {
        let back = ask(more).send(&kinde).await;
        assert!(back.header("location").is_some_and(|it| it.contains("?code=")), "{more}");
    }
    for more in ["&prompt=login", "&prompt=create", "&start_page=registration"] {
        assert_eq!(ask(more).send(&kinde).await.status(), 200, "{more}: a form though there is a session");
    }
    let out = Raw::new("GET", "/logout?redirect=http://localhost:3000")
        .header("cookie", &cookie)
        .send(&kinde)
        .await;
    assert_eq!((out.status(), out.header("location")), (302, Some("http://localhost:3000")));
    let back = ask("&prompt=none").send(&kinde).await;
    assert_eq!(
        back.header("location"),
        Some(&*format!(
            "{CALLBACK}?error=login_required&error_description=User+authentication+is+required&state=abcdefgh"
        ))
    );
}

#[tokio::test]
async fn who_registers_is_a_user_from_then_on_with_a_new_organization_if_asked() {
    let kinde = MockTransport::new();
    let more = "&prompt=create&is_create_org=true&org_name=House%20Stark";
    let form = shown(&Raw::new("GET", &auth(&kinde, more)).send(&kinde).await);
    let filled = format!(
        "p_first_name=Arya&p_last_name=Stark&p_email=arya@example.com&p_password=needle&csrf={}",
        form.csrf
    );
    let post = Raw::new("POST", &form.action).header("cookie", &form.cookie).form(filled);
    let back = post.send(&kinde).await;
    let code = parameter(back.header("location").unwrap(), "code").unwrap();
    let (_, tokens) = redeem(&kinde, &code, "").await;
    let (_, claims) = verified(&kinde, tokens["access_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(claims["org_name"], "House Stark");
    let (_, id) = verified(&kinde, tokens["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!((&id["name"], &id["email"]), (&json!("Arya Stark"), &json!("arya@example.com")));
}

#[tokio::test]
async fn logout_takes_every_name_of_its_redirect_and_leads_nowhere_else() {
    let kinde = MockTransport::new();
    let out = async |query: &str| {
        let answer = Raw::new("GET", &format!("/logout{query}")).send(&kinde).await;
        (answer.status(), answer.header("location").map(str::to_owned))
    };
    let to = |url: &str| (302, Some(url.to_owned()));
    assert_eq!(out("?redirect=http%3A%2F%2Flocalhost%3A3000%2Fa").await, to("http://localhost:3000/a"));
    assert_eq!(
        out("?redirect_uri=http://localhost:3000/cb&client_id=x&state=s").await,
        to("http://localhost:3000/cb")
    );
    let openid = "?post_logout_redirect_uri=http://localhost:3000&state=s&id_token_hint=x";
    assert_eq!(out(openid).await, to("http://localhost:3000?state=s"));
    assert_eq!(out("").await, (200, None));
    assert_eq!(out("?redirect=https://evil.example").await, (400, None));
    kinde.add_application(Application::frontend("app").logout_redirect("https://app.example"));
    assert_eq!(out("?redirect=https://app.example").await, to("https://app.example"));
    let lints = kinde.journal().lint();
    assert!(!lints.iter().any(|lint| lint.what.contains("token")), "{lints:?}");
}

#[tokio::test]
async fn a_device_waits_for_its_user() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let credentials = credentials(&kinde);
    for path in ["/oauth2/device/auth", "/oauth2/v2/device_authorization"] {
        let begun =
            Raw::new("POST", path).form(format!("{credentials}&scope=openid%20offline")).send(&kinde).await;
        let begun: Value = serde_json::from_str(begun.body()).unwrap();
        let device_code = begun["device_code"].as_str().unwrap();
        assert!(device_code.starts_with("kinde_dc_"));
        assert_eq!((&begun["expires_in"], &begun["interval"]), (&json!(600), &json!(5)));
        let user_code = begun["user_code"].as_str().unwrap();
        assert_eq!(user_code.len(), 8);
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
        let poll = || async {
            token(&kinde, &format!("{credentials}&grant_type={grant}&device_code={device_code}")).await
        };
        refused(&poll().await, 400, "authorization_pending");
        kinde.clock().advance(Duration::from_secs(4));
        refused(&poll().await, 400, "slow_down");
        kinde.clock().advance(Duration::from_secs(9));
        refused(&poll().await, 400, "slow_down");
        kinde.clock().advance(Duration::from_secs(15));
        refused(&poll().await, 400, "authorization_pending");
        assert!(kinde.approve_device(user_code, &kinde.user()));
        assert!(!kinde.refuse_device(user_code), "it is decided");
        kinde.clock().advance(Duration::from_secs(15));
        let (status, tokens) = poll().await;
        assert_eq!(status, 200);
        assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
        kinde.clock().advance(Duration::from_secs(15));
        refused(&poll().await, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn rotated_keys_overlap_and_a_retired_one_is_gone() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let mut ids = kinde.key_ids();
    let old = kinde.sign_in();
    for _ in 0..3 {
        ids.push(kinde.rotate_key(Duration::from_secs(60)));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "two that are embedded, then one that is new");
    assert!(verified(&kinde, old.access_token.expose()).await.is_some());
    assert!(verified(&kinde, kinde.sign_in().access_token.expose()).await.is_some());
    let current = kinde.key_ids()[0].clone();
    assert!(!kinde.retire_key(&current), "the one that signs stays");
    kinde.clock().advance(Duration::from_secs(60));
    assert!(verified(&kinde, old.access_token.expose()).await.is_none());
    assert_eq!(kinde.key_ids(), [current]);
}

#[tokio::test]
async fn lifetimes_are_the_applications_and_those_of_the_next_tokens() {
    let kinde = MockTransport::new();
    let seconds = Duration::from_secs;
    let short = Application::backend("short", ClientSecret::new("x"))
        .access_token_lifetime(seconds(60))
        .id_token_lifetime(seconds(30))
        .refresh_token_lifetime(seconds(120));
    kinde.add_application(short);
    let life = async |token: &str| {
        let (_, claims) = verified(&kinde, token).await.unwrap();
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap()
    };
    let signed_in = kinde.sign_in_with(NewToken::for_user(&kinde.user()).application("short"));
    assert_eq!(life(signed_in.access_token.expose()).await, 60);
    assert_eq!(life(signed_in.id_token.expose()).await, 30);
    kinde.configure(|options| options.next_tokens_live = Some(5));
    let signed_in = kinde.sign_in();
    assert_eq!(life(signed_in.access_token.expose()).await, 5);
    assert_eq!(life(signed_in.id_token.expose()).await, 5);
    let (_, refreshed) = refresh(&kinde, signed_in.refresh_token.expose()).await;
    assert_eq!(refreshed["expires_in"], 5);
}

#[tokio::test]
async fn tokens_may_be_opaque_and_an_id_token_for_the_issuer_too() {
    let kinde = MockTransport::new();
    kinde.configure(|options| {
        options.access_tokens = AccessTokens::Opaque;
        options.id_token_aud = IdTokenAud::ClientAndIssuer;
    });
    let signed_in = kinde.sign_in();
    assert_eq!(signed_in.access_token.expose().len(), 43);
    let (_, id) = verified(&kinde, signed_in.id_token.expose()).await.unwrap();
    assert_eq!(id["aud"], json!([kinde.backend().client_id, "https://kinde-mock.invalid"]));
    assert_eq!(
        Raw::new("GET", PROFILE).bearer(signed_in.access_token.expose()).send(&kinde).await.status(),
        200
    );
}

#[tokio::test]
async fn what_is_reproducible_is_the_same_to_the_byte() {
    let run = async || {
        let kinde = MockTransport::new();
        kinde.clock().freeze_at(std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        kinde.reproducible(7);
        let page = Raw::new("GET", &auth(&kinde, "&prompt=create")).send(&kinde).await;
        let form = shown(&page);
        let filled =
            format!("p_first_name=A&p_last_name=B&p_email=a@example.com&p_password=c&csrf={}", form.csrf);
        let back =
            Raw::new("POST", &form.action).header("cookie", &form.cookie).form(filled).send(&kinde).await;
        let location = back.header("location").unwrap().to_owned();
        let (_, tokens) = redeem(&kinde, &parameter(&location, "code").unwrap(), "").await;
        (page.body().to_owned(), location, back.header("set-cookie").unwrap().to_owned(), tokens.to_string())
    };
    assert_eq!(run().await, run().await);
}

#[tokio::test]
async fn answers_carry_the_exact_origin_and_preflights_are_no_calls() {
    let kinde = MockTransport::new();
    let origin = "http://localhost:5173";
    let asks = [
        Raw::new("GET", "/.well-known/jwks"),
        Raw::new("POST", "/oauth2/token"),
        Raw::new("GET", "/nowhere"),
        Raw::new("DELETE", PROFILE),
    ];
    for ask in asks {
        let answer = ask.header("origin", origin).send(&kinde).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    kinde.rate_limit(0, Duration::from_secs(60));
    let before = kinde.journal().total();
    let preflight = Raw::new("OPTIONS", "/oauth2/token")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "kinde-sdk")
        .send(&kinde)
        .await;
    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.header("access-control-allow-origin"), Some(origin));
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("authorization, content-type, kinde-sdk")
    );
    assert_eq!(kinde.journal().total(), before);
    let plain = Raw::new("GET", "/.well-known/jwks").send(&kinde).await;
    assert_eq!(plain.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_callback_that_is_not_listed_and_another_name_are_told() {
    let kinde = MockTransport::new();
    Raw::new("GET", &auth(&kinde, "")).send(&kinde).await;
    let told: Vec<&str> = kinde.journal().lint().iter().map(|lint| lint.what).collect();
    assert!(
        told.iter().any(|what| what.starts_with("a callback that the application doesn't list")),
        "{told:?}"
    );
    assert!(told.iter().any(|what| what.starts_with("a sign-in under another name")), "{told:?}");
}

#[tokio::test]
async fn a_member_signs_in_to_the_organization_that_was_asked_for() {
    let kinde = MockTransport::new();
    let mut arya = User::new("kp_7", "Arya", "Stark");
    arya.organizations = vec![
        kinde_mock::Organization::new("org_1", "House Stark"),
        kinde_mock::Organization::new("org_2", "Faceless Men"),
    ];
    kinde.add_user(arya.clone());
    let callback = kinde.authorize(&auth(&kinde, "&org_code=org_2"), &arya);
    let (_, tokens) = redeem(&kinde, &parameter(&callback, "code").unwrap(), "").await;
    let (_, claims) = verified(&kinde, tokens["access_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(claims["org_code"], "org_2");
    let (_, refreshed) = refresh(&kinde, tokens["refresh_token"].as_str().unwrap()).await;
    let (_, claims) = verified(&kinde, refreshed["access_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(claims["org_code"], "org_2");
}
