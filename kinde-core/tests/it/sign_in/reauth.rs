use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kinde_core::sign_in::{CallbackError, ReauthState};

use super::{accept, begin, comes_back, parameters, sign_in};

fn state_of(error: CallbackError) -> Option<ReauthState> {
    match error {
        CallbackError::LoginLinkExpired { reauth_state, .. } => reauth_state,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_expired_link_can_be_begun_again_as_it_was() {
    let sign_in = sign_in().supports_reauth(true);
    let (url, pending) = begin(&sign_in, 7);
    let json = STANDARD.encode(r#"{"org_code":"org_1","lang":"de","login_hint":"jon@example.com"}"#);
    let callback = comes_back(&url, &[("error", "login_link_expired"), ("reauth_state", &json)]);
    let state = state_of(accept(&sign_in, &pending, &callback).unwrap_err()).unwrap();
    let sent = parameters(&begin(&sign_in.reauth(&state), 8).0);
    assert_eq!(sent["org_code"], "org_1");
    assert_eq!(sent["lang"], "de");
    assert_eq!(sent["login_hint"], "jon@example.com");
    assert!(!format!("{state:?}").contains("jon"));
}

#[test]
fn without_its_state_it_is_told_all_the_same() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let error =
        accept(&sign_in, &pending, &comes_back(&url, &[("error", "login_link_expired")])).unwrap_err();
    assert_eq!(state_of(error), None);
}

/// Next.js's handler takes them all.
#[test]
fn who_asks_and_what_protects_is_never_taken_from_it() {
    let json = r#"{"redirect_uri":"https://evil.example","client_id":"other","state":"fixed-state","nonce":"n",
        "code_challenge":"c","code_challenge_method":"plain","scope":"openid","audience":"x","response_type":"token",
        "response_mode":"form_post","prompt":"none","supports_reauth":"false","post_login_redirect_url":"//evil",
        "org_code":"org_1"}"#;
    let state = ReauthState::new(&STANDARD.encode(json));
    assert_eq!(state.parameters().collect::<Vec<_>>(), [("org_code", "org_1")]);
    let plain = parameters(&begin(&sign_in(), 7).0);
    let mut again = parameters(&begin(&sign_in().reauth(&state), 7).0);
    assert_eq!(again.remove("org_code").as_deref(), Some("org_1"));
    assert_eq!(again, plain);
}

#[test]
fn it_is_read_as_each_official_sdk_writes_it() {
    let json = r#"{"org_code":"org_~~?","plan_interest":"pro"}"#;
    let query = "org_code=org_~~%3F&plan_interest=pro";
    for text in [
        STANDARD.encode(json),
        URL_SAFE_NO_PAD.encode(json),
        STANDARD.encode(json).replace('+', " "),
        URL_SAFE_NO_PAD.encode(query),
    ] {
        let state = ReauthState::new(&text);
        assert_eq!(
            state.parameters().collect::<Vec<_>>(),
            [("org_code", "org_~~?"), ("plan_interest", "pro")]
        );
    }
}

#[test]
fn what_cannot_be_read_has_no_parameters() {
    let encoded = |text: &str| STANDARD.encode(text);
    for text in [
        "",
        "%",
        "!!",
        &encoded("{"),
        &encoded(r#"{"org_code":7}"#),
        &encoded(r#"{"org_code":""}"#),
        &encoded(r#"{"org_code":"a\nb"}"#),
        &encoded(r#"{"org_code":"a","org_code":"b"}"#),
        &encoded("org_code=a&org_code=b"),
        &encoded("org_code=a&org_code=b&org_code=c"),
        &encoded("[]"),
        &"A".repeat(20_000),
    ] {
        assert_eq!(ReauthState::new(text).parameters().count(), 0, "{text}");
    }
}
