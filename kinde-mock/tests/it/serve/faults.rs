//! Faults, as a socket feels them.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use kinde_core::oauth::GetUserProfileV2;
use kinde_mock::{CutAt, CutBy, Fault, Gate, UserProfileV2Reply};
use kinde_scripted::Client;
use kinde_scripted::client::{PATIENCE, content_length};

use crate::serve::raw::Served;

/// Scripts one fault and reads what comes of it: the head (if it is to be sent), the rest, and the end.
fn struck(kinde: &Served, by: CutBy, at: CutAt) -> (Client, Option<String>) {
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::cut(by, at)));
    let mut client = kinde.connect();
    client.send(kinde.profile_request());
    let head = (at != CutAt::BeforeHead).then(|| client.head());
    (client, head)
}

const RESET: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

#[test]
fn before_the_head() {
    let kinde = Served::start();
    let (mut client, _) = struck(&kinde, CutBy::Rst, CutAt::BeforeHead);
    assert_eq!(client.rest(), (vec![], RESET));
    let (mut client, _) = struck(&kinde, CutBy::Fin, CutAt::BeforeHead);
    assert_eq!(client.rest(), (vec![], None));
    kinde.assert_calls::<GetUserProfileV2>(2);
}

#[test]
fn after_exactly_n_bytes_of_the_body() {
    let kinde = Served::start();
    let whole = kinde.connect().send(kinde.profile_request()).answer().body;
    for (by, end) in [(CutBy::Rst, RESET), (CutBy::Fin, None)] {
        for n in [0, 1, 10, whole.len() - 1] {
            let (mut client, head) = struck(&kinde, by, CutAt::AfterBody(n));
            let head = head.unwrap();
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
            assert_eq!(content_length(&head), whole.len());
            assert_eq!(client.rest(), (whole[..n].to_vec(), end), "{by:?} after {n}");
        }
        // No longer than that: it comes whole, and then the cut.
        for n in [whole.len(), whole.len() + 1, usize::MAX] {
            let (mut client, _) = struck(&kinde, by, CutAt::AfterBody(n));
            assert_eq!(client.rest(), (whole.clone(), end), "{by:?} after {n}");
        }
    }
}

#[test]
fn an_answer_without_a_body_is_cut_after_its_head() {
    let kinde = Served::start();
    for (by, end) in [(CutBy::Rst, RESET), (CutBy::Fin, None)] {
        let reply = UserProfileV2Reply::forbidden().fault(Fault::cut(by, CutAt::AfterBody(5)));
        kinde.on::<GetUserProfileV2>().once(reply);
        let mut client = kinde.connect();
        let head = client.send(kinde.profile_request()).head();
        assert!(head.starts_with("HTTP/1.1 403"), "{head}");
        assert_eq!(client.rest(), (vec![], end));
    }
}

#[test]
fn a_large_body_is_cut_exactly_too() {
    let kinde = Served::start();
    let (length, n) = (300_000, 200_001);
    for (by, end) in [(CutBy::Rst, RESET), (CutBy::Fin, None)] {
        let response = http::Response::new(vec![b'x'; length]);
        let reply = UserProfileV2Reply::undocumented(response).fault(Fault::cut(by, CutAt::AfterBody(n)));
        kinde.on::<GetUserProfileV2>().once(reply);
        let mut client = kinde.connect();
        let head = client.send(kinde.profile_request()).head();
        assert_eq!(content_length(&head), length);
        let (rest, ended) = client.rest();
        assert_eq!((rest.len(), ended), (n, end));
    }
}

#[test]
fn a_cut_after_answers_that_were_well() {
    let kinde = Served::start();
    let request = kinde.profile_request();
    let mut client = kinde.connect();
    let whole = client.send(&request).answer().body;
    let cut = Fault::cut(CutBy::Rst, CutAt::AfterBody(7));
    kinde.on::<GetUserProfileV2>().sequence([
        UserProfileV2Reply::live(),
        UserProfileV2Reply::live().fault(cut),
        UserProfileV2Reply::live(),
    ]);
    // Three at once: the first is whole, the second cut, the third never answered.
    client.send(request.repeat(3));
    assert_eq!(client.answer().body, whole);
    assert_eq!(content_length(&client.head()), whole.len());
    assert_eq!(client.rest(), (whole[..7].to_vec(), RESET));
}

