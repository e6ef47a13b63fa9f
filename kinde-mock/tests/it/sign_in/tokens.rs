//! What the tokens of a sign-in say, and how long.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_core::ClientSecret;
use kinde_mock::{AccessTokens, Application, IdTokenAud, MockTransport, NewToken, User};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CALLBACK, PKCE, VERIFIER, auth, credentials, parameter, redeem, refresh, verified};
use crate::support::{INTROSPECT, PROFILE, REVOKE, Raw};

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
