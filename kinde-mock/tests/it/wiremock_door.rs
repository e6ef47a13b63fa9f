//! What the wiremock door can do, what it says it can't, and how it lives beside other mocks.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_mock::{
    CutAt, CutBy, FakeKinde, Fault, Gate, MockKinde, TokenIntrospectionReply as Introspected,
    TokenRevocationReply as Revoked, UserProfileV2Reply as Profile,
};
use kinde_scripted::client::{PATIENCE, exchange};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// One request by hand, and what comes back before the connection ends or the time is up.
fn ask(address: SocketAddr, line: &str, body: &str, patience: Duration) -> std::io::Result<String> {
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    );
    exchange(address, patience, &request)
}

fn profile(address: SocketAddr) -> String {
    ask(address, "GET /oauth2/v2/user_profile", "", PATIENCE).unwrap()
}

#[test]
fn delays_hangs_cuts_and_broken_bodies_over_a_socket() {
    let kinde = MockKinde::start_blocking();
    let user = kinde.user();
    kinde.on::<GetUserProfileV2>().sequence([
        Profile::ok(&user).after(Duration::from_millis(150)),
        Profile::ok(&user).fault(Fault::cut(CutBy::Fin, CutAt::BeforeHead)),
        Profile::ok(&user).fault(Fault::malformed_json()),
        Profile::ok(&user).fault(Fault::wrong_content_type()),
        Profile::throttled(Duration::from_secs(7)),
    ]);
    let start = Instant::now();
    assert!(profile(kinde.address()).starts_with("HTTP/1.1 200"));
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(profile(kinde.address()), "", "closed in good order, without a byte");
    let broken = profile(kinde.address());
    let body = broken.split_once("\r\n\r\n").unwrap().1;
    assert!(broken.contains("content-type: application/json\r\n") && body.starts_with("{\"sub\""));
    assert!(serde_json::from_str::<serde_json::Value>(body).is_err());
    assert!(profile(kinde.address()).contains("content-type: text/html; charset=utf-8\r\n"));
    let throttled = profile(kinde.address());
    assert!(
        throttled.starts_with("HTTP/1.1 429") && throttled.contains("ratelimit-reset: 7\r\n"),
        "{throttled}"
    );
    assert!(!throttled.contains("content-type"), "{throttled}");

    kinde.on::<GetUserProfileV2>().once(Profile::live().fault(Fault::hang()));
    let error =
        ask(kinde.address(), "GET /oauth2/v2/user_profile", "", Duration::from_millis(200)).unwrap_err();
    assert!(matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
    // It may be told of the call later than the caller has lost patience.
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(6, PATIENCE).unwrap();
    kinde.assert_calls::<GetUserProfileV2>(6);
}

#[test]
fn a_call_goes_through_the_engine_once_even_if_it_is_cut() {
    let kinde = MockKinde::start_blocking();
    kinde.on::<TokenRevocation>().once(Revoked::live().fault(Fault::cut(CutBy::Fin, CutAt::BeforeHead)));
    let (user, app) = (kinde.sign_in(), kinde.backend());
    let form = format!(
        "client_id={}&client_secret={}&token={}",
        app.client_id,
        app.client_secret.expose(),
        user.refresh_token.expose()
    );
    assert_eq!(ask(kinde.address(), "POST /oauth2/revoke", &form, PATIENCE).unwrap(), "");
    assert!(!kinde.is_live(&user.refresh_token));
    kinde.assert_calls::<TokenRevocation>(1);
    let answer = ask(kinde.address(), "POST /oauth2/revoke", &form, PATIENCE).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
    kinde.assert_calls::<TokenRevocation>(2);
}

#[test]
fn the_door_says_when_the_script_is_added_what_it_cannot_do() {
    let kinde = MockKinde::start_blocking();
    let gate = Gate::new();
    let cannot = [
        Fault::gate(&gate),
        Fault::cut(CutBy::Rst, CutAt::BeforeHead),
        Fault::cut(CutBy::Fin, CutAt::AfterBody(1)),
        Fault::drip(1, Duration::from_secs(1)),
    ];
    for fault in cannot {
        let name = fault.to_string();
        let reply = Profile::live().fault(fault);
        let error = kinde.on::<GetUserProfileV2>().try_once(reply.clone()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("MockKinde can't do \"{name}\": wiremock ")), "{error}");
        assert!(error.contains("MockTransport and serve() can"), "{error}");
        assert!(kinde.on::<GetUserProfileV2>().try_always(reply.clone()).is_err());
        assert!(kinde.on::<GetUserProfileV2>().try_sequence([Profile::live(), reply.clone()]).is_err());
        let payload =
            catch_unwind(AssertUnwindSafe(|| kinde.on::<GetUserProfileV2>().once(reply))).unwrap_err();
        assert_eq!(payload.downcast_ref::<String>(), Some(&error));
    }
    let late = Profile::live().after(Duration::from_secs(1)).fault(Fault::cut(CutBy::Fin, CutAt::BeforeHead));
    assert!(kinde.on::<GetUserProfileV2>().try_once(late).is_err());
    assert!(profile(kinde.address()).starts_with("HTTP/1.1 403"), "none of them was added");
}