#[test]
fn other_connections_go_on_undisturbed() {
    let kinde = Served::start();
    let request = kinde.profile_request();
    let mut other = kinde.connect();
    assert_eq!(other.send(&request).answer().status(), 200);
    for by in [CutBy::Rst, CutBy::Fin] {
        let (mut client, _) = struck(&kinde, by, CutAt::AfterBody(3));
        client.rest();
        assert_eq!(other.send(&request).answer().status(), 200);
    }
}

#[test]
fn a_cut_after_a_delay_and_a_gate() {
    let kinde = Served::start();
    let gate = Gate::new();
    let reply = UserProfileV2Reply::live()
        .after(Duration::from_millis(50))
        .fault(Fault::gate(&gate))
        .fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead));
    kinde.on::<GetUserProfileV2>().once(reply);
    let mut client = kinde.connect();
    client.send(kinde.profile_request());
    client.0.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    let (_, waiting) = client.rest();
    assert!(matches!(waiting, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{waiting:?}");
    gate.open();
    client.0.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(client.rest(), (vec![], RESET));
}

#[test]
fn a_drip_sends_all_of_it_a_piece_at_a_time() {
    let kinde = Served::start();
    let request = kinde.profile_request();
    let whole = kinde.connect().send(&request).answer().body;
    let every = Duration::from_millis(20);
    let reply = UserProfileV2Reply::live().fault(Fault::drip(100, every));
    kinde.on::<GetUserProfileV2>().once(reply);
    let mut client = kinde.connect();
    let start = Instant::now();
    assert_eq!(client.send(&request).answer().body, whole);
    let pieces = u32::try_from(whole.len().div_ceil(100)).unwrap();
    assert!(start.elapsed() >= every * pieces, "{:?}", start.elapsed());
    // The connection is as good as new.
    assert_eq!(client.send(&request).answer().status(), 200);
}

#[test]
fn a_hang_takes_the_request_and_never_answers() {
    let kinde = Served::start();
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::hang()));
    let mut client = kinde.connect();
    client.send(kinde.profile_request());
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(1, PATIENCE).unwrap();
    client.0.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let (bytes, end) = client.rest();
    assert!(bytes.is_empty());
    assert!(matches!(end, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{end:?}");
    kinde.assert_calls::<GetUserProfileV2>(1);
}

#[test]
fn a_broken_body_is_sent_whole() {
    let kinde = Served::start();
    kinde.on::<GetUserProfileV2>().sequence([
        UserProfileV2Reply::live().fault(Fault::malformed_json()),
        UserProfileV2Reply::live().fault(Fault::wrong_content_type()),
    ]);
    let request = kinde.profile_request();
    let mut client = kinde.connect();
    let half = client.send(&request).answer().body;
    assert!(serde_json::from_slice::<serde_json::Value>(&half).is_err());
    assert!(client.send(&request).answer().head.contains("content-type: text/html"));
}

#[test]
fn refused_connections_are_refused_and_open_ones_cut() {
    let kinde = Served::start();
    let (address, request) = (kinde.address(), kinde.profile_request());
    for _ in 0..3 {
        let mut open = kinde.connect();
        assert_eq!(open.send(&request).answer().status(), 200);
        kinde.refuse_connections();
        assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        assert!(open.rest().0.is_empty());
        // Nobody else can take the port meanwhile.
        assert_eq!(TcpListener::bind(address).unwrap_err().kind(), ErrorKind::AddrInUse);
        kinde.refuse_connections();
        kinde.accept_connections();
        kinde.accept_connections();
        assert_eq!(kinde.connect().send(&request).answer().status(), 200);
    }
}
