//! Other statuses: successes that are none, redirects, errors that repeat secrets.

use kinde::ErrorKind::{
    self, BadRequest, CredentialsRejected, RateLimited, Redirect, Server, UnexpectedStatus,
};

use super::case::{BEARER, Call, Case, ELSEWHERE, SECRET, TOKEN, answer, failed};

const TRUE: &str = r#"{"active":true}"#;

pub fn cases() -> Vec<Case> {
    let status = |name, status, body: &str, kind| {
        answer(name, Call::Introspection, status, Vec::new(), body, failed(kind))
    };
    let mut cases = vec![
        status("201 with a body", 201, TRUE, UnexpectedStatus),
        status("201 without", 201, "", UnexpectedStatus),
        status("202 with a body", 202, TRUE, UnexpectedStatus),
        status("202 without", 202, "", UnexpectedStatus),
        status("203 with a body", 203, TRUE, UnexpectedStatus),
        status("204 without", 204, "", UnexpectedStatus),
        status("206 with a body", 206, TRUE, UnexpectedStatus),
        status("299 with a body", 299, TRUE, UnexpectedStatus),
        status("304", 304, "", Redirect),
        status("404 with a body", 404, TRUE, UnexpectedStatus),
        status("407", 407, "", UnexpectedStatus),
        status("408", 408, "", UnexpectedStatus),
        status("418 with a body", 418, TRUE, UnexpectedStatus),
        status("421", 421, "", UnexpectedStatus),
        status("425", 425, "", UnexpectedStatus),
        status("501", 501, "", Server),
        status("503 with a body", 503, TRUE, Server),
        status("599", 599, "", Server),
        status("999 with a body", 999, TRUE, UnexpectedStatus),
        answer("202 to a revocation", Call::Revocation, 202, Vec::new(), "", failed(UnexpectedStatus)),
        answer("202 to a profile", Call::Profile, 202, Vec::new(), "{}", failed(UnexpectedStatus)),
    ];
    cases.extend(redirects());
    cases.extend(error_bodies());
    cases.extend(echoes());
    cases
}

fn redirects() -> Vec<Case> {
    let to = |name, call, status, place: String| {
        answer(name, call, status, vec![("location", place)], TRUE, failed(Redirect))
    };
    let away = || format!("http://{ELSEWHERE}/oauth2/introspect");
    vec![
        to("300 to another origin", Call::Introspection, 300, away()),
        to("301 to another origin", Call::Introspection, 301, away()),
        to("302 to another origin", Call::Introspection, 302, away()),
        to("303 to another origin", Call::Introspection, 303, away()),
        to("305 to another origin", Call::Introspection, 305, away()),
        to("307 to another origin", Call::Introspection, 307, away()),
        to("308 to another origin", Call::Introspection, 308, away()),
        to("302 of a profile", Call::Profile, 302, away()),
        to("307 of a profile", Call::Profile, 307, away()),
        to("307 of a revocation", Call::Revocation, 307, away()),
        to("308 of a revocation", Call::Revocation, 308, away()),
        to("302 without a scheme", Call::Profile, 302, format!("//{ELSEWHERE}/x")),
        to("302 with credentials", Call::Profile, 302, format!("http://user:password@{ELSEWHERE}/x")),
        to("302 to where it came from", Call::Profile, 302, "/oauth2/v2/user_profile".to_owned()),
        to("302 to a file", Call::Profile, 302, "file:///etc/passwd".to_owned()),
        to("302 to nowhere", Call::Profile, 302, String::new()),
        answer(
            "503 with Refresh, Link and Alt-Svc elsewhere",
            Call::Introspection,
            503,
            vec![
                ("refresh", format!("0; url=http://{ELSEWHERE}/")),
                ("link", format!("<http://{ELSEWHERE}/>; rel=preload")),
                ("alt-svc", format!("h2=\"{ELSEWHERE}\"; ma=86400")),
                ("set-cookie", "session=canary-cookie; Path=/".to_owned()),
            ],
            "",
            failed(Server),
        ),
    ]
}

