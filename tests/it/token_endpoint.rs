//! The token endpoint, over every backend: what leaves, what each answer becomes, and that nothing is sent twice that must
//! not be.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::common::{Connect, answer_once};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde::sign_in::{Callback, SignIn};
use kinde::token::{
    Application, AuthorizationCodeGrant, ClientCredentialsGrant, DeviceAuthorization,
    DeviceAuthorizationPath, DeviceCodeGrant, RefreshTokenGrant,
};
use kinde::{ClientSecret, DeviceCode, Domain, Error, ErrorKind, Kinde, RefreshToken};
use kinde_scripted::Server;
use kinde_scripted::server::serve;

crate::common::over_every_backend!(
    a_code,
    a_code_is_sent_once_whatever_breaks,
    a_refresh,
    a_machines_token,
    a_device,
    a_device_by_the_other_path,
    an_invalid_grant,
    a_refresh_token_is_sent_once_whatever_breaks,
    a_device_code_is_sent_once_whatever_breaks,
    a_machines_request_may_be_repeated,
    a_refresh_that_is_throttled_is_not_repeated,
    a_kept_connection_that_breaks_under_a_refresh_sends_it_once,
);

fn backend() -> Application {
    Application::backend(
        "3b0b5c6c8fcc464fab397f4969b5f482",
        ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4"),
    )
}

fn frontend() -> Application {
    Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa")
}

fn refresh() -> RefreshTokenGrant {
    RefreshTokenGrant::new(&backend(), &RefreshToken::new("tGzv3JOkF0XG5Qx2TlKWIA"))
}

/// A code that a sign-in of this browser came back with, and the challenge that went out.
fn code() -> (AuthorizationCodeGrant, String) {
    let sign_in = SignIn::new(&backend(), "https://app.example/callback").unwrap();
    let domain = Domain::new("acme.kinde.com").unwrap();
    let (url, pending) = sign_in.start_with([7; 32], &domain, SystemTime::now()).unwrap();
    let parameter = |name: &str| {
        let value = url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.unwrap().to_owned()
    };
    let callback = Callback::from_query(&format!("code=SplxlOBeZQQYbYS6WxSbIA&state={}", parameter("state")));
    let accepted = sign_in.accept(&pending, &callback, SystemTime::now()).unwrap();
    (accepted.grant, parameter("code_challenge"))
}

const CODE: &str = "\
POST /oauth2/token HTTP/1.1
accept: application/json
content-length: 253
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

grant_type=authorization_code&client_id=3b0b5c6c8fcc464fab397f4969b5f482&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code=SplxlOBeZQQYbYS6WxSbIA&code_verifier=";

/// RFC 6749 §4.1.3 with the verifier of RFC 7636 §4.5, and the answer of Kinde's "Use Kinde without an SDK", step 7.
async fn a_code(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 95\r\n\r\n\
        {\n  \"access_token\": \"eyJ.a.b\",\n  \"id_token\": \"eyJ.i.d\",\n  \"refresh_token\": \"c2hvcnQ.bGl2ZWQ\"\n}\n",
    );
    let (grant, challenge) = code();
    let tokens = connect(domain).authorization_code(grant).await.unwrap();
    let request = request.join().unwrap();
    let verifier = request.strip_prefix(CODE).unwrap_or_else(|| panic!("{request}"));
    // RFC 7636 §4.6.
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(digest), challenge);
    assert_eq!(tokens.id_token.unwrap().expose(), "eyJ.i.d");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "c2hvcnQ.bGl2ZWQ");
}

async fn a_code_is_sent_once_whatever_breaks(connect: Connect) {
    let (grant, _) = code();
    let seen = sent_under_every_cut(connect, async |kinde| {
        kinde.authorization_code(grant.clone()).await.unwrap_err()
    });
    assert_eq!(seen.await, [(ErrorKind::Interrupted, 1); 6]);
}

const REFRESH: &str = "\
POST /oauth2/token HTTP/1.1
accept: application/json
content-length: 149
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

grant_type=refresh_token&client_id=3b0b5c6c8fcc464fab397f4969b5f482&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA";

/// RFC 6750 §4, headers included.
const RFC: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nCache-Control: no-store\r\n\
    Pragma: no-cache\r\nContent-Length: 129\r\n\r\n{\n  \"access_token\":\"mF_9.B5f-4.1JqM\",\n  \"token_type\":\"Bearer\",\n  \
    \"expires_in\":3600,\n  \"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\"\n}\n";

async fn a_refresh(connect: Connect) {
    let (domain, request) = answer_once(RFC);
    let tokens = connect(domain).refresh_token(refresh()).await.unwrap();
    assert_eq!(request.join().unwrap(), REFRESH);
    assert_eq!(tokens.access_token.expose(), "mF_9.B5f-4.1JqM");
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3_600)));
    assert_eq!(tokens.refresh_token.unwrap().expose(), "tGzv3JOkF0XG5Qx2TlKWIA");
}

const MACHINE: &str = "\
POST /oauth2/token HTTP/1.1
accept: application/json
content-length: 215
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

grant_type=client_credentials&client_id=3b0b5c6c8fcc464fab397f4969b5f482&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4&audience=https%3A%2F%2Facme.kinde.com%2Fapi%2Fv1&audience=orders&scope=read%3Ausers+write%3Aflags";

