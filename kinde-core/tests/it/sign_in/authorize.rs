use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_core::sign_in::{LoginHint, Prompt, SignIn, StartPage};
use kinde_core::token::Application;
use kinde_core::{Domain, ErrorKind};
use sha2::{Digest as _, Sha256};

use super::{
    CALLBACK, accept, application, begin, comes_back, domain, form, now, parameters, refusal, sign_in,
};

/// RFC 7636 §4.2, with an implementation that isn't ours.
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[test]
fn the_request_is_as_rfc_6749_and_rfc_7636_write_it() {
    let (url, _) = begin(&sign_in(), 7);
    let (address, query) = url.split_once('?').unwrap();
    assert_eq!(address, "https://acme.kinde.com/oauth2/auth");
    let names: Vec<&str> = query.split('&').map(|pair| pair.split_once('=').unwrap().0).collect();
    assert_eq!(
        names,
        [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method"
        ]
    );
    let sent = parameters(&url);
    assert_eq!(sent["response_type"], "code");
    assert_eq!(sent["client_id"], "f9c0f8a0b1");
    assert_eq!(sent["redirect_uri"], CALLBACK);
    assert_eq!(sent["scope"], "openid profile email offline");
    assert_eq!(sent["code_challenge_method"], "S256");
    // 256 bits each, and nothing that an encoder changes.
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(sent[name].len(), 43, "{name}");
        assert!(query.contains(&format!("{name}={}", sent[name])), "{name}");
    }
}

/// RFC 7636 appendix B: the vector holds for the helper, and the helper for what is sent.
#[test]
fn the_verifier_answers_the_challenge() {
    assert_eq!(
        s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let accepted = accept(&sign_in, &pending, &comes_back(&url, &[("code", "abc.def")])).unwrap();
    let verifier = form(&accepted)["code_verifier"].clone();
    assert!((43..=128).contains(&verifier.len()));
    assert!(verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)));
    assert_eq!(s256(&verifier), parameters(&url)["code_challenge"]);
}

/// A public client sends PKCE, a confidential one too.
#[test]
fn no_client_goes_without_pkce() {
    let public = SignIn::new(&Application::frontend("f9c0f8a0b1"), CALLBACK).unwrap();
    for sign_in in [public, sign_in()] {
        let sent = parameters(&begin(&sign_in, 9).0);
        assert_eq!(sent["code_challenge_method"], "S256");
        assert!(!sent.contains_key("client_secret"));
    }
}

#[cfg(feature = "sign-in")]
#[test]
fn no_two_sign_ins_share_anything() {
    let sign_in = sign_in();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..1000 {
        let (url, _) = sign_in.start(&domain(), now()).unwrap();
        let sent = parameters(&url);
        for name in ["state", "nonce", "code_challenge"] {
            assert!(seen.insert(sent[name].clone()), "{name} was there before");
        }
    }
}

/// kinde-facts section 3: each parameter of Kinde's list, by the method for it.
#[test]
fn every_documented_parameter_has_a_method() {
    let cases: &[(SignIn, &[(&str, &str)])] = &[
        (sign_in().prompt(Prompt::Login), &[("prompt", "login")]),
        (sign_in().prompt(Prompt::None), &[("prompt", "none")]),
        (sign_in().register(), &[("prompt", "create")]),
        (sign_in().scopes(["openid", "email"]), &[("scope", "openid email")]),
        (
            sign_in().create_organization("Jon & Söhne"),
            &[("prompt", "create"), ("is_create_org", "true"), ("org_name", "Jon & Söhne")],
        ),
        (sign_in().switch_organization("org_2"), &[("prompt", "none"), ("org_code", "org_2")]),
        (sign_in().org_code("org_1"), &[("org_code", "org_1")]),
        (sign_in().audience(["https://a.example/api", "b"]), &[("audience", "https://a.example/api b")]),
        (sign_in().connection_id("conn_1"), &[("connection_id", "conn_1")]),
        (sign_in().login_hint("jon+1@example.com"), &[("login_hint", "jon+1@example.com")]),
        (sign_in().login_hint(LoginHint::email("a@b.example")), &[("login_hint", "a@b.example")]),
        (
            sign_in().login_hint(LoginHint::phone("+61444110110", "au")),
            &[("login_hint", "phone:+61444110110:au")],
        ),
        (sign_in().login_hint(LoginHint::username("joe")), &[("login_hint", "username:joe")]),
        (sign_in().lang("de"), &[("lang", "de")]),
        (sign_in().has_success_page(true), &[("has_success_page", "true")]),
        (sign_in().is_use_auth_success_page(false), &[("is_use_auth_success_page", "false")]),
        (sign_in().workflow_deployment_id("wd_1"), &[("workflow_deployment_id", "wd_1")]),
        (sign_in().supports_reauth(true), &[("supports_reauth", "true")]),
        (sign_in().plan_interest("pro"), &[("plan_interest", "pro")]),
        (sign_in().pricing_table_key("main"), &[("pricing_table_key", "main")]),
        (sign_in().invitation("inv_1"), &[("invitation_code", "inv_1"), ("is_invitation", "true")]),
        (sign_in().preview_pages(), &[("pages_mode", "preview")]),
        (sign_in().start_page(StartPage::Registration), &[("start_page", "registration")]),
        (sign_in().redirect_url("https://app.example/x"), &[("redirect_url", "https://app.example/x")]),
        (sign_in().marketing("utm_source", "news letter"), &[("utm_source", "news letter")]),
        (sign_in().marketing("gclid", "1"), &[("gclid", "1")]),
        (sign_in().marketing("hsa_cam", "1"), &[("hsa_cam", "1")]),
        (sign_in().extra("domain_hint", "contoso.com"), &[("domain_hint", "contoso.com")]),
    ];
    for (sign_in, expected) in cases {
        let sent = parameters(&begin(sign_in, 7).0);
        for (name, value) in *expected {
            assert_eq!(sent.get(*name).map(String::as_str), Some(*value), "{name}");
        }
        let scopes_are_standard = !expected.iter().any(|(name, _)| *name == "scope");
        assert_eq!(sent.len(), 8 + expected.len() - usize::from(!scopes_are_standard));
    }
}

