//! What a call tells `tracing`, and what it never tells.
#![cfg(all(feature = "tokio", feature = "tracing"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::oauth::TokenRevocation;
use kinde_core::{
    AccessToken, CallContext, Client, ClientSecret, Domain, RetryPolicy, Token, TokioTimer, Transport,
    TransportError,
};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Throttles the first attempt and repeats the token in its answer.
#[derive(Default)]
struct ThrottledOnce(AtomicU32);

impl Transport for ThrottledOnce {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        if self.0.fetch_add(1, Ordering::Relaxed) > 0 {
            return Ok(Response::new(Bytes::new()));
        }
        let body = r#"{"errors":[{"code":"canary token","message":"canary-token is unknown"}]}"#;
        let response = Response::builder().status(429).header("ratelimit-reset", "1");
        Ok(response.header("x-echo", "canary-token").body(Bytes::from(body)).unwrap())
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn subscriber(written: &Written) -> impl tracing::Subscriber + Send + Sync + 'static {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(written.clone())
        .with_ansi(false)
        .without_time()
        .finish()
}

#[test]
fn a_client_in_clear_text_is_a_warning_once() {
    let written = Written::default();
    let text = || String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber(&written));
    for domain in ["acme.kinde.com", "http://localhost:4455"] {
        Client::new(Domain::insecure_http_for_tests(domain).unwrap(), ThrottledOnce::default());
    }
    assert_eq!(text(), "");
    let domain = Domain::insecure_http_for_tests("http://kinde-mock:4455").unwrap();
    let client = Client::new(domain, ThrottledOnce::default());
    let _ = (client.clone(), client.with_limits(std::time::Duration::ZERO, 0));
    let said = " WARN kinde: INSECURE: this client sends tokens and secrets to http://kinde-mock:4455 in clear text, \
                as `Domain::insecure_http_for_tests` allowed server.address=\"kinde-mock\"\n";
    assert_eq!(text(), said);
}

#[tokio::test(start_paused = true)]
async fn one_span_per_call_and_one_event_per_attempt() {
    let written = Written::default();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber(&written));

    let client = Client::builder(Domain::new("acme.kinde.com").unwrap(), ThrottledOnce::default())
        .retry(RetryPolicy::standard(), TokioTimer)
        .build();
    let request = TokenRevocation::new("client-1", Token::new("canary-token"))
        .client_secret(ClientSecret::new("canary-secret"))
        .bearer(&AccessToken::new("canary-bearer").unwrap());
    client.execute(&request).await.unwrap();

    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("canary"), "{text}");
    let lines = |word: &str| text.lines().filter(|line| line.contains(word)).count();
    assert_eq!(lines(": new"), 1, "{text}");
    assert_eq!(
        lines("failed attempt=1 error=token_revocation: 429 rate limited, retry after 1s, attempt 1"),
        1,
        "{text}"
    );
    assert_eq!(lines("succeeded attempt=2"), 1, "{text}");
    let closed = text.lines().find(|line| line.contains(": close")).unwrap();
    for field in [
        "otel.kind=\"client\"",
        "otel.name=POST /oauth2/revoke",
        "kinde.operation=\"token_revocation\"",
        "http.request.method=\"POST\"",
        "server.address=\"acme.kinde.com\"",
        "server.port=443",
        "url.full=https://acme.kinde.com/oauth2/revoke",
        "http.response.status_code=200",
        "http.request.resend_count=1",
    ] {
        assert!(closed.contains(field), "{field} is not in {closed}");
    }
    assert!(!closed.contains("error.type"), "the call succeeded: {closed}");
}
