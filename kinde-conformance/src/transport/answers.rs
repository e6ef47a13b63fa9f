//! Statuses, heads and redirects: what counts as an answer.

use std::fmt::Write;

use http::header::HeaderValue;
use http::{Method, StatusCode};

use super::entry::{Entry, entry};
use super::messages::{answer, get, post};
use super::observed::{Found, failed};
use super::probe::{PATIENCE, Probe, ROOMY, call};
use super::script::replying;

pub(crate) const CASES: &[Entry] = &[
    entry("statuses", "Every status from 200 to 599 is an answer, not an error.", |probe| {
        Box::pin(statuses(probe))
    }),
    entry(
        "status-without-body",
        "204, 205 and 304 are answers without a body: none is waited for.",
        |probe| Box::pin(without_body(probe)),
    ),
    entry("head", "The answer to a HEAD has no body, though its head tells the length of one.", |probe| {
        Box::pin(head(probe))
    }),
    entry("interim-100", "A 100 (Continue) that comes before the answer is not the answer.", |probe| {
        Box::pin(interim(probe, "HTTP/1.1 100 Continue\r\n\r\n"))
    }),
    entry("interim-103", "103 (Early Hints), even repeated, is not the answer.", |probe| {
        Box::pin(interim(
            probe,
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n",
        ))
    }),
    entry(
        "response-headers",
        "Repeated headers of the answer are all there, in order, byte for byte.",
        |probe| Box::pin(headers(probe)),
    ),
    entry("redirect-301", NO_REDIRECT, |probe| Box::pin(redirect(probe, 301))),
    entry("redirect-302", NO_REDIRECT, |probe| Box::pin(redirect(probe, 302))),
    entry("redirect-303", NO_REDIRECT, |probe| Box::pin(redirect(probe, 303))),
    entry("redirect-307", NO_REDIRECT, |probe| Box::pin(redirect(probe, 307))),
    entry("redirect-308", NO_REDIRECT, |probe| Box::pin(redirect(probe, 308))),
];

const NO_REDIRECT: &str = "A redirect is an answer: it is never followed, to another origin or to the same.";

async fn statuses(probe: &Probe<'_>) -> Found {
    let server = probe.serve(replying(|received| {
        let status = received.target.trim_start_matches('/').parse().unwrap_or(500);
        answer(status, &format!("this is {status}"))
    }))?;
    let mut wrong = Vec::new();
    for status in (200..=599).filter(|status| ![204, 205, 304].contains(status)) {
        let observed = probe.send(get(&server, &format!("/{status}"))?, call(PATIENCE, ROOMY)).await?;
        let seen = observed.to_string();
        if observed.answer_of(status, format!("this is {status}").as_bytes()).is_err() {
            wrong.push(format!("for {status}: {seen}"));
        }
        // Each may have cost its whole deadline.
        if wrong.len() == 3 {
            wrong.push("and maybe more".to_owned());
            break;
        }
    }
    if wrong.is_empty() { Ok(()) } else { failed(wrong.join("; ")) }
}

async fn without_body(probe: &Probe<'_>) -> Found {
    let heads = [
        ("204 No Content", ""),
        ("205 Reset Content", "Content-Length: 0\r\n"),
        ("304 Not Modified", ""),
        ("304 Not Modified", "Content-Length: 5000000\r\n"),
    ];
    let server = probe.serve(replying(move |received| {
        let (status, header) = heads[received.nth % heads.len()];
        // The connection stays open: a client that waits for a body waits forever.
        format!("HTTP/1.1 {status}\r\n{header}X-Nth: {}\r\n\r\n", received.nth).into()
    }))?;
    for (nth, (status, header)) in heads.iter().enumerate() {
        let observed = probe.send(get(&server, "/empty")?, call(PATIENCE, ROOMY)).await?;
        let seen = observed.to_string();
        let response = match observed.answer() {
            Ok(response) => response,
            Err(_) => return failed(format!("for {status} with {header:?}: {seen}")),
        };
        let fits = status.starts_with(response.status().as_str()) && response.body().is_empty();
        if !fits || response.headers().get("x-nth") != HeaderValue::from_str(&nth.to_string()).ok().as_ref() {
            return failed(format!("for {status} with {header:?}: {seen}"));
        }
    }
    Ok(())
}

