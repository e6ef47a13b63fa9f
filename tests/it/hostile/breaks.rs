//! Connections that end, or don't go on, at every place they could.

use std::time::Duration;

use kinde::ErrorKind::{Interrupted, Timeout};

use super::case::{Call, Case, Step, failed, wire, write};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n";
const BODY: &str = r#"{"active":true}"#;

/// Every place, and what was written before it.
fn places() -> [(&'static str, Vec<Step>); 8] {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    [
        ("before the answer", vec![]),
        ("in the status line", vec![write("HTTP/1.1 20")]),
        ("after the status line", vec![write("HTTP/1.1 200 OK\r\n")]),
        ("in a header", vec![write("HTTP/1.1 200 OK\r\ncontent-le")]),
        ("after the head", vec![write(HEAD)]),
        ("in the body", vec![write(HEAD), write(&BODY[..8])]),
        ("before the last byte", vec![write(HEAD), write(&BODY[..14])]),
        ("between chunks", vec![write(chunked), write("f\r\n{\"active\":true}\r\n")]),
    ]
}

pub fn cases() -> Vec<Case> {
    let names = [
        ["FIN before the answer", "RST before the answer", "hang before the answer"],
        ["FIN in the status line", "RST in the status line", "hang in the status line"],
        ["FIN after the status line", "RST after the status line", "hang after the status line"],
        ["FIN in a header", "RST in a header", "hang in a header"],
        ["FIN after the head", "RST after the head", "hang after the head"],
        ["FIN in the body", "RST in the body", "hang in the body"],
        ["FIN before the last byte", "RST before the last byte", "hang before the last byte"],
        ["FIN between chunks", "RST between chunks", "hang between chunks"],
    ];
    let mut cases = Vec::new();
    for ((place, steps), names) in places().into_iter().zip(names) {
        for (name, (last, kind)) in
            names.into_iter().zip([(Step::Fin, Interrupted), (Step::Rst, Interrupted), (Step::Hang, Timeout)])
        {
            assert!(name.ends_with(place));
            let mut steps = steps.clone();
            steps.push(last);
            cases.push(wire(name, steps, failed(kind)));
        }
    }
    let slow = Duration::from_millis(20);
    cases.push(wire(
        "the head in drips",
        vec![Step::Drip(b"HTTP/1.1 200 OK\r\nx: y\r\n".to_vec(), slow)],
        failed(Timeout),
    ));
    cases.push(wire(
        "the body in drips",
        vec![write(HEAD.replace("15", "9999")), Step::Drip(b" ".to_vec(), slow)],
        failed(Timeout),
    ));
    cases.push(wire(
        "chunks in drips",
        vec![
            write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
            Step::Drip(b"1\r\n \r\n".to_vec(), slow),
        ],
        failed(Timeout),
    ));
    cases.push(wire(
        "an endless body in drips",
        vec![write("HTTP/1.1 200 OK\r\n\r\n"), Step::Drip(b" ".to_vec(), slow)],
        failed(Timeout),
    ));
    for (name, call) in
        [("FIN before a profile", Call::Profile), ("FIN before a revocation's answer", Call::Revocation)]
    {
        cases.push(Case { call, ..wire(name, vec![Step::Fin], failed(Interrupted)) });
    }
    cases
}
