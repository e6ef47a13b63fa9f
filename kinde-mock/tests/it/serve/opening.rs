//! The first bytes of a connection, and what HEAD gets.

use std::io::ErrorKind;
use std::net::Shutdown;
use std::time::Duration;

use kinde_scripted::Client;
use kinde_scripted::client::PATIENCE;

use crate::serve::raw::Served;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Everything until the connection is closed or reset.
fn rest(client: &mut Client) -> String {
    let (bytes, end) = client.rest();
    assert!(matches!(end, None | Some(ErrorKind::ConnectionReset)), "{end:?}");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn who_says_nothing_or_half_a_preface_is_not_waited_for() {
    let served = Served::start_with(|serve| serve.read_timeout(Duration::from_millis(200)));
    for first in [&b""[..], b"P", &PREFACE[..7], &PREFACE[..23], b"GET / HT"] {
        let rest = rest(served.connect().send(first));
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
}

/// The server is told at once, and not when the time is up.
#[test]
fn a_client_that_goes_in_the_middle_of_the_preface_is_let_go() {
    let served = Served::start_with(|serve| serve.read_timeout(PATIENCE * 10));
    let mut client = served.connect();
    client.send(&PREFACE[..10]).0.shutdown(Shutdown::Write).unwrap();
    rest(&mut client);
}

/// A request shorter than the preface, and one that begins as it does.
#[test]
fn requests_that_look_like_the_preface_at_first_are_answered() {
    let served = Served::start();
    for request in ["GET / HTTP/1.0\r\n\r\n", "PRI / HTTP/1.0\r\n\r\n", "PUT /oauth2/revoke HTTP/1.0\r\n\r\n"]
    {
        let mut client = served.connect();
        for byte in request.as_bytes() {
            client.send([*byte]);
        }
        let answer = rest(&mut client);
        assert!(answer.starts_with("HTTP/1.0 40"), "{request}: {answer}");
    }
}

#[test]
fn head_gets_the_length_and_no_body() {
    let served = Served::start();
    let request =
        served.profile_request().replace("GET", "HEAD").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let answer = rest(served.connect().send(request));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("content-length: ") && !answer.contains("content-length: 0\r\n"), "{answer}");
}