#[tokio::test]
async fn mounts_beside_mocks_of_before_and_after() {
    let server = MockServer::builder().start().await;
    let text = |body: &str| ResponseTemplate::new(200).set_body_string(body);
    Mock::given(path("/before")).respond_with(text("before")).mount(&server).await;
    Mock::given(method("DELETE")).and(path("/oauth2/revoke")).respond_with(text("mine")).mount(&server).await;
    let kinde = FakeKinde::new();
    kinde.mount_on(&server).await;
    Mock::given(path("/after")).respond_with(text("after")).mount(&server).await;
    Mock::given(path("/oauth2/introspect"))
        .respond_with(text("urgent"))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(path("/oauth2/v2/user_profile")).respond_with(text("too late")).mount(&server).await;

    let address = *server.address();
    let get = |path: &str| ask(address, &format!("GET {path}"), "", PATIENCE).unwrap();
    assert!(get("/before").ends_with("before") && get("/after").ends_with("after"));
    assert!(get("/oauth2/introspect").ends_with("urgent"));
    assert!(ask(address, "DELETE /oauth2/revoke", "", PATIENCE).unwrap().ends_with("mine"));
    assert!(get("/oauth2/revoke").starts_with("HTTP/1.1 405"));
    // Exact paths, and nothing beside them.
    assert!(get("/oauth2/v2/user_profile/").starts_with("HTTP/1.1 404"));
    assert!(get("/oauth2/tokens").starts_with("HTTP/1.1 404"));
    assert_eq!(kinde.journal().total(), 1, "only the 405 was the fake's");

    kinde.on::<GetUserProfileV2>().once(Profile::ok(&kinde.user()));
    assert!(get("/oauth2/v2/user_profile").contains("John Snow"));
    kinde.on::<GetUserProfileV2>().once(Profile::live().fault(Fault::cut(CutBy::Fin, CutAt::BeforeHead)));
    assert_eq!(get("/oauth2/v2/user_profile"), "");
    kinde.assert_calls::<GetUserProfileV2>(2);
    // No expectation of ours makes the user's server fail.
    server.verify().await;
}

/// As the pages list them: another version may do better.
#[test]
fn wiremocks_own_limits() {
    let kinde = MockKinde::start_blocking();
    let status = |line: &str| ask(kinde.address(), line, "", PATIENCE).unwrap()[9..12].to_owned();
    assert_eq!(status("GET /a/%2e%2e/oauth2/v2/user_profile"), "403");
    assert_eq!(status("OPTIONS *"), "404");
    let lines: Vec<_> = kinde.journal().calls().iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "#1 GET /oauth2/v2/user_profile -> 403");
    assert!(lines[1].starts_with("#2 OPTIONS / -> 404"), "{}", lines[1]);
}

#[tokio::test]
async fn a_mounted_fake_has_one_door_and_knows_its_limits() {
    let server = MockServer::builder().start().await;
    let kinde = FakeKinde::new();
    let cut = Introspected::inactive().fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead));
    let script = kinde.on::<TokenIntrospection>().once(cut);
    let error = kinde.try_mount_on(&server).await.unwrap_err().to_string();
    assert!(
        error.starts_with("a fake mounted on a wiremock server can't do \"reset before the head\""),
        "{error}"
    );
    let error = kinde.try_refuse_connections().unwrap_err().to_string();
    assert!(error.contains("no door yet"), "{error}");
    script.remove();
    kinde.mount_on(&server).await;
    let error = kinde.try_mount_on(&server).await.unwrap_err().to_string();
    assert!(error.contains("a wiremock server that it is mounted on already"), "{error}");
    let error = kinde.try_refuse_connections().unwrap_err().to_string();
    assert!(error.contains("somebody else's server"), "{error}");
    assert!(catch_unwind(AssertUnwindSafe(|| kinde.refuse_connections())).is_err());

    let taken = MockKinde::start().await;
    assert!(taken.try_mount_on(&server).await.is_err());
}

#[test]
fn waits_in_real_time_without_a_runtime() {
    let kinde = MockKinde::start_blocking();
    let address = kinde.address();
    let caller = std::thread::spawn(move || profile(address));
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(1, PATIENCE).unwrap();
    caller.join().unwrap();

    // The same as a future, on an executor that knows no tokio.
    let journal = kinde.journal().clone();
    let waited = std::thread::spawn(move || block_on(journal.wait_for::<GetUserProfileV2>(2, PATIENCE)));
    profile(address);
    waited.join().unwrap().unwrap();
    let error =
        block_on(kinde.journal().wait_for::<GetUserProfileV2>(9, Duration::from_millis(100))).unwrap_err();
    assert!(error.to_string().contains("2 came"), "{error}");
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