/// Either documented form, and everything else.
fn error_bodies() -> Vec<Case> {
    let of = |name, body: Vec<u8>| {
        answer(name, Call::Introspection, 403, Vec::new(), body, failed(CredentialsRejected))
    };
    let unauthorized = answer(
        "401 with an RFC 6749 body",
        Call::Revocation,
        401,
        Vec::new(),
        r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
        failed(CredentialsRejected),
    );
    vec![
        unauthorized,
        of("403 empty", Vec::new()),
        of("403 that says active", TRUE.into()),
        of("403 a list of errors", br#"{"errors":[{"code":"A","message":"m"}]}"#.to_vec()),
        of("403 one error", br#"{"errors":{"code":"A","message":"m"}}"#.to_vec()),
        of("403 HTML", b"<html>forbidden</html>".to_vec()),
        of("403 no UTF-8", b"\xff\xfe{\"error\":\"\xff\"}".to_vec()),
        of("403 huge", format!(r#"{{"error":"{}"}}"#, "x".repeat(1_000_000)).into_bytes()),
        of("403 nested", format!("{{\"errors\":{}", "[".repeat(100_000)).into_bytes()),
        of("403 a million errors", format!("{{\"errors\":[{}{{}}]}}", "{},".repeat(300_000)).into_bytes()),
        of("403 wrong types", br#"{"error":{"a":1},"error_description":[],"errors":[[1]]}"#.to_vec()),
    ]
}

/// A service that repeats what it was sent, wherever it can.
fn echoes() -> Vec<Case> {
    let said = format!("{BEARER} {TOKEN} {SECRET}");
    let bodies = [
        format!(r#"{{"error":"invalid_request","error_description":"bad token {said}"}}"#),
        format!(r#"{{"error":"{said}","error_description":"{said}"}}"#),
        format!(r#"{{"errors":[{{"code":"{said}","message":"{said}"}},{{"code":"B","message":"{said}"}}]}}"#),
        format!("<pre>{said}</pre>"),
        // Each looks like a code of its own.
        format!(r#"{{"error":"{TOKEN}","errors":[{{"code":"{BEARER}"}},{{"code":"E-{SECRET}"}}]}}"#),
    ];
    let statuses: [(u16, ErrorKind, [&'static str; 5]); 6] = [
        (
            400,
            BadRequest,
            [
                "400 echo",
                "400 echo as code",
                "400 echo in errors",
                "400 echo in HTML",
                "400 echo like a code",
            ],
        ),
        (
            401,
            CredentialsRejected,
            [
                "401 echo",
                "401 echo as code",
                "401 echo in errors",
                "401 echo in HTML",
                "401 echo like a code",
            ],
        ),
        (
            403,
            CredentialsRejected,
            [
                "403 echo",
                "403 echo as code",
                "403 echo in errors",
                "403 echo in HTML",
                "403 echo like a code",
            ],
        ),
        (
            429,
            RateLimited,
            [
                "429 echo",
                "429 echo as code",
                "429 echo in errors",
                "429 echo in HTML",
                "429 echo like a code",
            ],
        ),
        (
            500,
            Server,
            [
                "500 echo",
                "500 echo as code",
                "500 echo in errors",
                "500 echo in HTML",
                "500 echo like a code",
            ],
        ),
        (
            202,
            UnexpectedStatus,
            [
                "202 echo",
                "202 echo as code",
                "202 echo in errors",
                "202 echo in HTML",
                "202 echo like a code",
            ],
        ),
    ];
    let mut cases = Vec::new();
    for (status, kind, names) in statuses {
        for (name, body) in names.into_iter().zip(&bodies) {
            let headers = vec![
                ("www-authenticate", format!(r#"Bearer error="invalid_token", error_description="{said}""#)),
                ("x-echo", said.clone()),
                ("ratelimit-reset", "0".to_owned()),
                ("retry-after", said.clone()),
            ];
            cases.push(answer(name, Call::Revocation, status, headers, body.as_str(), failed(kind)));
        }
    }
    cases
}
