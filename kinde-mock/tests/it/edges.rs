//! Values at their ends, and what a test could be misled by.

use std::time::{Duration, UNIX_EPOCH};

use kinde_core::ClientSecret;
use kinde_core::oauth::GetUserProfileV2;
use kinde_mock::{Application, FakeKinde, MockTransport, NewToken, UserProfileV2Reply};

use crate::support::{INTROSPECT, PROFILE, REVOKE, Raw};

/// Its time ends with the year 9999: a clock that stood still instead would keep a token alive for ever.
#[test]
fn a_clock_that_is_moved_too_far_stands_at_the_last_moment_and_no_token_is_live_there() {
    let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    for far in [
        Duration::MAX,
        Duration::from_secs(u64::MAX),
        Duration::from_secs(9_000_000_000_000_000_000),
        Duration::from_secs(1 << 60),
    ] {
        let kinde = FakeKinde::new();
        let user = kinde.sign_in();
        kinde.clock().advance(far);
        assert!(!kinde.is_live(&user.access_token) && !kinde.is_live(&user.refresh_token), "{far:?}");
        assert_eq!(kinde.clock().now(), last);
        for further in [Duration::from_secs(1), far] {
            kinde.clock().advance(further);
            assert_eq!(kinde.clock().now(), last);
        }
    }
    let kinde = FakeKinde::new();
    if let Some(beyond) = UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40)) {
        kinde.clock().set(beyond);
        assert_eq!(kinde.clock().now(), last);
        kinde.clock().freeze_at(beyond);
        assert_eq!(kinde.clock().now(), last);
    }
}

#[test]
fn what_was_changed_is_what_is_told() {
    let kinde = FakeKinde::new();
    let id = kinde.backend().client_id;
    kinde.add_backend(&id, ClientSecret::new("another"));
    assert_eq!(kinde.backend().client_secret.expose(), "another");
    let mut john = kinde.user();
    john.email = Some("john@north.example".to_owned());
    kinde.add_user(john);
    assert_eq!(kinde.user().email.as_deref(), Some("john@north.example"));
}

#[tokio::test]
async fn the_profile_has_what_the_tokens_scopes_allow() {
    let kinde = MockTransport::new();
    let profile = async |scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned());
        let token = kinde.issue_access(NewToken::for_user(&kinde.user()).scopes(scopes));
        let answer = Raw::new("GET", PROFILE).bearer(token.expose()).send(&kinde).await;
        assert_eq!(answer.status(), 200);
        answer.body().to_owned()
    };
    let id = "kp_c3143a4b50ad43c88e541d9077681782";
    assert_eq!(
        profile(&["openid"]).await,
        format!(r#"{{"sub":"{id}","provided_id":"some_external_id","id":"{id}"}}"#)
    );
    let email = profile(&["openid", "email"]).await;
    assert!(email.contains(r#""email":"john.snow@example.com","email_verified":true"#), "{email}");
    assert!(!email.contains("name") && !email.contains("picture"), "{email}");
    let person = profile(&["openid", "profile"]).await;
    assert!(person.contains(r#""name":"John Snow""#) && person.contains("picture"), "{person}");
    assert!(!person.contains("email"), "{person}");
}

#[tokio::test]
async fn what_frames_a_body_is_the_doors_own() {
    let kinde = MockTransport::new();
    let response = http::Response::builder()
        .status(502)
        .header("content-length", "99")
        .header("transfer-encoding", "chunked")
        .body("no")
        .unwrap();
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::undocumented(response));
    let answer = Raw::new("GET", PROFILE).send(&kinde).await;
    assert_eq!((answer.status(), answer.body()), (502, "no"));
    assert_eq!((answer.header("content-length"), answer.header("transfer-encoding")), (None, None));
}

#[tokio::test]
async fn who_is_refused_by_basic_is_told_by_basic() {
    let kinde = MockTransport::new();
    let basic = "Basic c29tZWJvZHk6d3Jvbmc="; // somebody:wrong
    for (path, form) in
        [("/oauth2/token", "grant_type=client_credentials"), (REVOKE, "token=x"), (INTROSPECT, "token=x")]
    {
        let answer = Raw::new("POST", path).header("authorization", basic).form(form).send(&kinde).await;
        let challenge = answer.header("www-authenticate").map(str::to_owned);
        assert_eq!((answer.status(), challenge.as_deref()), (401, Some("Basic realm=\"kinde\"")), "{path}");
    }
    let form = "grant_type=client_credentials&client_id=somebody&client_secret=wrong";
    let answer = Raw::new("POST", "/oauth2/token").form(form).send(&kinde).await;
    assert_eq!((answer.status(), answer.header("www-authenticate")), (401, None));
}

#[tokio::test]
async fn a_token_that_asks_about_itself_is_a_line_in_the_lint() {
    let kinde = MockTransport::new();
    let (token, other) = (kinde.machine_token(), kinde.machine_token());
    for about in [&token, &other] {
        let form = format!("token={}", about.expose());
        let answer = Raw::new("POST", INTROSPECT).bearer(token.expose()).form(form).send(&kinde).await;
        assert_eq!(answer.status(), 200);
    }
    let lint: Vec<_> = kinde.journal().lint().iter().map(|line| (line.call, line.what)).collect();
    assert_eq!(lint, [(1, "a token that asks about itself: servers of Kinde's engine may answer 401")]);
}

/// What a filter holds may use the fake when it is dropped: no lock is held then.
#[test]
fn a_script_that_is_forgotten_is_dropped_without_a_lock() {
    struct Uses(FakeKinde);
    impl Drop for Uses {
        fn drop(&mut self) {
            self.0.clear_scripts();
        }
    }
    let (done, finished) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let kinde = FakeKinde::new();
        let uses = Uses(kinde.clone());
        let holds = move |_: &kinde_mock::Request| std::mem::size_of_val(&uses) == usize::MAX;
        kinde.on::<GetUserProfileV2>().when(holds).times(0, UserProfileV2Reply::forbidden());
        for _ in 0..300 {
            kinde.on::<GetUserProfileV2>().times(0, UserProfileV2Reply::forbidden());
        }
        done.send(()).unwrap();
    });
    finished.recv_timeout(Duration::from_secs(20)).unwrap();
}

#[test]
fn an_application_that_was_changed_keeps_its_own_secret() {
    let kinde = FakeKinde::new();
    let id = kinde.backend().client_id;
    kinde.add_application(Application::backend(&id, ClientSecret::new("a third")));
    assert_eq!(kinde.backend().client_secret.expose(), "a third");
}
