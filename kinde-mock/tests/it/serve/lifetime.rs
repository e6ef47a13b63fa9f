//! How it ends.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use kinde_core::oauth::GetUserProfileV2;
use kinde_mock::{Fault, Gate, UserProfileV2Reply};
use kinde_scripted::client::PATIENCE;

use crate::serve::raw::Served;

fn refused(address: std::net::SocketAddr) -> bool {
    matches!(TcpStream::connect(address), Err(error) if error.kind() == ErrorKind::ConnectionRefused)
}

#[test]
fn shutdown_lets_a_call_finish_and_accepts_no_more() {
    let kinde = Served::start();
    let (address, gate) = (kinde.address(), Gate::new());
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::gate(&gate)));
    let mut idle = kinde.connect();
    let mut client = kinde.connect();
    client.send(kinde.profile_request());
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(1, PATIENCE).unwrap();
    let ending = std::thread::spawn(move || kinde.shutdown());
    let start = Instant::now();
    while !refused(address) {
        assert!(start.elapsed() < PATIENCE);
        // Without a pause the queue of the listener overflows, and a lost SYN is sent again after a second.
        std::thread::sleep(Duration::from_millis(1));
    }
    // One that asks nothing is not waited for.
    assert!(idle.rest().0.is_empty());
    gate.open();
    assert_eq!(client.answer().status(), 200);
    assert_eq!(client.rest(), (vec![], None));
    ending.join().unwrap();
}

#[test]
fn shutdown_does_not_wait_for_ever() {
    let kinde = Served::start();
    kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::hang()));
    let mut client = kinde.connect();
    client.send(kinde.profile_request());
    kinde.journal().wait_for_blocking::<GetUserProfileV2>(1, PATIENCE).unwrap();
    let start = Instant::now();
    kinde.shutdown();
    assert!(start.elapsed() < PATIENCE);
    assert!(client.rest().0.is_empty());
}

#[test]
fn a_drop_closes_the_port_at_once_and_the_fake_lives_on() {
    let mut kinde = Served::start();
    let (address, fake) = (kinde.address(), (**kinde).clone());
    let mut open = kinde.connect();
    assert_eq!(open.send(kinde.profile_request()).answer().status(), 200);
    kinde.drop_server();
    assert!(refused(address));
    assert!(open.rest().0.is_empty());
    assert_eq!(fake.journal().total(), 1);
    assert!(fake.try_refuse_connections().is_err());
}
