//! What a server can do with HTTP itself: lengths, chunks, heads, sizes, answers that nobody asked for.

use kinde::ErrorKind::{
    BodyTooLarge, Interrupted, Redirect, Server, Timeout, UnexpectedBody, UnexpectedStatus,
};

use super::case::{Call, Case, ELSEWHERE, End, Step, answer, body, failed, wire, write};
use super::gzip;

const GOOD: &str = r#"{"active":true}"#;
const ACTIVE: End = End::Active { exp: None, aud: 0 };
const HUGE: usize = 200 * 1024 * 1024;
const CAP: usize = 1024 * 1024;

fn head(headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n")
}

fn sent(headers: &str, body: &str) -> Vec<u8> {
    format!("{}{body}", head(headers)).into_bytes()
}

/// A good answer of exactly this many bytes.
fn padded(length: usize) -> Vec<u8> {
    let frame = r#"{"active":true,"x":""}"#.len();
    format!(r#"{{"active":true,"x":"{}"}}"#, "x".repeat(length - frame)).into_bytes()
}

pub fn cases() -> Vec<Case> {
    let mut cases = lengths();
    cases.extend(chunks());
    cases.extend(sizes());
    cases.extend(heads());
    cases.extend(interim());
    cases
}

fn lengths() -> Vec<Case> {
    let fin = |name, bytes: Vec<u8>, end| wire(name, vec![Step::Write(bytes), Step::Fin], end);
    vec![
        fin("no length, ended by closing", sent("", GOOD), ACTIVE),
        fin("no length, cut short by closing", sent("", r#"{"active":tr"#), failed(UnexpectedBody)),
        fin("no length, closed at once", sent("", ""), failed(UnexpectedBody)),
        fin("HTTP/1.0, ended by closing", format!("HTTP/1.0 200 OK\r\n\r\n{GOOD}").into_bytes(), ACTIVE),
        fin("length beyond the body", sent("content-length: 100\r\n", GOOD), failed(Interrupted)),
        fin("length short of the body", sent("content-length: 14\r\n", GOOD), failed(UnexpectedBody)),
        fin("length 0 before a body", sent("content-length: 0\r\n", GOOD), failed(UnexpectedBody)),
        fin("two lengths, the same", sent("content-length: 15\r\ncontent-length: 15\r\n", GOOD), ACTIVE),
        fin(
            "two lengths, contradictory",
            sent("content-length: 15\r\ncontent-length: 16\r\n", GOOD),
            failed(Interrupted),
        ),
        fin("a list of contradictory lengths", sent("content-length: 15, 16\r\n", GOOD), failed(Interrupted)),
        fin("length negative", sent("content-length: -15\r\n", GOOD), failed(Interrupted)),
        fin("length with a sign", sent("content-length: +15\r\n", GOOD), failed(Interrupted)),
        fin("length hexadecimal", sent("content-length: 0x0f\r\n", GOOD), failed(Interrupted)),
        fin("length a word", sent("content-length: many\r\n", GOOD), failed(Interrupted)),
        fin(
            "length beyond 64 bits",
            sent("content-length: 18446744073709551616\r\n", GOOD),
            failed(Interrupted),
        ),
        fin("length a petabyte", sent("content-length: 1000000000000000\r\n", GOOD), failed(BodyTooLarge)),
    ]
}

fn chunks() -> Vec<Case> {
    const CHUNKED: &str = "transfer-encoding: chunked\r\n";
    let fin = |name, body: &str, end| wire(name, vec![write(sent(CHUNKED, body)), Step::Fin], end);
    vec![
        fin("chunked, byte by byte", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", failed(UnexpectedBody)),
        fin("chunked, with a trailer", "f\r\n{\"active\":true}\r\n0\r\nx-trailer: 1\r\n\r\n", ACTIVE),
        fin("chunked, no chunk", "0\r\n\r\n", failed(UnexpectedBody)),
        fin("chunked, cut before the last chunk", "f\r\n{\"active\":true}\r\n", failed(Interrupted)),
        fin("chunked, cut in a chunk", "f\r\n{\"active\"", failed(Interrupted)),
        fin("chunked, cut in a size", "f", failed(Interrupted)),
        fin("chunk size no number", "zz\r\n{\"active\":true}\r\n0\r\n\r\n", failed(Interrupted)),
        fin("chunk size negative", "-1\r\n{\"active\":true}\r\n0\r\n\r\n", failed(Interrupted)),
        fin("chunk size beyond 64 bits", "fffffffffffffffff\r\n{\"active\":true}", failed(Interrupted)),
        fin("chunk longer than its size", "e\r\n{\"active\":true}\r\n0\r\n\r\n", failed(Interrupted)),
        wire(
            "chunk extension without end",
            vec![write(sent(CHUNKED, "f;")), Step::Flood(vec![b'x'; 1024], HUGE), Step::Fin],
            failed(Interrupted),
        ),
        wire(
            "trailers without end",
            vec![
                write(sent(CHUNKED, "f\r\n{\"active\":true}\r\n0\r\n")),
                Step::Flood(b"x: y\r\n".to_vec(), HUGE),
                Step::Fin,
            ],
            failed(Interrupted),
        ),
    ]
}

fn sizes() -> Vec<Case> {
    let flood = |name, headers: &str, piece: &[u8]| {
        let steps = vec![write(head(headers)), Step::Flood(piece.to_vec(), HUGE), Step::Fin];
        wire(name, steps, failed(BodyTooLarge))
    };
    let mut chunk = b"4000\r\n".to_vec();
    chunk.resize(chunk.len() + 0x4000, b' ');
    chunk.extend_from_slice(b"\r\n");
    let zipped = |name, bytes, end| {
        let headers =
            vec![("content-encoding", "gzip".to_owned()), ("content-type", "application/json".to_owned())];
        answer(name, Call::Introspection, 200, headers, bytes, end)
    };
    vec![
        body("a body of just 1 MiB", Call::Introspection, padded(CAP), ACTIVE),
        body("a body of one byte more", Call::Introspection, padded(CAP + 1), failed(BodyTooLarge)),
        flood("200 MB, announced", &format!("content-length: {HUGE}\r\n"), b"        "),
        flood("200 MB in chunks", "transfer-encoding: chunked\r\n", &chunk),
        flood("200 MB, ended by closing", "", b"        "),
        zipped("gzip that nobody asked for", gzip::stored(GOOD.as_bytes()), failed(UnexpectedBody)),
        zipped("gzip bomb", gzip::bomb(900_000), failed(UnexpectedBody)),
        wire(
            "500 with 200 MB",
            vec![
                write(format!("HTTP/1.1 500 Oh\r\ncontent-length: {HUGE}\r\n\r\n")),
                Step::Flood(b"x".repeat(1024), HUGE),
                Step::Fin,
            ],
            failed(BodyTooLarge),
        ),
    ]
}

fn heads() -> Vec<Case> {
    let fin = |name, bytes: Vec<u8>, end| wire(name, vec![Step::Write(bytes), Step::Fin], end);
    let line = |name, line: &str, end| {
        fin(name, format!("{line}\r\ncontent-length: 15\r\n\r\n{GOOD}").into_bytes(), end)
    };
    let flood = |name, start: &str, piece: &[u8]| {
        wire(name, vec![write(start), Step::Flood(piece.to_vec(), HUGE), Step::Fin], failed(Interrupted))
    };
    let mb = "x".repeat(1024 * 1024);
    vec![
        fin(
            "a header of a megabyte",
            sent(&format!("x: {mb}\r\ncontent-length: 15\r\n"), GOOD),
            failed(Interrupted),
        ),
        fin(
            "a name of a megabyte",
            sent(&format!("{mb}: x\r\ncontent-length: 15\r\n"), GOOD),
            failed(Interrupted),
        ),
        fin(
            "ten thousand headers",
            sent(&format!("{}content-length: 15\r\n", "x: y\r\n".repeat(10_000)), GOOD),
            failed(Interrupted),
        ),
        flood("headers without end", "HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
        flood("a header without end", "HTTP/1.1 200 OK\r\nx: ", b"y"),
        flood("a status line without end", "HTTP/1.1 200 ", b"O"),
        flood("line breaks without end", "", b"\r\n"),
        fin("a zero byte in a header", sent("x: a\0b\r\ncontent-length: 15\r\n", GOOD), failed(Interrupted)),
        fin("a header without a colon", sent("oops\r\ncontent-length: 15\r\n", GOOD), failed(Interrupted)),
        fin("a space in a name", sent("con tent: x\r\ncontent-length: 15\r\n", GOOD), failed(Interrupted)),
        line("status 0", "HTTP/1.1 000 OK", failed(Interrupted)),
        line("status of four digits", "HTTP/1.1 2000 OK", failed(Interrupted)),
        line("status a word", "HTTP/1.1 OK", failed(Interrupted)),
        line("HTTP/3.0", "HTTP/3.0 200 OK", failed(Interrupted)),
        line("no HTTP", "SSH-2.0-OpenSSH_9.6", failed(Interrupted)),
        fin("HTTP/0.9", GOOD.as_bytes().to_vec(), failed(Interrupted)),
        fin(
            "an HTTP/2 preface",
            b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff".to_vec(),
            failed(Interrupted),
        ),
        fin("a TLS alert", b"\x15\x03\x01\0\x02\x02\x46".to_vec(), failed(Interrupted)),
    ]
}

/// 1xx, and answers to requests that were never made.
fn interim() -> Vec<Case> {
    let good = format!("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{GOOD}");
    let fin = |name, bytes: String, end| wire(name, vec![write(bytes), Step::Fin], end);
    let keep = |name, bytes: String, end| wire(name, vec![write(bytes)], end);
    vec![
        fin("100, then the answer", format!("HTTP/1.1 100 Continue\r\n\r\n{good}"), ACTIVE),
        fin(
            "103 with a link, then the answer",
            format!("HTTP/1.1 103 Early Hints\r\nlink: <http://{ELSEWHERE}/>; rel=preload\r\n\r\n{good}"),
            ACTIVE,
        ),
        fin("100 alone", "HTTP/1.1 100 Continue\r\n\r\n".to_owned(), failed(Interrupted)),
        fin(
            "100, then a redirect",
            format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 307 Away\r\nlocation: http://{ELSEWHERE}/\r\ncontent-length: 0\r\n\r\n"
            ),
            failed(Redirect),
        ),
        wire(
            "100 again and again, slowly",
            vec![Step::Drip(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), std::time::Duration::from_millis(1))],
            failed(Timeout),
        ),
        fin(
            "101 that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
                .to_owned(),
            failed(UnexpectedStatus),
        ),
        fin(
            "100 with an error behind it",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n".to_owned(),
            failed(Server),
        ),
        keep(
            "a second answer behind the first",
            format!("HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{{\"active\":false}}{good}"),
            End::Inactive,
        ),
        keep(
            "junk behind the answer",
            "HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}junk".to_owned(),
            End::Inactive,
        ),
    ]
}
