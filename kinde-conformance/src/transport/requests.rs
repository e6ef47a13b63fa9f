//! What arrives at the server.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv6Addr, SocketAddr, TcpListener};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request};

use super::entry::{Entry, entry};
use super::messages::{answer, get, post, request};
use super::observed::{Found, failed, skipped};
use super::probe::{PATIENCE, Probe, ROOMY, call};
use super::script::replying;
use crate::server::{Conn, Received, Server};

pub(crate) const CASES: &[Entry] = &[
    entry("request-get", "A GET arrives as it was given, with nothing added but Host.", |probe| {
        Box::pin(plain_get(probe))
    }),
    entry(
        "request-post",
        "A POST arrives as it was given, with nothing added but Host and what frames the body.",
        |probe| Box::pin(plain_post(probe)),
    ),
    entry(
        "request-methods",
        "Every method arrives as it was given, with its body, and with no media type that wasn't given.",
        |probe| Box::pin(methods(probe)),
    ),
    entry("request-target", "Path and query arrive byte for byte: nothing is decoded or encoded.", |probe| {
        Box::pin(target(probe))
    }),
    entry(
        "request-headers",
        "Repeated, empty and non-ASCII header values arrive, in order, and no header is added.",
        |probe| Box::pin(headers(probe)),
    ),
    entry("request-body", "A body of 2 MiB arrives byte for byte.", |probe| Box::pin(large_body(probe))),
    entry("request-ipv6", "An IPv6 address is an origin like any other.", |probe| Box::pin(ipv6(probe))),
];

async fn plain_get(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    arrives(probe, &server, get(&server, "/oauth2/v2/user_profile")?).await
}

async fn plain_post(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    arrives(probe, &server, post(&server, "/oauth2/introspect")?).await
}

async fn methods(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let mut request = post(&server, "/method")?;
        *request.method_mut() = method;
        arrives(probe, &server, request).await?;
    }
    // A library may have a media type of its own for a body without one.
    let mut untyped = post(&server, "/untyped")?;
    untyped.headers_mut().remove(CONTENT_TYPE);
    arrives(probe, &server, untyped).await
}

async fn target(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    for target in [
        "/",
        "/a%20b%2Fc%3f/%c3%A9/",
        "//double/slash//",
        "/marks;x=1:@,~!$&()*+-._",
        "/query?a=1&a=2&b=&c&d=x+y%20z%26=%3D?/:@",
        "/quoted%27?e=%27",
    ] {
        arrives(probe, &server, get(&server, target)?).await?;
    }
    Ok(())
}

async fn headers(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    let mut request = get(&server, "/headers")?;
    let headers = request.headers_mut();
    for value in ["first", "second, with a comma", "first"] {
        headers.append("x-repeated", HeaderValue::from_static(value));
    }
    headers.append("x-empty", HeaderValue::from_static(""));
    let latin = HeaderValue::from_bytes(b"caf\xe9").map_err(http::Error::from)?;
    headers.append("x-bytes", latin);
    arrives(probe, &server, request).await?;
    // A request with no header at all gets none either.
    let bare = Request::get(format!("http://{}/bare", server.address())).body(Bytes::new())?;
    arrives(probe, &server, bare).await
}

async fn large_body(probe: &Probe<'_>) -> Found {
    let server = probe.serve(accepting())?;
    // Above what makes some libraries ask first, with a header that nobody gave: `Expect: 100-continue`.
    let body: Vec<u8> = (0..=u8::MAX).cycle().take(2 * 1024 * 1024).collect();
    arrives(probe, &server, request(server.address(), "/large", Some(body.into()))?).await
}

async fn ipv6(probe: &Probe<'_>) -> Found {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return skipped("this machine has no [::1]");
    }
    let server = probe.serve_on(Ipv6Addr::LOCALHOST.into(), accepting())?;
    arrives(probe, &server, get(&server, "/v6?a=1")?).await
}

fn accepting() -> impl Fn(Conn) -> io::Result<()> + Send + Sync + 'static {
    replying(|_| answer(200, "received"))
}

/// Sends `request` and compares what arrived with it.
async fn arrives(probe: &Probe<'_>, server: &Server, request: Request<Bytes>) -> Found {
    let before = server.requests().len();
    let (sent, body) = request.into_parts();
    let copy = Request::from_parts(sent.clone(), body.clone());
    let observed = probe.send(copy, call(PATIENCE, ROOMY)).await?;
    let arrived = server.requests().split_off(before);
    let unreadable = server.record().unreadable.clone();
    let [received] = arrived.as_slice() else {
        let why = unreadable.unwrap_or_else(|| format!("the call ended with {observed}"));
        return failed(format!("{} requests arrived for one call; {why}", arrived.len()));
    };
    if received.method != sent.method.as_str() {
        return failed(format!("the method {} arrived as {}", sent.method, received.method));
    }
    let target = sent.uri.path_and_query().map_or("/", |target| target.as_str());
    if received.target != target {
        return failed(format!("the target {target} arrived as {}", received.target));
    }
    compare_headers(&sent.headers, received, server.address())?;
    if received.body != body {
        return failed(format!(
            "the body arrived changed: {} bytes were given, {} arrived",
            body.len(),
            received.body.len()
        ));
    }
    observed.answer_of(200, b"received")?;
    Ok(())
}

fn compare_headers(sent: &HeaderMap, received: &Received, to: SocketAddr) -> Found {
    for name in sent.keys() {
        let given: Vec<&[u8]> = sent.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        let arrived = received.header(name.as_str());
        if arrived.is_empty() {
            return failed(format!("the header {name} did not arrive"));
        }
        if arrived != given {
            let list = |values: &[&[u8]]| {
                values
                    .iter()
                    .map(|value| format!("\"{}\"", value.escape_ascii()))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            return failed(format!(
                "the header {name} was {} and arrived as {}",
                list(&given),
                list(&arrived)
            ));
        }
    }
    let names: BTreeSet<&str> = received.headers.iter().map(|(name, _)| name.as_str()).collect();
    for name in names.into_iter().filter(|name| !sent.contains_key(*name)) {
        let values = received.header(name);
        let fits = match name {
            "host" => values == [to.to_string().as_bytes()],
            // Together they let two servers disagree about where the request ends.
            "content-length" => values.len() == 1 && received.header("transfer-encoding").is_empty(),
            "transfer-encoding" => true,
            // About this connection, not about the request.
            "connection" => values
                .iter()
                .all(|value| [&b"close"[..], b"keep-alive"].contains(&&*value.to_ascii_lowercase())),
            // The same as no Accept at all.
            "accept" => values == [b"*/*"],
            _ => false,
        };
        if !fits {
            let values: Vec<_> = values.iter().map(|value| value.escape_ascii().to_string()).collect();
            return failed(format!("the header {name}: {} was added", values.join(", ")));
        }
    }
    if received.header("host").is_empty() {
        return failed("no Host arrived");
    }
    Ok(())
}
