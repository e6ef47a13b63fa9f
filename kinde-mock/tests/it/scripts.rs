//! Scripts over the state: all forms, filters, and which one answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{CALL, INTROSPECT, PROFILE, REVOKE, Raw};
use http::header::{HeaderValue, RETRY_AFTER};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation};
use kinde_core::{ErrorKind, OAuth, Token, TransportErrorKind};
use kinde_mock::{
    ActiveClaims, CutAt, CutBy, Fault, MockTransport, SignedIn, TokenIntrospectionReply as Introspected,
    TokenRevocationReply as Revoked, User, UserProfileV2Reply as Profile,
};

async fn profile_status(kinde: &MockTransport, user: &SignedIn) -> u16 {
    Raw::new("GET", PROFILE).bearer(user.access_token.expose()).send(kinde).await.status()
}

#[tokio::test]
async fn each_documented_answer_is_scripted_byte_for_byte() {
    let kinde = MockTransport::new();
    const JSON: Option<&str> = Some("application/json");
    let throttled = Duration::from_millis(1_200);

    let profile = || Raw::new("GET", PROFILE).send(&kinde);
    kinde.on::<GetUserProfileV2>().sequence([
        Profile::ok(&User::new("kp_7", "Arya", "Stark")),
        Profile::forbidden(),
        Profile::throttled(throttled),
    ]);
    assert!(profile().await.body().starts_with(r#"{"sub":"kp_7","#));
    profile().await.assert(403, None, "");
    let answer = profile().await;
    answer.assert(429, None, "");
    assert_eq!((answer.header("ratelimit-reset"), answer.header("retry-after")), (Some("2"), None));

    let introspect = || Raw::new("POST", INTROSPECT).form("token=x").send(&kinde);
    let mut claims = ActiveClaims::default();
    claims.audience = vec!["a".to_owned()];
    claims.expires_in = Duration::from_secs(60);
    kinde.clock().freeze_at(std::time::UNIX_EPOCH + Duration::from_secs(1_612_345_678));
    kinde.on::<TokenIntrospection>().sequence([
        Introspected::active(claims),
        Introspected::inactive(),
        Introspected::unauthorized(),
        Introspected::unauthorized_with("x", "y \"z\""),
        Introspected::forbidden(),
        Introspected::throttled(Duration::ZERO),
    ]);
    let active = r#"{"active":true,"aud":["a"],"client_id":"3b0b5c6c8fcc464fab397f4969b5f482","exp":1612345738,"iat":1612345678}"#;
    introspect().await.assert(200, JSON, active);
    introspect().await.assert(200, JSON, r#"{"active":false}"#);
    assert!(introspect().await.body().starts_with(r#"{"error":"invalid_request","#));
    introspect().await.assert(401, JSON, r#"{"error":"x","error_description":"y \"z\""}"#);
    introspect().await.assert(403, None, "");
    let answer = introspect().await;
    answer.assert(429, None, "");
    assert_eq!(answer.header("ratelimit-reset"), Some("1"));

    let revoke = || Raw::new("POST", REVOKE).form("token=x").send(&kinde);
    kinde.on::<TokenRevocation>().sequence([
        Revoked::ok(),
        Revoked::bad_request(),
        Revoked::bad_request_with("A", "b"),
        Revoked::unauthorized(),
        Revoked::unauthorized_with("c", "d"),
        Revoked::forbidden(),
        Revoked::forbidden_with("E", "f"),
        Revoked::throttled(Duration::from_secs(30)).header(RETRY_AFTER, HeaderValue::from_static("40")),
    ]);
    revoke().await.assert(200, None, "");
    revoke().await.assert(
        400,
        JSON,
        r#"{"errors":[{"code":"INVALID_REQUEST","message":"Invalid request."}]}"#,
    );
    revoke().await.assert(400, JSON, r#"{"errors":[{"code":"A","message":"b"}]}"#);
    assert!(revoke().await.body().starts_with(r#"{"error":"invalid_client","error_description":"Client "#));
    revoke().await.assert(401, JSON, r#"{"error":"c","error_description":"d"}"#);
    revoke().await.assert(
        403,
        JSON,
        r#"{"errors":[{"code":"INVALID_CREDENTIALS","message":"Unauthorized - invalid credentials."}]}"#,
    );
    revoke().await.assert(403, JSON, r#"{"errors":[{"code":"E","message":"f"}]}"#);
    let answer = revoke().await;
    answer.assert(
        429,
        JSON,
        r#"{"errors":[{"code":"TOO_MANY_REQUESTS","message":"Too many requests. Request was throttled."}]}"#,
    );
    assert_eq!((answer.header("ratelimit-reset"), answer.header("retry-after")), (Some("30"), Some("40")));
    // All used up: the state shows again.
    assert_eq!(revoke().await.status(), 400);
}

#[tokio::test]
async fn the_newest_script_answers_and_used_up_ones_vanish() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let always = kinde.on::<GetUserProfileV2>().always(Profile::forbidden());
    let twice = kinde.on::<GetUserProfileV2>().times(2, Profile::throttled(Duration::from_secs(1)));
    let never = kinde.on::<GetUserProfileV2>().times(0, Profile::throttled(Duration::from_secs(1)));
    let nothing = kinde.on::<GetUserProfileV2>().sequence([]);
    assert!(!never.is_live() && !nothing.is_live());
    kinde
        .on::<GetUserProfileV2>()
        .once(Profile::undocumented(http::Response::builder().status(500).body("").unwrap()));
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(profile_status(&kinde, &user).await);
    }
    assert_eq!(statuses, [500, 429, 429, 403, 403]);
    assert!(always.is_live() && !twice.is_live());
    always.remove();
    assert_eq!(profile_status(&kinde, &user).await, 200);

    kinde.on::<GetUserProfileV2>().always(Profile::forbidden());
    kinde.clear_scripts();
    assert_eq!(profile_status(&kinde, &user).await, 200);
}

#[tokio::test]
async fn filters_by_bearer_by_token_and_by_closure_must_all_match() {
    let kinde = MockTransport::new();
    let (one, other) = (kinde.sign_in(), kinde.sign_in());
    kinde.on::<GetUserProfileV2>().when_bearer(&one.access_token).always(Profile::forbidden());
    assert_eq!(profile_status(&kinde, &one).await, 403);
    assert_eq!(profile_status(&kinde, &other).await, 200);

    let oauth = kinde.oauth();
    let ask = async |token: &Token| {
        oauth.token_introspection(TokenIntrospection::new(&one.access_token, token.clone())).await.unwrap()
    };
    kinde.on::<TokenIntrospection>().when_token(&one.refresh_token).always(Introspected::inactive());
    assert_eq!(ask(&one.refresh_token).await, TokenIntrospect::Inactive);
    assert!(ask(&other.refresh_token).await.is_active());

    let with_hint = kinde
        .on::<TokenIntrospection>()
        .when_token(&other.refresh_token)
        .when(|request| request.form("token_type_hint") == Some("refresh_token"))
        .when(|request| request.header("kinde-sdk").is_some_and(|sdk| sdk.starts_with("Rust/")))
        .always(Introspected::inactive());
    assert!(ask(&other.refresh_token).await.is_active());
    let hinted = TokenIntrospection::new(&one.access_token, other.refresh_token.clone())
        .token_type_hint(kinde_core::oauth::TokenTypeHint::RefreshToken);
    assert!(!oauth.token_introspection(hinted).await.unwrap().is_active());
    assert!(with_hint.is_live());
}

#[tokio::test]
async fn a_filter_sees_the_request_and_may_use_the_fake() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let seen = Arc::new(AtomicUsize::new(0));
    let (fake, counter) = (kinde.clone(), Arc::clone(&seen));
    kinde
        .on::<TokenRevocation>()
        .when(move |request| {
            assert_eq!((request.method().as_str(), request.path(), request.query()), ("POST", REVOKE, None));
            assert_eq!(request.bearer(), None);
            assert_eq!(request.form("client_id"), Some("x"));
            assert_eq!(request.form("empty"), None);
            assert_eq!(request.parameters().len(), 3);
            assert_eq!(&request.body()[..], b"client_id=x&empty=&token=y");
            counter.fetch_add(1, Ordering::Relaxed);
            // Neither of these may wait for the request that is being answered.
            fake.on::<GetUserProfileV2>().once(Profile::forbidden());
            fake.journal().total() == 0 && fake.is_live(&user.access_token)
        })
        .once(Revoked::bad_request_with("FILTERED", ""));
    let answer = Raw::new("POST", REVOKE).form("client_id=x&empty=&token=y").send(&kinde).await;
    assert!(answer.body().contains("FILTERED"));
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_live_reply_has_its_effect_and_a_scripted_ok_has_none() {
    let kinde = MockTransport::new();
    let (user, app) = (kinde.sign_in(), kinde.backend());
    let revoke = || {
        let request = TokenRevocation::new(&app.client_id, user.refresh_token.clone());
        let client = kinde.client();
        let request = request.client_secret(app.client_secret.clone());
        async move { client.token_revocation(request).await }
    };
    kinde
        .on::<TokenRevocation>()
        .sequence([Revoked::ok(), Revoked::live().fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead))]);
    revoke().await.unwrap();
    assert!(kinde.is_live(&user.refresh_token), "a scripted answer only says so");
    assert_eq!(revoke().await.unwrap_err().kind(), ErrorKind::Interrupted);
    assert!(!kinde.is_live(&user.refresh_token), "the state was asked before the connection broke");
}

#[tokio::test]
async fn a_sequence_mixes_statuses_and_faults() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.on::<GetUserProfileV2>().sequence([
        Profile::throttled(Duration::from_secs(1)),
        Profile::live().fault(Fault::cut(CutBy::Fin, CutAt::AfterBody(7))),
        Profile::live().fault(Fault::malformed_json()),
        Profile::forbidden().fault(Fault::malformed_json()),
        Profile::live().fault(Fault::wrong_content_type()),
    ]);
    let request = || Raw::new("GET", PROFILE).bearer(user.access_token.expose());
    assert_eq!(request().send(&kinde).await.status(), 429);
    assert_eq!(request().fail(&kinde, CALL).await.kind(), TransportErrorKind::Interrupted);
    let broken = request().send(&kinde).await;
    assert_eq!((broken.status(), broken.header("content-type")), (200, Some("application/json")));
    assert!(serde_json::from_str::<serde_json::Value>(broken.body()).is_err());
    let broken = request().send(&kinde).await;
    assert_eq!((broken.status(), broken.header("content-type")), (403, Some("application/json")));
    assert!(serde_json::from_str::<serde_json::Value>(broken.body()).is_err());
    let mislabelled = request().send(&kinde).await;
    assert_eq!(
        (mislabelled.status(), mislabelled.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(mislabelled.body().contains("John Snow"));
    assert_eq!(request().send(&kinde).await.status(), 200);
}

#[tokio::test]
async fn an_undocumented_answer_arrives_as_it_was_written() {
    let kinde = MockTransport::new();
    let response = http::Response::builder()
        .status(202)
        .header("x-amzn-waf-action", "challenge")
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .body("<html>")
        .unwrap();
    kinde.on::<TokenRevocation>().once(Revoked::undocumented(response));
    let answer = Raw::new("POST", REVOKE).send(&kinde).await;
    answer.assert(202, None, "<html>");
    assert_eq!(answer.header("x-amzn-waf-action"), Some("challenge"));
    assert_eq!(answer.0.headers().get_all("set-cookie").iter().count(), 2);
}

#[tokio::test]
async fn the_limiter_throttles_on_the_fakes_clock_and_scripts_are_not_counted() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.clock().freeze();
    kinde.rate_limit(2, Duration::from_millis(10_500));
    let ask = async || {
        let answer = Raw::new("GET", PROFILE).bearer(user.access_token.expose()).send(&kinde).await;
        (answer.status(), answer.header("ratelimit-reset").map(str::to_owned))
    };
    let throttled = |seconds: &str| (429, Some(seconds.to_owned()));
    kinde.on::<GetUserProfileV2>().once(Profile::forbidden());
    assert_eq!(ask().await, (403, None));
    assert_eq!(ask().await, (200, None));
    kinde.clock().advance(Duration::from_secs(4));
    assert_eq!(ask().await, (200, None));
    assert_eq!(ask().await, throttled("7"));
    kinde.clock().advance(Duration::from_millis(6_499));
    assert_eq!(ask().await, throttled("1"));
    kinde.clock().advance(Duration::from_millis(1));
    assert_eq!(ask().await, (200, None));
    // A revocation's 429 has a body, and a request that is no call is not limited.
    assert_eq!(ask().await, (200, None));
    let answer = Raw::new("POST", REVOKE).form("").send(&kinde).await;
    assert_eq!(answer.status(), 429);
    assert!(answer.body().contains("TOO_MANY_REQUESTS"));
    assert_eq!(Raw::new("GET", "/").send(&kinde).await.status(), 404);
    kinde.no_rate_limit();
    assert_eq!(ask().await, (200, None));
}

#[tokio::test]
async fn the_clock_dates_the_answers() {
    let kinde = MockTransport::new();
    kinde.clock().freeze_at(std::time::UNIX_EPOCH + Duration::from_secs(1_612_345_678));
    let answer = Raw::new("GET", PROFILE).send(&kinde).await;
    assert_eq!(answer.header("date"), Some("Wed, 03 Feb 2021 09:47:58 GMT"));
    // Dates that the header can't express don't make the fake panic.
    kinde.clock().advance(Duration::from_secs(u64::MAX / 4));
    kinde.clock().set(std::time::UNIX_EPOCH - Duration::from_secs(5));
    assert_eq!(
        Raw::new("GET", PROFILE).send(&kinde).await.header("date"),
        Some("Thu, 01 Jan 1970 00:00:00 GMT")
    );
}
