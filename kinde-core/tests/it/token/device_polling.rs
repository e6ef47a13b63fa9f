//! How a device waits for its user, under a paused clock (RFC 8628 §3.5).

use std::time::Duration;

use kinde_core::token::{
    Application, DeviceAuthorization, DeviceAuthorizationPath, DeviceAuthorizationResponse, DevicePolling,
    TokenEndpoint, TokenResponse,
};
use kinde_core::{DeviceCode, Error, ErrorKind, TokioTimer, TransportErrorKind};
use tokio::time::Instant;

use crate::token::script::{Outcome, Script};

const PENDING: Outcome = Ok((400, r#"{"error":"authorization_pending"}"#));
const SLOW_DOWN: Outcome = Ok((400, r#"{"error":"slow_down"}"#));
const TOKENS: Outcome = Ok((200, r#"{"access_token":"eyJ.a.b","token_type":"bearer"}"#));

fn tv() -> Application {
    Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa")
}

fn begun() -> DeviceAuthorizationResponse {
    DeviceAuthorizationResponse::new(DeviceCode::new("kinde_dc_1"), "CSLDFDUU", "v", Duration::from_secs(600))
}

/// The answer, and after how many seconds each question was asked, and all was over.
async fn wait(outcomes: impl IntoIterator<Item = Outcome>) -> (Result<TokenResponse, Error>, Vec<u64>, u64) {
    let script = Script::new(outcomes);
    let start = Instant::now();
    let answer = DevicePolling::new(&tv(), &begun(), TokioTimer).wait(&script.client()).await;
    let asked = script.times().into_iter().map(|time| (time - start).as_secs()).collect();
    (answer, asked, start.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn the_first_question_comes_after_the_interval() {
    let (answer, asked, _) = wait([TOKENS]).await;
    assert_eq!((answer.unwrap().access_token.expose(), asked), ("eyJ.a.b", vec![5]));
}

#[tokio::test(start_paused = true)]
async fn pending_is_asked_again_at_the_same_interval() {
    let (answer, asked, _) = wait([PENDING, PENDING, PENDING, TOKENS]).await;
    assert!(answer.is_ok());
    assert_eq!(asked, [5, 10, 15, 20]);
}

#[tokio::test(start_paused = true)]
async fn slow_down_adds_five_seconds_for_good() {
    let (answer, asked, _) = wait([SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, PENDING, TOKENS]).await;
    assert!(answer.is_ok());
    assert_eq!(asked, [5, 15, 25, 40, 55, 70]);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_fails_doubles_the_wait() {
    use TransportErrorKind as T;
    let (answer, asked, _) = wait([Err(T::Timeout), PENDING, Err(T::Interrupted), TOKENS]).await;
    assert!(answer.is_ok());
    assert_eq!(asked, [5, 15, 25, 45]);
}

#[tokio::test(start_paused = true)]
async fn any_other_error_ends_it() {
    for (outcome, kind) in [
        (Ok((400, r#"{"error":"access_denied"}"#)), ErrorKind::GrantRejected),
        (Ok((400, r#"{"error":"expired_token"}"#)), ErrorKind::GrantRejected),
        (Ok((500, r#"{"error":"server_error"}"#)), ErrorKind::Server),
        (Ok((503, "")), ErrorKind::Server),
        (Ok((401, r#"{"error":"invalid_client"}"#)), ErrorKind::CredentialsRejected),
        (Ok((200, "<html>")), ErrorKind::UnexpectedBody),
    ] {
        let (answer, asked, _) = wait([PENDING, outcome, TOKENS]).await;
        assert_eq!((answer.unwrap_err().kind(), asked), (kind, vec![5, 10]));
    }
}

#[tokio::test(start_paused = true)]
async fn everything_ends_with_the_code() {
    let (answer, asked, over) = wait([PENDING]).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GrantRejected);
    assert_eq!(error.to_string(), "device_code: grant rejected: the device code has expired");
    assert_eq!((asked.len(), asked.last().copied(), over), (119, Some(595), 600));
}

#[tokio::test(start_paused = true)]
async fn an_error_or_a_drop_loses_nothing() {
    let script = Script::new([PENDING, SLOW_DOWN, Ok((503, "")), PENDING, TOKENS]);
    let client = script.client();
    let start = Instant::now();
    let mut polling = DevicePolling::new(&tv(), &begun(), TokioTimer);
    let gone = tokio::time::timeout(Duration::from_secs(8), polling.wait(&client)).await;
    assert!(gone.is_err(), "dropped while it waited");
    assert_eq!(polling.wait(&client).await.unwrap_err().kind(), ErrorKind::Server);
    assert!(polling.wait(&client).await.is_ok());
    let asked: Vec<u64> = script.times().into_iter().map(|time| (time - start).as_secs()).collect();
    assert_eq!(asked, [5, 13, 23, 33, 43], "slower by what it was told before the error");
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_nothing_is_a_second() {
    let script = Script::new([PENDING, TOKENS]);
    let start = Instant::now();
    let begun = begun().interval(Duration::ZERO);
    assert!(DevicePolling::new(&tv(), &begun, TokioTimer).wait(&script.client()).await.is_ok());
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn from_the_beginning_by_either_path() {
    for (path, expected) in [
        (DeviceAuthorizationPath::DeviceAuth, "/oauth2/device/auth"),
        (DeviceAuthorizationPath::V2, "/oauth2/v2/device_authorization"),
    ] {
        let begun = r#"{"device_code":"kinde_dc_1","user_code":"U","verification_uri":"v","expires_in":600,"interval":7}"#;
        let script = Script::new([Ok((200, begun)), TOKENS]);
        let kinde: &dyn TokenEndpoint = &script.client();
        let request = DeviceAuthorization::new(&tv()).path(path);
        let begun = kinde.device_authorization(request).await.unwrap();
        assert!(DevicePolling::new(&tv(), &begun, TokioTimer).wait(kinde).await.is_ok());
        let requests = script.requests();
        assert!(requests[0].starts_with(&format!("POST https://acme.kinde.com{expected}\n")), "{requests:?}");
        assert!(requests[1].ends_with("&device_code=kinde_dc_1"), "{requests:?}");
        let [first, second] = script.times()[..] else { panic!("two requests") };
        assert_eq!(second - first, Duration::from_secs(7));
    }
}
