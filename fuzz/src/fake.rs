//! The fake's reading of requests: whatever comes is answered by what is documented for it, or refused; it
//! never says "active" of a token that is not live, and never repeats a token in its journal.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use kinde::{CallContext, OperationKind, Transport};
use kinde_mock::MockTransport;

const ANY: OperationKind = OperationKind::new("any");
const PATHS: [&str; 4] = ["/oauth2/v2/user_profile", "/oauth2/introspect", "/oauth2/revoke", ""];
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "BREW"];

/// First byte: path and method. Then lines: headers as `name: value`; after an empty line, the body. Tokens
/// of the fake are written `$LIVE`, `$DEAD` and `$REFRESH`, its application `$ID` and `$SECRET`.
pub fn check(data: &[u8]) {
    let kinde = MockTransport::new();
    let (live, dead) = (kinde.sign_in(), kinde.sign_in());
    kinde.revoke(&dead.access_token);
    let backend = kinde.backend();
    let (id, secret) = (backend.client_id.clone(), backend.client_secret.expose().to_owned());

    let Some((first, rest)) = data.split_first() else { return };
    let Ok(rest) = std::str::from_utf8(rest) else { return };
    let rest = rest
        .replace("$LIVE", live.access_token.expose())
        .replace("$DEAD", dead.access_token.expose())
        .replace("$REFRESH", live.refresh_token.expose())
        .replace("$ID", &id)
        .replace("$SECRET", &secret);
    let (head, body) = rest.split_once("\n\n").unwrap_or((&rest, ""));
    let Some(request) = request(*first, head, body) else { return };
    let (path, post) = (request.uri().path().to_owned(), request.method() == Method::POST);

    let context = CallContext::new(ANY, Duration::from_secs(1), 1 << 20);
    let Some(answer) = now(kinde.send(request, context)) else { panic!("the fake waits unasked") };
    let answer = answer.expect("the fake answers");
    let alive = [live.access_token.expose(), live.refresh_token.expose(), dead.refresh_token.expose()];
    judge(&answer, &path, post, body, &alive);

    // The journal knows that there was a call, and nothing that could be used.
    assert_eq!(kinde.journal().total(), 1);
    let journal = format!("{:?} {:?} {:?}", kinde.journal().calls(), kinde.journal().lint(), kinde);
    for token in
        [live.access_token.expose(), dead.access_token.expose(), live.refresh_token.expose(), &secret]
    {
        assert!(!journal.contains(token), "a token is in the journal: {journal}");
    }
    assert!(journal.len() < 16 * 1024, "one call takes {} bytes in the journal", journal.len());
}

fn request(first: u8, head: &str, body: &str) -> Option<Request<Bytes>> {
    let path = PATHS[usize::from(first) % 4];
    let method = Method::from_bytes(METHODS[usize::from(first) / 4 % 4].as_bytes()).ok()?;
    let mut lines = head.lines();
    let path = if path.is_empty() { lines.next()? } else { path };
    let uri: Uri = format!("https://kinde-mock.invalid{path}").parse().ok()?;
    let mut request = Request::new(Bytes::copy_from_slice(body.as_bytes()));
    (*request.method_mut(), *request.uri_mut()) = (method, uri);
    for line in lines.take(32) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let Ok(name) = HeaderName::from_bytes(name.trim().as_bytes()) else { continue };
        let Ok(value) = HeaderValue::from_str(value.trim()) else { continue };
        request.headers_mut().append(name, value);
    }
    Some(request)
}

/// What else the fake serves: pages, redirects, tokens and keys, by rules of their own.
const ELSEWHERE: [&str; 7] = [
    "/.well-known/",
    "/account_api/",
    "/logout",
    "/oauth2/auth",
    "/oauth2/device",
    "/oauth2/token",
    "/oauth2/v2/device_authorization",
];

fn judge(answer: &Response<Bytes>, path: &str, post: bool, body: &str, alive: &[&str]) {
    let status = answer.status().as_u16();
    if ELSEWHERE.iter().any(|other| path.starts_with(other)) {
        let text = std::str::from_utf8(answer.body()).expect("the fake writes UTF-8");
        assert!(status < 500 && !text.contains(r#""active":true"#), "{status} for {path}");
        return;
    }
    assert!(matches!(status, 200 | 400 | 401 | 403 | 404 | 405 | 413 | 415), "{status} for {path}");
    let text = std::str::from_utf8(answer.body()).expect("the fake writes UTF-8");
    if !text.is_empty() {
        serde_json::from_str::<serde_json::Value>(text).expect("the fake writes JSON");
    }
    if !PATHS[..3].contains(&path) {
        assert_eq!(status, 404, "{path}");
    }
    if status == 405 {
        assert!(answer.headers().contains_key("allow"));
    }
    if text.contains(r#""active":true"#) {
        assert!(status == 200 && post && path == "/oauth2/introspect");
        let parameters = url::form_urlencoded::parse(body.as_bytes());
        let tokens: Vec<_> = parameters.filter(|(name, _)| name == "token").map(|(_, value)| value).collect();
        assert!(matches!(&tokens[..], [token] if alive.contains(&&**token)), "{tokens:?} is active");
    }
}

/// The outcome of a future that need not wait.
fn now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
