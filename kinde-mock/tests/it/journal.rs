//! The journal: counts, lines, waiting, lint, bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::support::{CALL, INTROSPECT, PROFILE, REVOKE, Raw};
use kinde_core::Transport;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_mock::{
    Fault, Fingerprint, Gate, MockTransport, Scripted, TokenRevocationReply as Revoked,
    UserProfileV2Reply as Profile,
};

fn panic_of(assertion: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).unwrap_err();
    payload.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn counts_calls_by_operation_and_keeps_a_line_of_each() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.clock().freeze();
    Raw::new("GET", PROFILE).bearer(user.access_token.expose()).send(&kinde).await;
    let form = format!("client_id={}&client_secret=nope&token=abc", kinde.backend().client_id);
    Raw::new("POST", REVOKE).form(form).send(&kinde).await;
    kinde.on::<TokenRevocation>().once(Revoked::ok().after(Duration::from_millis(1)));
    Raw::new("POST", REVOKE).form("client_id=whoever&token=abc").send(&kinde).await;
    Raw::new("GET", "/oauth2/introspection").send(&kinde).await;

    kinde.assert_calls::<GetUserProfileV2>(1);
    kinde.assert_calls::<TokenRevocation>(2);
    kinde.assert_calls::<TokenIntrospection>(0);
    assert_eq!((kinde.journal().total(), kinde.journal().count::<TokenRevocation>()), (4, 2));

    let calls = kinde.journal().calls();
    let lines: Vec<String> = calls.iter().map(ToString::to_string).collect();
    let bearer = Fingerprint::of(user.access_token.expose());
    assert_eq!(
        lines,
        [
            format!("#1 GET /oauth2/v2/user_profile bearer={bearer} -> 200"),
            "#2 POST /oauth2/revoke client_id=3b0b5c6c8fcc464fab397f4969b5f482 client_secret=1a3ccd16 token=ba7816bf -> 401"
                .replace("1a3ccd16", &Fingerprint::of("nope").to_string()),
            "#3 POST /oauth2/revoke client_id=(85738f8f) token=ba7816bf -> 200 by script, after 1ms"
                .replace("85738f8f", &Fingerprint::of("whoever").to_string()),
            "#4 GET /oauth2/introspection -> 404 as no documented request; lint: a path that is not documented"
                .to_owned(),
        ]
    );
    let second = &calls[1];
    assert_eq!(
        (second.number(), second.at(), second.endpoint()),
        (2, kinde.clock().now(), Some(TokenRevocation::ENDPOINT))
    );
    assert_eq!((second.token(), second.bearer()), (Some(Fingerprint::of("abc")), None));
    assert!(calls[2].is_scripted() && !second.is_scripted());

    let unmatched = kinde.journal().unmatched();
    assert_eq!(unmatched.iter().map(|call| call.number()).collect::<Vec<_>>(), [4]);
    kinde.journal().clear();
    assert_eq!((kinde.journal().total(), kinde.journal().calls().len()), (0, 0));
    kinde.assert_calls::<TokenRevocation>(0);
}

#[tokio::test]
async fn a_failed_assertion_prints_the_calls_that_came() {
    let kinde = MockTransport::new();
    let text = panic_of(|| kinde.assert_calls::<GetUserProfileV2>(1));
    assert_eq!(text, "calls of get_user_profile_v2: 1 expected, 0 came. No request of any sort did.");

    for _ in 0..25 {
        Raw::new("POST", INTROSPECT).bearer("t").form("token=abc").send(&kinde).await;
    }
    let text = panic_of(|| kinde.assert_calls::<TokenIntrospection>(3));
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("calls of token_introspection: 3 expected, 25 came. All requests (the last 20 of 25):")
    );
    assert_eq!(lines.next(), Some("  #6 POST /oauth2/introspect bearer=e3b98a4d token=ba7816bf -> 403"));
    assert_eq!(lines.count(), 19);
}

#[tokio::test]
async fn is_bounded_in_calls_and_in_bytes() {
    let kinde = MockTransport::new();
    let long = format!("/{}", "a/".repeat(2_000));
    let parameters = "x=1&".repeat(500);
    for index in 0..1_100 {
        let request = match index % 2 {
            0 => Raw::new("POST", &long).bearer("b".repeat(5_000)),
            _ => Raw::new("POST", &format!("{REVOKE}?token=x"))
                .form(format!("{parameters}client_id={}&client_secret=y", "c".repeat(5_000))),
        };
        request.send(&kinde).await;
    }
    let calls = kinde.journal().calls();
    assert_eq!((kinde.journal().total(), calls.len()), (1_100, 1_000));
    assert_eq!((calls[0].number(), calls[999].number()), (101, 1_100));
    assert!(calls.iter().all(|call| call.to_string().len() <= 4 * 1024));
}

