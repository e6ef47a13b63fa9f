//! What a browser sees: the pages, their cookies, and the way out.

use std::time::Duration;

use kinde_mock::{Application, MockTransport};
use serde_json::json;

use super::{CALLBACK, auth, parameter, redeem, verified};
use crate::support::{Answer, Raw};

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
