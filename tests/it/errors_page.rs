//! `docs/errors.md` says what the code does: its example lines are printed by real errors, and its table has
//! every kind, with "repeat?" as `is_retryable` has it.

use bytes::Bytes;
use http::{Request, Response};
use kinde::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde::token::{Application, RefreshTokenGrant};
use kinde::{
    AccessToken, CallContext, Client, ClientSecret, Domain, Error, ErrorKind, OAuth, RefreshToken,
    RetryPolicy, Token, TokenEndpoint, TokioTimer, Transport, TransportError, TransportErrorKind,
};

const PAGE: &str = include_str!("../../docs/errors.md");

/// Answers the same every time.
struct Always(Result<Answer, TransportErrorKind>);

/// Status, headers, body.
type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

impl Transport for Always {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        let (status, headers, body) = self.0?;
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Ok(response.body(Bytes::from(body)).unwrap())
    }
}

fn client(transport: Always) -> Client<Always> {
    let domain = Domain::new("acme.kinde.com").unwrap();
    Client::builder(domain, transport).retry(RetryPolicy::standard(), TokioTimer).build()
}

fn bearer() -> AccessToken {
    AccessToken::new("eyJhbGciOi").unwrap()
}

async fn introspect(transport: Always, token: &str) -> Error {
    let request = TokenIntrospection::new(&bearer(), Token::new(token));
    client(transport).token_introspection(request).await.unwrap_err()
}

async fn renew(transport: Always) -> Error {
    let grant = RefreshTokenGrant::new(&Application::frontend("id"), &RefreshToken::new("token"));
    client(transport).refresh_token(grant).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn the_lines_are_what_is_printed() {
    let throttled = Always(Ok((429, &[("ratelimit-reset", "3")], "")));
    let refused = Always(Err(TransportErrorKind::Connect));
    let rejected = Always(Ok((401, &[], r#"{"error":"invalid_client","error_description":"no"}"#)));
    let revocation =
        TokenRevocation::new("id", Token::new("token")).client_secret(ClientSecret::new("wrong"));
    let printed = [
        introspect(throttled, "token").await,
        client(refused).get_user_profile_v2(GetUserProfileV2::new(&bearer())).await.unwrap_err(),
        client(rejected).token_revocation(revocation).await.unwrap_err(),
        renew(Always(Ok((400, &[], r#"{"error":"invalid_grant"}"#)))).await,
        introspect(Always(Ok((200, &[], "{}"))), "token").await,
        introspect(Always(Ok((200, &[], "{}"))), "").await,
    ]
    .map(|error| error.to_string())
    .join("\n");
    let block = PAGE.split("```text\n").nth(1).unwrap().split("\n```").next().unwrap();
    assert_eq!(block, printed);
}

fn row(name: &str) -> Vec<&'static str> {
    let start = format!("| `{name}` |");
    let row = PAGE.lines().find(|line| line.starts_with(&start));
    let row = row.unwrap_or_else(|| panic!("{name} has no row"));
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// The kinds, read from their source, since the enum may grow.
#[test]
fn the_table_has_every_kind() {
    let source = include_str!("../../kinde-core/src/error/kind.rs");
    let body = source.split("pub enum ErrorKind {").nth(1).unwrap().split("\n}").next().unwrap();
    let kinds: Vec<_> = body.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    let kinds: Vec<_> = kinds.into_iter().filter(|name| name.chars().all(char::is_alphanumeric)).collect();
    assert_eq!(kinds.len(), 14, "{kinds:?}");
    let rows = PAGE.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, kinds.len());
    for kind in kinds {
        let row = row(kind);
        assert_eq!(row.len(), 6, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_table_says_what_is_repeated_and_sent() {
    use ErrorKind::*;
    use TransportErrorKind as T;
    let answer = |status| Always(Ok((status, &[], "")));
    let cases = [
        (Always(Err(T::Connect)), Connect),
        (Always(Err(T::Timeout)), Timeout),
        (Always(Err(T::Interrupted)), Interrupted),
        (Always(Err(T::BodyTooLarge)), BodyTooLarge),
        (Always(Err(T::Other)), Transport),
        (answer(400), BadRequest),
        (answer(401), CredentialsRejected),
        (answer(403), CredentialsRejected),
        (answer(429), RateLimited),
        (answer(500), Server),
        (answer(504), Server),
        (answer(302), Redirect),
        (answer(202), UnexpectedStatus),
        (answer(200), UnexpectedBody),
    ];
    for (transport, kind) in cases {
        let error = introspect(transport, "token").await;
        assert_eq!(error.kind(), kind);
        let row = row(&format!("{kind:?}"));
        assert_eq!(error.is_retryable(), row[3] != "no", "{row:?}");
        // Tried again is what may be repeated: three attempts, or one.
        assert_eq!(error.attempts(), if error.is_retryable() { 3 } else { 1 }, "{error}");
    }
    // Of requests for tokens alone, which are sent once.
    let over = Always(Ok((400, &[], r#"{"error":"invalid_grant"}"#)));
    let error = renew(over).await;
    assert_eq!((error.kind(), error.attempts(), row("GrantRejected")[3]), (GrantRejected, 1, "no"));
    let lost = renew(Always(Err(T::Timeout))).await;
    assert_eq!((lost.kind(), lost.attempts(), lost.is_retryable()), (Timeout, 1, false));
    let refused = introspect(answer(200), "a b").await;
    assert_eq!((refused.kind(), refused.attempts()), (InvalidInput, 0));
    assert_eq!((row("InvalidInput")[2], row("Connect")[2]), ("no", "no"));
}