async fn head(probe: &Probe<'_>) -> Found {
    let server = probe.serve(replying(|received| {
        if received.method == "HEAD" {
            "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n".into()
        } else {
            answer(200, "after")
        }
    }))?;
    let mut request = get(&server, "/head")?;
    *request.method_mut() = Method::HEAD;
    probe.send(request, call(PATIENCE, ROOMY)).await?.answer_of(200, b"")?;
    probe.send(get(&server, "/after")?, call(PATIENCE, ROOMY)).await?.answer_of(200, b"after")?;
    Ok(())
}

async fn interim(probe: &Probe<'_>, before: &'static str) -> Found {
    let server = probe.serve(replying(move |_| {
        let mut bytes = before.as_bytes().to_vec();
        bytes.extend(answer(200, "the answer"));
        bytes
    }))?;
    for _ in 0..2 {
        probe.send(post(&server, "/interim")?, call(PATIENCE, ROOMY)).await?.answer_of(200, b"the answer")?;
    }
    Ok(())
}

async fn headers(probe: &Probe<'_>) -> Found {
    let given: [(&str, &[&[u8]]); 5] = [
        ("set-cookie", &[b"a=1; Path=/", b"b=2, still b", b"a=1; Path=/"]),
        ("www-authenticate", &[b"Bearer realm=\"x\"", b"Basic"]),
        ("x-empty", &[b""]),
        ("x-bytes", &[b"caf\xe9"]),
        ("ratelimit-reset", &[b"7"]),
    ];
    let server = probe.serve(replying(move |_| {
        let mut head = b"HTTP/1.1 429 Too Many Requests\r\ncontent-LENGTH: 4\r\n".to_vec();
        for (name, values) in given {
            for value in values {
                head.extend([name.as_bytes(), b":  ", value, b" \r\n"].concat());
            }
        }
        head.extend(b"\r\nslow");
        head
    }))?;
    let observed = probe.send(get(&server, "/headers")?, call(PATIENCE, ROOMY)).await?;
    let response = observed.answer_of(StatusCode::TOO_MANY_REQUESTS.as_u16(), b"slow")?;
    for (name, values) in given {
        let found: Vec<&[u8]> = response.headers().get_all(name).iter().map(HeaderValue::as_bytes).collect();
        if found != values {
            let mut seen = format!("of {} values of {name} there were {}", values.len(), found.len());
            for value in found {
                let _ = write!(seen, ", \"{}\"", value.escape_ascii());
            }
            return failed(seen);
        }
    }
    Ok(())
}

async fn redirect(probe: &Probe<'_>, status: u16) -> Found {
    let elsewhere = probe.serve(replying(|_| answer(200, "elsewhere")))?;
    let other_origin = format!("http://{}/elsewhere", elsewhere.address());
    for location in [other_origin.as_str(), "/same-origin"] {
        let to = location.to_owned();
        let server = probe.serve(replying(move |_| {
            format!("HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 5\r\n\r\nmoved").into()
        }))?;
        for request in [post(&server, "/moved")?, get(&server, "/moved")?] {
            let before = server.requests().len();
            let method = request.method().clone();
            let observed = probe.send(request, call(PATIENCE, ROOMY)).await?;
            if let Some(leaked) = elsewhere.requests().first() {
                let carried = if leaked.header("authorization").is_empty() { "without" } else { "with" };
                let bytes = leaked.body.len();
                return failed(format!(
                    "a {method} was followed to another origin, {carried} Authorization, with {bytes} bytes of body"
                ));
            }
            if elsewhere.record().accepted > 0 {
                return failed(format!("for a {method}, a connection was made to the other origin"));
            }
            let sent = server.requests().len() - before;
            if sent != 1 {
                return failed(format!("for one {method}, {sent} requests arrived at the same origin"));
            }
            let response = observed.answer_of(status, b"moved")?;
            if response.headers().get("location").map(HeaderValue::as_bytes) != Some(location.as_bytes()) {
                return failed("the Location of the answer is missing or changed");
            }
        }
    }
    Ok(())
}