#[tokio::test]
async fn a_doubled_slash_shows() {
    let kinde = MockTransport::new();
    Raw::new("GET", &format!("/{PROFILE}")).send(&kinde).await;
    let lint = kinde.journal().lint();
    assert_eq!(lint[0].to_string(), "#1 GET //oauth2/v2/user_profile: a path that is not documented");
}

#[tokio::test]
async fn lint_tells_what_works_here_and_is_not_documented() {
    let kinde = MockTransport::new();
    let bearer = kinde.machine_token();
    let bearer = bearer.expose();
    let frontend = kinde.frontend().client_id;
    let cases = [
        (
            Raw::new("POST", INTROSPECT).bearer(bearer).header("content-type", "application/json").body("{}"),
            "JSON",
        ),
        (Raw::new("POST", INTROSPECT).bearer(bearer).body("token=x"), "not declared as the documented form"),
        (
            Raw::new("POST", INTROSPECT)
                .bearer(bearer)
                .form("token=x&token_type_hint=access_token&token_type_hint=access_token"),
            "more than once",
        ),
        (
            Raw::new("POST", INTROSPECT).bearer(bearer).form("token=x&token_type_hint=id_token"),
            "token_type_hint",
        ),
        (Raw::new("GET", &format!("{PROFILE}?access_token=x")).bearer(bearer), "in the query"),
        (Raw::new("POST", REVOKE).form(format!("client_id={frontend}&client_secret=x&token=y")), "frontend"),
        (Raw::new("GET", PROFILE).bearer(bearer).body("x"), "a body, where none"),
        (Raw::new("GET", PROFILE).bearer(bearer).bearer(bearer), "Authorization"),
        (Raw::new("GET", REVOKE), "a method"),
        (Raw::new("GET", "/oauth2/userinfo"), "a path"),
        (Raw::new("POST", INTROSPECT).form("x".repeat(65 * 1024)), "64 KiB"),
    ];
    for (request, part) in cases {
        kinde.journal().clear();
        request.send(&kinde).await;
        let lint = kinde.journal().lint();
        assert_eq!(lint.len(), 1, "{part}: {lint:?}");
        assert!(lint[0].what.contains(part), "{part}: {lint:?}");
    }
    // A frontend application's secret is refused nowhere, and the documented calls are spotless.
    kinde.journal().clear();
    Raw::new("GET", PROFILE).bearer(bearer).send(&kinde).await;
    Raw::new("POST", INTROSPECT)
        .bearer(bearer)
        .form("token=x&token_type_hint=refresh_token")
        .send(&kinde)
        .await;
    Raw::new("POST", REVOKE).form(format!("client_id={frontend}&token=y")).send(&kinde).await;
    assert_eq!(kinde.journal().lint(), []);
    assert_eq!(kinde.journal().unmatched().len(), 0);

    Raw::new("POST", "/oauth2/Introspect/").send(&kinde).await;
    let line = kinde.journal().lint()[0].to_string();
    assert_eq!(line, "#4 POST /oauth2/Introspect/: a path that is not documented");
}

#[tokio::test(start_paused = true)]
async fn waiting_follows_the_paused_clock_in_process() {
    let kinde = MockTransport::new();
    let gate = Gate::new();
    kinde.on::<GetUserProfileV2>().always(Profile::forbidden().fault(Fault::gate(&gate)));
    let start = tokio::time::Instant::now();
    let journal = kinde.journal().clone();
    let waiting =
        tokio::spawn(async move { journal.wait_for::<GetUserProfileV2>(2, Duration::from_secs(60)).await });
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(20)).await;
        let (kinde, request) = (kinde.clone(), Raw::new("GET", PROFILE).build());
        tokio::spawn(async move { kinde.send(request, CALL).await });
    }
    waiting.await.unwrap().unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(40));
    kinde.journal().wait_for::<GetUserProfileV2>(1, Duration::ZERO).await.unwrap();

    let real = Instant::now();
    let error =
        kinde.journal().wait_for::<GetUserProfileV2>(3, Duration::from_secs(3_600)).await.unwrap_err();
    assert!(real.elapsed() < Duration::from_secs(60), "nobody waited for an hour");
    let text = format!("{error:?}");
    assert!(text.starts_with("calls of get_user_profile_v2: 3 awaited for 3600s, 2 came."), "{text}");
    assert!(text.contains("#2 GET /oauth2/v2/user_profile -> 403 by script, held at a gate"), "{text}");
}

#[test]
fn waiting_without_a_runtime_blocks_until_the_calls_are_there() {
    let kinde = MockTransport::new();
    let error =
        kinde.journal().wait_for_blocking::<GetUserProfileV2>(1, Duration::from_millis(100)).unwrap_err();
    assert!(error.to_string().contains("No request of any sort"));
    let caller = std::thread::spawn({
        let kinde = kinde.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                for _ in 0..20 {
                    assert_eq!(Raw::new("GET", PROFILE).send(&kinde).await.status(), 403);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        }
    });
    let start = Instant::now();
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(20, Duration::from_secs(120)).unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "it was told of the calls, and did not sleep over them"
    );
    caller.join().unwrap();
}