#[test]
fn the_last_value_of_a_parameter_counts() {
    let sent = parameters(&begin(&sign_in().org_code("org_1").extra("org_code", "org_2"), 7).0);
    assert_eq!(sent["org_code"], "org_2");
}

#[test]
fn extra_overrides_nothing_that_protects() {
    for name in [
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
    ] {
        let error = refusal(&sign_in().extra(name, "x"));
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}");
    }
    for (name, value) in [("", "x"), ("a b", "x"), ("a", ""), ("a", "b\nc")] {
        assert_eq!(refusal(&sign_in().extra(name, value)).kind(), ErrorKind::InvalidInput, "{name:?}");
    }
    assert_eq!(refusal(&sign_in().marketing("redirect_uri", "x")).kind(), ErrorKind::InvalidInput);
    // Nothing that comes later hides what was wrong.
    let error = refusal(&sign_in().scopes(["two words"]).lang("de"));
    assert!(error.to_string().contains("scope"), "{error}");
}

#[test]
fn a_callback_url_is_absolute_and_safe() {
    for good in [
        "https://app.example/callback",
        "https://app.example",
        "https://app.example:8443/a?b=c",
        "http://localhost:3000/callback",
        "http://app.localhost:3000/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:3000/callback",
        "com.example.app:/callback",
        "myapp://callback",
    ] {
        let sign_in = SignIn::new(&application(), good).unwrap();
        assert_eq!(parameters(&begin(&sign_in, 7).0)["redirect_uri"], good);
    }
    for bad in [
        "",
        "/callback",
        "app.example/callback",
        "https://",
        "https:///callback",
        "https://app.example/#x",
        "https://app.example/a b",
        "https://app.example/ä",
        "http://app.example/callback",
        "http://10.0.0.1/callback",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "https://user@app.example/",
        "https:\\\\app.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example/\n",
    ] {
        let error = SignIn::new(&application(), bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad:?}");
    }
}

#[test]
fn where_to_go_on_stays_on_the_own_site() {
    for good in ["/", "/orders", "/orders?id=7&next=https%3A%2F%2Fx", "/a;b,c!d", "/search?q=//x", "/a/#part"]
    {
        let sign_in = sign_in().return_to(good);
        let (url, pending) = begin(&sign_in, 7);
        assert_eq!(pending.return_to(), Some(good));
        assert!(!url.contains("orders"), "it doesn't travel to Kinde");
        let accepted = accept(&sign_in, &pending, &comes_back(&url, &[("code", "c")])).unwrap();
        assert_eq!(accepted.return_to.as_deref(), Some(good));
    }
    let long = format!("/{}", "a".repeat(512));
    for bad in [
        "",
        "orders",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/%2fevil.example",
        "/%5Cevil.example",
        "/%2F%2Fevil.example",
        "/./evil",
        "/../evil",
        "/a/..",
        "/%2e%2e/evil",
        "/.%2E//evil.example",
        "https://evil.example",
        "https:evil.example",
        "/\tevil",
        "/ä",
        "/a b",
        "/a\r\nSet-Cookie: x",
        "/%0d%0aSet-Cookie:x",
        "/a//b",
        "?x",
        "@evil.example",
        "/\"x",
        &long,
    ] {
        assert_eq!(refusal(&sign_in().return_to(bad)).kind(), ErrorKind::InvalidInput, "{bad:?}");
    }
}

#[test]
fn debug_shows_nothing_of_the_person_or_the_secret() {
    let sign_in = sign_in().login_hint("jon@example.com").invitation("inv_secret").return_to("/patients/7");
    let (url, pending) = begin(&sign_in, 7);
    let callback = comes_back(&url, &[("code", "the.code")]);
    let accepted = accept(&sign_in, &pending, &callback).unwrap();
    let shown =
        format!("{sign_in:?} {pending:?} {callback:?} {accepted:?} {:?}", LoginHint::from("jon@example.com"));
    let sent = parameters(&url);
    for secret in [
        "jon@example",
        "inv_secret",
        super::SECRET,
        "the.code",
        &sent["state"],
        &sent["nonce"],
        &form(&accepted)["code_verifier"],
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

/// The fake on loopback is a domain like any other.
#[test]
fn over_http_on_loopback() {
    let domain = Domain::new("http://127.0.0.1:4455").unwrap();
    let (url, pending) = sign_in().start_with([7; 32], &domain, now()).unwrap();
    assert!(url.starts_with("http://127.0.0.1:4455/oauth2/auth?"));
    assert_eq!(pending.issuer(), "http://127.0.0.1:4455");
}
