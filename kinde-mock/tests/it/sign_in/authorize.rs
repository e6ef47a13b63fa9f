//! What is wrong with a request to sign in, and who is told.

use kinde_core::ClientSecret;
use kinde_mock::{Application, GrantType, MockTransport};

use super::{CALLBACK, CHALLENGE, VERIFIER, auth, parameter};
use crate::support::Raw;

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