async fn a_machines_token(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 81\r\n\r\n\
        {\n  \"access_token\": \"eyJ.a.b\",\n  \"token_type\": \"Bearer\",\n  \"expires_in\": 86400\n}\n",
    );
    let grant =
        ClientCredentialsGrant::new(&backend()).audience("https://acme.kinde.com/api/v1").audience("orders");
    let tokens =
        connect(domain).client_credentials(grant.scope("read:users").scope("write:flags")).await.unwrap();
    assert_eq!(request.join().unwrap(), MACHINE);
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(86_400)));
}

const DEVICE: &str = "\
POST PATH HTTP/1.1
accept: application/json
content-length: 129
content-type: application/x-www-form-urlencoded
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa&scope=openid+offline";

/// RFC 8628 §3.2.
const BEGUN: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: 265\r\n\r\n\
{
  \"device_code\": \"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS\",
  \"user_code\": \"WDJB-MJHT\",
  \"verification_uri\": \"https://example.com/device\",
  \"verification_uri_complete\": \"https://example.com/device?user_code=WDJB-MJHT\",
  \"expires_in\": 1800,
  \"interval\": 5
}
";

async fn device_by(connect: Connect, path: DeviceAuthorizationPath, expected: &str) {
    let (domain, request) = answer_once(BEGUN);
    let begin = DeviceAuthorization::new(&frontend()).scope("openid").scope("offline").path(path);
    let begun = connect(domain).device_authorization(begin).await.unwrap();
    assert_eq!(request.join().unwrap(), DEVICE.replace("PATH", expected));
    assert_eq!(begun.device_code.expose(), "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS");
    assert_eq!((begun.expires_in, begun.interval), (Duration::from_secs(1_800), Duration::from_secs(5)));
}

async fn a_device(connect: Connect) {
    device_by(connect, DeviceAuthorizationPath::DeviceAuth, "/oauth2/device/auth").await;
}

async fn a_device_by_the_other_path(connect: Connect) {
    device_by(connect, DeviceAuthorizationPath::V2, "/oauth2/v2/device_authorization").await;
}

async fn an_invalid_grant(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json;charset=UTF-8\r\nCache-Control: no-store\r\n\
        Content-Length: 25\r\n\r\n{\"error\":\"invalid_grant\"}",
    );
    let error = connect(domain).refresh_token(refresh()).await.unwrap_err();
    assert_eq!(request.join().unwrap(), REFRESH);
    assert_eq!(error.kind(), ErrorKind::GrantRejected);
    assert_eq!(error.to_string(), "refresh_token: 400 grant rejected (invalid_grant), attempt 1");
}

/// How a server answers a request, and then breaks the connection.
const CUTS: [&str; 6] = [
    "",
    "HTTP/1.1 200",
    "HTTP/1.1 200 OK\r\nContent-Type: app",
    "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"access_token\":\"eyJ.a.b\"",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n18\r\n{\"access_token\":\"eyJ.a.b\"\r\n",
];

/// Answers the first `good` requests of each connection well, the next with `cut`.
fn cutting(cut: &'static str, good: usize) -> Server {
    serve(move |mut conn| {
        for _ in 0..good {
            conn.request()?;
            conn.write(RFC)?;
        }
        conn.request()?;
        conn.write(cut)
    })
}

fn domain(server: &Server) -> Domain {
    Domain::new(server.url("")).unwrap()
}

async fn sent_under_every_cut(
    connect: Connect,
    call: impl AsyncFn(Arc<dyn Kinde>) -> Error,
) -> Vec<(ErrorKind, usize)> {
    let mut seen = Vec::new();
    for cut in CUTS {
        let server = cutting(cut, 0);
        let error = call(connect(domain(&server))).await;
        seen.push((error.kind(), server.requests().len()));
    }
    seen
}

async fn a_refresh_token_is_sent_once_whatever_breaks(connect: Connect) {
    let seen =
        sent_under_every_cut(connect, async |kinde| kinde.refresh_token(refresh()).await.unwrap_err()).await;
    assert_eq!(seen, [(ErrorKind::Interrupted, 1); 6]);
}

async fn a_device_code_is_sent_once_whatever_breaks(connect: Connect) {
    let grant = || DeviceCodeGrant::new(&frontend(), &DeviceCode::new("kinde_dc_1"));
    let seen =
        sent_under_every_cut(connect, async |kinde| kinde.device_code(grant()).await.unwrap_err()).await;
    assert_eq!(seen, [(ErrorKind::Interrupted, 1); 6]);
}

async fn a_machines_request_may_be_repeated(connect: Connect) {
    let grant = || ClientCredentialsGrant::new(&backend());
    let seen =
        sent_under_every_cut(connect, async |kinde| kinde.client_credentials(grant()).await.unwrap_err())
            .await;
    assert_eq!(seen, [(ErrorKind::Interrupted, 3); 6]);
}

async fn a_refresh_that_is_throttled_is_not_repeated(connect: Connect) {
    let (domain, request) =
        answer_once("HTTP/1.1 429 Too Many Requests\r\nRateLimit-Reset: 1\r\nContent-Length: 0\r\n\r\n");
    let error = connect(domain).refresh_token(refresh()).await.unwrap_err();
    assert_eq!(request.join().unwrap(), REFRESH);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
}

/// HTTP libraries send a request again that met a kept connection as it closed, if they know that nothing was read.
async fn a_kept_connection_that_breaks_under_a_refresh_sends_it_once(connect: Connect) {
    for cut in CUTS {
        let server = cutting(cut, 1);
        let kinde = connect(domain(&server));
        kinde.refresh_token(refresh()).await.unwrap();
        let error = kinde.refresh_token(refresh()).await.unwrap_err();
        assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Interrupted, 2), "{cut}");
    }
}
