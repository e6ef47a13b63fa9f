//! `response_mode=form_post`, which Kinde's discovery lists (OAuth 2.0 Form Post Response Mode).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinde_mock::MockTransport;
use sha2::{Digest, Sha256};

use crate::support::{Answer, Raw};

const CALLBACK: &str = "http://localhost:3000/callback";

fn url(kinde: &MockTransport, more: &str) -> String {
    let id = kinde.backend().client_id;
    format!(
        "/oauth2/auth?client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid&response_mode=form_post{more}"
    )
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).unwrap().split(to).next().unwrap()
}

/// The hidden fields of a page that posts itself to the callback.
fn sent(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!((answer.status(), answer.header("location")), (200, None));
    assert_eq!(between(answer.body(), "<form method=\"post\" action=\"", "\""), CALLBACK);
    // It runs: its policy has the script's digest. Nothing else does.
    let digest = STANDARD.encode(Sha256::digest(between(answer.body(), "<script>", "</script>")));
    let policy = answer.header("content-security-policy").unwrap();
    assert_eq!(between(policy, "script-src ", ";"), format!("'sha256-{digest}'"));
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let fields = answer.body().split("<input type=\"hidden\" name=\"").skip(1);
    fields.map(|field| field.split("\">").next().unwrap().split_once("\" value=\"").unwrap()).collect()
}

#[tokio::test]
async fn a_code_comes_in_a_form_that_posts_itself() {
    let kinde = MockTransport::new();
    let page = Raw::new("GET", &url(&kinde, "&state=abcdefgh")).send(&kinde).await;
    let csrf = between(page.body(), "name=\"csrf\" value=\"", "\"");
    let action = between(page.body(), "action=\"", "\"").replace("&amp;", "&");
    let cookie = page.header("set-cookie").unwrap().split(';').next().unwrap();
    let filled_in = format!("p_email=john.snow%40example.com&p_password=password&csrf={csrf}");
    let back = Raw::new("POST", &action).header("cookie", cookie).form(filled_in).send(&kinde).await;
    let fields = sent(&back);
    let [("code", code), ("scope", "openid"), ("state", "abcdefgh")] = fields[..] else {
        panic!("{fields:?}")
    };
    assert!(back.header("set-cookie").is_some(), "the browser is signed in");

    let app = kinde.backend();
    let redeemed = Raw::new("POST", "/oauth2/token").form(format!(
        "grant_type=authorization_code&client_id={}&client_secret={}&redirect_uri={CALLBACK}&code={code}",
        app.client_id,
        app.client_secret.expose()
    ));
    assert_eq!(redeemed.send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn an_error_comes_so_too_and_what_the_application_sent_stays_text() {
    let kinde = MockTransport::new();
    let asked = url(&kinde, "&prompt=none&state=%22%3E%3Cb%3E%26%27abc");
    let back = Raw::new("GET", &asked).send(&kinde).await;
    let expected = [
        ("error", "login_required"),
        ("error_description", "User authentication is required"),
        ("state", "&quot;&gt;&lt;b&gt;&amp;&#39;abc"),
    ];
    assert_eq!(sent(&back), expected);
}

#[tokio::test]
async fn without_a_browser_the_query_has_what_the_form_would() {
    let kinde = MockTransport::new();
    let callback = kinde.authorize(&url(&kinde, "&state=abcdefgh"), &kinde.user());
    assert!(callback.starts_with(&format!("{CALLBACK}?code=")), "{callback}");
    assert!(callback.ends_with("&scope=openid&state=abcdefgh"), "{callback}");
}
