//! `MockKinde`: start, stop, refuse, from every sort of test.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use kinde_mock::{MockKinde, NewToken};
use kinde_scripted::client::{PATIENCE, exchange};

/// One request by hand, and all that comes back until the connection ends.
fn ask(address: SocketAddr, head: &str) -> String {
    exchange(address, PATIENCE, &format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n")).unwrap()
}

fn profile(kinde: &MockKinde) -> String {
    let token = kinde.sign_in().access_token;
    ask(
        kinde.address(),
        &format!("GET /oauth2/v2/user_profile HTTP/1.1\r\nAuthorization: Bearer {}", token.expose()),
    )
}

fn refuses(address: SocketAddr) -> bool {
    matches!(TcpStream::connect(address), Err(error) if error.kind() == ErrorKind::ConnectionRefused)
}

fn refuses_within(address: SocketAddr, limit: Duration) -> bool {
    let start = Instant::now();
    while !refuses(address) {
        if start.elapsed() > limit {
            return false;
        }
        // Without a pause the queue of the listener overflows, and a lost SYN is sent again after a second.
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

#[test]
fn serves_a_test_without_a_runtime() {
    let kinde = MockKinde::start_blocking();
    assert_eq!(kinde.base_url(), format!("http://{}", kinde.address()));
    assert_eq!(kinde.domain().to_string(), kinde.base_url());
    let answer = profile(&kinde);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\ncontent-type: application/json\r\n"), "{answer}");
    assert!(answer.contains(r#""name":"John Snow""#), "{answer}");
    let address = kinde.address();
    kinde.shutdown_blocking();
    assert!(refuses(address));
}

#[tokio::test]
async fn serves_a_current_thread_runtime() {
    let kinde = MockKinde::start().await;
    assert!(profile(&kinde).starts_with("HTTP/1.1 200 OK"));
    let address = kinde.address();
    kinde.shutdown().await;
    assert!(refuses(address));
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_a_multi_thread_runtime_and_starts_in_the_middle_of_one() {
    let kinde = MockKinde::start().await;
    let blocking = MockKinde::start_blocking();
    assert!(profile(&kinde).starts_with("HTTP/1.1 200 OK"));
    assert!(profile(&blocking).starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn two_hundred_start_and_drop_in_one_poll_and_their_ports_refuse_at_once() {
    let kept: Vec<MockKinde> = (0..100).map(|_| MockKinde::start_blocking()).collect();
    let mut addresses: Vec<SocketAddr> = kept.iter().map(MockKinde::address).collect();
    addresses.extend((0..100).map(|_| MockKinde::start_blocking().address()));
    drop(kept);
    // The last to be dropped first: it has had the least time.
    for address in addresses.into_iter().rev() {
        assert!(refuses_within(address, PATIENCE));
    }
}

#[tokio::test(start_paused = true)]
async fn starts_and_stops_under_a_paused_clock() {
    let kinde = MockKinde::start().await;
    assert!(profile(&kinde).starts_with("HTTP/1.1 200 OK"));
    kinde.shutdown().await;
}

#[test]
fn a_connection_that_is_open_is_cut_when_connections_are_refused() {
    let kinde = MockKinde::start_blocking();
    let mut stream = TcpStream::connect(kinde.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 403");
    kinde.refuse_connections();
    // The rest of the answer, and then the end, one way or the other; not silence.
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn two_in_one_process_know_nothing_of_each_other() {
    let (one, other) = (MockKinde::start_blocking(), MockKinde::start_blocking());
    let token = one.issue_access(NewToken::for_user(&one.user()));
    let head = format!("GET /oauth2/v2/user_profile HTTP/1.1\r\nAuthorization: Bearer {}", token.expose());
    assert!(ask(one.address(), &head).starts_with("HTTP/1.1 200"));
    assert!(ask(other.address(), &head).starts_with("HTTP/1.1 403"));
}

#[test]
fn a_port_of_ones_own() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let kinde = MockKinde::start_on_blocking(listener).unwrap();
    assert_eq!(kinde.address(), address);
    assert!(profile(&kinde).starts_with("HTTP/1.1 200 OK"));

    let everywhere = TcpListener::bind("0.0.0.0:0").unwrap();
    assert_eq!(MockKinde::start_on_blocking(everywhere).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn refuses_connections_and_comes_back_at_the_same_address() {
    let kinde = MockKinde::start_blocking();
    let address = kinde.address();
    for _ in 0..3 {
        kinde.refuse_connections();
        assert!(refuses(address));
        // Nobody else can take the port meanwhile.
        assert_eq!(TcpListener::bind(address).unwrap_err().kind(), ErrorKind::AddrInUse);
        kinde.refuse_connections();
        assert!(refuses(address));
        kinde.accept_connections();
        assert!(profile(&kinde).starts_with("HTTP/1.1 200 OK"));
    }
    kinde.refuse_connections();
    kinde.shutdown_blocking();
    assert!(refuses(address));
}

/// wiremock carries a request out under its own lock, so that stopping it from inside would wait for itself.
#[test]
fn a_filter_that_refuses_connections_is_told_that_it_can_not() {
    let (done, finished) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let kinde = MockKinde::start_blocking();
        let (told, heard) = std::sync::mpsc::channel();
        let fake = (*kinde).clone();
        kinde
            .on::<kinde_core::oauth::GetUserProfileV2>()
            .when(move |_| {
                let refused = fake.try_refuse_connections().err().map(|error| error.to_string());
                let _ = told.send((refused, fake.try_accept_connections().is_err()));
                false
            })
            .always(kinde_mock::UserProfileV2Reply::forbidden());
        assert!(profile(&kinde).starts_with("HTTP/1.1 200"));
        let (refused, accepted) = heard.recv().unwrap();
        assert!(refused.unwrap().starts_with("MockKinde can't refuse or accept connections from inside"));
        assert!(accepted);
        // From outside it still can.
        kinde.refuse_connections();
        assert!(refuses(kinde.address()));
        kinde.accept_connections();
        assert!(profile(&kinde).starts_with("HTTP/1.1 200"));
        done.send(()).unwrap();
    });
    finished.recv_timeout(Duration::from_secs(30)).unwrap();
}
