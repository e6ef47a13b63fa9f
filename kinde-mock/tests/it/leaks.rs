//! Canaries: no token and no secret is ever printed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::support::{INTROSPECT, PROFILE, REVOKE, Raw};
use kinde_core::ClientSecret;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_mock::{
    Fault, Fingerprint, Gate, MockTransport, NewToken, TokenIntrospectionReply as Introspected,
    UserProfileV2Reply as Profile,
};

/// In the forms that tokens and secrets have, and in one that looks like a word.
const CANARIES: [&str; 6] = [
    "canary-access-0123456789",
    "canaryrefresh.partTwo",
    "canarysecret",
    "canary-unknown",
    "introspect-canary",
    "oauth2canary",
];

#[track_caller]
fn clean(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} holds {canary}: {text}");
        // Nor in the encodings in which they came.
        assert!(!text.contains(&canary.replace('.', "%2E")), "{what} holds {canary}");
    }
}

#[tokio::test]
async fn canaries_appear_as_fingerprints_only() {
    let kinde = MockTransport::new();
    let [access, refresh, secret, unknown, wordlike, nearly] = CANARIES;
    let app = kinde.add_backend("canary-app", ClientSecret::new(secret));
    let of_user = || NewToken::for_user(&kinde.user()).application("canary-app");
    clean("NewToken", &format!("{:?}", of_user().text(access).same_sign_in_as(refresh)));
    let bearer = kinde.issue_access(of_user().text(access));
    let token = kinde.issue_refresh(of_user().text(refresh));
    clean("Backend", &format!("{app:?}"));
    clean("tokens", &format!("{bearer:?} {token:?} {:?}", kinde.sign_in()));

    // Scripts whose filters and bodies hold them.
    let on = kinde.on::<GetUserProfileV2>().when_bearer(&bearer);
    clean("On", &format!("{on:?}"));
    let reply =
        Profile::undocumented(http::Response::builder().header("x-token", access).body(access).unwrap());
    clean("Reply", &format!("{reply:?}"));
    clean("Script", &format!("{:?}", on.once(reply)));
    clean("Fault", &format!("{:?} {:?}", Fault::gate(&Gate::new()), Fault::malformed_json()));
    let filter = kinde.on::<TokenIntrospection>().when_token(&token).when(|request| {
        clean("Request", &format!("{request:?}"));
        true
    });
    filter.once(Introspected::unauthorized_with("invalid_request", access));

    let basic = "Basic Y2FuYXJ5LXVua25vd246Y2FuYXJ5c2VjcmV0"; // canary-unknown:canarysecret
    let requests = [
        Raw::new("GET", PROFILE).bearer(access),
        Raw::new("GET", PROFILE).bearer(unknown),
        Raw::new("GET", PROFILE).header("authorization", access),
        Raw::new("GET", &format!("{PROFILE}?access_token={access}&{unknown}=1")),
        Raw::new("GET", &format!("{PROFILE}/{access}")),
        Raw::new("GET", &format!("/{wordlike}/{unknown}/{refresh}?token={secret}")),
        Raw::new("GET", &format!("/{nearly}/oauth2/{nearly}")),
        Raw::new("POST", INTROSPECT).bearer(access).form(format!("token={refresh}")),
        Raw::new("POST", INTROSPECT)
            .bearer(access)
            .form(format!("token={unknown}&{secret}=1&token_type_hint={access}")),
        Raw::new("POST", INTROSPECT).bearer(access).header("content-type", secret).body(access),
        Raw::new("POST", REVOKE).form(format!("client_id=canary-app&client_secret={secret}&token={refresh}")),
        Raw::new("POST", REVOKE).form(format!("client_id={secret}&client_secret={unknown}&token={access}")),
        Raw::new("POST", REVOKE).header("authorization", basic).form(format!("token={access}")),
        Raw::new(&format!("X{}", secret.to_uppercase()), REVOKE),
        Raw::new("POST", INTROSPECT)
            .bearer(access)
            .header("content-type", "application/json")
            .body(format!("\"{access}\"")),
        Raw::new("POST", REVOKE).form(format!("{access}{}", "x".repeat(70_000))),
    ];
    for request in requests {
        let answer = request.send(&kinde).await;
        if let Some(hint) = answer.header("x-kinde-mock") {
            clean("x-kinde-mock", hint);
        }
    }

    clean("FakeKinde", &format!("{:?}", *kinde));
    clean("MockTransport", &format!("{kinde:?}"));
    clean("Journal", &format!("{:?}", kinde.journal()));
    for call in kinde.journal().calls().into_iter().chain(kinde.journal().unmatched()) {
        clean("Call", &format!("{call} {call:?}"));
    }
    for lint in kinde.journal().lint() {
        clean("Lint", &format!("{lint} {lint:?}"));
    }
    let too_few = kinde.journal().wait_for_blocking::<TokenRevocation>(99, Duration::ZERO).unwrap_err();
    clean("TooFewCalls", &format!("{too_few} {too_few:?}"));
    let assertion = catch_unwind(AssertUnwindSafe(|| kinde.assert_calls::<TokenRevocation>(99))).unwrap_err();
    let panicked = assertion.downcast_ref::<String>().unwrap();
    clean("panic", panicked);
    // It does name them, by what can be looked up.
    for canary in [access, refresh, secret, unknown] {
        assert!(
            panicked.contains(&Fingerprint::of(canary).to_string()),
            "{canary} is not to be found: {panicked}"
        );
    }

    let taken = kinde.try_issue_access(of_user().text(access)).unwrap_err();
    let unusable = kinde.try_issue_access(of_user().text("canarysecret with spaces")).unwrap_err();
    clean("SetupError", &format!("{taken} {taken:?} {unusable} {unusable:?}"));
    let panicked =
        catch_unwind(AssertUnwindSafe(|| kinde.issue_refresh(of_user().text(refresh)))).unwrap_err();
    clean("panic", panicked.downcast_ref::<String>().unwrap());
}

#[cfg(feature = "wiremock")]
#[test]
fn a_server_of_ours_prints_none_either() {
    let kinde = kinde_mock::MockKinde::start_blocking();
    kinde.issue_access(NewToken::for_user(&kinde.user()).text(CANARIES[0]));
    clean("MockKinde", &format!("{kinde:?}"));
}
