//! The listener of the admin API: who may ask, and what is read and written.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, HOST, HeaderMap};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};

use super::request::AdminRequest;
use super::routes::{Handled, Handler, find};
use super::{Admin, Refusal, host};
use crate::doors::listener::body::AnswerBody;
use crate::doors::listener::service::collect;
use crate::http::answer::Answer;
use crate::http::route::Found;

const READ_TIMEOUT: Duration = Duration::from_secs(30);
const BODY_LIMIT: usize = 1024 * 1024;

/// Answers on `listener` until it is dropped.
pub(crate) async fn listen(admin: Arc<Admin>, listener: TcpListener, on_error: impl Fn(&io::Error)) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(Arc::clone(&admin), stream))),
            Err(error) => {
                on_error(&error);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(admin: Arc<Admin>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let admin = Arc::clone(&admin);
        async move { Ok::<_, Infallible>(respond(&admin, request).await) }
    });
    // An error is the client's own doing.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(admin: &Admin, request: Request<Incoming>) -> Response<AnswerBody> {
    let mut answer = handle(admin, request).await.unwrap_or_else(Answer::from);
    // Some of it is secret.
    answer.set("cache-control", "no-store");
    answer.into_response().map(AnswerBody::whole)
}

async fn handle(admin: &Admin, request: Request<Incoming>) -> Handled {
    let (parts, incoming) = request.into_parts();
    admit(admin, &parts.headers)?;
    let body = tokio::time::timeout(READ_TIMEOUT, collect(incoming, BODY_LIMIT)).await;
    let body = body
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| Refusal::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", "the body did not come"))?;
    if body.len() > BODY_LIMIT {
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is over 1 MiB"));
    }
    let (scope, found) = find(parts.method.as_str(), parts.uri.path());
    let (handler, segments) = match found {
        Found::At { entry, segments, .. } => (entry, segments),
        Found::OtherMethod { allowed, .. } => {
            let allowed = allowed.join(", ");
            let why = format!("this path is for {allowed}");
            let mut answer =
                Answer::from(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", why));
            answer.set("allow", &allowed);
            return Ok(answer);
        }
        Found::Nothing => {
            let why = "there is no such path; GET /openapi.json lists them";
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_path", why));
        }
    };
    let scoped = match scope {
        Some(name) => Some(admin.scopes.find(name).ok_or_else(|| Refusal::not_found("scope"))?),
        None => None,
    };
    let instance = scoped.as_deref().unwrap_or(&admin.main);
    let query = parts.uri.query().unwrap_or_default();
    let asked = AdminRequest { admin, instance, scope, segments, query, body: &body };
    match handler {
        Handler::Now(handle) => handle(&asked),
        Handler::Later(handle) => handle(&asked).await,
    }
}

/// The right `Host`, and the token.
fn admit(admin: &Admin, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some() || !host.is_some_and(|host| host::is_ours(host, admin.exposed)) {
        let why = "the Host header is not a name of this machine";
        return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", why));
    }
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    // By digest, so that how long it takes says nothing about how much of it is right.
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let why = match bearer {
        Some(bearer) if digest(bearer) == digest(admin.token.expose()) => return Ok(()),
        Some(_) => "that is not the admin token, which the program printed when it started",
        None => "send the admin token: Authorization: Bearer TOKEN",
    };
    Err(Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", why))
}
