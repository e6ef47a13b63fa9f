//! Replies that are computed from the request, and what scripts say of themselves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::support::{CALL, INTROSPECT, PROFILE, Raw};
use http::header::{HeaderValue, SERVER, VIA};
use kinde_core::TransportErrorKind;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection};
use kinde_mock::{
    ActiveClaims, CutAt, CutBy, Fault, MockTransport, Reply, Scripted,
    TokenIntrospectionReply as Introspected, UserProfileV2Reply as Profile, endpoints,
};

#[tokio::test]
async fn a_reply_is_made_from_the_request_and_may_use_the_fake() {
    let kinde = MockTransport::new();
    let bearer = kinde.machine_token();
    let fake = kinde.clone();
    kinde.on::<TokenIntrospection>().always(Reply::with(move |request| match request.form("token") {
        Some("test_a") => Introspected::active(ActiveClaims::default()),
        Some("revoke me") => {
            fake.revoke(request.bearer().unwrap());
            fake.on::<TokenIntrospection>().once(Introspected::unauthorized());
            Introspected::inactive()
        }
        _ => Introspected::live(),
    }));
    let ask = async |token: &str| {
        let request = Raw::new("POST", INTROSPECT).bearer(bearer.expose()).form(format!("token={token}"));
        let answer = request.send(&kinde).await;
        (answer.status(), answer.body().contains("\"active\":true"))
    };
    assert_eq!(ask("test_a").await, (200, true));
    assert_eq!(ask(bearer.expose()).await, (200, true), "as the state has it");
    assert_eq!(ask("revoke+me").await, (200, false));
    assert!(!kinde.is_live(&bearer));
    assert_eq!(ask("test_a").await.0, 401, "the newer script");
    assert_eq!(ask("x").await.0, 403, "the state again, which knows of the revocation");
}

#[tokio::test(start_paused = true)]
async fn what_is_said_outside_goes_over_what_was_computed() {
    let kinde = MockTransport::new();
    let header = |text| HeaderValue::from_static(text);
    let inner = Profile::forbidden()
        .after(Duration::from_secs(2))
        .header(SERVER, header("inner"))
        .header(VIA, header("inner"))
        .fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead));
    let outer = Reply::with(move |_| inner.clone()).after(Duration::from_secs(3));
    kinde.on::<GetUserProfileV2>().sequence([
        outer.clone(),
        outer.header(SERVER, header("outer")).fault(Fault::cut(CutBy::Fin, CutAt::AfterBody(9))),
    ]);
    let start = tokio::time::Instant::now();
    let error = Raw::new("GET", PROFILE).fail(&kinde, CALL).await;
    assert_eq!((error.kind(), start.elapsed()), (TransportErrorKind::Interrupted, Duration::from_secs(5)));
    let answer = Raw::new("GET", PROFILE).send(&kinde).await;
    assert_eq!(
        (answer.status(), answer.header("server"), answer.header("via")),
        (403, Some("outer"), Some("inner"))
    );
}

#[tokio::test]
async fn a_panic_in_a_tests_own_code_is_its_own() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    kinde.on::<GetUserProfileV2>().when(|_| panic!("a filter")).once(Profile::forbidden());
    kinde.on::<GetUserProfileV2>().once(Reply::with(|_| panic!("a reply")));
    for _ in 0..2 {
        let kinde = kinde.clone();
        let call = tokio::spawn(async move { Raw::new("GET", PROFILE).send(&kinde).await.status() });
        assert!(call.await.unwrap_err().is_panic());
    }
    kinde.clear_scripts();
    let answer = Raw::new("GET", PROFILE).bearer(user.access_token.expose()).send(&kinde).await;
    assert_eq!((answer.status(), kinde.journal().total()), (200, 1));
}

/// Asks the fake when it goes, as something that a closure holds may do.
struct Farewell(MockTransport);

impl Drop for Farewell {
    fn drop(&mut self) {
        assert!(self.0.scripts().len() < 9);
        self.0.on::<TokenIntrospection>().once(Introspected::forbidden());
    }
}

