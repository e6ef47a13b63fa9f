//! What is answered over a socket.

use std::time::{Duration, Instant};

use kinde_core::oauth::{GetUserProfileV2, TokenRevocation};
use kinde_mock::{UserProfileV2Reply, serve};
use kinde_scripted::client::{PATIENCE, header};

use crate::serve::raw::Served;

#[test]
fn the_three_calls_over_one_connection() {
    let kinde = Served::start();
    let (user, backend) = (kinde.sign_in(), kinde.backend());
    let (bearer, secret) = (user.access_token.expose(), backend.client_secret.expose());
    let mut client = kinde.connect();

    let profile = format!(
        "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\r\n"
    );
    let answer = client.send(&profile).answer();
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer.head, "content-type"), Some("application/json"));
    assert!(String::from_utf8(answer.body).unwrap().contains(r#""name":"John Snow""#));

    let form = |path: &str, form: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
    };
    let introspect = form("/oauth2/introspect", &format!("token={}", user.refresh_token.expose()));
    let answer = client.send(&introspect).answer();
    assert_eq!(answer.status(), 200);
    assert!(answer.body.starts_with(br#"{"active":true,"#));

    let revoke = format!(
        "client_id={}&client_secret={secret}&token={}",
        backend.client_id,
        user.refresh_token.expose()
    );
    let answer = client.send(form("/oauth2/revoke", &revoke)).answer();
    assert_eq!((answer.status(), answer.body.len()), (200, 0));
    // The sign-in's access token is gone with it.
    let answer = client.send(&profile).answer();
    assert_eq!((answer.status(), answer.body.len()), (403, 0));
    assert_eq!(header(&answer.head, "content-type"), None);

    kinde.assert_calls::<GetUserProfileV2>(2);
    kinde.assert_calls::<TokenRevocation>(1);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let kinde = Served::start();
    let request = kinde.profile_request();
    let mut client = kinde.connect();
    client.send(format!("{request}GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n{request}"));
    let statuses: Vec<u16> = (0..3).map(|_| client.answer().status()).collect();
    assert_eq!(statuses, [200, 404, 200]);
}

#[test]
fn a_body_over_the_limit_is_413_even_to_a_client_that_sends_all_of_it() {
    let kinde = Served::start();
    let mut client = kinde.connect();
    let length = 1024 * 1024;
    client.send(format!(
        "POST /oauth2/revoke HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ));
    let answer = client.send(vec![b'a'; length]).answer();
    assert_eq!(answer.status(), 413);
}

#[test]
fn a_delay_is_the_doors_and_holds_nobody_else() {
    let kinde = Served::start();
    let request = kinde.profile_request();
    let delayed = |delay: Duration, calls: u64| {
        kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().after(delay));
        let mut slow = kinde.connect();
        slow.send(&request);
        kinde.journal().wait_for_blocking::<GetUserProfileV2>(calls, PATIENCE).unwrap();
        slow
    };
    // So long that a machine would have to stand still for the other call to be as late.
    let start = Instant::now();
    let slow = delayed(2 * PATIENCE, 1);
    assert_eq!(kinde.connect().send(&request).answer().status(), 200);
    assert!(start.elapsed() < 2 * PATIENCE, "the other call waited too");
    drop(slow);

    let (start, delay) = (Instant::now(), Duration::from_millis(300));
    assert_eq!(delayed(delay, 3).answer().status(), 200);
    assert!(start.elapsed() >= delay);
}

#[test]
fn a_client_that_sends_no_head_is_let_go() {
    let timeout = Duration::from_millis(200);
    let kinde = Served::start_with(|serve| serve.read_timeout(timeout));
    // Nothing, half of HTTP/2's first line, half of a head, and a body that does not come.
    let beginnings = [
        "",
        "PRI * HT",
        "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: loc",
        "POST /oauth2/revoke HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
    ];
    for beginning in beginnings {
        let start = Instant::now();
        let (bytes, end) = kinde.connect().send(beginning).rest();
        assert!(start.elapsed() >= timeout, "{beginning:?}");
        assert!(start.elapsed() < PATIENCE, "{beginning:?}: {end:?}");
        assert!(bytes.is_empty() || bytes.starts_with(b"HTTP/1.1 408"), "{beginning:?}");
    }
    // Nor is one that asks nothing more.
    let mut client = kinde.connect();
    assert_eq!(client.send(kinde.profile_request()).answer().status(), 200);
    let start = Instant::now();
    assert!(client.rest().0.is_empty());
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn only_loopback_and_only_in_a_runtime() {
    let bind = |address: &str| std::net::TcpListener::bind(address).unwrap();
    let error = serve(bind("0.0.0.0:0")).start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(serve(bind("127.0.0.1:0")).start().is_err());
}