#[tokio::test]
async fn what_a_closure_holds_may_use_the_fake_when_it_is_dropped() {
    let kinde = MockTransport::new();
    let script = || {
        let (filter, reply) = (Farewell(kinde.clone()), Farewell(kinde.clone()));
        let reply = Reply::with(move |_| {
            let _ = &reply;
            Profile::forbidden()
        });
        kinde.on::<GetUserProfileV2>().when(move |_| !filter.0.clock().is_frozen()).once(reply)
    };
    script();
    assert_eq!(Raw::new("GET", PROFILE).send(&kinde).await.status(), 403);
    script().remove();
    assert_eq!(kinde.scripts().len(), 4, "each said farewell");
    script();
    kinde.clear_scripts();
    assert_eq!(kinde.scripts().len(), 2);
}

#[tokio::test]
async fn a_script_counts_its_calls_and_is_listed_while_it_has_something_to_say() {
    let kinde = MockTransport::new();
    let first = kinde.on::<GetUserProfileV2>().times(2, Profile::forbidden());
    let second =
        kinde.on::<GetUserProfileV2>().when_bearer(&kinde.machine_token()).always(Profile::forbidden());
    let third = kinde.on::<TokenIntrospection>().sequence([Introspected::forbidden(), Introspected::live()]);
    let listed = || -> Vec<_> {
        kinde.scripts().iter().map(|script| (script.endpoint().name, script.calls())).collect()
    };
    let (profile, introspection) = ("get_user_profile_v2", "token_introspection");
    assert_eq!(listed(), [(profile, 0), (profile, 0), (introspection, 0)]);
    for _ in 0..3 {
        Raw::new("GET", PROFILE).send(&kinde).await;
    }
    Raw::new("POST", INTROSPECT).send(&kinde).await;
    assert_eq!(listed(), [(profile, 0), (introspection, 1)]);
    assert_eq!((first.calls(), second.calls(), third.calls()), (2, 0, 1));
    assert!(!first.is_live() && second.is_live() && third.is_live());
    let shown = format!("{first:?}");
    assert!(shown.contains("get_user_profile_v2") && shown.contains("calls: 2"), "{shown}");
    second.remove();
    kinde.reset();
    assert_eq!(listed(), []);
    assert_eq!((first.calls(), third.calls()), (2, 1), "what was counted stays");
}

#[test]
fn the_table_of_endpoints_is_public() {
    let names: Vec<_> = endpoints().map(|endpoint| endpoint.name).collect();
    assert_eq!(names[..3], ["get_user_profile_v2", "token_introspection", "token_revocation"]);
    let profile = GetUserProfileV2::ENDPOINT;
    assert_eq!(profile.to_string(), "get_user_profile_v2: GET /oauth2/v2/user_profile");
    assert_eq!(profile.row("ok").unwrap().members().len(), 11);
    assert!(profile.row("okay").is_none());
    assert_eq!(TokenIntrospection::ENDPOINT.secrets.form, ["client_secret", "token"]);
}

#[tokio::test]
async fn head_is_answered_where_get_is_and_without_a_body() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    let head = |path| Raw::new("HEAD", path).bearer(user.access_token.expose()).send(&kinde);
    head(PROFILE).await.assert(200, Some("application/json"), "");
    assert_eq!(head(INTROSPECT).await.header("allow"), Some("POST"));
    kinde.assert_calls::<GetUserProfileV2>(1);
    assert_eq!(kinde.journal().lint()[0].what, "a method that is not documented for this path");
}

#[cfg(feature = "wiremock")]
#[test]
fn a_door_says_of_a_computed_reply_that_it_cannot_deliver_it() {
    let kinde = kinde_mock::MockKinde::start_blocking();
    let gate = kinde_mock::Gate::new();
    let held = Profile::live().fault(Fault::gate(&gate));
    kinde.on::<GetUserProfileV2>().once(Reply::with(move |_| held.clone()));
    let request = format!("GET {PROFILE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer =
        kinde_scripted::client::exchange(kinde.address(), kinde_scripted::client::PATIENCE, &request)
            .unwrap();
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    let hint = "x-kinde-mock: get_user_profile_v2: MockKinde can't do \"held at a gate\": wiremock ";
    assert!(answer.contains(hint), "{answer}");
    assert_eq!(kinde.journal().lint()[0].what, "a reply was computed that this door can't deliver");
    // What is known when the script is added is said then.
    let plain = Reply::with(|_| Profile::live()).fault(Fault::gate(&gate));
    assert!(catch_unwind(AssertUnwindSafe(|| kinde.on::<GetUserProfileV2>().once(plain))).is_err());
}
